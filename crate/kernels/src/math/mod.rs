//! Deterministic scalar maths: quantization and the few sums that stay in `f32`; a lookup table, random numbers.
//! Imports nothing of ours.
//!
//! Everything here gives the same bits on every platform: only `+ - * /`, `sqrt` and comparisons (all exactly rounded by
//! IEEE 754), in a fixed order, never fused. Heavier sums are integers, see `kernels`.

mod lookup;
mod number;
mod quantize;
mod rng;

pub use lookup::Lookup;
pub use number::{decimal, exp, round_ties_even, sqrt};
pub use quantize::{
    QuantizedSession, SESSION_LIMIT, SESSION_ZERO_POINT, half, quantize_row, quantize_row_narrow, quantize_session,
    recode_row_for_session,
};
pub use rng::Rng;

/// Divides a vector by its Euclidean length; a zero (or non-finite) vector becomes all zeros.
///
/// Returns the length. The sum of squares runs from the first element to the last.
pub fn normalize(values: &mut [f32]) -> f32 {
    let mut sum = 0.0f32;
    for &value in values.iter() {
        sum += value * value;
    }
    let length = sqrt(sum);
    if length > 0.0 && length.is_finite() {
        for value in values.iter_mut() {
            *value /= length;
        }
        length
    } else {
        values.fill(0.0);
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizing_gives_unit_length_or_zeros() {
        let mut values = [3.0, 4.0];
        assert_eq!(normalize(&mut values), 5.0);
        assert_eq!(values, [0.6, 0.8]);
        for bad in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 1.0]] {
            let mut values = bad;
            assert_eq!(normalize(&mut values), 0.0);
            assert_eq!(values, [0.0, 0.0]);
        }
    }
}
