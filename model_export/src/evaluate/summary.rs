//! The result of an evaluation, as scripts read it (`--json`). Described in docs/evaluation.md; a field keeps its name
//! and meaning as long as `format` stays the same.

use serde::Serialize;

use super::attention::Attention;
use super::calibration::Calibration;
use super::checks::Checks;
use super::compare::{Comparison, cuts_within};
use super::fairness::Fairness;
use super::policies::PolicyComparison;
use super::slices::{SliceGroup, slices};
use crate::measure::{
    AtCut, CONFIDENCE, Estimate, Lift, Order, Outcome, Outcomes, Quantity, RESAMPLES, Tally, TargetPopularity,
};

/// The version of the JSON form.
pub const FORMAT: u32 = 1;

/// What was evaluated on what.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Subject {
    /// The artifact's path as given.
    pub model: String,
    /// The identity of the training run.
    pub model_id: String,
    /// Size of the artifact in bytes.
    pub model_bytes: u64,
    /// The path of the sessions as given.
    pub sessions: String,
    /// The column whose values are sessions, where it is not the usual one.
    pub session_column: Option<String>,
    /// The column that names the split, if one was chosen.
    pub split_column: Option<String>,
    /// The split that was read, several separated by commas; all rows when absent.
    pub split: Option<String>,
    /// The newest part of the sessions that is the split `test`, where the log was split by time.
    pub newest_test: Option<f64>,
    /// The path of the candidate lists, if they were given.
    pub candidates: Option<String>,
    /// The catalogue of which unknown items were composed, where one was given.
    pub items: Option<String>,
    /// The length of the lists that were drawn in place of a server's.
    pub server_lists: Option<usize>,
    /// Steps with fewer events before them were not measured.
    pub from_step: usize,
}

/// Which lists were ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Every item that the model knows, at every step.
    Catalogue,
    /// The server's candidates, given or drawn.
    Candidates,
}

/// How much was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sessions with at least one step.
    pub sessions: usize,
    /// Steps measured.
    pub steps: usize,
    /// Steps of the log for which no candidate list came; they are not measured.
    pub steps_without_list: usize,
    /// Steps whose target the model does not know.
    pub unknown_targets: usize,
    /// Items that the model knows.
    pub catalogue: usize,
}

/// The measures of one order of the lists at k, means over all steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // each is the function of that name in crate::metrics
pub struct ListMeasures {
    pub recall: Estimate,
    pub precision: Estimate,
    pub f1: Estimate,
    pub hit_rate: Estimate,
    pub mrr: Estimate,
    pub ndcg: Estimate,
    pub map: Estimate,
    /// Over the steps where it is defined; absent when there is none.
    pub auc: Option<Estimate>,
    /// A property of all lists together: without an interval.
    pub coverage: Estimate,
    /// In parts of the logarithm of the most popular item's count, -1..=1; absent when popularities are not known.
    pub popularity_bias: Option<Estimate>,
}

impl ListMeasures {
    /// Those that parts of the steps are measured by too.
    pub(super) fn at_cut(&self) -> AtCut<Estimate> {
        AtCut { recall: self.recall, mrr: self.mrr, ndcg: self.ndcg }
    }
}

/// What the model's order gains over the server's at k.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Lifts {
    pub recall: Lift,
    pub mrr: Lift,
    pub ndcg: Lift,
    pub auc: Option<Lift>,
}

/// The measures at one cut.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// The number of places looked at.
    pub k: usize,
    /// The model's order.
    pub model: AtCut<Estimate>,
    /// The server's order, where candidates were given.
    pub server: Option<AtCut<Estimate>>,
    /// Model over server.
    pub lift: Option<AtCut<Lift>>,
}

/// The result of an evaluation. Displayed, it is a table for the terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// [`FORMAT`].
    pub format: u32,
    /// What was evaluated on what.
    pub subject: Subject,
    /// Which lists were ranked.
    pub protocol: Protocol,
    /// How many places of a list `metrics`, `server`, `lift` and `slices` look at.
    pub k: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// How often sessions were drawn anew.
    pub resamples: usize,
    /// The part of resampled values within an interval.
    pub confidence: f64,
    /// How much was measured.
    pub counts: Counts,
    /// The model's order at k.
    pub metrics: ListMeasures,
    /// The server's order at k, where candidates were given.
    pub server: Option<ListMeasures>,
    /// Model over server.
    pub lift: Option<Lifts>,
    /// The same at fewer places, ascending; the last is k.
    pub cuts: Vec<Cut>,
    /// The same over parts of the steps.
    pub slices: Vec<SliceGroup>,
    /// Whether the head's scores mean what they say; absent where the head ordered nothing.
    pub calibration: Option<Calibration>,
    /// What each part of the model has to say; absent where the head ordered nothing.
    pub attention: Option<Attention>,
    /// Signs that the measurement is not what it seems.
    pub checks: Checks,
    /// Other models on the same steps.
    pub comparisons: Vec<Comparison>,
    /// The same lists under policies, where any were given.
    pub policies: Option<PolicyComparison>,
    /// Who is shown, by each field that was asked for.
    pub fairness: Vec<Fairness>,
}

impl Evaluation {
    /// Turns measured steps into means with intervals. `None` when nothing was measured. What more than the steps tells
    /// (attention, checks, comparisons) is left empty.
    pub fn new(subject: Subject, outcomes: &Outcomes, seed: u64) -> Option<Self> {
        let cuts = cuts_within(outcomes.k);
        let tally = Tally::new(outcomes.steps.iter(), &cuts, seed);
        let last = cuts.len() - 1;
        let measures = |order, coverage: Option<f64>| list_measures(&tally, outcomes, order, last, coverage?);
        let lift = |quantity| tally.lift(quantity, last);
        let at = |(index, &k): (usize, &usize)| {
            Some(Cut {
                k,
                model: AtCut::of(|quantity| tally.mean(Order::Model, quantity, index))?,
                server: AtCut::of(|quantity| tally.mean(Order::Server, quantity, index)),
                lift: AtCut::of(|quantity| tally.lift(quantity, index)),
            })
        };
        let unknown = |step: &&Outcome| step.target == TargetPopularity::Unknown;
        let metrics = measures(Order::Model, Some(outcomes.coverage))?;
        let slices = slices(outcomes, &metrics.at_cut(), seed);
        Some(Self {
            format: FORMAT,
            subject,
            protocol: if tally.has_server() { Protocol::Candidates } else { Protocol::Catalogue },
            k: outcomes.k,
            seed,
            resamples: RESAMPLES,
            confidence: CONFIDENCE,
            counts: Counts {
                sessions: tally.sessions(),
                steps: tally.steps(),
                steps_without_list: outcomes.steps_without_list,
                unknown_targets: outcomes.steps.iter().filter(unknown).count(),
                catalogue: outcomes.catalogue,
            },
            metrics,
            server: measures(Order::Server, outcomes.server_coverage),
            lift: AtCut::of(lift).map(|AtCut { recall, mrr, ndcg }| Lifts {
                recall,
                mrr,
                ndcg,
                auc: lift(Quantity::Auc),
            }),
            cuts: cuts.iter().enumerate().filter_map(at).collect(),
            slices,
            calibration: Calibration::new(&outcomes.steps, seed),
            attention: None,
            checks: Checks::default(),
            comparisons: Vec::new(),
            policies: None,
            fairness: Vec::new(),
        })
    }
}

/// With one target per step, precision, F1, hit rate and MAP follow from recall and MRR: a hit is worth 1 / k and
/// 2 / (k + 1), and average precision is the reciprocal rank. `None` when there is no step in that order.
fn list_measures(tally: &Tally, outcomes: &Outcomes, order: Order, last: usize, coverage: f64) -> Option<ListMeasures> {
    let k = outcomes.k as f64;
    let recall = tally.mean(order, Quantity::Recall, last)?;
    let mrr = tally.mean(order, Quantity::Mrr, last)?;
    Some(ListMeasures {
        recall,
        precision: recall.times(1.0 / k),
        f1: recall.times(2.0 / (k + 1.0)),
        hit_rate: recall,
        mrr,
        ndcg: tally.mean(order, Quantity::Ndcg, last)?,
        map: mrr,
        auc: tally.mean(order, Quantity::Auc, last),
        coverage: Estimate::exact(coverage),
        popularity_bias: tally.mean(order, Quantity::PopularityBias, last).filter(|_| outcomes.popularity_known),
    })
}
