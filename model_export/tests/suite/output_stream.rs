//! Results on the output stream: whole, or an error.

#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::shop;

/// What the command does with this output stream: its status, and what it says of it.
fn ends(arguments: &[&str], folder: &Path, stdout: impl Into<Stdio>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reshelf"));
    let output = command.args(arguments).current_dir(folder).stdout(stdout).stderr(Stdio::piped()).spawn();
    let output = output.unwrap().wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

const INSPECT: [&str; 2] = ["inspect", "m.safetensors"];
const EVALUATE: [&str; 6] = ["evaluate", "-q", "--model", "m.safetensors", "--sessions", "events.csv"];

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_cannot_be_written_is_an_error() {
    let shop = shop(60, 12);
    let folder = shop.path();
    let rows = ["rows", "--model", "m.safetensors", "--out", "rows.jsonl"];
    let full = "error[output.disk_full]: cannot write the output stream: the disk is full";
    let commands = [
        INSPECT.to_vec(),
        [&INSPECT[..], &["--json"]].concat(),
        EVALUATE.to_vec(),
        [&EVALUATE[..], &["--json"]].concat(),
        rows.to_vec(),
        vec!["--version"],
        vec!["train", "--help"],
    ];
    for arguments in commands {
        let (status, said) = ends(&arguments, folder, File::options().write(true).open("/dev/full").unwrap());
        assert_eq!((status, said.lines().count()), (Some(1), 1), "{arguments:?}: {said}");
        assert!(said.starts_with(full), "{arguments:?}: {said}");
    }
    // Open, but for reading alone.
    let (status, said) = ends(&INSPECT, folder, File::open(folder.join("events.csv")).unwrap());
    assert!(status == Some(1) && said.starts_with("error[output.failed]: "), "{said}");
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let shop = shop(60, 12);
    for arguments in
        [&INSPECT[..], &EVALUATE, &["train", "--help"], &["--version"], &["completions", "bash"], &["doctor", "--json"]]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reshelf"));
        let command = command.args(arguments).current_dir(shop.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
