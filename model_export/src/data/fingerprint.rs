//! What a log was, in a few bytes: so that a later run can tell whether it reads the same sessions again.

use twox_hash::XxHash64;

use super::SessionLog;

/// How many sessions a sample names at most: enough for a share to show, few enough for a model to carry.
const SAMPLE: usize = 256;
/// Hexadecimal digits of one session.
const DIGITS: usize = 8;

impl SessionLog {
    /// XXH64 over everything in the log: the same log gives the same digest.
    pub fn digest(&self) -> String {
        let mut seed = 0;
        let mut mix = |bytes: &[u8]| seed = XxHash64::oneshot(seed, bytes);
        (0..self.item_ids.len()).for_each(|item| mix(self.item_ids.text(item).as_bytes()));
        self.offsets.windows(2).enumerate().for_each(|(session, ends)| {
            let range = ends[0]..ends[1];
            mix(self.session_ids.text(session).as_bytes());
            mix(bytemuck::cast_slice(&self.items[range.clone()]));
            mix(bytemuck::cast_slice(&self.times[range.clone()]));
            mix(&self.kinds[range].iter().map(|&kind| kind as u8).collect::<Vec<_>>());
            for told in self.signals.of_session(session) {
                mix(&[told.kind as u8]);
                mix(bytemuck::cast_slice(&[told.after, told.item, told.amount.to_bits(), told.list]));
            }
        });
        let others = self.signals.other_items.iter().flat_map(|ids| (0..ids.len()).map(|item| ids.text(item)));
        others.for_each(|id| mix(id.as_bytes()));
        self.signals.texts.iter().for_each(|text| mix(text.as_bytes()));
        format!("{seed:016x}")
    }

    /// One number a session, from its id and the set of its items: what is cleaned away later does not change it.
    fn session_numbers(&self) -> Vec<u32> {
        let number = |session: usize| {
            let mut items = self.session(session).items.to_vec();
            items.sort_unstable();
            items.dedup();
            let mut texts: Vec<_> = items.iter().map(|&item| self.item_ids.text(item as usize)).collect();
            // Numbers of items differ from log to log, and so would their order.
            texts.sort_unstable();
            let seed = XxHash64::oneshot(0, self.session_ids.text(session).as_bytes());
            (texts.iter().fold(seed, |seed, text| XxHash64::oneshot(seed, text.as_bytes())) >> 32) as u32
        };
        (0..self.sessions()).map(number).collect()
    }

    /// A sample of the sessions, by no other rule than their numbers (the smallest ones): any other log can tell how many of
    /// its own sessions are among them ([`sampled`]). As text, for the model's card.
    pub fn session_sample(&self) -> String {
        let mut numbers = self.session_numbers();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.truncate(SAMPLE);
        numbers.iter().map(|number| format!("{number:0DIGITS$x}")).collect()
    }
}

/// How many sessions of a log would be in a sample if the sampled log held them, and how many are. `None` when the text is
/// no sample.
pub fn sampled(log: &SessionLog, sample: &str) -> Option<(usize, usize)> {
    let digits = sample.as_bytes().chunks(DIGITS).map(|digits| {
        let text = core::str::from_utf8(digits).ok().filter(|text| text.len() == DIGITS)?;
        u32::from_str_radix(text, 16).ok()
    });
    let sample: Vec<u32> = digits.collect::<Option<Vec<u32>>>().filter(|sample| sample.is_sorted())?;
    // A log of fewer sessions is in its sample as a whole.
    let limit = if sample.len() < SAMPLE { u32::MAX } else { *sample.last()? };
    let numbers = log.session_numbers();
    let comparable = numbers.iter().filter(|&&number| number <= limit);
    let found = comparable.clone().filter(|number| sample.binary_search(number).is_ok());
    Some((comparable.count(), found.count()))
}

#[cfg(test)]
mod tests {
    use reshelf::session::EventKind;

    use super::*;
    use crate::data::{CleaningReport, Ids, Signals};

    /// Sessions of two events each, items numbered by themselves.
    fn log(ids: core::ops::Range<i64>) -> SessionLog {
        let sessions = (ids.end - ids.start) as usize;
        SessionLog {
            item_ids: Ids::Integer((ids.start..ids.end + 1).collect()),
            session_ids: Ids::Integer(ids.collect()),
            offsets: (0..=sessions).map(|session| 2 * session).collect(),
            items: (0..sessions as u32).flat_map(|session| [session + 1, session]).collect(),
            kinds: vec![EventKind::View; 2 * sessions],
            times: vec![0; 2 * sessions],
            steps: std::collections::BTreeMap::new(),
            signals: Signals::default(),
            has_clock: false,
            report: CleaningReport::default(),
        }
    }

    #[test]
    fn a_sample_finds_the_sessions_that_two_logs_share() {
        let large = log(0..20_000);
        let sample = large.session_sample();
        assert_eq!(sample.len(), SAMPLE * DIGITS);
        assert_eq!(sampled(&large, &sample), Some((SAMPLE, SAMPLE)));
        let (comparable, found) = sampled(&log(20_000..30_000), &sample).unwrap_or_default();
        assert!((80..180).contains(&comparable) && found == 0, "{comparable} {found}");
        // Half of these sessions are the large log's; all of them start at another item number.
        let (comparable, found) = sampled(&log(15_000..25_000), &sample).unwrap_or_default();
        assert!((found as f64 / comparable as f64 - 0.5).abs() < 0.15, "{comparable} {found}");
        let small = log(0..10);
        assert_eq!(sampled(&log(5..25), &small.session_sample()), Some((20, 5)));
        assert!(["x", "0000000", "zzzzzzzz", "0000000200000001"].iter().all(|text| sampled(&small, text).is_none()));
    }

    #[test]
    fn a_digest_changes_with_anything() {
        let digest = log(0..10).digest();
        assert_eq!(digest, log(0..10).digest());
        let mut other = log(0..10);
        other.times[3] = 1;
        assert_ne!(digest, other.digest());
        assert_ne!(digest, log(0..11).digest());
    }
}
