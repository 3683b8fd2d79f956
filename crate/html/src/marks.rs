//! Texts without which a tag is none that a selector looks for: where there is none, no tag has to be looked at alone.

use memchr::{memchr_iter, memchr2_iter};

/// What each selector of a list of them says of the element itself, behind its last combinator; and whether none has one.
pub(crate) fn subjects(list: &str) -> (Vec<&str>, bool) {
    let (mut depth, mut quote, mut escaped, mut start, mut alone) = (0_usize, None, false, 0, true);
    let mut found = Vec::new();
    let list = list.trim();
    for (at, letter) in list.char_indices() {
        match (escaped, quote, letter) {
            (true, ..) => escaped = false,
            (_, _, '\\') => escaped = true,
            (_, Some(open), _) if open == letter => quote = None,
            (_, Some(_), _) => {}
            (_, None, '"' | '\'') => quote = Some(letter),
            (_, None, '[' | '(') => depth += 1,
            (_, None, ']' | ')') => depth = depth.saturating_sub(1),
            (_, None, ',') if depth == 0 => {
                found.push(list[start..at].trim_end());
                start = at + 1;
            }
            // White space in front of a comma is no combinator.
            (_, None, ' ' | '\t' | '\n' | '\r' | '\x0c' | '>')
                if depth == 0 && !list[at..].trim_start().starts_with(',') =>
            {
                start = at + 1;
                alone &= letter != '>' && list[..at].trim_end().ends_with(',');
            }
            _ => {}
        }
    }
    found.push(&list[start..]);
    (found, alone)
}

/// One text for each selector.
pub(crate) struct Marks(Vec<Mark>);

struct Mark {
    /// In lower case.
    text: Vec<u8>,
    /// Where its rarest byte is.
    rarest: usize,
}

/// Letters of HTML, the frequent ones first.
const FREQUENT: &[u8] = b"etasilcrondphumg-v=bfwyk0123456789jxzq_";

impl Marks {
    /// Those of these selectors' subjects; `None` where one may match a tag without any such text.
    pub(crate) fn of<'a>(subjects: impl Iterator<Item = &'a str>) -> Option<Marks> {
        subjects.map(Mark::of).collect::<Option<Vec<_>>>().map(Marks)
    }

    /// Where the first of them begins.
    pub(crate) fn first(&self, bytes: &[u8]) -> Option<usize> {
        let mut first: Option<usize> = None;
        for mark in &self.0 {
            // One that begins in front of the first so far may end behind it.
            let end = first.map_or(bytes.len(), |first| bytes.len().min(first + mark.text.len() - 1));
            first = mark.find(&bytes[..end]).or(first);
        }
        first
    }
}

impl Mark {
    /// The name of the first class, id or attribute that a selector asks for, or that of the tag.
    fn of(subject: &str) -> Option<Mark> {
        // A pseudo-class may ask for the contrary, and an escape be written otherwise.
        if subject.contains([':', '\\']) {
            return None;
        }
        let name = match subject.find(['[', '.', '#']) {
            Some(at) => subject[at + 1..].trim_start(),
            None => subject,
        };
        let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_');
        let text = name[..end.unwrap_or(name.len())].to_ascii_lowercase().into_bytes();
        let frequency = |byte: &u8| FREQUENT.iter().position(|frequent| frequent == byte);
        let (rarest, _) = text.iter().enumerate().max_by_key(|(_, byte)| frequency(byte))?;
        Some(Mark { text, rarest })
    }

    fn find(&self, bytes: &[u8]) -> Option<usize> {
        let is_here = |at: usize| {
            let start = at.checked_sub(self.rarest)?;
            bytes.get(start..start + self.text.len())?.eq_ignore_ascii_case(&self.text).then_some(start)
        };
        let rarest = self.text[self.rarest];
        match rarest.to_ascii_uppercase() {
            same if same == rarest => memchr_iter(rarest, bytes).find_map(is_here),
            upper => memchr2_iter(rarest, upper, bytes).find_map(is_here),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selectors_subject_stands_behind_its_last_combinator() {
        let list = " main > ul.a , [x='a > b, c'] .b>c:not(.d, .e) ,\\,\\ f,g h";
        assert_eq!(subjects(list), (vec!["ul.a", "c:not(.d, .e)", "\\,\\ f", "h"], false));
        assert_eq!(subjects("ul"), (vec!["ul"], true));
        assert_eq!(subjects(" ul , \n ol[a='b > c d'],dl "), (vec!["ul", "ol[a='b > c d']", "dl"], true));
        for list in ["a b", "a>b", "a, b > c", "a\x0cb", "a,b\tc"] {
            assert!(!subjects(list).1, "{list}");
        }
    }

    #[test]
    fn a_mark_is_in_every_tag_that_its_selector_matches() {
        let mark = |subject| {
            Marks::of([subject].into_iter()).map(|marks| String::from_utf8_lossy(&marks.0[0].text).into_owned())
        };
        for (subject, text) in [
            ("ul.Grid", "grid"),
            ("[ data-x = 'y']", "data-x"),
            ("#a_1.b", "a_1"),
            ("ul", "ul"),
            (".Größe", "gr"),
            ("a[b].c", "b"),
        ] {
            assert_eq!(mark(subject).as_deref(), Some(text));
        }
        for subject in ["*", "ul:not(.a)", ".a\\b", "", ".ö", "li:first-child"] {
            assert_eq!(mark(subject), None, "{subject}");
        }
        assert!(Marks::of(["ul", "*"].into_iter()).is_none());
    }

    #[test]
    fn the_first_mark_is_found_in_either_case() {
        let marks = Marks::of(["[data-list]", ".list", "#x"].into_iter());
        let first = |text: &str| marks.as_ref().and_then(|marks| marks.first(text.as_bytes()));
        assert_eq!(first("<ul DATA-LIST class=list id=x>"), Some(4));
        assert_eq!(first("<ul class=list data-list>"), Some(10));
        assert_eq!(first("data-lis lis"), None);
        assert_eq!(first("lisX"), Some(3));
    }
}
