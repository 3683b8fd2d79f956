//! From a log to an artifact.
//!
//! Its one job: `reshelf train`, which trains every part and packs it. It may use the ground (`data`, `output`, `progress`,
//! `pool`, `rng`, `metrics`, `files`, `replay`, `server`, `quantization`) and the engine, through which every candidate and
//! every feature that is learned from has gone: what is trained is what is served.
//!
//! The order of things: the newest twentieth of the sessions (of a small log up to a fifth) is held out. Memory and vectors
//! are made from the rest, the vectors until they stop getting better on the held-out part. The head is trained on lists from
//! four fifths of the held-out sessions and measured on the last fifth. At the end memory and vectors take in the held-out
//! part as well.

mod ablation;
mod adam;
mod attributes;
mod checkpoint;
mod clusters;
mod compute;
mod corpus;
mod error;
mod event_weights;
mod feedback;
#[cfg(test)]
mod floor_tests;
mod head;
mod head_bounds;
mod lists;
mod memory;
mod memory_search;
mod options;
mod pack;
mod pairs;
mod preset;
#[cfg(test)]
mod signal_tests;
mod slices;
mod stages;
mod summary;
#[cfg(test)]
mod tests;
mod tokens;
mod validation;
mod vectors;

pub use ablation::Ablation;
pub use clusters::ClusterCount;
pub use compute::Compute;
pub use error::TrainError;
pub use options::{FitOptions, TrainOptions};
pub use pairs::{Floor, PairCounts};
pub use preset::Preset;
pub use slices::Slice;
pub use summary::{ClustersMade, TrainSummary};

use core::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reshelf::artifact::{Artifact, Clusters, Retrieval};
use reshelf::rank::FEATURES;

use crate::data::{
    Catalogue, Cleaning, CleaningRules, EventOptions, Join, SessionLog, read_events, read_items_with_report,
};
use crate::files::training_report_path;
use crate::output::{Pending, check_apart, check_ending};
use crate::pool::pool;
use crate::progress::Progress;
use crate::replay::Ranker;
use checkpoint::Checkpoint;
use corpus::Corpus;
use head::plain_head;
use pack::Parts;
use preset::Settings;
use stages::{Ablated, Run};
use tokens::Tokens;
use vectors::Vectors;

/// The part of the sessions, the newest, that is held out: at least the first, and more where that is too little to learn
/// a head from, up to the second.
const HELD_OUT: [f64; 2] = [0.05, 0.2];
/// Held-out steps that are enough to learn a head from.
const ENOUGH_STEPS: usize = 8_000;
/// Fewer sessions than this are no log.
const FEWEST_SESSIONS: usize = 40;
/// A session's weight halves over this part of the log: chosen on the public logs, where a quarter to one are alike.
const HALF_LIFE: f32 = 0.5;

/// Trains on a log and writes the artifact, the report beside it, and the ablations where they are asked for.
///
/// A run that was stopped goes on after its last pass, from the file `OUT.checkpoint`, and ends in the same bytes.
///
/// # Errors
/// Any [`TrainError`]; nothing is left at the out-path then, or what was there before.
pub fn train(options: &TrainOptions) -> Result<TrainSummary, TrainError> {
    // Opened first: a folder or a GPU that does not exist must not cost a training run.
    options.device.device()?;
    check_outputs(options)?;
    let pool = pool(options.threads)?;
    let out = Pending::create(&options.out)?;
    // Beside a device or a pipe there is no place for a report.
    let report = out.is_file().then(|| Pending::create(&training_report_path(&options.out))).transpose()?;
    let ablations = ablation_files(options)?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let cleaning = Cleaning::Training(CleaningRules::default());
    let (split, session_gap) = (options.split.clone(), options.session_gap);
    let (session_column, hidden_items) = (options.session_column.clone(), options.hidden_items);
    let how = EventOptions { split, cleaning, session_gap, session_column, hidden_items };
    let log = read_events(&options.events, &how)?;
    reading.note(&log.report.to_string());
    let catalogue = options.items.as_deref().map(read_items_with_report).transpose()?.map(|(catalogue, report)| {
        reading.note(&report.to_string());
        let join = Join::of(["items of the log", "the catalogue"], &log.item_ids, &catalogue.ids);
        if join.hardly_meets() {
            reading.warn(&join.to_string())
        } else {
            reading.note(&format!("  {join}"))
        }
        catalogue
    });
    drop(reading);
    let run = FitOptions {
        preset: options.preset,
        bits: options.bits,
        floor: options.floor,
        clusters: options.clusters,
        seed: options.seed,
        device: options.device,
        quiet: options.quiet,
        resume_beside: Some(options.out.clone()),
        without: if ablations.is_empty() { Vec::new() } else { options.without.clone() },
    };
    let fitted = pool.install(|| fit(&log, catalogue.as_ref(), &run))?;
    for (file, (_, artifact)) in ablations.into_iter().zip(&fitted.ablated) {
        file.finish(&artifact.to_bytes())?;
    }
    let bytes = fitted.artifact.to_bytes();
    report.map_or(Ok(()), |report| report.finish(fitted.report.as_bytes()))?;
    out.finish(&bytes)?;
    checkpoint(&log, catalogue.as_ref(), &run).iter().for_each(Checkpoint::remove);
    Ok(TrainSummary { bytes: bytes.len(), ..fitted.summary })
}

/// Refuses a run that would write over what it reads, or two files to one place.
fn check_outputs(options: &TrainOptions) -> Result<(), TrainError> {
    let beside = [training_report_path(&options.out), Checkpoint::path_beside(&options.out)];
    let ablations = ablation_paths(options);
    let outputs: Vec<&Path> =
        [&options.out].into_iter().chain(&beside).chain(&ablations).map(PathBuf::as_path).collect();
    let inputs: Vec<&Path> =
        [Some(&options.events), options.items.as_ref()].into_iter().flatten().map(PathBuf::as_path).collect();
    check_apart(&outputs, &inputs)?;
    Ok(check_ending(&options.out, &["safetensors"])?)
}

/// One path for each part that the model is to do without; none where no folder was named.
fn ablation_paths(options: &TrainOptions) -> Vec<PathBuf> {
    let path = |folder: &PathBuf, part: Ablation| folder.join(format!("without-{}.safetensors", part.name()));
    options.ablations.iter().flat_map(|folder| options.without.iter().map(|&part| path(folder, part))).collect()
}

fn ablation_files(options: &TrainOptions) -> Result<Vec<Pending>, TrainError> {
    Ok(ablation_paths(options).iter().map(|path| Pending::create(path)).collect::<Result<_, _>>()?)
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The model.
    pub artifact: Artifact,
    /// What is not published with it, as JSON: totals, measures, a sample of the sessions.
    pub report: String,
    /// About the run.
    pub summary: TrainSummary,
    /// The model without each of its parts, where that was asked for.
    pub ablated: Vec<(Ablation, Artifact)>,
}

/// Trains on a log in memory, on the current thread pool.
///
/// # Errors
/// `train.too_little`, `train.diverged`.
pub fn fit(log: &SessionLog, catalogue: Option<&Catalogue>, options: &FitOptions) -> Result<Fitted, TrainError> {
    fit_with(log, catalogue, options, options.preset.settings())
}

fn fit_with(
    log: &SessionLog,
    catalogue: Option<&Catalogue>,
    options: &FitOptions,
    mut settings: Settings,
) -> Result<Fitted, TrainError> {
    settings.memory.floor = options.floor;
    let sessions = log.sessions();
    if sessions < FEWEST_SESSIONS {
        return Err(TrainError::TooLittle { sessions, least: FEWEST_SESSIONS });
    }
    let cut = first_held_out(log);
    let (older, all) = (corpus_of(log, 0..cut), corpus_of(log, 0..sessions));
    let attributes = attributes::attributes(&older, &log.item_ids, catalogue, options.floor);
    let tokens = catalogue.and_then(|catalogue| Tokens::new(catalogue, &log.item_ids, &attributes));
    let tokens = tokens.map(|tokens| Arc::new(tokens.with_texts(&log.signals.texts)));
    let run = Run {
        log,
        catalogue,
        held_out: cut..sessions,
        settings,
        seed: options.seed,
        quiet: options.quiet,
        checkpoint: checkpoint(log, catalogue, options),
        device: options.device.device()?,
    };
    let memory_options = run.settings.memory;
    let mut parts = Parts {
        bits: options.bits,
        ids: log.item_ids.clone(),
        tokens: tokens.clone(),
        vectors: Vectors::default(),
        memory: memory::build(&older, &memory_options)?.0,
        memory_options,
        attributes,
        head: plain_head(1.0, 1.0),
        retrieval: Retrieval { state: 1.0, memory: 0.0 },
        feedback: None,
        clusters: None,
    };
    let told_older = older.with_signals(log, 0..cut, tokens.as_deref());
    run.vectors(&mut parts, &told_older)?;
    run.memory(&mut parts, &older)?;
    run.short_list(&mut parts)?;
    let trained = run.head(&mut parts, &older, &[true; FEATURES.len()])?;
    let ablated = options.without.iter().map(|&part| Ok((part, run.ablate(part, &parts, &older, &told_older)?)));
    let ablated = ablated.collect::<Result<Vec<(Ablation, Ablated)>, TrainError>>()?;

    let mut summary = TrainSummary::new(log, options, trained);
    let measuring = run.measuring().sessions(log);
    summary.measure(&parts, log, &measuring)?;

    let told_all = all.with_signals(log, 0..sessions, tokens.as_deref());
    run.final_fit(&mut parts, &told_all)?;
    (parts.memory, summary.pairs) = memory::build(&all, &parts.memory_options)?;
    parts.attributes = attributes::attributes(&all, &log.item_ids, catalogue, options.floor);
    parts.clusters = clusters::of(&*parts.draft()?, options.clusters, options.seed)?;
    summary.clusters.made = parts.clusters.as_ref().map_or(0, Clusters::count);
    let (model, card) = (summary::identity(&parts), summary.card(log));
    let ablated = ablated.into_iter().map(|(part, Ablated { head, retrieval, feedback, vectors })| {
        let mut parts = Parts { head, retrieval, feedback, ..parts.clone() };
        if let Some(vectors) = vectors {
            parts.vectors = vectors;
            run.without_kinds().final_fit(&mut parts, &told_all)?;
        }
        if part.is_in(log) {
            part.remove_from(&mut parts)?;
        }
        Ok((part, parts.pack(model.clone(), card.clone())?))
    });
    let ablated = ablated.collect::<Result<_, TrainError>>()?;
    let artifact = Arc::new(parts.pack(model.clone(), card)?);
    summary.shipped = validation::measure(&artifact, log, &measuring, Ranker::Head)?;
    let report = summary.report(log, &model, run.measuring());
    Ok(Fitted { artifact: Arc::unwrap_or_clone(artifact), report, summary, ablated })
}

/// The first of the sessions that are held out.
fn first_held_out(log: &SessionLog) -> usize {
    let sessions = log.sessions();
    let [latest, earliest] = HELD_OUT.map(|part| sessions - ((sessions as f64 * part) as usize).max(1));
    let steps = |first: usize| log.offsets[sessions] - log.offsets[first] - (sessions - first);
    (earliest..=latest).rev().find(|&first| steps(first) >= ENOUGH_STEPS).unwrap_or(earliest)
}

/// Where the run leaves what it has done: it goes on only with the same log, settings and version.
fn checkpoint(log: &SessionLog, catalogue: Option<&Catalogue>, options: &FitOptions) -> Option<Checkpoint> {
    let out = options.resume_beside.as_ref()?;
    let key = [
        env!("CARGO_PKG_VERSION"),
        options.preset.name(),
        &options.floor.pairs().to_string(),
        &options.bits.to_string(),
        options.device.name(),
        &options.seed.to_string(),
        &log.digest(),
        &catalogue.map_or_else(String::new, summary::catalogue_digest),
    ];
    Some(Checkpoint::beside(out, key.join(" ")))
}

fn corpus_of(log: &SessionLog, sessions: Range<usize>) -> Corpus {
    Corpus::new(log.item_ids.len(), &log.items, &log.kinds, &log.offsets[sessions.start..=sessions.end], HALF_LIFE)
}
