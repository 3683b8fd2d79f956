//! What a log tells beside its events: kept apart, counted, and never taken for what a shopper did with an item.

use super::*;

const START: i64 = 1_714_003_200_000;

fn log(rows: &[&str], options: &EventOptions) -> SessionLog {
    let rows = rows.iter().enumerate().map(|(at, row)| {
        let (before, after) = row.split_once("TS").unwrap_or((row, ""));
        format!("{before}{}{after}\n", START + 10_000 * at as i64)
    });
    let header = "session_id,ts,event,item_id,query,dwell_ms,list_id,position\n";
    read_csv(&([header.to_owned()].into_iter().chain(rows).collect::<String>()), options).unwrap()
}

#[test]
fn what_is_told_beside_events_is_kept_apart_and_counted() {
    let rows = [
        "a,TS,search,,red mug,,,",
        "a,TS,impression,3,,,L1,0",
        "a,TS,impression,9,,,L1,1",
        "a,TS,view,3,,4500,L1,0",
        "a,TS,dislike,9,,,,",
        "a,TS,cart,3,,,,",
        "a,TS,return,3,,,,",
        "a,TS,dwell,3,,61000,,",
        "a,TS,search,not an item,mug,,,",
        "a,TS,search,,red mug,,,",
        "a,TS,search,,,,,",
        "a,TS,dwell,3,,,,",
        "a,TS,mute,home,,,,",
        "a,TS,view,4,,-5,,",
        "a,TS,view,5,,0,,",
        "b,TS,impression,3,,,L9,0",
    ];
    let log = log(&rows, &as_they_are());
    assert_eq!(items_of(&log), [("a".to_owned(), ["3", "3", "4", "5"].map(str::to_owned).to_vec())]);
    // Items that nobody did anything with are none of the log's, and what stands beside a search is no item.
    assert_eq!(log.item_ids, Ids::Integer(vec![3, 4, 5]));
    assert_eq!(log.signals.other_items, Some(Ids::Integer(vec![9])));
    let of = |after, kind, item: &str, amount| (after, kind, item.to_owned(), amount);
    let expected = [
        of(0, "search", "red mug", 0.0),
        of(0, "impression", "3", 0.0),
        of(0, "impression", "9", 1.0),
        of(1, "dwell", "3", 4.5),
        of(1, "dislike", "9", 0.0),
        of(2, "return", "3", 0.0),
        of(2, "dwell", "3", 61.0),
        of(2, "search", "mug", 0.0),
        of(2, "search", "red mug", 0.0),
    ];
    assert_eq!(told(&log), [expected]);
    assert_eq!(log.signals.texts, ["red mug", "mug"]);
    let lists: Vec<u32> = log.signals.of_session(0).map(|told| told.list).collect();
    assert!(lists[1] != 0 && lists[1] == lists[2] && lists.iter().filter(|&&list| list == 0).count() == 7);

    let report = &log.report;
    let reasons: Vec<_> = report.dropped.iter().map(|dropped| (dropped.reason.code(), dropped.rows)).collect();
    assert_eq!(reasons, [("null_query", 1), ("null_dwell", 1), ("mute", 1), ("no_event", 1)]);
    assert_eq!((report.rows_read, report.rows_kept, report.dwells_of_rows, report.negative_dwells), (16, 12, 1, 1));
    let words = report.to_string();
    for line in [
        "16 rows read, 12 kept in 1 sessions",
        "kept beside the events: 1 of kind `return`, 1 of kind `dislike`, 3 of kind `search`, 1 of kind `dwell`, 2 of kind `impression`",
        "1 events say how long the item was looked at",
        "1 negative dwells count as none",
        "no row tells of a skip: what was shown and not turned to counts as passed over",
        "dropped 1 rows in sessions without an event",
    ] {
        assert!(words.contains(line), "{line}\n{words}");
    }
    assert_eq!(report.columns_ignored.len(), 0);
}

#[test]
fn impressions_are_no_events_where_events_are_counted() {
    let mut csv = String::from("session_id,item_id,ts,event\n");
    let mut row = |session: &str, item: usize, at: i64, event: &str| {
        csv.push_str(&format!("{session},{item},{},{event}\n", START + at));
    };
    for (session, events) in [("many shown", 2), ("alone", 1), ("shown only", 0)] {
        // Three hundred impressions, a tenth of a second apart: too long and too fast for a shopper, were they events.
        (0..300).for_each(|at| row(session, at % 40, 100 * at as i64, "impression"));
        (0..events).for_each(|at| row(session, at, 40_000 + 5_000 * at as i64, "view"));
    }
    let log = read_csv(&csv, &for_training()).unwrap();
    assert_eq!(items_of(&log), [("many shown".to_owned(), vec!["0".to_owned(), "1".to_owned()])]);
    assert_eq!((log.signals.len(), log.events()), (300, 2));
    let dropped: Vec<_> =
        log.report.dropped.iter().map(|dropped| (dropped.reason.code(), dropped.rows, dropped.sessions)).collect();
    assert_eq!(dropped, [("one_event", 301, 1), ("no_event", 300, 0)]);
    assert_eq!(log.report.rows_read, 903);
    assert_eq!(log.report.crowded_id, None);
}

#[test]
fn what_was_exported_twice_is_told_once_where_the_clock_tells() {
    let rows = |grain: i64| -> String {
        let at = |at: i64| (START + 61_234 * at) / grain * grain;
        let shown = format!("a,9,{},impression,L\n", at(1));
        let views: String = (0..3).map(|item| format!("a,{item},{},view,\n", at(3 * item))).collect();
        format!("session_id,item_id,ts,event,list\n{views}{shown}{shown}a,9,{},impression,M\n", at(1))
    };
    let kept = |grain: i64, options: &EventOptions| {
        let log = read_csv(&rows(grain), options).unwrap();
        (log.signals.len(), log.report.dropped_rows(DropReason::Duplicate))
    };
    assert_eq!(kept(1, &for_training()), (2, 1));
    assert_eq!(kept(1, &as_they_are()), (3, 0));
    assert_eq!(kept(60_000, &for_training()), (3, 0), "whole minutes tell no duplicate from a second list");
}

#[test]
fn the_name_of_a_column_says_its_unit_and_the_first_of_several_is_read() {
    let seconds = |columns: &str, cells: &str| {
        let csv = format!("session_id,item_id,ts,{columns}\n1,2,{START},{cells}\n1,3,{},\n", START + 9_000);
        let log = read_csv(&csv, &as_they_are()).unwrap();
        (log.signals.of_session(0).map(|told| told.amount).collect::<Vec<_>>(), log.report.columns_ignored)
    };
    assert_eq!(seconds("dwell_ms", "2500"), (vec![2.5], vec![]));
    for column in ["dwell_seconds", "dwell", "seconds"] {
        assert_eq!(seconds(column, "2.5"), (vec![2.5], vec![]), "{column}");
    }
    let csv = format!("session_id,item_id,ts,seconds,dwell_ms\n1,2,{START},7,2500\n");
    let log = read_csv(&csv, &as_they_are()).unwrap();
    assert_eq!(
        (log.signals.of_session(0).next().map(|told| told.amount), log.report.columns_ignored),
        (Some(2.5), vec!["seconds".to_owned()])
    );
    let csv = format!("session_id,item_id,ts,dwell\n1,2,{START},long\n");
    assert_eq!(read_csv(&csv, &as_they_are()).unwrap_err().code(), "data.wrong_type");
}

#[test]
fn signals_follow_their_session_where_ids_are_parted_and_steps_count_events() {
    let day = 86_400_000;
    let rows = [
        (0, "view,1"),
        (1, "impression,7"),
        (2, "view,2"),
        (day * 3, "impression,8"),
        (day * 3 + 1, "view,3"),
        (day * 3 + 2, "search,"),
        (day * 3 + 3, "view,4"),
    ];
    let rows: String = rows.iter().map(|(at, row)| format!("v,{},{row},mug\n", START + at)).collect();
    let csv = format!("session_id,ts,event,item_id,query\n{rows}");
    let log = read_csv(&csv, &as_they_are()).unwrap();
    let items: Vec<Vec<String>> = items_of(&log).into_iter().map(|session| session.1).collect();
    assert_eq!(items, [["1", "2"], ["3", "4"]]);
    let of: Vec<Vec<String>> =
        told(&log).into_iter().map(|session| session.into_iter().map(|told| told.2).collect()).collect();
    assert_eq!(of, [vec!["7"], vec!["8", "mug"]]);
    assert_eq!((log.step_in_file(0, 1), log.step_in_file(1, 0), log.step_in_file(1, 1)), (1, 2, 3));
    let part = |part| EventOptions { split: Split::ByTime { newest: 0.5, part }, ..as_they_are() };
    let with_stray = format!("{csv}w,{},impression,9,\n", START + day);
    for (which, rows) in [(Part::Train, 3), (Part::Test, 4)] {
        let log = read_csv(&with_stray, &part(which)).unwrap();
        let dropped = log.report.dropped_rows(DropReason::NoEvent);
        assert_eq!((log.report.rows_read, log.report.rows_kept, dropped), (rows + 1, rows, 1), "{which:?}");
    }
}
