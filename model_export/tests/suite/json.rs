//! `--json`: one value on the output stream with the fields that docs/command.md names, whatever the command, and of errors.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::command::{reshelf, shop};

fn document() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/command.md")).unwrap()
}

/// The fields that the document names of a command's answer.
fn documented(document: &str, command: &str) -> BTreeSet<String> {
    let begin = format!("<!-- fields: {command} -->\n");
    let (_, rest) = document.split_once(&begin).unwrap();
    let (table, _) = rest.split_once("<!-- /fields -->").unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    cells.flat_map(|(names, _)| names.split("`, `")).map(str::to_owned).collect()
}

/// Runs a command with `--json`: its status, and the one value that it prints.
fn answer(arguments: &[&str], folder: &Path) -> (Option<i32>, Value) {
    let output = reshelf(&[arguments, &["--json"]].concat(), folder);
    let text = String::from_utf8(output.stdout).unwrap();
    let value = serde_json::from_str(&text);
    (output.status.code(), value.unwrap_or_else(|error| unreachable!("{arguments:?}: {error}: {text}")))
}

#[test]
fn every_command_prints_one_value_with_the_fields_of_the_document() {
    let shop = shop(60, 300);
    let folder = shop.path();
    let rows: String = (0..60).map(|row| format!("{},home/kind {row},brand {row}\n", 7 + 3 * row)).collect();
    std::fs::write(folder.join("items.csv"), format!("item_id,category,brand\n{rows}")).unwrap();
    let tokens = "cluster,clusters,epsilon\n".to_owned() + &"5,16,3\n".repeat(4);
    std::fs::write(folder.join("tokens.csv"), tokens).unwrap();
    let lines = [
        "train --preset tiny --events events.csv --out new.safetensors",
        "rank --model m.safetensors --sessions events.csv --k 5 --out r.parquet",
        "evaluate --model m.safetensors --sessions events.csv",
        "baselines --events events.csv --newest-test 0.3",
        "verify new.safetensors --sessions events.csv",
        "inspect m.safetensors",
        "quantize m.safetensors --neighbours 1 --out small.safetensors",
        "core m.safetensors --out core.safetensors",
        "rows --model m.safetensors --out m.rows",
        "names --model m.safetensors --items items.csv --out names.json",
        "tokens tokens.csv",
        "demo-data --products 200 --sessions 50 --out demo",
        "doctor m.safetensors --page page.html",
        "completions zsh",
        "man train",
        "--version",
        "--help",
    ];
    // By the name of the table, where that is not the line's first word.
    let others = [("help", "--help"), ("help train", "--help"), ("-q help", "--help")];
    let lines = lines.map(|line| (line, line.split(' ').next().unwrap_or_default()));
    // What is known of one new item, and a session that turns to it.
    std::fs::write(folder.join("new.csv"), "session_id,item_id,ts\n1,7,0\n1,5,1\n").unwrap();
    std::fs::write(folder.join("new_items.csv"), "item_id,category\n5,home\n").unwrap();
    let new = "evaluate --model m.safetensors --sessions new.csv --items new_items.csv --new-items";
    let others = others.into_iter().chain([(new, "evaluate --new-items")]);
    let document = document();
    let mut seen = BTreeSet::new();
    for (line, command) in lines.into_iter().chain(others) {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (status, value) = answer(&arguments, folder);
        assert_eq!(status, Some(0), "{line}: {value}");
        let fields: BTreeSet<String> = value.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, documented(&document, command), "{line}");
        // What was written is where the answer says.
        if let Some(out) = value["out"].as_str() {
            assert!(folder.join(out).exists(), "{line}");
        }
        seen.insert(command.to_owned());
    }
    let sections = document.lines().filter_map(|line| line.strip_prefix("<!-- fields: ")?.strip_suffix(" -->"));
    assert_eq!(sections.map(str::to_owned).collect::<BTreeSet<_>>(), seen);
    assert!(std::fs::read_to_string(folder.join("page.html")).unwrap().contains("requestAdapter"));
}

#[test]
fn an_error_is_one_value_too_and_the_line_for_people_stays() {
    let shop = shop(40, 3);
    let folder = shop.path();
    for (line, status, code) in [
        ("train --events no.csv --out m2.safetensors", 1, "data.not_found"),
        ("rank --model no.safetensors --sessions events.csv --out r.parquet", 1, "model.unreadable"),
        ("evaluate --model m.safetensors --sessions no.csv", 1, "data.not_found"),
        ("baselines --events no.csv", 1, "data.not_found"),
        ("verify m.safetensors --sessions events.csv", 1, "verify.no_report"),
        ("inspect events.csv", 1, "artifact.foreign"),
        ("quantize m.safetensors --out q.zip", 1, "output.wrong_ending"),
        ("core m.safetensors --out m.safetensors", 1, "output.is_input"),
        ("rows --model m.safetensors --out rows.txt", 1, "rows.unknown_format"),
        ("names --model m.safetensors --items no.csv --out n.json", 1, "data.not_found"),
        ("tokens events.csv", 1, "data.missing_column"),
        ("doctor no.safetensors", 1, "model.unreadable"),
        ("doctor --page page.csv", 1, "output.wrong_ending"),
        ("man serve", 2, "usage"),
        ("completions tcsh", 2, "usage"),
        ("demo-data", 2, "usage"),
        ("serve", 2, "usage"),
        ("tokens tokens.csv --split test", 2, "usage"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (found, value) = answer(&arguments, folder);
        assert_eq!(found, Some(status), "{line}: {value}");
        let error = value["error"].as_object().unwrap();
        assert_eq!((error.len(), error["code"].as_str()), (2, Some(code)), "{line}: {value}");
        let said = String::from_utf8(reshelf(&[&arguments[..], &["--json"]].concat(), folder).stderr).unwrap();
        assert_eq!(said, format!("error[{code}]: {}\n", error["message"].as_str().unwrap()), "{line}");
    }
    let output = reshelf(&["inspect", "m.safetensors", "--json=true"], folder);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), value["error"]["code"].as_str()), (Some(2), Some("usage")), "{value}");
    // Behind `--` it is a name.
    assert_eq!(reshelf(&["inspect", "--", "--json"], folder).stdout, b"");
}

#[test]
fn a_figure_that_does_not_hold_is_a_value_and_a_status() {
    let shop = shop(60, 300);
    let folder = shop.path();
    let (status, _) =
        answer(&["train", "--preset", "tiny", "--events", "events.csv", "--out", "t.safetensors"], folder);
    assert_eq!(status, Some(0));
    let path = folder.join("t.safetensors.report.json");
    let mut report: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    report["validation"]["shipped"]["recall@20"] = 2.into();
    std::fs::write(&path, report.to_string()).unwrap();
    let line = ["verify", "t.safetensors", "--sessions", "events.csv"];
    let (status, value) = answer(&line, folder);
    assert_eq!((status, &value["holds"]), (Some(1), &Value::from(false)), "{value}");
    let output = reshelf(&line, folder);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with("error[verify.figures_differ]: not every stated figure holds: see the result\n"), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains(" no\n"));
}
