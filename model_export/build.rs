//! Finds out which commit this is built from, for `reshelf --version`. What cannot be found is left out: no build fails here.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RESHELF_COMMIT");
    let commit = std::env::var("RESHELF_COMMIT").ok().or_else(packed).or_else(checked_out).unwrap_or_default();
    let short: String = commit.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    println!("cargo::rustc-env=RESHELF_COMMIT={short}");
}

/// The commit that `cargo package` wrote beside the manifest.
fn packed() -> Option<String> {
    let info = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = info.split_once("\"sha1\": \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The commit of the repository around, if this folder is in it under its own name: not that of one into which somebody
/// unpacked these sources.
fn checked_out() -> Option<String> {
    if git(&["rev-parse", "--show-prefix"])? != "model_export/" {
        return None;
    }
    // The log of what was checked out grows with each commit, wherever its reference is kept. A path that is missing would
    // make each build run this again.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
