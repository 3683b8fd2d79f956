//! The learned head: a linear part and one hidden layer, over blocks of candidates.

use super::features::{BLOCK, FEATURES, FeatureMatrix};
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_artifact::{ArtifactError, Detail, Head};

/// The head does not fit the features of this engine.
pub type HeadError = ArtifactError;

/// A head whose shape has been checked.
#[derive(Clone, Debug)]
pub struct Scorer {
    head: Head,
}

impl Scorer {
    /// Takes a head.
    ///
    /// # Errors
    /// `artifact.features` when it was trained on other features, `artifact.shape` when its parts disagree.
    pub fn new(head: &Head) -> Result<Self, HeadError> {
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
        Ok(Scorer { head: head.clone() })
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
        let head = &self.head;
        // A column that is zero for the whole block adds nothing: sums begin at +0 or at a bias, so that leaving it out does
        // not even change the sign of a zero that anybody sees. Half of the columns often are.
        let mut columns = [0; FEATURES.len()];
        let mut count = 0;
        for feature in 0..FEATURES.len() {
            columns[count] = feature;
            count += usize::from(block(features, feature, at).iter().fold(false, |any, &value| any | (value != 0.0)));
        }
        let columns = &columns[..count];
        let mut total = [0.0f32; BLOCK];
        for &feature in columns {
            add_product(&mut total, block(features, feature, at), head.linear[feature]);
        }
        for row in 0..head.hidden {
            let weights = &head.hidden_weights[row * FEATURES.len()..][..FEATURES.len()];
            let mut one = [head.hidden_bias[row]; BLOCK];
            for &feature in columns {
                add_product(&mut one, block(features, feature, at), weights[feature]);
            }
            add_product(&mut total, &one.map(rectified), head.output[row]);
        }
        total
    }
}

/// A feature of one block of candidates.
#[inline(always)]
fn block(features: &FeatureMatrix, feature: usize, at: usize) -> &[f32; BLOCK] {
    // Columns are whole blocks, so this never falls back.
    features.values()[feature * features.stride() + at..].first_chunk().unwrap_or(&[0.0; BLOCK])
}

/// `sum += values * weight`, lane by lane, rounded after the product and after the sum (never fused).
#[inline(always)]
fn add_product(sum: &mut [f32; BLOCK], values: &[f32; BLOCK], weight: f32) {
    for (sum, &value) in sum.iter_mut().zip(values) {
        *sum += value * weight;
    }
}

#[inline(always)]
fn rectified(value: f32) -> f32 {
    if value > 0.0 { value } else { 0.0 }
}
