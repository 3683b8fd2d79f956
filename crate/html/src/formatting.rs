//! What may have been left open in front of a list: formatting, which a browser opens anew in it, and elements that an end tag in
//! it may close, though nobody else knows of them.
//!
//! Counts tags by their names alone, since handlers on every element would cost as much as all the rest. Where that leaves a doubt,
//! as for a list in a `<font>`, an element counts as left open.

use crate::tokens::is_space;
use memchr::{memchr, memmem};
use std::collections::BTreeMap;

const NAMES: [&[u8]; 14] =
    [b"a", b"nobr", b"b", b"big", b"code", b"em", b"font", b"i", b"s", b"small", b"strike", b"strong", b"tt", b"u"];

/// As many bytes of a tag as its name may need, with the brackets and what ends it.
const LONGEST: usize = 12;

/// Open tables and templates in each other, and names of tags, beyond which everything counts as left open: no shop's page has as
/// many, and no page may take memory for them.
const MOST_LEVELS: usize = 512;
const MOST_NAMES: usize = 512;

/// Tags that are open since the last element that formatting does not get out of.
#[derive(Clone, Copy, Default)]
struct Level {
    open: [u8; NAMES.len()],
    /// In a cell, and not between the cells of a table.
    in_cell: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Page,
    Comment,
    /// Until the end tag of this name.
    Raw(&'static [u8]),
}

/// Elements in which there are no tags.
const RAW: [&[u8]; 3] = [b"script", b"style", b"textarea"];

pub(crate) struct Formatting {
    levels: Vec<Level>,
    /// How many elements of a name, in small letters, begin without an end tag.
    open: BTreeMap<[u8; LONGEST], u16>,
    /// The same where the list began that is being read.
    before: BTreeMap<[u8; LONGEST], u16>,
    /// The name of the last end tag.
    last_end: [u8; LONGEST],
    inside: Inside,
    /// The beginning of a tag whose name may go on, or of a comment's end.
    cut: Vec<u8>,
    /// Behind `</body>` or `</html>`, which close nothing in a browser.
    pub(crate) behind_body: bool,
}

impl Formatting {
    pub(crate) fn new() -> Formatting {
        Formatting {
            levels: vec![Level { in_cell: true, ..Level::default() }],
            open: BTreeMap::new(),
            before: BTreeMap::new(),
            last_end: [0; LONGEST],
            inside: Inside::Page,
            cut: Vec::new(),
            behind_body: false,
        }
    }

    /// Whether an `a` or a `nobr` may be open, and whether anything else.
    pub(crate) fn open(&self) -> (bool, bool) {
        let last = self.levels.last().filter(|_| self.levels.len() < MOST_LEVELS);
        let Some(Level { open, .. }) = last else { return (true, true) };
        (open[..2].iter().any(|&count| count > 0), open[2..].iter().any(|&count| count > 0))
    }

    /// A list begins behind what was read.
    pub(crate) fn begin_list(&mut self) {
        self.before.clone_from(&self.open);
    }

    /// Whether a browser may have an element open around the list that the last end tag read names: one began without an end tag.
    pub(crate) fn ends_something(&self) -> bool {
        self.before.get(&self.last_end).is_some_and(|&open| open > 0) || self.open.len() >= MOST_NAMES
    }

    /// Reads on.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        if self.cut.is_empty() {
            return self.read_whole(bytes);
        }
        let mut joined = core::mem::take(&mut self.cut);
        joined.extend(bytes);
        self.read_whole(&joined);
    }

    fn read_whole(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..) {
            if self.inside == Inside::Comment {
                let Some(end) = memmem::find(rest, b"-->") else {
                    self.cut = rest[rest.len().saturating_sub(2)..].to_vec();
                    return;
                };
                self.inside = Inside::Page;
                at += end + 3;
                continue;
            }
            let Some(start) = memchr(b'<', rest) else { return };
            let tag = &rest[start + 1..];
            if tag.len() < LONGEST && !tag.contains(&b'>') {
                self.cut = rest[start..].to_vec();
                return;
            }
            at += start + 1;
            self.tag(tag);
        }
    }

    /// What follows a `<`.
    fn tag(&mut self, tag: &[u8]) {
        let (closes, name) = match tag.strip_prefix(b"/") {
            Some(name) => (true, name),
            None => (false, tag),
        };
        let is_end = |&byte: &u8| is_space(byte) || byte == b'/' || byte == b'>';
        let Some(length) = name[..name.len().min(LONGEST)].iter().position(is_end) else { return };
        let is = |other: &&[u8]| other.eq_ignore_ascii_case(&name[..length]);
        if let Inside::Raw(raw) = self.inside {
            if closes && is(&raw) {
                self.inside = Inside::Page;
            }
            return;
        }
        if tag.starts_with(b"!--") {
            // One that ends at once hides nothing.
            if !tag.starts_with(b"!-->") && !tag.starts_with(b"!--->") {
                self.inside = Inside::Comment;
            }
            return;
        }
        let Some(first) = name.first().map(u8::to_ascii_lowercase) else { return };
        self.count(&name[..length], closes);
        if !b"abcefhinostu".contains(&first) {
            return;
        }
        if let Some(at) = NAMES.iter().position(is) {
            self.formatting(at, closes);
        } else if let Some(&raw) = RAW.iter().find(|raw| is(raw)).filter(|_| !closes) {
            self.inside = Inside::Raw(raw);
        } else if closes && (is(&b"body".as_slice()) || is(&b"html".as_slice())) {
            self.behind_body = true;
        } else if first == b't' || first == b'c' || first == b'o' {
            self.marker(&name[..length], closes);
        }
    }

    fn count(&mut self, name: &[u8], closes: bool) {
        let mut key = [0; LONGEST];
        key[..name.len()].copy_from_slice(name);
        key.make_ascii_lowercase();
        let is_full = self.open.len() >= MOST_NAMES;
        if closes {
            self.last_end = key;
        }
        match self.open.get_mut(&key) {
            Some(open) if closes => *open = open.saturating_sub(1),
            Some(open) => *open = open.saturating_add(1),
            None if !closes && !is_full => drop(self.open.insert(key, 1)),
            None => {}
        }
    }

    fn formatting(&mut self, at: usize, closes: bool) {
        let depth = self.levels.len();
        // Right in a table, a browser puts it in front of that.
        let from = if self.levels[depth - 1].in_cell || closes { depth - 1 } else { 0 };
        for level in &mut self.levels[from..] {
            let open = &mut level.open[at];
            *open = match (closes, at < 2) {
                (true, _) => open.saturating_sub(1),
                (false, true) => 1,
                (false, false) => open.saturating_add(1),
            };
        }
    }

    /// The parts of tables, `template` and `object`: what was left open around or in front of them stays outside.
    fn marker(&mut self, name: &[u8], closes: bool) {
        let depth = self.levels.len();
        let is = |other: &[u8]| other.eq_ignore_ascii_case(name);
        let level = &mut self.levels[depth - 1];
        if is(b"td") || is(b"th") || is(b"caption") {
            if depth > 1 {
                *level = Level { in_cell: !closes, ..Level::default() };
            }
        } else if is(b"tr") || is(b"tbody") || is(b"thead") || is(b"tfoot") {
            if depth > 1 {
                *level = Level::default();
            }
        } else if is(b"table") || is(b"template") || is(b"object") {
            if closes {
                self.levels.truncate(1.max(depth - 1));
            } else if level.in_cell && depth < MOST_LEVELS {
                self.levels.push(Level { in_cell: !is(b"table"), ..Level::default() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_tag_ends_something_where_one_of_its_name_began_in_front_of_the_list_and_has_no_end() {
        for (page, end, ends) in [
            ("<div></div>", "</div>", false),
            ("<span><DIV></span>", "</div >", true),
            ("</div><div></div>", "</DIV>", false),
            ("<!-- <div> --><script>'<div>'</script>", "</div>", false),
            ("<div>", "<p></p><div></div></span>", false),
            ("<p>", "<div></div></div>", false),
        ] {
            for size in 1..=page.len() {
                let mut formatting = Formatting::new();
                page.as_bytes().chunks(size).for_each(|chunk| formatting.read(chunk));
                formatting.begin_list();
                end.as_bytes().chunks(size).for_each(|chunk| formatting.read(chunk));
                assert_eq!(formatting.ends_something(), ends, "{page} {end} by {size}");
            }
        }
    }

    #[test]
    fn pages_without_an_end_of_names_or_tables_are_in_doubt_and_take_no_memory_for_it() {
        let mut formatting = Formatting::new();
        (0..100_000).for_each(|at| formatting.read(format!("<x{at}><template>").as_bytes()));
        assert_eq!((formatting.levels.len(), formatting.open.len()), (MOST_LEVELS, MOST_NAMES));
        formatting.read(b"</p>");
        assert!(formatting.open() == (true, true) && formatting.ends_something());
    }

    #[test]
    fn formatting_is_open_until_its_end_tag_wherever_the_bytes_are_cut() {
        for (page, open) in [
            ("<b>x</b>", (false, false)),
            ("<p><B class=x>x</p>", (false, true)),
            ("<a href=x>x</div>", (true, false)),
            ("<a><a></a>", (false, false)),
            ("</b><strong>", (false, true)),
            ("<!-- <b> --><!--><!---><script>'<b>'</SCRIPT ><style><i></style>", (false, false)),
            ("<!-- x --><i>", (false, true)),
            ("<table><tr><td><b>x<td>", (false, false)),
            ("<b><table><tr><td>x", (false, false)),
            ("<b><table><tr><td></b></table>", (false, true)),
            ("<table><b><tr><td>x</table>", (false, true)),
            ("<b/><br><bdi><abbr><textarea><u></textarea>", (false, true)),
            ("<bdi><abbr><article><section>a<b", (false, false)),
        ] {
            for size in 1..=page.len() {
                let mut formatting = Formatting::new();
                page.as_bytes().chunks(size).for_each(|chunk| formatting.read(chunk));
                assert_eq!(formatting.open(), open, "{page} by {size}");
            }
        }
    }
}
