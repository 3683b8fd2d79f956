//! What the name of a file says, and names as messages can hold them.

use std::path::Path;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Parquet,
    Csv,
    Json,
}

/// The endings of what can be read as a log or a catalogue; texts also with `.gz` or `.zst` behind.
pub const ENDINGS: [&str; 7] = ["parquet", "csv", "tsv", "tab", "jsonl", "ndjson", "json"];

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

/// The name that is most like `wanted`, whatever its case and what parts its words, if any is much like it.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// `session` is for `session_id`; `id` is not for `item_id`.
    const ALIKE: f64 = 0.85;
    let plain = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(wanted);
    let alike = names.map(|name| (strsim::jaro_winkler(&wanted, &plain(name)), name));
    alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_much_like_the_wanted_one_is_named() {
        let found = ["ts", "item", "SessionId", "price", "sesion_id"];
        let nearest = |wanted, from: &[&'static str]| nearest(wanted, from.iter().copied());
        assert_eq!(nearest("session_id", &found), Some("SessionId"));
        assert_eq!(nearest("session_id", &found[3..]), Some("sesion_id"));
        assert_eq!(nearest("session_id", &["session"]), Some("session"));
        assert_eq!(nearest("item_id", &["item-ID", "id"]), Some("item-ID"));
        assert_eq!(["cluster", "split", "ts"].map(|wanted| nearest(wanted, &["price", "id", "when"])), [None; 3]);
    }

    #[test]
    fn every_ending_that_is_told_of_is_read() {
        for ending in ENDINGS {
            assert!(Format::of(Path::new(&format!("a.{ending}"))).is_some(), "{ending}");
        }
        assert_eq!(Format::of(Path::new("a.xlsx")), None);
    }

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
