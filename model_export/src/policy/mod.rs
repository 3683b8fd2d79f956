//! A shop's policy, as `reshelf/slate` takes it in a page, over lists of a replay.
//!
//! Its one job: from the JSON of a policy and a scored list to the order that a page would show, to the bit. It uses the words
//! of the engine's slate and nothing of ours: who calls [`Policy::arrange`] brings fields, scores and the solver. `www/src/slate` is the same
//! in TypeScript, file by file; `tests/golden/policies.json` holds both to each other, and `words.json` has the schema, the
//! presets and the names of fields that both go by (`RESHELF_BLESS=policies node --test www/test/policies.test.mjs` writes both).
//!
//! - `value`, `moment`: what fields hold, as text, as numbers and as dates
//! - `schema`: plain data held to the schema; `check`: a definition, piece by piece; `rule`: what is left of it; `words`: what is
//!   wrong, in words
//! - `table`: fields of candidates, column by column; `matches`: which of them a rule is about
//! - `case`: one list; `score`, `pins`, `program`: what the rules make of it; `lay`: all of it together
//! - `replay`: what a replay cannot know, told

mod case;
mod check;
mod lay;
mod matches;
mod moment;
mod pins;
mod program;
mod replay;
mod rule;
mod schema;
mod score;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod words;

pub use case::{Case, Told};
pub use check::Policy;
pub use lay::{Laid, Solve};
pub use replay::Known;
pub use table::{Cell, Column, Table};
pub use value::Value;
pub use words::Problem;

/// Whether a field of this name holds names, even where it holds numbers only: the ids of brands, of categories and so on.
pub fn holds_names(field: &str) -> bool {
    const NAMES: [&str; 5] = ["brand", "category", "seller", "title", "tags"];
    let words: serde_json::Value = serde_json::from_str(WORDS).unwrap_or_default();
    let names = |of: &str| words["fields"][of].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    let is_id = field == "id" || field.ends_with("_id") || field.ends_with("Id");
    is_id || NAMES.iter().any(|of| names(of).any(|name| name == field))
}

/// The schema of policies, the presets of slots, and the names that common fields go by.
const WORDS: &str = include_str!("words.json");
