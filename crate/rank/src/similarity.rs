//! Products and cosines of the session's rows with candidates: the one place where they are computed. Codes are multiplied
//! into exact integers by a kernel; a model in full precision by plain `f32` sums, first element to last, to be compared
//! with.

use alloc::vec::Vec;
use reshelf_artifact::ItemTable;
use reshelf_kernels::kernels::{CodeTable, Codes, Kernel, Operands, Products, Selection};
use reshelf_session::catalogue::{ItemHandle, Rows};
use reshelf_session::session::SessionState;

/// The vectors of one list's candidates. Those of the table stay where they are; only what came from elsewhere is copied.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// The row of each candidate in the table; any row for an inline one.
    rows: Vec<u32>,
    scales: Vec<f32>,
    /// Positions of candidates that the table does not hold, and their codes: zeros where nobody knows them.
    inline: Vec<u32>,
    inline_codes: Vec<i8>,
    inline_sums: Vec<i16>,
    /// In place of codes in full precision, of all candidates.
    vectors: Vec<f32>,
}

impl Candidates {
    /// Takes the candidates of a list.
    pub fn collect(&mut self, rows: &Rows, items: &[ItemHandle]) {
        let table = &rows.artifact().items;
        let (dimension, count) = (table.dimension(), table.len() as u32);
        self.rows.clear();
        self.scales.clear();
        self.inline.clear();
        self.inline_codes.clear();
        self.inline_sums.clear();
        self.vectors.clear();
        for (position, &item) in items.iter().enumerate() {
            if item < count {
                self.rows.push(item);
                self.scales.push(table.scales()[item as usize]);
            } else {
                let row = rows.get(item);
                self.rows.push(0);
                self.scales.push(row.map_or(0.0, |row| row.scale));
                self.inline.push(position as u32);
                row.inspect(|row| row.codes.append_to(&mut self.inline_codes));
                self.inline_codes.resize(self.inline.len() * dimension, 0);
                self.inline_sums.push(row.map_or(0, |row| row.sum));
            }
            if table.vectors().is_some() {
                let row = rows.get(item);
                self.vectors.extend(row.and_then(|row| row.vector()).unwrap_or_default());
                self.vectors.resize((position + 1) * dimension, 0.0);
            }
        }
    }
}

/// The products of one list; reused from call to call.
#[derive(Clone, Debug, Default)]
pub(super) struct Similarity {
    pub candidates: Candidates,
    products: Products,
    inline_products: Products,
    exact: Vec<f32>,
}

impl Similarity {
    /// Multiplies the first `rows` rows of the session with all candidates.
    pub fn multiply(&mut self, state: &SessionState, rows: usize, table: &ItemTable, kernel: &dyn Kernel) {
        let (candidates, dimension) = (&self.candidates, table.dimension());
        if let Some(vectors) = state.vectors() {
            self.exact.clear();
            for session in vectors.chunks_exact(dimension).take(rows) {
                self.exact.extend(candidates.vectors.chunks_exact(dimension).map(|vector| dot(session, vector)));
            }
            return;
        }
        let session = state.matrix().get(..rows * dimension).unwrap_or_default();
        let inline = CodeTable::new(Codes::Int8(&candidates.inline_codes), &candidates.inline_sums, dimension);
        let every = Selection::Range { first: 0, count: candidates.inline.len() };
        if candidates.inline.len() == candidates.rows.len() {
            multiply(kernel, session, inline, every, &mut self.products);
            return;
        }
        multiply(kernel, session, table.code_table(), Selection::At(&candidates.rows), &mut self.products);
        if !candidates.inline.is_empty() {
            multiply(kernel, session, inline, every, &mut self.inline_products);
            for row in 0..rows {
                let products = self.products.row_mut(row);
                for (&position, &product) in candidates.inline.iter().zip(self.inline_products.row(row)) {
                    products[position as usize] = product;
                }
            }
        }
    }

    /// The cosines of one of the multiplied rows with each candidate.
    pub fn cosines(&self, state: &SessionState, row: usize) -> impl Iterator<Item = f32> + '_ {
        let count = self.candidates.scales.len();
        let scale = state.scales().get(row).copied().unwrap_or(0.0);
        let exact = state.vectors().and_then(|_| self.exact.get(row * count..(row + 1) * count));
        let coded = if exact.is_some() { &[] } else { self.products.row(row) };
        let coded =
            coded.iter().zip(&self.candidates.scales).map(move |(&product, &own)| product as f32 * (own * scale));
        exact.unwrap_or_default().iter().copied().chain(coded)
    }
}

/// Multiplies what fits; what does not leaves no products.
pub(super) fn multiply(
    kernel: &dyn Kernel,
    session: &[u8],
    table: Option<CodeTable<'_>>,
    rows: Selection<'_>,
    products: &mut Products,
) {
    match table.and_then(|table| Operands::new(session, table, rows)) {
        Some(operands) => kernel.multiply(&operands, products),
        None => *products = Products::default(),
    }
}

/// The sum of products, first element to last.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}
