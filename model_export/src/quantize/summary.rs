//! What an artifact's parts take, and what became of them.

use core::fmt;
use std::collections::BTreeMap;

use reshelf::model::Header;

use super::Bits;

/// Bytes of each part of an artifact: tensors by the first word of their names, and the header; together the whole file.
/// Nothing but `header` for bytes that are no artifact.
pub fn bytes_by_part(bytes: &[u8]) -> BTreeMap<String, usize> {
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for tensor in Header::parse(bytes).map(|header| header.tensors).unwrap_or_default() {
        let part = tensor.name.split('.').next().unwrap_or_default().to_owned();
        *parts.entry(part).or_default() += tensor.end.saturating_sub(tensor.begin);
    }
    let held: usize = parts.values().sum();
    parts.insert("header".to_owned(), bytes.len().saturating_sub(held));
    parts
}

/// What `reshelf quantize` did.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizeSummary {
    /// Bits of the result.
    pub bits: Bits,
    /// Bytes of each part, of the artifact that was read.
    pub before: BTreeMap<String, usize>,
    /// The same of the result.
    pub after: BTreeMap<String, usize>,
    /// Items in the table.
    pub items: usize,
    /// Neighbours of all items that were kept.
    pub neighbours: usize,
    /// One minus the mean cosine of the vectors before and after.
    pub cosine_error: f64,
}

impl fmt::Display for QuantizeSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12}{:>12}{:>12}", "bytes", "before", "after")?;
        for part in self.before.keys() {
            let of = |parts: &BTreeMap<String, usize>| parts.get(part).copied().unwrap_or_default();
            writeln!(f, "{part:<12}{:>12}{:>12}", of(&self.before), of(&self.after))?;
        }
        let total = |parts: &BTreeMap<String, usize>| parts.values().sum::<usize>();
        writeln!(f, "{:<12}{:>12}{:>12}", "whole", total(&self.before), total(&self.after))?;
        let mean = self.neighbours as f64 / self.items.max(1) as f64;
        write!(
            f,
            "bits {}, {mean:.1} neighbours an item, mean cosine error {:.5} of the model that was read",
            self.bits, self.cosine_error
        )
    }
}
