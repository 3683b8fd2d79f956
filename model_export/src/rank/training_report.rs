//! What a training run keeps to itself: the report that `train` writes beside the artifact.
//!
//! The artifact is published; the report stays where the model was made. It holds what tells of the shop's business (totals,
//! dates, quality) and hashes of sessions, by which `evaluate` finds out whether training has read what it measures on.

use std::path::{Path, PathBuf};

use reshelf::model::Artifact;
use serde_json::Value;

use crate::output::beside;

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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::synthetic;
    use serde_json::json;

    use super::*;

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
