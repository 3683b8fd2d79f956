//! One table test over all kernels: random and extreme codes, every dimension, odd counts.

use super::*;
use proptest::prelude::*;

fn kernels() -> Vec<&'static dyn Kernel> {
    let mut kernels: Vec<&'static dyn Kernel> = vec![&Reference, best()];
    #[cfg(target_arch = "x86_64")]
    kernels.extend(Avx2::detect().map(|kernel| kernel as &dyn Kernel));
    kernels.dedup_by_key(|kernel| kernel.name());
    kernels
}

fn check(session: &[u8], candidates: &[i8], dimension: usize) -> Result<(), TestCaseError> {
    let sums: Vec<i16> = candidates.chunks_exact(dimension).map(row_sum).collect();
    let operands = Operands::new(session, candidates, &sums, dimension)
        .ok_or_else(|| TestCaseError::fail("operands were refused"))?;
    let mut expected = Vec::new();
    Reference.multiply(&operands, &mut expected);
    prop_assert_eq!(expected.len(), operands.session_rows() * operands.candidate_rows());
    for kernel in kernels() {
        let mut products = vec![7; 3];
        kernel.multiply(&operands, &mut products);
        prop_assert_eq!(&products, &expected, "{}", kernel.name());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn all_kernels_agree_on_random_codes(
        (dimension, session, candidates) in (1usize..=8, 1usize..=16, 0usize..=17).prop_flat_map(|(blocks, s, n)| {
            let dimension = blocks * LANE;
            (
                Just(dimension),
                prop::collection::vec(0u8..=127, s * dimension),
                prop::collection::vec(-127i8..=127, n * dimension),
            )
        })
    ) {
        check(&session, &candidates, dimension)?;
    }
}

#[test]
fn all_kernels_agree_on_extreme_codes() -> Result<(), TestCaseError> {
    for dimension in (LANE..=MAX_DIMENSION).step_by(LANE) {
        for session in [0u8, 1, 63, 64, 65, 127] {
            for candidate in [-127i8, -1, 0, 1, 127] {
                check(&vec![session; 3 * dimension], &vec![candidate; 5 * dimension], dimension)?;
            }
        }
    }
    Ok(())
}

#[test]
fn operands_that_disagree_are_refused() {
    let (session, candidates, sums) = ([64u8; 32], [1i8; 64], [32i16, 32]);
    assert!(Operands::new(&session, &candidates, &sums, 32).is_some());
    assert!(Operands::new(&session, &candidates, &sums, 0).is_none());
    assert!(Operands::new(&session, &candidates, &sums, 24).is_none());
    assert!(Operands::new(&session, &candidates, &sums[..1], 32).is_none());
    assert!(Operands::new(&session[..31], &candidates, &sums, 32).is_none());
    assert!(Operands::new(&[128; 32], &candidates, &sums, 32).is_none());
}
