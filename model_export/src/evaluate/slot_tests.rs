#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use super::run::run;
use super::run::tests::files;
use super::{EvaluateError, EvaluateOptions, Evaluation, SliceGroup};
use crate::measure::Estimate;
use crate::replay::ReplayInput;

/// Lists of ten with a column more: what it holds, and whether the row is there, by session and row.
fn with_slots(folder: &Path, slot: impl Fn(usize, usize) -> Option<String>) -> EvaluateOptions {
    let options = files(folder);
    let text = std::fs::read_to_string(folder.join("lists.csv")).unwrap();
    let line = |(at, line): (usize, &str)| {
        let session = line[1..line.find(',')?].parse().ok()?;
        Some(format!("{line},{}\n", slot(session, at)?))
    };
    let rows: String = text.lines().skip(1).enumerate().filter_map(line).collect();
    let lists = folder.join("slots.csv");
    std::fs::write(&lists, format!("session_id,step,item_id,slot\n{rows}")).unwrap();
    EvaluateOptions { input: ReplayInput { candidates: Some(lists), ..options.input.clone() }, ..options }
}

fn policy(folder: &Path, name: &str, rule: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!(r#"{{"rules": [{rule}]}}"#)).unwrap();
    path
}

fn by_slot(evaluation: &Evaluation) -> &SliceGroup {
    evaluation.slices.iter().find(|group| group.by == "slot").unwrap()
}

fn thirds(session: usize, _: usize) -> Option<String> {
    Some(["home", "cart", ""][session % 3].to_owned())
}

#[test]
fn a_slot_is_measured_as_if_its_lists_were_alone() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.html");
    let options = EvaluateOptions { report: Some(report.clone()), ..with_slots(folder.path(), thirds) };
    let all = run(&options).unwrap();
    let group = by_slot(&all);
    let mut names: Vec<&str> = group.slices.iter().map(|slice| slice.name.as_str()).collect();
    assert_eq!(names.pop(), Some("(none)"), "who says nothing stands last");
    names.sort_unstable();
    assert_eq!(names, ["cart", "home"]);
    assert!(group.slices[0].steps >= group.slices[1].steps);
    assert_eq!(group.slices.iter().map(|slice| slice.steps).sum::<usize>(), all.counts.steps);
    let (text, page) = (all.to_string(), std::fs::read_to_string(&report).unwrap());
    assert!(text.contains("slot that the list was made for") && text.contains("NDCG over server"), "{text}");
    assert!(page.contains("Slot that the list was made for") && page.contains("home"));
    for name in ["home", "cart"] {
        let alone =
            run(&with_slots(folder.path(), |session, at| thirds(session, at).filter(|slot| slot == name))).unwrap();
        let slice = group.slices.iter().find(|slice| slice.name == name).unwrap();
        assert_eq!((slice.model, slice.server), (Some(alone.metrics.at_cut()), Some(alone.server.unwrap().at_cut())));
        assert_eq!((slice.steps, slice.sessions), (alone.counts.steps, alone.counts.sessions));
        assert_eq!(slice.lift.unwrap().ndcg, alone.lift.unwrap().ndcg);
        // Of one slot there is one slice, which is the whole.
        assert_eq!(by_slot(&alone).slices.len(), 1);
    }
    let plain =
        run(&EvaluateOptions { report: None, ..with_slots(folder.path(), |_, _| Some(String::new())) }).unwrap();
    assert!(plain.slices.iter().all(|group| group.by != "slot"));
    assert_eq!(plain.metrics, all.metrics);
}

#[test]
fn a_policy_is_told_by_slot_and_its_pages_are_slots() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, more: &str| {
        policy(folder.path(), name, &format!(r#"{{"id": "r", "kind": "strength", "percent": 0{more}}}"#))
    };
    let policies = vec![
        of("home.json", r#", "pages": ["home"]"#),
        of("all.json", ""),
        of("typo.json", r#", "pages": ["Home"]"#),
        of("vip.json", r#", "pages": ["home"], "segments": ["vip"]"#),
    ];
    let report = folder.path().join("report.html");
    let options = EvaluateOptions { policies, report: Some(report.clone()), ..with_slots(folder.path(), thirds) };
    let evaluation = run(&options).unwrap();
    let compared = evaluation.policies.clone().unwrap();
    let [home, all, typo, vip] = compared.policies.as_slice() else { panic!("four were given") };
    let ndcg = |slot: &str, of: &super::PolicyResult| {
        let slot = of.slots.iter().find(|own| own.name == slot).unwrap();
        slot.change.ndcg.unwrap().difference
    };
    // It counts in its slot as one without a page does, and nowhere else.
    assert!(home.problems.is_empty());
    assert_eq!(ndcg("home", home), ndcg("home", all));
    assert!(ndcg("home", home).low.unwrap() > 0.0, "the server's order is the best there is");
    for slot in ["cart", "(none)"] {
        assert_eq!(ndcg(slot, home), Estimate { value: 0.0, low: Some(0.0), high: Some(0.0) });
        assert!(ndcg(slot, all).value > 0.0);
    }
    let steps = |name: &str| by_slot(&evaluation).slices.iter().find(|slice| slice.name == name).unwrap().steps;
    assert_eq!((home.rules[0].lists, all.rules[0].lists), (steps("home"), evaluation.counts.steps));
    assert!(all.slots.iter().all(|slot| slot.steps == steps(&slot.name)));
    for (policy, words) in [(typo, "correct `pages`"), (vip, "knows no shopper")] {
        assert_eq!(policy.problems[0].code, "policy.replay");
        assert!(policy.problems[0].message.contains(words), "{}", policy.problems[0].message);
        assert_eq!(policy.measures, compared.none);
    }
    let (text, page) = (evaluation.to_string(), std::fs::read_to_string(&report).unwrap());
    assert!(text.contains("by slot") && page.contains("Policies by slot"));
    let alone = run(&EvaluateOptions { threads: 1, report: None, ..options }).unwrap();
    assert_eq!(evaluation, alone);
}

#[test]
fn a_list_of_two_slots_is_refused_and_names_are_the_shops_own() {
    let folder = tempfile::tempdir().unwrap();
    let options = with_slots(folder.path(), |session, at| {
        Some(if (session, at % 10) == (4, 3) { "cart" } else { "home" }.to_owned())
    });
    let error = run(&options).unwrap_err();
    assert_eq!(error.code(), "evaluate.mixed_slots");
    let EvaluateError::MixedSlots { session, slot, other, .. } = &error else { panic!("{error}") };
    assert_eq!([session, slot, other], ["s4", "home", "cart"]);
    // Some rows that say nothing leave the others' word.
    let options = with_slots(folder.path(), |_, at| Some(if at % 2 == 0 { "home" } else { "" }.to_owned()));
    assert_eq!(by_slot(&run(&options).unwrap()).slices.len(), 1);
    // A name may be anything; of very many the most frequent are told apart.
    let report = folder.path().join("report.html");
    // A slot of one session has no interval.
    let options = with_slots(folder.path(), |session, _| Some(format!("<b>{session}")));
    let evaluation = run(&EvaluateOptions { report: Some(report.clone()), ..options }).unwrap();
    let group = by_slot(&evaluation);
    assert_eq!((group.slices.len(), group.slices[20].name.as_str()), (21, "20 others"));
    assert_eq!(group.slices.iter().map(|slice| slice.sessions).sum::<usize>(), 40);
    let page = std::fs::read_to_string(report).unwrap();
    assert!(page.contains("&lt;b&gt;") && !page.contains("<b>"));
    assert!(!evaluation.to_string().contains("()"), "{evaluation}");
}
