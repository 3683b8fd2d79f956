//! What a piece of text means: what around it is no part of it, which words stand for nothing, which numbers are whole.

use super::ids::canonical_integer;

/// What exports write where a value is missing, in lower case.
const NOTHING: [&str; 23] = [
    "null",
    "(null)",
    "<null>",
    "[null]",
    "\\n",
    "none",
    "(none)",
    "nil",
    "nan",
    "-nan",
    "nat",
    "n/a",
    "#n/a",
    "#null!",
    "n.a.",
    "<na>",
    "undefined",
    "(undefined)",
    "(not set)",
    "(empty)",
    "(blank)",
    "-",
    "--",
];
/// The same in R's exports; only so, since `na` in small letters may well be a name.
const NOTHING_IN_R: &str = "NA";

/// The text without white space of any sort, control characters and marks that nobody sees around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c))
}

/// Marks of no width, those of the direction of writing among them, which a copy from a spreadsheet or a page brings along;
/// and letters that are blank.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
    )
}

/// Whether this trimmed text stands for nothing, without being empty.
pub(super) fn stands_for_nothing(text: &str) -> bool {
    // Most values are longer than any such word.
    text.len() <= 11 && (text == NOTHING_IN_R || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// What a field of text says, trimmed; `None` where it is empty or a word for nothing.
pub(super) fn given(text: &str) -> Option<&str> {
    let text = trimmed(text);
    (!text.is_empty() && !stands_for_nothing(text)).then_some(text)
}

/// The integer that this text writes with or without zeros behind a point: 5 of `5` and `5.0`.
pub(super) fn whole(text: &str) -> Option<i64> {
    let (integer, zeros) = text.split_once('.').unwrap_or((text, "0"));
    if zeros.is_empty() || zeros.bytes().any(|digit| digit != b'0') { None } else { canonical_integer(integer) }
}

/// Writes integers plainly in a column that holds nothing else: a column of integers with nulls often arrives as `5.0`.
pub(super) fn write_whole_plainly(column: &mut [Option<String>]) {
    let values = || column.iter().flatten();
    if values().any(|text| text.contains('.')) && values().all(|text| whole(text).is_some()) {
        for value in column.iter_mut().flatten() {
            if let Some((integer, _)) = value.split_once('.') {
                *value = integer.to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_value_is_no_part_of_it() {
        for around in [
            " ",
            "\t",
            "\u{a0}",
            "\u{3000}",
            "\u{2003}\u{200b}",
            "\u{feff}",
            "\r\n",
            "\0\0",
            "\u{202a}",
            "\u{200f}\u{ad}",
            "\u{3164}",
        ] {
            assert_eq!(given(&format!("{around}A 7{around}")), Some("A 7"), "{around:?}");
            assert_eq!(given(around), None, "{around:?}");
        }
    }

    #[test]
    fn words_for_nothing_are_nothing_and_names_are_names() {
        for word in [
            "NULL",
            "Null",
            "\\N",
            "None",
            "NaN",
            "nan",
            "NaT",
            "N/A",
            "n.a.",
            "NA",
            "undefined",
            " (not set) ",
            "(Blank)",
            "-",
            "",
        ] {
            assert_eq!(given(word), None, "{word:?}");
        }
        for name in ["na", "Nullarbor", "none-such", "NaN1", "0", "-1", "N", "\\", "a-", "not set"] {
            assert_eq!(given(name), Some(name));
        }
    }

    #[test]
    fn whole_numbers_are_written_plainly_where_the_column_has_no_others() {
        for (text, integer) in [("5", Some(5)), ("-12.00", Some(-12)), ("5.", None), ("5.1", None), ("05.0", None)] {
            assert_eq!(whole(text), integer, "{text}");
        }
        let column = |values: &[&str]| {
            let mut column: Vec<_> = values.iter().map(|value| Some((*value).to_owned())).chain([None]).collect();
            write_whole_plainly(&mut column);
            column.into_iter().flatten().collect::<Vec<_>>()
        };
        assert_eq!(column(&["31.0", "8", "9.00"]), ["31", "8", "9"]);
        for kept in [["31.0", "8.5"], ["31.0", "b"], ["007", "8.0"]] {
            assert_eq!(column(&kept), kept, "versions and paths stay");
        }
    }
}
