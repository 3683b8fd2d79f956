//! A row of the log: what happened, with what, and what only the browser can see of it. May use `tables`.

use crate::tables::{BRANCHES, CATEGORIES, COLOURS, last_part};

/// What a row of the log says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    View,
    Cart,
    Wish,
    Remove,
    Purchase,
    Return,
    Dislike,
    Search,
    Impression,
}

impl Kind {
    /// The word in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::View => "view",
            Kind::Cart => "cart",
            Kind::Wish => "wish",
            Kind::Remove => "remove",
            Kind::Purchase => "purchase",
            Kind::Return => "return",
            Kind::Dislike => "dislike",
            Kind::Search => "search",
            Kind::Impression => "impression",
        }
    }

    /// What it counts in the shop's popularity.
    pub(crate) fn weight(self) -> f64 {
        match self {
            Kind::View => 1.0,
            Kind::Wish => 2.0,
            Kind::Cart => 4.0,
            Kind::Remove => -2.0,
            Kind::Purchase => 8.0,
            // The shop's counter knows of these no more than most do.
            Kind::Return | Kind::Dislike | Kind::Search | Kind::Impression => 0.0,
        }
    }

    /// Whether the shopper turned to an item.
    pub(crate) fn is_turn(self) -> bool {
        matches!(self, Kind::View | Kind::Cart | Kind::Wish | Kind::Remove | Kind::Purchase)
    }
}

/// A list of the shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum List {
    #[default]
    Home,
    /// By position in [`BRANCHES`].
    Branch(u8),
    /// By position in [`CATEGORIES`].
    Leaf(u8),
    /// What a search found.
    Found,
    /// "You may also like".
    Also,
}

impl List {
    /// The word in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            List::Home => "home",
            List::Branch(at) => last_part(BRANCHES[usize::from(at)].path),
            List::Leaf(at) => CATEGORIES[usize::from(at)].slug(),
            List::Found => "search",
            List::Also => "also",
        }
    }
}

/// What is searched for: a thing, and perhaps its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) leaf: u8,
    /// Where only the thing's kind is wanted, its shape is left out.
    pub(crate) shape: Option<u8>,
    /// By position in [`COLOURS`].
    pub(crate) colour: Option<u8>,
}

impl Query {
    /// What the shopper types.
    pub(crate) fn text(self) -> String {
        let shapes = &CATEGORIES[usize::from(self.leaf)].shapes;
        let thing = match self.shape {
            Some(shape) => shapes[usize::from(shape)].0,
            // "stove kettle" is a kettle.
            None => shapes[0].0.rsplit(' ').next().unwrap_or_default(),
        };
        match self.colour {
            Some(colour) => format!("{} {thing}", COLOURS[usize::from(colour)].name),
            None => thing.to_owned(),
        }
    }
}

/// A row of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) session: u32,
    /// Of a search, which has none, 0.
    pub(crate) item: u32,
    /// Milliseconds since the epoch.
    pub(crate) at: i64,
    pub(crate) kind: Kind,
    pub(crate) user: Option<u32>,
    /// How many; 0 where the question does not arise.
    pub(crate) quantity: u8,
    /// How long the item's page was looked at, in milliseconds; 0 where that is not known or does not arise.
    pub(crate) dwell: u32,
    /// Where the item was shown: the list, and the place in it from 0.
    pub(crate) shown: Option<(List, u8)>,
    pub(crate) query: Option<Query>,
}

impl Event {
    /// Something done with an item, of which nothing more is known.
    pub(crate) fn new(session: u32, item: u32, at: i64, kind: Kind) -> Self {
        Event { session, item, at, kind, user: None, quantity: 0, dwell: 0, shown: None, query: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_in_titles() {
        for leaf in 0..CATEGORIES.len() as u8 {
            let shapes = &CATEGORIES[usize::from(leaf)].shapes;
            let plain = Query { leaf, shape: None, colour: None }.text();
            assert!(!plain.is_empty() && shapes[0].0.ends_with(&plain));
            let full = Query { leaf, shape: Some(shapes.len() as u8 - 1), colour: Some(3) }.text();
            assert!(full.starts_with(COLOURS[3].name) && full.ends_with(shapes[shapes.len() - 1].0));
        }
    }
}
