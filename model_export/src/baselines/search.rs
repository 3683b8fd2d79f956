//! Constants of a method, chosen on the newest of the sessions that it is fitted on.
//!
//! The newest twentieth of the sessions (of a small log up to a fifth) is held out, and the method fitted on the rest. One
//! constant after the other, in their order, is tried at a few other values; the value is kept that finds most: the largest
//! recall plus MRR at k. Then the method is fitted on all of the sessions. What is measured on takes no part.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::time::Instant;

use indicatif::HumanCount;
use rayon::prelude::*;
use serde::Serialize;

use super::history::History;
use super::measure::{Lists, Rule};
use super::methods::{Method, Workspace};
use crate::data::SessionLog;
use crate::metrics::Measures;

/// The part of the sessions, the newest, that is held out: at least the first, and more where that is few steps, up to the
/// second.
const HELD_OUT: [f64; 2] = [0.05, 0.2];
/// Steps that constants are chosen on, at most: of more, so many are taken at even distances.
const STEPS: usize = 4_000;

/// A constant, by its place among the settings of a method, and the values that are tried beside the usual one.
pub type Constant<S> = (&'static str, fn(&mut S) -> &mut f32, &'static [f32]);

/// Settings of a method whose constants may be chosen. The default is what the search starts from.
pub trait Tunable: Copy + Default + Send + Sync + 'static {
    /// The method's name, a stable one.
    const NAME: &'static str;
    /// The constants in the order in which they are tried: those first that matter most.
    const CONSTANTS: &'static [Constant<Self>];

    /// The method with these settings, fitted on a history. Runs on rayon's current pool.
    fn method<'h>(&self, history: &'h History) -> Box<dyn Method + 'h>;
}

/// What was chosen, and on what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tuned {
    /// The constants by their names.
    pub constants: BTreeMap<&'static str, f32>,
    /// How many settings were tried.
    pub tried: usize,
    /// On so many steps.
    pub steps: usize,
    /// What the chosen ones reach there, at k.
    pub recall: f64,
    /// Likewise.
    pub mrr: f64,
    /// How long the search took, in seconds.
    pub seconds: f64,
}

impl Display for Tuned {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let constants: Vec<String> = self.constants.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let (tried, steps) = (self.tried, HumanCount(self.steps as u64));
        write!(out, "{} (of {tried} settings on {steps} steps, {:.1} s)", constants.join(", "), self.seconds)
    }
}

/// The sessions that constants are chosen on, and those that are fitted on meanwhile.
pub struct Validation {
    older: History,
    newest: SessionLog,
    /// Session and step of each list that is measured.
    steps: Vec<(usize, usize)>,
    k: usize,
}

impl Validation {
    /// Parts the sessions that a method is fitted on.
    pub fn new(train: &SessionLog, rule: Rule) -> Self {
        let sessions = train.sessions();
        let [latest, earliest] =
            HELD_OUT.map(|part| sessions.saturating_sub(((sessions as f64 * part) as usize).max(1)));
        let steps_of = |session: usize| rule.from_step..train.session(session).len().max(rule.from_step);
        let steps = |first: usize| (first..sessions).map(|session| steps_of(session).len()).sum::<usize>();
        let cut = (earliest..=latest).rev().find(|&first| steps(first) >= STEPS).unwrap_or(earliest);
        let all = (cut..sessions).flat_map(|session| steps_of(session).map(move |step| (session - cut, step)));
        let all: Vec<(usize, usize)> = all.collect();
        let taken = all.len().min(STEPS);
        Validation {
            older: History::new(&train.subset(0..cut)),
            newest: train.subset(cut..sessions),
            steps: (0..taken).map(|at| all[at * all.len() / taken]).collect(),
            k: rule.k,
        }
    }

    /// Chooses the constants of a method. `report` hears how far it is, 0 to 1. Runs on rayon's current pool.
    pub fn choose<S: Tunable>(&self, report: &mut dyn FnMut(f32)) -> (S, Tuned) {
        let started = Instant::now();
        let trials = 1 + S::CONSTANTS.iter().map(|(.., values)| values.len()).sum::<usize>();
        let (mut settings, mut tried) = (S::default(), 1);
        let mut best = self.worth(&settings);
        for (_, constant, values) in S::CONSTANTS {
            let before = settings;
            for &value in *values {
                let mut other = before;
                *constant(&mut other) = value;
                let worth = self.worth(&other);
                if worth[0] + worth[1] > best[0] + best[1] {
                    (settings, best) = (other, worth);
                }
                tried += 1;
                report(tried as f32 / trials as f32);
            }
        }
        let mut chosen = settings;
        let constants = S::CONSTANTS.iter().map(|(name, constant, _)| (*name, *constant(&mut chosen))).collect();
        let [recall, mrr] = best;
        let seconds = started.elapsed().as_secs_f64();
        (settings, Tuned { constants, tried, steps: self.steps.len(), recall, mrr, seconds })
    }

    /// Recall and MRR at k over the steps.
    fn worth<S: Tunable>(&self, settings: &S) -> [f64; 2] {
        let method = settings.method(&self.older);
        let lists = Lists::new(method.as_ref(), &self.older, self.k);
        let one = |workspace: &mut Workspace, &(session, step): &(usize, usize)| {
            let items = self.newest.session(session).items;
            let list = lists.of(&items[..step], workspace);
            let measures = Measures::of_one(list.iter().position(|&item| item == items[step]), self.k);
            [measures.recall, measures.mrr]
        };
        let measured: Vec<[f64; 2]> =
            self.steps.par_iter().with_min_len(64).map_init(|| Workspace::new(&self.older), one).collect();
        let count = measured.len().max(1) as f64;
        [0, 1].map(|at| measured.iter().map(|step| step[at]).sum::<f64>() / count)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::co_visitation::CoVisitationSettings;
    use super::super::stan::StanSettings;
    use super::super::tests::drawn;
    use super::super::vs_knn::VsKnnSettings;
    use super::*;

    const RULE: Rule = Rule { k: 20, from_step: 1 };

    #[test]
    fn the_newest_sessions_are_held_out_and_of_many_steps_some_are_taken_evenly() {
        let few = Validation::new(&drawn(1_000, 1), RULE);
        assert_eq!((few.newest.sessions(), few.older.session_count()), (200, 800), "too few steps in a twentieth");
        assert!(few.steps.iter().all(|&(session, step)| step < few.newest.session(session).len() && step > 0));
        let many = Validation::new(&drawn(60_000, 1), RULE);
        assert_eq!((many.newest.sessions(), many.steps.len()), (3_000, STEPS));
        let thirds = [1_000, 2_000].map(|cut| many.steps.partition_point(|&(session, _)| session < cut));
        assert!(thirds.iter().zip([STEPS / 3, 2 * STEPS / 3]).all(|(found, even)| found.abs_diff(even) < 150));
        let later = Validation::new(&drawn(1_000, 1), Rule { from_step: 3, ..RULE });
        assert!(later.steps.iter().all(|&(_, step)| step >= 3) && !later.steps.is_empty());
        let tiny = Validation::new(&drawn(2, 1), RULE);
        assert_eq!(tiny.older.session_count() + tiny.newest.sessions(), 2);
    }

    #[test]
    fn what_is_chosen_finds_no_less_than_the_usual_settings() {
        let validation = Validation::new(&drawn(1_500, 2), RULE);
        fn check<S: Tunable>(validation: &Validation) -> Tuned {
            let mut shares = Vec::new();
            let (settings, tuned) = validation.choose::<S>(&mut |share| shares.push(share));
            let [recall, mrr] = validation.worth(&S::default());
            assert!(tuned.recall + tuned.mrr >= recall + mrr, "{}", S::NAME);
            assert_eq!(validation.worth(&settings), [tuned.recall, tuned.mrr]);
            assert!(shares.is_sorted() && shares.last() == Some(&1.0));
            assert_eq!((tuned.tried, tuned.steps), (shares.len() + 1, validation.steps.len()));
            tuned
        }
        let found = [
            check::<VsKnnSettings>(&validation),
            check::<StanSettings>(&validation),
            check::<CoVisitationSettings>(&validation),
        ];
        assert!(found.iter().any(|tuned| tuned.recall > 0.0));
        assert!(found[2].to_string().starts_with("backward "), "{}", found[2]);
    }

    #[test]
    fn no_value_is_tried_twice_and_the_document_has_all_of_them() {
        fn check<S: Tunable>() {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/evaluation.md");
            let document = std::fs::read_to_string(path).unwrap();
            let (_, table) = document.split_once("<!-- search -->").unwrap();
            let (_, own) = table.split_once(&format!("| `{}` |", S::NAME)).unwrap();
            let mut rows = own.lines();
            for (name, constant, values) in S::CONSTANTS {
                let usual = *constant(&mut S::default());
                assert!(!values.contains(&usual), "{name} of {}", S::NAME);
                let row = rows.next().unwrap();
                let tried: Vec<String> = values.iter().map(f32::to_string).collect();
                let end = format!(" | {usual} | {} |", tried.join(", "));
                assert!(row.contains(&format!(" `{name}`")) && row.ends_with(&end), "{row} is not of {name}{end}");
            }
        }
        check::<VsKnnSettings>();
        check::<StanSettings>();
        check::<CoVisitationSettings>();
    }
}
