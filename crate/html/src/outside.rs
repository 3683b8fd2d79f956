//! Reads a page between its lists: which of its bytes are tags, as the standard's tokenizer says, and what they leave open.
//!
//! `lol_html` knows a list by its selector, and would tell all of this as well, at twice the cost: it reads nothing here but
//! the tags that may be a list's, where selectors allow that.

use crate::element::Traits;
use crate::marks::Marks;
use crate::names::Name;
use crate::open::{Open, Space, Unsure};
use crate::options::Reason;
use crate::tokens::{self, Attributes, Script, Tag, is_space};
use memchr::{memchr, memmem};

/// What the next bytes are.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Text,
    /// A comment; at its beginning, where `>` ends it.
    Comment {
        fresh: bool,
    },
    /// What counts as one, until the next `>`.
    BogusComment,
    Cdata,
    /// Until the end tag of this name.
    Raw(&'static [u8]),
    Script(Script),
    /// Until the page ends.
    Plaintext,
}

/// Why reading stopped.
#[derive(Debug, PartialEq)]
pub(crate) enum Stop {
    /// There are no more bytes, or those of a token that is not complete.
    More,
    /// Behind a start tag of so many bytes that may be a list's, for `start` to take.
    Candidate(usize),
    /// Behind the end of the list or the script that was being read.
    Ended,
    Unsound(Reason),
}

pub(crate) struct Outside {
    pub(crate) open: Open,
    inside: Inside,
    /// So many bytes of the token that is not complete have no `>`.
    searched: usize,
    /// In a `select`, in which browsers of different years read tags differently, and in how many templates in it.
    select: Option<u32>,
    frameset: bool,
    /// What is open in the `noscript` that is being read.
    noted: Vec<Name>,
}

/// Letters of the longest name that is looked at in a `noscript`, and how many of them at most.
const LONGEST_NOTED: usize = 32;
const MOST_NOTED: usize = 100;

impl Outside {
    pub(crate) fn new() -> Outside {
        Outside {
            open: Open::new(),
            inside: Inside::Text,
            searched: 0,
            select: None,
            frameset: false,
            noted: Vec::new(),
        }
    }

    /// Reads on from `at`, which comes to stand behind what was read. Outside lists it stops at each start tag that has one of the
    /// marks, or at each there is.
    pub(crate) fn read(&mut self, bytes: &[u8], at: &mut usize, marks: Option<&Marks>) -> Stop {
        let mut mark = None;
        loop {
            let rest = &bytes[*at..];
            if self.inside != Inside::Text {
                let Some(length) = self.skip(rest) else { return Stop::More };
                *at += length;
                if self.inside != Inside::Text {
                    return Stop::More;
                }
                continue;
            }
            let Some(text) = memchr(b'<', rest) else {
                *at = bytes.len();
                return Stop::More;
            };
            *at += text;
            let start = *at;
            match bytes.get(start + 1) {
                None => return Stop::More,
                Some(b'!') => match self.declaration(&bytes[start + 2..]) {
                    Some(length) => *at = start + 2 + length,
                    None => return Stop::More,
                },
                Some(b'?') => self.inside = Inside::BogusComment,
                Some(b'/') => match bytes.get(start + 2) {
                    None => return Stop::More,
                    Some(letter) if letter.is_ascii_alphabetic() => {
                        let Some(tag) = self.tag(bytes, start, start + 2) else { return Stop::More };
                        *at = tag.end;
                        if self.end(&bytes[tag.name]).is_err() {
                            return Stop::Unsound(Reason::Ambiguous);
                        }
                        if self.open.take_ended() {
                            return Stop::Ended;
                        }
                    }
                    Some(_) => self.inside = Inside::BogusComment,
                },
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let Some(tag) = self.tag(bytes, start, start + 1) else { return Stop::More };
                    *at = tag.end;
                    if !self.open.in_list() && self.may_be_list(bytes, start, &tag, marks, &mut mark) {
                        return Stop::Candidate(tag.end - start);
                    }
                    if let Err(reason) = self.begin(bytes, &tag) {
                        return Stop::Unsound(reason);
                    }
                    if self.open.take_ended() {
                        return Stop::Ended;
                    }
                }
                Some(_) => *at += 1,
            }
        }
    }

    /// Takes a start tag at which `read` stopped.
    pub(crate) fn start(&mut self, tag: &[u8]) -> Result<(), Reason> {
        tokens::tag(tag, 1).map_or(Ok(()), |parts| self.begin(tag, &parts))
    }

    /// The tag that begins at `start`, if it is complete.
    fn tag(&mut self, bytes: &[u8], start: usize, name: usize) -> Option<Tag> {
        let tag = memchr(b'>', &bytes[start + self.searched..]).and_then(|_| tokens::tag(bytes, name));
        self.searched = if tag.is_some() { 0 } else { bytes.len() - start };
        tag
    }

    /// Whether a start tag has one of the marks and holds something. `mark` is where the next one stands.
    fn may_be_list(
        &self,
        bytes: &[u8],
        start: usize,
        tag: &Tag,
        marks: Option<&Marks>,
        mark: &mut Option<usize>,
    ) -> bool {
        if let Some(marks) = marks {
            if mark.is_none_or(|mark| mark < start) {
                *mark = Some(marks.first(&bytes[start..]).map_or(usize::MAX, |at| start + at));
            }
            if mark.is_none_or(|mark| mark >= tag.end) {
                return false;
            }
        }
        match self.space() {
            Space::Html => !Traits::of(&bytes[tag.name.clone()]).any(Traits::VOID),
            _ => !tag.self_closing,
        }
    }

    fn space(&self) -> Space {
        self.open.space()
    }

    /// What begins with `<!`, from behind that: how much of it is no comment.
    fn declaration(&mut self, rest: &[u8]) -> Option<usize> {
        const CDATA: &[u8] = b"[CDATA[";
        let foreign = self.open.innermost().0 != Space::Html;
        if rest.starts_with(b"--") {
            self.inside = Inside::Comment { fresh: true };
            Some(2)
        } else if foreign && rest.starts_with(CDATA) {
            self.inside = Inside::Cdata;
            Some(CDATA.len())
        } else if b"--".starts_with(rest) || (foreign && CDATA.starts_with(rest)) {
            None
        } else {
            self.inside = Inside::BogusComment;
            Some(0)
        }
    }

    /// Skips what is not text: how many bytes. `None` if more are needed to tell.
    fn skip(&mut self, rest: &[u8]) -> Option<usize> {
        match &mut self.inside {
            Inside::Text => Some(0),
            Inside::Comment { fresh } => {
                if *fresh {
                    if rest.len() < 2 && b"->".starts_with(rest) {
                        return None;
                    }
                    let end = [b">".as_slice(), b"->"].into_iter().find(|end| rest.starts_with(end));
                    *fresh = false;
                    if let Some(end) = end {
                        self.inside = Inside::Text;
                        return Some(end.len());
                    }
                }
                // The comment's beginning is behind: no dash of it counts.
                match tokens::dashes_end(rest, 0) {
                    Some(end) => {
                        self.inside = Inside::Text;
                        Some(end)
                    }
                    None => Some(rest.len().saturating_sub(3)),
                }
            }
            Inside::BogusComment => match memchr(b'>', rest) {
                Some(end) => {
                    self.inside = Inside::Text;
                    Some(end + 1)
                }
                None => Some(rest.len()),
            },
            Inside::Cdata => match memmem::find(rest, b"]]>") {
                Some(end) => {
                    self.inside = Inside::Text;
                    Some(end + 3)
                }
                None => Some(rest.len().saturating_sub(2)),
            },
            Inside::Raw(name) => {
                let noscript = *name == NOSCRIPT;
                let (end, is_end) = text_end(rest, name, if noscript { LONGEST_NOTED } else { name.len() });
                if is_end {
                    self.inside = Inside::Text;
                }
                if noscript {
                    self.note(&rest[..end]);
                    for name in if is_end { self.noted.split_off(0) } else { Vec::new() } {
                        self.open.note(name);
                    }
                }
                Some(end)
            }
            Inside::Script(script) => {
                let (end, is_end) = script.read(rest);
                if is_end {
                    self.inside = Inside::Text;
                }
                Some(end)
            }
            Inside::Plaintext => Some(rest.len()),
        }
    }

    /// Where scripts do not run, what is in a `noscript` is tags: those that it leaves open count.
    fn note(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(at) = memchr(b'<', rest) {
            rest = &rest[at + 1..];
            let (closes, name) = match rest.strip_prefix(b"/") {
                Some(name) => (true, name),
                None => (false, rest),
            };
            let Some(length) = name.iter().take(LONGEST_NOTED).position(ends_name) else { continue };
            let name = Name::of(&name[..length]);
            let before = self.noted.iter().rposition(|&noted| noted == name);
            match before {
                Some(at) if closes => drop(self.noted.swap_remove(at)),
                None if closes => {}
                _ if self.noted.len() < MOST_NOTED => self.noted.push(name),
                // No page has as many: they count as left open.
                _ => self.open.note(name),
            }
        }
    }

    /// A start tag.
    fn begin(&mut self, bytes: &[u8], tag: &Tag) -> Result<(), Reason> {
        let name = &bytes[tag.name.clone()];
        let (key, traits) = (Name::of(name), Traits::of(name));
        if !self.open.has_room() {
            return Err(Reason::Memory);
        }
        let (innermost, within) = self.open.innermost();
        // A browser heeds none of these where HTML is inside SVG or MathML, and is in that still.
        if innermost != Space::Html
            && self.space() == Space::Html
            && (traits.any(Traits::PAGE) || traits.is_table_part())
        {
            return Err(Reason::Ambiguous);
        }
        // Two elements of MathML may stand where HTML is inside, and so may SVG in an annotation.
        let stays_inside =
            innermost == Space::MathMl && if within == ANNOTATION { key == SVG } else { key == GLYPH || key == MARK };
        let space = if stays_inside { Space::MathMl } else { self.space() };
        if space != Space::Html {
            let is_font = name.eq_ignore_ascii_case(b"font");
            let stays = if is_font { !is_html_font(bytes, tag) } else { !traits.any(Traits::BREAKS_OUT) };
            if stays {
                let space = if key == SVG && within == ANNOTATION { Space::Svg } else { space };
                let integration = is_integration(space, name, bytes, tag);
                if tag.self_closing {
                    self.open.pass(key, Traits::NONE);
                } else {
                    self.open.begin(key, traits, space, integration);
                }
                return Ok(());
            }
            self.open.break_out();
        }
        self.watch(name, traits);
        if traits.any(Traits::FOREIGN) {
            let space = if name.eq_ignore_ascii_case(b"svg") { Space::Svg } else { Space::MathMl };
            if tag.self_closing {
                self.open.pass(key, traits);
            } else {
                self.open.begin(key, traits, space, false);
            }
            return Ok(());
        }
        if traits.any(Traits::VOID) {
            self.open.pass(key, traits);
            return Ok(());
        }
        self.open.begin(key, traits, Space::Html, false);
        if traits.any(Traits::SCRIPT) {
            self.inside = Inside::Script(Script::default());
        } else if traits.any(Traits::RAW.and(Traits::NOSCRIPT).and(Traits::PAGE))
            && let Some(&raw) = RAW.iter().find(|raw| raw.eq_ignore_ascii_case(name))
        {
            if self.select == Some(0) || (self.frameset && raw != b"noframes") {
                return Err(Reason::Ambiguous);
            }
            self.inside = if raw == PLAINTEXT { Inside::Plaintext } else { Inside::Raw(raw) };
        }
        Ok(())
    }

    /// The list that is being read was read elsewhere, to its end.
    pub(crate) fn end_list(&mut self) {
        if let Some((name, traits)) = self.open.list() {
            // Nothing is open in it.
            let _ = self.close(name, traits);
            self.open.take_ended();
        }
    }

    /// An end tag.
    fn end(&mut self, name: &[u8]) -> Result<(), Unsure> {
        let (key, traits) = (Name::of(name), Traits::of(name));
        if self.space() != Space::Html && (key == PARAGRAPH || key == BREAK) {
            self.open.break_out();
        }
        self.close(key, traits)
    }

    fn close(&mut self, name: Name, traits: Traits) -> Result<(), Unsure> {
        if traits.any(Traits::SELECT) {
            self.select = None;
        } else if traits.any(Traits::TEMPLATE) {
            self.select = self.select.map(|depth| depth.saturating_sub(1));
        }
        self.open.end(name, traits)
    }

    /// Sees whether what follows can be read for certain.
    fn watch(&mut self, name: &[u8], traits: Traits) {
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        if traits.any(Traits::SELECT) {
            // One in another ends it.
            self.select = if self.select.is_some() { None } else { Some(0) };
        } else if let Some(depth) = self.select {
            if traits.any(Traits::TEMPLATE) {
                self.select = Some(depth + 1);
            } else if depth == 0 && (is(b"textarea") || is(b"input") || is(b"keygen")) {
                self.select = None;
            }
        }
        self.frameset |= traits.any(Traits::PAGE) && is(b"frameset");
    }
}

/// Elements in which there are no tags, but for scripts.
const RAW: [&[u8]; 9] =
    [b"style", b"textarea", b"title", b"iframe", b"noembed", b"noframes", b"xmp", NOSCRIPT, PLAINTEXT];
const ANNOTATION: Name = Name::of(b"annotation-xml");
const BREAK: Name = Name::of(b"br");
const GLYPH: Name = Name::of(b"mglyph");
const MARK: Name = Name::of(b"malignmark");
const PARAGRAPH: Name = Name::of(b"p");
const SVG: Name = Name::of(b"svg");

const NOSCRIPT: &[u8] = b"noscript";
const PLAINTEXT: &[u8] = b"plaintext";

/// How much of a raw text is behind for good, and whether its end tag begins there. A name of so many letters that has no end yet is
/// kept.
fn text_end(rest: &[u8], name: &[u8], longest: usize) -> (usize, bool) {
    let mut from = 0;
    while let Some(at) = memchr(b'<', &rest[from..]).map(|at| from + at) {
        if tokens::ends_raw(rest, at, name) {
            return (at, true);
        }
        let tag = &rest[at + 1..];
        let tag = tag.strip_prefix(b"/").unwrap_or(tag);
        if tag.len() <= longest && !tag.iter().any(ends_name) {
            return (at, false);
        }
        from = at + 1;
    }
    (rest.len(), false)
}

fn ends_name(byte: &u8) -> bool {
    is_space(*byte) || *byte == b'/' || *byte == b'>'
}

/// Whether HTML is inside an element of SVG or `MathML`.
fn is_integration(space: Space, name: &[u8], bytes: &[u8], tag: &Tag) -> bool {
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    match space {
        Space::Html => false,
        Space::Svg => is(b"foreignobject") || is(b"desc") || is(b"title"),
        Space::MathMl => {
            let texts: [&[u8]; 5] = [b"mi", b"mo", b"mn", b"ms", b"mtext"];
            let encodings: [&[u8]; 2] = [b"text/html", b"application/xhtml+xml"];
            texts.into_iter().any(is)
                || (is(b"annotation-xml")
                    && Attributes::new(bytes, tag.name.end)
                        .find(|attribute| bytes[attribute.name.clone()].eq_ignore_ascii_case(b"encoding"))
                        .is_some_and(|found| {
                            encodings.iter().any(|html| bytes[found.value.clone()].eq_ignore_ascii_case(html))
                        }))
        }
    }
}

/// A `font` with one of these attributes is never of SVG.
fn is_html_font(bytes: &[u8], tag: &Tag) -> bool {
    let marks: [&[u8]; 3] = [b"color", b"face", b"size"];
    Attributes::new(bytes, tag.name.end)
        .any(|attribute| marks.iter().any(|mark| bytes[attribute.name.clone()].eq_ignore_ascii_case(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a page in pieces of a size, as one that is kept: the texts of the tags that may be lists', none of which is one.
    fn candidates(page: &str, size: usize) -> (Vec<String>, Outside) {
        let (marks, mut outside, mut at, mut found) =
            (Marks::of(["[data-x]"].into_iter()), Outside::new(), 0, Vec::new());
        for end in (0..page.len()).step_by(size).map(|start| page.len().min(start + size)) {
            let bytes = &page.as_bytes()[..end];
            loop {
                match outside.read(bytes, &mut at, marks.as_ref()) {
                    Stop::Candidate(length) => {
                        let tag = &bytes[at - length..at];
                        found.push(String::from_utf8_lossy(tag).into_owned());
                        assert_eq!(outside.start(tag), Ok(()));
                    }
                    Stop::More => break,
                    other => found.push(format!("{other:?}")),
                }
                if found.last().is_some_and(|last| last.starts_with("Unsound")) {
                    return (found, outside);
                }
            }
        }
        (found, outside)
    }

    #[test]
    fn tags_are_read_as_the_standard_says_wherever_the_bytes_are_cut() {
        let x = "<x data-x>";
        for (page, count) in [
            ("<p title='<x data-x>'>a</p>{}", 1),
            ("<!-- {} --{} -->{}<!-->{}<!--->{}<!-- --!>{}", 4),
            ("<!doctype {}{}<!x {}{}<?x {}{}</ {}{}", 4),
            ("<script>{}</scripts></script >{}<script><!--<script></script>{}</script>{}", 2),
            ("<script><!-- {} </script>{}", 1),
            ("<style>{}</style>{}<TEXTAREA>{}</textareas>{}</TextArea\n>{}", 2),
            ("<title>{}</title><iframe>{}</iframe><xmp>{}</xmp><noembed>{}</noembed><noframes>{}</noframes>{}", 1),
            ("<noscript>{}<b></noscript>{}", 1),
            ("<svg><style>{}</style><script>{}</script><title>{}<textarea>{}</textarea></title></svg>{}", 4),
            ("<svg><![CDATA[ {} ]]>{}<desc><![CDATA[ {} ]]></desc></svg><![CDATA[ {}{}", 2),
            ("<svg><p><style>{}</style>", 0),
            ("<svg><font><style>{}</style></font><font color=red><style>{}</style>", 1),
            (
                "<math><title>{}</title><mi><title>{}</title></mi><annotation-xml encoding=text/HTML><title>{}</title>",
                1,
            ),
            ("<svg/><style>{}</style><svg><style/>{}", 1),
            ("<plaintext>{}</plaintext>{}", 0),
            ("< {}<1 {}<", 2),
            ("<br data-x><img data-x><svg><g data-x/></svg>{}", 1),
            ("<select><option></select><style>{}</style>{}", 1),
            ("<select><template><style>{}</style>{}", 1),
            ("<select><textarea>{}</textarea>{}", 1),
            ("data-x {} data-x <i data-y>{}", 2),
        ] {
            let page = page.replace("{}", x);
            for size in 1..=page.len() {
                let (found, _) = candidates(&page, size);
                assert_eq!(found.iter().filter(|&each| each == x).count(), count, "{page} by {size}: {found:?}");
            }
        }
        for page in ["<select><style>", "<frameset><style>"] {
            for size in 1..=page.len() {
                assert_eq!(candidates(page, size).0, ["Unsound(Ambiguous)"], "{page} by {size}");
            }
        }
    }

    #[test]
    fn what_is_left_open_counts_wherever_the_bytes_are_cut() {
        // The name of an end tag; whether it ends something by the source, and whether a browser may know something else.
        for (page, name, ends, unended) in [
            ("<div></div><ul>", "div", false, false),
            ("<span><DIV></span><ul>", "div", false, true),
            ("</div><div></div><ul>", "div", false, false),
            ("<!-- <div> --><script>'<div>'</script><ul>", "div", false, false),
            ("<div title='</div>'><ul>", "div", true, true),
            ("<noscript><div></noscript><ul>", "div", false, true),
            ("<a-name-of-many-letters><ul>", "a-name-of-many-letters", true, true),
            ("<img><svg><path/></svg><ul>", "path", false, true),
        ] {
            for size in 1..=page.len() {
                let (_, mut outside) = candidates(page, size);
                outside.open.begin_list();
                let name = Name::of(name.as_bytes());
                let found = (outside.open.ends_around(name, false), outside.open.may_be_unended(name));
                assert_eq!(found, (ends, unended), "{page} by {size}");
            }
        }
    }

    #[test]
    fn what_stands_around_a_list_is_what_the_source_has_open() {
        for (page, expected) in [
            ("<a><p><ul>", "lonely paragraph lost_formatting"),
            ("<a><div><ul>", "lonely"),
            ("<form></form><table><tr><td><ul>", "table cell"),
            ("<div><form></div><ul>", "form"),
            ("<div><select></div><ul>", "select"),
            ("<div><template></div><ul>", "lost_template"),
            ("<template><li><button><ul>", "button item template"),
            ("<b><ul>", "lost_formatting"),
            ("</body><ul>", "behind_body"),
        ] {
            let (_, mut outside) = candidates(page, page.len());
            let (around, foreign) = outside.open.begin_list();
            let said = format!("{around:?}");
            let found = said.trim_matches(|letter| letter != ' ').split([',', '{', '}']);
            let found: Vec<&str> = found.filter_map(|each| each.trim().strip_suffix(": true")).collect();
            assert_eq!((found.join(" ").as_str(), foreign), (expected, false), "{page}");
        }
        let (_, mut outside) = candidates("<svg><g>", 8);
        assert!(outside.open.begin_list().1);
    }

    #[test]
    fn elements_without_an_end_take_no_memory_without_an_end() {
        let page = "<x>".repeat(100_000);
        assert_eq!(candidates(&page, page.len()).0, ["Unsound(Memory)"]);
    }
}
