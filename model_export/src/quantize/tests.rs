//! Recipes over small drawn artifacts.
#![allow(clippy::unwrap_used)]

use reshelf::artifact::Artifact;
use reshelf::synthetic;

use super::*;
use crate::quantization::rank;

const ITEMS: usize = 400;

/// The drawn artifact in full precision.
fn full() -> Artifact {
    synthetic::exact(&synthetic::artifact(ITEMS, 64, 12, 1).unwrap()).unwrap()
}

fn made(artifact: &Artifact, bits: Bits) -> Artifact {
    quantize(artifact, &Recipe::of(bits)).unwrap()
}

#[test]
fn fewer_bits_are_smaller_and_lose_more() {
    let full = full();
    let results = [Bits::ThirtyTwo, Bits::Eight, Bits::Mixed, Bits::Four].map(|bits| {
        let made = made(&full, bits);
        assert_eq!(Bits::of(&made.items), bits);
        assert_eq!(Artifact::from_bytes(&made.to_bytes()).unwrap(), made);
        (made.to_bytes().len(), cosine_error(&full.items, &made.items))
    });
    assert!(results.is_sorted_by(|a, b| a.0 > b.0 && a.1 < b.1), "{results:?}");
    assert!(results[1].1 < 1e-4 && results[3].1 < 0.01, "{results:?}");
}

#[test]
fn what_is_lost_is_not_brought_back() {
    let four = made(&full(), Bits::Four);
    for bits in [Bits::Mixed, Bits::Eight, Bits::ThirtyTwo] {
        let error = quantize(&four, &Recipe::of(bits)).err().unwrap();
        assert_eq!(error.code(), "quantize.more_bits");
    }
    let again = made(&four, Bits::Four);
    assert_eq!(again.items, four.items);
    assert_eq!(again.memory, four.memory);
    // By way of 8 bits the result is nearly the same.
    let detour = made(&made(&full(), Bits::Eight), Bits::Four);
    assert!(cosine_error(&four.items, &detour.items) < 0.005);
}

#[test]
fn the_card_says_what_was_done() {
    let card: serde_json::Value = serde_json::from_str(&made(&full(), Bits::Mixed).card).unwrap();
    assert_eq!(card["quantization"]["bits"], "mixed");
    assert_eq!(card["quantization"]["rows_in_8_bits"], ITEMS / 4);
    assert!(card["quantization"]["bytes"]["items"].as_u64().unwrap() > 0);
}

#[test]
fn the_weakest_neighbours_go_first() {
    let full = full();
    let cut = quantize(&full, &Recipe { neighbours: Some(3), ..Recipe::of(Bits::Four) }).unwrap();
    assert!(cut.memory.total() <= 3 * ITEMS && cut.memory.total() > 2 * ITEMS);
    for item in 0..ITEMS as u32 {
        let kept: Vec<u32> = cut.memory.of(item).iter().map(|one| one.item).collect();
        let (stays, goes): (Vec<_>, Vec<_>) = full.memory.of(item).iter().partition(|one| kept.contains(&one.item));
        let weakest = stays.iter().map(rank).fold(f32::INFINITY, f32::min);
        assert!(goes.iter().all(|one| rank(one) <= weakest), "item {item}");
    }
}

#[test]
fn the_best_that_fits_is_found_or_the_smallest_named() {
    let full = full();
    let size = |artifact: &Artifact| artifact.to_bytes().len();
    let (eight, four) = (size(&made(&full, Bits::Eight)), size(&made(&full, Bits::Four)));
    let within = |most| search::largest_within(&full, None, None, most);
    assert_eq!(Bits::of(&within(eight).unwrap().items), Bits::Eight);
    let mixed = within(eight - 1).unwrap();
    assert_eq!(Bits::of(&mixed.items), Bits::Mixed);
    assert!(size(&mixed) < eight && size(&mixed) > four);
    let fewer = within(four - 1).unwrap();
    assert!(size(&fewer) < four && fewer.memory.total() < full.memory.total());
    let refused = within(100).err();
    let smallest = match refused {
        Some(QuantizeError::TooLarge { most: 100, smallest }) => smallest,
        _ => 0,
    };
    assert_eq!(size(&within(smallest).unwrap()), smallest, "the size that is named can be reached");
}
