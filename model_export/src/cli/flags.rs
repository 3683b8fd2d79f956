//! Flags that several commands share, one type a group.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::CommandError;
use crate::data::{Part, SessionColumn, SessionGap, Split};
use crate::replay::ReplayInput;

/// Where rows of a split are chosen, the same for every command that reads a log.
#[derive(Args, Clone, Debug)]
pub(super) struct SplitFlags {
    /// The column that names the split [default: `split`, where the log has it]
    #[arg(long, value_name = "COLUMN")]
    split_column: Option<String>,
    /// The split to read; several are separated by commas
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    split: Vec<String>,
    /// For a log without splits: this newest part of its sessions, by their first event, is `test`, the rest `train`
    #[arg(long, value_name = "PART", value_parser = part, conflicts_with = "split_column")]
    newest_test: Option<f64>,
    /// Leave out rows of the split whose value in this column other splits hold too, such as users that were trained on
    #[arg(long, value_name = "COLUMN", conflicts_with = "newest_test")]
    unshared: Option<String>,
}

impl SplitFlags {
    /// The sessions to read; `None` where no flag says so. Naming a split or its column asks for it, so that a log without
    /// one is an error and not read whole. `usual` is the part where none is named.
    pub fn chosen(self, usual: Part) -> Result<Option<Split>, CommandError> {
        let names = if self.split.is_empty() { vec![usual.name().to_owned()] } else { self.split.clone() };
        if let Some(newest) = self.newest_test {
            let part = match names.as_slice() {
                [name] => Part::of_name(name),
                _ => None,
            };
            let wrong = || CommandError::new("usage", "with --newest-test, --split is `train` or `test`; see --help");
            return Ok(Some(Split::ByTime { newest, part: part.ok_or_else(wrong)? }));
        }
        if self.split_column.is_none() && self.split.is_empty() && self.unshared.is_none() {
            return Ok(None);
        }
        let column = Some(self.split_column.unwrap_or_else(|| "split".to_owned()));
        Ok(Some(Split::Named { column, names, unshared: self.unshared }))
    }

    /// Whether any of them is.
    pub fn are_given(&self) -> bool {
        let named = self.split_column.is_some() || !self.split.is_empty();
        named || self.newest_test.is_some() || self.unshared.is_some()
    }

    /// The sessions to fit on and those to measure on, for commands that do both; `train` names the first, else it is that part.
    pub fn train_and_test(self, train: Vec<String>) -> Result<(Split, Split), CommandError> {
        let column = self.split_column.clone().unwrap_or_else(|| "split".to_owned());
        let named = |names| Split::Named { column: Some(column.clone()), names, unshared: None };
        let usual = |part: Part| named(vec![part.name().to_owned()]);
        let test = self.chosen(Part::Test)?.unwrap_or_else(|| usual(Part::Test));
        let train = match test {
            Split::ByTime { newest, .. } => Split::ByTime { newest, part: Part::Train },
            _ if train.is_empty() => usual(Part::Train),
            _ => named(train),
        };
        Ok((train, test))
    }
}

/// A part of a whole, neither nothing nor everything.
fn part(text: &str) -> Result<f64, String> {
    let part = text.parse::<f64>().ok().filter(|part| 0.0 < *part && *part < 1.0);
    part.ok_or_else(|| "choose a part between 0 and 1, such as 0.1".to_owned())
}

/// What is one session, the same for every command that reads a log.
#[derive(Args, Clone, Debug)]
pub(super) struct SessionFlags {
    /// Part a session where it is silent for longer than this, such as 30m, 12h or 7d; `off` leaves it whole
    #[arg(long, value_name = "DURATION", default_value_t = SessionGap::default())]
    pub session_gap: SessionGap,
    /// The column whose values are sessions, such as `user_id` for all that a user did
    #[arg(long, value_name = "COLUMN", default_value_t)]
    pub session_column: SessionColumn,
}

/// What is replayed through which model, the same for every command that replays sessions.
#[derive(Args, Clone, Debug)]
pub(super) struct ReplayFlags {
    /// The artifact
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The sessions to replay: a Parquet, CSV or JSON file, or a folder of such files
    #[arg(long, value_name = "SESSIONS")]
    sessions: PathBuf,
    #[command(flatten)]
    split: SplitFlags,
    #[command(flatten)]
    session: SessionFlags,
    /// Re-rank these lists (session_id, step, item_id, optional score and slot) in place of the whole catalogue
    #[arg(long, value_name = "CANDIDATES")]
    candidates: Option<PathBuf>,
}

impl ReplayFlags {
    pub fn input(self) -> Result<ReplayInput, CommandError> {
        let split = self.split.chosen(Part::Test)?.unwrap_or_default();
        let SessionFlags { session_gap, session_column } = self.session;
        let (model, sessions, candidates) = (self.model, self.sessions, self.candidates);
        Ok(ReplayInput { model, sessions, split, session_gap, session_column, candidates })
    }
}

/// How rankings are measured, the same for every command that measures some.
#[derive(Args, Clone, Debug)]
pub(super) struct MeasuringFlags {
    /// How many places of a list are looked at
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub k: usize,
    /// Measure only steps with so many events or more before them, as protocols without prefixes of one item do with 2
    #[arg(long, value_name = "N", default_value = "1")]
    pub from_step: NonZeroUsize,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub threads: ThreadFlags,
}

/// How many threads to use, the same for every command that computes.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ThreadFlags {
    /// Worker threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<NonZeroUsize>,
}

fn threads(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "choose a number from 1 on, or leave it out for as many as the machine has")
}

impl ThreadFlags {
    pub fn count(self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }
}

/// Reads a flag that is one of these words, which help names and shells complete.
pub(super) fn one_of<T, const N: usize>(words: [&'static str; N]) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Clone + Send + Sync + 'static,
    T::Err: Into<Box<dyn core::error::Error + Send + Sync>>,
{
    PossibleValuesParser::new(words).try_map(|text| text.parse::<T>())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn naming_a_split_or_its_column_asks_for_it() {
        let flags = |column: Option<&str>, split: &[&str]| SplitFlags {
            split_column: column.map(str::to_owned),
            split: split.iter().map(|&name| name.to_owned()).collect(),
            newest_test: None,
            unshared: None,
        };
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let named = |column: &str, split: &[&str]| {
            Ok(Some(Split::Named { column: Some(column.to_owned()), names: owned(split), unshared: None }))
        };
        assert_eq!(flags(None, &[]).chosen(Part::Test), Ok(None));
        assert_eq!(flags(Some("part"), &[]).chosen(Part::Test), named("part", &["test"]));
        assert_eq!(flags(None, &["valid"]).chosen(Part::Test), named("split", &["valid"]));
        assert_eq!(flags(Some("part"), &["a", "b"]).chosen(Part::Test), named("part", &["a", "b"]));
        let by_time = |split: &[&str]| SplitFlags { newest_test: Some(0.1), ..flags(None, split) };
        let part = |part| Ok(Some(Split::ByTime { newest: 0.1, part }));
        assert_eq!(by_time(&[]).chosen(Part::Train), part(Part::Train));
        assert_eq!(by_time(&["test"]).chosen(Part::Train), part(Part::Test));
        for other in [&["valid"][..], &["train", "test"]] {
            assert!(by_time(other).chosen(Part::Test).is_err());
        }
        assert!(
            super::part("0.1").is_ok() && ["0", "1", "-1", "NaN", "x"].iter().all(|text| super::part(text).is_err())
        );
    }
}
