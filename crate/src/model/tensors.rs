//! Typed reading of tensors: every name, type, shape and byte range is checked here, once.

use super::{ArtifactError, Dtype, Header, TensorEntry};

/// The tensors of one file.
pub(super) struct Tensors<'a> {
    entries: &'a [TensorEntry],
    data: &'a [u8],
}

impl<'a> Tensors<'a> {
    /// Checks every tensor's type and size, and that they fill the data section without gaps, before any is read.
    pub fn new(header: &'a Header, data: &'a [u8]) -> Result<Self, ArtifactError> {
        let entries = &header.tensors;
        let expected = entries.iter().map(|entry| entry.end).max().unwrap_or(0);
        if expected > data.len() {
            return Err(ArtifactError::Truncated { expected: expected as u64, found: data.len() as u64 });
        }
        let mut total = 0;
        for entry in entries {
            let size = Dtype::ALL.iter().find(|dtype| dtype.name() == entry.dtype).map(|dtype| dtype.size() as u64);
            let elements = entry.shape.iter().try_fold(1, |product: u64, &side| product.checked_mul(side as u64));
            let bytes = size.zip(elements).and_then(|(size, elements)| elements.checked_mul(size));
            let range = entry.end.checked_sub(entry.begin).map(|bytes| bytes as u64);
            // Where all lengths together are the section's, and each begins where another ends, none share a byte.
            let follows = |other: &TensorEntry| other.begin < other.end && other.end == entry.begin;
            if bytes.is_none() || range != bytes || !(entry.begin == 0 || entries.iter().any(follows)) {
                return Err(ArtifactError::shape(&entry.name, "its byte range does not hold its shape, in its place"));
            }
            total += bytes.unwrap_or_default();
        }
        if expected != data.len() || total != data.len() as u64 {
            return Err(ArtifactError::foreign("some of its bytes belong to no tensor, or to two"));
        }
        Ok(Tensors { entries, data })
    }

    /// Whether a tensor of this name is there.
    #[inline(never)]
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &str) -> Result<&'a [usize], ArtifactError> {
        Ok(&self.entry(name)?.shape)
    }

    /// The raw bytes of a tensor of this type and shape.
    #[inline(never)]
    pub fn bytes(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], ArtifactError> {
        let entry = self.entry(name)?;
        if entry.dtype != dtype.name() {
            return Err(ArtifactError::shape(name, format!("type {} where {} is needed", entry.dtype, dtype.name())));
        }
        if entry.shape != shape {
            let (found, needed) = (sides(&entry.shape), sides(shape));
            return Err(ArtifactError::shape(name, format!("{found} where {needed} is needed")));
        }
        // Both were checked: the range lies within the data and holds the shape.
        Ok(self.data.get(entry.begin..entry.end).unwrap_or_default())
    }

    /// A vector tensor's bytes, whatever its length.
    #[inline(never)]
    pub fn vector_bytes(&self, name: &str, dtype: Dtype) -> Result<&'a [u8], ArtifactError> {
        let shape = self.shape(name)?;
        if shape.len() != 1 {
            return Err(ArtifactError::shape(name, format!("{} where a vector is needed", sides(shape))));
        }
        self.bytes(name, dtype, shape)
    }

    /// `F32` values, all finite.
    #[inline(never)]
    pub fn f32(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ArtifactError> {
        let (words, _) = self.bytes(name, Dtype::F32, shape)?.as_chunks::<4>();
        finite(name, words.iter().map(|word| f32::from_le_bytes(*word)).collect())
    }

    /// `F16` values widened, all finite.
    #[inline(never)]
    pub fn f16(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ArtifactError> {
        let (words, _) = self.bytes(name, Dtype::F16, shape)?.as_chunks::<2>();
        finite(name, words.iter().map(|word| half::f16::from_le_bytes(*word).to_f32()).collect())
    }

    /// `U32` values.
    #[inline(never)]
    pub fn u32(&self, name: &str, shape: &[usize]) -> Result<Vec<u32>, ArtifactError> {
        let (words, _) = self.bytes(name, Dtype::U32, shape)?.as_chunks::<4>();
        Ok(words.iter().map(|word| u32::from_le_bytes(*word)).collect())
    }

    /// `I8` values.
    #[inline(never)]
    pub fn i8(&self, name: &str, shape: &[usize]) -> Result<Vec<i8>, ArtifactError> {
        Ok(bytemuck::cast_slice(self.bytes(name, Dtype::I8, shape)?).to_vec())
    }

    /// A vector of `U16`, or of `U8` where all values are small, widened.
    pub fn u8_or_u16(&self, name: &str, length: usize) -> Result<Vec<u16>, ArtifactError> {
        if self.entry(name)?.dtype == Dtype::U8.name() {
            return Ok(self.bytes(name, Dtype::U8, &[length])?.iter().map(|&value| u16::from(value)).collect());
        }
        let (words, _) = self.bytes(name, Dtype::U16, &[length])?.as_chunks::<2>();
        Ok(words.iter().map(|word| u16::from_le_bytes(*word)).collect())
    }

    fn entry(&self, name: &str) -> Result<&'a TensorEntry, ArtifactError> {
        let found = self.entries.iter().find(|entry| entry.name == name);
        found.ok_or_else(|| ArtifactError::MissingTensor { name: name.to_owned() })
    }
}

/// A shape as text.
fn sides(shape: &[usize]) -> String {
    let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", sides.join(" x "))
}

fn finite(name: &str, values: Vec<f32>) -> Result<Vec<f32>, ArtifactError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(ArtifactError::value(name, format!("element {at} is not finite"))),
        None => Ok(values),
    }
}
