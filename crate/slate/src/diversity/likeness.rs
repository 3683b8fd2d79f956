//! How much candidates resemble each other, by their rows.

use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::kernels::{CodeTable, Codes, Kernel, Operands, Products, Selection};
use reshelf_kernels::math::SESSION_ZERO_POINT;

/// The candidates' rows, to be compared.
pub struct Rows<'a> {
    /// Codes of -127 to 127, one row after the other in the order of the given list; zeros where nobody knows one.
    pub codes: &'a [i8],
    /// The scale of each row: its codes times this are a vector of length 1.
    pub scales: &'a [f32],
    /// Codes of a row: a multiple of 16, at most 256.
    pub dimension: usize,
    /// What multiplies them; all kernels give the same.
    pub kernel: &'a dyn Kernel,
}

/// Rows that were checked, if there are any.
pub(super) struct Likeness<'a> {
    rows: Option<(&'a Rows<'a>, CodeTable<'a>)>,
    count: usize,
    products: Products,
}

impl<'a> Likeness<'a> {
    pub fn new(rows: Option<&'a Rows<'a>>, count: usize, sums: &'a mut Vec<i16>) -> Self {
        let rows = rows.and_then(|rows| {
            *sums = Codes::Int8(rows.codes).row_sums(rows.dimension);
            Some((rows, CodeTable::new(Codes::Int8(rows.codes), sums, rows.dimension)?))
        });
        Likeness { rows, count, products: Products::default() }
    }

    /// How much everybody resembles one: 1 for the one itself, and half where nobody knows.
    pub fn with(&mut self, candidate: usize) -> Vec<f32> {
        let mut like = vec![0.5; self.count];
        if let Some((rows, table)) = &self.rows {
            // A code is twice its half, and what is left: both fit the kernels' side for sessions, so that the sum is exact.
            let dimension = rows.dimension;
            let mut session = vec![0; 2 * dimension];
            let row = rows.codes.iter().skip(candidate * dimension).take(dimension);
            for (at, &code) in row.enumerate() {
                session[at] = SESSION_ZERO_POINT.wrapping_add_signed(code / 2);
                session[at + dimension] = SESSION_ZERO_POINT.wrapping_add_signed(code % 2);
            }
            let all = Selection::Range { first: 0, count: table.rows() };
            if let Some(operands) = Operands::new(&session, *table, all) {
                rows.kernel.multiply(&operands, &mut self.products);
                let scale = 0.5 * rows.scales.get(candidate).copied().unwrap_or(0.0);
                let halves = self.products.row(0).iter().zip(self.products.row(1));
                for ((like, (half, rest)), own) in like.iter_mut().zip(halves).zip(rows.scales) {
                    *like += (2 * half + rest) as f32 * (own * scale);
                }
            }
        }
        if let Some(own) = like.get_mut(candidate) {
            *own = 1.0;
        }
        like
    }
}
