//! Goes through the folders of an input, each once, whatever links lead to it.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use super::cannot_open;
use super::names::{Format, name_below};
use crate::data::DataError;

/// What stands below a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files that have a format.
    pub files: Vec<PathBuf>,
    /// The others, and why where the name does not say it.
    pub passed_over: Vec<String>,
    /// Folders that were gone through under another name, or that stand above.
    pub folders_passed_over: Vec<String>,
}

/// Finds the files below `root`. Names that begin with `.` or `_` are left out.
///
/// Links to folders are followed after the folders that stand here themselves, so that a folder goes by its own name where
/// it has one here. A few links among folders make more paths than can be gone through: a folder is told by where it really is.
pub(super) fn walk(root: &Path) -> Result<Found, DataError> {
    let mut walk =
        Walk { root, top: real(root)?, names: BTreeMap::new(), links: VecDeque::new(), found: Found::default() };
    walk.folder(root)?;
    while let Some(link) = walk.links.pop_front() {
        let (here, there) = (real(link.parent().unwrap_or(root))?, real(&link)?);
        // Whoever follows a link to what it stands in never ends; one to what the input stands in reads what is no part of it.
        if walk.names.contains_key(&there) || !(here.starts_with(&there) || walk.top.starts_with(&there)) {
            walk.folder(&link)?;
        } else {
            walk.found.folders_passed_over.push(format!("{} (it stands above)", name_below(root, &link)));
        }
    }
    walk.found.folders_passed_over.sort();
    Ok(walk.found)
}

struct Walk<'a> {
    root: &'a Path,
    /// Where the root really is.
    top: PathBuf,
    /// The names of the folders that were gone through, by where they really are.
    names: BTreeMap<PathBuf, String>,
    /// Links to folders that are still to be followed.
    links: VecDeque<PathBuf>,
    found: Found,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), DataError> {
        let (place, name) = (real(folder)?, name_below(self.root, folder));
        if let Some(first) = self.names.get(&place) {
            let first = if first.is_empty() { "the whole folder" } else { first };
            self.found.folders_passed_over.push(format!("{name} (it is {first})"));
            return Ok(());
        }
        self.names.insert(place, name);
        let failed = |cause| cannot_open(folder, &cause);
        let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(failed)?.collect();
        let mut entries = entries.map_err(failed)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries.iter().filter(|entry| !entry.file_name().to_string_lossy().starts_with(['.', '_'])) {
            let path = entry.path();
            match path.is_dir() {
                true if entry.file_type().is_ok_and(|kind| kind.is_symlink()) => self.links.push_back(path),
                true => self.folder(&path)?,
                false => self.file(path),
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf) {
        let name = name_below(self.root, &path);
        let packed = path.extension().is_some_and(|ending| ending == "gz" || ending == "zst");
        let irregular = || std::fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        if Format::of(&path).is_none() {
            self.found.passed_over.push(name);
        } else if irregular() {
            self.found.passed_over.push(format!("{name} (it is no regular file)"));
        } else if packed && path.with_extension("").is_file() {
            self.found.passed_over.push(format!("{name} (it stands there unpacked)"));
        } else {
            self.found.files.push(path);
        }
    }
}

/// Where a folder is, whatever links lead to it.
fn real(folder: &Path) -> Result<PathBuf, DataError> {
    folder.canonicalize().map_err(|cause| cannot_open(folder, &cause))
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// What is found below the folder `log` of a new folder that holds these files and links.
    fn found(files: &[&str], links: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            path
        };
        files.iter().for_each(|file| fs::write(place(file), "").unwrap());
        links.iter().for_each(|(link, to)| symlink(to, place(link)).unwrap());
        let root = folder.path().join("log");
        let found = walk(&root).unwrap();
        (found.files.iter().map(|path| name_below(&root, path)).collect(), found.folders_passed_over)
    }

    #[test]
    fn every_folder_is_gone_through_once_however_many_links_lead_to_it() {
        let folders = 24;
        let files: Vec<String> = (0..folders).map(|folder| format!("log/{folder:02}/rows.csv")).collect();
        let pairs = (0..folders).flat_map(|from| (0..folders).map(move |to| (from, to)));
        let links: Vec<(String, String)> =
            pairs.map(|(from, to)| (format!("log/{from:02}/to{to:02}"), format!("../{to:02}"))).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let links: Vec<(&str, &str)> = links.iter().map(|(link, to)| (link.as_str(), to.as_str())).collect();
        let (read, passed_over) = found(&files, &links);
        assert_eq!((read.len(), passed_over.len()), (folders, folders * folders));
        assert_eq!((read[5].as_str(), passed_over[25].as_str()), ("05/rows.csv", "01/to01 (it is 01)"));
    }

    #[test]
    fn a_folder_goes_by_its_own_name_and_one_from_elsewhere_by_its_links() {
        let files = ["log/z/a.csv", "elsewhere/deep/b.csv"];
        let links = [("log/a", "z"), ("log/c", "../elsewhere"), ("log/b", "../elsewhere/deep")];
        let (read, passed_over) = found(&files, &links);
        assert_eq!(read, ["z/a.csv", "b/b.csv"]);
        assert_eq!(passed_over, ["a (it is z)", "c/deep (it is b)"]);
    }

    #[test]
    fn links_to_what_stands_above_are_named_and_not_followed() {
        let files = ["log/x/a.csv", "other.csv", "elsewhere/b.csv"];
        let links = [("log/x/top", ".."), ("log/up", ".."), ("log/e", "../elsewhere"), ("elsewhere/back", "../log/..")];
        let (read, passed_over) = found(&files, &links);
        assert_eq!(read, ["x/a.csv", "e/b.csv"]);
        assert_eq!(passed_over, ["e/back (it stands above)", "up (it stands above)", "x/top (it is the whole folder)"]);
    }
}
