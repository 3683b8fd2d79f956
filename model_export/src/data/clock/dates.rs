//! Dates as text and as digits, brought to milliseconds since 1970, UTC where they name no zone.

use chrono::NaiveDate;
use datafusion::arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// The years of which digits such as 20260301 are taken for a date.
const YEARS_OF_DIGITS: core::ops::RangeInclusive<i64> = 1990..=2100;

/// The time that ISO 8601 text says: a date, and if wanted hours, minutes, seconds and their parts, and a zone.
pub(super) fn from_text(text: &str) -> Option<i64> {
    // Logs exported from databases often say ` UTC`.
    match string_to_timestamp_nanos(text.strip_suffix(" UTC").unwrap_or(text)) {
        Ok(nanoseconds) => Some(nanoseconds.div_euclid(1_000_000)),
        Err(_) => in_parts(text),
    }
}

/// Whether this is a date in form, but all zeros: what MySQL writes where there is none.
pub(super) fn is_zero(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte == b'0' || b"-/:. TZ".contains(&byte))
}

/// What the parser above does not know: years that nanoseconds do not reach, and times cut off after hours or minutes.
fn in_parts(text: &str) -> Option<i64> {
    let written = if matches!(text.as_bytes().get(4)?, b'-' | b'/') { 10 } else { 8 };
    let (date, rest) = text.split_at_checked(written)?;
    let date = digits(date, ['-', '/'])?;
    let (time, offset) = zone(rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest))?;
    if !time.is_empty() && !rest.starts_with(['T', 't', ' ']) {
        return None;
    }
    Some(day(date)? + time_of_day(time)? - offset)
}

/// The digits of a text as a number, without separators.
fn digits(text: &str, separators: impl AsRef<[char]>) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !separators.as_ref().contains(c)).collect();
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Parts a time from its zone: the time, and by how many milliseconds it is ahead of UTC.
fn zone(text: &str) -> Option<(&str, i64)> {
    let text = text.trim();
    for utc in ["Z", "z", "UTC", "GMT"] {
        if let Some(time) = text.strip_suffix(utc) {
            return Some((time.trim_end(), 0));
        }
    }
    let Some(sign) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let ahead = time_of_day(Some(&text[sign + 1..]).filter(|ahead| !ahead.is_empty())?)?;
    Some((text[..sign].trim_end(), if text[sign..].starts_with('-') { -ahead } else { ahead }))
}

/// Milliseconds since midnight of `10`, `10:13`, `1013`, `10:13:20`, `10:13:20.5`; 0 of nothing.
fn time_of_day(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (text, parts) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let time = digits(text, [':'])?;
    let [hours, minutes, seconds] = match text.bytes().filter(u8::is_ascii_digit).count() {
        2 => [time, 0, 0],
        4 => [time / 100, time % 100, 0],
        6 => [time / 10_000, time / 100 % 100, time % 100],
        _ => return None,
    };
    let fraction = digits(parts.get(..parts.len().min(3))?, [])? * 10i64.pow(3u32.saturating_sub(parts.len() as u32));
    let valid = hours < 24 && minutes < 60 && seconds <= 60 && parts.bytes().all(|digit| digit.is_ascii_digit());
    valid.then(|| ((hours * 60 + minutes) * 60 + seconds) * 1_000 + fraction)
}

/// Midnight of the day that eight digits say.
fn day(yyyymmdd: i64) -> Option<i64> {
    let [year, month, day] = [yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100];
    let date = NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32)?;
    Some(i64::from(date.to_epoch_days()) * DAY)
}

/// The time that the digits of a number say: yyyymmdd, and if wanted hh, mm, ss and milliseconds.
pub(super) fn from_digits(number: f64) -> Option<i64> {
    if number.fract() != 0.0 || !(1e7..1e17).contains(&number) {
        return None;
    }
    let number = number as i64;
    let [date, time, milliseconds] = match number.ilog10() + 1 {
        8 => [number, 0, 0],
        10 => [number / 100, number % 100 * 10_000, 0],
        12 => [number / 10_000, number % 10_000 * 100, 0],
        14 => [number / 1_000_000, number % 1_000_000, 0],
        17 => [number / 1_000_000_000, number / 1_000 % 1_000_000, number % 1_000],
        _ => return None,
    };
    let [hours, minutes, seconds] = [time / 10_000, time / 100 % 100, time % 100];
    let valid = hours < 24 && minutes < 60 && seconds <= 60;
    valid.then_some(day(date)? + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds)
}

/// Whether a number looks like a date in digits, of a year in which there were shops.
pub(super) fn reads_as_date(number: f64) -> bool {
    from_digits(number).is_some_and(|_| {
        let number = number as i64;
        YEARS_OF_DIGITS.contains(&(number / 10i64.pow(number.ilog10() - 3)))
    })
}

/// The day of a time, as `2026-03-01`.
pub(in crate::data) fn named(time: i64) -> String {
    let day = i32::try_from(time.div_euclid(DAY)).ok().and_then(NaiveDate::from_epoch_days);
    day.map_or_else(|| "a day beyond the calendar".to_owned(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_may_stop_after_any_part_and_name_any_year() {
        let noon = 1_775_044_800_000;
        for text in [
            "2026-04-01T12",
            "2026-04-01 12:00",
            "2026-04-01T12:00Z",
            "2026-04-01 14:00+02:00",
            "2026-04-01T07-0500",
            "2026-04-01T12:00:00.000",
            "2026-04-01 12:00 UTC",
            "20260401T120000Z",
            "2026/04/01 12:00:00",
            "2026-04-01T12:00:00,0",
        ] {
            assert_eq!(from_text(text), Some(noon), "{text}");
        }
        assert_eq!(from_text("2026-04-01T12:00:01.25+00"), Some(noon + 1_250));
        assert_eq!(from_text("9999-12-31 23:59:59"), Some(253_402_300_799_000));
        assert_eq!(from_text("0001-01-01"), Some(-62_135_596_800_000));
        for text in [
            "",
            "2026",
            "2026-04-31",
            "2026-04-01T25:00",
            "2026-04-01T12:0",
            "2026-04-0112",
            "yesterday",
            "2026-04-01 12:00:00.x",
        ] {
            assert_eq!(from_text(text), None, "{text}");
        }
        assert!(is_zero("0000-00-00 00:00:00") && is_zero("0000-00-00") && !is_zero("0") && !is_zero("2000-00-00"));
    }

    #[test]
    fn digits_may_stop_after_hours_minutes_and_seconds() {
        let noon = 1_775_044_800_000;
        for (digits, time) in [
            (20260401.0, noon - DAY / 2),
            (2026040112.0, noon),
            (202604011200.0, noon),
            (20260401120005.0, noon + 5_000),
        ] {
            assert_eq!(from_digits(digits), Some(time));
            assert!(reads_as_date(digits));
        }
        for number in [1_775_044_800.0, 1_775_044_800_000.0, 20261301.0, 20260401.5, 2026040125.0, 0.0, -20260401.0] {
            assert_eq!(from_digits(number), None, "{number}");
        }
        assert!(!reads_as_date(99_991_231.0) && from_digits(99_991_231.0).is_some());
        assert_eq!(named(noon), "2026-04-01");
    }
}
