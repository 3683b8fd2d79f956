//! One list under every policy: what is known of items and sessions, the arranging, and the measuring.

use std::collections::BTreeMap;

use reshelf::artifact::Artifact;
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::session::EventKind;

use super::fields::{categories, has_column, table, texts};
use super::slots::Slots;
use super::variety::{Row, Slate};
use crate::data::{CandidateLists, Catalogue, SessionLog};
use crate::policy::{Case, Known, Policy, Table, Told};
use crate::replay::{Replay, Step};

/// How many places of a list are measured at most: those that a shopper sees first.
const PLACES: usize = 10;

/// How policies are compared.
pub(super) struct Setting {
    pub k: usize,
    pub from_step: usize,
    pub seed: u64,
    pub quiet: bool,
}

/// What is known of the world in which policies are compared.
pub(super) struct World<'a> {
    log: &'a SessionLog,
    /// What lists stand on which page, where their file says so.
    slots: Option<&'a Slots<'a>>,
    /// As far as a replay can carry them out.
    pub policies: Vec<Policy>,
    table: Table,
    /// The category of each item of the lists, and of the log.
    categories: (Vec<u32>, Vec<u32>),
    /// The price of each item of the log.
    prices: Vec<Option<f32>>,
    /// The item of the lists that each of the log is.
    listed: Vec<Option<u32>>,
    /// By field: what each item of the log has of it, for the taste of a session.
    tastes: BTreeMap<String, Vec<Option<String>>>,
    /// How many places are measured.
    pub k: usize,
    /// How many places a policy is asked for.
    length: usize,
}

/// What one step measured: a row for the server, for no policy and for each policy.
pub(super) struct Measured {
    /// How many events were seen before.
    pub seen: usize,
    pub rows: Vec<Row>,
    /// The first places of each, as the model numbers items.
    pub shown: Vec<Vec<u32>>,
    /// Of each policy, its rules and whether they were kept.
    pub kept: Vec<Vec<(String, bool)>>,
    /// The price of the target, where one is known.
    pub price: Option<f32>,
}

impl<'a> World<'a> {
    /// What is known, for policies as they were read.
    pub fn new(
        artifact: &Artifact,
        log: &'a SessionLog,
        catalogue: Option<&Catalogue>,
        (lists, slots): (&CandidateLists, Option<&'a Slots<'a>>),
        policies: Vec<Policy>,
        setting: &Setting,
    ) -> Self {
        let known = Known {
            columns: &|name| has_column(catalogue, lists, name),
            pages: if slots.is_some() { &lists.slot_names } else { &[] },
            clock: log.has_clock,
            purchases: log.kinds.contains(&EventKind::Purchase),
            impressions: log.signals.count(EventKind::Impression) > 0,
        };
        let policies: Vec<Policy> = policies.into_iter().map(|policy| policy.for_replay(&known)).collect();
        let price = |text: &Option<String>| text.as_ref()?.parse().ok();
        let prices = texts(catalogue, "price", &log.item_ids);
        let mut tastes = BTreeMap::new();
        for (field, names) in policies.iter().filter_map(Policy::taste) {
            let texts = names.iter().find_map(|name| texts(catalogue, name, &log.item_ids));
            tastes.entry(field.to_owned()).or_insert_with(|| texts.unwrap_or_default());
        }
        World {
            log,
            slots,
            table: table(&policies, catalogue, lists),
            categories: categories(artifact, catalogue, lists, log),
            prices: prices.map_or(Vec::new(), |prices| prices.iter().map(price).collect()),
            listed: (0..log.item_ids.len())
                .map(|item| lists.item_ids.position(&log.item_ids.text(item)).map(|item| item as u32))
                .collect(),
            tastes,
            k: setting.k.min(PLACES),
            length: setting.k.max(PLACES),
            policies,
        }
    }

    /// Arranges and measures the list of one step; `None` where there is none.
    pub fn measure(
        &self,
        replay: &Replay<'_>,
        reranker: &mut Reranker,
        lists: &CandidateLists,
        step: Step,
    ) -> Option<Measured> {
        let offered = replay.offered(reranker, lists, step)?;
        let ranking = reranker.rerank(&offered.handles, &offered.scores, usize::MAX);
        let own: Vec<usize> = ranking.order.iter().map(|&at| at as usize).collect();
        let scores = ranking.scores.to_vec();
        let told = told(reranker);
        let view = self.log.session(step.session);
        let seen = &view.items[..step.seen];
        let (mut orders, mut kept) = (vec![(0..own.len()).collect(), own], Vec::new());
        for policy in &self.policies {
            let taste = policy.taste().map_or_else(BTreeMap::new, |(field, _)| self.taste(field, seen));
            let case = Case {
                table: &self.table,
                items: &offered.items,
                rows: &offered.rows,
                scores: &scores,
                handles: &offered.handles,
                length: self.length,
                page: self.slots.and_then(|slots| slots.name(step.session, step.seen)),
                now: view.times[step.seen] as f64,
                taste: &taste,
                told: &told,
            };
            let laid = policy.arrange(&case, &mut |scores, items, words| reranker.arrange(scores, items, words));
            orders.push(laid.order);
            kept.push(laid.kept);
        }
        let mut needed = vec![false; offered.items.len()];
        orders.iter().flat_map(|order: &Vec<usize>| order.iter().take(self.k)).for_each(|&at| needed[at] = true);
        let vectors = offered.handles.iter().zip(needed).map(|(&handle, needed)| match needed {
            true => vector(reranker, handle),
            false => Vec::new(),
        });
        let target = self.listed[step.target as usize];
        let of_session = seen.iter().map(|&item| self.categories.1[item as usize]).filter(|&category| category > 0);
        let slate = Slate {
            k: self.k,
            target: target.and_then(|target| offered.items.iter().position(|&item| item == target)),
            categories: offered.items.iter().map(|&item| self.categories.0[item as usize]).collect(),
            vectors: vectors.collect(),
            wanted: of_session.collect(),
        };
        let shown = |order: &Vec<usize>| order.iter().take(self.k).map(|&at| offered.handles[at]).collect();
        Some(Measured {
            seen: step.seen,
            rows: orders.iter().map(|order| slate.measure(order)).collect(),
            shown: orders.iter().map(shown).collect(),
            kept,
            price: self.prices.get(step.target as usize).copied().flatten(),
        })
    }

    /// What a session leans to: how many of its events had each value of a field.
    fn taste(&self, field: &str, seen: &[u32]) -> BTreeMap<String, f64> {
        let mut taste = BTreeMap::new();
        let texts = self.tastes.get(field).map_or(&[][..], Vec::as_slice);
        for text in seen.iter().filter_map(|&item| texts.get(item as usize)?.as_ref()) {
            *taste.entry(text.clone()).or_default() += 1.0;
        }
        taste
    }
}

/// What the session holds of purchases and impressions.
fn told(reranker: &Reranker) -> Told {
    let mut told = Told::default();
    for event in reranker.events().iter().map(|logged| logged.event).filter(|event| event.kind == EventKind::Purchase) {
        let bought = told.bought.entry(event.item).or_insert(f64::NEG_INFINITY);
        *bought = bought.max(event.at_ms);
    }
    for event in reranker.log().shown().iter().map(|logged| logged.event) {
        if event.kind == EventKind::Impression {
            *told.shown.entry(event.item).or_default() += 1;
        }
    }
    told
}

/// An item's vector, of length 1; empty where nobody knows it.
fn vector(reranker: &Reranker, handle: u32) -> Vec<f32> {
    let Some(row) = Some(handle).filter(|&handle| handle != NO_ITEM).and_then(|handle| reranker.rows().get(handle))
    else {
        return Vec::new();
    };
    // A model in full precision has no codes.
    if let Some(vector) = row.vector() {
        return vector.to_vec();
    }
    let mut codes = Vec::new();
    row.codes.append_to(&mut codes);
    codes.iter().map(|&code| f32::from(code) * row.scale).collect()
}
