//! A list for every step of a log, in the form in which lists come from a file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use reshelf::artifact::{Artifact, TokenKind, UNKNOWN_ATTRIBUTE, Vocabulary};
use reshelf::reranker::NO_ITEM;

use super::Server;
use crate::data::{CandidateLists, Catalogue, FilesReport, Ids, SessionLog, canonical_integer};
use crate::rng::Rng;

/// Draws a list of `length` items for every step after the first event of every session, without scores. Items of the
/// catalogue that the model does not know stand in every list, about one in ten. The same session
/// (by its id) gets the same lists for the same seed, whatever log it stands in. Runs on rayon's current pool.
pub fn lists(
    artifact: &Artifact,
    log: &SessionLog,
    catalogue: Option<&Catalogue>,
    length: usize,
    seed: u64,
) -> CandidateLists {
    let cold: Vec<String> = catalogue.map_or_else(Vec::new, |catalogue| cold_ids(artifact, catalogue));
    let departments = catalogue.map_or_else(Vec::new, |catalogue| departments(artifact, catalogue, &cold));
    let server = Server::of_artifact(artifact).with_cold(&departments);
    let item_ids = all_ids(&artifact.vocabulary, &log.item_ids, &cold);
    let place = |id: &str| item_ids.position(id).unwrap_or_default() as u32;
    let known =
        (0..artifact.vocabulary.len() as u32).map(|item| place(&artifact.vocabulary.id(item).unwrap_or_default()));
    let of_server: Vec<u32> = known.chain(cold.iter().map(|id| place(id))).collect();
    let cold_handles: HashMap<&str, u32> =
        cold.iter().map(String::as_str).zip(artifact.vocabulary.len() as u32..).collect();
    let of_log: Vec<u32> = (0..log.item_ids.len()).map(|item| place(&log.item_ids.text(item))).collect();
    let handles: Vec<u32> = (0..log.item_ids.len())
        .map(|item| {
            let id = log.item_ids.text(item);
            let handle = artifact.vocabulary.find(&id).or_else(|| cold_handles.get(&*id).copied());
            handle.unwrap_or(NO_ITEM)
        })
        .collect();
    let of_session = |session: usize| -> Vec<Vec<u32>> {
        let (id, targets) = (log.session_ids.text(session), log.session(session).items);
        let list = |(step, &target): (usize, &u32)| {
            let mut random = Rng::new(seed, &format!("server {id} {step}"));
            let sent = server.list(handles[target as usize], length, &mut random);
            let outside = of_log[target as usize];
            sent.iter().map(|(item, _)| of_server.get(*item as usize).copied().unwrap_or(outside)).collect()
        };
        targets.iter().enumerate().skip(1).map(list).collect()
    };
    let drawn: Vec<Vec<Vec<u32>>> = (0..log.sessions()).into_par_iter().map(of_session).collect();
    let mut lists = CandidateLists {
        item_ids,
        sessions: Vec::new(),
        steps: Vec::new(),
        offsets: vec![0],
        items: Vec::new(),
        scores: Vec::new(),
        slots: Vec::new(),
        slot_names: Vec::new(),
        columns: BTreeMap::new(),
        rows_of_unknown_sessions: 0,
        rows_with_nulls: 0,
        lists_before_first: 0,
        lists_behind_last: 0,
        columns_ignored: Vec::new(),
        files: FilesReport::default(),
    };
    for (session, drawn) in drawn.into_iter().enumerate() {
        for (before, list) in drawn.into_iter().enumerate() {
            lists.sessions.push(session as u32);
            lists.steps.push(before as u32 + 1);
            lists.items.extend(list);
            lists.offsets.push(lists.items.len());
        }
    }
    lists.scores = vec![f32::NAN; lists.items.len()];
    lists
}

/// The items of the catalogue that the model does not know, ascending.
fn cold_ids(artifact: &Artifact, catalogue: &Catalogue) -> Vec<String> {
    let ids = (0..catalogue.len()).map(|item| catalogue.ids.text(item).into_owned());
    ids.filter(|id| artifact.vocabulary.find(id).is_none()).collect()
}

/// The departments of items that the model does not know, by the numbers that it gives the departments of others.
fn departments(artifact: &Artifact, catalogue: &Catalogue, cold: &[String]) -> Vec<u16> {
    let department = |id: &str| {
        let tokens = catalogue.describe(id).unwrap_or_default().tokens(&[]);
        tokens.into_iter().find(|(kind, _)| *kind == TokenKind::Department).map(|(_, hash)| hash)
    };
    let known = artifact.items.attributes().iter().zip(0..);
    let numbers: HashMap<u32, u16> = known
        .filter_map(|(item, handle)| Some((department(&artifact.vocabulary.id(handle)?)?, item.department)))
        .collect();
    let number = |id: &String| department(id).and_then(|hash| numbers.get(&hash).copied());
    cold.iter().map(|id| number(id).unwrap_or(UNKNOWN_ATTRIBUTE)).collect()
}

/// The ids of the model, of the log and of the shop's other items together, ascending.
fn all_ids(vocabulary: &Vocabulary, log: &Ids, cold: &[String]) -> Ids {
    let integers: Option<Vec<i64>> = cold.iter().map(|id| canonical_integer(id)).collect();
    match (vocabulary, log, integers) {
        (Vocabulary::Integer(known), Ids::Integer(met), Some(cold)) => {
            Ids::Integer(known.iter().chain(met).chain(&cold).copied().collect::<BTreeSet<_>>().into_iter().collect())
        }
        _ => {
            let known = (0..vocabulary.len() as u32).filter_map(|item| vocabulary.id(item));
            let met = (0..log.len()).map(|item| log.text(item).into_owned());
            Ids::Text(known.chain(met).chain(cold.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::session::EventKind;
    use reshelf::synthetic;

    use super::*;
    use crate::data::{CleaningReport, Signals};

    /// Items 7 and 10 are the model's, 8 is unknown to it.
    fn log(session_ids: Ids, item_ids: Ids) -> SessionLog {
        SessionLog {
            item_ids,
            session_ids,
            offsets: vec![0, 3, 5],
            items: vec![0, 1, 2, 2, 0],
            kinds: vec![EventKind::View; 5],
            times: vec![0; 5],
            steps: std::collections::BTreeMap::new(),
            signals: Signals::default(),
            has_clock: false,
            report: CleaningReport::default(),
        }
    }

    #[test]
    fn every_step_has_a_list_with_its_target() {
        let artifact = synthetic::artifact(300, 16, 3, 1).unwrap();
        for ids in [Ids::Integer(vec![7, 8, 10]), Ids::Text(vec!["7".into(), "8".into(), "eight".into()])] {
            let log = log(Ids::Integer(vec![1, 2]), ids);
            let lists = lists(&artifact, &log, None, 50, 1);
            assert_eq!(lists.len(), 3);
            for (session, step, item) in [(0, 1, 1), (0, 2, 2), (1, 1, 0)] {
                let list = lists.find(session, step).unwrap();
                assert_eq!(list.items.len(), 50);
                let ids: Vec<String> =
                    list.items.iter().map(|&item| lists.item_ids.text(item as usize).into_owned()).collect();
                assert!(ids.contains(&log.item_ids.text(item).into_owned()), "{session} {step}");
            }
        }
    }

    #[test]
    fn a_session_has_the_same_lists_wherever_it_stands() {
        let artifact = synthetic::artifact(300, 16, 3, 1).unwrap();
        let items = || Ids::Integer(vec![7, 8, 10]);
        let both = log(Ids::Integer(vec![1, 2]), items());
        let alone = both.subset(1..2);
        let (both, alone) = (lists(&artifact, &both, None, 50, 1), lists(&artifact, &alone, None, 50, 1));
        assert_eq!(both.find(1, 1).unwrap().items, alone.find(0, 1).unwrap().items);
    }
}
