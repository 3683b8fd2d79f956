//! What can go wrong while reading input, with a stable code each.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file of events, items or candidates could not be read. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is no such file or folder.
    #[error("{} does not exist: check the path", path.display())]
    NotFound {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file exists but cannot be opened.
    #[error("{} cannot be opened ({cause}): check that it is a file you may read", path.display())]
    NotReadable {
        /// The path that was given.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// The name does not say which format it is.
    #[error("{} is no known format: use .parquet, .csv, .tsv, .jsonl, .ndjson or .json (text also as .gz or .zst), or a folder of such files", path.display())]
    UnknownFormat {
        /// The path that was given.
        path: PathBuf,
    },
    /// No bytes, or a header without a row, or a folder without a file.
    #[error("{} is empty: it needs at least one row", path.display())]
    Empty {
        /// The path that was given.
        path: PathBuf,
    },
    /// The bytes are not the format that the name promises.
    #[error("{} is damaged or not the {format} that its name says ({cause}): export it again", path.display())]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// The format by its name.
        format: &'static str,
        /// The first line of what the reader says.
        cause: String,
    },
    /// One place of the file is not as it must be: what the whole file says cannot be trusted.
    #[error("{place} of {} {what}: {fix}", path.display())]
    Malformed {
        /// The path that was given.
        path: PathBuf,
        /// The line (of text, from 1), the row (from 1, without the header) or the part of the file.
        place: String,
        /// What is wrong there.
        what: String,
        /// What to do.
        fix: String,
    },
    /// A column that must be there is not.
    #[error("{} has no column `{column}` (it has: {found}): {fix}", path.display())]
    MissingColumn {
        /// The path that was given.
        path: PathBuf,
        /// The column that is missing.
        column: String,
        /// The columns that are there.
        found: String,
        /// What to do: which column may be meant, if one is named much like it.
        fix: String,
    },
    /// Some files have the split column and others do not, so that nobody can tell which rows of those are meant.
    #[error("{} has no column `{column}`, which {} has: add it, or read these files apart", path.display(), other.display())]
    PartlySplit {
        /// The file without.
        path: PathBuf,
        /// The split column.
        column: String,
        /// A file that has it.
        other: PathBuf,
    },
    /// A column holds something other than it must.
    #[error("column `{column}` of {} holds {found}: write it as {expected}", path.display())]
    WrongType {
        /// The path that was given.
        path: PathBuf,
        /// The column.
        column: String,
        /// What it holds.
        found: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// No row has the wanted split.
    #[error("{} has no rows whose `{column}` is `{wanted}` (it has: {found}): choose one of those with --split", path.display())]
    NoSuchSplit {
        /// The path that was given.
        path: PathBuf,
        /// The split column.
        column: String,
        /// The wanted value.
        wanted: String,
        /// The values that are there.
        found: String,
    },
    /// Rows were read, none stayed.
    #[error("no rows of {} are left after cleaning ({dropped}): the log needs sessions of two events or more", path.display())]
    NothingLeft {
        /// The path that was given.
        path: PathBuf,
        /// What was dropped, by reason.
        dropped: String,
    },
    /// A column is to be compared across splits, over more than one file.
    #[error("--unshared {column} compares the rows of one file, and {} is a folder of several; put them into one file", path.display())]
    ManyFiles {
        /// The path that was given.
        path: PathBuf,
        /// The column to be compared.
        column: String,
    },
    /// Candidates of other sessions than the log's.
    #[error("no session of {} is in the log: both files must use the same session ids", path.display())]
    NoSessionMatches {
        /// The path that was given.
        path: PathBuf,
    },
    /// More than the tables can index.
    #[error("{} has more than {limit} {what}: split it into several logs", path.display())]
    TooMany {
        /// The path that was given.
        path: PathBuf,
        /// What there is too much of.
        what: &'static str,
        /// How many fit.
        limit: u64,
    },
    /// The query engine failed for a reason that is not the file's.
    #[error("the query engine failed ({cause}): please report this with the command you ran")]
    Engine {
        /// The first line of what it says.
        cause: String,
    },
}

impl DataError {
    /// One place of a file that is not as it must be.
    pub(super) fn malformed(
        path: &Path,
        place: impl Into<String>,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> DataError {
        DataError::Malformed { path: path.to_owned(), place: place.into(), what: what.into(), fix: fix.into() }
    }

    /// A stable code for scripts, `data.what`.
    pub fn code(&self) -> &'static str {
        match self {
            DataError::NotFound { .. } => "data.not_found",
            DataError::NotReadable { .. } => "data.not_readable",
            DataError::UnknownFormat { .. } => "data.unknown_format",
            DataError::Empty { .. } => "data.empty",
            DataError::Unreadable { .. } => "data.unreadable",
            DataError::Malformed { .. } => "data.malformed",
            DataError::MissingColumn { .. } | DataError::PartlySplit { .. } => "data.missing_column",
            DataError::WrongType { .. } => "data.wrong_type",
            DataError::NoSuchSplit { .. } => "data.no_such_split",
            DataError::ManyFiles { .. } => "data.many_files",
            DataError::NothingLeft { .. } => "data.nothing_left",
            DataError::NoSessionMatches { .. } => "data.no_session_matches",
            DataError::TooMany { .. } => "data.too_many",
            DataError::Engine { .. } => "data.engine",
        }
    }
}
