//! Cleaning by SQL over the encoded rows: duplicates, session sizes, bots, order.
//!
//! The statements name no file and hold no text per row, so that the same ones run on one machine or, over a table of the
//! same columns, on a Ballista cluster.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{Float32Type, Int64Type, UInt16Type, UInt32Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt;
use reshelf::session::EventKind;

use super::clock::Clock;
use super::event_table::{EventKinds, EventTable};
use super::report::{Cleaning, CleaningReport, CleaningRules, DropReason, Dropped, EventOptions};
use super::signals::{Signal, is_signal};
use super::source::{Batches, engine, register};
use super::{DataError, HiddenItems, Ids, Part, SessionLog, Signals, Split};

/// The sessions from the oldest to the newest.
fn sessions_by_time(has_clock: bool) -> String {
    let start = start_of_session(has_clock);
    format!(
        "SELECT session FROM (SELECT session, {start} AS start, MIN(row) AS first_row FROM events GROUP BY session)
         ORDER BY start, first_row"
    )
}

/// Without a clock all sessions start at the same position, and the order of the file is the order in time.
fn start_of_session(has_clock: bool) -> &'static str {
    if has_clock { "MIN(ts)" } else { "CAST(0 AS BIGINT)" }
}

/// Sessions in which a row that says the same as another one is no duplicate, but a repeat or a quantity: those of one time,
/// such as orders, and those of a clock too coarse to tell. Where every row is there twice, it was exported twice.
fn sessions_with_repeats(clock: &Clock) -> String {
    let coarse = match clock.grain_ms() {
        Some(grain) if !clock.tells_duplicates() => format!("OR SUM(CASE WHEN ts % {grain} = 0 THEN 0 ELSE 1 END) = 0"),
        // Small numbers may count days.
        None if clock.has_clock() => "OR TRUE".to_owned(),
        _ => String::new(),
    };
    format!(
        "CREATE VIEW repeats AS
         SELECT session, CAST(SUM(copies) - COUNT(*) AS BIGINT) AS kept
         FROM (SELECT session, ts, COUNT(*) AS copies FROM events GROUP BY session, item, ts, event)
         GROUP BY session
         HAVING MIN(copies) = 1 AND MAX(copies) > 1 AND (MIN(ts) = MAX(ts) {coarse})"
    )
}

const COUNT_REPEATS: &str = "SELECT COALESCE(SUM(kept), 0) AS kept FROM repeats";

/// What stays before sessions are looked at: the first of rows that say the same and are no repeats, or all.
const FIRST_OF_DUPLICATES: &str = "
    CREATE VIEW distinct_events AS
    SELECT MIN(e.row) AS row, e.session, e.item, e.ts, e.event
    FROM events e LEFT JOIN repeats r ON e.session = r.session
    GROUP BY e.session, e.item, e.ts, e.event, CASE WHEN r.session IS NULL THEN 0 ELSE e.row END";
const ALL_ROWS: &str = "
    CREATE VIEW distinct_events AS
    SELECT row, session, item, ts, event FROM events";

/// What stays of the signals: the first of those that say the same, where the clock can tell them from repeats, or all.
fn distinct_signals(first_of_duplicates: bool) -> &'static str {
    match first_of_duplicates {
        true => {
            "CREATE VIEW distinct_signals AS
             SELECT MIN(row) AS row, session, item, ts, event, amount, list FROM signals
             GROUP BY session, item, ts, event, amount, list"
        }
        false => {
            "CREATE VIEW distinct_signals AS
             SELECT row, session, item, ts, event, amount, list FROM signals"
        }
    }
}

/// The condition under which a session is too fast for a shopper, in a clock that tells: fast for its events, of which
/// purchases do not count, since an order has them all at once; and fast for its different times, which are far apart where
/// a clock is coarse, and few where rows were written in one go.
fn too_fast(rules: &CleaningRules) -> String {
    let CleaningRules { rate_events, rate_times, least_mean_gap_ms: gap, .. } = rules;
    format!(
        "SUM(acts) >= {rate_events} AND COUNT(*) >= {rate_times} AND MAX(ts) - MIN(ts) < {gap} * (SUM(acts) - 1) \
         AND MAX(ts) - MIN(ts) <= {gap} * (COUNT(*) - 1)"
    )
}

/// One row per session: its size, its start, and whether it stays (`kept`) or why not.
fn judge_sessions(cleaning: &Cleaning, clock: &Clock, kinds: &[EventKind]) -> String {
    let verdict = match cleaning {
        Cleaning::None => "'kept'".to_owned(),
        Cleaning::Training(rules) => {
            let (too_long, code, alone) =
                (DropReason::BotLength.code(), DropReason::BotRate.code(), DropReason::OneEvent.code());
            let (most, fewest) = (rules.most_events, rules.fewest_events);
            // Positions tell nothing about speed.
            let rate = clock.grain_ms().map_or(String::new(), |_| format!("WHEN {} THEN '{code}'", too_fast(rules)));
            format!(
                "CASE WHEN SUM(events) > {most} THEN '{too_long}' {rate} WHEN SUM(events) < {fewest} THEN '{alone}' \
                 ELSE 'kept' END"
            )
        }
    };
    let start = start_of_session(clock.has_clock());
    let purchases = (0..kinds.len()).filter(|&event| kinds[event] == EventKind::Purchase);
    let purchases: Vec<String> = purchases.map(|event| event.to_string()).collect();
    let act = match purchases.as_slice() {
        [] => "1".to_owned(),
        _ => format!("CASE WHEN event IN ({}) THEN 0 ELSE 1 END", purchases.join(", ")),
    };
    format!(
        "SELECT session, CAST(SUM(events) AS BIGINT) AS events, {start} AS start, MIN(row) AS first_row,
             {verdict} AS verdict
         FROM (SELECT session, ts, CAST(COUNT(*) AS BIGINT) AS events, CAST(SUM({act}) AS BIGINT) AS acts, MIN(row) AS row
               FROM distinct_events GROUP BY session, ts)
         GROUP BY session"
    )
}

const COUNT_DROPPED: &str = "
    SELECT verdict, CAST(COUNT(*) AS BIGINT) AS sessions, CAST(SUM(events) AS BIGINT) AS rows
    FROM sessions WHERE verdict <> 'kept' GROUP BY verdict";

/// Signals are dropped with their session. `OF_ROWS` is a condition: what an event's own row tells is no row.
const COUNT_DROPPED_SIGNALS: &str = "
    SELECT COALESCE(s.verdict, 'no_event') AS verdict, CAST(0 AS BIGINT) AS sessions, CAST(COUNT(*) AS BIGINT) AS rows
    FROM distinct_signals g LEFT JOIN sessions s ON g.session = s.session
    WHERE COALESCE(s.verdict, 'no_event') <> 'kept' AND g.event <> OF_ROWS
    GROUP BY COALESCE(s.verdict, 'no_event')";

const COUNT_DISTINCT_SIGNALS: &str =
    "SELECT CAST(COUNT(*) AS BIGINT) AS rows FROM distinct_signals WHERE event <> OF_ROWS";

const COUNT_DISTINCT: &str = "SELECT COALESCE(CAST(SUM(events) AS BIGINT), 0) AS rows FROM sessions";

const KEPT_IN_ORDER: &str = "
    SELECT e.session, e.item, e.ts, e.event
    FROM distinct_events e JOIN sessions s ON e.session = s.session
    WHERE s.verdict = 'kept'
    ORDER BY s.start, s.first_row, e.ts, e.row";

/// What an event's own row tells follows it.
const KEPT_WITH_SIGNALS: &str = "
    SELECT session, item, ts, event, amount, list FROM (
        SELECT s.start, s.first_row, e.row, CAST(0 AS INT) AS beside, e.session, e.item, e.ts, e.event,
            CAST(0 AS REAL) AS amount, CAST(0 AS INT UNSIGNED) AS list
        FROM distinct_events e JOIN sessions s ON e.session = s.session WHERE s.verdict = 'kept'
        UNION ALL
        SELECT s.start, s.first_row, g.row, CAST(1 AS INT) AS beside, g.session, g.item, g.ts, g.event, g.amount, g.list
        FROM distinct_signals g JOIN sessions s ON g.session = s.session WHERE s.verdict = 'kept')
    ORDER BY start, first_row, ts, row, beside";

/// Drops what the rules drop, sorts the rest and counts both.
pub(super) async fn clean(
    table: EventTable,
    report: CleaningReport,
    options: &EventOptions,
) -> Result<SessionLog, DataError> {
    let (table, report) = match options.split {
        Split::ByTime { newest, part } => part_by_time(table, report, newest, part).await?,
        Split::All | Split::Named { .. } => (table, report),
    };
    let (table, mut report) = match options.hidden_items {
        Some(hidden) => hide(table, report, hidden)?,
        None => (table, report),
    };
    let cleaning = &options.cleaning;
    let EventTable { batches, signals, session_ids, item_ids, texts, kinds, clock, steps } = table;
    let rows = count(&batches);
    let context = SessionContext::new_with_config(SessionConfig::new());
    register(&context, "events", batches)?;
    let training = matches!(cleaning, Cleaning::Training(_));
    if training {
        query(&context, &sessions_with_repeats(&clock)).await?;
        report.repeats_kept = total(&query(&context, COUNT_REPEATS).await?);
    }
    query(&context, if training { FIRST_OF_DUPLICATES } else { ALL_ROWS }).await?;
    let sessions = query(&context, &judge_sessions(cleaning, &clock, &kinds.kinds)).await?;
    // Once rows are dropped, the steps of the file are gone.
    let steps = if training { BTreeMap::new() } else { steps };
    let of_rows = kinds.dwell_of_row.map_or(-1, i32::from).to_string();
    let of_rows = |statement: &str| statement.replace("OF_ROWS", &of_rows);
    let signals_of_rows: u64 = signals.iter().map(|batch| kinds.of_rows(batch)).sum();
    let has_clock = clock.has_clock();
    let mut builder =
        LogBuilder { session_ids, item_ids, texts, kinds, has_clock, steps, report, ..LogBuilder::default() };
    if sessions.is_empty() {
        builder.report.drop_rows(DropReason::NoEvent, count(&signals) as u64 - signals_of_rows);
        return Ok(builder.finish());
    }
    register(&context, "sessions", sessions)?;
    builder.count_dropped(rows as u64, &query(&context, COUNT_DISTINCT).await?, &query(&context, COUNT_DROPPED).await?);
    let in_order = if signals.is_empty() {
        KEPT_IN_ORDER
    } else {
        let rows = count(&signals) as u64 - signals_of_rows;
        register(&context, "signals", signals)?;
        query(&context, distinct_signals(training && clock.tells_duplicates())).await?;
        let [distinct, dropped] = [COUNT_DISTINCT_SIGNALS, COUNT_DROPPED_SIGNALS].map(of_rows);
        builder.count_dropped(rows, &query(&context, &distinct).await?, &query(&context, &dropped).await?);
        KEPT_WITH_SIGNALS
    };
    let mut kept = context.sql(in_order).await.map_err(engine)?.execute_stream().await.map_err(engine)?;
    while let Some(batch) = kept.next().await {
        builder.append(&batch.map_err(engine)?);
    }
    Ok(builder.finish())
}

fn count(batches: &Batches) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// Leaves one part of the sessions. It is chosen before anything is cleaned away, so that whoever reads a log, and for
/// whatever purpose, parts it at the same place.
async fn part_by_time(
    mut table: EventTable,
    mut report: CleaningReport,
    newest: f64,
    part: Part,
) -> Result<(EventTable, CleaningReport), DataError> {
    let context = SessionContext::new_with_config(SessionConfig::new());
    register(&context, "events", table.batches.clone())?;
    let sorted = query(&context, &sessions_by_time(table.clock.has_clock())).await?;
    let oldest_first: Vec<u32> =
        sorted.iter().flat_map(|batch| batch.column(0).as_primitive::<UInt32Type>().values().iter().copied()).collect();
    // Signals of a session without an event belong to no part, as rows without a session do, and are counted in both.
    let with_events: BTreeSet<u32> = oldest_first.iter().copied().collect();
    let mut wanted: Vec<bool> =
        (0..table.session_ids.len() as u32).map(|session| !with_events.contains(&session)).collect();
    part.of(&oldest_first, newest).iter().for_each(|&session| wanted[session as usize] = true);
    for (batches, are_rows) in [(&mut table.batches, false), (&mut table.signals, true)] {
        for batch in batches {
            let sessions = batch.column(1).as_primitive::<UInt32Type>().values();
            let rows: BooleanArray = sessions.iter().map(|&session| Some(wanted[session as usize])).collect();
            let part = filter_record_batch(batch, &rows).map_err(|cause| engine(cause.into()))?;
            let of_rows = |batch: &RecordBatch| if are_rows { table.kinds.of_rows(batch) } else { 0 };
            let [before, after] = [&*batch, &part].map(|batch| batch.num_rows() as u64 - of_rows(batch));
            report.rows_read -= before - after;
            *batch = part;
        }
    }
    Ok((table, report))
}

/// Leaves out the rows of hidden items. Sessions are parted before, so that a log is parted at the same place whatever is hidden.
fn hide(
    mut table: EventTable,
    mut report: CleaningReport,
    hidden: HiddenItems,
) -> Result<(EventTable, CleaningReport), DataError> {
    let is_hidden: Vec<bool> = (0..table.item_ids.len()).map(|item| hidden.hides(&table.item_ids.text(item))).collect();
    let (mut met, mut rows) = (BTreeSet::new(), 0);
    for (batches, are_rows) in [(&mut table.batches, false), (&mut table.signals, true)] {
        for batch in batches {
            let items = batch.column(2).as_primitive::<UInt32Type>().values();
            let events = batch.column(4).as_primitive::<UInt16Type>().values();
            let mut stays = |(&item, &event): (&u32, &u16)| {
                // What was searched for has numbers of its own.
                let of_hidden = table.kinds.of(event) != EventKind::Search && is_hidden[item as usize];
                if of_hidden {
                    met.insert(item);
                }
                Some(!of_hidden)
            };
            let stays: BooleanArray = items.iter().zip(events).map(&mut stays).collect();
            let rest = filter_record_batch(batch, &stays).map_err(|cause| engine(cause.into()))?;
            let of_rows = |batch: &RecordBatch| if are_rows { table.kinds.of_rows(batch) } else { 0 };
            let [before, after] = [&*batch, &rest].map(|batch| batch.num_rows() as u64 - of_rows(batch));
            rows += before - after;
            *batch = rest;
        }
    }
    report.drop_rows(DropReason::HiddenItem, rows);
    report.hidden_items = Some((hidden, met.len()));
    Ok((table, report))
}

impl EventKinds {
    /// How many rows of a batch are what an event's own row tells.
    fn of_rows(&self, batch: &RecordBatch) -> u64 {
        let events = batch.column(4).as_primitive::<UInt16Type>().values();
        events.iter().filter(|&&event| Some(event) == self.dwell_of_row).count() as u64
    }
}

async fn query(context: &SessionContext, statement: &str) -> Result<Batches, DataError> {
    context.sql(statement).await.map_err(engine)?.collect().await.map_err(engine)
}

/// The sum of a column of counts.
fn total(batches: &Batches) -> u64 {
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().iter()).sum::<i64>() as u64
}

/// Gathers the sorted rows into a log.
struct LogBuilder {
    session_ids: Ids,
    item_ids: Ids,
    texts: Vec<String>,
    kinds: EventKinds,
    has_clock: bool,
    steps: BTreeMap<u32, Vec<u32>>,
    report: CleaningReport,
    signals: Signals,
    /// The number of each kept session, in order.
    sessions: Vec<u32>,
    offsets: Vec<usize>,
    items: Vec<u32>,
    event_kinds: Vec<EventKind>,
    times: Vec<i64>,
}

impl Default for LogBuilder {
    fn default() -> Self {
        LogBuilder {
            session_ids: Ids::Integer(vec![]),
            item_ids: Ids::Integer(vec![]),
            texts: vec![],
            kinds: EventKinds::default(),
            has_clock: false,
            steps: BTreeMap::new(),
            report: CleaningReport::default(),
            signals: Signals::default(),
            sessions: vec![],
            offsets: vec![],
            items: vec![],
            event_kinds: vec![],
            times: vec![],
        }
    }
}

impl LogBuilder {
    /// Counts what became of `rows`: duplicates are those that are not distinct.
    fn count_dropped(&mut self, rows: u64, distinct: &Batches, dropped: &Batches) {
        let mut drop = |reason: DropReason, rows: u64, sessions: u64| match self
            .report
            .dropped
            .iter_mut()
            .find(|dropped| dropped.reason == reason)
        {
            Some(dropped) => (dropped.rows, dropped.sessions) = (dropped.rows + rows, dropped.sessions + sessions),
            None if rows > 0 => self.report.dropped.push(Dropped { reason, rows, sessions }),
            None => {}
        };
        drop(DropReason::Duplicate, rows - total(distinct), 0);
        for batch in dropped {
            let verdicts = super::columns::plain_texts(batch.column(0));
            let sessions = batch.column(1).as_primitive::<Int64Type>();
            let rows = batch.column(2).as_primitive::<Int64Type>();
            for (index, verdict) in verdicts.iter().enumerate() {
                if let Some(reason) = DropReason::from_code(verdict) {
                    drop(reason, rows.value(index) as u64, sessions.value(index) as u64);
                }
            }
        }
        self.report.dropped.sort_by_key(|dropped| dropped.reason);
    }

    /// Adds rows in their order: session, item, ts, event, and of signals amount and list.
    fn append(&mut self, batch: &RecordBatch) {
        let numbers = |column: usize| batch.column(column).as_primitive::<UInt32Type>().values();
        let (sessions, items) = (numbers(0), numbers(1));
        let times = batch.column(2).as_primitive::<Int64Type>().values();
        let events = batch.column(3).as_primitive::<UInt16Type>().values();
        let told = batch.columns().get(4).map(|amounts| (amounts.as_primitive::<Float32Type>().values(), numbers(5)));
        for (index, &session) in sessions.iter().enumerate() {
            if self.sessions.last() != Some(&session) {
                self.sessions.push(session);
                self.offsets.push(self.items.len());
                self.signals.begin_session();
            }
            let kind = self.kinds.of(events[index]);
            match told.filter(|_| is_signal(kind)) {
                None => {
                    self.items.push(items[index]);
                    self.times.push(times[index]);
                    self.event_kinds.push(kind);
                }
                Some((amounts, lists)) => {
                    self.report.dwells_of_rows += u64::from(Some(events[index]) == self.kinds.dwell_of_row);
                    let after = (self.items.len() - self.offsets.last().copied().unwrap_or(0)) as u32;
                    let (amount, list) = (amounts[index], lists[index]);
                    self.signals.push(Signal { after, kind, item: items[index], amount, list });
                }
            }
        }
    }

    fn finish(mut self) -> SessionLog {
        self.offsets.push(self.items.len());
        self.signals.finish();
        let ascending = self.renumber_items();
        self.count_signals();
        self.report.rows_kept = (self.items.len() + self.signals.len()) as u64 - self.report.dwells_of_rows;
        self.report.sessions_kept = self.sessions.len() as u64;
        let mut steps = self.steps;
        let steps = |(session, number): (usize, &u32)| Some((session, steps.remove(number)?));
        SessionLog {
            steps: self.sessions.iter().enumerate().filter_map(steps).collect(),
            item_ids: self.item_ids.select(ascending),
            session_ids: self.session_ids.select(self.sessions.iter().map(|&session| session as usize)),
            offsets: self.offsets,
            items: self.items,
            kinds: self.event_kinds,
            times: self.times,
            signals: self.signals,
            has_clock: self.has_clock,
            report: self.report,
        }
    }

    /// Numbers items ascending by id: first those that an event has, which it returns, then those of signals alone.
    fn renumber_items(&mut self) -> Vec<usize> {
        let mut in_events = vec![false; self.item_ids.len()];
        self.items.iter().for_each(|&item| in_events[item as usize] = true);
        let mut told = vec![false; self.item_ids.len()];
        self.signals.all_items().for_each(|item| told[item as usize] = true);
        let (ascending, others): (Vec<usize>, Vec<usize>) = self
            .item_ids
            .ascending()
            .into_iter()
            .filter(|&item| in_events[item] || told[item])
            .partition(|&item| in_events[item]);
        let mut renumbered = vec![0; self.item_ids.len()];
        for (new, &old) in ascending.iter().chain(&others).enumerate() {
            renumbered[old] = new as u32;
        }
        self.items.iter_mut().for_each(|item| *item = renumbered[*item as usize]);
        self.signals.finish_items(&renumbered, self.item_ids.select(others), core::mem::take(&mut self.texts));
        ascending
    }

    fn count_signals(&mut self) {
        let kept = EventKind::ALL.into_iter().filter(|&kind| is_signal(kind));
        let kept = kept.map(|kind| match kind {
            EventKind::Dwell => (kind, self.signals.count(kind) - self.report.dwells_of_rows),
            _ => (kind, self.signals.count(kind)),
        });
        self.report.signals_kept = kept.filter(|(_, rows)| *rows > 0).collect();
        self.report.skips_derived = self.signals.derive_skips;
    }
}
