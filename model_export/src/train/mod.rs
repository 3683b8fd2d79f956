//! From a log to an artifact.
//!
//! Its one job: train every part and pack it. It uses `data`, `output`, `progress` and the engine, through which every
//! candidate and every feature that is learned from has gone: what is trained is what is served.
//!
//! The order of things: the newest twentieth of the sessions is held out. Memory and vectors are made from the rest, the
//! vectors until they stop getting better on the held-out part. The head is trained on lists from four fifths of the
//! held-out sessions and measured on the last fifth. At the end memory and vectors take in the held-out part as well.

mod adam;
mod attributes;
mod corpus;
mod error;
mod head;
mod lists;
mod memory;
mod options;
mod pack;

mod replay;
mod summary;
#[cfg(test)]
mod tests;
mod tokens;
mod vectors;

pub use error::TrainError;
pub use options::TrainOptions;
pub use replay::Quality;
pub use summary::TrainSummary;

use core::ops::Range;
use std::io::Write;
use std::sync::Arc;

use reshelf::model::{Artifact, Retrieval};

use crate::data::{
    Catalogue, Cleaning, CleaningRules, DataError, EventOptions, SessionLog, Split, read_events, read_items_with_report,
};
use crate::output::{OutputError, Pending};
use crate::progress::Progress;
use crate::random::NegativeSampler;
use corpus::Corpus;
use head::{HeadOptions, plain_head};
use memory::MemoryOptions;
use pack::Parts;
use replay::{Ranker, measure, sample};
use tokens::Tokens;
use vectors::{VectorOptions, VectorTrainer, Vectors};

/// The part of the sessions, the newest, that is held out.
const HELD_OUT: f64 = 0.05;
/// Of the held-out sessions, every fifth measures and the others train the head.
const MEASURING: usize = 5;
/// Fewer sessions than this are no log.
const FEWEST_SESSIONS: usize = 40;
/// A session's weight halves over this part of the log: chosen on the public logs, where a quarter to one are alike.
const HALF_LIFE: f32 = 0.5;
/// Most passes of the vectors over the log.
const MOST_EPOCHS: usize = 10;
/// Passes without a gain worth the time before the vectors are done.
const PATIENCE: usize = 2;
/// A gain worth the time, in recall plus MRR.
const LEAST_GAIN: f64 = 0.002;
/// What is left of the step size from one pass to the next.
const RATE_DECAY: f32 = 0.85;
/// Passes over the whole log at the end, and their part of the step size: about where the passes before left off.
const FINAL_RATES: [f32; 2] = [0.3, 0.1];
/// Steps on which the vectors are measured after each pass.
const VECTOR_STEPS: usize = 3_000;
/// Steps on which weights of the short list are compared, and those that give the summary.
const MEASURED_STEPS: usize = 4_000;
/// Steps that give the head its lists.
const LIST_STEPS: usize = 24_000;
/// Weights of the state beside a memory of weight 1, from which the short list's is chosen.
const STATE_WEIGHTS: [f32; 8] = [0.02, 0.05, 0.1, 0.15, 0.25, 0.4, 0.7, 1.2];

/// Trains on a log and writes the artifact.
///
/// # Errors
/// Any [`TrainError`]; nothing is left at the out-path then, or what was there before.
pub fn train(options: &TrainOptions) -> Result<TrainSummary, TrainError> {
    // Opened first: a folder that does not exist must not cost a training run.
    let mut out = Pending::create(&options.out)?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let log = read_log(options, &reading)?;
    reading.note(&log.report.to_string());
    let catalogue = options.items.as_deref().map(read_items_with_report).transpose()?.map(|(catalogue, report)| {
        reading.note(&report.to_string());
        catalogue
    });
    drop(reading);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|cause| TrainError::Threads(cause.to_string()))?;
    let (artifact, summary) = pool.install(|| fit(&log, catalogue.as_ref(), options.seed, options.quiet))?;
    let bytes = artifact.to_bytes();
    out.writer().write_all(&bytes).map_err(|cause| OutputError::of(&options.out, &cause))?;
    out.commit()?;
    Ok(TrainSummary { bytes: bytes.len(), ..summary })
}

/// Reads the rows of the wanted split, or all rows where the log has no such column.
fn read_log(options: &TrainOptions, reading: &Progress) -> Result<SessionLog, TrainError> {
    let read = |split: Split| {
        let cleaning = Cleaning::Training(CleaningRules::default());
        read_events(&options.events, &EventOptions { split, cleaning })
    };
    match (read(options.split.clone()), &options.split) {
        (Err(DataError::MissingColumn { column, .. }), Split::Named { column: Some(named), .. })
            if column == *named =>
        {
            reading.note(&format!("no column `{named}`: training on all rows"));
            Ok(read(Split::All)?)
        }
        (read, _) => Ok(read?),
    }
}

/// Trains on a log in memory, on the current thread pool.
///
/// # Errors
/// `train.too_little`, `train.diverged`.
pub fn fit(
    log: &SessionLog,
    catalogue: Option<&Catalogue>,
    seed: u64,
    quiet: bool,
) -> Result<(Artifact, TrainSummary), TrainError> {
    let sessions = log.sessions();
    if sessions < FEWEST_SESSIONS {
        return Err(TrainError::TooLittle { sessions, least: FEWEST_SESSIONS });
    }
    let cut = sessions - ((sessions as f64 * HELD_OUT) as usize).max(1);
    let (older, all) = (corpus_of(log, 0..cut), corpus_of(log, 0..sessions));
    let held_out = cut..sessions;

    let attributes = attributes::attributes(&older, &log.item_ids, catalogue);
    let tokens = catalogue.and_then(|catalogue| Tokens::new(catalogue, &log.item_ids, &attributes));
    let mut parts = Parts {
        ids: log.item_ids.clone(),
        tokens: tokens.map(Arc::new),
        vectors: Vectors::default(),
        memory: memory::build(&older, &MemoryOptions::default())?,
        attributes,
        head: plain_head(1.0, 1.0),
        retrieval: Retrieval { state: 1.0, memory: 0.0 },
    };
    train_vectors(&mut parts, &older, log, held_out.clone(), seed, quiet)?;
    choose_retrieval(&mut parts, log, held_out.clone())?;
    let trained = train_head(&mut parts, &older, log, catalogue, held_out.clone(), seed, quiet)?;

    let measuring = sample_of(log, held_out, MEASURED_STEPS, |at| at % MEASURING == 0);
    let artifact = parts.draft()?;
    let mut summary = TrainSummary::new(log, trained);
    summary.short_list = measure(&artifact, log, &measuring, Ranker::ShortList)?;
    summary.whole = measure(&artifact, log, &measuring, Ranker::Head)?;

    refit(&mut parts, &all, seed, quiet)?;
    parts.memory = memory::build(&all, &MemoryOptions::default())?;
    parts.attributes = attributes::attributes(&all, &log.item_ids, catalogue);
    let model = summary::identity(&parts);
    Ok((parts.pack(model, summary.card(log, seed))?, summary))
}

fn corpus_of(log: &SessionLog, sessions: Range<usize>) -> Corpus {
    Corpus::new(log.item_ids.len(), &log.items, &log.kinds, &log.offsets[sessions.start..=sessions.end], HALF_LIFE)
}

/// Held-out sessions that satisfy a rule on their place, thinned to about `most` steps.
fn sample_of(log: &SessionLog, held_out: Range<usize>, most: usize, rule: impl Fn(usize) -> bool) -> Vec<usize> {
    let chosen: Vec<usize> = held_out.filter(|&session| rule(session)).collect();
    sample(log, &chosen, most)
}

/// Trains vectors until the held-out sessions are predicted no better, and keeps the best.
fn train_vectors(
    parts: &mut Parts,
    corpus: &Corpus,
    log: &SessionLog,
    held_out: Range<usize>,
    seed: u64,
    quiet: bool,
) -> Result<(), TrainError> {
    let steps = sample_of(log, held_out, VECTOR_STEPS, |_| true);
    let tokens = parts.tokens.clone();
    let mut trainer = VectorTrainer::new(corpus, tokens.as_deref(), VectorOptions::default(), seed);
    let progress = Progress::of(1_000 * MOST_EPOCHS as u64, "training vectors", quiet);
    let (mut best, mut gained) = (f64::NEG_INFINITY, 0);
    for epoch in 0..MOST_EPOCHS {
        let mut done = 0;
        let loss = trainer.epoch(RATE_DECAY.powi(epoch as i32), &mut |share| {
            let now = (share * 1_000.0) as u64;
            progress.advance(now - done);
            done = now;
        });
        let loss = loss.ok_or(TrainError::Diverged("the vectors' loss is not finite"))?;
        let vectors = trainer.vectors();
        let candidate = Parts { vectors, ..parts.clone() };
        let quality = measure(&candidate.draft()?, log, &steps, Ranker::ShortList)?;
        progress.note(&format!("vectors, pass {}: loss {loss:.4}, {quality}", epoch + 1));
        let score = quality.recall + quality.mrr;
        if score > best + LEAST_GAIN {
            gained = epoch;
        }
        if score > best {
            best = score;
            *parts = candidate;
        }
        if epoch >= gained + PATIENCE {
            break;
        }
    }
    Ok(())
}

/// Chooses how much the state weighs beside the memory in the short list: what finds most.
fn choose_retrieval(parts: &mut Parts, log: &SessionLog, held_out: Range<usize>) -> Result<(), TrainError> {
    let steps = sample_of(log, held_out, MEASURED_STEPS, |at| at % MEASURING != 0);
    let mut best = (f64::NEG_INFINITY, parts.retrieval);
    for state in STATE_WEIGHTS {
        parts.retrieval = Retrieval { state, memory: 1.0 };
        let quality = measure(&parts.draft()?, log, &steps, Ranker::ShortList)?;
        if quality.recall + quality.mrr > best.0 {
            best = (quality.recall + quality.mrr, parts.retrieval);
        }
    }
    parts.retrieval = best.1;
    Ok(())
}

/// Trains the head; returns whether there was enough to learn from. Without, the head adds the two main parts.
fn train_head(
    parts: &mut Parts,
    corpus: &Corpus,
    log: &SessionLog,
    catalogue: Option<&Catalogue>,
    held_out: Range<usize>,
    seed: u64,
    quiet: bool,
) -> Result<bool, TrainError> {
    let progress = Progress::of(1_000, "training the head", quiet);
    let options = VectorOptions::default();
    let sampler = NegativeSampler::new(&corpus.counts(), options.uniform_share, options.popularity_power);
    let steps = sample_of(log, held_out, LIST_STEPS, |at| at % MEASURING != 0);
    let lists = lists::collect(&parts.draft()?, log, catalogue, &steps, &sampler, seed)?;
    let mut done = 0;
    let head = head::train(&lists, &HeadOptions::default(), seed, &mut |share| {
        let now = (share * 1_000.0) as u64;
        progress.advance(now - done);
        done = now;
    });
    let trained = head.is_some();
    parts.head = head.unwrap_or_else(|| plain_head(parts.retrieval.state, 1.0));
    Ok(trained)
}

/// Lets the vectors take in the whole log.
fn refit(parts: &mut Parts, all: &Corpus, seed: u64, quiet: bool) -> Result<(), TrainError> {
    let progress = Progress::of(1_000 * FINAL_RATES.len() as u64, "taking in the newest sessions", quiet);
    let weights = (parts.vectors.recency.clone(), parts.vectors.kinds.clone());
    let (tokens, options) = (parts.tokens.clone(), VectorOptions::default());
    let vectors = core::mem::take(&mut parts.vectors);
    let mut trainer = VectorTrainer::resume(all, tokens.as_deref(), vectors, options, seed.wrapping_add(1));
    for rate in FINAL_RATES {
        let mut done = 0;
        let loss = trainer.epoch(rate, &mut |share| {
            let now = (share * 1_000.0) as u64;
            progress.advance(now - done);
            done = now;
        });
        loss.ok_or(TrainError::Diverged("the vectors' loss is not finite"))?;
    }
    parts.vectors = trainer.vectors();
    // The head was trained on features of these weights.
    (parts.vectors.recency, parts.vectors.kinds) = weights;
    Ok(())
}
