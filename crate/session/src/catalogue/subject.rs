//! What an event may be about that is no item: a text that was searched for, a category or a brand that was looked through or of
//! which the shopper wants no more, a cluster of items that a token named. It is named like an item of the page and has a row composed of it, so that the log holds one kind of event.

use alloc::string::String;
use reshelf_artifact::Description;

/// Stands before what is no item's id. Pages take it for white space around an id, so that no id begins with it.
const MARK: u8 = 2;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A text that was searched for.
    Query(&'a str),
    /// A category's whole path, or its first step alone: a department.
    Category(&'a str),
    /// A brand.
    Brand(&'a str),
    /// A cluster of the model's items, by its number in digits: all that is known of a shopper who sent a token.
    Taste(&'a str),
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
            Subject::Query(text) => ('q', text),
            Subject::Category(text) => ('c', text),
            Subject::Brand(text) => ('b', text),
            Subject::Taste(text) => ('t', text),
        };
        let mut id = String::with_capacity(2 + text.len());
        id.push(char::from(MARK));
        id.push(letter);
        id.push_str(text);
        id
    }

    /// The subject of this name; `None` for an item's id.
    pub fn of_id(id: &'a str) -> Option<Self> {
        let (&[mark, letter], _) = id.as_bytes().split_first_chunk()?;
        let text = id.get(2..).filter(|_| mark == MARK)?;
        match letter {
            b'q' => Some(Subject::Query(text)),
            b'c' => Some(Subject::Category(text)),
            b'b' => Some(Subject::Brand(text)),
            b't' => Some(Subject::Taste(text)),
            _ => None,
        }
    }

    /// The same as what would be said of an item of this kind; nothing of a cluster, whose centre the model has.
    pub fn description(self) -> Description<'a> {
        let nothing = Description::default();
        match self {
            Subject::Query(text) => Description { title: Some(text), ..nothing },
            Subject::Category(text) => Description { category: Some(text), ..nothing },
            Subject::Brand(text) => Description { brand: Some(text), ..nothing },
            Subject::Taste(_) => nothing,
        }
    }
}
