//! From rows as they were read to the table that is cleaned: what their times mean, and which of them are one session.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Float32Array, Int64Array, RecordBatch, UInt16Array, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use reshelf::session::EventKind;

use super::clock::{Clock, Days, Forms, Grains};
use super::columns::shorten;
use super::encoder::EncodedIds;
use super::read_rows::{NO_USER, ReadRows, Rows, SignalRows};
use super::report::{CleaningReport, CleaningRules, DropReason};
use super::source::{Batches, engine};
use super::visits::{SessionGap, Visits, part};
use super::{DataError, Ids};

/// The rows of a log with ids as numbers: columns row, session, item, ts, event.
pub(super) struct EventTable {
    pub batches: Batches,
    /// Rows that are signals and no events, with the columns amount and list besides.
    pub signals: Batches,
    /// By the number of the session; parts of one id bear it all.
    pub session_ids: Ids,
    pub item_ids: Ids,
    /// What was searched for.
    pub texts: Vec<String>,
    pub kinds: EventKinds,
    pub clock: Clock,
    /// For each session that is a part of what bears one id: how many events of that id come before each of its own.
    pub steps: BTreeMap<u32, Vec<u32>>,
}

/// What event numbers stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct EventKinds {
    /// The kind of each.
    pub kinds: Vec<EventKind>,
    /// The number of a dwell that stands in an event's own row.
    pub dwell_of_row: Option<u16>,
}

impl EventKinds {
    pub fn of(&self, event: u16) -> EventKind {
        self.kinds[usize::from(event)]
    }
}

/// What is known of one session of the file.
#[derive(Clone, Copy)]
struct SessionSpan {
    /// Rows that are events.
    rows: u64,
    first: i64,
    last: i64,
    user: u32,
    shared: bool,
}

const NOT_MET: SessionSpan = SessionSpan { rows: 0, first: i64::MAX, last: i64::MIN, user: NO_USER, shared: false };

impl EventTable {
    /// Understands the times, parts the sessions, and adds to the report what was found and dropped.
    pub fn new(
        mut read: Vec<ReadRows>,
        [sessions, items, users]: [EncodedIds; 3],
        texts: Vec<String>,
        mut forms: Forms,
        kinds: EventKinds,
        gap: SessionGap,
        report: &mut CleaningReport,
    ) -> Result<EventTable, DataError> {
        // Events first, so that whatever depends on the order of rows is theirs alone.
        read.sort_by_key(|rows| rows.signals.is_some());
        for rows in &mut read {
            rows.sessions.iter_mut().for_each(|session| *session = sessions.number(*session));
            let of_items = rows.items.iter_mut().zip(&rows.events);
            let of_items = of_items.filter(|(_, event)| kinds.of(**event) != EventKind::Search);
            of_items.for_each(|(item, _)| *item = items.number(*item));
            rows.users.iter_mut().filter(|user| **user != NO_USER).for_each(|user| *user = users.number(*user));
        }
        let count = sessions.ids.len();
        let small = forms.all_small.then(|| forms.clock_of_small(&spans_of_numbers(&read, count)));
        let likely = match &small {
            Some(_) => i64::MIN..=i64::MAX,
            None => likely_times(&read, &forms),
        };
        let mut spans = vec![NOT_MET; count];
        let (mut grains, mut other_unit, mut far) = (Grains::default(), 0, 0);
        let mut rows = Vec::with_capacity(read.len());
        for read in read {
            let mut kept = Rows { signals: read.signals.as_ref().map(|_| SignalRows::default()), ..Rows::default() };
            for (index, time) in read.times().enumerate() {
                // What an event's own row tells is no row.
                let counted = u64::from(kinds.dwell_of_row != Some(read.events[index]));
                let Some(time) = forms.time(read.file, time) else {
                    other_unit += counted;
                    continue;
                };
                if !likely.contains(&time) {
                    far += counted;
                    continue;
                }
                let session = read.sessions[index];
                let user = read.users.get(index).copied().unwrap_or(NO_USER);
                let (span, is_event) = (&mut spans[session as usize], read.signals.is_none());
                report.rows_out_of_order += u64::from(is_event && time < span.last);
                span.add(time, user, is_event);
                grains.add(time);
                kept.rows.push(read.rows[index]);
                kept.sessions.push(session);
                kept.items.push(read.items[index]);
                kept.times.push(time);
                kept.events.push(read.events[index]);
                if !read.users.is_empty() {
                    kept.users.push(user);
                }
                if let (Some(kept), Some(read)) = (&mut kept.signals, &read.signals) {
                    kept.amounts.push(read.amounts[index]);
                    kept.lists.push(read.lists[index]);
                }
            }
            rows.push(kept);
        }
        report.drop_rows(DropReason::OtherUnit, other_unit);
        report.drop_rows(DropReason::FarTime, far);
        let clock = match small {
            None => Clock::Dates {
                span: grains.span(),
                grain_ms: grains.grain_ms(),
                read_as: forms.words(),
                guessed: false,
            },
            Some(Clock::Dates { read_as, guessed, .. }) => {
                Clock::Dates { span: grains.span(), grain_ms: grains.grain_ms(), read_as, guessed }
            }
            Some(none) => none,
        };
        let long = || spans.iter().filter(|span| span.rows > 1);
        report.crowded_id = crowded(&spans).map(|(session, rows)| (shorten(&sessions.ids.text(session)), rows));
        report.sessions_of_one_time =
            [long().filter(|span| span.first == span.last).count() as u64, long().count() as u64];
        // Times are known to their grain, so that a silence may have been as much shorter.
        let silence = clock.grain_ms().zip(gap.ms()).map(|(grain, gap)| if grain > 1_000 { gap + grain } else { gap });
        let silent = |span: &SessionSpan| silence.is_some_and(|silence| span.last.saturating_sub(span.first) > silence);
        let suspects: Vec<bool> = spans.iter().map(|span| span.shared || silent(span)).collect();
        let Visits { of_file, steps, parted } = part(&mut rows, &suspects, silence);
        report.parted = parted;
        report.session_gap = gap;
        report.clock = Some(clock.clone());
        let signals = rows.split_off(rows.partition_point(|rows| rows.signals.is_none()));
        Ok(EventTable {
            batches: batches(rows)?,
            signals: batches(signals)?,
            session_ids: sessions.ids.select(of_file.into_iter().map(|session| session as usize)),
            item_ids: items.ids,
            texts,
            kinds,
            clock,
            steps,
        })
    }
}

impl SessionSpan {
    fn add(&mut self, time: i64, user: u32, is_event: bool) {
        self.rows += u64::from(is_event);
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if user != NO_USER {
            self.shared |= self.user != NO_USER && self.user != user;
            self.user = user;
        }
    }
}

/// The session of the file that has a large share of all rows, and more of them than any one shopper's visit, with its rows.
fn crowded(spans: &[SessionSpan]) -> Option<(usize, u64)> {
    /// Of all rows, in parts of a hundred.
    const SHARE: u64 = 20;
    let rows: u64 = spans.iter().map(|span| span.rows).sum();
    let (session, most) = spans.iter().map(|span| span.rows).enumerate().max_by_key(|(_, rows)| *rows)?;
    (most > CleaningRules::default().most_events && most * 100 > rows * SHARE).then_some((session, most))
}

/// The first and the last number of every session that has some.
fn spans_of_numbers(read: &[ReadRows], sessions: usize) -> Vec<[f64; 2]> {
    let mut spans = vec![[f64::INFINITY, f64::NEG_INFINITY]; sessions];
    for rows in read {
        for (&session, &time) in rows.sessions.iter().zip(&rows.times) {
            let [first, last] = &mut spans[session as usize];
            (*first, *last) = (first.min(time), last.max(time));
        }
    }
    spans.retain(|span| span[0].is_finite());
    spans
}

fn likely_times(read: &[ReadRows], forms: &Forms) -> core::ops::RangeInclusive<i64> {
    let mut days = Days::default();
    for rows in read {
        rows.times().filter_map(|time| forms.time(rows.file, time)).for_each(|time| days.add(time));
    }
    days.likely()
}

fn batches(rows: Vec<Rows>) -> Result<Batches, DataError> {
    let of_events = [
        ("row", DataType::UInt32),
        ("session", DataType::UInt32),
        ("item", DataType::UInt32),
        ("ts", DataType::Int64),
        ("event", DataType::UInt16),
    ];
    let of_signals = [("amount", DataType::Float32), ("list", DataType::UInt32)];
    let schema = |signals: bool| {
        let of_signals = of_signals.clone().into_iter().filter(move |_| signals);
        let columns = of_events.clone().into_iter().chain(of_signals);
        Arc::new(Schema::new(columns.map(|(name, holds)| Field::new(name, holds, false)).collect::<Vec<_>>()))
    };
    let batch = |rows: Rows| {
        let schema = schema(rows.signals.is_some());
        let mut columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(UInt32Array::from(rows.rows)),
            Arc::new(UInt32Array::from(rows.sessions)),
            Arc::new(UInt32Array::from(rows.items)),
            Arc::new(Int64Array::from(rows.times)),
            Arc::new(UInt16Array::from(rows.events)),
        ];
        if let Some(SignalRows { amounts, lists }) = rows.signals {
            columns.push(Arc::new(Float32Array::from(amounts)));
            columns.push(Arc::new(UInt32Array::from(lists)));
        }
        RecordBatch::try_new(schema, columns).map_err(|cause| engine(cause.into()))
    };
    rows.into_iter().map(batch).collect()
}
