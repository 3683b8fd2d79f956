//! Writing files whole or not at all.
//!
//! Its one job: every file that the command writes is written beside its place and renamed into it, so that an error, a full
//! disk or Ctrl-C leaves the old file or none, never half of one; and none is written over an input. Uses nothing of ours.

mod atomic;
mod error;
mod paths;
mod ranking;

pub use atomic::{Pending, on_interrupt_say, stop_cleanly_on_interrupt, write_atomically};
pub use error::OutputError;
pub use paths::{beside, check_apart, check_ending, same_file};
pub use ranking::RankingWriter;
