//! Decayed co-visitation: what came near each item of the session in other sessions, the nearer the more; item-to-item
//! collaborative filtering (Linden, Smith and York 2003) on sequences. Nothing is learned but its constants.

use rayon::prelude::*;

use super::history::History;
use super::methods::{Method, Workspace};
use super::scores::Scores;
use super::search::{Constant, Tunable};

/// An item keeps so many neighbours, the strongest: bounds memory.
const MOST_KEPT: usize = 256;

/// What is chosen of co-visitation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoVisitationSettings {
    /// The weight of an event of the current session, relative to that of the next newer one.
    pub decay: f32,
    /// So many of its newest events count.
    pub window: f32,
    /// How many events two items may be apart.
    pub reach: f32,
    /// The weight of a distance, relative to that of one event less.
    pub distance_decay: f32,
    /// The weight of what came before an item, relative to what came after.
    pub backward: f32,
    /// The weight of an item that came again, relative to another one.
    pub repeat: f32,
    /// What an item of the current session counts for itself, whatever other sessions did.
    pub own: f32,
    /// Added to how often an item occurs before dividing by it.
    pub shrink: f32,
    /// The power of the neighbour's own frequency that its strength is divided by.
    pub popularity: f32,
    /// The weight of a session halves over this part of the log.
    pub half_life: f32,
}

impl Default for CoVisitationSettings {
    fn default() -> Self {
        CoVisitationSettings {
            decay: 0.8,
            window: 32.0,
            reach: 16.0,
            distance_decay: 0.8,
            backward: 0.6,
            repeat: 1.0,
            own: 0.0,
            shrink: 5.0,
            popularity: 0.15,
            half_life: 0.5,
        }
    }
}

impl Tunable for CoVisitationSettings {
    const NAME: &'static str = "co_visitation";
    const CONSTANTS: &'static [Constant<Self>] = &[
        ("decay", |settings| &mut settings.decay, &[0.5, 0.65, 0.9, 0.95]),
        ("distance_decay", |settings| &mut settings.distance_decay, &[0.5, 0.65, 0.9, 1.0]),
        ("reach", |settings| &mut settings.reach, &[4.0, 8.0, 32.0]),
        ("own", |settings| &mut settings.own, &[0.03, 0.1, 0.3]),
        ("repeat", |settings| &mut settings.repeat, &[0.0, 0.3, 3.0]),
        ("backward", |settings| &mut settings.backward, &[0.3, 1.0]),
        ("popularity", |settings| &mut settings.popularity, &[0.0, 0.3]),
        ("shrink", |settings| &mut settings.shrink, &[1.0, 20.0]),
        ("half_life", |settings| &mut settings.half_life, &[0.2, 5.0]),
        ("window", |settings| &mut settings.window, &[8.0, 128.0]),
    ];

    fn method<'h>(&self, history: &'h History) -> Box<dyn Method + 'h> {
        Box::new(CoVisitation::new(history, self))
    }
}

struct CoVisitation {
    /// The strongest neighbours of each item.
    lists: Vec<Vec<(u32, f32)>>,
    settings: CoVisitationSettings,
}

impl CoVisitation {
    /// Counts a history. Runs on rayon's current pool; each item is summed up by itself, so threads change nothing.
    fn new(history: &History, settings: &CoVisitationSettings) -> Self {
        let weights: Vec<f32> = (0..history.session_count() as u32)
            .map(|session| ((history.newness(session) - 1.0) / settings.half_life).exp2())
            .collect();
        let items = 0..history.items() as u32;
        let total = |item: u32| history.occurrences(item).map(|(session, _)| weights[session as usize]).sum::<f32>();
        let totals: Vec<f32> = items.clone().into_par_iter().map(total).collect();
        let near: Vec<f32> = (0..settings.reach as i32).map(|apart| settings.distance_decay.powi(apart)).collect();
        let list = |sums: &mut Scores, item: u32| {
            for (session, place) in history.occurrences(item) {
                let (weight, events) = (weights[session as usize], history.events_of(session));
                let after = events[place + 1..].iter().zip(&near).map(|(&other, &near)| (other, near));
                let before = events[..place].iter().rev().zip(&near);
                let before = before.map(|(&other, &near)| (other, near * settings.backward));
                for (other, near) in after.chain(before) {
                    let again = if other == item { settings.repeat } else { 1.0 };
                    sums.add(other, (weight * near * again).max(f32::MIN_POSITIVE));
                }
            }
            let share = totals[item as usize] + settings.shrink;
            let common = |other: u32| (1.0 + totals[other as usize]).powf(settings.popularity);
            sums.change(|other, sum| sum / share / common(other));
            sums.take_best_scored(MOST_KEPT)
        };
        let empty = || Scores::new(history.items());
        let lists = items.into_par_iter().with_min_len(256).map_init(empty, list).collect();
        CoVisitation { lists, settings: *settings }
    }
}

impl Method for CoVisitation {
    fn name(&self) -> &'static str {
        CoVisitationSettings::NAME
    }

    fn about(&self) -> &'static str {
        "decayed co-visitation, its constants chosen on the newest training sessions"
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let CoVisitationSettings { decay, window, own, .. } = self.settings;
        let mut weight = 1.0f32;
        for &item in seen.iter().rev().take(window as usize) {
            for &(other, strength) in &self.lists[item as usize] {
                workspace.items.add(other, (weight * strength).max(f32::MIN_POSITIVE));
            }
            if own > 0.0 {
                workspace.items.add(item, weight * own);
            }
            weight = (weight * decay).max(f32::MIN_POSITIVE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{log, scores_of};
    use super::*;

    #[test]
    fn near_counts_more_than_far_after_more_than_before_and_new_more_than_old() {
        let history = History::new(&log());
        let halves = CoVisitationSettings {
            decay: 0.5,
            reach: 2.0,
            distance_decay: 0.5,
            backward: 0.5,
            shrink: 0.0,
            popularity: 0.0,
            half_life: f32::INFINITY,
            ..CoVisitationSettings::default()
        };
        // Twice 0, followed by 1 both times and once by 2 after it.
        assert_eq!(scores_of(&halves, &history, &[0]), [0.0, 1.0, 0.25, 0.0]);
        // Twice 2: 1 came before at one step twice and after once, 0 before at two steps; all of it half as much.
        assert_eq!(scores_of(&halves, &history, &[2, 0]), [0.0625, 1.5, 0.25, 0.0]);
        let own = CoVisitationSettings { own: 0.25, ..halves };
        assert_eq!(scores_of(&own, &history, &[2, 0]), [0.3125, 1.5, 0.375, 0.0]);
        let newest = CoVisitationSettings { window: 1.0, ..halves };
        assert_eq!(scores_of(&newest, &history, &[2, 0]), [0.0, 1.0, 0.25, 0.0]);
        // The repeats of 3: one after the other, seen from both.
        assert_eq!(scores_of(&halves, &history, &[3])[3], 0.75);
        assert_eq!(scores_of(&CoVisitationSettings { repeat: 2.0, ..halves }, &history, &[3])[3], 1.5);
        let shrunk = CoVisitationSettings { shrink: 2.0, popularity: 1.0, ..halves };
        assert_eq!(scores_of(&shrunk, &history, &[0]), [0.0, 0.5 / 5.0, 0.125 / 3.0, 0.0]);
        // Session 0 is of weight 2^-3 where weights halve in a quarter of the log, and session 3 of weight 1.
        let fresh = CoVisitationSettings { half_life: 0.25, ..halves };
        assert_eq!(scores_of(&fresh, &history, &[0]), [0.0, 1.0, 0.0625 / 1.125, 0.0]);
    }

    #[test]
    fn the_strongest_neighbours_are_kept() {
        let mut log = log();
        let others = 2 * MOST_KEPT as u32;
        // Item 0 before each of the others, and before the first hundred once more.
        log.items = (1..=others).chain(1..=100).flat_map(|other| [0, other]).collect();
        log.offsets = (0..=log.items.len() / 2).map(|session| 2 * session).collect();
        log.kinds = vec![log.kinds[0]; log.items.len()];
        log.times = vec![0; log.items.len()];
        log.item_ids = crate::data::Ids::Integer((0..=i64::from(others)).collect());
        log.session_ids = crate::data::Ids::Integer((0..log.offsets.len() as i64 - 1).collect());
        let scores = scores_of(&CoVisitationSettings::default(), &History::new(&log), &[0]);
        assert_eq!(scores.iter().filter(|&&score| score > 0.0).count(), MOST_KEPT);
        assert!((1..=100).all(|other| scores[other] > 0.0));
    }
}
