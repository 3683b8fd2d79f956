//! What an end tag closes.

use super::{End, Nesting, Open, Progress, Stray, TABLE_CONTEXT};
use crate::element::Traits;
use crate::options::Reason;
use crate::tokens::Tag;

impl Nesting {
    pub(super) fn end_tag(&mut self, bytes: &[u8], start: usize, tag: &Tag) -> Result<(), Progress> {
        let name = &bytes[tag.name.clone()];
        if let Some(raw_end) = self.noscript {
            if start == raw_end {
                self.noscript = None;
            } else if start > raw_end {
                return Err(Progress::Unsound(Reason::Crossing));
            }
        }
        let Some(at) = self.closed_by(name, bytes).map_err(Progress::Unsound)? else { return Ok(()) };
        let Some(at) = at else {
            let may_pass = self.may_pass(name, bytes);
            let (between, heading) = (self.stack.len() == 1, Traits::of(name).any(Traits::HEADING));
            if !between && !may_pass {
                return Err(Progress::Unsound(Reason::Crossing));
            }
            (self.at, self.searched) = (tag.end, 0);
            return Err(Progress::Stray(Stray { name: tag.name.clone(), end: tag.end, between, heading, may_pass }));
        };
        self.leaves_nothing_open(at).map_err(Progress::Unsound)?;
        match at {
            0 if self.stack.len() == 1 => return Err(Progress::End(start..tag.end)),
            0 => {
                let table_parts = Traits::SECTION.and(Traits::ROW).and(Traits::CELL).and(Traits::CAPTION);
                if !self.stack[1].traits.any(table_parts.and(Traits::COLUMNS).and(Traits::IMPLIED)) {
                    return Err(Progress::Unsound(Reason::UnclosedTile));
                }
                self.imply_end(start);
                return Err(Progress::End(start..tag.end));
            }
            1 => {
                if let Some(child) = self.children.last_mut() {
                    (child.end_tag, child.end) = (start..tag.end, End::Written);
                }
            }
            _ => {}
        }
        self.stack.truncate(at);
        Ok(())
    }

    /// Whether an end tag that ends nothing in the list is without effect if nothing of its name is open around the list.
    fn may_pass(&self, name: &[u8], bytes: &[u8]) -> bool {
        let (traits, around) = (Traits::of(name), &self.around);
        let table = Traits::TABLE_PARTS.and(Traits::CELL).and(Traits::CAPTION);
        let options = Traits::SELECT.and(Traits::OPTION).and(Traits::OPTGROUP);
        // What a browser may hold open though the source does not say so, or another has closed it.
        let unsure = around.behind_body
            || (traits.any(Traits::FORMATTING) && around.lost_formatting)
            || (traits.any(Traits::FORM) && around.form)
            || (traits.any(Traits::TEMPLATE) && (around.template || around.lost_template))
            || (traits.any(options) && around.select)
            || (traits.any(table)
                && (around.table
                    || around.lost_table
                    || around.template
                    || self.stack.iter().any(|open| open.traits.any(TABLE_CONTEXT))));
        let never = Traits::PAGE.and(Traits::VOID).and(Traits::NOSCRIPT).and(Traits::P);
        let is = |open: &Open| bytes[open.name.clone()].eq_ignore_ascii_case(name);
        !unsure
            && !traits.any(never)
            && self.noscript.is_none()
            && !self.top().any(Traits::FOREIGN)
            && !self.in_select()
            && !self.stack.iter().any(is)
    }

    /// What an end tag closes: `None` if it is without effect, `Some(None)` if it is none of the list's.
    fn closed_by(&mut self, name: &[u8], bytes: &[u8]) -> Result<Option<Option<usize>>, Reason> {
        let heading = Traits::of(name).any(Traits::HEADING);
        let is = |open: &Open| {
            bytes[open.name.clone()].eq_ignore_ascii_case(name) || (heading && open.traits.any(Traits::HEADING))
        };
        let top = self.stack.len() - 1;
        if self.top().any(Traits::FOREIGN) {
            let is_top = bytes[self.stack[top].name.clone()].eq_ignore_ascii_case(name);
            return Ok(Some(is_top.then_some(top)));
        }
        let traits = Traits::of(name);
        if traits.any(Traits::VOID) {
            // `</br>` is a line break; the others are nothing.
            let reopens = self.reopens && self.stack.len() == 1;
            let harmless = !self.top().any(Traits::TABLE_PARTS) && !self.in_select() && !reopens;
            return if harmless { Ok(None) } else { Err(Reason::Crossing) };
        }
        if traits.any(Traits::P) {
            return Ok(match self.open_paragraph()? {
                Some(at) => Some(Some(at)),
                // It makes an empty paragraph.
                None if !self.top().any(Traits::TABLE_PARTS) && !self.in_select() => None,
                None => Some(None),
            });
        }
        let until = traits.barriers();
        let met = self.stack.iter().rposition(|open| is(open) || open.traits.any(until));
        let found = met.filter(|&at| is(&self.stack[at]) && !self.stack[at].traits.any(Traits::FOREIGN));
        if traits.any(Traits::FORM) && !self.stack.iter().any(|open| open.traits.any(Traits::TEMPLATE)) {
            // Only the form goes, and what is open in it stays.
            let inside = found.map_or(&[][..], |at| &self.stack[at + 1..]);
            if !inside.iter().all(|open| open.traits.any(Traits::IMPLIED)) {
                return Err(Reason::Crossing);
            }
        }
        Ok(Some(found))
    }
}
