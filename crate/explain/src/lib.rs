//! What each player of a game is worth: Shapley values (Shapley 1953), of several outcomes at once. Knows no session and no model.
//!
//! The value of a player is what it adds when it joins those who are there, averaged over all orders of joining. Values add up to what
//! all players reach together above none. Exactly, the worth of every subset of the players is asked for; else that of those along some
//! random orders (Castro, Gómez and Tejada 2009), each with the same order backwards (Mitchell et al. 2022). Both add in one stated order, so
//! that every machine gives the same bits.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::math::{Rng, sqrt};

/// What a game is worth by who of the players is there: pushes one number an outcome.
pub type Worth<'a> = &'a mut dyn FnMut(&[bool], &mut Vec<f64>);

/// So many players are counted exactly at most, whatever is asked for: each doubles the time.
pub const MOST_EXACT: usize = 14;

/// The first number of the random orders: the same in every runtime.
const SEED: u64 = 0x5eed_0f5a_6e1f_a115;

/// By Chebyshev's inequality a mean is within so many of its standard errors in 95 of 100 cases, however its values are spread.
const ERRORS: f32 = 4.473;

/// Rows of [`shares`] before those of the players.
pub const HEAD: usize = 2;

/// What each of the players adds to each of the outcomes: exactly with 0 `pairs` (then of up to 30 players), else by so many pairs of
/// orders, two at least.
///
/// Returns rows with a number an outcome: what the outcomes are without any player; how far off the values of each may be, 0 where they
/// are exact; and the values of one player after the other.
pub fn shares(players: usize, pairs: usize, worth: Worth<'_>) -> Vec<f64> {
    let mut there = vec![false; players];
    let mut rows = Vec::new();
    worth(&there, &mut rows);
    let outcomes = rows.len();
    rows.resize((HEAD + players) * outcomes, 0.0);
    if pairs == 0 {
        exact(&mut there, outcomes, worth, &mut rows);
    } else {
        sample(&mut there, outcomes, pairs, worth, &mut rows);
    }
    rows
}

/// By all subsets.
fn exact(there: &mut [bool], outcomes: usize, worth: Worth<'_>, rows: &mut [f64]) {
    let players = there.len();
    // Of all orders, the share in which exactly certain `size` others of the players come before a certain one, and the rest behind.
    let (mut orders, mut share) = (Vec::new(), 1.0 / players as f64);
    for size in 1..=players {
        orders.push(share);
        share *= size as f64 / (players - size) as f64;
    }
    let mut reached = rows[..outcomes].to_vec();
    for subset in 0..1u32 << players {
        if subset > 0 {
            for (player, there) in there.iter_mut().enumerate() {
                *there = subset >> player & 1 > 0;
            }
            reached.clear();
            worth(there, &mut reached);
        }
        let size = subset.count_ones() as usize;
        for (player, &there) in there.iter().enumerate() {
            let part = if there { orders[size - 1] } else { -orders[size] };
            add(rows, HEAD + player, &reached, part);
        }
    }
}

/// By pairs of random orders: estimates without bias that add up as the exact ones do. No value of an outcome is further off than its
/// bound in 95 of 100 cases, by the spread that the pairs show.
fn sample(there: &mut [bool], outcomes: usize, pairs: usize, worth: Worth<'_>, rows: &mut [f64]) {
    let players = there.len();
    let mut order = Vec::new();
    (0..players).for_each(|player| order.push(player));
    let mut random = Rng(SEED);
    let mut squares = vec![0.0; rows.len()];
    let (mut before, mut reached) = (Vec::new(), Vec::new());
    for _ in 0..pairs {
        for end in (2..=players).rev() {
            order.swap(end - 1, random.below(end));
        }
        let mut gained = vec![0.0; rows.len()];
        for _ in 0..2 {
            there.fill(false);
            before.clear();
            before.extend_from_slice(&rows[..outcomes]);
            for &player in &order {
                there[player] = true;
                reached.clear();
                worth(there, &mut reached);
                add(&mut gained, HEAD + player, &reached, 0.5);
                add(&mut gained, HEAD + player, &before, -0.5);
                core::mem::swap(&mut before, &mut reached);
            }
            order.reverse();
        }
        add(rows, 0, &gained, 1.0 / pairs as f64);
        for (square, gain) in squares.iter_mut().zip(&gained) {
            *square += gain * gain;
        }
    }
    let (head, values) = rows.split_at_mut(HEAD * outcomes);
    for (at, (value, square)) in values.iter().zip(&squares[HEAD * outcomes..]).enumerate() {
        let variance = (square / pairs as f64 - value * value) / (pairs - 1) as f64;
        let bound = f64::from(ERRORS * sqrt(if variance > 0.0 { variance as f32 } else { 0.0 }));
        let widest = &mut head[outcomes + at % outcomes];
        *widest = if bound > *widest { bound } else { *widest };
    }
}

/// Adds a part of these numbers to the row, and those behind it.
#[inline(never)]
fn add(rows: &mut [f64], row: usize, numbers: &[f64], part: f64) {
    for (value, number) in rows[row * numbers.len()..].iter_mut().zip(numbers) {
        *value += part * number;
    }
}

#[cfg(test)]
mod tests;
