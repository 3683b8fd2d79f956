//! Artifacts that must be refused, each with its code, and one that any safetensors reader opens.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reshelf::artifact::{
    Artifact, Attributes, Clusters, Description, EventKind, FORMAT, Header, ItemTable, TokenKind, UNKNOWN_ATTRIBUTE,
    sign,
};
use reshelf::catalogue::{InlineRow, Rows};
use reshelf::reranker::Reranker;
use reshelf::session::Event;
use reshelf::synthetic;

const MUG: Description<'static> =
    Description { category: Some("home/mugs"), brand: Some("Zen"), price: Some(12.0), title: Some("Blue mug") };
const LAMP: Description<'static> =
    Description { category: Some("home/lamps"), brand: None, price: Some(250.0), title: Some("Desk lamp") };

/// A model that knows the tokens of a mug and of a lamp.
fn artifact() -> Artifact {
    let tokens = synthetic::tokens(&[MUG, LAMP], 16, 9);
    let clusters = synthetic::clusters(5, 16, 4).unwrap();
    Artifact { tokens: Some(tokens), clusters: Some(clusters), ..synthetic::artifact(40, 16, 6, 3).unwrap() }
}

fn bytes() -> Vec<u8> {
    artifact().to_bytes()
}

/// The same in full precision.
fn exact_bytes() -> Vec<u8> {
    synthetic::exact(&synthetic::artifact(40, 16, 6, 3).unwrap()).unwrap().to_bytes()
}

fn code(bytes: &[u8]) -> &'static str {
    Artifact::from_bytes(bytes).err().map_or("accepted", |error| error.code())
}

/// A file with a part of its header replaced by text of the same length, and a checksum that fits.
fn replaced(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    signed(bytes)
}

fn with_header(from: &str, to: &str) -> Vec<u8> {
    replaced(bytes(), from, to)
}

/// A file with a tensor's bytes changed, and a checksum that fits.
fn changed(mut bytes: Vec<u8>, name: &str, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let header = Header::parse(&bytes).unwrap();
    let entry = header.tensors.iter().find(|entry| entry.name == name).unwrap();
    let data = Header::json_range(&bytes).unwrap().end;
    change(&mut bytes[data + entry.begin..data + entry.end]);
    signed(bytes)
}

fn with_tensor(name: &str, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    changed(bytes(), name, change)
}

fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    sign(&mut bytes);
    bytes
}

#[test]
fn reading_is_the_inverse_of_writing() {
    assert_eq!(Artifact::from_bytes(&bytes()).unwrap(), artifact());
    let empty = synthetic::artifact(0, 16, 6, 3).unwrap();
    assert_eq!(Artifact::from_bytes(&empty.to_bytes()).unwrap(), empty, "a model whose rows all travel");
}

#[test]
fn any_safetensors_reader_opens_it() {
    let bytes = bytes();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("items.codes").unwrap().shape(), [20, 16]);
    assert_eq!(file.tensor("items.codes4").unwrap().shape(), [20, 8]);
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(metadata.metadata().as_ref().unwrap()["reshelf.format"], FORMAT);
}

#[test]
fn what_says_nothing_is_left_out() {
    let mut artifact = synthetic::artifact(40, 16, 6, 3).unwrap();
    let mut written = |change: &dyn Fn(usize, &mut Attributes), codes: &dyn Fn(i8) -> i8| {
        let mut attributes = artifact.items.attributes().to_vec();
        attributes.iter_mut().enumerate().for_each(|(row, item)| change(row, item));
        let codes = artifact.items.codes().iter().map(codes).collect();
        artifact.items = ItemTable::new(16, codes, artifact.items.scales().to_vec(), attributes).unwrap();
        let bytes = artifact.to_bytes();
        assert_eq!(Artifact::from_bytes(&bytes).unwrap(), artifact);
        let tensors = Header::parse(&bytes).unwrap().tensors.into_iter();
        tensors.map(|tensor| (tensor.name, tensor.dtype)).collect::<std::collections::HashMap<_, _>>()
    };
    let all = written(&|_, _| {}, &|code| code);
    assert_eq!((all["items.category"].as_str(), all["items.brand"].as_str()), ("U8", "U8"));
    let many = written(&|row, item| item.brand = 1_000 + row as u16, &|code| code.signum() * (code.abs() / 19 + 1));
    assert_eq!(many["items.brand"], "U16");
    assert!(!many.contains_key("items.codes") && !many.contains_key("items.wide"), "all rows in 4 bits");
    let flat = written(&|_, item| item.department = item.category, &|code| 9 * code.signum() + code);
    assert!(flat.contains_key("items.category") && !flat.contains_key("items.department"));
    assert!(!flat.contains_key("items.codes4") && !flat.contains_key("items.wide"), "all rows in 8 bits");
    let no_department = written(&|_, item| item.department = UNKNOWN_ATTRIBUTE, &|code| code);
    assert!(no_department.contains_key("items.department"), "or it would be the category");
    let bare = written(&|_, item| *item = Attributes::default(), &|code| code);
    for name in ["category", "department", "brand", "price"] {
        assert!(!bare.contains_key(&format!("items.{name}")), "{name}");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let bytes = bytes();
    let data = Header::json_range(&bytes).unwrap().end;
    assert_eq!(code(&[]), "artifact.empty");
    for end in 1..bytes.len() {
        let code = code(&bytes[..end]);
        assert!(code == "artifact.truncated" || (end < data && code == "artifact.foreign"), "{end}: {code}");
    }
}

#[test]
fn any_flipped_bit_is_noticed() {
    let mut bytes = bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            assert_ne!(code(&bytes), "accepted", "byte {at}, bit {bit}");
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn foreign_and_future_files_are_told_apart() {
    assert_eq!(code(b"<!doctype html><title>404</title>"), "artifact.foreign");
    assert_eq!(code(&[0; 64]), "artifact.foreign");
    assert_eq!(code(&u64::MAX.to_le_bytes()), "artifact.foreign");
    // A safetensors file of somebody else's.
    let other = safetensors::serialize(core::iter::empty::<(String, safetensors::tensor::TensorView<'_>)>(), None);
    assert_eq!(code(&other.unwrap()), "artifact.foreign");
    for other in ["1", "4"] {
        let version = format!(r#""reshelf.format":"{other}""#);
        assert_eq!(code(&with_header(r#""reshelf.format":"3""#, &version)), "artifact.version");
    }
}

#[test]
fn shapes_that_disagree_are_refused() {
    assert_eq!(code(&with_header(r#""shape":[20,16]"#, r#""shape":[16,20]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""shape":[20,16]"#, r#""shape":[10,32]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""shape":[20,8]"#, r#""shape":[40,4]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""items.wide""#, r#""items.wild""#)), "artifact.missing");
    assert_eq!(code(&with_header(r#""items.codes""#, r#""items.codez""#)), "artifact.shape", "half of the rows");
    assert_eq!(code(&with_header(r#""items.codes4""#, r#""items.codes5""#)), "artifact.shape", "half of the rows");
    assert_eq!(code(&with_header(r#""items.scales""#, r#""items.scalez""#)), "artifact.missing");
    assert_eq!(code(&with_header(r#""items.trend""#, r#""items.codes""#)), "artifact.foreign", "the name stands twice");
    assert_eq!(code(&with_header(r#""shape":[40,3]"#, r#""shape":[30,4]"#)), "artifact.shape", "four channels");
    assert_eq!(code(&with_header(r#""shape":[40,3]"#, r#""shape":[3,40]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""dtype":"I8","shape":[20,"#, r#""dtype":"U8","shape":[20,"#)), "artifact.shape");
}

#[test]
fn values_out_of_range_are_refused() {
    for bits in [half::f16::NAN, half::f16::INFINITY, half::f16::NEG_ONE] {
        let change = |tensor: &mut [u8]| tensor[..2].copy_from_slice(&bits.to_le_bytes());
        assert_eq!(code(&with_tensor("items.scales", change)), "artifact.value", "{bits}");
        assert_eq!(code(&with_tensor("memory.scales", change)), "artifact.value", "{bits}");
    }
    for name in ["state.recency", "head.hidden", "retrieval.weights", "memory.kinds"] {
        let change = |tensor: &mut [u8]| tensor[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(code(&with_tensor(name, change)), "artifact.value", "{name}");
    }
    assert_eq!(code(&with_tensor("items.codes", |tensor| tensor[5] = 0x80)), "artifact.value");
    assert_eq!(code(&with_tensor("items.codes4", |tensor| tensor[5] = 0x80)), "artifact.value");
    assert_eq!(code(&with_tensor("items.wide", |tensor| tensor[0] ^= 1)), "artifact.value");
    assert_eq!(code(&with_tensor("items.ids", |tensor| tensor[1] = 0)), "artifact.value", "ids must ascend");
    assert_eq!(code(&with_tensor("memory.bytes", |tensor| tensor[0] ^= 1)), "artifact.shape");
}

#[test]
fn clusters_are_checked() {
    assert_eq!(code(&with_tensor("clusters.codes", |tensor| tensor[5] = 0x80)), "artifact.value");
    assert_eq!(code(&with_header(r#""shape":[5,16]"#, r#""shape":[16,5]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""shape":[5,16]"#, r#""shape":[1,80]"#)), "artifact.shape");
    assert_eq!(code(&with_header(r#""dtype":"I8","shape":[5,"#, r#""dtype":"U8","shape":[5,"#)), "artifact.shape");
    for count in [0, 1, 65] {
        assert_eq!(Clusters::new(16, vec![1; 16 * count]).unwrap_err().code(), "artifact.value", "{count}");
    }
    assert_eq!(Clusters::new(16, vec![1; 33]).unwrap_err().code(), "artifact.value");
    assert_eq!(Clusters::new(8, vec![1; 32]).unwrap_err().code(), "artifact.shape");
    assert!(Clusters::new(16, vec![-127; 64 * 16]).is_ok());
}

#[test]
fn token_tensors_are_checked() {
    let change = |tensor: &mut [u8]| tensor[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(code(&with_tensor("tokens.hashes", change)), "artifact.value", "hashes must ascend");
    assert_eq!(code(&with_tensor("tokens.codes", |tensor| tensor[5] = 0x80)), "artifact.value");
    for bits in [half::f16::NAN, half::f16::NEG_ONE] {
        let change = |tensor: &mut [u8]| tensor[..2].copy_from_slice(&bits.to_le_bytes());
        assert_eq!(code(&with_tensor("tokens.scales", change)), "artifact.value", "{bits}");
    }
    for edge in [f32::NAN, 1e6] {
        let change = |tensor: &mut [u8]| tensor[..4].copy_from_slice(&edge.to_le_bytes());
        assert_eq!(code(&with_tensor("tokens.price_edges", change)), "artifact.value", "{edge}");
    }
    assert_eq!(code(&with_header(r#""tokens.numbers""#, r#""tokens.numberz""#)), "artifact.missing");
    assert_eq!(code(&with_header(r#""tokens.price_codes""#, r#""tokens.price_codez""#)), "artifact.missing");
}

#[test]
fn composing_gives_way_to_the_table_and_to_inline_rows() {
    let mut rows = Rows::new(artifact());
    let handle = rows.compose("10", &MUG).unwrap();
    assert_eq!((handle, rows.item(handle).unwrap().is_composed()), (1, false), "the table knows it");

    let cold = rows.compose("cold", &MUG).unwrap();
    assert!(rows.item(cold).unwrap().is_composed());
    let codes: Vec<i8> = rows.get(cold).unwrap().codes.iter().collect();
    rows.compose("cold", &LAMP).unwrap();
    assert!(rows.get(cold).unwrap().codes.iter().eq(codes), "the first description stays");

    let larger = synthetic::artifact(41, 16, 6, 3).unwrap();
    let inline = InlineRow::pack(&Rows::new(larger).get(40).unwrap(), &rows.artifact().model);
    assert_eq!(rows.add("cold", &inline), Ok(cold));
    assert!(!rows.item(cold).unwrap().is_composed());
    rows.compose("cold", &MUG).unwrap();
    assert!(!rows.item(cold).unwrap().is_composed());

    let strange = rows.compose("strange", &Description { brand: Some("mug"), ..Description::default() }).unwrap();
    assert_eq!(rows.get(strange), None, "a brand is no word of a title");
    let mut plain = Rows::new(synthetic::artifact(40, 16, 6, 3).unwrap());
    let handle = plain.compose("cold", &MUG).unwrap();
    assert_eq!((handle, plain.get(handle)), (40, None), "a model without tokens");
}

#[test]
fn a_composed_row_has_the_attributes_of_its_tokens() {
    let mut rows = Rows::new(artifact());
    let number = |kind: TokenKind, of: Description<'_>| {
        let tokens = of.tokens(&[10.0, 100.0]);
        let hash = tokens.iter().find(|(other, _)| *other == kind).unwrap().1;
        rows.artifact().tokens.as_ref().unwrap().hashes.binary_search(&hash).unwrap() as u16 + 1
    };
    let expected = Attributes {
        category: number(TokenKind::Category, MUG),
        department: number(TokenKind::Department, MUG),
        brand: number(TokenKind::Brand, MUG),
        price: 0,
        popularity: 0,
        trend: 128,
    };
    let mug = rows.compose("mug", &MUG).unwrap();
    assert_eq!(rows.get(mug).unwrap().attributes, expected);
    let dear = Description { category: Some("home/chairs"), price: Some(900.0), ..Description::default() };
    let chair = rows.compose("chair", &dear).unwrap();
    let expected = Attributes { department: expected.department, price: 30, ..Attributes::default() };
    assert_eq!(rows.get(chair).unwrap().attributes, expected, "a category never seen in a department that was");
}

proptest! {
    #[test]
    fn any_description_composes_or_not(
        category in ".{0,40}", brand in ".{0,9}", title in "(mug|blue|[^a-z]){0,9}", price in any::<f32>(),
    ) {
        let mut rows = Rows::new(artifact());
        let description =
            Description { category: Some(&category), brand: Some(&brand), price: Some(price), title: Some(&title) };
        let handle = rows.compose("cold", &description).unwrap();
        if let Some(row) = rows.get(handle) {
            let in_range = row.codes.iter().all(|code| code > i8::MIN);
            prop_assert!(row.scale.is_finite() && in_range && row.neighbours.iter().count() == 0);
        }
    }
}

#[test]
fn full_precision_is_checked_as_well() {
    let exact = synthetic::exact(&synthetic::artifact(40, 16, 6, 3).unwrap()).unwrap();
    assert_eq!(Artifact::from_bytes(&exact.to_bytes()).unwrap(), exact);
    let total = exact.memory.total();
    for (from, to) in [(r#""shape":[40,16]"#.to_owned(), r#""shape":[16,40]"#), (format!("[{total},3]"), "[999,3]")] {
        let to = to.replace("999", &(total - 1).to_string());
        assert_eq!(code(&replaced(exact_bytes(), &from, &to)), "artifact.shape", "{to}");
    }
    assert_eq!(code(&replaced(exact_bytes(), "memory.counts", "memory.countz")), "artifact.missing");
    let nan = |tensor: &mut [u8]| tensor[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let negative = |tensor: &mut [u8]| tensor[..4].copy_from_slice(&(-1.0f32).to_le_bytes());
    assert_eq!(code(&changed(exact_bytes(), "items.vectors", nan)), "artifact.value");
    assert_eq!(code(&changed(exact_bytes(), "memory.strengths", nan)), "artifact.value");
    assert_eq!(code(&changed(exact_bytes(), "memory.strengths", negative)), "artifact.value");
    assert_eq!(code(&changed(exact_bytes(), "memory.items", |tensor| tensor[..4].fill(0xff))), "artifact.value");
    assert_eq!(code(&changed(exact_bytes(), "memory.counts", |tensor| tensor[0] ^= 1)), "artifact.shape");
}

#[test]
fn a_head_for_other_features_is_refused() {
    for wrong in ["state_3,", "state_1,"] {
        let artifact = Artifact::from_bytes(&with_header("state_2,", wrong)).unwrap();
        let refused = Reranker::new(artifact).err().unwrap();
        assert_eq!(refused.code(), "artifact.features", "{wrong}");
    }
}

/// The artifact with its head's features in another order, or some of them alone.
fn with_features(keep: impl Fn(&str) -> bool, reverse: bool) -> Artifact {
    let mut artifact = artifact();
    let head = &mut artifact.head;
    let mut columns: Vec<usize> = (0..head.features.len()).filter(|&at| keep(&head.features[at])).collect();
    if reverse {
        columns.reverse();
    }
    let rows: Vec<Vec<f32>> = head.hidden_weights.chunks_exact(head.features.len()).map(<[f32]>::to_vec).collect();
    head.hidden_weights = rows.iter().flat_map(|row| columns.iter().map(|&at| row[at])).collect();
    head.linear = columns.iter().map(|&at| head.linear[at]).collect();
    head.features = columns.iter().map(|&at| head.features[at].clone()).collect();
    Artifact::from_bytes(&artifact.to_bytes()).unwrap()
}

#[test]
fn a_head_may_name_some_features_and_in_any_order() {
    let list: Vec<u32> = (0..60).map(|at| at * 7 % 50).collect();
    let scores = |artifact: &Artifact| {
        let mut reranker = Reranker::new(artifact.clone()).unwrap();
        for item in [3, 9, 4, 9] {
            reranker.observe(Event::new(item, EventKind::View, 0.0)).unwrap();
        }
        reranker.rerank(&list, &[], list.len()).scores.to_vec()
    };
    // The same sums in another order: equal but for rounding.
    let (whole, reversed) = (scores(&artifact()), scores(&with_features(|_| true, true)));
    for (a, b) in whole.iter().zip(&reversed) {
        assert!((a - b).abs() < 1e-3 * (1.0 + a.abs()), "{a} {b}");
    }
    // A feature that is left out counts as one of weight zero, to the bit.
    for left_out in [&["state_", "similarity_"][..], &["similarity_"], &["memory_"], &["seen", "category", "price"]] {
        let keep = |name: &str| !left_out.iter().any(|begins| name.starts_with(begins));
        let mut silent = artifact();
        let head = &mut silent.head;
        for (at, name) in head.features.iter().enumerate().filter(|(_, name)| !keep(name)) {
            assert!(name.len() > 2);
            head.linear[at] = 0.0;
            head.hidden_weights.chunks_exact_mut(head.features.len()).for_each(|row| row[at] = 0.0);
        }
        let (some, expected) = (scores(&with_features(keep, false)), scores(&silent));
        assert_eq!(some, expected, "{left_out:?}");
        assert_ne!(some, whole, "{left_out:?}");
    }
}

#[test]
fn kinds_of_events_go_by_name() {
    let names = EventKind::ALL.map(EventKind::name).join(",");
    let of_kind = |artifact: &Artifact, kind: EventKind| artifact.state.kinds[kind as usize];
    let plain = artifact();
    let swapped = Artifact::from_bytes(&with_header("view,cart", "cart,view")).unwrap();
    assert_eq!(of_kind(&swapped, EventKind::View), of_kind(&plain, EventKind::Cart));
    assert_eq!(of_kind(&swapped, EventKind::Wish), of_kind(&plain, EventKind::Wish));
    // One that this engine does not know is left out; one that the file does not name counts as any other.
    let unknown = Artifact::from_bytes(&with_header("view,cart", "gaze,cart")).unwrap();
    assert_eq!(of_kind(&unknown, EventKind::View), of_kind(&plain, EventKind::Other));
    assert_eq!(unknown.state.memory_kinds[0], plain.state.memory_kinds[EventKind::Other as usize]);
    assert!(names.starts_with("view,cart"));
    // As many names as weights, each once, and one for all that is not named.
    for (from, to) in
        [("view,cart", "cart,cart"), (",other", ",otter"), (",other", "_other"), ("view,cart", "view,,art")]
    {
        assert_eq!(code(&with_header(from, to)), "artifact.shape", "{to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn damage_with_a_checksum_that_fits_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        exact in any::<bool>(),
    ) {
        let mut bytes = if exact { exact_bytes() } else { bytes() };
        for (place, value) in changes {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        sign(&mut bytes);
        // Whatever is still accepted must also rank without a panic.
        if let Ok(mut reranker) = Artifact::from_bytes(&bytes).and_then(Reranker::new) {
            let event = Event::new(0, EventKind::View, 0.0);
            let _ = reranker.observe(event);
            let cold = reranker.compose("cold", &MUG).unwrap();
            prop_assert_eq!(reranker.rerank(&[2, 1, 0, cold], &[], 3).order.len(), 4);
            prop_assert!(reranker.retrieve(5).count() <= 5);
        }
    }
}
