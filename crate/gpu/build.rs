//! Parses and validates every shader, so that a broken one breaks the build and not a shop's page, and takes comments and
//! indentation out of what the library includes, which a page would download.

use naga::valid::{Capabilities, ValidationFlags, Validator};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/shaders");
    if let Err(message) = build() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

/// What is put together of the texts, as src/pipelines.rs does it, with the entry points that must be there.
const PROGRAMS: [(&[&str], &[&str]); 5] = [
    (&["dot4_packed.wgsl", "wide.wgsl", "multiply.wgsl"], &["multiply"]),
    (&["dot4_packed.wgsl", "narrow.wgsl", "multiply.wgsl"], &["multiply"]),
    (&["dot4_unpacked.wgsl", "wide.wgsl", "multiply.wgsl"], &["multiply"]),
    (&["dot4_unpacked.wgsl", "narrow.wgsl", "multiply.wgsl"], &["multiply"]),
    (&["select.wgsl"], &["select_nearest"]),
];

fn build() -> Result<(), String> {
    let source = Path::new("src/shaders");
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    for (names, entries) in PROGRAMS {
        let (mut text, mut small) = (String::new(), String::new());
        for name in names {
            let part = fs::read_to_string(source.join(name)).map_err(|error| format!("{name}: {error}"))?;
            let stripped = stripped(&part);
            fs::write(target.join(name), &stripped).map_err(|error| format!("{name}: {error}"))?;
            text += &part;
            small += &stripped;
        }
        // The first for messages that point at the line as it was written.
        for text in [text, small] {
            validate(&text, entries).map_err(|message| format!("{}: {message}", names.join(" + ")))?;
        }
    }
    Ok(())
}

/// What a browser checks before it runs a shader; without any extension, since the module asks for none.
fn validate(text: &str, entries: &[&str]) -> Result<(), String> {
    let module = naga::front::wgsl::parse_str(text).map_err(|error| error.emit_to_string(text))?;
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .map_err(|error| error.emit_to_string(text))?;
    match entries.iter().find(|entry| module.entry_points.iter().all(|found| found.name != **entry)) {
        Some(entry) => Err(format!("there is no entry point `{entry}`")),
        None => Ok(()),
    }
}

/// The lines without comments and indentation. WGSL has no strings that could hold a `//`.
fn stripped(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().trim().to_owned();
    let lines: Vec<_> = text.lines().map(code).filter(|line| !line.is_empty()).collect();
    lines.join("\n") + "\n"
}
