//! `reshelf doctor`: what is there, and what stands in the way.

use std::path::PathBuf;

use clap::Args;

use super::{Answer, CommandError};
use crate::doctor::{DoctorOptions, run};

/// Say what this build, this machine, a browser on it and a model can do
///
/// Looks and changes nothing: formats and commit of the build; threads, kernel, memory, disk and GPU of the machine; of a model
/// its format, size, items and age, and whether it ranks. What stands in the way of something is a warning with its fix. The
/// status is 0 all the same, but where a model is refused.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Doctor {
    /// An artifact to look at
    #[arg(value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Start the Chromium of this machine, headless, and say what it can do; the variable CHROMIUM names another
    #[arg(long)]
    browser: bool,
    /// Write the page that looks at any browser in which it is opened
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  reshelf doctor
  reshelf doctor shop.safetensors --json
  reshelf doctor --browser
  reshelf doctor --page browser.html";

impl Doctor {
    pub fn run(self) -> Result<Answer, CommandError> {
        let options = DoctorOptions { model: self.model, browser: self.browser, page: self.page };
        Answer::of(&run(&options).map_err(|error| CommandError::new(error.code(), &error))?)
    }
}
