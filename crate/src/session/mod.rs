//! What the shopper did: events, the bounded log, and the state they fold into. May use `math` and `model`.

mod event;

pub use event::EventKind;
