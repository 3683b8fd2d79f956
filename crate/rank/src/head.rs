//! The learned head: a linear part and one hidden layer, over blocks of candidates.

use super::features::{FEATURES, FeatureMatrix};
use alloc::string::String;
use alloc::vec::Vec;
use reshelf_artifact::{ArtifactError, Detail, Head};
use reshelf_kernels::kernels::lanes::{BLOCK, Lanes};

/// The head does not fit the features of this engine.
pub type HeadError = ArtifactError;

/// The features that a head uses, in its order, as columns of a [`FeatureMatrix`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadColumns {
    columns: Vec<u8>,
    /// A bit a column.
    used: u64,
}

impl HeadColumns {
    /// Finds the columns of features by their names.
    ///
    /// # Errors
    /// `artifact.features` for a name that this engine does not know, or that stands there twice.
    #[inline(never)]
    pub fn named(names: &mut dyn Iterator<Item = &str>) -> Result<Self, HeadError> {
        let (mut columns, mut used) = (Vec::new(), 0);
        for (at, name) in names.enumerate() {
            let column = FEATURES.iter().position(|feature| *feature == name).filter(|column| used >> column & 1 == 0);
            let Some(column) = column else { return Err(ArtifactError::Features { at: at as u32 }) };
            columns.push(column as u8);
            used |= 1 << column;
        }
        Ok(HeadColumns { columns, used })
    }

    /// The columns of a head's features.
    ///
    /// # Errors
    /// As [`HeadColumns::named`], and `artifact.shape` where the head's parts disagree.
    pub fn of(head: &Head) -> Result<Self, HeadError> {
        let columns = Self::named(&mut head.features.iter().map(String::as_str))?;
        let (features, hidden) = (columns.columns.len(), head.hidden);
        let fits = head.hidden_weights.len() == hidden * features
            && head.hidden_bias.len() == hidden
            && head.output.len() == hidden
            && head.linear.len() == features;
        if !fits {
            return Err(ArtifactError::Shape { name: "head", detail: Detail::default() });
        }
        Ok(columns)
    }

    /// Every column there is: what a head is trained on.
    pub fn all() -> Self {
        HeadColumns { columns: (0..FEATURES.len() as u8).collect(), used: (1 << FEATURES.len()) - 1 }
    }

    /// The columns, in the head's order.
    pub fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns.iter().map(|&column| usize::from(column))
    }

    /// Whether the head uses any of these columns.
    pub(super) fn use_any(&self, columns: core::ops::Range<usize>) -> bool {
        let bits = |below: usize| (1u64 << below) - 1;
        self.used & (bits(columns.end) & !bits(columns.start)) != 0
    }
}

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
        for (place, &column) in self.columns.columns.iter().enumerate() {
            live[count] = (place, usize::from(column));
            count += usize::from(block(features, usize::from(column), at).any());
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
