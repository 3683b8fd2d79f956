//! Where rows come from during a visit: the artifact's table, inline with a candidate, or composed of what is said of an
//! item. Uses the crate `reshelf-artifact`.
//!
//! - `row`: one item's part as a row that can travel
//! - `page_items`: items that only this page has named
//! - `subject`: what an event may be about that is no item
//! - `rows`: the one source of rows

mod page_items;
mod row;
mod rows;
mod subject;

pub use row::{InlineRow, Item, ItemHandle, Row, RowError};
pub use rows::Rows;
pub use subject::Subject;
