//! How the command behaves beside other programs: terminals, shells, the manual, and being installed.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{prints, reshelf, shop};

#[test]
fn nothing_but_whole_lines_goes_to_what_is_no_terminal_and_nothing_is_coloured() {
    let shop = shop(400, 2_000);
    let rank = ["rank", "--model", "m.safetensors", "--sessions", "events.csv", "--k", "5", "--out", "r.parquet"];
    for more in [&[][..], &["--quiet"]] {
        let output = reshelf(&[&rank, more].concat(), shop.path());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains(['\r', '\u{1b}']), "{said:?}");
        assert_eq!(said.is_empty(), more.contains(&"--quiet"), "{said:?}");
    }
    // A terminal by `script`, where there is one: a bar is drawn there, without colours, and not when quiet.
    let line = format!("{} {}", env!("CARGO_BIN_EXE_reshelf"), rank.join(" "));
    let on_terminal = |more: &str| -> Option<String> {
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{line} {more}"), "/dev/null"]).current_dir(shop.path()).stdin(Stdio::null());
        command.output().ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(shown) = on_terminal("").filter(|shown| shown.contains("ranked")) else {
        println!("skipped: this machine has no `script` that gives a terminal");
        return;
    };
    let coloured = shown.match_indices("\u{1b}[").any(|(at, _)| {
        let code = shown[at + 2..].trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
        code.starts_with('m')
    });
    assert!(!coloured, "{shown:?}");
    assert!(!on_terminal("--quiet").unwrap().contains('\u{1b}'));
}

#[test]
fn bash_completes_commands_and_flags() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reshelf.bash"), prints(&["completions", "bash"], folder.path())).unwrap();
    let completed = |words: &[&str]| {
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let script = format!(
            "source reshelf.bash; COMP_WORDS=({}); COMP_CWORD={}; _reshelf reshelf '{last}' '{before}'; echo \"${{COMPREPLY[@]}}\"",
            words.join(" "),
            words.len() - 1,
        );
        let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output();
        output.ok().map(|output| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    let Some(commands) = completed(&["reshelf", "tr"]) else {
        println!("skipped: this machine has no bash");
        return;
    };
    assert_eq!(commands, "train");
    assert_eq!(completed(&["reshelf", "train", "--pre"]).unwrap(), "--preset");
    assert_eq!(completed(&["reshelf", "train", "--preset", "''"]).unwrap(), "tiny default best");
    assert_eq!(completed(&["reshelf", "train", "--device", "g"]).unwrap(), "gpu");
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        assert!(prints(&["completions", shell], folder.path()).contains("demo-data"), "{shell}");
    }
}

#[test]
fn every_command_has_help_with_examples_and_a_page_of_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let help = prints(&["--help"], folder.path());
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let commands: Vec<&str> = list.lines().map_while(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 10 && commands.contains(&"demo-data"), "{help}");
    for command in commands.into_iter().filter(|&command| command != "help") {
        for flag in ["-h", "--help"] {
            let help = prints(&[command, flag], folder.path());
            assert!(help.contains(&format!("Usage: reshelf {command}")) && help.contains("Examples:"), "{command}");
        }
        let page = prints(&["man", command], folder.path());
        assert!(page.contains(&format!(".TH reshelf-{command} 1")) && page.contains("Examples:"), "{page}");
    }
    assert!(prints(&["man"], folder.path()).contains(".TH reshelf 1"));
}

#[test]
fn the_version_names_the_commit_and_the_formats() {
    let folder = tempfile::tempdir().unwrap();
    let version = prints(&["--version"], folder.path());
    let first = prints(&["-V"], folder.path());
    assert!(version.starts_with(first.trim_end()) && first.lines().count() == 1, "{version}");
    assert!(version.contains("models: reads formats 2, 3") && version.contains(".parquet"), "{version}");
    let commit = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    match commit.ok().filter(|output| output.status.success()) {
        Some(output) if std::env::var_os("RESHELF_COMMIT").is_none() => {
            let commit = String::from_utf8(output.stdout).unwrap();
            assert!(first.contains(&commit[..12]) || first.contains("not known"), "{first}");
        }
        _ => println!("skipped: no repository here"),
    }
}

/// What `cargo install --path model_export` and `cargo package` take: nothing that the build reads may be missing.
#[test]
fn the_package_holds_what_its_build_reads() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cargo = Command::new(env!("CARGO"));
    let cargo = cargo.args(["package", "--list", "--allow-dirty", "--offline"]).current_dir(manifest);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    for file in ["Cargo.toml", "build.rs", "src/main.rs", "src/doctor/page.html", "src/evaluate/report/style.css"] {
        assert!(listed.lines().any(|line| line == file), "{file} is not in the package");
    }
    assert!(!listed.contains("model.safetensors") && !listed.contains(".tmp"), "{listed}");
}
