//! What the `reshelf` command is made of: reading a shop's logs, training, packing, ranking and evaluating.
//!
//! Three floors; docs/architecture.md has the table of who may use whom. The ground: [`data`], [`output`], [`progress`],
//! [`rng`], [`pool`], [`policy`] and [`metrics`] know no model; [`about`] says which build this is; [`files`], [`replay`], [`measure`], [`server`] and [`quantization`] know
//! what training made. The commands' work stands on it, one room a command, none of which uses another. [`cli`] turns flags
//! into one call and its result into text.

pub mod about;
pub mod baselines;
pub mod cli;
pub mod core_model;
pub mod data;
pub mod demo_data;
pub mod doctor;
pub mod evaluate;
pub mod files;
pub mod inspect;
pub mod measure;
pub mod metrics;
pub mod names;
pub mod output;
pub mod policy;
pub mod pool;
pub mod progress;
pub mod quantization;
pub mod quantize;
pub mod rank;
pub mod replay;
pub mod rng;
pub mod rows;
pub mod server;
pub mod tokens;
pub mod train;
pub mod verify;
