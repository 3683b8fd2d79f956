//! Write beside, flush to the disk, rename.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::OutputError;

/// Files in the making: what an interrupt must remove.
static TEMPORARIES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What an interrupt leaves behind that is of use, in words; empty: nothing.
static LEFT: Mutex<String> = Mutex::new(String::new());

/// Writes a file: all of it in place of the old one, or nothing.
///
/// # Errors
/// Any [`OutputError`], the closure's own errors among them.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), OutputError> {
    let mut pending = Pending::create(path)?;
    write(pending.writer()).map_err(|cause| OutputError::of(path, &cause))?;
    pending.commit()
}

/// A file in the making, for writers that take their rows one by one. Dropped without [`Pending::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Pending {
    path: PathBuf,
    /// `None` where the path is a device or a pipe: those cannot be replaced, only written to.
    temporary: Option<Temporary>,
    writer: BufWriter<File>,
}

impl Pending {
    /// Opens a temporary file beside `path`.
    ///
    /// # Errors
    /// Any [`OutputError`].
    pub fn create(path: &Path) -> Result<Pending, OutputError> {
        let failed = |cause: io::Error| OutputError::of(path, &cause);
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let existing = match fs::metadata(&target) {
            // The temporary name would do, and renaming it fail in the end.
            Err(cause) if cause.kind() == io::ErrorKind::InvalidFilename => return Err(failed(cause)),
            found => found.ok(),
        };
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(OutputError::IsFolder { path: path.to_owned() });
        }
        if existing.as_ref().is_some_and(|metadata| metadata.is_file() && metadata.permissions().readonly()) {
            return Err(OutputError::ReadOnly { path: path.to_owned() });
        }
        if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            let file = File::options().write(true).open(&target).map_err(failed)?;
            return Ok(Pending { path: path.to_owned(), temporary: None, writer: BufWriter::new(file) });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(OutputError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
        }
        let Some(name) = target.file_name() else { return Err(OutputError::IsFolder { path: path.to_owned() }) };
        let (temporary, file) = Temporary::create(folder, &name.to_string_lossy(), target.clone()).map_err(failed)?;
        if let Some(existing) = existing {
            // The rights of the old file, as far as they can be kept.
            let _ = file.set_permissions(existing.permissions());
        }
        Ok(Pending { path: path.to_owned(), temporary: Some(temporary), writer: BufWriter::new(file) })
    }

    /// Whether what is written takes the place of a file, rather than going into a device or a pipe.
    pub fn is_file(&self) -> bool {
        self.temporary.is_some()
    }

    /// Where to write to.
    pub fn writer(&mut self) -> &mut BufWriter<File> {
        &mut self.writer
    }

    /// A second handle to the same file, for a writer that wants to own one.
    pub(super) fn duplicate(&self) -> Result<BufWriter<File>, OutputError> {
        let file = self.writer.get_ref().try_clone().map_err(|cause| OutputError::of(&self.path, &cause))?;
        Ok(BufWriter::new(file))
    }

    /// Writes a whole file of these bytes and puts it in its place.
    ///
    /// # Errors
    /// As [`Pending::commit`].
    pub fn finish(mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.writer.write_all(bytes).map_err(|cause| OutputError::of(&self.path, &cause))?;
        self.commit()
    }

    /// Flushes to the disk and puts the file in its place.
    ///
    /// # Errors
    /// Any [`OutputError`]; the temporary file is gone then.
    pub fn commit(self) -> Result<(), OutputError> {
        let Pending { path, temporary, mut writer } = self;
        let failed = |cause: io::Error| OutputError::of(&path, &cause);
        writer.flush().map_err(failed)?;
        match temporary {
            None => Ok(()),
            Some(temporary) => {
                writer.get_ref().sync_all().map_err(failed)?;
                temporary.rename().map_err(failed)
            }
        }
    }
}

/// A temporary file's name, known to the interrupt handler as long as this lives.
#[derive(Debug)]
struct Temporary {
    name: PathBuf,
    target: PathBuf,
}

impl Temporary {
    fn create(folder: &Path, file_name: &str, target: PathBuf) -> io::Result<(Temporary, File)> {
        // The lock is held over the creation, so that an interrupt sees the file or prevents it.
        let mut temporaries = temporaries();
        let process = std::process::id();
        let file_name = cut(file_name);
        remove_left_over(folder, file_name, &temporaries);
        for attempt in 0..1_000 {
            let name = folder.join(format!(".{file_name}.{process}-{attempt}.tmp"));
            match File::options().write(true).create_new(true).open(&name) {
                Ok(file) => {
                    // Held as long as the file is open, so that others can tell it from one that a killed process left. One
                    // that another process locked first, and took for such, is given up.
                    let taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
                    if taken || !name.exists() {
                        continue;
                    }
                    temporaries.insert(name.clone());
                    return Ok((Temporary { name, target }, file));
                }
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(cause),
            }
        }
        Err(io::Error::other("too many temporary files of this name are left over in the folder; remove them"))
    }

    fn rename(self) -> io::Result<()> {
        let mut temporaries = temporaries();
        fs::rename(&self.name, &self.target)?;
        temporaries.remove(&self.name);
        drop(temporaries);
        // The rename itself reaches the disk with the folder. Where a folder cannot be opened the data is safe already.
        if let Some(folder) = self.target.parent().and_then(|folder| File::open(folder).ok()) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if temporaries().remove(&self.name) {
            let _ = fs::remove_file(&self.name);
        }
    }
}

/// So much of a file's name that the temporary name, which is longer, is not too long where the file's own is not.
fn cut(file_name: &str) -> &str {
    /// No file system that we know of has fewer than 143 bytes for a name.
    const LONGEST: usize = 100;
    &file_name[..file_name.floor_char_boundary(LONGEST)]
}

/// Removes what processes that were killed left of this file: a temporary file that nobody holds a lock on. Where the file
/// system knows no locks, they stay.
fn remove_left_over(folder: &Path, file_name: &str, ours: &BTreeSet<PathBuf>) {
    let begin = format!(".{file_name}.");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let middle = name.to_str().and_then(|name| name.strip_prefix(&begin)?.strip_suffix(".tmp"));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let numbers = middle.and_then(|middle| middle.split_once('-'));
        let left = numbers.is_some_and(|(process, attempt)| number(process) && number(attempt))
            && !ours.iter().any(|path| path.file_name() == Some(&name));
        if left && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn temporaries() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the line after an interrupt says from now on in place of "nothing was written"; nothing, to say that again.
pub fn on_interrupt_say(left: &str) {
    left.clone_into(&mut LEFT.lock().unwrap_or_else(PoisonError::into_inner));
}

/// From now on Ctrl-C (and a request to terminate) removes the files in the making and ends the command: `last` is told what is
/// left, in words, and gives the status to exit with.
///
/// # Errors
/// Where the system refuses a handler; the command can go on without one.
pub fn stop_cleanly_on_interrupt(last: impl Fn(&str) -> u8 + Send + 'static) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        // Held to the end, so that no new temporary comes up behind our back.
        let temporaries = temporaries();
        for name in temporaries.iter() {
            let _ = fs::remove_file(name);
        }
        let left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        let status = last(if left.is_empty() { "nothing was written" } else { left.as_str() });
        std::process::exit(status.into());
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        write_atomically(&path, |writer| writer.write_all(b"first, and longer")).unwrap();
        write_atomically(&path, |writer| writer.write_all(b"second")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, b"old").unwrap();
        let error = write_atomically(&path, |writer| {
            writer.write_all(&[7; 100_000])?;
            assert_eq!(names(folder.path()).len(), 2, "written beside");
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(error.code(), "output.disk_full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["out.txt"]);
        drop(Pending::create(&path).unwrap());
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_missing_folder_and_a_folder_in_the_way_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no/such/out.txt");
        let error = write_atomically(&missing, |_| Ok(())).unwrap_err();
        assert_eq!(error.code(), "output.no_folder");
        assert!(error.to_string().contains("no/such does not exist"), "{error}");
        let error = write_atomically(folder.path(), |_| Ok(())).unwrap_err();
        assert_eq!(error.code(), "output.is_folder");
        let under_a_file = folder.path().join("file/out.txt");
        fs::write(folder.path().join("file"), b"").unwrap();
        assert_eq!(write_atomically(&under_a_file, |_| Ok(())).unwrap_err().code(), "output.no_folder");
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_another_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let left = ["4194305-0", "77-12"].map(|name| folder.path().join(format!(".out.txt.{name}.tmp")));
        let others =
            [".out.txt.-1.tmp", ".out.txt.7.tmp", ".out.txt.1-2.tmp.tmp", ".other.txt.77-0.tmp", "out.txt.77-0.tmp"];
        for path in left.iter().cloned().chain(others.map(|name| folder.path().join(name))) {
            fs::write(path, "half").unwrap();
        }
        let writing = Pending::create(&path).unwrap();
        assert!(left.iter().all(|path| !path.exists()) && others.iter().all(|name| folder.path().join(name).exists()));
        // A second process, at least as far as the lock knows, leaves the first one's file alone.
        write_atomically(&path, |writer| writer.write_all(b"second")).unwrap();
        writing.finish(b"first").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()).len(), others.len() + 1);
    }

    #[test]
    fn a_file_may_have_the_longest_name_that_there_is() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["n".repeat(255), "\u{e9}".repeat(120) + ".html"] {
            let path = folder.path().join(&name);
            let left = folder.path().join(format!(".{}.77-3.tmp", cut(&name)));
            fs::write(&left, "half").unwrap();
            write_atomically(&path, |writer| writer.write_all(b"whole")).unwrap();
            assert_eq!((fs::read(&path).unwrap().as_slice(), left.exists()), (&b"whole"[..], false), "{name}");
        }
        assert_eq!(names(folder.path()).len(), 2);
        let longer = Pending::create(&folder.path().join("n".repeat(256))).unwrap_err();
        assert!(longer.code() == "output.failed" && names(folder.path()).len() == 2, "{longer}");
    }

    #[test]
    fn a_file_that_may_only_be_read_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, b"keep").unwrap();
        let mut rights = fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(&path, rights).unwrap();
        assert_eq!(Pending::create(&path).unwrap_err().code(), "output.not_permitted");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_device_is_written_to_and_never_replaced() {
        use std::os::unix::fs::FileTypeExt;
        let full = Path::new("/dev/full");
        if !full.exists() {
            println!("skipped: this machine has no /dev/full");
            return;
        }
        let error = write_atomically(full, |writer| writer.write_all(b"data")).unwrap_err();
        assert_eq!(error.code(), "output.disk_full");
        assert!(fs::metadata(full).unwrap().file_type().is_char_device());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link_and_rights_are_kept() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, b"old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_atomically(&link, |writer| writer.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_without_rights_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, b"old").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        let result = write_atomically(&path, |writer| writer.write_all(b"new"));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        match result {
            Err(error) => {
                assert_eq!(error.code(), "output.not_permitted");
                assert_eq!(fs::read(&path).unwrap(), b"old");
            }
            Ok(()) => println!("skipped: this user may write anywhere"),
        }
    }
}
