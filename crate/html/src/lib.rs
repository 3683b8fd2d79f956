//! Lists and their tiles in a stream of HTML: which bytes may leave, which list waits for an order, and its tiles in that
//! order. The same for a list in JSON, alone or inside a page's script. Knows nothing of ranking, and nothing of JavaScript.
//!
//! ```
//! use reshelf_html::{Options, Page, Rule, Step};
//!
//! let rule = Rule::new("ul.products", "li", "data-id");
//! let mut page = Page::new(Options { rules: vec![rule], ..Options::default() })?;
//! page.write(b"<ul class=products><li data-id=a>A</li> <li data-id=b>B</li></ul>");
//! page.end();
//! let mut out: Vec<u8> = Vec::new();
//! loop {
//!     match page.next_step() {
//!         Step::Bytes => out.extend(page.take()),
//!         Step::List => page.order(&[1, 0]),
//!         Step::Report => drop(page.report()),
//!         Step::Done => break,
//!     }
//! }
//! assert_eq!(out, b"<ul class=products><li data-id=b>B</li> <li data-id=a>A</li></ul>");
//! # Ok::<(), reshelf_html::BadOptions>(())
//! ```
//!
//! From the ground up:
//! - `element`: what the standard says of an element by its name
//! - `tokens`: where a tag, a comment or raw text ends
//! - `nesting`: whether the tiles of one list may change places: the part of the standard's tree construction that says so
//! - `charset`, `id`: which encoding a page is in, and an attribute's value as text
//! - `marks`: texts without which a tag is no list's
//! - `names`, `formatting`, `open`: what is open in front of a list
//! - `outside`: which bytes between lists are tags
//! - `reader`, `told`: `lol_html`, which knows lists and tiles by their selectors
//! - `places`, `waiting`: pieces of a text in another order; a list that waits for one, and what its tags gain
//! - `json`: elements of an array by their source
//! - `page`: all of it behind one type
//!
//! The page's own bytes are never written anew: `lol_html` only reads, and what leaves is cut from the bytes that came in.
#![forbid(unsafe_code)]

mod charset;
mod element;
mod formatting;
mod id;
mod json;
mod marks;
mod names;
mod nesting;
mod open;
mod options;
mod outside;
mod page;
mod places;
mod reader;
mod tokens;
mod told;
mod waiting;

pub use json::JsonList;
pub use options::{BadOptions, Island, Options, Reason, Report, Rule};
pub use page::{Page, Step};
