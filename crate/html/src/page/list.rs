//! A list that is held: what the reader says of its children once its nesting is known to be sound.

use super::{Page, State};
use crate::names::Name;
use crate::nesting::{Child, Stray};
use crate::options::Reason;
use crate::reader::{Found, Reader};
use crate::told::end_child;
use crate::waiting::{PLACES, ROW, Waiting, has_attribute};
use crate::{id, tokens};
use core::ops::Range;

impl Page {
    /// An end tag in the list ends nothing in it: if it ends what is around the list, the list has no end.
    pub(super) fn stray(&mut self, found: Found, stray: &Stray) {
        if let Err(reason) = self.feed_list(found, stray.end) {
            return self.give_up(reason);
        }
        let Some(reader) = &self.reader else { return };
        let name = Name::of(&self.bytes[self.ready..][stray.name.clone()]);
        let inside = reader.inside() && !self.outside.open.ends_around(name, stray.heading);
        if inside && stray.may_pass && !self.outside.open.may_be_unended(name) {
            return;
        }
        self.leave(if !inside && stray.between { Reason::UnclosedList } else { Reason::Crossing });
    }

    /// Feeds the list that is held up to this offset, all that is in it.
    fn feed_list(&mut self, found: Found, end: usize) -> Result<(), Reason> {
        let (State::List { nesting, told, .. }, Some(reader)) = (&mut self.state, &mut self.reader) else {
            return Ok(());
        };
        let fed = self.fed - self.ready..end;
        self.fed = self.ready + end;
        told.feed(reader, found.rule, nesting.children(), &self.bytes[self.ready..], fed)
    }

    /// A list is sound and whole: which of its children are tiles, and their ids.
    pub(super) fn list_ends(&mut self, found: Found, end_tag: Range<usize>) {
        let whole = self.fed > self.ready + found.tag;
        let mut open = true;
        if whole {
            let fed = self.feed_list(found, end_tag.start);
            open = self.reader.as_ref().is_some_and(Reader::inside);
            if let Err(reason) = fed.and_then(|()| self.feed_list(found, end_tag.end)) {
                return self.give_up(reason);
            }
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
        let ended = open && !reader.inside() && reader.closed_itself() && reader.kept() == 0;
        if let Err(reason) = outcome {
            return self.give_up(reason);
        }
        if !ended && whole {
            // The reader nests what is in the list otherwise: it passes.
            self.ready = self.read;
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
        self.outside.end_list();
        let (rule, name_end, end) = (found.rule, nesting.name_end(), end_tag.end);
        self.wait(Waiting { rule, name_end, ids, pieces, tags, rows: Vec::new(), end }, reason);
    }
}
