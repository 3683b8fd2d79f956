//! What the shopper did: events, the bounded log, the state they fold into, and what clicks in lists teach. Uses `catalogue`.
//!
//! The state is a pure function of the log's newest events: nothing is carried over from one event to the next. Hence
//! forgetting an event is exact, to the bit, and it costs what observing one costs.

mod evidence;
mod exposure;
mod learner;
mod log;
mod profile;
mod state;

pub use evidence::{Evidence, Strength};
pub use exposure::{Exposure, Exposures};
pub use learner::{Column, Learner};
pub use log::{
    Event, EventError, EventId, HORIZON, LARGEST_CLOCK, LOG_CAPACITY, Logged, REMOVED_CAPACITY, SHOWN_CAPACITY,
    SHOWN_HORIZON, SessionLog, WRITERS, count_before,
};
pub use profile::{Leaning, Profile, Seen};
pub use reshelf_artifact::EventKind;
pub use state::{RECENT_ITEMS, SessionState};
