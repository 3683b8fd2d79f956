//! The sessions that simple methods look into, indexed by item.

use crate::data::SessionLog;

/// Sessions, oldest first, and where each item occurs in them.
#[derive(Clone, Debug)]
pub struct History {
    /// Events of each item.
    pub counts: Vec<u32>,
    /// All events' items, session after session.
    sequence: Vec<u32>,
    /// `sessions + 1` offsets into `sequence`.
    offsets: Vec<usize>,
    /// Where each item occurs in `sequence`, ascending.
    positions: Lists,
    /// The sessions that hold each item, each once, ascending.
    sessions: Lists,
    /// The items of each session, each once, ascending.
    distinct: Lists,
}

impl History {
    /// Indexes a log.
    pub fn new(log: &SessionLog) -> Self {
        let items = log.item_ids.len();
        let mut counts = vec![0u32; items];
        log.items.iter().for_each(|&item| counts[item as usize] += 1);
        let of_session = |session: usize| {
            let mut distinct = log.session(session).items.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            distinct
        };
        let distinct = Lists::new((0..log.sessions()).map(of_session));
        let places = || log.items.iter().enumerate().map(|(place, &item)| (item, place as u32));
        let memberships =
            || (0..log.sessions()).flat_map(|at| distinct.of(at as u32).iter().map(move |&item| (item, at as u32)));
        History {
            positions: Lists::grouped(items, places),
            sessions: Lists::grouped(items, memberships),
            sequence: log.items.clone(),
            offsets: log.offsets.clone(),
            counts,
            distinct,
        }
    }

    /// How many items there are.
    pub fn items(&self) -> usize {
        self.counts.len()
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The sessions that hold an item, each once, oldest first.
    pub fn sessions_with(&self, item: u32) -> &[u32] {
        self.sessions.of(item)
    }

    /// The items of a session, each once.
    pub fn items_of(&self, session: u32) -> &[u32] {
        self.distinct.of(session)
    }

    /// The events' items of a session, oldest first.
    pub fn events_of(&self, session: u32) -> &[u32] {
        &self.sequence[self.offsets[session as usize]..self.offsets[session as usize + 1]]
    }

    /// Every occurrence of an item, oldest first: the session, and the place in it from 0.
    pub fn occurrences(&self, item: u32) -> impl Iterator<Item = (u32, usize)> + '_ {
        self.positions.of(item).iter().map(|&position| {
            let session = self.offsets.partition_point(|&start| start <= position as usize) - 1;
            (session as u32, position as usize - self.offsets[session])
        })
    }

    /// How new a session is, as the share of all sessions that are no newer: above 0, and 1 for the newest.
    pub fn newness(&self, session: u32) -> f32 {
        (session + 1) as f32 / self.session_count().max(1) as f32
    }

    /// What came next after each occurrence of an item.
    pub fn successors(&self, item: u32) -> impl Iterator<Item = u32> + '_ {
        let ends = &self.offsets;
        self.positions.of(item).iter().filter_map(move |&position| {
            let next = position as usize + 1;
            // A session that begins at the next place is another one.
            ends.binary_search(&next).is_err().then(|| self.sequence[next])
        })
    }
}

/// Many short lists in one.
#[derive(Clone, Debug)]
struct Lists {
    offsets: Vec<usize>,
    values: Vec<u32>,
}

impl Lists {
    fn new(lists: impl Iterator<Item = Vec<u32>>) -> Self {
        let (mut offsets, mut values) = (vec![0], Vec::new());
        for list in lists {
            values.extend(list);
            offsets.push(values.len());
        }
        Lists { offsets, values }
    }

    /// Groups pairs by their first number, keeping their order.
    fn grouped<I: Iterator<Item = (u32, u32)>>(groups: usize, pairs: impl Fn() -> I) -> Self {
        let mut offsets = vec![0usize; groups + 1];
        pairs().for_each(|(group, _)| offsets[group as usize + 1] += 1);
        (0..groups).for_each(|group| offsets[group + 1] += offsets[group]);
        let (mut next, mut values) = (offsets.clone(), vec![0; offsets[groups]]);
        for (group, value) in pairs() {
            values[next[group as usize]] = value;
            next[group as usize] += 1;
        }
        Lists { offsets, values }
    }

    fn of(&self, list: u32) -> &[u32] {
        &self.values[self.offsets[list as usize]..self.offsets[list as usize + 1]]
    }
}
