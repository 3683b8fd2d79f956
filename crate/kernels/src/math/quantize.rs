//! From `f32` to codes of 8 or 4 bits and back.
//!
//! Item rows are symmetric with one scale a row: -127..=127, or -7..=7 where they are to take half the space. The session
//! side is u7 with zero point 64 (1..=127), because `i32x4.relaxed_dot_i8x16_i7x16_add_s` and x86's `maddubs` are exact
//! only while one operand stays in 0..=127.

use super::round_ties_even;

/// The code that stands for zero on the session side.
pub const SESSION_ZERO_POINT: u8 = 64;

/// The largest distance of a session code from the zero point.
pub const SESSION_LIMIT: f32 = 63.0;

/// The largest magnitude of an item code.
const ROW_LIMIT: f32 = 127.0;

/// The largest magnitude of an item code in 4 bits.
const NARROW_LIMIT: f32 = 7.0;

/// The scales that are tried in 4 bits, as parts of the one that reaches the largest value: few values are that large, and
/// cutting them off buys finer steps for all others.
const NARROW_SCALES: [f32; 10] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55];

/// Passes over a row in which single codes are moved by one; two or three settle it.
const NARROW_PASSES: usize = 8;

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
        let level = if scale > 0.0 { round_ties_even(value / scale) } else { 0.0 };
        // Clamped as an integer: of floats, a build with relaxed SIMD might choose an instruction that machines differ in.
        let level = (level as i32).clamp(-(SESSION_LIMIT as i32), SESSION_LIMIT as i32);
        *code = (level + i32::from(SESSION_ZERO_POINT)) as u8;
    }
    QuantizedSession { scale }
}

/// The nearest half. Not inlined: the conversion is 250 bytes of the engine wherever it stands.
#[inline(never)]
pub fn half(value: f32) -> half::f16 {
    half::f16::from_f32(value)
}

/// Quantizes an item vector into int8 codes of the same length and returns the row's scale.
///
/// The scale is rounded to `f16` first, since that is how the artifact stores it, and the codes are made for the rounded
/// scale. A zero or non-finite vector becomes zeros with scale 0.
pub fn quantize_row(values: &[f32], codes: &mut [i8]) -> half::f16 {
    let scale = half(step(values, ROW_LIMIT));
    let step = scale.to_f32();
    for (code, &value) in codes.iter_mut().zip(values) {
        let level = if step > 0.0 { round_ties_even(value / step) } else { 0.0 };
        *code = level.clamp(-ROW_LIMIT, ROW_LIMIT) as i8;
    }
    scale
}

/// Quantizes an item vector into codes of 4 bits (-7 to 7) of the same length and returns the row's scale.
///
/// Fifteen steps are too few for plain rounding: of several scales the one is taken whose codes point best in the vector's
/// direction, then single codes are moved by one as long as that turns them nearer. The scale is then the one with the
/// least squared error, rounded to `f16`. A zero or non-finite vector becomes zeros with scale 0.
pub fn quantize_row_narrow(values: &[f32], codes: &mut [i8]) -> half::f16 {
    codes.fill(0);
    let widest = step(values, NARROW_LIMIT);
    if widest == 0.0 {
        return half::f16::ZERO;
    }
    let round = |value: f32, scale: f32| round_ties_even(value / scale).clamp(-NARROW_LIMIT, NARROW_LIMIT);
    let mut best = Direction::default();
    for part in NARROW_SCALES {
        let scale = widest * part;
        let mut found = Direction::default();
        for &value in values {
            let level = round(value, scale);
            found.dot += level * value;
            found.squares += level * level;
        }
        if found.is_nearer_than(&best) {
            best = found;
            codes.iter_mut().zip(values).for_each(|(code, &value)| *code = round(value, scale) as i8);
        }
    }
    for _ in 0..NARROW_PASSES {
        let mut moved = false;
        for (code, &value) in codes.iter_mut().zip(values) {
            let level = f32::from(*code);
            for other in [level - 1.0, level + 1.0] {
                let turned = Direction {
                    dot: best.dot + (other - level) * value,
                    squares: best.squares + (other * other - level * level),
                };
                if other.abs() <= NARROW_LIMIT && turned.is_nearer_than(&best) {
                    (best, *code, moved) = (turned, other as i8, true);
                    break;
                }
            }
        }
        if !moved {
            break;
        }
    }
    half(best.dot / best.squares)
}

/// How well codes point in a vector's direction: their product with it, and their own sum of squares.
#[derive(Clone, Copy, Default)]
struct Direction {
    dot: f32,
    squares: f32,
}

impl Direction {
    /// Whether the cosine is larger, by more than rounding.
    fn is_nearer_than(&self, other: &Direction) -> bool {
        let is_first = other.squares == 0.0;
        let nearer = self.dot * self.dot * other.squares > other.dot * other.dot * self.squares * 1.000_001;
        self.dot > 0.0 && (is_first || nearer)
    }
}

/// Turns item codes into u7 session codes, so that an item can stand on the session side. Codes beyond 63 are halved, with
/// all others of their row; smaller ones stay as they are.
///
/// Returns what the row's scale is multiplied by: 2 or 1. Halves round up, then clamp: integer arithmetic only, hence exact
/// everywhere.
pub fn recode_row_for_session(row: &[i8], codes: &mut [u8]) -> f32 {
    let limit = SESSION_LIMIT as i32;
    let halves = row.iter().any(|&value| i32::from(value).abs() > limit);
    for (code, &value) in codes.iter_mut().zip(row) {
        let value = i32::from(value);
        let level = if halves { ((value + 1) >> 1).clamp(-limit, limit) } else { value };
        *code = (level + i32::from(SESSION_ZERO_POINT)) as u8;
    }
    if halves { 2.0 } else { 1.0 }
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
            let factor = recode_row_for_session(&row, &mut codes) as i32;
            for (&code, &value) in codes.iter().zip(&row) {
                prop_assert!((1..=127).contains(&code));
                prop_assert!((factor * (i32::from(code) - 64) - i32::from(value)).abs() <= 2 * (factor - 1));
            }
        }

        #[test]
        fn narrow_codes_point_better_than_plain_rounding(values in prop::collection::vec(-4.0f32..4.0, 16..130)) {
            let mut codes = vec![0i8; values.len()];
            let scale = quantize_row_narrow(&values, &mut codes).to_f32();
            prop_assert!(codes.iter().all(|code| code.abs() <= 7));
            let plain_scale = step(&values, NARROW_LIMIT);
            let plain: Vec<i8> = values.iter().map(|value| (value / plain_scale).round_ties_even() as i8).collect();
            let error = |codes: &[i8], scale: f32| -> f64 {
                codes.iter().zip(&values).map(|(&code, &value)| f64::from(f32::from(code) * scale - value).powi(2)).sum()
            };
            prop_assert!(cosine(&codes, &values) >= cosine(&plain, &values) - 1e-5);
            prop_assert!(error(&codes, scale) <= error(&plain, plain_scale) * 1.001 + 1e-4);
        }
    }

    fn cosine(codes: &[i8], values: &[f32]) -> f64 {
        let pairs = || codes.iter().zip(values).map(|(&code, &value)| (f64::from(code), f64::from(value)));
        let sum = |of: fn((f64, f64)) -> f64| pairs().map(of).sum::<f64>();
        sum(|(code, value)| code * value) / (sum(|(code, _)| code * code) * sum(|(_, value)| value * value)).sqrt()
    }

    #[test]
    fn narrow_codes_lose_less_than_plain_rounding() {
        let mut draw = crate::math::Rng(11);
        let (mut lost, mut plainly_lost) = (0.0, 0.0);
        for _ in 0..200 {
            // Sums of four uniform numbers: as bell-shaped as trained vectors are.
            let values: Vec<f32> = (0..64).map(|_| draw.many(4, 1.0).iter().sum()).collect();
            let mut codes = [0i8; 64];
            quantize_row_narrow(&values, &mut codes);
            lost += 1.0 - cosine(&codes, &values);
            let scale = step(&values, NARROW_LIMIT);
            codes.iter_mut().zip(&values).for_each(|(code, value)| *code = round_ties_even(value / scale) as i8);
            plainly_lost += 1.0 - cosine(&codes, &values);
        }
        assert!(lost < plainly_lost * 0.9, "{} where plain rounding loses {}", lost / 200.0, plainly_lost / 200.0);
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
            row.fill(9);
            assert_eq!(quantize_row_narrow(&values, &mut row).to_f32(), 0.0);
            assert_eq!(row, [0; 2]);
        }
    }
}
