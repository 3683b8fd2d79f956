//! A shop's rules over a ranked list: the slate, given the rows of this session.

use super::Reranker;
use crate::catalogue::ItemHandle;
use crate::slate::{Program, Rows};
use alloc::vec::Vec;

impl Reranker {
    /// Orders candidates by their scores and a program of rules ([`Program`]).
    ///
    /// `scores` has one a candidate, in the order of the given list, and `items` their handles; those that are missing count as
    /// [`super::NO_ITEM`], which resembles nothing. The session plays no part. The answer is that of [`Program::arrange`]: a
    /// permutation for any words, and behind it what became of each record.
    pub fn arrange(&mut self, scores: &[f32], items: &[ItemHandle], program: &[u32]) -> Vec<u32> {
        let program = Program::read(program, scores.len());
        let dimension = self.rows.artifact().items.dimension();
        let (mut codes, mut scales) = (Vec::new(), Vec::new());
        if program.compares_rows() {
            for (at, &item) in items.iter().take(scores.len()).enumerate() {
                let row = self.rows.get(item).inspect(|row| row.codes.append_to(&mut codes));
                codes.resize((at + 1) * dimension, 0);
                let mut scale = row.map_or(0.0, |row| row.scale);
                if let Some(vector) = row.and_then(|row| row.vector()) {
                    // A model in full precision has none: those that it would be served with.
                    scale = reshelf_kernels::math::quantize_row(vector, &mut codes[at * dimension..]).to_f32();
                }
                scales.push(scale);
            }
            codes.resize(scores.len() * dimension, 0);
        }
        let rows = Rows { codes: &codes, scales: &scales, dimension, kernel: self.kernel };
        let order = self.order.by_score(scores, usize::MAX);
        program.arrange(scores, order, program.compares_rows().then_some(&rows))
    }
}
