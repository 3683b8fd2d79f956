//! One page: bytes go in; bytes, lists that wait for an order, and reports come out.
//!
//! The bytes from the first that has not left are kept, and what leaves is cut from them. `ready` bytes may leave; behind them
//! is a tag that is not complete, or a list.

mod list;

use crate::charset::Charset;
use crate::nesting::{Nesting, Progress};
use crate::options::{BadOptions, Options, Reason, Report};
use crate::outside::{Outside, Stop};
use crate::reader::{Found, Reader, Selectors};
use crate::told::Told;
use crate::waiting::Waiting;
use crate::{JsonList, places, tokens};
use core::ops::Range;
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
    outside: Outside,
    /// Up to here the reader was fed, where it is fed all.
    fed: usize,
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
            outside: Outside::new(),
            fed: 0,
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
            self.fed = self.fed.saturating_sub(self.taken);
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
        self.go_on(end);
        self.advance();
    }

    /// A list is behind.
    fn go_on(&mut self, end: usize) {
        (self.ready, self.read, self.fed) = (end, end, end);
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
                let reader = self.new_reader();
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
                    Progress::Stray(stray) => self.stray(found, &stray),
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

    /// Reads on to a tag that counts, or to the end of the bytes. `None` where nothing is to be read any more.
    fn read_on(&mut self) -> Option<Stop> {
        let reader = self.reader.as_mut()?;
        let from = self.read;
        let stop = self.outside.read(&self.bytes, &mut self.read, self.selectors.marks.as_ref());
        let read = match &stop {
            Stop::Unsound(reason) => Err(*reason),
            _ if self.selectors.alone || self.fed >= self.read => Ok(()),
            _ => {
                let fed = core::mem::replace(&mut self.fed, self.read);
                reader.feed(&self.bytes[fed..self.read])
            }
        };
        // Not before it is read: a `meta` behind a list must not count because it came with the same bytes.
        if self.selectors.ascii {
            self.charset.sniff(&self.bytes[from..self.read]);
        }
        if !self.supported() {
            self.pass();
            return None;
        }
        if let Err(reason) = read {
            self.give_up(reason);
            return None;
        }
        Some(stop)
    }

    fn read_outside(&mut self) -> bool {
        let Some(stop) = self.read_on() else { return false };
        self.ready = self.read;
        match stop {
            Stop::Candidate(tag) => self.read_candidate(self.read - tag),
            // Of what was in a list that passed, the reader knows a part.
            Stop::Ended if self.selectors.alone => self.reader = self.new_reader(),
            Stop::Ended => {}
            Stop::More | Stop::Unsound(_) => {
                if self.bytes.len() - self.read > self.options.max_list_bytes.min(LONGEST_TAG) {
                    self.give_up(Reason::Memory);
                }
                return false;
            }
        }
        true
    }

    fn new_reader(&self) -> Option<Reader> {
        self.charset.encoding().and_then(|encoding| Reader::new(&self.selectors, encoding))
    }

    /// A start tag that may be a list's, or a script's.
    fn read_candidate(&mut self, start: usize) {
        let Some(reader) = &mut self.reader else { return };
        let bytes = &self.bytes[start..self.read];
        let Some(tag) = tokens::tag(bytes, 1) else { return };
        let mut read = || {
            if self.selectors.alone {
                reader.feed(bytes)?;
            }
            let found = reader.take_found();
            if self.selectors.alone && found.is_none() {
                reader.close(&bytes[tag.name.clone()])?;
            }
            self.outside.start(bytes)?;
            Ok(found)
        };
        let found = match read() {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(reason) => return self.give_up(reason),
        };
        self.charset.settle();
        self.fed = self.read;
        let island = found.rule >= self.options.rules.len();
        let (around, foreign) = self.outside.open.begin_list();
        let nesting = Nesting::new(&tag, bytes, around);
        if foreign {
            self.note(found.rule, Reason::Foreign);
        } else if island {
            (self.ready, self.state) = (start, State::Island { found });
        } else if let Some(nesting) = nesting {
            (self.ready, self.state) =
                (start, State::List { found, nesting: Box::new(nesting), told: Told::default() });
        } else {
            self.note(found.rule, Reason::Crossing);
        }
    }

    fn note(&mut self, rule: usize, reason: Reason) {
        self.reports.push_back(Report { rule: Some(rule), tiles: 0, moved: 0, reason: Some(reason) });
    }

    /// The list that is held leaves as it came; nothing in it is a list.
    fn leave(&mut self, reason: Reason) {
        if let State::List { found, .. } | State::Island { found } = self.state {
            self.state = State::Outside;
            self.note(found.rule, reason);
            self.ready = self.read;
        }
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

    fn wait(&mut self, list: Waiting, reason: Option<Reason>) {
        if let Some(reason) = reason {
            self.go_on(self.ready + list.end);
            let tiles = list.ids.len();
            self.reports.push_back(Report { rule: Some(list.rule), tiles, moved: 0, reason: Some(reason) });
            return;
        }
        self.state = State::Waiting(list);
    }

    /// Reads until the script's end tag.
    fn read_island(&mut self, found: Found) -> bool {
        let Some(stop) = self.read_on() else { return false };
        let most = self.options.max_list_bytes;
        if stop != Stop::Ended {
            let too_large = self.bytes.len() - self.ready > most;
            if too_large {
                self.leave(Reason::TooLarge);
            }
            return too_large;
        }
        if self.selectors.alone
            && let Some(Err(reason)) = self.reader.as_mut().map(|reader| reader.close(b"script"))
        {
            self.give_up(reason);
            return false;
        }
        let script = &self.bytes[self.ready..self.read];
        if script.len() > most {
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
