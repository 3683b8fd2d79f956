//! Typed reading of tensors: every name, type, shape and byte range is checked here, once.

use super::error::{ArtifactError, detail};
use super::shared::{Numbers, Shared};
use super::{Dtype, Header, TensorEntry};
use alloc::vec::Vec;
use reshelf_kernels::math::bulk;

/// The tensors of one file.
pub(crate) struct Tensors<'a> {
    entries: &'a [TensorEntry],
    data: &'a Shared,
}

impl<'a> Tensors<'a> {
    /// Checks every tensor's type and size, and that they fill the data section without gaps, before any is read.
    pub fn new(header: &'a Header, data: &'a Shared) -> Result<Self, ArtifactError> {
        let entries = &header.tensors;
        let expected = entries.iter().map(|entry| entry.end).max().unwrap_or(0);
        if expected > data.len() {
            return Err(ArtifactError::Truncated { expected: expected as u64, found: data.len() as u64 });
        }
        let mut total = 0;
        for (at, entry) in entries.iter().enumerate() {
            let size = Dtype::ALL.iter().find(|dtype| dtype.name() == entry.dtype).map(|dtype| dtype.size() as u64);
            let elements = entry.shape.iter().try_fold(1, |product: u64, &side| product.checked_mul(side as u64));
            let bytes = size.zip(elements).and_then(|(size, elements)| elements.checked_mul(size));
            let range = entry.end.checked_sub(entry.begin).map(|bytes| bytes as u64);
            // Where all lengths together are the section's, and each begins where another ends, none share a byte.
            let follows = |other: &TensorEntry| other.begin < other.end && other.end == entry.begin;
            if bytes.is_none() || range != bytes || !(entry.begin == 0 || entries.iter().any(follows)) {
                // The name is the file's own, so its place among the tensors stands for it.
                let detail = detail!("the byte range does not hold the shape, in its place: tensor", at);
                return Err(ArtifactError::Shape { name: "header", detail });
            }
            total += bytes.unwrap_or_default();
        }
        if expected != data.len() || total != data.len() as u64 {
            return Err(ArtifactError::Foreign { detail: detail!("some of its bytes belong to no tensor, or to two") });
        }
        Ok(Tensors { entries, data })
    }

    /// Whether a tensor of this name is there.
    #[inline(never)]
    pub fn has(&self, name: &'static str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &'static str) -> Result<&'a [usize], ArtifactError> {
        Ok(&self.entry(name)?.shape)
    }

    /// The raw bytes of a tensor of this type and shape.
    #[inline(never)]
    pub fn bytes(&self, name: &'static str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], ArtifactError> {
        let entry = self.entry(name)?;
        if entry.dtype != dtype.name() {
            return Err(ArtifactError::Shape {
                name,
                detail: detail!("its elements are of another type; bytes of one must be", dtype.size()),
            });
        }
        if entry.shape != shape {
            let needed: usize = shape.iter().product();
            return Err(ArtifactError::Shape {
                name,
                detail: detail!("it has another shape; elements must be", needed),
            });
        }
        // Both were checked: the range lies within the data and holds the shape.
        Ok(self.data.get(entry.begin..entry.end).unwrap_or_default())
    }

    /// As [`Tensors::bytes`], to be kept.
    pub fn shared(&self, name: &'static str, dtype: Dtype, shape: &[usize]) -> Result<Shared, ArtifactError> {
        self.bytes(name, dtype, shape)?;
        let entry = self.entry(name)?;
        Ok(self.data.part(entry.begin..entry.end))
    }

    /// A vector tensor's bytes, whatever its length.
    #[inline(never)]
    pub fn vector_bytes(&self, name: &'static str, dtype: Dtype) -> Result<&'a [u8], ArtifactError> {
        let shape = self.shape(name)?;
        if shape.len() != 1 {
            return Err(ArtifactError::Shape { name, detail: detail!("a vector is needed") });
        }
        self.bytes(name, dtype, shape)
    }

    /// `F32` values, all finite.
    #[inline(never)]
    pub fn f32(&self, name: &'static str, shape: &[usize]) -> Result<Vec<f32>, ArtifactError> {
        let (words, _) = self.bytes(name, Dtype::F32, shape)?.as_chunks::<4>();
        finite(name, words.iter().map(|word| f32::from_le_bytes(*word)).collect())
    }

    /// The bytes of scales in `F16`, none of them negative or not finite.
    #[inline(never)]
    pub fn scales(&self, name: &'static str, shape: &[usize]) -> Result<Shared, ArtifactError> {
        let bytes = self.shared(name, Dtype::F16, shape)?;
        if bulk::largest_u16(&bytes) > bulk::LARGEST_HALF {
            return Err(ArtifactError::Value { name, detail: detail!("a scale is negative or not finite") });
        }
        Ok(bytes)
    }

    /// `U32` values.
    #[inline(never)]
    pub fn u32(&self, name: &'static str, shape: &[usize]) -> Result<Vec<u32>, ArtifactError> {
        let (words, _) = self.bytes(name, Dtype::U32, shape)?.as_chunks::<4>();
        Ok(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    /// `I8` values.
    #[inline(never)]
    pub fn i8(&self, name: &'static str, shape: &[usize]) -> Result<Vec<i8>, ArtifactError> {
        Ok(bytemuck::cast_slice(self.bytes(name, Dtype::I8, shape)?).to_vec())
    }

    /// A vector of `U16`, or of `U8` where all values are small.
    #[inline(never)]
    pub fn numbers(&self, name: &'static str, length: usize) -> Result<Numbers, ArtifactError> {
        let wide = self.entry(name)?.dtype != Dtype::U8.name();
        let bytes = self.shared(name, if wide { Dtype::U16 } else { Dtype::U8 }, &[length])?;
        Ok(Numbers::new(bytes, wide))
    }

    fn entry(&self, name: &'static str) -> Result<&'a TensorEntry, ArtifactError> {
        let found = self.entries.iter().find(|entry| entry.name == name);
        found.ok_or(ArtifactError::MissingTensor { name })
    }
}

fn finite(name: &'static str, values: Vec<f32>) -> Result<Vec<f32>, ArtifactError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(ArtifactError::Value { name, detail: detail!("not finite at element", at) }),
        None => Ok(values),
    }
}
