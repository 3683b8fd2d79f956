//! What a multiplication leaves; reused from call to call, so that none allocates once it has grown.

use super::Operands;

/// A matrix of products, one row a row of the session, and the session's codes as a kernel wants them.
#[derive(Clone, Debug, Default)]
pub struct Products {
    pub(super) values: Vec<i32>,
    columns: usize,
    /// The session's codes in the kernel's own order and width.
    pub(super) session: Vec<u8>,
    /// What each session row's products are too large by.
    pub(super) excess: Vec<i32>,
}

impl Products {
    /// Starts over with room for these operands.
    pub(super) fn reset(&mut self, operands: &Operands<'_>) {
        self.columns = operands.candidate_rows();
        // Every value is written, so what is left of the last call need not be cleared.
        self.values.resize(operands.session_rows() * self.columns, 0);
    }

    /// The products of one session row with each candidate; empty past the end.
    pub fn row(&self, session_row: usize) -> &[i32] {
        self.values.get(session_row * self.columns..(session_row + 1) * self.columns).unwrap_or_default()
    }

    /// The same, to be written to.
    pub fn row_mut(&mut self, session_row: usize) -> &mut [i32] {
        self.values.get_mut(session_row * self.columns..(session_row + 1) * self.columns).unwrap_or_default()
    }

    /// All products, row after row.
    pub fn values(&self) -> &[i32] {
        &self.values
    }
}
