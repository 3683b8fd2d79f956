//! `reshelf man`: the manual.

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;
use serde_json::json;

use super::{Answer, Cli, CommandError};
use crate::about::About;

/// Print the manual page of the command, or of one of its subcommands, for man(1)
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Man {
    /// The subcommand
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

const EXAMPLES: &str = "Examples:
  reshelf man > ~/.local/share/man/man1/reshelf.1
  reshelf man train > ~/.local/share/man/man1/reshelf-train.1";

impl Man {
    pub fn run(self) -> Result<Answer, CommandError> {
        let mut whole = Cli::command();
        // Hands the shared flags down to the subcommands.
        whole.build();
        let command = match &self.command {
            None => whole,
            Some(name) => {
                let found = whole.find_subcommand(name).cloned();
                let unknown =
                    || CommandError::new("usage", format!("there is no command `{name}`; see reshelf --help"));
                found.ok_or_else(unknown)?.display_name(format!("reshelf-{name}"))
            }
        };
        let mut page = Vec::new();
        Page::new(command)
            .source(format!("reshelf {}", About::VERSION))
            .render(&mut page)
            .map_err(|error| CommandError::new("internal", error))?;
        let page = String::from_utf8_lossy(&page).into_owned();
        Answer::new(page.clone(), &json!({ "page": page }))
    }
}
