//! Vectors of 128 bits for what is no product of codes: written out on wasm32, since those loops must be fast before a
//! browser has optimised the module, and where the rest of it is compiled for size; arrays elsewhere, from which the compiler
//! makes vector instructions by itself. Both give the same bits; the tests of `reshelf-web` compare them on wasm32.

#[cfg(target_arch = "wasm32")]
pub(super) use self::wasm32::Bytes;
#[cfg(target_arch = "wasm32")]
pub use self::wasm32::{Lanes, any_above, fold_bits, scaled};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use plain::Bytes;
#[cfg(not(target_arch = "wasm32"))]
pub use plain::{Lanes, any_above, fold_bits, scaled};

/// Candidates that are scored side by side: a [`Lanes`] has as many numbers.
pub const BLOCK: usize = 16;

/// With what a fold of bits multiplies: Fibonacci hashing (Knuth, TAOCP 6.4).
const GOLDEN: u32 = 0x9E37_79B1;

/// The same in plain Rust, and the reference for the other.
#[cfg_attr(target_arch = "wasm32", allow(dead_code))]
pub mod plain {
    use super::{BLOCK, GOLDEN};

    /// One number for each of 16 candidates.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Lanes([f32; BLOCK]);

    impl Lanes {
        /// The same number for all.
        pub fn splat(value: f32) -> Self {
            Lanes([value; BLOCK])
        }

        /// These numbers.
        pub fn load(values: &[f32; BLOCK]) -> Self {
            Lanes(*values)
        }

        /// The numbers.
        pub fn store(self) -> [f32; BLOCK] {
            self.0
        }

        /// `self += values * weight`, rounded after the product and after the sum (never fused).
        pub fn add_product(&mut self, values: Lanes, weight: f32) {
            for (sum, value) in self.0.iter_mut().zip(values.0) {
                *sum += value * weight;
            }
        }

        /// What is above zero; zero for the rest.
        pub fn rectified(self) -> Self {
            Lanes(self.0.map(|value| if value > 0.0 { value } else { 0.0 }))
        }

        /// Whether any is not zero.
        pub fn any(self) -> bool {
            self.0.iter().fold(false, |any, &value| any | (value != 0.0))
        }
    }

    /// Folds the bits of each value into the number at its place; zeros of both signs are one value.
    pub fn fold_bits(numbers: &mut [u32], values: &[f32]) {
        for (number, &value) in numbers.iter_mut().zip(values) {
            *number = (*number ^ (value + 0.0).to_bits()).wrapping_mul(GOLDEN);
        }
    }

    /// Whether any value is above a threshold; no NaN is.
    pub fn any_above(values: &[f32], threshold: f32) -> bool {
        values.iter().map(|&value| i32::from(value > threshold)).sum::<i32>() > 0
    }

    /// Writes each product times the scale at its place; each is rounded once more where it is no exact `f32` itself.
    pub fn scaled(products: &[i32], scales: &[f32], to: &mut [f32]) {
        for ((to, &product), &scale) in to.iter_mut().zip(products).zip(scales) {
            *to = product as f32 * scale;
        }
    }

    /// 16 bytes, or what else takes as much.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Bytes([u8; 16]);

    #[allow(missing_docs)]
    impl Bytes {
        pub fn splat(byte: u8) -> Self {
            Bytes([byte; 16])
        }

        pub fn load(bytes: &[u8; 16]) -> Self {
            Bytes(*bytes)
        }

        pub fn store(self) -> [u8; 16] {
            self.0
        }

        fn zip(self, other: Self, of: impl Fn(u8, u8) -> u8) -> Self {
            Bytes(core::array::from_fn(|at| of(self.0[at], other.0[at])))
        }

        fn words(self) -> [u16; 8] {
            core::array::from_fn(|at| u16::from_le_bytes([self.0[2 * at], self.0[2 * at + 1]]))
        }

        fn of_words(words: [u16; 8]) -> Self {
            Bytes(core::array::from_fn(|at| words[at / 2].to_le_bytes()[at % 2]))
        }

        /// The smaller of two codes in 8 bits, place by place.
        pub fn min_i8(self, other: Self) -> Self {
            self.zip(other, |a, b| (a as i8).min(b as i8) as u8)
        }

        /// The larger of two numbers of 16 bits.
        pub fn max_u16(self, other: Self) -> Self {
            let (a, b) = (self.words(), other.words());
            Self::of_words(core::array::from_fn(|at| a[at].max(b[at])))
        }

        pub fn or(self, other: Self) -> Self {
            self.zip(other, |a, b| a | b)
        }

        /// All ones where two bytes are equal, else zeros.
        pub fn equal(self, other: Self) -> Self {
            self.zip(other, |a, b| if a == b { 0xff } else { 0 })
        }

        /// The low halves as codes of -8 to 7.
        pub fn low(self) -> Self {
            Bytes(self.0.map(|byte| (((byte << 4) as i8) >> 4) as u8))
        }

        /// The high halves.
        pub fn high(self) -> Self {
            Bytes(self.0.map(|byte| ((byte as i8) >> 4) as u8))
        }

        /// Bytes of both, one by one in turn.
        pub fn interleave(self, other: Self) -> [Self; 2] {
            let part = |first: usize| {
                Bytes(core::array::from_fn(
                    |at| if at % 2 == 0 { self.0[first + at / 2] } else { other.0[first + at / 2] },
                ))
            };
            [part(0), part(8)]
        }

        /// Adds 16 codes in pairs to eight sums of 16 bits.
        pub fn add_pairs(self, codes: Self) -> Self {
            let sums = self.words();
            let pair = |at: usize| i16::from(codes.0[2 * at] as i8) + i16::from(codes.0[2 * at + 1] as i8);
            Self::of_words(core::array::from_fn(|at| sums[at].wrapping_add(pair(at) as u16)))
        }
    }
}

#[cfg(target_arch = "wasm32")]
#[allow(missing_docs)] // `plain` has the same, documented.
mod wasm32 {
    use super::{BLOCK, GOLDEN};
    use core::arch::wasm32::{
        f32x4_add, f32x4_convert_i32x4, f32x4_gt, f32x4_mul, f32x4_ne, f32x4_splat, i8x16_eq, i8x16_min, i8x16_shl,
        i8x16_shr, i8x16_shuffle, i8x16_splat, i16x8_add, i16x8_extadd_pairwise_i8x16, i32x4_mul, u16x8_max,
        u32x4_splat, v128, v128_any_true, v128_bitselect, v128_load, v128_or, v128_store, v128_xor,
    };

    #[inline(always)]
    fn load<T: bytemuck::Pod>(from: &[T]) -> v128 {
        assert!(core::mem::size_of_val(from) == 16);
        // SAFETY: the assertion above holds that 16 bytes lie there; the instruction takes any address.
        unsafe { v128_load(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store<T: bytemuck::Pod>(to: &mut [T], value: v128) {
        assert!(core::mem::size_of_val(to) == 16);
        // SAFETY: as above, and any bits are a value of these types.
        unsafe { v128_store(to.as_mut_ptr().cast(), value) }
    }

    #[derive(Clone, Copy)]
    pub struct Lanes([v128; BLOCK / 4]);

    impl Lanes {
        #[inline(always)]
        pub fn splat(value: f32) -> Self {
            Lanes([f32x4_splat(value); BLOCK / 4])
        }

        #[inline(always)]
        pub fn load(values: &[f32; BLOCK]) -> Self {
            Lanes([load(&values[..4]), load(&values[4..8]), load(&values[8..12]), load(&values[12..])])
        }

        #[inline(always)]
        pub fn store(self) -> [f32; BLOCK] {
            let mut values = [0.0; BLOCK];
            for (to, part) in values.as_chunks_mut::<4>().0.iter_mut().zip(self.0) {
                store(to, part);
            }
            values
        }

        #[inline(always)]
        pub fn add_product(&mut self, values: Lanes, weight: f32) {
            let weight = f32x4_splat(weight);
            for (sum, value) in self.0.iter_mut().zip(values.0) {
                *sum = f32x4_add(*sum, f32x4_mul(value, weight));
            }
        }

        /// By bits and no maximum: of that, or of a mask, the compiler makes a relaxed instruction where there are such,
        /// whose bits may differ from machine to machine.
        #[inline(always)]
        pub fn rectified(self) -> Self {
            let zero = f32x4_splat(0.0);
            Lanes(self.0.map(|part| v128_bitselect(part, zero, f32x4_gt(part, zero))))
        }

        #[inline(always)]
        pub fn any(self) -> bool {
            let [a, b, c, d] = self.0.map(|part| f32x4_ne(part, f32x4_splat(0.0)));
            v128_any_true(v128_or(v128_or(a, b), v128_or(c, d)))
        }
    }

    #[inline(never)]
    pub fn fold_bits(numbers: &mut [u32], values: &[f32]) {
        let count = numbers.len().min(values.len());
        let (blocks, rest) = numbers[..count].as_chunks_mut::<4>();
        let (values, last) = values[..count].as_chunks::<4>();
        for (to, values) in blocks.iter_mut().zip(values) {
            let bits = f32x4_add(load(values), f32x4_splat(0.0));
            let folded = i32x4_mul(v128_xor(load(to), bits), u32x4_splat(GOLDEN));
            store(to, folded);
        }
        super::plain::fold_bits(rest, last);
    }

    #[inline(always)]
    pub fn any_above(values: &[f32], threshold: f32) -> bool {
        let (blocks, rest) = values.as_chunks::<4>();
        let threshold_4 = f32x4_splat(threshold);
        let above =
            blocks.iter().fold(f32x4_splat(0.0), |above, block| v128_or(above, f32x4_gt(load(block), threshold_4)));
        v128_any_true(above) || super::plain::any_above(rest, threshold)
    }

    #[inline(always)]
    pub fn scaled(products: &[i32], scales: &[f32], to: &mut [f32]) {
        let count = to.len().min(products.len()).min(scales.len());
        let (blocks, rest) = to[..count].as_chunks_mut::<4>();
        let (products, last_products) = products[..count].as_chunks::<4>();
        let (scales, last_scales) = scales[..count].as_chunks::<4>();
        for ((to, products), scales) in blocks.iter_mut().zip(products).zip(scales) {
            store(to, f32x4_mul(f32x4_convert_i32x4(load(products)), load(scales)));
        }
        super::plain::scaled(last_products, last_scales, rest);
    }

    #[derive(Clone, Copy)]
    pub struct Bytes(v128);

    impl Bytes {
        #[inline(always)]
        pub fn splat(byte: u8) -> Self {
            Bytes(i8x16_splat(byte as i8))
        }

        #[inline(always)]
        pub fn load(bytes: &[u8; 16]) -> Self {
            Bytes(load(bytes))
        }

        #[inline(always)]
        pub fn store(self) -> [u8; 16] {
            let mut bytes = [0; 16];
            store(&mut bytes, self.0);
            bytes
        }

        #[inline(always)]
        pub fn min_i8(self, other: Self) -> Self {
            Bytes(i8x16_min(self.0, other.0))
        }

        #[inline(always)]
        pub fn max_u16(self, other: Self) -> Self {
            Bytes(u16x8_max(self.0, other.0))
        }

        #[inline(always)]
        pub fn or(self, other: Self) -> Self {
            Bytes(v128_or(self.0, other.0))
        }

        #[inline(always)]
        pub fn equal(self, other: Self) -> Self {
            Bytes(i8x16_eq(self.0, other.0))
        }

        #[inline(always)]
        pub fn low(self) -> Self {
            Bytes(i8x16_shr(i8x16_shl(self.0, 4), 4))
        }

        #[inline(always)]
        pub fn high(self) -> Self {
            Bytes(i8x16_shr(self.0, 4))
        }

        #[inline(always)]
        pub fn interleave(self, other: Self) -> [Self; 2] {
            [
                Bytes(i8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(self.0, other.0)),
                Bytes(i8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(self.0, other.0)),
            ]
        }

        #[inline(always)]
        pub fn add_pairs(self, codes: Self) -> Self {
            Bytes(i16x8_add(self.0, i16x8_extadd_pairwise_i8x16(codes.0)))
        }
    }
}
