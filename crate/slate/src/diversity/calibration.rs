//! Calibration (Steck 2018): categories get the shares that are wanted. The distance is Hellinger's, which needs no logarithm and
//! takes shares of nothing as they are.

use super::{Pick, pick_next};
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::sqrt;

/// `categories` has a number a candidate, 0 for none, and `shares` the bits of the share of each category from 1.
pub(super) fn pick(mut pick: Pick, categories: &[u32], shares: &[u32]) -> Vec<u32> {
    let shares: Vec<f32> = shares.iter().map(|&bits| f32::from_bits(bits)).collect();
    // Those without a category, or of one that is not wanted, add nothing.
    let category = |at: usize| (categories.get(at).copied().unwrap_or(0) as usize).wrapping_sub(1);
    let mut shown = vec![0u32; shares.len()];
    let mut gains = vec![0.0f32; shares.len()];
    for place in 0..pick.depth {
        let among = (place + 1) as f32;
        for ((gain, &share), &shown) in gains.iter_mut().zip(&shares).zip(&shown) {
            // What one more of the category adds to how much the shares overlap, times the length of the list.
            let overlap = |shown: u32| sqrt(share * shown as f32 * among);
            let more = if share > 0.0 && share <= 1.0 { overlap(shown + 1) - overlap(shown) } else { 0.0 };
            *gain = pick.amount * more;
        }
        let gained = |at: usize| gains.get(category(at)).copied().unwrap_or(0.0);
        let gain = |at: usize| (1.0 - pick.amount) * pick.relevance[at] + gained(at);
        let picked = pick_next(&mut pick.order, place, gain);
        if let Some(shown) = shown.get_mut(category(picked)) {
            *shown += 1;
        }
    }
    pick.order
}
