//! The files of a folder: packed ones, those that are passed over, what their folders' names say.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::source::{Input, SourceFile};
use super::*;

const ROWS: &str = "session_id,item_id,ts\np,b9,1650000000\np,c4,1650000031\n";

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// Writes a file in folders that need not be there.
fn write_deep(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn packed_files_are_read_and_cut_ones_are_damaged() {
    let (csv, tsv) = (ROWS.to_owned(), ROWS.replace(',', "\t"));
    let json = "{\"session_id\":\"p\",\"item_id\":\"b9\",\"ts\":1650000000}\n{\"session_id\":\"p\",\"item_id\":\"c4\",\"ts\":1650000031}\n";
    let array = format!("[{}]", json.trim_end().replace('\n', ","));
    let members = |text: &str| [gzip(&text.as_bytes()[..40]), gzip(&text.as_bytes()[40..])].concat();
    // A frame that is passed over, as pzstd writes it: a magic number, the length, and whatever it likes.
    let skipped = |magic: u8| [&[magic, 0x2A, 0x4D, 0x18, 7, 0, 0, 0][..], b"own,7\n\0"].concat();
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("skip.csv.zst", [skipped(0x5F), zstandard(csv.as_bytes())].concat()),
        ("skips.jsonl.zst", [skipped(0x51), skipped(0x50), zstandard(json.as_bytes()), skipped(0x5A)].concat()),
        ("zeros.csv.gz", [gzip(csv.as_bytes()), vec![0; 1_017]].concat()),
        ("zeros.jsonl.gz", [members(json), vec![0]].concat()),
        ("e.csv.gz", gzip(csv.as_bytes())),
        ("e.CSV.GZ", members(&csv)),
        ("e.tsv.gz", gzip(tsv.as_bytes())),
        ("e.jsonl.gz", members(json)),
        ("e.ndjson.zst", zstandard(json.as_bytes())),
        ("e.json.gz", gzip(array.as_bytes())),
        ("e.csv.zst", zstandard(csv.as_bytes())),
        ("mark.csv.gz", gzip(format!("\u{feff}{csv}").as_bytes())),
        // Unpacked by whoever fetched it, or packed by a server.
        ("plain.csv.gz", csv.clone().into_bytes()),
        ("packed.csv", gzip(csv.as_bytes())),
    ] {
        let path = write(&folder, name, bytes);
        let log = read_events(&path, &as_they_are()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(items_of(&log), [("p".to_owned(), vec!["b9".to_owned(), "c4".to_owned()])], "{name}");
    }
    let many: String =
        ROWS.to_owned() + &(0..20_000).map(|row| format!("q{row},x{},1650000000\n", row * 7)).collect::<String>();
    for (name, whole) in [("cut.csv.gz", gzip(many.as_bytes())), ("cut.csv.zst", zstandard(many.as_bytes()))] {
        for length in [whole.len() - 1, whole.len() / 2] {
            let path = write(&folder, name, &whole[..length]);
            let error = read_events(&path, &as_they_are()).unwrap_err();
            assert_eq!(error.code(), "data.unreadable", "{error}");
        }
    }
    let behind = write(&folder, "behind.csv.gz", [gzip(csv.as_bytes()), b"\0\0more".to_vec()].concat());
    assert_eq!(read_events(&behind, &as_they_are()).unwrap_err().code(), "data.unreadable");
    let empty = read_events(&write(&folder, "empty.csv.gz", gzip(b"")), &as_they_are()).unwrap_err();
    assert_eq!(empty.code(), "data.empty");
}

#[test]
fn files_that_are_passed_over_are_named() {
    let folder = tempfile::tempdir().unwrap();
    write_deep(&folder, "day/1.csv", ROWS);
    for other in ["day/1.csv.bak", "NOTES.txt", "day/part-7", "old.csv.xz", "_SUCCESS", ".1.csv.crc", "_tmp/2.csv"] {
        write_deep(&folder, other, ROWS);
    }
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!(log.report.files.passed_over, ["NOTES.txt", "day/1.csv.bak", "day/part-7", "old.csv.xz"]);
    let words = log.report.to_string();
    let line = "\n  4 files passed over: NOTES.txt, day/1.csv.bak, day/part-7, old.csv.xz";
    assert!(words.ends_with(line), "{words}");
    let (_, report) = read_items_with_report(folder.path()).unwrap();
    assert!(report.to_string().ends_with(line));
    let lists = write(&folder, "lists.csv", "session_id,step,item_id\np,1,c4\n");
    assert!(read_candidates(&lists, &log).unwrap().files.is_empty());
    std::fs::remove_file(folder.path().join("day/1.csv")).unwrap();
    std::fs::remove_file(lists).unwrap();
    assert_eq!(read_events(folder.path(), &as_they_are()).unwrap_err().code(), "data.unknown_format");
}

#[test]
fn formats_with_the_same_integers_are_one_log() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "1.csv", "session_id,item_id,ts\n31,5,1650000000\n31,6,1650000010\n");
    write(
        &folder,
        "2.jsonl",
        "{\"session_id\":32,\"item_id\":6,\"ts\":1650000020}\n{\"session_id\":32,\"item_id\":7,\"ts\":1650000030}",
    );
    let columns = vec![
        ("session_id", integers([33, 33])),
        ("item_id", integers([7, 5])),
        ("ts", integers([1_650_000_040, 1_650_000_050])),
    ];
    write_parquet(&folder.path().join("3.parquet"), columns, 10);
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!((&log.session_ids, &log.item_ids), (&Ids::Integer(vec![31, 32, 33]), &Ids::Integer(vec![5, 6, 7])));
    assert_eq!(log.items, [0, 1, 1, 2, 2, 0]);
    // One id that is no integer makes all of them text, those that were read before as well.
    write(&folder, "4.tsv", "session_id\titem_id\tts\nx\t6\t1650000060\n");
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert!(matches!(log.session_ids, Ids::Text(ids) if ids == ["31", "32", "33", "x"]));
    assert_eq!(log.item_ids, Ids::Integer(vec![5, 6, 7]));
}

#[test]
fn folders_name_columns() {
    let folder = tempfile::tempdir().unwrap();
    write_deep(&folder, "event=add%2Dto%2Dcart/day=3/1.csv", "session_id,item_id,ts\n8,1,1650000000\n");
    write_deep(
        &folder,
        "event=__HIVE_DEFAULT_PARTITION__/1.jsonl",
        "{\"session_id\":8,\"item_id\":2,\"ts\":1650000001}",
    );
    let columns = vec![("item_id", integers([3])), ("ts", integers([1_650_000_002]))];
    std::fs::create_dir_all(folder.path().join("session_id=8/event=purchase")).unwrap();
    write_parquet(&folder.path().join("session_id=8/event=purchase/1.parquet"), columns, 10);
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    let event = |item: &str, kind, time| (item.to_owned(), kind, time);
    let expected = vec![
        event("1", "cart", 1_650_000_000_000),
        event("2", "view", 1_650_000_001_000),
        event("3", "purchase", 1_650_000_002_000),
    ];
    assert_eq!(sessions(&log), [("8".to_owned(), expected)]);
    assert_eq!(log.report.columns_ignored, ["day"]);
    // A file of such a folder says the same when it is read alone.
    let alone = read_events(&folder.path().join("session_id=8/event=purchase/1.parquet"), &as_they_are()).unwrap();
    assert_eq!(alone.kinds[0].name(), "purchase");
}

#[test]
fn a_folder_and_a_file_must_not_disagree() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |event: &str| format!("session_id,item_id,ts,event\n1,2,1650000000,view\n1,3,1650000001,{event}\n");
    write_deep(&folder, "event=view/1.csv", rows("view"));
    assert_eq!(read_events(folder.path(), &as_they_are()).unwrap().events(), 2);
    write_deep(&folder, "event=view/1.csv", rows("purchase"));
    let error = read_events(folder.path(), &as_they_are()).unwrap_err();
    assert_eq!(error.code(), "data.malformed");
    let message = error.to_string();
    assert!(
        message.starts_with("row 2 of") && message.contains("has the event `purchase`, but its folder is event=view"),
        "{message}"
    );
}

#[test]
fn two_folders_of_one_path_must_not_disagree_where_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    write_deep(&folder, "event=cart/v=1/event=cart/v=2/1.csv", ROWS);
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!((log.kinds[1].name(), &log.report.columns_ignored[..]), ("cart", &["v".to_owned()][..]));
    write_deep(&folder, "event=cart/v=1/event=__HIVE_DEFAULT_PARTITION__/2.csv", ROWS);
    let error = read_events(folder.path(), &as_they_are()).unwrap_err();
    assert_eq!(error.code(), "data.malformed");
    let message = error.to_string();
    assert!(
        message.starts_with("the path of") && message.contains("has the folders event=cart and event=(null): rename"),
        "{message}"
    );
}

#[test]
fn parts_without_rows_are_passed_over_and_named_unless_there_is_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let header = ROWS.lines().next().unwrap();
    for (name, text) in [
        ("day/part-0.csv", ""),
        ("day/part-1.csv", "\u{feff}"),
        ("day/part-2.csv", header),
        ("part-3.csv", &format!("{header},split\r\n\r\n  \r\n")),
        ("part-4.json", "[]"),
    ] {
        write_deep(&folder, name, text);
    }
    write_deep(&folder, "part-5.csv.gz", gzip(b""));
    assert_eq!(read_events(folder.path(), &as_they_are()).unwrap_err().code(), "data.empty");
    assert_eq!(read_items(folder.path()).unwrap_err().code(), "data.empty");
    write_deep(&folder, "part-6.csv", ROWS);
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!(log.report.rows_read, 2);
    let parts = ["day/part-0.csv", "day/part-1.csv", "day/part-2.csv", "part-3.csv", "part-4.json", "part-5.csv.gz"];
    assert_eq!(log.report.files.passed_over, parts.map(|part| format!("{part} (it has no rows)")));
    assert!(log.report.files.lacking.is_empty(), "what has no rows lacks nothing");
    assert_eq!(read_items(folder.path()).unwrap().len(), 2);
    // A file of its own must have rows.
    for (name, text) in [("mark.csv", "\u{feff}"), ("marks.jsonl", "\u{feff}\u{feff}\n"), ("header.csv", header)] {
        let error = read_events(&write(&folder, name, text), &as_they_are()).unwrap_err();
        assert_eq!(error.code(), "data.empty", "{name}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "growing.csv", ROWS);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut input = Input::of(&path).unwrap();
    let file = runtime.block_on(SourceFile::open(&input.files[0])).unwrap();
    input.notes.add(&file, &[]);
    let more = std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"q,b9,1650000099\n");
    more.unwrap();
    input.notes.add(&file, &[]);
    let report = input.notes.finish();
    assert_eq!(report.changed.len(), 1, "it had not changed at first");
    let words = report.to_string();
    assert!(words.starts_with("\n  warning: changed while it was read") && words.ends_with("growing.csv"), "{words}");
}

#[test]
fn a_column_that_some_files_have_is_missed_in_the_others() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "1.csv", ROWS);
    assert!(read_events(folder.path(), &as_they_are()).unwrap().report.files.is_empty());
    write(&folder, "2.csv", "session_id,item_id,ts,event\nq,b9,1650000000,purchase\n");
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    let words = log.report.files.to_string();
    assert!(
        words.starts_with("\n  warning: no column `event`, which other files have, in ") && words.ends_with("1.csv"),
        "{words}"
    );
}

#[test]
fn a_file_is_not_read_twice_where_it_stands_packed_and_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "1.csv", ROWS);
    write(&folder, "1.csv.gz", gzip(ROWS.as_bytes()));
    write(&folder, "2.csv.zst", zstandard(ROWS.replace('p', "q").as_bytes()));
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!((log.events(), log.sessions()), (4, 2));
    assert_eq!(log.report.files.passed_over, ["1.csv.gz (it stands there unpacked)"]);
}

#[cfg(unix)]
#[test]
fn links_name_no_file_twice_and_lead_nowhere_for_ever() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    write_deep(&folder, "april/a.csv", ROWS);
    symlink(folder.path(), folder.path().join("april/up")).unwrap();
    symlink(".", folder.path().join("april/here")).unwrap();
    symlink("a.csv", folder.path().join("april/b.csv")).unwrap();
    symlink("/dev/null", folder.path().join("april/null.csv")).unwrap();
    let log = read_events(folder.path(), &as_they_are()).unwrap();
    assert_eq!(log.report.rows_read, 2);
    assert_eq!(
        log.report.files.passed_over,
        ["april/b.csv (it is april/a.csv)", "april/null.csv (it is no regular file)"]
    );
    let words = log.report.files.to_string();
    assert!(
        words.ends_with("\n  2 folders passed over: april/here (it is april), april/up (it is the whole folder)"),
        "{words}"
    );
}

#[test]
fn a_list_without_rows_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["[]", " [ ]\n[]\n"] {
        let error = read_events(&write(&folder, "e.json", text), &as_they_are()).unwrap_err();
        assert_eq!(error.code(), "data.empty", "{text}");
    }
}
