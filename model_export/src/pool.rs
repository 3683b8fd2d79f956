//! The threads that a command works on.
//!
//! Its one job: one way to make them, with one error. What spreads its work says that it "runs on rayon's current pool", and
//! is called within [`Pool::install`]. Uses nothing of ours.

use thiserror::Error;

/// Worker threads, as rayon has them.
pub use rayon::ThreadPool as Pool;

/// So many threads may be asked for on any machine. Threads that have no core of their own do not work faster, and thousands of
/// them take longer to start, and to find nothing to do, than the work itself.
const ALWAYS_ALLOWED: usize = 256;
/// ... and so many for each core that the machine has.
const A_CORE: usize = 4;

/// The threads could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PoolError {
    /// More than any work of ours can use.
    #[error("--threads is {threads}: choose a number from 1 to {limit}; more than the machine has cores gain nothing")]
    TooMany {
        /// How many were asked for.
        threads: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The system refuses them.
    #[error("cannot start the worker threads ({0}); ask for fewer with --threads")]
    NotStarted(String),
}

impl PoolError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            PoolError::TooMany { .. } | PoolError::NotStarted(_) => "pool.threads",
        }
    }
}

/// A pool of so many threads.
///
/// # Errors
/// [`PoolError`] where they are too many, or the system refuses them.
pub fn pool(threads: usize) -> Result<Pool, PoolError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let limit = ALWAYS_ALLOWED.max(A_CORE * cores);
    if threads > limit {
        return Err(PoolError::TooMany { threads, limit });
    }
    let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    built.map_err(|cause| PoolError::NotStarted(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_threads_than_are_of_use_are_refused_before_any_starts() {
        for threads in [70_000, usize::MAX] {
            let refused = pool(threads).map_err(|error| (error.code(), error.to_string()));
            let words = |(code, message): &(&str, String)| {
                *code == "pool.threads"
                    && message.starts_with(&format!("--threads is {threads}: choose a number from 1 to "))
            };
            assert!(refused.is_err_and(|error| words(&error)));
        }
        assert!(pool(3).is_ok_and(|pool| pool.current_num_threads() == 3));
    }
}
