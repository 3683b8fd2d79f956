//! How well two files meet that are joined by ids, and what keeps them apart where they hardly do.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::Ids;
use super::values::whole;

/// Of two files that share fewer ids than one in so many, hardly anything is joined.
const HARDLY: usize = 10;

/// How many ids of one file another one has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Whose ids, and who may have them: `items of the log`, `the catalogue`.
    between: [&'static str; 2],
    /// How many ids the one has.
    pub ids: usize,
    /// How many of them the other has.
    pub found: usize,
    /// Why hardly any is found, where the ids show it: what differs, and an id as either file writes it.
    pub cause: Option<(&'static str, [String; 2])>,
}

/// Takes from an id what two files may write otherwise.
type Unify = fn(&str) -> Cow<'_, str>;

/// What ids may differ in, and how they look without it.
const CAUSES: [(&str, Unify); 4] = [
    ("zeros in front", |id| Cow::Borrowed(id.trim_start_matches('0'))),
    ("upper and lower case", |id| Cow::Owned(id.to_lowercase())),
    ("`.0` behind", |id| whole(id).map_or(Cow::Borrowed(id), |integer| Cow::Owned(integer.to_string()))),
    ("a prefix", |id| Cow::Borrowed(id.rsplit(['/', ':', '#', '-', '_']).next().unwrap_or(id))),
];

impl Join {
    /// Looks for the ids of the one file in the other; `between` names both, as in `items of the log`, `the catalogue`.
    pub fn new<'a>(
        between: [&'static str; 2],
        wanted: impl IntoIterator<Item = Cow<'a, str>>,
        among: impl IntoIterator<Item = Cow<'a, str>>,
    ) -> Join {
        let wanted: Vec<Cow<'_, str>> = wanted.into_iter().collect();
        let among: HashMap<Cow<'_, str>, ()> = among.into_iter().map(|id| (id, ())).collect();
        let found = wanted.iter().filter(|id| among.contains_key(*id)).count();
        let mut join = Join { between, ids: wanted.len(), found, cause: None };
        if join.hardly_meets() {
            join.cause = CAUSES.iter().find_map(|(what, without)| {
                let among: HashMap<Cow<'_, str>, &str> = among.keys().map(|id| (without(id), id.as_ref())).collect();
                let met: Vec<(&str, &str)> =
                    wanted.iter().filter_map(|id| Some((id.as_ref(), *among.get(&without(id))?))).collect();
                let (one, other) = *met.iter().find(|(one, other)| one != other)?;
                (2 * met.len() > wanted.len()).then(|| (*what, [one.to_owned(), other.to_owned()]))
            });
        }
        join
    }

    /// The same for two columns of ids.
    pub fn of(between: [&'static str; 2], wanted: &Ids, among: &Ids) -> Join {
        Join::new(between, texts(wanted), texts(among))
    }

    /// Whether less than a tenth is found.
    pub fn hardly_meets(&self) -> bool {
        self.ids > 0 && HARDLY * self.found < self.ids
    }
}

/// The texts of all ids.
fn texts(ids: &Ids) -> impl Iterator<Item = Cow<'_, str>> {
    (0..ids.len()).map(|index| ids.text(index))
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = self.between;
        write!(f, "{} of {} {one} are in {other}", self.found, self.ids)?;
        match &self.cause {
            Some((what, ids)) => {
                write!(f, ": `{}` here and `{}` there differ in {what}; write ids alike in both", ids[0], ids[1])
            }
            None if self.hardly_meets() => write!(f, ": check that both are of one shop and write ids alike"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(wanted: &[&str], among: &[&str]) -> Join {
        let ids = |ids: &[&str]| Ids::Text(ids.iter().map(|&id| id.to_owned()).collect());
        Join::of(["items of the log", "the catalogue"], &ids(wanted), &ids(among))
    }

    #[test]
    fn files_that_meet_are_counted_and_those_that_hardly_do_are_explained() {
        let half = join(&["1", "2", "3", "4"], &["2", "4", "6"]);
        assert_eq!((half.found, half.ids, half.hardly_meets()), (2, 4, false));
        assert_eq!(half.to_string(), "2 of 4 items of the log are in the catalogue");
        for (wanted, among, what) in [
            (["77", "8"], ["0077", "0008"], "`77` here and `0077` there differ in zeros in front"),
            (["b7", "b8"], ["B7", "B8"], "`b7` here and `B7` there differ in upper and lower case"),
            (["77.0", "8.0"], ["77", "8"], "`77.0` here and `77` there differ in `.0` behind"),
            (["77", "8"], ["gid://shop/Product/77", "gid://shop/Product/8"], "differ in a prefix"),
            (["77", "8"], ["x", "y"], "check that both are of one shop"),
        ] {
            let join = join(&wanted, &among);
            assert!(join.hardly_meets() && join.to_string().contains(what), "{join}");
        }
        assert!(!join(&[], &["1"]).hardly_meets());
    }
}
