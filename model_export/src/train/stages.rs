//! The stages of a run, one after the other on the same parts: vectors, short list, head, final fit.

use core::ops::Range;

use burn::tensor::Device;
use reshelf::artifact::{Feedback, Head, Retrieval};
use serde::{Deserialize, Serialize};

use super::TrainError;
use super::ablation::Ablation;
use super::checkpoint::Checkpoint;
use super::corpus::Corpus;
use super::feedback::feedback;
use super::head::{self, plain_head};
use super::lists;
use super::memory::{self, MemoryOptions};
use super::memory_search;
use super::pack::Parts;
use super::pairs::Supported;
use super::preset::Settings;
use super::validation::{measure, ranks, sample};
use super::vectors::{Training, VectorTrainer, Vectors};
use crate::data::{Catalogue, SessionLog};
use crate::progress::Progress;
use crate::replay::{HeldOut, Ranker};
use crate::rng::NegativeSampler;

/// Of the held-out sessions, every fifth measures and the others train the head.
const MEASURING: usize = 5;
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
/// Weights of the state beside a memory of weight 1, from which the short list's is chosen.
const STATE_WEIGHTS: [f32; 8] = [0.02, 0.05, 0.1, 0.15, 0.25, 0.4, 0.7, 1.2];

/// What the stages of one run share.
pub(super) struct Run<'a> {
    pub log: &'a SessionLog,
    pub catalogue: Option<&'a Catalogue>,
    /// Sessions of the log that nothing but the final fit learns from.
    pub held_out: Range<usize>,
    pub settings: Settings,
    pub seed: u64,
    pub quiet: bool,
    pub checkpoint: Option<Checkpoint>,
    /// Where vectors are trained.
    pub device: Device,
}

/// Where the training of the vectors stands after a pass.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Passes {
    done: usize,
    /// The pass that last gained something.
    gained: usize,
    best: f64,
    best_vectors: Vectors,
    training: Training,
}

/// What is left without a part.
pub(super) struct Ablated {
    pub head: Head,
    pub retrieval: Retrieval,
    pub feedback: Option<Feedback>,
    /// Where they are others than those of the whole model.
    pub vectors: Option<Vectors>,
}

impl Run<'_> {
    /// Held-out sessions that satisfy a rule on their place, thinned to about `most` steps.
    fn sample(&self, most: usize, rule: impl Fn(usize) -> bool) -> Vec<usize> {
        let chosen: Vec<usize> = self.held_out.clone().filter(|&session| rule(session)).collect();
        sample(self.log, &chosen, most)
    }

    /// Pairs of items that the vectors may learn from.
    fn supported(&self, corpus: &Corpus) -> Supported {
        Supported::of(corpus, self.settings.vectors.window, self.settings.memory.floor)
    }

    /// Held-out sessions that nothing was chosen on: for the summary.
    pub fn measuring(&self) -> HeldOut {
        HeldOut { first: self.held_out.start, every: MEASURING, steps: MEASURED_STEPS }
    }

    /// Trains vectors until the held-out sessions are predicted no better, and keeps the best.
    pub fn vectors(&self, parts: &mut Parts, corpus: &Corpus) -> Result<(), TrainError> {
        let steps = self.sample(VECTOR_STEPS, |_| true);
        let most = self.settings.most_passes;
        let tokens = parts.tokens.clone();
        let tokens = tokens.as_deref();
        let supported = self.supported(corpus);
        // Measured by themselves, whatever was chosen before.
        parts.retrieval = Retrieval { state: 1.0, memory: 0.0 };
        let progress = Progress::of(1_000 * most as u64, "training vectors", self.quiet);
        let saved = self.checkpoint.as_ref().and_then(Checkpoint::load::<Passes>);
        let mut passes = match saved {
            Some(passes) => {
                progress.note(&format!("going on after pass {} of a run that was stopped", passes.done));
                progress.advance(1_000 * passes.done as u64);
                passes
            }
            None => Passes {
                done: 0,
                gained: 0,
                best: f64::NEG_INFINITY,
                best_vectors: Vectors::default(),
                training: Training::start(corpus, tokens, &self.settings.vectors, self.seed),
            },
        };
        while passes.done < most && passes.done < passes.gained + PATIENCE {
            let options = self.settings.vectors;
            let mut trainer = VectorTrainer::new(corpus, &supported, tokens, options, passes.training, &self.device);
            let rate = RATE_DECAY.powi(passes.done as i32);
            let loss = trainer.pass(rate, &mut progress.shares()).ok_or(DIVERGED)?;
            passes.training = trainer.into_training();
            parts.vectors = passes.training.vectors(tokens);
            let quality = measure(&parts.draft()?, self.log, &steps, Ranker::ShortList)?;
            passes.done += 1;
            progress.note(&format!("vectors, pass {}: loss {loss:.4}, {quality}", passes.done));
            let score = quality.recall + quality.mrr;
            if score > passes.best + LEAST_GAIN {
                passes.gained = passes.done;
            }
            if score > passes.best {
                (passes.best, passes.best_vectors) = (score, parts.vectors.clone());
            }
            if let Some(Err(error)) = self.checkpoint.as_ref().map(|checkpoint| checkpoint.save(&passes)) {
                // A disk with room for the artifact need not have room for all that a run goes on from.
                progress.warn(&format!("{error}; training goes on, and if it is stopped, starts before this pass"));
            }
        }
        parts.vectors = passes.best_vectors;
        Ok(())
    }

    /// Chooses the memory's constants by what it finds alone, and makes it anew where they are not as before.
    pub fn memory(&self, parts: &mut Parts, corpus: &Corpus) -> Result<(), TrainError> {
        let steps = self.sample(MEASURED_STEPS, |session| session % MEASURING != 0);
        let progress = Progress::of(1_000, "choosing the memory's constants", self.quiet);
        let mut trial = parts.clone();
        trial.retrieval = Retrieval { state: 0.0, memory: 1.0 };
        let measure = |options: &MemoryOptions| {
            if !options.makes_the_same_as(&trial.memory_options) {
                trial.memory = memory::build(corpus, options)?.0;
            }
            trial.memory_options = *options;
            let ranks = ranks(&trial.draft()?, self.log, &steps, Ranker::ShortList)?;
            Ok(ranks.into_iter().map(|(_, rank)| rank.map_or(0.0, |rank| 1.0 + 1.0 / (1.0 + rank as f64))).collect())
        };
        let chosen = memory_search::choose(parts.memory_options, measure, &mut progress.shares())?;
        if !chosen.makes_the_same_as(&parts.memory_options) {
            parts.memory = memory::build(corpus, &chosen)?.0;
        }
        parts.memory_options = chosen;
        Ok(())
    }

    /// Chooses how much the state weighs beside the memory in the short list: what finds most.
    pub fn short_list(&self, parts: &mut Parts) -> Result<(), TrainError> {
        let steps = self.sample(MEASURED_STEPS, |session| session % MEASURING != 0);
        let mut best = (f64::NEG_INFINITY, parts.retrieval);
        for state in STATE_WEIGHTS {
            parts.retrieval = Retrieval { state, memory: 1.0 };
            let quality = measure(&parts.draft()?, self.log, &steps, Ranker::ShortList)?;
            if quality.recall + quality.mrr > best.0 {
                best = (quality.recall + quality.mrr, parts.retrieval);
            }
        }
        parts.retrieval = best.1;
        Ok(())
    }

    /// Trains the head on the features that are kept; returns whether there was enough to learn from. Without, the head
    /// adds the two main parts.
    pub fn head(&self, parts: &mut Parts, corpus: &Corpus, kept: &[bool]) -> Result<bool, TrainError> {
        let progress = Progress::of(1_000, "training the head", self.quiet);
        let options = &self.settings.vectors;
        let sampler = NegativeSampler::new(&corpus.counts(), options.uniform_share, options.popularity_power);
        let steps = self.sample(self.settings.list_steps, |session| session % MEASURING != 0);
        let lists = lists::collect(&parts.draft()?, self.log, self.catalogue, &steps, &sampler, self.seed)?;
        let head = head::train(&lists, kept, &self.settings.head, self.seed, &mut progress.shares());
        let trained = head.is_some();
        parts.feedback = head.as_ref().and_then(|head| feedback(&lists, head));
        let weights = [parts.retrieval.state, parts.retrieval.memory];
        parts.head = head.unwrap_or_else(|| head::plain_head_for(&lists, kept, weights));
        Ok(trained)
    }

    /// Lets the vectors take in the whole log.
    pub fn final_fit(&self, parts: &mut Parts, all: &Corpus) -> Result<(), TrainError> {
        let progress = Progress::of(1_000 * FINAL_RATES.len() as u64, "taking in the newest sessions", self.quiet);
        let weights = (parts.vectors.recency.clone(), parts.vectors.events.clone());
        let (tokens, options) = (parts.tokens.clone(), self.settings.vectors);
        let tokens = tokens.as_deref();
        let training = Training::resume(parts.vectors.clone(), tokens, &options, self.seed.wrapping_add(1));
        let supported = self.supported(all);
        let mut trainer = VectorTrainer::new(all, &supported, tokens, options, training, &self.device);
        for rate in FINAL_RATES {
            trainer.pass(rate, &mut progress.shares()).ok_or(DIVERGED)?;
        }
        parts.vectors = trainer.into_training().vectors(tokens);
        // The head was trained on features of these weights.
        (parts.vectors.recency, parts.vectors.events) = weights;
        Ok(())
    }

    /// The model without a part: what is left has a head of its own. Without weights of kinds the vectors are trained anew too.
    pub fn ablate(&self, part: Ablation, whole: &Parts, older: &Corpus, told: &Corpus) -> Result<Ablated, TrainError> {
        let mut parts = whole.clone();
        if !part.is_in(self.log) {
            let Parts { head, retrieval, feedback, .. } = parts;
            return Ok(Ablated { head, retrieval, feedback, vectors: None });
        }
        // Nothing of it is in what heads learn from.
        parts.feedback = None;
        if part == Ablation::Kinds {
            let run = self.without_kinds();
            run.vectors(&mut parts, told)?;
            run.short_list(&mut parts)?;
        }
        part.remove_from(&mut parts)?;
        match part {
            Ablation::Head => parts.head = plain_head(parts.retrieval.state, parts.retrieval.memory),
            Ablation::Feedback => {}
            _ => _ = self.head(&mut parts, older, &part.kept())?,
        }
        let Parts { head, retrieval, feedback, vectors, .. } = parts;
        Ok(Ablated { head, retrieval, feedback, vectors: (part == Ablation::Kinds).then_some(vectors) })
    }

    /// The same run with all kinds of events alike. It leaves nothing behind to go on from.
    pub fn without_kinds(&self) -> Run<'_> {
        let mut settings = self.settings;
        settings.vectors.learn_kinds = false;
        Run { settings, checkpoint: None, held_out: self.held_out.clone(), device: self.device.clone(), ..*self }
    }
}

const DIVERGED: TrainError = TrainError::Diverged("the vectors' loss is not finite");
