//! Makes the shop's products: lines of a brand in a category, each line in a few sizes and colours.

use std::collections::HashSet;

use crate::picture::{self, Look};
use crate::rng::Rng;
use crate::tables::{BRANDS, CATEGORIES, COLOURS, Category, Family, Style, WORDS, named};

/// One product and what the simulator knows of it.
pub(crate) struct Product {
    /// The id that the shop writes, such as `RS-10423`.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Positions in the tables.
    pub(crate) category: usize,
    pub(crate) brand: usize,
    pub(crate) colour: usize,
    pub(crate) style: Style,
    pub(crate) shape: u8,
    trim: u8,
    scene: u8,
    accent: usize,
    /// In euro cents.
    pub(crate) price: i64,
    /// Where the price stands among those of its category: 0 the cheapest, 1 the dearest.
    pub(crate) price_rank: f64,
    /// How good the thing is, 0..1; the rating shows it, with noise.
    pub(crate) quality: f64,
    /// How many are drawn to it before anyone has looked: heavy-tailed.
    pub(crate) appeal: f64,
    /// The day of the window on which it came into the shop; 0 for all that were there before.
    pub(crate) released: i64,
    /// The day on which it is the talk of the town, and how much so.
    pub(crate) trend: Option<(i64, f64)>,
    /// In tenths of a star, with the number of reviews; none for what is new.
    pub(crate) rating: Option<(u32, u32)>,
}

impl Product {
    /// The colour's family.
    pub(crate) fn family(&self) -> Family {
        COLOURS[self.colour].family
    }

    /// The category's table row.
    pub(crate) fn category(&self) -> &'static Category {
        &CATEGORIES[self.category]
    }

    /// How many are drawn to it on a day of the window.
    pub(crate) fn appeal_on(&self, day: i64) -> f64 {
        let trend = self.trend.map_or(0.0, |(peak, strength)| {
            let away = (day - peak) as f64 / 2.5;
            strength / (1.0 + away * away)
        });
        self.appeal * (1.0 + trend)
    }

    /// The drawing, as SVG text.
    pub(crate) fn picture(&self) -> String {
        let look = Look {
            shape: self.shape,
            trim: self.trim,
            scene: self.scene,
            base: COLOURS[self.colour].rgb,
            accent: COLOURS[self.accent].rgb,
        };
        picture::draw(self.category(), &look)
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

/// `count` products, at least one in each category.
pub(crate) fn make(seed: u64, count: usize) -> Vec<Product> {
    let mut rng = Rng::new(seed, "catalogue");
    let mut products = Vec::with_capacity(count);
    for (category, wanted) in shares(count).into_iter().enumerate() {
        fill_category(&mut rng, category, wanted, &mut products);
    }
    number(&mut rng, &mut products);
    rank_prices(&mut products);
    products
}

/// How many products each category gets: in proportion to the weights, and `count` in all.
fn shares(count: usize) -> Vec<usize> {
    let total: usize = CATEGORIES.iter().map(|category| category.weight).sum();
    let (mut before, mut weights) = (0, 0);
    let share = |category: &Category| {
        weights += category.weight;
        // One each first, the rest by the running sum of the weights, so that nothing is lost to rounding.
        let upto = (count - CATEGORIES.len()) * weights / total;
        let share = 1 + upto - before;
        before = upto;
        share
    };
    CATEGORIES.iter().map(share).collect()
}

fn fill_category(rng: &mut Rng, category: usize, wanted: usize, products: &mut Vec<Product>) {
    let table = &CATEGORIES[category];
    let makers: Vec<usize> = (0..BRANDS.len()).filter(|&brand| BRANDS[brand].fields.contains(&table.field)).collect();
    let mut names = HashSet::new();
    let mut left = wanted;
    while left > 0 {
        let brand = *rng.pick(&makers);
        let line = draw_line(rng, table, brand, &mut names);
        let mut colours = table.colours.clone();
        rng.shuffle(&mut colours);
        let sizes = if rng.chance(0.4) { 2 } else { 1 };
        let first = rng.below(table.sizes.len());
        let in_colours = 1 + rng.below(5);
        for &colour in &colours[..in_colours.min(colours.len())] {
            for step in 0..sizes.min(table.sizes.len()) {
                if left == 0 {
                    return;
                }
                let size = table.sizes[(first + step) % table.sizes.len()];
                products.push(draw_product(rng, category, &line, named(colour), size));
                left -= 1;
            }
        }
    }
}

fn draw_line(rng: &mut Rng, table: &Category, brand: usize, names: &mut HashSet<String>) -> Line {
    let mut name = (*rng.pick(&WORDS.lines)).to_owned();
    // A name that is taken goes on with a number: "Halden 2".
    let mut number = 1;
    while !names.insert(name.clone()) {
        if number > 3 {
            number += 1;
            name = format!("{} {number}", rng.pick(&WORDS.lines));
        } else {
            number += usize::from(rng.chance(0.1));
            name = (*rng.pick(&WORDS.lines)).to_owned();
        }
    }
    let maker = &BRANDS[brand];
    let shape = rng.below(table.shapes.len());
    let (low, high) = table.price;
    // Squared, so that most lines are on the cheaper side.
    let dearness = rng.below(100) as i64;
    let euros_hundredfold = low * 100 + (high - low) * dearness * dearness / 100;
    let style = if rng.chance(0.8) { maker.style } else { *rng.pick(&Style::ALL) };
    Line {
        name,
        brand,
        style,
        shape: shape as u8,
        trim: rng.below(table.trims.len()) as u8,
        scene: rng.below(8) as u8,
        accent: named(rng.pick::<&str>(&WORDS.accents)),
        material: table.materials[rng.below(table.materials.len())],
        price: euros_hundredfold * table.shapes[shape].1 / 100 * maker.price / 100,
        quality: (0.55 + 0.18 * rng.noise() + 0.001_5 * (maker.price - 100) as f64).clamp(0.05, 0.98),
        appeal: rng.heavy_tail().min(40.0),
    }
}

fn draw_product(
    rng: &mut Rng,
    category: usize,
    line: &Line,
    colour: usize,
    (size, size_price): (&'static str, i64),
) -> Product {
    let table = &CATEGORIES[category];
    let price = charm(rng, line.price * size_price / 100);
    // A line's colours share its fame; quiet colours sell best.
    let colour_appeal = match COLOURS[colour].family {
        Family::Light | Family::Dark => 1.25,
        Family::Natural | Family::Green | Family::Blue => 1.0,
        Family::Warm | Family::Pink => 0.8,
    };
    let own = rng.heavy_tail().min(12.0);
    let appeal = line.appeal.sqrt() * own * colour_appeal * (0.4 + line.quality);
    let released = if rng.chance(0.05) { rng.between(1, 26) } else { 0 };
    let trend = rng.chance(0.03).then(|| {
        let peak = rng.between(released, 27);
        (peak, 2.0 + 6.0 * rng.unit())
    });
    let rating = (released == 0).then(|| {
        let stars = 3.3 + 1.5 * line.quality + 0.12 * rng.noise();
        let reviews = 2 + (appeal * 9.0 * rng.unit()) as u32;
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
    if !WORDS.unsaid_sizes.contains(&size) {
        title.push_str(", ");
        title.push_str(size);
    }
    title.push_str(", ");
    title.push_str(colour);
    title.push_str(table.colour_suffix);
    title
}

/// The price tag that a shop would write: 12.50, 24.90, 79, 349, 1290.
fn charm(rng: &mut Rng, cents: i64) -> i64 {
    let euros = cents.max(400) / 100;
    if euros < 30 {
        euros * 100 + *rng.pick(&[50, 90, 90, 95])
    } else if euros < 100 {
        euros * 100 + *rng.pick(&[0, 90, 90])
    } else if euros < 500 {
        ((euros + 5) / 10 * 10 - 1) * 100
    } else {
        ((euros + 25) / 50 * 50 - 10) * 100
    }
}

/// Gives out ids in an order that says nothing.
fn number(rng: &mut Rng, products: &mut [Product]) {
    let mut numbers: Vec<usize> = (0..products.len()).collect();
    rng.shuffle(&mut numbers);
    for (product, number) in products.iter_mut().zip(numbers) {
        product.id = format!("RS-{}", 10_000 + number);
    }
}

fn rank_prices(products: &mut [Product]) {
    for category in 0..CATEGORIES.len() {
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
        for category in 0..CATEGORIES.len() {
            let count = products.iter().filter(|p| p.category == category).count();
            assert!((40..140).contains(&count), "{category}: {count}");
        }
        assert!(products.iter().all(|p| p.price >= 400 && p.price < 1_000_000));
    }

    #[test]
    fn few_products_and_many_both_work() {
        assert_eq!(make(3, CATEGORIES.len()).len(), CATEGORIES.len());
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
        let mut rng = Rng::new(1, "tags");
        for cents in (100..400_000).step_by(97) {
            let tag = charm(&mut rng, cents);
            assert!([0, 50, 90, 95].contains(&(tag % 100)), "{tag}");
            assert!(tag >= 400);
        }
    }
}
