//! Which sessions training measured itself on.

use crate::data::SessionLog;

/// Held-out sessions that nothing was chosen on, by a rule that a report can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldOut {
    /// The first session that was held out; all later ones were, too.
    pub first: usize,
    /// Of those, the ones whose number is a multiple of this were measured.
    pub every: usize,
    /// Thinned to about so many steps.
    pub steps: usize,
}

impl HeldOut {
    /// The sessions, ascending.
    pub fn sessions(&self, log: &SessionLog) -> Vec<usize> {
        let sessions: Vec<usize> = (self.first..log.sessions()).filter(|at| at % self.every.max(1) == 0).collect();
        sample(log, &sessions, self.steps)
    }
}

/// Some of the given sessions, evenly spread, that have about `most` steps together.
pub fn sample(log: &SessionLog, sessions: &[usize], most: usize) -> Vec<usize> {
    let steps: Vec<usize> = sessions.iter().map(|&session| log.session(session).len().saturating_sub(1)).collect();
    let all = steps.iter().sum::<usize>().max(1);
    let share = |count: usize| (count as u64 * most.min(all) as u64 / all as u64) as usize;
    let mut before = 0;
    let chosen = sessions.iter().zip(steps).scan(0, |kept, (&session, steps)| {
        before += steps;
        // Where more steps are due than are kept.
        let take = share(before) > *kept;
        *kept += if take { steps } else { 0 };
        Some(take.then_some(session))
    });
    chosen.flatten().collect()
}
