//! Random numbers that are the same everywhere for the same seed, and a table for drawing items by weight. Uses nothing of
//! ours.
//!
//! Its one job: the numbers on which trained bytes, drawn lists and published intervals depend. None of its sequences may
//! change.

use serde::{Deserialize, Serialize};

/// A generator of 64-bit numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rng(u64);

impl Rng {
    /// A generator for one purpose: different purposes of one seed do not share numbers.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed = purpose.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut rng = Rng(mixed);
        rng.next_u64();
        rng
    }

    /// One of the numbered streams of a seed.
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut seeded = Rng(seed);
        Rng(seeded.next_u64() ^ stream.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be zero. The bias is below 2^-32 for any table that fits memory.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next_u64()) * end as u128) >> 64) as usize
    }

    /// A number in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// A number in -1..1.
    pub fn signed(&mut self) -> f32 {
        self.unit() * 2.0 - 1.0
    }

    /// Puts a list in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}

/// Draws items: a share of them uniformly, the rest by a power of their frequency.
#[derive(Clone, Debug)]
pub struct NegativeSampler {
    cumulative: Vec<f64>,
    uniform_share: f32,
}

impl NegativeSampler {
    /// A sampler over `counts.len()` items.
    pub fn new(counts: &[u32], uniform_share: f32, power: f64) -> Self {
        let mut sum = 0.0;
        let cumulative = counts
            .iter()
            .map(|&count| {
                sum += f64::from(count).powf(power);
                sum
            })
            .collect();
        NegativeSampler { cumulative, uniform_share }
    }

    /// One item.
    pub fn draw(&self, rng: &mut Rng) -> u32 {
        let items = self.cumulative.len();
        if rng.unit() < self.uniform_share {
            return rng.below(items) as u32;
        }
        let total = self.cumulative.last().copied().unwrap_or(0.0);
        let point = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64 * total;
        self.cumulative.partition_point(|&sum| sum <= point).min(items - 1) as u32
    }

    /// The probability that a draw gives this item.
    pub fn probability(&self, item: u32) -> f32 {
        let at = item as usize;
        let before = if at == 0 { 0.0 } else { self.cumulative[at - 1] };
        let total = self.cumulative.last().copied().unwrap_or(1.0);
        let by_count = ((self.cumulative[at] - before) / total) as f32;
        self.uniform_share / self.cumulative.len() as f32 + (1.0 - self.uniform_share) * by_count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_their_probabilities() {
        let sampler = NegativeSampler::new(&[1, 10, 100, 0], 0.25, 0.75);
        let total: f32 = (0..4).map(|item| sampler.probability(item)).sum();
        assert!((total - 1.0).abs() < 1e-5);
        let mut rng = Rng::new(7, "test");
        let mut drawn = [0u32; 4];
        (0..100_000).for_each(|_| drawn[sampler.draw(&mut rng) as usize] += 1);
        for (item, &count) in drawn.iter().enumerate() {
            assert!((count as f32 / 1e5 - sampler.probability(item as u32)).abs() < 0.01, "{item}: {count}");
        }
    }

    #[test]
    fn seeds_and_purposes_differ() {
        let first = |seed, purpose| Rng::new(seed, purpose).next_u64();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
    }
}
