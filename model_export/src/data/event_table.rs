//! From rows as they were read to the table that is cleaned: what their times mean, and which of them are one session.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Int64Array, RecordBatch, UInt16Array, UInt32Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use reshelf::session::EventKind;

use super::clock::{Clock, Days, Forms, Grains};
use super::columns::shorten;
use super::encoder::EncodedIds;
use super::read_rows::{NO_USER, ReadRows, Rows};
use super::report::{CleaningReport, CleaningRules, DropReason};
use super::source::{Batches, engine};
use super::visits::{SessionGap, Visits, part};
use super::{DataError, Ids};

/// The rows of a log with ids as numbers: columns row, session, item, ts, event.
pub(super) struct EventTable {
    pub batches: Batches,
    /// By the number of the session; parts of one id bear it all.
    pub session_ids: Ids,
    pub item_ids: Ids,
    /// The kind of each event number.
    pub kinds: Vec<EventKind>,
    pub clock: Clock,
    /// For each session that is a part of what bears one id: how many events of that id come before each of its own.
    pub steps: BTreeMap<u32, Vec<u32>>,
}

/// What is known of one session of the file.
#[derive(Clone, Copy)]
struct SessionSpan {
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
        mut forms: Forms,
        kinds: Vec<EventKind>,
        gap: SessionGap,
        report: &mut CleaningReport,
    ) -> Result<EventTable, DataError> {
        for rows in &mut read {
            rows.sessions.iter_mut().for_each(|session| *session = sessions.number(*session));
            rows.items.iter_mut().for_each(|item| *item = items.number(*item));
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
            let mut kept = Rows::default();
            for (index, time) in read.times().enumerate() {
                let Some(time) = forms.time(read.file, time) else {
                    other_unit += 1;
                    continue;
                };
                if !likely.contains(&time) {
                    far += 1;
                    continue;
                }
                let session = read.sessions[index];
                let user = read.users.get(index).copied().unwrap_or(NO_USER);
                let span = &mut spans[session as usize];
                report.rows_out_of_order += u64::from(time < span.last);
                span.add(time, user);
                grains.add(time);
                kept.rows.push(read.rows[index]);
                kept.sessions.push(session);
                kept.items.push(read.items[index]);
                kept.times.push(time);
                kept.events.push(read.events[index]);
                if !read.users.is_empty() {
                    kept.users.push(user);
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
        Ok(EventTable {
            batches: batches(rows)?,
            session_ids: sessions.ids.select(of_file.into_iter().map(|session| session as usize)),
            item_ids: items.ids,
            kinds,
            clock,
            steps,
        })
    }
}

impl SessionSpan {
    fn add(&mut self, time: i64, user: u32) {
        self.rows += 1;
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
    let schema = Arc::new(Schema::new(vec![
        Field::new("row", DataType::UInt32, false),
        Field::new("session", DataType::UInt32, false),
        Field::new("item", DataType::UInt32, false),
        Field::new("ts", DataType::Int64, false),
        Field::new("event", DataType::UInt16, false),
    ]));
    let batch = |rows: Rows| {
        let columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(UInt32Array::from(rows.rows)),
            Arc::new(UInt32Array::from(rows.sessions)),
            Arc::new(UInt32Array::from(rows.items)),
            Arc::new(Int64Array::from(rows.times)),
            Arc::new(UInt16Array::from(rows.events)),
        ];
        RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|cause| engine(cause.into()))
    };
    rows.into_iter().map(batch).collect()
}
