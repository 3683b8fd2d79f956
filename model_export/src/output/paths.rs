//! Which files a call may write: none that it reads, none twice, none under a name that promises another format.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::OutputError;

/// Endings that promise a format. A name without one of them promises nothing, and any format may bear it.
const FORMATS: [&str; 28] = [
    "safetensors",
    "parquet",
    "html",
    "htm",
    "jsonl",
    "ndjson",
    "json",
    "csv",
    "tsv",
    "txt",
    "md",
    "pdf",
    "xml",
    "xls",
    "xlsx",
    "gz",
    "zst",
    "bz2",
    "xz",
    "zip",
    "tar",
    "avro",
    "arrow",
    "orc",
    "onnx",
    "npz",
    "sqlite",
    "wasm",
];

/// Endings of what the command writes that it never reads from a folder.
const NEVER_READ: [&str; 5] = [".safetensors", ".checkpoint", ".html", ".htm", ".report.json"];

/// A file beside another one, named after it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Refuses a name that promises another format than the first of `written`, or than others that are as right. Devices and
/// pipes may be called anything.
///
/// # Errors
/// `output.wrong_ending`.
pub fn check_ending(path: &Path, written: &[&'static str]) -> Result<(), OutputError> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_device = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    // Where the folder is missing, or a folder is in the way, that is what is wrong, and opening the file says it.
    let can_be = folder_of(path).is_dir() && !path.is_dir();
    match written.first() {
        Some(right) if can_be && !is_device && FORMATS.contains(&&*ending) && !written.contains(&&*ending) => {
            Err(OutputError::WrongEnding { path: path.to_owned(), right })
        }
        _ => Ok(()),
    }
}

/// Refuses outputs of a call that are inputs of it, would be found in a folder that it reads, or are one file. Files are
/// told apart by what they are and not by their names: a link, a hard link, another case or `./` makes no difference. To be
/// called before anything is read or opened.
///
/// # Errors
/// `output.is_input`, `output.twice`.
pub fn check_apart(outputs: &[&Path], inputs: &[&Path]) -> Result<(), OutputError> {
    for (at, &output) in outputs.iter().enumerate() {
        let place = Place::of(output);
        if let Some(&input) = inputs.iter().find(|input| place.is_read_with(input)) {
            return Err(OutputError::IsInput { path: output.to_owned(), input: input.to_owned() });
        }
        if let Some(&other) = outputs[..at].iter().find(|other| Place::of(other).is(&place)) {
            return Err(OutputError::Twice { path: output.to_owned(), other: other.to_owned() });
        }
    }
    Ok(())
}

/// Whether two paths lead to one file, under whatever names.
pub fn same_file(one: &Path, other: &Path) -> bool {
    FileId::of(one).is_some_and(|file| Some(file) == FileId::of(other))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where an output will be.
struct Place {
    /// The file that is there; devices and pipes are none, since writing to them replaces nothing.
    file: Option<FileId>,
    /// Its folder without links, and its name.
    path: Option<PathBuf>,
}

impl Place {
    fn of(path: &Path) -> Place {
        let folder = fs::canonicalize(folder_of(path)).ok();
        Place { file: FileId::of(path), path: folder.zip(path.file_name()).map(|(folder, name)| folder.join(name)) }
    }

    fn is(&self, other: &Place) -> bool {
        let same_name = self.path.is_some() && self.path == other.path;
        same_name || self.file.is_some() && self.file == other.file
    }

    /// Whether reading an input, a file or all files of a folder, reads what is here, or would once it is written.
    fn is_read_with(&self, input: &Path) -> bool {
        if !input.is_dir() {
            return self.file.is_some() && self.file == FileId::of(input);
        }
        let Ok(folder) = fs::canonicalize(input) else { return false };
        let within = |path: &PathBuf| may_be_read(path) && path.starts_with(&folder);
        // What stands above is not read, whatever links lead there.
        let mut met: BTreeSet<PathBuf> = folder.ancestors().skip(1).map(Path::to_owned).collect();
        self.path.as_ref().is_some_and(within) || self.file.is_some() && self.is_in_folder(&folder, &mut met)
    }

    /// Whether the file stands in this folder or in one below it; in none of those that were met, of which it becomes one.
    fn is_in_folder(&self, folder: &Path, met: &mut BTreeSet<PathBuf>) -> bool {
        if !fs::canonicalize(folder).is_ok_and(|place| met.insert(place)) {
            return false;
        }
        let mut entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.any(|path| {
            if path.is_dir() {
                self.is_in_folder(&path, met)
            } else {
                may_be_read(&path) && self.file == FileId::of(&path)
            }
        })
    }
}

/// Whether a file of this name is read where it stands in a folder that is.
fn may_be_read(path: &Path) -> bool {
    let name = path.as_os_str().to_string_lossy().to_ascii_lowercase();
    !NEVER_READ.iter().any(|ending| name.ends_with(ending))
}

/// What a file is, whatever its name.
#[cfg(unix)]
#[derive(PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl FileId {
    fn of(path: &Path) -> Option<FileId> {
        use std::os::unix::fs::MetadataExt;
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        Some(FileId { device: found.dev(), inode: found.ino() })
    }
}

/// What a file is, whatever its name.
#[cfg(not(unix))]
#[derive(PartialEq, Eq)]
struct FileId(same_file::Handle);

#[cfg(not(unix))]
impl FileId {
    fn of(path: &Path) -> Option<FileId> {
        fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        same_file::Handle::from_path(path).ok().map(FileId)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn code(result: Result<(), OutputError>) -> &'static str {
        result.err().map_or("", |error| error.code())
    }

    #[test]
    fn a_name_may_promise_what_is_written_or_nothing() {
        let ending = |name: &str| code(check_ending(Path::new(name), &["html", "htm"]));
        assert_eq!(
            ["r.html", "r.HTM", "r", "r.2026-03", "r.report", "/dev/null", "no/such/r.csv"].map(ending),
            [""; 7]
        );
        assert_eq!(["r.csv", "r.JSON", "r.html.gz", "r.safetensors"].map(ending), ["output.wrong_ending"; 4]);
        let message = check_ending(Path::new("r.csv"), &["parquet"]).unwrap_err().to_string();
        assert!(message.contains("r.csv") && message.contains("r.parquet"), "{message}");
    }

    #[test]
    fn an_output_is_no_input_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["log.csv", "other.csv", "model"] {
            fs::write(path(name), name).unwrap();
        }
        fs::hard_link(path("log.csv"), path("hard")).unwrap();
        fs::create_dir(path("sub")).unwrap();
        let (log, other) = (path("log.csv"), path("other.csv"));
        let apart = |output: &Path| code(check_apart(&[output], &[&other, &log]));
        for same in ["log.csv", "./log.csv", "sub/../log.csv", "hard"] {
            assert_eq!(apart(&path(same)), "output.is_input", "{same}");
        }
        assert_eq!(["model", "new", "sub/log.csv"].map(|name| apart(&path(name))), [""; 3]);
        assert_eq!(code(check_apart(&[Path::new("/dev/null")], &[Path::new("/dev/null")])), "");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../log.csv", path("sub/link")).unwrap();
            assert_eq!(apart(&path("sub/link")), "output.is_input");
        }
    }

    #[test]
    fn an_output_stands_in_no_folder_that_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("log/day=1")).unwrap();
        fs::write(path("log/day=1/a.csv"), "a").unwrap();
        fs::hard_link(path("log/day=1/a.csv"), path("m.safetensors")).unwrap();
        let apart = |output: &str| code(check_apart(&[&path(output)], &[&path("log")]));
        for read in ["log/b.csv", "log/day=1/a.csv", "log/day=1/r.parquet", "log/../log/x.jsonl.gz", "m.safetensors"] {
            assert_eq!(apart(read), "output.is_input", "{read}");
        }
        // What the command writes itself may stand there, and be written again.
        fs::write(path("log/m.safetensors"), "of the last run").unwrap();
        for beside in ["log/m.safetensors", "log/m.safetensors.report.json", "log/day=1/r.html", "b.csv", "logs.csv"] {
            assert_eq!(apart(beside), "", "{beside}");
        }
        #[cfg(unix)]
        {
            // Folders that lead back to themselves, to each other and above end somewhere.
            let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, path(name)).unwrap();
            link(".", "log/again");
            link("..", "log/up");
            for from in 0..12 {
                fs::create_dir(path(&format!("log/{from}"))).unwrap();
                (0..12).for_each(|to| link(&format!("../{to}"), &format!("log/{from}/{to}")));
            }
            fs::write(path("old.csv"), "").unwrap();
            assert_eq!(apart("old.csv"), "");
            assert_eq!(apart("log/again/c.csv"), "output.is_input");
        }
    }

    #[test]
    fn two_outputs_are_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), "").unwrap();
        fs::hard_link(path("a"), path("b")).unwrap();
        let apart = |one: &str, other: &str| code(check_apart(&[&path(one), &path(other)], &[]));
        assert_eq!(apart("a", "b"), "output.twice");
        assert_eq!(apart("new", "./new"), "output.twice");
        assert_eq!(apart("a", "new"), "");
    }
}
