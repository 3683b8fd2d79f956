//! What a real log's collector does to it: rows twice, rows late. So that cleaning has something to do.

use super::dice::Dice;
use super::simulator::Event;

/// The chance that a row is sent twice.
const TWICE: f64 = 0.007;
/// The chance that a row arrives late, and by how many rows at most.
const LATE: f64 = 0.004;
const LATE_ROWS: i64 = 3_000;

/// The rows in the order of the file: by time, but for the late ones.
pub(super) fn rows(seed: u64, mut events: Vec<Event>) -> Vec<Event> {
    let mut dice = Dice::new(seed, "dirt");
    events.sort_by_key(|event| event.at);
    let mut placed: Vec<(i64, Event)> = Vec::with_capacity(events.len() + events.len() / 100);
    for (place, event) in events.into_iter().enumerate() {
        let place = place as i64;
        if dice.chance(TWICE) {
            placed.push((place + dice.between(0, 4), event));
        }
        let delay = if dice.chance(LATE) { dice.between(20, LATE_ROWS) } else { 0 };
        placed.push((place + delay, event));
    }
    placed.sort_by_key(|&(place, _)| place);
    placed.into_iter().map(|(_, event)| event).collect()
}

#[cfg(test)]
mod tests {
    use super::super::simulator::Kind;
    use super::*;

    #[test]
    fn some_rows_come_twice_some_late_and_none_is_lost() {
        let events: Vec<Event> = (0..20_000)
            .map(|i| Event { session: i, item: 0, at: i64::from(i), kind: Kind::View, user: None, quantity: 0 })
            .collect();
        let rows = rows(1, events.clone());
        assert!((20_050..20_400).contains(&rows.len()), "{}", rows.len());
        assert!(!rows.is_sorted_by_key(|event| event.at));
        let mut distinct = rows.clone();
        distinct.sort_by_key(|event| event.at);
        distinct.dedup();
        assert_eq!(distinct, events);
    }
}
