//! What a model has to beat: the simple methods of the literature, and the model's own parts alone.
//!
//! Its one job: `reshelf baselines`, which fits simple methods on one part of a log and measures them on another, as `evaluate`
//! measures a model. It may use the ground (`data`, `progress`, `pool`, `files`, `replay`, `measure`) and the engine; it trains
//! no model.
//!
//! - `history`: the sessions that are fitted on, with indices.
//! - `methods`, `vs_knn`: the methods; `scores`: the sums that they share.
//! - `measure`: a method, or a part of a model, over a log.
//! - `summary`: the result as JSON and as a table.
//!
//! A method ranks what it has a reason for; lists that stay short are filled up by popularity. Ties go to the item with the
//! lower id, which nobody chose with knowledge of the target.

mod history;
mod measure;
mod methods;
mod scores;
mod summary;
#[cfg(test)]
mod tests;
mod vs_knn;

pub use summary::{Baselines, Counts, FORMAT, Measured};

use std::path::PathBuf;
use std::time::Instant;

use thiserror::Error;

use crate::data::{Cleaning, CleaningRules, DataError, EventOptions, SessionGap, Split, read_events};
use crate::files::{ModelError, read_whole_artifact};
use crate::measure::{MOST_PLACES, Outcomes};
use crate::pool::{PoolError, pool};
use crate::progress::Progress;
use history::History;
use measure::{Subject, outcomes, part_outcomes};

/// The flags of `reshelf baselines`.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselinesOptions {
    /// The log: a file or a folder of files.
    pub events: PathBuf,
    /// The sessions to fit on.
    pub train: Split,
    /// The sessions to measure on.
    pub test: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// An artifact trained on the same sessions, whose parts are to be measured beside.
    pub model: Option<PathBuf>,
    /// How many places of a list are looked at, 1 to [`MOST_PLACES`].
    pub k: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// Why simple methods could not be measured. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BaselinesError {
    /// The log could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model could not be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
    /// `k` is 0 or too large.
    #[error("k is {k}: choose a number of places from 1 to {limit}")]
    PlacesOutOfRange {
        /// What was asked for.
        k: usize,
        /// The most places that are measured.
        limit: usize,
    },
    /// No session of the part to measure on has two events.
    #[error("there is nothing to measure: --split needs sessions of two events or more")]
    NothingToMeasure,
}

impl BaselinesError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            BaselinesError::Data(error) => error.code(),
            BaselinesError::Model(error) => error.code(),
            BaselinesError::Threads(error) => error.code(),
            BaselinesError::PlacesOutOfRange { .. } => "baselines.places_out_of_range",
            BaselinesError::NothingToMeasure => "baselines.nothing_to_measure",
        }
    }
}

/// Fits every method on the one part of the log and measures it on the other; with a model also its parts and the whole.
///
/// # Errors
/// Any [`BaselinesError`].
pub fn run(options: &BaselinesOptions) -> Result<Baselines, BaselinesError> {
    if options.k == 0 || options.k > MOST_PLACES {
        return Err(BaselinesError::PlacesOutOfRange { k: options.k, limit: MOST_PLACES });
    }
    let pool = pool(options.threads)?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let artifact = options.model.as_deref().map(read_whole_artifact).transpose()?;
    let cleaning = Cleaning::Training(CleaningRules::default());
    let session_gap = options.session_gap;
    let read = |split: &Split, cleaning| {
        let log = read_events(&options.events, &EventOptions { split: split.clone(), cleaning, session_gap })?;
        reading.note(&log.report.to_string());
        Ok::<_, BaselinesError>(log)
    };
    let train = read(&options.train, cleaning)?;
    let test = read(&options.test, Cleaning::None)?;
    drop(reading);
    let history = History::new(&train);
    let mut measured: Vec<(&'static str, &'static str, Outcomes, f64)> = Vec::new();
    for method in all(&history) {
        let progress = Progress::of(test.sessions() as u64, method.name(), options.quiet);
        let started = Instant::now();
        let found = pool.install(|| outcomes(method.as_ref(), &history, &train, &test, options.k, &progress));
        measured.push((method.name(), method.about(), found, started.elapsed().as_secs_f64()));
    }
    let mut whole = None;
    for part in artifact.iter().flat_map(Subject::parts) {
        let progress = Progress::of(test.sessions() as u64, part.name, options.quiet);
        let started = Instant::now();
        let found = part_outcomes(&part, &test, options.k, &pool, &progress);
        whole = part.whole.then_some(measured.len());
        measured.push((part.name, part.about, found, started.elapsed().as_secs_f64()));
    }
    let _progress = Progress::spinner("drawing sessions", options.quiet);
    let counts = Counts::new(&train, &test, measured.first().map(|(.., outcomes, _)| outcomes));
    let rows = pool.install(|| Measured::all(&measured, whole, options));
    let rows = rows.ok_or(BaselinesError::NothingToMeasure)?;
    Ok(Baselines::new(options, artifact.as_deref(), counts, rows))
}

/// All methods, from the simplest on.
fn all(history: &History) -> Vec<Box<dyn methods::Method + '_>> {
    vec![
        Box::new(methods::Popularity),
        Box::new(methods::OwnItems),
        Box::new(methods::Markov { history }),
        Box::new(methods::ItemKnn { history }),
        Box::new(vs_knn::VsKnn::new(history)),
    ]
}
