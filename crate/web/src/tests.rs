//! The web surface as JavaScript meets it. `make test` runs this suite three times: in Node, in a page and in a worker.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::Engine;
use crate::engine::EVENT_NUMBERS;
use reshelf::kernels::{CodeTable, Codes, Operands, Selection};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const ARTIFACT: &[u8] = include_bytes!("../../../tests/golden/golden.safetensors");
const CLUSTERED: &[u8] = include_bytes!("../../../tests/golden/clusters/golden.safetensors");

/// The handle of an id that nobody knows.
const UNKNOWN: u32 = u32::MAX;

fn engine() -> Engine {
    prepared(ARTIFACT).unwrap()
}

/// An engine that has read its artifact.
fn prepared(artifact: &[u8]) -> Result<Engine, JsValue> {
    let mut engine = Engine::new(artifact.to_vec())?;
    engine.prepare()?;
    Ok(engine)
}

/// The code of an error: the first line of a text.
fn code(error: JsValue) -> String {
    let text = error.as_string().expect("a text");
    text.lines().next().unwrap().to_owned()
}

fn refused(artifact: &[u8]) -> String {
    code(prepared(artifact).err().expect("a refusal"))
}

fn replaced(from: &str, to: &str) -> Vec<u8> {
    let at = ARTIFACT.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    let mut bytes = ARTIFACT.to_vec();
    bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    bytes
}

/// Writes the candidates as the facade does, straight into the engine's memory, and reads the answer from there.
fn rerank(engine: &mut Engine, items: &[u32], scores: &[f32]) -> (bool, Vec<u32>, Vec<u32>) {
    let reranked = {
        let to_items = engine.reserve(items.len()).cast_mut();
        for (at, &item) in items.iter().enumerate() {
            // SAFETY: `reserve` made room for this many of each, and nothing else holds on to the buffers.
            unsafe {
                to_items.add(at).write(item);
                to_items.add(items.len() + at).write(scores.get(at).copied().unwrap_or(f32::NAN).to_bits());
            }
        }
        engine.rank(items.len(), 0, !scores.is_empty(), items.len())
    };
    // SAFETY: the pointers hold `items.len()` values each until the next call.
    let (order, scores) = unsafe {
        (
            core::slice::from_raw_parts(*engine.answer_pointer() as *const u32, items.len()).to_vec(),
            core::slice::from_raw_parts(*engine.answer_pointer().add(1) as *const f32, items.len()).to_vec(),
        )
    };
    (reranked, order, scores.iter().map(|score| score.to_bits()).collect())
}

/// The bytes with a checksum that fits.
fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    let key = b"\"reshelf.checksum\":\"";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len();
    let before = twox_hash::XxHash64::oneshot(0, &bytes[..at]);
    let sum = format!("{:016x}", twox_hash::XxHash64::oneshot(before, &bytes[at + 16..]));
    bytes[at..at + 16].copy_from_slice(sum.as_bytes());
    bytes
}

#[wasm_bindgen_test]
fn full_precision_is_not_for_the_web() {
    assert_eq!(refused(&signed(replaced("\"memory.scales\"", "\"items.vectors\""))), "artifact.precision");
}

#[wasm_bindgen_test]
fn damaged_artifacts_are_refused_with_a_code() {
    assert_eq!(refused(b""), "artifact.empty");
    assert_eq!(refused(b"<!doctype html><title>404</title>"), "artifact.foreign");
    assert_eq!(refused(&[2, 0, 0, 0, 0, 0, 0, 0, b'{', b'}']), "artifact.foreign");
    assert_eq!(refused(&[3, 0, 0, 0, 0, 0, 0, 0, b'{', b'"', b'}']), "artifact.foreign");
    assert_eq!(refused(&[2, 0, 0, 0, 0, 0, 0, 0, b'[', b']']), "artifact.foreign");
    assert_eq!(refused(&replaced("\"reshelf.format\":\"3\"", "\"reshelf.format\":\"9\"")), "artifact.version");
    for length in [1, 7, 8, 100, ARTIFACT.len() / 2, ARTIFACT.len() - 1] {
        assert_eq!(refused(&ARTIFACT[..length]), "artifact.truncated", "{length} bytes");
    }
}

#[wasm_bindgen_test]
fn a_flipped_bit_anywhere_is_noticed() {
    let mut bytes = ARTIFACT.to_vec();
    for at in (0..bytes.len()).step_by(bytes.len() / 400) {
        bytes[at] ^= 1 << (at % 8);
        assert!(refused(&bytes).starts_with("artifact."), "byte {at}");
        bytes[at] ^= 1 << (at % 8);
    }
    assert!(Engine::new(bytes.clone()).is_ok());
}

#[wasm_bindgen_test]
fn headers_with_wrong_types_are_refused() {
    for (from, to) in [
        ("\"shape\":[", "\"shapx\":["),
        ("\"data_offsets\":[", "\"data_offsetz\":["),
        ("\"dtype\":\"", "\"dtypo\":\""),
        ("\"__metadata__\":{", "\"__metadatb__\":{"),
        ("\"reshelf.format\":\"3\"", "\"reshelf.format\":  1"),
        ("\"reshelf.model\"", "\"reshelf.card\" "),
        ("\"data_offsets\":[0,", "\"data_offsets\":[.,"),
    ] {
        assert_eq!(refused(&replaced(from, to)), "artifact.foreign", "{to}");
    }
}

#[wasm_bindgen_test]
fn ids_become_handles_and_ids_again() {
    let mut engine = engine();
    assert!(engine.items() > 3);
    let ids: Vec<String> = (0..4).map(|item| engine.item_id(item).unwrap()).collect();
    let lengths: Vec<u32> = ids.iter().map(|id| id.len() as u32).collect();
    assert_eq!(engine.resolve(ids.concat().as_bytes(), &lengths), [0, 1, 2, 3]);
    assert_eq!(engine.resolve(b"nobody\xff", &[6, 1, 4]), [UNKNOWN; 3]);
    let named = engine.compose("nobody", "", "", f32::NAN, "").unwrap();
    assert_eq!(engine.resolve(b"nobody", &[6]), [named]);
    assert_eq!(engine.item_id(named).as_deref(), Some("nobody"));
    assert_eq!(engine.item_id(UNKNOWN), None);
    engine.forget_all();
    assert_eq!(engine.resolve(b"nobody", &[6]), [UNKNOWN]);
}

#[wasm_bindgen_test]
fn bad_events_and_rows_are_refused_and_change_nothing() {
    let mut engine = engine();
    engine.observe(1, 0, 5.0, 0.0, 0).unwrap();
    let before = engine.snapshot(0.0);
    assert_eq!(code(engine.observe(UNKNOWN, 0, 5.0, 0.0, 0).unwrap_err()), "event.item");
    assert_eq!(code(engine.observe(1, 0, f64::NAN, 0.0, 0).unwrap_err()), "event.time");
    assert_eq!(code(engine.observe(1, 10, 5.0, -1.0, 0).unwrap_err()), "event.amount");
    assert_eq!(code(engine.add_row("x", b"R").unwrap_err()), "row.length");
    assert_eq!(code(engine.add_row("x", &[0; 64]).unwrap_err()), "row.foreign");
    assert_eq!(code(engine.compose(&"x".repeat(70_000), "", "", f32::NAN, "").unwrap_err()), "row.id");
    assert_eq!(engine.snapshot(0.0), before);
}

#[wasm_bindgen_test]
fn a_snapshot_that_is_refused_leaves_the_session_empty() {
    let mut engine = engine();
    for (cut, expected) in [(2, "snapshot.foreign"), (20, "snapshot.damaged")] {
        let item = engine.compose("somebody's", "", "", f32::NAN, "").unwrap();
        engine.observe(item, 0, 5.0, 0.0, 0).unwrap();
        let (snapshot, generation) = (engine.snapshot(0.0), engine.generation());
        assert_eq!(code(engine.restore(&snapshot[..cut]).unwrap_err()), expected);
        assert_eq!((engine.events(false).len(), engine.item_id(item)), (0, None));
        assert_ne!(engine.generation(), generation);
    }
}

#[wasm_bindgen_test]
fn sessions_on_one_model_know_nothing_of_each_other() {
    let items: Vec<u32> = (0..50).collect();
    let (mut first, mut alone) = (engine(), engine());
    let mut second = first.session();
    second.prepare().unwrap();
    let item = first.compose("x", "", "", f32::NAN, "").unwrap();
    first.observe(item, 0, 5.0, 0.0, 0).unwrap();
    first.observe(3, 0, 5.0, 0.0, 0).unwrap();
    assert_eq!(second.item_id(item), None);
    assert!(!rerank(&mut second, &items, &[]).0);
    for engine in [&mut second, &mut alone] {
        engine.observe(9, 1, 5.0, 0.0, 0).unwrap();
    }
    drop(first);
    assert_eq!(rerank(&mut second, &items, &[]), rerank(&mut alone, &items, &[]));
}

#[wasm_bindgen_test]
fn a_session_has_a_cluster_once_the_model_knows_something_of_it() {
    let mut engine = prepared(CLUSTERED).unwrap();
    let none = 16 * 256 + 255;
    assert_eq!(engine.cluster(), none, "an empty session");
    let stranger = engine.compose("nobody", "", "", f32::NAN, "").unwrap();
    engine.observe(stranger, 0, 1.0, 0.0, 0).unwrap();
    assert_eq!(engine.cluster(), none);
    let event = engine.observe(3, 0, 2.0, 0.0, 0).unwrap();
    let found = engine.cluster();
    assert!(found / 256 == 16 && found % 256 < 15, "{found}");
    engine.forget(event, false);
    assert_eq!(engine.cluster(), none);
    assert_eq!(self::engine().cluster(), 0, "a model without clusters");
}

#[wasm_bindgen_test]
fn lists_come_back_as_permutations_and_an_empty_session_or_an_unknown_list_keeps_them() {
    let mut engine = engine();
    let count = engine.items() as u32;
    let mut seed = 7u32;
    let mut draw = |end: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % end
    };
    for round in 0..300 {
        let length = draw(80) as usize;
        let items: Vec<u32> = (0..length).map(|_| if draw(9) == 0 { UNKNOWN } else { draw(count + 5) }).collect();
        let scores: Vec<f32> = match draw(3) {
            0 => Vec::new(),
            _ => (0..length).map(|_| [f32::NAN, f32::INFINITY, 0.5, -1.0][draw(4) as usize]).collect(),
        };
        let (reranked, mut order, _) = rerank(&mut engine, &items, &scores);
        // Nor does a list of which the model knows nothing move.
        assert_eq!(reranked, round > 0 && items.iter().any(|&item| item < count));
        assert!(reranked || order.is_sorted());
        order.sort_unstable();
        assert!(order.iter().enumerate().all(|(at, &position)| at as u32 == position));
        engine.observe(draw(count), draw(8) as u8, f64::from(round), 0.0, 0).unwrap();
    }
}

#[wasm_bindgen_test]
fn forgetting_gives_the_same_bits_as_never_having_seen() {
    let items: Vec<u32> = (0..60).collect();
    let mut with = engine();
    let mut without = engine();
    let mut unwanted = Vec::new();
    for step in 0..20u32 {
        let (item, kind, at) = (step * 7 % 60, (step % 6) as u8, f64::from(step));
        if step % 3 == 0 {
            unwanted.push(with.observe(item, kind, at, 0.0, 0).unwrap());
        } else {
            with.observe(item, kind, at, 0.0, 0).unwrap();
            without.observe(item, kind, at, 0.0, 0).unwrap();
        }
    }
    assert_ne!(rerank(&mut with, &items, &[]).2, rerank(&mut without, &items, &[]).2);
    for event in unwanted {
        assert_eq!(with.forget(event, false), 1);
        assert_eq!(with.forget(event, false), 0);
    }
    assert_eq!(rerank(&mut with, &items, &[]), rerank(&mut without, &items, &[]));
    // The same events, but for their numbers.
    let happened = |engine: &Engine| {
        engine.events(false).chunks_exact(EVENT_NUMBERS).map(|event| event[1..].to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(happened(&with), happened(&without));

    let mut restored = engine();
    assert_eq!(restored.restore(&with.snapshot(0.0)).unwrap(), with.events(false).len() / EVENT_NUMBERS);
    assert_eq!(rerank(&mut restored, &items, &[]), rerank(&mut with, &items, &[]));
    assert_eq!((restored.events(false), restored.snapshot(0.0)), (with.events(false), with.snapshot(0.0)));
}

/// Here a `usize` has 32 bits: what wraps around would let a kernel leave its buffers.
#[wasm_bindgen_test]
fn operands_too_large_to_count_are_refused() {
    let (codes, sums) = ([1i8; 16], [16i16]);
    let table = CodeTable::new(Codes::Int8(&codes), &sums, 16).unwrap();
    assert!(Operands::new(&[64; 16], table, Selection::At(&[0])).is_some());
    assert!(Operands::new(&[64; 16], table, Selection::At(&[u32::MAX])).is_none());
    assert!(Operands::new(&[64; 16], table, Selection::Range { first: usize::MAX, count: 2 }).is_none());
    // 65,536 session rows times 65,536 candidates, and 2^24 rows of 256 codes, are 2^32.
    let (session, rows) = (vec![64; 16 << 16], vec![0; 1 << 16]);
    assert!(Operands::new(&session, table, Selection::At(&rows)).is_none());
    assert!(CodeTable::new(Codes::Int8(&[]), &vec![0; 1 << 24], 256).is_none());
}

/// Vectors of 128 bits against the same in plain Rust: the head's sums, and the loops over the bytes of a file.
#[wasm_bindgen_test]
fn lanes_give_the_bits_of_the_reference() {
    use reshelf::kernels::lanes::{BLOCK, Lanes, any_above, fold_bits, plain, scaled};
    let mut rng = reshelf::math::Rng(5);
    let special = [0.0, -0.0, f32::NAN, f32::INFINITY, f32::MIN, f32::MIN_POSITIVE, 1e-40, -3.5];
    for _ in 0..2_000 {
        let mut value = || match rng.below(4) {
            0 => special[rng.below(special.len())],
            _ => rng.signed() * 9.0,
        };
        let (first, second): ([f32; BLOCK], [f32; BLOCK]) =
            (core::array::from_fn(|_| value()), core::array::from_fn(|_| value()));
        let (weight, start) = (value(), value());
        let (mut fast, mut slow) = (Lanes::splat(start), plain::Lanes::splat(start));
        for values in [&first, &second] {
            assert_eq!(Lanes::load(values).any(), plain::Lanes::load(values).any());
            fast.add_product(Lanes::load(values).rectified(), weight);
            slow.add_product(plain::Lanes::load(values).rectified(), weight);
        }
        assert!(
            fast.store().iter().zip(slow.store()).all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
        );
        let products = second.map(|value| (value * 1e6) as i32);
        for length in [0, 1, 4, 7, BLOCK] {
            assert_eq!(any_above(&first[..length], start), plain::any_above(&first[..length], start));
            let (mut fast, mut slow) = ([0.0; BLOCK], [0.0; BLOCK]);
            let scales = first.map(|value| if value.is_nan() { 1.0 } else { value });
            scaled(&products[..length], &scales, &mut fast);
            plain::scaled(&products[..length], &scales, &mut slow);
            assert_eq!(fast.map(f32::to_bits), slow.map(f32::to_bits));
            let (mut fast, mut slow) = ([9u32; BLOCK], [9u32; BLOCK]);
            let finite = first.map(|value| if value.is_nan() { 0.0 } else { value });
            fold_bits(&mut fast[..length], &finite[..length]);
            plain::fold_bits(&mut slow[..length], &finite[..length]);
            assert_eq!(fast, slow);
        }
    }
}

#[wasm_bindgen_test]
fn loops_over_bytes_agree_with_plain_ones() {
    use reshelf::kernels::{Codes, bulk};
    let mut rng = reshelf::math::Rng(6);
    for length in (0..70).chain([256, 1_001]) {
        let bytes: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
        let codes: Vec<i8> = bytes.iter().map(|&byte| byte as i8).collect();
        assert_eq!(bulk::least_i8(&codes), codes.iter().copied().min().unwrap_or(i8::MAX));
        let words = bytes.as_chunks::<2>().0.iter().map(|&word| u16::from_le_bytes(word));
        assert_eq!(bulk::largest_u16(&bytes), words.max().unwrap_or(0));
        assert_eq!(bulk::has_half_of_8(&bytes), bytes.iter().any(|byte| byte & 15 == 8 || byte >> 4 == 8));
        let narrow = Codes::Int4(&bytes);
        let mut unpacked = Vec::new();
        narrow.append_to(&mut unpacked);
        assert!(unpacked.iter().copied().eq(narrow.iter()));
        let sum = |codes: Codes<'_>| codes.iter().fold(0i16, |sum, code| sum.wrapping_add(i16::from(code)));
        assert_eq!((narrow.sum(), Codes::Int8(&codes).sum()), (sum(narrow), sum(Codes::Int8(&codes))));
    }
}
