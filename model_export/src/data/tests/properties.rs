//! What holds for any log.

use std::collections::HashSet;
use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// A row: session, item, time in seconds, event.
type Row = (u8, u8, u32, &'static str);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let event = prop::sample::select(vec!["view", "cart", "purchase", "hover"]);
    prop::collection::vec((0..6u8, 0..8u8, 1_600_000_000..1_600_000_060u32, event), 1..120)
}

fn as_csv(rows: &[Row]) -> String {
    let mut csv = String::from("session_id,item_id,ts,event\n");
    for (session, item, ts, event) in rows {
        writeln!(csv, "s{session},{item},{ts},{event}").unwrap();
    }
    csv
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn shuffled_rows_with_a_clock_read_the_same_sessions(
        (rows, shuffled) in rows().prop_flat_map(|mut rows| {
            // Distinct times: equal ones keep the order of the file, which a shuffle changes.
            let mut times = HashSet::new();
            rows.retain(|row| times.insert(row.2));
            (Just(rows.clone()), Just(rows).prop_shuffle())
        }),
        training in any::<bool>(),
    ) {
        let options = if training { for_training() } else { as_they_are() };
        match (read_csv(&as_csv(&rows), &options), read_csv(&as_csv(&shuffled), &options)) {
            (Ok(log), Ok(other)) => prop_assert_eq!(sessions(&log), sessions(&other)),
            (Err(error), Err(other)) => prop_assert_eq!(error.code(), other.code()),
            _ => prop_assert!(false, "one order was read, the other refused"),
        }
    }

    #[test]
    fn cleaning_never_invents_or_loses_a_row_unseen(rows in rows(), training in any::<bool>()) {
        let options = if training { for_training() } else { as_they_are() };
        let log = match read_csv(&as_csv(&rows), &options) {
            Ok(log) => log,
            Err(error) => {
                prop_assert_eq!(error.code(), "data.nothing_left");
                return Ok(());
            }
        };
        let kind = |event: &str| reshelf::session::EventKind::parse(event).map_or("other", |kind| kind.name());
        let mut written: Vec<(String, String, &str, i64)> = rows
            .iter()
            .map(|(session, item, ts, event)| (format!("s{session}"), item.to_string(), kind(event), i64::from(*ts) * 1_000))
            .collect();
        let mut read: Vec<_> = sessions(&log)
            .into_iter()
            .flat_map(|(session, events)| events.into_iter().map(move |(item, kind, time)| (session.clone(), item, kind, time)))
            .collect();
        let dropped: u64 = log.report.dropped.iter().map(|dropped| dropped.rows).sum();
        prop_assert_eq!(log.report.rows_read, rows.len() as u64);
        prop_assert_eq!(log.report.rows_kept, read.len() as u64);
        prop_assert_eq!(log.report.rows_read, log.report.rows_kept + dropped);
        if training {
            let distinct: HashSet<_> = written.iter().collect();
            prop_assert!(read.iter().all(|row| distinct.contains(row)));
            prop_assert_eq!(read.iter().collect::<HashSet<_>>().len(), read.len(), "no duplicate stays");
            prop_assert!(sessions(&log).iter().all(|(_, events)| events.len() >= 2));
        } else {
            written.sort();
            read.sort();
            prop_assert_eq!(written, read);
        }
        for session in 0..log.sessions() {
            prop_assert!(log.session(session).times.is_sorted());
        }
        let starts: Vec<i64> = (0..log.sessions()).map(|session| log.session(session).times[0]).collect();
        prop_assert!(starts.is_sorted());
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), header in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let mut content = if header { b"session_id,item_id,ts\n".to_vec() } else { b"PAR1".to_vec() };
        content.extend(&bytes);
        content.extend(b"PAR1");
        for name in ["x.csv", "x.jsonl", "x.json", "x.parquet"] {
            let path = write(&folder, name, &content);
            // A log, or an error on one line: anything but a panic.
            if let Err(error) = read_events(&path, &for_training()) {
                prop_assert_eq!(error.to_string().lines().count(), 1);
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_read_or_refused(place in any::<prop::sample::Index>(), bit in 0..8u8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.parquet");
        let columns = vec![
            ("session_id", integers((0..40).map(|row| row / 4))),
            ("item_id", text((0..40).map(|row| ["a", "b", "c"][row % 3]))),
            ("ts", integers(0..40)),
        ];
        write_parquet(&path, columns, 16);
        let mut bytes = std::fs::read(&path).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        std::fs::write(&path, bytes).unwrap();
        match read_events(&path, &as_they_are()) {
            Ok(log) => prop_assert_eq!(log.report.rows_read, 40),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
        }
    }
}
