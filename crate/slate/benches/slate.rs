//! What a list under rules takes: `cargo bench -p reshelf-slate` prints a line a list, `name candidates microseconds`, the median
//! and the slowest of several lists, with tabs between.

use reshelf_kernels::kernels::{Reference, all};
use reshelf_kernels::math::Rng;
use reshelf_slate::{BY_SCORE, CAP, DPP, MINIMUM, MMR, MOVES, PIN, Program, Rows};
use std::hint::black_box;
use std::time::Instant;

const DIMENSION: usize = 64;
/// Lists of each kind, and how often each is made; the fastest time of a list counts.
const LISTS: usize = 40;
const TURNS: usize = 15;

/// One kind of list: how many candidates, the header, and whether moves are bounded, too.
struct Kind {
    name: &'static str,
    count: usize,
    /// Places in which rules hold, diversity, and places in order; 0 for all.
    header: [u32; 3],
    moves: bool,
    /// Whether rules exclude each other.
    conflict: bool,
}

/// Three pins, two caps (brands and categories), a minimum of new items.
fn program(kind: &Kind, draw: &mut Rng) -> Vec<u32> {
    let [top, diversity, limit] = kind.header;
    let mut words = vec![top, diversity, 0.5f32.to_bits(), 0, 0, limit];
    let count = kind.count;
    for pin in 0..3u32 {
        words.extend([PIN, pin, (draw.below(count / 3) * 3) as u32 + pin, 4 * pin, 0, 0]);
    }
    for (most, window, groups) in [(2, 6, 40), (3, 8, 12)] {
        words.extend([CAP, 3, most, window, 0, 1]);
        words.extend((0..count).map(|_| 1 + (draw.below(groups) * draw.below(groups) / groups) as u32));
    }
    words.extend([MINIMUM, 4, if kind.conflict { 13 } else { 3 }, 0, 12, 1]);
    words.extend((0..count).map(|_| u32::from(draw.below(12) == 0)));
    if kind.moves {
        words.extend([MOVES, 5, u32::MAX, 40, 0, 0]);
    }
    words
}

fn time(kind: &Kind, draw: &mut Rng, codes: &[i8]) -> f64 {
    let words = program(kind, draw);
    let scores: Vec<f32> = (0..kind.count).map(|at| 1.0 - at as f32 / kind.count as f32).collect();
    let order: Vec<u32> = (0..kind.count as u32).collect();
    let kernel = all().last().copied().unwrap_or(&Reference);
    let scales = vec![1.0 / (74.0 * 8.0); kind.count];
    let rows = Rows { codes: &codes[..kind.count * DIMENSION], scales: &scales, dimension: DIMENSION, kernel };
    let turn = |_| {
        let begin = Instant::now();
        black_box(Program::read(black_box(&words), kind.count).arrange(&scores, &order, Some(&rows)));
        begin.elapsed().as_secs_f64() * 1e6
    };
    (0..TURNS).map(turn).fold(f64::MAX, f64::min)
}

fn main() {
    let usual = Kind { name: "", count: 200, header: [48, DPP, 48], moves: false, conflict: false };
    let kinds = [
        Kind { name: "rules, 48 places", header: [48, BY_SCORE, 48], ..usual },
        Kind { name: "rules, all places", header: [0, BY_SCORE, 0], ..usual },
        Kind { name: "rules and moves, all places", header: [0, BY_SCORE, 0], moves: true, ..usual },
        Kind { name: "rules and MMR, 48 places", header: [48, MMR, 48], ..usual },
        Kind { name: "rules and DPP, 48 places", ..usual },
        Kind { name: "rules and DPP, all places", header: [0, DPP, 0], ..usual },
        Kind { name: "a conflict and DPP, 48 places", conflict: true, ..usual },
        Kind { name: "rules, 48 places", count: 1_000, header: [48, BY_SCORE, 48], ..usual },
        Kind { name: "rules and DPP, 48 places", count: 1_000, ..usual },
    ];
    let mut draw = Rng(7);
    let codes: Vec<i8> = (0..1_000 * DIMENSION).map(|_| (draw.below(255) as i32 - 127) as i8).collect();
    for kind in kinds {
        let mut times: Vec<f64> = (0..LISTS).map(|_| time(&kind, &mut draw, &codes)).collect();
        times.sort_by(f64::total_cmp);
        println!("{}\t{}\t{:.0}\t{:.0}", kind.name, kind.count, times[LISTS / 2], times[LISTS - 1]);
    }
}
