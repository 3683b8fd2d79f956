//! The command: read, replay, measure, write the report.

use std::io::Write;
use std::path::Path;

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
        let path = options.report.as_deref().unwrap_or(Path::new(""));
        written.map_err(|cause| OutputError::of(path, &cause))?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fmt::Write as _;

    use reshelf::synthetic;

    use super::*;
    use crate::evaluate::Protocol;

    /// A model of items 7, 10, 13, ... and sessions over them, of which every seventh item is unknown to it.
    fn files(folder: &Path) -> EvaluateOptions {
        let artifact = synthetic::artifact(300, 64, 6, 1).unwrap();
        std::fs::write(folder.join("m.safetensors"), artifact.to_bytes()).unwrap();
        let mut draw = synthetic::Draw(5);
        let (mut events, mut lists) = ("session_id,item_id,ts\n".to_owned(), "session_id,step,item_id\n".to_owned());
        for session in 0..40 {
            for step in 0..2 + draw.below(4) {
                let item = if draw.below(7) == 0 { 1_000_000 } else { 7 + 3 * draw.below(300) };
                writeln!(events, "s{session},{item},{step}").unwrap();
                if step > 0 {
                    writeln!(lists, "s{session},{step},{item}").unwrap();
                    (0..9).for_each(|_| writeln!(lists, "s{session},{step},{}", 7 + 3 * draw.below(300)).unwrap());
                }
            }
        }
        std::fs::write(folder.join("events.csv"), events).unwrap();
        std::fs::write(folder.join("lists.csv"), lists).unwrap();
        EvaluateOptions {
            model: folder.join("m.safetensors"),
            sessions: folder.join("events.csv"),
            split_column: None,
            split: None,
            candidates: None,
            k: 20,
            report: None,
            seed: 1,
            threads: 2,
            quiet: true,
        }
    }

    #[test]
    fn a_log_is_evaluated_the_same_on_any_number_of_threads() {
        let folder = tempfile::tempdir().unwrap();
        let options = EvaluateOptions { report: Some(folder.path().join("report.html")), ..files(folder.path()) };
        let evaluation = run(&options).unwrap();
        assert_eq!(evaluation.protocol, Protocol::Catalogue);
        assert_eq!((evaluation.counts.sessions, evaluation.counts.catalogue), (40, 300));
        assert!(evaluation.counts.unknown_targets > 0 && evaluation.counts.steps_without_list == 0);
        assert!(evaluation.metrics.coverage.value > 0.0 && evaluation.metrics.popularity_bias.is_some());
        let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
        let alone = run(&EvaluateOptions { threads: 1, report: None, ..options }).unwrap();
        assert_eq!(evaluation, alone);
    }

    #[test]
    fn lists_are_compared_with_the_servers_order() {
        let folder = tempfile::tempdir().unwrap();
        let options = files(folder.path());
        let lists = Some(folder.path().join("lists.csv"));
        let evaluation = run(&EvaluateOptions { candidates: lists, ..options }).unwrap();
        assert_eq!(evaluation.protocol, Protocol::Candidates);
        // The server put the target first in every list, and the list holds it: nobody can do better.
        assert_eq!(evaluation.server.unwrap().mrr.value, 1.0);
        assert_eq!(evaluation.metrics.recall.value, 1.0);
        assert!(evaluation.lift.unwrap().mrr.difference.value < 0.0);
    }

    #[test]
    fn what_cannot_be_evaluated_has_a_code_and_leaves_no_report() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.html");
        let options = EvaluateOptions { report: Some(report.clone()), ..files(folder.path()) };
        let code = |options: EvaluateOptions| run(&options).unwrap_err().code();
        assert_eq!(code(EvaluateOptions { k: 0, ..options.clone() }), "evaluate.places_out_of_range");
        assert_eq!(
            code(EvaluateOptions { sessions: folder.path().join("no.csv"), ..options.clone() }),
            "data.not_found"
        );
        let nowhere = Some(folder.path().join("no/report.html"));
        assert_eq!(code(EvaluateOptions { report: nowhere, ..options.clone() }), "output.no_folder");
        std::fs::write(folder.path().join("one.csv"), "session_id,item_id,ts\na,7,0\nb,10,0\n").unwrap();
        let short = EvaluateOptions { sessions: folder.path().join("one.csv"), ..options.clone() };
        assert_eq!(code(short), "evaluate.nothing_to_evaluate");
        assert!(!code(EvaluateOptions { model: folder.path().join("events.csv"), ..options }).is_empty());
        assert!(!report.exists());
    }
}
