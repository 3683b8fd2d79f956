//! From a state and candidates to scores and an order: features, the learned head, selection. Uses the crates
//! `reshelf-kernels`, `reshelf-artifact` and `reshelf-session`.
//!
//! - `similarity`: products of the session with the candidates of a list; `nearest`: with the whole table
//! - `columns`: the features by name; `features`, `head`: what is said of a candidate, and its score
//! - `server_order`: all else equal, the server's order stands
//! - `order`, `top_k`: from scores to an order, or to the few best
//! - `retrieve`: the whole table cut down to a short list
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod columns;
mod features;
mod head;
mod nearest;
mod order;
mod retrieve;
mod server_order;
mod similarity;
mod top_k;

pub use columns::{FEATURES, FeatureName, HeadColumns, HeadError, OF_POPULARITY, OF_SERVER, SERVER_OPINION, WAYS};
pub use features::{FeatureMatrix, Lists};
pub use head::Scorer;
pub use order::Order;
pub use retrieve::{SHORTLIST, ShortList, ShortListBy};
pub use server_order::ServerOrder;
