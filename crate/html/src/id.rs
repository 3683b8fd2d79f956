//! An attribute's value as text.

use crate::tokens::Attributes;
use encoding_rs::Encoding;

/// The value of the first attribute of that name in a tag whose name ends at `name_end`: decoded, with its character references,
/// and not trimmed. An empty one is none: nothing can be said of such a tile.
pub(crate) fn attribute(tag: &[u8], name_end: usize, name: &str, encoding: &'static Encoding) -> Option<String> {
    let found = Attributes::new(tag, name_end)
        .find(|attribute| tag[attribute.name.clone()].eq_ignore_ascii_case(name.as_bytes()))?;
    let (text, _) = encoding.decode_without_bom_handling(&tag[found.value]);
    // What the tokenizer never hands on as it is, before character references, which may make it.
    let text = match text.contains(['\r', '\0']) {
        true => text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}").into(),
        false => text,
    };
    let text = htmlize::unescape_attribute(text).into_owned();
    Some(text).filter(|text| !text.is_empty())
}
