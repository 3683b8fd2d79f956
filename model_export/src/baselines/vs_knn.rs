//! Vector multiplication session-based k nearest neighbours: Jannach and Ludewig, "When recurrent neural networks meet the
//! neighborhood for session-based recommendation", RecSys 2017; with the recency and rarity weights of Ludewig and Jannach,
//! "Evaluation of session-based recommendation algorithms", UMUAI 2018.

use super::history::History;
use super::methods::{Method, Workspace};
use super::neighbours::nearest;
use super::search::{Constant, Tunable};

/// What is chosen of VS-kNN. The default is what its authors take, and what is measured as `vs_knn`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VsKnnSettings {
    /// The most recent sessions that share an item with the current one, which are looked at.
    pub candidates: f32,
    /// Of those, the most similar ones that count.
    pub neighbours: f32,
    /// The n-th of m events counts `n / m` to this power,
    pub slope: f32,
    /// and, as the `a`-th newest, `1 / a` to this power.
    pub fading: f32,
    /// The weight of the newest item that a neighbour shares is taken to this power.
    pub shared: f32,
    /// The rarity of an item, `ln(sessions / sessions with it)`, is taken to this power.
    pub rarity: f32,
}

impl Default for VsKnnSettings {
    fn default() -> Self {
        VsKnnSettings { candidates: 2_500.0, neighbours: 500.0, slope: 1.0, fading: 0.0, shared: 1.0, rarity: 1.0 }
    }
}

impl Tunable for VsKnnSettings {
    const NAME: &'static str = "vs_knn_tuned";
    const CONSTANTS: &'static [Constant<Self>] = &[
        ("neighbours", |settings| &mut settings.neighbours, &[100.0, 200.0, 1_500.0]),
        ("fading", |settings| &mut settings.fading, &[0.5, 1.0, 2.0]),
        ("slope", |settings| &mut settings.slope, &[0.0, 2.0]),
        ("shared", |settings| &mut settings.shared, &[0.0, 2.0]),
        ("rarity", |settings| &mut settings.rarity, &[0.0, 0.5]),
        ("candidates", |settings| &mut settings.candidates, &[1_000.0, 5_000.0, 10_000.0]),
    ];

    fn method<'h>(&self, history: &'h History) -> Box<dyn Method + 'h> {
        Box::new(VsKnn::new(history, *self, Self::NAME, "VS-kNN, its constants chosen on the newest training sessions"))
    }
}

/// What came in sessions like this one.
pub struct VsKnn<'h> {
    history: &'h History,
    settings: VsKnnSettings,
    name: &'static str,
    about: &'static str,
    /// `ln(sessions / sessions with the item)` to its power, per item.
    rarity: Vec<f32>,
}

impl<'h> VsKnn<'h> {
    /// With the constants that are usual.
    pub fn usual(history: &'h History) -> Self {
        let about = "VS-kNN: items of the 500 most similar of 2,500 recent sessions, by recency and rarity";
        VsKnn::new(history, VsKnnSettings::default(), "vs_knn", about)
    }

    fn new(history: &'h History, settings: VsKnnSettings, name: &'static str, about: &'static str) -> Self {
        let sessions = history.session_count() as f32;
        let rarity = |item: u32| {
            let rarity = (sessions / history.sessions_with(item).len().max(1) as f32).ln();
            rarity.powf(settings.rarity).max(f32::MIN_POSITIVE)
        };
        VsKnn { history, settings, name, about, rarity: (0..history.items() as u32).map(rarity).collect() }
    }
}

impl Method for VsKnn<'_> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn score(&self, seen: &[u32], workspace: &mut Workspace) {
        let VsKnnSettings { candidates, neighbours, slope, fading, shared, .. } = self.settings;
        // An item counts by its last place: the newest one counts 1.
        for (ago, &item) in (1..).zip(seen.iter().rev()) {
            if workspace.own.of(item) == 0.0 {
                let place = (seen.len() + 1 - ago) as f32 / seen.len() as f32;
                workspace.own.add(item, place.powf(slope) * (ago as f32).powf(-fading));
            }
        }
        for (session, similarity) in
            nearest(self.history, workspace, candidates as usize, neighbours as usize, |_, s| s)
        {
            let theirs = self.history.items_of(session);
            // The newest item that both share: the later it came in this session, the more the neighbour counts.
            let newest = theirs.iter().map(|&item| workspace.own.of(item)).fold(0.0, f32::max);
            for &item in theirs {
                workspace.items.add(item, similarity * newest.powf(shared) * self.rarity[item as usize]);
            }
        }
        workspace.own.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{log, scores_of};
    use super::*;

    #[test]
    fn constants_say_how_much_items_neighbours_and_rarity_count() {
        let history = History::new(&log());
        let plain = VsKnnSettings { slope: 0.0, fading: 1.0, rarity: 0.0, ..VsKnnSettings::default() };
        // After 0 and 1 the weights are 1/2 and 1: neighbours 0 1 2 and 0 1 of 1.5, and 1 2 1 of 1; all share 1.
        assert_eq!(scores_of(&plain, &history, &[0, 1]), [3.0, 4.0, 2.5, 0.0]);
        assert_eq!(scores_of(&VsKnnSettings { neighbours: 1.0, ..plain }, &history, &[0, 1]), [1.5, 1.5, 0.0, 0.0]);
        // Now 1 is the older one: 0 1 2 and 0 1 share 0, the newest, and 1 2 1 shares 1 of half the weight, squared.
        let squared = VsKnnSettings { shared: 2.0, ..plain };
        assert_eq!(scores_of(&squared, &history, &[1, 0]), [3.0, 3.0 + 0.125, 1.5 + 0.125, 0.0]);
        let usual = scores_of(&VsKnnSettings::default(), &history, &[0, 1]);
        let rare = |item: f32| (4.0f32 / item).ln();
        assert!((usual[2] - (1.5 + 1.0) * rare(2.0)).abs() < 1e-5, "0 counts 1/2 of two events, 1 counts 1");
    }
}
