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
    // Sessions older than an item's most recent candidates are no candidates, whatever they share, since all of these are newer.
    let enough = |&item: &u32| history.sessions_with(item).iter().rev().nth(candidates.saturating_sub(1)).copied();
    let oldest = own.touched().iter().filter_map(enough).max().unwrap_or(0);
    for &item in own.touched() {
        let all = history.sessions_with(item);
        let weight = own.of(item);
        let recent = &all[all.partition_point(|&session| session < oldest)..];
        recent.iter().for_each(|&session| sessions.add(session, weight));
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

#[cfg(test)]
mod tests {
    use super::super::tests::drawn;
    use super::*;

    #[test]
    fn the_most_recent_sessions_that_share_an_item_are_looked_at_and_no_older_one() {
        let log = drawn(400, 3);
        let history = History::new(&log);
        let mut workspace = Workspace::new(&history);
        for (candidates, most) in [(1, 1), (7, 3), (40, 40), (90, 5), (1_000, 500)] {
            for first in 0..60u32 {
                // Two items of one group and one of another, of different weights.
                let own = [(first, 1.0), ((first + 1) % 60, 0.5), ((first + 20) % 60, 0.25)];
                own.iter().for_each(|&(item, weight)| workspace.own.add(item, weight));
                let found =
                    nearest(&history, &mut workspace, candidates, most, |session, alike| alike + session as f32);
                workspace.own.clear();
                let shared = |session: u32| {
                    let of = |item: u32| own.iter().find(|one| one.0 == item).map_or(0.0, |one| one.1);
                    history.items_of(session).iter().map(|&item| of(item)).sum::<f32>()
                };
                let newest_first = (0..history.session_count() as u32).rev().filter(|&session| shared(session) > 0.0);
                let looked_at =
                    newest_first.take(candidates).map(|session| (session, shared(session) + session as f32));
                let mut wanted: Vec<(u32, f32)> = looked_at.collect();
                wanted.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
                wanted.truncate(most);
                assert_eq!(found, wanted, "{candidates} {most} {first}");
            }
        }
    }
}
