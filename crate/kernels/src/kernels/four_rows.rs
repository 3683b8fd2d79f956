//! The walk that all fast paths share: four candidates at a time, each group against every session row while its codes
//! lie in the nearest cache.

use super::{Codes, MAX_DIMENSION, Operands, Products, Selection};
use crate::math::SESSION_ZERO_POINT;

/// Bytes of packed codes that a step of a narrow loop takes, of which the session's codes must know the order.
const NARROW_STEP: usize = 16;

/// How a kernel wants the operands.
#[derive(Clone, Copy)]
pub(super) struct SessionLayout {
    /// How it wants the session's codes.
    pub session: SessionForm,
    /// What it adds to each code of a table in 8 bits: products are then too large by the session row's sum so many times.
    pub wide_bias: i32,
    /// The same for packed codes, which it may want without a sign.
    pub narrow_bias: i32,
}

/// How a kernel wants the session's codes.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each kind of machine has its own")]
pub(super) enum SessionForm {
    /// As they are, 0 to 127: products are too large by 64 times the candidate's sum.
    Unsigned,
    /// Less the zero point, one byte a code.
    Signed,
    /// Less the zero point, two bytes a code.
    SignedPairs,
}

/// Writes the session's codes into `products` as a kernel wants them. For packed candidates each step's even codes come
/// first and then its odd ones, as the halves of the bytes do.
#[inline(never)]
fn prepare(operands: &Operands<'_>, layout: SessionLayout, products: &mut Products) {
    let (dimension, narrow) = (operands.table.dimension(), matches!(operands.table.codes(), Codes::Int4(_)));
    let step = if narrow { 2 * NARROW_STEP } else { dimension };
    let offset = if layout.session == SessionForm::Unsigned { 0 } else { i32::from(SESSION_ZERO_POINT) };
    let bias = if narrow { layout.narrow_bias } else { layout.wide_bias };
    let bytes = if layout.session == SessionForm::SignedPairs { 2 } else { 1 };
    products.session.resize(bytes * operands.session.len(), 0);
    products.zero_point_correction.clear();
    let steps = products.session.chunks_mut(bytes * dimension).zip(operands.session.chunks(dimension));
    for (to, row) in steps {
        let sum: i32 = row.iter().map(|&code| i32::from(code) - offset).sum();
        products.zero_point_correction.push(bias * sum);
        for (to, step) in to.chunks_mut(bytes * step).zip(row.chunks(step)) {
            let half = step.len() / 2;
            let order = |at: usize| match narrow {
                false => at,
                true if at < half => 2 * at,
                true => 2 * (at - half) + 1,
            };
            for (at, to) in to.chunks_exact_mut(bytes).enumerate() {
                let value = i32::from(step[order(at)]) - offset;
                to[0] = value as u8;
                if let Some(high) = to.get_mut(1) {
                    *high = (value >> 8) as u8;
                }
            }
        }
    }
}

/// Four candidates.
#[derive(Clone, Copy)]
pub(super) struct FourRows {
    /// Where each row's codes begin.
    pub rows: [*const u8; 4],
    /// Bytes of a row: a multiple of 16, or of 8 where it holds two codes a byte.
    pub length: usize,
    /// What to subtract from each sum because of the candidate; zeros unless the session is unsigned.
    pub zero_point_correction: [i32; 4],
}

/// Where a kernel may unpack four rows once for all session rows.
pub(super) type Scratch = [u8; 4 * MAX_DIMENSION];

/// Multiplies, by a function from a prepared session row, that row's own correction and four candidates to their four sums.
///
/// The function may read the whole of the session row (one byte a code, or two) and `length` bytes of each candidate.
#[allow(dead_code, reason = "each kind of machine has its own")]
#[inline(always)]
pub(super) fn multiply(
    operands: &Operands<'_>,
    layout: SessionLayout,
    products: &mut Products,
    four: impl Fn(*const u8, i32, FourRows) -> [i32; 4],
) {
    multiply_unpacked(operands, layout, products, |candidates, _| candidates, four);
}

/// As [`multiply`], after a function that may put other rows in the place of each four.
#[inline(always)]
pub(super) fn multiply_unpacked(
    operands: &Operands<'_>,
    layout: SessionLayout,
    products: &mut Products,
    unpack: impl Fn(FourRows, &mut Scratch) -> FourRows,
    four: impl Fn(*const u8, i32, FourRows) -> [i32; 4],
) {
    let stride = products.reset(operands);
    prepare(operands, layout, products);
    let (table, count) = (&operands.table, operands.candidate_rows());
    let (bytes, sums, length) = (table.codes().bytes(), table.sums(), table.codes().stride(table.dimension()));
    let (values, session, zero_point_correction) =
        (products.values.as_mut_ptr(), products.session.as_ptr(), &products.zero_point_correction[..]);
    let width = products.session.len().checked_div(zero_point_correction.len()).unwrap_or(0);
    let mut room = [0; 4 * MAX_DIMENSION];
    for position in (0..count).step_by(4) {
        // The last group is filled up with the last row: room for its sums is there, and nobody reads them.
        let at: [usize; 4] = core::array::from_fn(|lane| (position + lane).min(count - 1));
        let selected = match operands.rows {
            Selection::Range { first, .. } => at.map(|at| first + at),
            Selection::At(rows) => at.map(|at| rows[at] as usize),
        };
        let mut candidates = FourRows {
            // SAFETY: `Operands::new` checked that every selected row lies within the table, whose bytes are whole rows.
            rows: selected.map(|row| unsafe { bytes.as_ptr().add(row * length) }),
            length,
            zero_point_correction: [0; 4],
        };
        if layout.session == SessionForm::Unsigned {
            candidates.zero_point_correction = selected.map(|row| i32::from(SESSION_ZERO_POINT) * i32::from(sums[row]));
        }
        let candidates = unpack(candidates, &mut room);
        for (at, &zero_point_correction) in zero_point_correction.iter().enumerate() {
            // SAFETY: `prepare` wrote `width` bytes for each session row, and `reset` made room for `stride` products, a
            // multiple of four that is no less than `count`.
            unsafe {
                let own = four(session.add(at * width), zero_point_correction, candidates);
                values.add(at * stride + position).cast::<[i32; 4]>().write_unaligned(own);
            }
        }
    }
}
