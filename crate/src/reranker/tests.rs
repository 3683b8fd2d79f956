//! The promises, as properties: the server's order for an empty session, always a permutation, exact forgetting, the same
//! bits from every kernel.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::artifact::Description;
use crate::kernels::Reference;
use crate::math::Rng;
use crate::session::EventKind;
use crate::synthetic;
use proptest::prelude::*;

const ROWS: usize = 90;

fn artifact(rows: usize, dimension: usize, seed: u64) -> Artifact {
    synthetic::artifact(rows, dimension, 8, seed).unwrap()
}

fn reranker() -> Reranker {
    Reranker::new(artifact(ROWS, 32, 5)).unwrap()
}

fn event_kinds() -> impl Strategy<Value = EventKind> {
    (0..EventKind::COUNT).prop_map(|kind| EventKind::ALL[kind])
}

/// Events over the table and a few items that only the page knows.
fn histories(most: usize) -> impl Strategy<Value = Vec<(u32, EventKind)>> {
    prop::collection::vec((0..ROWS as u32 + 3, event_kinds()), 0..most)
}

fn observe_all(reranker: &mut Reranker, history: &[(u32, EventKind)]) -> Vec<EventId> {
    for extra in ["a", "b", "c"] {
        reranker.name(extra).unwrap();
    }
    let at_ms = 1e12;
    history.iter().map(|&(item, kind)| reranker.observe(Event::new(item, kind, at_ms)).unwrap()).collect()
}

fn any_items() -> impl Strategy<Value = Vec<u32>> {
    let item = prop_oneof![8 => 0..ROWS as u32 + 5, 1 => any::<u32>(), 1 => Just(NO_ITEM)];
    prop::collection::vec(item, 0..60)
}

fn any_scores() -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(prop_oneof![4 => -9.0f32..9.0, 2 => any::<f32>(), 1 => Just(f32::NAN)], 0..70)
}

fn bits(scores: &[f32]) -> Vec<u32> {
    scores.iter().map(|score| score.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn an_empty_session_keeps_the_servers_order(items in any_items(), scores in any_scores(), limit in 0usize..99) {
        let mut reranker = reranker();
        let ranking = reranker.rerank(&items, &scores, limit);
        prop_assert_eq!(ranking.outcome, Outcome::EmptySession);
        prop_assert!(ranking.order.iter().copied().eq(0..items.len() as u32));
    }

    #[test]
    fn any_input_gives_a_permutation(
        history in histories(40), items in any_items(), scores in any_scores(), limit in 0usize..99,
    ) {
        let mut reranker = reranker();
        observe_all(&mut reranker, &history);
        let ranking = reranker.rerank(&items, &scores, limit);
        prop_assert!(ranking.scores.iter().all(|score| score.is_finite()));
        let mut order = ranking.order.to_vec();
        order.sort_unstable();
        prop_assert!(order.into_iter().eq(0..items.len() as u32));
    }

    #[test]
    fn forgetting_is_exact(history in histories(40), at in any::<prop::sample::Index>(), items in any_items()) {
        prop_assume!(!history.is_empty());
        let at = at.index(history.len());
        let (mut forgot, mut never) = (reranker(), reranker());
        let ids = observe_all(&mut forgot, &history);
        prop_assert!(forgot.forget(ids[at]));
        prop_assert!(!forgot.forget(ids[at]));
        let mut rest = history.clone();
        rest.remove(at);
        observe_all(&mut never, &rest);
        prop_assert!(forgot.state() == never.state());
        let expected = bits(never.rerank(&items, &[], 99).scores);
        prop_assert_eq!(bits(forgot.rerank(&items, &[], 99).scores), expected);
    }

    #[test]
    fn forgetting_an_item_or_everything_is_exact(history in histories(40), item in 0..ROWS as u32) {
        let (mut forgot, mut never) = (reranker(), reranker());
        observe_all(&mut forgot, &history);
        forgot.forget_item(item);
        let rest: Vec<_> = history.iter().copied().filter(|(other, _)| *other != item).collect();
        observe_all(&mut never, &rest);
        prop_assert!(forgot.state() == never.state());
        forgot.forget_all();
        prop_assert!(forgot.state() == reranker().state());
        prop_assert!(forgot.events().is_empty() && forgot.resolve("a").is_none());
    }

    #[test]
    fn every_kernel_gives_the_same_bits(history in histories(30), items in any_items(), scores in any_scores()) {
        let mut fast = reranker();
        let mut plain = Reranker::with_kernel(artifact(ROWS, 32, 5), &Reference).unwrap();
        observe_all(&mut fast, &history);
        observe_all(&mut plain, &history);
        let expected = bits(plain.rerank(&items, &scores, 99).scores);
        prop_assert_eq!(bits(fast.rerank(&items, &scores, 99).scores), expected);
        let expected: Vec<_> = plain.retrieve(20).collect();
        prop_assert_eq!(fast.retrieve(20).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_snapshot_restores_the_session(history in histories(40)) {
        let (mut first, mut second) = (reranker(), reranker());
        observe_all(&mut first, &history);
        prop_assert_eq!(second.restore(&first.snapshot()), Ok(history.len()));
        prop_assert_eq!(first.state().known(), second.state().known());
        let items: Vec<u32> = (0..ROWS as u32).collect();
        let expected = bits(first.rerank(&items, &[], 99).scores);
        prop_assert_eq!(bits(second.rerank(&items, &[], 99).scores), expected);
        // Events are named as they were, in a session that has given no such number to another.
        let numbers = |reranker: &Reranker| reranker.events().iter().map(|logged| logged.id).collect::<Vec<_>>();
        let before = numbers(&first);
        prop_assert_eq!(&numbers(&second), &before);
        let snapshot = first.snapshot();
        prop_assert_eq!(first.restore(&snapshot), Ok(history.len()));
        prop_assert!(numbers(&first).iter().all(|number| !before.contains(number)));
        let next = second.observe(Event::new(1, EventKind::View, 0.0)).unwrap();
        prop_assert!(!before.contains(&next));
    }

    #[test]
    fn the_number_of_a_forgotten_event_is_not_given_again_after_a_page_load(history in histories(20), all in any::<bool>()) {
        let (mut first, mut second) = (reranker(), reranker());
        let numbers = observe_all(&mut first, &history);
        if all {
            first.forget_all();
        } else if let Some(&newest) = numbers.last() {
            first.forget(newest);
        }
        second.restore(&first.snapshot()).unwrap();
        let next = second.observe(Event::new(1, EventKind::View, 0.0)).unwrap();
        prop_assert!(!numbers.contains(&next));
    }

    #[test]
    fn a_snapshot_that_is_cut_or_changed_is_refused(history in histories(40), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut reranker = reranker();
        observe_all(&mut reranker, &history);
        let mut snapshot = reranker.snapshot();
        let at = at.index(snapshot.len());
        prop_assert!(reranker.restore(&snapshot[..at]).is_err());
        snapshot[at] ^= 1 << bit;
        // One flipped bit makes no other version.
        prop_assert!(reranker.restore(&snapshot).is_err());
        prop_assert!(reranker.log().is_empty());
    }

    #[test]
    fn a_snapshot_of_version_1_is_read(history in histories(40)) {
        let (mut first, mut second) = (reranker(), reranker());
        let history: Vec<_> = history.into_iter().filter(|(_, kind)| *kind <= EventKind::Other).collect();
        observe_all(&mut first, &history);
        let mut bytes = b"RSS\x01".to_vec();
        for Logged { event, .. } in first.events() {
            let id = first.rows().id(event.item).unwrap();
            bytes.push(event.kind as u8);
            bytes.extend(event.at_ms.to_le_bytes());
            bytes.extend((id.len() as u16).to_le_bytes());
            bytes.extend(id.as_bytes());
        }
        prop_assert_eq!(second.restore(&bytes), Ok(history.len()));
        prop_assert!(first.state() == second.state());
    }

    #[test]
    fn any_bytes_are_restored_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..80), sound in any::<bool>()) {
        if sound && bytes.len() > 4 {
            bytes[..4].copy_from_slice(b"RSS\x01");
        }
        let mut reranker = reranker();
        observe_all(&mut reranker, &[(1, EventKind::View)]);
        let restored = reranker.restore(&bytes).unwrap_or(0);
        prop_assert_eq!(reranker.log().len(), restored);
    }

    #[test]
    fn inline_rows_rank_as_the_table_does(history in histories(20), seed in any::<u64>()) {
        // A model without a table, every row of which comes inline.
        let whole = artifact(ROWS, 32, 5);
        let rows = Rows::new(whole.clone());
        let mut hollow = artifact(0, 32, 5);
        (hollow.state, hollow.head, hollow.retrieval) = (whole.state.clone(), whole.head.clone(), whole.retrieval);
        let (mut table, mut inline) = (reranker(), Reranker::new(hollow).unwrap());
        let mut narrow = 0;
        for row in 0..ROWS as u32 {
            // As the command writes them, or as the engine gives them out.
            let (mut room, as_it_lies) = (Vec::new(), rows.get(row).unwrap());
            let narrowed = as_it_lies.narrowed(&mut room);
            narrow += usize::from(matches!(narrowed.codes, crate::kernels::Codes::Int4(_)));
            let row_sent = if seed % 2 == 0 { narrowed } else { as_it_lies };
            let bytes = crate::catalogue::InlineRow::pack(&row_sent, &whole.model);
            prop_assert_eq!(inline.add_row(&format!("sku {row}"), &bytes), Ok(row));
        }
        prop_assert!(narrow > 0 && narrow < ROWS, "a table of both kinds");
        let known: Vec<_> = history.into_iter().filter(|(item, _)| *item < ROWS as u32).collect();
        observe_all(&mut table, &known);
        observe_all(&mut inline, &known);
        let mut draw = Rng(seed | 1);
        let items: Vec<u32> = (0..30).map(|_| draw.below(ROWS) as u32).collect();
        let expected = bits(table.rerank(&items, &[], 99).scores);
        prop_assert_eq!(bits(inline.rerank(&items, &[], 99).scores), expected);
    }
}

#[test]
fn all_else_equal_the_servers_order_stands_whatever_the_head_has_learned() {
    // Heads drawn from a seed weigh the server's word either way round, as those of old artifacts may.
    for seed in 0..8 {
        promises::server_order_stands(&Arc::new(artifact(ROWS, 32, seed)), 2_000, seed).unwrap();
    }
    let mut stubborn = artifact(ROWS, 32, 5);
    let server = crate::rank::SERVER_OPINION;
    stubborn.head.linear[server].fill(-50.0);
    promises::server_order_stands(&Arc::new(stubborn), 2_000, 9).unwrap();
}

#[test]
fn items_composed_of_one_description_keep_the_servers_order() {
    let mug = Description { category: Some("home/mugs"), ..Description::default() };
    let mut model = Artifact { tokens: Some(synthetic::tokens(&[mug], 32, 3)), ..artifact(ROWS, 32, 5) };
    model.head.linear[crate::rank::SERVER_OPINION].fill(-50.0);
    let mut reranker = Reranker::new(model).unwrap();
    let twins = ["one", "two", "three"].map(|id| reranker.compose(id, &mug).unwrap());
    reranker.observe(Event::new(4, EventKind::View, 0.0)).unwrap();
    let order = reranker.rerank(&[twins[0], 7, twins[1], 9, twins[2]], &[1.0, 2.0, 3.0, 4.0, 5.0], 5).order;
    let twins: Vec<u32> = order.iter().copied().filter(|at| at % 2 == 0).collect();
    assert_eq!(twins, [0, 2, 4]);
}

#[test]
fn a_hundred_thousand_candidates_are_a_permutation() {
    let mut reranker = reranker();
    observe_all(&mut reranker, &[(3, EventKind::View), (4, EventKind::Cart)]);
    let items: Vec<u32> = (0..100_000).map(|at| at % (ROWS as u32 + 9)).collect();
    for limit in [0, 1, 20, 99_999, usize::MAX] {
        let mut order = reranker.rerank(&items, &[], limit).order.to_vec();
        order.sort_unstable();
        assert!(order.into_iter().eq(0..100_000));
    }
}

/// The products of the first state with each centre, by hand.
fn products_by_hand(reranker: &mut Reranker) -> Vec<i32> {
    let state = reranker.state().matrix()[..32].to_vec();
    let clusters = reranker.rows().artifact().clusters.clone().unwrap();
    let product = |centre: &[i8]| {
        state.iter().zip(centre).map(|(&code, &centre)| (i32::from(code) - 64) * i32::from(centre)).sum()
    };
    clusters.codes().chunks_exact(32).map(product).collect()
}

proptest! {
    #[test]
    fn the_cluster_is_the_nearest_centre_and_the_lowest_of_equals(history in histories(20), exact in any::<bool>()) {
        let model = Artifact { clusters: Some(synthetic::clusters(9, 32, 4).unwrap()), ..artifact(ROWS, 32, 5) };
        let model = if exact { synthetic::exact(&model).unwrap() } else { model };
        let mut reranker = Reranker::new(model).unwrap();
        prop_assert_eq!(reranker.cluster(), None, "an empty session");
        observe_all(&mut reranker, &history);
        let products = products_by_hand(&mut reranker);
        let best = products.iter().max().and_then(|best| products.iter().position(|product| product == best));
        let known = reranker.state().known() > 0;
        prop_assert_eq!(reranker.cluster(), best.filter(|_| known).map(|best| best as u32));
        reranker.forget_all();
        prop_assert_eq!(reranker.cluster(), None);
    }
}

#[test]
fn a_model_without_clusters_has_none() {
    let mut reranker = reranker();
    observe_all(&mut reranker, &[(3, EventKind::View)]);
    assert_eq!(reranker.cluster(), None);
}

#[test]
fn a_long_session_is_bounded_and_still_forgets_exactly() {
    let (mut forgot, mut never) = (reranker(), reranker());
    let mut draw = Rng(9);
    let history: Vec<_> = (0..3_000).map(|_| (draw.below(ROWS) as u32, EventKind::View)).collect();
    let ids = observe_all(&mut forgot, &history);
    assert_eq!(forgot.events().len(), crate::session::LOG_CAPACITY);
    let kept: Vec<_> = (0..history.len()).filter(|at| at % 3 != 0).collect();
    ids.iter().enumerate().filter(|(at, _)| at % 3 == 0).for_each(|(_, id)| _ = forgot.forget(*id));
    observe_all(&mut never, &kept.iter().map(|&at| history[at]).collect::<Vec<_>>());
    assert!(forgot.state() == never.state());
}

#[test]
fn bad_events_change_nothing() {
    let mut reranker = reranker();
    let good = Event::new(1, EventKind::View, 0.0);
    assert_eq!(reranker.observe(Event { item: NO_ITEM, ..good }), Err(EventError::Item));
    assert_eq!(reranker.observe(Event { item: ROWS as u32, ..good }), Err(EventError::Item));
    assert_eq!(reranker.observe(Event { at_ms: f64::NAN, ..good }), Err(EventError::Time));
    assert!(reranker.events().is_empty());
    // A clock that runs backwards is taken as it comes.
    assert!(reranker.observe(Event { at_ms: 5.0, ..good }).is_ok());
    assert!(reranker.observe(Event { at_ms: 1.0, ..good }).is_ok());
}

#[test]
fn rows_of_another_model_are_refused() {
    let mut reranker = reranker();
    let rows = Rows::new(artifact(ROWS, 32, 5));
    let row = rows.get(0).unwrap();
    let bytes = crate::catalogue::InlineRow::pack(&row, "another");
    assert_eq!(reranker.add_row("x", &bytes), Err(RowError::OtherModel));
    let bytes = crate::catalogue::InlineRow::pack(&row, "test-5");
    for end in 0..bytes.len() {
        assert!(reranker.add_row("x", &bytes[..end]).is_err());
    }
    assert_eq!(reranker.add_row("x", &bytes), Err(RowError::Foreign), "its number belongs to the table");
    assert_eq!(reranker.add_row("7", &bytes), Ok(0), "the table's own item keeps the table's row");
}

#[test]
fn a_composed_item_is_ranked_by_its_kind_and_as_well_when_it_is_described_late() {
    let mug = Description { category: Some("home/mugs"), title: Some("Blue mug"), ..Description::default() };
    let tokens = Some(synthetic::tokens(&[mug], 32, 3));
    let model = Arc::new(Artifact { tokens, ..artifact(ROWS, 32, 5) });
    let known = crate::rank::FEATURES.iter().position(|name| *name == "known").unwrap();
    let mut early = Reranker::new(model.clone()).unwrap();
    let cold = early.compose("cold", &mug).unwrap();
    early.observe(Event::new(cold, EventKind::View, 0.0)).unwrap();
    assert_eq!(early.state().known(), 1);
    assert_eq!(early.features(&[0, cold, NO_ITEM], &[], true).column(known), [1.0, 0.5, 0.0]);

    let mut late = Reranker::new(model).unwrap();
    let cold = late.name("cold").unwrap();
    late.observe(Event::new(cold, EventKind::View, 0.0)).unwrap();
    assert_eq!(late.rerank(&[1, 0], &[], 2).outcome, Outcome::EmptySession);
    assert_eq!(late.compose("cold", &mug), Ok(cold));
    assert!(late.state() == early.state());
    late.forget_all();
    assert_eq!(late.resolve("cold"), None);
}

/// A model in full precision sees what its quantized twin sees, but for the rounding of the session's side.
#[test]
#[cfg(feature = "exact")]
fn full_precision_gives_nearly_the_same_features() {
    let quantized = artifact(ROWS, 32, 5);
    let mut exact = Reranker::new(synthetic::exact(&quantized).unwrap()).unwrap();
    let mut quantized = Reranker::new(quantized).unwrap();
    let items: Vec<u32> = (0..ROWS as u32 + 2).collect();
    let mut draw = Rng(4);
    for _ in 0..30 {
        let event = (draw.below(ROWS) as u32, EventKind::ALL[draw.below(EventKind::COUNT)]);
        observe_all(&mut exact, &[event]);
        observe_all(&mut quantized, &[event]);
        assert_eq!(exact.state().evidence(), quantized.state().evidence());
        let (a, b) = (exact.features(&items, &[], true), quantized.features(&items, &[], true));
        let widest = a.values().iter().zip(b.values()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(widest < 0.04, "{widest}");
        let best: Vec<u32> = exact.short_list(1, ShortListBy::Model).items().to_vec();
        assert!(quantized.short_list(5, ShortListBy::Model).items().contains(&best[0]));
    }
    let id = exact.events()[7].id;
    exact.forget(id);
    quantized.forget(id);
    assert!(exact.state() != quantized.state());
    exact.forget_all();
    assert!(exact.rerank(&items, &[], 9).outcome == Outcome::EmptySession);
}

/// Composed rows among others in full precision: vectors stand beside codes, and must not slip by a place.
#[test]
#[cfg(feature = "exact")]
fn composed_rows_have_their_place_in_full_precision() {
    let mug = Description { category: Some("home/mugs"), title: Some("Blue mug"), ..Description::default() };
    let quantized = Artifact { tokens: Some(synthetic::tokens(&[mug], 32, 3)), ..artifact(ROWS, 32, 5) };
    let values = |model: Artifact| {
        let mut reranker = Reranker::new(model).unwrap();
        let cold = reranker.compose("cold", &mug).unwrap();
        observe_all(&mut reranker, &[(4, EventKind::View), (cold, EventKind::View)]);
        reranker.features(&[3, cold, NO_ITEM, 4], &[], true).values().to_vec()
    };
    let exact = values(synthetic::exact(&quantized).unwrap());
    let widest = exact.iter().zip(values(quantized)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(widest < 0.04, "{widest}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn many_lists_rank_as_each_alone(
        history in histories(20), lists in prop::collection::vec((any_items(), any_scores()), 0..5), limit in 0usize..70,
    ) {
        let mut reranker = reranker();
        observe_all(&mut reranker, &history);
        // Lists side by side share whether scores came at all.
        let scored = |items: &[u32], scores: &[f32]| -> Vec<f32> {
            (0..items.len()).map(|at| scores.get(at).copied().unwrap_or(f32::NAN)).collect()
        };
        let items: Vec<u32> = lists.iter().flat_map(|(items, _)| items.clone()).collect();
        let scores: Vec<f32> = lists.iter().flat_map(|(items, scores)| scored(items, scores)).collect();
        let lengths: Vec<u32> = lists.iter().map(|(items, _)| items.len() as u32).collect();
        let many = reranker.rerank_many(&items, &lengths, &scores, limit);
        let (order, found) = (many.order.to_vec(), bits(many.scores));
        let (mut expected_order, mut expected) = (Vec::new(), Vec::new());
        for (items, scores) in &lists {
            let alone = reranker.rerank(items, &scored(items, scores), limit);
            expected_order.extend_from_slice(alone.order);
            expected.extend(bits(alone.scores));
        }
        prop_assert_eq!(order, expected_order);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn short_lists_are_the_head_of_all_items_in_order(
        history in histories(12), length in 0usize..ROWS + 9, state in prop::sample::select(vec![0.0f32, 0.3, 1.0]),
        memory in prop::sample::select(vec![-1.0f32, 0.0, 2.0]), similarity: bool,
    ) {
        let mut artifact = artifact(ROWS, 32, 5);
        artifact.retrieval = crate::artifact::Retrieval { state, memory };
        let mut reranker = Reranker::new(artifact).unwrap();
        observe_all(&mut reranker, &history);
        let by = if similarity { ShortListBy::Similarity } else { ShortListBy::Sum };
        let all = reranker.short_list(ROWS, by);
        let (items, scores) = (all.items().to_vec(), all.scores().to_vec());
        let mut sorted = items.clone();
        sorted.sort_unstable();
        prop_assert!(sorted.into_iter().eq(0..ROWS as u32));
        prop_assert!(scores.is_sorted_by(|a, b| a >= b));
        let short = reranker.short_list(length, by);
        prop_assert_eq!(short.items(), &items[..length.min(ROWS)]);
        // What another device finds leads to the same list, and a wrong key is noticed.
        if let Some(session) = reranker.scan_session(by).map(<[u8]>::to_vec) {
            let count = reranker.scan_count(length, by);
            let mut found = nearest_by_hand(&reranker, &session, count);
            let list = reranker.short_list_from(&found, length, by).unwrap();
            prop_assert_eq!(list.items(), &items[..length.min(ROWS)]);
            if let Some([_, key]) = found.last_mut() {
                *key ^= 1;
                prop_assert!(reranker.short_list_from(&found, length, by).is_none());
            }
            if found.len() > 1 {
                found[count - 1][1] ^= 1;
                found.swap(0, 1);
                prop_assert!(reranker.short_list_from(&found, length, by).is_none());
                found.swap(0, 1);
                prop_assert!(reranker.short_list_from(&found[1..], length, by).is_none());
                prop_assert!(reranker.short_list_from(&found, length, by).is_some());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn short_lists_hold_the_items_of_the_session(history in histories(40), length in 0usize..ROWS + 9) {
        let mut reranker = reranker();
        observe_all(&mut reranker, &history);
        let sum = reranker.short_list(length, ShortListBy::Sum).items().to_vec();
        let list = reranker.short_list(length, ShortListBy::Model);
        let (items, scores) = (list.items().to_vec(), list.scores().to_vec());
        prop_assert!(scores.is_sorted_by(|a, b| a >= b));
        prop_assert_eq!(items.len(), sum.len());
        let known = reranker.state().known() > 0;
        let own: Vec<u32> = reranker.state().profile().items().filter(|&item| item < ROWS as u32).collect();
        let sure = if known { &own[..own.len().min(length / 2)] } else { &[] };
        for item in sure {
            prop_assert!(items.contains(item), "{item} of {own:?} in {items:?}");
        }
        // Whoever stands in the list is sure of it or one of the best; and nobody stands there twice.
        let mut sorted = items.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), items.len());
        prop_assert!(items.iter().all(|item| sum.contains(item) || sure.contains(item)));
        if let Some(session) = reranker.scan_session(ShortListBy::Model).map(<[u8]>::to_vec) {
            let count = reranker.scan_count(length, ShortListBy::Model);
            let found = nearest_by_hand(&reranker, &session, count);
            prop_assert_eq!(reranker.short_list_from(&found, length, ShortListBy::Model).unwrap().items(), &items[..]);
        }
    }
}

/// What a page says of its own lists need not be true.
#[test]
fn lengths_that_do_not_fit_the_items_are_cut() {
    for event in [&[][..], &[(3, EventKind::View)]] {
        let mut reranker = reranker();
        observe_all(&mut reranker, event);
        let items = [5, 3, 8, NO_ITEM, 1];
        let mut orders = |lengths: &[u32]| {
            let many = reranker.rerank_many(&items, lengths, &[], usize::MAX);
            (many.order.to_vec(), many.scores.len())
        };
        let whole = orders(&[2, 3]);
        assert_eq!(whole.1, 5);
        assert_eq!(orders(&[2, u32::MAX, u32::MAX, 7]), whole);
        assert_eq!(orders(&[2, 0, 3, 0]), whole);
        assert_eq!(orders(&[2]), (whole.0[..2].to_vec(), 2), "candidates past the last list are left out");
        assert_eq!(orders(&[]), (vec![], 0));
        assert_eq!(orders(&[0, 0]), (vec![], 0));
    }
}

/// The nearest rows and the bits of their keys, by a sort.
fn nearest_by_hand(reranker: &Reranker, session: &[u8], count: usize) -> Vec<[u32; 2]> {
    let items = &reranker.rows().artifact().items;
    let key = |row: u32| {
        let codes = items.row(row as usize).iter().zip(session);
        let product: i32 = codes.map(|(code, &session)| i32::from(code) * (i32::from(session) - 64)).sum();
        product as f32 * items.scales()[row as usize]
    };
    let mut rows: Vec<u32> = (0..items.len() as u32).collect();
    rows.sort_by(|&a, &b| key(b).partial_cmp(&key(a)).unwrap());
    rows.truncate(count);
    rows.into_iter().map(|row| [row, key(row).to_bits()]).collect()
}
