//! What a training run tells about itself: on the terminal, in the artifact's card, and in the report beside the artifact.

use core::fmt;

use reshelf::artifact::EventKind;
use serde::Serialize;
use serde_json::{Map, Value, json};
use twox_hash::XxHash64;

use super::event_weights::EventWeights;
use super::memory::MemoryOptions;
use super::memory_search;
use super::pack::Parts;
use super::slices::{self, Slice};
use super::validation::{measure, ranks};
use super::{FitOptions, Floor, PairCounts, TrainError};
use crate::data::{Catalogue, HiddenItems, SessionLog, is_signal};
use crate::metrics::Quality;
use crate::quantization::Bits;
use crate::replay::{HeldOut, Ranker};

/// What came out of a training run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainSummary {
    /// Sessions trained on.
    pub sessions: usize,
    /// Events trained on.
    pub events: usize,
    /// Items in the vocabulary.
    pub items: usize,
    /// Items of the log that nothing was learned of, since they were to be hidden.
    pub hidden_items: usize,
    #[serde(skip)]
    pub(super) hidden: Option<HiddenItems>,
    /// Whether the head was trained, or is the plain sum for want of data.
    pub head_trained: bool,
    /// The short list in its own order, on held-out sessions.
    pub short_list: Quality,
    /// The whole model on the same sessions.
    pub whole: Quality,
    /// The whole model in full precision, on the same sessions: what quantization costs.
    pub exact: Quality,
    /// The model that is shipped on the same sessions, which its last fit has read: for `verify`, and no measure of quality.
    #[serde(skip)]
    pub(super) shipped: Quality,
    /// The whole model on parts of those steps.
    pub slices: Vec<Slice>,
    /// Pairs of items in the log, and what the floor made of them.
    pub pairs: PairCounts,
    /// What events weigh by kind and dwell.
    #[serde(skip)]
    pub(super) weights: EventWeights,
    /// The memory's constants.
    #[serde(skip)]
    pub(super) memory: MemoryOptions,
    /// Clusters of the items.
    pub clusters: ClustersMade,
    #[serde(skip)]
    pub(super) floor: Floor,
    pub(super) preset: &'static str,
    pub(super) seed: u64,
    /// Bytes of the artifact.
    pub bytes: usize,
}

/// How many clusters of items a model was to have, and has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClustersMade {
    /// Asked for; 0 where none were.
    pub asked: usize,
    /// In the artifact.
    pub made: usize,
}

impl fmt::Display for ClustersMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ClustersMade { asked, made } = *self;
        match made {
            _ if made == asked => Ok(()),
            0 => writeln!(f, "no clusters of {asked} asked for: too few items with different vectors"),
            _ => writeln!(f, "{made} clusters of {asked} asked for: too few items with different vectors"),
        }
    }
}

impl TrainSummary {
    pub(super) fn new(log: &SessionLog, options: &FitOptions, head_trained: bool) -> Self {
        TrainSummary {
            sessions: log.sessions(),
            events: log.events(),
            items: log.item_ids.len(),
            hidden_items: log.report.hidden_items.map_or(0, |(_, items)| items),
            hidden: log.report.hidden_items.map(|(hidden, _)| hidden),
            head_trained,
            short_list: Quality::default(),
            whole: Quality::default(),
            exact: Quality::default(),
            shipped: Quality::default(),
            slices: Vec::new(),
            pairs: PairCounts::default(),
            weights: EventWeights::start(),
            memory: MemoryOptions::default(),
            clusters: ClustersMade { asked: options.clusters.get(), made: 0 },
            floor: options.floor,
            preset: options.preset.name(),
            seed: options.seed,
            bytes: 0,
        }
    }

    /// Measures the parts, before the final fit, on sessions that nothing was chosen on.
    pub(super) fn measure(&mut self, parts: &Parts, log: &SessionLog, sessions: &[usize]) -> Result<(), TrainError> {
        let artifact = parts.draft()?;
        let exact = Parts { bits: Bits::ThirtyTwo, ..parts.clone() }.draft()?;
        self.weights = parts.vectors.events.clone();
        self.memory = parts.memory_options;
        self.short_list = measure(&artifact, log, sessions, Ranker::ShortList)?;
        self.exact = measure(&exact, log, sessions, Ranker::Head)?;
        let ranks = ranks(&artifact, log, sessions, Ranker::Head)?;
        self.whole = Quality::of(ranks.iter().map(|(_, rank)| *rank));
        self.slices = slices::slices(&artifact, log, &ranks);
        Ok(())
    }

    /// The card, which is published with the artifact: what it was made with, and nothing that tells of the shop's business
    /// or its shoppers. A JSON text, the same for the same run.
    pub(super) fn card(&self, log: &SessionLog) -> String {
        Value::Object(self.made_with(log)).to_string()
    }

    /// The report, which stays where the model was made: the card, business totals, measures, and a sample of the sessions
    /// by which `evaluate` finds leaks; `measured` are the sessions behind the measures. A JSON text, the same for the same run. `model` is the identity of the run.
    pub(super) fn report(&self, log: &SessionLog, model: &str, measured: HeldOut) -> String {
        let quality =
            |quality: &Quality| json!({ "steps": quality.steps, "recall@20": quality.recall, "mrr@20": quality.mrr });
        let count = |kind: EventKind| match is_signal(kind) {
            true => log.signals.count(kind),
            false => log.kinds.iter().filter(|&&other| other == kind).count() as u64,
        };
        let kinds = EventKind::ALL.map(|kind| (kind.name(), count(kind)));
        let kinds: Map<String, Value> = kinds
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| (name.to_owned(), count.into()))
            .collect();
        let starts = (0..log.sessions()).map(|session| log.times[log.offsets[session]]);
        let starts = log.has_clock.then(|| json!([starts.clone().min(), starts.max()]));
        let times = log.has_clock.then(|| json!([log.times.iter().min(), log.times.iter().max()]));
        let own = json!({
            "model": model,
            "hidden_items": self.hidden_items,
            "session_sample": log.session_sample(),
            "seed": self.seed,
            "clusters": { "asked": self.clusters.asked, "made": self.clusters.made },
            "sessions": self.sessions,
            "events": self.events,
            "events_by_kind": kinds,
            "times_ms": times,
            "starts_ms": starts,
            "event_weights": self.weights.told(),
            "memory_constants": memory_search::told(&self.memory)
                .map(|(name, value, _)| (name.to_owned(), rounded(value).into()))
                .collect::<Map<String, Value>>(),
            "pairs": {
                "met": self.pairs.met,
                "in_one_session": self.pairs.in_one_session,
                "left_out": self.pairs.left_out,
                "bought": self.pairs.bought,
                "bought_left_out": self.pairs.bought_left_out,
            },
            "held_out": { "first": measured.first, "every": measured.every, "steps": measured.steps },
            "validation": {
                "protocol": "next item after each event of held-out sessions (the newest twentieth to fifth), full catalogue, before the final fit",
                "short_list": quality(&self.short_list),
                "whole": quality(&self.whole),
                "full_precision": quality(&self.exact),
                "shipped": quality(&self.shipped),
                "slices": self.slices.iter().map(|slice| (slice.name.to_owned(), json!({
                    "steps": slice.quality.steps, "recall@20": slice.quality.recall,
                    "mrr@20": slice.quality.mrr, "weak": slice.is_weak(&self.whole),
                }))).collect::<Map<_, _>>(),
            },
        });
        let mut report = self.made_with(log);
        report.extend(own.as_object().cloned().unwrap_or_default());
        format!("{:#}\n", Value::Object(report))
    }

    fn made_with(&self, log: &SessionLog) -> Map<String, Value> {
        let made_with = json!({
            "trained_by": concat!("reshelf ", env!("CARGO_PKG_VERSION")),
            "training_digest": log.digest(),
            "min_sessions": { "pairs": self.floor.pairs(), "bought": self.floor.bought() },
            "preset": self.preset,
            "items": self.items,
            "head_trained": self.head_trained,
        });
        let mut made_with = made_with.as_object().cloned().unwrap_or_default();
        if let Some(hidden) = self.hidden {
            made_with.insert("hide_items".to_owned(), hidden.part().into());
        }
        made_with
    }
}

impl fmt::Display for TrainSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} events in {} sessions over {} items", self.events, self.sessions, self.items)?;
        if let Some(hidden) = self.hidden {
            let items = self.hidden_items;
            writeln!(f, "hidden items: {items}, about {hidden} of all, of which nothing was learned")?;
        }
        writeln!(f, "held-out sessions, short list alone: {}", self.short_list)?;
        writeln!(f, "held-out sessions, whole model:      {}", self.whole)?;
        writeln!(f, "the same in full precision:          {}", self.exact)?;
        for slice in self.slices.iter().filter(|slice| slice.is_weak(&self.whole)) {
            writeln!(f, "weak where {}: {}", slice.name, slice.quality)?;
        }
        write_pairs(f, &self.pairs, self.floor)?;
        if let Some(learned) = self.weights.words() {
            writeln!(f, "{learned}")?;
        }
        let others = memory_search::told(&self.memory).filter(|(.., usual)| !usual);
        let others: Vec<String> = others.map(|(name, value, _)| format!("{name} {value}")).collect();
        if !others.is_empty() {
            writeln!(f, "the memory's constants that this log changed: {}", others.join(", "))?;
        }
        write!(f, "{}", self.clusters)?;
        if !self.head_trained {
            writeln!(f, "too few sessions to train the head: it adds the two main parts")?;
        }
        write!(f, "artifact: {:.2} MB", self.bytes as f64 / 1e6)
    }
}

/// A constant as it was written in the code: few of them have more than two places.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e3).round() / 1e3
}

fn write_pairs(f: &mut fmt::Formatter<'_>, pairs: &PairCounts, floor: Floor) -> fmt::Result {
    let PairCounts { met, in_one_session, left_out, bought, bought_left_out } = *pairs;
    write!(f, "pairs of items: {in_one_session} of {met} rest on one session")?;
    let least = floor.pairs();
    if least > 1 {
        writeln!(f, "; {left_out} of fewer than {least} sessions are left out")?;
    } else {
        writeln!(f, " and are in the model; --min-sessions 2 leaves them out")?;
    }
    if bought > 0 {
        let least = floor.bought();
        writeln!(
            f,
            "bought after another: {bought_left_out} of {bought} pairs, of fewer than {least} sessions, are left out"
        )?;
    }
    Ok(())
}

/// XXH64 over a catalogue, column by column.
pub(super) fn catalogue_digest(catalogue: &Catalogue) -> String {
    let mut seed = 0;
    let mut mix = |text: &str| seed = XxHash64::oneshot(seed, text.as_bytes());
    for item in 0..catalogue.len() {
        mix(&catalogue.ids.text(item));
        let price = catalogue.prices[item].map(|price| price.to_string());
        for value in [&catalogue.titles[item], &catalogue.categories[item], &catalogue.brands[item], &price] {
            mix(value.as_deref().unwrap_or("\0"));
        }
    }
    format!("{seed:016x}")
}

/// The identity of a training run: rows that travel carry it, so that rows of two runs are never mixed.
pub(super) fn identity(parts: &Parts) -> String {
    let mut seed = 0;
    (0..parts.ids.len()).for_each(|item| seed = XxHash64::oneshot(seed, parts.ids.text(item).as_bytes()));
    let seed = XxHash64::oneshot(seed, bytemuck::cast_slice(&parts.vectors.table));
    format!("{:016x}", XxHash64::oneshot(seed, bytemuck::cast_slice(&parts.head.linear)))
}
