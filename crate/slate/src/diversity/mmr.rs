//! Maximal marginal relevance (Carbonell and Goldstein 1998): a candidate loses what the one that it resembles most has in common
//! with it.

use super::{Likeness, Pick, pick_next};
use alloc::vec;
use alloc::vec::Vec;

/// Compares each candidate with the newest `window` picked ones.
pub(super) fn pick(mut pick: Pick, mut likeness: Likeness<'_>, window: usize) -> Vec<u32> {
    let count = pick.order.len();
    let mut rows: Vec<Vec<f32>> = vec![Vec::new(); window];
    let mut nearest = vec![0.0f32; count];
    for place in 0..pick.depth {
        let gain = |at: usize| (1.0 - pick.amount) * pick.relevance[at] - pick.amount * nearest[at];
        let picked = pick_next(&mut pick.order, place, gain);
        likeness.with(picked, &mut rows[place % window]);
        nearest.fill(0.0);
        for row in &rows {
            for (nearest, &like) in nearest.iter_mut().zip(row) {
                *nearest = if like > *nearest { like } else { *nearest };
            }
        }
    }
    pick.order
}
