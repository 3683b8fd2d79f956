//! Which files an input has, what their names say, and what is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::names::{Format, name_below, one_line};
use super::walk::{Found, walk};
use super::{SourceFile, cannot_open};
use crate::data::DataError;

/// A column that a folder's name gives to all rows below it: its name and value.
pub(super) type Partition = (String, Option<String>);

/// One file of an input.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::data) struct InputFile {
    pub path: PathBuf,
    pub(super) partitions: Vec<Partition>,
}

impl InputFile {
    fn at(path: PathBuf) -> InputFile {
        let partitions = partitions(&path);
        InputFile { path, partitions }
    }
}

/// The files of an input: itself, or what a folder holds, by name.
#[derive(Debug)]
pub(in crate::data) struct Input {
    pub files: Vec<InputFile>,
    /// What was found of them so far.
    pub notes: Notes,
}

/// Gathers the report while files are read.
#[derive(Debug, Default)]
pub(in crate::data) struct Notes {
    report: FilesReport,
    /// The folder that the files stand in, where the input is one.
    folder: Option<PathBuf>,
    /// Columns that some file has.
    having: BTreeSet<&'static str>,
    /// Per column, the files that have it not.
    lacking: BTreeMap<&'static str, Vec<String>>,
}

impl Notes {
    /// Opens a file. Parts of a folder may have no rows, and then no header either, as Spark writes them: `None`, and a note.
    pub async fn open(&mut self, file: &InputFile) -> Result<Option<SourceFile>, DataError> {
        let opened = SourceFile::open(file).await;
        let Some(folder) = &self.folder else { return opened.map(Some) };
        match opened {
            Ok(part) if !part.is_empty() => Ok(Some(part)),
            Ok(_) | Err(DataError::Empty { .. }) => {
                self.report.passed_over.push(format!("{} (it has no rows)", name_below(folder, &file.path)));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Notes whether a file that was read changed meanwhile, and which of these columns it lacks.
    pub fn add(&mut self, file: &SourceFile, optional: &[&'static str]) {
        let name = one_line(&file.path.display().to_string());
        for &column in optional {
            if file.has(column) {
                self.having.insert(column);
            } else {
                self.lacking.entry(column).or_default().push(name.clone());
            }
        }
        if file.has_changed() {
            self.report.changed.push(name);
        }
    }

    /// The report, once all files are read.
    pub fn finish(mut self) -> FilesReport {
        self.report.passed_over.sort();
        let lacking = self.lacking.into_iter().filter(|(column, _)| self.having.contains(column));
        FilesReport { lacking: lacking.map(|(column, files)| (column.to_owned(), files)).collect(), ..self.report }
    }
}

/// What is to be said of the files of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesReport {
    /// Files of a folder that were not read, since their names end in none of the formats, the same file stands there
    /// unpacked, or they have no rows. Hidden ones and those that begin with `_` are not meant to be read, and not counted.
    pub passed_over: Vec<String>,
    /// Folders within the folder that were not gone through, since they are gone through under another name or stand above.
    pub folders_passed_over: Vec<String>,
    /// Files that changed while they were read: what was read is neither the old nor the new.
    pub changed: Vec<String>,
    /// Columns that some of the files have, and the files that have not.
    pub lacking: Vec<(String, Vec<String>)>,
}

impl FilesReport {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.passed_over.is_empty()
            && self.folders_passed_over.is_empty()
            && self.changed.is_empty()
            && self.lacking.is_empty()
    }
}

impl fmt::Display for FilesReport {
    /// One line each, indented and with a line end before it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Files that are named; the rest is counted.
        const NAMED: usize = 8;
        let names = |files: &[String]| {
            let more = files.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{}{more}", files[..files.len().min(NAMED)].join(", "))
        };
        for (what, passed_over) in [("file", &self.passed_over), ("folder", &self.folders_passed_over)] {
            let count = passed_over.len();
            let plural = if count == 1 { "" } else { "s" };
            if count > 0 {
                write!(f, "\n  {count} {what}{plural} passed over: {}", names(passed_over))?;
            }
        }
        for (column, files) in &self.lacking {
            write!(f, "\n  warning: no column `{column}`, which other files have, in {}", names(files))?;
        }
        if !self.changed.is_empty() {
            write!(f, "\n  warning: changed while it was read, so read it again: {}", names(&self.changed))?;
        }
        Ok(())
    }
}

impl Input {
    /// Lists the files below `path`. Hidden files and those that begin with `_` are left out.
    pub fn of(path: &Path) -> Result<Input, DataError> {
        let metadata = std::fs::metadata(path).map_err(|cause| cannot_open(path, &cause))?;
        let mut input = Input { files: Vec::new(), notes: Notes::default() };
        if !metadata.is_dir() {
            if !metadata.is_file() && Format::of(path).is_some() {
                let cause = "it is no regular file".to_owned();
                return Err(DataError::NotReadable { path: path.to_owned(), cause });
            }
            input.files.push(InputFile::at(path.to_owned()));
            return Ok(input);
        }
        let Found { files, mut passed_over, folders_passed_over } = walk(path)?;
        input.files = files.into_iter().map(InputFile::at).collect();
        input.files.sort_by(|a, b| a.path.cmp(&b.path));
        // A file that a link names as well is one file.
        let mut names: BTreeMap<PathBuf, String> = BTreeMap::new();
        input.files.retain(|file| {
            let Ok(place) = file.path.canonicalize() else { return true };
            let name = name_below(path, &file.path);
            match names.get(&place) {
                Some(first) => passed_over.push(format!("{name} (it is {first})")),
                None => return names.insert(place, name).is_none(),
            }
            false
        });
        let nothing_else = passed_over.is_empty();
        input.notes.folder = Some(path.to_owned());
        input.notes.report = FilesReport { passed_over, folders_passed_over, ..FilesReport::default() };
        match (input.files.is_empty(), nothing_else) {
            (false, _) => Ok(input),
            (true, true) => Err(DataError::Empty { path: path.to_owned() }),
            (true, false) => Err(DataError::UnknownFormat { path: path.to_owned() }),
        }
    }
}

/// The columns that the folders of a path name, as Hive and Spark write them: `split=train`. Two of one name that say the same are one.
fn partitions(path: &Path) -> Vec<Partition> {
    /// What Hive writes for null.
    const NULL: &str = "__HIVE_DEFAULT_PARTITION__";
    let mut partitions: Vec<Partition> = Vec::new();
    for component in path.parent().into_iter().flat_map(Path::components) {
        let Component::Normal(name) = component else { continue };
        let name = name.to_string_lossy();
        let Some((key, value)) = name.split_once('=').filter(|(key, _)| !key.is_empty()) else { continue };
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let partition = (decoded(key), (value != NULL).then(|| decoded(value)));
        if !partitions.contains(&partition) {
            partitions.push(partition);
        }
    }
    partitions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_columns_as_hive_writes_them() {
        let path = Path::new("logs/day=2/event=add%20to%2Fcart/x=__HIVE_DEFAULT_PARTITION__/=a/b=/day=2/day=3/c=d.csv");
        let of = |key: &str, value: &str| (key.to_owned(), Some(value.to_owned()));
        assert_eq!(
            partitions(path),
            [of("day", "2"), of("event", "add to/cart"), ("x".into(), None), of("b", ""), of("day", "3")]
        );
    }

    #[test]
    fn many_files_are_counted() {
        let passed_over = (0..20).map(|file| format!("{file}.bak")).collect();
        let report = FilesReport { passed_over, ..FilesReport::default() };
        let text = report.to_string();
        assert!(text.starts_with("\n  20 files passed over: 0.bak, ") && text.ends_with("7.bak and 12 more"));
        assert!(!report.is_empty() && FilesReport::default().is_empty());
    }
}
