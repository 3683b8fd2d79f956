//! What an evaluation is asked to do.

use std::path::PathBuf;

use crate::rank::ReplayInput;

/// The flags of `reshelf evaluate`.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluateOptions {
    /// What is replayed.
    pub input: ReplayInput,
    /// Draws a server's list of so many candidates for each step ([`crate::server`]), where there is no file of them.
    pub server_lists: Option<usize>,
    /// The shop's items: those that the model does not know are composed of their descriptions, and some of them stand in
    /// the drawn lists.
    pub items: Option<PathBuf>,
    /// Other artifacts to compare it with, on the same steps.
    pub compare: Vec<PathBuf>,
    /// How many places of a list are looked at, 1 to [`super::MOST_PLACES`].
    pub k: usize,
    /// Where the HTML report goes, if one is wanted.
    pub report: Option<PathBuf>,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}
