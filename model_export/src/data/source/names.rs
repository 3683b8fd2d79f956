//! What the name of a file says, and names as messages can hold them.

use std::path::Path;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Parquet,
    Csv,
    Json,
}

impl Format {
    /// What the name's ending says; that of a packed file stands before the packer's.
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let unpacked = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed));
        let (stem, ending) = unpacked.unwrap_or(&name).rsplit_once('.')?;
        match ending {
            _ if stem.is_empty() => None,
            // What training writes beside a model, which may stand in the log's own folder.
            "json" if stem.ends_with(".report") => None,
            // Parquet is packed within.
            "parquet" if unpacked.is_none() => Some(Format::Parquet),
            "csv" | "tsv" | "tab" => Some(Format::Csv),
            "jsonl" | "ndjson" | "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// The name of what stands below a folder, as a message can hold it.
pub(super) fn name_below(folder: &Path, path: &Path) -> String {
    one_line(&path.strip_prefix(folder).unwrap_or(path).display().to_string())
}

/// A name as a message can hold it.
pub(super) fn one_line(name: &str) -> String {
    let short: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(80).collect();
    if short.len() < name.len() { format!("{short}...") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_tells_the_format() {
        for (name, format) in [
            ("a.csv", Some(Format::Csv)),
            ("A.CSV.GZ", Some(Format::Csv)),
            ("a.b.tsv.zst", Some(Format::Csv)),
            ("a.tab", Some(Format::Csv)),
            ("a.jsonl.gz", Some(Format::Json)),
            ("a.parquet", Some(Format::Parquet)),
            ("a.parquet.gz", None),
            ("a.csv.bak", None),
            ("m.safetensors.report.json", None),
            ("a.gz", None),
            ("csv", None),
            (".csv", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
