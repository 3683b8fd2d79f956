use super::*;
use proptest::prelude::*;

/// A game of so many players with a number for each subset, one outcome.
fn table(worths: &[f64]) -> impl FnMut(&[bool], &mut Vec<f64>) + '_ {
    |there, reached| reached.push(worths[there.iter().rev().fold(0, |subset, &there| subset << 1 | usize::from(there))])
}

/// The definition: the mean of what a player adds over every order of joining.
fn by_orders(players: usize, worths: &[f64]) -> Vec<f64> {
    fn visit(players: usize, worths: &[f64], there: usize, ways: f64, sums: &mut [f64]) {
        let left = (0..players).filter(|player| there >> player & 1 == 0);
        let share = ways / left.clone().count() as f64;
        for player in left {
            let with = there | 1 << player;
            sums[player] += share * (worths[with] - worths[there]);
            visit(players, worths, with, share, sums);
        }
    }
    let mut sums = vec![0.0; players];
    visit(players, worths, 0, 1.0, &mut sums);
    sums
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn exact_values_are_the_mean_over_all_orders(players in 0..7usize, seed in 1..u64::MAX) {
        let mut draw = Rng(seed);
        let worths: Vec<f64> = (0..1 << players).map(|_| f64::from(draw.signed())).collect();
        let found = shares(players, 0, &mut table(&worths));
        let expected = by_orders(players, &worths);
        prop_assert!(found[HEAD..].iter().zip(&expected).all(|(&value, &expected)| close(value, expected)));
        prop_assert!(close(found[HEAD..].iter().sum::<f64>(), worths[worths.len() - 1] - worths[0]));
        prop_assert_eq!(&found[..HEAD], [worths[0], 0.0]);
    }

    #[test]
    fn sampled_values_add_up_and_are_the_same_each_time(players in 1..12usize, pairs in 2..9usize, seed in 1..u64::MAX) {
        let mut draw = Rng(seed);
        let worths: Vec<f64> = (0..1 << players).map(|_| f64::from(draw.signed())).collect();
        let found = shares(players, pairs, &mut table(&worths));
        prop_assert!(close(found[HEAD..].iter().sum::<f64>(), worths[worths.len() - 1] - worths[0]));
        prop_assert_eq!(&shares(players, pairs, &mut table(&worths)), &found);
    }
}

#[test]
fn several_outcomes_are_shared_out_at_once() {
    // The first outcome adds up, the second is there only together.
    let number = |holds: bool| f64::from(u8::from(holds));
    let mut worth = |there: &[bool], reached: &mut Vec<f64>| {
        reached.extend([1.0 + 2.0 * number(there[0]) - number(there[1]), number(there[0] && there[1])]);
    };
    // Of a pair of orders one has each of the two come second.
    let expected = [1.0, 0.0, 0.0, 0.0, 2.0, 0.5, -1.0, 0.5, 0.0, 0.0];
    for pairs in [0, 4] {
        let found = shares(3, pairs, &mut worth);
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(|(&one, other)| close(one, other)),
            "{found:?}"
        );
    }
}

#[test]
fn samples_keep_their_bound_in_nineteen_of_twenty_games() {
    let (mut kept, mut games, mut off) = (0, 0, 0.0f64);
    for seed in 1..400 {
        let mut draw = Rng(seed * 0x9e37_79b9);
        let weights: Vec<f64> = (0..8).map(|_| f64::from(draw.signed())).collect();
        // What is not linear: the largest, a sum that is cut off, and a product of two.
        let mut worth = |there: &[bool], reached: &mut Vec<f64>| {
            let present = || weights.iter().zip(there).filter(|(_, there)| **there).map(|(weight, _)| *weight);
            let (sum, best) = (present().sum::<f64>(), present().fold(0.0, f64::max));
            reached.push(best + sum.max(0.0) + if there[0] && there[7] { 1.0 } else { 0.0 });
        };
        let (truth, estimate) = (shares(8, 0, &mut worth), shares(8, 16, &mut worth));
        let error =
            truth[HEAD..].iter().zip(&estimate[HEAD..]).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        games += 1;
        kept += usize::from(error <= estimate[1]);
        off = off.max(error);
    }
    assert!(20 * kept >= 19 * games, "{kept} of {games}");
    assert!(off > 1e-3, "an estimate that is never off is none: {off}");
}
