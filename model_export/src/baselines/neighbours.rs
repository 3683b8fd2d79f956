//! The sessions of the history that are most like the current one.

use super::history::History;
use super::methods::Workspace;

/// The neighbours of a session and how alike they are, the most alike first, of equals the newest. `workspace.own` has a
/// weight for each of its items: a session is as alike as the weights of the items that it shares say together, changed by
/// `rule`, which is given the session too. The `candidates` most recent sessions that share an item are looked at, and the
/// `most` best of them kept. Neighbours come from the history alone.
pub fn nearest(
    history: &History,
    workspace: &mut Workspace,
    candidates: usize,
    most: usize,
    rule: impl Fn(u32, f32) -> f32,
) -> Vec<(u32, f32)> {
    let Workspace { sessions, own, .. } = workspace;
    for &item in own.touched() {
        // Older sessions with this item are not among the most recent candidates, since these are newer.
        let all = history.sessions_with(item);
        let weight = own.of(item);
        all[all.len().saturating_sub(candidates)..].iter().for_each(|&session| sessions.add(session, weight));
    }
    let mut neighbours: Vec<(u32, f32)> = sessions.touched().iter().map(|&at| (at, sessions.of(at))).collect();
    sessions.clear();
    if neighbours.len() > candidates {
        neighbours.select_nth_unstable_by(candidates, |a, b| b.0.cmp(&a.0));
        neighbours.truncate(candidates);
    }
    neighbours.iter_mut().for_each(|(session, similarity)| *similarity = rule(*session, *similarity));
    let more_alike = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
    if neighbours.len() > most {
        neighbours.select_nth_unstable_by(most, more_alike);
        neighbours.truncate(most);
    }
    neighbours.sort_unstable_by(more_alike);
    neighbours
}
