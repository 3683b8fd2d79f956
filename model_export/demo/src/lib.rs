//! The demo shop: a catalogue with drawn pictures and four weeks of simulated shoppers, all from one seed.
//!
//! Its one job: something believable to train on and to show, since no real shop's data may be committed. Nothing measured
//! on it says how good a model is: the shoppers behave as the simulator's author assumed (docs/demo-shop.md). The same seed
//! gives the same bytes on every machine. Uses nothing of ours, and writes no files: that is its callers' job.
//!
//! `tables` and `picture` read the data files beside this folder; `catalogue` makes products of them; `simulator` plays the
//! sessions, with `shopper` (who comes), `visit` (what they do) and `lists` (what they are shown); `write` puts it into words.

mod catalogue;
mod lists;
mod picture;
mod rng;
mod shopper;
mod simulator;
mod tables;
mod visit;
mod write;

#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::ops::RangeInclusive;

use thiserror::Error;

use catalogue::Product;
use lists::Lists;
use visit::{Event, Kind};

/// The most products that there can be: as many as ids of one length allow.
const MOST_PRODUCTS: usize = 50_000;
/// The most sessions that there can be.
const MOST_SESSIONS: usize = 2_000_000;

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopOptions {
    /// Everything follows from it.
    pub seed: u64,
    /// The number of products: at least one for each category, at most 50,000.
    pub products: usize,
    /// The number of sessions in the log: 1 to 2,000,000.
    pub sessions: usize,
}

impl Default for ShopOptions {
    /// The usual shop: the one that the storefront shows.
    fn default() -> Self {
        Self { seed: 1, products: 3_000, sessions: 60_000 }
    }
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
}

impl DemoError {
    /// A stable code for scripts: `demo.what`.
    pub fn code(&self) -> &'static str {
        match self {
            DemoError::Count { .. } => "demo.count",
        }
    }
}

/// The shop: its catalogue, its log and its lists.
pub struct Shop {
    products: Vec<Product>,
    rows: Vec<Event>,
    lists: Lists,
}

impl Shop {
    /// Makes the shop. `progress` is told now and then how many sessions are played.
    ///
    /// # Errors
    /// [`DemoError`] where a count is out of range.
    pub fn make(options: &ShopOptions, progress: impl FnMut(usize)) -> Result<Shop, DemoError> {
        check("--products", options.products, tables::CATEGORIES.len()..=MOST_PRODUCTS)?;
        check("--sessions", options.sessions, 1..=MOST_SESSIONS)?;
        let products = catalogue::make(options.seed, options.products);
        let log = simulator::play(options.seed, &products, options.sessions, progress);
        let rows = simulator::collected(options.seed, log.events);
        Ok(Shop { products, rows, lists: log.lists })
    }

    /// How many products the catalogue has.
    pub fn products(&self) -> usize {
        self.products.len()
    }

    /// How many categories hold products (the departments above them not counted).
    pub fn categories(&self) -> usize {
        tables::CATEGORIES.len()
    }

    /// How many rows the log has, rows sent twice included.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// How many of them tell of what shoppers did with items, and not of searches, returns or what was shown.
    pub fn events(&self) -> usize {
        self.rows.iter().filter(|event| event.kind.is_turn()).count()
    }

    /// How many rows of the log are purchases.
    pub fn purchases(&self) -> usize {
        self.rows.iter().filter(|event| event.kind == Kind::Purchase).count()
    }

    /// Writes the log as CSV, for `reshelf train --events`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_events(&self, out: &mut impl Write) -> io::Result<()> {
        write::events(out, &self.products, &self.rows)
    }

    /// Writes the catalogue as CSV, for `reshelf train --items`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_items(&self, out: &mut impl Write) -> io::Result<()> {
        write::items(out, &self.products)
    }

    /// Writes the shop as JSON, for the storefront.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_shop(&self, out: &mut impl Write) -> io::Result<()> {
        write::shop(out, &self.products, &self.lists)
    }

    /// Each product's id and its picture as SVG.
    pub fn pictures(&self) -> impl Iterator<Item = (&str, String)> {
        self.products.iter().map(|product| (product.id.as_str(), product.picture()))
    }
}

fn check(what: &'static str, given: usize, range: RangeInclusive<usize>) -> Result<(), DemoError> {
    if range.contains(&given) { Ok(()) } else { Err(DemoError::Count { what, range, given }) }
}
