//! Where rows come from during a visit: the artifact's table, inline with a candidate, or composed of what is said of an
//! item. Uses `artifact`.
//!
//! - `rows`: one item's part as a row that can travel, and the one source of rows
//! - `extras`: items that only this page has named

mod extras;
mod rows;

pub use rows::{InlineRow, Item, ItemHandle, Row, RowError, Rows};
