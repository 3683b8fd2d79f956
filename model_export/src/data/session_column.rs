//! The column whose values are sessions.

use std::fmt;
use std::str::FromStr;

/// The column unless another is named.
const USUAL: &str = "session_id";

/// The column whose values are sessions: `session_id`, or another one such as that of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionColumn(String);

impl SessionColumn {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Its name, where it is not the usual one.
    pub fn other(&self) -> Option<&str> {
        (self.0 != USUAL).then_some(self.name())
    }
}

impl Default for SessionColumn {
    fn default() -> Self {
        SessionColumn(USUAL.to_owned())
    }
}

impl FromStr for SessionColumn {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "" => Err("name a column".to_owned()),
            "item_id" | "ts" | "event" => Err(format!("`{name}` is part of every event; name a column of sessions")),
            _ => Ok(SessionColumn(name.to_owned())),
        }
    }
}

impl fmt::Display for SessionColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
