//! From `f32` to 8-bit codes and back.
//!
//! Item rows are symmetric int8 (-127..=127) with one scale a row. The session side is u7 with zero point 64
//! (1..=127), because `i32x4.relaxed_dot_i8x16_i7x16_add_s` and x86's `maddubs` are exact only while one operand stays
//! in 0..=127.

/// The code that stands for zero on the session side.
pub const SESSION_ZERO_POINT: u8 = 64;

/// The largest distance of a session code from the zero point.
pub const SESSION_LIMIT: f32 = 63.0;

/// The largest magnitude of an item code.
const ROW_LIMIT: f32 = 127.0;

/// What a session vector was quantized with: `value = (code - 64) * scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuantizedSession {
    /// The step between two codes; zero for a zero vector.
    pub scale: f32,
}

/// Quantizes a session vector into u7 codes of the same length.
///
/// A vector that is all zeros, or holds a value that is not finite, becomes zero points with scale 0.
pub fn quantize_session(values: &[f32], codes: &mut [u8]) -> QuantizedSession {
    let scale = step(values, SESSION_LIMIT);
    for (code, &value) in codes.iter_mut().zip(values) {
        let level = if scale > 0.0 { (value / scale).round_ties_even() } else { 0.0 };
        *code = (level.clamp(-SESSION_LIMIT, SESSION_LIMIT) as i32 + i32::from(SESSION_ZERO_POINT)) as u8;
    }
    QuantizedSession { scale }
}

/// Quantizes an item vector into int8 codes of the same length and returns the row's scale.
///
/// The scale is rounded to `f16` first, since that is how the artifact stores it, and the codes are made for the rounded
/// scale. A zero or non-finite vector becomes zeros with scale 0.
pub fn quantize_row(values: &[f32], codes: &mut [i8]) -> half::f16 {
    let scale = half::f16::from_f32(step(values, ROW_LIMIT));
    let step = scale.to_f32();
    for (code, &value) in codes.iter_mut().zip(values) {
        let level = if step > 0.0 { (value / step).round_ties_even() } else { 0.0 };
        *code = level.clamp(-ROW_LIMIT, ROW_LIMIT) as i8;
    }
    scale
}

/// Turns int8 item codes into u7 session codes by halving them, so that an item can stand on the session side.
///
/// The result's scale is twice the row's. Halves round up, then clamp: integer arithmetic only, hence exact everywhere.
pub fn recode_row_for_session(row: &[i8], codes: &mut [u8]) {
    for (code, &value) in codes.iter_mut().zip(row) {
        let halved = ((i32::from(value) + 1) >> 1).clamp(-(SESSION_LIMIT as i32), SESSION_LIMIT as i32);
        *code = (halved + i32::from(SESSION_ZERO_POINT)) as u8;
    }
}

fn step(values: &[f32], limit: f32) -> f32 {
    let mut largest = 0.0f32;
    for &value in values {
        if !value.is_finite() {
            return 0.0;
        }
        largest = largest.max(value.abs());
    }
    let step = largest / limit;
    if step.is_normal() { step } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn session_codes_stay_in_range_and_close(values in prop::collection::vec(-4.0f32..4.0, 1..130)) {
            let mut codes = vec![0u8; values.len()];
            let quantized = quantize_session(&values, &mut codes);
            for (&code, &value) in codes.iter().zip(&values) {
                prop_assert!((1..=127).contains(&code));
                let back = (f32::from(code) - 64.0) * quantized.scale;
                prop_assert!((back - value).abs() <= quantized.scale * 0.5001 + 1e-6);
            }
        }

        #[test]
        fn row_codes_stay_close(values in prop::collection::vec(-4.0f32..4.0, 1..130)) {
            let mut codes = vec![0i8; values.len()];
            let scale = quantize_row(&values, &mut codes).to_f32();
            for (&code, &value) in codes.iter().zip(&values) {
                // The f16 scale may be up to 2^-11 too small, which the largest value pays for.
                prop_assert!((f32::from(code) * scale - value).abs() <= scale * 0.51 + value.abs() * 5e-4 + 1e-6);
            }
        }

        #[test]
        fn recoding_a_row_keeps_its_direction(row in prop::collection::vec(any::<i8>(), 1..130)) {
            let mut codes = vec![0u8; row.len()];
            recode_row_for_session(&row, &mut codes);
            for (&code, &value) in codes.iter().zip(&row) {
                prop_assert!((1..=127).contains(&code));
                prop_assert!((2 * (i32::from(code) - 64) - i32::from(value)).abs() <= 2);
            }
        }
    }

    #[test]
    fn vectors_that_cannot_be_quantized_become_zero() {
        for values in [[0.0, 0.0], [f32::NAN, 1.0], [f32::NEG_INFINITY, 1.0]] {
            let mut session = [9u8; 2];
            assert_eq!(quantize_session(&values, &mut session).scale, 0.0);
            assert_eq!(session, [SESSION_ZERO_POINT; 2]);
            let mut row = [9i8; 2];
            assert_eq!(quantize_row(&values, &mut row).to_f32(), 0.0);
            assert_eq!(row, [0; 2]);
        }
    }
}
