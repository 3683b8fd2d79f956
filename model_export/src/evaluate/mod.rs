//! How good a model is: replays sessions through the shipped artifact and measures every ranked list.
//!
//! Its one job: `reshelf evaluate`, from measured steps to the result as JSON, as a table and as a page. It may use
//! `data`, `output`, `progress`, `pool`, `metrics`, `files`, `replay`, `measure`, `server`, `policy` and the engine; it neither ranks nor
//! trains.
//! docs/evaluation.md says what is measured and how to read it.
//!
//! - `slices`, `summary`: the result, whole and in parts. `slots`: the places on pages that lists were made for.
//! - `calibration`, `attention`: whether scores mean what they say, and which part of the model says it.
//! - `policies`, `what_if`, `variety`: the same lists under policies, and what each order is worth; `fields`: what is known of items.
//! - `exposure`, `fairness`: who is shown, by groups of items; `bands`: groups of numbers.
//! - `checks`: signs of leaks. `compare`: one model against another.
//! - `new_items`: items that the model does not know, ranked by what the shop says of them.
//! - `text`, `slate_text`, `report`: the result for people.
//! - `run`: the command.

mod attention;
mod bands;
mod calibration;
mod checks;
mod compare;
mod exposure;
mod fairness;
mod fields;
mod new_items;
mod policies;
mod report;
mod run;
#[cfg(test)]
mod slate_tests;
mod slate_text;
mod slices;
#[cfg(test)]
mod slot_tests;
mod slots;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod variety;
mod what_if;

pub use attention::{Attention, GroupAttention};
pub use calibration::{Calibration, CalibrationBin};
pub use checks::{Checks, Warning};
pub use compare::{ComparedCut, Comparison};
pub use fairness::{Fairness, GroupExposure, Moved, Pair};
pub use new_items::{NewItems, NewItemsCounts, NewItemsMethod, NewItemsSlice, new_items};
pub use policies::{PolicyComparison, PolicyResult, RuleKept, SlotChange};
pub use report::page;
pub use run::run;
pub use slices::{Slice, SliceGroup};
pub use summary::{Counts, Cut, Evaluation, FORMAT, Lifts, ListMeasures, Protocol, Subject};
pub use variety::{SlateChange, SlateMeasures};

use std::path::PathBuf;

use thiserror::Error;

use crate::data::DataError;
use crate::files::ModelError;
use crate::output::OutputError;
use crate::pool::PoolError;
use crate::replay::ReplayInput;

/// The flags of `reshelf evaluate`.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluateOptions {
    /// What is replayed.
    pub input: ReplayInput,
    /// Draws a server's list of so many candidates for each step ([`crate::server`]), where there is no file of them.
    pub server_lists: Option<usize>,
    /// The shop's items: those that the model does not know are composed of their descriptions, and some of them stand in
    /// the drawn lists.
    pub items: Option<PathBuf>,
    /// Other artifacts to compare it with, on the same steps.
    pub compare: Vec<PathBuf>,
    /// Policies under which the lists are arranged as well.
    pub policies: Vec<PathBuf>,
    /// Fields of items by whose values exposure is told.
    pub fairness: Vec<String>,
    /// How many places of a list are looked at, 1 to [`super::MOST_PLACES`].
    pub k: usize,
    /// Steps with fewer events before them are not measured; at least 1.
    pub from_step: usize,
    /// Where the HTML report goes, if one is wanted.
    pub report: Option<PathBuf>,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// Why an evaluation came to no result. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The sessions or candidates could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model could not be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
    /// The report could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// `k` is 0 or too large.
    #[error("k is {k}: choose a number of places from 1 to {limit}")]
    PlacesOutOfRange {
        /// What was asked for.
        k: usize,
        /// The most places that are measured.
        limit: usize,
    },
    /// A policy could not be read.
    #[error("the policy {} could not be read: {cause}: write it as reshelf/slate takes it, as JSON", path.display())]
    Policy {
        /// Its file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Nothing says anything of a field by which exposure is to be told.
    #[error("no item has a `{field}`: give --items, or --candidates, with a column of that name")]
    NoField {
        /// The field.
        field: String,
    },
    /// The rows of one list name two slots.
    #[error(
        "the list of session `{session}` at step {step} has rows of the slots `{slot}` and `{other}`: leave one list at each step, with one `slot` in all its rows, or rename the column if it means something else"
    )]
    MixedSlots {
        /// The session's id.
        session: String,
        /// How many events were seen before the list.
        step: u32,
        /// The slot of its first row that names one.
        slot: String,
        /// Another.
        other: String,
    },
    /// Policies arrange lists, and there are none.
    #[error("policies arrange a server's lists: give --candidates, or --server-lists")]
    NoLists,
    /// No session has two events, or no candidate list belongs to a step.
    #[error("there is nothing to evaluate: it needs sessions of two events or more, and of more than --from-step{}", candidates_hint(*.candidates))]
    NothingToEvaluate {
        /// Whether candidate lists were given.
        candidates: bool,
    },
    /// The catalogue describes no item that is new to the model, more than can be ranked, or none that a session turns to.
    #[error("there are no new items to measure: {reason}")]
    NewItems {
        /// What is there instead, and what to do.
        reason: String,
    },
    /// A chart could not be drawn.
    #[error("the report's charts could not be drawn ({cause}): evaluate without --report and please report this")]
    Plot {
        /// What the drawing library says.
        cause: String,
    },
}

impl EvaluateError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            EvaluateError::Data(error) => error.code(),
            EvaluateError::Model(error) => error.code(),
            EvaluateError::Threads(error) => error.code(),
            EvaluateError::Output(error) => error.code(),
            EvaluateError::PlacesOutOfRange { .. } => "evaluate.places_out_of_range",
            EvaluateError::Policy { .. } => "evaluate.policy",
            EvaluateError::NoField { .. } => "evaluate.no_field",
            EvaluateError::MixedSlots { .. } => "evaluate.mixed_slots",
            EvaluateError::NoLists => "evaluate.no_lists",
            EvaluateError::NothingToEvaluate { .. } => "evaluate.nothing_to_evaluate",
            EvaluateError::NewItems { .. } => "evaluate.new_items",
            EvaluateError::Plot { .. } => "evaluate.plot",
        }
    }
}

fn candidates_hint(candidates: bool) -> &'static str {
    if candidates { ", and candidate lists for their steps" } else { "" }
}
