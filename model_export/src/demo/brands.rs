//! Invented brands and the names of their lines. Any likeness to a real brand is chance.

use super::categories::Field;
use super::categories::Field::{Garden, Kitchen, Living, Outdoor, Paper, Sound, Wear};

/// The manner that a brand's things share and a shopper may like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Quiet,
    Rustic,
    Workshop,
    Playful,
    Classic,
    Technical,
}

impl Style {
    /// All of them, for drawing a preference.
    pub(super) const ALL: [Style; 6] =
        [Style::Quiet, Style::Rustic, Style::Workshop, Style::Playful, Style::Classic, Style::Technical];
}

/// A maker.
pub(super) struct Brand {
    pub(super) name: &'static str,
    pub(super) style: Style,
    /// What its name costs: the price in per cent of an ordinary maker's.
    pub(super) price: i64,
    pub(super) fields: &'static [Field],
}

const fn brand(name: &'static str, style: Style, price: i64, fields: &'static [Field]) -> Brand {
    Brand { name, style, price, fields }
}

/// Every brand of the shop.
pub(super) const BRANDS: [Brand; 42] = [
    brand("Fennvik", Style::Quiet, 112, &[Kitchen, Living]),
    brand("Kilnrow", Style::Rustic, 105, &[Kitchen, Living]),
    brand("Tallow & Pine", Style::Rustic, 95, &[Living, Kitchen]),
    brand("Ostrand", Style::Quiet, 145, &[Living, Kitchen]),
    brand("Marrowby", Style::Classic, 120, &[Kitchen]),
    brand("Copperlea", Style::Classic, 150, &[Kitchen, Garden]),
    brand("Plainfolk", Style::Quiet, 72, &[Kitchen, Living]),
    brand("Dottie Marl", Style::Playful, 88, &[Kitchen, Living, Paper]),
    brand("Hobb & Sons", Style::Workshop, 108, &[Kitchen, Living]),
    brand("Pebblecote", Style::Rustic, 78, &[Kitchen, Garden]),
    brand("Corvane", Style::Workshop, 132, &[Living]),
    brand("Havnlund", Style::Quiet, 125, &[Living]),
    brand("Wovenhay", Style::Rustic, 102, &[Living]),
    brand("Loomfield", Style::Classic, 118, &[Living]),
    brand("Jolly Row", Style::Playful, 76, &[Living, Paper]),
    brand("Altmere", Style::Classic, 165, &[Living]),
    brand("Ferrow", Style::Workshop, 96, &[Living, Wear]),
    brand("Sproutley", Style::Playful, 84, &[Garden]),
    brand("Mossgate", Style::Rustic, 98, &[Garden]),
    brand("Verdane", Style::Quiet, 122, &[Garden]),
    brand("Zincwater", Style::Workshop, 110, &[Garden]),
    brand("Skarvind", Style::Technical, 138, &[Outdoor, Wear]),
    brand("Trekholm", Style::Technical, 108, &[Outdoor]),
    brand("Rambleford", Style::Classic, 100, &[Outdoor, Wear]),
    brand("Bivvane", Style::Technical, 84, &[Outdoor]),
    brand("Campfold", Style::Playful, 78, &[Outdoor]),
    brand("Ironfell", Style::Workshop, 118, &[Outdoor, Wear]),
    brand("Larkmoor", Style::Rustic, 110, &[Outdoor, Wear]),
    brand("Wexmoor", Style::Rustic, 104, &[Wear]),
    brand("Dovecrest", Style::Quiet, 128, &[Wear]),
    brand("Eddastone", Style::Quiet, 98, &[Wear]),
    brand("Bright Harbour", Style::Playful, 82, &[Wear]),
    brand("Strideform", Style::Technical, 114, &[Wear]),
    brand("Cobblane", Style::Classic, 136, &[Wear]),
    brand("Everyday Row", Style::Quiet, 68, &[Wear, Sound, Paper]),
    brand("Mara & Moth", Style::Playful, 92, &[Wear]),
    brand("Sonorby", Style::Technical, 126, &[Sound]),
    brand("Waveloft", Style::Quiet, 148, &[Sound]),
    brand("Tonecraft Yard", Style::Workshop, 104, &[Sound]),
    brand("Papernest", Style::Playful, 86, &[Paper]),
    brand("Foliant", Style::Classic, 122, &[Paper]),
    brand("Pip & Volt", Style::Playful, 74, &[Sound]),
];

/// Names that lines of products bear.
pub(super) const LINES: [&str; 120] = [
    "Halden", "Arlo", "Brisk", "Calla", "Dune", "Elmer", "Fjella", "Gable", "Harbour", "Isla", "Juno", "Kelda",
    "Linden", "Marlow", "Nara", "Orrin", "Perch", "Quill", "Rowan", "Sorrel", "Tarn", "Ursa", "Vale", "Wren", "Yarrow",
    "Alder", "Beck", "Cove", "Drift", "Eira", "Fable", "Glen", "Hazel", "Ingrid", "Jasper", "Kite", "Lumi", "Mica",
    "Nook", "Otto", "Pine", "Ridge", "Sela", "Thorn", "Una", "Vesper", "Willow", "Yule", "Arden", "Briar", "Cedar",
    "Dale", "Ember", "Fjord", "Grove", "Heath", "Iver", "Jura", "Knoll", "Loch", "Mara", "Nils", "Osier", "Pavo",
    "Reed", "Saga", "Tansy", "Ulla", "Viggo", "Wick", "Anker", "Birk", "Clove", "Dag", "Eik", "Falk", "Gry", "Holm",
    "Ilse", "Jarl", "Kaia", "Liv", "Moor", "Nell", "Oda", "Pell", "Runa", "Stig", "Tove", "Vik", "Ashby", "Bram",
    "Corin", "Delft", "Esker", "Finch", "Gull", "Hollis", "Ives", "Jem", "Kestrel", "Lark", "Merle", "Nye", "Orla",
    "Plover", "Rook", "Swift", "Tern", "Vole", "Aster", "Bryn", "Coast", "Dell", "Fennel", "Garnet", "Hilde", "Ivo",
    "Kelp", "Linnet",
];

#[cfg(test)]
mod tests {
    use super::super::categories::CATEGORIES;
    use super::*;

    #[test]
    fn every_department_has_makers_of_every_purse() {
        for category in CATEGORIES {
            let prices: Vec<i64> =
                BRANDS.iter().filter(|brand| brand.fields.contains(&category.field)).map(|brand| brand.price).collect();
            assert!(prices.len() >= 5, "{}", category.slug);
            assert!(prices.iter().any(|&price| price < 100));
            assert!(prices.iter().any(|&price| price > 115));
        }
    }

    #[test]
    fn names_are_distinct() {
        for (at, name) in LINES.iter().enumerate() {
            assert!(!LINES[..at].contains(name), "{name}");
        }
        for (at, brand) in BRANDS.iter().enumerate() {
            assert!(BRANDS[..at].iter().all(|other| other.name != brand.name));
        }
    }
}
