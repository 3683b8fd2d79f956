//! Sound artifacts of every kind, to begin with.

use crate::draft::Draft;
use reshelf::artifact::{Artifact, Description, ItemTable, Vocabulary};
use reshelf::math::Rng;
use reshelf::synthetic;

/// What shops say of items that nobody has seen.
pub const SAID: [Description<'static>; 3] = [
    Description { category: Some("home/mugs"), brand: Some("Zen"), price: Some(12.0), title: Some("Blue mug") },
    Description { category: Some("home/lamps"), brand: None, price: Some(250.0), title: Some("Desk lamp") },
    Description { category: Some("garden"), brand: Some("Rill"), price: None, title: Some("Long blue hose") },
];

const ROWS: usize = 40;

/// A table with rows in 8 bits and in 4, tokens, and clusters.
pub fn table() -> Artifact {
    let tokens = Some(synthetic::tokens(&SAID, 32, 6));
    let clusters = Some(synthetic::clusters(5, 32, 4).unwrap());
    Artifact { tokens, clusters, ..synthetic::artifact(ROWS, 32, 8, 17).unwrap() }
}

/// The same training run with more items: their rows travel.
pub fn larger() -> Artifact {
    synthetic::artifact(2 * ROWS, 32, 8, 17).unwrap()
}

/// The table with other codes.
fn with_codes(code: impl Fn(i8) -> i8) -> Artifact {
    let table = table();
    let (items, codes) = (&table.items, table.items.codes().iter().map(code).collect());
    let items = ItemTable::new(32, codes, items.scales().to_vec(), items.attributes().to_vec()).unwrap();
    Artifact { items, ..table }
}

fn with_text_ids() -> Artifact {
    let mut draw = Rng(5);
    let letters = |draw: &mut Rng| (0..draw.below(9)).map(|_| ['a', 'b', 'ü', '/'][draw.below(4)]).collect::<String>();
    let mut ids = std::collections::BTreeSet::from([String::new()]);
    while ids.len() < ROWS {
        ids.insert(format!("item-{}", letters(&mut draw)));
    }
    Artifact { vocabulary: Vocabulary::from_text(ids.iter().map(String::as_str)), ..table() }
}

/// All of them, taken apart.
pub fn bases() -> Vec<Draft> {
    let golden = include_bytes!("../../../tests/golden/golden.safetensors");
    let small = |dimension| synthetic::artifact(9, dimension, 4, 2).unwrap();
    let artifacts = [
        table(),
        with_codes(|code| code.signum() * (code.abs() / 19 + 1)),
        with_codes(|code| if code == 0 { 20 } else { code }),
        with_text_ids(),
        synthetic::exact(&table()).unwrap(),
        small(16),
        small(256),
        synthetic::artifact(0, 32, 8, 17).unwrap(),
    ];
    let drafts = artifacts.iter().map(|artifact| Draft::of(&artifact.to_bytes()));
    drafts.chain([Draft::of(golden)]).collect()
}
