//! docs/command.md held to the command line: every command, every flag, and every example in help and documents.
//!
//! `RESHELF_BLESS=1 cargo test -p reshelf-export reference` writes the tables of flags anew.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory, Parser};

use super::Cli;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn built() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

fn subcommands(whole: &Command) -> Vec<&Command> {
    whole.get_subcommands().filter(|command| command.get_name() != "help").collect()
}

/// The arguments of a command as a table; the flags that every command has stand in a table of their own.
fn table(command: &Command, shared: bool) -> String {
    let mut text = "| argument | what it says |\n| --- | --- |\n".to_owned();
    for argument in command.get_arguments() {
        let name = argument.get_id().as_str();
        if name != "help" && name != "version" && (shared || !["quiet", "json"].contains(&name)) {
            writeln!(text, "| `{}` | {} |", spelled(argument), said(argument).replace('|', "\\|")).unwrap();
        }
    }
    text
}

fn takes_values(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|count| count.takes_values())
}

fn spelled(argument: &Arg) -> String {
    let value = match takes_values(argument) {
        true => argument.get_value_names().unwrap_or_default().join(" "),
        false => String::new(),
    };
    match (argument.get_long(), argument.get_short()) {
        (Some(long), Some(short)) => format!("-{short}, --{long} {value}"),
        (Some(long), None) => format!("--{long} {value}"),
        _ => value,
    }
    .trim()
    .to_owned()
}

fn said(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let names = |values: Vec<String>| values.join(", ");
    let choices: Vec<String> =
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if takes_values(argument) && !choices.is_empty() {
        write!(text, "; one of {}", names(choices)).unwrap();
    }
    let usual: Vec<String> =
        argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if takes_values(argument) && !usual.is_empty() {
        write!(text, "; {} unless given", names(usual)).unwrap();
    }
    if argument.is_required_set() {
        text.push_str("; **required**");
    }
    text
}

/// The document with this table in its place.
fn fill(document: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- flags: {name} -->\n"), "<!-- /flags -->");
    let from = document.find(&begin).map(|at| at + begin.len());
    let from = from.unwrap_or_else(|| unreachable!("docs/command.md has no place for the flags of {name}"));
    let to = from + document[from..].find(end).unwrap();
    format!("{}{table}{}", &document[..from], &document[to..])
}

#[test]
fn the_document_has_every_command_and_its_flags() {
    let path = repository().join("docs/command.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let whole = built();
    let commands = subcommands(&whole);
    let titles: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("### `reshelf ")?.strip_suffix('`')).collect();
    assert_eq!(titles, commands.iter().map(|command| command.get_name()).collect::<Vec<_>>());
    let mut filled = fill(&document, "every", &table(&whole, true));
    for command in commands {
        filled = fill(&filled, command.get_name(), &table(command, false));
    }
    if std::env::var_os("RESHELF_BLESS").is_some() {
        std::fs::write(&path, &filled).unwrap();
    } else {
        assert!(
            filled == document,
            "RESHELF_BLESS=1 cargo test -p reshelf-export reference writes docs/command.md anew"
        );
    }
}

/// Whether clap takes this line as a document has it: without its comment, and without where a shell sends its output.
fn parses(line: &str) -> bool {
    let line = [" #", " > ", " >> ", " |"].iter().fold(line, |line, end| line.split(end).next().unwrap_or_default());
    let bare = line.replace(['[', ']'], " ");
    match Cli::try_parse_from(bare.split_whitespace()) {
        Ok(_) => true,
        Err(asked) => !asked.use_stderr(),
    }
}

#[test]
fn the_examples_of_every_help_are_lines_that_parse() {
    let whole = built();
    for command in std::iter::once(&whole).chain(subcommands(&whole)) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples: Vec<&str> = help.lines().map(str::trim).filter(|line| line.starts_with("reshelf ")).collect();
        assert!(!examples.is_empty(), "{} has no example", command.get_name());
        for line in examples {
            assert!(parses(line), "{line}");
            let own = command.get_name() == "reshelf" || line.split_whitespace().nth(1) == Some(command.get_name());
            assert!(own, "{line} is no example of {}", command.get_name());
        }
    }
    assert!(!parses("reshelf train --evnts e.csv --out m") && !parses("reshelf rows | head"));
}

#[test]
fn the_lines_of_the_documents_parse() {
    let mut documents = vec![repository().join("README.md")];
    let docs = std::fs::read_dir(repository().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    documents.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    let mut lines = 0;
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        for line in text.lines().filter(|line| line.starts_with("reshelf ") && !line.ends_with('\\')) {
            // A sentence may begin with the name as well.
            if text.split("```").skip(1).step_by(2).any(|block| block.contains(line)) {
                assert!(parses(line), "{}: {line}", document.display());
                lines += 1;
            }
        }
    }
    assert!(lines > 15, "{lines}");
}
