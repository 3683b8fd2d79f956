//! Loops over all bytes of a file's tensor, each byte once. A page runs them while it opens a model, before its browser has
//! optimised the module: hence vectors of 16 bytes where they pay, and no early way out.

use super::LANE;
use super::lanes::Bytes;
use alloc::vec::Vec;

/// The largest of many 16-bit numbers, little-endian; 0 for none. A last odd byte is left out.
#[inline(never)]
pub fn largest_u16(bytes: &[u8]) -> u16 {
    let (blocks, rest) = bytes.as_chunks::<LANE>();
    let largest = blocks.iter().fold(Bytes::splat(0), |largest, block| largest.max_u16(Bytes::load(block))).store();
    let words = largest.as_chunks::<2>().0.iter().chain(rest.as_chunks::<2>().0);
    words.fold(0, |largest, &word| largest.max(u16::from_le_bytes(word)))
}

/// The least of many codes; 127 for none.
#[inline(never)]
pub fn least_i8(codes: &[i8]) -> i8 {
    let (blocks, rest) = bytemuck::cast_slice::<i8, u8>(codes).as_chunks::<LANE>();
    let least = blocks.iter().fold(Bytes::splat(0x7f), |least, block| least.min_i8(Bytes::load(block))).store();
    least.iter().chain(rest).fold(i8::MAX, |least, &code| least.min(code as i8))
}

/// Whether any half of any byte is 8, which is -8 in two's complement.
#[inline(never)]
pub fn has_half_of_8(bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<LANE>();
    let eight = Bytes::splat(-8i8 as u8);
    let found = blocks
        .iter()
        .map(Bytes::load)
        .fold(Bytes::splat(0), |found, halves| found.or(halves.low().equal(eight)).or(halves.high().equal(eight)));
    found.store() != [0; LANE] || rest.iter().any(|&byte| byte & 15 == 8 || byte >> 4 == 8)
}

/// The sum of many bytes.
#[inline(never)]
pub fn sum_u8(bytes: &[u8]) -> u32 {
    bytes.iter().map(|&byte| u32::from(byte)).sum()
}

/// The sum of many 16-bit numbers, little-endian, modulo 2^32. A last odd byte is left out.
#[inline(never)]
pub fn sum_u16(bytes: &[u8]) -> u32 {
    bytes.as_chunks::<2>().0.iter().fold(0, |sum: u32, &word| sum.wrapping_add(u32::from(u16::from_le_bytes(word))))
}

/// Unpacks codes in 4 bits, as many as there is room for.
#[inline(never)]
pub(super) fn unpack(bytes: &[u8], to: &mut [i8]) {
    let (blocks, rest) = bytes.as_chunks::<LANE>();
    let (wide, last) = bytemuck::cast_slice_mut::<i8, u8>(to).as_chunks_mut::<{ 2 * LANE }>();
    for (to, block) in wide.iter_mut().zip(blocks) {
        let halves = Bytes::load(block);
        let [first, second] = halves.low().interleave(halves.high());
        to[..LANE].copy_from_slice(&first.store());
        to[LANE..].copy_from_slice(&second.store());
    }
    for (pair, &byte) in last.as_chunks_mut::<2>().0.iter_mut().zip(rest) {
        *pair = unpacked(byte).map(|code| code as u8);
    }
}

/// A table in 8 bits of rows in 8 and rows in 4, each kind in the order of the table: bit `row % 8` of byte `row / 8` of
/// `which` is set for a row in 8 bits. `None` unless there are as many rows of each kind as are marked.
#[inline(never)]
pub fn interleave(wide: &[i8], narrow: &[u8], which: &[u8], dimension: usize) -> Option<Vec<i8>> {
    let (rows, half) = (wide.len() / dimension + 2 * narrow.len() / dimension, dimension / 2);
    let mut codes = alloc::vec![0; rows * dimension];
    let (mut wide, mut narrow) = (wide.chunks_exact(dimension), narrow.chunks_exact(half));
    for (row, to) in codes.chunks_exact_mut(dimension).enumerate() {
        match which.get(row / 8)? >> (row % 8) & 1 {
            1 => to.copy_from_slice(wide.next()?),
            _ => unpack(narrow.next()?, to),
        }
    }
    Some(codes)
}

/// The sum of codes in 8 bits: of one row, 256 codes of -128 or more at most, so that no sum of 16 bits overflows.
pub(super) fn sum_wide(bytes: &[u8]) -> i16 {
    let (blocks, rest) = bytes.as_chunks::<LANE>();
    let sums = blocks.iter().map(Bytes::load).fold(Bytes::splat(0), Bytes::add_pairs);
    rest.iter().fold(total(sums), |sum, &code| sum.wrapping_add(i16::from(code as i8)))
}

/// The same of codes in 4 bits.
pub(super) fn sum_narrow(bytes: &[u8]) -> i16 {
    let (blocks, rest) = bytes.as_chunks::<LANE>();
    let add = |sums: Bytes, codes: Bytes| sums.add_pairs(codes.low()).add_pairs(codes.high());
    let sums = blocks.iter().map(Bytes::load).fold(Bytes::splat(0), add);
    rest.iter().flat_map(|&byte| unpacked(byte)).fold(total(sums), |sum, code| sum.wrapping_add(i16::from(code)))
}

/// The sum of eight sums.
fn total(sums: Bytes) -> i16 {
    sums.store().as_chunks::<2>().0.iter().fold(0, |sum, &word| sum.wrapping_add(i16::from_le_bytes(word)))
}

/// The two codes of a byte.
#[inline(always)]
pub(super) fn unpacked(byte: u8) -> [i8; 2] {
    [((byte << 4) as i8) >> 4, (byte as i8) >> 4]
}

/// The largest `f16` that is a number, by its bits: of numbers that are not negative, larger ones have larger bits.
pub const LARGEST_HALF: u16 = 0x7bff;

/// 2^112: the distance between the exponents' biases of `f32` and `f16`.
const BIAS: f32 = 5.192_297e33;

/// The `f32` of an `f16`, little-endian, which must be a number and not negative (up to [`LARGEST_HALF`]). Exact: the bits
/// are those of a number 2^112 times too small.
#[inline(always)]
pub fn widen_half(word: [u8; 2]) -> f32 {
    f32::from_bits(u32::from(u16::from_le_bytes(word)) << 13) * BIAS
}

/// Many of them.
#[inline(never)]
pub fn widen_halves(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<2>().0.iter().map(|&word| widen_half(word)).collect()
}

const PRIMES: [u64; 5] =
    [0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5];

/// XXH64 (Yann Collet, <https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>). Our own since its four sums stay
/// in registers: before a browser has optimised it, that of the crate `twox-hash` takes three times as long.
#[inline(never)]
pub fn xxh64(seed: u64, bytes: &[u8]) -> u64 {
    let [p1, p2, p3, p4, p5] = PRIMES;
    let round = |sum: u64, word: u64| sum.wrapping_add(word.wrapping_mul(p2)).rotate_left(31).wrapping_mul(p1);
    let (words, _) = bytes.as_chunks::<8>();
    let (blocks, _) = words.as_chunks::<4>();
    let mut rest = &bytes[32 * blocks.len()..];
    let mut hash = seed.wrapping_add(p5);
    if !blocks.is_empty() {
        let (mut a, mut b) = (seed.wrapping_add(p1).wrapping_add(p2), seed.wrapping_add(p2));
        let (mut c, mut d) = (seed, seed.wrapping_sub(p1));
        for block in blocks {
            let [k, l, m, n] = block.map(u64::from_le_bytes);
            (a, b, c, d) = (round(a, k), round(b, l), round(c, m), round(d, n));
        }
        hash = a.rotate_left(1).wrapping_add(b.rotate_left(7));
        hash = hash.wrapping_add(c.rotate_left(12)).wrapping_add(d.rotate_left(18));
        for sum in [a, b, c, d] {
            hash = (hash ^ round(0, sum)).wrapping_mul(p1).wrapping_add(p4);
        }
    }
    hash = hash.wrapping_add(bytes.len() as u64);
    while let Some((&word, after)) = rest.split_first_chunk::<8>() {
        hash = (hash ^ round(0, u64::from_le_bytes(word))).rotate_left(27).wrapping_mul(p1).wrapping_add(p4);
        rest = after;
    }
    if let Some((&word, after)) = rest.split_first_chunk::<4>() {
        let word = u64::from(u32::from_le_bytes(word)).wrapping_mul(p1);
        hash = (hash ^ word).rotate_left(23).wrapping_mul(p2).wrapping_add(p3);
        rest = after;
    }
    for &byte in rest {
        hash = (hash ^ u64::from(byte).wrapping_mul(p5)).rotate_left(11).wrapping_mul(p1);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(p2);
    hash = (hash ^ hash >> 29).wrapping_mul(p3);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_hash_is_that_of_the_reference(bytes in prop::collection::vec(any::<u8>(), 0..200), seed in any::<u64>()) {
            prop_assert_eq!(xxh64(seed, &bytes), twox_hash::XxHash64::oneshot(seed, &bytes));
        }
    }

    #[test]
    fn every_half_that_is_a_number_and_not_negative_is_widened_exactly() {
        let all: Vec<u8> = (0..=LARGEST_HALF).flat_map(u16::to_le_bytes).collect();
        let expected = (0..=LARGEST_HALF).map(|bits| half::f16::from_bits(bits).to_f32());
        assert!(widen_halves(&all).into_iter().eq(expected));
        assert_eq!(largest_u16(&all), LARGEST_HALF);
    }

    #[test]
    fn a_half_of_8_is_found_wherever_it_is() {
        for at in 0..40 {
            for (byte, found) in [(0x08, true), (0x80, true), (0x88, true), (0x77, false), (0x91, false)] {
                let mut bytes = [0x17; 40];
                bytes[at] = byte;
                assert_eq!(has_half_of_8(&bytes), found, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn sums_and_extremes_are_those_of_the_plain_loop() {
        let bytes: Vec<u8> = (0..201u32).map(|at| (at * 37 % 256) as u8).collect();
        assert_eq!(sum_u8(&bytes), bytes.iter().map(|&byte| u32::from(byte)).sum());
        let words = bytes.chunks_exact(2).map(|word| u32::from(word[0]) + 256 * u32::from(word[1]));
        assert_eq!(sum_u16(&bytes), words.sum());
        assert_eq!(least_i8(&[3, -7, 5]), -7);
    }
}
