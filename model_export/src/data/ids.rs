//! A column of identifiers as the shop writes them.

use std::borrow::Cow;

/// A column of identifiers: either all integers or all text.
///
/// Two identifiers are the same when their canonical text is: the integer 17 in one file matches the text `17` in another,
/// the text `017` does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ids {
    /// Integer ids.
    Integer(Vec<i64>),
    /// Text ids, as written.
    Text(Vec<String>),
}

impl Ids {
    /// How many ids there are.
    pub fn len(&self) -> usize {
        match self {
            Ids::Integer(ids) => ids.len(),
            Ids::Text(ids) => ids.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The canonical text of the id at `index`, which must be below [`Ids::len`].
    pub fn text(&self, index: usize) -> Cow<'_, str> {
        match self {
            Ids::Integer(ids) => Cow::Owned(ids[index].to_string()),
            Ids::Text(ids) => Cow::Borrowed(ids[index].as_str()),
        }
    }

    /// Where the id with this canonical text stands. Only for sorted ids (ascending: by value, or by bytes).
    pub fn position(&self, text: &str) -> Option<usize> {
        match self {
            Ids::Integer(ids) => ids.binary_search(&canonical_integer(text)?).ok(),
            Ids::Text(ids) => ids.binary_search_by(|id| id.as_str().cmp(text)).ok(),
        }
    }

    /// The ids at these indices, in their order. Every index must be below [`Ids::len`].
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Ids {
        match self {
            Ids::Integer(ids) => Ids::Integer(indices.into_iter().map(|index| ids[index]).collect()),
            Ids::Text(ids) => Ids::Text(indices.into_iter().map(|index| ids[index].clone()).collect()),
        }
    }

    /// The indices of the ids in ascending order (integers by value, text by bytes); equal ids keep their order.
    pub fn ascending(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        match self {
            Ids::Integer(ids) => order.sort_by_key(|&index| ids[index]),
            Ids::Text(ids) => order.sort_by(|&a, &b| ids[a].cmp(&ids[b])),
        }
        order
    }
}

/// The integer that this text writes in its canonical form: `-7` and `0`, but not `+7`, `007`, `-0` or ` 7`.
pub fn canonical_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = text == "0" || digits.bytes().next().is_some_and(|first| first.is_ascii_digit() && first != b'0');
    if canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_canonical_integers_are_integers() {
        assert_eq!(canonical_integer("0"), Some(0));
        assert_eq!(canonical_integer("-7"), Some(-7));
        assert_eq!(canonical_integer(&i64::MIN.to_string()), Some(i64::MIN));
        for text in ["", "-", "+7", "007", "-0", " 7", "7 ", "7.0", "1e3", "9223372036854775808", "٣"] {
            assert_eq!(canonical_integer(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_sorted_id_is_found_by_its_text(mut ids in prop::collection::vec(any::<i64>(), 0..50), missing in any::<i64>()) {
            ids.sort_unstable();
            ids.dedup();
            let text = {
                let mut text: Vec<String> = ids.iter().map(i64::to_string).collect();
                text.sort_unstable();
                Ids::Text(text)
            };
            let present = ids.contains(&missing);
            let integer = Ids::Integer(ids);
            for column in [&integer, &text] {
                for index in 0..column.len() {
                    prop_assert_eq!(column.position(&column.text(index)), Some(index));
                }
                prop_assert_eq!(column.position(&missing.to_string()).is_some(), present);
            }
        }

        #[test]
        fn ascending_sorts(ids in prop::collection::vec("[a-c]{0,2}", 0..20)) {
            let column = Ids::Text(ids);
            let Ids::Text(sorted) = column.select(column.ascending()) else { unreachable!() };
            prop_assert!(sorted.is_sorted());
            prop_assert_eq!(sorted.len(), column.len());
        }
    }
}
