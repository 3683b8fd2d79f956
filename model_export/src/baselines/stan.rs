//! STAN: Garg, Gupta, Malhotra, Vig and Shroff, "Sequence and time aware neighborhood for session-based recommendations",
//! SIGIR 2019. A session-based nearest-neighbour method with three decays: over the items of the current session, over the
//! age of a neighbour, and over the distance within the neighbour from the newest item that both share.

use super::history::History;
use super::methods::{Method, Workspace};
use super::neighbours::nearest;
use super::search::{Constant, Tunable};

/// What is chosen of STAN. Each decay is `exp(-x / scale)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StanSettings {
    /// The most recent sessions that share an item with the current one, which are looked at.
    pub candidates: f32,
    /// Of those, the most similar ones that count.
    pub neighbours: f32,
    /// Of how many events ago an item of the current session was.
    pub own: f32,
    /// Of how old a neighbour is, as the share of the sessions that are newer: logs without a clock have an order too, and
    /// how long after the last of them a session comes changes all neighbours alike.
    pub age: f32,
    /// Of how many events an item of a neighbour stands from the newest item that both share.
    pub distance: f32,
}

impl Default for StanSettings {
    fn default() -> Self {
        StanSettings { candidates: 2_500.0, neighbours: 500.0, own: 2.0, age: 1.0, distance: 2.0 }
    }
}

impl Tunable for StanSettings {
    const NAME: &'static str = "stan";
    const CONSTANTS: &'static [Constant<Self>] = &[
        ("own", |settings| &mut settings.own, &[0.5, 1.0, 4.0, 8.0]),
        ("distance", |settings| &mut settings.distance, &[0.5, 1.0, 4.0, 8.0]),
        ("age", |settings| &mut settings.age, &[0.1, 0.3, 3.0]),
        ("neighbours", |settings| &mut settings.neighbours, &[100.0, 200.0, 1_500.0]),
        ("candidates", |settings| &mut settings.candidates, &[1_000.0, 5_000.0, 10_000.0]),
    ];

    fn method<'h>(&self, history: &'h History) -> Box<dyn Method + 'h> {
        Box::new(Stan { history, settings: *self })
    }
}

struct Stan<'h> {
    history: &'h History,
    settings: StanSettings,
}

impl Method for Stan<'_> {
    fn name(&self) -> &'static str {
        StanSettings::NAME
    }

    fn about(&self) -> &'static str {
        "STAN: neighbours by order, age and position, its constants chosen on the newest training sessions"
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let StanSettings { candidates, neighbours, own, age, distance } = self.settings;
        for (ago, &item) in seen.iter().rev().enumerate() {
            if workspace.own.of(item) == 0.0 {
                workspace.own.add(item, (-(ago as f32) / own).exp().max(f32::MIN_POSITIVE));
            }
        }
        let length = workspace.own.touched().len() as f32;
        // The cosine of two sets of items, the current session's weighted.
        let alike = |session: u32, shared: f32| shared / (length * self.history.items_of(session).len() as f32).sqrt();
        for (session, similarity) in nearest(self.history, workspace, candidates as usize, neighbours as usize, alike) {
            let theirs = self.history.events_of(session);
            let weight = |at: &usize| workspace.own.of(theirs[*at]);
            // Of equals the last, as the newer of two places of one item.
            let newest = (0..theirs.len()).max_by(|a, b| weight(a).total_cmp(&weight(b)));
            let Some(newest) = newest else { continue };
            let counts = similarity * (-(1.0 - self.history.newness(session)) / age).exp();
            for away in 0..theirs.len() {
                // An item that comes twice counts where it stands nearest.
                let before = newest.checked_sub(away).filter(|_| away > 0);
                for &item in [Some(newest + away), before].into_iter().flatten().filter_map(|at| theirs.get(at)) {
                    if workspace.met.of(item) == 0.0 {
                        workspace.met.add(item, 1.0);
                        let near = (-(away as f32) / distance).exp();
                        workspace.items.add(item, (counts * near).max(f32::MIN_POSITIVE));
                    }
                }
            }
            workspace.met.clear();
        }
        workspace.own.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{log, scores_of};
    use super::*;

    #[test]
    fn neighbours_count_by_order_age_and_distance() {
        let history = History::new(&log());
        let near = |score: f32, wanted: f32| assert!((score - wanted).abs() < 1e-4, "{score} {wanted}");
        // After 0 and 1 the weights are e^-.5 and 1. Sessions 0, 1 and 3 share some of them: 0 1 2, 1 2 1 and 0 1, of cosine
        // 1.6065 / sqrt(6), 1 / 2 and 1.6065 / 2, and of age 3/4, 2/4 and 0; of the two 1 in 1 2 1 the newer counts.
        let [first, second, last] = [0.655_86 * 0.472_37, 0.5 * 0.606_53, 0.803_27];
        let scores = scores_of(&StanSettings::default(), &history, &[0, 1]);
        near(scores[1], first + second + last);
        near(scores[0], 0.606_53 * (first + last));
        near(scores[2], 0.606_53 * (first + second));
        assert_eq!(scores[3], 0.0);
        // The most alike neighbour alone, of two the newest of which is looked at.
        let one = StanSettings { neighbours: 1.0, candidates: 2.0, ..StanSettings::default() };
        let scores = scores_of(&one, &history, &[0, 1]);
        near(scores[1], last);
        assert_eq!(scores[2], 0.0);
    }
}
