//! The shop's tables: its tree of categories, its brands, colours and words. They are JSON files in `tables/`, part of the
//! program; each is read once, when first asked for. Uses nothing else of ours.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, de};

/// A department: brands keep to one or two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Field {
    Kitchen,
    Living,
    Garden,
    Outdoor,
    Wear,
    Sound,
    Paper,
}

/// The manner that a brand's things share and a shopper may like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    Quiet,
    Rustic,
    Workshop,
    Playful,
    Classic,
    Technical,
}

impl Style {
    /// All of them, for drawing a preference.
    pub(crate) const ALL: [Style; 6] =
        [Style::Quiet, Style::Rustic, Style::Workshop, Style::Playful, Style::Classic, Style::Technical];
}

/// What a shopper who says "something green" would accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    Light,
    Dark,
    Green,
    Blue,
    Warm,
    Pink,
    Natural,
}

impl Family {
    /// All of them, for drawing a preference.
    pub(crate) const ALL: [Family; 7] =
        [Family::Light, Family::Dark, Family::Green, Family::Blue, Family::Warm, Family::Pink, Family::Natural];
}

/// Where a thing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Setting {
    /// Standing on a table or the ground: some backdrops have a floor.
    Standing,
    /// Hanging or lying flat: no floor.
    Flat,
}

/// An inner node of the tree of categories.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Branch {
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
}

/// A leaf of the tree, and what its products are made of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    /// From the root, parts separated by `/`.
    pub(crate) path: &'static str,
    pub(crate) title: &'static str,
    pub(crate) field: Field,
    pub(crate) setting: Setting,
    /// Its share of the catalogue, in proportion to the others'.
    pub(crate) weight: usize,
    /// The lowest and the highest usual price, in euros, before shape, size and brand.
    pub(crate) price: (i64, i64),
    /// Whether a cart often holds more than one of a thing.
    #[serde(default)]
    pub(crate) bought_in_several: bool,
    /// What the thing is called by its shape, and the price of that shape in per cent.
    #[serde(borrow)]
    pub(crate) shapes: Vec<(&'static str, i64)>,
    /// Words for the decorations; an empty one stays unsaid.
    #[serde(borrow)]
    pub(crate) trims: Vec<&'static str>,
    #[serde(borrow)]
    pub(crate) materials: Vec<&'static str>,
    /// Sizes, and the price of each in per cent.
    #[serde(borrow)]
    pub(crate) sizes: Vec<(&'static str, i64)>,
    /// Names of the colours it comes in.
    #[serde(borrow)]
    pub(crate) colours: Vec<&'static str>,
    /// What follows the colour in a title (" pot").
    #[serde(default)]
    pub(crate) colour_suffix: &'static str,
    /// Slugs of the categories that go with it, closest first.
    #[serde(borrow)]
    pub(crate) near: Vec<&'static str>,
}

impl Category {
    /// The last part of the path; unique.
    pub(crate) fn slug(&self) -> &'static str {
        last_part(self.path)
    }
}

/// The last part of a path.
pub(crate) fn last_part(path: &'static str) -> &'static str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// A maker. All are invented; any likeness to a real brand is chance.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brand {
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    /// What its name costs: the price in per cent of an ordinary maker's.
    pub(crate) price: i64,
    pub(crate) fields: Vec<Field>,
}

/// A colour as 0xRRGGBB; `#rrggbb` in the tables and in pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u32);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        value.map(Rgb).ok_or_else(|| de::Error::custom(format_args!("{text} is not #rrggbb")))
    }
}

/// A colour with a name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Colour {
    pub(crate) name: &'static str,
    pub(crate) rgb: Rgb,
    pub(crate) family: Family,
}

/// The shop's words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// The shop's name.
    pub(crate) shop: &'static str,
    pub(crate) currency: &'static str,
    /// Names that lines of products bear.
    #[serde(borrow)]
    pub(crate) lines: Vec<&'static str>,
    /// Colours that a line's second colour is taken from.
    #[serde(borrow)]
    pub(crate) accents: Vec<&'static str>,
    /// Sizes that a title leaves out.
    #[serde(borrow)]
    pub(crate) unsaid_sizes: Vec<&'static str>,
}

/// The leaves, in the order of the shop's menu.
pub(crate) static CATEGORIES: LazyLock<Vec<Category>> =
    LazyLock::new(|| read(include_str!("../tables/categories.json")));
/// The inner nodes, each before what grows on it.
pub(crate) static BRANCHES: LazyLock<Vec<Branch>> = LazyLock::new(|| read(include_str!("../tables/branches.json")));
/// Every brand of the shop.
pub(crate) static BRANDS: LazyLock<Vec<Brand>> = LazyLock::new(|| read(include_str!("../tables/brands.json")));
/// Every colour of the shop.
pub(crate) static COLOURS: LazyLock<Vec<Colour>> = LazyLock::new(|| read(include_str!("../tables/colours.json")));
/// The shop's words.
pub(crate) static WORDS: LazyLock<Words> = LazyLock::new(|| read(include_str!("../tables/words.json")));

#[expect(clippy::expect_used, reason = "the tables are part of the program, and every test of it reads them")]
fn read<T: Deserialize<'static>>(table: &'static str) -> T {
    serde_json::from_str(table).expect("the shop's own table is valid")
}

/// The position of a slug in [`CATEGORIES`].
pub(crate) fn position(slug: &str) -> Option<usize> {
    CATEGORIES.iter().position(|category| category.slug() == slug)
}

/// The position in [`COLOURS`] of a name; the first colour when there is none of that name (a test checks all tables).
pub(crate) fn named(name: &str) -> usize {
    COLOURS.iter().position(|colour| colour.name == name).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_agree_with_each_other() {
        for (at, category) in CATEGORIES.iter().enumerate() {
            assert_eq!(position(category.slug()), Some(at), "slugs are unique");
            let parent = category.path.rsplit_once('/').unwrap().0;
            assert!(BRANCHES.iter().any(|branch| branch.path == parent), "{parent}");
            for near in &category.near {
                assert!(position(near).is_some(), "{near}");
                assert_ne!(*near, category.slug());
            }
            for colour in category.colours.iter().chain(&WORDS.accents) {
                assert_eq!(COLOURS[named(colour)].name, *colour);
            }
            assert!(category.colours.len() >= 10 && !category.near.is_empty());
            assert!(0 < category.price.0 && category.price.0 < category.price.1);
            assert!(!category.shapes.is_empty() && !category.trims.is_empty());
            assert!(!category.materials.is_empty() && !category.sizes.is_empty());
        }
    }

    #[test]
    fn every_department_has_makers_of_every_purse() {
        for category in CATEGORIES.iter() {
            let makers = BRANDS.iter().filter(|brand| brand.fields.contains(&category.field));
            let prices: Vec<i64> = makers.map(|brand| brand.price).collect();
            assert!(prices.len() >= 5, "{}", category.path);
            assert!(prices.iter().any(|&price| price < 100));
            assert!(prices.iter().any(|&price| price > 115));
        }
    }

    #[test]
    fn names_are_distinct() {
        for (at, name) in WORDS.lines.iter().enumerate() {
            assert!(!WORDS.lines[..at].contains(name), "{name}");
        }
        for (at, brand) in BRANDS.iter().enumerate() {
            assert!(BRANDS[..at].iter().all(|other| other.name != brand.name));
        }
        for (at, colour) in COLOURS.iter().enumerate() {
            assert_eq!(named(colour.name), at);
        }
    }
}
