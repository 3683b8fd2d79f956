//! The golden file of the slate: programs, scores, handles, and the answers that every runtime must give.

use super::{blesses, folder};
use reshelf::artifact::Artifact;
use reshelf::kernels;
use reshelf::math::Rng;
use reshelf::reranker::{NO_ITEM, Reranker};
use reshelf::slate::{CALIBRATION, CAP, DPP, MINIMUM, MMR, MOVES, PIN};
use serde_json::{Value, json};

const CASES: usize = 64;

/// A word a candidate.
fn codes(draw: &mut Rng, count: usize, most: usize) -> Vec<u32> {
    (0..count).map(|_| draw.below(most + 1) as u32).collect()
}

/// A program of a shop's size for so many candidates; in every third one rules exclude each other, mostly.
fn program(draw: &mut Rng, count: usize, number: usize) -> Vec<u32> {
    let diversity = [0, MMR, DPP, CALIBRATION][number % 4];
    let amount = (1 + draw.below(8)) as f32 / 8.0;
    let calibrated = diversity == CALIBRATION;
    let window = draw.below(8) as u32;
    let mut words = vec![draw.below(count + 1) as u32, diversity, amount.to_bits(), window, u32::from(calibrated), 0];
    if calibrated {
        words.extend(codes(draw, count, 3));
        words.push(3);
        words.extend([0.5f32, 0.25, 0.25].map(f32::to_bits));
    }
    let hard = if number.is_multiple_of(3) { 3 } else { 1 };
    for rule in 0..1 + draw.below(2 * hard) as u32 {
        let place = |draw: &mut Rng| draw.below(count) as u32;
        match draw.below(5) {
            0 => words.extend([PIN, rule, place(draw), place(draw) / 2, 0, 0]),
            1 | 2 => {
                words.extend([CAP, rule, 1, 2 + draw.below(3) as u32, 0, 1]);
                words.extend(codes(draw, count, 6 / hard));
            }
            3 => {
                words.extend([MINIMUM, rule, 1 + draw.below(2 * hard) as u32, 0, 6, 1]);
                words.extend(codes(draw, count, 3).iter().map(|&code| u32::from(code == 1)));
            }
            _ => words.extend([MOVES, rule, 4 + place(draw), 4 + place(draw), 0, 0]),
        }
    }
    words
}

fn draw_case(draw: &mut Rng, items: usize, number: usize) -> Value {
    let count = 4 + draw.below(16);
    let handle = |draw: &mut Rng| if draw.below(12) == 0 { NO_ITEM } else { draw.below(items) as u32 };
    let handles: Vec<u32> = (0..count).map(|_| handle(draw)).collect();
    // Of an empty session all scores are equal.
    let spread = if number.is_multiple_of(5) { 0.0 } else { 1.0 };
    let scores: Vec<String> = draw.many(count, spread).iter().map(|score| format!("{:08x}", score.to_bits())).collect();
    json!({ "handles": handles, "scores": scores, "program": program(draw, count, number) })
}

fn numbers(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|word| word.as_u64().unwrap() as u32).collect()
}

fn arrange(reranker: &mut Reranker, case: &Value) -> Vec<u32> {
    let bits = case["scores"].as_array().unwrap().iter().map(|bits| u32::from_str_radix(bits.as_str().unwrap(), 16));
    let scores: Vec<f32> = bits.map(|bits| f32::from_bits(bits.unwrap())).collect();
    reranker.arrange(&scores, &numbers(&case["handles"]), &numbers(&case["program"]))
}

#[test]
fn every_kernel_gives_the_golden_slates() {
    let artifact = Artifact::from_bytes(&std::fs::read(folder().join("golden.safetensors")).unwrap()).unwrap();
    let path = folder().join("slate.json");
    if blesses("slate") {
        let (mut draw, mut reranker) = (Rng(5), Reranker::with_kernel(artifact.clone(), &kernels::Reference).unwrap());
        let cases: Vec<String> = (0..CASES)
            .map(|number| {
                let mut case = draw_case(&mut draw, artifact.items.len(), number);
                case["answer"] = json!(arrange(&mut reranker, &case));
                case.to_string()
            })
            .collect();
        std::fs::write(&path, format!("[\n{}\n]\n", cases.join(",\n"))).unwrap();
    }
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(cases.len(), CASES);
    let mut conflicts = 0;
    for kernel in kernels::all() {
        let mut reranker = Reranker::with_kernel(artifact.clone(), kernel).unwrap();
        for (at, case) in cases.iter().enumerate() {
            let answer = arrange(&mut reranker, case);
            assert_eq!(answer, numbers(&case["answer"]), "case {at}, {}", kernel.name());
            let count = case["handles"].as_array().unwrap().len();
            conflicts += usize::from(answer[count..answer.len() - 1].iter().any(|&word| word > 0));
        }
    }
    let all = CASES * kernels::all().len();
    assert!(conflicts > all / 10 && conflicts < all / 2, "{conflicts} of {all} have a conflict");
}
