//! The command: read, replay, measure, write the report.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reshelf::artifact::Artifact;
use reshelf::rank::SHORTLIST;

use super::attention::Attention;
use super::checks::{Checks, Warning};
use super::compare::{Comparison, compared_cuts};
use super::exposure::{Exposures, Groups};
use super::fairness::Fairness;
use super::policies::{columns_asked, compare, read_policies};
use super::report::page;
use super::slices::by_slot;
use super::slots::Slots;
use super::summary::{Evaluation, Subject};
use super::what_if::Setting as PolicySetting;
use super::{EvaluateError, EvaluateOptions};
use crate::data::{
    CandidateLists, Catalogue, Join, SessionLog, Split, read_candidates_with, read_events, read_items_with,
};
use crate::files::{check_model, read_training_report, read_whole_artifact, training_report_path};
use crate::measure::{Collector, MOST_PLACES, Outcomes, RESAMPLES, Setting, item_popularity};
use crate::output::{Pending, check_apart, check_ending};
use crate::pool::{Pool, pool};
use crate::progress::Progress;
use crate::replay::{RankedStep, Ranker, Replay, known_items};
use crate::server::lists;

/// Replays the sessions, measures every ranked list, and writes the report if one is wanted.
///
/// # Errors
/// Any [`EvaluateError`]; nothing is left at the report's path then, or what was there before.
pub fn run(options: &EvaluateOptions) -> Result<Evaluation, EvaluateError> {
    if options.k == 0 || options.k > MOST_PLACES {
        return Err(EvaluateError::PlacesOutOfRange { k: options.k, limit: MOST_PLACES });
    }
    check_outputs(options)?;
    let pool = pool(options.threads)?;
    // Opened first: a mistyped folder is an error now, not after minutes of ranking.
    let report = options.report.as_deref().map(Pending::create).transpose()?;
    let input = &options.input;
    let artifact = read_whole_artifact(&input.model)?;
    let others: Vec<Arc<Artifact>> =
        options.compare.iter().map(|path| read_whole_artifact(path)).collect::<Result<_, _>>()?;
    let policies = read_policies(&options.policies)?;
    if !policies.is_empty() && input.candidates.is_none() && options.server_lists.is_none() {
        return Err(EvaluateError::NoLists);
    }
    let mut asked = columns_asked(&policies);
    asked.extend(options.fairness.iter().map(String::as_str));
    let log = read_log(options)?;
    let catalogue = options.items.as_deref().map(|path| read_items_with(path, &asked)).transpose()?;
    let catalogue = catalogue.as_ref();
    let candidates = match options.server_lists {
        Some(length) => Some(pool.install(|| lists(&artifact, &log, catalogue, length, options.seed))),
        None => input.candidates.as_deref().map(|path| read_candidates_with(path, &log, &asked)).transpose()?,
    };
    if let Some(read) = candidates.as_ref().filter(|_| options.server_lists.is_none()) {
        Progress::spinner("reading candidates", options.quiet).note(&read.to_string());
    }
    let candidates = candidates.as_ref();
    let slots = candidates.map(|lists| Slots::of(lists, &log)).transpose()?.flatten();
    let slots = slots.as_ref();
    let mut exposures: Vec<Exposures> = Vec::new();
    for field in &options.fairness {
        let groups = Groups::of(&artifact, catalogue, candidates, field);
        let groups = groups.ok_or_else(|| EvaluateError::NoField { field: field.clone() })?;
        exposures.push(Exposures::new(groups, &artifact, options.k));
    }
    let mut watch = |step: &RankedStep<'_>| exposures.iter_mut().for_each(|exposures| exposures.add(step));
    let outcomes = measure(&artifact, &log, catalogue, candidates, options, &pool, &mut watch);
    let compared = others
        .iter()
        .map(|other| measure(other, &log, catalogue, candidates, options, &pool, &mut |_| ()))
        .collect::<Vec<_>>();
    let policies = match candidates.filter(|_| !policies.is_empty()) {
        None => None,
        Some(lists) => {
            let setting =
                PolicySetting { k: options.k, from_step: options.from_step, seed: options.seed, quiet: options.quiet };
            let replay = replay(&artifact, &log, catalogue, Some(lists), options);
            compare(&replay, lists, slots, policies, &options.policies, &setting, &pool)
        }
    };
    let progress = Progress::spinner(format!("drawing sessions {RESAMPLES} times"), options.quiet);
    let evaluation = pool.install(|| Evaluation::new(subject(options, &artifact), &outcomes, options.seed));
    let evaluation = evaluation.ok_or(EvaluateError::NothingToEvaluate { candidates: candidates.is_some() })?;
    let whole = evaluation.metrics.at_cut();
    let of_slots = slots.map(|slots| pool.install(|| by_slot(slots, &outcomes, &whole, options.seed)));
    let slices = [evaluation.slices, of_slots.into_iter().collect()].concat();
    let told = options.fairness.iter().zip(&exposures);
    let fairness = pool.install(|| told.filter_map(|(field, sums)| Fairness::new(field, sums, options.seed)).collect());
    let attention = pool.install(|| Attention::new(&replay(&artifact, &log, catalogue, candidates, options)));
    let told = read_training_report(&input.model, &artifact);
    let compare_models = |((path, other), found): ((&PathBuf, &Arc<Artifact>), &Outcomes)| {
        // A model of the same run, without one of its parts or in fewer bits, has the same report.
        let same_run = told.as_ref().ok().filter(|_| other.model == artifact.model);
        let told = same_run.cloned().map_or_else(|| read_training_report(path, other), Ok);
        Comparison {
            model: path.display().to_string(),
            model_id: other.model.clone(),
            model_bytes: size(path),
            cuts: compared_cuts(&outcomes, found, options.seed),
            warnings: Checks::new(&log, &other.card, told).warnings,
        }
    };
    let pairs = options.compare.iter().zip(&others).zip(&compared);
    let comparisons = pool.install(|| pairs.map(compare_models).collect());
    let mut checks = Checks::new(&log, &artifact.card, told);
    checks.warnings.extend(joins(&artifact, &log, candidates));
    let evaluation = Evaluation { slices, attention, checks, comparisons, policies, fairness, ..evaluation };
    drop(progress);
    if let Some(report) = report {
        report.finish(page(&evaluation)?.as_bytes())?;
    }
    Ok(evaluation)
}

/// Reads the sessions, and says what was read.
pub(super) fn read_log(options: &EvaluateOptions) -> Result<SessionLog, EvaluateError> {
    let reading = Progress::spinner("reading the log", options.quiet);
    let log = read_events(&options.input.sessions, &options.input.events())?;
    reading.note(&log.report.to_string());
    Ok(log)
}

/// Signs that ids of the model, the sessions and the lists do not meet.
fn joins(artifact: &Artifact, log: &SessionLog, candidates: Option<&CandidateLists>) -> Vec<Warning> {
    let known = known_items(artifact, log);
    let listed =
        candidates.map(|lists| Join::of(["items of the sessions", "the lists"], &log.item_ids, &lists.item_ids));
    let codes = [("items_not_in_model", Some(known)), ("items_not_in_lists", listed)];
    let hardly = codes.into_iter().filter_map(|(code, join)| Some((code, join.filter(Join::hardly_meets)?)));
    hardly.map(|(code, join)| Warning { code, message: join.to_string() }).collect()
}

/// Refuses a report over something that is read.
fn check_outputs(options: &EvaluateOptions) -> Result<(), EvaluateError> {
    let Some(report) = options.report.as_deref() else { return Ok(()) };
    let models = || options.compare.iter().chain([&options.input.model]);
    models().try_for_each(|model| check_model(model))?;
    let beside: Vec<PathBuf> = models().map(|model| training_report_path(model)).collect();
    let others =
        options.compare.iter().chain(&options.items).chain(&options.policies).chain(&beside).map(PathBuf::as_path);
    check_apart(&[report], &others.chain(options.input.paths()).collect::<Vec<_>>())?;
    Ok(check_ending(report, &["html", "htm"])?)
}

/// Replays the sessions through one model and measures every list; `watch` sees each that counts.
fn measure(
    artifact: &Arc<Artifact>,
    log: &SessionLog,
    catalogue: Option<&Catalogue>,
    candidates: Option<&CandidateLists>,
    options: &EvaluateOptions,
    pool: &Pool,
    watch: &mut dyn FnMut(&RankedStep<'_>),
) -> Outcomes {
    let popularity = item_popularity(artifact);
    let mut collector = Collector::new(Setting {
        offsets: &log.offsets,
        items: &log.items,
        kinds: &log.kinds,
        catalogue: artifact.items.len(),
        popularity: Some(&popularity),
        k: options.k,
        from_step: options.from_step,
    });
    let replay = replay(artifact, log, catalogue, candidates, options);
    let progress = Progress::of(log.sessions() as u64, "ranking", options.quiet);
    let measured: Result<(), Infallible> = replay.run(pool, &progress, &mut |step| {
        collector.add(step);
        if step.step >= options.from_step {
            watch(&step);
        }
        Ok(())
    });
    let Ok(()) = measured;
    collector.finish()
}

/// What is ranked at each step.
fn replay<'a>(
    artifact: &'a Arc<Artifact>,
    log: &'a SessionLog,
    catalogue: Option<&'a Catalogue>,
    candidates: Option<&'a CandidateLists>,
    options: &EvaluateOptions,
) -> Replay<'a> {
    // The whole short list is asked for, since it is in order: the AUC looks beyond k.
    Replay { artifact, log, catalogue, candidates, ranker: Ranker::Head, k: options.k.max(SHORTLIST) }
}

/// The size of a file that was read a moment ago; one that went away since has none worth an error.
fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

pub(super) fn subject(options: &EvaluateOptions, artifact: &Artifact) -> Subject {
    let input = &options.input;
    let flag = |wanted: &str| input.split.flags().into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    Subject {
        model: input.model.display().to_string(),
        model_id: artifact.model.clone(),
        model_bytes: size(&input.model),
        sessions: input.sessions.display().to_string(),
        session_column: input.session_column.other().map(str::to_owned),
        split_column: flag("split-column"),
        split: flag("split"),
        newest_test: match input.split {
            Split::ByTime { newest, .. } => Some(newest),
            Split::All | Split::Named { .. } => None,
        },
        candidates: input.candidates.as_ref().map(|path| path.display().to_string()),
        server_lists: options.server_lists,
        items: options.items.as_ref().map(|path| path.display().to_string()),
        from_step: options.from_step,
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::fmt::Write as _;

    use reshelf::artifact::Description;
    use reshelf::synthetic;

    use super::*;
    use crate::data::{SessionColumn, SessionGap};
    use crate::evaluate::Protocol;
    use crate::replay::ReplayInput;

    /// A model of items 7, 10, 13, ... and sessions over them, of which every seventh item is unknown to it.
    pub(in crate::evaluate) fn files(folder: &Path) -> EvaluateOptions {
        let artifact = synthetic::artifact(300, 64, 6, 1).unwrap();
        std::fs::write(folder.join("m.safetensors"), artifact.to_bytes()).unwrap();
        let mut draw = reshelf::math::Rng(5);
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
            input: ReplayInput {
                model: folder.join("m.safetensors"),
                sessions: folder.join("events.csv"),
                split: Split::All,
                session_gap: SessionGap::default(),
                session_column: SessionColumn::default(),
                candidates: None,
            },
            server_lists: None,
            items: None,
            compare: Vec::new(),
            policies: Vec::new(),
            fairness: Vec::new(),
            k: 20,
            from_step: 1,
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
    fn steps_before_the_first_one_that_is_asked_for_are_not_measured() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.html");
        let options = files(folder.path());
        let all = run(&options).unwrap();
        let later = EvaluateOptions { from_step: 2, report: Some(report.clone()), ..options.clone() };
        let later = run(&later).unwrap();
        // Every session has one step after its first event.
        assert_eq!(all.counts.steps - later.counts.steps, all.counts.sessions);
        let first = |evaluation: &Evaluation| {
            let group = evaluation.slices.iter().find(|group| group.by == "step").unwrap();
            group.slices.iter().find(|slice| slice.name == "1").map(|slice| slice.steps).unwrap_or_default()
        };
        assert_eq!((first(&all), first(&later)), (all.counts.sessions, 0));
        assert!(later.to_string().contains(" with 2 events or more before them, whole catalogue ranked"));
        assert!(std::fs::read_to_string(report).unwrap().contains("--from-step 2"));
        let lists = EvaluateOptions { server_lists: Some(50), from_step: 2, ..options.clone() };
        assert_eq!(run(&lists).unwrap().counts.steps_without_list, 0);
        let most = EvaluateOptions { from_step: 99, ..options };
        assert_eq!(run(&most).unwrap_err().code(), "evaluate.nothing_to_evaluate");
    }

    #[test]
    fn lists_are_compared_with_the_servers_order() {
        let folder = tempfile::tempdir().unwrap();
        let options = files(folder.path());
        let candidates = Some(folder.path().join("lists.csv"));
        let input = ReplayInput { candidates, ..options.input.clone() };
        let evaluation = run(&EvaluateOptions { input, ..options }).unwrap();
        assert_eq!(evaluation.protocol, Protocol::Candidates);
        // The server put the target first in every list, and the list holds it: nobody can do better.
        assert_eq!(evaluation.server.unwrap().mrr.value, 1.0);
        assert_eq!(evaluation.metrics.recall.value, 1.0);
        assert!(evaluation.lift.unwrap().mrr.difference.value < 0.0);
    }

    #[test]
    fn drawn_lists_hold_every_target_and_depend_on_the_seed() {
        let folder = tempfile::tempdir().unwrap();
        let options = EvaluateOptions { server_lists: Some(100), k: 100, ..files(folder.path()) };
        let evaluation = run(&options).unwrap();
        assert_eq!((evaluation.protocol, evaluation.subject.server_lists), (Protocol::Candidates, Some(100)));
        assert_eq!((evaluation.counts.steps_without_list, evaluation.server.unwrap().recall.value), (0, 1.0));
        assert_eq!(evaluation, run(&EvaluateOptions { threads: 1, ..options.clone() }).unwrap());
        let other = run(&EvaluateOptions { seed: 2, ..options }).unwrap();
        assert_ne!(evaluation.server.unwrap().mrr.value, other.server.unwrap().mrr.value);
    }

    #[test]
    fn items_that_the_model_does_not_know_are_composed_of_the_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let items = folder.path().join("items.csv");
        std::fs::write(&items, "item_id,category\n1000000,a/b\n1000001,a/b\n7,c\n").unwrap();
        let plain = EvaluateOptions { server_lists: Some(50), items: Some(items), k: 50, ..files(folder.path()) };
        let kind = Description { category: Some("a/b"), ..Description::default() };
        let model = synthetic::artifact(300, 64, 6, 1).unwrap();
        let model = Artifact { tokens: Some(synthetic::tokens(&[kind], 64, 3)), ..model };
        let composing = folder.path().join("composing.safetensors");
        std::fs::write(&composing, model.to_bytes()).unwrap();
        let input = ReplayInput { model: composing, ..plain.input.clone() };
        let (plain, composed) = (run(&plain).unwrap(), run(&EvaluateOptions { input, ..plain.clone() }).unwrap());
        // The same lists, each with its target; the model's order alone differs.
        assert_eq!((plain.server, plain.counts), (composed.server, composed.counts));
        assert_ne!(plain.metrics.mrr, composed.metrics.mrr);
    }

    #[test]
    fn models_are_compared_in_pairs() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other.safetensors");
        std::fs::write(&other, synthetic::artifact(300, 64, 6, 2).unwrap().to_bytes()).unwrap();
        let options = files(folder.path());
        let compare = vec![options.input.model.clone(), other];
        for server_lists in [None, Some(50)] {
            let report = folder.path().join("report.html");
            let options = EvaluateOptions {
                compare: compare.clone(),
                server_lists,
                report: Some(report.clone()),
                ..options.clone()
            };
            let evaluation = run(&options).unwrap();
            let [itself, other] = evaluation.comparisons.as_slice() else { panic!("two were asked for") };
            let recall = itself.at_k().unwrap().difference.recall;
            assert_eq!((recall.value, recall.low, recall.high, recall.p), (0.0, Some(0.0), Some(0.0), Some(1.0)));
            let (cut, own) = (other.at_k().unwrap(), evaluation.metrics.mrr.value);
            assert!((own - cut.other.mrr.value - cut.difference.mrr.value).abs() < 1e-9);
            assert!(cut.difference.mrr.p.is_some());
            let (text, page) = (evaluation.to_string(), std::fs::read_to_string(report).unwrap());
            assert!(text.contains("other.safetensors") && page.contains("other.safetensors"));
            assert!(page.contains("Size and quality") && page.contains("What each part has to say"));
        }
        let gone = EvaluateOptions { compare: vec![folder.path().join("no.safetensors")], ..options };
        assert_eq!(run(&gone).unwrap_err().code(), "model.unreadable");
    }

    #[test]
    fn what_cannot_be_evaluated_has_a_code_and_leaves_no_report() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("report.html");
        let options = EvaluateOptions { report: Some(report.clone()), ..files(folder.path()) };
        let code = |options: EvaluateOptions| run(&options).unwrap_err().code();
        assert_eq!(code(EvaluateOptions { k: 0, ..options.clone() }), "evaluate.places_out_of_range");
        let with = |input: ReplayInput| EvaluateOptions { input, ..options.clone() };
        let input = || options.input.clone();
        assert_eq!(code(with(ReplayInput { sessions: folder.path().join("no.csv"), ..input() })), "data.not_found");
        let nowhere = Some(folder.path().join("no/report.html"));
        assert_eq!(code(EvaluateOptions { report: nowhere, ..options.clone() }), "output.no_folder");
        std::fs::write(folder.path().join("one.csv"), "session_id,item_id,ts\na,7,0\nb,10,0\n").unwrap();
        let short = with(ReplayInput { sessions: folder.path().join("one.csv"), ..input() });
        assert_eq!(code(short), "evaluate.nothing_to_evaluate");
        assert!(!code(with(ReplayInput { model: folder.path().join("events.csv"), ..input() })).is_empty());
        assert!(!report.exists());
    }
}
