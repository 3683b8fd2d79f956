//! A method, or a part of a model, over every step of a log.

use std::cmp::Reverse;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use reshelf::artifact::{Artifact, Retrieval};

use super::history::History;
use super::methods::{Method, Workspace};
use crate::data::SessionLog;
use crate::measure::{Collector, Outcomes, Setting, item_popularity};
use crate::pool::Pool;
use crate::progress::Progress;
use crate::replay::{RankedStep, Ranker, Replay};

/// Sessions that are ranked before they are measured: bounds memory.
const CHUNK: usize = 1024;

/// How lists are measured.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// How many places of a list are looked at.
    pub k: usize,
    /// Steps with fewer events before them are not measured; at least 1.
    pub from_step: usize,
}

/// Whole lists of a method.
pub struct Lists<'m> {
    method: &'m dyn Method,
    most_popular: Vec<u32>,
    /// By the newest item, of a method that looks at no other: none otherwise.
    by_newest: Vec<OnceLock<Vec<u32>>>,
    k: usize,
}

impl<'m> Lists<'m> {
    /// Of the `k` best items of a history.
    pub fn new(method: &'m dyn Method, history: &History, k: usize) -> Self {
        let mut most_popular: Vec<u32> = (0..history.items() as u32).collect();
        most_popular.sort_by_key(|&item| Reverse(history.counts[item as usize]));
        // Enough to fill a list even if all of its items are among them.
        most_popular.truncate(2 * k);
        let kept = if method.looks_at_newest_alone() { history.items() } else { 0 };
        Lists { method, most_popular, by_newest: vec![OnceLock::new(); kept], k }
    }

    /// What the method has a reason for after these items, best first, filled up by popularity.
    pub fn of(&self, seen: &[u32], workspace: &mut Workspace) -> Vec<u32> {
        match seen.last().and_then(|&newest| self.by_newest.get(newest as usize)) {
            Some(list) => list.get_or_init(|| self.made(seen, workspace)).clone(),
            None => self.made(seen, workspace),
        }
    }

    fn made(&self, seen: &[u32], workspace: &mut Workspace) -> Vec<u32> {
        self.method.score(seen, workspace);
        let mut list = workspace.items.take_best(self.k);
        if list.len() < self.k {
            let missing = self.k - list.len();
            let others = self.most_popular.iter().copied().filter(|item| !list.contains(item));
            let others: Vec<u32> = others.take(missing).collect();
            list.extend(others);
        }
        list
    }
}

/// Ranks every step with a method and measures it. Runs on rayon's current pool.
pub fn outcomes(
    method: &dyn Method,
    history: &History,
    train: &SessionLog,
    test: &SessionLog,
    rule: Rule,
    progress: &Progress,
) -> Outcomes {
    let Rule { k, from_step } = rule;
    let known: Vec<Option<u32>> = (0..test.item_ids.len())
        .map(|item| train.item_ids.position(&test.item_ids.text(item)).map(|known| known as u32))
        .collect();
    let popularity = relative_popularity(&history.counts);
    let lists = Lists::new(method, history, k);
    let mut collector = Collector::new(Setting {
        offsets: &test.offsets,
        items: &test.items,
        kinds: &test.kinds,
        catalogue: history.items(),
        popularity: Some(&popularity),
        k,
        from_step,
    });
    let rank = |workspace: &mut Workspace, &session: &usize| -> Vec<Vec<u32>> {
        let items = test.session(session).items;
        let mut seen = Vec::new();
        let steps = items.iter().take(items.len().saturating_sub(1)).map(|&item| {
            seen.extend(known[item as usize]);
            lists.of(&seen, workspace)
        });
        steps.collect()
    };
    let sessions: Vec<usize> = (0..test.sessions()).collect();
    for chunk in sessions.chunks(CHUNK) {
        let ranked: Vec<Vec<Vec<u32>>> =
            chunk.par_iter().with_min_len(64).map_init(|| Workspace::new(history), rank).collect();
        for (&session, lists) in chunk.iter().zip(ranked) {
            for (before, items) in lists.iter().enumerate() {
                collector.add(RankedStep {
                    session,
                    step: before + 1,
                    target: known[test.session(session).items[before + 1] as usize],
                    items,
                    scores: &[],
                    candidates: history.items(),
                    target_rank: None,
                    server: None,
                    logits: false,
                });
            }
            progress.advance(1);
        }
    }
    collector.finish()
}

/// How often each item was seen, as the artifact says it: `ln(1 + n) / ln(1 + largest n)`.
fn relative_popularity(counts: &[u32]) -> Vec<f32> {
    let most = f64::from(counts.iter().copied().max().unwrap_or(0)).ln_1p();
    counts.iter().map(|&count| if most > 0.0 { (f64::from(count).ln_1p() / most) as f32 } else { 0.0 }).collect()
}

/// A model, or a part of it.
pub struct Subject {
    /// A stable name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Whether it is the whole model.
    pub whole: bool,
    artifact: Arc<Artifact>,
    ranker: Ranker,
}

impl Subject {
    /// The parts of a model, the whole one last.
    pub fn parts(artifact: &Arc<Artifact>) -> Vec<Subject> {
        let with = |retrieval: Retrieval| Arc::new(Artifact { retrieval, ..Artifact::clone(artifact) });
        let part = |name, about, artifact| Subject { name, about, whole: false, artifact, ranker: Ranker::ShortList };
        vec![
            part("memory", "the model's co-visitation alone", with(Retrieval { state: 0.0, memory: 1.0 })),
            part("state", "the model's vectors alone", with(Retrieval { state: 1.0, memory: 0.0 })),
            part("sum", "both, added up with one weight: the short list's order", artifact.clone()),
            Subject {
                name: "model",
                about: "the whole model",
                whole: true,
                artifact: artifact.clone(),
                ranker: Ranker::Head,
            },
        ]
    }
}

/// Replays the sessions through a model or a part of it and measures every list.
pub fn part_outcomes(part: &Subject, test: &SessionLog, rule: Rule, pool: &Pool, progress: &Progress) -> Outcomes {
    let Rule { k, from_step } = rule;
    let popularity = item_popularity(&part.artifact);
    let mut collector = Collector::new(Setting {
        offsets: &test.offsets,
        items: &test.items,
        kinds: &test.kinds,
        catalogue: part.artifact.items.len(),
        popularity: Some(&popularity),
        k,
        from_step,
    });
    let replay =
        Replay { artifact: &part.artifact, log: test, catalogue: None, candidates: None, ranker: part.ranker, k };
    let measured: Result<(), Infallible> = replay.run(pool, progress, &mut |step| {
        collector.add(step);
        Ok(())
    });
    let Ok(()) = measured;
    collector.finish()
}
