//! What is read, in which order, and what is dropped and reported.

use super::*;

const MIXED: &str = "session_id,item_id,ts,event,colour\n\
    s2,b,1569888100,view,red\n\
    s1,a,1569888000,,blue\n\
    s2,c,1569888090,add_to_cart,\n\
    s1,b,1569888030,teleport,red\n";

fn mixed_in_each_format() -> Vec<(TempDir, PathBuf)> {
    let csv = tempfile::tempdir().unwrap();
    let csv_path = write(&csv, "events.csv", MIXED);
    let json = tempfile::tempdir().unwrap();
    let json_lines = [
        r#"{"session_id":"s2","item_id":"b","ts":1569888100,"event":"view","colour":"red"}"#,
        r#"{"session_id":"s1","item_id":"a","ts":1569888000,"colour":"blue"}"#,
        r#"{"session_id":"s2","item_id":"c","ts":1569888090,"event":"add_to_cart"}"#,
        r#"{"session_id":"s1","item_id":"b","ts":1569888030,"event":"teleport","colour":"red"}"#,
    ];
    let json_path = write(&json, "events.jsonl", json_lines.join("\n"));
    let array = tempfile::tempdir().unwrap();
    let array_path = write(&array, "events.json", format!("[{}]", json_lines.join(",\n")));
    let parquet = tempfile::tempdir().unwrap();
    let parquet_path = parquet.path().join("events.parquet");
    let columns = vec![
        ("session_id", text(["s2", "s1", "s2", "s1"])),
        ("item_id", text(["b", "a", "c", "b"])),
        ("ts", integers([1569888100, 1569888000, 1569888090, 1569888030])),
        ("event", Arc::new(StringArray::from(vec![Some("view"), None, Some("add_to_cart"), Some("teleport")])) as _),
        ("colour", text(["red", "blue", "", "red"])),
    ];
    write_parquet(&parquet_path, columns, 2);
    vec![(csv, csv_path), (json, json_path), (array, array_path), (parquet, parquet_path)]
}

#[test]
fn every_format_reads_the_same_log() {
    for (_folder, path) in mixed_in_each_format() {
        let log = read_events(&path, &as_they_are()).unwrap();
        let expected = vec![
            ("s1".to_owned(), vec![("a".to_owned(), "view", 1569888000000), ("b".to_owned(), "other", 1569888030000)]),
            ("s2".to_owned(), vec![("c".to_owned(), "cart", 1569888090000), ("b".to_owned(), "view", 1569888100000)]),
        ];
        assert_eq!(sessions(&log), expected, "{path:?}");
        assert!(log.has_clock);
        assert_eq!(log.item_ids, Ids::Text(vec!["a".into(), "b".into(), "c".into()]));
        let report = &log.report;
        assert_eq!((report.rows_read, report.rows_kept, report.sessions_kept), (4, 4, 2));
        assert_eq!(report.columns_ignored, ["colour"]);
        assert_eq!(report.unknown_events, [("teleport".to_owned(), 1)]);
        assert_eq!(report.rows_out_of_order, 1);
        assert_eq!(report.dropped, []);
    }
}

#[test]
fn training_drops_what_no_shopper_did_and_says_so() {
    let mut csv = String::from("session_id,item_id,ts\n");
    let mut row = |session: &str, item: &str, ts: &str| csv.push_str(&format!("{session},{item},{ts}\n"));
    const START: i64 = 1_600_000_000_000;
    for event in 0..201i64 {
        row("long", &format!("i{}", event % 9), &(START + event * 5_000).to_string());
    }
    for event in 0..200i64 {
        row("longest shopper", &format!("i{}", event % 9), &(START + event * 5_000).to_string());
    }
    for event in 0..20i64 {
        row("fast", &format!("i{event}"), &(START + event * 999).to_string());
        row("fast shopper", &format!("i{event}"), &(START + event * 1_000).to_string());
    }
    for event in 0..19i64 {
        row("short burst", &format!("i{event}"), &(START + event).to_string());
    }
    row("alone", "i1", &START.to_string());
    // Once the duplicate is gone one event is left.
    row("twice the same", "i1", &START.to_string());
    row("twice the same", "i1", &START.to_string());
    row("same item later", "i1", &START.to_string());
    row("same item later", "i1", &(START + 60_000).to_string());
    row("", "i1", &START.to_string());
    row("fast", "", &START.to_string());
    row("fast", "i1", "");
    let log = read_csv(&csv, &for_training()).unwrap();
    let mut kept: Vec<String> = items_of(&log).into_iter().map(|session| session.0).collect();
    kept.sort();
    assert_eq!(kept, ["fast shopper", "longest shopper", "same item later", "short burst"]);
    let dropped = |reason, rows, sessions| Dropped { reason, rows, sessions };
    assert_eq!(
        log.report.dropped,
        [
            dropped(DropReason::NullSession, 1, 0),
            dropped(DropReason::NullItem, 1, 0),
            dropped(DropReason::NullTime, 1, 0),
            dropped(DropReason::Duplicate, 1, 0),
            dropped(DropReason::BotLength, 201, 1),
            dropped(DropReason::BotRate, 20, 1),
            dropped(DropReason::OneEvent, 2, 2),
        ]
    );
    assert_eq!(log.report.rows_kept, 200 + 20 + 19 + 2);
    let all: u64 = log.report.dropped.iter().map(|dropped| dropped.rows).sum();
    assert_eq!(log.report.rows_read, log.report.rows_kept + all);
    let words = log.report.to_string();
    assert!(words.contains("dropped 201 rows in sessions too long for a shopper (1 sessions)"), "{words}");

    let log = read_csv(&csv, &as_they_are()).unwrap();
    assert_eq!(log.report.dropped.len(), 3, "evaluation drops nulls alone: {:?}", log.report.dropped);
    assert_eq!(log.report.rows_kept, log.report.rows_read - 3);
}

#[test]
fn positions_are_no_clock_and_tell_no_speed() {
    let mut csv = String::from("session_id,item_id,ts\n");
    for (session, events) in [(9, 30), (2, 2), (5, 3)] {
        for position in 0..events {
            csv.push_str(&format!("{session},{position},{position}\n"));
        }
    }
    let log = read_csv(&csv, &for_training()).unwrap();
    assert!(!log.has_clock);
    assert_eq!(log.session_ids, Ids::Integer(vec![9, 2, 5]), "in order of first appearance");
    assert_eq!(log.session(2).times, [0, 1, 2]);
}

#[test]
fn sessions_come_in_order_of_their_start() {
    let csv = "session_id,item_id,ts\n\
        late,1,2026-03-01T12:00:05Z\n\
        tied second,1,2026-03-01T12:00:00Z\n\
        tied third,2,2026-03-01T12:00:00Z\n\
        late,2,2026-03-01T12:00:02Z\n\
        early,2,2026-03-01T11:59:59Z\n\
        tied second,9,2026-03-01T12:00:00Z\n\
        tied second,3,2026-03-01T12:00:00Z\n";
    let log = read_csv(csv, &as_they_are()).unwrap();
    let order: Vec<(String, Vec<String>)> = [
        ("early", vec!["2"]),
        ("tied second", vec!["1", "9", "3"]),
        ("tied third", vec!["2"]),
        ("late", vec!["2", "1"]),
    ]
    .map(|(session, items)| (session.to_owned(), items.into_iter().map(str::to_owned).collect()))
    .into();
    assert_eq!(items_of(&log), order);
    assert_eq!(log.times[0], 1_772_366_399_000);
}

/// Equal times everywhere, so that only the file's order tells; in row groups and batches enough to be read in parallel.
#[test]
fn equal_times_keep_the_order_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, files) = (60_000i64, 3i64);
    for file in 0..files {
        let items = (0..rows).map(|row| (file * rows + row) * 7_919 % 1_000_003);
        let columns = vec![
            ("session_id", integers((0..rows).map(|row| row % 11))),
            ("item_id", integers(items)),
            ("ts", integers((0..rows).map(|_| 1_600_000_000))),
        ];
        write_parquet(&folder.path().join(format!("part-{file}.parquet")), columns, 1_000);
    }
    let expected = |row: i64| row * 7_919 % 1_000_003;
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!(log.session_ids, Ids::Integer((0..11).collect()));
    let Ids::Integer(ids) = &log.item_ids else { panic!("items were written as integers") };
    for session in 0..11usize {
        let read: Vec<i64> = log.session(session).items.iter().map(|&item| ids[item as usize]).collect();
        let written: Vec<i64> = (0..files)
            .flat_map(|file| {
                (0..rows).filter(|row| row % 11 == session as i64).map(move |row| expected(file * rows + row))
            })
            .collect();
        assert!(read == written, "session {session}");
    }
}

#[test]
fn csv_ids_are_integers_only_where_nothing_is_lost() {
    let read = |first: &str, last: &str| {
        let mut csv = String::from("session_id,item_id,ts\n");
        csv.push_str(&format!("1,{first},1\n"));
        // More rows than any guess from the beginning of the file would look at.
        (0..2_000).for_each(|row| csv.push_str(&format!("1,{},1\n", row + 10)));
        csv.push_str(&format!("1,{last},1\n"));
        read_csv(&csv, &as_they_are()).unwrap().item_ids
    };
    assert!(matches!(read("7", "-8"), Ids::Integer(ids) if ids[0] == -8));
    for other in ["007", "B00X", "1.5", "99999999999999999999"] {
        let Ids::Text(ids) = read("7", other) else { panic!("{other} is no integer") };
        assert!(ids.contains(&other.to_owned()) && ids.contains(&"7".to_owned()));
    }
}

#[test]
fn quoted_fields_and_a_byte_order_mark_are_read() {
    let csv = "\u{feff}session_id,item_id,ts,event\n\"s,1\",\"a \"\"b\"\"\nc\",5,view\n\"s,1\",d,6,view\n";
    let log = read_csv(csv, &as_they_are()).unwrap();
    assert_eq!(items_of(&log), [("s,1".to_owned(), vec!["a \"b\"\nc".to_owned(), "d".to_owned()])]);
}

#[test]
fn whole_floating_point_ids_are_integers() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        &folder,
        "events.jsonl",
        "{\"session_id\":1.0,\"item_id\":5,\"ts\":1}\n{\"session_id\":null,\"item_id\":6,\"ts\":2}\n",
    );
    let log = read_events(&path, &as_they_are()).unwrap();
    assert_eq!(log.session_ids, Ids::Integer(vec![1]));
    assert_eq!(log.report.dropped_rows(DropReason::NullSession), 1);
}

#[test]
fn rows_that_share_a_user_with_other_splits_can_be_left_out() {
    let csv = "session_id,item_id,ts,split,user\n1,1,0,train,a\n2,2,0,test,a\n3,3,0,test,b\n4,4,0,test,\n";
    let choose = |split: &str, unshared: &str| {
        let split = Split::Named { column: None, names: vec![split.to_owned()], unshared: Some(unshared.to_owned()) };
        read_csv(csv, &EventOptions { split, ..as_they_are() })
    };
    let log = choose("test", "user").unwrap();
    assert_eq!(log.session_ids, Ids::Integer(vec![3, 4]), "a row without a user is nobody's");
    assert_eq!(choose("train", "user").unwrap_err().code(), "data.nothing_left");
    assert_eq!(choose("test", "shopper").unwrap_err().code(), "data.missing_column");
    let folder = TempDir::new().unwrap();
    write(&folder, "a.csv", csv);
    write(&folder, "b.csv", csv);
    let split = Split::Named { column: None, names: vec!["test".into()], unshared: Some("user".into()) };
    let error = read_events(folder.path(), &EventOptions { split, ..as_they_are() }).unwrap_err();
    assert_eq!(error.code(), "data.many_files");
}

#[test]
fn a_split_is_chosen_by_its_column() {
    let csv = "session_id,item_id,ts,split,fold\n1,1,0,train,a\n1,2,1,train,b\n2,3,0,test,a\n2,4,1,test,a\n";
    let choose = |column: Option<&str>, split: Option<&str>| {
        let names = |split: &str| split.split('|').map(str::to_owned).collect();
        let named = |split| Split::Named { column: column.map(str::to_owned), names: names(split), unshared: None };
        read_csv(csv, &EventOptions { split: split.map_or(Split::All, named), ..as_they_are() })
    };
    assert_eq!(choose(None, None).unwrap().events(), 4);
    let log = choose(None, Some("test")).unwrap();
    assert_eq!((log.session_ids.clone(), log.report.rows_read), (Ids::Integer(vec![2]), 2));
    assert_eq!(log.report.columns_ignored, ["fold"]);
    assert_eq!(log.item_ids, Ids::Integer(vec![3, 4]), "items of the other split are not the log's");
    let log = choose(Some("fold"), Some("a")).unwrap();
    assert_eq!((log.events(), log.report.columns_ignored.len()), (3, 0));
    assert_eq!(choose(None, Some("test|train")).unwrap().events(), 4, "several splits are one log");
    let error = choose(None, Some("dev")).unwrap_err();
    assert_eq!(error.code(), "data.no_such_split");
    assert!(error.to_string().contains("it has: test, train"), "{error}");
    assert_eq!(choose(Some("part"), Some("a")).unwrap_err().code(), "data.missing_column");
    let quote = choose(Some("fold"), Some("a' OR '1'='1"));
    assert_eq!(quote.unwrap_err().code(), "data.no_such_split");
    let without =
        read_csv("session_id,item_id,ts\n1,2,0\n", &EventOptions { split: Split::usual("train"), ..as_they_are() });
    assert_eq!(without.unwrap().events(), 1, "where no column is named and there is none, all rows are read");
}

#[test]
fn parts_by_time_tear_no_session_and_are_the_same_whatever_is_cleaned() {
    // Five sessions; b starts first although it comes last in the file and ends after all others. e is a single event.
    let csv = "session_id,item_id,ts\na,1,2000000000\na,2,2000000050\nc,3,2000000100\nc,3,2000000100\nc,4,2000000150\n\
               d,5,2000000200\nd,6,2000000250\n,9,5\ne,7,2000000300\nb,8,1999999999\nb,1,2000000900\n";
    let read = |part, cleaning| {
        let split = Split::ByTime { newest: 0.4, part };
        let log = read_csv(csv, &EventOptions { split, cleaning, ..as_they_are() }).unwrap();
        let names: Vec<String> = (0..log.sessions()).map(|at| log.session_ids.text(at).into_owned()).collect();
        (names.join(" "), log.events(), log.report.rows_read)
    };
    let training = || Cleaning::Training(CleaningRules::default());
    assert_eq!(read(Part::Train, Cleaning::None), ("b a c".into(), 7, 8));
    assert_eq!(read(Part::Train, training()), ("b a c".into(), 6, 8));
    assert_eq!(read(Part::Test, Cleaning::None), ("d e".into(), 3, 4));
    assert_eq!(read(Part::Test, training()), ("d".into(), 2, 4));
}

#[test]
fn names_that_look_like_patterns_are_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a [1]*?.csv", "50% #1.csv", "übersicht é.csv", "EVENTS.CSV"] {
        let path = write(&folder, name, "session_id,item_id,ts\n1,2,0\n");
        assert_eq!(read_events(&path, &as_they_are()).unwrap().events(), 1, "{name}");
    }
}

#[test]
fn a_folder_is_read_by_name_without_hidden_files() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "2.csv", "session_id,item_id,ts,extra\n1,b,7,x\n");
    write(&folder, "1.csv", "session_id,ts,item_id\n1,7,a\n");
    write(&folder, "_SUCCESS", "");
    write(&folder, ".part.csv", "nonsense");
    write(&folder, "notes.txt", "nonsense");
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!(items_of(&log), [("1".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
    assert_eq!(log.report.columns_ignored, ["extra"]);
}
