//! Reading what training made: artifacts, and the report that lies beside one.
//!
//! Its one job: a file's bytes become a checked artifact, or an error that names the file. Uses the engine, and
//! [`crate::output`] for the report's name.
//!
//! The artifact is published; the report stays where the model was made. It holds what tells of the shop's business (totals,
//! dates, quality) and hashes of sessions, by which `evaluate` finds out whether training has read what it measures on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reshelf::artifact::{Artifact, ArtifactError, Header};
use reshelf::reranker::Reranker;
use serde_json::Value;
use thiserror::Error;

use crate::output::beside;

/// Why a model could not be read. The message is one line and names the file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The file could not be read.
    #[error("cannot read the model {}: {cause}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The path names a folder.
    #[error("the model {} is a folder; name the file in it", path.display())]
    IsFolder {
        /// Its path.
        path: PathBuf,
    },
    /// The artifact has no items.
    #[error("{} is a core, which has no items; pass the model that `reshelf core` made it of", path.display())]
    NoItems {
        /// Its path.
        path: PathBuf,
    },
    /// The file is not an artifact to be trusted.
    #[error("{}: {cause}", path.display())]
    Artifact {
        /// Its path.
        path: PathBuf,
        /// Why.
        cause: ArtifactError,
    },
}

impl ModelError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            ModelError::Unreadable { .. } => "model.unreadable",
            ModelError::IsFolder { .. } => "model.is_folder",
            ModelError::NoItems { .. } => "model.no_items",
            ModelError::Artifact { cause, .. } => cause.code(),
        }
    }
}

/// Refuses a folder in a model's place. To be called before outputs are compared with inputs, where a folder stands for all
/// files in it.
///
/// # Errors
/// `model.is_folder`.
pub fn check_model(path: &Path) -> Result<(), ModelError> {
    if path.is_dir() { Err(ModelError::IsFolder { path: path.to_owned() }) } else { Ok(()) }
}

/// The bytes of a model's file, or of its report.
///
/// # Errors
/// `model.unreadable`, `model.is_folder`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, ModelError> {
    check_model(path)?;
    std::fs::read(path).map_err(|cause| ModelError::Unreadable { path: path.to_owned(), cause })
}

/// Reads and checks an artifact, the head included.
///
/// # Errors
/// `model.unreadable`, `model.is_folder`, or why the artifact was refused.
pub fn read_artifact(path: &Path) -> Result<Arc<Artifact>, ModelError> {
    let refused = |cause| ModelError::Artifact { path: path.to_owned(), cause };
    let artifact = Arc::new(Artifact::from_bytes(&read_bytes(path)?).map_err(refused)?);
    Reranker::new(artifact.clone()).map_err(refused)?;
    Ok(artifact)
}

/// Reads and checks an artifact as [`read_artifact`], for what goes by its items.
///
/// # Errors
/// Those of [`read_artifact`], and `model.no_items` for a core.
pub fn read_whole_artifact(path: &Path) -> Result<Arc<Artifact>, ModelError> {
    let artifact = read_artifact(path)?;
    if artifact.items.is_empty() { Err(ModelError::NoItems { path: path.to_owned() }) } else { Ok(artifact) }
}

/// Bytes of each part of an artifact: tensors by the first word of their names, and the header; together the whole file.
/// Nothing but `header` for bytes that are no artifact.
pub fn bytes_by_part(bytes: &[u8]) -> BTreeMap<String, usize> {
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for tensor in Header::parse(bytes).map(|header| header.tensors).unwrap_or_default() {
        let part = tensor.name.split('.').next().unwrap_or_default().to_owned();
        *parts.entry(part).or_default() += tensor.end.saturating_sub(tensor.begin);
    }
    let held: usize = parts.values().sum();
    parts.insert("header".to_owned(), bytes.len().saturating_sub(held));
    parts
}

/// Where the report of an artifact is: `OUT.report.json` for the artifact `OUT`.
pub fn training_report_path(artifact: &Path) -> PathBuf {
    beside(artifact, ".report.json")
}

/// The report of the run that made this artifact.
///
/// # Errors
/// Why there is none to be read, in words.
pub fn read_training_report(path: &Path, artifact: &Artifact) -> Result<Value, String> {
    let path = training_report_path(path);
    let bytes = std::fs::read(&path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => format!("there is no {}", path.display()),
        _ => format!("{} cannot be read ({cause})", path.display()),
    })?;
    let report: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    match report["model"].as_str() {
        Some(model) if model == artifact.model => Ok(report),
        Some(_) => Err(format!("{} is of another training run", path.display())),
        None => Err(format!("{} is no report of a training run", path.display())),
    }
}

/// The part of the items that training hid from a model, by its card; `None` where it hid none.
pub fn hidden_part(card: &str) -> Option<f64> {
    let card: Value = serde_json::from_str(card).ok()?;
    card["hide_items"].as_f64().filter(|part| 0.0 < *part && *part < 1.0)
}

/// What is to be said of a model that items were hidden from.
pub fn hidden_in_words(part: f64) -> String {
    format!("training hid about {part} of the items from the model (train --hide-items), which knows nothing of them")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::synthetic;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_says_what_was_hidden() {
        assert_eq!(hidden_part(r#"{"hide_items": 0.1}"#), Some(0.1));
        for card in ["", "{}", "[]", r#"{"hide_items": "0.1"}"#, r#"{"hide_items": 0}"#, r#"{"hide_items": 1}"#] {
            assert_eq!(hidden_part(card), None, "{card}");
        }
    }

    #[test]
    fn a_report_is_read_for_its_own_artifact_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.v2.safetensors");
        let artifact = Artifact { model: "7f".into(), ..synthetic::artifact(16, 16, 2, 1).unwrap() };
        let report = training_report_path(&path);
        assert_eq!(report, folder.path().join("shop.v2.safetensors.report.json"));
        let reason = || read_training_report(&path, &artifact).unwrap_err();
        assert!(reason().starts_with("there is no "));
        std::fs::write(&report, json!({ "model": "80" }).to_string()).unwrap();
        assert!(reason().ends_with("of another training run"));
        for text in ["", "[]", "{\"model\": 7}"] {
            std::fs::write(&report, text).unwrap();
            assert!(reason().ends_with("no report of a training run"));
        }
        std::fs::write(&report, json!({ "model": "7f", "sessions": 3 }).to_string()).unwrap();
        assert_eq!(read_training_report(&path, &artifact).unwrap()["sessions"], 3);
    }
}
