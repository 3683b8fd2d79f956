//! Which sessions of a log are meant: all, those of named splits, or a part by time.

/// Which part of a log to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Split {
    /// All rows.
    #[default]
    All,
    /// The rows whose split column holds one of these names.
    Named {
        /// The column. A named one must exist; `None` means `split` where the log has it, and all rows where not.
        column: Option<String>,
        /// The names, at least one.
        names: Vec<String>,
        /// A column, such as that of users: rows are left out whose value in it stands in rows of other splits too.
        unshared: Option<String>,
    },
    /// Whole sessions by the time of their first event, for logs without such a column.
    ByTime {
        /// The part of the sessions, the newest, that is [`Part::Test`]: between 0 and 1.
        newest: f64,
        /// Which part is meant.
        part: Part,
    },
}

/// A part of a log that is split by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The older sessions.
    Train,
    /// The newer sessions.
    Test,
}

impl Split {
    /// The rows of one split of the column `split`, where the log has it.
    pub fn usual(name: &str) -> Split {
        Split::Named { column: None, names: vec![name.to_owned()], unshared: None }
    }

    /// The flags of the command line that choose this part: names without dashes, and values.
    pub fn flags(&self) -> Vec<(&'static str, String)> {
        match self {
            Split::All => Vec::new(),
            Split::Named { column, names, unshared } => {
                let column = column.iter().map(|column| ("split-column", column.clone()));
                let unshared = unshared.iter().map(|column| ("unshared", column.clone()));
                column.chain([("split", names.join(","))]).chain(unshared).collect()
            }
            Split::ByTime { newest, part } => {
                vec![("newest-test", newest.to_string()), ("split", part.name().to_owned())]
            }
        }
    }
}

impl Part {
    /// `train` or `test`.
    pub fn name(self) -> &'static str {
        match self {
            Part::Train => "train",
            Part::Test => "test",
        }
    }

    /// The part of this name.
    pub fn of_name(name: &str) -> Option<Part> {
        [Part::Train, Part::Test].into_iter().find(|part| part.name() == name)
    }

    /// The sessions of this part, given all of them from the oldest to the newest. Each part gets at least one of two.
    pub(super) fn of<T>(self, oldest_first: &[T], newest: f64) -> &[T] {
        let sessions = oldest_first.len();
        let wanted = (sessions as f64 * newest).round() as usize;
        let newest = wanted.min(sessions.saturating_sub(1)).max(sessions.min(1));
        let (train, test) = oldest_first.split_at(sessions - newest);
        match self {
            Part::Train => train,
            Part::Test => test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_disjoint_and_whole() {
        let sessions: Vec<u32> = (0..25).collect();
        for newest in [0.001, 0.1, 0.5, 0.999] {
            let (train, test) = (Part::Train.of(&sessions, newest), Part::Test.of(&sessions, newest));
            assert_eq!([train, test].concat(), sessions);
            assert!(!train.is_empty() && !test.is_empty(), "{newest}");
        }
        assert_eq!(Part::Test.of(&sessions, 0.1), [22, 23, 24]);
        assert!(Part::Test.of(&[] as &[u32], 0.1).is_empty() && Part::Train.of(&[1], 0.1).is_empty());
    }

    #[test]
    fn flags_say_what_was_chosen() {
        let named = Split::Named { column: Some("part".into()), names: vec!["a".into(), "b".into()], unshared: None };
        assert_eq!(named.flags(), [("split-column", "part".to_owned()), ("split", "a,b".to_owned())]);
        let by_time = Split::ByTime { newest: 0.1, part: Part::Test };
        assert_eq!(by_time.flags(), [("newest-test", "0.1".to_owned()), ("split", "test".to_owned())]);
        assert!(Split::All.flags().is_empty());
    }
}
