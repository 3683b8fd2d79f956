//! What is open in front of a list: by nesting in the source, where an end tag ends the nearest element of its name and all in it;
//! and what a browser may hold open beyond that.

use crate::element::Traits;
use crate::formatting::Formatting;
use crate::names::{Name, Names};
use crate::nesting::Around;

/// Elements that are open in each other, beyond which a page is not read: they take memory.
const MOST_OPEN: usize = 1 << 15;

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
    /// How many elements are open around the list that is being read.
    list: Option<usize>,
}

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
            list: None,
        }
    }

    /// Where the next start tag stands: in HTML, or in SVG or `MathML`.
    pub(crate) fn space(&self) -> Space {
        self.stack.last().map_or(Space::Html, |top| if top.integration { Space::Html } else { top.space })
    }

    /// Whether there is room for one more element.
    pub(crate) fn has_room(&self) -> bool {
        self.stack.len() < MOST_OPEN
    }

    /// A start tag that ends SVG and `MathML` closes all of it.
    pub(crate) fn break_out(&mut self) {
        while self.space() != Space::Html {
            let Some(element) = self.stack.pop() else { return };
            self.closes(element, false);
        }
    }

    /// A start tag of an element that is empty, or closed at once.
    pub(crate) fn pass(&mut self, name: Name, traits: Traits) {
        self.formatting.read(name, false);
        if !traits.any(Traits::VOID) {
            self.names.begin(name);
            self.names.close(name);
        }
    }

    /// A start tag.
    pub(crate) fn begin(&mut self, name: Name, traits: Traits, space: Space, integration: bool) {
        self.formatting.read(name, false);
        self.names.begin(name);
        self.form |= traits.any(Traits::FORM);
        self.stack.push(Element { name, traits, space, integration });
    }

    /// An end tag.
    pub(crate) fn end(&mut self, name: Name) {
        const BODY: Name = Name::of(b"body");
        const HTML: Name = Name::of(b"html");
        self.formatting.read(name, true);
        self.behind_body |= name == BODY || name == HTML;
        self.names.end(name);
        if !self.names.may_be_open(name) {
            return;
        }
        let Some(at) = self.stack.iter().rposition(|element| element.name == name) else { return };
        while self.stack.len() > at {
            let Some(element) = self.stack.pop() else { return };
            self.closes(element, self.stack.len() == at);
        }
    }

    fn closes(&mut self, element: Element, by_itself: bool) {
        self.names.close(element.name);
        if element.traits.any(Traits::FORM) {
            self.form = !by_itself;
        }
        if element.traits.any(Traits::SELECT) {
            self.lost_select = !by_itself;
        }
        self.lost_template |= element.traits.any(Traits::TEMPLATE) && !by_itself;
    }

    /// Formatting where only a browser without scripts sees tags.
    pub(crate) fn note(&mut self, name: Name, closes: bool) {
        self.formatting.read(name, closes);
        if closes {
            self.names.end(name);
        } else {
            self.names.begin(name);
            self.names.close(name);
        }
    }

    /// The element that was begun last is a list: what stands around it, and whether that is SVG or `MathML`.
    pub(crate) fn begin_list(&mut self) -> (Around, bool) {
        let Some(((list, around), depth)) = self.stack.split_last().zip(self.stack.len().checked_sub(1)) else {
            return (Around::default(), false);
        };
        let foreign = list.space != Space::Html;
        let all = around.iter().fold(Traits::NONE, |all, element| all.and(element.traits));
        let lonely = all.any(Traits::LONELY);
        let (item, paragraph, button) =
            (all.any(Traits::LI.and(Traits::DD)), all.any(Traits::P), all.any(Traits::BUTTON));
        let (link, other) = self.formatting.open();
        // A link around the list is no lost one, save where what is between them may have ended it, as an item the next.
        let lost_formatting = other || (link && (!lonely || item || paragraph || button));
        let around = Around {
            lonely: lonely || link,
            button,
            form: self.form,
            item,
            paragraph,
            select: all.any(Traits::SELECT) || self.lost_select,
            table: all.any(Traits::TABLE),
            cell: all.any(Traits::CELL.and(Traits::CAPTION)),
            template: all.any(Traits::TEMPLATE),
            lost_template: self.lost_template,
            lost_formatting,
            behind_body: self.behind_body,
        };
        self.list = Some(depth);
        (around, foreign)
    }

    /// Whether a list is being read, or passes.
    pub(crate) fn in_list(&self) -> bool {
        self.list.is_some_and(|depth| self.stack.len() > depth)
    }

    /// The list was read elsewhere, to its end.
    pub(crate) fn end_list(&mut self) {
        let Some(name) = self.list.take().and_then(|depth| self.stack.get(depth)).map(|list| list.name) else { return };
        self.end(name);
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
