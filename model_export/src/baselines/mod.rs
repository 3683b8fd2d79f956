//! What a model has to beat: the simple methods of the literature, and the model's own parts alone.
//!
//! Its one job: fit simple methods on one part of a log and measure them on another, with the protocol, the measures and the
//! intervals of `evaluate`. It may use the readers of `crate::data`, `crate::progress`, the replay of `crate::rank` and the
//! measuring of `crate::evaluate`; it trains no model.
//!
//! - `history`: the sessions that are fitted on, with indices.
//! - `methods`, `vs_knn`: the methods; `scores`: the sums that they share.
//! - `measure`: a method, or a part of a model, over a log.
//! - `summary`: the result as JSON and as a table.
//!
//! A method ranks what it has a reason for; lists that stay short are filled up by popularity. Ties go to the item with the
//! lower id, which nobody chose with knowledge of the target.

mod error;
mod history;
mod measure;
mod methods;
mod options;
mod scores;
mod summary;
#[cfg(test)]
mod tests;
mod vs_knn;

pub use error::BaselinesError;
pub use options::BaselinesOptions;
pub use summary::{Baselines, Counts, FORMAT, Measured};

use std::time::Instant;

use crate::data::{Cleaning, CleaningRules, EventOptions, Split, read_events};
use crate::evaluate::{MOST_PLACES, Outcomes};
use crate::progress::Progress;
use crate::rank::{RankError, read_artifact};
use history::History;
use measure::{Subject, outcomes, part_outcomes};

/// Fits every method on the one part of the log and measures it on the other; with a model also its parts and the whole.
///
/// # Errors
/// Any [`BaselinesError`].
pub fn run(options: &BaselinesOptions) -> Result<Baselines, BaselinesError> {
    if options.k == 0 || options.k > MOST_PLACES {
        return Err(BaselinesError::PlacesOutOfRange { k: options.k, limit: MOST_PLACES });
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|cause| RankError::Threads(cause.to_string()))?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let artifact = options.model.as_deref().map(read_artifact).transpose()?;
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
    for method in methods::all(&history) {
        let progress = Progress::of(test.sessions() as u64, method.name(), options.quiet);
        let started = Instant::now();
        let found = pool.install(|| outcomes(method.as_ref(), &history, &train, &test, options.k, &progress));
        measured.push((method.name(), method.about(), found, started.elapsed().as_secs_f64()));
    }
    let mut whole = None;
    for part in artifact.iter().flat_map(Subject::parts) {
        let progress = Progress::of(test.sessions() as u64, part.name, options.quiet);
        let started = Instant::now();
        let found = part_outcomes(&part, &test, options.k, options.threads, &progress)?;
        whole = part.whole.then_some(measured.len());
        measured.push((part.name, part.about, found, started.elapsed().as_secs_f64()));
    }
    let _progress = Progress::spinner("drawing sessions", options.quiet);
    let counts = Counts::new(&train, &test, measured.first().map(|(.., outcomes, _)| outcomes));
    let rows = pool.install(|| Measured::all(&measured, whole, options));
    let rows = rows.ok_or(BaselinesError::NothingToMeasure)?;
    Ok(Baselines::new(options, artifact.as_deref(), counts, rows))
}
