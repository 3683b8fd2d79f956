//! Cosines of the session's rows with candidates: the one place where they are computed. Codes are multiplied into exact
//! integers by a kernel; a model in full precision by plain `f32` sums, first element to last, to be compared with.

use crate::kernels::{Kernel, Operands};
use crate::session::SessionState;

/// The candidates' side, row after row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidates<'a> {
    pub codes: &'a [i8],
    pub sums: &'a [i16],
    pub scales: &'a [f32],
    /// In place of the codes where the session's rows are in full precision.
    pub vectors: &'a [f32],
    pub dimension: usize,
}

/// The products of one multiplication; reused from call to call.
#[derive(Clone, Debug, Default)]
pub(super) struct Similarity {
    products: Vec<i32>,
    cosines: Vec<f32>,
}

impl Similarity {
    /// Multiplies the first `rows` rows of the session with all candidates.
    pub fn multiply(&mut self, state: &SessionState, rows: usize, candidates: &Candidates<'_>, kernel: &dyn Kernel) {
        self.products.clear();
        if state.vectors().is_none() {
            let session = state.matrix().get(..rows * candidates.dimension).unwrap_or_default();
            if let Some(operands) = Operands::new(session, candidates.codes, candidates.sums, candidates.dimension) {
                kernel.multiply(&operands, &mut self.products);
            }
        }
        self.products.resize(rows * candidates.scales.len(), 0);
    }

    /// The cosines of one of the multiplied rows with each candidate.
    pub fn cosines(&mut self, state: &SessionState, row: usize, candidates: &Candidates<'_>) -> &[f32] {
        self.cosines.clear();
        let (dimension, count) = (candidates.dimension, candidates.scales.len());
        if let Some(vectors) = state.vectors() {
            let session = vectors.get(row * dimension..(row + 1) * dimension).unwrap_or_default();
            let product = |vector: &[f32]| session.iter().zip(vector).fold(0.0, |sum, (a, b)| sum + a * b);
            self.cosines.extend(candidates.vectors.chunks_exact(dimension).map(product));
        } else {
            let scale = state.scales().get(row).copied().unwrap_or(0.0);
            let products = self.products[row * count..(row + 1) * count].iter().zip(candidates.scales);
            self.cosines.extend(products.map(|(&product, &own)| product as f32 * (own * scale)));
        }
        self.cosines.resize(count, 0.0);
        &self.cosines
    }
}
