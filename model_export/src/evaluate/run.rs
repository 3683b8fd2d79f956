//! The command: read, replay, measure, write the report.

use std::io::Write;

use reshelf::model::Artifact;
use reshelf::rank::SHORTLIST;

use super::EvaluateError;
use super::bootstrap::RESAMPLES;
use super::options::EvaluateOptions;
use super::protocol::{Collector, Setting};
use super::report::page;
use super::summary::{Evaluation, Subject};
use crate::data::{Cleaning, EventOptions, read_candidates, read_events};
use crate::output::{OutputError, Pending};
use crate::progress::Progress;
use crate::rank::{RankError, Replay, read_artifact};

/// The most places of a list that are looked at: more than any page shows.
pub const MOST_PLACES: usize = 1_000;

/// Replays the sessions, measures every ranked list, and writes the report if one is wanted.
///
/// # Errors
/// Any [`EvaluateError`]; nothing is left at the report's path then, or what was there before.
pub fn run(options: &EvaluateOptions) -> Result<Evaluation, EvaluateError> {
    if options.k == 0 || options.k > MOST_PLACES {
        return Err(EvaluateError::PlacesOutOfRange { k: options.k, limit: MOST_PLACES });
    }
    // Opened first: a mistyped folder is an error now, not after minutes of ranking.
    let report = options.report.as_deref().map(Pending::create).transpose()?;
    let artifact = read_artifact(&options.model)?;
    let (split_column, split) = (options.split_column.clone(), options.split.clone());
    let log = read_events(&options.sessions, &EventOptions { split_column, split, cleaning: Cleaning::None })?;
    let candidates = options.candidates.as_deref().map(|path| read_candidates(path, &log)).transpose()?;

    let popularity = popularity(&artifact);
    let mut collector = Collector::new(Setting {
        offsets: &log.offsets,
        items: &log.items,
        catalogue: artifact.items.len(),
        popularity: Some(&popularity),
        k: options.k,
    });
    // The whole short list is asked for, since it is in order: the AUC looks beyond k.
    let places = options.k.max(SHORTLIST);
    let replay = Replay { artifact: &artifact, log: &log, candidates: candidates.as_ref(), k: places };
    let progress = Progress::of(log.sessions() as u64, "ranking", options.quiet);
    replay.run(options.threads, &progress, &mut |step| {
        collector.add(step);
        Ok(())
    })?;
    drop(progress);

    let _progress = Progress::spinner(format!("drawing sessions {RESAMPLES} times"), options.quiet);
    let outcomes = collector.finish();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|cause| RankError::Threads(cause.to_string()))?;
    let evaluation = pool.install(|| Evaluation::new(subject(options, &artifact), &outcomes, options.seed));
    let evaluation = evaluation.ok_or(EvaluateError::NothingToEvaluate { candidates: candidates.is_some() })?;
    if let Some(mut report) = report {
        let page = page(&evaluation)?;
        let written = report.writer().write_all(page.as_bytes());
        written.map_err(|cause| OutputError::Failed {
            path: options.report.clone().unwrap_or_default(),
            cause: cause.to_string(),
        })?;
        report.commit()?;
    }
    Ok(evaluation)
}

/// What the artifact says about how often training saw each item: logarithms, 255 for the most frequent.
fn popularity(artifact: &Artifact) -> Vec<f32> {
    artifact.items.attributes().iter().map(|item| f32::from(item.popularity) / f32::from(u8::MAX)).collect()
}

fn subject(options: &EvaluateOptions, artifact: &Artifact) -> Subject {
    Subject {
        model: options.model.display().to_string(),
        model_id: artifact.model.clone(),
        // Read a moment ago; a file that went away since has no size worth an error.
        model_bytes: std::fs::metadata(&options.model).map_or(0, |metadata| metadata.len()),
        sessions: options.sessions.display().to_string(),
        split_column: options.split_column.clone(),
        split: options.split.clone(),
        candidates: options.candidates.as_ref().map(|path| path.display().to_string()),
    }
}
