//! Makes the shop's products: lines of a brand in a category, each line in a few sizes and colours.

use std::collections::HashSet;

use super::brands::{BRANDS, LINES, Style};
use super::categories::{CATEGORIES, Category, LEAVES};
use super::colours::{COLOURS, Family, named};
use super::dice::Dice;
use super::pictures::{self, Look, Paint};

/// One product and what the simulator knows of it.
pub(super) struct Product {
    /// The id that the shop writes, such as `RS-10423`.
    pub(super) id: String,
    pub(super) title: String,
    /// Positions in the tables.
    pub(super) category: usize,
    pub(super) brand: usize,
    pub(super) colour: usize,
    pub(super) style: Style,
    pub(super) shape: u8,
    trim: u8,
    scene: u8,
    accent: usize,
    /// In euro cents.
    pub(super) price: i64,
    /// Where the price stands among those of its category: 0 the cheapest, 1 the dearest.
    pub(super) price_rank: f64,
    /// How good the thing is, 0..1; the rating shows it, with noise.
    pub(super) quality: f64,
    /// How many are drawn to it before anyone has looked: heavy-tailed.
    pub(super) appeal: f64,
    /// The day of the window on which it came into the shop; 0 for all that were there before.
    pub(super) released: i64,
    /// The day on which it is the talk of the town, and how much so.
    pub(super) trend: Option<(i64, f64)>,
    /// In tenths of a star, with the number of reviews; none for what is new.
    pub(super) rating: Option<(u32, u32)>,
}

impl Product {
    /// The colour's family.
    pub(super) fn family(&self) -> Family {
        COLOURS[self.colour].family
    }

    /// The category's table row.
    pub(super) fn category(&self) -> &'static Category {
        CATEGORIES[self.category]
    }

    /// How many are drawn to it on a day of the window.
    pub(super) fn appeal_on(&self, day: i64) -> f64 {
        let trend = self.trend.map_or(0.0, |(peak, strength)| {
            let away = (day - peak) as f64 / 2.5;
            strength / (1.0 + away * away)
        });
        self.appeal * (1.0 + trend)
    }

    /// The drawing, as SVG text.
    pub(super) fn picture(&self) -> String {
        let category = self.category();
        let look = Look {
            shape: self.shape,
            trim: self.trim,
            scene: self.scene,
            paint: Paint::new(COLOURS[self.colour].rgb, COLOURS[self.accent].rgb),
        };
        pictures::draw(category.drawing, category.setting, &look)
    }
}

/// A brand's series in a category: what its products share.
struct Line {
    name: String,
    brand: usize,
    style: Style,
    shape: u8,
    trim: u8,
    scene: u8,
    accent: usize,
    material: &'static str,
    /// In cents, before the size.
    price: i64,
    quality: f64,
    appeal: f64,
}

/// Colours that a second colour is taken from.
const ACCENTS: [&str; 12] =
    ["ivory", "oat", "ochre", "terracotta", "ink", "sage", "petrol", "blush", "sunflower", "coral", "graphite", "sky"];

/// `count` products, at least one in each category.
pub(super) fn make(seed: u64, count: usize) -> Vec<Product> {
    let mut dice = Dice::new(seed, "catalogue");
    let mut products = Vec::with_capacity(count);
    for (category, wanted) in shares(count).into_iter().enumerate() {
        fill_category(&mut dice, category, wanted, &mut products);
    }
    number(&mut dice, &mut products);
    rank_prices(&mut products);
    products
}

/// How many products each category gets: in proportion to the weights, and `count` in all.
fn shares(count: usize) -> [usize; LEAVES] {
    let total: usize = CATEGORIES.iter().map(|category| category.weight).sum();
    let mut shares = [0; LEAVES];
    let (mut before, mut weights) = (0, 0);
    for (share, category) in shares.iter_mut().zip(CATEGORIES) {
        weights += category.weight;
        // One each first, the rest by the running sum of the weights, so that nothing is lost to rounding.
        let upto = (count - LEAVES) * weights / total;
        *share = 1 + upto - before;
        before = upto;
    }
    shares
}

fn fill_category(dice: &mut Dice, category: usize, wanted: usize, products: &mut Vec<Product>) {
    let table = CATEGORIES[category];
    let makers: Vec<usize> = (0..BRANDS.len()).filter(|&brand| BRANDS[brand].fields.contains(&table.field)).collect();
    let mut names = HashSet::new();
    let mut left = wanted;
    while left > 0 {
        let brand = *dice.pick(&makers);
        let line = draw_line(dice, table, brand, &mut names);
        let mut colours: Vec<&str> = table.colours.to_vec();
        dice.shuffle(&mut colours);
        let sizes = if dice.chance(0.4) { 2 } else { 1 };
        let first = dice.below(table.sizes.len());
        let in_colours = 1 + dice.below(5);
        for &colour in &colours[..in_colours.min(colours.len())] {
            for step in 0..sizes.min(table.sizes.len()) {
                if left == 0 {
                    return;
                }
                let size = table.sizes[(first + step) % table.sizes.len()];
                products.push(draw_product(dice, category, &line, named(colour), size));
                left -= 1;
            }
        }
    }
}

fn draw_line(dice: &mut Dice, table: &Category, brand: usize, names: &mut HashSet<String>) -> Line {
    let mut name = (*dice.pick(&LINES)).to_owned();
    // A name that is taken goes on with a number: "Halden 2".
    let mut number = 1;
    while !names.insert(name.clone()) {
        if number > 3 {
            number += 1;
            name = format!("{} {number}", dice.pick(&LINES));
        } else {
            number += usize::from(dice.chance(0.1));
            name = (*dice.pick(&LINES)).to_owned();
        }
    }
    let maker = &BRANDS[brand];
    let shape = dice.below(table.shapes.len());
    let (low, high) = table.price;
    // Squared, so that most lines are on the cheaper side.
    let dearness = dice.below(100) as i64;
    let euros_hundredfold = low * 100 + (high - low) * dearness * dearness / 100;
    let style = if dice.chance(0.8) { maker.style } else { *dice.pick(&Style::ALL) };
    Line {
        name,
        brand,
        style,
        shape: shape as u8,
        trim: dice.below(table.trims.len()) as u8,
        scene: dice.below(8) as u8,
        accent: named(ACCENTS[dice.below(ACCENTS.len())]),
        material: table.materials[dice.below(table.materials.len())],
        price: euros_hundredfold * table.shapes[shape].1 / 100 * maker.price / 100,
        quality: (0.55 + 0.18 * dice.noise() + 0.001_5 * (maker.price - 100) as f64).clamp(0.05, 0.98),
        appeal: dice.heavy_tail().min(40.0),
    }
}

fn draw_product(
    dice: &mut Dice,
    category: usize,
    line: &Line,
    colour: usize,
    (size, size_price): (&'static str, i64),
) -> Product {
    let table = CATEGORIES[category];
    let price = charm(dice, line.price * size_price / 100);
    // A line's colours share its fame; quiet colours sell best.
    let colour_appeal = match COLOURS[colour].family {
        Family::Light | Family::Dark => 1.25,
        Family::Natural | Family::Green | Family::Blue => 1.0,
        Family::Warm | Family::Pink => 0.8,
    };
    let own = dice.heavy_tail().min(12.0);
    let appeal = line.appeal.sqrt() * own * colour_appeal * (0.4 + line.quality);
    let released = if dice.chance(0.05) { dice.between(1, 26) } else { 0 };
    let trend = dice.chance(0.03).then(|| {
        let peak = dice.between(released, 27);
        (peak, 2.0 + 6.0 * dice.unit())
    });
    let rating = (released == 0).then(|| {
        let stars = 3.3 + 1.5 * line.quality + 0.12 * dice.noise();
        let reviews = 2 + (appeal * 9.0 * dice.unit()) as u32;
        ((stars.clamp(2.8, 5.0) * 10.0 + 0.5) as u32, reviews)
    });
    Product {
        id: String::new(),
        title: title(table, line, size, COLOURS[colour].name),
        category,
        brand: line.brand,
        colour,
        style: line.style,
        shape: line.shape,
        trim: line.trim,
        scene: line.scene,
        accent: line.accent,
        price,
        price_rank: 0.5,
        quality: line.quality,
        appeal,
        released,
        trend,
        rating,
    }
}

/// "Halden speckled stoneware mug, 350 ml, moss": words that say nothing are left out.
fn title(table: &Category, line: &Line, size: &str, colour: &str) -> String {
    let mut title = line.name.clone();
    let shape = table.shapes[usize::from(line.shape)].0;
    for word in [table.trims[usize::from(line.trim)], line.material, shape] {
        if !word.is_empty() {
            title.push(' ');
            title.push_str(word);
        }
    }
    if !["standard", "regular", "regular fit", "one size"].contains(&size) {
        title.push_str(", ");
        title.push_str(size);
    }
    title.push_str(", ");
    title.push_str(colour);
    title.push_str(table.colour_suffix);
    title
}

/// The price tag that a shop would write: 12.50, 24.90, 79, 349, 1290.
fn charm(dice: &mut Dice, cents: i64) -> i64 {
    let euros = cents.max(400) / 100;
    if euros < 30 {
        euros * 100 + *dice.pick(&[50, 90, 90, 95])
    } else if euros < 100 {
        euros * 100 + *dice.pick(&[0, 90, 90])
    } else if euros < 500 {
        ((euros + 5) / 10 * 10 - 1) * 100
    } else {
        ((euros + 25) / 50 * 50 - 10) * 100
    }
}

/// Gives out ids in an order that says nothing.
fn number(dice: &mut Dice, products: &mut [Product]) {
    let mut numbers: Vec<usize> = (0..products.len()).collect();
    dice.shuffle(&mut numbers);
    for (product, number) in products.iter_mut().zip(numbers) {
        product.id = format!("RS-{}", 10_000 + number);
    }
}

fn rank_prices(products: &mut [Product]) {
    for category in 0..LEAVES {
        let mut members: Vec<usize> = (0..products.len()).filter(|&item| products[item].category == category).collect();
        members.sort_by_key(|&item| products[item].price);
        let last = members.len().saturating_sub(1).max(1) as f64;
        for (rank, item) in members.into_iter().enumerate() {
            products[item].price_rank = rank as f64 / last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_full_and_its_titles_and_ids_are_distinct() {
        let products = make(1, 3000);
        assert_eq!(products.len(), 3000);
        let titles: HashSet<&str> = products.iter().map(|p| p.title.as_str()).collect();
        let ids: HashSet<&str> = products.iter().map(|p| p.id.as_str()).collect();
        assert_eq!((titles.len(), ids.len()), (3000, 3000));
        for category in 0..LEAVES {
            let count = products.iter().filter(|p| p.category == category).count();
            assert!((40..140).contains(&count), "{category}: {count}");
        }
        assert!(products.iter().all(|p| p.price >= 400 && p.price < 1_000_000));
    }

    #[test]
    fn few_products_and_many_both_work() {
        assert_eq!(make(3, LEAVES).len(), LEAVES);
        let many = make(3, 20_000);
        let titles: HashSet<&str> = many.iter().map(|p| p.title.as_str()).collect();
        assert_eq!((many.len(), titles.len()), (20_000, 20_000));
    }

    #[test]
    fn appeal_has_a_heavy_tail() {
        let mut appeal: Vec<f64> = make(1, 3000).iter().map(|p| p.appeal).collect();
        appeal.sort_by(|a, b| b.total_cmp(a));
        let total: f64 = appeal.iter().sum();
        let top: f64 = appeal[..300].iter().sum();
        assert!(top / total > 0.3, "the first tenth has {top} of {total}");
    }

    #[test]
    fn dearer_brands_ask_more() {
        let products = make(1, 3000);
        let mean = |dear: bool| {
            let ranks: Vec<f64> =
                products.iter().filter(|p| (BRANDS[p.brand].price > 115) == dear).map(|p| p.price_rank).collect();
            ranks.iter().sum::<f64>() / ranks.len() as f64
        };
        assert!(mean(true) > mean(false) + 0.05);
    }

    #[test]
    fn price_tags_look_like_price_tags() {
        let mut dice = Dice::new(1, "tags");
        for cents in (100..400_000).step_by(97) {
            let tag = charm(&mut dice, cents);
            assert!([0, 50, 90, 95].contains(&(tag % 100)), "{tag}");
            assert!(tag >= 400);
        }
    }
}
