#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::Path;

use super::run::run;
use super::run::tests::files;
use super::{EvaluateOptions, Evaluation, Moved, SlateMeasures};
use crate::replay::ReplayInput;

/// Evaluates lists of 50 under policies, each a definition of its own.
fn under(folder: &Path, policies: &[&str], change: impl FnOnce(EvaluateOptions) -> EvaluateOptions) -> Evaluation {
    let write = |(at, policy): (usize, &&str)| {
        let path = folder.join(format!("policy-{at}.json"));
        std::fs::write(&path, policy).unwrap();
        path
    };
    let policies = policies.iter().enumerate().map(write).collect();
    run(&change(EvaluateOptions { server_lists: Some(50), policies, ..files(folder) })).unwrap()
}

#[test]
fn strength_0_is_the_servers_order_and_none_the_models() {
    let folder = tempfile::tempdir().unwrap();
    let policies = [r#"{"rules": [{"kind": "strength", "percent": 0}]}"#, r#"{"name": "nothing"}"#];
    let report = folder.path().join("report.html");
    let evaluation =
        under(folder.path(), &policies, |options| EvaluateOptions { report: Some(report.clone()), ..options });
    let compared = evaluation.policies.clone().unwrap();
    let [server, none] = compared.policies.as_slice() else { panic!("two were given") };
    assert_eq!((server.measures, none.measures), (compared.server, compared.none));
    assert_eq!(none.change.ndcg.unwrap().difference.high, Some(0.0));
    assert_ne!(compared.server.ndcg, compared.none.ndcg);
    // What is told of the whole at as many places is the same.
    let cut = evaluation.cuts.iter().find(|cut| cut.k == compared.k).unwrap();
    assert_eq!(
        (cut.model.ndcg.value, cut.server.unwrap().recall.value),
        (none.measures.ndcg.value, server.measures.recall.value)
    );
    let (text, page) = (evaluation.to_string(), std::fs::read_to_string(report).unwrap());
    assert!(text.contains("(nothing)") && page.contains("Under policies") && page.contains("nothing"));
    let alone = under(folder.path(), &policies, |options| EvaluateOptions { threads: 1, ..options });
    assert_eq!(evaluation.policies, alone.policies);
}

#[test]
fn numbers_move_as_rules_say() {
    let folder = tempfile::tempdir().unwrap();
    let mut items = "item_id,category,price,new\n".to_owned();
    (0..300).for_each(|item| writeln!(items, "{},c{},{},{}", 7 + 3 * item, item % 5, 1 + item, item % 2).unwrap());
    let path = folder.path().join("items.csv");
    std::fs::write(&path, items).unwrap();
    let ids: Vec<String> = (0..300).map(|item| 7 + 3 * item).chain([1_000_000]).map(|id| format!("\"{id}\"")).collect();
    let hidden = format!(r#"{{"rules": [{{"kind": "hide", "match": {{"ids": [{}]}}}}]}}"#, ids.join(","));
    let policies = [
        hidden.as_str(),
        r#"{"rules": [{"kind": "diversify", "how": "dpp", "amount": 0.9, "first": 10}]}"#,
        r#"{"rules": [{"kind": "cap", "field": "category", "most": 3, "in": 10}]}"#,
        r#"{"rules": [{"id": "half", "kind": "hide", "match": {"new": 1}}, {"id": "typo", "kind": "hid"}],
            "fields": {"new": "new"}}"#,
        r#"{"rules": [{"id": "p", "kind": "strength", "percent": 0, "pages": ["home"]}]}"#,
    ];
    let compared = under(folder.path(), &policies, |options| EvaluateOptions { items: Some(path), ..options });
    let compared = compared.policies.unwrap();
    let of = |at: usize| compared.policies[at].measures;
    // Whatever came next is hidden, and so is all else.
    assert_eq!((of(0).recall.value, of(0).ndcg.value, of(0).coverage.value, of(0).diversity), (0.0, 0.0, 0.0, None));
    assert!(compared.none.recall.value > 0.0);
    let (none, diverse) = (compared.none.diversity.unwrap(), of(1).diversity.unwrap());
    assert!(diverse.low.unwrap() > none.high.unwrap(), "{diverse} {none}");
    assert!(compared.policies[1].change.diversity.unwrap().relative.unwrap().low.unwrap() > 0.0);
    assert!(of(2).category_diversity.unwrap().value > compared.none.category_diversity.unwrap().value);
    assert_eq!(compared.policies[2].rules[0].kept, 1.0);
    // Half of the items are new.
    assert!(of(3).coverage.value <= 0.5, "{}", of(3).coverage);
    assert_ne!(of(3), compared.none);
    let codes = |at: usize| compared.policies[at].problems.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!((codes(2), codes(3), codes(4)), (vec![], vec!["policy.kind"], vec!["policy.replay"]));
    assert_eq!(of(4), compared.none);
    let defined = |of: SlateMeasures| of.revenue_ndcg.is_some() && of.calibration_error.is_some();
    assert!(defined(compared.none) && compared.none.revenue_ndcg != Some(compared.none.ndcg));
}

#[test]
fn a_model_in_full_precision_is_measured_as_what_it_is_quantized_to() {
    let folder = tempfile::tempdir().unwrap();
    let policies = [r#"{"rules": [{"kind": "diversify", "how": "dpp", "amount": 0.9, "first": 10}]}"#];
    let coded = under(folder.path(), &policies, |options| options).policies.unwrap();
    let exact = under(folder.path(), &policies, |options| {
        let artifact = reshelf::synthetic::artifact(300, 64, 6, 1).unwrap();
        std::fs::write(&options.input.model, reshelf::synthetic::exact(&artifact).unwrap().to_bytes()).unwrap();
        options
    });
    let exact = exact.policies.unwrap();
    let diversity = |of: SlateMeasures| of.diversity.unwrap().value;
    assert!((diversity(coded.none) - diversity(exact.none)).abs() < 0.01);
    assert!((diversity(coded.policies[0].measures) - diversity(exact.policies[0].measures)).abs() < 0.01);
    assert!(diversity(exact.policies[0].measures) > diversity(exact.none));
}

#[test]
fn columns_of_lists_are_fields() {
    let folder = tempfile::tempdir().unwrap();
    let options = files(folder.path());
    let lists = folder.path().join("lists.csv");
    let text = std::fs::read_to_string(&lists).unwrap();
    let with_stock = |(at, line): (usize, &str)| match at {
        0 => format!("{line},stock\n"),
        // The target is the first of ten.
        _ => format!("{line},{}\n", if at % 10 == 1 { "0" } else { "5" }),
    };
    std::fs::write(&lists, text.lines().enumerate().map(with_stock).collect::<String>()).unwrap();
    let policy = folder.path().join("stock.json");
    std::fs::write(&policy, r#"{"rules": [{"kind": "filter", "what": "soldOut"}]}"#).unwrap();
    let input = ReplayInput { candidates: Some(lists), ..options.input.clone() };
    let fairness = vec!["stock".to_owned()];
    let evaluation = run(&EvaluateOptions { input, policies: vec![policy], fairness, ..options }).unwrap();
    // Who stands in no list is no group, and of the model's items nothing is said.
    let groups = &evaluation.fairness[0].groups;
    let mut told: Vec<_> = groups.iter().map(|group| (group.name.as_deref().unwrap(), group.items)).collect();
    told.sort_by_key(|(name, _)| *name);
    assert_eq!(told, [("0", None), ("5", None)]);
    assert!(groups.iter().all(|group| group.over_items.is_none()));
    let compared = evaluation.policies.unwrap();
    assert_eq!((compared.none.recall.value, compared.policies[0].measures.recall.value), (1.0, 0.0));
}

#[test]
fn exposure_is_shared_out_whole_and_moves_with_the_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut items = "item_id,brand\n".to_owned();
    (0..300).for_each(|item| writeln!(items, "{},b{}", 7 + 3 * item, item % 40).unwrap());
    let path = folder.path().join("items.csv");
    std::fs::write(&path, items).unwrap();
    let options = EvaluateOptions { items: Some(path), fairness: vec!["brand".to_owned()], ..files(folder.path()) };
    for server_lists in [Some(50), None] {
        let evaluation = run(&EvaluateOptions { server_lists, ..options.clone() }).unwrap();
        let [told] = evaluation.fairness.as_slice() else { panic!("one was asked for") };
        // Of 40 brands; lists also hold an item that nobody describes.
        let others = 20 + usize::from(server_lists.is_some());
        assert_eq!(
            (told.groups.len(), told.others, told.groups[0].server.is_some()),
            (21, others, server_lists.is_some())
        );
        let sum = |of: &dyn Fn(usize) -> f64| (0..told.groups.len()).map(of).sum::<f64>();
        for whole in [sum(&|at| told.groups[at].model.value), sum(&|at| told.groups[at].expected.value)] {
            assert!((whole - 1.0).abs() < 1e-5, "{whole}");
        }
        assert!((sum(&|at| told.groups[at].items.unwrap()) - 1.0).abs() < 1e-9);
        assert!(told.gini_items.model > 0.0 && told.gini_items.model < 1.0);
        assert!(told.groups.iter().all(|group| {
            let change = group.over_server.map(|change| change.value);
            match group.moved {
                Some(Moved::Up) => change.is_none_or(|change| change > 0.0),
                Some(Moved::Down) => change < Some(0.0),
                None => true,
            }
        }));
        assert!(evaluation.to_string().contains("exposure by brand"));
    }
    // All of one brand: nobody is without, and nothing is unequal.
    let one = folder.path().join("one.csv");
    let rows: String = (0..300).map(|item| format!("{},Zen\n", 7 + 3 * item)).collect();
    std::fs::write(&one, format!("item_id,brand\n{rows}")).unwrap();
    let alike = run(&EvaluateOptions { items: Some(one), server_lists: None, ..options.clone() }).unwrap();
    assert_eq!((alike.fairness[0].groups.len(), alike.fairness[0].gini_groups.model), (1, 0.0));
    let unknown = EvaluateOptions { fairness: vec!["seller".to_owned()], ..options };
    assert_eq!(run(&unknown).unwrap_err().code(), "evaluate.no_field");
}

#[test]
fn exposure_by_a_field_of_numbers_is_told_by_fifths() {
    let folder = tempfile::tempdir().unwrap();
    let mut items = "item_id,weight,brand\n".to_owned();
    // Every tenth item has no weight, and weights have many digits.
    for item in 0..300 {
        let weight = if item % 10 == 0 { String::new() } else { format!("{}00000000.5", 300 - item) };
        writeln!(items, "{},{weight},{item}", 7 + 3 * item).unwrap();
    }
    let path = folder.path().join("items.csv");
    std::fs::write(&path, items).unwrap();
    let fairness = vec!["weight".to_owned(), "brand".to_owned()];
    let options = EvaluateOptions { items: Some(path), fairness, server_lists: Some(50), ..files(folder.path()) };
    let evaluation = run(&options).unwrap();
    let [weight, brand] = evaluation.fairness.as_slice() else { panic!("two were asked for") };
    let names: Vec<&str> = weight.groups.iter().map(|group| group.name.as_deref().unwrap_or("")).collect();
    let bands = [(1, 59), (61, 119), (121, 179), (181, 239), (241, 299)];
    let bands = bands.map(|(first, last)| format!("{first}00000000.5 to {last}00000000.5"));
    assert!(names[..5] == bands && names[5].is_empty(), "{names:?}");
    assert!(bands.iter().all(|band| evaluation.to_string().contains(band)), "{evaluation}");
    assert_eq!(weight.others, 0);
    assert!(weight.groups[..5].iter().all(|group| (group.items.unwrap() - 0.18).abs() < 1e-9));
    assert!((weight.groups.iter().map(|group| group.model.value).sum::<f64>() - 1.0).abs() < 1e-5);
    // Numbers that are names stay as they are.
    assert!(brand.others > 0 && brand.groups.len() == 21);
}

#[test]
fn what_policies_cannot_be_compared_on_has_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.json");
    let options = EvaluateOptions { policies: vec![policy.clone()], ..files(folder.path()) };
    assert_eq!(run(&options).unwrap_err().code(), "evaluate.policy");
    std::fs::write(&policy, "{").unwrap();
    assert_eq!(run(&options).unwrap_err().code(), "evaluate.policy");
    std::fs::write(&policy, "{}").unwrap();
    assert_eq!(run(&options).unwrap_err().code(), "evaluate.no_lists");
}
