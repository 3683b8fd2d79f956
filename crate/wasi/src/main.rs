//! A cached page in, the same with its lists in order out, for hosts that run WASI programs:
//! `reshelf-wasi MODEL [session=FILE] [item=ID] [query=TEXT] [category=PATH] [cluster=NUMBER] < page.html`.
//! `session` is a file that `snapshot()` wrote: a session of the shop's own.
//!
//! What `reshelf/edge` does where there is JavaScript, in eighty lines over the engine and the reader of pages: a start for a host
//! of one's own. What it cannot read, and a model that it cannot use, leave the page as it came; why stands in standard error.
//! May use the engine and `reshelf-html`.

use reshelf::catalogue::Subject;
use reshelf::{Artifact, Event, EventKind, NO_ITEM, Reranker};
use reshelf_html::{Options, Page, Rule, Step};
use std::error::Error;
use std::io::{Read, Write, stdin, stdout};

/// The rule of pages that say nothing else.
const RULE: [&str; 3] = ["[data-reshelf-list]", "[data-reshelf-item]", "data-reshelf-item"];
/// Bytes read at a time.
const CHUNK: usize = 1 << 16;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().unwrap_or_default();
    let mut reranker = match open(&model, arguments) {
        Ok(reranker) => Some(reranker),
        Err(error) => {
            eprintln!("reshelf-wasi: {model}: {error}");
            None
        }
    };
    let [list, item, id] = RULE;
    let mut page = Page::new(Options { rules: vec![Rule::new(list, item, id)], ..Options::default() })?;
    let (mut input, mut chunk) = (stdin().lock(), vec![0; CHUNK]);
    loop {
        match input.read(&mut chunk)? {
            0 => break,
            length => page.write(&chunk[..length]),
        }
        advance(&mut page, reranker.as_mut())?;
    }
    page.end();
    advance(&mut page, reranker.as_mut())?;
    stdout().flush()?;
    Ok(())
}

/// A session on the model that was told what the request says: the nearest to the page last, as it counts most.
fn open(model: &str, context: impl Iterator<Item = String>) -> Result<Reranker, Box<dyn Error>> {
    let mut reranker = Reranker::new(Artifact::from_bytes(&std::fs::read(model)?)?)?;
    let context: Vec<String> = context.collect();
    let given = |name: &str| context.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    if let Some(session) = given("session") {
        reranker.restore(&std::fs::read(session)?)?;
    }
    let subjects = [
        given("cluster").map(Subject::Taste),
        given("category").map(Subject::Category),
        given("query").map(Subject::Query),
    ];
    for subject in subjects.into_iter().flatten() {
        let about = reranker.subject(subject)?;
        reranker.observe(Event::new(about, EventKind::Search, 0.0))?;
    }
    if let Some(item) = given("item") {
        let item = reranker.name(item)?;
        reranker.observe(Event::new(item, EventKind::View, 0.0))?;
    }
    Ok(reranker)
}

/// Writes what may leave, and gives lists their order.
fn advance(page: &mut Page, mut reranker: Option<&mut Reranker>) -> Result<(), Box<dyn Error>> {
    loop {
        match page.next_step() {
            Step::Bytes => stdout().write_all(page.take())?,
            Step::List => {
                let ids = page.ids().to_vec();
                match reranker.as_mut() {
                    Some(reranker) => {
                        let items: Vec<_> =
                            ids.iter().map(|id| reranker.resolve(id.trim()).unwrap_or(NO_ITEM)).collect();
                        let ranking = reranker.rerank(&items, &[], items.len());
                        page.order(ranking.order);
                    }
                    None => page.order(&[]),
                }
            }
            Step::Report => drop(page.report()),
            Step::Done => return Ok(()),
        }
    }
}
