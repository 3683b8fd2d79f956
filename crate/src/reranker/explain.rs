//! Why a candidate scores what it does: the parts that its score is the sum of, and lists as they would be without some events.
//!
//! The players of the game are what the session is made of. Each of the newest events that count in the state is one, together with the
//! dwells that count with it; so is each subject that was muted, with all that was said of it. Everything else that the log holds is one
//! more ([`REST`]), and what lists showed another ([`SHOWN`]). A subset is worth what the head makes of the candidate, in the same list,
//! in a session of these events alone. What the learner adds and what the server's order takes is told apart from it, since both come
//! after the head.

use super::{Outcome, Ranking, Reranker};
use crate::catalogue::ItemHandle;
use crate::rank::{FeatureMatrix, Lists, OF_POPULARITY, OF_SERVER, WAYS};
use crate::session::{Event, EventId, EventKind, HORIZON, Logged};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;
use reshelf_explain::{MOST_EXACT, Shares, exact, sampled};

/// The name of the player that has all events which are none of their own: older ones, those with items that the model does not know.
/// No event has it.
pub const REST: EventId = 0;
/// The name of the player that has impressions and skips. No event has it.
pub const SHOWN: EventId = 1 << 52;

/// Numbers of a place before those of its players: [`Explanation`] says which.
const FIXED: usize = 7 + WAYS.len();

/// How much work an explanation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Up to so many players every subset is asked for, 14 players at most; above, some orders.
    pub exact: usize,
    /// How many pairs of orders then.
    pub pairs: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { exact: 8, pairs: 16 }
    }
}

/// Why the asked places of a list score what they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanations {
    /// There is nothing to explain where the list kept the server's order.
    pub outcome: Outcome,
    /// The players, newest event first: the name of the view of a dwell, of the newest word on what is muted, [`REST`] or [`SHOWN`].
    pub players: Vec<EventId>,
    /// How often a session was folded and the list scored.
    pub asked: usize,
    /// [`Explanation`]s as numbers, in the order in which the places were asked for.
    pub numbers: Vec<f64>,
}

impl Explanations {
    /// The explanation of each place.
    pub fn places(&self) -> impl Iterator<Item = Explanation<'_>> {
        self.numbers.chunks_exact(FIXED + self.players.len()).map(Explanation)
    }
}

/// The parts of a candidate's score, in scores' own unit. `base`, `server`, `popularity`, the values of all players, `learned` and `order`
/// add up to `score`; so they do with `ways` in place of the players.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explanation<'a>(&'a [f64]);

impl Explanation<'_> {
    /// The score that [`Reranker::rerank`] gives.
    pub fn score(&self) -> f64 {
        self.0[0]
    }

    /// What the head gives without a session, a server and popularity.
    pub fn base(&self) -> f64 {
        self.0[1]
    }

    /// What the server's rank and score add without a session.
    pub fn server(&self) -> f64 {
        self.0[2]
    }

    /// What popularity adds without a session.
    pub fn popularity(&self) -> f64 {
        self.0[3]
    }

    /// What the shopper's own clicks in lists have taught.
    pub fn learned(&self) -> f64 {
        self.0[4]
    }

    /// What is taken so that the server's order stands among candidates that nothing else tells apart: 0 or less.
    pub fn order(&self) -> f64 {
        self.0[5]
    }

    /// How far off a player's value may be: 0 where it is exact.
    pub fn bound(&self) -> f64 {
        self.0[6]
    }

    /// What the session adds by each of [`WAYS`].
    pub fn ways(&self) -> &[f64] {
        &self.0[7..FIXED]
    }

    /// What each of [`Explanations::players`] adds.
    pub fn players(&self) -> &[f64] {
        &self.0[FIXED..]
    }
}

impl Reranker {
    /// Explains the scores of these places of a list, which [`Reranker::rerank`] takes in the same way. A place that the list does not
    /// have gets zeros.
    #[inline(never)]
    pub fn explain(
        &mut self,
        items: &[ItemHandle],
        server_scores: &[f32],
        wanted: &[u32],
        effort: Effort,
    ) -> Explanations {
        let mut explained =
            Explanations { outcome: Outcome::EmptySession, players: Vec::new(), asked: 0, numbers: Vec::new() };
        if self.state().known() == 0 {
            return explained;
        }
        let lists = Lists { items, lengths: &[items.len() as u32], server_scores, server_order: true };
        // As `score`, step by step.
        self.features.compute(&self.head, &self.state, &self.rows, self.kernel, &lists);
        let full = self.features.clone();
        let mut steps = [const { Vec::new() }; 3];
        self.ask_head();
        self.pick(wanted, &mut steps[0]);
        self.add_learned();
        self.pick(wanted, &mut steps[1]);
        explained.outcome = self.keep_order(&lists);
        self.pick(wanted, &mut steps[2]);
        if explained.outcome != Outcome::Reranked {
            return explained;
        }
        let (players, of) = self.players();
        let events = self.events_of(&players, &of, &lists, wanted, effort);
        self.fold_subset(&of, &vec![false; players.len()]);
        self.features.compute(&self.head, &self.past, &self.rows, self.kernel, &lists);
        let none = self.features.clone();
        let ways = self.groups(&WAYS, &full, Some(&none), wanted);
        let base = self.groups(&[OF_SERVER, OF_POPULARITY], &none, None, wanted);
        for at in 0..wanted.len() {
            let [head, learned, kept] = [0, 1, 2].map(|step: usize| steps[step][at]);
            let (server, popularity) = (base.value(0, at), base.value(1, at));
            explained.numbers.extend([kept, base.none[at], server, popularity, learned - head, kept - learned]);
            explained.numbers.push(events.bounds[at]);
            explained.numbers.extend((0..WAYS.len()).map(|way| ways.value(way, at)));
            explained.numbers.extend((0..players.len()).map(|player| events.value(player, at)));
        }
        explained.asked = events.asked;
        explained.players = players;
        explained
    }

    /// The order that a list would have if these events had not been noted: that of a copy of this session that has forgotten them.
    /// Nothing is forgotten here.
    pub fn what_if(
        &mut self,
        items: &[ItemHandle],
        server_scores: &[f32],
        limit: usize,
        without: &dyn Fn(&Logged) -> bool,
    ) -> Ranking<'_> {
        let log = self.log.clone();
        self.log.remove(without);
        self.stale = true;
        let outcome = self.rank(items, server_scores, true, limit).outcome;
        self.log = log;
        self.stale = true;
        Ranking { order: self.order.places(), scores: &self.scores, outcome }
    }

    fn pick(&self, wanted: &[u32], into: &mut Vec<f64>) {
        into.extend(wanted.iter().map(|&at| self.scores.get(at as usize).map_or(0.0, |&score| f64::from(score))));
    }

    /// The players, and of which each event of the log is.
    fn players(&self) -> (Vec<EventId>, Vec<usize>) {
        let log = self.log.events();
        let window = self.rows.artifact().state.window;
        let (mut players, mut known) = (Vec::new(), 0);
        // No player yet: the rest's.
        let mut of = vec![usize::MAX; log.len()];
        for (at, Logged { id, event }) in log.iter().enumerate().rev().take(HORIZON) {
            let mutes = |kind| matches!(kind, EventKind::Mute | EventKind::Unmute);
            let same = |other: &Event| other.item == event.item;
            let later = |kinds: &dyn Fn(EventKind) -> bool| {
                (at + 1..log.len()).find(|&later| kinds(log[later].event.kind) && same(&log[later].event))
            };
            if self.rows.get(event.item).is_none() {
                continue;
            }
            if mutes(event.kind) {
                // All words on one subject are one player.
                if let Some(later) = later(&mutes) {
                    of[at] = of[later];
                    continue;
                }
            } else if event.kind.weighed().is_none() || known == window {
                continue;
            } else {
                known += 1;
            }
            of[at] = players.len();
            if event.kind == EventKind::View {
                // Dwells count with the view before them.
                let next = later(&|kind| kind == EventKind::View).unwrap_or(log.len());
                let dwells =
                    (at + 1..next).filter(|&at| log[at].event.kind == EventKind::Dwell && same(&log[at].event));
                dwells.for_each(|at| of[at] = players.len());
            }
            players.push(*id);
        }
        if of.contains(&usize::MAX) {
            of.iter_mut().filter(|of| **of == usize::MAX).for_each(|of| *of = players.len());
            players.push(REST);
        }
        if !self.log.shown().is_empty() {
            players.push(SHOWN);
        }
        (players, of)
    }

    /// The values of the players for the head's score of each wanted place.
    fn events_of(
        &mut self,
        players: &[EventId],
        of: &[usize],
        lists: &Lists<'_>,
        wanted: &[u32],
        effort: Effort,
    ) -> Shares {
        let count = players.len();
        let mut worth = |there: &[bool], reached: &mut [f64]| {
            self.fold_subset(of, there);
            self.features.compute(&self.head, &self.past, &self.rows, self.kernel, lists);
            self.reach(wanted, reached);
        };
        if count <= effort.exact.min(MOST_EXACT) {
            exact(count, wanted.len(), &mut worth)
        } else {
            sampled(count, wanted.len(), effort.pairs, &mut worth)
        }
    }

    /// The head's scores of the wanted places by the features that are there.
    fn reach(&mut self, wanted: &[u32], reached: &mut [f64]) {
        self.ask_head();
        for (reached, &at) in reached.iter_mut().zip(wanted) {
            *reached = self.scores.get(at as usize).map_or(0.0, |&score| f64::from(score));
        }
    }

    /// The state of a session of these players' events alone, in `past`.
    fn fold_subset(&mut self, of: &[usize], there: &[bool]) {
        let events: Vec<Logged> =
            self.log.events().iter().zip(of).filter(|(_, of)| there[**of]).map(|(logged, _)| *logged).collect();
        // Where lists showed anything, that is the last player.
        let shown = if there.last() == Some(&true) { self.log.shown() } else { &[] };
        self.past.fold(&events, shown, &self.rows);
    }

    /// What the head makes of groups of columns, from those of `none` (or zeros) to those of `full`.
    fn groups(
        &mut self,
        groups: &[Range<usize>],
        full: &FeatureMatrix,
        none: Option<&FeatureMatrix>,
        wanted: &[u32],
    ) -> Shares {
        self.features.clone_from(full);
        exact(groups.len(), wanted.len(), &mut |there, reached| {
            for (group, &there) in groups.iter().zip(there) {
                self.features.take(group.clone(), if there { Some(full) } else { none });
            }
            self.reach(wanted, reached);
        })
    }
}
