//! What each player of a game is worth: Shapley values (Shapley 1953), of several outcomes at once. Knows no session and no model.
//!
//! The value of a player is what it adds when it joins those who are there, averaged over all orders of joining. Values add up to what
//! all players reach together above none. [`exact`] asks for the worth of every subset of the players, [`sampled`] for those along some
//! orders (Castro, Gómez and Tejada 2009), each with the same order backwards (Mitchell et al. 2022). Both add in one stated order, so
//! that every machine gives the same bits.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::{Rng, sqrt};

/// What a game is worth: who of the players is there, and one number an outcome to write.
pub type Worth<'a> = &'a mut dyn FnMut(&[bool], &mut [f64]);

/// So many players are counted exactly at most, whatever is asked for: each doubles the time.
pub const MOST_EXACT: usize = 14;

/// The first number of the random orders: the same in every runtime.
const SEED: u64 = 0x5eed_0f5a_6e1f_a115;

/// By Chebyshev's inequality a mean is within so many of its standard errors in 95 of 100 cases, however its values are spread.
const ERRORS: f32 = 4.473;

/// What each player adds to each outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares {
    /// One number an outcome, of one player after the other.
    pub values: Vec<f64>,
    /// What the outcomes are without any player.
    pub none: Vec<f64>,
    /// How far off the values of an outcome may be: 0 where they are exact.
    pub bounds: Vec<f64>,
    /// How often the game was asked for its worth.
    pub asked: usize,
}

impl Shares {
    fn new(players: usize, outcomes: usize) -> Self {
        Shares {
            values: vec![0.0; players * outcomes],
            none: vec![0.0; outcomes],
            bounds: vec![0.0; outcomes],
            asked: 0,
        }
    }

    /// What a player adds to an outcome.
    pub fn value(&self, player: usize, outcome: usize) -> f64 {
        self.values.get(player * self.none.len() + outcome).copied().unwrap_or(0.0)
    }
}

/// The values by all subsets: 2 to the power of `players` of them, which must be 30 at most.
#[inline(never)]
pub fn exact(players: usize, outcomes: usize, worth: Worth<'_>) -> Shares {
    let mut shares = Shares::new(players, outcomes);
    let (mut there, mut reached) = (vec![false; players], vec![0.0; outcomes]);
    // Of all orders, the share in which exactly certain `size` others of the players come before a certain one, and the rest behind.
    let mut orders = vec![1.0 / players as f64; players];
    for size in 1..players {
        orders[size] = orders[size - 1] * size as f64 / (players - size) as f64;
    }
    for subset in 0..1u32 << players {
        there.iter_mut().enumerate().for_each(|(player, there)| *there = subset >> player & 1 > 0);
        worth(&there, &mut reached);
        let size = subset.count_ones() as usize;
        if size == 0 {
            shares.none.copy_from_slice(&reached);
        }
        for (player, &there) in there.iter().enumerate() {
            let part = if there { orders[size - 1] } else { -orders[size] };
            add(&mut shares.values, player, &reached, part);
        }
        shares.asked += 1;
    }
    shares
}

/// The values by so many pairs of random orders, at least two: estimates without bias that add up as the exact ones do. No value of an
/// outcome is further off than its bound in 95 of 100 cases, by the spread that the pairs show.
#[inline(never)]
pub fn sampled(players: usize, outcomes: usize, pairs: usize, worth: Worth<'_>) -> Shares {
    let pairs = pairs.max(2);
    let mut shares = Shares::new(players, outcomes);
    let mut squares = shares.values.clone();
    let (mut all, mut before, mut reached) = (shares.none.clone(), shares.none.clone(), shares.none.clone());
    let mut there = vec![false; players];
    worth(&there, &mut shares.none);
    worth(&vec![true; players], &mut all);
    shares.asked = 2;
    let mut order: Vec<usize> = (0..players).collect();
    let mut random = Rng(SEED);
    let mut gained = squares.clone();
    for _ in 0..pairs {
        for end in (2..=players).rev() {
            order.swap(end - 1, random.below(end));
        }
        gained.fill(0.0);
        for _ in 0..2 {
            there.fill(false);
            before.copy_from_slice(&shares.none);
            for (at, &player) in order.iter().enumerate() {
                there[player] = true;
                if at + 1 == players {
                    reached.copy_from_slice(&all);
                } else {
                    worth(&there, &mut reached);
                    shares.asked += 1;
                }
                add(&mut gained, player, &reached, 0.5);
                add(&mut gained, player, &before, -0.5);
                core::mem::swap(&mut before, &mut reached);
            }
            order.reverse();
        }
        for ((value, square), &gain) in shares.values.iter_mut().zip(&mut squares).zip(&gained) {
            *value += gain;
            *square += gain * gain;
        }
    }
    let count = pairs as f64;
    for (at, (value, square)) in shares.values.iter_mut().zip(&squares).enumerate() {
        *value /= count;
        let variance = (square / count - *value * *value) / (count - 1.0);
        let bound = f64::from(ERRORS * sqrt(if variance > 0.0 { variance as f32 } else { 0.0 }));
        let widest = &mut shares.bounds[at % outcomes];
        *widest = if bound > *widest { bound } else { *widest };
    }
    shares
}

/// Adds a part of what was reached to what a player has.
fn add(values: &mut [f64], player: usize, reached: &[f64], part: f64) {
    let outcomes = reached.len();
    values[player * outcomes..][..outcomes]
        .iter_mut()
        .zip(reached)
        .for_each(|(value, reached)| *value += part * reached);
}

#[cfg(test)]
mod tests;
