//! The shop's own lists, as a server without a session model would send them: by popularity, remade at night, so that
//! they always lag behind what shoppers do.

use crate::catalogue::Product;
use crate::rng::Rng;
use crate::tables::{BRANCHES, CATEGORIES, position};

/// Slots on the home page.
pub(crate) const HOME: usize = 60;
/// Slots of "you may also like".
pub(crate) const ALSO: usize = 24;
/// Slots of a page that gathers several categories.
pub(crate) const BRANCH: usize = 120;
/// Slots of a category page.
pub(crate) const LEAF: usize = 200;
/// At most so many of one category stand on the home page.
const HOME_PER_CATEGORY: usize = 3;
/// At most so many of "you may also like" come from the product's own category.
const ALSO_SAME: usize = 16;
/// How much of a product's fame counts in the lists of its first, second, third and fourth neighbouring category.
const NEAR: [f64; 4] = [0.45, 0.38, 0.32, 0.28];

/// What the shop has counted of each product, older days fading.
pub(crate) struct Popularity {
    counts: Vec<f64>,
}

impl Popularity {
    /// What the shop knew before the window: the appeal, blurred.
    pub(crate) fn before(rng: &mut Rng, products: &[Product]) -> Self {
        let counts = products
            .iter()
            .map(|product| match product.released {
                0 => product.appeal * 4.0 * (0.4 + 1.2 * rng.unit()),
                _ => 0.0,
            })
            .collect();
        Self { counts }
    }

    /// Counts a product's event; a cart or a purchase weighs more than a look.
    pub(crate) fn count(&mut self, item: u32, weight: f64) {
        self.counts[item as usize] += weight;
    }

    /// A day ends: yesterday weighs nine tenths.
    pub(crate) fn fade(&mut self) {
        for count in &mut self.counts {
            *count *= 0.9;
        }
    }

    /// The score of a product in the server's lists.
    pub(crate) fn of(&self, item: u32) -> f64 {
        self.counts[item as usize]
    }
}

/// All lists, as positions in the catalogue.
#[derive(Clone, Default)]
pub(crate) struct Lists {
    pub(crate) home: Vec<u32>,
    /// By leaf: every product of it that is for sale.
    pub(crate) leaf: Vec<Vec<u32>>,
    /// By position in [`BRANCHES`].
    pub(crate) branch: Vec<Vec<u32>>,
    /// By product.
    pub(crate) also: Vec<Vec<u32>>,
}

impl Lists {
    /// Remakes the home page and the category pages for a day; `also` is left as it was.
    pub(crate) fn remake(&mut self, products: &[Product], popularity: &Popularity, day: i64) {
        let mut order: Vec<u32> =
            (0..products.len() as u32).filter(|&item| products[item as usize].released <= day).collect();
        // The position breaks ties, so that the order is one and the same everywhere.
        order.sort_by(|&a, &b| popularity.of(b).total_cmp(&popularity.of(a)).then(a.cmp(&b)));

        self.leaf = vec![Vec::new(); CATEGORIES.len()];
        self.branch = vec![Vec::new(); BRANCHES.len()];
        self.home.clear();
        for &item in &order {
            let category = products[item as usize].category;
            let leaf = &mut self.leaf[category];
            if leaf.len() < HOME_PER_CATEGORY && self.home.len() < HOME {
                self.home.push(item);
            }
            leaf.push(item);
            for (branch, above) in self.branch.iter_mut().zip(BRANCHES.iter()) {
                if branch.len() < BRANCH && lies_under(CATEGORIES[category].path, above.path) {
                    branch.push(item);
                }
            }
        }
        // A shop too small for the spread fills its home page with what is left.
        let rest: Vec<u32> =
            order.into_iter().filter(|item| !self.home.contains(item)).take(HOME - self.home.len()).collect();
        self.home.extend(rest);
    }

    /// Remakes "you may also like" of every product: its category and the neighbouring ones by popularity, blind to the
    /// session. A fixed jitter per pair keeps the lists of one category from being all the same.
    pub(crate) fn remake_also(&mut self, products: &[Product], popularity: &Popularity) {
        let near: Vec<Vec<usize>> = CATEGORIES
            .iter()
            .map(|category| category.near.iter().filter_map(|slug| position(slug)).collect())
            .collect();
        self.also = (0..products.len() as u32)
            .map(|item| {
                let own = products[item as usize].category;
                let mut scored: Vec<(f64, u32)> = Vec::new();
                let neighbours = near[own].iter().zip(NEAR).map(|(&leaf, share)| (leaf, share));
                for (leaf, share) in std::iter::once((own, 1.0)).chain(neighbours) {
                    // Only what leads its category can come among the first.
                    for &other in self.leaf[leaf].iter().filter(|&&other| other != item).take(ALSO + 16) {
                        scored.push((popularity.of(other) * share * jitter(item, other), other));
                    }
                }
                scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                let mut same = 0;
                scored
                    .into_iter()
                    .map(|(_, other)| other)
                    .filter(|&other| {
                        let is_same = products[other as usize].category == own;
                        same += usize::from(is_same);
                        !is_same || same <= ALSO_SAME
                    })
                    .take(ALSO)
                    .collect()
            })
            .collect();
    }
}

/// Whether the path of a leaf lies under a branch.
pub(crate) fn lies_under(leaf: &str, branch: &str) -> bool {
    leaf.strip_prefix(branch).is_some_and(|rest| rest.starts_with('/'))
}

/// 0.6..1.4, fixed for the pair.
fn jitter(a: u32, b: u32) -> f64 {
    let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    0.6 + 0.8 * ((mixed ^ (mixed >> 29)) >> 11 & 0xffff) as f64 / 65_536.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn lists_hold_what_they_should() {
        let products = catalogue::make(1, 800);
        let popularity = Popularity::before(&mut Rng::new(1, "lists"), &products);
        let mut lists = Lists::default();
        lists.remake(&products, &popularity, 10);
        lists.remake_also(&products, &popularity);
        assert_eq!(lists.home.len(), HOME);
        for (category, leaf) in lists.leaf.iter().enumerate() {
            assert!(leaf.iter().all(|&item| products[item as usize].category == category));
            assert!(leaf.is_sorted_by(|&a, &b| popularity.of(a) >= popularity.of(b)));
        }
        assert!(lists.branch.iter().all(|branch| !branch.is_empty() && branch.len() <= BRANCH));
        for (item, also) in lists.also.iter().enumerate() {
            assert!(also.len() == ALSO, "{}", also.len());
            assert!(!also.contains(&(item as u32)));
        }
        assert!(
            lists.home.iter().all(|&item| products[item as usize].released <= 10),
            "what is not for sale yet is not shown"
        );
    }

    #[test]
    fn a_branch_is_not_under_itself_nor_under_a_namesake() {
        assert!(lies_under("living/decor/vases", "living"));
        assert!(lies_under("living/decor/vases", "living/decor"));
        assert!(!lies_under("living", "living"));
        assert!(!lies_under("livingroom/x", "living"));
    }
}
