//! The learned head: a linear part and one hidden layer, over blocks of candidates.

use super::features::{FEATURES, FeatureMatrix};
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_artifact::{ArtifactError, Detail, Head};
use reshelf_kernels::kernels::lanes::{BLOCK, Lanes};

/// The head does not fit the features of this engine.
pub type HeadError = ArtifactError;

/// A head whose shape has been checked.
#[derive(Clone, Copy, Debug)]
pub struct Scorer<'a> {
    head: &'a Head,
}

impl<'a> Scorer<'a> {
    /// Takes a head.
    ///
    /// # Errors
    /// `artifact.features` when it was trained on other features, `artifact.shape` when its parts disagree.
    pub fn new(head: &'a Head) -> Result<Self, HeadError> {
        let (features, hidden) = (FEATURES.len(), head.hidden);
        if let Some(at) = (0..features.max(head.features.len()))
            .find(|&at| head.features.get(at).map(String::as_str) != FEATURES.get(at).copied())
        {
            return Err(ArtifactError::Features { at: at as u32 });
        }
        let fits = head.hidden_weights.len() == hidden * features
            && head.hidden_bias.len() == hidden
            && head.output.len() == hidden
            && head.linear.len() == features;
        if !fits {
            return Err(ArtifactError::Shape { name: "head", detail: Detail::default() });
        }
        Ok(Scorer { head })
    }

    /// A head that [`Scorer::new`] has taken before: nothing is checked again.
    ///
    /// # Panics
    /// When scoring, where the head is another one whose parts disagree.
    pub fn of_checked(head: &'a Head) -> Self {
        Scorer { head }
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
        let mut columns = [0; FEATURES.len()];
        let mut count = 0;
        for feature in 0..FEATURES.len() {
            columns[count] = feature;
            count += usize::from(block(features, feature, at).any());
        }
        let columns = &columns[..count];
        let mut total = Lanes::splat(0.0);
        for &feature in columns {
            total.add_product(block(features, feature, at), head.linear[feature]);
        }
        for row in 0..head.hidden {
            let weights = &head.hidden_weights[row * FEATURES.len()..][..FEATURES.len()];
            let mut one = Lanes::splat(head.hidden_bias[row]);
            for &feature in columns {
                one.add_product(block(features, feature, at), weights[feature]);
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
