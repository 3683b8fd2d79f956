//! Where a tag, a comment or raw text ends, as the standard's tokenizer says. Offsets count from the start of `bytes`; `None`
//! says that the end is not there yet.

use core::ops::Range;
use memchr::{memchr, memchr_iter, memmem};

/// A tag with its brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: Range<usize>,
    /// Behind the `>`.
    pub(crate) end: usize,
    /// Ends in `/>`, where that slash is not part of a value.
    pub(crate) self_closing: bool,
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'\x0c')
}

/// The tag whose name begins at `name`.
pub(crate) fn tag(bytes: &[u8], name: usize) -> Option<Tag> {
    let length = bytes[name..].iter().position(|&byte| is_space(byte) || byte == b'/' || byte == b'>')?;
    let mut attributes = Attributes { bytes, at: name + length };
    let mut behind_last = attributes.at;
    while attributes.next().is_some() {
        behind_last = attributes.at;
    }
    let close = attributes.at;
    let self_closing = close > behind_last && bytes[close - 1] == b'/';
    bytes.get(close).map(|_| Tag { name: name..name + length, end: close + 1, self_closing })
}

/// The attributes of a tag, from behind its name: names and values by their places.
pub(crate) struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One attribute. Without a value, or with an empty one, the value is empty.
pub(crate) struct Attribute {
    pub(crate) name: Range<usize>,
    pub(crate) value: Range<usize>,
}

impl<'a> Attributes<'a> {
    /// Those of the tag whose name ends at `at`.
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Attributes { bytes, at }
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|&byte| skipped(byte)) {
            self.at += 1;
        }
    }

    /// Where the bytes end inside a tag, it has no end: the place is then that of the end of the bytes.
    fn unfinished(&mut self) -> Option<Attribute> {
        self.at = self.bytes.len();
        None
    }
}

impl Iterator for Attributes<'_> {
    type Item = Attribute;

    fn next(&mut self) -> Option<Attribute> {
        self.skip_while(|byte| is_space(byte) || byte == b'/');
        let start = self.at;
        if *self.bytes.get(start)? == b'>' {
            return None;
        }
        // A `=` in the first place belongs to the name.
        self.at += 1;
        self.skip_while(|byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        let name = start..self.at;
        self.skip_while(is_space);
        if self.bytes.get(self.at) != Some(&b'=') {
            return Some(Attribute { name, value: start..start });
        }
        self.at += 1;
        self.skip_while(is_space);
        let start = self.at;
        let value = match self.bytes.get(start) {
            None => return self.unfinished(),
            Some(&b'>') => start..start,
            Some(&quote @ (b'"' | b'\'')) => {
                let Some(length) = memchr(quote, &self.bytes[start + 1..]) else { return self.unfinished() };
                self.at = start + 1 + length + 1;
                start + 1..start + 1 + length
            }
            Some(_) => {
                self.skip_while(|byte| !is_space(byte) && byte != b'>');
                start..self.at
            }
        };
        Some(Attribute { name, value })
    }
}

/// Behind the comment whose `<!--` begins at `start`. What was searched before up to `searched` holds no end.
pub(crate) fn comment_end(bytes: &[u8], start: usize, searched: usize) -> Option<usize> {
    let text = start + 4;
    let rest = bytes.get(text..)?;
    if rest.starts_with(b">") {
        return Some(text + 1);
    }
    if rest.starts_with(b"->") {
        return Some(text + 2);
    }
    // The dashes of an end may have been there already.
    Some(text + dashes_end(rest, searched.saturating_sub(text + 3))?)
}

/// Behind the `-->` or `--!>` that ends the text of a comment, no part of which ends before `from`.
pub(crate) fn dashes_end(text: &[u8], from: usize) -> Option<usize> {
    memchr_iter(b'>', text.get(from..)?).map(|at| from + at).find_map(|at| {
        let before = &text[..at];
        (before.ends_with(b"--") || before.ends_with(b"--!")).then_some(at + 1)
    })
}

/// Behind what begins with `<!` or `<?`, or with `</` and no letter, and is no comment with dashes.
pub(crate) fn bogus_comment_end(bytes: &[u8], start: usize) -> Option<usize> {
    Some(start + memchr(b'>', bytes.get(start..)?)? + 1)
}

/// Behind a section of CDATA that begins at `start`.
pub(crate) fn cdata_end(bytes: &[u8], start: usize) -> Option<usize> {
    Some(start + memmem::find(bytes.get(start..)?, b"]]>")? + 3)
}

/// Whether the end tag of `name` begins at `at`: `</name` and what ends a name.
pub(crate) fn ends_raw(bytes: &[u8], at: usize, name: &[u8]) -> bool {
    let Some(rest) = bytes[at..].strip_prefix(b"</") else { return false };
    is_name(rest, name)
}

fn is_name(rest: &[u8], name: &[u8]) -> bool {
    rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && rest.get(name.len()).is_some_and(|&byte| is_space(byte) || byte == b'/' || byte == b'>')
}

/// Where the end tag of raw text begins that starts at `from`: of `style`, `textarea` and the like. What was searched before
/// up to `searched` holds none.
pub(crate) fn raw_end(bytes: &[u8], from: usize, name: &[u8], searched: usize) -> Option<usize> {
    let again = from.max(searched.saturating_sub(name.len() + 3));
    memchr_iter(b'<', bytes.get(again..)?).map(|at| again + at).find(|&at| ends_raw(bytes, at, name))
}

/// Where the end tag of a script begins whose text starts at `from`.
pub(crate) fn script_end(bytes: &[u8], from: usize) -> Option<usize> {
    let (length, is_end) = Script::default().read(bytes.get(from..)?);
    is_end.then_some(from + length)
}

/// The text of a script, as far as it was read. A script in a comment in a script hides one end tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Script {
    #[default]
    Plain,
    Comment,
    InComment,
}

impl Script {
    /// The longest text that says something: `</script` and what ends a name.
    const LONGEST: usize = 9;

    /// Reads on: how many bytes are behind for good, and whether the end tag begins there.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let found = match self {
                Script::Plain => memchr(b'<', rest),
                _ => memchr::memchr2(b'<', b'-', rest),
            };
            let Some(skipped) = found else { return (bytes.len(), false) };
            at += skipped;
            let rest = &rest[skipped..];
            match self {
                // The dashes that begin it may be those that end it.
                Script::Plain if rest.starts_with(b"<!--") => (*self, at) = (Script::Comment, at + 2),
                Script::Comment | Script::InComment if rest.starts_with(b"-->") => {
                    (*self, at) = (Script::Plain, at + 3)
                }
                Script::Plain | Script::Comment if ends_raw(bytes, at, b"script") => return (at, true),
                Script::Comment if rest.starts_with(b"<") && is_name(&rest[1..], b"script") => {
                    (*self, at) = (Script::InComment, at + 7);
                }
                Script::InComment if ends_raw(bytes, at, b"script") => (*self, at) = (Script::Comment, at + 8),
                _ if rest.len() < Self::LONGEST => return (at, false),
                _ => at += 1,
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn attributes(text: &str) -> Vec<(&str, &str)> {
        Attributes::new(text.as_bytes(), 0).map(|each| (&text[each.name], &text[each.value])).collect()
    }

    #[test]
    fn attributes_are_read_as_the_standard_says() {
        assert_eq!(
            attributes(" a b=1 c='2>' d=\"3'\" e = f/g >h=i"),
            [("a", ""), ("b", "1"), ("c", "2>"), ("d", "3'"), ("e", "f/g")]
        );
        assert_eq!(attributes("/a/b=/c =d=e f='g'h=>i"), [("a", ""), ("b", "/c"), ("=d", "e"), ("f", "g"), ("h", "")]);
        assert_eq!(attributes("\ta\n=\x0c'x'>"), [("a", "x")]);
        assert_eq!(attributes(" a \"b='c'>"), [("a", ""), ("\"b", "c")]);
    }

    #[test]
    fn a_tag_ends_at_its_bracket_and_a_slash_counts_where_it_is_no_value() {
        for (text, self_closing) in [
            ("a>", false),
            ("a/>", true),
            ("a />", true),
            ("a b/>", true),
            ("a b=c/>", false),
            ("a b='c'/>", true),
            ("a b=c />", true),
            ("a/ >", false),
            ("a b='/'>", false),
        ] {
            let tag = tag(text.as_bytes(), 0).unwrap();
            assert_eq!((tag.end, tag.self_closing), (text.len(), self_closing), "{text}");
        }
        for text in ["a", "a ", "a b", "a b=", "a b='>", "a b=c", "a /"] {
            assert_eq!(tag(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn comments_end_as_the_standard_says() {
        for text in [
            "<!-->",
            "<!--->",
            "<!---->",
            "<!-- x -->",
            "<!-- --!>",
            "<!-- > -> -- >-->",
            "<!--<!-->",
            "<!--->",
            "<!----!>",
        ] {
            assert_eq!(comment_end(text.as_bytes(), 0, 0), Some(text.len()), "{text}");
            let longer = format!("{text}-->");
            assert_eq!(comment_end(longer.as_bytes(), 0, 0), Some(text.len()), "{longer}");
        }
        for text in ["<!--", "<!-- ", "<!-- -", "<!-- --", "<!-- --!", "<!-->".trim_end_matches('>'), "<!---!>"] {
            assert_eq!(comment_end(text.as_bytes(), 0, 0), None, "{text}");
        }
        let text = b"<!-- x -->";
        for searched in 0..text.len() {
            assert_eq!(comment_end(text, 0, searched), Some(text.len()), "{searched}");
        }
    }

    #[test]
    fn raw_text_ends_at_its_own_end_tag() {
        let end = |text: &str, name: &str| raw_end(text.as_bytes(), 0, name.as_bytes(), 0);
        assert_eq!(end("a</b></style >", "style"), Some(5));
        assert_eq!(end("</styles></STYLE/", "style"), Some(9));
        assert_eq!(end("</style", "style"), None);
        let text = b"ab </style>";
        for searched in 0..text.len() {
            assert_eq!(raw_end(text, 0, b"style", searched), Some(3));
        }
    }

    #[test]
    fn a_script_in_a_comment_hides_an_end_tag() {
        for (text, end) in [
            ("a</script>", 1),
            ("<!--</script>", 4),
            ("<!--<script></script>x</script>", 22),
            ("<!--<script>--></script>", 15),
            ("<!--><script></script>", 13),
            ("<!--<scripts></script>", 13),
            ("<!--<script></script>--></script>", 24),
            ("<!--<script></script><script></script></script>", 38),
        ] {
            assert_eq!(script_end(text.as_bytes(), 0), Some(end), "{text}");
        }
        assert_eq!(script_end(b"<!--<script></script>", 0), None);
    }
}
