//! The command line: flags in, a library call, one answer out, or one line when it fails.
//!
//! One file per subcommand. Each turns flags into the options of the module that does the work, calls it and hands back what
//! it returns, in words and as JSON; nothing is computed here. Results go to the output stream, progress and reports to the
//! error stream. It may use every room; the other rooms do not know it.

mod baselines;
mod completions;
mod core_model;
mod demo_data;
mod doctor;
mod error;
mod evaluate;
mod flags;
mod inspect;
mod man;
mod names;
mod print;
mod quantize;
mod rank;
#[cfg(test)]
mod reference;
mod rows;
mod tokens;
mod train;
mod verify;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{LazyLock, Mutex, PoisonError};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use crate::about::About;
use crate::output::stop_cleanly_on_interrupt;
pub use error::CommandError;
use flags::{MeasuringFlags, ReplayFlags, SessionFlags, SplitFlags, ThreadFlags, one_of};
use print::{Answer, print_result};

/// Trains, packs, ranks with and evaluates session models from a shop's own logs.
#[derive(Debug, Parser)]
#[command(name = "reshelf", version = About::VERSION, long_version = long_version(), after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Show no progress
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print one JSON value on the output stream, of an error too; docs/command.md has its fields
    #[arg(long, global = true)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  reshelf demo-data --out shop
  reshelf train --events shop/events.csv --items shop/items.csv --out shop.safetensors
  reshelf doctor shop.safetensors

Exit status: 0 done, 1 failed, 2 a command line that makes no sense, 130 interrupted";

#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Train),
    Rank(rank::Rank),
    Evaluate(evaluate::Evaluate),
    Baselines(baselines::Baselines),
    Verify(verify::Verify),
    Inspect(inspect::Inspect),
    Quantize(quantize::Quantize),
    Core(core_model::Core),
    Rows(rows::Rows),
    Names(names::Names),
    Tokens(tokens::Tokens),
    DemoData(demo_data::DemoData),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Man(man::Man),
}

/// What `--version` says; `-V` says the first line.
fn long_version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| About::new().to_string());
    &TEXT
}

/// Runs the command line: the status to exit with.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    // What cannot be parsed must be told as it was asked for, a `--json=true` included.
    let flags = arguments.iter().take_while(|&argument| argument != "--");
    let as_json = flags.map(|flag| flag.to_string_lossy()).any(|flag| flag == "--json" || flag.starts_with("--json="));
    if command_of(&arguments).is_some_and(|command| command == "help") {
        // The parser's own `help` takes nothing but names.
        arguments.retain(|argument| !["--json", "--quiet", "-q"].iter().any(|flag| argument == flag));
    }
    ExitCode::from(match on_one_line(|| answer(&arguments, as_json)?.print(as_json)) {
        Ok(None) => 0,
        Ok(Some(verdict)) => told(&verdict),
        Err(error) => fail(&error, as_json),
    })
}

fn answer(arguments: &[OsString], as_json: bool) -> Result<Answer, CommandError> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(asked) if !asked.use_stderr() => return help_or_version(&asked),
        Err(wrong) => return Err(CommandError::usage(&wrong, command_of(arguments))),
    };
    // Without a handler Ctrl-C still stops the command, only less tidily.
    let _ = stop_cleanly_on_interrupt(move |left| {
        // The line of progress may not be at its end. Nobody may be listening any more: that is no reason to go on.
        let _ = writeln!(std::io::stderr());
        fail(&CommandError::new("interrupted", format!("stopped; {left}")), as_json)
    });
    let quiet = cli.quiet;
    match cli.command {
        Command::Train(flags) => flags.run(quiet),
        Command::Rank(flags) => flags.run(quiet),
        Command::Evaluate(flags) => flags.run(quiet),
        Command::Baselines(flags) => flags.run(quiet),
        Command::Verify(flags) => flags.run(quiet),
        Command::Inspect(flags) => flags.run(),
        Command::Quantize(flags) => flags.run(),
        Command::Core(flags) => flags.run(),
        Command::Rows(flags) => flags.run(),
        Command::Names(flags) => flags.run(),
        Command::Tokens(flags) => flags.run(quiet),
        Command::DemoData(flags) => flags.run(quiet),
        Command::Doctor(flags) => flags.run(),
        Command::Completions(flags) => flags.run(),
        Command::Man(flags) => flags.run(),
    }
}

/// The command that a line is for, `help` included; `None` where it names none.
fn command_of(arguments: &[OsString]) -> Option<&str> {
    let first =
        arguments.iter().skip(1).filter_map(|argument| argument.to_str()).find(|word| !word.starts_with('-'))?;
    let mut whole = Cli::command();
    whole.build();
    whole.find_subcommand(first).map(|_| first)
}

/// What clap calls an error, and is none.
fn help_or_version(asked: &clap::Error) -> Result<Answer, CommandError> {
    let words = asked.render().to_string();
    match asked.kind() {
        ErrorKind::DisplayVersion => Answer::new(words, &About::new()),
        _ => Answer::new(words.clone(), &serde_json::json!({ "help": words })),
    }
}

/// Turns a panic, which is a fault of ours, into the one line that any failure ends with. With `RUST_BACKTRACE` set it
/// stays as loud as it is.
fn on_one_line<T>(command: impl FnOnce() -> Result<T, CommandError>) -> Result<T, CommandError> {
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

/// Tells of an error: the line for people, and where it was asked for, JSON. The status to exit with.
fn fail(error: &CommandError, as_json: bool) -> u8 {
    // Either stream may be closed; the status still tells.
    if as_json {
        let _ = print_result(&error.json());
    }
    told(error)
}

/// Tells of an error on the error stream alone, where the result is printed already. The status to exit with.
fn told(error: &CommandError) -> u8 {
    let _ = writeln!(std::io::stderr(), "{error}");
    error.status()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_line_names_what_is_much_like_it_and_the_help_of_its_command() {
        let said = |line: &str| {
            let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            answer(&arguments, false).map_or_else(|wrong| wrong.to_string(), |_| String::new())
        };
        let mistyped =
            "error[usage]: unrecognized subcommand 'trian'; a similar subcommand exists: 'train'; see reshelf --help";
        assert_eq!(said("reshelf trian"), mistyped);
        let flag = "error[usage]: unexpected argument '--modle' found; a similar argument exists: '--model'; see reshelf rows --help";
        assert_eq!(said("reshelf rows --modle m"), flag);
        assert_eq!(said("reshelf"), "error[usage]: no command was given; see reshelf --help");
        assert!(said("reshelf rows --xyz").ends_with("'--xyz' found; see reshelf rows --help"));
        let threads = "error[usage]: invalid value '0' for '--threads <N>': choose a number from 1 on, or leave it out for as many as the machine has; see reshelf rank --help";
        assert_eq!(said("reshelf -q rank --threads 0"), threads);
        let preset = "error[usage]: invalid value 'tin' for '--preset <PRESET>' [possible values: tiny, default, best]; a similar value exists: 'tiny'; see reshelf train --help";
        assert_eq!(said("reshelf train --preset tin"), preset);
        assert_eq!(
            said("reshelf inspect m --json=true"),
            "error[usage]: --json takes no value; see reshelf inspect --help"
        );
    }

    #[test]
    fn what_scripts_go_by_is_the_status() {
        let status = |code| CommandError::new(code, "x").status();
        assert_eq!(["usage", "data.empty", "internal", "interrupted"].map(status), [2, 1, 1, 130]);
        let code = "a.b";
        assert_eq!(CommandError::new(code, "no\x1b[31m\u{202e}x").to_string(), "error[a.b]: no\u{fffd}[31m\u{fffd}x");
        assert_eq!(CommandError::new(code, "two\nlines").json(), r#"{"error":{"code":"a.b","message":"two lines"}}"#);
    }
}
