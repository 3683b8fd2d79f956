//! The walk that all fast paths share: four candidates at a time, each group against every session row while its codes
//! lie in the nearest cache.

use super::{Codes, Operands, Products, Selection};
use crate::math::SESSION_ZERO_POINT;

/// Packed codes are taken as `code + 8`, 0 to 15, which saves the sign extension.
pub(super) const NARROW_BIAS: i32 = 8;

/// Bytes of packed codes that a step of a narrow loop takes, of which the session's codes must know the order.
pub(super) const NARROW_STEP: usize = 16;

/// How a kernel wants the session's codes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionForm {
    /// As they are, 0 to 127: products are too large by 64 times the candidate's sum.
    Unsigned,
    /// Less the zero point, one byte a code.
    #[cfg(target_arch = "aarch64")]
    Signed,
    /// Less the zero point, two bytes a code.
    #[cfg(target_arch = "wasm32")]
    SignedPairs,
}

/// Whether the kernel takes packed codes as `code + 8` or extends their sign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NarrowForm {
    /// `code + 8`: products are too large by 8 times the session row's sum.
    Biased,
    /// The codes themselves.
    #[cfg(target_arch = "aarch64")]
    Signed,
}

/// Writes the session's codes into `products` as a kernel wants them. For packed candidates each step's even codes come
/// first and then its odd ones, as the halves of the bytes do.
#[inline(never)]
fn prepare(operands: &Operands<'_>, form: SessionForm, narrow_form: NarrowForm, products: &mut Products) {
    let (dimension, narrow) = (operands.table.dimension(), matches!(operands.table.codes(), Codes::Narrow(_)));
    let step = if narrow { 2 * NARROW_STEP } else { dimension };
    let offset = if form == SessionForm::Unsigned { 0 } else { i32::from(SESSION_ZERO_POINT) };
    let bias = if narrow && narrow_form == NarrowForm::Biased { NARROW_BIAS } else { 0 };
    products.session.clear();
    products.excess.clear();
    for row in operands.session.chunks_exact(dimension) {
        let mut sum = 0;
        for step in row.chunks(step) {
            for at in 0..step.len() {
                let half = step.len() / 2;
                let from = match narrow {
                    false => at,
                    true if at < half => 2 * at,
                    true => 2 * (at - half) + 1,
                };
                let value = i32::from(step[from]) - offset;
                sum += value;
                match form {
                    #[cfg(target_arch = "wasm32")]
                    SessionForm::SignedPairs => products.session.extend((value as i16).to_le_bytes()),
                    _ => products.session.push(value as u8),
                }
            }
        }
        products.excess.push(bias * sum);
    }
}

/// Four candidates and what their sums are too large by.
#[derive(Clone, Copy)]
pub(super) struct FourRows {
    /// Where each row's codes begin.
    pub rows: [*const u8; 4],
    /// Bytes of a row: a multiple of 16, or of 8 where it holds two codes a byte.
    pub length: usize,
    /// What to subtract from each sum.
    pub excess: [i32; 4],
}

/// Multiplies, by a function from a prepared session row, that row's own excess and four candidates to their four sums.
///
/// The function may read the whole of the session row (one byte a code, or two) and `length` bytes of each candidate.
#[inline(always)]
pub(super) fn multiply(
    operands: &Operands<'_>,
    form: SessionForm,
    narrow_form: NarrowForm,
    products: &mut Products,
    four: impl Fn(*const u8, i32, FourRows) -> [i32; 4],
) {
    products.reset(operands);
    prepare(operands, form, narrow_form, products);
    // One walk for each kind of selection, so that the choice is not made at every row.
    match operands.rows {
        Selection::Range { first, .. } => walk(operands, form, products, |position| first + position, four),
        Selection::At(rows) => walk(operands, form, products, |position| rows[position] as usize, four),
    }
}

#[inline(always)]
fn walk(
    operands: &Operands<'_>,
    form: SessionForm,
    products: &mut Products,
    row: impl Fn(usize) -> usize,
    four: impl Fn(*const u8, i32, FourRows) -> [i32; 4],
) {
    let (table, count, sessions) = (&operands.table, operands.candidate_rows(), operands.session_rows());
    let (bytes, sums, length) = (table.codes().bytes(), table.sums(), table.codes().stride(table.dimension()));
    let width = products.session.len() / sessions.max(1);
    let zero_point = if form == SessionForm::Unsigned { i32::from(SESSION_ZERO_POINT) } else { 0 };
    for position in (0..count).step_by(4) {
        let taken = (count - position).min(4);
        // The last group is filled up with its own last row, whose sums are not written again.
        let selected: [usize; 4] = core::array::from_fn(|lane| row(position + lane.min(taken - 1)));
        let candidates = FourRows {
            // SAFETY: `Operands::new` checked that every selected row lies within the table, whose bytes are whole rows.
            rows: selected.map(|row| unsafe { bytes.as_ptr().add(row * length) }),
            length,
            excess: selected.map(|row| zero_point * i32::from(sums[row])),
        };
        for s in 0..sessions {
            // SAFETY: `prepare` wrote `width` bytes for each session row.
            let session = unsafe { products.session.as_ptr().add(s * width) };
            let own = four(session, products.excess[s], candidates);
            let to = &mut products.values[s * count + position..][..taken];
            match to.first_chunk_mut() {
                Some(to) => *to = own,
                None => to.copy_from_slice(&own[..taken]),
            }
        }
    }
}
