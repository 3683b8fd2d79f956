//! The public logs, where they are at hand: `shared/data` beside the repository.

use super::*;

fn events_of(set: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(set).join("events.parquet");
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

#[test]
fn diginetica_has_the_sessions_of_the_papers() {
    let Some(path) = events_of("diginetica_srgnn") else { return };
    let split = |name: &str| EventOptions { split: Split::usual(name), ..as_they_are() };
    let train = read_events(&path, &EventOptions { split: Split::usual("train"), ..for_training() }).unwrap();
    assert_eq!((train.sessions(), train.events()), (186_670, 906_140));
    assert!(!train.has_clock);
    assert_eq!(train.report.dropped, []);
    let Ids::Integer(ids) = &train.session_ids else { panic!("its sessions are integers") };
    assert!(ids.is_sorted(), "its session ids ascend in time");
    assert_eq!(train.item_ids.len(), 43_097);
    let test = read_events(&path, &split("test")).unwrap();
    assert_eq!((test.sessions(), test.events()), (15_963, 76_821));
    assert_eq!(test.report.columns_ignored, ["ms_in_session"]);
}

#[test]
fn jdata_has_repeats_several_kinds_and_a_clock() {
    let Some(path) = events_of("jdata_mkmsr_demo") else { return };
    let log = read_events(&path, &as_they_are()).unwrap();
    assert!(log.has_clock);
    assert_eq!(log.events(), 32_620);
    assert!((0..log.sessions()).all(|session| log.session(session).times.is_sorted()));
    let starts: Vec<i64> = (0..log.sessions()).map(|session| log.session(session).times[0]).collect();
    assert!(starts.is_sorted());
    assert_eq!(log.report.unknown_events, []);
    let trained = read_events(&path, &for_training()).unwrap();
    assert!(trained.report.dropped_rows(DropReason::Duplicate) >= 2_000);
    assert!(trained.report.dropped_rows(DropReason::BotLength) <= 235);
}
