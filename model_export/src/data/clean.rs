//! Cleaning by SQL over the encoded rows: duplicates, session sizes, bots, order.
//!
//! The statements name no file and hold no text per row, so that the same ones run on one machine or, over a table of the
//! same columns, on a Ballista cluster.

use std::collections::BTreeMap;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{Int64Type, UInt16Type, UInt32Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt;
use reshelf::session::EventKind;

use super::clock::Clock;
use super::event_table::EventTable;
use super::report::{Cleaning, CleaningReport, CleaningRules, DropReason, Dropped, EventOptions};
use super::source::{Batches, engine, register};
use super::{DataError, Ids, Part, SessionLog, Split};

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

/// A clock whose times are multiples of more than this many milliseconds tells no duplicate from a repeat.
const FINE_MS: i64 = 1_000;

/// Sessions in which a row that says the same as another one is no duplicate, but a repeat or a quantity: those of one time,
/// such as orders, and those of a clock too coarse to tell. Where every row is there twice, it was exported twice.
fn sessions_with_repeats(clock: &Clock) -> String {
    let coarse = match clock.grain_ms() {
        Some(grain) if grain > FINE_MS => format!("OR SUM(CASE WHEN ts % {grain} = 0 THEN 0 ELSE 1 END) = 0"),
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

const COUNT_DISTINCT: &str = "SELECT COALESCE(CAST(SUM(events) AS BIGINT), 0) AS rows FROM sessions";

const KEPT_IN_ORDER: &str = "
    SELECT e.session, e.item, e.ts, e.event
    FROM distinct_events e JOIN sessions s ON e.session = s.session
    WHERE s.verdict = 'kept'
    ORDER BY s.start, s.first_row, e.ts, e.row";

/// Drops what the rules drop, sorts the rest and counts both.
pub(super) async fn clean(
    table: EventTable,
    report: CleaningReport,
    options: &EventOptions,
) -> Result<SessionLog, DataError> {
    let (table, mut report) = match options.split {
        Split::ByTime { newest, part } => part_by_time(table, report, newest, part).await?,
        Split::All | Split::Named { .. } => (table, report),
    };
    let cleaning = &options.cleaning;
    let EventTable { batches, session_ids, item_ids, kinds, clock, steps } = table;
    let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    let context = SessionContext::new_with_config(SessionConfig::new());
    register(&context, "events", batches)?;
    let training = matches!(cleaning, Cleaning::Training(_));
    if training {
        query(&context, &sessions_with_repeats(&clock)).await?;
        report.repeats_kept = total(&query(&context, COUNT_REPEATS).await?);
    }
    query(&context, if training { FIRST_OF_DUPLICATES } else { ALL_ROWS }).await?;
    let sessions = query(&context, &judge_sessions(cleaning, &clock, &kinds)).await?;
    // Once rows are dropped, the steps of the file are gone.
    let steps = if training { BTreeMap::new() } else { steps };
    let has_clock = clock.has_clock();
    let mut builder = LogBuilder { session_ids, item_ids, kinds, has_clock, steps, report, ..LogBuilder::default() };
    if sessions.is_empty() {
        return Ok(builder.finish());
    }
    register(&context, "sessions", sessions)?;
    builder.count_dropped(rows, &query(&context, COUNT_DISTINCT).await?, &query(&context, COUNT_DROPPED).await?);
    let mut kept = context.sql(KEPT_IN_ORDER).await.map_err(engine)?.execute_stream().await.map_err(engine)?;
    while let Some(batch) = kept.next().await {
        builder.append(&batch.map_err(engine)?);
    }
    Ok(builder.finish())
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
    let mut wanted = vec![false; table.session_ids.len()];
    part.of(&oldest_first, newest).iter().for_each(|&session| wanted[session as usize] = true);
    let before: usize = table.batches.iter().map(|batch| batch.num_rows()).sum();
    for batch in &mut table.batches {
        let sessions = batch.column(1).as_primitive::<UInt32Type>().values();
        let rows: BooleanArray = sessions.iter().map(|&session| Some(wanted[session as usize])).collect();
        *batch = filter_record_batch(batch, &rows).map_err(|cause| engine(cause.into()))?;
    }
    let after: usize = table.batches.iter().map(|batch| batch.num_rows()).sum();
    // Rows without a session belong to no part, and are counted in both.
    report.rows_read -= (before - after) as u64;
    Ok((table, report))
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
    kinds: Vec<EventKind>,
    has_clock: bool,
    steps: BTreeMap<u32, Vec<u32>>,
    report: CleaningReport,
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
            kinds: vec![],
            has_clock: false,
            steps: BTreeMap::new(),
            report: CleaningReport::default(),
            sessions: vec![],
            offsets: vec![],
            items: vec![],
            event_kinds: vec![],
            times: vec![],
        }
    }
}

impl LogBuilder {
    fn count_dropped(&mut self, rows: usize, distinct: &Batches, dropped: &Batches) {
        self.report.drop_rows(DropReason::Duplicate, rows as u64 - total(distinct));
        for batch in dropped {
            let verdicts = super::columns::plain_texts(batch.column(0));
            let sessions = batch.column(1).as_primitive::<Int64Type>();
            let rows = batch.column(2).as_primitive::<Int64Type>();
            for (index, verdict) in verdicts.iter().enumerate() {
                if let Some(reason) = DropReason::from_code(verdict) {
                    let (rows, sessions) = (rows.value(index) as u64, sessions.value(index) as u64);
                    self.report.dropped.push(Dropped { reason, rows, sessions });
                }
            }
        }
        self.report.dropped.sort_by_key(|dropped| dropped.reason);
    }

    fn append(&mut self, batch: &datafusion::arrow::array::RecordBatch) {
        let sessions = batch.column(0).as_primitive::<UInt32Type>().values();
        for (index, &session) in sessions.iter().enumerate() {
            if self.sessions.last() != Some(&session) {
                self.sessions.push(session);
                self.offsets.push(self.items.len() + index);
            }
        }
        self.items.extend(batch.column(1).as_primitive::<UInt32Type>().values());
        self.times.extend(batch.column(2).as_primitive::<Int64Type>().values());
        let events = batch.column(3).as_primitive::<UInt16Type>().values();
        self.event_kinds.extend(events.iter().map(|&event| self.kinds[usize::from(event)]));
    }

    fn finish(mut self) -> SessionLog {
        self.offsets.push(self.items.len());
        let mut used = vec![false; self.item_ids.len()];
        for &item in &self.items {
            used[item as usize] = true;
        }
        let ascending: Vec<usize> = self.item_ids.ascending().into_iter().filter(|&item| used[item]).collect();
        let mut renumbered = vec![0; self.item_ids.len()];
        for (new, &old) in ascending.iter().enumerate() {
            renumbered[old] = new as u32;
        }
        for item in &mut self.items {
            *item = renumbered[*item as usize];
        }
        self.report.rows_kept = self.items.len() as u64;
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
            has_clock: self.has_clock,
            report: self.report,
        }
    }
}
