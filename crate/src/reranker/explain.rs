//! Why a candidate scores what it does: the parts that its score is the sum of, and lists as they would be without some events.
//!
//! The players of the game are what the session is made of. Each of the newest events that count in the state is one, together with the
//! dwells that count with it; so is each subject that was muted, with all that was said of it. Everything else that the log holds is one
//! more ([`REST`]), and what lists showed another ([`LISTS_SHOWN`]). A subset is worth what the head makes of the candidate, in the same list,
//! in a session of these events alone. What the learner adds and what the server's order takes is told apart from it, since both come
//! after the head.

use super::{Outcome, Ranking, Reranker};
use crate::catalogue::ItemHandle;
use crate::rank::{FEATURES, Lists, OF_POPULARITY, OF_SERVER, WAYS};
use crate::session::{EventId, EventKind, HORIZON, Logged};
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;
use reshelf_explain::{HEAD, MOST_EXACT, shares};

/// The name of the player that has all events which are none of their own: older ones, those with items that the model does not know.
/// No event has it.
pub const REST: EventId = 0;
/// The name of the player that has impressions and skips. No event has it.
pub const LISTS_SHOWN: EventId = 1 << 52;

/// Rows of [`Explanations::numbers`]: where those of the server and popularity, of the ways, and of the players begin.
const BASE: usize = 3;
const FROM_BASE: usize = BASE + HEAD + 2;
const PLAYERS: usize = FROM_BASE + HEAD + WAYS.len();

/// How much work an explanation may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Up to so many players every subset is asked for, 14 players at most; above, some orders.
    pub exact: usize,
    /// How many pairs of orders then, two at least; 0: 16, and fewer of more than 12 players, whose orders are longer.
    pub pairs: usize,
}

/// The most pairs of orders that are drawn where no number is asked for, and how many players all of them may have together: a page of
/// 24 takes 11 to 31 ms then, in sessions of 12 to 128 events (docs/explain.md).
const USUAL_PAIRS: usize = 16;
const USUAL_STEPS: usize = 12 * USUAL_PAIRS;

impl Default for Effort {
    fn default() -> Self {
        Effort { exact: 8, pairs: 0 }
    }
}

/// Why the asked places of a list score what they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanations {
    /// There is nothing to explain where the list kept the server's order.
    pub outcome: Outcome,
    /// All of it as rows with a number a place, in the order in which the places were asked for, and at the end the names of the
    /// players. The rows: the head's score; the same with what was learned; the score; [`shares`] of server and popularity, which begin
    /// with the base; those of [`WAYS`]; those of the players. Empty where there is nothing to explain.
    pub numbers: Vec<f64>,
    players: usize,
}

impl Explanations {
    /// The players, newest event first: the name of the view of a dwell, of the newest word on what is muted, [`REST`] or [`LISTS_SHOWN`].
    pub fn players(&self) -> impl Iterator<Item = EventId> {
        self.numbers.iter().skip(self.numbers.len() - self.players).map(|&player| player as EventId)
    }

    /// The explanation of each place.
    pub fn places(&self) -> impl Iterator<Item = Explanation> {
        let rows = &self.numbers[..self.numbers.len() - self.players];
        let places = rows.len() / (PLAYERS + HEAD + self.players);
        (0..places).map(move |place| {
            let of: Vec<f64> = rows.iter().skip(place).step_by(places).copied().collect();
            Explanation {
                score: of[2],
                base: of[BASE],
                server: of[BASE + HEAD],
                popularity: of[BASE + HEAD + 1],
                learned: of[1] - of[0],
                order: of[2] - of[1],
                bound: of[PLAYERS + 1],
                ways: of[FROM_BASE + HEAD..PLAYERS].to_vec(),
                players: of[PLAYERS + HEAD..].to_vec(),
            }
        })
    }
}

/// The parts of a candidate's score, in scores' own unit. `base`, `server`, `popularity`, the values of all `players`, `learned` and
/// `order` add up to `score`; so they do with `ways` in place of the players.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The score that [`Reranker::rerank`] gives.
    pub score: f64,
    /// What the head gives without a session, a server and popularity.
    pub base: f64,
    /// What the server's rank and score add without a session.
    pub server: f64,
    /// What popularity adds without a session.
    pub popularity: f64,
    /// What the shopper's own clicks in lists have taught.
    pub learned: f64,
    /// What is taken so that the server's order stands among candidates that nothing else tells apart: 0 or less.
    pub order: f64,
    /// How far off a player's value may be: 0 where it is exact.
    pub bound: f64,
    /// What the session adds by each of [`WAYS`].
    pub ways: Vec<f64>,
    /// What each of [`Explanations::players`] adds.
    pub players: Vec<f64>,
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
        let mut explained = Explanations { outcome: Outcome::EmptySession, numbers: Vec::new(), players: 0 };
        if self.state().known() == 0 {
            return explained;
        }
        let lists = Lists { items, lengths: &[items.len() as u32], server_scores, server_order: true };
        // As `score`, step by step.
        self.features.compute(&self.head, &self.state, &self.rows, self.kernel, &lists);
        let full = self.features.values().to_vec();
        let mut numbers = Vec::new();
        self.ask_head();
        self.pick(wanted, &mut numbers);
        self.add_learned();
        self.pick(wanted, &mut numbers);
        explained.outcome = self.keep_order(&lists);
        if explained.outcome != Outcome::Reranked {
            return explained;
        }
        self.pick(wanted, &mut numbers);
        let (players, of) = self.players();
        self.reach(&of, &vec![false; players.len()], &lists);
        let none = self.features.values().to_vec();
        let zeros = vec![0.0; none.len()];
        numbers.extend_from_slice(&self.shares_of_columns(&[OF_SERVER, OF_POPULARITY], &none, &zeros, wanted));
        numbers.extend_from_slice(&self.shares_of_columns(&WAYS, &full, &none, wanted));
        let exact = players.len() <= effort.exact.min(MOST_EXACT);
        let pairs = match effort.pairs {
            _ if exact => 0,
            0 => (USUAL_STEPS / players.len()).clamp(2, USUAL_PAIRS),
            pairs => pairs.max(2),
        };
        numbers.extend_from_slice(&shares(players.len(), pairs, &mut |there, reached| {
            self.reach(&of, there, &lists);
            self.ask_head();
            self.pick(wanted, reached);
        }));
        for &player in &players {
            numbers.push(player as f64);
        }
        (explained.numbers, explained.players) = (numbers, players.len());
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
        let gone = self.log.take(without);
        self.stale = true;
        let outcome = self.rank(items, server_scores, true, limit).outcome;
        self.log.put_back(gone);
        self.stale = true;
        Ranking { order: self.order.places(), scores: &self.scores, outcome }
    }

    /// Pushes the scores of the wanted places.
    fn pick(&self, wanted: &[u32], into: &mut Vec<f64>) {
        for &at in wanted {
            into.push(self.scores.get(at as usize).map_or(0.0, |&score| f64::from(score)));
        }
    }

    /// The players, and of which each event of the log is.
    fn players(&self) -> (Vec<EventId>, Vec<usize>) {
        use EventKind::{Dwell, Mute, Unmute, View};
        let log = self.log.events();
        let (mut players, mut known) = (Vec::new(), 0);
        // No player yet: the rest's.
        let mut of = vec![usize::MAX; log.len()];
        for (at, Logged { id, event }) in log.iter().enumerate().rev().take(HORIZON) {
            let weighed = event.kind.weighed().is_some() && known < self.rows.artifact().state.window;
            if self.rows.get(event.item).is_none() || !(weighed || matches!(event.kind, Mute | Unmute)) {
                continue;
            }
            known += usize::from(weighed);
            let mut player = players.len();
            for (later, Logged { event: other, .. }) in log.iter().enumerate().skip(at + 1) {
                match (event.kind, other.kind) {
                    _ if other.item != event.item => {}
                    (View, View) => break,
                    (View, Dwell) => of[later] = player,
                    // All words on one subject are one player.
                    (Mute | Unmute, Mute | Unmute) => player = of[later],
                    _ => {}
                }
            }
            of[at] = player;
            if player == players.len() {
                players.push(*id);
            }
        }
        let (rest, mut any) = (players.len(), false);
        for of in &mut of {
            if *of == usize::MAX {
                (*of, any) = (rest, true);
            }
        }
        if any {
            players.push(REST);
        }
        if !self.log.shown().is_empty() {
            players.push(LISTS_SHOWN);
        }
        (players, of)
    }

    /// The features of a list in a session of these players' events alone.
    fn reach(&mut self, of: &[usize], there: &[bool], lists: &Lists<'_>) {
        let mut events = Vec::new();
        for (logged, &of) in self.log.events().iter().zip(of) {
            if there[of] {
                events.push(*logged);
            }
        }
        // Where lists showed anything, that is the last player.
        let shown = if there.last() == Some(&true) { self.log.shown() } else { &[] };
        self.past.fold(&events, shown, &self.rows);
        self.features.compute(&self.head, &self.past, &self.rows, self.kernel, lists);
    }

    /// What groups of columns add to the head's score of each wanted place, from these values of the features to those.
    fn shares_of_columns(&mut self, groups: &[Range<usize>], to: &[f32], from: &[f32], wanted: &[u32]) -> Vec<f64> {
        self.features.take(0..FEATURES.len(), to);
        shares(groups.len(), 0, &mut |there, reached| {
            for (group, &there) in groups.iter().zip(there) {
                self.features.take(group.clone(), if there { to } else { from });
            }
            self.ask_head();
            self.pick(wanted, reached);
        })
    }
}
