//! The `reshelf` command from outside: exit status, the one-line error, and no half file.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use reshelf::artifact::Artifact;
use reshelf::synthetic;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn reshelf(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reshelf")).args(arguments).current_dir(folder).output().unwrap()
}

/// Asserts that the command failed with this status and one line that starts so.
pub(crate) fn fails(arguments: &[&str], folder: &Path, status: i32, line: &str) {
    let output = reshelf(arguments, folder);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
    assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    assert!(errors.starts_with(line), "{arguments:?}: {errors}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
}

/// Runs a command that must succeed: what it prints.
pub(crate) fn prints(arguments: &[&str], folder: &Path) -> String {
    let output = reshelf(arguments, folder);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A folder with a model of a few hundred items whose ids start 7, 10, 13, and sessions over them.
pub(crate) fn shop(items: usize, sessions: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let artifact = synthetic::artifact(items, 64, 6, 1).unwrap();
    std::fs::write(folder.path().join("m.safetensors"), artifact.to_bytes()).unwrap();
    let mut draw = reshelf::math::Rng(5);
    let mut events = "session_id,item_id,ts\n".to_owned();
    for session in 0..sessions {
        for step in 0..3 + draw.below(6) {
            let id = artifact.vocabulary.id(draw.below(items) as u32).unwrap();
            writeln!(events, "{session},{id},{step}").unwrap();
        }
    }
    std::fs::write(folder.path().join("events.csv"), events).unwrap();
    folder
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into()).collect();
    names.sort();
    names
}

#[test]
fn a_wrong_command_line_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    fails(&[], folder.path(), 2, "error[usage]: no command was given");
    fails(&["serve"], folder.path(), 2, "error[usage]: unrecognized subcommand 'serve'");
    fails(&["train", "--events", "e.csv"], folder.path(), 2, "error[usage]: the following required arguments");
    fails(&["rank", "--k", "0"], folder.path(), 2, "error[usage]: invalid value '0' for '--k <N>'");
    fails(&["rank", "--k", "many"], folder.path(), 2, "error[usage]: invalid value 'many' for '--k <N>'");
    fails(&["inspect", "m", "--yaml"], folder.path(), 2, "error[usage]: unexpected argument '--yaml'");
    assert!(prints(&["--help"], folder.path()).contains("demo-data"));
}

#[test]
fn bad_input_is_one_line_and_writes_nothing() {
    let shop = shop(40, 3);
    let folder = shop.path();
    std::fs::write(folder.join("empty.csv"), "").unwrap();
    std::fs::write(folder.join("foreign.parquet"), "<html>404</html>").unwrap();
    std::fs::write(folder.join("other.csv"), "session,item\n1,2\n").unwrap();
    let model = std::fs::read(folder.join("m.safetensors")).unwrap();
    std::fs::write(folder.join("cut.safetensors"), &model[..model.len() / 2]).unwrap();
    let mut flipped = model.clone();
    flipped[model.len() - 9] ^= 4;
    std::fs::write(folder.join("flipped.safetensors"), flipped).unwrap();
    std::fs::write(folder.join("foreign.safetensors"), "<html>404</html>").unwrap();
    std::fs::write(folder.join("empty.safetensors"), "").unwrap();
    let before = names(folder);

    for (events, code) in [
        ("no.parquet", "data.not_found"),
        ("empty.csv", "data.empty"),
        ("foreign.parquet", "data.unreadable"),
        ("other.csv", "data.missing_column"),
        ("m.safetensors", "data.unknown_format"),
    ] {
        let line = format!("error[{code}]: ");
        fails(&["train", "--quiet", "--events", events, "--out", "new.safetensors"], folder, 1, &line);
        fails(&["rank", "--model", "m.safetensors", "--sessions", events, "--out", "r.parquet"], folder, 1, &line);
        fails(&["evaluate", "--model", "m.safetensors", "--sessions", events, "--report", "r.html"], folder, 1, &line);
    }
    for (model, code) in [
        ("no.safetensors", "model.unreadable"),
        ("empty.safetensors", "artifact.empty"),
        ("cut.safetensors", "artifact.truncated"),
        ("flipped.safetensors", "artifact.checksum"),
        ("foreign.safetensors", "artifact.foreign"),
    ] {
        let line = format!("error[{code}]: ");
        fails(&["inspect", model], folder, 1, &line);
        fails(&["rows", "--model", model, "--out", "rows.jsonl"], folder, 1, &line);
        fails(&["core", model, "--out", "core.safetensors"], folder, 1, &line);
        fails(&["rank", "--model", model, "--sessions", "events.csv", "--out", "r.parquet"], folder, 1, &line);
    }
    let no_folder = "error[output.no_folder]: cannot write no/such/file.parquet: the folder no/such does not exist";
    fails(&["train", "--events", "events.csv", "--out", "no/such/file.parquet"], folder, 1, no_folder);
    fails(
        &["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--out", "no/such/file.parquet"],
        folder,
        1,
        no_folder,
    );
    fails(&["rows", "--model", "m.safetensors", "--out", "no/such/file.parquet"], folder, 1, no_folder);
    fails(&["rows", "--model", "m.safetensors", "--out", "rows.txt"], folder, 1, "error[rows.unknown_format]");
    let split =
        ["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--split", "test", "--out", "r.parquet"];
    fails(&split, folder, 1, "error[data.missing_column]: ");
    assert_eq!(names(folder), before, "nothing was written");
}

#[test]
fn a_folder_in_a_models_place_and_too_many_threads_are_named_before_anything_is_read() {
    let shop = shop(40, 3);
    let folder = shop.path();
    std::fs::create_dir(folder.join("models")).unwrap();
    let is_folder = "error[model.is_folder]: the model models is a folder; name the file in it";
    let replay = ["--model", "models", "--sessions", "events.csv"];
    fails(&[&["rank", "--out", "models/r.parquet"], &replay[..]].concat(), folder, 1, is_folder);
    fails(&[&["evaluate", "--report", "models/r.html"], &replay[..]].concat(), folder, 1, is_folder);
    fails(&["rows", "--model", "models", "--out", "models/rows.jsonl"], folder, 1, is_folder);
    fails(&["quantize", "models", "--out", "models/q.jsonl"], folder, 1, is_folder);
    fails(&["inspect", "models"], folder, 1, is_folder);
    fails(&["verify", "models", "--sessions", "events.csv"], folder, 1, is_folder);
    let threads = "error[pool.threads]: --threads is 70001: choose a number from 1 to ";
    for arguments in [
        &["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--out", "r.parquet"][..],
        &["evaluate", "--model", "m.safetensors", "--sessions", "events.csv"],
        &["train", "--events", "events.csv", "--out", "new.safetensors"],
        &["baselines", "--events", "events.csv", "--newest-test", "0.3"],
        &["verify", "m.safetensors", "--sessions", "events.csv"],
    ] {
        fails(&[arguments, &["--threads", "70001"]].concat(), folder, 1, threads);
    }
    assert_eq!(names(folder), ["events.csv", "m.safetensors", "models"]);
    assert!(names(&folder.join("models")).is_empty());
}

/// Sessions of a folder of shops, long enough to train on, in lines of CSV without a header.
fn lines(sessions: core::ops::Range<usize>) -> String {
    let event = |session: usize, step: usize| format!("v{session},{},{step}\n", (session * 5 + step * step) % 23);
    sessions.flat_map(|session| (0..4).map(move |step| event(session, step))).collect()
}

#[test]
fn training_says_which_files_it_passed_over_and_refuses_a_split_that_is_not_there() {
    let shop = tempfile::tempdir().unwrap();
    let log = shop.path().join("log");
    std::fs::create_dir_all(log.join("split=train")).unwrap();
    std::fs::create_dir_all(log.join("split=dev")).unwrap();
    let header = "session_id,item_id,ts\n";
    std::fs::write(log.join("split=train/a.csv"), format!("{header}{}", lines(0..60))).unwrap();
    std::fs::write(log.join("split=train/b.csv.bak"), "old").unwrap();
    std::fs::write(log.join("split=dev/a.tsv"), format!("{header}{}", lines(60..75)).replace(',', "\t")).unwrap();
    std::fs::write(shop.path().join("flat.csv"), format!("{header}{}", lines(0..60))).unwrap();
    let train = |more: &[&str]| {
        let plain = ["train", "--preset", "tiny", "--out", "m.safetensors"];
        reshelf(&[&plain[..], more].concat(), shop.path())
    };
    let output = train(&["--events", "log"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("240 rows read, 240 kept in 60 sessions"), "{said}");
    assert!(said.contains("1 file passed over: split=train/b.csv.bak"), "{said}");
    std::fs::remove_file(shop.path().join("m.safetensors")).unwrap();
    std::fs::remove_file(shop.path().join("m.safetensors.report.json")).unwrap();
    for (more, line) in [
        (
            &["--events", "flat.csv", "--split", "train"][..],
            "error[data.missing_column]: flat.csv has no column `split`",
        ),
        (
            &["--events", "flat.csv", "--split-column", "fold"],
            "error[data.missing_column]: flat.csv has no column `fold`",
        ),
        (&["--events", "log", "--split", "test"], "error[data.no_such_split]: log has no rows whose `split` is `test`"),
        (&["--events", "log", "--split", "train,test", "-q"], "error[data.no_such_split]: log has no rows whose"),
    ] {
        let output = train(more);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(1) && said.starts_with(line) && said.lines().count() == 1,
            "{more:?}: {said}"
        );
    }
    assert_eq!(names(shop.path()), ["flat.csv", "log"]);
}

#[test]
fn tokens_are_counted_and_no_row_vanishes_without_a_word() {
    let shop = tempfile::tempdir().unwrap();
    let folder = shop.path();
    // At epsilon 3 of 16 clusters a token shows its own with a probability of .5725, and each other one with .0285.
    let mut rows = "cluster,clusters,epsilon,epoch,model,ip\n".to_owned();
    for (cluster, count) in (0..16).map(|cluster| (cluster, if cluster == 5 { 601 } else { 60 })) {
        (0..count).for_each(|_| writeln!(rows, "{cluster},16,3,2958,5a,::1").unwrap());
    }
    rows.push_str("5,16,3.0,2959,5a,\n7,16,1,2958,5a,\n16,16,3,2958,5a,\n-1,16,3,2958,5a,\n,16,3,2958,5a,\n5,1,3,,,\n");
    rows.push_str("5,16,0,,,\n5,16,NaN,,,\n5,16,1e9,,,\n5,16,3,soon,,\nx,y,z,,,\n5.5,16,3,,,\n");
    std::fs::write(folder.join("tokens.csv"), &rows).unwrap();
    let found: Value = serde_json::from_str(&prints(&["tokens", "tokens.csv", "--json"], folder)).unwrap();
    assert_eq!((&found["rows"], &found["clusters"]), (&Value::from(1_513), &Value::from(16)));
    assert_eq!(found["columns_ignored"], serde_json::json!(["ip"]));
    let left_out: Vec<(u64, u64)> = found["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            let row = fault["first"].as_str().unwrap().split_whitespace().nth(2).unwrap().parse().unwrap();
            (fault["rows"].as_u64().unwrap(), row)
        })
        .collect();
    // Clusters, cluster, epsilon, epoch.
    assert_eq!(left_out, [(2, 1_507), (4, 1_504), (3, 1_508), (1, 1_511)]);
    let groups = found["groups"].as_array().unwrap();
    let kept: Vec<(i64, f64, u64)> = groups
        .iter()
        .map(|group| {
            (group["epoch"].as_i64().unwrap(), group["epsilon"].as_f64().unwrap(), group["tokens"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(kept, [(2_958, 1.0, 1), (2_958, 3.0, 1_501), (2_959, 3.0, 1)]);
    assert_eq!(
        1_513,
        left_out.iter().map(|fault| fault.0).sum::<u64>() + kept.iter().map(|group| group.2).sum::<u64>()
    );
    let of = |cluster: usize| {
        let counted = &groups[1]["counts"][cluster];
        ["estimate", "low", "high"].map(|end| counted[end].as_f64().unwrap())
    };
    let [estimate, low, high] = of(5);
    assert!((estimate - 1_026.2).abs() < 0.1, "{estimate}");
    // (1026.2 p (1 - p) + 474.8 q (1 - q)) / (p - q)^2 is 893: 1.96 of its root are 58.6.
    assert!((low - 967.6).abs() < 0.1 && (high - 1_084.8).abs() < 0.1, "{low} {high}");
    let [estimate, low, high] = of(4);
    assert!(low < estimate && estimate < high && (estimate - 31.6).abs() < 0.1 && low > 0.0, "{estimate} {low} {high}");
    let sum: f64 = (0..16).map(|cluster| of(cluster)[0]).sum();
    assert!((sum - 1_501.0).abs() < 1e-6);

    let text = prints(&["tokens", "tokens.csv"], folder);
    assert!(text.contains("1,513 rows read, 1,503 tokens of 16 clusters"), "{text}");
    assert!(
        text.contains("left out 4 rows: `cluster` is no whole number below `clusters` (first in row 1504 of"),
        "{text}"
    );
    assert!(
        text.contains("epsilon 3, epoch 2958, model 5a: 1,501 tokens, of which 57.2 % show their own cluster"),
        "{text}"
    );

    // The same as JSON lines, without epoch and model.
    let lines = "{\"cluster\": 5, \"clusters\": 16, \"epsilon\": 3}\n".repeat(4);
    std::fs::write(folder.join("tokens.jsonl"), &lines).unwrap();
    let found: Value = serde_json::from_str(&prints(&["tokens", "tokens.jsonl", "--json"], folder)).unwrap();
    assert_eq!((&found["groups"][0]["tokens"], &found["groups"][0]["epoch"]), (&Value::from(4), &Value::Null));

    std::fs::write(folder.join("mixed.jsonl"), lines + "{\"cluster\": 5, \"clusters\": 32, \"epsilon\": 3}\n").unwrap();
    let mixed = "error[tokens.mixed]: tokens of 16 (4 tokens) and 32 (1 tokens) clusters cannot be counted together";
    fails(&["tokens", "mixed.jsonl"], folder, 1, mixed);
    std::fs::write(folder.join("none.csv"), "cluster,clusters,epsilon\n1,2,x\n").unwrap();
    fails(&["tokens", "none.csv"], folder, 1, "error[tokens.none]: none of 1 rows is a token (`epsilon` is no number");
    std::fs::write(folder.join("other.csv"), "cluster,epsilon\n1,2\n").unwrap();
    fails(&["tokens", "other.csv"], folder, 1, "error[data.missing_column]: other.csv has no column `clusters`");
    fails(&["tokens", "nowhere.csv"], folder, 1, "error[data.not_found]: ");
    fails(&["tokens"], folder, 2, "error[usage]: the following required arguments");
    fails(
        &["tokens", "tokens.csv", "--model", "m"],
        folder,
        2,
        "error[usage]: the argument '[TOKENS]' cannot be used with",
    );
    fails(&["tokens", "tokens.csv", "--split", "test"], folder, 2, "error[usage]: tokens have no splits");
}

#[test]
fn what_tokens_are_worth_is_measured_on_a_log() {
    let shop = shop(120, 400);
    let folder = shop.path();
    let flags = ["tokens", "--events", "events.csv", "--newest-test", "0.3", "--model"];
    let none = "error[tokens.no_clusters]: m.safetensors has no clusters; train it with --clusters";
    fails(&[&flags[..], &["m.safetensors", "--quiet"]].concat(), folder, 1, none);
    let artifact = Artifact::from_bytes(&std::fs::read(folder.join("m.safetensors")).unwrap()).unwrap();
    let clusters = Some(synthetic::clusters(16, 64, 3).unwrap());
    std::fs::write(folder.join("c.safetensors"), Artifact { clusters, ..artifact }.to_bytes()).unwrap();
    let run = |more: &[&str]| prints(&[&flags[..], &["c.safetensors", "--quiet"], more].concat(), folder);
    let json = run(&["--json", "--threads", "1"]);
    assert_eq!(json, run(&["--json", "--threads", "3"]), "whatever the threads");
    let found: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&found["clusters"], &found["k"]), (&Value::from(16), &Value::from(20)));
    let epsilons: Vec<Option<f64>> =
        found["rows"].as_array().unwrap().iter().map(|row| row["epsilon"].as_f64()).collect();
    assert_eq!(epsilons, [Some(1.0), Some(2.0), Some(3.0), Some(4.0), None]);
    assert!(found["popularity"]["value"].as_f64().unwrap() > 0.1);
    assert!(run(&[]).contains("recall@20 of the most popular items: "));
    assert!(prints(&["inspect", "c.safetensors"], folder).contains("clusters                     16"));
}

#[test]
fn a_full_disk_is_one_line() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: this machine has no /dev/full");
        return;
    }
    let shop = shop(40, 3);
    let full = "error[output.disk_full]: cannot write /dev/full";
    fails(
        &["rank", "--quiet", "--model", "m.safetensors", "--sessions", "events.csv", "--out", "/dev/full"],
        shop.path(),
        1,
        full,
    );
    fails(
        &["evaluate", "--quiet", "--model", "m.safetensors", "--sessions", "events.csv", "--report", "/dev/full"],
        shop.path(),
        1,
        full,
    );
}

#[test]
fn inspect_tells_what_is_in_an_artifact() {
    let shop = shop(40, 3);
    let json: Value = serde_json::from_str(&prints(&["inspect", "m.safetensors", "--json"], shop.path())).unwrap();
    assert_eq!(json["items"], 40);
    assert_eq!(json["dimension"], 64);
    let bytes = std::fs::metadata(shop.path().join("m.safetensors")).unwrap().len();
    assert_eq!(json["bytes"], bytes);
    let parts: u64 = json["parts"].as_object().unwrap().values().map(|bytes| bytes.as_u64().unwrap()).sum();
    assert_eq!(parts, bytes, "the parts are the whole");
    let words = prints(&["inspect", "m.safetensors"], shop.path());
    assert!(words.contains("dimension") && words.contains("items.codes"), "{words}");
}

#[test]
fn quantizing_makes_a_smaller_artifact_or_says_why_not() {
    let shop = shop(400, 3);
    let folder = shop.path();
    let artifact = Artifact::from_bytes(&std::fs::read(folder.join("m.safetensors")).unwrap()).unwrap();
    std::fs::write(folder.join("full.safetensors"), synthetic::exact(&artifact).unwrap().to_bytes()).unwrap();
    let size = |name: &str| std::fs::metadata(folder.join(name)).unwrap().len();
    let bits = |name: &str| {
        let json: Value = serde_json::from_str(&prints(&["inspect", name, "--json"], folder)).unwrap();
        assert_eq!(json["card"]["quantization"]["bits"], json["bits"]);
        json["bits"].as_str().unwrap().to_owned()
    };
    let said = prints(&["quantize", "full.safetensors", "-o", "8.safetensors", "--bits", "8"], folder);
    assert!(said.contains("whole") && said.contains("mean cosine error 0.0000"), "{said}");
    prints(&["quantize", "8.safetensors", "-o", "mixed.safetensors", "--bits", "mixed"], folder);
    prints(&["quantize", "full.safetensors", "-o", "4.safetensors"], folder);
    prints(&["quantize", "4.safetensors", "-o", "few.safetensors", "--neighbours", "1"], folder);
    assert_eq!(["8", "mixed", "4"].map(|name| bits(&format!("{name}.safetensors"))), ["8", "mixed", "4"]);
    let sizes = ["full", "8", "mixed", "4", "few"].map(|name| size(&format!("{name}.safetensors")));
    assert!(sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");

    let most = (sizes[2] - 1).to_string();
    prints(&["quantize", "full.safetensors", "-o", "fits.safetensors", "--most-bytes", &most], folder);
    assert!(size("fits.safetensors") < sizes[2] && size("fits.safetensors") >= sizes[3]);
    let before = names(folder);
    let quantize = |model: &str, flags: &[&str], line: &str| {
        fails(&[&["quantize", model, "-o", "no.safetensors"], flags].concat(), folder, 1, line);
    };
    quantize("4.safetensors", &["--bits", "8"], "error[quantize.more_bits]: the model has 4 bits");
    quantize("full.safetensors", &["--most-bytes", "99"], "error[quantize.too_large]: no model of at most 99 bytes");
    quantize("no.safetensors", &[], "error[model.unreadable]: ");
    fails(&["quantize", "4.safetensors", "-o", "x", "--bits", "32"], folder, 2, "error[usage]: invalid value '32'");
    let full = ["rows", "--model", "full.safetensors", "--out", "rows.jsonl"];
    fails(&full, folder, 1, "error[rows.full_precision]: ");
    fails(&["core", "full.safetensors", "--out", "c.safetensors"], folder, 1, "error[core.full_precision]: ");
    assert_eq!(names(folder), before, "nothing was written");

    let rank = ["rank", "--model", "full.safetensors", "--sessions", "events.csv", "--k", "5", "--out", "r.parquet"];
    assert!(prints(&rank, folder).contains("steps of 3 sessions ranked"));
}

#[test]
fn rows_are_exported_for_all_items_or_those_of_a_catalogue() {
    let shop = shop(40, 3);
    let folder = shop.path();
    prints(&["rows", "--model", "m.safetensors", "--out", "rows.jsonl"], folder);
    prints(&["rows", "--model", "m.safetensors", "--out", "rows.parquet"], folder);
    let text = std::fs::read_to_string(folder.join("rows.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 40);
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(first["row"].as_str().unwrap().len() > 100);
    std::fs::write(folder.join("items.csv"), format!("item_id,title\n999999,x\n{},y\n", first["item_id"])).unwrap();
    let said = prints(&["rows", "--model", "m.safetensors", "--items", "items.csv", "--out", "rows.jsonl"], folder);
    assert!(said.contains("1 rows written") && said.contains("does not know 1 items"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.join("rows.jsonl")).unwrap().lines().count(), 1);
    std::fs::write(folder.join("items.csv"), "item_id,title\n999999,x\n").unwrap();
    let other = ["rows", "--model", "m.safetensors", "--items", "items.csv", "--out", "rows.jsonl"];
    fails(&other, folder, 1, "error[rows.other_catalogue]: the model knows no item of items.csv; ");
    assert_eq!(std::fs::read_to_string(folder.join("rows.jsonl")).unwrap().lines().count(), 1, "it is as it was");
}

#[test]
fn what_goes_by_items_refuses_a_core() {
    let shop = shop(40, 3);
    let folder = shop.path();
    std::fs::write(folder.join("items.csv"), "item_id,category\n7,x\n").unwrap();
    prints(&["core", "m.safetensors", "--out", "core.safetensors"], folder);
    for line in [
        "rows --model core.safetensors --out rows.jsonl",
        "rank --model core.safetensors --sessions events.csv --out r.parquet",
        "evaluate --model core.safetensors --sessions events.csv",
        "evaluate --model m.safetensors --compare core.safetensors --sessions events.csv",
        "names --model core.safetensors --items items.csv --out n.json",
        "baselines --events events.csv --newest-test 0.3 --model core.safetensors",
        "tokens --events events.csv --newest-test 0.3 --model core.safetensors",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let refused = "error[model.no_items]: core.safetensors is a core, which has no items; pass the model that ";
        fails(&arguments, folder, 1, refused);
    }
}

#[test]
fn a_core_and_the_rows_of_its_model_belong_together() {
    let shop = shop(40, 3);
    let folder = shop.path();
    let said = prints(&["core", "m.safetensors", "--out", "core.safetensors"], folder);
    assert!(said.ends_with("with 0 of 0 tokens written to core.safetensors\n"), "{said}");
    fails(&["core", "m.safetensors", "--out", "core.json"], folder, 1, "error[output.wrong_ending]: ");
    fails(&["core", "m.safetensors", "--out", "m.safetensors"], folder, 1, "error[output.is_input]: ");
    prints(&["rows", "--model", "m.safetensors", "--out", "m.rows"], folder);
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let whole = Artifact::from_bytes(&read("m.safetensors")).unwrap();
    let core = Artifact::from_bytes(&read("core.safetensors")).unwrap();
    assert_eq!((core.items.len(), &core.model), (0, &whole.model));

    let rows = read("m.rows");
    let word = |at: usize| u32::from_le_bytes(rows[at..at + 4].try_into().unwrap()) as usize;
    let (count, name, ids) = (word(4), word(8), word(12));
    assert_eq!((&rows[..4], count, &rows[16..16 + name]), (&b"RSR\x01"[..], 40, whole.model.as_bytes()));
    let ends = 16 + name.next_multiple_of(4);
    let (ids_at, rows_at) = (ends + 8 * count, ends + 8 * count + ids);
    let part = |ends: usize, from: usize, at: usize| {
        let begin = if at == 0 { 0 } else { word(ends + 4 * at - 4) };
        &rows[from + begin..from + word(ends + 4 * at)]
    };
    let all: Vec<&[u8]> = (0..count).map(|at| part(ends, ids_at, at)).collect();
    assert!(all.is_sorted() && all.contains(&&b"7"[..]) && all.contains(&&b"124"[..]));
    let mut page = reshelf::Reranker::new(core).unwrap();
    for (at, id) in all.iter().enumerate() {
        page.add_row(std::str::from_utf8(id).unwrap(), part(ends + 4 * count, rows_at, at)).unwrap();
    }
    assert_eq!(rows_at + word(ends + 8 * count - 4), rows.len());
}

/// The files that tests of the package read: written by these two commands in that folder.
#[test]
fn the_golden_core_and_rows_are_what_the_command_writes() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/clusters").canonicalize().unwrap();
    let model = golden.join("golden.safetensors");
    let shop = tempfile::tempdir().unwrap();
    prints(&["core", model.to_str().unwrap(), "--out", "core.safetensors"], shop.path());
    prints(&["rows", "--model", model.to_str().unwrap(), "--out", "golden.rows"], shop.path());
    for name in ["core.safetensors", "golden.rows"] {
        let read = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
        assert!(read(shop.path()) == read(&golden), "{name} is another: see tests/golden/README.md");
    }
}

#[test]
fn names_are_those_of_the_models_numbers() {
    let shop = shop(40, 3);
    let folder = shop.path();
    std::fs::write(folder.join("items.csv"), "item_id,category,brand\n999999,home/mugs,Rill\n").unwrap();
    let named = ["names", "--model", "m.safetensors", "--items", "items.csv", "--out"];
    fails(&[&named[..], &["names.json"]].concat(), folder, 1, "error[names.other_catalogue]: ");
    fails(&[&named[..], &["names.csv"]].concat(), folder, 1, "error[names.unknown_format]: ");
    let rows: String = (0..40).map(|row| format!("{},home/kind {row},brand {row}\n", 7 + 3 * row)).collect();
    std::fs::write(folder.join("items.csv"), format!("item_id,category,brand\n{rows}")).unwrap();
    assert!(prints(&[&named[..], &["names.json"]].concat(), folder).contains("names written to names.json"));
    let written: Value = serde_json::from_slice(&std::fs::read(folder.join("names.json")).unwrap()).unwrap();
    // The model of the tests draws numbers of its own: 4 categories, 2 departments and 6 brands besides the unknown.
    assert_eq!(["categories", "departments", "brands"].map(|list| written[list].as_array().unwrap().len()), [4, 2, 6]);
    assert_eq!(written["departments"], serde_json::json!(["home", "home"]));
}

#[test]
fn ranking_writes_k_items_for_every_step() {
    let shop = shop(40, 3);
    let folder = shop.path();
    let events = std::fs::read_to_string(folder.join("events.csv")).unwrap().lines().count() - 1;
    let said = prints(
        &["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--k", "5", "--out", "r.parquet"],
        folder,
    );
    let steps = events - 3;
    assert_eq!(said.trim(), format!("{steps} steps of 3 sessions ranked, {} rows written to r.parquet", 5 * steps));
    assert_eq!(names(folder), ["events.csv", "m.safetensors", "r.parquet"]);
}

#[test]
fn steps_are_those_of_the_file_where_an_id_is_parted_by_silence() {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::UInt32Type;
    use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader;
    let shop = shop(40, 3);
    let folder = shop.path();
    let times = [0, 40, 90, 2_000_000, 2_000_030, 2_000_060];
    let rows = times.iter().enumerate().map(|(at, time)| format!("9,{},{}\n", 7 + 3 * at, 1_714_003_205 + time));
    std::fs::write(folder.join("v.csv"), format!("session_id,item_id,ts\n{}", rows.collect::<String>())).unwrap();
    let steps = |gap: &[&str]| -> Vec<u32> {
        let rank = ["rank", "--model", "m.safetensors", "--sessions", "v.csv", "--k", "1", "--out", "r.parquet"];
        prints(&[&rank, gap].concat(), folder);
        let file = std::fs::File::open(folder.join("r.parquet")).unwrap();
        let batch = ParquetRecordBatchReader::try_new(file, 100).unwrap().next().unwrap().unwrap();
        batch.column(1).as_primitive::<UInt32Type>().values().to_vec()
    };
    assert_eq!(steps(&[]), [1, 2, 4, 5]);
    assert_eq!(steps(&["--session-gap", "30d"]), [1, 2, 3, 4, 5]);
    assert_eq!(steps(&["--session-gap", "off"]), [1, 2, 3, 4, 5]);
    assert_eq!(steps(&["--session-gap", "35s"]), [4, 5]);
    let wrong = ["rank", "--model", "m", "--sessions", "v.csv", "--out", "r", "--session-gap", "soon"];
    fails(&wrong, folder, 2, "error[usage]: invalid value 'soon' for '--session-gap <DURATION>'");
}

#[test]
fn ids_that_hardly_meet_are_warned_of_even_when_quiet() {
    let shop = shop(40, 3);
    let folder = shop.path();
    let zeros = |text: String| -> String {
        let line = |line: &str| line.replacen(',', ",000", 1) + "\n";
        text.lines().enumerate().map(|(at, text)| if at == 0 { format!("{text}\n") } else { line(text) }).collect()
    };
    let events = zeros(std::fs::read_to_string(folder.join("events.csv")).unwrap());
    std::fs::write(folder.join("zeros.csv"), events).unwrap();
    let rank = ["rank", "-q", "--model", "m.safetensors", "--out", "r.parquet", "--sessions"];
    let said = |sessions: &str| String::from_utf8(reshelf(&[&rank[..], &[sessions]].concat(), folder).stderr).unwrap();
    assert_eq!(said("events.csv"), "");
    let warned = said("zeros.csv");
    assert!(warned.starts_with("warning: 0 of ") && warned.contains("differ in zeros in front"), "{warned}");
    let evaluate =
        |sessions: &str| prints(&["evaluate", "-q", "--model", "m.safetensors", "--sessions", sessions], folder);
    assert!(evaluate("zeros.csv").contains("warning[items_not_in_model]: 0 of "));
    assert!(!evaluate("events.csv").contains("warning[items_not"));
    std::fs::write(folder.join("lists.csv"), "session_id,step,item_id\n0,1,gid://7\n0,1,gid://10\n0,2,gid://13\n")
        .unwrap();
    let lists = ["evaluate", "-q", "--model", "m.safetensors", "--sessions", "events.csv", "--candidates", "lists.csv"];
    assert!(prints(&lists, folder).contains("warning[items_not_in_lists]: 0 of "));
}

#[test]
fn ranking_and_evaluation_say_the_same_of_candidate_lists() {
    let shop = shop(40, 6);
    let folder = shop.path();
    let lists = "session_id,step,item_id\n0,1,7\n0,1,10\n1,0,7\n2,70,7\n3,71,7\n9,1,7\n2,,7\n2,1,13\n";
    std::fs::write(folder.join("lists.csv"), lists).unwrap();
    let said = |command: &str, flags: &[&str]| {
        let input = [command, "--model", "m.safetensors", "--sessions", "events.csv", "--candidates", "lists.csv"];
        let errors = String::from_utf8(reshelf(&[&input[..], flags].concat(), folder).stderr).unwrap();
        let from = errors.find("rows of candidates").unwrap_or_else(|| panic!("{command}: {errors}")) - 2;
        errors[from..].to_owned()
    };
    let of_rank = said("rank", &["--out", "r.parquet"]);
    assert_eq!(of_rank, said("evaluate", &[]));
    let counts = [
        "6 rows of candidates kept in 5 lists",
        "  left out 1 rows of sessions that the log has not",
        "  left out 1 rows without a session id, a step or an item id",
        "  not ranked: 1 lists before the first event of their session",
        "  not ranked: 2 lists behind the last event of their session, which has no such step",
    ];
    assert_eq!(of_rank.lines().collect::<Vec<_>>(), counts);
}
