//! Re-ranks a server's list with what a shopper did, and forgets it again:
//! `cargo run -p reshelf --example rerank`.

use reshelf::{Artifact, Event, EventKind, NO_ITEM, Outcome, Reranker};
use std::error::Error;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/golden.safetensors");

/// What the server sent, in its order; the model does not know the last one.
const LIST: [&str; 6] = ["7", "10", "13", "16", "19", "new-in"];

/// Called by a test as well.
pub fn main() -> Result<(), Box<dyn Error>> {
    let mut reranker = Reranker::new(Artifact::from_bytes(&std::fs::read(MODEL)?)?)?;

    // Ids become handles once; a handle stays good for the visit.
    let list = LIST.map(|id| reranker.resolve(id).unwrap_or(NO_ITEM));
    assert_eq!(reranker.rerank(&list, &[], list.len()).outcome, Outcome::EmptySession);

    let seen = reranker.name("16")?;
    let view = reranker.observe(Event::new(seen, EventKind::View, 0.0))?;
    reranker.observe(Event::new(seen, EventKind::Cart, 20_000.0))?;

    let ranking = reranker.rerank(&list, &[], list.len());
    assert_eq!(ranking.outcome, Outcome::Reranked);
    for &position in ranking.order {
        println!("{:8} {:+.3}", LIST[position as usize], ranking.scores[position as usize]);
    }

    // The state is a function of the events that are left, so this is exact.
    assert!(reranker.forget(view));
    assert_eq!(reranker.forget_item(seen), 1);
    assert_eq!(reranker.rerank(&list, &[], list.len()).order, [0, 1, 2, 3, 4, 5]);
    Ok(())
}
