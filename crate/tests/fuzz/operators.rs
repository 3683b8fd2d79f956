//! Changes of an artifact: most of its structure, some of its bytes.

use crate::draft::{Draft, Tensor};
use reshelf::artifact::sign;
use reshelf::math::Rng;

/// One changed artifact, with a checksum that fits.
pub fn case(bases: &[Draft], draw: &mut Rng) -> Vec<u8> {
    // The last base is a large one, and costs as much as fifty others.
    let base = if draw.below(200) == 0 { bases.len() - 1 } else { draw.below(bases.len() - 1) };
    let mut draft = bases[base].clone();
    for _ in 0..=draw.below(3) {
        change(&mut draft, draw);
    }
    let mut file = draft.to_bytes();
    if draw.below(10) == 0 {
        bytes(&mut file, draw);
        sign(&mut file);
    }
    file
}

/// Changes bytes without regard for what they mean.
pub fn bytes(bytes: &mut Vec<u8>, draw: &mut Rng) {
    let at = draw.below(bytes.len().max(1));
    match draw.below(9) {
        0 => bytes.truncate(at),
        1 => bytes.extend((0..1 + draw.below(40)).map(|_| draw.next() as u8).collect::<Vec<_>>()),
        2 => bytes.iter_mut().take(8).for_each(|byte| *byte ^= draw.next() as u8 & draw.next() as u8),
        3 => _ = bytes.drain(at..(at + draw.below(9)).min(bytes.len())),
        4 => _ = bytes.splice(at..at.min(bytes.len()), [draw.next() as u8]),
        _ => {
            for _ in 0..1 + draw.below(4) {
                let at = draw.below(bytes.len().max(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if draw.below(2) == 0 { *byte ^ 1 << draw.below(8) } else { draw.next() as u8 };
                }
            }
        }
    }
}

const ROWS: [(&str, usize); 14] = [
    ("items.codes", 0),
    ("items.codes4", 0),
    ("items.vectors", 0),
    ("items.scales", 0),
    ("items.category", 0),
    ("items.department", 0),
    ("items.brand", 0),
    ("items.price", 0),
    ("items.popularity", 0),
    ("items.trend", 0),
    ("items.ids", 0),
    ("memory.bytes", 0),
    ("memory.counts", 0),
    ("memory.scales", 0),
];
pub const DIMENSION: [(&str, usize); 4] =
    [("items.codes", 1), ("items.vectors", 1), ("tokens.codes", 1), ("clusters.codes", 1)];
const STATES: [(&str, usize); 2] = [("state.recency", 0), ("state.kinds", 0)];
const WINDOW: [(&str, usize); 2] = [("state.recency", 1), ("memory.recency", 0)];
const HIDDEN: [(&str, usize); 3] = [("head.hidden", 0), ("head.bias", 0), ("head.output", 0)];
const CHANNELS: [(&str, usize); 2] = [("memory.scales", 1), ("memory.strengths", 1)];
const TOKENS: [(&str, usize); 4] =
    [("tokens.hashes", 0), ("tokens.codes", 0), ("tokens.scales", 0), ("tokens.numbers", 0)];

fn change(draft: &mut Draft, draw: &mut Rng) {
    match draw.below(28) {
        0 => draft.resize(&ROWS, draw.below(43) as u64),
        1 => dimension(draft, draw),
        2 => draft.resize(&STATES, draw.below(7) as u64),
        3 => draft.resize(&WINDOW, draw.below(70) as u64),
        4 => draft.resize(&HIDDEN, [0, 1, 2, 17, 256, 257][draw.below(6)]),
        5 => draft.resize(&CHANNELS, draw.below(5) as u64),
        6 => draft.resize(&TOKENS, draw.below(20) as u64),
        7 => edges(draft, draw),
        8 => lists(draft, draw),
        9 => ids(draft, draw),
        10 => shared_prefixes(draft, draw),
        11 => metadata(draft, draw),
        12 => tensors(draft, draw),
        13 => draft.resize(&[("clusters.codes", 0)], [0, 1, 2, 64, 65][draw.below(5)]),
        14..=17 => described(any(draft, draw), draw),
        _ => values(any(draft, draw), draw),
    }
}

fn any<'a>(draft: &'a mut Draft, draw: &mut Rng) -> &'a mut Tensor {
    if draft.tensors.is_empty() {
        draft.tensors.push(tensor("items.ids", "U8", vec![0], Vec::new()));
    }
    let at = draw.below(draft.tensors.len());
    &mut draft.tensors[at]
}

fn tensor(name: &str, dtype: &str, shape: Vec<u64>, bytes: Vec<u8>) -> Tensor {
    Tensor { name: name.into(), dtype: dtype.into(), shape, bytes, offsets: None }
}

/// Another dimension, alike in all tensors or not.
fn dimension(draft: &mut Draft, draw: &mut Rng) {
    let dimension = if draw.below(2) == 0 { 16 * draw.below(18) } else { draw.below(273) } as u64;
    draft.resize(&DIMENSION, dimension);
    draft.resize(&[("items.codes4", 1)], if draw.below(8) == 0 { dimension } else { dimension / 2 });
}

fn edges(draft: &mut Draft, draw: &mut Rng) {
    let edges = draw.below(9) as u64;
    draft.resize(&[("tokens.price_edges", 0)], edges);
    draft.resize(&[("tokens.price_codes", 0)], edges + (draw.below(4) > 0) as u64);
    if let (Some(edges), true) = (draft.tensor("tokens.price_edges"), draw.below(2) == 0) {
        let count = edges.bytes.len() / 4;
        edges.bytes = (0..count).flat_map(|edge| (edge as f32 * 1.5).to_le_bytes()).collect();
    }
}

/// Lists of neighbours of other lengths, with any bytes, which together may still fit.
fn lists(draft: &mut Draft, draw: &mut Rng) {
    let mut total = 0;
    if let Some(lengths) = draft.tensor("memory.bytes") {
        let most = [2, 30, 256][draw.below(3)];
        (lengths.dtype, lengths.bytes) = ("U8".into(), vec![0; lengths.bytes.len().min(2_000)]);
        lengths.bytes.iter_mut().for_each(|length| *length = draw.below(most) as u8);
        total = lengths.bytes.iter().map(|&length| u64::from(length)).sum();
    }
    if let Some(lists) = draft.tensor("memory.lists") {
        let length = total + u64::from(draw.below(8) == 0);
        lists.shape = vec![length];
        lists.bytes = (0..length).map(|_| draw.next() as u8 & [0x83, 0xff, 0x0f][draw.below(3)]).collect();
    }
}

/// Ids of the other layout, or of any bytes.
fn ids(draft: &mut Draft, draw: &mut Rng) {
    let layouts = ["integer", "text", "", "other"];
    if let (Some(layout), true) = (draft.value("reshelf.ids"), draw.below(2) == 0) {
        *layout = layouts[draw.below(4)].into();
    }
    if let Some(ids) = draft.tensor("items.ids") {
        ids.bytes.iter_mut().for_each(|byte| *byte = if draw.below(30) == 0 { draw.next() as u8 } else { *byte });
        ids.shape = vec![ids.bytes.len() as u64];
    }
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Text ids that share long prefixes: few bytes of the file, many in memory.
fn shared_prefixes(draft: &mut Draft, draw: &mut Rng) {
    let rows = draft.tensor("items.scales").and_then(|scales| scales.shape.first().copied()).unwrap_or(0).min(2_000);
    let length = [3, 200, 3_000, 65_530, 70_000][draw.below(5)];
    let mut bytes = Vec::new();
    for row in 0..rows {
        let (shared, rest) = if row == 0 { (0, length) } else { (length, 5) };
        varint(&mut bytes, shared as u64);
        varint(&mut bytes, rest as u64);
        let number = format!("{row:05}").into_bytes();
        bytes.extend(if row == 0 { vec![b'a'; length] } else { number });
    }
    if let Some(layout) = draft.value("reshelf.ids") {
        *layout = "text".into();
    }
    if let Some(ids) = draft.tensor("items.ids") {
        (ids.shape, ids.bytes) = (vec![bytes.len() as u64], bytes);
    }
}

fn metadata(draft: &mut Draft, draw: &mut Rng) {
    let at = draw.below(draft.metadata.len().max(1));
    match draw.below(6) {
        0 if !draft.metadata.is_empty() => _ = draft.metadata.remove(at),
        1 => draft.metadata.extend(draft.metadata.get(at).cloned()),
        2 => draft.metadata.push(("reshelf.format".into(), "3".into())),
        3 => {
            if let Some(features) = draft.value("reshelf.features") {
                let mut names: Vec<&str> = features.split(',').collect();
                let other = draw.below(names.len());
                names.swap(0, other);
                names.truncate(1 + draw.below(45));
                *features = names.join(",");
            }
        }
        _ => {
            if let Some((_, value)) = draft.metadata.get_mut(at) {
                *value =
                    ["", "2", "\\u00e4\\ud83d\\ude00", "\\ud800", "x\ny", "0123456789abcdef"][draw.below(6)].into();
            }
        }
    }
}

/// Tensors that go, come twice, under another name, or in place of another.
fn tensors(draft: &mut Draft, draw: &mut Rng) {
    let count = draft.tensors.len();
    let (at, other) = (draw.below(count.max(1)), draw.below(count.max(1)));
    match draw.below(6) {
        _ if count == 0 => {}
        0 => _ = draft.tensors.remove(at),
        1 => draft.tensors.push(draft.tensors[at].clone()),
        2 => draft.tensors[at].name = draft.tensors[other].name.clone(),
        3 => draft.tensors[at].name.push('x'),
        4 => {
            let bytes = draft.tensors[at].bytes.clone();
            draft.tensors[at].bytes = core::mem::replace(&mut draft.tensors[other].bytes, bytes);
        }
        _ => draft.tensors.push(match draw.below(4) {
            0 => tensor("items.codes4", "U8", vec![4, 0], Vec::new()),
            1 => tensor("items.codes", "I8", vec![4, 0], Vec::new()),
            2 => tensor("items.wide", "U8", vec![5], vec![draw.next() as u8; 5]),
            _ => tensor("nobody's", "F16", vec![1 << 40, 0], Vec::new()),
        }),
    }
}

/// What the header says of a tensor.
fn described(tensor: &mut Tensor, draw: &mut Rng) {
    const NUMBERS: [u64; 9] = [0, 1, 2, 40, 255, 1 << 16, u32::MAX as u64, 1 << 40, u64::MAX];
    let begin = draw.below(5_000);
    match draw.below(6) {
        0 => tensor.dtype = ["U8", "I8", "U16", "U32", "F16", "F32", "I64", "BF16", ""][draw.below(9)].into(),
        1 => tensor.shape.push(NUMBERS[draw.below(3)]),
        2 => _ = tensor.shape.pop(),
        3 => tensor.shape.reverse(),
        4 => {
            let side = draw.below(tensor.shape.len().max(1));
            tensor.shape.get_mut(side).into_iter().for_each(|side| *side = NUMBERS[draw.below(9)]);
        }
        _ => {
            let end = begin + tensor.bytes.len();
            let spelled =
                [format!("{end}"), format!("{end}.0"), "1e3".into(), "18446744073709551615".into(), "-1".into()];
            tensor.offsets = Some([begin.to_string(), spelled[draw.below(5)].clone()]);
        }
    }
}

/// The values of a tensor: a few, or all alike.
fn values(tensor: &mut Tensor, draw: &mut Rng) {
    let width = tensor.width();
    let special = |draw: &mut Rng| -> Vec<u8> {
        const WHOLE: [f32; 9] =
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MAX, f32::MIN, 1e-40, -1.0, 3e18];
        let value = WHOLE[draw.below(9)];
        match tensor.dtype.as_str() {
            "F32" => value.to_le_bytes().to_vec(),
            "F16" => half::f16::from_f32(value).to_le_bytes().to_vec(),
            _ => vec![[0, 1, 0x7f, 0x80, 0x81, 0xff][draw.below(6)]; width],
        }
    };
    let elements = tensor.bytes.len() / width;
    if draw.below(4) == 0 {
        let value = special(draw);
        tensor.bytes.chunks_exact_mut(width).for_each(|element| element.copy_from_slice(&value));
    } else if elements > 0 {
        for _ in 0..1 + draw.below(6) {
            let at = draw.below(elements) * width;
            let value = special(draw);
            match draw.below(3) {
                0 => tensor.bytes[at..at + width].copy_from_slice(&value),
                1 => tensor.bytes[at] ^= 1 << draw.below(8),
                _ => tensor.bytes[at + width - 1] = draw.next() as u8,
            }
        }
    }
}
