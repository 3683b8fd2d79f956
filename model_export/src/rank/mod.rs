//! `reshelf rank`: every step of a log ranked, and written as Parquet.
//!
//! Its one job: from an artifact and a log to a file of rankings. It may use the ground (`data`, `output`, `progress`, `pool`,
//! `files`, `replay`) and the engine, and knows nothing of training.

use std::path::PathBuf;

use reshelf::artifact::Vocabulary;
use serde::Serialize;
use thiserror::Error;

use crate::data::{DataError, Ids, read_candidates, read_events};
use crate::files::{ModelError, check_model, read_whole_artifact};
use crate::output::{OutputError, Pending, RankingWriter, check_apart, check_ending};
use crate::pool::{PoolError, pool};
use crate::progress::Progress;
use crate::replay::{Ranker, Replay, ReplayInput, known_items};

/// The flags of `reshelf rank`.
#[derive(Clone, Debug, PartialEq)]
pub struct RankOptions {
    /// What is ranked.
    pub input: ReplayInput,
    /// How many items to write per step, at least 1.
    pub k: usize,
    /// Where the rankings go, as Parquet.
    pub out: PathBuf,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// Why a log could not be ranked. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RankError {
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The log or the candidate lists.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The file of rankings.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The threads could not be started.
    #[error(transparent)]
    Threads(#[from] PoolError),
}

impl RankError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            RankError::Model(cause) => cause.code(),
            RankError::Data(cause) => cause.code(),
            RankError::Output(cause) => cause.code(),
            RankError::Threads(cause) => cause.code(),
        }
    }
}

/// What `reshelf rank` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RankSummary {
    /// Sessions replayed.
    pub sessions: usize,
    /// Steps ranked.
    pub steps: usize,
    /// Rows written.
    pub rows: u64,
}

/// Ranks every step of a log and writes the first k items of each.
///
/// # Errors
/// Any [`RankError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &RankOptions) -> Result<RankSummary, RankError> {
    let input = &options.input;
    check_model(&input.model)?;
    check_apart(&[&options.out], &input.paths())?;
    check_ending(&options.out, &["parquet"])?;
    let pool = pool(options.threads)?;
    // A mistyped folder is an error now, not after the log was read.
    drop(Pending::create(&options.out)?);
    let artifact = read_whole_artifact(&input.model)?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let log = read_events(&input.sessions, &input.events())?;
    reading.note(&log.report.to_string());
    let candidates = input.candidates.as_deref().map(|path| read_candidates(path, &log)).transpose()?;
    if let Some(read) = &candidates {
        reading.note(&read.to_string());
    }
    let join = known_items(&artifact, &log);
    if join.hardly_meets() {
        reading.warn(&join.to_string());
    }
    drop(reading);
    let integer_items = match &candidates {
        Some(lists) => matches!(lists.item_ids, Ids::Integer(_)),
        None => matches!(artifact.vocabulary, Vocabulary::Integer(_)),
    };
    let integer_sessions = matches!(log.session_ids, Ids::Integer(_));
    let mut writer = RankingWriter::create(&options.out, integer_sessions, integer_items)?;
    let replay = Replay {
        artifact: &artifact,
        log: &log,
        catalogue: None,
        candidates: candidates.as_ref(),
        ranker: Ranker::Head,
        k: options.k,
    };
    let progress = Progress::of(log.sessions() as u64, "ranking", options.quiet);
    let mut summary = RankSummary { sessions: log.sessions(), steps: 0, rows: 0 };
    replay.run(&pool, &progress, &mut |step| {
        summary.steps += 1;
        summary.rows += step.items.len().min(options.k) as u64;
        let session = log.session_ids.text(step.session);
        let ranked = step.items.iter().zip(step.scores).take(options.k);
        let ids = ranked.map(|(&item, &score)| (replay.id(step.session, step.step, item), score));
        // Steps are those of the file, so that parts of what bears one id there have no step twice.
        writer.push(&session, log.step_in_file(step.session, step.step) as u32, ids).map_err(RankError::from)
    })?;
    drop(progress);
    writer.finish()?;
    Ok(summary)
}
