//! The result, as scripts read it (`--json`) and as a table.

use std::fmt::{self, Display, Formatter};

use indicatif::HumanCount;
use reshelf::artifact::Artifact;
use serde::Serialize;

use super::{BaselinesOptions, Found, Tuned};
use crate::data::SessionLog;
use crate::files::{hidden_in_words, hidden_part};
use crate::measure::{
    AtCut, Difference, Estimate, Order, Outcomes, Quantity, Tally, TargetPopularity, from_step_in_words,
};

/// The version of the JSON form.
pub const FORMAT: u32 = 1;

/// The cut of NDCG, as in the literature; recall and MRR are at k.
const NDCG_CUT: usize = 10;

/// Simple methods, and a model's parts, on the same steps. Displayed, it is a table for the terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baselines {
    /// [`FORMAT`].
    pub format: u32,
    /// The log's path as given.
    pub events: String,
    /// The artifact's path as given.
    pub model: Option<String>,
    /// The identity of its training run.
    pub model_id: Option<String>,
    /// The part of the items that training hid from it, if it did: simple methods know these.
    pub hide_items: Option<f64>,
    /// How many places of a list recall and MRR look at.
    pub k: usize,
    /// How many NDCG looks at.
    pub ndcg_k: usize,
    /// Steps with fewer events before them were not measured.
    pub from_step: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// How much was fitted and measured.
    pub counts: Counts,
    /// The methods, and the model's parts after them, the whole last.
    pub methods: Vec<Measured>,
}

/// How much was fitted and measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sessions fitted on.
    pub train_sessions: usize,
    /// Items in them: the catalogue of the simple methods.
    pub catalogue: usize,
    /// Sessions measured on.
    pub sessions: usize,
    /// Steps measured.
    pub steps: usize,
    /// Steps whose target is in no session fitted on.
    pub unknown_targets: usize,
}

impl Counts {
    pub(super) fn new(train: &SessionLog, test: &SessionLog, outcomes: Option<&Outcomes>) -> Self {
        let steps = outcomes.map_or(&[][..], |outcomes| &outcomes.steps);
        Counts {
            train_sessions: train.sessions(),
            catalogue: train.item_ids.len(),
            sessions: test.sessions(),
            steps: steps.len(),
            unknown_targets: steps.iter().filter(|step| step.target == TargetPopularity::Unknown).count(),
        }
    }
}

/// One method or part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// A stable name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Recall and MRR at k, NDCG at `ndcg_k`.
    pub metrics: AtCut<Estimate>,
    /// The whole model minus this, on the same steps; absent without a model, and for the model itself.
    pub model_gain: Option<AtCut<Difference>>,
    /// What was chosen for it on the newest of the sessions fitted on; absent where nothing is.
    pub tuned: Option<Tuned>,
    /// How long all lists took, in seconds.
    pub seconds: f64,
}

impl Measured {
    /// All rows; `whole` is the place of the whole model. `None` where nothing was measured.
    pub(super) fn all(found: &[Found], whole: Option<usize>, options: &BaselinesOptions) -> Option<Vec<Measured>> {
        let cuts = [NDCG_CUT.min(options.k), options.k];
        let cut = |quantity| if quantity == Quantity::Ndcg { 0 } else { 1 };
        let row = |(at, one): (usize, &Found)| {
            let Found { name, about, outcomes, tuned, seconds } = one;
            let tally = Tally::new(outcomes.steps.iter(), &cuts, options.seed);
            let whole = whole.filter(|&whole| whole != at).and_then(|whole| found.get(whole));
            let pair = whole.map(|whole| whole.outcomes.beside(outcomes));
            let pair = pair.map(|pair| Tally::new(pair.iter(), &cuts, options.seed));
            Some(Measured {
                name,
                about,
                metrics: AtCut::of(|quantity| tally.mean(Order::Model, quantity, cut(quantity)))?,
                model_gain: pair.and_then(|pair| AtCut::of(|quantity| pair.difference(quantity, cut(quantity)))),
                tuned: tuned.clone(),
                seconds: *seconds,
            })
        };
        found.iter().enumerate().map(row).collect()
    }
}

impl Baselines {
    pub(super) fn new(
        options: &BaselinesOptions,
        artifact: Option<&Artifact>,
        counts: Counts,
        methods: Vec<Measured>,
    ) -> Self {
        Baselines {
            format: FORMAT,
            events: options.events.display().to_string(),
            model: options.model.as_ref().map(|path| path.display().to_string()),
            model_id: artifact.map(|artifact| artifact.model.clone()),
            hide_items: artifact.and_then(|artifact| hidden_part(&artifact.card)),
            k: options.k,
            ndcg_k: NDCG_CUT.min(options.k),
            from_step: options.from_step,
            seed: options.seed,
            counts,
            methods,
        }
    }
}

impl Display for Baselines {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let count = |number: usize| HumanCount(number as u64);
        let counts = &self.counts;
        writeln!(out, "fitted on {} sessions, {} items", count(counts.train_sessions), count(counts.catalogue))?;
        writeln!(
            out,
            "{} steps of {} sessions{}, whole catalogue ranked; {} targets were never seen",
            count(counts.steps),
            count(counts.sessions),
            from_step_in_words(self.from_step),
            count(counts.unknown_targets)
        )?;
        if let Some(part) = self.hide_items {
            writeln!(out, "note: {}; the simple methods are fitted on them", hidden_in_words(part))?;
        }
        writeln!(out)?;
        let heads = [format!("recall@{}", self.k), format!("MRR@{}", self.k), format!("NDCG@{}", self.ndcg_k)];
        writeln!(out, "{:<14} {:<24} {:<24} {:<24} {:>8}", "", heads[0], heads[1], heads[2], "seconds")?;
        for row in &self.methods {
            let cells = [row.metrics.recall, row.metrics.mrr, row.metrics.ndcg].map(|estimate| estimate.to_string());
            let [recall, mrr, ndcg] = &cells;
            writeln!(out, "{:<14} {recall:<24} {mrr:<24} {ndcg:<24} {:>8.1}", row.name, row.seconds)?;
        }
        if self.methods.iter().any(|row| row.model_gain.is_some()) {
            writeln!(out, "\nthe model minus each, on the same steps")?;
            for row in &self.methods {
                let Some(gain) = &row.model_gain else { continue };
                let cells = [gain.recall, gain.mrr, gain.ndcg].map(|difference| difference.to_string());
                let [recall, mrr, ndcg] = &cells;
                writeln!(out, "{}", format!("{:<14} {recall:<24} {mrr:<24} {ndcg:<24}", row.name).trim_end())?;
            }
        }
        writeln!(out)?;
        for row in &self.methods {
            writeln!(out, "{:<14} {}", row.name, row.about)?;
            if let Some(tuned) = &row.tuned {
                writeln!(out, "{:<14} {tuned}", "")?;
            }
        }
        Ok(())
    }
}
