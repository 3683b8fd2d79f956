//! The key that says how near a row is, and the order of keys: what select.wgsl computes, and what the host sorts by.

use std::collections::BinaryHeap;

/// One near row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The row's number in the table.
    pub row: u32,
    /// The bits of its key, an `f32`: see [`key_bits`].
    pub key_bits: u32,
}

/// The bits of a row's key: its product times its scale, in one correctly rounded multiplication. -0, which a negative
/// product times a scale of zero gives, counts as 0, so that equal keys have equal bits.
pub fn key_bits(product: i32, scale: f32) -> u32 {
    match (product as f32 * scale).to_bits() {
        0x8000_0000 => 0,
        bits => bits,
    }
}

/// Maps the bits of an `f32` to numbers of the same order.
pub fn ordered(bits: u32) -> u32 {
    if bits & 0x8000_0000 == 0 { bits | 0x8000_0000 } else { !bits }
}

/// The inverse of [`ordered`].
pub fn unordered(key: u32) -> u32 {
    if key & 0x8000_0000 == 0 { !key } else { key & 0x7fff_ffff }
}

/// Appends a list of pairs of row and key bits to `best`, best first: the larger key, then the lower row.
pub fn append_sorted(pairs: &[[u32; 2]], best: &mut Vec<[u32; 2]>) {
    // A heap sorts in a quarter of the code of the standard library's sort, and no more than 1,024 pairs are sorted.
    let mut heap: BinaryHeap<(u32, u32)> = pairs.iter().map(|&[row, bits]| (ordered(bits), !row)).collect();
    while let Some((key, row)) = heap.pop() {
        best.push([!row, unordered(key)]);
    }
}

#[cfg(test)]
mod tests {
    use super::{key_bits, ordered, unordered};

    #[test]
    fn keys_keep_the_order_of_floats_and_come_back() {
        let floats = [f32::NEG_INFINITY, -1e9, -1.5, -1.0, -6e-8, 0.0, 6e-8, 1.0, 1.5, 1e9, f32::INFINITY];
        for pair in floats.windows(2) {
            assert!(ordered(pair[0].to_bits()) < ordered(pair[1].to_bits()), "{pair:?}");
        }
        for float in floats {
            assert_eq!(unordered(ordered(float.to_bits())), float.to_bits());
        }
    }

    #[test]
    fn zero_has_no_sign() {
        for (product, scale) in [(-5, 0.0), (5, -0.0), (0, 1.0), (0, 0.0)] {
            assert_eq!(key_bits(product, scale), 0);
        }
    }
}
