//! Operations that every machine has an instruction for, and that the core library does not offer yet. IEEE 754 rounds both
//! exactly, so that all ways to them give the same bits.

use alloc::string::String;

/// A whole number in decimal digits, without the formatter of the core library, which a page would download.
pub fn decimal(number: i64) -> String {
    let (mut digits, mut rest) = ([0u8; 20], number.unsigned_abs());
    let mut at = digits.len();
    while at == digits.len() || rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let mut text = String::with_capacity(digits.len() - at + 1);
    if number < 0 {
        text.push('-');
    }
    text.extend(digits[at..].iter().map(|&digit| char::from(digit)));
    text
}

/// The square root.
#[inline(always)]
pub fn sqrt(value: f32) -> f32 {
    #[cfg(any(test, feature = "std"))]
    return value.sqrt();
    #[cfg(all(target_arch = "wasm32", not(any(test, feature = "std"))))]
    return {
        use core::arch::wasm32::{f32x4_extract_lane, f32x4_splat, f32x4_sqrt};
        f32x4_extract_lane::<0>(f32x4_sqrt(f32x4_splat(value)))
    };
    #[cfg(all(not(target_arch = "wasm32"), not(any(test, feature = "std"))))]
    return libm::sqrtf(value);
}

/// The nearest whole number, the even one of two that are as near.
#[inline(always)]
pub fn round_ties_even(value: f32) -> f32 {
    #[cfg(any(test, feature = "std"))]
    return value.round_ties_even();
    #[cfg(all(target_arch = "wasm32", not(any(test, feature = "std"))))]
    return {
        use core::arch::wasm32::{f32x4_extract_lane, f32x4_nearest, f32x4_splat};
        f32x4_extract_lane::<0>(f32x4_nearest(f32x4_splat(value)))
    };
    #[cfg(all(not(target_arch = "wasm32"), not(any(test, feature = "std"))))]
    return libm::rintf(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_are_those_of_the_formatter(number in prop_oneof![any::<i64>(), -1000..1000i64, Just(i64::MIN)]) {
            prop_assert_eq!(decimal(number), number.to_string());
        }
    }
}
