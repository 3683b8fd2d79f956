//! Catalogues and candidate lists.

use super::*;

#[test]
fn a_catalogue_is_sorted_and_its_attributes_may_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "item_id,title,price,category,supplier\n10,Lamp,19.90,home > lamps,x\n9,,,home,\n10,Other name,5,,\n\
        2,\"Chair, oak\",-1,home > chairs,y\n,Nothing,1,,\n";
    let (items, report) = read_items_with_report(&write(&folder, "items.csv", csv)).unwrap();
    assert_eq!(items.ids, Ids::Integer(vec![2, 9, 10]));
    assert_eq!(items.titles, [Some("Chair, oak".to_owned()), None, Some("Lamp".to_owned())]);
    let path = |path: &str| Some(path.to_owned());
    assert_eq!(items.categories, [path("home/chairs"), path("home"), path("home/lamps")]);
    assert_eq!(items.brands, [None, None, None]);
    assert_eq!(items.prices, [None, None, Some(19.9)], "a negative price is none");
    assert_eq!((report.rows_read, report.rows_without_id, report.repeated_rows), (5, 1, 1));
    assert_eq!(report.columns_ignored, ["supplier"]);
}

#[test]
fn a_catalogue_reads_from_json_and_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let json =
        "{\"item_id\":\"b\",\"price\":5,\"brand\":\"Acme\",\"tags\":[1]}\n{\"item_id\":\"a\",\"category\":\"x/y\"}";
    let items = read_items(&write(&folder, "items.ndjson", json)).unwrap();
    assert_eq!(items.ids, Ids::Text(vec!["a".into(), "b".into()]));
    assert_eq!(items.prices, [None, Some(5.0)]);
    assert_eq!(items.brands, [None, Some("Acme".to_owned())]);
    let path = folder.path().join("items.parquet");
    write_parquet(&path, vec![("item_id", integers([3, 1])), ("category", integers([70, 80]))], 10);
    let items = read_items(&path).unwrap();
    assert_eq!(items.categories, [Some("80".to_owned()), Some("70".to_owned())], "numbered categories are names too");
}

#[test]
fn a_bad_catalogue_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_items(&write(&folder, "items.csv", "id,title\n1,x\n")).unwrap_err();
    assert_eq!(error.code(), "data.missing_column");
    let error = read_items(&write(&folder, "items.csv", "item_id,price\n1,\n2,12 EUR\n")).unwrap_err();
    assert_eq!(error.code(), "data.wrong_type");
    assert!(error.to_string().contains("`12 EUR` in row 2"), "{error}");
    let error = read_items(&write(&folder, "items.csv", "item_id,price\n")).unwrap_err();
    assert_eq!(error.code(), "data.empty");
}

#[test]
fn candidates_match_sessions_by_their_text_and_keep_the_servers_order() {
    let folder = tempfile::tempdir().unwrap();
    let log = read_csv("session_id,item_id,ts\n7,1,0\n7,2,1\n5,1,0\n5,3,1\n", &as_they_are()).unwrap();
    // Sessions as text here, as integers there; an item that no session saw; lists in pieces and out of order.
    let json = r#"{"session_id":"5","step":1,"item_id":"x9","score":0.5}
{"session_id":"7","step":1,"item_id":"3","score":null}
{"session_id":"99","step":1,"item_id":"3"}
{"session_id":"5","step":1,"item_id":"3","score":0.7}
{"session_id":"7","step":0,"item_id":"1"}
{"session_id":"5","step":1,"item_id":"3"}
{"session_id":"5","step":null,"item_id":"3"}"#;
    let lists = read_candidates(&write(&folder, "candidates.jsonl", json), &log).unwrap();
    assert_eq!(lists.item_ids, Ids::Text(vec!["1".into(), "3".into(), "x9".into()]));
    assert_eq!((lists.len(), lists.rows_of_unknown_sessions, lists.rows_with_nulls), (3, 1, 1));
    let report = lists.to_string();
    assert!(report.starts_with("5 rows of candidates kept in 3 lists\n  left out 1 rows of sessions"), "{report}");
    assert!(report.contains("left out 1 rows without a session id, a step or an item id"), "{report}");
    assert_eq!(lists.find(0, 0).unwrap().items, [0]);
    assert_eq!(lists.find(0, 1).unwrap().items, [1]);
    let list = lists.find(1, 1).unwrap();
    assert_eq!(list.items, [2, 1, 1], "in the file's order, repeats included");
    assert_eq!(list.scores[..2], [0.5, 0.7]);
    assert!(list.scores[2].is_nan());
}

#[test]
fn lists_may_say_what_slot_they_were_made_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = read_csv("session_id,item_id,ts\n7,1,0\n7,2,1\n5,1,0\n5,3,1\n", &as_they_are()).unwrap();
    let read = |name: &str, text: &str| read_candidates(&write(&folder, name, text), &log).unwrap();
    let slots = |lists: &CandidateLists, session: usize| -> Vec<String> {
        let list = lists.position(session, 1).unwrap();
        let rows = lists.offsets[list]..lists.offsets[list + 1];
        let name = |&slot: &u32| slot.checked_sub(1).map_or("", |at| lists.slot_names[at as usize].as_str()).to_owned();
        lists.slots[rows].iter().map(name).collect()
    };
    // The columns in any order, what is around a name off, words for nothing as nothing, rows sorted.
    let lists =
        read("lists.csv", "slot,score,step,session_id,item_id\n home ,1,1,7,1\ncart,,1,5,2\nnull,2,1,7,3\n,,1,5,1\n");
    assert_eq!(
        (slots(&lists, 0), slots(&lists, 1)),
        (vec!["home".into(), String::new()], vec!["cart".into(), String::new()])
    );
    assert_eq!(lists.scores.iter().filter(|score| !score.is_nan()).count(), 2);
    assert!(lists.columns_ignored.is_empty() && lists.columns.is_empty());
    // Numbers are names too.
    let lists = read(
        "lists.jsonl",
        "{\"session_id\":7,\"step\":1,\"item_id\":1,\"slot\":3}\n{\"session_id\":5,\"step\":1,\"item_id\":1}",
    );
    assert_eq!((slots(&lists, 0), slots(&lists, 1)), (vec!["3".to_owned()], vec![String::new()]));
    let none = read("none.csv", "session_id,step,item_id,slot\n7,1,1,\n");
    assert!(none.slots.is_empty() && none.slot_names.is_empty());
    let nested =
        write(&folder, "nested.jsonl", "{\"session_id\":7,\"step\":1,\"item_id\":1,\"slot\":{\"page\":\"home\"}}");
    let error = read_candidates(&nested, &log).unwrap_err();
    assert!(error.code() == "data.wrong_type" && error.to_string().contains("`slot`"), "{error}");
}

#[test]
fn lists_of_steps_that_are_not_ranked_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let log = read_csv("session_id,item_id,ts\n7,1,0\n7,2,1\n5,1,0\n5,3,1\n5,4,2\n", &as_they_are()).unwrap();
    let read = |rows: &str| {
        let csv = format!("session_id,step,item_id\n{rows}");
        read_candidates(&write(&folder, "lists.csv", csv), &log).unwrap()
    };
    let lists = read("7,0,1\n7,0,2\n7,1,2\n7,2,1\n7,2,3\n5,0,1\n5,2,4\n5,3,1\n5,9,1\n");
    assert_eq!((lists.len(), lists.lists_before_first, lists.lists_behind_last), (7, 2, 3));
    let report = lists.to_string();
    let words =
        "\n  not ranked: 2 lists before the first event of their session\n  not ranked: 3 lists behind the last event";
    assert!(report.contains(words), "{report}");
    assert!(!read("7,1,2\n5,1,4\n5,2,1\n").to_string().contains("not ranked"));
}

#[test]
fn bad_candidates_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = read_csv("session_id,item_id,ts\n7,1,0\n7,2,1\n", &as_they_are()).unwrap();
    for (csv, code) in [
        ("session_id,item_id\n7,1\n", "data.missing_column"),
        ("session_id,step,item_id\n", "data.empty"),
        ("session_id,step,item_id\n8,1,1\n", "data.no_session_matches"),
        ("session_id,step,item_id\n7,-1,1\n", "data.wrong_type"),
        ("session_id,step,item_id\n7,0.5,1\n", "data.wrong_type"),
        ("session_id,step,item_id\n7,second,1\n", "data.wrong_type"),
        ("session_id,step,item_id,score\n7,1,1,best\n", "data.wrong_type"),
    ] {
        let error = read_candidates(&write(&folder, "candidates.csv", csv), &log).unwrap_err();
        assert_eq!(error.code(), code, "{csv}: {error}");
    }
}
