//! One page: bytes go in; bytes, lists that wait for an order, and reports come out.
//!
//! The bytes from the first that has not left are kept, and what leaves is cut from them. `ready` bytes may leave; behind them
//! is a tag that is not complete, or a list.

use crate::charset::Charset;
use crate::nesting::{Child, Nesting, Progress, Stray};
use crate::options::{BadOptions, Options, Reason, Report};
use crate::reader::{Found, Reader, Selectors};
use crate::waiting::{PLACES, ROW, Waiting, has_attribute};
use crate::{JsonList, id, places, tokens};
use core::ops::Range;
use memchr::memchr;
use std::collections::VecDeque;

/// What a page has next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bytes that may leave: [`Page::take`].
    Bytes,
    /// A list that waits: [`Page::ids`], then [`Page::order`].
    List,
    /// What became of a list: [`Page::report`].
    Report,
    /// Nothing, until more is written; behind the end, nothing.
    Done,
}

/// A page on its way.
pub struct Page {
    options: Options,
    selectors: Selectors,
    charset: Charset,
    /// None until the first bytes, and after something went wrong: everything passes then.
    reader: Option<Reader>,
    /// From the first byte that was not taken.
    bytes: Vec<u8>,
    taken: usize,
    ready: usize,
    /// Up to here the page was read, save for a list.
    read: usize,
    state: State,
    ended: bool,
    reports: VecDeque<Report>,
}

enum State {
    /// Nothing was read so far.
    Fresh,
    /// Between lists, or in one that passes.
    Outside,
    /// In a list, which begins at `ready`.
    List { found: Found, nesting: Box<Nesting>, told: Told },
    /// In a script, which begins at `ready`, with its text behind the tag.
    Island { found: Found },
    /// A whole list, which begins at `ready`.
    Waiting(Waiting),
    /// Everything passes.
    Passing,
}

/// What the reader said of the children of a list that was fed to it whole.
#[derive(Default)]
struct Told {
    /// Whether each is a tile, and where the element in it begins that holds its id.
    children: Vec<(bool, Option<usize>)>,
    /// Where the reader stood behind the last one's start tag.
    asked: usize,
}

impl Told {
    /// Feeds a list between these offsets.
    fn feed(
        &mut self,
        reader: &mut Reader,
        rule: usize,
        children: &[Child],
        bytes: &[u8],
        fed: Range<usize>,
    ) -> Result<(), Reason> {
        let mut at = fed.start;
        for child in children.iter().skip(self.children.len()) {
            reader.feed(&bytes[at..child.start_tag.start])?;
            self.note_part(reader, children);
            if let Some(before) = self.children.len().checked_sub(1) {
                end_child(reader, &children[before], bytes)?;
            }
            let is_tile = reader.is_tile(rule, &bytes[child.start_tag.clone()])?;
            self.children.push((is_tile, None));
            self.asked = reader.ask_for_part();
            at = child.start_tag.end;
        }
        reader.feed(&bytes[at..fed.end])?;
        self.note_part(reader, children);
        Ok(())
    }

    fn note_part(&mut self, reader: &Reader, children: &[Child]) {
        let Some((at, (_, part))) = self.children.iter_mut().enumerate().next_back() else { return };
        let child = &children[at];
        let found = reader.part_since(self.asked).map(|at| child.start_tag.end + at);
        *part = found.filter(|&at| child.is_open() || at < child.end_tag.start);
    }
}

/// Tells the reader of the end of a child that ends otherwise than by its own end tag.
fn end_child(reader: &mut Reader, child: &Child, bytes: &[u8]) -> Result<(), Reason> {
    let name = &bytes[child.start_tag.start + 1..child.name_end];
    let by_itself = match bytes[child.end_tag.clone()].strip_prefix(b"</") {
        Some(end) => end.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)),
        None => !child.is_unclosed(),
    };
    if by_itself { Ok(()) } else { reader.feed(&[b"</", name, b">"].concat()) }
}

/// A tag of more bytes is not waited for.
const LONGEST_TAG: usize = 1_000_000;

impl Page {
    /// A page that has not begun.
    ///
    /// # Errors
    /// [`BadOptions`] where a selector is none, or has what cannot be known while a page streams, such as `:last-child`.
    pub fn new(options: Options) -> Result<Page, BadOptions> {
        let selectors = Selectors::new(&options.rules, &options.islands)?;
        let charset = Charset::new(options.charset.as_deref());
        let state = if charset.encoding().is_some() { State::Fresh } else { State::Passing };
        Ok(Page {
            options,
            selectors,
            charset,
            reader: None,
            bytes: Vec::new(),
            taken: 0,
            ready: 0,
            read: 0,
            state,
            ended: false,
            reports: VecDeque::new(),
        })
    }

    /// Whether the page's encoding is one in which tags can be read. Where a `meta` says otherwise, this becomes false, and
    /// the rest passes.
    pub fn supported(&self) -> bool {
        self.charset.encoding().is_some()
    }

    /// Takes the page's next bytes.
    pub fn write(&mut self, chunk: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.ready -= self.taken;
            self.read -= self.taken;
            self.taken = 0;
        }
        self.bytes.extend_from_slice(chunk);
        if !self.selectors.ascii {
            self.charset.sniff(chunk);
        }
        self.advance();
    }

    /// The page has ended: a list without its end leaves as it came.
    pub fn end(&mut self) {
        self.ended = true;
        self.charset.settle();
        self.advance();
    }

    /// What is next.
    pub fn next_step(&self) -> Step {
        if self.ready > self.taken {
            Step::Bytes
        } else if !self.reports.is_empty() {
            Step::Report
        } else if matches!(self.state, State::Waiting(_)) {
            Step::List
        } else {
            Step::Done
        }
    }

    /// The bytes that may leave.
    pub fn take(&mut self) -> &[u8] {
        let from = self.taken;
        self.taken = self.ready;
        &self.bytes[from..self.ready]
    }

    /// What became of a list, in the order of the page.
    pub fn report(&mut self) -> Option<Report> {
        self.reports.pop_front()
    }

    /// The ids of the tiles that have one, in the order of the page.
    pub fn ids(&self) -> &[String] {
        match &self.state {
            State::Waiting(list) => &list.ids,
            _ => &[],
        }
    }

    /// Which rule the list that waits is of. Islands count on behind rules.
    pub fn rule(&self) -> usize {
        match &self.state {
            State::Waiting(list) => list.rule,
            _ => 0,
        }
    }

    /// Gives the tiles of the list that waits their rows, before its order: `rows[i]`, in Base64, is of the i-th of [`Page::ids`],
    /// and what is no Base64 says nothing. A tile that has a row keeps it, and lists in scripts take none.
    pub fn rows<'a>(&mut self, rows: impl IntoIterator<Item = &'a str>) {
        if let State::Waiting(list) = &mut self.state {
            list.rows = rows.into_iter().map(str::to_owned).collect();
        }
    }

    /// Gives the list that waits its order: `order[i]` says which of [`Page::ids`] comes i-th.
    pub fn order(&mut self, order: &[u32]) {
        let State::Waiting(list) = core::mem::replace(&mut self.state, State::Outside) else { return };
        let moved = places::moved(order);
        let reason = if !places::is_order(order, list.ids.len()) {
            Some(Reason::Order)
        } else if moved == 0 {
            Some(Reason::NoOrder)
        } else {
            None
        };
        let range = self.ready..self.ready + list.end;
        let mut end = range.end;
        if let Some(written) =
            list.written(&self.bytes[range.clone()], reason.is_none().then_some(order), &self.options)
        {
            end = range.start + written.len();
            if end == range.end {
                self.bytes[range].copy_from_slice(&written);
            } else {
                self.bytes.splice(range, written);
            }
        }
        if list.name_end > 0 {
            self.options.page_row.clear(); // It has left, or the list has one.
        }
        let moved = if reason.is_none() { moved } else { 0 };
        self.reports.push_back(Report { rule: Some(list.rule), tiles: list.ids.len(), moved, reason });
        (self.ready, self.read) = (end, end);
        self.advance();
    }

    /// Whether a list is held that is not complete.
    pub fn holding(&self) -> bool {
        matches!(self.state, State::List { .. } | State::Island { .. })
    }

    /// The list that is held and not complete is late: it leaves as it came.
    pub fn release(&mut self) {
        if self.holding() {
            self.leave(Reason::Deadline);
            self.advance();
        }
    }

    /// Reads on as far as the bytes and the lists allow.
    fn advance(&mut self) {
        while self.step() {}
        if self.ended {
            match &self.state {
                State::Waiting(_) => {}
                State::List { .. } | State::Island { .. } => {
                    self.leave(Reason::UnclosedList);
                    self.advance();
                }
                _ => self.pass(),
            }
        }
    }

    /// Whether there may be more to do.
    fn step(&mut self) -> bool {
        match &mut self.state {
            State::Fresh => {
                let late = !self.selectors.ascii && self.charset.is_open();
                if late || self.bytes.is_empty() {
                    return false;
                }
                let reader = self.charset.encoding().and_then(|encoding| Reader::new(&self.selectors, encoding));
                self.state = if reader.is_some() { State::Outside } else { State::Passing };
                self.reader = reader;
                true
            }
            State::Outside => self.read_outside(),
            State::List { found, nesting, .. } => {
                let (found, most) = (*found, self.options.max_list_bytes);
                let all = &self.bytes[self.ready..];
                let progress = nesting.read(&all[..all.len().min(most)]);
                let too_large = all.len() > most;
                match progress {
                    Progress::More if too_large => self.leave(Reason::TooLarge),
                    Progress::More => return false,
                    Progress::End(end_tag) => self.list_ends(found, end_tag),
                    Progress::Unsound(reason) => self.leave(reason),
                    Progress::Stray(stray) => self.stray(found, stray),
                }
                true
            }
            State::Island { found } => {
                let found = *found;
                self.read_island(found)
            }
            State::Waiting(_) => false,
            State::Passing => {
                self.pass();
                false
            }
        }
    }

    /// Feeds the reader up to the end of a tag, or of the bytes.
    fn read_tag(&mut self) -> bool {
        let Some(rest) = self.bytes.get(self.read..).filter(|rest| !rest.is_empty()) else { return false };
        let Some(reader) = &mut self.reader else { return false };
        // In a tag that is not complete, or to see where a list or a script ends, the next tag; else the next that may be a list's.
        let from = match &self.selectors.marks {
            Some(marks) if reader.kept() == 0 && !reader.inside() => marks.first(rest).unwrap_or(rest.len()),
            _ => 0,
        };
        let end = memchr(b'>', &rest[from..]).map_or(rest.len(), |at| from + at + 1);
        if let Err(reason) = reader.feed(&rest[..end]) {
            self.give_up(reason);
            return false;
        }
        // Not before it is read: a `meta` behind a list must not count because it came with the same bytes.
        if self.selectors.ascii {
            self.charset.sniff(&rest[..end]);
        }
        self.read += end;
        if !self.supported() {
            self.pass();
        }
        true
    }

    fn read_outside(&mut self) -> bool {
        if !self.read_tag() {
            return false;
        }
        let Some(reader) = &mut self.reader else { return false };
        self.ready = self.read - reader.kept();
        if reader.kept() > self.options.max_list_bytes.min(LONGEST_TAG) {
            self.give_up(Reason::Memory);
            return false;
        }
        let Some(found) = reader.take_found() else { return true };
        self.charset.settle();
        let start = self.read - found.tag;
        let island = found.rule >= self.options.rules.len();
        let tag = tokens::tag(&self.bytes[start..self.read], 1);
        let nesting = tag.and_then(|tag| Nesting::new(&tag, &self.bytes[start..self.read], found.around));
        if found.foreign {
            self.note(found.rule, Reason::Foreign);
        } else if island {
            (self.ready, self.state) = (start, State::Island { found });
        } else if let Some(nesting) = nesting {
            (self.ready, self.state) =
                (start, State::List { found, nesting: Box::new(nesting), told: Told::default() });
        } else {
            self.note(found.rule, Reason::Crossing);
        }
        true
    }

    fn note(&mut self, rule: usize, reason: Reason) {
        self.reports.push_back(Report { rule: Some(rule), tiles: 0, moved: 0, reason: Some(reason) });
    }

    /// The list that is held leaves as it came; nothing in it is a list.
    fn leave(&mut self, reason: Reason) {
        if let State::List { found, .. } | State::Island { found } = self.state {
            self.state = State::Outside;
            self.note(found.rule, reason);
            let kept = self.reader.as_ref().map_or(0, Reader::kept);
            self.ready = self.ready.max(self.read - kept);
        }
    }

    /// An end tag in the list ends nothing in it: if it ends what is around the list, the list has no end.
    fn stray(&mut self, found: Found, stray: Stray) {
        if let Err(reason) = self.feed_list(found, stray.end) {
            return self.give_up(reason);
        }
        let Some(reader) = &mut self.reader else { return };
        if stray.heading
            && let Err(reason) = reader.end_heading()
        {
            return self.give_up(reason);
        }
        let inside = reader.inside();
        if inside && stray.may_pass && !reader.ends_something() {
            return;
        }
        self.leave(if !inside && stray.between { Reason::UnclosedList } else { Reason::Crossing });
    }

    /// Feeds the list that is held up to this offset, all that is in it.
    fn feed_list(&mut self, found: Found, end: usize) -> Result<(), Reason> {
        let (State::List { nesting, told, .. }, Some(reader)) = (&mut self.state, &mut self.reader) else {
            return Ok(());
        };
        let fed = self.read - self.ready..end;
        self.read = self.ready + end;
        told.feed(reader, found.rule, nesting.children(), &self.bytes[self.ready..], fed)
    }

    /// Something went wrong in reading: all that is held leaves, and all that comes.
    fn give_up(&mut self, reason: Reason) {
        let rule = match &self.state {
            State::List { found, .. } | State::Island { found } => Some(found.rule),
            State::Waiting(list) => Some(list.rule),
            _ => None,
        };
        self.reports.push_back(Report { rule, tiles: 0, moved: 0, reason: Some(reason) });
        self.pass();
    }

    fn pass(&mut self) {
        self.state = State::Passing;
        self.reader = None;
        self.ready = self.bytes.len();
        self.read = self.ready;
    }

    /// A list is sound and whole: which of its children are tiles, and their ids.
    fn list_ends(&mut self, found: Found, end_tag: Range<usize>) {
        let whole = self.read > self.ready + found.tag;
        if whole && let Err(reason) = self.feed_list(found, end_tag.end) {
            return self.give_up(reason);
        }
        let State::List { nesting, told, .. } = core::mem::replace(&mut self.state, State::Outside) else { return };
        let list = &self.bytes[self.ready..self.ready + end_tag.end];
        let (Some(reader), Some(encoding)) = (&mut self.reader, self.charset.encoding()) else { return };
        let (part, attribute) = self.options.rules[found.rule].id_parts();
        let mut tiles = Vec::new();
        let mut read = || -> Result<(), Reason> {
            for (at, child) in nesting.children().iter().enumerate().filter(|(_, child)| child.is_plain()) {
                let inside = child.start_tag.end..child.end_tag.start;
                let (is_tile, inner) = match told.children.get(at) {
                    Some(&told) => told,
                    None => {
                        let is_tile = reader.is_tile(found.rule, &list[child.start_tag.clone()])?;
                        let inner = if is_tile && part.is_some() { reader.part(&list[inside.clone()])? } else { None };
                        reader.feed(&list[child.end_tag.clone()])?;
                        end_child(reader, child, list)?;
                        (is_tile, inner.map(|at| inside.start + at))
                    }
                };
                let holder = match part {
                    Some(_) if is_tile => inner.and_then(|at| Some((at, tokens::tag(list, at + 1)?.name.end - at))),
                    Some(_) => None,
                    None => Some((child.start_tag.start, child.name_end - child.start_tag.start)),
                };
                let id = holder.and_then(|(at, name_end)| id::attribute(&list[at..], name_end, attribute, encoding));
                tiles.extend(id.filter(|_| is_tile).map(|id| (at, id)));
            }
            if whole { Ok(()) } else { reader.feed(&list[end_tag.clone()]) }
        };
        let outcome = read();
        let ended = !reader.inside() && reader.closed_itself() && reader.kept() == 0;
        if let Err(reason) = outcome {
            return self.give_up(reason);
        }
        if !ended && whole {
            // The reader nests what is in the list otherwise.
            let end = self.ready + end_tag.end;
            (self.ready, self.read) = (end, end);
            return self.note(found.rule, Reason::Crossing);
        }
        if !ended {
            return self.give_up(Reason::Ambiguous);
        }
        let (children, ids): (Vec<usize>, Vec<String>) = tiles.into_iter().unzip();
        let marked = has_attribute(list, nesting.name_end(), PLACES);
        let gains_row = self.options.rows && ids.len() == 1 && nesting.unmovable(&children, list).is_none();
        let reason = if ids.len() < 2 && !gains_row {
            Some(Reason::NoOrder)
        } else if self.options.hydrate && marked {
            nesting.unmovable(&children, list).or(Some(Reason::Hydrated))
        } else {
            nesting.unmovable(&children, list)
        };
        let tiles = || children.iter().map(|&at| &nesting.children()[at]);
        let open = |child: &Child| Some(child.name_end).filter(|&at| !has_attribute(list, at, ROW));
        let tags = if self.options.rows { tiles().map(open).collect() } else { Vec::new() };
        let pieces = tiles().map(Child::range).collect();
        let (rule, name_end, end) = (found.rule, nesting.name_end(), end_tag.end);
        self.wait(Waiting { rule, name_end, ids, pieces, tags, rows: Vec::new(), end }, reason);
    }

    fn wait(&mut self, list: Waiting, reason: Option<Reason>) {
        if let Some(reason) = reason {
            let end = self.ready + list.end;
            (self.ready, self.read) = (end, end);
            let tiles = list.ids.len();
            self.reports.push_back(Report { rule: Some(list.rule), tiles, moved: 0, reason: Some(reason) });
            return;
        }
        self.state = State::Waiting(list);
    }

    /// Feeds the reader until the script's end tag.
    fn read_island(&mut self, found: Found) -> bool {
        if self.read - self.ready > self.options.max_list_bytes {
            self.leave(Reason::TooLarge);
            return true;
        }
        if !self.read_tag() {
            return false;
        }
        if self.reader.as_ref().is_none_or(Reader::inside) {
            return true;
        }
        let script = &self.bytes[self.ready..self.read];
        if script.len() > self.options.max_list_bytes {
            self.leave(Reason::TooLarge);
            return true;
        }
        let end_tag = script.windows(2).rposition(|two| two == b"</").unwrap_or(script.len());
        let text = &script[found.tag.min(end_tag)..end_tag];
        let utf_8 = self.charset.encoding() == Some(encoding_rs::UTF_8);
        let island = &self.options.islands[found.rule - self.options.rules.len()];
        let list = JsonList::find(text, &island.path, &island.id).filter(|_| utf_8 || text.is_ascii());
        let end = script.len();
        let Some(list) = list else {
            self.leave(Reason::Json);
            return true;
        };
        let ids: Vec<String> = list.ids().flatten().map(str::to_owned).collect();
        let place = |piece: Range<usize>| piece.start + found.tag..piece.end + found.tag;
        let pieces = list.pieces().into_iter().map(place).collect();
        let reason = (ids.len() < 2).then_some(Reason::NoOrder);
        self.state = State::Outside;
        let (tags, rows) = (Vec::new(), Vec::new());
        self.wait(Waiting { rule: found.rule, name_end: 0, ids, pieces, tags, rows, end }, reason);
        true
    }
}
