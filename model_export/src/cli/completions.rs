//! `reshelf completions`: what shells complete.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::{Answer, Cli, CommandError};

/// Print what a shell needs to complete commands and flags
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = "Examples:
  reshelf completions bash > ~/.local/share/bash-completion/completions/reshelf
  reshelf completions zsh > ~/.zfunc/_reshelf   # with fpath+=~/.zfunc before compinit
  reshelf completions fish > ~/.config/fish/completions/reshelf.fish
  reshelf completions powershell >> $PROFILE";

impl Completions {
    pub fn run(self) -> Result<Answer, CommandError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "reshelf", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let json = json!({ "shell": self.shell.to_string(), "script": script });
        Answer::new(script, &json)
    }
}
