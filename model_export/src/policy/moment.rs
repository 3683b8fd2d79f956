//! Moments: milliseconds, or ISO text that means the same on every device.

use chrono::NaiveDate;

/// A day in milliseconds.
pub(super) const DAY: f64 = 86_400_000.0;
/// The last millisecond that a date can name.
pub(super) const LAST_MOMENT: f64 = 8.64e15;

/// Milliseconds since 1970 of ISO text; NaN for anything else, and for the 30th of February. Text without a zone is in UTC. `end`
/// takes a date without a time to its last millisecond.
pub(super) fn moment_of(text: &str, end: bool) -> f64 {
    Parts::of(text.trim()).and_then(|parts| parts.moment(end)).unwrap_or(f64::NAN)
}

/// Whether text is written as a date, be it one or not.
pub(super) fn looks_like_a_moment(text: &str) -> bool {
    Parts::of(text).is_some()
}

/// The numbers of a date as it is written.
struct Parts {
    date: [i64; 3],
    /// Hours, minutes, seconds and milliseconds.
    time: Option<[i64; 4]>,
    /// Milliseconds ahead of UTC.
    zone: i64,
}

impl Parts {
    fn of(text: &str) -> Option<Parts> {
        let mut rest = Rest(text.as_bytes());
        let date = [rest.digits(4)?, rest.after(b'-')?.digits(2)?, rest.after(b'-')?.digits(2)?];
        let mut parts = Parts { date, time: None, zone: 0 };
        if rest.0.is_empty() {
            return Some(parts);
        }
        rest.one_of(b"Tt ")?;
        let mut time = [rest.digits(2)?, rest.after(b':')?.digits(2)?, 0, 0];
        if rest.one_of(b":").is_some() {
            time[2] = rest.digits(2)?;
            if rest.one_of(b".").is_some() {
                time[3] = rest.thousandths()?;
            }
        }
        parts.time = Some(time);
        if rest.one_of(b"Zz").is_none()
            && let Some(sign) = rest.one_of(b"+-")
        {
            let hours = rest.digits(2)?;
            rest.one_of(b":");
            let zone = (hours * 60 + rest.digits(2)?) * 60_000;
            parts.zone = if sign == b'-' { -zone } else { zone };
        }
        rest.0.is_empty().then_some(parts)
    }

    fn moment(&self, end: bool) -> Option<f64> {
        let [year, month, day] = self.date;
        // As JavaScript's clock counts, two digits name a year of the last century.
        let year = if year < 100 { year + 1900 } else { year };
        let date = NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32)?;
        let [hour, minute, second, thousandths] = self.time.unwrap_or_default();
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let start = date.and_hms_opt(hour as u32, minute as u32, second as u32)?.and_utc().timestamp_millis();
        let whole_day = if end && self.time.is_none() { DAY as i64 - 1 } else { 0 };
        Some((start + thousandths - self.zone + whole_day) as f64)
    }
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn one_of(&mut self, letters: &[u8]) -> Option<u8> {
        let first = *self.0.first().filter(|first| letters.contains(first))?;
        self.0 = &self.0[1..];
        Some(first)
    }

    fn after(&mut self, letter: u8) -> Option<&mut Self> {
        self.one_of(&[letter]).map(|_| self)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut number = 0;
        for _ in 0..count {
            number = 10 * number + i64::from(self.one_of(b"0123456789")? - b'0');
        }
        Some(number)
    }

    /// The first three digits behind a point.
    fn thousandths(&mut self) -> Option<i64> {
        let (mut number, mut read) = (0, 0);
        while let Some(digit) = self.one_of(b"0123456789") {
            if read < 3 {
                number = 10 * number + i64::from(digit - b'0');
                read += 1;
            }
        }
        (read > 0).then(|| number * 10_i64.pow(3 - read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_same_everywhere() {
        assert_eq!(moment_of("1970-01-02", false), DAY);
        assert_eq!(moment_of(" 1970-01-01 ", true), DAY - 1.0);
        assert_eq!(moment_of("1970-01-01T01:00:00.5+01:00", false), 500.0);
        assert_eq!(moment_of("1970-01-01t01:30Z", true), 5_400_000.0);
        assert_eq!(moment_of("1970-01-01 00:00:01.2345-0030", false), 1_801_234.0);
        for odd in ["", "1970-1-1", "1970-02-30", "1970-01-01T24:00", "1970-01-01T00:00:60Z", "1970-01-01T", "now", "5"]
        {
            assert!(moment_of(odd, false).is_nan(), "{odd}");
        }
        assert!(looks_like_a_moment("2026-02-30") && !looks_like_a_moment("2026-02"));
    }
}
