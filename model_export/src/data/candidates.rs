//! Candidate lists that came from outside: what a shop's server would have shown at each step.

use std::collections::BTreeMap;
use std::fmt;

use super::{FilesReport, Ids};

/// Lists of candidates by session and step, ascending by session index and then step. A list keeps the file's order (the
/// server's order) and whatever it repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateLists {
    /// The distinct items of all lists, ascending; [`CandidateLists::items`] holds indices into it. Not the log's items:
    /// a list may hold items that no session of the log has seen.
    pub item_ids: Ids,
    /// Per list: the session, as an index into the log that was given to the reader.
    pub sessions: Vec<u32>,
    /// Per list: the step, which is the number of events already seen.
    pub steps: Vec<u32>,
    /// `lists + 1` offsets into `items` and `scores`.
    pub offsets: Vec<usize>,
    /// Item indices.
    pub items: Vec<u32>,
    /// The server's scores; NaN where there is none.
    pub scores: Vec<f32>,
    /// By row, the place on the shop's pages that the list was made for: the number of a name from 1, 0 where there is none;
    /// empty where no row has one.
    pub slots: Vec<u32>,
    /// The names of slots.
    pub slot_names: Vec<String>,
    /// Columns that are not part of the format, as text by row, of those that were asked for and are there.
    pub columns: BTreeMap<String, Vec<Option<String>>>,
    /// Rows that were left out because their session is not in the log.
    pub rows_of_unknown_sessions: u64,
    /// Rows that were left out because session, step or item was null.
    pub rows_with_nulls: u64,
    /// Lists that are not ranked: they come before the first event of their session, and no event names what was wanted.
    pub lists_before_first: u64,
    /// Lists that are not ranked: their session has no event that comes after so many.
    pub lists_behind_last: u64,
    /// Columns that are not part of the format.
    pub columns_ignored: Vec<String>,
    /// What is to be said of the files.
    pub files: FilesReport,
}

/// One list of candidates, in the server's order: two slices of the same length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CandidateView<'a> {
    /// The session, as an index into the log.
    pub session: u32,
    /// The number of events already seen.
    pub step: u32,
    /// The row of the first of them.
    pub first: usize,
    /// Indices into [`CandidateLists::item_ids`].
    pub items: &'a [u32],
    /// The server's scores; NaN where there is none.
    pub scores: &'a [f32],
}

/// What became of the rows of the file, for the error stream.
impl fmt::Display for CandidateLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of candidates kept in {} lists", self.items.len(), self.len())?;
        for (rows, why) in [
            (self.rows_of_unknown_sessions, "of sessions that the log has not"),
            (self.rows_with_nulls, "without a session id, a step or an item id"),
        ] {
            if rows > 0 {
                write!(f, "\n  left out {rows} rows {why}")?;
            }
        }
        for (lists, why) in [
            (self.lists_before_first, "before the first event of their session"),
            (self.lists_behind_last, "behind the last event of their session, which has no such step"),
        ] {
            if lists > 0 {
                write!(f, "\n  not ranked: {lists} lists {why}")?;
            }
        }
        if !self.columns_ignored.is_empty() {
            write!(f, "\n  columns ignored: {}", self.columns_ignored.join(", "))?;
        }
        write!(f, "{}", self.files)
    }
}

impl CandidateLists {
    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// One list; `list` must be below [`CandidateLists::len`].
    pub fn list(&self, list: usize) -> CandidateView<'_> {
        let range = self.offsets[list]..self.offsets[list + 1];
        CandidateView {
            session: self.sessions[list],
            step: self.steps[list],
            first: range.start,
            items: &self.items[range.clone()],
            scores: &self.scores[range],
        }
    }

    /// The list of this session and step, if there is one.
    pub fn find(&self, session: usize, step: usize) -> Option<CandidateView<'_>> {
        self.position(session, step).map(|list| self.list(list))
    }

    /// The number of the list of this session and step, if there is one.
    pub fn position(&self, session: usize, step: usize) -> Option<usize> {
        let wanted = (u32::try_from(session).ok()?, u32::try_from(step).ok()?);
        let first = self.sessions.partition_point(|&session| session < wanted.0);
        let last = self.sessions.partition_point(|&session| session <= wanted.0);
        self.steps[first..last].binary_search(&wanted.1).ok().map(|within| first + within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_by_session_and_step() {
        let lists = CandidateLists {
            item_ids: Ids::Integer(vec![5, 6, 7]),
            sessions: vec![0, 0, 2],
            steps: vec![1, 3, 1],
            offsets: vec![0, 2, 3, 6],
            items: vec![0, 1, 2, 2, 2, 0],
            scores: vec![f32::NAN; 6],
            slots: vec![],
            slot_names: vec![],
            columns: BTreeMap::new(),
            rows_of_unknown_sessions: 0,
            rows_with_nulls: 0,
            lists_before_first: 0,
            lists_behind_last: 0,
            columns_ignored: vec![],
            files: FilesReport::default(),
        };
        assert_eq!(lists.find(0, 3).map(|list| list.items), Some(&[2][..]));
        assert_eq!(lists.find(2, 1).map(|list| list.items), Some(&[2, 2, 0][..]));
        for (session, step) in [(0, 2), (1, 1), (3, 1), (0, usize::MAX)] {
            assert!(lists.find(session, step).is_none());
        }
    }
}
