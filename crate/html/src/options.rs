//! What a caller says of lists, and what it is told of each.

use core::fmt;

/// Where lists are in HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Selector of a list.
    pub list: String,
    /// Selector of a tile: an element that matches and is a list's child.
    pub item: String,
    /// An attribute of the tile, or `selector@attribute`: that of the first element in the tile that matches.
    pub id: String,
}

impl Rule {
    /// The rule of these three.
    pub fn new(list: impl Into<String>, item: impl Into<String>, id: impl Into<String>) -> Self {
        Rule { list: list.into(), item: item.into(), id: id.into() }
    }

    /// The selector and the attribute of `id`. An attribute's name has no `@` in any shop, a selector's value may.
    pub(crate) fn id_parts(&self) -> (Option<&str>, &str) {
        match self.id.rsplit_once('@') {
            Some((selector, attribute)) if !selector.is_empty() => (Some(selector), attribute),
            _ => (None, &self.id),
        }
    }
}

/// Where a list is in JSON that is the text of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Island {
    /// Selector of the script.
    pub script: String,
    /// Dotted path to the array; empty for the root.
    pub path: String,
    /// Dotted path in an element to its id.
    pub id: String,
}

/// How to read a page.
#[derive(Clone, Debug)]
pub struct Options {
    /// In order: the first that matches an element is its rule.
    pub rules: Vec<Rule>,
    /// Lists in scripts.
    pub islands: Vec<Island>,
    /// The label that a mark or a header gives. Without one, a `meta` in the first 1,024 bytes decides, else it is UTF-8.
    pub charset: Option<String>,
    /// A list of more bytes leaves as it came.
    pub max_list_bytes: usize,
    /// Whether the start tag of a list that was ordered says where its tiles stood.
    pub hydrate: bool,
    /// Whether tiles may gain rows ([`crate::Page::rows`]): a list of one tile asks for an order then, too.
    pub rows: bool,
    /// The row of the page's own item, in Base64, which the first list's start tag gains; empty for none.
    pub page_row: String,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            rules: vec![Rule::new("[data-reshelf-list]", "[data-reshelf-item]", "data-reshelf-item")],
            islands: Vec::new(),
            charset: None,
            max_list_bytes: 1_000_000,
            hydrate: false,
            rows: false,
            page_row: String::new(),
        }
    }
}

/// Options that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOptions {
    /// The text that is wrong.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for BadOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} is no selector that can be used here: {}", self.text, self.why)
    }
}

impl core::error::Error for BadOptions {}

/// Why a list is as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The list has no end tag, or that of something around it ends it.
    UnclosedList,
    /// A tile, or what stands between tiles, has no end tag.
    UnclosedTile,
    /// Something in the list reaches out of its place, so that a browser would read another order as another tree: an end
    /// tag of something outside, a formatting element or a form left open, text that a table puts elsewhere.
    Crossing,
    /// The list stands in SVG or `MathML`.
    Foreign,
    /// More bytes than the options allow.
    TooLarge,
    /// Its order came too late.
    Deadline,
    /// Fewer than two tiles with an id, or the order is the page's own.
    NoOrder,
    /// The order given is none of these tiles.
    Order,
    /// With `hydrate`: the list already says where its tiles stood.
    Hydrated,
    /// The page needs more memory than it may have.
    Memory,
    /// The page cannot be read for certain, as with `<style>` in `<select>`.
    Ambiguous,
    /// No JSON, or nothing or no array at the path.
    Json,
}

impl Reason {
    /// The word that crosses into reports.
    pub fn word(self) -> &'static str {
        match self {
            Reason::UnclosedList => "unclosed-list",
            Reason::UnclosedTile => "unclosed-tile",
            Reason::Crossing => "crossing",
            Reason::Foreign => "foreign",
            Reason::TooLarge => "too-large",
            Reason::Deadline => "deadline",
            Reason::NoOrder => "no-order",
            Reason::Order => "order",
            Reason::Hydrated => "hydrated",
            Reason::Memory => "memory",
            Reason::Ambiguous => "ambiguous",
            Reason::Json => "json",
        }
    }
}

/// What became of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which rule, islands counting on behind rules; none for what befalls the page.
    pub rule: Option<usize>,
    /// Tiles with an id, as far as they were read.
    pub tiles: usize,
    /// Tiles in another place than before.
    pub moved: usize,
    /// Why nothing moved.
    pub reason: Option<Reason>,
}
