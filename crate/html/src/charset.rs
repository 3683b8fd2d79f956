//! Which encoding a page is in: what the caller says, else a mark, else a `meta` in the first 1,024 bytes, else UTF-8.

use crate::tokens::{self, Attributes};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252, X_USER_DEFINED};
use memchr::{memchr, memmem};

/// How many bytes a browser looks at for a `meta`.
const SNIFFED: usize = 1024;

/// The encoding, as far as it is known.
pub(crate) struct Charset {
    /// `None`: none in which tags can be read.
    encoding: Option<&'static Encoding>,
    /// The first bytes, until a `meta` is found or there are enough.
    head: Option<Vec<u8>>,
}

impl Charset {
    /// Of the label that a mark or a header gives.
    pub(crate) fn new(label: Option<&str>) -> Self {
        match label {
            Some(label) => Charset { encoding: readable(Encoding::for_label(label.as_bytes())), head: None },
            None => Charset { encoding: Some(UTF_8), head: Some(Vec::new()) },
        }
    }

    /// The encoding, or `None` where a page cannot be read.
    pub(crate) fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    /// Whether more bytes may change it.
    pub(crate) fn is_open(&self) -> bool {
        self.head.is_some()
    }

    /// Looks at the page's next bytes.
    pub(crate) fn sniff(&mut self, bytes: &[u8]) {
        let Some(head) = &mut self.head else { return };
        head.extend(bytes.iter().take(SNIFFED - head.len()));
        let found = if let Some((mark, _)) = Encoding::for_bom(head) { Some(mark) } else { meta(head) };
        if let Some(found) = found {
            self.encoding = readable(Some(found));
        }
        if found.is_some() || head.len() == SNIFFED {
            self.head = None;
        }
    }

    /// A list begins: what comes behind it changes nothing.
    pub(crate) fn settle(&mut self) {
        self.head = None;
    }
}

fn readable(encoding: Option<&'static Encoding>) -> Option<&'static Encoding> {
    encoding.filter(|encoding| encoding.is_ascii_compatible())
}

/// The encoding that a `meta` names: the standard's prescan.
fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let mut at = 0;
    loop {
        at += memchr(b'<', head.get(at..)?)?;
        let rest = &head[at..];
        at = match rest.get(1)? {
            b'!' if rest.starts_with(b"<!--") => at + 2 + memmem::find(&rest[2..], b"-->")? + 3,
            b'!' | b'?' => tokens::bogus_comment_end(head, at)?,
            b'/' if !rest.get(2)?.is_ascii_alphabetic() => tokens::bogus_comment_end(head, at)?,
            &letter => {
                let name = if letter == b'/' { at + 2 } else { at + 1 };
                if !head[name].is_ascii_alphabetic() {
                    at += 1;
                    continue;
                }
                let tag = tokens::tag(head, name)?;
                if letter != b'/'
                    && head[tag.name.clone()].eq_ignore_ascii_case(b"meta")
                    && let Some(found) = named(head, tag.name.end)
                {
                    return Some(found);
                }
                tag.end
            }
        };
    }
}

/// The encoding that the attributes of one `meta` name.
fn named(head: &[u8], attributes: usize) -> Option<&'static Encoding> {
    let (mut pragma, mut needs_pragma, mut found) = (false, None, None);
    let mut seen: Vec<&[u8]> = Vec::new();
    for attribute in Attributes::new(head, attributes) {
        let name = &head[attribute.name];
        if seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
            continue;
        }
        seen.push(name);
        let value = &head[attribute.value];
        if name.eq_ignore_ascii_case(b"http-equiv") {
            pragma = value.eq_ignore_ascii_case(b"content-type");
        } else if name.eq_ignore_ascii_case(b"content") && found.is_none() {
            if let Some(encoding) = in_content(value) {
                (found, needs_pragma) = (Some(encoding), Some(true));
            }
        } else if name.eq_ignore_ascii_case(b"charset") {
            (found, needs_pragma) = (Encoding::for_label(value), Some(false));
        }
    }
    let found = found.filter(|_| pragma || needs_pragma == Some(false))?;
    if found == encoding_rs::UTF_16BE || found == encoding_rs::UTF_16LE {
        return Some(UTF_8);
    }
    Some(if found == X_USER_DEFINED { WINDOWS_1252 } else { found })
}

/// The encoding in a text like `text/html; charset=utf-8`.
fn in_content(value: &[u8]) -> Option<&'static Encoding> {
    let mut rest = value;
    loop {
        let at = rest.windows(7).position(|word| word.eq_ignore_ascii_case(b"charset"))?;
        rest = rest[at + 7..].trim_ascii_start();
        if let Some(label) = rest.strip_prefix(b"=") {
            let label = label.trim_ascii_start();
            let label = match label.first()? {
                &quote @ (b'"' | b'\'') => &label[1..1 + memchr(quote, &label[1..])?],
                _ => label.split(|&byte| tokens::is_space(byte) || byte == b';').next()?,
            };
            return Encoding::for_label(label);
        }
    }
}
