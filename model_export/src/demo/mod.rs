//! The demo shop: a catalogue with drawn pictures and four weeks of simulated shoppers, all from one seed.
//!
//! Its one job: something believable to train on and to show, since no real shop's data may be committed. Nothing measured
//! on it says how good a model is: the shoppers behave as the simulator's author assumed (docs/demo-shop.md). Uses
//! [`crate::output`] for writing and nothing else of ours. The same seed gives the same bytes on every machine.

mod brands;
mod catalogue;
mod categories;
mod colours;
mod dice;
mod dirt;
mod lists;
mod pictures;
mod shopper;
mod simulator;
mod visit;
mod write;

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::output::OutputError;
use simulator::Kind;

/// How many products the shop has where nothing else is said.
pub const DEFAULT_PRODUCTS: usize = 3_000;
/// How many sessions are played where nothing else is said.
pub const DEFAULT_SESSIONS: usize = 60_000;
/// How many products there can be: at least one for each category, at most what ids of one length allow.
pub const PRODUCTS: RangeInclusive<usize> = categories::LEAVES..=50_000;
/// How many sessions there can be.
pub const SESSIONS: RangeInclusive<usize> = 1..=2_000_000;

/// What to make.
pub struct DemoOptions<'a> {
    /// The folder to write to; made where it does not exist.
    pub out: PathBuf,
    /// Everything follows from it.
    pub seed: u64,
    /// The number of products, within [`PRODUCTS`].
    pub products: usize,
    /// The number of sessions in the log, within [`SESSIONS`].
    pub sessions: usize,
    /// Told now and then how many sessions of how many are played.
    pub progress: Option<&'a dyn Fn(u64, u64)>,
}

impl DemoOptions<'_> {
    /// The usual shop, from seed 1, into `out`.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self { out: out.into(), seed: 1, products: DEFAULT_PRODUCTS, sessions: DEFAULT_SESSIONS, progress: None }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSummary {
    /// Products in the catalogue.
    pub products: usize,
    /// Categories that hold products (the departments above them not counted).
    pub categories: usize,
    /// Sessions in the log, machines and visits of one event included.
    pub sessions: usize,
    /// Rows of `events.csv`, rows sent twice included.
    pub events: usize,
    /// Rows that are purchases.
    pub purchases: usize,
    /// Bytes of `shop.json`.
    pub shop_bytes: u64,
    /// The log, for `reshelf train --events`.
    pub events_path: PathBuf,
    /// The catalogue, for `reshelf train --items`.
    pub items_path: PathBuf,
    /// The shop, for the storefront.
    pub shop_path: PathBuf,
}

/// Why the demo shop could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DemoError {
    /// Too few or too many of something.
    #[error("{what} must be between {} and {}, not {given}", range.start(), range.end())]
    Count {
        /// The option.
        what: &'static str,
        /// What it may be.
        range: RangeInclusive<usize>,
        /// What it is.
        given: usize,
    },
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {cause}; name another with --out", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A picture cannot be written.
    #[error("cannot write {}: {cause}; free some space or name another folder with --out", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// Another file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl DemoError {
    /// A stable code for scripts: `demo.what`, or that of the writer.
    pub fn code(&self) -> &'static str {
        match self {
            DemoError::Count { .. } => "demo.count",
            DemoError::Folder { .. } => "demo.folder",
            DemoError::Picture { .. } => "demo.picture",
            DemoError::Output(error) => error.code(),
        }
    }

    fn folder(path: &Path, cause: &io::Error) -> Self {
        DemoError::Folder { path: path.to_owned(), cause: cause.to_string() }
    }
}

/// Makes the shop and writes `events.csv`, `items.csv`, `shop.json` and `pictures/<id>.svg`.
///
/// Pictures of an earlier, larger shop in the same folder stay; nothing refers to them.
///
/// # Errors
/// [`DemoError`] where a count is out of range (nothing is written then) or something cannot be written.
pub fn generate(options: &DemoOptions<'_>) -> Result<DemoSummary, DemoError> {
    check("--products", options.products, PRODUCTS)?;
    check("--sessions", options.sessions, SESSIONS)?;
    fs::create_dir_all(&options.out).map_err(|cause| DemoError::folder(&options.out, &cause))?;

    let products = catalogue::make(options.seed, options.products);
    let log = simulator::play(options.seed, &products, options.sessions, |done| {
        if let Some(progress) = options.progress {
            progress(done as u64, options.sessions as u64);
        }
    });
    let rows = dirt::rows(options.seed, log.events);

    let [events_path, items_path, shop_path] = ["events.csv", "items.csv", "shop.json"].map(|n| options.out.join(n));
    write::events(&events_path, &products, rows.iter().copied())?;
    write::items(&items_path, &products)?;
    write::pictures(&options.out.join("pictures"), &products)?;
    let shop_bytes = write::shop(&shop_path, &products, &log.lists)?;
    Ok(DemoSummary {
        products: products.len(),
        categories: categories::LEAVES,
        sessions: options.sessions,
        events: rows.len(),
        purchases: rows.iter().filter(|event| event.kind == Kind::Purchase).count(),
        shop_bytes,
        events_path,
        items_path,
        shop_path,
    })
}

fn check(what: &'static str, given: usize, range: RangeInclusive<usize>) -> Result<(), DemoError> {
    if range.contains(&given) { Ok(()) } else { Err(DemoError::Count { what, range, given }) }
}
