//! From places to estimates with intervals, as JSON and as a table.

use std::fmt::{self, Display, Formatter};

use indicatif::HumanCount;
use serde::Serialize;

use super::place::Place;
use crate::evaluate::summary::{FORMAT, Subject};
use crate::evaluate::{Checks, EvaluateOptions};
use crate::measure::{AtCut, CONFIDENCE, Clusters, Difference, Estimate, RESAMPLES, Resamples, from_step_in_words};

/// The cut of NDCG, as in the literature; recall and MRR are at k.
const NDCG_CUT: usize = 10;

/// A model, and what a shop can do without one, on items that the model does not know. Displayed, it is a table for the
/// terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewItems {
    /// [`FORMAT`].
    pub format: u32,
    /// What was evaluated on what.
    pub subject: Subject,
    /// How many places of a list recall and MRR look at.
    pub k: usize,
    /// How many NDCG looks at.
    pub ndcg_k: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// How often sessions were drawn anew.
    pub resamples: usize,
    /// The part of resampled values that an interval holds.
    pub confidence: f64,
    /// How much was measured.
    pub counts: Counts,
    /// Signs that the measurement is not what it seems.
    pub checks: Checks,
    /// The model, the methods without one, and the models that it is compared with.
    pub methods: Vec<Method>,
    /// The same on parts of the steps.
    pub slices: Vec<Slice>,
}

/// How much was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Items that were ranked at each step.
    pub new_items: usize,
    /// Sessions with a step.
    pub sessions: usize,
    /// Steps measured.
    pub steps: usize,
    /// Steps whose target is such an item that the session had met: they are measured apart.
    pub steps_met: usize,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Method {
    /// A stable name; of a model that is compared with, its path.
    pub name: String,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Recall and MRR at k, NDCG at `ndcg_k`.
    pub metrics: AtCut<Estimate>,
    /// The model minus this, on the same steps; null for the model itself.
    pub model_gain: Option<AtCut<Difference>>,
    /// The model's recall by this one's; null for the model itself, and where this one finds nothing.
    pub recall_ratio: Option<Estimate>,
}

/// The methods on a part of the steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slice {
    /// A stable name.
    pub name: &'static str,
    /// What the steps have in common.
    pub about: &'static str,
    /// How many.
    pub steps: usize,
    /// The methods; empty where there is no step.
    pub methods: Vec<SliceMethod>,
}

/// One method on a part of the steps.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SliceMethod {
    /// Its name.
    pub name: String,
    /// Recall and MRR at k, NDCG at `ndcg_k`.
    pub metrics: AtCut<Estimate>,
}

/// Where a method puts the target of each step.
pub struct Measured {
    name: String,
    about: &'static str,
    places: Vec<Place>,
}

impl Measured {
    pub fn new(name: &str, about: &'static str, places: Vec<Place>) -> Self {
        Measured { name: name.to_owned(), about, places }
    }
}

/// What is known of a step besides.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub session: usize,
    /// Whether the session has met the target.
    pub met: bool,
    /// Whether it has met its category.
    pub category_met: bool,
}

/// Sums over some of the steps: steps, then recall, MRR and NDCG of each method.
struct Sums {
    sessions: usize,
    drawn: Resamples,
}

impl Sums {
    fn new(marks: &[Mark], wanted: impl Fn(&Mark) -> bool, measured: &[Measured], k: usize, seed: u64) -> Self {
        let mut clusters = Clusters::new(1 + 3 * measured.len());
        let mut session = None;
        for (at, mark) in marks.iter().enumerate().filter(|(_, mark)| wanted(mark)) {
            let row = if session == Some(mark.session) { clusters.last() } else { clusters.push() };
            session = Some(mark.session);
            row[0] += 1.0;
            for (sums, one) in row[1..].chunks_exact_mut(3).zip(measured) {
                let [recall, mrr, _] = one.places[at].measures(k);
                let [_, _, ndcg] = one.places[at].measures(NDCG_CUT.min(k));
                sums.iter_mut().zip([recall, mrr, ndcg]).for_each(|(sum, value)| *sum += value as f32);
            }
        }
        Sums { sessions: clusters.sessions(), drawn: clusters.resample(seed) }
    }

    fn steps(&self) -> usize {
        self.drawn.totals()[0] as usize
    }

    fn metrics(&self, method: usize) -> Option<AtCut<Estimate>> {
        let mean = |which: usize| {
            self.drawn.estimate(|totals| (totals[0] > 0.0).then(|| totals[1 + 3 * method + which] / totals[0]))
        };
        Some(AtCut { recall: mean(0)?, mrr: mean(1)?, ndcg: mean(2)? })
    }

    /// The first method minus another.
    fn gain(&self, method: usize) -> Option<AtCut<Difference>> {
        let minus = |which: usize| {
            let gain = |totals: &[f64]| totals[1 + which] - totals[1 + 3 * method + which];
            self.drawn.difference(|totals| (totals[0] > 0.0).then(|| gain(totals) / totals[0]))
        };
        Some(AtCut { recall: minus(0)?, mrr: minus(1)?, ndcg: minus(2)? })
    }

    /// The recall of the first method by that of another.
    fn ratio(&self, method: usize) -> Option<Estimate> {
        self.drawn.estimate(|totals| {
            let other = totals[1 + 3 * method];
            (other > 0.0).then(|| totals[1] / other)
        })
    }
}

/// Which steps a slice has: its name, what they have in common, and the rule.
type SliceRule = (&'static str, &'static str, fn(&Mark) -> bool);

const SLICES: [SliceRule; 3] = [
    ("category_met", "the session has met the target's category", |mark| !mark.met && mark.category_met),
    ("category_not_met", "it has not", |mark| !mark.met && !mark.category_met),
    ("target_met", "it has met the target itself, which is measured apart", |mark| mark.met),
];

impl NewItems {
    /// The estimates; the first method is the model. `None` where no step is left. Runs on rayon's current pool.
    pub(super) fn new(
        subject: Subject,
        new_items: usize,
        marks: &[Mark],
        measured: &[Measured],
        options: &EvaluateOptions,
    ) -> Option<Self> {
        let (k, seed) = (options.k, options.seed);
        let sums = |wanted: fn(&Mark) -> bool| Sums::new(marks, wanted, measured, k, seed);
        let all = sums(|mark| !mark.met);
        let method = |(at, one): (usize, &Measured)| {
            let other = Some(at).filter(|&at| at > 0);
            Some(Method {
                name: one.name.clone(),
                about: one.about,
                metrics: all.metrics(at)?,
                model_gain: other.and_then(|at| all.gain(at)),
                recall_ratio: other.and_then(|at| all.ratio(at)),
            })
        };
        let slice = |&(name, about, wanted): &SliceRule| {
            let sums = sums(wanted);
            let method = |(at, one): (usize, &Measured)| {
                Some(SliceMethod { name: one.name.clone(), metrics: sums.metrics(at)? })
            };
            let methods = measured.iter().enumerate().filter_map(method).collect();
            Slice { name, about, steps: sums.steps(), methods }
        };
        Some(NewItems {
            format: FORMAT,
            subject,
            k,
            ndcg_k: NDCG_CUT.min(k),
            seed,
            resamples: RESAMPLES,
            confidence: CONFIDENCE,
            counts: Counts {
                new_items,
                sessions: all.sessions,
                steps: all.steps(),
                steps_met: marks.iter().filter(|mark| mark.met).count(),
            },
            checks: Checks::default(),
            methods: measured.iter().enumerate().map(method).collect::<Option<_>>()?,
            slices: SLICES.iter().map(slice).collect(),
        })
    }
}

impl Display for NewItems {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let count = |number: usize| HumanCount(number as u64);
        let counts = &self.counts;
        writeln!(out, "{} on {}", self.subject.model, self.subject.sessions)?;
        writeln!(
            out,
            "{} steps of {} sessions{} turn to one of {} items that the model does not know; all of these are ranked",
            count(counts.steps),
            count(counts.sessions),
            from_step_in_words(self.subject.from_step),
            count(counts.new_items)
        )?;
        for warning in &self.checks.warnings {
            writeln!(out, "warning[{}]: {}", warning.code, warning.message)?;
        }
        let heads = [format!("recall@{}", self.k), format!("MRR@{}", self.k), format!("NDCG@{}", self.ndcg_k)];
        writeln!(out, "\n{:<20} {:<24} {:<24} {:<24} model's recall by it", "", heads[0], heads[1], heads[2])?;
        for Method { name, metrics, recall_ratio, .. } in &self.methods {
            let [recall, mrr, ndcg] = [metrics.recall, metrics.mrr, metrics.ndcg].map(|estimate| estimate.to_string());
            let ratio = recall_ratio.map_or(String::new(), |ratio| ratio.to_string());
            writeln!(out, "{}", format!("{name:<20} {recall:<24} {mrr:<24} {ndcg:<24} {ratio}").trim_end())?;
        }
        for slice in &self.slices {
            writeln!(out, "\n{} ({} steps)", slice.about, count(slice.steps))?;
            for SliceMethod { name, metrics } in &slice.methods {
                let [recall, mrr, ndcg] =
                    [metrics.recall, metrics.mrr, metrics.ndcg].map(|estimate| estimate.to_string());
                writeln!(out, "{}", format!("{name:<20} {recall:<24} {mrr:<24} {ndcg:<24}").trim_end())?;
            }
        }
        writeln!(out)?;
        for method in &self.methods {
            writeln!(out, "{:<20} {}", method.name, method.about)?;
        }
        write!(out, "items that are described alike tie, and count by the mean over all orders of them")
    }
}
