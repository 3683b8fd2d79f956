//! What is one session: ids that users share, ids that live for weeks, and the steps of the file.

use super::*;

const DAY: i64 = 86_400;

fn with_gap(gap: &str) -> EventOptions {
    EventOptions { session_gap: gap.parse().unwrap(), ..as_they_are() }
}

/// Visits of one id on these seconds, an item per event.
fn visits(id: &str, times: &[i64]) -> String {
    times.iter().enumerate().map(|(at, time)| format!("{id},{id}{at},{}\n", 1_714_003_205 + time)).collect()
}

#[test]
fn ids_that_live_for_weeks_are_parted_by_silence() {
    let csv = format!(
        "session_id,item_id,ts\n{}{}",
        visits("long", &[0, 40, 9 * DAY, 9 * DAY + 7, 30 * DAY]),
        visits("short", &[100, 4_900])
    );
    let items = |gap: &str| -> Vec<Vec<String>> {
        items_of(&read_csv(&csv, &with_gap(gap)).unwrap()).into_iter().map(|session| session.1).collect()
    };
    let parted = [vec!["long0", "long1"], vec!["short0", "short1"], vec!["long2", "long3"], vec!["long4"]];
    assert_eq!(items("12h"), parted);
    assert_eq!(items("9d"), [vec!["long0", "long1", "long2", "long3"], vec!["short0", "short1"], vec!["long4"]]);
    assert_eq!(items("off").len(), 2);
    assert_eq!(items("1h").len(), 5);
    let log = read_csv(&csv, &as_they_are()).unwrap();
    assert_eq!(log.report.parted, Parted { by_user: 0, by_silence: 1, into: 3 });
    let words = log.report.to_string();
    assert!(
        words.contains("session ids parted: 1 silent for more than 12h (--session-gap); into 3 sessions"),
        "{words}"
    );
    let id = |session: usize| log.session_ids.text(session).into_owned();
    assert_eq!([id(0), id(1), id(2), id(3)], ["long", "short", "long", "long"]);
    assert_eq!([log.step_in_file(2, 1), log.step_in_file(3, 0), log.step_in_file(1, 1)], [3, 4, 1]);
    let trained = read_csv(&csv, &for_training()).unwrap();
    assert_eq!(trained.report.dropped_rows(DropReason::OneEvent), 1);
}

#[test]
fn silence_is_judged_by_what_the_clock_can_tell() {
    let days = |days: &[&str]| {
        let rows: String = days.iter().enumerate().map(|(at, day)| format!("a,i{at},2024-04-{day}\n")).collect();
        read_csv(&format!("session_id,item_id,ts\n{rows}"), &as_they_are()).unwrap().sessions()
    };
    assert_eq!(days(&["10", "10", "11"]), 1, "midnight may have passed within a minute");
    assert_eq!(days(&["10", "10", "12"]), 2);
    // Positions are no clock, however far apart.
    let positions = "session_id,item_id,ts\na,1,0\na,2,1\na,3,9000\nb,1,0\nb,2,1\n";
    assert_eq!(read_csv(positions, &with_gap("1s")).unwrap().sessions(), 2);
}

#[test]
fn an_id_that_users_share_is_a_session_of_each() {
    let csv = "session_id,user_id,item_id,ts\n\
        9,anna,a1,1714003205\n9,bob,b1,1714003206\n9,,b2,1714003207\n9,anna,a2,1714003208\n9,bob,b3,1714003209\n\
        8,,c1,1714003300\n8,carl,c2,1714003301\n";
    let log = read_csv(csv, &as_they_are()).unwrap();
    let items: Vec<Vec<String>> = items_of(&log).into_iter().map(|session| session.1).collect();
    assert_eq!(items, [vec!["a1", "a2"], vec!["b1", "b2", "b3"], vec!["c1", "c2"]]);
    assert_eq!(log.session_ids, Ids::Integer(vec![9, 9, 8]));
    assert_eq!(log.report.columns_ignored.len(), 0);
    assert!(log.report.to_string().contains("session ids parted: 1 shared by several users; into 2 sessions"));
    let steps: Vec<Vec<usize>> =
        (0..3).map(|session| (0..items[session].len()).map(|step| log.step_in_file(session, step)).collect()).collect();
    assert_eq!(steps, [vec![0, 3], vec![1, 2, 4], vec![0, 1]], "each event has a step of its own in the file");
}

#[test]
fn a_session_id_with_a_large_share_of_the_rows_is_warned_of() {
    let log = |crowd: usize, others: usize| {
        let rows = (0..crowd).map(|row| format!("0,i{},{}\n", row % 9, 1_714_000_000 + 60 * row));
        let others = (0..others).map(|row| format!("s{},i{},{}\n", row / 5, row % 7, 1_714_000_000 + 60 * row));
        let text: String = ["session_id,item_id,ts\n".to_owned()].into_iter().chain(rows).chain(others).collect();
        read_csv(&text, &as_they_are()).unwrap().report
    };
    let report = log(310, 1_200);
    assert_eq!(report.crowded_id, Some(("0".to_owned(), 310)));
    let words = report.to_string();
    let line = "\n  warning: 310 rows bear the session id `0`, which may stand for no session";
    assert_eq!(words.matches(line).count(), 1, "{words}");
    // A fifth and no more, and what one shopper can make of a small log.
    for (crowd, others) in [(300, 1_200), (200, 5)] {
        assert_eq!(log(crowd, others).crowded_id, None, "{crowd} of {others}");
    }
}

#[test]
fn lists_find_their_session_by_the_step_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let csv =
        format!("session_id,item_id,ts\n{}{}", visits("v", &[0, 9, 3 * DAY, 3 * DAY + 9]), visits("w", &[50, 60]));
    let log = read_csv(&csv, &as_they_are()).unwrap();
    assert_eq!(log.sessions(), 3);
    let lists = "session_id,step,item_id\nv,1,x1\nv,2,x2\nv,3,x3\nv,4,x4\nw,1,x5\nw,7,x6\nu,1,x7\n";
    let lists = read_candidates(&write(&folder, "lists.csv", lists), &log).unwrap();
    let found =
        |session, step| lists.find(session, step).map(|list| lists.item_ids.text(list.items[0] as usize).into_owned());
    assert_eq!([found(0, 1), found(0, 2)], [Some("x1".to_owned()), None]);
    assert_eq!([found(2, 0), found(2, 1), found(2, 2)], ["x2", "x3", "x4"].map(|id| Some(id.to_owned())));
    assert_eq!([found(1, 1), found(1, 7)], ["x5", "x6"].map(|id| Some(id.to_owned())));
    assert_eq!(lists.rows_of_unknown_sessions, 1);
}

#[test]
fn parts_of_one_id_may_be_in_different_parts_by_time() {
    let csv =
        format!("session_id,item_id,ts\n{}{}", visits("v", &[0, 9, 3 * DAY, 3 * DAY + 9]), visits("w", &[50, 60]));
    let split = |part| EventOptions { split: Split::ByTime { newest: 0.3, part }, ..as_they_are() };
    let (train, test) = (read_csv(&csv, &split(Part::Train)).unwrap(), read_csv(&csv, &split(Part::Test)).unwrap());
    assert_eq!((train.sessions(), test.sessions()), (2, 1));
    assert_eq!(items_of(&test), [("v".to_owned(), vec!["v2".to_owned(), "v3".to_owned()])]);
    assert_eq!(test.step_in_file(0, 1), 3);
}

#[test]
fn sessions_may_be_what_another_column_says() {
    let csv = "session_id,user_id,item_id,ts\n\
               1,ann,a,1714003205\n2,bob,b,1714003206\n3,ann,c,1714090000\n,bob,d,1714003300\n4,,e,1714003400\n";
    let by_user = |gap: &str| EventOptions { session_column: "user_id".parse().unwrap(), ..with_gap(gap) };
    let log = read_csv(csv, &by_user("off")).unwrap();
    let of = |id: &str, items: &[&str]| (id.to_owned(), items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>());
    assert_eq!(items_of(&log), [of("ann", &["a", "c"]), of("bob", &["b", "d"])]);
    assert_eq!(log.report.dropped_rows(DropReason::NullSession), 1, "a row without a user");
    let words = log.report.to_string();
    assert!(words.contains("sessions are what bears one `user_id` (--session-column)"), "{words}");
    assert!(words.contains("columns ignored: session_id"), "{words}");
    assert_eq!(read_csv(csv, &by_user("12h")).unwrap().sessions(), 3, "a day of silence parts them still");
    let split = Split::Named { column: Some("user_id".into()), names: vec!["ann".into()], unshared: None };
    assert_eq!(read_csv(csv, &EventOptions { split, ..by_user("off") }).unwrap().sessions(), 1, "a column may be both");
    // The usual column needs no other one, and is not told.
    assert!(!read_csv(csv, &as_they_are()).unwrap().report.to_string().contains("--session-column"));
}

#[test]
fn a_session_column_that_is_not_there_is_named_with_what_looks_like_it() {
    let csv = "session_id,user_id,item_id,ts\n1,ann,a,1714003205\n";
    let column = |name: &str| EventOptions { session_column: name.parse().unwrap(), ..as_they_are() };
    let error = read_csv(csv, &column("usr_id")).unwrap_err();
    assert_eq!(error.code(), "data.missing_column");
    let said = error.to_string();
    assert!(said.contains("no column `usr_id`") && said.contains("`user_id`, which looks like it"), "{said}");
    let error = read_csv("sid,item_id,ts\n1,a,1714003205\n", &as_they_are()).unwrap_err().to_string();
    assert!(error.ends_with("or say with --session-column whose values are sessions"), "{error}");
    let refused = |name: &str| name.parse::<crate::data::SessionColumn>().unwrap_err();
    assert_eq!(refused("item_id"), "`item_id` is part of every event; name a column of sessions");
    assert!(["ts", "event", ""].into_iter().all(|name| !refused(name).is_empty()));
}
