//! Fields of candidates, column by column, and one list's part of them.

use std::collections::HashMap;

use super::value::{Value, trimmed};

/// What a candidate has of a field: nothing, a value, or several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    values: Vec<Value>,
    /// The first value as text: caps and matches ask for the same ones again and again.
    text: String,
}

impl Cell {
    /// A cell of values, of which the first counts where one is wanted.
    pub fn new(values: Vec<Value>) -> Cell {
        let text = values.first().map_or(String::new(), |value| value.text().into_owned());
        Cell { values, text }
    }
}

/// One field, by item, or by row of the lists' own file.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// One cell an item.
    ByItem(Vec<Cell>),
    /// One cell a row of the lists.
    ByRow(Vec<Cell>),
}

/// What is known of all items that lists may hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The id of each item.
    pub ids: Vec<String>,
    /// What is known, by field.
    pub columns: HashMap<String, Column>,
}

static NO_CELL: Cell = Cell { values: Vec::new(), text: String::new() };

/// The candidates of one list in a table: items, and their rows in the lists' file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns<'a> {
    pub table: &'a Table,
    pub items: &'a [u32],
    pub rows: &'a [usize],
}

impl<'a> Columns<'a> {
    /// The id; `None` where there is none.
    pub fn id(&self, at: usize) -> Option<&'a str> {
        let id = trimmed(self.table.ids.get(*self.items.get(at)? as usize)?);
        (!id.is_empty()).then_some(id)
    }

    fn cell(&self, field: &str, at: usize) -> &'a Cell {
        let cell = match self.table.columns.get(field) {
            Some(Column::ByItem(cells)) => self.items.get(at).and_then(|&item| cells.get(item as usize)),
            Some(Column::ByRow(cells)) => self.rows.get(at).and_then(|&row| cells.get(row)),
            None => None,
        };
        cell.unwrap_or(&NO_CELL)
    }

    /// Whether a value of a field passes.
    pub fn some(&self, field: &str, at: usize, passes: impl FnMut(&Value) -> bool) -> bool {
        self.cell(field, at).values.iter().any(passes)
    }

    /// The first value.
    pub fn first(&self, field: &str, at: usize) -> Option<&'a Value> {
        self.cell(field, at).values.first()
    }

    /// The same as text; empty where there is none.
    pub fn text(&self, field: &str, at: usize) -> &'a str {
        &self.cell(field, at).text
    }

    /// The same as a number; NaN where it is none.
    pub fn number(&self, field: &str, at: usize) -> f64 {
        self.first(field, at).map_or(f64::NAN, Value::number)
    }

    /// The same as a moment; NaN where it is none.
    pub fn moment(&self, field: &str, at: usize) -> f64 {
        self.first(field, at).map_or(f64::NAN, |value| value.moment(false))
    }

    /// The same, a date without a time to its last millisecond.
    pub fn end(&self, field: &str, at: usize) -> f64 {
        self.first(field, at).map_or(f64::NAN, |value| value.moment(true))
    }

    /// Whether a field says yes: true, 1 or a word for it.
    pub fn says_yes(&self, field: &str, at: usize) -> bool {
        let text = self.text(field, at);
        ["true", "yes", "y", "1"].iter().any(|yes| text.eq_ignore_ascii_case(yes))
    }

    /// Whether its stock says that there is none: nothing left, no, or a word for it. What says nothing is there.
    pub fn is_sold_out(&self, at: usize) -> bool {
        if self.number("stock", at) <= 0.0 {
            return true;
        }
        let text = self.text("stock", at).to_ascii_lowercase();
        let words = text.replace(['_', '-'], " ");
        let ends = ["out of stock", "outof stock", "out ofstock", "outofstock", "sold out", "soldout", "discontinued"];
        let breaks = ['\n', '\r', '\u{2028}', '\u{2029}'];
        matches!(text.as_str(), "false" | "no")
            || (!text.contains(breaks) && ends.iter().any(|end| words.ends_with(end)))
    }
}
