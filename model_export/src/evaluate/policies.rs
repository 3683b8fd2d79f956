//! What-if: the same lists under policies, without training anew, each against the model's own order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::EvaluateError;
use super::slots::Slots;
use super::variety::{SlateChange, SlateMeasures, Sums};
use super::what_if::{Setting, World};
use crate::data::CandidateLists;
use crate::measure::Resamples;
use crate::metrics::Coverage;
use crate::policy::{Policy, Problem};
use crate::pool::Pool;
use crate::progress::Progress;
use crate::replay::Replay;

/// Sessions whose steps are arranged before they are summed up: bounds memory.
const CHUNK: usize = 1024;

/// Lists under policies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyComparison {
    /// How many places of a list all of it looks at.
    pub k: usize,
    /// The server's order.
    pub server: SlateMeasures,
    /// The model's order, under no policy.
    pub none: SlateMeasures,
    /// Each policy, in the order in which they were given.
    pub policies: Vec<PolicyResult>,
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyResult {
    /// The file as given.
    pub file: String,
    /// The policy's own name.
    pub name: Option<String>,
    /// What is wrong with it, or cannot be known in a replay.
    pub problems: Vec<Problem>,
    /// The rules that counted.
    pub rules: Vec<RuleKept>,
    /// The lists under it.
    pub measures: SlateMeasures,
    /// What it changes against no policy, within each draw of sessions.
    pub change: SlateChange,
    /// The same of the lists of each slot that has any; empty where lists have no slots.
    pub slots: Vec<SlotChange>,
}

/// What a policy changes in one slot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SlotChange {
    /// The slot, by the name of its slice.
    pub name: String,
    /// How many steps have a list of it.
    pub steps: usize,
    /// Against no policy, as of all lists.
    pub change: SlateChange,
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleKept {
    /// The rule's id.
    pub id: String,
    /// The lists in which it counted.
    pub lists: usize,
    /// The part of them in which it was kept whole.
    pub kept: f64,
}

/// Reads policies from their files. What is wrong within one is told with it, and no error.
///
/// # Errors
/// A file that cannot be read, or is no JSON.
pub(super) fn read_policies(files: &[PathBuf]) -> Result<Vec<Policy>, EvaluateError> {
    let read = |file: &PathBuf| {
        let unread = |cause: String| EvaluateError::Policy { path: file.clone(), cause };
        let bytes = std::fs::read(file).map_err(|cause| unread(cause.to_string()))?;
        // As a page's `response.json()` takes it.
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let definition = serde_json::from_slice(text).map_err(|cause| unread(format!("it is no JSON: {cause}")))?;
        Ok(Policy::of(&definition))
    };
    files.iter().map(read).collect()
}

/// The names of columns that policies ask for.
pub(super) fn columns_asked(policies: &[Policy]) -> Vec<&str> {
    let names = policies.iter().flat_map(Policy::asked).flat_map(|(_, names)| names);
    let mut names: Vec<&str> = names.map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Arranges every list under every policy, and measures all of them.
pub(super) fn compare(
    replay: &Replay<'_>,
    lists: &CandidateLists,
    slots: Option<&Slots<'_>>,
    policies: Vec<Policy>,
    files: &[PathBuf],
    setting: &Setting,
    pool: &Pool,
) -> Option<PolicyComparison> {
    let world = World::new(replay.artifact, replay.log, replay.catalogue, (lists, slots), policies, setting);
    let orders = 2 + world.policies.len();
    let catalogue = replay.artifact.items.len();
    let mut coverage = vec![Coverage::new(catalogue); orders];
    let mut kept: Vec<BTreeMap<String, (usize, usize)>> = vec![BTreeMap::new(); world.policies.len()];
    let mut sums = Sums::new(orders);
    let mut of_slots = vec![Sums::new(orders); slots.map_or(0, |slots| slots.names.len())];
    let handles = replay.handles();
    let progress = Progress::of(replay.log.sessions() as u64, "arranging", setting.quiet);
    let sessions: Vec<usize> = (0..replay.log.sessions()).collect();
    for chunk in sessions.chunks(CHUNK) {
        let measured = pool.install(|| {
            replay.walk(chunk, &handles, |reranker, step| {
                (step.seen >= setting.from_step).then(|| world.measure(replay, reranker, lists, step)).flatten()
            })
        });
        for (&session, steps) in chunk.iter().zip(measured) {
            sums.begin();
            of_slots.iter_mut().for_each(Sums::begin);
            for step in steps {
                sums.add(&step.rows, step.price);
                if let Some(slots) = slots {
                    of_slots[slots.slice(session, step.seen)].add(&step.rows, step.price);
                }
                step.shown.iter().zip(&mut coverage).for_each(|(shown, coverage)| coverage.add(shown, world.k));
                for (rules, kept) in step.kept.into_iter().zip(&mut kept) {
                    for (id, whole) in rules {
                        let (lists, wholly) = kept.entry(id).or_default();
                        *lists += 1;
                        *wholly += usize::from(whole);
                    }
                }
            }
            progress.advance(1);
        }
    }
    if sums.is_empty() {
        return None;
    }
    let resamples = pool.install(|| sums.resample(setting.seed));
    let of_slots: Vec<(Sums, Resamples)> = pool.install(|| {
        let resampled = |sums: Sums| {
            let resamples = sums.resample(setting.seed);
            (sums, resamples)
        };
        of_slots.into_iter().map(resampled).collect()
    });
    let names = slots.map_or(&[][..], |slots| &slots.names);
    let in_slots = |order: usize| {
        let parts = names.iter().zip(&of_slots).filter(|(_, (sums, _))| !sums.is_empty());
        let part = |(name, (sums, resamples)): (&String, &(Sums, Resamples))| SlotChange {
            name: name.clone(),
            steps: sums.steps(resamples),
            change: sums.change(resamples, order, 1),
        };
        parts.map(part).collect()
    };
    let measures = |order: usize| sums.measures(&resamples, order, coverage[order].share());
    let result = |(at, (policy, file)): (usize, (Policy, &PathBuf))| {
        let rules = policy.rules().map(|id| {
            let (lists, wholly) = kept[at].get(id).copied().unwrap_or_default();
            RuleKept { id: id.to_owned(), lists, kept: wholly as f64 / lists.max(1) as f64 }
        });
        Some(PolicyResult {
            file: display(file),
            rules: rules.collect(),
            measures: measures(2 + at)?,
            change: sums.change(&resamples, 2 + at, 1),
            slots: in_slots(2 + at),
            name: policy.name,
            problems: policy.problems,
        })
    };
    Some(PolicyComparison {
        k: world.k,
        server: measures(0)?,
        none: measures(1)?,
        policies: world.policies.into_iter().zip(files).enumerate().filter_map(result).collect(),
    })
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
