//! The command line: flags in, a library call, one line out when it fails.
//!
//! One file per subcommand. Each turns flags into the options of the module that does the work, calls it and prints what it
//! returns; nothing is computed here. Results go to the output stream, progress and reports to the error stream.

mod demo_data;
mod error;
mod evaluate;
mod inspect;
mod rank;
mod rows;
mod train;

use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{Args, Parser, Subcommand};

use crate::output::stop_cleanly_on_interrupt;
pub use error::CommandError;

/// Exit status of a command line that makes no sense, as is the custom.
const USAGE: u8 = 2;

/// Trains, packs, ranks with and evaluates session models from a shop's own logs.
#[derive(Debug, Parser)]
#[command(name = "reshelf", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Show no progress
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Train),
    Rank(rank::Rank),
    Evaluate(evaluate::Evaluate),
    Inspect(inspect::Inspect),
    Rows(rows::Rows),
    DemoData(demo_data::DemoData),
}

/// Where rows of a split are chosen, the same for every command that reads a log.
#[derive(Args, Clone, Debug)]
struct SplitFlags {
    /// The column that names the split [default: `split`, where the log has it]
    #[arg(long, value_name = "COLUMN")]
    split_column: Option<String>,
    /// The split to read
    #[arg(long, value_name = "NAME")]
    split: Option<String>,
}

impl SplitFlags {
    /// The split to read, and the column that must then exist: naming either asks for a split, so that a log without one is
    /// an error and not read whole. `usual` is the split where only the column is named.
    fn chosen(self, usual: &str) -> (Option<String>, Option<String>) {
        match (self.split_column, self.split) {
            (None, None) => (None, None),
            (column, split) => {
                let column = column.unwrap_or_else(|| "split".to_owned());
                (Some(column), Some(split.unwrap_or_else(|| usual.to_owned())))
            }
        }
    }
}

/// How many threads to use, the same for every command that computes.
#[derive(Args, Clone, Copy, Debug)]
struct ThreadFlags {
    /// Worker threads [default: as many as the machine has]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl ThreadFlags {
    fn count(self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }
}

/// Runs the command line: the status to exit with.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => {
            print_result(&asked.render().to_string());
            return ExitCode::SUCCESS;
        }
        Err(wrong) => return fail(&CommandError::usage(&wrong), USAGE),
    };
    // Without a handler Ctrl-C still stops the command, only less tidily.
    let _ = stop_cleanly_on_interrupt();
    let quiet = cli.quiet;
    let done = on_one_line(|| match cli.command {
        Command::Train(flags) => flags.run(quiet),
        Command::Rank(flags) => flags.run(quiet),
        Command::Evaluate(flags) => flags.run(quiet),
        Command::Inspect(flags) => flags.run(),
        Command::Rows(flags) => flags.run(),
        Command::DemoData(flags) => flags.run(quiet),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, 1),
    }
}

/// Turns a panic, which is a fault of ours, into the one line that any failure ends with. With `RUST_BACKTRACE` set it
/// stays as loud as it is.
fn on_one_line(command: impl FnOnce() -> Result<(), CommandError>) -> Result<(), CommandError> {
    static FAULT: Mutex<Option<String>> = Mutex::new(None);
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        panic::set_hook(Box::new(|fault| {
            *FAULT.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault.to_string());
        }));
    }
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Err(CommandError::new("internal", format!("{fault}; please report this with the command you ran")))
    })
}

fn fail(error: &CommandError, status: u8) -> ExitCode {
    // The error stream may be closed; the status still tells.
    let _ = writeln!(std::io::stderr(), "{error}");
    ExitCode::from(status)
}

/// Prints a result. Whoever reads may have stopped reading (`reshelf inspect M | head -1`): that is no error.
fn print_result(text: &str) {
    let mut stream = std::io::stdout().lock();
    let _ = stream.write_all(text.trim_end_matches('\n').as_bytes()).and_then(|()| stream.write_all(b"\n"));
    let _ = stream.flush();
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn naming_a_split_or_its_column_asks_for_it() {
        let flags = |column: Option<&str>, split: Option<&str>| SplitFlags {
            split_column: column.map(str::to_owned),
            split: split.map(str::to_owned),
        };
        let chosen = |column: &str, split: &str| (Some(column.to_owned()), Some(split.to_owned()));
        assert_eq!(flags(None, None).chosen("test"), (None, None));
        assert_eq!(flags(Some("part"), None).chosen("test"), chosen("part", "test"));
        assert_eq!(flags(None, Some("valid")).chosen("test"), chosen("split", "valid"));
        assert_eq!(flags(Some("part"), Some("valid")).chosen("test"), chosen("part", "valid"));
    }
}
