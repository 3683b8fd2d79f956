//! The kinds of events: part of the artifact, since the learned weights are indexed by them.

/// What the shopper did with an item.
///
/// The numeric value is part of stored sessions and of the web boundary. Artifacts name the kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EventKind {
    /// Looked at the item: a product page, a click in a list.
    View = 0,
    /// Put it in the cart.
    Cart = 1,
    /// Put it on a wish list, followed or liked it.
    Wish = 2,
    /// Bought it.
    Purchase = 3,
    /// Reviewed, rated or commented on it.
    Review = 4,
    /// Took it out of the cart.
    Remove = 5,
    /// Anything else that a shop's log holds.
    Other = 6,
    /// Sent it back.
    Return = 7,
    /// Said that it is not wanted.
    Dislike = 8,
    /// Searched: the "item" is the text that was searched for.
    Search = 9,
    /// Looked at it for so many seconds; counts with the view before it.
    Dwell = 10,
    /// Asked for no more of a category or a brand, which is the "item".
    Mute = 11,
    /// Took that back.
    Unmute = 12,
    /// Had it before their eyes in a list.
    Impression = 13,
    /// Passed it over: saw it in a list and went on.
    Skip = 14,
}

/// The names of the kinds that format 2 weighs, in the order of their numeric values.
pub(crate) const KINDS_OF_FORMAT_2: &str = "view,cart,wish,purchase,review,remove,other";

impl EventKind {
    /// How many kinds there are.
    pub const COUNT: usize = 15;

    /// How many of them weigh in the state: the first ones, and the length of every table that a kind indexes.
    pub const WEIGHED: usize = 10;

    /// All kinds, in the order of their numeric values.
    pub const ALL: [EventKind; Self::COUNT] = [
        EventKind::View,
        EventKind::Cart,
        EventKind::Wish,
        EventKind::Purchase,
        EventKind::Review,
        EventKind::Remove,
        EventKind::Other,
        EventKind::Return,
        EventKind::Dislike,
        EventKind::Search,
        EventKind::Dwell,
        EventKind::Mute,
        EventKind::Unmute,
        EventKind::Impression,
        EventKind::Skip,
    ];

    /// Reads the names that shops' logs use, in any case; `None` for a name that is not known.
    ///
    /// ```
    /// use reshelf_artifact::EventKind;
    /// assert_eq!(EventKind::parse("add_to_cart"), Some(EventKind::Cart));
    /// assert_eq!(EventKind::parse("teleport"), None);
    /// ```
    pub fn parse(name: &str) -> Option<EventKind> {
        const NAMES: [(&str, EventKind); 48] = [
            ("view", EventKind::View),
            ("click", EventKind::View),
            ("clicks", EventKind::View),
            ("detail", EventKind::View),
            ("product_view", EventKind::View),
            ("view_item", EventKind::View),
            ("cart", EventKind::Cart),
            ("carts", EventKind::Cart),
            ("add_to_cart", EventKind::Cart),
            ("addtocart", EventKind::Cart),
            ("add-to-cart", EventKind::Cart),
            ("basket", EventKind::Cart),
            ("wish", EventKind::Wish),
            ("wishlist", EventKind::Wish),
            ("favourite", EventKind::Wish),
            ("favorite", EventKind::Wish),
            ("follow", EventKind::Wish),
            ("like", EventKind::Wish),
            ("purchase", EventKind::Purchase),
            ("buy", EventKind::Purchase),
            ("order", EventKind::Purchase),
            ("orders", EventKind::Purchase),
            ("transaction", EventKind::Purchase),
            ("checkout", EventKind::Purchase),
            ("review", EventKind::Review),
            ("comment", EventKind::Review),
            ("rating", EventKind::Review),
            ("remove", EventKind::Remove),
            ("remove_from_cart", EventKind::Remove),
            ("removefromcart", EventKind::Remove),
            ("remove-from-cart", EventKind::Remove),
            ("other", EventKind::Other),
            ("return", EventKind::Return),
            ("returned", EventKind::Return),
            ("refund", EventKind::Return),
            ("dislike", EventKind::Dislike),
            ("not_interested", EventKind::Dislike),
            ("hide", EventKind::Dislike),
            ("search", EventKind::Search),
            ("query", EventKind::Search),
            ("dwell", EventKind::Dwell),
            ("mute", EventKind::Mute),
            ("unmute", EventKind::Unmute),
            ("impression", EventKind::Impression),
            ("impressions", EventKind::Impression),
            ("shown", EventKind::Impression),
            ("skip", EventKind::Skip),
            ("skipped", EventKind::Skip),
        ];
        let name = name.trim();
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    }

    /// The kind with this numeric value; `None` past the last one.
    pub fn from_u8(value: u8) -> Option<EventKind> {
        Self::ALL.get(usize::from(value)).copied()
    }

    /// The plain name, which [`EventKind::parse`] reads back.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::View => "view",
            EventKind::Cart => "cart",
            EventKind::Wish => "wish",
            EventKind::Purchase => "purchase",
            EventKind::Review => "review",
            EventKind::Remove => "remove",
            EventKind::Other => "other",
            EventKind::Return => "return",
            EventKind::Dislike => "dislike",
            EventKind::Search => "search",
            EventKind::Dwell => "dwell",
            EventKind::Mute => "mute",
            EventKind::Unmute => "unmute",
            EventKind::Impression => "impression",
            EventKind::Skip => "skip",
        }
    }

    /// Whether it tells of what a list showed, and not of what the shopper asked for.
    pub fn is_shown(self) -> bool {
        self >= EventKind::Impression
    }

    /// Whether it tells what the shopper does not want.
    pub fn is_against(self) -> bool {
        matches!(self, EventKind::Return | EventKind::Dislike)
    }

    /// Its place in tables that a kind indexes; `None` for one that weighs nothing by itself.
    pub fn weighed(self) -> Option<usize> {
        let at = self as usize;
        (at < Self::WEIGHED).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_by_name_and_number() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.name()), Some(kind));
            assert_eq!(EventKind::from_u8(kind as u8), Some(kind));
        }
        let format_2: Vec<&str> = EventKind::ALL[..7].iter().map(|kind| kind.name()).collect();
        assert_eq!(format_2.join(","), KINDS_OF_FORMAT_2);
        assert_eq!(EventKind::from_u8(EventKind::COUNT as u8), None);
        assert_eq!(EventKind::parse(" Add_To_Cart "), Some(EventKind::Cart));
    }
}
