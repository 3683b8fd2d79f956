//! CSV and JSON however they are laid out: what is read, and what is refused by line or row.

use super::*;

const ROWS: &str = "session_id,item_id,ts\nm,17,1700000000\nm,23,1700000060\nn,23,1700000120\n";

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<SessionLog, DataError> {
    let folder = tempfile::tempdir().unwrap();
    read_events(&write(&folder, name, bytes), &as_they_are())
}

/// Asserts that a file is refused with this code and these words, without being called damaged.
fn refused(name: &str, bytes: impl AsRef<[u8]>, code: &str, words: &str) {
    let error = read(name, bytes).unwrap_err();
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    assert!(message.contains(words) && message.lines().count() == 1, "{words:?} is not in: {message}");
    assert!(code == "data.unreadable" || !message.contains("damaged"), "{message}");
}

fn same_as_rows(log: &SessionLog) {
    let expected = read("rows.csv", ROWS).unwrap();
    assert_eq!(sessions(log), sessions(&expected));
    assert_eq!(log.item_ids, expected.item_ids);
}

#[test]
fn csv_is_read_whatever_ends_its_lines_and_parts_its_fields() {
    for (name, text) in [
        ("crlf.csv", ROWS.replace('\n', "\r\n")),
        ("cr.csv", ROWS.replace('\n', "\r")),
        ("mark.csv", format!("\u{feff}{ROWS}")),
        ("marks.csv", format!("\u{feff}\u{feff}\u{feff}{ROWS}")),
        (
            "quoted names.csv",
            ROWS.replace("item_id", "item_id,\"a;b;c;d;\"\";e\", \"f|g|h|i|j\"")
                .replace("17,", "17,,,")
                .replace("23,", "23,,,"),
        ),
        (
            "quoted commas.csv",
            ROWS.replace(',', ";").replace("ts", "\"ts\";\"one, two, three, four\"").replace("0\n", "0;5\n"),
        ),
        ("semicolons.csv", ROWS.replace(',', ";")),
        ("tabs.csv", ROWS.replace(',', "\t")),
        ("tabs.tsv", ROWS.replace(',', "\t")),
        ("commas.tab", ROWS.to_owned()),
        ("excel.csv", format!("sep=;\r\n{}", ROWS.replace(',', ";").replace('\n', "\r\n"))),
        ("blank lines.csv", ROWS.replace('\n', "\n\n  \n")),
        ("quoted.csv", ROWS.replace("item_id", "\"item_id\"").replace("23", "\"23\"")),
        ("spaces.csv", ROWS.replacen("item_id,ts", " item_id, ts", 1)),
        ("no last line end.csv", ROWS.trim_end().to_owned()),
    ] {
        same_as_rows(&read(name, text).unwrap());
    }
}

#[test]
fn columns_that_nobody_reads_may_have_any_name_and_hold_anything() {
    let wide = |header: &str, cells: &str| {
        let mut lines = ROWS.lines();
        let mut text = format!("{header},{}\n", lines.next().unwrap());
        lines.for_each(|line| text.push_str(&format!("{cells},{line}\n")));
        text
    };
    for (header, cells) in [("ref,ref", "a,b"), (",,", ",x,"), ("", "0"), ("ts2,\"a,\nb\"", "\"1,\n2\",\"\"\"\"")] {
        let log = read("wide.csv", wide(header, cells)).unwrap_or_else(|error| panic!("{header:?}: {error}"));
        same_as_rows(&log);
    }
    let latin = wide("ref", "caf?").into_bytes().into_iter().map(|byte| if byte == b'?' { 0xE9 } else { byte });
    same_as_rows(&read("latin.csv", latin.collect::<Vec<u8>>()).unwrap());
    assert_eq!(read("wide.csv", wide("ref,,ref", "a,b,c")).unwrap().report.columns_ignored, ["ref"]);
    let json = r#"{"session_id":"m","item_id":17,"ts":1700000000,"p":{"a":[1,{}]},"p":0}
        {"session_id":"m","item_id":23,"ts":1700000060,"p":"none","q":NaN}
        {"session_id":"n","p":[[],"]"],"item_id":23,"ts":1700000120,"r":-Infinity}"#;
    same_as_rows(&read("odd.jsonl", json).unwrap());
}

#[test]
fn a_needed_column_stands_in_the_header_once() {
    for column in ["session_id", "item_id", "ts", "event"] {
        let text = format!("event,{column},session_id,item_id,ts\nview,9,m,17,1700000000\n");
        refused("twice.csv", text, "data.malformed", "the header of");
        let json = format!("{{\"session_id\":1,\"item_id\":2,\"ts\":3,\"event\":\"view\",\"{column}\":1}}");
        refused("twice.jsonl", json, "data.malformed", "row 1 of");
    }
    let message = read("twice.csv", "ts,session_id,ts,item_id\n1,2,3,4\n").unwrap_err().to_string();
    assert!(message.contains("names `ts` twice: rename or remove"), "{message}");
}

#[test]
fn a_quote_that_swallows_rows_is_refused_in_events_items_and_candidates_alike() {
    let mut text = String::from("session_id,step,item_id,ts,title\n");
    for row in 0..90 {
        let title = if row == 30 { "\"lamp" } else { "lamp" };
        text.push_str(&format!("s{},1,{},{},{title}\n", row / 3, row % 7, 1_700_000_000 + row));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "one quote.csv", &text);
    let log = read("rows.csv", ROWS).unwrap();
    let words = "line 32 of";
    for error in [
        read_events(&path, &as_they_are()).unwrap_err(),
        read_items(&path).unwrap_err(),
        read_candidates(&path, &log).unwrap_err(),
    ] {
        assert!(error.code() == "data.malformed" && error.to_string().starts_with(words), "{error}");
    }
    // A second stray quote closes the first.
    refused("two.csv", text.replacen("5,1700000040,lamp", "5,1700000040,lamp\"", 1), "data.malformed", words);
    refused(
        "last.csv",
        text.replace('\n', "\r\n").replacen("1700000080,lamp", "1700000080,\"lamp", 1),
        "data.malformed",
        words,
    );
    refused(
        "near the end.csv",
        text.replacen("\"lamp", "lamp", 1) + "z,1,2,1700000000,\"lamp",
        "data.malformed",
        "line 92 of",
    );
    refused("tabs.tsv", text.replace(',', "\t"), "data.malformed", words);
    // Two that follow each other swallow one row.
    let two = |first: &str, second: &str| {
        let rows = format!("{first},1700000000,m,1,{second}\n");
        format!("title,ts,session_id,step,item_id\nLamp,1700000000,m,1,17\n{rows}")
    };
    for (first, second) in [("\"Lamp", "17\nPot\",1700000060,m,1,23"), ("Lamp", "\"17\nPot,1700000060\",m,1,23")] {
        refused("two rows.csv", two(first, second), "data.malformed", "line 3 of");
        refused(
            "two rows.csv",
            two(first, second).replace('\n', "\r\n"),
            "data.malformed",
            "swallows line 4, and both",
        );
    }
}

#[test]
fn rows_that_do_not_fit_the_header_are_named_by_their_line() {
    for (text, words) in [
        (format!("{ROWS}n,23\n"), "line 5 of"),
        (format!("{ROWS}n,23\n"), "has 2 fields where the header has 3: complete that line"),
        (format!("{ROWS}\n\nn,23,1700000000,\n"), "line 7 of"),
        (format!("{ROWS}n,2,3,1700000000\n"), "has 4 fields where the header has 3: put quotes around"),
        (format!("{ROWS}{ROWS}"), "line 5 of"),
        (format!("{ROWS}{ROWS}"), "is the header once more, as if files had been joined: remove that line"),
    ] {
        refused("ragged.csv", text, "data.malformed", words);
    }
}

#[test]
fn other_alphabets_are_refused_with_what_to_do() {
    let wide: Vec<u8> = ROWS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide.iter().copied()).collect();
    for name in ["utf16.csv", "utf16.jsonl", "utf16.tsv"] {
        refused(name, &marked, "data.malformed", "is written in UTF-16: save it as UTF-8");
        refused(name, &wide, "data.malformed", "as UTF-16 does: save it as UTF-8");
    }
    let latin = b"session_id,item_id,ts\nm,17,1700000000\nm,caf\xE9,1700000060\n";
    refused("latin.csv", latin, "data.malformed", "line 3 of");
    refused(
        "latin.csv",
        latin,
        "data.malformed",
        "holds letters in `item_id` that are not UTF-8: save the file as UTF-8",
    );
    refused("upper.csv", ROWS.replace("item_id", "Item_Id"), "data.missing_column", "it has: session_id, Item_Id, ts");
    refused("none.csv", ROWS.lines().nth(1).unwrap(), "data.missing_column", "it has: m, 17, 1700000000");
}

#[test]
fn json_is_read_however_it_is_laid_out() {
    let row =
        |session: &str, item: u32, ts: u32| format!("{{\"session_id\":\"{session}\",\"item_id\":{item},\"ts\":{ts}}}");
    let rows = [row("m", 17, 1_700_000_000), row("m", 23, 1_700_000_060), row("n", 23, 1_700_000_120)];
    let pretty =
        |text: &str| text.replace('{', "{\n  ").replace(':', " : ").replace(',', ",\n  ").replace('}', "\r\n}");
    for (name, text) in [
        ("lines.jsonl", rows.join("\n")),
        ("blank lines.ndjson", rows.join("\r\n\r\n  \n") + "\n\n"),
        ("mark.jsonl", format!("\u{feff}{}", rows.join("\n"))),
        ("mark.json", format!("\u{feff}[{}]", rows.join(","))),
        ("one line.json", format!("[{}]", rows.join(","))),
        ("pretty.json", format!("[\n{}\n]\n", rows.each_ref().map(|row| pretty(row)).join(",\n"))),
        ("pretty.jsonl", rows.each_ref().map(|row| pretty(row)).join("\n")),
        ("far.json", format!("{}[{}]", " \n".repeat(9_000), rows.join(" , "))),
        ("pages.json", format!("[{},{}]\n[]\n[{}]", rows[0], rows[1], rows[2])),
        ("no line ends.jsonl", rows.concat()),
    ] {
        same_as_rows(&read(name, text).unwrap_or_else(|error| panic!("{name}: {error}")));
    }
}

#[test]
fn json_ids_are_what_csv_would_make_of_them() {
    let ids = |items: &[&str]| {
        let rows = items.iter().map(|item| format!("{{\"session_id\":7,\"item_id\":{item},\"ts\":1700000000}}"));
        read("ids.jsonl", rows.collect::<Vec<_>>().join("\n")).unwrap().item_ids
    };
    let text = |items: &[&str]| Ids::Text(items.iter().map(|item| (*item).to_owned()).collect());
    assert_eq!(ids(&["31", "\"40\"", "40", "31.0"]), Ids::Integer(vec![31, 40]));
    assert_eq!(ids(&["31", "\"K-40\"", "31"]), text(&["31", "K-40"]));
    assert_eq!(ids(&["\"007\"", "7"]), text(&["007", "7"]));
    let long = ["12345678901234567890123", "12345678901234567890124"];
    assert_eq!(ids(&long), text(&long));
    assert_eq!(ids(&["true", "false", "true"]), text(&["false", "true"]));
    assert_eq!(ids(&["true", "\"true\"", "40"]), text(&["40", "true"]));
    refused("t.jsonl", "{\"session_id\":7,\"item_id\":1,\"ts\":true}", "data.wrong_type", "`true` in row 1");
}

#[test]
fn a_json_text_that_is_none_is_refused_where_it_is_read_and_nowhere_else() {
    let rows = |member: &str, item: &str| {
        let row = |item: &str| format!("{{\"session_id\":\"m\",{member}\"item_id\":{item},\"ts\":1700000000}}");
        format!("{}\n{}", row("17"), row(item))
    };
    let expected = read("plain.jsonl", rows("", "23")).unwrap();
    for member in [r#""\udc1f":1,"#, r#""a\ud800":"\ud800","#, "\"tab\t\":{},"] {
        let log = read("odd.jsonl", rows(member, "23")).unwrap_or_else(|error| panic!("{member}: {error}"));
        assert_eq!((sessions(&log), log.report.columns_ignored.len()), (sessions(&expected), 1), "{member}");
    }
    for item in [r#""\udfff""#, r#""x\ud834y""#] {
        refused("lone.jsonl", rows("", item), "data.malformed", "row 2 of");
        refused("lone.jsonl", rows("", item), "data.malformed", "holds a text in `item_id` that is no JSON (");
    }
    let latin = rows("", "\"caf?\"").into_bytes().into_iter().map(|byte| if byte == b'?' { 0xE9 } else { byte });
    refused("latin.jsonl", latin.collect::<Vec<u8>>(), "data.malformed", "in `item_id` that is not UTF-8");
}

#[test]
fn what_is_wrong_in_json_is_named_by_line_or_row() {
    let row = "{\"session_id\":7,\"item_id\":1,\"ts\":1700000000}\n";
    for (text, code, words) in [
        (
            format!("{row}{row}{{\"session_id\":7,\"item_id\":{{\"id\":4}},\"ts\":1}}"),
            "data.wrong_type",
            "an object in row 3",
        ),
        (format!("{row}{{\"session_id\":[7],\"item_id\":4,\"ts\":1}}"), "data.wrong_type", "a list in row 2"),
        (format!("{row}{{\"session_id\":7,\"ts\":1,\"item_id\":4,\"ts\":2}}"), "data.malformed", "row 2 of"),
        (format!("{row}\n{{'session_id':7}}"), "data.unreadable", "line 3: `'` stands where a name in quotes"),
        (format!("{row}{{\"session_id\":7,\"item_id\":nan}}"), "data.unreadable", "line 2: `nan` is no JSON value"),
        (format!("{row}{{\"session_id\":7,"), "data.unreadable", "line 2: the file ends where"),
        (format!("[{row},{row}"), "data.unreadable", "the file ends where `]` should be"),
        (format!("[{row},17]"), "data.unreadable", "`1` stands where `{` should be"),
        (format!("{{\"events\":[{row}]}}"), "data.missing_column", "it has: events"),
        (ROWS.to_owned(), "data.unreadable", "line 1: `s` stands where `{` should be"),
    ] {
        refused("wrong.json", text, code, words);
    }
}

#[test]
fn a_value_that_is_wrong_is_named_by_its_row_in_its_own_file_and_split() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        |wrong: &str| format!("session_id,item_id,ts,split\nm,1,2026-02-01,a\nm,1,2026-02-01,b\nm,1,{wrong},b\n");
    write(&folder, "1.csv", rows("2026-02-02"));
    write(&folder, "2.csv", rows("later"));
    for split in [Split::All, Split::usual("b")] {
        let error = read_events(folder.path(), &EventOptions { split, ..as_they_are() }).unwrap_err().to_string();
        assert!(error.contains("2.csv") && error.contains("`later` in row 3"), "{error}");
    }
}
