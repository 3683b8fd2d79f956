//! Plays the shop's window of four weeks, session by session in the order of their starts. Shoppers see the server's
//! lists, and the server counts what they do: both change each other, as in a real shop. Then the log's collector does
//! what collectors do: rows twice, rows late.

use crate::catalogue::Product;
use crate::lists::{Lists, Popularity};
use crate::rng::{Rng, WeightedIndex};
use crate::shopper::{Intent, Taste, leaf_popularity};
use crate::visit::{Event, Kind, Memory, Visit, World};

/// Monday 2 February 2026, 00:00 UTC, in milliseconds since the epoch: the window's first moment.
pub(crate) const START_MS: i64 = 1_769_990_400_000;
/// The window's length in days.
pub(crate) const DAYS: i64 = 28;
pub(crate) const DAY_MS: i64 = 86_400_000;
/// The exported lists are those of this day's night: by the end of the window they are a little stale.
const LISTS_DAY: i64 = DAYS - 2;
/// One session in so many is a machine that reads the whole catalogue.
const SESSIONS_PER_BOT: usize = 900;
/// One person for so many sessions, of those who are signed in.
const SESSIONS_PER_USER: usize = 9;

/// The whole log, in the order of the sessions' starts, and the lists that the shop ends with.
pub(crate) struct Log {
    pub(crate) events: Vec<Event>,
    pub(crate) lists: Lists,
}

/// Someone with an account: the taste stays, and what was done last is remembered.
struct User {
    taste: Taste,
    last: Option<Memory>,
}

/// Plays `sessions` sessions; `progress` is told now and then how many are done.
pub(crate) fn play(seed: u64, products: &[Product], sessions: usize, mut progress: impl FnMut(usize)) -> Log {
    let mut rng = Rng::new(seed, "sessions");
    let starts = starts(&mut rng, sessions);
    let leaves = leaf_popularity(&mut rng);
    let mut popularity = Popularity::before(&mut rng, products);
    let mut users: Vec<User> =
        (0..(sessions / SESSIONS_PER_USER).max(1)).map(|_| User { taste: Taste::draw(&mut rng), last: None }).collect();
    let loyalty = WeightedIndex::new((0..users.len()).map(|_| rng.heavy_tail().min(8.0)));

    let mut lists = Lists::default();
    let mut exported = Lists::default();
    let mut appeal = Vec::new();
    let mut events = Vec::with_capacity(sessions * 8);
    let mut today = -1;
    for (session, &start) in starts.iter().enumerate() {
        let day = (start - START_MS) / DAY_MS;
        while today < day {
            // Night: yesterday's counts become today's lists. The companions of a product are remade once a week.
            today += 1;
            popularity.fade();
            lists.remake(products, &popularity, today);
            if today % 7 == 0 || today == LISTS_DAY {
                lists.remake_also(products, &popularity);
            }
            appeal = products.iter().map(|product| product.appeal_on(today)).collect();
            if today <= LISTS_DAY {
                exported = lists.clone();
            }
        }
        if session % 1024 == 0 {
            progress(session);
        }

        let number = session as u32;
        // A prime offset, so that machines come at all hours.
        if session % SESSIONS_PER_BOT == 601 {
            crawl(&mut rng, number, start, products.len(), &mut events);
            continue;
        }
        let world = World { products, lists: &lists, appeal: &appeal, leaves: &leaves };
        let user = rng.chance(0.35).then(|| loyalty.sample(&mut rng));
        let (taste, last) = match user {
            Some(user) => (users[user].taste.clone(), users[user].last.clone()),
            None => (Taste::draw(&mut rng), None),
        };
        let first = events.len();
        let mut visit = Visit::new(&mut rng, &world, &taste, number, start, &mut events);
        visit.play(last.as_ref());
        let intent = visit.into_intent();
        if let Some(user) = user {
            for event in &mut events[first..] {
                event.user = Some(user as u32);
            }
            users[user].last = Some(remembered(users[user].last.take(), intent, &events[first..]));
        }
        for event in &events[first..] {
            popularity.count(event.item, event.kind.weight());
        }
    }
    progress(sessions);
    // With very few sessions the last days may have none: then the lists of the last day played stand.
    Log { events, lists: exported }
}

/// What a person takes along from a visit.
fn remembered(before: Option<Memory>, intent: Intent, events: &[Event]) -> Memory {
    let of = |kind: Kind| events.iter().filter(move |event| event.kind == kind).map(|event| event.item);
    let seen = events.iter().rev().filter(|event| event.kind.is_turn()).map(|event| event.item).take(6).collect();
    let mut bought = before.map_or_else(Vec::new, |before| before.bought);
    bought.retain(|&item| of(Kind::Return).all(|returned| returned != item));
    bought.extend(of(Kind::Purchase));
    Memory { intent, seen, bought }
}

/// When each session starts, in order: more on Sundays and in the evening, few at night (hours in UTC, a shop in Europe).
fn starts(rng: &mut Rng, sessions: usize) -> Vec<i64> {
    const BY_WEEKDAY: [f64; 7] = [1.05, 1.0, 0.98, 0.95, 0.85, 0.95, 1.22];
    const BY_HOUR: [f64; 24] = [
        0.18, 0.1, 0.06, 0.05, 0.08, 0.2, 0.45, 0.7, 0.85, 0.95, 1.0, 1.1, 1.15, 1.05, 1.0, 1.0, 1.1, 1.25, 1.5, 1.8,
        1.75, 1.3, 0.8, 0.4,
    ];
    let hours = WeightedIndex::new((0..DAYS as usize * 24).map(|hour| BY_WEEKDAY[hour / 24 % 7] * BY_HOUR[hour % 24]));
    let mut starts: Vec<i64> =
        (0..sessions).map(|_| START_MS + hours.sample(rng) as i64 * 3_600_000 + rng.between(0, 3_599_999)).collect();
    starts.sort_unstable();
    starts
}

/// A machine: hundreds of pages in catalogue order, several a second.
fn crawl(rng: &mut Rng, session: u32, start: i64, products: usize, events: &mut Vec<Event>) {
    let mut at = start;
    let mut item = rng.below(products);
    for _ in 0..rng.between(120, 420) {
        events.push(Event::new(session, item as u32, at, Kind::View));
        at += rng.between(120, 700);
        item = (item + 1) % products;
    }
}

/// The chance that a row is sent twice.
const TWICE: f64 = 0.007;
/// The chance that a row arrives late, and by how many rows at most.
const LATE: f64 = 0.004;
const LATE_ROWS: i64 = 3_000;

/// The rows as a collector writes them, so that cleaning has something to do: by time, but some twice and some late.
pub(crate) fn collected(seed: u64, mut events: Vec<Event>) -> Vec<Event> {
    let mut rng = Rng::new(seed, "dirt");
    events.sort_by_key(|event| event.at);
    let mut placed: Vec<(i64, Event)> = Vec::with_capacity(events.len() + events.len() / 100);
    for (place, event) in events.into_iter().enumerate() {
        let place = place as i64;
        if rng.chance(TWICE) {
            placed.push((place + rng.between(0, 4), event));
        }
        let delay = if rng.chance(LATE) { rng.between(20, LATE_ROWS) } else { 0 };
        placed.push((place + delay, event));
    }
    placed.sort_by_key(|&(place, _)| place);
    placed.into_iter().map(|(_, event)| event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_rows_come_twice_some_late_and_none_is_lost() {
        let events: Vec<Event> = (0..20_000).map(|i| Event::new(i, 0, i64::from(i), Kind::View)).collect();
        let rows = collected(1, events.clone());
        assert!((20_050..20_400).contains(&rows.len()), "{}", rows.len());
        assert!(!rows.is_sorted_by_key(|event| event.at));
        let mut distinct = rows.clone();
        distinct.sort_by_key(|event| event.at);
        distinct.dedup();
        assert_eq!(distinct, events);
    }
}
