//! One log in every dress gives the same training table.

use proptest::prelude::*;

use super::files::{gzip, zstandard};
use super::*;

/// A row: session, item, seconds, event, and what it tells besides; what is not there is null.
type Row = (u8, Option<u8>, i64, Option<&'static str>, More);

/// Milliseconds on the item's page, what was searched for, the list and the place in it.
type More = (Option<u16>, Option<&'static str>, Option<&'static str>, Option<u8>);

/// How many columns are read; others follow.
const READ: usize = 8;

#[derive(Clone, Copy, Debug)]
enum Form {
    Csv(char),
    JsonLines,
    JsonArray { pretty: bool },
    Parquet,
}

#[derive(Clone, Copy, Debug)]
enum Packed {
    Not,
    Gzip,
    Zstandard,
}

/// How ids are written: as integers, or some or all with letters.
#[derive(Clone, Copy, Debug)]
enum Naming {
    Integers,
    Mixed,
    Text,
}

impl Naming {
    fn id(self, number: u8) -> String {
        match self {
            Naming::Text => format!("SKU, \"{number}\""),
            Naming::Mixed if number.is_multiple_of(2) => format!("B-{number:03}"),
            Naming::Integers | Naming::Mixed => (1_000 + i64::from(number)).to_string(),
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let events =
        vec!["view", "cart", "purchase", "zoom, or so", "search", "dwell", "impression", "skip", "dislike", "mute"];
    let event = prop::option::weighted(0.8, prop::sample::select(events));
    let item = prop::option::weighted(0.9, 0..7u8);
    let query = prop::option::of(prop::sample::select(vec!["red mug", "Tasse, \"groß\"", "12"]));
    let list = prop::option::of(prop::sample::select(vec!["home", "7", "also, too"]));
    let more = (prop::option::of(0..40_000u16), query, list, prop::option::of(0..24u8));
    prop::collection::vec((0..5u8, item, 1_650_000_000..1_650_000_900i64, event, more), 4..40)
}

fn form() -> impl Strategy<Value = (Form, Packed)> {
    let form = prop_oneof![
        prop::sample::select(vec![',', '\t', ';']).prop_map(Form::Csv),
        Just(Form::JsonLines),
        any::<bool>().prop_map(|pretty| Form::JsonArray { pretty }),
        Just(Form::Parquet),
    ];
    (form, prop::sample::select(vec![Packed::Not, Packed::Gzip, Packed::Zstandard]))
}

/// The cells of a row by column, and columns that nobody reads.
fn cells(row: &Row, naming: Naming) -> [(&'static str, Option<String>); READ] {
    let (session, item, time, event, (dwell, query, list, position)) = *row;
    [
        ("session_id", Some(naming.id(session))),
        ("item_id", item.map(|item| naming.id(item))),
        ("ts", Some(time.to_string())),
        ("event", event.map(str::to_owned)),
        ("dwell_ms", dwell.map(|dwell| dwell.to_string())),
        ("query", query.map(str::to_owned)),
        ("list_id", list.map(str::to_owned)),
        ("position", position.map(|position| position.to_string())),
    ]
}

const COLUMNS: [&str; READ + 3] =
    ["session_id", "item_id", "ts", "event", "dwell_ms", "query", "list_id", "position", "utm", "utm", ""];

/// Text in quotes, as CSV and JSON alike write text without odd letters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn as_csv(rows: &[Row], naming: Naming, order: &[usize], separator: char) -> String {
    let separator = separator.to_string();
    let names: Vec<&str> = order.iter().map(|&column| COLUMNS[column]).collect();
    let mut text = names.join(&separator) + "\r\n";
    for (index, row) in rows.iter().enumerate() {
        let odd = ["\"a\n\"\"b\"", "", "5\" pipe", "\"x;y\t,\""][index % 4];
        let cells = cells(row, naming);
        let cell = |&column: &usize| match cells.get(column) {
            Some((_, cell)) => cell.as_deref().map_or(String::new(), quoted),
            None => odd.to_owned(),
        };
        text += &(order.iter().map(cell).collect::<Vec<_>>().join(&separator) + "\n");
    }
    text
}

fn as_json(rows: &[Row], naming: Naming, order: &[usize]) -> Vec<String> {
    let odd = ["{\"list\":[1,{\"a\":\"}\"}]}", "\"none\"", "[]", "1e3", "null", "true"];
    let row = |(index, row): (usize, &Row)| {
        let cells = cells(row, naming);
        let member = |&column: &usize| match cells.get(column) {
            Some(("event", None)) if index.is_multiple_of(2) => None,
            Some((name, None)) => Some(format!("\"{name}\": null")),
            Some((name, Some(cell))) => {
                let number = super::canonical_integer(cell).filter(|_| index % 3 > 0);
                Some(format!(
                    "\"{name}\": {}",
                    number.map_or_else(|| serde_json::json!(cell).to_string(), |n| n.to_string())
                ))
            }
            None => Some(format!("\"extra {column}\": {}", odd[(index + column) % odd.len()])),
        };
        format!("{{{}}}", order.iter().filter_map(member).collect::<Vec<_>>().join(", "))
    };
    rows.iter().enumerate().map(row).collect()
}

fn as_parquet(path: &Path, rows: &[Row], naming: Naming, order: &[usize]) {
    let column = |index: usize| -> (String, ArrayRef) {
        let cells: Vec<_> = rows.iter().filter_map(|row| cells(row, naming).into_iter().nth(index)).collect();
        let Some((name, _)) = cells.first() else {
            let lists = rows.iter().map(|row| Some(vec![Some(i64::from(row.0)); usize::from(row.0)]));
            let lists = datafusion::arrow::array::ListArray::from_iter_primitive::<
                datafusion::arrow::datatypes::Int64Type,
                _,
                _,
            >(lists);
            return (format!("extra {index}"), Arc::new(lists));
        };
        let texts = cells.iter().map(|(_, cell)| cell.clone());
        let integers = cells.iter().map(|(_, cell)| cell.as_deref().map(super::canonical_integer));
        let integers: Option<Vec<Option<i64>>> =
            integers.map(|cell| cell.map_or(Some(None), |n| n.map(Some))).collect();
        let array: ArrayRef = match integers.filter(|_| !["event", "query", "list_id"].contains(name)) {
            Some(integers) => Arc::new(Int64Array::from(integers)),
            None => Arc::new(StringArray::from_iter(texts)),
        };
        ((*name).to_owned(), array)
    };
    let columns: Vec<(String, ArrayRef)> = order.iter().map(|&index| column(index)).collect();
    write_parquet(path, columns.iter().map(|(name, array)| (name.as_str(), Arc::clone(array))).collect(), 7);
}

/// Writes rows in one form under a name that begins with `part`.
fn write_rows(folder: &TempDir, part: usize, rows: &[Row], naming: Naming, order: &[usize], form: (Form, Packed)) {
    let (ending, text) = match form.0 {
        Form::Parquet => return as_parquet(&folder.path().join(format!("{part}.parquet")), rows, naming, order),
        Form::Csv('\t') => ("tsv", as_csv(rows, naming, order, '\t')),
        Form::Csv(separator) => ("csv", as_csv(rows, naming, order, separator)),
        Form::JsonLines => ("jsonl", as_json(rows, naming, order).join("\n")),
        Form::JsonArray { pretty } => {
            let gap = if pretty { ",\n\n    " } else { "," };
            ("json", format!("[{}]", as_json(rows, naming, order).join(gap)))
        }
    };
    let (ending, bytes) = match form.1 {
        Packed::Not => (ending.to_owned(), text.into_bytes()),
        Packed::Gzip => (format!("{ending}.gz"), gzip(text.as_bytes())),
        Packed::Zstandard => (format!("{ending}.zst"), zstandard(text.as_bytes())),
    };
    write(folder, &format!("{part}.{ending}"), bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_log_is_the_same_in_every_format_and_any_number_of_files(
        rows in rows(),
        naming in prop::sample::select(vec![Naming::Integers, Naming::Mixed, Naming::Text]),
        files in prop::collection::vec((form(), Just((0..READ + 3).collect::<Vec<usize>>()).prop_shuffle()), 1..4),
        training in any::<bool>(),
    ) {
        let options = if training { for_training() } else { as_they_are() };
        let (plain, dressed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_rows(&plain, 0, &rows, naming, &(0..READ).collect::<Vec<_>>(), (Form::Csv(','), Packed::Not));
        let length = rows.len().div_ceil(files.len());
        for (part, (rows, (form, order))) in rows.chunks(length).zip(&files).enumerate() {
            write_rows(&dressed, part, rows, naming, order, *form);
        }
        match (read_events(plain.path(), &options), read_events(dressed.path(), &options)) {
            (Ok(expected), Ok(read)) => {
                prop_assert_eq!(sessions(&read), sessions(&expected));
                prop_assert_eq!(told(&read), told(&expected));
                prop_assert_eq!(&read.signals, &expected.signals);
                prop_assert_eq!((&read.item_ids, &read.session_ids), (&expected.item_ids, &expected.session_ids));
                prop_assert_eq!(&read.offsets, &expected.offsets);
                // Names of columns and files may differ.
                let rows = |log: SessionLog| CleaningReport {
                    columns_ignored: vec![],
                    files: FilesReport::default(),
                    ..log.report
                };
                prop_assert_eq!(rows(read), rows(expected));
            }
            (Err(expected), Err(read)) => prop_assert_eq!(read.code(), expected.code()),
            (expected, read) => prop_assert!(false, "{:?} {:?}", expected.err(), read.err()),
        }
    }
}
