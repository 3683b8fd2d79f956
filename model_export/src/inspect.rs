//! What is in an artifact, as JSON and in words.
//!
//! Its one job: `reshelf inspect`. It may use [`crate::files`], the bits of [`crate::quantization`] and the engine.

use std::fmt::Write;
use std::path::Path;

use reshelf::artifact::{Artifact, Header};
use serde_json::{Value, json};

use crate::files::{ModelError, bytes_by_part, read_bytes};
use crate::quantization::Bits;

/// Sizes per part, versions, tensors and the card of an artifact.
///
/// # Errors
/// `model.unreadable`, `model.is_folder`, or why the artifact was refused.
pub fn inspect(path: &Path) -> Result<Value, ModelError> {
    let bytes = read_bytes(path)?;
    let refused = |cause| ModelError::Artifact { path: path.to_owned(), cause };
    let header = Header::parse(&bytes).map_err(refused)?;
    let artifact = Artifact::from_bytes(&bytes).map_err(refused)?;
    Ok(describe(&bytes, &header, &artifact))
}

fn describe(bytes: &[u8], header: &Header, artifact: &Artifact) -> Value {
    let mut tensors = header.tensors.clone();
    tensors.sort_by_key(|tensor| tensor.begin);
    json!({
        "bytes": bytes.len(),
        "format": header.get("reshelf.format"),
        "checksum": header.get("reshelf.checksum"),
        "model": artifact.model,
        "items": artifact.items.len(),
        "ids": artifact.vocabulary.layout(),
        "dimension": artifact.items.dimension(),
        "bits": Bits::of(&artifact.items).to_string(),
        "neighbours": artifact.memory.total(),
        "channels": artifact.memory.channels(),
        "states": artifact.state.states,
        "clusters": artifact.clusters.as_ref().map_or(0, |clusters| clusters.count()),
        "window": artifact.state.window,
        "features": artifact.head.features,
        "parts": bytes_by_part(bytes),
        "tensors": tensors.iter().map(|tensor| json!({
            "name": tensor.name,
            "dtype": tensor.dtype,
            "shape": tensor.shape,
            "bytes": tensor.end.saturating_sub(tensor.begin),
        })).collect::<Vec<_>>(),
        // Written by whoever trained the model; a text that is no JSON is shown as it is.
        "card": serde_json::from_str(&artifact.card).unwrap_or_else(|_| Value::String(artifact.card.clone())),
    })
}

/// What [`inspect`] found, for people.
pub fn in_words(path: &Path, described: &Value) -> String {
    let mut text = format!("{}: {} bytes\n", path.display(), described["bytes"]);
    for key in [
        "format",
        "checksum",
        "model",
        "items",
        "ids",
        "dimension",
        "bits",
        "neighbours",
        "channels",
        "clusters",
        "states",
        "window",
    ] {
        line(&mut text, key, &described[key]);
    }
    for (title, list) in [("parts, in bytes", &described["parts"]), ("card", &described["card"])] {
        let _ = writeln!(text, "\n{title}");
        tree(&mut text, "", list);
    }
    let _ = writeln!(text, "\ntensors");
    for tensor in described["tensors"].as_array().into_iter().flatten() {
        let shape: Vec<String> = tensor["shape"].as_array().into_iter().flatten().map(Value::to_string).collect();
        let words = format!("{} {}, {} bytes", plain(&tensor["dtype"]), shape.join(" x "), tensor["bytes"]);
        line(&mut text, &plain(&tensor["name"]), &Value::String(words));
    }
    let features: Vec<String> = described["features"].as_array().into_iter().flatten().map(plain).collect();
    let _ = writeln!(text, "\nfeatures\n  {}", features.join(", "));
    text
}

/// Nested values, one to a line, under the names that lead to them.
fn tree(text: &mut String, name: &str, value: &Value) {
    let inner = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| tree(text, &inner(key), value)),
        _ => line(text, name, value),
    }
}

fn line(text: &mut String, name: &str, value: &Value) {
    /// Longer values, such as samples of hashes, are for programs: `--json` has them whole.
    const WIDEST: usize = 160;
    let value = plain(value);
    let shown: String = value.chars().take(WIDEST).collect();
    let rest = if shown.len() < value.len() { "..." } else { "" };
    let _ = writeln!(text, "  {name:<28} {shown}{rest}");
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "not known".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_between_characters() {
        let mut text = String::new();
        line(&mut text, "sample", &Value::String("é".repeat(500)));
        assert_eq!(text.trim_end().chars().filter(|&letter| letter == 'é').count(), 160);
        assert!(text.trim_end().ends_with("..."));
    }

    #[test]
    fn nested_values_are_named_by_their_path() {
        let mut text = String::new();
        tree(&mut text, "", &json!({"metrics": {"recall@20": 0.5}, "digest": "abc", "items": null}));
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines, [vec!["digest", "abc"], vec!["items", "not", "known"], vec!["metrics.recall@20", "0.5"]]);
    }
}
