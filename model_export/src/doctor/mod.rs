//! `reshelf doctor`: what this build, this machine, a browser on it and a model can do.
//!
//! Its one job: to look and to say what it saw, with a fix where something is missing. It changes nothing and asks no network.
//! It may use [`crate::about`], [`crate::files`] and [`crate::output`].

mod browser;
mod machine;
mod model;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

use crate::about::About;
use crate::files::ModelError;
use crate::output::{OutputError, check_ending, write_atomically};
pub use browser::Browser;
pub use machine::{Disk, Gpu, Machine, Memory};
pub use model::{Check, Model};

/// The page that looks at the browser that shows it.
pub const PAGE: &str = include_str!("page.html");

/// What is looked at, besides the build and the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorOptions {
    /// An artifact.
    pub model: Option<PathBuf>,
    /// Whether to start a Chromium, headless, and have it look at itself.
    pub browser: bool,
    /// Where to write the page that looks at any browser which shows it.
    pub page: Option<PathBuf>,
}

/// Why doctor could not look. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DoctorError {
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The page's file.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// There is no Chromium in the usual places.
    #[error("no Chromium was found: name one in the variable CHROMIUM, or write the page with --page FILE and open it")]
    NoBrowser,
    /// A Chromium was found and said nothing.
    #[error("{program} did not answer ({cause}): write the page with --page FILE and open it in the browser")]
    BrowserFailed {
        /// The program.
        program: String,
        /// Why, in words.
        cause: String,
    },
}

impl DoctorError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            DoctorError::Model(cause) => cause.code(),
            DoctorError::Output(cause) => cause.code(),
            DoctorError::NoBrowser => "doctor.no_browser",
            DoctorError::BrowserFailed { .. } => "doctor.browser_failed",
        }
    }
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Doctor {
    /// Raised when a field changes its meaning.
    pub format: u32,
    /// The build.
    pub build: About,
    /// The machine.
    pub machine: Machine,
    /// The browser, where it was asked for.
    pub browser: Option<Browser>,
    /// The page, where one was written: its path.
    pub page: Option<String>,
    /// The artifact, where one was named.
    pub model: Option<Model>,
    /// What stands in the way of something, each with its fix.
    pub findings: Vec<Finding>,
}

/// Something that stands in the way of something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// What, and what to do.
    pub message: String,
}

/// Looks at all that was asked for.
///
/// # Errors
/// Any [`DoctorError`]; a model that is refused is one, with the code of the refusal.
pub fn run(options: &DoctorOptions) -> Result<Doctor, DoctorError> {
    let machine = Machine::here();
    let model = options.model.as_deref().map(Model::of).transpose()?;
    let browser = options.browser.then(Browser::here).transpose()?;
    if let Some(page) = &options.page {
        check_ending(page, &["html", "htm"])?;
        write_atomically(page, |file| std::io::Write::write_all(file, PAGE.as_bytes()))?;
    }
    let mut findings = machine.findings();
    findings.extend(browser.iter().flat_map(Browser::findings));
    findings.extend(model.iter().flat_map(Model::findings));
    let page = options.page.as_ref().map(|page| page.display().to_string());
    Ok(Doctor { format: 1, build: About::new(), machine, browser, page, model, findings })
}

impl fmt::Display for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reshelf {}\n\n{}", self.build, self.machine)?;
        if let Some(browser) = &self.browser {
            writeln!(f, "\n{browser}")?;
        }
        if let Some(page) = &self.page {
            writeln!(f, "\n{page} looks at the browser in which it is opened")?;
        }
        if let Some(model) = &self.model {
            writeln!(f, "\n{model}")?;
        }
        writeln!(f)?;
        for Finding { code, message } in &self.findings {
            writeln!(f, "warning[{code}]: {message}")?;
        }
        if self.findings.is_empty() {
            writeln!(f, "nothing stands in the way")?;
        }
        Ok(())
    }
}

/// Bytes as people read them.
fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
