//! From a state and candidates to scores and an order: features, the learned head, selection. Uses `math`, `kernels`,
//! `model` and `session`.

mod features;
mod head;
mod order;
mod retrieve;
mod similarity;

pub use features::{FEATURES, FeatureMatrix, FeatureName};
pub use head::{HeadError, Scorer};
pub use order::order_by_score;
pub use retrieve::{SHORTLIST, ShortList};
