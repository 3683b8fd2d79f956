//! What was read, dropped and ignored, and the rules by which.

use std::fmt;

use reshelf::session::EventKind;

use super::{Clock, FilesReport, HiddenItems, Parted, SessionColumn, SessionGap, Split};

/// Why rows were dropped. The reasons are counted in this order: a row counts for the first that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DropReason {
    /// No session id (or an empty one).
    NullSession,
    /// No item id (or an empty one).
    NullItem,
    /// A search without its text.
    NullQuery,
    /// No time, so the event has no place in its session.
    NullTime,
    /// A dwell that says not for how long.
    NullDwell,
    /// What a shopper asked for no more of, or again: nothing is learned from it.
    Mute,
    /// No time, since it is in another unit or form than nine tenths of the file's.
    OtherUnit,
    /// No time, since it is far from nine tenths of the log's: 1970, 0001, 9999 and the like stand for "not known".
    FarTime,
    /// The item is hidden from training.
    HiddenItem,
    /// The same session, item, time and event once more.
    Duplicate,
    /// The session has more events than a shopper makes.
    BotLength,
    /// The session's events follow each other faster than a shopper's.
    BotRate,
    /// The session has one event alone: nothing follows it, so nothing is learned from it.
    OneEvent,
    /// The session has no event, only what is told beside events.
    NoEvent,
}

impl DropReason {
    /// All reasons, in the order in which they are applied.
    pub const ALL: [DropReason; 14] = [
        DropReason::NullSession,
        DropReason::NullItem,
        DropReason::NullQuery,
        DropReason::NullTime,
        DropReason::NullDwell,
        DropReason::Mute,
        DropReason::OtherUnit,
        DropReason::FarTime,
        DropReason::HiddenItem,
        DropReason::Duplicate,
        DropReason::BotLength,
        DropReason::BotRate,
        DropReason::OneEvent,
        DropReason::NoEvent,
    ];

    /// A stable code for scripts.
    pub fn code(self) -> &'static str {
        match self {
            DropReason::NullSession => "null_session",
            DropReason::NullItem => "null_item",
            DropReason::NullQuery => "null_query",
            DropReason::NullTime => "null_time",
            DropReason::NullDwell => "null_dwell",
            DropReason::Mute => "mute",
            DropReason::OtherUnit => "other_unit",
            DropReason::FarTime => "far_time",
            DropReason::HiddenItem => "hidden_item",
            DropReason::Duplicate => "duplicate",
            DropReason::BotLength => "bot_length",
            DropReason::BotRate => "bot_rate",
            DropReason::OneEvent => "one_event",
            DropReason::NoEvent => "no_event",
        }
    }

    /// The reason with this code.
    pub fn from_code(code: &str) -> Option<DropReason> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            DropReason::NullSession => "without a session id",
            DropReason::NullItem => "without an item id",
            DropReason::NullQuery => "of searches without a text",
            DropReason::NullTime => "without a time",
            DropReason::NullDwell => "of dwells without their seconds",
            DropReason::Mute => "of what was muted, from which nothing is learned",
            DropReason::OtherUnit => "without a time: they have times in another unit than nine tenths of their file",
            DropReason::FarTime => "without a time: their dates are many years from nine tenths of the log",
            DropReason::HiddenItem => "of items that are hidden from training (--hide-items)",
            DropReason::Duplicate => "duplicates",
            DropReason::BotLength => "in sessions too long for a shopper",
            DropReason::BotRate => "in sessions too fast for a shopper",
            DropReason::OneEvent => "in sessions of one event",
            DropReason::NoEvent => "in sessions without an event",
        }
    }
}

/// How many rows one reason dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Why.
    pub reason: DropReason,
    /// Rows dropped.
    pub rows: u64,
    /// Whole sessions dropped; 0 where the reason drops single rows, and of sessions that had no event.
    pub sessions: u64,
}

/// What became of the rows of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleaningReport {
    /// Rows read, of the chosen split where one was chosen.
    pub rows_read: u64,
    /// Rows that were not read since they are of other splits: their split (empty where they have none), and how many.
    pub rows_of_other_splits: Vec<(String, u64)>,
    /// Rows that stayed.
    pub rows_kept: u64,
    /// Sessions that stayed.
    pub sessions_kept: u64,
    /// Of the rows that stayed, those that are no events, by their kind.
    pub signals_kept: Vec<(EventKind, u64)>,
    /// Events that stayed whose rows say how long the item was looked at.
    pub dwells_of_rows: u64,
    /// Dwells that were negative: they count as none.
    pub negative_dwells: u64,
    /// Whether impressions become skips where the session goes on, since no row tells of a skip.
    pub skips_derived: bool,
    /// Which items were hidden, and how many of those that have rows; `None` where none were to be.
    pub hidden_items: Option<(HiddenItems, usize)>,
    /// What was dropped, by reason; reasons that dropped nothing are left out.
    pub dropped: Vec<Dropped>,
    /// Rows whose time was earlier than that of a row before them in the same session: they were sorted into place.
    pub rows_out_of_order: u64,
    /// What the times were understood as; `None` where no row was understood.
    pub clock: Option<Clock>,
    /// Of the sessions of several events: how many have one time for all of them, and how many there are.
    pub sessions_of_one_time: [u64; 2],
    /// Rows that say the same as another one, and that the clock cannot tell from a repeat: they are kept.
    pub repeats_kept: u64,
    /// Session ids that stand for several sessions.
    pub parted: Parted,
    /// The silence that parts sessions.
    pub session_gap: SessionGap,
    /// The column whose values were read as sessions.
    pub session_column: SessionColumn,
    /// The session id that bears more of the kept rows than any one shopper can, and those rows; `None` where none does.
    pub crowded_id: Option<(String, u64)>,
    /// Words such as `NULL` that were taken for no id: the column, the word, and its rows.
    pub words_for_nothing: Vec<(String, String, u64)>,
    /// Columns that are not part of the input format, each once.
    pub columns_ignored: Vec<String>,
    /// Event names that are not known, with their rows: they are kept as kind `Other`.
    pub unknown_events: Vec<(String, u64)>,
    /// What is to be said of the files.
    pub files: FilesReport,
}

impl CleaningReport {
    /// The rows that one reason dropped.
    pub fn dropped_rows(&self, reason: DropReason) -> u64 {
        self.dropped.iter().filter(|dropped| dropped.reason == reason).map(|dropped| dropped.rows).sum()
    }

    /// Adds single rows that one reason dropped, if any.
    pub(super) fn drop_rows(&mut self, reason: DropReason, rows: u64) {
        if rows > 0 {
            self.dropped.push(Dropped { reason, rows, sessions: 0 });
        }
    }

    fn write_signals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.signals_kept.iter().map(|(kind, rows)| format!("{rows} of kind `{}`", kind.name()));
        let counts: Vec<String> = counts.collect();
        if !counts.is_empty() {
            write!(f, "\n  kept beside the events: {}", counts.join(", "))?;
        }
        if self.dwells_of_rows > 0 {
            write!(f, "\n  {} events say how long the item was looked at", self.dwells_of_rows)?;
        }
        if self.negative_dwells > 0 {
            write!(f, "\n  {} negative dwells count as none", self.negative_dwells)?;
        }
        if self.skips_derived {
            write!(f, "\n  no row tells of a skip: what was shown and not turned to counts as passed over")?;
        }
        Ok(())
    }

    fn write_clock(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(clock) = &self.clock else { return Ok(()) };
        write!(f, "\n  {clock}")?;
        let [of_one_time, long] = self.sessions_of_one_time;
        if clock.grain_ms().is_some() && 10 * of_one_time > long {
            write!(
                f,
                "\n  all events bear one time in {of_one_time} of {long} sessions: nothing is told of their speed"
            )?;
        }
        if self.repeats_kept > 0 {
            write!(f, "\n  kept {} rows that repeat an item at one time, which may be a quantity", self.repeats_kept)?;
        }
        Ok(())
    }

    fn write_parted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parted { by_user, by_silence, into } = self.parted;
        let causes = [
            (by_user, "shared by several users".to_owned()),
            (by_silence, format!("silent for more than {} (--session-gap)", self.session_gap)),
        ];
        let causes = causes.into_iter().filter(|(ids, _)| *ids > 0).map(|(ids, cause)| format!("{ids} {cause}"));
        let causes: Vec<String> = causes.collect();
        if causes.is_empty() {
            Ok(())
        } else {
            write!(f, "\n  session ids parted: {}; into {into} sessions", causes.join(", "))
        }
    }
}

impl fmt::Display for CleaningReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows read, {} kept in {} sessions", self.rows_read, self.rows_kept, self.sessions_kept)?;
        if !self.rows_of_other_splits.is_empty() {
            let name = |split: &str| if split.is_empty() { "no split".to_owned() } else { format!("`{split}`") };
            let splits = self.rows_of_other_splits.iter().map(|(split, rows)| format!("{} ({rows})", name(split)));
            write!(f, "\n  not read, of other splits: {}", splits.collect::<Vec<_>>().join(", "))?;
        }
        for dropped in &self.dropped {
            write!(f, "\n  dropped {} rows {}", dropped.rows, dropped.reason.words())?;
            if dropped.sessions > 0 {
                write!(f, " ({} sessions)", dropped.sessions)?;
            }
        }
        if let Some((hidden, items)) = &self.hidden_items {
            write!(f, "\n  hidden items: {items}, chosen by their ids, about {hidden} of all")?;
        }
        self.write_signals(f)?;
        if let Some(column) = self.session_column.other() {
            write!(f, "\n  sessions are what bears one `{column}` (--session-column)")?;
        }
        for (column, word, rows) in &self.words_for_nothing {
            write!(f, "\n  `{word}` in `{column}` is taken for nothing ({rows} rows)")?;
        }
        self.write_clock(f)?;
        self.write_parted(f)?;
        if let Some((id, rows)) = &self.crowded_id {
            write!(f, "\n  warning: {rows} rows bear the session id `{id}`, which may stand for no session")?;
        }
        if self.rows_out_of_order > 0 {
            write!(f, "\n  sorted {} rows that were out of time order", self.rows_out_of_order)?;
        }
        if !self.unknown_events.is_empty() {
            let names: Vec<String> =
                self.unknown_events.iter().map(|(name, rows)| format!("{name} ({rows})")).collect();
            write!(f, "\n  unknown events, kept as `other`: {}", names.join(", "))?;
        }
        if !self.columns_ignored.is_empty() {
            write!(f, "\n  columns ignored: {}", self.columns_ignored.join(", "))?;
        }
        write!(f, "{}", self.files)
    }
}

/// When a session is no shopper's, for training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CleaningRules {
    /// Sessions with more events than this are dropped.
    pub most_events: u64,
    /// The rate rule looks at sessions with at least this many events.
    pub rate_events: u64,
    /// ... and at least this many different times,
    pub rate_times: u64,
    /// ... and drops those whose mean gap between events is below this many milliseconds. Only where the log has a clock.
    pub least_mean_gap_ms: i64,
    /// Sessions with fewer events than this are dropped.
    pub fewest_events: u64,
}

impl Default for CleaningRules {
    /// Longer than 200 events, or 20 events at less than a second each: no shopper of the public logs that we train on is
    /// either (their longest sessions have 70, 146 and 161 events); crawlers are. One event alone teaches nothing.
    fn default() -> Self {
        CleaningRules { most_events: 200, rate_events: 20, rate_times: 3, least_mean_gap_ms: 1_000, fewest_events: 2 }
    }
}

/// Which rows stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cleaning {
    /// For training: duplicates, bots and one-event sessions are dropped.
    Training(CleaningRules),
    /// For ranking and evaluation: rows are kept as they are; only those without a session, an item or a time drop.
    None,
}

impl Default for Cleaning {
    fn default() -> Self {
        Cleaning::Training(CleaningRules::default())
    }
}

/// How to read a log of events: all rows, cleaned for training, unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventOptions {
    /// Which sessions to read.
    pub split: Split,
    /// Which rows stay.
    pub cleaning: Cleaning,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// Items whose rows are left out, as if the log had never met them.
    pub hidden_items: Option<HiddenItems>,
}
