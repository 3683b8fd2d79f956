//! The Reshelf engine: re-ranks a shop's product lists with what the shopper did in this session, on the shopper's device.

pub mod metrics;
pub mod session;
