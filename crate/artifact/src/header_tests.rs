//! Headers against the reference parser of safetensors: what that refuses is refused, what that writes is read.
#![allow(clippy::unwrap_used)]

use super::tensors;
use super::*;
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::collections::HashMap;

/// The verdict on a header and its data.
fn read(bytes: &[u8]) -> Result<Header, ArtifactError> {
    let header = Header::parse(bytes)?;
    tensors::check(&header.tensors, bytes.len() - Header::json_range(bytes)?.end)?;
    Ok(header)
}

fn file(header: &str, data: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + data, 7);
    bytes
}

fn reference(bytes: &[u8]) -> bool {
    SafeTensors::deserialize(bytes).is_ok()
}

/// Three tensors that fill 20 bytes, as names and JSON, and metadata.
const MEMBERS: [(&str, &str); 4] = [
    ("__metadata__", r#"{"k":"v","l":"w"}"#),
    ("a", r#"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#),
    ("b", r#"{"dtype":"U16","shape":[2,2],"data_offsets":[8,16]}"#),
    ("c", r#"{"dtype":"I8","shape":[4],"data_offsets":[16,20]}"#),
];

fn text(members: &[(String, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

#[test]
fn what_stands_twice_or_belongs_to_two_is_refused() {
    let members = MEMBERS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let whole = text(&members);
    assert!(read(&file(&whole, 20)).is_ok() && reference(&file(&whole, 20)));
    let code = |header: &str, data| read(&file(header, data)).unwrap_err().code();
    for twice in &members {
        assert_eq!(
            code(&text(&[&members[..], core::slice::from_ref(twice)].concat()), 20),
            "artifact.foreign",
            "{}",
            twice.0
        );
    }
    assert_eq!(code(&whole.replace(r#""l":"#, r#""k":"#), 20), "artifact.foreign");
    assert_eq!(code(&whole.replace(r#""l":"#, r#""\u006b":"#), 20), "artifact.foreign", "the same name, escaped");
    assert_eq!(code(&whole.replace(r#""dtype":"I8""#, r#""dtype":"I8","dtype":"I8""#), 20), "artifact.foreign");
    assert_eq!(code(&whole, 21), "artifact.foreign", "a byte left over");
    assert_eq!(code(&whole, 19), "artifact.truncated");
    assert_eq!(code(&whole.replace("[16,20]", "[12,16]"), 20), "artifact.shape", "bytes that two share");
    assert_eq!(code(&whole.replace("[16,20]", "[4,8]"), 16), "artifact.shape");
    assert_eq!(code(&whole.replace("[2,2]", "[2,1]"), 20), "artifact.shape");
    assert_eq!(code(&whole.replace("[2]", "[4294967296,4294967296,0]"), 20), "artifact.foreign");
    assert_eq!(code(&whole.replace("[2]", "[4294967295,4294967295,4294967295,0]"), 20), "artifact.shape");
    assert_eq!(code(&whole.replace("20]", "4294967299]"), 20), "artifact.truncated");
    for number in ["8.0", "8e0", "08", "+8", "-8", "8 8", "18446744073709551624", "\"8\"", "null"] {
        assert_eq!(code(&whole.replace("[8,", &format!("[{number},")), 20), "artifact.foreign", "{number}");
    }
    assert_eq!(code(&whole.replace("\"I8\"", "\"I9\""), 20), "artifact.shape");
    let many: String =
        (0..300).map(|at| format!(r#""{at}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}},"#)).collect();
    assert_eq!(code(&whole.replacen('{', &format!("{{{many}"), 1), 20), "artifact.foreign");
}

/// Text as JSON with every character escaped that `odd` says.
fn escaped(text: &str, odd: impl Fn(char) -> bool) -> String {
    let escape = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    text.chars().map(|c| if odd(c) || c < ' ' || c == '"' || c == '\\' { escape(c) } else { c.to_string() }).collect()
}

/// One change of the text of a header.
fn changed(members: &mut Vec<(String, String)>, what: u8, at: usize, other: usize) {
    const NUMBERS: [&str; 14] =
        ["0", "1", "8", "16", "20", "4", "8.0", "1e1", "08", "-0", "4294967296", "18446744073709551616", "null", "[]"];
    const VALUES: [&str; 10] = [
        "null",
        "{}",
        "[]",
        "1",
        "\"\\ud800\"",
        r#"["U8",[0],[0,0]]"#,
        r#"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#,
        r#"{"dtype":"BF16","shape":[2],"data_offsets":[20,24]}"#,
        r#"{"x":1,"dtype":"U8","shape":[],"data_offsets":[8,9]}"#,
        r#"{"dtype":"U8","shape":[0],"data_offsets":[8,8]}"#,
    ];
    let count = members.len();
    let (at, other) = (at % count.max(1), other % NUMBERS.len());
    if count == 0 {
        return members.push(("a".into(), VALUES[other % VALUES.len()].into()));
    }
    match what {
        0 => _ = members.remove(at),
        1 => members.push(members[at].clone()),
        2 => members.swap(at, other % count),
        3 => members[at].0 = ["a", "b", "__metadata__", "\\u0061", "\\", "\n", ""][other % 7].into(),
        4 => members[at].1 = VALUES[other % VALUES.len()].into(),
        5 => members.push((format!("x{other}"), VALUES[other % VALUES.len()].into())),
        _ => {
            // One of the numbers in the member's text.
            let value = members[at].1.clone();
            let digits: Vec<&str> = value.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
            if let Some(number) = digits.get(other % digits.len().max(1)) {
                members[at].1 = value.replacen(number, NUMBERS[(at + other) % NUMBERS.len()], 1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_the_reference_refuses_is_refused(
        changes in prop::collection::vec((0u8..9, any::<usize>(), any::<usize>()), 0..4),
        bytes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
        data in prop_oneof![8 => Just(20usize), 1 => 0usize..30], space: bool,
    ) {
        let mut members = MEMBERS.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        changes.into_iter().for_each(|(what, at, other)| changed(&mut members, what, at, other));
        let mut header = text(&members).into_bytes();
        if space {
            header = String::from_utf8_lossy(&header).replace(',', " ,\t\r\n").into_bytes();
        }
        for (place, byte) in bytes {
            let place = place.index(header.len());
            header[place] = byte;
        }
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        file.resize(file.len() + data, 7);
        prop_assert!(reference(&file) || read(&file).is_err(), "{}", String::from_utf8_lossy(&file[8..]));
    }

    #[test]
    fn what_the_reference_writes_is_read(
        shapes in prop::collection::vec((prop::collection::vec(0usize..4, 0..4), 0usize..6), 0..9),
        metadata in prop::collection::hash_map(".{0,6}", "[\\x00-\\x7f]{0,4}.{0,9}", 1..6), escape in 0u32..5,
    ) {
        use safetensors::Dtype as Theirs;
        let types = [Theirs::U8, Theirs::I8, Theirs::U16, Theirs::U32, Theirs::F16, Theirs::F32];
        let data = [3u8; 27 * 4];
        let views = shapes.iter().enumerate().map(|(at, (shape, dtype))| {
            let bytes = shape.iter().product::<usize>() * types[*dtype].bitsize() / 8;
            (format!("t {at}"), TensorView::new(types[*dtype], shape.clone(), &data[..bytes]).unwrap())
        });
        let bytes = safetensors::serialize(views, Some(metadata.clone())).unwrap();
        let header = read(&bytes).unwrap();
        prop_assert_eq!(header.metadata.into_iter().collect::<HashMap<_, _>>(), metadata.clone());
        for tensor in header.tensors {
            let (shape, dtype) = &shapes[tensor.name[2..].parse::<usize>().unwrap()];
            prop_assert_eq!((&tensor.shape, tensor.dtype), (shape, types[*dtype].to_string()));
        }
        // The same text as other writers escape it.
        let odd = |c: char| escape > 0 && (c as u32).is_multiple_of(escape);
        let pairs = metadata.iter().map(|(key, value)| {
            format!("\"{}\" : \"{}\"", escaped(key, odd), escaped(value, odd))
        });
        let header = format!("{{ \"__metadata__\":{{{}}}\n}} ", pairs.collect::<Vec<_>>().join(" ,"));
        prop_assert_eq!(read(&file(&header, 0)).unwrap().metadata.into_iter().collect::<HashMap<_, _>>(), metadata);
    }
}
