//! The learned head: a linear part and one hidden layer, over blocks of candidates.

use super::columns::{FEATURES, HeadColumns};
use super::features::FeatureMatrix;
use alloc::vec::Vec;
use reshelf_artifact::Head;
use reshelf_kernels::kernels::lanes::{BLOCK, Lanes};

/// A head whose shape has been checked.
#[derive(Clone, Copy, Debug)]
pub struct Scorer<'a> {
    head: &'a Head,
    columns: &'a HeadColumns,
}

impl<'a> Scorer<'a> {
    /// Takes a head, with its own columns: nothing is checked again.
    ///
    /// # Panics
    /// When scoring, where the columns are those of another head.
    pub fn new(head: &'a Head, columns: &'a HeadColumns) -> Self {
        Scorer { head, columns }
    }

    /// Writes one score a candidate. Scores are finite for finite features, unless the head itself overflows; such a
    /// score becomes the lowest.
    #[inline(never)]
    pub fn score(&self, features: &FeatureMatrix, scores: &mut Vec<f32>) {
        scores.clear();
        for at in (0..features.stride()).step_by(BLOCK) {
            scores.extend_from_slice(&self.score_block(features, at));
        }
        scores.truncate(features.candidates());
        for score in scores {
            if !score.is_finite() {
                *score = f32::MIN;
            }
        }
    }

    fn score_block(&self, features: &FeatureMatrix, at: usize) -> [f32; BLOCK] {
        let head = self.head;
        // A column that is zero for the whole block adds nothing: sums begin at +0 or at a bias, so that leaving it out does
        // not even change the sign of a zero that anybody sees. Half of the columns often are.
        let mut live = [(0, 0); FEATURES.len()];
        let mut count = 0;
        for (place, column) in self.columns.columns().enumerate() {
            live[count] = (place, column);
            count += usize::from(block(features, column, at).any());
        }
        let live = &live[..count];
        let mut total = Lanes::splat(0.0);
        for &(place, column) in live {
            total.add_product(block(features, column, at), head.linear[place]);
        }
        let width = head.linear.len();
        for row in 0..head.hidden {
            let weights = &head.hidden_weights[row * width..][..width];
            let mut one = Lanes::splat(head.hidden_bias[row]);
            for &(place, column) in live {
                one.add_product(block(features, column, at), weights[place]);
            }
            total.add_product(one.rectified(), head.output[row]);
        }
        total.store()
    }
}

/// A feature of one block of candidates.
#[inline(always)]
fn block(features: &FeatureMatrix, feature: usize, at: usize) -> Lanes {
    // Columns are whole blocks, so this never falls back.
    let column = features.values()[feature * features.stride() + at..].first_chunk();
    Lanes::load(column.unwrap_or(&[0.0; BLOCK]))
}
