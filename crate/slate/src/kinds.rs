//! Candidates that no rule tells apart are of one kind: where one of them cannot stand, no other can.

use super::rules::Rules;
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// The kind of each candidate, counted from 0: those of one kind are in the same groups and count for the same minimums.
pub(crate) fn kinds(rules: &Rules, count: usize) -> Vec<u32> {
    let mut kinds = vec![0; count];
    for cap in &rules.caps {
        split(&mut kinds, &|candidate| cap.group(candidate) as u32);
    }
    for minimum in &rules.minimums {
        split(&mut kinds, &|candidate| u32::from(minimum.counts(candidate)));
    }
    kinds
}

/// Parts each kind by what its candidates are labelled with.
fn split(kinds: &mut [u32], label: &dyn Fn(u32) -> u32) {
    let mut lookup = Lookup::default();
    lookup.reset(kinds.len() + 1);
    // The kind and the label of each new kind.
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (candidate, kind) in kinds.iter_mut().enumerate() {
        let pair = (*kind, label(candidate as u32));
        let mut key = mixed(u64::from(pair.0) << 32 | u64::from(pair.1)) as u32 >> 1;
        // Different pairs may have one key, and the next one is tried then.
        while let Some((number, new)) = lookup.insert(key) {
            if new {
                pairs.push(pair);
            }
            if pairs[number] == pair {
                *kind = number as u32;
                break;
            }
            key += 1;
        }
    }
}

/// A number whose every bit hangs on every bit of another (`SplitMix64`: Steele, Lea, Flood 2014).
pub(crate) fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
