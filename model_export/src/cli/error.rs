//! The one line that a failed command ends with.

use std::fmt;

use clap::error::{ContextKind, ErrorKind};
use serde::Serialize;

/// A failure as the command reports it: `error[code]: message`, on one line.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct CommandError {
    code: String,
    message: String,
}

impl CommandError {
    /// An error with a stable code. Line breaks in the message become spaces; what would command a terminal, as a file's name
    /// may, is replaced.
    pub fn new(code: &str, message: impl fmt::Display) -> CommandError {
        let message = message.to_string();
        let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let shown = |letter: char| {
            let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if letter.is_control() || turns { char::REPLACEMENT_CHARACTER } else { letter }
        };
        CommandError { code: code.to_owned(), message: lines.join(" ").chars().map(shown).collect() }
    }

    /// What is wrong with a command line, on one line: what clap says first, words that look like it, and where help is.
    /// `command` is the one that the line is for.
    pub(super) fn usage(wrong: &clap::Error, command: Option<&str>) -> CommandError {
        let rendered = wrong.render().to_string();
        let help = format!("see reshelf{} --help", command.map_or(String::new(), |command| format!(" {command}")));
        if wrong.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return CommandError::new("usage", format!("no command was given; {help}"));
        }
        let switch = wrong.get(ContextKind::InvalidArg).filter(|_| wrong.kind() == ErrorKind::TooManyValues);
        if let Some(switch) = switch {
            return CommandError::new("usage", format!("{switch} takes no value; {help}"));
        }
        // Tips and the usage follow after an empty line. Of the tips only those that name something like it are of use.
        let first = rendered.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim();
        let tips = rendered.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
        let similar: String = tips.filter(|tip| tip.contains("similar")).map(|tip| format!("; {tip}")).collect();
        CommandError::new("usage", format!("{first}{similar}; {help}"))
    }

    /// The status that the command exits with: 2 for a command line that makes no sense, as is the custom, 130 for one that was
    /// interrupted (128 and the signal's number, as shells report it), else 1.
    pub(super) fn status(&self) -> u8 {
        match self.code.as_str() {
            "usage" => 2,
            "interrupted" => 130,
            _ => 1,
        }
    }

    /// What stands on the output stream where JSON was asked for.
    pub(super) fn json(&self) -> String {
        serde_json::json!({ "error": self }).to_string()
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code, self.message)
    }
}

impl std::error::Error for CommandError {}
