//! Progress of long steps on the error stream: how far, and how long still. Uses nothing of ours.

use std::borrow::Cow;
use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The line that shows how far a step is. Nothing is shown where the error stream is no terminal, or where quiet is asked for.
/// The line disappears when this is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    quiet: bool,
}

impl Progress {
    /// A step of `total` units of work.
    pub fn of(total: u64, what: impl Into<Cow<'static, str>>, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(total), target(quiet)).with_message(what);
        Progress { bar: styled(bar, "{msg} [{bar:30}] {percent}% {eta} left"), quiet }
    }

    /// A step of unknown length.
    pub fn spinner(what: impl Into<Cow<'static, str>>, quiet: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(None, target(quiet)).with_message(what);
        let bar = styled(bar, "{spinner} {msg} {elapsed}");
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar, quiet }
    }

    /// Some units are done.
    pub fn advance(&self, units: u64) {
        self.bar.inc(units);
    }

    /// For a part of the step that counts a thousand units: what hears the share of it that is done.
    pub fn shares(&self) -> impl FnMut(f32) + '_ {
        let mut done = 0;
        move |share| {
            let now = (share * 1_000.0) as u64;
            self.advance(now.saturating_sub(done));
            done = now;
        }
    }

    /// So many units are done in all.
    pub fn reached(&self, units: u64) {
        self.bar.set_position(units);
    }

    /// Changes the words before the bar.
    pub fn say(&self, what: impl Into<Cow<'static, str>>) {
        self.bar.set_message(what);
    }

    /// Prints a line on the error stream that stays, above the bar. Also where there is no terminal, but not when quiet.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            self.print(line);
        }
    }

    /// Prints a warning on the error stream, also when quiet: it is no progress.
    pub fn warn(&self, line: &str) {
        self.print(&format!("warning: {line}"));
    }

    fn print(&self, line: &str) {
        // The error stream may be closed; then nobody reads.
        self.bar.suspend(|| drop(writeln!(std::io::stderr(), "{line}")));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn target(quiet: bool) -> ProgressDrawTarget {
    if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
