//! What a multiplication leaves; reused from call to call, so that none allocates once it has grown.

use super::Operands;
use alloc::vec::Vec;
use core::ops::Range;

/// A matrix of products, one row a row of the session, and the session's codes as a kernel wants them.
#[derive(Clone, Debug, Default)]
pub struct Products {
    /// Rows of `stride` products each, of which the first `columns` count.
    pub(super) values: Vec<i32>,
    columns: usize,
    stride: usize,
    /// The session's codes in the kernel's own order and width.
    pub(super) session: Vec<u8>,
    /// What each session row's products are too large by.
    pub(super) zero_point_correction: Vec<i32>,
}

impl Products {
    /// Starts over with room for these operands; returns the distance between two rows.
    pub(super) fn reset(&mut self, operands: &Operands<'_>) -> usize {
        self.columns = operands.candidate_rows();
        self.stride = operands.rows.stride();
        // Every value is written, so what is left of the last call need not be cleared. `Operands::new` checked the product.
        self.values.resize(operands.session_rows() * self.stride, 0);
        self.stride
    }

    /// The products of one session row with each candidate; empty past the end.
    pub fn row(&self, session_row: usize) -> &[i32] {
        self.range(session_row).and_then(|row| self.values.get(row)).unwrap_or_default()
    }

    /// The same, to be written to.
    pub fn row_mut(&mut self, session_row: usize) -> &mut [i32] {
        self.range(session_row).and_then(|row| self.values.get_mut(row)).unwrap_or_default()
    }

    fn range(&self, session_row: usize) -> Option<Range<usize>> {
        let begin = session_row.checked_mul(self.stride)?;
        Some(begin..begin.checked_add(self.columns)?)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.stride).unwrap_or(0)
    }
}

/// Equal where all products are.
impl PartialEq for Products {
    fn eq(&self, other: &Self) -> bool {
        self.rows() == other.rows() && (0..self.rows()).all(|row| self.row(row) == other.row(row))
    }
}
