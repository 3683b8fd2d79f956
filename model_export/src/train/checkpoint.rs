//! What a run leaves behind after every pass, so that a killed one goes on where it was and ends in the same bytes.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::output::{OutputError, beside, on_interrupt_say, write_atomically};

/// A file beside the artifact that is to be.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    path: PathBuf,
    /// What the run is made of: a file of another log, other settings or another version is not gone on with.
    key: String,
}

#[derive(Serialize)]
struct Written<'a, T> {
    key: &'a str,
    state: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    key: String,
    state: T,
}

impl Checkpoint {
    /// The checkpoint of the run that writes `out`.
    pub fn beside(out: &Path, key: String) -> Self {
        Checkpoint { path: Self::path_beside(out), key }
    }

    /// Where the checkpoint of such a run is.
    pub fn path_beside(out: &Path) -> PathBuf {
        beside(out, ".checkpoint")
    }

    /// Keeps a state in place of the one before. An interrupt says from then on that the run can go on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save<T: Serialize>(&self, state: &T) -> Result<(), OutputError> {
        write_atomically(&self.path, |file| {
            ciborium::into_writer(&Written { key: &self.key, state }, file).map_err(|cause| match cause {
                ciborium::ser::Error::Io(cause) => cause,
                ciborium::ser::Error::Value(what) => io::Error::other(what),
            })
        })?;
        self.announce();
        Ok(())
    }

    fn announce(&self) {
        on_interrupt_say(&format!("the same command goes on from {}", self.path.display()));
    }

    /// The state of an earlier run of the same kind; a file that is missing, damaged or of another run is none.
    pub fn load<T: for<'a> Deserialize<'a>>(&self) -> Option<T> {
        let state = self.read()?;
        self.announce();
        Some(state)
    }

    fn read<T: for<'a> Deserialize<'a>>(&self) -> Option<T> {
        let read: Read<T> = ciborium::from_reader(BufReader::new(File::open(&self.path).ok()?)).ok()?;
        (read.key == self.key).then_some(read.state)
    }

    /// The run is over. What another run that writes to the same place has left stays.
    pub fn remove(&self) {
        on_interrupt_say("");
        if self.read::<IgnoredAny>().is_some() {
            // A file that stays behind costs space and nothing else: its run would end in the same artifact.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Numbers as one run of bytes: a tenth of the time, and less than half of the size, of a list of them.
pub(super) mod floats {
    use core::fmt;
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
        struct Floats;
        impl Visitor<'_> for Floats {
            type Value = Vec<f32>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("little-endian f32 numbers")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
                let (words, rest) = bytes.as_chunks::<4>();
                let whole = rest.is_empty().then(|| words.iter().map(|word| f32::from_le_bytes(*word)).collect());
                whole.ok_or_else(|| E::invalid_length(bytes.len(), &self))
            }
            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<f32>, E> {
                self.visit_bytes(&bytes)
            }
        }
        deserializer.deserialize_byte_buf(Floats)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct State {
        pass: usize,
        #[serde(with = "floats")]
        table: Vec<f32>,
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_called_one() {
        let full = Path::new("/dev/full");
        if !full.exists() {
            println!("skipped: this machine has no /dev/full");
            return;
        }
        let checkpoint = Checkpoint { path: full.into(), key: "a".into() };
        let error = checkpoint.save(&State { pass: 1, table: vec![0.5; 100_000] }).unwrap_err();
        assert_eq!(error.code(), "output.disk_full", "{error}");
    }

    #[test]
    fn a_state_comes_back_for_the_same_run_only() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("model.safetensors");
        let checkpoint = Checkpoint::beside(&out, "a".into());
        assert_eq!(checkpoint.load::<State>(), None);
        let state = State { pass: 3, table: vec![1.5, f32::MIN_POSITIVE, -0.0] };
        checkpoint.save(&state).unwrap();
        assert_eq!(checkpoint.load(), Some(state));
        assert_eq!(Checkpoint::beside(&out, "b".into()).load::<State>(), None);
        let path = folder.path().join("model.safetensors.checkpoint");
        Checkpoint::beside(&out, "b".into()).remove();
        assert!(path.exists(), "another run's file stays");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(checkpoint.load::<State>(), None, "a damaged file is none");
        fs::write(&path, &bytes).unwrap();
        checkpoint.remove();
        assert!(!path.exists());
    }
}
