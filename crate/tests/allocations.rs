//! No call allocates once it is warm: a page that ranks while the shopper scrolls must not make work for its allocator. What
//! calls allocate before, and those that hand something over, is in `tests/allocations.snap`: a change is a line of a diff.
//! `RESHELF_BLESS=1 cargo test -p reshelf --features testing --test allocations` writes it anew.
#![allow(clippy::unwrap_used)]

use reshelf::artifact::{Artifact, ArtifactFile, EventKind, ItemTable};
use reshelf::math::Rng;
use reshelf::rank::ShortListBy;
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::session::{Event, HORIZON, LOG_CAPACITY};
use reshelf::synthetic;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Allocations of this thread: the test harness has threads of its own.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: `System` does the work; counting touches a number of this thread alone, which is const-initialised and has no
// destructor, so that it allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System`, and the caller's promise is the one that it asks for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: `pointer` came from `System`, and the caller's promise is the one that it asks for.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

const ITEMS: usize = 5_000;

/// An artifact whose table is packed, or in 8 bits a code.
fn artifact(narrow: bool) -> Artifact {
    let mut artifact = synthetic::artifact(ITEMS, 64, 20, 3).unwrap();
    if narrow {
        let mut draw = Rng(9);
        let codes = (0..ITEMS * 64).map(|_| draw.below(15) as i8 - 7).collect();
        let (scales, attributes) = (artifact.items.scales().to_vec(), artifact.items.attributes().to_vec());
        artifact.items = ItemTable::new(64, codes, scales, attributes).unwrap();
    }
    assert_eq!(artifact.items.codes().bytes().len(), if narrow { ITEMS * 32 } else { ITEMS * 64 });
    artifact
}

/// A list of the table's items, a few of them unknown or twice, with scores of the server.
fn list(draw: &mut Rng, count: usize) -> (Vec<u32>, Vec<f32>) {
    let item = |draw: &mut Rng| if draw.below(20) == 0 { NO_ITEM } else { draw.below(ITEMS) as u32 };
    ((0..count).map(|_| item(draw)).collect(), draw.many(count, 1.0))
}

fn observe(reranker: &mut Reranker, draw: &mut Rng) {
    let item = draw.below(ITEMS) as u32;
    reranker.observe(Event::new(item, EventKind::View, 0.0)).unwrap();
}

/// Every call that a page makes again and again, by name.
type Call = (&'static str, Box<dyn Fn(&mut Reranker)>);

fn calls(draw: &mut Rng) -> Vec<Call> {
    let (short, short_scores) = list(draw, 200);
    let (long, long_scores) = list(draw, 1_000);
    let (many, many_scores) = list(draw, 600);
    let (similar, collected) = (long.clone(), long.clone());
    vec![
        ("rerank of 200", Box::new(move |it| _ = it.rerank(&short, &short_scores, 200))),
        ("rerank of 1,000", Box::new(move |it| _ = it.rerank(&long, &long_scores, 1_000))),
        ("rank_unordered", Box::new(move |it| _ = it.rank_unordered(&collected, 20))),
        ("rank_by_similarity", Box::new(move |it| _ = it.rank_by_similarity(&similar, 20))),
        ("rerank_many", Box::new(move |it| _ = it.rerank_many(&many, &[100, 0, 300, 200], &many_scores, 20))),
        ("short_list", Box::new(|it| _ = it.short_list(200, ShortListBy::Model))),
        ("short_list by similarity", Box::new(|it| _ = it.short_list(200, ShortListBy::Similarity))),
        ("retrieve", Box::new(|it| _ = it.retrieve(100).last())),
    ]
}

#[test]
fn calls_allocate_nothing_once_they_are_warm() {
    for narrow in [false, true] {
        let mut draw = Rng(7);
        let mut reranker = Reranker::new(artifact(narrow)).unwrap();
        (0..30).for_each(|_| observe(&mut reranker, &mut draw));
        let calls = calls(&mut draw);
        let cold = allocations(|| calls.iter().for_each(|(_, call)| call(&mut reranker)));
        assert!(cold > 0, "the first calls make their buffers: nothing is counted");
        for (name, call) in &calls {
            assert_eq!(allocations(|| call(&mut reranker)), 0, "{name}, narrow: {narrow}");
        }
    }
}

#[test]
fn a_session_allocates_nothing_once_its_log_is_full() {
    let mut draw = Rng(11);
    let mut reranker = Reranker::new(artifact(false)).unwrap();
    let mut step = || {
        observe(&mut reranker, &mut draw);
        reranker.state();
    };
    (0..LOG_CAPACITY + HORIZON).for_each(|_| step());
    assert_eq!(allocations(|| (0..100).for_each(|_| step())), 0);
}

#[test]
fn the_calls_of_a_visit_allocate_as_often_as_they_did() {
    let mut draw = Rng(13);
    let bytes = artifact(true).to_bytes();
    let mut counts = Vec::new();
    let (mut file, mut artifact, mut first) = (None, None, None);
    let mut count =
        |name: &'static str, work: &mut dyn FnMut()| counts.push(format!("{name}: {}\n", allocations(work)));
    count("open a file", &mut || file = Some(ArtifactFile::open(bytes.clone()).unwrap()));
    count("read it", &mut || artifact = Some(file.as_ref().unwrap().read().unwrap()));
    count("the first session", &mut || first = Some(Reranker::new(artifact.take().unwrap()).unwrap()));
    let first = first.unwrap();
    let mut session = None;
    count("another session", &mut || session = Some(first.session()));
    let mut session = session.unwrap();
    let (items, scores) = list(&mut draw, 48);
    count("the first event", &mut || observe(&mut session, &mut draw));
    count("the first list of 48", &mut || _ = session.rerank(&items, &scores, 48));
    count("a list of 48", &mut || _ = session.rerank(&items, &scores, 48));
    count("fifty events", &mut || (0..50).for_each(|_| observe(&mut session, &mut draw)));
    count("a list of 48 after fifty events", &mut || _ = session.rerank(&items, &scores, 48));
    count("the first retrieval", &mut || _ = session.retrieve(20).last());
    count("a retrieval", &mut || _ = session.retrieve(20).last());
    count("naming an item outside the table", &mut || _ = session.name("outside").unwrap());
    count("forgetting an event", &mut || assert!(session.forget(7)));
    let mut snapshot = Vec::new();
    count("a snapshot of fifty events", &mut || snapshot = session.snapshot());
    count("restoring it", &mut || assert_eq!(session.restore(&snapshot), Ok(50)));
    count("forgetting all", &mut || session.forget_all());
    let counts = counts.concat();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/allocations.snap");
    if std::env::var_os("RESHELF_BLESS").is_some() {
        std::fs::write(path, &counts).unwrap();
    }
    assert_eq!(counts, std::fs::read_to_string(path).unwrap(), "if that is meant: RESHELF_BLESS=1");
}
