//! What a run learns of kinds, dwells and what lists showed, and what it leaves at its default.

#![allow(clippy::unwrap_used)]

use burn::tensor::Device;
use reshelf::artifact::{DEFAULT_DWELL, DWELL_BANDS, EventKind};
use reshelf::reranker::Reranker;
use reshelf::session::Event;

use super::event_weights::{EventWeights, FEWEST_EVENTS};
use super::pairs::Supported;
use super::tests::{GROUP, log, options};
use super::vectors::{Training, VectorOptions, VectorTrainer};
use super::*;
use crate::data::{Ids, Signal, Signals};
use crate::rng::Rng;

const GROUPS: usize = 12;
const SESSIONS: usize = 2_400;

/// What a session's first event of each group was, besides a view.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    /// One is a purchase: the session goes on with its group.
    Purchase,
    /// One is looked at for two minutes, the others for two seconds.
    Dwell,
    /// One is sent back: the session goes on with another group.
    Return,
    /// One is sent back: the session stays with its group.
    ReturnAndStay,
}

/// Sessions that look at items of two or three groups and go on with one of these, which only a signal tells.
fn log_of(told: Told, sessions: usize) -> SessionLog {
    let mut random = Rng::new(3, "log");
    let (mut items, mut kinds, mut offsets, mut signals) = (Vec::new(), Vec::new(), vec![0], Vec::new());
    for _ in 0..sessions {
        let mut groups: Vec<usize> = (0..GROUPS).collect();
        random.shuffle(&mut groups);
        // Groups that are looked at, and how many looks each gets.
        let (looked_at, looks) = if matches!(told, Told::Return | Told::ReturnAndStay) { (2, 3) } else { (3, 1) };
        let chosen = random.below(looked_at);
        let item = |group: usize, random: &mut Rng| (group * GROUP + random.below(GROUP)) as u32;
        let mut of_session = Vec::new();
        let mut look = |group: usize, kind: EventKind| {
            let item = item(group, &mut random);
            items.push(item);
            kinds.push(kind);
            item
        };
        for (at, &group) in groups[..looked_at].iter().enumerate() {
            (1..looks).for_each(|_| _ = look(group, EventKind::View));
            let is_it = at == chosen;
            let item = look(group, if is_it && told == Told::Purchase { EventKind::Purchase } else { EventKind::View });
            let after = (looks * looked_at) as u32;
            let signal = |kind, amount| Signal { after, kind, item, amount, list: 0 };
            match told {
                Told::Dwell => of_session.push(signal(EventKind::Dwell, if is_it { 120.0 } else { 2.0 })),
                Told::Return | Told::ReturnAndStay if is_it => of_session.push(signal(EventKind::Return, 0.0)),
                _ => {}
            }
        }
        let goes_on = if told == Told::Return { groups[1 - chosen] } else { groups[chosen] };
        (0..looks.max(2)).for_each(|_| _ = look(goes_on, EventKind::View));
        offsets.push(items.len());
        signals.push(of_session);
    }
    SessionLog {
        item_ids: Ids::Integer((0..(GROUPS * GROUP) as i64).collect()),
        session_ids: Ids::Integer((0..sessions as i64).collect()),
        times: (0..items.len() as i64).collect(),
        signals: Signals::of(&signals, &[]),
        items,
        kinds,
        offsets,
        ..log(1)
    }
}

/// The weights after some passes over all sessions.
fn weights(log: &SessionLog) -> EventWeights {
    let plain = corpus_of(log, 0..log.sessions());
    let corpus = plain.with_signals(log, 0..log.sessions(), None);
    let options =
        VectorOptions { dimension: 16, negatives: 64, batch: 256, learning_rate: 0.02, ..VectorOptions::default() };
    let supported = Supported::of(&corpus, options.window, Floor::new(1));
    let start = Training::start(&corpus, None, &options, 1);
    let mut trainer = VectorTrainer::new(&corpus, &supported, None, options, start, &Device::flex());
    (0..12).for_each(|_| assert!(trainer.pass(1.0, &mut |_| {}).is_some()));
    trainer.into_training().vectors(None).events
}

#[test]
fn what_tells_where_a_session_goes_weighs_more() {
    let purchase = weights(&log_of(Told::Purchase, SESSIONS));
    assert!(purchase.kinds[EventKind::Purchase as usize] > 1.3, "{:?}", purchase.kinds);
    assert_eq!(purchase.kinds[EventKind::View as usize], 1.0, "the yardstick");
    let dwell = weights(&log_of(Told::Dwell, SESSIONS));
    let [short, long] = [0, DWELL_BANDS - 1].map(|band| dwell.dwell[band]);
    assert!(long > 2.0 * short && dwell.dwell[1..4] == DEFAULT_DWELL[1..4], "{:?}", dwell.dwell);
    let [back, stays] = [Told::Return, Told::ReturnAndStay]
        .map(|told| weights(&log_of(told, SESSIONS)).kinds[EventKind::Return as usize]);
    assert!(back < stays - 0.05 && stays <= 0.0, "{back} {stays}");
}

#[test]
fn what_a_log_tells_little_of_keeps_its_default() {
    let mut log = log_of(Told::Return, SESSIONS);
    let full = log_of(Told::Dwell, SESSIONS);
    let few = FEWEST_EVENTS / 3 - 1;
    let sessions: Vec<Vec<Signal>> = (0..log.sessions())
        .map(|at| if at < few { full.signals.of_session(at).collect() } else { Vec::new() })
        .collect();
    log.signals = Signals::of(&sessions, &[]);
    let state = fit(&log, None, &options(1)).unwrap().artifact.state;
    assert_eq!(state.dwell, DEFAULT_DWELL.repeat(3));
    assert!(state.decay.iter().all(|&decay| decay == 1.0));
    let view = state.kinds[EventKind::View as usize];
    let [back, not_wanted, search] =
        [EventKind::Return, EventKind::Dislike, EventKind::Search].map(|kind| state.kinds[kind as usize] / view);
    assert_eq!([back, not_wanted, search], [-0.5, -1.0, 1.0]);
}

/// The sessions of the usual log, in which a list of its own showed each item beside others; now and then the same list again.
fn log_with_lists(sessions: usize) -> SessionLog {
    let (plain, mut random) = (log(sessions), Rng::new(9, "lists"));
    let mut signals = Vec::new();
    for session in 0..plain.sessions() {
        let mut shown: Vec<Signal> = Vec::new();
        for (at, &item) in plain.session(session).items.iter().enumerate() {
            let group = item as usize / GROUP * GROUP;
            let others = (0..6).map(|_| (group + random.below(GROUP)) as u32).filter(|&other| other != item);
            let told = |(place, item): (usize, u32)| Signal {
                after: at as u32,
                kind: EventKind::Impression,
                item,
                amount: place as f32,
                list: at as u32 + 1,
            };
            shown.extend(others.chain([item]).enumerate().map(told));
        }
        signals.push(shown);
    }
    SessionLog { signals: Signals::of(&signals, &[]), ..plain }
}

#[test]
fn more_skips_never_lift_and_what_is_not_wanted_ends_last() {
    let plain = fit(&log(2_400), None, &options(1)).unwrap();
    let with_lists = fit(&log_with_lists(2_400), None, &options(1)).unwrap();
    let names = &with_lists.artifact.head.features;
    let skipped = names.iter().position(|name| name == "skipped").unwrap();
    assert!(with_lists.artifact.head.linear[skipped] <= 0.0);
    for (fitted, lists_were_trained_on) in [(plain, false), (with_lists, true)] {
        let mut reranker = Reranker::new(fitted.artifact).unwrap();
        let mut random = Rng::new(1, "sessions");
        for _ in 0..50 {
            reranker.forget_all();
            let items = 600;
            let list: Vec<u32> = (0..60).map(|_| random.below(items) as u32).collect();
            for _ in 0..1 + random.below(4) {
                let viewed = random.below(items) as u32;
                reranker.observe(Event::new(viewed, EventKind::View, 0.0)).unwrap();
            }
            let first = list[reranker.rerank(&list, &[], list.len()).order[0] as usize];
            let score = |reranker: &mut Reranker| {
                let at = list.iter().position(|&item| item == first).unwrap();
                reranker.rerank(&list, &[], list.len()).scores[at]
            };
            let mut last = score(&mut reranker);
            let start = last;
            for skips in 0..8 {
                for kind in [EventKind::Impression, EventKind::Skip] {
                    reranker.observe(Event::new(first, kind, 0.0)).unwrap();
                    let now = score(&mut reranker);
                    assert!(now <= last, "{kind:?} {skips}: {last} {now}");
                    last = now;
                }
            }
            // Lists that show items whatever they are teach nothing; the default sinks.
            assert!(last < start || lists_were_trained_on);
            reranker.observe(Event::new(first, EventKind::Dislike, 0.0)).unwrap();
            let order = reranker.rerank(&list, &[], list.len()).order;
            assert_eq!(list[order[list.len() - 1] as usize], first);
        }
    }
}
