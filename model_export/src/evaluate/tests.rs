//! The measuring as a whole: cases worked by hand, and the sums against the plain metrics.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reshelf::session::EventKind;

use super::summary::{Evaluation, Protocol, Subject};
use crate::measure::{Collector, Estimate, Outcomes, Setting, TargetPopularity};
use crate::metrics::{MeanMeasures, PopularityBias, auc};
use crate::replay::RankedStep;

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-6
}

fn subject() -> Subject {
    Subject { model: "shop.safetensors".into(), sessions: "events.parquet".into(), ..Subject::default() }
}

/// A ranker's answer at one step: session, step, target, list, and the server's list.
struct Answer(usize, usize, Option<u32>, Vec<u32>, Option<Vec<u32>>);

fn measure(setting: Setting<'_>, answers: &[Answer]) -> Outcomes {
    let mut collector = Collector::new(setting);
    for Answer(session, step, target, items, server) in answers {
        collector.add(RankedStep {
            session: *session,
            step: *step,
            target: *target,
            items,
            scores: &vec![0.0; items.len()],
            candidates: items.len(),
            target_rank: None,
            server: server.as_deref(),
            logits: false,
        });
    }
    collector.finish()
}

/// Sessions 5 6 5 / 7 / 6 8, the log's numbers being the model's; the model knows items 0..8.
const OFFSETS: [usize; 4] = [0, 3, 4, 6];
const ITEMS: [u32; 6] = [5, 6, 5, 7, 6, 8];

fn setting(k: usize) -> Setting<'static> {
    Setting {
        offsets: &OFFSETS,
        items: &ITEMS,
        kinds: &[EventKind::View; 6],
        catalogue: 8,
        popularity: None,
        k,
        from_step: 1,
    }
}

fn by_hand() -> [Answer; 3] {
    [
        Answer(0, 1, Some(6), vec![6, 1, 2, 3, 4, 5, 7, 0], None), // place 0
        Answer(0, 2, Some(5), vec![6, 1, 5, 3, 4, 2, 7, 0], None), // place 2
        Answer(2, 1, None, vec![6, 1, 2, 3, 4, 5, 7, 0], None),    // unknown: a miss
    ]
}

#[test]
fn a_log_worked_by_hand() {
    let outcomes = measure(setting(4), &by_hand());
    let evaluation = Evaluation::new(subject(), &outcomes, 1).unwrap();
    assert_eq!(evaluation.protocol, Protocol::Catalogue);
    let counts = evaluation.counts;
    assert_eq!((counts.steps, counts.sessions, counts.unknown_targets, counts.steps_without_list), (3, 2, 1, 0));
    let metrics = evaluation.metrics;
    for (name, value, expected) in [
        ("recall", metrics.recall, 2.0 / 3.0),
        ("hit rate", metrics.hit_rate, 2.0 / 3.0),
        ("precision", metrics.precision, 2.0 / 12.0),
        ("f1", metrics.f1, 2.0 / 3.0 * 2.0 / 5.0),
        ("mrr", metrics.mrr, (1.0 + 1.0 / 3.0) / 3.0),
        ("map", metrics.map, (1.0 + 1.0 / 3.0) / 3.0),
        ("ndcg", metrics.ndcg, (1.0 + 0.5) / 3.0),
        ("auc", metrics.auc.unwrap(), (1.0 + 5.0 / 7.0 + 0.0) / 3.0),
        ("coverage", metrics.coverage, 5.0 / 8.0),
    ] {
        assert!(close(value.value, expected), "{name}: {} instead of {expected}", value.value);
    }
    assert_eq!(metrics.popularity_bias, None);
    let recalls: Vec<(usize, f64)> = evaluation.cuts.iter().map(|cut| (cut.k, cut.model.recall.value)).collect();
    assert_eq!(recalls.iter().map(|cut| cut.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(recalls.iter().zip([1.0, 1.0, 2.0, 2.0]).all(|(cut, hits)| close(cut.1, hits / 3.0)));
}

#[test]
fn slices_worked_by_hand() {
    let popularity = [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.9, 0.8];
    let outcomes = measure(Setting { popularity: Some(&popularity), ..setting(2) }, &by_hand());
    let targets: Vec<TargetPopularity> = outcomes.steps.iter().map(|step| step.target).collect();
    // Two of eight items are the head: 6 and 7.
    assert_eq!(targets, [TargetPopularity::Head, TargetPopularity::Tail, TargetPopularity::Unknown]);
    let evaluation = Evaluation::new(subject(), &outcomes, 1).unwrap();
    let slices = |by: &str| -> Vec<(&str, usize, Option<f64>)> {
        let group = evaluation.slices.iter().find(|group| group.by == by).unwrap();
        let recall = |slice: &super::slices::Slice| slice.model.map(|model| model.recall.value);
        group.slices.iter().map(|slice| (slice.name.as_str(), slice.steps, recall(slice))).collect()
    };
    assert_eq!(slices("step")[..3], [("1", 2, Some(0.5)), ("2", 1, Some(0.0)), ("3", 0, None)]);
    assert_eq!(slices("session_length")[..2], [("2", 1, Some(0.0)), ("3", 2, Some(0.5))]);
    assert_eq!(slices("target_seen"), [("seen", 1, Some(0.0)), ("new", 2, Some(0.5))]);
    assert_eq!(
        slices("target_popularity"),
        [("head", 1, Some(1.0)), ("tail", 1, Some(0.0)), ("unknown", 1, Some(0.0))]
    );
    // Every list shows 6 and 1: (0.9 + 0.1) / 2 recommended, (0.9 + 0.2 + 0) / 3 chosen.
    assert!(close(evaluation.metrics.popularity_bias.unwrap().value, 0.5 - 1.1 / 3.0));
}

#[test]
fn kinds_part_the_steps_where_there_are_several() {
    let groups = |kinds: &[EventKind; 6]| -> Vec<(String, usize)> {
        let outcomes = measure(Setting { kinds, ..setting(4) }, &by_hand());
        let evaluation = Evaluation::new(subject(), &outcomes, 1).unwrap();
        let group = evaluation.slices.iter().find(|group| group.by == "target_kind");
        group.map_or(Vec::new(), |group| group.slices.iter().map(|slice| (slice.name.clone(), slice.steps)).collect())
    };
    assert!(groups(&[EventKind::View; 6]).is_empty());
    let mut kinds = [EventKind::View; 6];
    kinds[2] = EventKind::Purchase;
    let expected: Vec<(String, usize)> = EventKind::ALL
        .into_iter()
        .filter(|&kind| !crate::data::is_signal(kind))
        .map(|kind| {
            (kind.name().to_owned(), if kind == EventKind::View { 2 } else { usize::from(kind == EventKind::Purchase) })
        })
        .collect();
    assert_eq!(groups(&kinds), expected);
}

#[test]
fn weak_slices_are_those_wholly_below_the_whole() {
    // Sixty sessions of one step each: those of even numbers return to their item and are hit, the others are not.
    let offsets: Vec<usize> = (0..=60).map(|session| 2 * session).collect();
    let items: Vec<u32> = (0..60).flat_map(|session| [1, if session % 2 == 0 { 1 } else { 2 }]).collect();
    let kinds = vec![EventKind::View; items.len()];
    let setting =
        Setting { offsets: &offsets, items: &items, kinds: &kinds, catalogue: 8, popularity: None, k: 2, from_step: 1 };
    let answers: Vec<Answer> =
        (0..60).map(|session| Answer(session, 1, Some(items[2 * session + 1]), vec![1, 3], None)).collect();
    let evaluation = Evaluation::new(subject(), &measure(setting, &answers), 1).unwrap();
    let weak: Vec<&str> =
        evaluation.slices.iter().flat_map(|group| &group.slices).filter(|s| s.weak).map(|s| s.name.as_str()).collect();
    assert_eq!(weak, ["new"]);
    let (text, page) = (evaluation.to_string(), super::report::page(&evaluation).unwrap());
    assert!(text.contains("weak") && page.contains("weak"));
}

#[test]
fn calibration_compares_what_was_said_with_what_came() {
    let mut outcomes = measure(setting(4), &by_hand());
    assert_eq!(Evaluation::new(subject(), &outcomes, 1).unwrap().calibration, None);
    // Said .95, .15 and .12; a hit at the first place, a miss, a miss.
    for (step, said) in outcomes.steps.iter_mut().zip([0.95, 0.15, 0.12]) {
        step.confidence = Some(said);
    }
    let evaluation = Evaluation::new(subject(), &outcomes, 1).unwrap();
    let calibration = evaluation.calibration.clone().unwrap();
    assert_eq!((calibration.steps, calibration.bins.len()), (3, 10));
    assert!(close(calibration.error, (0.05 + 2.0 * 0.135) / 3.0));
    let bin = calibration.bins[1];
    assert_eq!((bin.steps, bin.observed.map(|observed| observed.value)), (2, Some(0.0)));
    assert!(close(bin.predicted.unwrap(), 0.135) && calibration.bins[5].predicted.is_none());
    assert!(super::report::page(&evaluation).unwrap().contains("said"));
}

#[test]
fn candidates_are_measured_in_both_orders() {
    let list = |items: &[u32]| items.to_vec();
    let answers = [
        Answer(0, 1, Some(6), list(&[6, 1, 2]), Some(list(&[1, 6, 2]))),
        // Not among the candidates: a miss for both, and without an area.
        Answer(0, 2, Some(5), list(&[1, 2, 3]), Some(list(&[3, 2, 1]))),
        // Unknown to the model but sent by the server.
        Answer(2, 1, Some(8), list(&[1, 8]), Some(list(&[8, 1]))),
    ];
    let evaluation = Evaluation::new(subject(), &measure(setting(2), &answers), 1).unwrap();
    assert_eq!(evaluation.protocol, Protocol::Candidates);
    let (model, server) = (evaluation.metrics, evaluation.server.unwrap());
    assert!(close(model.recall.value, 2.0 / 3.0) && close(server.recall.value, 2.0 / 3.0));
    assert!(close(model.mrr.value, 0.5) && close(server.mrr.value, 0.5));
    assert!(close(model.auc.unwrap().value, 0.5) && close(server.auc.unwrap().value, 0.75));
    let lift = evaluation.lift.unwrap();
    assert_eq!(lift.mrr.difference.value, 0.0);
    assert!(close(lift.auc.unwrap().relative.unwrap().value, -1.0 / 3.0));
    assert_eq!(evaluation.counts.unknown_targets, 1);
}

#[test]
fn what_the_ranker_left_unordered_ties() {
    let mut collector = Collector::new(setting(2));
    let step = |items, target, target_rank| RankedStep {
        session: 0,
        step: 1,
        target,
        items,
        scores: &[],
        candidates: 8,
        target_rank,
        server: None,
        logits: false,
    };
    let areas: Vec<Option<f32>> = [
        step(&[1, 6], Some(6), None),    // found in the list: one of seven stands above
        step(&[1, 2], Some(6), Some(4)), // looked for
        step(&[1, 2], Some(6), None),    // behind two, tied with five
        step(&[], Some(6), None),        // nothing is in order
        step(&[1, 2], None, None),       // unknown: below all
    ]
    .into_iter()
    .map(|step| {
        collector.add(step);
        collector.clone().finish().steps.last().unwrap().model.auc
    })
    .collect();
    let sevenths: Vec<f32> = areas.into_iter().map(|area| area.unwrap() * 7.0).collect();
    assert!(sevenths.iter().zip([6.0, 3.0, 2.5, 3.5, 0.0]).all(|(area, expected)| (area - expected).abs() < 1e-5));
}

#[test]
fn what_is_missing_is_counted_and_what_is_foreign_ignored() {
    let mut collector = Collector::new(setting(2));
    for (session, step) in [(0, 0), (0, 3), (1, 1), (3, 1), (usize::MAX, 1)] {
        collector.add(RankedStep {
            session,
            step,
            target: None,
            items: &[],
            scores: &[],
            candidates: 0,
            target_rank: None,
            server: None,
            logits: false,
        });
    }
    let outcomes = collector.finish();
    assert_eq!((outcomes.steps.len(), outcomes.steps_without_list), (0, 3));
    assert!(Evaluation::new(subject(), &outcomes, 1).is_none());
}

/// Sessions of a shop of 30 items, and a shuffled full list for each step.
fn shops() -> impl Strategy<Value = (Vec<usize>, Vec<u32>, Vec<Vec<u32>>)> {
    let ranking = Just((0..30u32).collect::<Vec<_>>()).prop_shuffle();
    (prop::collection::vec(2usize..7, 1..9), prop::collection::vec(0u32..33, 60), prop::collection::vec(ranking, 60))
        .prop_map(|(lengths, mut items, rankings)| {
            let mut offsets = vec![0];
            lengths.iter().for_each(|length| offsets.push(offsets[offsets.len() - 1] + length));
            items.truncate(offsets[offsets.len() - 1]);
            (offsets, items, rankings)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The sums by session, with their closed forms for one target, come to what the plain metrics say of the lists.
    #[test]
    fn sums_agree_with_the_plain_metrics((offsets, items, rankings) in shops(), k in 1usize..35) {
        let counts: Vec<u64> = (0..30).map(|item| item * item).collect();
        let popularity: Vec<f32> = counts.iter().map(|&count| PopularityBias::popularity(count) as f32).collect();
        let kinds = vec![EventKind::View; items.len()];
        let setting = Setting { offsets: &offsets, items: &items, kinds: &kinds, catalogue: 30, popularity: Some(&popularity), k, from_step: 1 };
        let mut collector = Collector::new(setting);
        let mut means = MeanMeasures::new(k);
        let (mut areas, mut bias) = (Vec::new(), PopularityBias::default());
        for session in 0..offsets.len() - 1 {
            for step in 1..offsets[session + 1] - offsets[session] {
                let target = items[offsets[session] + step];
                let known = (target < 30).then_some(target);
                let ranking = &rankings[(offsets[session] + step) % rankings.len()];
                collector.add(RankedStep {
                    session,
                    step,
                    target: known,
                    items: &ranking[..k.min(30)],
                    scores: &[],
                    candidates: 30,
                    target_rank: known.and_then(|target| ranking.iter().position(|&item| item == target)),
                    server: None,
                    logits: false,
                });
                means.add(ranking, &[target]);
                areas.push(auc(ranking, &[target]).unwrap_or(0.0));
                let popularity = |item: u32| counts.get(item as usize).map_or(0.0, |&n| PopularityBias::popularity(n));
                bias.add(ranking.iter().take(k).map(|&item| popularity(item)), []);
                bias.add([], [popularity(target)]);
            }
        }
        let evaluation = Evaluation::new(subject(), &collector.finish(), 1).unwrap();
        let (metrics, expected) = (evaluation.metrics, means.mean());
        for (value, expected) in [
            (metrics.recall, expected.recall),
            (metrics.precision, expected.precision),
            (metrics.f1, expected.f1),
            (metrics.hit_rate, expected.hit_rate),
            (metrics.mrr, expected.mrr),
            (metrics.ndcg, expected.ndcg),
            (metrics.map, expected.map),
            (metrics.auc.unwrap(), areas.iter().sum::<f64>() / areas.len() as f64),
            (metrics.popularity_bias.unwrap(), bias.bias()),
        ] {
            prop_assert!((value.value - expected).abs() < 1e-5, "{} {expected}", value.value);
            if let (Some(low), Some(high)) = (value.low, value.high) {
                prop_assert!(low <= high);
            }
        }
        for group in &evaluation.slices {
            prop_assert_eq!(group.slices.iter().map(|slice| slice.steps).sum::<usize>(), evaluation.counts.steps);
        }
    }

    /// Whatever order the steps come in, and whatever the number of threads.
    #[test]
    fn the_result_depends_on_the_seed_alone((offsets, items, rankings) in shops(), seed in 0u64..99) {
        let kinds = vec![EventKind::View; items.len()];
        let setting = Setting { offsets: &offsets, items: &items, kinds: &kinds, catalogue: 30, popularity: None, k: 5, from_step: 1 };
        let mut answers: Vec<Answer> = (0..offsets.len() - 1)
            .flat_map(|session| (1..offsets[session + 1] - offsets[session]).map(move |step| (session, step)))
            .map(|(session, step)| {
                let target = items[offsets[session] + step];
                Answer(session, step, (target < 30).then_some(target), rankings[session + step].clone(), None)
            })
            .collect();
        let on = |threads, answers: &[Answer]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Evaluation::new(subject(), &measure(setting, answers), seed)).unwrap()
        };
        let first = on(1, &answers);
        answers.reverse();
        prop_assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&on(3, &answers)).unwrap());
    }
}

#[test]
fn the_json_form_keeps_its_names() {
    let evaluation = Evaluation::new(subject(), &measure(setting(4), &by_hand()), 9).unwrap();
    let json = serde_json::to_value(&evaluation).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    // serde_json orders keys by name here unless the workspace asks for another order.
    let sorted = |names: &str| {
        let mut names: Vec<&str> = names.split(' ').collect();
        names.sort_unstable();
        names.join(" ")
    };
    assert_eq!(
        sorted(&keys(&json)),
        sorted(
            "format subject protocol k seed resamples confidence counts metrics server lift cuts slices calibration attention \
             checks comparisons policies fairness"
        )
    );
    assert_eq!(
        sorted(&keys(&json["metrics"])),
        sorted("recall precision f1 hit_rate mrr ndcg map auc coverage popularity_bias")
    );
    assert_eq!(sorted(&keys(&json["metrics"]["recall"])), sorted("value low high"));
    assert_eq!(sorted(&keys(&json["cuts"][0])), sorted("k model server lift"));
    assert_eq!(sorted(&keys(&json["slices"][0]["slices"][0])), sorted("name steps sessions model server lift weak"));
    assert_eq!(json["protocol"], "catalogue");
    assert_eq!(json["server"], serde_json::Value::Null);
}

#[test]
fn the_table_shows_every_measure() {
    let table = Evaluation::new(subject(), &measure(setting(4), &by_hand()), 9).unwrap().to_string();
    for word in ["recall", "MRR", "NDCG", "AUC", "coverage", "0.6667", "seed 9", "3 steps of 2 sessions", "11+"] {
        assert!(table.contains(word), "no {word} in\n{table}");
    }
    assert!(table.lines().all(|line| line.trim_end() == line), "{table}");
}

#[test]
fn the_page_is_self_contained_and_escapes_what_it_is_given() {
    let hostile = r#"<script>alert("x")</script><img src=//evil.example/a onerror=b>"#;
    let subject = Subject {
        model: hostile.replace('/', "|"),
        model_id: hostile.into(),
        sessions: hostile.replace('/', "|"),
        split_column: Some("split".into()),
        split: Some("' onload='x".into()),
        candidates: Some("https://evil.example/\"c\"".into()),
        ..Subject::default()
    };
    let evaluation = Evaluation::new(subject, &measure(setting(4), &by_hand()), 9).unwrap();
    let page = super::report::page(&evaluation).unwrap();
    let lower = page.to_lowercase();
    assert!(!lower.contains("<script") && !lower.contains("<img") && !lower.contains("<link"));
    assert!(page.contains("&lt;script&gt;"));
    assert_eq!(lower.matches("<style>").count(), 1);
    let tags = lower.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    for tag in tags {
        for attribute in [" style=", " on", " src=", " href=", "url("] {
            // The policy's content names style-src, which is no attribute.
            assert!(!tag.contains(attribute), "<{tag}>");
        }
    }
    assert_eq!(page, super::report::page(&evaluation).unwrap());
}

#[test]
fn a_single_session_has_no_interval() {
    let outcomes = measure(setting(4), &by_hand()[..2]);
    let evaluation = Evaluation::new(subject(), &outcomes, 1).unwrap();
    assert_eq!(evaluation.metrics.recall, Estimate::exact(1.0));
    assert!(super::report::page(&evaluation).is_ok());
}
