//! Formatting that a browser opens anew behind the element that it was left open in: what the reader knows of it outside
//! lists. Where the source leaves a doubt, it counts as lost.

use crate::reader::{at_end, is_html};
use lol_html::HandlerResult;
use lol_html::html_content::Element;
use std::cell::Cell;
use std::rc::Rc;

/// Elements that a browser opens anew until an end tag of theirs.
pub(crate) const FORMATTING: &str = "a,b,big,code,em,font,i,nobr,s,small,strike,strong,tt,u";

/// Elements from which no formatting gets out, and into which none gets. A cell outside a table is none.
pub(crate) const MARKERS: &str = "table td,table th,table caption,object,applet,marquee,template";

/// Formatting around and in front of a place, since the last marker.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Formatting {
    /// Elements that are open, by nesting in the source.
    pub(crate) open: usize,
    /// Something was closed by the end tag of another element.
    pub(crate) lost: bool,
    /// As `lost`, for elements that the next of their kind ends.
    pub(crate) lost_a: bool,
    pub(crate) lost_nobr: bool,
}

impl Formatting {
    pub(crate) fn is_lost(self) -> bool {
        self.lost || self.lost_a || self.lost_nobr
    }

    fn lose(&mut self, name: &str) {
        match name {
            "a" => self.lost_a = true,
            "nobr" => self.lost_nobr = true,
            _ => self.lost = true,
        }
    }
}

fn change(cell: &Cell<Formatting>, change: impl FnOnce(&mut Formatting)) {
    let mut formatting = cell.get();
    change(&mut formatting);
    cell.set(formatting);
}

/// A formatting element begins.
pub(crate) fn begin(element: &mut Element<'_, '_>, formatting: &Rc<Cell<Formatting>>) -> HandlerResult {
    if !is_html(element) {
        return Ok(());
    }
    let name = element.tag_name();
    change(formatting, |formatting| {
        match &*name {
            "a" => formatting.lost_a = false,
            "nobr" => formatting.lost_nobr = false,
            _ => {}
        }
        formatting.open += 1;
    });
    let formatting = Rc::clone(formatting);
    at_end(element, move |end| {
        change(&formatting, |formatting| {
            formatting.open = formatting.open.saturating_sub(1);
            if end != name {
                formatting.lose(&name);
            }
        });
    })
}

/// A marker begins.
pub(crate) fn mark(element: &mut Element<'_, '_>, formatting: &Rc<Cell<Formatting>>) -> HandlerResult {
    if !is_html(element) {
        return Ok(());
    }
    let name = element.tag_name();
    let is_cell = matches!(&*name, "td" | "th" | "caption");
    let before = formatting.replace(Formatting::default());
    let formatting = Rc::clone(formatting);
    at_end(element, move |end| {
        // Any other end tag does nothing in a browser, which stays inside.
        let closes = end == name || (is_cell && matches!(end, "tr" | "tbody" | "thead" | "tfoot" | "table"));
        let unsure = Formatting { lost: true, lost_a: true, lost_nobr: true, ..before };
        formatting.set(if closes { before } else { unsure });
    })
}
