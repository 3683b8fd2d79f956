//! The `reshelf` command: parses the command line and calls into the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    reshelf_export::cli::run(std::env::args_os())
}
