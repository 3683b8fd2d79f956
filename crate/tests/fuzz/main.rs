//! Fuzzing of all that comes from outside as bytes. Uses the crate's public face only.
//!
//! - `draft`: an artifact taken apart, changed at will, and put together again with a checksum that fits
//! - `operators`: the changes, by structure
//! - `bases`: sound artifacts of every kind, to begin with
//! - `exercise`: everything that can be done with an artifact that loads, on two kernels that must agree
//! - `memory`: what a thread takes at most
//!
//! `cargo test -p reshelf --features testing --test fuzz` draws a few thousand cases. `RESHELF_FUZZ_MINUTES` sets for how long
//! each target runs, or `RESHELF_FUZZ_CASES` how many cases each draws; `RESHELF_FUZZ_SEED` is the first case's seed. A case
//! that fails names its seed, with which it comes again alone: `RESHELF_FUZZ_SEED=77 RESHELF_FUZZ_CASES=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bases;
mod draft;
mod exercise;
mod memory;
mod operators;

use reshelf::artifact::Artifact;
use reshelf::catalogue::{InlineRow, Rows};
use reshelf::math::Rng;
use reshelf::reranker::Reranker;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Runs one case after another, each drawn from a seed of its own; `case` tells whether it came past the first checks.
fn run(target: &str, brief: u64, case: impl Fn(&mut Rng) -> bool) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let first = number("RESHELF_FUZZ_SEED").unwrap_or(1);
    let (cases, minutes) = (number("RESHELF_FUZZ_CASES"), number("RESHELF_FUZZ_MINUTES"));
    let most = cases.unwrap_or(if minutes.is_some() { u64::MAX - first } else { brief });
    let (begin, limit) = (Instant::now(), Duration::from_secs(60 * minutes.unwrap_or(u64::from(u32::MAX))));
    let (mut done, mut deep, mut slowest) = (0, 0, Duration::ZERO);
    while done < most && begin.elapsed() < limit {
        let seed = first + done;
        // Seeds that follow one another would give streams that look alike.
        let mut draw = Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        draw.next();
        let start = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| case(&mut draw))) {
            Ok(came) => deep += u64::from(came),
            Err(_) => panic!("{target}: the case of seed {seed} fails (RESHELF_FUZZ_SEED={seed} RESHELF_FUZZ_CASES=1)"),
        }
        slowest = slowest.max(start.elapsed());
        done += 1;
    }
    println!("{target}: {done} cases from seed {first}, {deep} past the checks, the slowest {slowest:?}");
    assert!(deep > 0 || done < 100, "{target}: no case passes the checks");
}

#[test]
fn artifacts_are_refused_or_work() {
    let bases = bases::bases();
    run("artifacts", 2_500, |draw| {
        let bytes = operators::case(&bases, draw);
        let (artifact, most) = memory::peak(|| Artifact::from_bytes(&bytes));
        // Ids may unfold to 160 times their bytes, and text grows by doubling.
        assert!(most < 400 * bytes.len() + (1 << 20), "{most} bytes of memory for a file of {}", bytes.len());
        artifact.is_ok_and(|artifact| exercise::artifact(artifact, draw))
    });
}

#[test]
fn dimensions_that_no_kernel_takes_are_refused() {
    let whole = draft::Draft::of(&bases::table().to_bytes());
    for dimension in [0, 8, 24, 272] {
        let mut draft = whole.clone();
        draft.resize(&operators::DIMENSION, dimension);
        draft.resize(&[("items.codes4", 1)], dimension / 2);
        assert_eq!(Artifact::from_bytes(&draft.to_bytes()).unwrap_err().code(), "artifact.shape", "{dimension}");
    }
    assert!(Artifact::from_bytes(&whole.to_bytes()).is_ok());
}

#[test]
fn numbers_of_clusters_that_no_artifact_has_are_refused() {
    let whole = draft::Draft::of(&bases::table().to_bytes());
    for (count, sound) in [(0, false), (1, false), (2, true), (64, true), (65, false)] {
        let mut draft = whole.clone();
        draft.resize(&[("clusters.codes", 0)], count);
        let code = Artifact::from_bytes(&draft.to_bytes()).err().map(|error| error.code());
        assert_eq!(code, (!sound).then_some("artifact.value"), "{count}");
    }
}

#[test]
fn snapshots_are_taken_whole_or_leave_the_session_empty() {
    let artifact = std::sync::Arc::new(bases::table());
    run("snapshots", 4_000, |draw| {
        let mut reranker = Reranker::new(artifact.clone()).unwrap();
        exercise::history(&mut [&mut reranker], draw, 30);
        let mut snapshot = reranker.snapshot();
        operators::bytes(&mut snapshot, draw);
        exercise::history(&mut [&mut reranker], draw, 9);
        let count = reranker.restore(&snapshot);
        assert_eq!(reranker.log().len(), count.unwrap_or(0));
        let mut fresh = Reranker::new(artifact.clone()).unwrap();
        assert_eq!(fresh.restore(&snapshot), count);
        assert!(exercise::same(&mut reranker, &mut fresh));
        // What was taken is written back as it was; what had no numbers has some now.
        assert!(count.is_err() || fresh.snapshot() == snapshot || snapshot.starts_with(b"RSS\x01"));
        exercise::lists(&mut [&mut reranker], draw);
        count.is_ok()
    });
}

#[test]
fn inline_rows_are_refused_or_rank() {
    let (table, larger) = (std::sync::Arc::new(bases::table()), Rows::new(bases::larger()));
    run("rows", 4_000, |draw| {
        let row = draw.below(larger.artifact().items.len()) as u32;
        let mut bytes = InlineRow::pack(&larger.get(row).unwrap(), &table.model);
        for _ in 0..draw.below(3) {
            operators::bytes(&mut bytes, draw);
        }
        let mut pair = [(); 2].map(|()| Reranker::new(table.clone()).unwrap());
        let [first, second] = &mut pair;
        let added = first.add_row("travelled", &bytes);
        assert_eq!(second.add_row("travelled", &bytes), added);
        assert_eq!(first.resolve("travelled"), added.ok());
        exercise::history(&mut [first, second], draw, 12);
        exercise::lists(&mut [first, second], draw);
        added.is_ok()
    });
}
