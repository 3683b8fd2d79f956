#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use proptest::prelude::*;
use reshelf::artifact::Artifact;
use reshelf::reranker::Reranker;
use serde_json::{Value as Json, json};

use super::*;

/// What a candidate of a page has under one of a field's names; of a path with dots also what they lead to.
fn read<'a>(candidate: &'a Json, names: &[String]) -> &'a Json {
    let one = |name: &String| match candidate.get(name) {
        Some(own) => own,
        None => name.split('.').fold(candidate, |at, part| &at[part]),
    };
    names.iter().map(one).find(|value| !value.is_null()).unwrap_or(&Json::Null)
}

fn numbers(json: &Json) -> impl Iterator<Item = f64> {
    json.as_array().unwrap().iter().map(|number| number.as_f64().unwrap())
}

fn table(policy: &Policy, list: &[Json]) -> Table {
    let column = |(field, names): (&str, &[String])| {
        let cells = list.iter().map(|candidate| Cell::new(Value::of_json(read(candidate, names))));
        (field.to_owned(), Column::ByItem(cells.collect()))
    };
    let ids = list.iter().map(|candidate| candidate["id"].as_str().unwrap().to_owned()).collect();
    Table { ids, columns: policy.asked().into_iter().map(column).collect() }
}

#[test]
fn lists_under_policies_are_those_of_a_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    let artifact = Artifact::from_bytes(&std::fs::read(folder.join("golden.safetensors")).unwrap()).unwrap();
    let mut reranker = Reranker::new(artifact).unwrap();
    let cases: Vec<Json> = serde_json::from_slice(&std::fs::read(folder.join("policies.json")).unwrap()).unwrap();
    assert!(cases.len() > 100);
    for (number, case) in cases.iter().enumerate() {
        let answer = &case["answer"];
        let policy = Policy::of(&case["definition"]);
        let problems: Vec<Json> =
            policy.problems.iter().map(|problem| json!([problem.rule, problem.code, problem.message])).collect();
        assert_eq!(json!(problems), answer["problems"], "{number}: {}", case["definition"]);
        assert_eq!(json!(policy.rules().collect::<Vec<_>>()), answer["rules"], "{number}");
        let list = case["list"].as_array().unwrap();
        let table = table(&policy, list);
        let handles: Vec<u32> = numbers(&case["handles"]).map(|handle| handle as u32).collect();
        let mut told = Told::default();
        for bought in case["bought"].as_array().unwrap() {
            let before = told.bought.entry(bought[0].as_u64().unwrap() as u32).or_insert(f64::NEG_INFINITY);
            *before = before.max(bought[1].as_f64().unwrap());
        }
        numbers(&case["shown"]).for_each(|handle| *told.shown.entry(handle as u32).or_default() += 1);
        let taste = case["taste"].as_object().unwrap().iter();
        let taste: BTreeMap<String, f64> =
            taste.map(|(name, weight)| (name.clone(), weight.as_f64().unwrap())).collect();
        let case = Case {
            table: &table,
            items: &(0..list.len() as u32).collect::<Vec<_>>(),
            rows: &[],
            scores: &numbers(&case["scores"]).map(|score| score as f32).collect::<Vec<_>>(),
            handles: &handles,
            length: case["limit"].as_u64().unwrap() as usize,
            page: case["page"].as_str(),
            now: case["now"].as_f64().unwrap(),
            taste: &taste,
            told: &told,
        };
        let laid = policy.arrange(&case, &mut |scores, handles, words| reranker.arrange(scores, handles, words));
        assert_eq!(json!(laid.order), answer["order"], "{number}");
        let scores: Vec<f32> = numbers(&answer["scores"]).map(|score| score as f32).collect();
        assert_eq!(laid.scores, scores, "{number}");
        let removed: Vec<Json> = laid.removed.iter().map(|(at, rule)| json!([table.ids[*at], rule])).collect();
        assert_eq!(json!(removed), answer["removed"], "{number}");
        assert_eq!(json!(laid.kept), answer["kept"], "{number}");
    }
}

/// A list of items 0, 1, ... with some brand and score each.
fn arranged(rules: Json, brands: &[&str], scores: &[f32]) -> Laid {
    arranged_on(None, rules, brands, scores)
}

fn arranged_on(page: Option<&str>, rules: Json, brands: &[&str], scores: &[f32]) -> Laid {
    let policy = Policy::of(&json!({ "rules": rules }));
    assert_eq!(policy.problems, []);
    let list: Vec<Json> =
        brands.iter().enumerate().map(|(at, brand)| json!({ "id": at.to_string(), "brand": brand })).collect();
    let artifact = reshelf::synthetic::artifact(20, 16, 3, 1).unwrap();
    let mut reranker = Reranker::new(artifact).unwrap();
    let case = Case {
        table: &table(&policy, &list),
        items: &(0..list.len() as u32).collect::<Vec<_>>(),
        rows: &[],
        scores,
        handles: &vec![u32::MAX; list.len()],
        length: list.len(),
        page,
        now: 0.0,
        taste: &BTreeMap::new(),
        told: &Told { bought: HashMap::new(), shown: HashMap::new() },
    };
    policy.arrange(&case, &mut |scores, handles, words| reranker.arrange(scores, handles, words))
}

#[test]
fn rules_do_what_they_say() {
    let (brands, scores) = (["Zen", "Oak", "Zen", "Elm"], [0.1, 0.9, 0.5, 0.2]);
    let order = |rules: Json| arranged(rules, &brands, &scores).order;
    assert_eq!(order(json!([])), [1, 2, 3, 0]);
    assert_eq!(order(json!([{ "kind": "strength", "percent": 0 }])), [0, 1, 2, 3]);
    assert_eq!(order(json!([{ "kind": "hide", "match": { "brand": "Zen" } }])), [1, 3]);
    assert_eq!(order(json!([{ "kind": "pin", "item": "0", "position": 1 }])), [0, 1, 2, 3]);
    assert_eq!(order(json!([{ "kind": "boost", "match": { "brand": "Elm" }, "by": 9 }])), [3, 1, 2, 0]);
    let missed = arranged(json!([{ "id": "p", "kind": "pin", "item": "9", "position": 1 }]), &brands, &scores);
    assert_eq!(missed.kept, [("p".to_owned(), false)]);
}

#[test]
fn what_a_replay_cannot_know_is_told_with_a_way_out() {
    let rules = json!([
        { "id": "page", "kind": "hide", "match": { "brand": "Zen" }, "pages": ["home"] },
        { "id": "segment", "kind": "hide", "match": { "brand": "Zen" }, "pages": ["home"], "segments": ["vip"] },
        { "id": "found", "kind": "hide", "match": { "brand": "Zen" }, "queries": ["mug"] },
        { "id": "bought", "kind": "filter", "what": "bought" },
        { "id": "seen", "kind": "seenDecay", "by": 1 },
        { "id": "new", "kind": "freshness", "halfLifeDays": 7, "by": 1 },
        { "id": "soon", "kind": "ending", "halfLifeDays": 7, "by": 1 },
        { "id": "full", "kind": "boost", "match": { "brand": "Zen" }, "by": 1, "field": "progress" },
        { "id": "dated", "kind": "strength", "percent": 5, "until": "2026-01-01" },
        { "id": "ads", "kind": "sponsored", "positions": [1] },
        { "id": "stock", "kind": "filter", "what": "soldOut" },
        { "id": "asked", "kind": "query", "by": 1 },
        { "id": "lift", "kind": "exposure" },
        { "id": "seed", "kind": "rotation", "by": 1, "seed": "fixed" },
        { "id": "brand", "kind": "cap", "field": "brand", "most": 1, "in": 2 },
    ]);
    let policy = Policy::of(&json!({ "rules": rules }));
    let all = policy.rules().map(str::to_owned).collect::<Vec<_>>();
    let of = |known: Known<'_>| {
        let left = policy.clone().for_replay(&known);
        assert!(left.problems.iter().all(|problem| problem.code == "policy.replay" && problem.message.contains(": ")));
        let told: Vec<String> = left.problems.iter().filter_map(|problem| problem.rule.clone()).collect();
        assert_eq!(left.rules().count() + told.len(), all.len(), "each is carried out or told");
        told
    };
    let some =
        Known { columns: &|name| name == "vendor", pages: &[], clock: false, purchases: false, impressions: false };
    assert_eq!(
        of(some),
        ["page", "segment", "found", "bought", "seen", "new", "soon", "full", "dated", "ads", "stock", "asked", "lift"]
    );
    let most = Known { columns: &|_| true, pages: &[], clock: true, purchases: true, impressions: true };
    assert_eq!(of(most), ["page", "segment", "found", "asked"]);
    assert_eq!(of(Known { pages: &["cart".to_owned()], ..most }), ["page", "segment", "found", "asked"]);
    assert_eq!(of(Known { pages: &["cart".to_owned(), "home".to_owned()], ..most }), ["segment", "found", "asked"]);
}

#[test]
fn a_rule_of_some_pages_counts_on_these_alone() {
    let rules = json!([{ "id": "p", "kind": "hide", "match": { "brand": "Zen" }, "pages": ["home", "cart"] }]);
    let of = |page: Option<&str>| arranged_on(page, rules.clone(), &["Zen", "Oak"], &[0.9, 0.1]);
    assert_eq!((of(Some("home")).order, of(Some("cart")).order), (vec![1], vec![1]));
    assert_eq!((of(Some("Home")).order, of(Some("search")).kept, of(None).order), (vec![0, 1], vec![], vec![0, 1]));
}

/// Rules of every kind over two brands.
fn rule() -> impl Strategy<Value = Json> {
    let matched = || prop::sample::select(vec!["Zen", "Oak"]).prop_map(|brand| json!({ "brand": brand }));
    prop_oneof![
        (matched(), 1..40).prop_map(|(matched, at)| json!({ "kind": "pin", "match": matched, "position": at })),
        matched().prop_map(|matched| json!({ "kind": "hide", "match": matched })),
        (matched(), 0.1..9.0).prop_map(|(matched, by)| json!({ "kind": "boost", "match": matched, "by": by })),
        (1..4, 1..9)
            .prop_map(|(most, within)| json!({ "kind": "cap", "field": "brand", "most": most, "in": most + within })),
        (matched(), 1..5)
            .prop_map(|(matched, least)| json!({ "kind": "minimum", "match": matched, "least": least, "first": 5 })),
        (0..9).prop_map(|places| json!({ "kind": "maxMoves", "places": places })),
        (0.0..=100.0).prop_map(|percent| json!({ "kind": "strength", "percent": percent })),
        (0.0..=1.0)
            .prop_map(|amount| json!({ "kind": "diversify", "how": "calibrate", "field": "brand", "amount": amount })),
    ]
}

fn brands(count: usize) -> Vec<&'static str> {
    (0..count).map(|at| ["Zen", "Oak", "Elm"][at * at % 3]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_list_is_a_permutation_less_named_removals(
        rules in prop::collection::vec(rule(), 0..5),
        scores in prop::collection::vec(prop_oneof![-3.0..3.0_f32, Just(0.5), Just(f32::NAN)], 0..25),
    ) {
        let laid = arranged(json!(rules), &brands(scores.len()), &scores);
        let mut all: Vec<usize> = laid.order.iter().copied().chain(laid.removed.iter().map(|(at, _)| *at)).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..scores.len()).collect::<Vec<_>>());
        prop_assert_eq!(laid.order.len(), laid.scores.len());
    }

    #[test]
    fn strength_0_and_ties_keep_the_servers_order(
        scores in prop::collection::vec(prop_oneof![-3.0..3.0_f32, Just(0.5)], 0..25),
    ) {
        let of = |rules: Json, scores: &[f32]| arranged(rules, &brands(scores.len()), scores).order;
        let server: Vec<usize> = (0..scores.len()).collect();
        prop_assert_eq!(of(json!([{ "kind": "strength", "percent": 0 }]), &scores), server.clone());
        prop_assert_eq!(of(json!([]), &vec![1.5; scores.len()]), server.clone());
        let mut best = server;
        best.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        prop_assert_eq!(of(json!([]), &scores), best);
    }
}
