//! Whether a model is as good as it says: what training stated, measured again.
//!
//! Its one job: `reshelf verify`. It may use the ground (`data`, `files`, `replay`, `measure`, `pool`, `progress`, `metrics`) and
//! the engine; it trains nothing. docs/evaluation.md says what is compared with what, and why.
//!
//! - `figures`: the stated figures, and a measurement of each.

mod figures;
#[cfg(test)]
mod tests;

pub use figures::Figure;

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

use indicatif::HumanCount;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::data::{
    Cleaning, CleaningRules, DataError, EventOptions, HiddenItems, Join, SessionColumn, SessionGap, SessionLog, Split,
    read_events, sampled,
};
use crate::files::{ModelError, read_training_report, read_whole_artifact};
use crate::metrics::Quality;
use crate::pool::{PoolError, pool};
use crate::progress::Progress;
use crate::replay::{HeldOut, Ranker, known_items};
use figures::Measured;

/// The version of the JSON form.
pub const FORMAT: u32 = 1;

/// The flags of `reshelf verify`.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyOptions {
    /// The artifact, with the report of its training beside it.
    pub model: PathBuf,
    /// The log that it was trained on, or sessions that it has not read.
    pub sessions: PathBuf,
    /// Which of them.
    pub split: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// Why nothing could be verified. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The sessions could not be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model could not be read.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
    /// There is no report, or none of this model.
    #[error("what training stated is not known: {reason}; verify the model where it was made, beside its .report.json")]
    NoReport {
        /// Why, in words.
        reason: String,
    },
    /// The report has no figure that these sessions can verify.
    #[error(
        "the report states nothing that these sessions can verify ({missing}): train the model anew with this version, or pass sessions that it has not read"
    )]
    NothingStated {
        /// The field that is missing.
        missing: &'static str,
    },
    /// No session has two events.
    #[error("there is nothing to measure: it needs sessions of two events or more")]
    NothingToMeasure,
}

impl VerifyError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            VerifyError::Data(error) => error.code(),
            VerifyError::Model(error) => error.code(),
            VerifyError::Threads(error) => error.code(),
            VerifyError::NoReport { .. } => "verify.no_report",
            VerifyError::NothingStated { .. } => "verify.nothing_stated",
            VerifyError::NothingToMeasure => "verify.nothing_to_measure",
        }
    }
}

/// What the sessions are, to the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The very log that it was trained on: its held-out sessions, which the last fit has read.
    HeldOut,
    /// Another log.
    NewSessions,
}

/// What was stated, and what was measured. Displayed, it is a table for the terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verification {
    /// [`FORMAT`].
    pub format: u32,
    /// The artifact's path as given.
    pub model: String,
    /// The identity of its training run.
    pub model_id: String,
    /// The path of the sessions as given.
    pub sessions: String,
    /// What they are to the model.
    pub basis: Basis,
    /// How many steps were measured.
    pub steps: usize,
    /// Of the sessions of another log, how many the model's training is known to have read: then this proves nothing.
    pub in_training: Option<usize>,
    /// Where the model knows hardly any item of the sessions, which are another shop's then: how many.
    pub unknown_items: Option<String>,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// What was stated, and what was measured.
    pub figures: Vec<Figure>,
    /// Whether every figure holds; null where none fails, and so few sessions cannot tell of some.
    pub holds: Option<bool>,
}

/// Measures again what the training of a model stated.
///
/// # Errors
/// Any [`VerifyError`]. Figures that do not hold are no error here.
pub fn run(options: &VerifyOptions) -> Result<Verification, VerifyError> {
    let pool = pool(options.threads)?;
    let artifact = read_whole_artifact(&options.model)?;
    let report = read_training_report(&options.model, &artifact);
    let report = report.map_err(|reason| VerifyError::NoReport { reason })?;
    // Its log, without what was hidden from it.
    let hidden = report["hide_items"].as_f64().and_then(HiddenItems::new);
    let training = read(options, Cleaning::Training(CleaningRules::default()), hidden)?;
    let same_log = report["training_digest"].as_str() == Some(&training.digest());
    let (basis, log) = match same_log {
        true => (Basis::HeldOut, training),
        false => (Basis::NewSessions, read(options, Cleaning::None, None)?),
    };
    let stated = &report["validation"];
    let (sessions, wanted): (Vec<usize>, &[_]) = match basis {
        Basis::HeldOut => (held_out(&report, &log)?, &[("shipped", Ranker::Head)]),
        Basis::NewSessions => {
            ((0..log.sessions()).collect(), &[("whole", Ranker::Head), ("short_list", Ranker::ShortList)])
        }
    };
    let _progress = Progress::spinner("measuring what was stated", options.quiet);
    let mut figures = Vec::new();
    let mut steps = 0;
    for &(name, ranker) in wanted {
        if stated[name].is_null() {
            return Err(VerifyError::NothingStated { missing: name });
        }
        let measured = pool.install(|| Measured::of(&artifact, &log, &sessions, ranker, options.seed));
        let measured = measured.ok_or(VerifyError::NothingToMeasure)?;
        steps = measured.steps;
        for (measure, found) in [("recall", measured.recall), ("mrr", measured.mrr)] {
            let stated = stated[name][format!("{measure}@{}", Quality::CUT)].as_f64();
            figures.push(Figure::new(
                name,
                measure,
                stated.ok_or(VerifyError::NothingStated { missing: name })?,
                found,
                measured.sessions,
            ));
        }
    }
    let read_before = report["session_sample"].as_str().and_then(|sample| sampled(&log, sample));
    Ok(Verification {
        format: FORMAT,
        model: options.model.display().to_string(),
        model_id: artifact.model.clone(),
        sessions: options.sessions.display().to_string(),
        basis,
        steps,
        in_training: read_before.filter(|_| basis == Basis::NewSessions).map(|(_, found)| found),
        unknown_items: Some(known_items(&artifact, &log)).filter(Join::hardly_meets).map(|join| join.to_string()),
        seed: options.seed,
        holds: all_hold(&figures),
        figures,
    })
}

/// One that fails is enough to know; else all have to be known.
fn all_hold(figures: &[Figure]) -> Option<bool> {
    if figures.iter().any(|figure| figure.holds == Some(false)) {
        return Some(false);
    }
    figures.iter().all(|figure| figure.holds.is_some()).then_some(true)
}

/// The sessions that training measured, by what its report says of them.
fn held_out(report: &Value, log: &SessionLog) -> Result<Vec<usize>, VerifyError> {
    let number = |name: &str| report["held_out"][name].as_u64().map(|number| number as usize);
    let held_out = || Some(HeldOut { first: number("first")?, every: number("every")?, steps: number("steps")? });
    let held_out = held_out().ok_or(VerifyError::NothingStated { missing: "held_out" })?;
    Ok(held_out.sessions(log))
}

/// Reads the sessions, and says what was read.
fn read(
    options: &VerifyOptions,
    cleaning: Cleaning,
    hidden_items: Option<HiddenItems>,
) -> Result<SessionLog, VerifyError> {
    let reading = Progress::spinner("reading the log", options.quiet);
    let (split, session_gap) = (options.split.clone(), options.session_gap);
    let session_column = options.session_column.clone();
    let how = EventOptions { split, cleaning, session_gap, session_column, hidden_items };
    let log = read_events(&options.sessions, &how)?;
    reading.note(&log.report.to_string());
    Ok(log)
}

impl Display for Verification {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} on {}", self.model, self.sessions)?;
        let steps = HumanCount(self.steps as u64);
        match self.basis {
            Basis::HeldOut => writeln!(
                out,
                "the log that it was trained on: {steps} held-out steps, which the shipped model has read since; this tells \
                 whether it is the model that was measured, and not how good it is"
            )?,
            Basis::NewSessions => {
                writeln!(out, "another log: {steps} steps, against what training found on its held-out sessions")?
            }
        }
        if let Some(known) = self.in_training.filter(|&known| known > 0) {
            writeln!(out, "warning: training has read at least {known} of these sessions, so this verifies little")?;
        }
        if let Some(unknown) = &self.unknown_items {
            writeln!(out, "warning: {unknown}")?;
        }
        writeln!(out, "\n{:<22} {:>8}  {:<26} holds", "", "stated", "measured")?;
        for figure in &self.figures {
            let name = format!("{}, {}@{}", figure.name, figure.measure, Quality::CUT);
            let holds = match figure.holds {
                Some(true) => "yes",
                Some(false) => "no",
                None => "cannot tell",
            };
            writeln!(out, "{name:<22} {:>8.4}  {:<26} {holds}", figure.stated, figure.measured)?;
        }
        if self.figures.iter().any(|figure| figure.holds.is_none()) {
            writeln!(out, "\nso few sessions cannot tell whether a figure holds: pass more")?;
        }
        Ok(())
    }
}
