//! Splits that are asked for must be there: in the files, or in the names of their folders.

use super::*;

fn named(column: Option<&str>, names: &[&str]) -> EventOptions {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let split = Split::Named { column: column.map(str::to_owned), names, unshared: None };
    EventOptions { split, ..as_they_are() }
}

/// A folder of two files, each with its split.
fn folder(first: &str, second: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (part, (path, session)) in [(first, 1), (second, 2)].into_iter().enumerate() {
        let folder = folder.path().join(path);
        std::fs::create_dir_all(&folder).unwrap();
        let rows = format!("session_id,item_id,ts\n{session},5,1650000000\n{session},6,1650000009\n");
        std::fs::write(folder.join(format!("part-{part}.csv")), rows).unwrap();
    }
    folder
}

#[test]
fn the_names_of_folders_are_splits() {
    let folder = folder("split=fit", "split=held%20out");
    let read = |options: &EventOptions| read_events(folder.path(), options);
    for options in [named(None, &["fit"]), named(Some("split"), &["fit"])] {
        assert_eq!(read(&options).unwrap().session_ids, Ids::Integer(vec![1]));
    }
    assert_eq!(read(&named(Some("split"), &["held out"])).unwrap().session_ids, Ids::Integer(vec![2]));
    assert_eq!(read(&as_they_are()).unwrap().sessions(), 2);
    let error = read(&named(None, &["train"])).unwrap_err();
    assert_eq!(error.code(), "data.no_such_split");
    assert!(error.to_string().contains("`split` is `train` (it has: fit, held out)"), "{error}");
}

#[test]
fn a_split_that_is_not_in_all_files_is_refused() {
    let folder = folder("split=fit", "rest");
    for options in [named(None, &["fit"]), named(Some("split"), &["fit"])] {
        let error = read_events(folder.path(), &options).unwrap_err();
        assert_eq!(error.code(), "data.missing_column");
        assert!(error.to_string().contains("part-1.csv has no column `split`"), "{error}");
    }
    assert_eq!(read_events(folder.path(), &named(Some("fold"), &["fit"])).unwrap_err().code(), "data.missing_column");
    // Whoever asks for none reads all.
    assert_eq!(read_events(folder.path(), &as_they_are()).unwrap().sessions(), 2);
}

#[test]
fn every_name_that_is_asked_for_must_be_there() {
    let csv = "session_id,item_id,ts,split\n1,5,1650000000, train \n2,5,1650000000,valid\n3,5,1650000000,\n";
    let read = |names: &[&str]| read_csv(csv, &named(None, names));
    assert_eq!(read(&["train"]).unwrap().session_ids, Ids::Integer(vec![1]), "white space is not part of a name");
    assert_eq!(read(&["train", "valid"]).unwrap().sessions(), 2, "a row without a split is of none");
    let log = read(&["train"]).unwrap();
    assert_eq!(log.report.rows_of_other_splits, [(String::new(), 1), ("valid".to_owned(), 1)]);
    assert!(log.report.to_string().contains("\n  not read, of other splits: no split (1), `valid` (1)"));
    let none = read_csv("session_id,item_id,ts,split\n", &named(Some("split"), &["train"])).unwrap_err();
    assert_eq!(none.code(), "data.empty");
    for names in [&["train", "vald"][..], &["Train"], &["test"]] {
        let error = read(names).unwrap_err();
        assert_eq!(error.code(), "data.no_such_split");
        assert!(error.to_string().contains("(it has: train, valid)"), "{error}");
    }
}
