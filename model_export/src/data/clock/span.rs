//! Which times of a log are far from all others, and what its times are multiples of.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::dates::DAY;

/// Days of which a clock may stand, for the bulk of a log: after the first of 1970, before 2200. Others mostly stand for "not
/// known".
const LIKELY: core::ops::Range<i64> = 1..84_000;
/// A time is far from the others where it is at least this much beyond nine tenths of them: ten years.
const FAR: i64 = 3_653;

/// What times may be multiples of, in milliseconds and in words, finest first. Sums of 10,000 seconds come from a
/// spreadsheet that shows `1.77236E+12`.
const GRAINS: [(i64, &str); 7] = [
    (1, "milliseconds"),
    (1_000, "seconds"),
    (60_000, "whole minutes"),
    (3_600_000, "whole hours"),
    (10_000_000, "steps of 10,000 seconds"),
    (DAY, "whole days"),
    (100_000_000, "steps of 100,000 seconds"),
];

/// Whether shops have kept logs from and to these milliseconds: after 1995, and not beyond next year. Times in a unit that is
/// none of ours, such as ticks of 100 ns, lie elsewhere.
pub(super) fn is_of_shops(first: i64, last: i64) -> bool {
    const YEAR: i64 = 366 * DAY;
    const FIRST: i64 = 9_496 * DAY;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
    FIRST <= first && last <= now.saturating_add(YEAR)
}

/// Whether so many rows are nine tenths of these.
pub(in crate::data) fn is_bulk(rows: u64, of: u64) -> bool {
    10 * rows >= 9 * of
}

/// What times are multiples of, in words.
pub(super) fn grain_words(grain_ms: i64) -> &'static str {
    GRAINS.iter().find(|(grain, _)| *grain == grain_ms).map_or("milliseconds", |(_, words)| words)
}

/// How many rows of a log lie on which day.
#[derive(Debug, Default)]
pub(in crate::data) struct Days(BTreeMap<i64, u64>);

impl Days {
    /// Counts one time.
    pub fn add(&mut self, time: i64) {
        *self.0.entry(time.div_euclid(DAY)).or_default() += 1;
    }

    /// The times that are not far from the others: from ten years before to ten years after the shortest span that holds
    /// nine tenths of the rows, or from and to as much as that is long.
    pub fn likely(&self) -> core::ops::RangeInclusive<i64> {
        let days: Vec<(i64, u64)> =
            self.0.iter().filter(|(day, _)| LIKELY.contains(day)).map(|(&day, &rows)| (day, rows)).collect();
        let total: u64 = days.iter().map(|(_, rows)| rows).sum();
        let (mut first, mut rows) = (0, 0);
        let mut shortest: Option<[i64; 2]> = None;
        for &(day, here) in &days {
            rows += here;
            while is_bulk(rows - days[first].1, total) && days[first].0 < day {
                rows -= days[first].1;
                first += 1;
            }
            if is_bulk(rows, total) && shortest.is_none_or(|[start, end]| day - days[first].0 < end - start) {
                shortest = Some([days[first].0, day]);
            }
        }
        let Some([start, end]) = shortest else { return i64::MIN..=i64::MAX };
        let margin = FAR.max(end - start);
        (start - margin) * DAY..=(end + margin + 1) * DAY - 1
    }
}

/// What the times of a log are multiples of.
#[derive(Debug, Default)]
pub(in crate::data) struct Grains {
    rows: u64,
    multiples: [u64; GRAINS.len()],
    span: Option<[i64; 2]>,
}

impl Grains {
    /// Counts one time.
    pub fn add(&mut self, time: i64) {
        self.rows += 1;
        for (multiples, (grain, _)) in self.multiples.iter_mut().zip(GRAINS) {
            *multiples += u64::from(time % grain == 0);
        }
        let [first, last] = self.span.unwrap_or([time; 2]);
        self.span = Some([first.min(time), last.max(time)]);
    }

    /// The coarsest grain of nine tenths of the times.
    pub fn grain_ms(&self) -> i64 {
        let mut grains = GRAINS.iter().zip(self.multiples).rev().filter(|_| self.rows > 0);
        grains.find(|(_, multiples)| is_bulk(*multiples, self.rows)).map_or(1, |((grain, _), _)| *grain)
    }

    /// The first and the last time.
    pub fn span(&self) -> [i64; 2] {
        self.span.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_far_from_nine_tenths_of_the_rows_are_unlikely() {
        let mut days = Days::default();
        (0..95).for_each(|row| days.add((20_000 + row % 30) * DAY + row));
        let (sentinels, seldom) = ([0, -719_162, 2_932_896, 14_000], [16_500, 23_600]);
        sentinels.iter().chain(&seldom).for_each(|day| days.add(day * DAY));
        let likely = days.likely();
        assert!(sentinels.iter().all(|day| !likely.contains(&(day * DAY))));
        assert!(seldom.iter().all(|day| likely.contains(&(day * DAY))), "a clock may be off by years");
        // A third of the rows has no date at all; the others decide.
        (0..50).for_each(|_| days.add(0));
        assert_eq!(days.likely(), likely);
        assert!(Days::default().likely().contains(&0));
    }

    #[test]
    fn times_in_an_unknown_unit_are_those_of_no_shop() {
        let june_2024 = 1_718_000_000_000;
        assert!(is_of_shops(june_2024, june_2024 + DAY));
        assert!(is_of_shops(880_000_000_000, 890_000_000_000), "1997");
        // Tenths of a second, ticks since 1601 and since 0001 as nanoseconds, times of a session as dates.
        for time in [17_180_000_000_000, 133_624_736_000, 638_536_000_000, 61_000] {
            assert!(!is_of_shops(time, time + DAY), "{time}");
        }
    }

    #[test]
    fn the_grain_is_that_of_nine_tenths() {
        let grain = |times: &[i64]| {
            let mut grains = Grains::default();
            times.iter().for_each(|&time| grains.add(time));
            grains.grain_ms()
        };
        let minutes: Vec<i64> = (0..19).map(|row| 1_775_044_800_000 + row * 60_000).collect();
        assert_eq!(grain(&minutes), 60_000);
        assert_eq!(grain(&[&minutes[..], &[1_775_044_800_007]].concat()), 60_000);
        assert_eq!(grain(&[&minutes[..5], &[1_775_044_800_007]].concat()), 1);
        assert_eq!(grain(&[1_775_044_801_000, 1_775_044_803_000]), 1_000);
        assert_eq!(grain(&[1_772_360_000_000, 1_772_370_000_000]), 10_000_000);
        assert_eq!(grain(&[]), 1);
    }
}
