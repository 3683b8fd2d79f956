//! The crate by its public face.
//!
//! - `drive`: a page read in pieces, each list given the order asked for
//! - `tree`: an independent reader, html5ever: what an order may change in the tree of a page
//! - `pages`: pages as shop systems write them, in `tests/pages`, with what becomes of each list in `outcomes.tsv`
//! - `contract`: what moves, what passes and why, point by point
//! - `rows`: what tiles gain for pages that have a model's core
//! - `grid`: what moves, with the tree of each page
//! - `mutated`: those pages, cut and stirred
//! - `soup`: tags in any order
//!
//! `cargo test -p reshelf-html` draws some hundred cases. `RESHELF_FUZZ_MINUTES` sets for how long `mutated` runs, or
//! `RESHELF_FUZZ_CASES` how many it draws; `RESHELF_FUZZ_SEED` is the first case's seed. A case that fails names its seed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod contract;
mod drive;
mod grid;
mod mutated;
mod pages;
mod rows;
mod soup;
mod tree;
