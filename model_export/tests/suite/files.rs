//! What the command leaves on disk: beside an artifact, never over an input, and nothing by halves.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command::{fails, names, prints, reshelf, shop};

/// A log to train on: sessions of five of forty items, one of which holds two items that no other has.
fn training_log(folder: &Path) {
    let mut draw = reshelf::math::Rng(8);
    let mut events = "session_id,item_id,ts,event\n".to_owned();
    for session in 0..120 {
        let first = draw.below(40);
        for step in 0..5 {
            let kind = if step == 4 { "purchase" } else { "view" };
            writeln!(
                events,
                "s{session},i{},{},{kind}",
                (first + step * (1 + draw.below(2))) % 40,
                10_000 * session + step
            )
            .unwrap();
        }
    }
    events.push_str("once,rare-1,5,view\nonce,rare-2,6,purchase\n");
    std::fs::write(folder.join("log.csv"), events).unwrap();
}

#[test]
fn what_tells_of_the_business_stands_beside_the_artifact_and_not_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    training_log(folder);
    std::fs::write(folder.join(".m.safetensors.4194311-0.tmp"), "of a killed run").unwrap();
    let train = ["train", "--events", "log.csv", "--preset", "tiny", "--min-sessions", "3", "--out", "m.safetensors"];
    let said = prints(&train, folder);
    assert!(said.contains("rest on one session") && said.contains("of fewer than 3 sessions"), "{said}");
    assert_eq!(names(folder), ["log.csv", "m.safetensors", "m.safetensors.report.json"]);

    let inspected: Value = serde_json::from_str(&prints(&["inspect", "m.safetensors", "--json"], folder)).unwrap();
    let mut keys: Vec<&String> = inspected["card"].as_object().unwrap().keys().collect();
    keys.sort();
    let published =
        ["head_trained", "items", "min_sessions", "preset", "quantization", "trained_by", "training_digest"];
    assert_eq!(keys, published);
    assert!(prints(&["inspect", "m.safetensors"], folder).contains("min_sessions.pairs           3"));
    let report = std::fs::read_to_string(folder.join("m.safetensors.report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["sessions"], &report["events_by_kind"]["purchase"]), (&Value::from(121), &Value::from(121)));
    assert_eq!((&report["model"], &report["min_sessions"]["bought"]), (&inspected["model"], &Value::from(3)));
    assert!(report["pairs"]["in_one_session"].as_u64().unwrap() > 0);

    // Leaks are found by the report, also of a smaller model; without it the command says what it cannot tell.
    prints(&["quantize", "m.safetensors", "--neighbours", "2", "--out", "small.safetensors"], folder);
    let part =
        std::fs::read_to_string(folder.join("log.csv")).unwrap().lines().take(200).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.join("part.csv"), part).unwrap();
    for model in ["m.safetensors", "small.safetensors"] {
        let said = prints(&["evaluate", "--model", model, "--sessions", "part.csv"], folder);
        assert!(said.contains("warning[sessions_in_training]") && !said.contains("is not known"), "{said}");
    }
    std::fs::remove_file(folder.join("small.safetensors.report.json")).unwrap();
    let said = prints(&["evaluate", "--model", "small.safetensors", "--sessions", "part.csv"], folder);
    assert!(
        !said.contains("sessions_in_training")
            && said.contains("is not known: there is no small.safetensors.report.json")
    );
}

#[test]
fn an_output_is_never_an_input_of_the_same_call() {
    let shop = shop(40, 3);
    let folder = shop.path();
    std::fs::create_dir(folder.join("parts")).unwrap();
    std::fs::write(folder.join("items.csv"), "item_id,title\n7,x\n").unwrap();
    std::fs::write(folder.join("lists.csv"), "session_id,step,item_id\n0,1,7\n").unwrap();
    for (of, link) in
        [("events.csv", "hard"), ("items.csv", "m.checkpoint"), ("events.csv", "parts/without-head.safetensors")]
    {
        std::fs::hard_link(folder.join(of), folder.join(link)).unwrap();
    }
    let contents = || -> Vec<Vec<u8>> {
        ["events.csv", "items.csv", "lists.csv", "m.safetensors"]
            .map(|name| std::fs::read(folder.join(name)).unwrap())
            .into()
    };
    let (before, listed) = (contents(), names(folder));
    let train = |flags: &[&'static str]| [&["train", "--events", "events.csv", "--items", "items.csv"], flags].concat();
    let replay = |command: &'static str, flags: &[&'static str]| {
        let input = ["--model", "m.safetensors", "--sessions", "events.csv", "--candidates", "lists.csv"];
        [&[command][..], &input, flags].concat()
    };
    let is_input = [
        train(&["--out", "hard"]),
        train(&["--out", "events.csv"]),
        train(&["--out", "./items.csv"]),
        replay("rank", &["--out", "lists.csv"]),
        replay("rank", &["--out", "m.safetensors"]),
        vec!["rows", "--model", "m.safetensors", "--out", "m.safetensors"],
        // Its checkpoint would be the catalogue.
        train(&["--out", "m"]),
        train(&["--out", "new", "--ablations", "parts"]),
        replay("rank", &["--out", "./parts/../hard"]),
        replay("evaluate", &["--report", "hard"]),
        vec!["train", "--events", ".", "--out", "parts/new"],
        vec!["rows", "--model", "m.safetensors", "--items", ".", "--out", "rows.parquet"],
        vec!["quantize", "m.safetensors", "--out", "copy"],
    ];
    std::fs::hard_link(folder.join("m.safetensors"), folder.join("copy.report.json")).unwrap();
    for arguments in is_input {
        fails(&arguments, folder, 1, "error[output.is_input]: cannot write ");
    }
    let wrong_ending = [
        (train(&["--out", "model.parquet"]), "name it model.safetensors"),
        (replay("rank", &["--out", "ranked.csv"]), "name it ranked.parquet"),
        (replay("evaluate", &["--report", "r.json"]), "name it r.html"),
        (vec!["quantize", "m.safetensors", "--out", "q.zip"], "name it q.safetensors"),
    ];
    for (arguments, fix) in wrong_ending {
        fails(&arguments, folder, 1, "error[output.wrong_ending]: ");
        assert!(String::from_utf8(reshelf(&arguments, folder).stderr).unwrap().contains(fix), "{arguments:?}");
    }
    std::fs::remove_file(folder.join("copy.report.json")).unwrap();
    assert_eq!((contents(), names(folder)), (before, listed), "nothing was written");
    // A model may take its own place, and a name that promises nothing will do.
    prints(&["quantize", "m.safetensors", "--neighbours", "1", "--out", "m.safetensors"], folder);
    prints(&replay("rank", &["--out", "ranked"]), folder);
}

/// Starts a command, waits until `ready` says so, interrupts it: the exit status, and what it printed.
#[cfg(unix)]
fn interrupted(arguments: &[&str], folder: &Path, ready: impl Fn() -> bool) -> (Option<i32>, String) {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let mut child = Command::new(env!("CARGO_BIN_EXE_reshelf"))
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.join("stderr")).unwrap())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(120);
    while !ready() {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        assert!(Instant::now() < patience, "it never got going");
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
#[cfg(unix)]
fn an_interrupt_leaves_no_half_file() {
    let shop = shop(20_000, 20_000);
    let folder: PathBuf = shop.path().to_owned();
    std::fs::create_dir(folder.join("out")).unwrap();
    std::fs::write(folder.join("out/r.parquet"), "old").unwrap();
    let half = || names(&folder.join("out")).iter().any(|name| name.ends_with(".tmp"));
    let status = interrupted(
        &["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--out", "out/r.parquet"],
        &folder,
        half,
    );
    assert_eq!(status, (Some(130), String::new()));
    assert_eq!(names(&folder.join("out")), ["r.parquet"]);
    assert_eq!(std::fs::read(folder.join("out/r.parquet")).unwrap(), b"old");

    // Training says what it has read, then goes on for a while.
    let reading_done = || std::fs::read_to_string(folder.join("stderr")).is_ok_and(|text| text.contains("rows read"));
    let train = ["train", "--events", "events.csv", "--out", "out/new.safetensors", "--json"];
    let _ = std::fs::remove_file(folder.join("stderr"));
    let (status, answer) = interrupted(&train, &folder, reading_done);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["error"]["code"]), (Some(130), &Value::from("interrupted")));
    assert_eq!(names(&folder.join("out")), ["r.parquet"]);
    let said = std::fs::read_to_string(folder.join("stderr")).unwrap();
    assert_eq!(said.lines().last(), Some("error[interrupted]: stopped; nothing was written"));
}

#[test]
#[cfg(unix)]
fn an_interrupt_after_a_pass_says_that_the_next_run_goes_on() {
    let shop = shop(300, 4_000);
    let folder: PathBuf = shop.path().to_owned();
    let train = ["train", "--events", "events.csv", "--preset", "tiny", "--threads", "1", "--out", "new.safetensors"];
    let kept = || folder.join("new.safetensors.checkpoint").exists();
    assert_eq!(interrupted(&train, &folder, kept), (Some(130), String::new()));
    let said = || std::fs::read_to_string(folder.join("stderr")).unwrap();
    let resumes = "error[interrupted]: stopped; the same command goes on from new.safetensors.checkpoint";
    assert_eq!(said().lines().last(), Some(resumes));
    std::fs::remove_file(folder.join("stderr")).unwrap();
    let going_on =
        || std::fs::read_to_string(folder.join("stderr")).is_ok_and(|text| text.contains("going on after pass"));
    assert_eq!(interrupted(&train, &folder, going_on).0, Some(130));
    assert_eq!(said().lines().last(), Some(resumes));
    assert_eq!(names(&folder), ["events.csv", "m.safetensors", "new.safetensors.checkpoint", "stderr"]);
}
