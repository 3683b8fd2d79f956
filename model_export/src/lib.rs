//! What the `reshelf` command is made of: reading a shop's logs, training, packing, ranking and evaluating.

pub mod baselines;
pub mod cli;
pub mod data;
pub mod demo_data;
pub mod evaluate;
pub mod output;
pub mod progress;
pub mod quantize;
pub mod random;
pub mod rank;
pub mod server;
pub mod train;
