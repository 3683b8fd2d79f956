//! What tells candidates apart for a rule: the group that a cap counts them in, or whether a minimum counts them.

use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// Whether a minimum counts each candidate.
pub(crate) fn minimum(codes: &[u32]) -> Vec<u32> {
    codes.iter().map(|&code| u32::from(code == 1)).collect()
}

/// The group of each candidate, from 1, by its code; those that are too small to break a cap of `most` in any order are none.
pub(crate) fn groups(codes: &[u32], most: u32, lookup: &mut Lookup) -> Vec<u32> {
    let count = codes.len();
    lookup.reset(count);
    let mut sizes = vec![0; count + 2];
    let mut groups = codes.to_vec();
    for group in &mut groups {
        // The lookup takes any number but one, which comes last here.
        *group = if *group == 0 { 0 } else { 1 + lookup.insert(*group).map_or(count, |(at, _)| at) as u32 };
        sizes[*group as usize] += 1;
    }
    for group in &mut groups {
        *group = if sizes[*group as usize] > most { *group } else { 0 };
    }
    groups
}
