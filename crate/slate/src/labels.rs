//! What tells candidates apart for a rule: the group that a cap counts them in, or whether a minimum counts them.

use super::program::{Kind, Record};
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// A small number a candidate, for one record; 0 where the record says nothing of it. Of pins and moves there are none.
///
/// The groups of a cap count from 1; those that are too small to break it in any order are none.
pub(crate) fn labels(record: &Record<'_>, lookup: &mut Lookup) -> Vec<u32> {
    let mut labels = Vec::new();
    match record.kind {
        Kind::Minimum => labels.extend(record.codes.iter().map(|&code| u32::from(code == 1))),
        Kind::Cap if record.b > 0 => {
            let count = record.codes.len();
            lookup.reset(count);
            let mut sizes = vec![0; count + 2];
            for &code in record.codes {
                // The lookup takes any number but one, which comes last here.
                let group = if code == 0 { 0 } else { 1 + lookup.insert(code).map_or(count, |(at, _)| at) };
                sizes[group] += 1;
                labels.push(group as u32);
            }
            for label in &mut labels {
                if sizes[*label as usize] <= record.a {
                    *label = 0;
                }
            }
        }
        _ => {}
    }
    labels
}

/// The label of a candidate; 0 where there is none.
#[inline]
pub(crate) fn label(labels: &[u32], candidate: u32) -> u32 {
    labels.get(candidate as usize).copied().unwrap_or(0)
}

/// How many of some candidates have a label other than 0.
#[inline(never)]
pub(crate) fn labelled(candidates: &[u32], labels: &[u32], wanted: u32) -> u32 {
    candidates.iter().map(|&candidate| u32::from(label(labels, candidate) == wanted)).sum()
}
