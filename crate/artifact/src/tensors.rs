//! Typed reading of tensors: every name, type, shape and byte range is checked here, once.
//!
//! What is wrong is noted, and nothing read in its place: whoever reads all of them asks for the first fault at the end. So
//! no reader has to give up half of a model, which a page would download for each of them.

use super::error::{ArtifactError, Detail, detail};
use super::shared::{Numbers, Shared};
use super::{Dtype, TensorEntry};
use alloc::vec::Vec;
use core::cell::Cell;
use reshelf_kernels::kernels::bulk;

/// Checks every tensor's type and size, and that they fill a data section of this length without gaps, before any is read.
pub(crate) fn check(entries: &[TensorEntry], length: usize) -> Result<(), ArtifactError> {
    let expected = entries.iter().map(|entry| entry.end).max().unwrap_or(0);
    if expected > length {
        return Err(ArtifactError::Truncated { expected: expected as u64, found: length as u64 });
    }
    let mut total = 0;
    for (at, entry) in entries.iter().enumerate() {
        let size = Dtype::ALL.iter().find(|dtype| dtype.name() == entry.dtype).map(|dtype| dtype.size() as u64);
        let elements = entry.shape.iter().try_fold(1, |product: u64, &side| product_of(product, side as u64));
        let bytes = size.zip(elements).and_then(|(size, elements)| product_of(elements, size));
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
    if expected != length || total != length as u64 {
        return Err(ArtifactError::Foreign { detail: detail!("some of its bytes belong to no tensor, or to two") });
    }
    Ok(())
}

/// A product of what a file may hold; no wider sum, for which a module for the web would carry a multiplication of its own.
fn product_of(elements: u64, side: u64) -> Option<u64> {
    (elements <= u64::from(u32::MAX)).then(|| elements * side)
}

/// The tensors of one file.
pub(crate) struct Tensors<'a> {
    entries: &'a [TensorEntry],
    data: &'a Shared,
    fault: Cell<Option<ArtifactError>>,
}

impl<'a> Tensors<'a> {
    /// Tensors that [`check`] has found good in this data section.
    pub fn new(entries: &'a [TensorEntry], data: &'a Shared) -> Self {
        Tensors { entries, data, fault: Cell::new(None) }
    }

    /// Notes what is wrong, unless something was before.
    pub fn fault(&self, fault: ArtifactError) {
        self.fault.set(self.fault.get().or(Some(fault)));
    }

    /// Notes a fault in a tensor's shape.
    #[inline(never)]
    pub fn misshapen(&self, name: &'static str, detail: Detail) {
        self.fault(ArtifactError::Shape { name, detail });
    }

    /// Notes a fault in a tensor's values.
    #[inline(never)]
    pub fn bad_value(&self, name: &'static str, detail: Detail) {
        self.fault(ArtifactError::Value { name, detail });
    }

    /// What was wrong first.
    pub fn first_fault(&self) -> Option<ArtifactError> {
        self.fault.get()
    }

    /// A value, or its default where it is a fault.
    pub fn or_fault<T: Default>(&self, value: Result<T, ArtifactError>) -> T {
        value.unwrap_or_else(|fault| {
            self.fault(fault);
            T::default()
        })
    }

    /// Whether a tensor of this name is there.
    #[inline(never)]
    pub fn has(&self, name: &'static str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    fn entry(&self, name: &'static str) -> Option<&'a TensorEntry> {
        let found = self.entries.iter().find(|entry| entry.name == name);
        if found.is_none() {
            self.fault(ArtifactError::MissingTensor { name });
        }
        found
    }

    /// The length of a vector.
    #[inline(never)]
    pub fn length(&self, name: &'static str) -> usize {
        match self.entry(name).map_or(&[0][..], |entry| &entry.shape) {
            &[length] => length,
            _ => {
                self.misshapen(name, detail!("a vector is needed"));
                0
            }
        }
    }

    /// The rows and columns of a matrix, neither beyond what any table has.
    #[inline(never)]
    pub fn sides(&self, name: &'static str) -> [usize; 2] {
        match self.entry(name).map_or(&[0, 0][..], |entry| &entry.shape) {
            &[rows, columns] if rows.max(columns) < 1 << 30 => [rows, columns],
            _ => {
                self.misshapen(name, detail!("a matrix is needed"));
                [0, 0]
            }
        }
    }

    /// The bytes of a tensor of this type and shape.
    #[inline(never)]
    pub fn shared(&self, name: &'static str, dtype: Dtype, shape: &[usize]) -> Shared {
        let Some(entry) = self.entry(name) else { return Shared::default() };
        if entry.dtype != dtype.name() {
            self.misshapen(name, detail!("its elements are of another type; bytes of one must be", dtype.size()));
        } else if entry.shape != shape {
            let needed: usize = shape.iter().product();
            self.misshapen(name, detail!("it has another shape; elements must be", needed));
        } else {
            // Both were checked: the range lies within the data and holds the shape.
            return self.data.part(entry.begin..entry.end);
        }
        Shared::default()
    }

    /// `F32` values, all finite.
    #[inline(never)]
    pub fn f32(&self, name: &'static str, shape: &[usize]) -> Vec<f32> {
        let bytes = self.shared(name, Dtype::F32, shape);
        let values: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            self.bad_value(name, detail!("not finite at element", at));
        }
        values
    }

    /// The bytes of scales in `F16`, none of them negative or not finite.
    #[inline(never)]
    pub fn scales(&self, name: &'static str, shape: &[usize]) -> Shared {
        let bytes = self.shared(name, Dtype::F16, shape);
        if bulk::largest_u16(&bytes) > bulk::LARGEST_HALF {
            self.bad_value(name, detail!("a scale is negative or not finite"));
        }
        bytes
    }

    /// `U32` values.
    pub fn u32(&self, name: &'static str, shape: &[usize]) -> Vec<u32> {
        let bytes = self.shared(name, Dtype::U32, shape);
        bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
    }

    /// `I8` values.
    pub fn i8(&self, name: &'static str, shape: &[usize]) -> Vec<i8> {
        bytemuck::cast_slice(&self.shared(name, Dtype::I8, shape)).to_vec()
    }

    /// A vector of `U16`, or of `U8` where all values are small.
    #[inline(never)]
    pub fn numbers(&self, name: &'static str, length: usize) -> Numbers {
        let wide = self.entry(name).is_some_and(|entry| entry.dtype != Dtype::U8.name());
        Numbers::new(self.shared(name, if wide { Dtype::U16 } else { Dtype::U8 }, &[length]), wide)
    }
}
