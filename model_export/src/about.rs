//! Which build this is: version, commit, and the formats that it reads and writes.
//!
//! Its one job: what `reshelf --version` and `reshelf doctor` say of the command itself. It knows the endings of
//! [`crate::data`] and the engine's format.

use std::fmt;

use reshelf::artifact::FORMAT;
use serde::Serialize;

use crate::data::ENDINGS;

/// What this build is and understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// The version of the package.
    pub version: &'static str,
    /// The first 12 digits of the commit that was checked out at the build, without changes on top; `None` where the build
    /// could not tell.
    pub commit: Option<&'static str>,
    /// What it reads.
    pub reads: Formats,
    /// What it writes.
    pub writes: Formats,
    /// Whether it can train on a GPU.
    pub gpu: bool,
}

/// Formats, by the numbers of a model's and the endings of a log's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Formats {
    /// Formats of models.
    pub models: Vec<&'static str>,
    /// Endings of logs, catalogues and lists, or of rankings.
    pub logs: Vec<&'static str>,
    /// Endings of rows.
    pub rows: Vec<&'static str>,
}

impl About {
    /// The version and the commit, on one line.
    pub const VERSION: &'static str = match COMMIT.is_empty() {
        true => concat!(env!("CARGO_PKG_VERSION"), " (commit not known)"),
        false => concat!(env!("CARGO_PKG_VERSION"), " (", env!("RESHELF_COMMIT"), ")"),
    };

    /// What this build is.
    pub fn new() -> About {
        About {
            version: env!("CARGO_PKG_VERSION"),
            commit: Some(COMMIT).filter(|commit| !commit.is_empty()),
            reads: Formats { models: vec!["2", FORMAT], logs: ENDINGS.to_vec(), rows: Vec::new() },
            writes: Formats { models: vec![FORMAT], logs: vec!["parquet"], rows: vec!["rows", "parquet", "jsonl"] },
            gpu: cfg!(feature = "gpu"),
        }
    }
}

impl Default for About {
    fn default() -> About {
        About::new()
    }
}

/// Written by the build script; empty where there is no commit to be named.
const COMMIT: &str = env!("RESHELF_COMMIT");

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let About { reads, writes, .. } = self;
        writeln!(f, "{}", About::VERSION)?;
        writeln!(f, "models: reads formats {}, writes {}", reads.models.join(", "), writes.models.join(", "))?;
        writeln!(
            f,
            "logs:   reads {}, texts also as .gz and .zst; writes {}",
            dotted(&reads.logs),
            dotted(&writes.logs)
        )?;
        writeln!(f, "rows:   writes {}", dotted(&writes.rows))?;
        write!(f, "trains on: {}", if self.gpu { "CPU and GPU" } else { "CPU" })
    }
}

fn dotted(endings: &[&str]) -> String {
    endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_shipped_is_told_of() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/formats");
        let mut shipped: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter(|name| name.starts_with(|digit: char| digit.is_ascii_digit()))
            .collect();
        shipped.push(FORMAT.to_owned());
        shipped.sort();
        assert_eq!(shipped, About::new().reads.models);
    }

    #[test]
    fn the_first_line_names_version_and_commit() {
        let text = About::new().to_string();
        let first = text.lines().next().unwrap();
        assert!(first.starts_with(env!("CARGO_PKG_VERSION")) && first.ends_with(')'), "{first}");
        assert_eq!(About::new().commit.is_none(), first.contains("not known"));
    }
}
