//! Ranking metrics: how good is an ordered list when we know which items it should have held.
//!
//! Uses nothing of ours. Every function is pure and deterministic to the bit on every platform (the one logarithm
//! comes from `libm`), panics on no input, and returns a number in 0..=1 unless it says otherwise.
//!
//! - `list`: one ranked list against its relevant items: recall, precision, F1, hit rate, MRR, NDCG, MAP, AUC.
//! - `mean`: all of these at one cut-off, for one list and as means over many; of next items also what training goes by.
//! - `variety`: how different a list's items are, whether its categories are in proportion, how evenly things are shared out.
//! - `catalogue`: what a whole set of lists does to the catalogue: coverage and popularity bias.
//!
//! Conventions, the same everywhere:
//! - A ranked list is a slice, best first. Its items should be distinct; a relevant item that repeats counts once, at
//!   its first place.
//! - The relevant items are a slice in any order; repeats count once. With none of them no list can be right or wrong:
//!   every measure is then 0, and a caller who averages leaves such lists out.
//! - `k` is the number of places looked at. Nothing at or below place `k` (counted from 0) changes a value "at k".

mod catalogue;
mod list;
mod mean;
#[cfg(test)]
mod properties;
mod variety;

pub use catalogue::{Coverage, PopularityBias};
pub use list::{
    auc, auc_at_rank, auc_behind, average_precision_at, f1_at, hit_rate_at, ndcg_at, precision_at, recall_at,
    reciprocal_rank_at,
};
pub use mean::{MeanMeasures, Measures, Quality};
pub use variety::{calibration_error, diversity_at, gini};
