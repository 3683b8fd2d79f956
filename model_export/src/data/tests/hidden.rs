//! Items that are hidden from training.

use proptest::prelude::*;

use super::*;

const HALF: &str = "0.5";

fn hiding(options: EventOptions) -> EventOptions {
    EventOptions { hidden_items: Some(HALF.parse().unwrap()), ..options }
}

/// What a session holds, by ids.
fn sessions(log: &SessionLog) -> Vec<(String, Vec<String>)> {
    let items = |session| log.session(session).items.iter().map(|&item| log.item_text(item).into_owned()).collect();
    (0..log.sessions()).map(|session| (log.session_ids.text(session).into_owned(), items(session))).collect()
}

fn csv(rows: &[(u8, u8)]) -> String {
    let rows = rows.iter().zip(0..).map(|((session, item), at)| format!("{session},{item},{at}\n"));
    "session_id,item_id,ts\n".to_owned() + &rows.collect::<String>()
}

proptest! {
    #[test]
    fn a_log_with_hidden_items_is_the_log_that_never_met_them(rows in prop::collection::vec((0u8..6, 0u8..20), 1..60)) {
        let hidden: HiddenItems = HALF.parse().unwrap();
        let others: Vec<(u8, u8)> = rows.iter().copied().filter(|(_, item)| !hidden.hides(&item.to_string())).collect();
        match (read_csv(&csv(&rows), &hiding(as_they_are())), read_csv(&csv(&others), &as_they_are())) {
            (Ok(log), Ok(without)) => {
                prop_assert_eq!(sessions(&log), sessions(&without));
                prop_assert_eq!(&log.item_ids, &without.item_ids);
                let left_out = log.report.dropped_rows(DropReason::HiddenItem);
                prop_assert_eq!(log.report.rows_read, log.report.rows_kept + left_out);
                prop_assert_eq!(left_out, (rows.len() - others.len()) as u64);
            }
            (log, without) => prop_assert!(log.is_err() && without.is_err()),
        }
    }
}

#[test]
fn a_log_is_parted_at_the_same_place_whatever_is_hidden() {
    // One session an item: where sessions of hidden items did not count, others would be the newest half.
    let rows: Vec<(u8, u8)> = (0..40).flat_map(|session| [(session, session), (session, session)]).collect();
    let ids = |options| sessions(&read_csv(&csv(&rows), &options).unwrap()).into_iter().map(|session| session.0);
    let part = |part| EventOptions { split: Split::ByTime { newest: 0.5, part }, ..as_they_are() };
    for which in [Part::Train, Part::Test] {
        let whole: Vec<String> = ids(part(which)).collect();
        let hidden: HiddenItems = HALF.parse().unwrap();
        let expected: Vec<String> = whole.iter().filter(|id| !hidden.hides(id)).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < whole.len());
        assert_eq!(ids(hiding(part(which))).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn what_was_hidden_is_said_and_searches_stay() {
    let hidden: HiddenItems = HALF.parse().unwrap();
    let of = |hides: bool| (0..99).find(|item: &i32| hidden.hides(&item.to_string()) == hides).unwrap();
    let (gone, stays) = (of(true), of(false));
    let csv = format!(
        "session_id,ts,event,item_id,query\ns,0,search,,mug\ns,1,view,{stays},\ns,2,impression,{gone},\n\
         s,3,view,{gone},\ns,4,search,,cup\ns,5,view,{stays},\n"
    );
    let log = read_csv(&csv, &hiding(as_they_are())).unwrap();
    let items = vec![stays.to_string(), stays.to_string()];
    assert_eq!(sessions(&log), [("s".to_owned(), items)]);
    assert_eq!(log.signals.texts, ["mug", "cup"]);
    assert_eq!(log.report.dropped_rows(DropReason::HiddenItem), 2);
    assert_eq!(log.report.hidden_items, Some((hidden, 1)));
    let report = log.report.to_string();
    assert!(report.contains("dropped 2 rows of items that are hidden from training (--hide-items)"), "{report}");
    assert!(report.contains("hidden items: 1, chosen by their ids, about 0.5 of all"), "{report}");
}
