//! The shop's tree of categories and what each category's products are made of: plain tables, nothing else.

mod kitchen;
mod living;
mod outdoor;
mod study;
mod wear;

use super::pictures::{Drawing, Setting};

/// A department: brands keep to one or two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Kitchen,
    Living,
    Garden,
    Outdoor,
    Wear,
    Sound,
    Paper,
}

/// A leaf of the tree.
pub(super) struct Category {
    /// The last part of the path; unique.
    pub(super) slug: &'static str,
    /// From the root, parts parted by `/`.
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    pub(super) field: Field,
    /// Its share of the catalogue, in proportion to the others'.
    pub(super) weight: usize,
    /// The lowest and the highest usual price, in euros, before shape, size and brand.
    pub(super) price: (i64, i64),
    /// What the thing is called by its shape, and the price of that shape in per cent.
    pub(super) shapes: &'static [(&'static str, i64)],
    /// Words for the decorations; an empty one stays unsaid.
    pub(super) trims: &'static [&'static str],
    pub(super) materials: &'static [&'static str],
    /// Sizes, and the price of each in per cent.
    pub(super) sizes: &'static [(&'static str, i64)],
    /// Names of the colours it comes in.
    pub(super) colours: &'static [&'static str],
    /// What follows the colour in a title (" pot").
    pub(super) colour_suffix: &'static str,
    /// Slugs of the categories that go with it, closest first.
    pub(super) near: &'static [&'static str],
    pub(super) drawing: Drawing,
    pub(super) setting: Setting,
}

/// How many leaves there are.
pub(super) const LEAVES: usize = 41;

/// The leaves, in the order of the shop's menu.
pub(super) const CATEGORIES: [&Category; LEAVES] = {
    let mut all = [&kitchen::TABLE[0]; LEAVES];
    let tables: [&'static [Category]; 5] =
        [&kitchen::TABLE, &living::TABLE, &outdoor::TABLE, &wear::TABLE, &study::TABLE];
    let (mut table, mut at) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[at] = &tables[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    all
};

/// An inner node of the tree: its path and its title.
pub(super) const BRANCHES: [(&str, &str); 15] = [
    ("kitchen", "Kitchen & table"),
    ("living", "Living"),
    ("living/seating", "Seating"),
    ("living/lighting", "Lighting"),
    ("living/textiles", "Textiles"),
    ("living/decor", "Decoration"),
    ("garden", "Plants & garden"),
    ("outdoor", "Outdoor"),
    ("outdoor/camp", "Camping"),
    ("outdoor/carry", "Bags & packs"),
    ("wear", "Wear"),
    ("wear/clothing", "Clothing"),
    ("wear/shoes", "Shoes"),
    ("wear/accessories", "Accessories"),
    ("study", "Study & sound"),
];

/// The position of a slug in [`CATEGORIES`].
pub(super) fn position(slug: &str) -> Option<usize> {
    CATEGORIES.iter().position(|category| category.slug == slug)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::colours::{COLOURS, named};
    use super::*;

    #[test]
    fn the_tables_agree_with_each_other() {
        for (at, category) in CATEGORIES.iter().enumerate() {
            assert_eq!(position(category.slug), Some(at), "slugs are unique");
            assert!(category.path.ends_with(category.slug));
            let parent = category.path.rsplit_once('/').unwrap().0;
            assert!(BRANCHES.iter().any(|(path, _)| *path == parent), "{parent}");
            for near in category.near {
                assert!(position(near).is_some(), "{near}");
                assert_ne!(*near, category.slug);
            }
            for colour in category.colours {
                assert_eq!(COLOURS[named(colour)].name, *colour);
            }
            assert!(category.colours.len() >= 10);
            assert!(0 < category.price.0 && category.price.0 < category.price.1);
            assert!(!category.shapes.is_empty() && !category.trims.is_empty());
            assert!(!category.materials.is_empty() && !category.sizes.is_empty());
        }
    }
}
