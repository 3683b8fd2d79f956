//! Random numbers that are the same on every machine: SplitMix64 for the bits, and no function whose last bit a platform may
//! choose (only the four operations and the square root, which IEEE 754 fixes).

/// A generator. Two generators of different names under one seed are independent.
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    /// The generator called `name` under `seed`.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        // FNV-1a of the name keeps generators apart.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut rng = Self { state: seed ^ hash };
        rng.state = rng.bits();
        rng
    }

    /// 64 random bits (Steele, Lea, Flood 2014, SplitMix64).
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number in 0..n; 0 when n is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A whole number in low..=high.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// A number in 0..1, never 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Bell-shaped noise of mean 0 and variance 1 (four uniforms summed).
    pub(crate) fn noise(&mut self) -> f64 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732_050_807_568_877_2
    }

    /// A log-logistic draw of the given median and shape 2: the long right tail of reading times.
    pub(crate) fn long_tail(&mut self, median: f64) -> f64 {
        let u = self.unit().clamp(0.000_1, 0.999);
        median * (u / (1.0 - u)).sqrt()
    }

    /// A Pareto draw of at least 1 with tail exponent 4/3: the heavy tail of popularity.
    pub(crate) fn heavy_tail(&mut self) -> f64 {
        let root = (1.0 - self.unit()).max(1e-9).sqrt();
        1.0 / (root * root.sqrt())
    }

    /// Puts a list into random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// Weights turned into running sums, for drawing an index with probability in proportion to its weight.
pub(crate) struct WeightedIndex {
    sums: Vec<f64>,
}

impl WeightedIndex {
    /// From weights that are not negative.
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut total = 0.0;
        let sums = weights
            .into_iter()
            .map(|weight| {
                total += weight;
                total
            })
            .collect();
        Self { sums }
    }

    /// An index; 0 when there are no weights.
    pub(crate) fn sample(&self, rng: &mut Rng) -> usize {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let point = rng.unit() * total;
        let found = self.sums.partition_point(|&sum| sum <= point);
        found.min(self.sums.len().saturating_sub(1))
    }
}

/// e to the x, for x in -30..30 (outside, the nearest end): (1 + x/1024)^1024, good to a few per cent, the same everywhere.
pub(crate) fn exp(x: f64) -> f64 {
    let mut value = 1.0 + x.clamp(-30.0, 30.0) / 1024.0;
    for _ in 0..10 {
        value *= value;
    }
    value
}

/// The logistic curve.
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_splitmix64() {
        // The reference sequence for state 1234567.
        let mut rng = Rng { state: 1_234_567 };
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn draws_stay_in_their_ranges() {
        let mut rng = Rng::new(7, "test");
        for _ in 0..10_000 {
            assert!(rng.below(10) < 10);
            assert!((-3..=4).contains(&rng.between(-3, 4)));
            assert!((0.0..1.0).contains(&rng.unit()));
            assert!(rng.long_tail(5.0) > 0.0);
            assert!(rng.heavy_tail() >= 1.0);
        }
        assert_eq!(rng.below(0), 0);
        assert_eq!(WeightedIndex::new([]).sample(&mut rng), 0);
    }

    #[test]
    fn sampling_follows_the_weights() {
        let mut rng = Rng::new(1, "weights");
        let index = WeightedIndex::new([1.0, 0.0, 3.0]);
        let mut counts = [0; 3];
        for _ in 0..40_000 {
            counts[index.sample(&mut rng)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((9_000..11_000).contains(&counts[0]), "{counts:?}");
    }

    #[test]
    fn streams_differ_by_name_and_seed() {
        let first = |seed, name| Rng::new(seed, name).bits();
        assert_ne!(first(1, "a"), first(1, "b"));
        assert_ne!(first(1, "a"), first(2, "a"));
        assert_eq!(first(1, "a"), first(1, "a"));
    }

    #[test]
    fn the_curve_is_a_logistic() {
        assert!((logistic(0.0) - 0.5).abs() < 1e-12);
        assert!((logistic(2.0) - 0.8808).abs() < 1e-3);
        assert!(logistic(-40.0) < 1e-9);
    }
}
