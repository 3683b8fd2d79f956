//! What is open in front of a list: by nesting in the source, where an end tag ends the nearest element of its name and all in it;
//! and what a browser may hold open beyond that.

use crate::element::Traits;
use crate::formatting::Formatting;
use crate::names::{Name, Names};
use crate::nesting::Around;

/// Elements that are open in each other, beyond which a page is not read: they take memory, and time to look through.
const MOST_OPEN: usize = 1 << 13;

/// Which standard names an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Html,
    Svg,
    MathMl,
}

#[derive(Clone, Copy)]
struct Element {
    name: Name,
    /// Those of an HTML element of that name.
    traits: Traits,
    space: Space,
    /// Of SVG or `MathML`, with HTML inside.
    integration: bool,
    /// How many links had begun when it did.
    links: u32,
}

pub(crate) struct Open {
    stack: Vec<Element>,
    names: Names,
    formatting: Formatting,
    /// Behind `</body>` or `</html>`, which close nothing in a browser.
    behind_body: bool,
    /// A form was begun and not ended by a tag of its own: a browser holds on to it, whatever else closes around it.
    form: bool,
    /// The last `select` was closed by the end tag of something else, which a browser does not heed.
    lost_select: bool,
    /// A template was closed by the end tag of something else, which a browser does not heed.
    lost_template: bool,
    /// Elements that the source has closed by an end tag that a browser does not heed: they may be open.
    lost: Traits,
    /// `a` and `nobr` that have begun.
    links: u32,
    /// How many elements are open around the list that is being read, or that passes.
    list: Option<usize>,
    /// Such a list has ended, and nobody was told so far.
    list_ended: bool,
}

/// An end tag in SVG or `MathML` that a browser may read otherwise.
#[derive(Debug)]
pub(crate) struct Unsure;

impl Open {
    pub(crate) fn new() -> Open {
        Open {
            stack: Vec::new(),
            names: Names::new(),
            formatting: Formatting::new(),
            behind_body: false,
            form: false,
            lost_select: false,
            lost_template: false,
            lost: Traits::NONE,
            links: 0,
            list: None,
            list_ended: false,
        }
    }

    /// Where the next start tag stands: in HTML, or in SVG or `MathML`.
    pub(crate) fn space(&self) -> Space {
        self.stack.last().map_or(Space::Html, |top| if top.integration { Space::Html } else { top.space })
    }

    /// What the innermost element is of, whatever it holds; and its name.
    pub(crate) fn innermost(&self) -> (Space, Name) {
        self.stack.last().map_or((Space::Html, Name::default()), |top| (top.space, top.name))
    }

    /// Whether there is room for one more element.
    pub(crate) fn has_room(&self) -> bool {
        self.stack.len() < MOST_OPEN
    }

    /// A tag that ends SVG and `MathML` closes all of it.
    pub(crate) fn break_out(&mut self) {
        while self.space() != Space::Html {
            self.pop(false);
        }
    }

    /// A start tag of an element that is empty, or closed at once.
    pub(crate) fn pass(&mut self, name: Name, traits: Traits) {
        if !traits.any(Traits::VOID) {
            self.names.begin(name);
            self.names.close(name);
        }
    }

    /// A start tag.
    pub(crate) fn begin(&mut self, name: Name, traits: Traits, space: Space, integration: bool) {
        if space == Space::Html {
            self.formatting.read(name, false);
            self.links += u32::from(traits.any(Traits::LONELY));
        }
        self.names.begin(name);
        if traits.any(Traits::TABLE) && self.is_between_cells() {
            self.lost = self.lost.and(Traits::TABLE);
        }
        self.form |= traits.any(Traits::FORM);
        self.stack.push(Element { name, traits, space, integration, links: self.links });
    }

    /// Right in a table, which ends where another begins there.
    fn is_between_cells(&self) -> bool {
        let cells = Traits::CELL.and(Traits::CAPTION).and(Traits::TEMPLATE);
        let met = self.stack.iter().rev().find(|element| element.traits.any(Traits::TABLE_PARTS.and(cells)));
        met.is_some_and(|element| element.traits.any(Traits::TABLE_PARTS))
    }

    /// An end tag.
    pub(crate) fn end(&mut self, name: Name, traits: Traits) -> Result<(), Unsure> {
        const BODY: Name = Name::of(b"body");
        const HTML: Name = Name::of(b"html");
        self.behind_body |= name == BODY || name == HTML;
        let open = if self.names.may_be_open(name) { &self.stack[..] } else { &[] };
        let found = open.iter().rposition(|element| element.name == name);
        if found.is_none_or(|at| self.stack[at].space == Space::Html) {
            self.formatting.read(name, true);
        }
        let Some(at) = found else {
            self.names.end(name);
            return Ok(());
        };
        let inside = &self.stack[at + 1..];
        let all = inside.iter().fold(Traits::NONE, |all, element| all.and(element.traits));
        let barriers = if traits.any(Traits::P) {
            Traits::SCOPE.and(Traits::BUTTON).and(Traits::SELECT).and(Traits::ENDS_P)
        } else {
            traits.barriers()
        };
        // The body's end closes nothing.
        if all.any(barriers) || (traits.any(Traits::PAGE) && !inside.is_empty()) {
            if self.stack[at..].iter().any(|element| element.space != Space::Html) {
                return Err(Unsure);
            }
            self.lost = self.lost.and(all).and(self.stack[at].traits);
        } else {
            self.names.end(name);
            // Only the form goes, and what is open in it stays.
            if traits.any(Traits::FORM) {
                self.lost = self.lost.and(all);
            }
        }
        while self.stack.len() > at {
            self.pop(self.stack.len() == at + 1);
        }
        Ok(())
    }

    fn pop(&mut self, by_itself: bool) {
        let Some(element) = self.stack.pop() else { return };
        self.names.close(element.name);
        if element.traits.any(Traits::FORM) {
            self.form = !by_itself;
        }
        if element.traits.any(Traits::SELECT) {
            self.lost_select = !by_itself;
        }
        self.lost_template |= element.traits.any(Traits::TEMPLATE) && !by_itself;
        if self.list.is_some_and(|depth| self.stack.len() <= depth) {
            (self.list, self.list_ended) = (None, true);
        }
    }

    /// An element that only a browser without scripts has open.
    pub(crate) fn note(&mut self, name: Name) {
        self.formatting.read(name, false);
        self.links += 1;
        self.names.begin(name);
        self.names.close(name);
    }

    /// The element that was begun last is a list: what stands around it, and whether that is SVG or `MathML`.
    pub(crate) fn begin_list(&mut self) -> (Around, bool) {
        let Some(((list, around), depth)) = self.stack.split_last().zip(self.stack.len().checked_sub(1)) else {
            return (Around::default(), false);
        };
        let (list, foreign) = (*list, list.space != Space::Html);
        let all = around.iter().fold(Traits::NONE, |all, element| all.and(element.traits));
        // Links that began since may have ended the one around, and be open themselves.
        let lonely = all.any(Traits::LONELY);
        let own = u32::from(list.traits.any(Traits::LONELY));
        let last = around.iter().any(|each| each.traits.any(Traits::LONELY) && each.links + own == self.links);
        let all_or_lost = all.and(self.lost);
        let item = all_or_lost.any(Traits::LI.and(Traits::DD));
        let paragraph = all_or_lost.any(Traits::P);
        let button = all_or_lost.any(Traits::BUTTON);
        let (link, other) = self.formatting.open();
        // A link around the list is no lost one, save where what is between them may have ended it, as an item the next.
        let lost_formatting = other || (link && (!last || item || paragraph || button));
        let around = Around {
            lonely: lonely || link,
            button,
            form: self.form,
            item,
            paragraph,
            ruby: all_or_lost.any(Traits::RUBY),
            select: all.any(Traits::SELECT) || self.lost_select,
            table: all.any(Traits::TABLE),
            cell: all.any(Traits::CELL.and(Traits::CAPTION)),
            template: all.any(Traits::TEMPLATE),
            lost_template: self.lost_template,
            lost_table: self.lost.any(Traits::TABLE),
            lost_formatting,
            behind_body: self.behind_body,
        };
        self.list = Some(depth);
        (around, foreign)
    }

    /// Whether a list is being read, or passes.
    pub(crate) fn in_list(&self) -> bool {
        self.list.is_some()
    }

    /// The list that is being read, by its name and traits.
    pub(crate) fn list(&self) -> Option<(Name, Traits)> {
        self.list.and_then(|depth| self.stack.get(depth)).map(|list| (list.name, list.traits))
    }

    /// Whether a list has ended since this was last asked.
    pub(crate) fn take_ended(&mut self) -> bool {
        core::mem::take(&mut self.list_ended)
    }

    /// Whether an end tag of this name, and not one of the list's, ends something around the list by nesting in the source.
    pub(crate) fn ends_around(&self, name: Name, heading: bool) -> bool {
        let around = &self.stack[..self.list.unwrap_or(0)];
        around.iter().any(|element| element.name == name || (heading && element.traits.any(Traits::HEADING)))
    }

    /// Whether a browser may have an element of this name open around the list: one begun without an end tag.
    pub(crate) fn may_be_unended(&self, name: Name) -> bool {
        self.names.may_be_unended(name)
    }
}
