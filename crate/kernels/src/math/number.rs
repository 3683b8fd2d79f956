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

/// `e` to the power of a number, off by 1e-6 of its value at most where that is a normal number; 0 below, and the largest number
/// above.
///
/// Two to the power of the whole part goes into the exponent's bits; the rest, within half of one, through the series of the
/// exponential function as far as its seventh term (Cody and Waite 1980).
pub fn exp(value: f32) -> f32 {
    if value <= -87.0 {
        return 0.0;
    }
    if value >= 88.0 {
        return f32::MAX;
    }
    let whole = round_ties_even(value * core::f32::consts::LOG2_E);
    // The logarithm of two in two parts, the first of so few bits that the product is exact.
    let rest = (value - whole * 0.693_359_4) - whole * -2.121_944_4e-4;
    let mut power = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * rest + factor;
    }
    power * f32::from_bits(((whole as i32 + 127) << 23) as u32)
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

        #[test]
        fn powers_are_those_of_the_platform(value in -86.9f32..87.9) {
            let expected = f64::from(value).exp();
            prop_assert!((f64::from(exp(value)) / expected - 1.0).abs() < 1e-6, "{} {}", exp(value), expected);
        }
    }
}
