//! The centres of the item table's clusters, by which a session's taste has a number that many share.

use super::codes::check_dimension;
use super::error::{ArtifactError, detail};
use super::tensors::Tensors;
use alloc::vec::Vec;
use reshelf_kernels::kernels::bulk;
use reshelf_kernels::math::{SESSION_ZERO_POINT, normalize};

/// The centres' codes, `I8 clusters x dimension`; without them a model has no clusters.
pub(crate) const CENTRES: &str = "clusters.codes";

/// The most clusters that an artifact may have, each of which fewer would share.
const MOST: usize = 64;

/// The centres of clusters of items: unit vectors in int8 codes that all have one and the same scale.
///
/// Of such centres the nearest has the largest product of codes, an exact integer: no scale is stored, and all runtimes agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    count: usize,
    dimension: usize,
    codes: Vec<i8>,
}

impl Clusters {
    /// Centres of `dimension` codes each, one after the other.
    ///
    /// # Errors
    /// `artifact.shape` for a dimension that no artifact has, `artifact.value` unless these are 2 to 64 whole rows of codes from
    /// -127 to 127.
    pub fn new(dimension: usize, codes: Vec<i8>) -> Result<Self, ArtifactError> {
        check_dimension(dimension)?;
        let clusters = Clusters { count: codes.len() / dimension, dimension, codes };
        if clusters.are_sound() && clusters.codes.len().is_multiple_of(dimension) { Ok(clusters) } else { Err(UNSOUND) }
    }

    /// Reads the tensor; `None` where there is none.
    pub(crate) fn read(tensors: &Tensors<'_>, dimension: usize) -> Option<Self> {
        if !tensors.has(CENTRES) {
            return None;
        }
        let [count, _] = tensors.sides(CENTRES);
        let clusters = Clusters { count, dimension, codes: tensors.i8(CENTRES, &[count, dimension]) };
        if !clusters.are_sound() {
            tensors.fault(UNSOUND);
        }
        Some(clusters)
    }

    fn are_sound(&self) -> bool {
        (2..=MOST).contains(&self.count) && bulk::least_i8(&self.codes) > i8::MIN
    }

    /// How many clusters there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All codes, centre after centre.
    pub fn codes(&self) -> &[i8] {
        &self.codes
    }

    /// The centre of this number as a unit vector, like those of items; `None` from [`Clusters::count`] on.
    pub fn centre(&self, number: usize) -> Option<Vec<f32>> {
        let codes = self.codes.chunks_exact(self.dimension).nth(number)?;
        let mut centre: Vec<f32> = codes.iter().map(|&code| f32::from(code)).collect();
        normalize(&mut centre);
        Some(centre)
    }

    /// The number of the centre whose product with a row of the session's codes is the largest, the lowest of equals.
    ///
    /// A plain loop: some thousand products, now and then, are not worth a kernel, and give the same integers.
    pub fn nearest(&self, session: &[u8]) -> u32 {
        let (mut best, mut nearest) = (i32::MIN, 0);
        for (number, centre) in self.codes.chunks_exact(self.dimension).enumerate() {
            let level = |code: u8| i32::from(code) - i32::from(SESSION_ZERO_POINT);
            let product = centre.iter().zip(session).map(|(&centre, &code)| i32::from(centre) * level(code)).sum();
            if product > best {
                (best, nearest) = (product, number as u32);
            }
        }
        nearest
    }
}

/// One message for all: damaged clusters are trained again, whatever ails them.
const UNSOUND: ArtifactError =
    ArtifactError::Value { name: CENTRES, detail: detail!("2 to 64 whole rows are needed, of codes from -127 to 127") };
