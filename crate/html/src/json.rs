//! Elements of an array in JSON by their source: everything between them, and every byte of them, stays.

use crate::places;
use core::fmt;
use core::ops::Range;
use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An array in a text.
#[derive(Clone, Debug)]
pub struct JsonList {
    elements: Vec<Range<usize>>,
    /// One for each element.
    ids: Vec<Option<String>>,
}

impl JsonList {
    /// The array at a dotted path, empty for the root, whose numbers index arrays; `id` is the dotted path in an element to its
    /// id, a string or a number. Of members with one name the last counts, as in `JSON.parse`.
    ///
    /// `None` where the text is no JSON, or the path leads to no array. A byte order mark may stand in front.
    pub fn find(text: &[u8], path: &str, id: &str) -> Option<JsonList> {
        let json = core::str::from_utf8(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)).ok()?;
        let offset = text.len() - json.len();
        let whole: &RawValue = serde_json::from_str(json).ok()?;
        let array = elements(at_path(whole, path)?)?;
        let start = json.as_ptr().addr();
        let place = |element: &&RawValue| {
            let begin = offset + (element.get().as_ptr().addr() - start);
            begin..begin + element.get().len()
        };
        let ids = array.iter().map(|element| at_path(element, id).and_then(id_text)).collect();
        Some(JsonList { elements: array.iter().map(place).collect(), ids })
    }

    /// The ids of all elements; those without one keep their place.
    pub fn ids(&self) -> impl Iterator<Item = Option<&str>> {
        self.ids.iter().map(Option::as_deref)
    }

    /// The places of the elements with an id.
    pub(crate) fn pieces(&self) -> Vec<Range<usize>> {
        let with_id = self.elements.iter().zip(&self.ids).filter(|(_, id)| id.is_some());
        with_id.map(|(element, _)| element.clone()).collect()
    }

    /// The text with its elements in another order, in which `order[i]` says which of those with an id comes i-th; `None` where
    /// that is no order.
    pub fn order(&self, text: &[u8], order: &[u32]) -> Option<Vec<u8>> {
        let pieces = self.pieces();
        let fits = places::is_order(order, pieces.len()) && pieces.last().is_none_or(|last| last.end <= text.len());
        fits.then(|| places::reordered(text, &pieces, order))
    }
}

/// What a dotted path leads to. No recursion: a value that is not entered is skipped by its source, however deep it is.
fn at_path<'a>(from: &'a RawValue, path: &str) -> Option<&'a RawValue> {
    let steps = path.split('.').filter(|_| !path.is_empty());
    steps.into_iter().try_fold(from, |value, step| match value.get().as_bytes().first()? {
        b'{' => member(value, step),
        b'[' => elements(value)?.get(index(step)?).copied(),
        _ => None,
    })
}

/// A number as JSON would write it.
fn index(step: &str) -> Option<usize> {
    let plain = step == "0" || !step.starts_with(['0', '+']);
    step.parse().ok().filter(|_| plain)
}

/// The last member of that name.
fn member<'a>(object: &'a RawValue, name: &str) -> Option<&'a RawValue> {
    struct Member<'n>(&'n str);
    impl<'de> Visitor<'de> for Member<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key::<&RawValue>()? {
                if names(key.get(), self.0) {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }
    serde_json::Deserializer::from_str(object.get()).deserialize_map(Member(name)).ok()?
}

/// Whether the source of a key names this. One with half a surrogate pair names nothing that can be asked for.
fn names(key: &str, name: &str) -> bool {
    match key.contains('\\') {
        false => key.get(1..key.len() - 1) == Some(name),
        true => serde_json::from_str::<String>(key).is_ok_and(|key| key == name),
    }
}

fn elements(array: &RawValue) -> Option<Vec<&RawValue>> {
    struct Elements;
    impl<'de> Visitor<'de> for Elements {
        type Value = Vec<&'de RawValue>;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = array.next_element()? {
                elements.push(element);
            }
            Ok(elements)
        }

        fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
            Err(A::Error::custom("an object"))
        }
    }
    serde_json::Deserializer::from_str(array.get()).deserialize_seq(Elements).ok()
}

/// A string's text, a number's source.
fn id_text(value: &RawValue) -> Option<String> {
    let source = value.get();
    match source.as_bytes().first()? {
        b'"' => serde_json::from_str(source).ok().filter(|text: &String| !text.is_empty()),
        b'-' | b'0'..=b'9' => Some(source.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::JsonList;

    fn ids(text: &str, path: &str, id: &str) -> Option<Vec<Option<String>>> {
        JsonList::find(text.as_bytes(), path, id).map(|list| list.ids().map(|id| id.map(str::to_owned)).collect())
    }

    fn some(texts: &[&str]) -> Option<Vec<Option<String>>> {
        Some(texts.iter().map(|text| Some((*text).to_owned())).collect())
    }

    #[test]
    fn elements_change_places_and_all_between_them_stays() {
        let text = b"\xef\xbb\xbf {\"a\" : [ {\"id\":1.0e+2} ,\t\"x\",{\"id\":\"\\u00e9\",\"k\":[1 , 2]}\n, {\"id\" :3}] , \"z\":0.10}\n";
        let list = JsonList::find(text, "a", "id").unwrap();
        assert_eq!(list.ids().collect::<Vec<_>>(), [Some("1.0e+2"), None, Some("é"), Some("3")]);
        let ordered = list.order(text, &[2, 0, 1]).unwrap();
        let expected = b"\xef\xbb\xbf {\"a\" : [ {\"id\" :3} ,\t\"x\",{\"id\":1.0e+2}\n, {\"id\":\"\\u00e9\",\"k\":[1 , 2]}] , \"z\":0.10}\n";
        assert_eq!(ordered, expected);
        for none in [&[][..], &[0, 1], &[0, 0, 1], &[0, 1, 3]] {
            assert_eq!(list.order(text, none), None);
        }
    }

    #[test]
    fn paths_lead_through_members_and_numbers_and_the_last_of_equal_keys_counts() {
        let text = r#"{"a":[0],"a":{"0":[{"n":{"id":"x"}},{"n":[{"id":7}],"n":{"id":-0}}]},"a\u0062":["y"],"":[1]}"#;
        assert_eq!(ids(text, "a.0", "n.id"), some(&["x", "-0"]));
        assert_eq!(ids(text, "ab", ""), some(&["y"]));
        assert_eq!(ids(r#"[[["x","y"]]]"#, "0.0", ""), some(&["x", "y"]));
        assert_eq!(ids(r#" ["x",1E3] "#, "", ""), some(&["x", "1E3"]));
        for path in ["b", "a.1", "a.0.0", "a.00", "a.+0", "a.0.", "a..0", ".", "a.-1", "a.99999999999999999999"] {
            assert_eq!(ids(text, path, "id"), None, "{path}");
        }
    }

    #[test]
    fn an_id_is_a_text_or_a_number() {
        let text =
            r#"[{"id":null},{"id":true},{"id":[]},{"id":{}},{"id":""},{},7,"x",[],{"id":" a "},{"id":"\ud800"}]"#;
        let mut expected = vec![None; 11];
        expected[9] = Some(" a ".to_owned());
        assert_eq!(ids(text, "", "id"), Some(expected));
    }

    #[test]
    fn what_is_no_json_is_refused_whatever_is_asked_for() {
        let texts = [
            "",
            "[",
            "[1,]",
            "[1 2]",
            "[007]",
            "[1.]",
            "['a']",
            "[\"\n\"]",
            "[1]x",
            "[\"\\x\"]",
            "[NaN]",
            "[1]//",
            "{\"a\":[1],}",
            "\u{feff}\u{feff}[1]",
        ];
        for text in texts {
            assert_eq!(ids(text, "", ""), None, "{text}");
            assert_eq!(ids(text, "a", ""), None, "{text}");
        }
        assert!(JsonList::find(b"[\"\xff\"]", "", "").is_none());
    }

    #[test]
    fn depth_does_no_harm() {
        let deep = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        assert_eq!(ids(&deep, "", "").map(|ids| ids.len()), Some(1));
        let path = ["0"; 8].join(".");
        assert_eq!(ids(&deep, &path, "").map(|ids| ids.len()), Some(1));
        let objects = format!("[{}1{}, 2]", "{\"a\":".repeat(200_000), "}".repeat(200_000));
        assert_eq!(ids(&objects, "", ""), Some(vec![None, Some("2".to_owned())]));
    }
}
