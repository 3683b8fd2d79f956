//! Whether the tiles of a list may change places: reads the tags of a list as the standard's tree construction does, and says
//! where its children begin and end.
//!
//! A list is sound if a browser stands, behind each of its children, where it stood before it: the same elements open, no
//! formatting to be opened anew, the same form. Then any order of the children gives the same trees in another order. What
//! the standard settles by its longer rules (misnested formatting, what a table puts elsewhere) is never sound here, even
//! where it would do no harm.

mod end_tag;

use crate::element::Traits;
use crate::options::Reason;
use crate::tokens::{self, Tag};
use core::ops::Range;
use memchr::memchr;

/// What stands around a list, by nesting in the source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// `a` and `nobr`.
    pub(crate) lonely: bool,
    pub(crate) button: bool,
    pub(crate) form: bool,
    /// `li`, `dd`, `dt`.
    pub(crate) item: bool,
    pub(crate) paragraph: bool,
    pub(crate) ruby: bool,
    pub(crate) select: bool,
    pub(crate) table: bool,
    /// `td`, `th`, `caption`, in which a table may begin anew.
    pub(crate) cell: bool,
    /// Where parts of a table may stand alone.
    pub(crate) template: bool,
    /// Everything is in a template that never ended.
    pub(crate) lost_template: bool,
    /// A table may be open that the source has closed.
    pub(crate) lost_table: bool,
    /// Formatting was left open in front of the list.
    pub(crate) lost_formatting: bool,
    /// What the source has closed may be open.
    pub(crate) behind_body: bool,
}

/// An element right in the list. Offsets count from the start of the list's start tag.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) start_tag: Range<usize>,
    /// Where its name ends.
    pub(crate) name_end: usize,
    /// Empty where it has none: at its end.
    pub(crate) end_tag: Range<usize>,
    traits: Traits,
    end: End,
    /// Has `/>` in SVG or `MathML`, or is `image`: another reader could take it otherwise.
    odd: bool,
}

impl Child {
    /// The element's bytes.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start_tag.start..self.end_tag.end
    }

    /// Whether its end was not read so far.
    pub(crate) fn is_open(&self) -> bool {
        self.end == End::NotYet
    }

    /// Whether something else ends it.
    pub(crate) fn is_unclosed(&self) -> bool {
        self.end == End::Implied
    }

    /// Whether every reader sees this element.
    pub(crate) fn is_plain(&self) -> bool {
        !self.odd
    }
}

/// Where a child ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// At an end tag, or with its start tag.
    Written,
    /// Where what comes next ends it.
    Implied,
}

/// How far reading came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Needs more bytes.
    More,
    /// The list's end tag.
    End(Range<usize>),
    /// Not sound.
    Unsound(Reason),
    /// An end tag that ends nothing in the list.
    Stray(Stray),
}

/// An end tag that ends nothing in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) name: Range<usize>,
    /// Where the tag ends.
    pub(crate) end: usize,
    /// Between children.
    pub(crate) between: bool,
    /// Of a heading, which ends one of another rank as well.
    pub(crate) heading: bool,
    /// Without effect where no element of its name is open around the list: reading may go on then.
    pub(crate) may_pass: bool,
}

struct Open {
    name: Range<usize>,
    traits: Traits,
}

/// One list, read as its bytes arrive.
pub(crate) struct Nesting {
    around: Around,
    stack: Vec<Open>,
    children: Vec<Child>,
    /// The next token begins here.
    at: usize,
    /// No end of the token that begins at `at` lies before this.
    searched: usize,
    /// Text right in the list, and what counts as text, makes a browser open formatting anew, which goes on to the list's end.
    reopens: bool,
    /// In `noscript`, whose text is tags only where scripts do not run: where its end tag begins where they do.
    noscript: Option<usize>,
}

/// More elements in each other than browsers nest.
const DEEPEST: usize = 512;

type Soundness = Result<(), Reason>;

impl Nesting {
    /// Of a list whose start tag begins at 0. `None` where that element can hold no list.
    pub(crate) fn new(tag: &Tag, bytes: &[u8], around: Around) -> Option<Nesting> {
        let traits = Traits::of(&bytes[tag.name.clone()]);
        let parts = Traits::SECTION.and(Traits::ROW).and(Traits::CELL).and(Traits::CAPTION);
        let not_here =
            traits.any(parts) && ((!around.table && !around.template) || around.lost_template || around.lost_table);
        let never = Traits::VOID.and(Traits::RAW).and(Traits::PAGE).and(Traits::FOREIGN).and(Traits::NOSCRIPT);
        if not_here || traits.any(never.and(Traits::COLUMNS)) {
            return None;
        }
        let list = Open { name: tag.name.clone(), traits };
        let closed_in = Traits::TABLE_PARTS.and(Traits::MARKER);
        let reopens = around.lost_formatting && !traits.reopens() && !traits.any(closed_in);
        let (children, at) = (Vec::new(), tag.end);
        Some(Nesting { around, stack: vec![list], children, at, searched: 0, reopens, noscript: None })
    }

    /// The children, where the list is sound and at its end.
    pub(crate) fn children(&self) -> &[Child] {
        &self.children
    }

    /// Where the name in the list's start tag ends.
    pub(crate) fn name_end(&self) -> usize {
        self.stack.first().map_or(0, |list| list.name.end)
    }

    /// Why these children, in the order of the page, may not change places with each other, if they may not.
    pub(crate) fn unmovable(&self, tiles: &[usize], bytes: &[u8]) -> Option<Reason> {
        let (list, &first, &last) = (self.stack.first()?, tiles.first()?, tiles.last()?);
        let child = |at: usize| &self.children[at];
        if tiles.iter().any(|&tile| child(tile).is_unclosed()) {
            return Some(Reason::UnclosedTile);
        }
        // Rows that a table holds itself do not leap over its sections, since a browser puts them into one of their own.
        let passable = Traits::ROW.and(Traits::SCRIPT).and(Traits::TEMPLATE);
        let leaps = list.traits.any(Traits::TABLE)
            && tiles.iter().any(|&tile| child(tile).traits.any(Traits::ROW))
            && !self.children[first..=last].iter().all(|child| child.traits.any(passable));
        // A browser lets no form in that stands in a table, and parts of a table alone in a template only in front of all else.
        let puzzling = if list.traits.any(Traits::TEMPLATE) {
            tiles.iter().any(|&tile| child(tile).traits.is_table_part())
        } else {
            self.around.table && !self.around.cell && tiles.iter().any(|&tile| child(tile).traits.any(Traits::FORM))
        };
        // Whatever comes to stand behind a child without end tag must end it as well.
        let name = |at: usize| bytes[child(at).start_tag.start + 1..child(at).name_end].to_ascii_lowercase();
        let ends = tiles.iter().any(|&tile| tile > 0 && child(tile - 1).is_unclosed());
        let differ = ends && tiles.iter().any(|&tile| name(tile) != name(first));
        (leaps || differ || puzzling).then_some(Reason::Crossing)
    }

    /// Reads on. `bytes` are those of before, and more.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Progress {
        loop {
            let Some(rest) = bytes.get(self.at..) else { return Progress::More };
            let Some(text) = memchr(b'<', rest) else {
                let unsound = self.text(bytes, bytes.len());
                self.at = bytes.len();
                return unsound.map_or(Progress::More, Progress::Unsound);
            };
            let start = self.at + text;
            if let Some(reason) = self.text(bytes, start) {
                return Progress::Unsound(reason);
            }
            self.at = start;
            let end = match self.token(bytes, start) {
                Ok(Some(end)) => end,
                Ok(None) => return Progress::More,
                Err(other) => return other,
            };
            (self.at, self.searched) = (end, 0);
        }
    }

    fn top(&self) -> Traits {
        self.stack.last().map_or(Traits::NONE, |open| open.traits)
    }

    /// Text between `at` and `end`. A table puts text elsewhere.
    fn text(&mut self, bytes: &[u8], end: usize) -> Option<Reason> {
        if self.reopens && self.stack.len() == 1 && self.at < end {
            return Some(Reason::Crossing);
        }
        let in_table = self.top().any(Traits::TABLE_PARTS);
        (in_table && !bytes[self.at..end].iter().all(|&byte| tokens::is_space(byte))).then_some(Reason::Crossing)
    }

    /// The token at `start`: where it ends.
    fn token(&mut self, bytes: &[u8], start: usize) -> Result<Option<usize>, Progress> {
        let Some(&next) = bytes.get(start + 1) else { return Ok(None) };
        let end = match next {
            b'!' => {
                let rest = &bytes[start + 2..];
                let foreign = self.top().any(Traits::FOREIGN);
                if rest.starts_with(b"--") {
                    let end = tokens::comment_end(bytes, start, self.searched);
                    self.searched = bytes.len();
                    end
                } else if b"--".starts_with(rest) || (foreign && b"[CDATA[".starts_with(rest)) {
                    None
                } else if foreign && rest.starts_with(b"[CDATA[") {
                    tokens::cdata_end(bytes, start)
                } else {
                    tokens::bogus_comment_end(bytes, start)
                }
            }
            b'?' => tokens::bogus_comment_end(bytes, start),
            b'/' => match bytes.get(start + 2) {
                None => None,
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let Some(tag) = tokens::tag(bytes, start + 2) else { return Ok(None) };
                    self.end_tag(bytes, start, &tag)?;
                    Some(tag.end)
                }
                Some(_) => tokens::bogus_comment_end(bytes, start),
            },
            letter if letter.is_ascii_alphabetic() => {
                let Some(tag) = tokens::tag(bytes, start + 1) else { return Ok(None) };
                return self.start_tag(bytes, start, &tag);
            }
            // Text: a table puts it elsewhere, as all text.
            _ if self.top().any(Traits::TABLE_PARTS) || (self.reopens && self.stack.len() == 1) => {
                return Err(Progress::Unsound(Reason::Crossing));
            }
            _ => Some(start + 1),
        };
        match (self.noscript, end) {
            // Without scripts this hides the end tag of the `noscript`.
            (Some(raw_end), Some(end)) if end > raw_end && start != raw_end => Err(Progress::Unsound(Reason::Crossing)),
            _ => Ok(end),
        }
    }

    fn start_tag(&mut self, bytes: &[u8], start: usize, tag: &Tag) -> Result<Option<usize>, Progress> {
        let name = &bytes[tag.name.clone()];
        let foreign = self.top().any(Traits::FOREIGN) && !self.top().any(Traits::INTEGRATION);
        let (traits, empty) = if foreign {
            let traits = Traits::of_foreign(name).filter(|_| !Traits::of(name).any(Traits::BREAKS_OUT));
            (traits.ok_or(Progress::Unsound(Reason::Crossing))?, tag.self_closing)
        } else {
            let traits = Traits::of(name);
            (traits, traits.any(Traits::VOID) || (traits.any(Traits::FOREIGN) && tag.self_closing))
        };
        if traits.any(Traits::RAW) || traits.any(Traits::NOSCRIPT) {
            // All of a raw element is one token, so that one that is cut off has no effect.
            let raw_end = match traits.any(Traits::SCRIPT) {
                true => tokens::script_end(bytes, tag.end),
                false => tokens::raw_end(bytes, tag.end, name, self.searched),
            };
            let Some(raw_end) = raw_end else {
                self.searched = bytes.len();
                return Ok(None);
            };
            let Some(end_tag) = tokens::tag(bytes, raw_end + 2) else { return Ok(None) };
            self.place(traits, name, bytes).map_err(Progress::Unsound)?;
            if traits.any(Traits::NOSCRIPT) {
                if self.noscript.is_some() {
                    return Err(Progress::Unsound(Reason::Crossing));
                }
                self.noscript = Some(raw_end);
                self.open(start, tag, traits);
                return Ok(Some(tag.end));
            }
            self.child(start, tag, raw_end..end_tag.end, traits, false);
            return Ok(Some(end_tag.end));
        }
        if !foreign {
            self.place(traits, name, bytes).map_err(Progress::Unsound)?;
        }
        if empty {
            let odd = traits.any(Traits::FOREIGN.and(Traits::IMAGE));
            self.child(start, tag, tag.end..tag.end, traits, odd);
        } else if self.stack.len() > DEEPEST {
            return Err(Progress::Unsound(Reason::Crossing));
        } else {
            self.open(start, tag, traits);
        }
        Ok(Some(tag.end))
    }

    /// Notes an element without content, or with content that is no tags.
    fn child(&mut self, start: usize, tag: &Tag, end_tag: Range<usize>, traits: Traits, odd: bool) {
        if self.stack.len() == 1 {
            self.children.push(Child {
                start_tag: start..tag.end,
                name_end: tag.name.end,
                end_tag,
                traits,
                end: End::Written,
                odd,
            });
        }
    }

    fn open(&mut self, start: usize, tag: &Tag, traits: Traits) {
        self.child(start, tag, tag.end..tag.end, traits, false);
        if self.stack.len() == 1
            && let Some(child) = self.children.last_mut()
        {
            child.end = End::NotYet;
        }
        self.stack.push(Open { name: tag.name.clone(), traits });
    }

    fn place(&mut self, traits: Traits, name: &[u8], bytes: &[u8]) -> Soundness {
        self.make_room(traits, name, bytes)?;
        let reopens = self.reopens && self.stack.len() == 1 && traits.reopens();
        if reopens { Err(Reason::Crossing) } else { Ok(()) }
    }

    /// Closes what a start tag closes by itself, and sees whether it may stand here.
    fn make_room(&mut self, traits: Traits, name: &[u8], bytes: &[u8]) -> Soundness {
        if traits.any(Traits::PAGE) {
            return Err(Reason::Crossing);
        }
        if self.in_select() {
            let allowed = Traits::OPTION.and(Traits::OPTGROUP).and(Traits::HR).and(Traits::SCRIPT);
            if !traits.any(allowed) {
                return Err(Reason::Crossing);
            }
        }
        if traits.is_table_part() {
            return self.make_room_in_table(traits);
        }
        if self.top().any(Traits::TABLE_PARTS) {
            let stays = traits.any(Traits::SCRIPT.and(Traits::TEMPLATE)) || name.eq_ignore_ascii_case(b"style");
            return if stays { Ok(()) } else { Err(Reason::Crossing) };
        }
        if traits.any(Traits::LI) {
            self.close_item(Traits::LI)?;
        }
        if traits.any(Traits::DD) {
            self.close_item(Traits::DD)?;
        }
        if traits.any(Traits::TABLE) {
            let context = self.stack.iter().rev().find(|open| open.traits.any(TABLE_CONTEXT));
            let around = &self.around;
            let loose = around.lost_table || (around.table && !around.cell && !around.template);
            let loose =
                context.map_or(loose, |open| open.traits.any(Traits::TABLE.and(Traits::SECTION).and(Traits::ROW)));
            if loose {
                return Err(Reason::Crossing);
            }
        }
        if traits.any(Traits::ENDS_P) {
            self.close_paragraph()?;
        }
        if traits.any(Traits::HEADING) && self.top().any(Traits::HEADING) {
            self.pop(self.stack.len() - 1)?;
        }
        if traits.any(Traits::OPTION.and(Traits::OPTGROUP).and(Traits::HR)) && self.top().any(Traits::OPTION) {
            self.pop(self.stack.len() - 1)?;
        }
        if traits.any(Traits::OPTGROUP.and(Traits::HR)) && self.top().any(Traits::OPTGROUP) {
            self.pop(self.stack.len() - 1)?;
        }
        if traits.any(Traits::RUBY_PART) {
            match self.stack.iter().any(|open| open.traits.any(Traits::RUBY)) {
                true => self.close_implied()?,
                false if self.around.ruby => return Err(Reason::Crossing),
                false => {}
            }
        }
        let twice = self.is_open(traits, Traits::FORM, Traits::TEMPLATE, self.around.form)
            || self.is_open(traits, Traits::BUTTON, Traits::SCOPE, self.around.button)
            || (traits.any(Traits::LONELY) && self.lonely_is_open(name, bytes));
        if twice { Err(Reason::Crossing) } else { Ok(()) }
    }

    /// Whether a start tag of this kind meets an open element of the kind, no further out than the next of `until`.
    fn is_open(&self, traits: Traits, kind: Traits, until: Traits, around: bool) -> bool {
        if !traits.any(kind) {
            return false;
        }
        let met = self.stack.iter().rev().find(|open| open.traits.any(kind.and(until)));
        met.map_or(around, |open| open.traits.any(kind))
    }

    fn lonely_is_open(&self, name: &[u8], bytes: &[u8]) -> bool {
        let same =
            |open: &&Open| open.traits.any(Traits::LONELY) && bytes[open.name.clone()].eq_ignore_ascii_case(name);
        let met = self.stack.iter().rev().find(|open| open.traits.any(Traits::MARKER) || same(open));
        met.map_or(self.around.lonely, |open| same(&open))
    }

    fn in_select(&self) -> bool {
        let met = self.stack.iter().rev().find(|open| open.traits.any(Traits::SELECT.and(Traits::TEMPLATE)));
        met.map_or(self.around.select, |open| open.traits.any(Traits::SELECT))
    }

    /// An open `li`, or `dd` or `dt`, ends where the next begins.
    fn close_item(&mut self, kind: Traits) -> Soundness {
        for at in (0..self.stack.len()).rev() {
            let traits = self.stack[at].traits;
            if traits.any(kind) {
                return self.pop(at);
            }
            let looked_past = Traits::LOOKED_PAST.and(Traits::P);
            if traits.any(Traits::SPECIAL) && !traits.any(looked_past) {
                return Ok(());
            }
        }
        if self.around.item { Err(Reason::Crossing) } else { Ok(()) }
    }

    /// The open paragraph that an end tag `</p>` here would reach.
    fn open_paragraph(&self) -> Result<Option<usize>, Reason> {
        let met = self
            .stack
            .iter()
            .rposition(|open| open.traits.any(Traits::P.and(Traits::SCOPE).and(Traits::BUTTON).and(Traits::SELECT)));
        match met {
            Some(at) => Ok(Some(at).filter(|&at| self.stack[at].traits.any(Traits::P))),
            // A list that begins a block has ended the paragraph around it.
            None if self.around.paragraph && !self.stack[0].traits.any(Traits::ENDS_P) => Err(Reason::Crossing),
            None => Ok(None),
        }
    }

    fn close_paragraph(&mut self) -> Soundness {
        match self.open_paragraph()? {
            Some(at) => self.pop(at),
            None => Ok(()),
        }
    }

    fn close_implied(&mut self) -> Soundness {
        while self.top().any(Traits::IMPLIED) {
            self.pop(self.stack.len() - 1)?;
        }
        Ok(())
    }

    /// A part of a table closes the parts that it cannot stand in.
    fn make_room_in_table(&mut self, part: Traits) -> Soundness {
        let outer = Traits::TABLE.and(Traits::TEMPLATE);
        let holds = if part.any(Traits::CELL) {
            outer.and(Traits::SECTION).and(Traits::ROW)
        } else if part.any(Traits::ROW) {
            outer.and(Traits::SECTION)
        } else if part.any(Traits::COLUMN) {
            outer.and(Traits::COLUMNS)
        } else {
            outer
        };
        loop {
            let context = self.stack.iter().rposition(|open| open.traits.any(TABLE_CONTEXT));
            let at = context.ok_or(Reason::Crossing)?;
            if !self.stack[at].traits.any(holds) {
                self.pop(at)?;
                continue;
            }
            return if at + 1 < self.stack.len() { self.pop(at + 1) } else { Ok(()) };
        }
    }

    /// Closes the element at `at` and all inside, none of which has an end tag of its own.
    fn pop(&mut self, at: usize) -> Soundness {
        self.leaves_nothing_open(at)?;
        match at {
            0 => return Err(Reason::Crossing),
            1 => self.imply_end(self.at),
            _ => {}
        }
        self.stack.truncate(at);
        Ok(())
    }

    /// The child that is open has no end tag: what begins at `at` ends it.
    fn imply_end(&mut self, at: usize) {
        if let Some(child) = self.children.last_mut() {
            (child.end_tag, child.end) = (at..at, End::Implied);
        }
    }

    /// Whether closing the element at `at` leaves no formatting behind, and no form, of what is inside.
    fn leaves_nothing_open(&self, at: usize) -> Soundness {
        // Where scripts run, only its own end tag ends a `noscript`.
        let always = Traits::NOSCRIPT;
        let mut kept = always.and(Traits::FORMATTING).and(Traits::FORM);
        for (depth, open) in self.stack.iter().enumerate().skip(at) {
            // An element that is closed by its own end tag is at `at`, and its own formatting ends with it.
            if depth > at && open.traits.any(kept) {
                return Err(Reason::Crossing);
            }
            if open.traits.any(Traits::TEMPLATE) {
                kept = always;
            } else if open.traits.any(Traits::MARKER) {
                kept = if kept.any(Traits::FORM) { always.and(Traits::FORM) } else { always };
            }
        }
        Ok(())
    }
}

/// Where a part of a table looks for its place.
const TABLE_CONTEXT: Traits =
    Traits::TABLE_PARTS.and(Traits::CELL).and(Traits::CAPTION).and(Traits::TEMPLATE).and(Traits::SELECT);
