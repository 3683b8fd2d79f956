//! Pages as shop systems write them.

use crate::drive::{self, Outcome, options, reverse, run};
use crate::tree;
use reshelf_html::Options;
use std::path::{Path, PathBuf};

pub struct Sample {
    pub name: String,
    pub options: Options,
    pub bytes: Vec<u8>,
    outcome: String,
}

impl Sample {
    /// One that is in no folder.
    pub fn made_up(options: Options, bytes: Vec<u8>) -> Sample {
        Sample { name: "made up".to_owned(), options, bytes, outcome: String::new() }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

pub fn samples() -> Vec<Sample> {
    let table = std::fs::read_to_string(folder().join("outcomes.tsv")).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let [name, list, item, id, outcome] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let bytes = std::fs::read(folder().join(name)).unwrap();
        Sample { name: name.to_owned(), options: options(list, item, id), bytes, outcome: outcome.to_owned() }
    })
    .collect()
}

/// An outcome as the table has it.
fn told(outcome: &Outcome) -> String {
    if !outcome.supported {
        return "unsupported".to_owned();
    }
    let mut ids = outcome.ids.iter();
    let lists = outcome.reports.iter().map(|report| match report.reason {
        Some(reason) => reason.word().to_owned(),
        None => {
            let ids = ids.next().unwrap().iter().map(|id| id.replace(' ', "_"));
            format!("reversed {}", ids.collect::<Vec<_>>().join(" "))
        }
    });
    let lists: Vec<String> = lists.collect();
    if lists.is_empty() { "none".to_owned() } else { lists.join("; ") }
}

#[test]
fn every_page_in_the_folder_has_a_row_and_every_row_a_page() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.filter(|name| name.ends_with(".html")).collect();
    let mut rows: Vec<String> = samples().into_iter().map(|sample| sample.name).collect();
    files.sort();
    rows.sort();
    assert_eq!(files, rows);
    assert!(rows.len() >= 40);
}

#[test]
fn each_list_of_each_page_comes_out_as_the_table_says() {
    for sample in samples() {
        let outcome = drive::reversed(&sample.options, &sample.bytes);
        assert_eq!(told(&outcome), sample.outcome, "{}", sample.name);
        assert_eq!(outcome.bytes.len(), sample.bytes.len(), "{}", sample.name);
        assert_eq!(outcome.bytes != sample.bytes, sample.outcome.contains("reversed"), "{}", sample.name);
    }
}

#[test]
fn an_order_changes_the_tree_of_a_page_by_nothing_but_the_order_of_its_tiles() {
    for sample in samples() {
        let outcome = drive::reversed(&sample.options, &sample.bytes);
        for scripting in [true, false] {
            let found = tree::pages_differ(&sample.bytes, &outcome.bytes, scripting);
            assert_eq!(found, None, "{} with scripting: {scripting}", sample.name);
        }
    }
}

#[test]
fn wherever_a_page_is_cut_it_comes_out_the_same() {
    for sample in samples() {
        let whole = drive::reversed(&sample.options, &sample.bytes);
        let bytes = sample.bytes.chunks(1);
        assert_eq!(run(&sample.options, bytes, &reverse), whole, "{} byte by byte", sample.name);
        let step = 1 + sample.bytes.len() / 300;
        for at in (1..sample.bytes.len()).step_by(step) {
            let (front, back) = sample.bytes.split_at(at);
            assert_eq!(run(&sample.options, [front, back], &reverse), whole, "{} cut at {at}", sample.name);
        }
    }
}

#[test]
fn a_page_ordered_twice_is_as_it_came() {
    for sample in samples() {
        let once = drive::reversed(&sample.options, &sample.bytes);
        let twice = drive::reversed(&sample.options, &once.bytes);
        assert_eq!(twice.bytes, sample.bytes, "{}", sample.name);
    }
}

#[test]
fn a_selector_that_any_tag_may_match_gives_the_same() {
    for mut sample in samples().into_iter().filter(|sample| !sample.options.rules[0].list.contains(',')) {
        let whole = drive::reversed(&sample.options, &sample.bytes);
        sample.options.rules[0].list.push_str(":not(.no-such)");
        assert_eq!(drive::reversed(&sample.options, &sample.bytes), whole, "{}", sample.name);
    }
}
