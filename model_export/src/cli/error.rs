//! The one line that a failed command ends with.

use std::fmt;

use clap::error::ErrorKind;

/// A failure as the command reports it: `error[code]: message`, on one line.
#[derive(Debug, PartialEq, Eq)]
pub struct CommandError {
    code: String,
    message: String,
}

impl CommandError {
    /// An error with a stable code. Line breaks in the message become spaces.
    pub fn new(code: &str, message: impl fmt::Display) -> CommandError {
        let message = message.to_string();
        let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        CommandError { code: code.to_owned(), message: lines.join(" ") }
    }

    /// What is wrong with a command line.
    pub(super) fn usage(wrong: &clap::Error) -> CommandError {
        if wrong.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return CommandError::new("usage", "no command was given; see reshelf --help");
        }
        let rendered = wrong.render().to_string();
        // The usage and the hints follow after an empty line.
        let first = rendered.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        CommandError::new("usage", format!("{}; see reshelf --help", first.trim()))
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code, self.message)
    }
}

impl std::error::Error for CommandError {}
