//! A determinantal point process (Kulesza and Taskar 2012), its most likely list by the fast greedy way with a sliding window
//! (Chen, Zhang, Zhou 2018): a candidate counts with that part of it that the newest picked ones do not span.

use super::{Likeness, Pick, pick_next};
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::{exp, sqrt};

/// No less of a candidate is taken to be left: below, `f32` is noise.
const LEAST: f32 = 1e-6;

/// Compares each candidate with the newest `window` picked ones.
pub(super) fn pick(mut pick: Pick, mut likeness: Likeness<'_>, window: usize) -> Vec<u32> {
    let count = pick.order.len();
    // What relevance weighs against what is left: the sum of one and the logarithm of the other is what is made large.
    let weight = (1.0 - pick.amount) / pick.amount;
    let quality: Vec<f32> = pick.relevance.iter().map(|relevance| exp(weight * (relevance - 1.0))).collect();
    // What is left of each candidate, squared, beside what each row of `parts` has of it: with those of the picked ones these rows
    // are a Cholesky factor of their likeness.
    let mut left = vec![1.0f32; count];
    let mut parts: Vec<(usize, Vec<f32>)> = Vec::new();
    let mut like = Vec::new();
    for place in 0..pick.depth {
        let picked = pick_next(&mut pick.order, place, |at| quality[at] * left[at]);
        if parts.len() == window {
            forget_oldest(&mut parts, &mut left);
        }
        likeness.with(picked, &mut like);
        for (_, part) in &parts {
            let own = part[picked];
            like.iter_mut().zip(part).for_each(|(like, part)| *like -= own * part);
        }
        let scale = 1.0 / sqrt(if left[picked] > LEAST { left[picked] } else { LEAST });
        for (like, left) in like.iter_mut().zip(&mut left) {
            *like *= scale;
            let rest = *left - *like * *like;
            *left = if rest > 0.0 { rest } else { 0.0 };
        }
        parts.push((picked, core::mem::take(&mut like)));
    }
    pick.order
}

/// Takes the oldest row out: turns it, pair by pair, into the ones behind it, so that nothing of it is left in their candidates.
fn forget_oldest(parts: &mut Vec<(usize, Vec<f32>)>, left: &mut [f32]) {
    let (_, mut oldest) = parts.remove(0);
    for (picked, part) in parts.iter_mut() {
        let (along, across) = (part[*picked], oldest[*picked]);
        let length = sqrt(along * along + across * across);
        if length > 0.0 {
            let (cosine, sine) = (along / length, across / length);
            for (part, oldest) in part.iter_mut().zip(&mut oldest) {
                (*part, *oldest) = (cosine * *part + sine * *oldest, cosine * *oldest - sine * *part);
            }
        }
    }
    left.iter_mut().zip(&oldest).for_each(|(left, oldest)| *left += oldest * oldest);
}
