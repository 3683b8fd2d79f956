//! Writing files whole or not at all.
//!
//! Its one job: every file that the command writes is written beside its place and renamed into it, so that an error, a full
//! disk or Ctrl-C leaves the old file or none, never half of one. Uses nothing of ours.

mod atomic;
mod ranking;

pub use atomic::{OutputError, Pending, stop_cleanly_on_interrupt, write_atomically};
pub use ranking::RankingWriter;
