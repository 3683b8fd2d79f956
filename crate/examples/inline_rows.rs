//! Ranks with a model that has no table: each candidate brings its own row, as a server inlines it for a large catalogue:
//! `cargo run -p reshelf --example inline_rows`. `reshelf rows` writes such rows to a file.

use reshelf::{Artifact, Event, EventKind, InlineRow, Reranker};
use std::error::Error;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/golden.safetensors");
const LIST: [&str; 4] = ["7", "10", "13", "16"];

/// Called by a test as well.
pub fn main() -> Result<(), Box<dyn Error>> {
    let whole = Artifact::from_bytes(&std::fs::read(MODEL)?)?;
    let mut on_server = Reranker::new(whole.clone())?;

    // What the page loads: everything but the table, and only rows of the same training run.
    let mut in_page = Reranker::new(whole.without_table()?)?;

    let handles = LIST.map(|id| on_server.resolve(id).unwrap_or(reshelf::NO_ITEM));
    let mut inline = [0; LIST.len()];
    for ((handle, id), inline) in handles.into_iter().zip(LIST).zip(&mut inline) {
        let row = on_server.rows().get(handle).ok_or("the model knows this item")?;
        *inline = in_page.add_row(id, &InlineRow::pack(&row, &whole.model))?;
    }

    on_server.observe(Event::new(handles[2], EventKind::View, 0.0))?;
    in_page.observe(Event::new(inline[2], EventKind::View, 0.0))?;
    let ranking = in_page.rerank(&inline, &[], LIST.len());
    println!("{:?}", ranking.order.iter().map(|&position| LIST[position as usize]).collect::<Vec<_>>());
    assert_eq!(ranking, on_server.rerank(&handles, &[], LIST.len()), "the same bits as with the whole table");
    Ok(())
}
