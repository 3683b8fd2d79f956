//! What an event may be about that is no item: a text that was searched for, a category or a brand of which the shopper wants no
//! more. It is named like an item of the page and has a row composed of it, so that the log holds one kind of event.

use alloc::string::String;
use reshelf_artifact::Description;

/// Stands before what is no item's id. Pages take it for white space around an id, so that no id begins with it.
const MARK: &str = "\u{2}";

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A text that was searched for.
    Query(&'a str),
    /// A category's whole path, or its first step alone: a department.
    Category(&'a str),
    /// A brand.
    Brand(&'a str),
}

impl<'a> Subject<'a> {
    /// Its name among the ids of a session: [`Subject::of_id`] reads it back.
    ///
    /// ```
    /// use reshelf_session::catalogue::Subject;
    /// let subject = Subject::Query("red mug");
    /// assert_eq!(Subject::of_id(&subject.id()), Some(subject));
    /// assert_eq!(Subject::of_id("red mug"), None);
    /// ```
    pub fn id(self) -> String {
        let (letter, text) = match self {
            Subject::Query(text) => ("q", text),
            Subject::Category(text) => ("c", text),
            Subject::Brand(text) => ("b", text),
        };
        [MARK, letter, text].concat()
    }

    /// The subject of this name; `None` for an item's id.
    pub fn of_id(id: &'a str) -> Option<Self> {
        let named = id.strip_prefix(MARK)?;
        let (letter, text) = named.split_at_checked(1)?;
        match letter {
            "q" => Some(Subject::Query(text)),
            "c" => Some(Subject::Category(text)),
            "b" => Some(Subject::Brand(text)),
            _ => None,
        }
    }

    /// The same as what would be said of an item of this kind.
    pub fn description(self) -> Description<'a> {
        let nothing = Description::default();
        match self {
            Subject::Query(text) => Description { title: Some(text), ..nothing },
            Subject::Category(text) => Description { category: Some(text), ..nothing },
            Subject::Brand(text) => Description { brand: Some(text), ..nothing },
        }
    }
}
