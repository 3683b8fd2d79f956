//! Why a file is not written.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file could not be written. The message is one line and names the fix; the old file, if there was one, is untouched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The folder does not exist.
    #[error("cannot write {}: the folder {} does not exist; create it first", path.display(), folder.display())]
    NoFolder {
        /// The file to be written.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// The path names a folder.
    #[error("cannot write {}: it is a folder; name a file in it", path.display())]
    IsFolder {
        /// The path that was given.
        path: PathBuf,
    },
    /// The folder may not be written to.
    #[error("cannot write {}: no permission in its folder; choose another or change its rights", path.display())]
    NotPermitted {
        /// The file to be written.
        path: PathBuf,
    },
    /// The file that is there may only be read.
    #[error("cannot write {}: the file that is there is read-only; name another one, or change its rights", path.display())]
    ReadOnly {
        /// The file to be written.
        path: PathBuf,
    },
    /// The file is read by the same call.
    #[error(
        "cannot write {}: {}; write it elsewhere",
        path.display(),
        if input.is_dir() { format!("the folder {} is read as input, and it with it", input.display()) }
        else { format!("it is the input {}", input.display()) }
    )]
    IsInput {
        /// The file to be written.
        path: PathBuf,
        /// The input that it is, or the folder in which it would be found.
        input: PathBuf,
    },
    /// Two outputs of one call are one file.
    #[error("cannot write {} and {}: they are the same file; name two", other.display(), path.display())]
    Twice {
        /// The file to be written.
        path: PathBuf,
        /// The same file, named before.
        other: PathBuf,
    },
    /// The name promises another format.
    #[error("{} would hold something else than its ending says; name it {}", path.display(), path.with_extension(right).display())]
    WrongEnding {
        /// The file to be written.
        path: PathBuf,
        /// The ending of what is written.
        right: &'static str,
    },
    /// No space is left.
    #[error("cannot write {}: the disk is full; free some space or write elsewhere", path.display())]
    DiskFull {
        /// The file to be written.
        path: PathBuf,
    },
    /// Anything else that the system says.
    #[error("cannot write {}: {cause}", path.display())]
    Failed {
        /// The file to be written.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
}

impl OutputError {
    /// A stable code for scripts, `output.what`.
    pub fn code(&self) -> &'static str {
        match self {
            OutputError::NoFolder { .. } => "output.no_folder",
            OutputError::IsFolder { .. } => "output.is_folder",
            OutputError::NotPermitted { .. } | OutputError::ReadOnly { .. } => "output.not_permitted",
            OutputError::IsInput { .. } => "output.is_input",
            OutputError::Twice { .. } => "output.twice",
            OutputError::WrongEnding { .. } => "output.wrong_ending",
            OutputError::DiskFull { .. } => "output.disk_full",
            OutputError::Failed { .. } => "output.failed",
        }
    }

    /// The error that this cause makes, or the system's own error inside it: writers of formats wrap what the file says.
    pub fn of(path: &Path, cause: &io::Error) -> OutputError {
        let mut inner = cause.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
        while let Some(error) = inner {
            if let Some(system) = error.downcast_ref::<io::Error>() {
                return OutputError::of(path, system);
            }
            inner = error.source();
        }
        let path = path.to_owned();
        match cause.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OutputError::NotPermitted { path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OutputError::DiskFull { path },
            io::ErrorKind::IsADirectory => OutputError::IsFolder { path },
            _ => OutputError::Failed { path, cause: cause.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::parquet::errors::ParquetError;

    use super::*;

    #[test]
    fn the_systems_error_is_found_inside_a_writers() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let wrapped = io::Error::other(ParquetError::External(Box::new(full)));
        assert_eq!(OutputError::of(Path::new("out.parquet"), &wrapped).code(), "output.disk_full");
        let plain = io::Error::other("no rows");
        assert_eq!(OutputError::of(Path::new("out.parquet"), &plain).to_string(), "cannot write out.parquet: no rows");
    }
}
