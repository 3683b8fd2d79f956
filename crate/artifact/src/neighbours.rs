//! One item's neighbours, packed: item numbers as Rice-coded differences, a strength in four bits a channel.
//!
//! A list is a row of bits, lowest bit of each byte first: the Rice parameter `k` in 5 bits, then one group a neighbour,
//! ascending by item number. A group is the difference to the number before (less one; the first counts from zero) as
//! `difference >> k` ones, a zero and the `k` low bits, then a 4-bit code a channel. The rest of the last byte is ones, which
//! no group begins with; so a list needs no count. An item without neighbours takes no byte at all.
//!
//! `strength = code * code * scale`: squares spread fifteen steps over a range of 225 to 1.
//!
//! Bytes may be damaged, or come from a page: decoding is bounded by them, ends at the first number that is no item, and
//! gives at most [`MOST_NEIGHBOURS`].

use super::error::{ArtifactError, detail};
use alloc::vec::Vec;
use reshelf_kernels::kernels::bulk::widen_half;
use reshelf_kernels::math::sqrt;

/// What is known of a neighbour, in this order: [`NEAR`], [`NEXT`], [`BOUGHT`]. A memory holds the first one to three.
pub const CHANNELS: usize = 3;
/// It came near the item in other sessions, before or after.
pub const NEAR: usize = 0;
/// It was what directly followed the item.
pub const NEXT: usize = 1;
/// It was carted or bought soon after the item.
pub const BOUGHT: usize = 2;

/// The longest list.
pub const MOST_NEIGHBOURS: usize = 255;

/// Bits of a strength code, and the largest one.
const CODE_BITS: usize = 4;
const LARGEST_CODE: u32 = (1 << CODE_BITS) - 1;
/// Bits of the Rice parameter.
const PARAMETER_BITS: usize = 5;
/// The longest run of ones that is a difference: with it and the largest parameter, a difference still fits what is read at
/// once (57 bits). Longer runs end the list.
const LONGEST_RUN: u32 = 24;
/// Scales travel as `f16` in this unit, or small ones would lose their digits. A power of two: exact.
const STORED_SCALE: f32 = 256.0;

/// One neighbour of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its number.
    pub item: u32,
    /// How strongly it belongs to the item in each channel; 0 in a channel that says nothing or is not there.
    pub strengths: [f32; CHANNELS],
}

/// The packed neighbours of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Neighbours<'a> {
    bytes: &'a [u8],
    /// One a channel, `F16` in the unit of [`STORED_SCALE`].
    scales: &'a [[u8; 2]],
    /// Numbers from here on are no items.
    limit: u32,
    /// In place of bytes in full precision.
    exact: &'a [Neighbour],
}

impl<'a> Neighbours<'a> {
    /// A packed list with one scale a channel, `F16` and never negative; numbers from `limit` on are no items.
    pub fn new(bytes: &'a [u8], scales: &'a [[u8; 2]], limit: u32) -> Self {
        Neighbours { bytes, scales, limit, exact: &[] }
    }

    /// A list in full precision.
    pub(crate) fn of_exact(exact: &'a [Neighbour]) -> Self {
        Neighbours { exact, ..Neighbours::default() }
    }

    /// The neighbours, ascending by number.
    pub fn iter(&self) -> impl Iterator<Item = Neighbour> + use<'a> {
        let mut scales = [0.0; CHANNELS];
        for (scale, &stored) in scales.iter_mut().zip(self.scales) {
            *scale = loaded_scale(widen_half(stored));
        }
        Decoder { list: *self, scales, at: PARAMETER_BITS, next: 0, left: MOST_NEIGHBOURS }
    }

    /// The packed list.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The scale of each channel.
    pub fn scales(&self) -> &'a [[u8; 2]] {
        self.scales
    }

    /// No more than so many neighbours, from the length alone.
    pub fn at_most(&self) -> usize {
        if let Some(exact) = self.exact() {
            return exact.len();
        }
        let group = 1 + self.parameter() + CODE_BITS * self.scales.len();
        ((8 * self.bytes.len()).saturating_sub(PARAMETER_BITS) / group).min(MOST_NEIGHBOURS)
    }

    fn exact(&self) -> Option<&'a [Neighbour]> {
        // In the browser there are none, and the compiler may know.
        (cfg!(feature = "exact") && !self.exact.is_empty()).then_some(self.exact)
    }

    fn parameter(&self) -> usize {
        self.bytes.first().map_or(0, |byte| usize::from(*byte) & ((1 << PARAMETER_BITS) - 1))
    }
}

struct Decoder<'a> {
    list: Neighbours<'a>,
    scales: [f32; CHANNELS],
    /// The next bit.
    at: usize,
    /// The lowest number that may come next.
    next: u32,
    left: usize,
}

impl Decoder<'_> {
    /// The next 57 bits or more; ones after the end.
    fn peek(&self) -> u64 {
        let rest = self.list.bytes.get(self.at / 8..).unwrap_or_default();
        let word = rest.first_chunk::<8>().copied().unwrap_or_else(|| {
            let mut word = [0xff; 8];
            word[..rest.len()].copy_from_slice(rest);
            word
        });
        u64::from_le_bytes(word) >> (self.at % 8)
    }
}

impl Iterator for Decoder<'_> {
    type Item = Neighbour;

    fn next(&mut self) -> Option<Neighbour> {
        if let Some((first, rest)) = self.list.exact().and_then(<[Neighbour]>::split_first) {
            self.list.exact = rest;
            return Some(*first);
        }
        self.left = self.left.checked_sub(1)?;
        let (parameter, bits) = (self.list.parameter(), self.peek());
        let run = bits.trailing_ones();
        if run > LONGEST_RUN {
            return None;
        }
        let low = (bits >> (run + 1)) & ((1 << parameter) - 1);
        let difference = u32::try_from((u64::from(run) << parameter) | low).ok()?;
        self.at += run as usize + 1 + parameter;
        let codes = self.peek();
        self.at += CODE_BITS * self.list.scales.len();
        let item = self.next.checked_add(difference)?;
        if self.at > 8 * self.list.bytes.len() || item >= self.list.limit {
            return None;
        }
        self.next = item + 1;
        let mut strengths = [0.0; CHANNELS];
        for (channel, (strength, scale)) in
            strengths.iter_mut().zip(self.scales).take(self.list.scales.len()).enumerate()
        {
            let code = (codes >> (CODE_BITS * channel)) as u32 & LARGEST_CODE;
            *strength = (code * code) as f32 * scale;
        }
        Some(Neighbour { item, strengths })
    }
}

/// What a scale is in the artifact, before it is rounded to `f16`.
fn stored_scale(scale: f32) -> f32 {
    scale * STORED_SCALE
}

/// The scale that the artifact's `f16` stands for.
fn loaded_scale(stored: f32) -> f32 {
    stored / STORED_SCALE
}

/// Refuses a list that is none.
///
/// # Errors
/// `artifact.shape` for more than [`MOST_NEIGHBOURS`]; `artifact.value` for numbers that do not ascend or are not below
/// `limit`, and strengths that are negative or not finite.
pub(crate) fn check(list: &[Neighbour], limit: u32) -> Result<(), ArtifactError> {
    if list.len() > MOST_NEIGHBOURS {
        return Err(ArtifactError::Shape {
            name: "memory.lists",
            detail: detail!("neighbours of one item, at most 255:", list.len()),
        });
    }
    let bad = |detail| Err(ArtifactError::Value { name: "memory.lists", detail });
    if !list.is_sorted_by(|a, b| a.item < b.item) || list.last().is_some_and(|last| last.item >= limit) {
        return bad(detail!("neighbours must be items, ascending by number"));
    }
    if list.iter().flat_map(|one| one.strengths).any(|strength| !(strength.is_finite() && strength >= 0.0)) {
        return bad(detail!("a strength is negative or not finite"));
    }
    Ok(())
}

/// Packs a list into the end of `bytes` and its scales, one a channel, into the end of `scales`. A neighbour that rounds to
/// nothing in every channel is left out.
///
/// # Errors
/// As [`check`], and `artifact.value` for a strength beyond any scale.
pub(crate) fn pack(
    list: &[Neighbour],
    channels: usize,
    limit: u32,
    bytes: &mut Vec<u8>,
    scales: &mut Vec<u8>,
) -> Result<(), ArtifactError> {
    check(list, limit)?;
    let mut rounded = [0.0; CHANNELS];
    for (channel, rounded) in rounded.iter_mut().enumerate().take(channels) {
        let largest = list.iter().fold(0.0f32, |largest, one| largest.max(one.strengths[channel]));
        let stored = half::f16::from_f32(stored_scale(largest / (LARGEST_CODE * LARGEST_CODE) as f32));
        if !stored.is_finite() {
            return Err(ArtifactError::Value { name: "memory.lists", detail: detail!("a strength is too large") });
        }
        scales.extend(stored.to_le_bytes());
        *rounded = loaded_scale(stored.to_f32());
    }
    let rounded = &rounded[..channels];
    let mut next = 0;
    let groups: Vec<(u32, u64)> = list
        .iter()
        .filter_map(|one| {
            let codes =
                one.strengths.iter().zip(rounded).enumerate().fold(0, |codes, (channel, (&strength, &scale))| {
                    codes | u64::from(nearest_code(strength, scale)) << (CODE_BITS * channel)
                });
            (codes != 0).then(|| (one.item - core::mem::replace(&mut next, one.item + 1), codes))
        })
        .collect();
    if groups.is_empty() {
        return Ok(());
    }
    let parameter = best_parameter(&groups);
    let mut writer = BitWriter { bytes, held: 0, count: 0 };
    writer.push(u64::from(parameter), PARAMETER_BITS);
    for &(difference, codes) in &groups {
        let run = difference >> parameter;
        writer.push((1 << run) - 1, run as usize + 1);
        writer.push(u64::from(difference) & ((1 << parameter) - 1), parameter as usize);
        writer.push(codes, CODE_BITS * channels);
    }
    writer.finish();
    Ok(())
}

/// The code whose square is nearest to `strength / scale`.
fn nearest_code(strength: f32, scale: f32) -> u32 {
    if scale <= 0.0 {
        return 0;
    }
    let square = (strength / scale).min((LARGEST_CODE * LARGEST_CODE) as f32);
    let below = sqrt(square) as u32;
    let middle = (below * below + below) as f32 + 0.5;
    (if square > middle { below + 1 } else { below }).min(LARGEST_CODE)
}

/// The Rice parameter that takes the fewest bits; the smallest of equals.
fn best_parameter(groups: &[(u32, u64)]) -> u32 {
    let bits =
        |parameter: &u32| groups.iter().map(|(difference, _)| u64::from((difference >> parameter) + parameter)).sum();
    let fits = |parameter: &u32| groups.iter().all(|(difference, _)| difference >> parameter <= LONGEST_RUN);
    (0..1 << PARAMETER_BITS).filter(fits).min_by_key(|parameter| -> u64 { bits(parameter) }).unwrap_or_default()
}

struct BitWriter<'a> {
    bytes: &'a mut Vec<u8>,
    held: u64,
    count: usize,
}

impl BitWriter<'_> {
    /// Appends up to 56 bits.
    fn push(&mut self, bits: u64, count: usize) {
        self.held |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) {
        if self.count > 0 {
            self.push(0xff, 8 - self.count);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(list: &[Neighbour], channels: usize, limit: u32) -> (Vec<u8>, Vec<[u8; 2]>) {
        let (mut bytes, mut scales) = (Vec::new(), Vec::new());
        pack(list, channels, limit, &mut bytes, &mut scales).unwrap();
        (bytes, scales.as_chunks::<2>().0.to_vec())
    }

    fn lists() -> impl Strategy<Value = Vec<Neighbour>> {
        let numbers = prop_oneof![
            prop::collection::btree_set(0u32..300, 0..256),
            prop::collection::btree_set(0u32..2_000_000, 0..40),
            prop::collection::btree_set(0u32..u32::MAX, 0..8),
        ];
        let strength = prop_oneof![1 => Just(0.0f32), 3 => 0.0f32..1.0, 1 => 0.0f32..40.0];
        (numbers, prop::collection::vec(prop::array::uniform3(strength), 256)).prop_map(|(numbers, strengths)| {
            numbers.into_iter().zip(strengths).map(|(item, strengths)| Neighbour { item, strengths }).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_list_survives_packing(list in lists(), channels in 1..=CHANNELS) {
            let (bytes, scales) = packed(&list, channels, u32::MAX);
            let read = Neighbours::new(&bytes, &scales, u32::MAX);
            let mut back = read.iter().peekable();
            for one in &list {
                let found = back.next_if(|found| found.item == one.item).map_or([0.0; CHANNELS], |found| found.strengths);
                for channel in 0..channels {
                    let (strength, scale) = (one.strengths[channel], loaded_scale(widen_half(scales[channel])));
                    // Half the distance between two codes' squares, which is twice the root; the scale itself is rounded.
                    let step = ((strength * scale).sqrt() + scale) * 1.01 + strength * 1e-3;
                    prop_assert!((found[channel] - strength).abs() <= step, "{} for {strength}", found[channel]);
                }
                prop_assert!(found[channels..].iter().all(|&strength| strength == 0.0));
            }
            prop_assert!(back.next().is_none());
            let kept: Vec<Neighbour> = read.iter().collect();
            prop_assert!(read.at_most() >= kept.len());
            // What was packed before is packed to the same bytes.
            prop_assert_eq!(packed(&kept, channels, u32::MAX), (bytes.clone(), scales.clone()));
        }

        #[test]
        fn any_bytes_decode_to_items_in_order(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(255)], 0..400),
            channels in 0..=CHANNELS,
            limit in any::<u32>(),
        ) {
            let list = Neighbours::new(&bytes, &[[0, 60]; CHANNELS][..channels], limit);
            let items: Vec<u32> = list.iter().map(|one| one.item).collect();
            prop_assert!(items.len() <= list.at_most());
            prop_assert!(items.is_sorted_by(|a, b| a < b));
            prop_assert!(items.iter().all(|&item| item < limit));
        }
    }

    #[test]
    fn the_nearest_square_is_taken() {
        for (strength, code) in
            [(0.0, 0), (0.4, 0), (0.6, 1), (2.4, 1), (2.6, 2), (196.0, 14), (225.0, 15), (900.0, 15)]
        {
            assert_eq!(nearest_code(strength, 1.0), code, "{strength}");
        }
        assert_eq!(nearest_code(1.0, 0.0), 0);
    }

    #[test]
    fn lists_that_are_none_are_refused() {
        let one = |item| Neighbour { item, strengths: [1.0, 0.0, 0.0] };
        let code =
            |list: &[Neighbour]| pack(list, 1, 9, &mut Vec::new(), &mut Vec::new()).err().map(|error| error.code());
        assert_eq!(code(&[one(1), one(8)]), None);
        assert_eq!(code(&[one(1), one(9)]), Some("artifact.value"));
        assert_eq!(code(&[one(2), one(2)]), Some("artifact.value"));
        for strength in [-1.0, f32::NAN, f32::INFINITY, f32::MAX] {
            assert_eq!(code(&[Neighbour { item: 1, strengths: [strength; CHANNELS] }]), Some("artifact.value"));
        }
        assert_eq!(code(&[one(1); 256]), Some("artifact.shape"));
    }

    /// 24 neighbours drawn evenly from 43,000 items: the case without any order to make use of.
    #[test]
    fn a_neighbour_takes_about_two_bytes() {
        let mut draw = reshelf_kernels::math::Rng(3);
        let mut total = 0;
        for _ in 0..500 {
            let numbers: std::collections::BTreeSet<u32> = (0..24).map(|_| draw.below(43_000) as u32).collect();
            let list: Vec<Neighbour> =
                numbers.into_iter().map(|item| Neighbour { item, strengths: [1.0; 3] }).collect();
            total += packed(&list, 1, 43_000).0.len();
        }
        assert!(total as f64 / (500.0 * 24.0) < 2.1, "{total}");
    }
}
