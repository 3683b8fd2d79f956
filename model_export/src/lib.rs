//! What the `reshelf` command is made of: reading a shop's logs, training, packing, ranking and evaluating.

pub mod data;
