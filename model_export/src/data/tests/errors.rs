//! What is refused, by code, on one line that names the fix.

use datafusion::arrow::array::BooleanArray;

use super::*;

fn refused(error: DataError, code: &str, words: &str) {
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    assert!(message.contains(words), "{words:?} is not in: {message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.chars().count() < 500, "{message}");
}

/// Reads a file of this name and these bytes.
fn read(name: &str, bytes: impl AsRef<[u8]>) -> DataError {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, name, bytes);
    read_events(&path, &for_training()).unwrap_err()
}

#[test]
fn files_that_are_not_there_or_not_readable() {
    let folder = tempfile::tempdir().unwrap();
    let missing = read_events(&folder.path().join("no.parquet"), &as_they_are()).unwrap_err();
    refused(missing, "data.not_found", "no.parquet does not exist");
    refused(read_events(folder.path(), &as_they_are()).unwrap_err(), "data.empty", "is empty");
    refused(read("events.xlsx", "PK"), "data.unknown_format", "use .parquet, .csv");
    refused(read("events", "x"), "data.unknown_format", "use .parquet, .csv");
}

#[test]
fn empty_files() {
    for name in ["events.parquet", "events.csv", "events.jsonl", "events.json"] {
        refused(read(name, ""), "data.empty", "needs at least one row");
        refused(read(name, "  \n\n"), "data.empty", "needs at least one row");
    }
    refused(read("events.csv", "session_id,item_id,ts\n"), "data.empty", "needs at least one row");
    refused(read("events.json", "[]"), "data.empty", "needs at least one row");
}

#[test]
fn foreign_and_damaged_files() {
    for bytes in [&b"PAR1"[..], b"PAR1 no Parquet at all PAR1", b"\x89PNG\r\n\x1a\n0000", &[0; 5_000]] {
        refused(read("events.parquet", bytes), "data.unreadable", "not the Parquet that its name says");
    }
    refused(read("events.jsonl", "{\"session_id\": 1,\n oops"), "data.unreadable", "JSON lines");
    refused(read("events.jsonl", "session_id,item_id,ts\n1,2,3\n"), "data.unreadable", "JSON lines");
    refused(read("events.csv", "PK\u{3}\u{4}and so on"), "data.unreadable", "it is a ZIP archive");
    refused(read("events.csv", "PAR1 and so on"), "data.unreadable", "it is Parquet");
}

#[test]
fn a_parquet_file_cut_off_or_flipped_never_reads_silently_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let rows = 3_000;
    let columns = vec![
        ("session_id", integers((0..rows).map(|row| row / 3))),
        ("item_id", integers((0..rows).map(|row| row * 31 % 257))),
        ("ts", integers((0..rows).map(|row| row % 3))),
    ];
    write_parquet(&path, columns, 1_000);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(read_events(&path, &as_they_are()).unwrap().events(), rows as usize);
    for length in [1, 4, 8, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        refused(read_events(&path, &as_they_are()).unwrap_err(), "data.unreadable", "export it again");
    }
}

#[test]
fn missing_columns() {
    refused(
        read("events.csv", "session,item_id,ts\n1,2,3\n"),
        "data.missing_column",
        "no column `session_id` (it has: session, item_id, ts)",
    );
    refused(read("events.jsonl", "{\"session_id\":1,\"ts\":3}"), "data.missing_column", "`item_id`");
    refused(read("events.csv", "session_id,item_id\n1,2\n"), "data.missing_column", "`ts`");
}

#[test]
fn wrong_types() {
    refused(read("e.csv", "session_id,item_id,ts\n1,2,soon\n"), "data.wrong_type", "`soon` in row 1");
    let folder = tempfile::tempdir().unwrap();
    let truths: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
    let columns = vec![("session_id", truths), ("item_id", integers([1, 2])), ("ts", integers([1, 2]))];
    write_parquet(&folder.path().join("e.parquet"), columns, 10);
    refused(read_events(folder.path(), &as_they_are()).unwrap_err(), "data.wrong_type", "write it as integers or text");
    refused(read("e.jsonl", "{\"session_id\":1,\"item_id\":[1],\"ts\":1}"), "data.wrong_type", "`item_id`");
    refused(read("e.jsonl", "{\"session_id\":1,\"item_id\":1,\"ts\":{\"s\":1}}"), "data.wrong_type", "`ts`");
    refused(read("e.jsonl", "{\"session_id\":1,\"item_id\":1,\"ts\":1,\"event\":[2]}"), "data.wrong_type", "`event`");
    let mut names = String::from("session_id,item_id,ts,event\n");
    (0..1_100).for_each(|row| names.push_str(&format!("1,2,3,e{row}\n")));
    refused(read("e.csv", names), "data.wrong_type", "more than 1000 different names");
}

#[test]
fn nothing_left_says_what_was_dropped() {
    let error = read("e.csv", "session_id,item_id,ts\n1,2,3\n2,2,3\n,2,3\n");
    refused(error, "data.nothing_left", "1 without a session id, 2 in sessions of one event");
    let error = read("e.csv", "session_id,item_id,ts\n,2,3\n1,,\n");
    refused(error, "data.nothing_left", "1 without a session id, 1 without an item id");
}
