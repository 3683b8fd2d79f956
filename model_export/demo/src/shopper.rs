//! Who comes into the shop: what a shopper likes for good (taste), what brings them today (intent), and how much a
//! product suits them. The weights are assumptions, listed in docs/demo-shop.md.

use crate::catalogue::Product;
use crate::rng::{Rng, WeightedIndex};
use crate::tables::{BRANDS, CATEGORIES, Family, Style, position};

/// What a person likes, whatever they look for.
#[derive(Clone)]
pub(crate) struct Taste {
    style: Style,
    family: Family,
    brands: [usize; 3],
    /// The price rank that they are used to pay, 0..1.
    purse: f64,
    /// How much a price away from that hurts.
    thrift: f64,
}

impl Taste {
    /// A person.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self {
            style: *rng.pick(&Style::ALL),
            family: *rng.pick(&Family::ALL),
            brands: std::array::from_fn(|_| rng.below(BRANDS.len())),
            purse: (0.42 + 0.24 * rng.noise()).clamp(0.0, 1.0),
            thrift: 0.6 + 2.4 * rng.unit(),
        }
    }
}

/// What a session is after.
#[derive(Clone)]
pub(crate) struct Intent {
    /// The category looked for; a shopper after a look, not a thing, has the category they begin with.
    pub(crate) leaf: usize,
    /// A look runs through a whole department.
    pub(crate) is_look: bool,
    pub(crate) shape: Option<u8>,
    pub(crate) family: Option<Family>,
    pub(crate) style: Option<Style>,
    pub(crate) brand: Option<usize>,
}

impl Intent {
    /// A reason to come, for a person of this taste.
    pub(crate) fn draw(rng: &mut Rng, leaves: &WeightedIndex, taste: &Taste) -> Self {
        let leaf = leaves.sample(rng);
        if rng.chance(0.22) {
            return Self {
                leaf,
                is_look: true,
                shape: None,
                family: Some(Self::wished_family(rng, taste)),
                style: Some(if rng.chance(0.7) { taste.style } else { *rng.pick(&Style::ALL) }),
                brand: None,
            };
        }
        Self::for_leaf(rng, leaf, taste)
    }

    /// Something of one category.
    pub(crate) fn for_leaf(rng: &mut Rng, leaf: usize, taste: &Taste) -> Self {
        let shape = rng.below(CATEGORIES[leaf].shapes.len()) as u8;
        Self {
            leaf,
            is_look: false,
            shape: rng.chance(0.65).then_some(shape),
            family: rng.chance(0.6).then(|| Self::wished_family(rng, taste)),
            style: rng.chance(0.35).then_some(taste.style),
            brand: rng.chance(0.2).then(|| *rng.pick(&taste.brands)),
        }
    }

    fn wished_family(rng: &mut Rng, taste: &Taste) -> Family {
        if rng.chance(0.55) { taste.family } else { *rng.pick(&Family::ALL) }
    }

    /// The same shopper after the thoughts have moved on: another shape or colour, what goes with the thing, or
    /// something else altogether.
    pub(crate) fn drift(&self, rng: &mut Rng, leaves: &WeightedIndex, taste: &Taste) -> Self {
        let turn = rng.unit();
        if turn < 0.35 {
            let mut same = Self::for_leaf(rng, self.leaf, taste);
            same.style = self.style;
            same
        } else if turn < 0.8 {
            let near = &CATEGORIES[self.leaf].near;
            // The closest neighbour twice as often as the last.
            let at = rng.below(near.len() + 1) % near.len();
            let leaf = position(near[at]).unwrap_or(self.leaf);
            let mut next = Self::for_leaf(rng, leaf, taste);
            next.family = self.family.or(next.family);
            next.style = self.style.or(next.style);
            next.is_look = self.is_look;
            if self.is_look {
                next.shape = None;
            }
            next
        } else {
            Self::draw(rng, leaves, taste)
        }
    }
}

/// How popular each category is as a reason to come: its weight, with some far ahead.
pub(crate) fn leaf_popularity(rng: &mut Rng) -> WeightedIndex {
    WeightedIndex::new(CATEGORIES.iter().map(|leaf| leaf.weight as f64 * rng.heavy_tail().min(6.0)))
}

/// How well a product suits a shopper, in logits; 0 is "an even chance of a click when seen". `appeal` is the product's
/// fame today, `mood` a number fixed for this pair of session and product.
pub(crate) fn fit(product: &Product, taste: &Taste, intent: &Intent, appeal: f64, mood: f64) -> f64 {
    let mut fit = -4.2 + mood;
    let leaf = &CATEGORIES[intent.leaf];
    let own = product.category();
    fit += if product.category == intent.leaf {
        if intent.is_look { 1.6 } else { 2.2 }
    } else if intent.is_look && own.field == leaf.field {
        1.2
    } else if leaf.near.contains(&own.slug()) {
        0.7
    } else {
        -0.5
    };
    if product.category == intent.leaf {
        fit += match intent.shape {
            Some(shape) if shape == product.shape => 1.3,
            Some(_) => -1.6,
            None => 0.0,
        };
    }
    fit += match intent.family {
        Some(family) if family == product.family() => 1.9,
        Some(_) => -1.3,
        None if product.family() == taste.family => 0.4,
        None => 0.0,
    };
    fit += match intent.style {
        Some(style) if style == product.style => 1.3,
        Some(_) => -0.7,
        None if product.style == taste.style => 0.4,
        None => 0.0,
    };
    if intent.brand == Some(product.brand) {
        fit += 1.7;
    } else if taste.brands.contains(&product.brand) {
        fit += 0.5;
    }
    // Dearer than one is used to hurts; cheaper only makes one wonder.
    let dearer = product.price_rank - taste.purse;
    fit -= taste.thrift * if dearer > 0.0 { dearer } else { -0.45 * dearer };
    fit += 1.2 * (product.quality - 0.55);
    // The logarithm's shape without a logarithm: fame helps, ever less.
    fit + 1.2 * appeal / (appeal + 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn what_is_wanted_suits_better() {
        let products = catalogue::make(1, 1000);
        let mut rng = Rng::new(1, "fit");
        let taste = Taste::draw(&mut rng);
        let mean = |keep: &dyn Fn(&Product) -> bool, intent: &Intent| {
            let fits: Vec<f64> = products
                .iter()
                .filter(|product| keep(product))
                .map(|product| fit(product, &taste, intent, product.appeal, 0.0))
                .collect();
            fits.iter().sum::<f64>() / fits.len() as f64
        };
        let mut intent = Intent::for_leaf(&mut rng, 3, &taste);
        (intent.family, intent.shape, intent.brand) = (Some(Family::Green), None, None);
        assert!(mean(&|p| p.category == 3, &intent) > mean(&|p| p.category != 3, &intent) + 1.0);
        assert!(
            mean(&|p| p.family() == Family::Green, &intent) > mean(&|p| p.family() != Family::Green, &intent) + 1.0
        );
    }

    #[test]
    fn the_price_hurts_more_upwards() {
        let mut product = catalogue::make(1, 100).remove(0);
        let mut rng = Rng::new(1, "price");
        let mut taste = Taste::draw(&mut rng);
        (taste.purse, taste.thrift) = (0.5, 2.0);
        let intent = Intent::for_leaf(&mut rng, 0, &taste);
        let mut at = |rank| {
            product.price_rank = rank;
            fit(&product, &taste, &intent, 1.0, 0.0)
        };
        assert!(at(0.5) > at(0.2) && at(0.2) > at(0.8));
    }
}
