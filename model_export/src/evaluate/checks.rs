//! Signs that a measurement is not what it seems: sessions that training has read, sessions from before its end, times out
//! of order, sessions that repeat each other.
//!
//! What training read is known from the report that it left beside the model, and the log's digest from the model's card, so
//! these are alarms and no proofs: nothing found does not mean nothing there. Where the report is missing, the fields of the
//! checks that need it stay empty, and `unchecked` says why.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use twox_hash::XxHash64;

use crate::data::{SessionLog, sampled};

/// From this part of the sessions or rows on, a sign is worth a warning where a few prove nothing.
const NOTEWORTHY: f64 = 0.01;

/// Shorter sessions begin alike by chance.
const LEAST_REPEATED: usize = 5;

/// What was looked at, and what is worth a warning.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Checks {
    /// Whether the sessions are exactly those that training read.
    pub same_log: Option<bool>,
    /// Sessions of which the report tells whether training read them.
    pub sampled_sessions: Option<usize>,
    /// Those of them that training read.
    pub sampled_in_training: Option<usize>,
    /// Sessions that start before the last one that training read did; only where both logs have a clock.
    pub before_training_end: Option<usize>,
    /// Rows that stood before an earlier one of the same session, and were sorted into place.
    pub rows_out_of_order: u64,
    /// Rows that say the same as another one of their session: the item, the time, what was done.
    pub repeated_rows: usize,
    /// Sessions of five events or more with which another session begins, item by item.
    pub repeated_sessions: usize,
    /// What could not be checked, and why.
    pub unchecked: Option<String>,
    /// What is worth a warning.
    pub warnings: Vec<Warning>,
}

/// One sign that something is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// A stable name.
    pub code: &'static str,
    /// What was found, and what to do.
    pub message: String,
}

impl Checks {
    /// Looks at the sessions that are evaluated, and at what a model's card and the report beside it say of its training; the
    /// report may be missing, with the reason.
    pub fn new(log: &SessionLog, card: &str, report: Result<Value, String>) -> Self {
        // A card is text for people: what is not there is not known. Older ones hold what the report holds now.
        let card: Value = serde_json::from_str(card).unwrap_or_default();
        let of_report = report.as_ref().unwrap_or(&card);
        let sample = of_report["session_sample"].as_str().and_then(|sample| sampled(log, sample));
        let unchecked = report.as_ref().err().filter(|_| sample.is_none()).map(|why| {
            format!(
                "whether training has read some of these sessions, or later ones, is not known: {why}; \
                 `reshelf train` leaves the report beside the model, keep it there"
            )
        });
        let mut checks = Checks {
            same_log: card["training_digest"].as_str().map(|digest| digest == log.digest()),
            sampled_sessions: sample.map(|(comparable, _)| comparable),
            sampled_in_training: sample.map(|(_, found)| found),
            before_training_end: of_report["starts_ms"][1]
                .as_i64()
                .filter(|_| log.has_clock)
                .map(|end| before(log, end)),
            rows_out_of_order: log.report.rows_out_of_order,
            repeated_rows: repeated_rows(log),
            repeated_sessions: repeated_sessions(log),
            unchecked,
            warnings: Vec::new(),
        };
        checks.warnings = checks.signs(log);
        checks
    }

    fn signs(&self, log: &SessionLog) -> Vec<Warning> {
        let many = |count: usize, of: usize| count as f64 > NOTEWORTHY * of as f64;
        let mut warnings = Vec::new();
        let mut warn = |code, message| warnings.push(Warning { code, message });
        let sessions = log.sessions();
        if self.same_log == Some(true) {
            warn(
                "same_log",
                "these are the very sessions that the model was trained on: evaluate on others".to_owned(),
            );
        } else if let Some((found, of)) =
            self.sampled_in_training.zip(self.sampled_sessions).filter(|(found, _)| *found > 0)
        {
            let message = format!(
                "training has read {found} of the {of} sessions that the model's report can tell about: evaluate on others"
            );
            warn("sessions_in_training", message);
        }
        if let Some(early) = self.before_training_end.filter(|&early| many(early, sessions)) {
            let message = format!(
                "{early} of {sessions} sessions start before the training data ends: the model may know their future; \
                 part the log by time (--newest-test)"
            );
            warn("before_training_end", message);
        }
        if many(self.rows_out_of_order as usize, log.report.rows_read as usize) {
            let message = format!(
                "{} rows stood before an earlier one of their session and were sorted: check the log's clock",
                self.rows_out_of_order
            );
            warn("rows_out_of_order", message);
        }
        if many(self.repeated_rows, log.events()) {
            let message = format!(
                "{} rows are in the log twice, which makes the next item easy to guess: check how it was exported, and \
                 whether the splits that were chosen overlap",
                self.repeated_rows
            );
            warn("repeated_rows", message);
        }
        if many(self.repeated_sessions, sessions) {
            let message = format!(
                "{} of {sessions} sessions are the beginning of another one: the same steps are measured repeatedly, and may \
                 have been trained on",
                self.repeated_sessions
            );
            warn("repeated_sessions", message);
        }
        warnings
    }
}

fn before(log: &SessionLog, end: i64) -> usize {
    (0..log.sessions()).filter(|&session| log.session(session).times.first().is_some_and(|&start| start < end)).count()
}

fn repeated_rows(log: &SessionLog) -> usize {
    let of_session = |session: usize| {
        let view = log.session(session);
        let mut met = BTreeSet::new();
        let rows = view.times.iter().zip(view.items).zip(view.kinds);
        rows.filter(|((time, item), kind)| !met.insert((**time, **item, **kind as u8))).count()
    };
    (0..log.sessions()).map(of_session).sum()
}

/// Sessions with which another one begins, itself no longer than that; of several alike, all but one count.
fn repeated_sessions(log: &SessionLog) -> usize {
    let extend = |seed: u64, item: u32| XxHash64::oneshot(seed, &item.to_le_bytes());
    let mut longest_first: Vec<usize> = (0..log.sessions()).collect();
    longest_first.sort_by_key(|&session| core::cmp::Reverse(log.session(session).len()));
    let mut beginnings = BTreeSet::new();
    let mut repeated = 0;
    for session in longest_first {
        let (mut seed, mut met) = (0, false);
        for (at, &item) in log.session(session).items.iter().enumerate() {
            seed = extend(seed, item);
            if at + 1 >= LEAST_REPEATED {
                met = !beginnings.insert(seed);
            }
        }
        repeated += usize::from(met);
    }
    repeated
}

#[cfg(test)]
mod tests {
    use reshelf::session::EventKind;
    use serde_json::json;

    use super::*;
    use crate::data::{CleaningReport, Ids, Signals};

    fn log(sessions: &[&[u32]]) -> SessionLog {
        let items: Vec<u32> = sessions.concat();
        let mut offsets = vec![0];
        sessions.iter().for_each(|session| offsets.push(offsets[offsets.len() - 1] + session.len()));
        SessionLog {
            item_ids: Ids::Integer((0..10).collect()),
            session_ids: Ids::Integer((0..sessions.len() as i64).collect()),
            times: (0..items.len() as i64).map(|at| 1_000 * at).collect(),
            kinds: vec![EventKind::View; items.len()],
            offsets,
            items,
            steps: std::collections::BTreeMap::new(),
            signals: Signals::default(),
            has_clock: true,
            report: CleaningReport { rows_read: 20, ..CleaningReport::default() },
        }
    }

    fn codes(checks: &Checks) -> Vec<&'static str> {
        checks.warnings.iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn what_training_read_is_found_out() {
        let log = log(&[&[1, 2], &[3, 4], &[5, 6]]);
        let card = json!({
            "training_digest": log.digest(), "session_sample": log.session_sample(), "starts_ms": [0, 4_000],
        });
        let check = |log: &SessionLog, told: &Value| {
            let checks =
                Checks::new(log, &json!({ "training_digest": told["training_digest"] }).to_string(), Ok(told.clone()));
            // A card of before the report was: the same is known.
            assert_eq!(checks, Checks::new(log, &told.to_string(), Err("there is none".into())));
            checks
        };
        let checks = check(&log, &card);
        assert_eq!(
            (checks.same_log, checks.sampled_in_training, checks.before_training_end),
            (Some(true), Some(3), Some(2))
        );
        assert_eq!(codes(&checks), ["same_log", "before_training_end"]);
        let part = log.subset(1..3);
        let checks = check(&part, &card);
        assert_eq!(
            (checks.same_log, checks.sampled_sessions, checks.sampled_in_training),
            (Some(false), Some(2), Some(2))
        );
        assert_eq!(codes(&checks), ["sessions_in_training", "before_training_end"]);
        let older = json!({ "training_digest": "0", "session_sample": "", "starts_ms": [-9_000, -1] });
        let checks = check(&log, &older);
        assert_eq!((checks.before_training_end, codes(&checks).len()), (Some(0), 0));
    }

    #[test]
    fn a_card_that_says_nothing_warns_of_nothing() {
        for card in ["", "{}", "[1, 2]", r#"{"training_digest": 5, "session_sample": "xyz", "starts_ms": "now"}"#] {
            let checks = Checks::new(&log(&[&[1, 2]]), card, Err("there is no report".into()));
            assert!(checks.unchecked.is_some_and(|words| words.contains("not known: there is no report; ")));
            assert_eq!((checks.same_log, checks.sampled_sessions, checks.before_training_end), (None, None, None));
            assert!(checks.warnings.is_empty());
        }
    }

    #[test]
    fn sessions_that_another_begins_with_are_counted() {
        let windows: [&[u32]; 5] =
            [&[1, 2, 3, 4, 5, 6], &[1, 2, 3, 4, 5], &[1, 2, 3], &[1, 2, 3, 4, 5], &[2, 3, 4, 5, 6]];
        assert_eq!(repeated_sessions(&log(&windows)), 2);
        assert_eq!(codes(&Checks::new(&log(&windows), "", Ok(Value::Null))), ["repeated_sessions"]);
        let mut twice = log(&[&[1, 2, 2, 1, 1]]);
        twice.times = vec![0, 5, 5, 9, 9];
        let checks = Checks::new(&twice, "", Ok(Value::Null));
        assert_eq!((checks.repeated_rows, codes(&checks)), (2, vec!["repeated_rows"]));
        let mut sorted = log(&[&[1, 2]]);
        sorted.report.rows_out_of_order = 3;
        assert_eq!(codes(&Checks::new(&sorted, "", Ok(Value::Null))), ["rows_out_of_order"]);
    }
}
