//! k-ary randomised response, as `reshelf/privacy` draws tokens: its probabilities. Uses nothing.

/// How probable it is that a token of this epsilon shows its own cluster, and how probable each single other one; of an infinite
/// epsilon, 1 and 0.
///
/// The page's own weights are whole numbers and lie below by less than 2^-38 of their value.
pub fn probabilities(epsilon: f64, clusters: usize) -> (f64, f64) {
    // Divided by e^epsilon, so that an infinite one has a limit.
    let rest = (-epsilon).exp();
    let sum = 1.0 + rest * (clusters as f64 - 1.0);
    (1.0 / sum, rest / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_their_ratio_is_e_to_the_epsilon() {
        for clusters in [2, 16, 64] {
            for epsilon in [0.1, 1.0, 3.0, 8.0] {
                let (own, other) = probabilities(epsilon, clusters);
                assert!((own + other * (clusters as f64 - 1.0) - 1.0).abs() < 1e-12);
                assert!((own / other / epsilon.exp() - 1.0).abs() < 1e-12);
            }
            assert_eq!(probabilities(f64::INFINITY, clusters), (1.0, 0.0));
            let (own, other) = probabilities(0.0, clusters);
            assert_eq!(own, other);
        }
    }
}
