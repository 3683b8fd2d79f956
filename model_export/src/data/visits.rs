//! What bears one session id and is no one session: the visits of several users, and visits with a long silence between them.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use super::read_rows::{NO_USER, Rows};

/// How long a session may be silent: what comes later is another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionGap(Option<i64>);

impl SessionGap {
    /// Sessions are never parted by silence.
    pub const OFF: SessionGap = SessionGap(None);

    /// Sessions are parted where they are silent for more than this many milliseconds.
    pub fn of_ms(milliseconds: i64) -> SessionGap {
        SessionGap(Some(milliseconds))
    }

    /// The longest silence in milliseconds; `None` where none is too long.
    pub(super) fn ms(self) -> Option<i64> {
        self.0
    }
}

impl Default for SessionGap {
    /// Twelve hours: a night parts two visits. The longest silence in the public logs that have a clock is 79 minutes.
    fn default() -> Self {
        SessionGap::of_ms(12 * UNITS[1].1)
    }
}

const UNITS: [(&str, i64); 4] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];

impl FromStr for SessionGap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(SessionGap::OFF);
        }
        let duration = UNITS.iter().find_map(|(unit, milliseconds)| {
            let count: i64 = text.strip_suffix(unit)?.parse().ok().filter(|&count| count > 0)?;
            count.checked_mul(*milliseconds)
        });
        duration.map(SessionGap::of_ms).ok_or_else(|| "choose a duration such as 30m, 12h or 7d, or `off`".to_owned())
    }
}

impl fmt::Display for SessionGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(gap) = self.0 else { return write!(f, "off") };
        match UNITS.iter().find(|(_, milliseconds)| gap % milliseconds == 0) {
            Some((unit, milliseconds)) => write!(f, "{}{unit}", gap / milliseconds),
            None => write!(f, "{gap}ms"),
        }
    }
}

/// How many session ids of the file stand for several sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parted {
    /// Ids that several users share.
    pub by_user: u64,
    /// Ids whose events are silent for longer than the gap.
    pub by_silence: u64,
    /// The sessions that these ids became.
    pub into: u64,
}

/// The sessions after parting.
pub(super) struct Visits {
    /// The session of the file of each session; those of the file come first, under their own numbers.
    pub of_file: Vec<u32>,
    /// For each session that is a part: how many events of the id come before each of its own, in order.
    pub steps: BTreeMap<u32, Vec<u32>>,
    pub parted: Parted,
}

struct Event {
    session: u32,
    time: i64,
    row: u32,
    user: u32,
    /// Whether it is a signal and no event.
    is_signal: bool,
    /// Where it stands among the rows.
    at: (u32, u32),
}

/// Parts the `suspects` among the sessions by user, and where they are silent for more than `silence`, and numbers the rows'
/// sessions accordingly. Rows without a user belong to the one who acts before them, or else after them.
pub(super) fn part(rows: &mut [Rows], suspects: &[bool], silence: Option<i64>) -> Visits {
    let mut visits =
        Visits { of_file: (0..suspects.len() as u32).collect(), steps: BTreeMap::new(), parted: Parted::default() };
    let mut events = Vec::new();
    for (chunk, rows) in rows.iter().enumerate() {
        for (index, &session) in rows.sessions.iter().enumerate().filter(|(_, session)| suspects[**session as usize]) {
            let user = rows.users.get(index).copied().unwrap_or(NO_USER);
            let at = (chunk as u32, index as u32);
            let (time, row, is_signal) = (rows.times[index], rows.rows[index], rows.signals.is_some());
            events.push(Event { session, time, row, user, is_signal, at });
        }
    }
    events.sort_unstable_by_key(|event| (event.session, event.time, event.row, event.is_signal));
    for events in events.chunk_by(|a, b| a.session == b.session) {
        let (numbers, users) = visits.of_one_id(events, silence);
        for (event, number) in events.iter().zip(&numbers) {
            rows[event.at.0 as usize].sessions[event.at.1 as usize] = *number;
        }
        let mut sessions = numbers.clone();
        sessions.sort_unstable();
        sessions.dedup();
        if sessions.len() > 1 {
            visits.parted.by_user += u64::from(users > 1);
            visits.parted.by_silence += u64::from(sessions.len() > users);
            visits.parted.into += sessions.len() as u64;
            let of_events = numbers.into_iter().zip(events).filter(|(_, event)| !event.is_signal);
            for (step, (number, _)) in of_events.enumerate() {
                visits.steps.entry(number).or_default().push(step as u32);
            }
        }
    }
    visits
}

impl Visits {
    /// The session of each of the events that bear one id, oldest first, and how many users they have.
    fn of_one_id(&mut self, events: &[Event], silence: Option<i64>) -> (Vec<u32>, usize) {
        let file_session = events[0].session;
        let mut user = events.iter().map(|event| event.user).find(|&user| user != NO_USER).unwrap_or(NO_USER);
        let mut latest: HashMap<u32, (u32, i64)> = HashMap::new();
        let mut first = true;
        let mut numbers = Vec::with_capacity(events.len());
        for event in events {
            if event.user != NO_USER {
                user = event.user;
            }
            let goes_on = latest
                .get(&user)
                .filter(|(_, last)| silence.is_none_or(|silence| event.time.saturating_sub(*last) <= silence));
            let number = match goes_on {
                Some(&(number, _)) => number,
                None if first => file_session,
                None => {
                    self.of_file.push(file_session);
                    self.of_file.len() as u32 - 1
                }
            };
            first = false;
            latest.insert(user, (number, event.time));
            numbers.push(number);
        }
        (numbers, latest.len())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_duration_or_off() {
        for text in ["30m", "12h", "7d", "45s", "off"] {
            assert_eq!(text.parse::<SessionGap>().unwrap().to_string(), text);
        }
        assert_eq!("90m".parse(), Ok(SessionGap::of_ms(5_400_000)));
        assert_eq!(SessionGap::default().to_string(), "12h");
        for text in ["", "12", "h", "0h", "-1h", "1.5h", "12 h", "OFF", "99999999999999999d"] {
            assert!(text.parse::<SessionGap>().is_err(), "{text}");
        }
    }

    #[test]
    fn rows_without_a_user_belong_to_whoever_acts_before_them() {
        let users = vec![NO_USER, 4, NO_USER, 7, NO_USER, 4];
        let mut rows = [Rows {
            rows: (0..6).collect(),
            sessions: vec![0; 6],
            times: vec![0, 10, 20, 30, 40, 50],
            users,
            ..Rows::default()
        }];
        let visits = part(&mut rows, &[true], None);
        assert_eq!(rows[0].sessions, [0, 0, 0, 1, 1, 0]);
        assert_eq!((visits.of_file, visits.parted), (vec![0, 0], Parted { by_user: 1, by_silence: 0, into: 2 }));
        assert_eq!(visits.steps[&0], [0, 1, 2, 5]);
        assert_eq!(visits.steps[&1], [3, 4]);
    }
}
