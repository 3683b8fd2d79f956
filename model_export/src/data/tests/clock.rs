//! What a log's clock tells: the span that was understood, odd times, speed, duplicates.

use super::*;

/// Sessions of three events, a minute and a second apart, an hour and seven seconds between their starts.
fn shoppers(sessions: i64, time: impl Fn(i64) -> String) -> String {
    const START: i64 = 1_714_003_205;
    let mut csv = String::from("session_id,item_id,ts\n");
    for session in 0..sessions {
        for event in 0..3 {
            let seconds = START + session * 3_607 + event * 61;
            csv.push_str(&format!("s{session},i{},{}\n", (session + event) % 11, time(seconds)));
        }
    }
    csv
}

fn iso(seconds: i64, form: &str) -> String {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc().format_with(form)
}

/// Formats without the library's formatter, which a build without its features has not.
trait FormatWith {
    fn format_with(&self, form: &str) -> String;
}

impl FormatWith for chrono::NaiveDateTime {
    fn format_with(&self, form: &str) -> String {
        use chrono::{Datelike, Timelike};
        let parts = [
            ("YYYY", format!("{:04}", self.year())),
            ("MM", format!("{:02}", self.month())),
            ("DD", format!("{:02}", self.day())),
            ("hh", format!("{:02}", self.hour())),
            ("mm", format!("{:02}", self.minute())),
            ("ss", format!("{:02}", self.second())),
        ];
        parts.iter().fold(form.to_owned(), |form, (part, value)| form.replace(part, value))
    }
}

#[test]
fn the_span_and_the_grain_that_were_understood_are_reported() {
    for (form, clock) in [
        ("YYYY-MM-DD hh:mm:ss", "read as dates, clock in seconds"),
        ("YYYY-MM-DDThh:mmZ", "read as dates, clock in whole minutes: too coarse to tell speed or duplicates"),
        ("YYYY-MM-DD hh", "read as dates, clock in whole hours: too coarse"),
        ("YYYYMMDD", "read as dates in digits, clock in whole days: too coarse"),
        ("YYYYMMDDhhmm", "read as dates in digits, clock in whole minutes"),
        ("YYYYMMDDhhmmss", "read as dates in digits, clock in seconds"),
    ] {
        let log = read_csv(&shoppers(40, |seconds| iso(seconds, form)), &for_training()).unwrap();
        let words = log.report.to_string();
        assert!(words.contains(&format!("times from 2024-04-25 to 2024-04-26, {clock}")), "{form}: {words}");
        assert_eq!((log.events(), log.has_clock), (120, true), "{form}: {words}");
    }
    let seconds = read_csv(&shoppers(40, |seconds| seconds.to_string()), &for_training()).unwrap();
    assert!(seconds.report.to_string().contains("read as seconds since 1970, clock in seconds"));
}

#[test]
fn odd_times_are_dropped_and_counted_and_the_others_keep_their_meaning() {
    let dates = shoppers(40, |seconds| iso(seconds, "YYYY-MM-DD hh:mm:ss"));
    let numbers = shoppers(40, |seconds| seconds.to_string());
    let expected = read_csv(&numbers, &for_training()).unwrap();
    for (csv, odd, reason) in [
        (&numbers, "1714003205000", DropReason::OtherUnit),
        (&numbers, "20240425", DropReason::OtherUnit),
        (&numbers, "2024-04-25", DropReason::OtherUnit),
        (&numbers, "0", DropReason::FarTime),
        (&numbers, "4102444800", DropReason::FarTime),
        (&dates, "1714003205", DropReason::OtherUnit),
        (&dates, "1970-01-01", DropReason::FarTime),
        (&dates, "0001-01-01T00:00:00", DropReason::FarTime),
        (&dates, "9999-12-31 23:59:59.999", DropReason::FarTime),
        (&dates, "0000-00-00", DropReason::NullTime),
        (&dates, "\\N", DropReason::NullTime),
    ] {
        let log = read_csv(&format!("{csv}s3,i9,{odd}\ns3,i8,{odd}\n"), &for_training()).unwrap();
        assert_eq!(log.report.dropped, [Dropped { reason, rows: 2, sessions: 0 }], "{odd}");
        assert!(log.report.to_string().contains("dropped 2 rows without a time"), "{odd}");
        assert_eq!(sessions(&log), sessions(&expected), "{odd}");
    }
}

#[test]
fn files_of_different_units_are_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let rename = |csv: String, letter: &str| csv.replace("\ns", &format!("\n{letter}"));
    write(&folder, "1.csv", rename(shoppers(20, |seconds| seconds.to_string()), "a"));
    write(&folder, "2.csv", rename(shoppers(20, |seconds| (seconds * 1_000).to_string()), "b"));
    write(&folder, "3.csv", rename(shoppers(20, |seconds| iso(seconds, "YYYY-MM-DD hh:mm:ss")), "c"));
    let log = read_events(folder.path(), &for_training()).unwrap();
    assert_eq!((log.sessions(), log.report.dropped.len()), (60, 0));
    for sessions in (0..60).collect::<Vec<_>>().chunks(3) {
        let times: Vec<_> = sessions.iter().map(|&session| log.session(session).times).collect();
        assert!(times.iter().all(|session| *session == times[0]), "{times:?}");
    }
}

#[test]
fn times_since_the_start_of_each_session_are_no_clock() {
    let mut csv = String::from("session_id,item_id,ts\n");
    for session in (0..50i64).rev() {
        let start = 2_000 + session * 7_919 % 30_000;
        (0..4).for_each(|event| csv.push_str(&format!("v{session},i{event},{}\n", start + event * 21_000)));
    }
    let log = read_csv(&csv, &for_training()).unwrap();
    let words = log.report.to_string();
    assert!(words.contains("counted from the start of each session, clock: none"), "{words}");
    assert!(!log.has_clock);
    let split = Split::ByTime { newest: 0.1, part: Part::Test };
    let test = read_csv(&csv, &EventOptions { split, ..as_they_are() }).unwrap();
    let newest: Vec<_> = (0..5).map(|session| test.session_ids.text(session).into_owned()).collect();
    assert_eq!(newest, ["v4", "v3", "v2", "v1", "v0"], "in the order of the file");
}

/// A crawler beside the shoppers: 30 pages at two a second.
fn with_crawler(mut csv: String, time: impl Fn(i64) -> String) -> String {
    (0..30).for_each(|page| csv.push_str(&format!("crawler,p{page},{}\n", time(1_714_003_205_000 + page * 500))));
    csv
}

#[test]
fn speed_is_told_by_clocks_that_can() {
    let dropped = |csv: String| read_csv(&csv, &for_training()).unwrap().report.dropped_rows(DropReason::BotRate);
    let milliseconds = |seconds: i64| (seconds * 1_000).to_string();
    assert_eq!(dropped(with_crawler(shoppers(40, milliseconds), |time| time.to_string())), 30);
    let seconds = |time: i64| (time / 1_000).to_string();
    assert_eq!(dropped(with_crawler(shoppers(40, |seconds| seconds.to_string()), seconds)), 30);
    for form in ["YYYY-MM-DD hh:mm", "YYYY-MM-DDThh", "YYYY-MM-DD"] {
        let csv = shoppers(40, |seconds| iso(seconds, form));
        assert_eq!(dropped(with_crawler(csv, |time| iso(time / 1_000, form))), 0, "{form}");
    }
    // Cut by a spreadsheet to six digits.
    let cut = |time: i64| format!("{:.5e}", time as f64);
    assert_eq!(dropped(with_crawler(shoppers(40, |seconds| cut(seconds * 1_000)), cut)), 0);
}

#[test]
fn baskets_are_no_crawlers_and_quantities_no_duplicates() {
    let mut csv = String::from("session_id,item_id,ts,event\n");
    for order in 0..40 {
        let time = 1_714_003_205 + order * 1_013;
        for line in 0..25 {
            csv.push_str(&format!("order-{order},i{},{time},purchase\n", (order + line) % 40));
        }
        csv.push_str(&format!("order-{order},i{},{time},purchase\n", order % 40));
    }
    let log = read_csv(&csv, &for_training()).unwrap();
    assert_eq!((log.events(), log.sessions(), log.report.repeats_kept), (40 * 26, 40, 40));
    let words = log.report.to_string();
    assert!(words.contains("all events bear one time in 40 of 40 sessions"), "{words}");
    assert!(words.contains("kept 40 rows that repeat an item at one time"), "{words}");
    // Lines that were written one after the other, at the end of a visit.
    let mut visits =
        shoppers(40, |seconds| (seconds * 1_000).to_string()).replace("ts\n", "ts,event\n").replace('\n', ",\n");
    visits = visits.replace("event,\n", "event\n");
    (0..25).for_each(|line| visits.push_str(&format!("s0,b{line},{},purchase\n", 1_714_003_900_000i64 + line)));
    assert_eq!(read_csv(&visits, &for_training()).unwrap().report.dropped, []);
}

#[test]
fn what_was_exported_twice_is_dropped_on_any_clock() {
    for form in ["YYYY-MM-DD hh:mm:ss", "YYYY-MM-DD hh:mm", "YYYY-MM-DD"] {
        let csv = shoppers(40, |seconds| iso(seconds, form));
        let twice = csv
            .lines()
            .map(|line| format!("{line}\n{}", if line.starts_with('s') { format!("{line}\n") } else { String::new() }));
        let twice: String = twice.collect::<String>().replacen(
            "session_id,item_id,ts\nsession_id,item_id,ts\n",
            "session_id,item_id,ts\n",
            1,
        );
        let log = read_csv(&twice, &for_training()).unwrap();
        assert_eq!((log.events(), log.report.dropped_rows(DropReason::Duplicate)), (120, 120), "{form}");
    }
    // One row twice, of a session whose times tell: a tag that fired twice.
    let csv = shoppers(40, |seconds| seconds.to_string());
    let once_more = csv.lines().nth(5).unwrap();
    let log = read_csv(&format!("{csv}{once_more}\n"), &for_training()).unwrap();
    assert_eq!(log.report.dropped_rows(DropReason::Duplicate), 1);
}

#[test]
fn a_clock_of_an_unknown_unit_is_warned_of_and_tells_no_duplicates() {
    let warned = |csv: &str| {
        let log = read_csv(csv, &for_training()).unwrap();
        (log.report.to_string().contains("warning"), log.report.dropped_rows(DropReason::Duplicate))
    };
    assert_eq!(warned(&shoppers(30, |seconds| seconds.to_string())), (false, 0));
    for unit in [10, 10_000_000] {
        assert!(warned(&shoppers(30, |seconds| (seconds * unit).to_string())).0, "{unit} a second");
    }
    // Days, of which milliseconds of the guessed seconds are 86 s.
    let mut twice = String::from("session_id,item_id,ts\n");
    (0..30)
        .for_each(|session| twice += &format!("s{session},a,45410.51\ns{session},a,45410.51\ns{session},b,45410.52\n"));
    assert_eq!(warned(&twice), (true, 0));
}
