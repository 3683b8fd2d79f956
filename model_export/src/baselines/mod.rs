//! What a model has to beat: the simple methods of the literature, and the model's own parts alone.
//!
//! Its one job: `reshelf baselines`, which fits simple methods on one part of a log and measures them on another, as `evaluate`
//! measures a model. It may use the ground (`data`, `progress`, `pool`, `files`, `replay`, `measure`) and the engine; it trains
//! no model.
//!
//! - `history`: the sessions that are fitted on, with indices.
//! - `methods`, `vs_knn`, `stan`, `co_visitation`: the methods; `scores`, `neighbours`: what they share.
//! - `search`: constants of a method, chosen on the newest of the sessions that are fitted on.
//! - `measure`: a method, or a part of a model, over a log.
//! - `summary`: the result as JSON and as a table.
//!
//! A method ranks what it has a reason for; lists that stay short are filled up by popularity. Ties go to the item with the
//! lower id, which nobody chose with knowledge of the target.

mod co_visitation;
mod history;
mod measure;
mod methods;
mod neighbours;
mod scores;
mod search;
mod stan;
mod summary;
#[cfg(test)]
mod tests;
mod vs_knn;

pub use search::Tuned;
pub use summary::{Baselines, Counts, FORMAT, Measured};

use std::path::PathBuf;
use std::time::Instant;

use thiserror::Error;

use crate::data::{
    Cleaning, CleaningRules, DataError, EventOptions, SessionColumn, SessionGap, SessionLog, Split, read_events,
};
use crate::files::{ModelError, read_whole_artifact};
use crate::measure::{MOST_PLACES, Outcomes};
use crate::pool::{Pool, PoolError, pool};
use crate::progress::Progress;
use co_visitation::CoVisitationSettings;
use history::History;
use measure::{Rule, Subject, outcomes, part_outcomes};
use methods::Method;
use search::{Tunable, Validation};
use stan::StanSettings;
use vs_knn::{VsKnn, VsKnnSettings};

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
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// An artifact trained on the same sessions, whose parts are to be measured beside.
    pub model: Option<PathBuf>,
    /// How many places of a list are looked at, 1 to [`MOST_PLACES`].
    pub k: usize,
    /// Steps with fewer events before them are not measured; at least 1.
    pub from_step: usize,
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
    #[error("there is nothing to measure: --split needs sessions of two events or more, and of more than --from-step")]
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
    let read = |split: &Split, cleaning| {
        let (session_gap, session_column) = (options.session_gap, options.session_column.clone());
        let how = EventOptions { split: split.clone(), cleaning, session_gap, session_column, hidden_items: None };
        let log = read_events(&options.events, &how)?;
        reading.note(&log.report.to_string());
        Ok::<_, BaselinesError>(log)
    };
    let train = read(&options.train, cleaning)?;
    let test = read(&options.test, Cleaning::None)?;
    drop(reading);
    let rule = Rule { k: options.k, from_step: options.from_step };
    let history = History::new(&train);
    let mut measured: Vec<Found> = Vec::new();
    for (method, tuned) in all(&history, &train, rule, &pool, options.quiet) {
        let progress = Progress::of(test.sessions() as u64, method.name(), options.quiet);
        let started = Instant::now();
        let outcomes = pool.install(|| outcomes(method.as_ref(), &history, &train, &test, rule, &progress));
        let seconds = started.elapsed().as_secs_f64();
        measured.push(Found { name: method.name(), about: method.about(), outcomes, tuned, seconds });
    }
    let mut whole = None;
    for part in artifact.iter().flat_map(Subject::parts) {
        let progress = Progress::of(test.sessions() as u64, part.name, options.quiet);
        let started = Instant::now();
        let outcomes = part_outcomes(&part, &test, rule, &pool, &progress);
        whole = part.whole.then_some(measured.len());
        let seconds = started.elapsed().as_secs_f64();
        measured.push(Found { name: part.name, about: part.about, outcomes, tuned: None, seconds });
    }
    let _progress = Progress::spinner("drawing sessions", options.quiet);
    let counts = Counts::new(&train, &test, measured.first().map(|found| &found.outcomes));
    let rows = pool.install(|| Measured::all(&measured, whole, options));
    let rows = rows.ok_or(BaselinesError::NothingToMeasure)?;
    Ok(Baselines::new(options, artifact.as_deref(), counts, rows))
}

/// What was measured of one method or part.
struct Found {
    name: &'static str,
    about: &'static str,
    outcomes: Outcomes,
    tuned: Option<Tuned>,
    seconds: f64,
}

/// All methods, from the simplest on; those with constants that are chosen come last, with what was chosen.
fn all<'h>(
    history: &'h History,
    train: &SessionLog,
    rule: Rule,
    pool: &Pool,
    quiet: bool,
) -> Vec<(Box<dyn Method + 'h>, Option<Tuned>)> {
    let validation = Validation::new(train, rule);
    let mut methods: Vec<_> = fixed(history).into_iter().map(|method| (method, None)).collect();
    methods.push(chosen::<VsKnnSettings>(history, &validation, pool, quiet));
    methods.push(chosen::<StanSettings>(history, &validation, pool, quiet));
    methods.push(chosen::<CoVisitationSettings>(history, &validation, pool, quiet));
    methods
}

/// A method with its constants chosen on the older part of the history, fitted on all of it.
fn chosen<'h, S: Tunable>(
    history: &'h History,
    validation: &Validation,
    pool: &Pool,
    quiet: bool,
) -> (Box<dyn Method + 'h>, Option<Tuned>) {
    pool.install(|| {
        let progress = Progress::of(1_000, format!("choosing constants of {}", S::NAME), quiet);
        let (settings, tuned) = validation.choose::<S>(&mut progress.shares());
        (settings.method(history), Some(tuned))
    })
}

/// The methods of which nothing is chosen.
fn fixed(history: &History) -> Vec<Box<dyn Method + '_>> {
    vec![
        Box::new(methods::Popularity),
        Box::new(methods::OwnItems),
        Box::new(methods::Markov { history }),
        Box::new(methods::ItemKnn { history }),
        Box::new(VsKnn::usual(history)),
    ]
}
