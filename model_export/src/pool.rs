//! The threads that a command works on.
//!
//! Its one job: one way to make them, with one error. What spreads its work says that it "runs on rayon's current pool", and
//! is called within [`Pool::install`]. Uses nothing of ours.

use thiserror::Error;

/// Worker threads, as rayon has them.
pub use rayon::ThreadPool as Pool;

/// The threads could not be started.
#[derive(Debug, Error)]
#[error("cannot start the worker threads ({0}); ask for fewer with --threads")]
pub struct PoolError(String);

impl PoolError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        "pool.threads"
    }
}

/// A pool of so many threads.
///
/// # Errors
/// [`PoolError`] where the system refuses them.
pub fn pool(threads: usize) -> Result<Pool, PoolError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|cause| PoolError(cause.to_string()))
}
