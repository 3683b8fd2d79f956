//! `lol_html` as a reader: it finds lists and tiles by their selectors, and nothing is changed through it.
//!
//! Of a page outside its lists it is fed the start tags that may be a list's and their ends; all of it where a selector says of a
//! list what stands around it. It is fed to the `>` of such a tag, so that it stands right behind a list's start tag when it finds
//! one. The inside of a list is not fed until it is known to be sound, and then only the tags of its children.

use crate::marks::{Marks, subjects};
use crate::options::{BadOptions, Island, Reason, Rule};
use crate::tokens;
use encoding_rs::Encoding;
use lol_html::errors::RewritingError;
use lol_html::html_content::{Element, EndTag};
use lol_html::{AsciiCompatibleEncoding, ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings};
use memchr::{memchr_iter, memrchr};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// What one page may take: a tag that is not complete, and the names of the elements that are open.
const MOST_MEMORY: usize = 2 << 20;

/// A list's start tag, or a script's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Islands count on behind rules.
    pub(crate) rule: usize,
    /// Bytes of the tag.
    pub(crate) tag: usize,
}

/// What handlers leave behind.
#[derive(Default)]
struct Seen {
    let_go: Cell<usize>,
    found: Cell<Option<Found>>,
    /// Behind the tag that was found.
    found_end: Cell<usize>,
    /// In a list or a script that was found.
    inside: Cell<bool>,
    /// By its own end tag, or by another's.
    closed_itself: Cell<bool>,
    /// The rule whose tiles are asked for.
    asked: Cell<usize>,
    is_tile: Cell<bool>,
    /// Where the first element that holds the tile's id begins.
    part: Cell<Option<usize>>,
    /// Bytes fed that are not the page's.
    added: Cell<usize>,
}

type Sink = Box<dyn FnMut(&[u8])>;

pub(crate) struct Reader {
    rewriter: HtmlRewriter<'static, Sink>,
    seen: Rc<Seen>,
    fed: usize,
    root: Root,
}

/// The selectors of all rules and islands.
pub(crate) struct Selectors {
    all: Vec<(Selector, Role)>,
    pub(crate) ascii: bool,
    /// Each list's start tag has one of these.
    pub(crate) marks: Option<Marks>,
    /// Whether a tag says by itself whether it is a list's.
    pub(crate) alone: bool,
}

#[derive(Clone, Copy)]
enum Role {
    List(usize),
    Island(usize),
    Tile(usize),
    Part(usize),
}

fn parsed(text: &str) -> Result<Selector, BadOptions> {
    text.parse()
        .map_err(|why: lol_html::errors::SelectorError| BadOptions { text: text.to_owned(), why: why.to_string() })
}

impl Selectors {
    pub(crate) fn new(rules: &[Rule], islands: &[Island]) -> Result<Selectors, BadOptions> {
        let mut all = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            all.push((parsed(&rule.list)?, Role::List(at)));
        }
        for (at, island) in islands.iter().enumerate() {
            all.push((parsed(&island.script)?, Role::Island(rules.len() + at)));
        }
        for (at, rule) in rules.iter().enumerate() {
            all.push((parsed(&rule.item)?, Role::Tile(at)));
            if let (Some(part), _) = rule.id_parts() {
                all.push((parsed(part)?, Role::Part(at)));
            }
        }
        let texts = rules.iter().flat_map(|rule| [&rule.list, &rule.item, &rule.id]);
        let scripts = islands.iter().map(|island| island.script.as_str());
        let ascii = texts.map(String::as_str).chain(scripts.clone()).all(str::is_ascii);
        let lists = rules.iter().map(|rule| rule.list.as_str()).chain(scripts);
        let marks = Marks::of(lists.clone().flat_map(|list| subjects(list).0));
        let tiles = rules.iter().flat_map(|rule| [Some(rule.item.as_str()), rule.id_parts().0]).flatten();
        let alone = marks.is_some() && lists.chain(tiles).all(|selector| subjects(selector).1);
        Ok(Selectors { all, ascii, marks, alone })
    }
}

impl Reader {
    pub(crate) fn new(selectors: &Selectors, encoding: &'static Encoding) -> Option<Reader> {
        let seen = Rc::new(Seen::default());
        let mut settings = Settings::new()
            .with_encoding(AsciiCompatibleEncoding::new(encoding)?)
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(MOST_MEMORY));
        for (selector, role) in &selectors.all {
            let handlers = ElementContentHandlers::default().element(handler(*role, Rc::clone(&seen)));
            settings = settings.append_element_content_handler((Cow::Owned(selector.clone()), handlers));
        }
        let count = Rc::clone(&seen);
        let sink: Sink = Box::new(move |bytes| count.let_go.set(count.let_go.get() + bytes.len()));
        Some(Reader { rewriter: HtmlRewriter::new(settings, sink), seen, fed: 0, root: Root::default() })
    }

    /// Reads on. After an error it must not be used again.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        let (mut noted, mut fed) = (0, 0);
        // The slash may have come with the bytes before.
        for end in memchr_iter(b'>', bytes).map(|at| at + 1).filter(|&end| end == 1 || bytes[end - 2] == b'/') {
            self.root.note(&bytes[noted..end]);
            noted = end;
            let Some(close) = self.root.unclosed() else { continue };
            self.write(&bytes[fed..end])?;
            fed = end;
            // Not in a value of an attribute that looks like a tag.
            if self.kept() == 0 {
                self.write(close)?;
                self.seen.added.set(self.seen.added.get() + close.len());
            }
        }
        self.root.note(&bytes[noted..]);
        self.write(&bytes[fed..])
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        self.fed += bytes.len();
        self.rewriter.write(bytes).map_err(|error| match error {
            RewritingError::MemoryLimitExceeded(_) => Reason::Memory,
            _ => Reason::Ambiguous,
        })
    }

    /// How many of the bytes fed belong to a tag that is not complete.
    pub(crate) fn kept(&self) -> usize {
        self.fed - self.seen.let_go.get()
    }

    /// A list or a script whose start tag ends the bytes fed.
    pub(crate) fn take_found(&mut self) -> Option<Found> {
        self.seen.found.take().filter(|_| self.seen.found_end.get() == self.fed)
    }

    /// Ends an element of this name that is open.
    pub(crate) fn close(&mut self, name: &[u8]) -> Result<(), Reason> {
        self.write(&[b"</", name, b">"].concat())
    }

    /// Whether what was found is open, by nesting in the source. Nothing more is found in it.
    pub(crate) fn inside(&self) -> bool {
        self.seen.inside.get()
    }

    /// Whether what was found has ended with its own end tag.
    pub(crate) fn closed_itself(&self) -> bool {
        self.seen.closed_itself.get()
    }

    /// Feeds the start tag of a list's child: whether it is a tile of the rule.
    pub(crate) fn is_tile(&mut self, rule: usize, start_tag: &[u8]) -> Result<bool, Reason> {
        self.seen.asked.set(rule);
        self.seen.is_tile.set(false);
        self.feed(start_tag)?;
        Ok(self.seen.is_tile.get())
    }

    /// From here on, looks for the element that holds a tile's id.
    pub(crate) fn ask_for_part(&mut self) -> usize {
        self.seen.part.set(None);
        self.seen.added.set(0);
        self.fed
    }

    /// Where that element begins, counted from where it was asked for.
    pub(crate) fn part_since(&self, asked: usize) -> Option<usize> {
        self.seen.part.get().map(|at| at - asked)
    }

    /// Feeds what is in a tile: where the element begins that holds its id.
    pub(crate) fn part(&mut self, inside: &[u8]) -> Result<Option<usize>, Reason> {
        let asked = self.ask_for_part();
        self.feed(inside)?;
        Ok(self.part_since(asked))
    }
}

/// `lol_html` takes an `<svg/>` for one that stays open, and what follows for a part of it. It is told of an end then.
///
/// Holds the bytes from the last `<` on, where they may be of such a tag.
#[derive(Default)]
struct Root(Vec<u8>);

impl Root {
    /// A longer tag is not looked at.
    const LONGEST: usize = 1024;

    fn note(&mut self, bytes: &[u8]) {
        let rest = match memrchr(b'<', bytes) {
            Some(at) => {
                self.0.clear();
                &bytes[at..]
            }
            None if self.0.is_empty() => return,
            None => bytes,
        };
        let room = (Self::LONGEST + 1).saturating_sub(self.0.len());
        self.0.extend_from_slice(&rest[..rest.len().min(room)]);
        if !self.may_be(b"<svg") && !self.may_be(b"<math") {
            self.0.clear();
        }
    }

    fn may_be(&self, start: &[u8]) -> bool {
        self.0.iter().zip(start).all(|(one, other)| one.eq_ignore_ascii_case(other))
    }

    /// The end tag for a root that ends here, in `/>`.
    fn unclosed(&self) -> Option<&'static [u8]> {
        if self.0.len() < 6 || self.0.len() > Self::LONGEST {
            return None;
        }
        let tag = tokens::tag(&self.0, 1)?;
        let name = &self.0[tag.name.clone()];
        let close: &[u8] = if name.eq_ignore_ascii_case(b"svg") {
            b"</svg>"
        } else if name.eq_ignore_ascii_case(b"math") {
            b"</math>"
        } else {
            return None;
        };
        (tag.self_closing && tag.end == self.0.len()).then_some(close)
    }
}

type Handler = Box<dyn FnMut(&mut Element<'_, '_>) -> lol_html::HandlerResult>;

fn handler(role: Role, seen: Rc<Seen>) -> Handler {
    match role {
        Role::List(rule) => Box::new(move |element| begin(element, &seen, rule)),
        Role::Island(rule) => Box::new(move |element| {
            if element.tag_name() == "script" {
                begin(element, &seen, rule)?;
            }
            Ok(())
        }),
        Role::Tile(rule) => Box::new(move |_| {
            if seen.asked.get() == rule {
                seen.is_tile.set(true);
            }
            Ok(())
        }),
        Role::Part(rule) => Box::new(move |element| {
            if seen.asked.get() == rule && seen.part.get().is_none() {
                seen.part.set(Some(element.source_location().bytes().start - seen.added.get()));
            }
            Ok(())
        }),
    }
}

fn begin(element: &mut Element<'_, '_>, seen: &Rc<Seen>, rule: usize) -> lol_html::HandlerResult {
    if seen.inside.get() || !element.can_have_content() {
        return Ok(());
    }
    let place = element.source_location().bytes();
    seen.found.set(Some(Found { rule, tag: place.end - place.start }));
    seen.found_end.set(place.end);
    seen.inside.set(true);
    let (name, seen) = (element.tag_name(), Rc::clone(seen));
    element.on_end_tag(Box::new(move |end: &mut EndTag<'_>| {
        seen.inside.set(false);
        // By its own end tag, or by another's.
        seen.closed_itself.set(end.name() == name);
        Ok(())
    }))
}
