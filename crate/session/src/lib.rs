//! Where rows come from during a visit, and the session that they fold into. Uses the crates `reshelf-kernels` and
//! `reshelf-artifact`.
//!
//! - [`catalogue`]: the one source of rows: the artifact's table, inline, composed
//! - [`session`]: events, the log, the state that they fold into
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod catalogue;
pub mod session;
