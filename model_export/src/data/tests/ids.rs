//! Ids in another dress: white space around them, words for nothing, whole numbers with `.0` behind.

use super::*;

#[test]
fn white_space_around_ids_is_no_part_of_them_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let csv = "session_id,item_id,ts,event\n a\u{a0}, 41,1714003205, view\na ,42\u{3000},1714003225,add_to_cart \n\
               \u{feff}b,\u{200b}43  ,1714003245,view\nb,41, 1714003265 ,view\n";
    let log = read_csv(csv, &as_they_are()).unwrap();
    assert_eq!(log.item_ids, Ids::Integer(vec![41, 42, 43]));
    assert_eq!(log.session_ids, Ids::Text(vec!["a".into(), "b".into()]));
    assert_eq!((log.kinds[1].name(), log.report.unknown_events.len()), ("cart", 0));
    let items = read_items(&write(&folder, "items.csv", "item_id,brand\n41\u{a0}, Acme\u{3000}\n 42,\n")).unwrap();
    assert_eq!((items.ids, items.brands[0].as_deref()), (Ids::Integer(vec![41, 42]), Some("Acme")));
    let lists = write(&folder, "lists.csv", "session_id,step,item_id\na\t,1, 43\u{a0}\n");
    let lists = read_candidates(&lists, &log).unwrap();
    assert_eq!((lists.find(0, 1).is_some(), lists.item_ids), (true, Ids::Integer(vec![43])));
}

#[test]
fn words_for_nothing_are_no_ids_and_are_reported() {
    let good: String = (0..8).map(|at| format!("s{},i{at},{}\n", at / 2, 1_714_003_205 + at)).collect();
    for (word, text) in
        [("NULL", "NULL"), ("\\N", "\\N"), ("nan", " nan"), ("(not set)", "(not set)"), ("NA", "\"NA\"")]
    {
        let csv =
            format!("session_id,item_id,ts\n{good}{text},i1,1714003300\n{text},i2,1714003301\ns1,{text},1714003302\n");
        let report = read_csv(&csv, &for_training()).unwrap().report;
        assert_eq!(report.dropped_rows(DropReason::NullSession), 2, "{word}");
        assert_eq!(report.dropped_rows(DropReason::NullItem), 1, "{word}");
        let words = report.to_string();
        assert!(words.contains(&format!("`{word}` in `session_id` is taken for nothing (2 rows)")), "{words}");
        assert!(words.contains(&format!("`{word}` in `item_id` is taken for nothing (1 rows)")), "{words}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let columns = vec![
        ("session_id", text(["a", "a", "None", "None"])),
        ("item_id", text(["x", "y", "x", "z"])),
        ("ts", integers([1_714_003_205, 1_714_003_206, 1_714_003_207, 1_714_003_208])),
        ("event", text(["view", "null", "view", "view"])),
    ];
    write_parquet(&path, columns, 10);
    let log = read_events(&path, &as_they_are()).unwrap();
    assert_eq!((log.events(), log.kinds[1].name()), (2, "view"));
    let items = "item_id,category,brand,title,price\nx,N/A,None,null,nan\ny,a/b,Acme,Chair,NULL\nundefined,,,,\n";
    let (items, report) = read_items_with_report(&write(&folder, "items.csv", items)).unwrap();
    assert_eq!((items.len(), report.rows_without_id), (2, 1));
    assert_eq!(
        (&items.categories[0], &items.brands[0], &items.titles[0], items.prices[0]),
        (&None, &None, &None, None)
    );
    assert_eq!((items.brands[1].as_deref(), items.prices[1]), (Some("Acme"), None));
    assert!(report.to_string().contains("`undefined` in `item_id` is taken for nothing (1 rows)"));
}

#[test]
fn whole_numbers_are_integers_in_every_column_of_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let whole = ["31.0", "31.0", "8.0", ""].map(str::to_owned);
    let csv = format!(
        "item_id,brand,category\n1,{0},{0}\n2,{1},{1}\n3,{2},{2}\n4,{3},{3}\n",
        whole[0], whole[1], whole[2], whole[3]
    );
    let json = "{\"item_id\":1,\"brand\":31.0,\"category\":31.0}\n{\"item_id\":2,\"brand\":31.0,\"category\":31.0}\n\
                {\"item_id\":3.0,\"brand\":8.0,\"category\":8.0}\n{\"item_id\":4}";
    for path in [write(&folder, "items.csv", csv), write(&folder, "items.jsonl", json)] {
        let items = read_items(&path).unwrap();
        assert_eq!(items.ids, Ids::Integer(vec![1, 2, 3, 4]));
        let expected =
            ["31", "31", "8"].map(|text| Some(text.to_owned())).into_iter().chain([None]).collect::<Vec<_>>();
        assert_eq!((&items.brands, &items.categories), (&expected, &expected), "{path:?}");
    }
    let paths = read_items(&write(&folder, "paths.csv", "item_id,category\n1,12.0\n2,12.1\n3,9.4\n")).unwrap();
    assert_eq!(paths.categories[0].as_deref(), Some("12/0"), "a path is a path");
    // Some rows of an item as an integer, some as a float: one item.
    let floats = "item_id,brand\n5.0,\n6.0,Acme\n5,Best\n";
    let items = read_items(&write(&folder, "floats.csv", floats)).unwrap();
    assert_eq!((items.ids, items.brands), (Ids::Integer(vec![5, 6]), vec![Some("Best".into()), Some("Acme".into())]));
    let log = read_csv("session_id,item_id,ts\n1.0,5.0,1714003205\n1,6,1714003206\n2.0,5,1714003207\n", &as_they_are())
        .unwrap();
    assert_eq!((log.session_ids, log.item_ids), (Ids::Integer(vec![1, 2]), Ids::Integer(vec![5, 6])));
    let text = read_csv("session_id,item_id,ts\na,5.0,1714003205\na,5.5,1714003206\n", &as_they_are()).unwrap();
    assert_eq!(text.item_ids, Ids::Text(vec!["5.0".into(), "5.5".into()]));
}

#[test]
fn an_id_that_no_model_can_hold_is_refused_by_its_row() {
    let long = "x".repeat(70_000);
    let error = read_csv(&format!("session_id,item_id,ts\n1,a,1\n1,{long},2\n"), &as_they_are()).unwrap_err();
    assert_eq!(error.code(), "data.wrong_type");
    let message = error.to_string();
    assert!(message.contains("an id of 70000 bytes in row 2") && message.len() < 400, "{message}");
}
