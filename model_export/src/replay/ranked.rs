//! Whole lists: each step ranked, and handed on in the order of the log.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use reshelf::artifact::Artifact;
use reshelf::catalogue::ItemHandle;
use reshelf::rank::{SHORTLIST, ShortListBy};
use reshelf::reranker::{NO_ITEM, Reranker};

use super::{RankedStep, Ranker, Step, walk};
use crate::data::{CandidateLists, CandidateView, Catalogue, SessionLog};
use crate::pool::Pool;
use crate::progress::Progress;

/// Sessions that are ranked before their steps are handed on: bounds memory.
const CHUNK: usize = 1024;

/// What is to be replayed.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// The model.
    pub artifact: &'a Arc<Artifact>,
    /// The sessions.
    pub log: &'a SessionLog,
    /// What the shop says of its items: those that the model does not know are composed of it.
    pub catalogue: Option<&'a Catalogue>,
    /// Lists to re-rank; without them the whole catalogue is ranked.
    pub candidates: Option<&'a CandidateLists>,
    /// Who orders the catalogue; lists are always ordered by the head.
    pub ranker: Ranker,
    /// How many items of the catalogue are wanted of each step. Lists are ranked whole.
    pub k: usize,
}

/// A ranked step that outlives the reranker's buffers.
struct Ranked {
    step: usize,
    target: Option<u32>,
    items: Vec<u32>,
    scores: Vec<f32>,
    candidates: usize,
    target_rank: Option<usize>,
    server: Option<Vec<u32>>,
    logits: bool,
}

impl Replay<'_> {
    /// Ranks every step after the first event of every session, and hands the steps on in the order of the log. With
    /// candidate lists, only steps that have one.
    ///
    /// # Errors
    /// What `visit` returns.
    pub fn run<E>(
        &self,
        pool: &Pool,
        progress: &Progress,
        visit: &mut dyn FnMut(RankedStep<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let handles = self.handles();
        let sessions: Vec<usize> = (0..self.log.sessions()).collect();
        for chunk in sessions.chunks(CHUNK) {
            let ranked: Vec<Vec<Ranked>> = pool.install(|| {
                self.walk(chunk, &handles, |reranker, step| match self.candidates {
                    None => Some(self.catalogue(reranker, step.seen, handles[step.target as usize])),
                    Some(lists) => self.list(reranker, lists, step),
                })
            });
            for (session, steps) in chunk.iter().zip(ranked) {
                for ranked in steps {
                    visit(RankedStep {
                        session: *session,
                        step: ranked.step,
                        target: ranked.target,
                        items: &ranked.items,
                        scores: &ranked.scores,
                        candidates: ranked.candidates,
                        target_rank: ranked.target_rank,
                        server: ranked.server.as_deref(),
                        logits: ranked.logits,
                    })?;
                }
                progress.advance(1);
            }
        }
        Ok(())
    }

    /// The text of an item's id, as [`RankedStep`] numbers items: past the catalogue, by the step's candidate list.
    pub fn id(&self, session: usize, step: usize, item: u32) -> Cow<'_, str> {
        let catalogue = self.artifact.vocabulary.len();
        match (item as usize).checked_sub(catalogue) {
            None => Cow::Owned(self.artifact.vocabulary.id(item).unwrap_or_default()),
            Some(outside) => {
                let lists = self.candidates.filter(|lists| lists.find(session, step).is_some());
                lists.map_or(Cow::Borrowed(""), |lists| lists.item_ids.text(outside))
            }
        }
    }

    /// The model's handle of each of the log's items, those of signals alone included.
    pub fn handles(&self) -> Vec<Option<ItemHandle>> {
        let items = 0..self.log.items_named() as u32;
        items.map(|item| self.artifact.vocabulary.find(&self.log.item_text(item))).collect()
    }

    /// Walks through sessions and hands every step after the first event to `visit`. Items that the model does not know are
    /// composed of what the shop says of them, or named. `handles` are those of [`Replay::handles`]. Runs on rayon's current
    /// pool.
    pub fn walk<T: Send>(
        &self,
        sessions: &[usize],
        handles: &[Option<ItemHandle>],
        visit: impl Fn(&mut Reranker, Step) -> Option<T> + Sync,
    ) -> Vec<Vec<T>> {
        let handle = |reranker: &mut Reranker, item: u32| {
            handles[item as usize].or_else(|| {
                let id = self.log.item_text(item);
                self.compose(reranker, &id).or_else(|| reranker.name(&id).ok())
            })
        };
        walk(self.artifact, self.log, sessions, handle, visit)
    }

    /// What the head orders at a step: handles, the server's scores, and whether their order is the server's. `None` for a
    /// step without a candidate list.
    pub fn sent(&self, reranker: &mut Reranker, step: Step) -> Option<(Vec<ItemHandle>, Vec<f32>, bool)> {
        match self.candidates {
            None => {
                let list = reranker.short_list(self.k.max(SHORTLIST), ShortListBy::Model);
                Some((list.items().to_vec(), Vec::new(), false))
            }
            Some(lists) => {
                let sent = self.offered(reranker, lists, step)?;
                Some((sent.handles, sent.scores, true))
            }
        }
    }

    /// The list of candidates of a step, in the server's order; `None` for a step without one.
    pub fn offered<'l>(&self, reranker: &mut Reranker, lists: &'l CandidateLists, step: Step) -> Option<Offered<'l>> {
        Some(self.in_order(lists.find(step.session, step.seen)?, lists, reranker))
    }

    fn in_order<'l>(&self, list: CandidateView<'_>, lists: &'l CandidateLists, reranker: &mut Reranker) -> Offered<'l> {
        let mut order: Vec<usize> = (0..list.items.len()).collect();
        order.sort_by(|&a, &b| match (list.scores[a].is_nan(), list.scores[b].is_nan()) {
            (false, false) => list.scores[b].total_cmp(&list.scores[a]),
            (a, b) => a.cmp(&b),
        });
        let mut met = BTreeSet::new();
        order.retain(|&at| met.insert(list.items[at]));
        let items: Vec<u32> = order.iter().map(|&at| list.items[at]).collect();
        let texts: Vec<Cow<'_, str>> = items.iter().map(|&item| lists.item_ids.text(item as usize)).collect();
        let mut handle = |id: &str| reranker.resolve(id).or_else(|| self.compose(reranker, id));
        Offered {
            handles: texts.iter().map(|id| handle(id).unwrap_or(NO_ITEM)).collect(),
            scores: order.iter().map(|&at| list.scores[at]).collect(),
            rows: order.iter().map(|&at| list.first + at).collect(),
            items,
            texts,
        }
    }

    /// The handle of an item that the model does not know but the catalogue describes.
    fn compose(&self, reranker: &mut Reranker, id: &str) -> Option<ItemHandle> {
        reranker.compose(id, &self.catalogue?.describe(id)?).ok()
    }

    fn catalogue(&self, reranker: &mut Reranker, step: usize, target: Option<ItemHandle>) -> Ranked {
        let logits = self.ranker == Ranker::Head && reranker.state().known() > 0;
        let (items, scores): (Vec<u32>, Vec<f32>) = match self.ranker {
            Ranker::ShortList => (reranker.short_list(self.k, ShortListBy::Sum).items().to_vec(), Vec::new()),
            Ranker::Head => reranker.retrieve(self.k).unzip(),
        };
        Ranked {
            step,
            target,
            target_rank: items.iter().position(|item| Some(*item) == target),
            items,
            scores,
            candidates: self.artifact.vocabulary.len(),
            server: None,
            logits,
        }
    }

    fn list(&self, reranker: &mut Reranker, lists: &CandidateLists, step: Step) -> Option<Ranked> {
        let catalogue = self.artifact.vocabulary.len() as u32;
        let sent = self.offered(reranker, lists, step)?;
        // As RankedStep numbers them: unknown items by their place in the lists' own ids.
        let number = |at: usize| {
            let handle = sent.handles[at];
            if handle < catalogue { handle } else { catalogue + sent.items[at] }
        };
        let server: Vec<u32> = (0..sent.items.len()).map(number).collect();
        let logits = reranker.state().known() > 0;
        let ranking = reranker.rerank(&sent.handles, &sent.scores, usize::MAX);
        let items: Vec<u32> = ranking.order.iter().map(|&at| server[at as usize]).collect();
        let scores = ranking.order.iter().map(|&at| ranking.scores[at as usize]).collect();
        let target = self.log.item_ids.text(step.target as usize);
        let place = sent.texts.iter().position(|id| *id == target);
        let target = place.map(|at| server[at]).or_else(|| self.artifact.vocabulary.find(&target));
        Some(Ranked {
            step: step.seen,
            target,
            target_rank: items.iter().position(|item| Some(*item) == target),
            candidates: items.len(),
            items,
            scores,
            server: Some(server),
            logits,
        })
    }
}

/// One list of candidates in the server's order: by its scores where it sent any, else as the file has it; each item once.
#[derive(Clone, Debug)]
pub struct Offered<'a> {
    /// The items, as [`CandidateLists`] numbers them.
    pub items: Vec<u32>,
    /// Their rows in the lists' file.
    pub rows: Vec<usize>,
    /// Their ids.
    pub texts: Vec<Cow<'a, str>>,
    /// Their handles; [`NO_ITEM`] for what nobody knows.
    pub handles: Vec<ItemHandle>,
    /// The server's scores; NaN where there is none.
    pub scores: Vec<f32>,
}
