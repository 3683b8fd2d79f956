//! The kernels against the limit: every kernel that this machine runs, a loop written by hand for exactly this shape, and
//! what memory gives when its bytes are only added up.
//!
//! `cargo bench -p reshelf-kernels --bench kernels [-- ROWS...]`: prints a line a measurement,
//! `name bits rows sessions nanoseconds` with tabs between. Nanoseconds are for one candidate with all its sessions;
//! tests/bench/kernels.mjs makes a table of them.

#[cfg(target_arch = "x86_64")]
#[path = "kernels/by_hand.rs"]
mod by_hand;

use reshelf_kernels::kernels::{self, CodeTable, Codes, Kernel, Operands, Products, Selection};
use reshelf_kernels::math::Rng;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The dimension of all that is measured here.
const DIMENSION: usize = 64;
/// Candidates that stay in the second-level cache, and a catalogue that fits no cache.
const ROWS: [usize; 2] = [1_000, 1_000_000];
/// A scan with the session's first state, and a re-ranking with two states and ten recent items.
const SESSIONS: [usize; 2] = [1, 12];
/// Candidates that are multiplied at once, as the engine does it.
const CHUNK: usize = 1024;
/// All contenders take turns, so many times; the median counts.
const TURNS: usize = 31;
/// The least time of a turn: far above what the clock can tell.
const TURN: Duration = Duration::from_millis(2);

/// A table of both widths, and sessions.
struct Bench {
    wide: Vec<i8>,
    narrow: Vec<u8>,
    sums: Vec<i16>,
    session: Vec<u8>,
}

impl Bench {
    fn draw(rows: usize, sessions: usize) -> Bench {
        let mut draw = Rng(3);
        let mut code = |limit: usize| draw.below(2 * limit + 1) as i32 - limit as i32;
        let wide: Vec<i8> = (0..rows * DIMENSION).map(|_| code(127) as i8).collect();
        let narrow = (0..rows * DIMENSION / 2).map(|_| (code(7) & 15 | (code(7) & 15) << 4) as u8).collect();
        let session = (0..sessions * DIMENSION).map(|_| (code(63) + 64) as u8).collect();
        let sums = wide.chunks_exact(DIMENSION).map(|row| Codes::Int8(row).sum()).collect();
        Bench { wide, narrow, sums, session }
    }
}

/// Something that multiplies all rows with all sessions; what it returns only keeps the compiler from leaving it out.
struct Contender<'a> {
    name: String,
    bits: usize,
    run: Box<dyn FnMut() -> i32 + 'a>,
    nanoseconds: Vec<f64>,
}

impl<'a> Contender<'a> {
    fn new(name: &str, bits: usize, run: impl FnMut() -> i32 + 'a) -> Self {
        Contender { name: name.into(), bits, run: Box::new(run), nanoseconds: Vec::new() }
    }

    fn turn(&mut self, rows: usize) {
        let (begin, mut calls) = (Instant::now(), 0);
        while begin.elapsed() < TURN {
            black_box((self.run)());
            calls += 1;
        }
        self.nanoseconds.push(begin.elapsed().as_nanos() as f64 / (calls * rows) as f64);
    }

    fn median(&mut self) -> f64 {
        self.nanoseconds.sort_by(f64::total_cmp);
        self.nanoseconds[self.nanoseconds.len() / 2]
    }
}

/// One kernel over the whole table, chunk by chunk.
fn multiply(kernel: &dyn Kernel, bench: &Bench, table: CodeTable<'_>, products: &mut Products) -> i32 {
    (0..table.rows()).step_by(CHUNK).fold(0, |seen, first| {
        let count = CHUNK.min(table.rows() - first);
        if let Some(operands) = Operands::new(&bench.session, table, Selection::Range { first, count }) {
            kernel.multiply(&operands, products);
        }
        seen ^ products.row(0).last().copied().unwrap_or_default()
    })
}

fn contenders(bench: &Bench) -> Vec<Contender<'_>> {
    let mut contenders = Vec::new();
    for kernel in kernels::all() {
        for (bits, codes) in [(8, Codes::Int8(&bench.wide)), (4, Codes::Int4(&bench.narrow))] {
            // The sums are those of the wide codes: wrong for the narrow ones, but as many.
            let Some(table) = CodeTable::new(codes, &bench.sums, DIMENSION) else { continue };
            let mut products = Products::default();
            let run = move || multiply(kernel, bench, table, &mut products);
            contenders.push(Contender::new(kernel.name(), bits, run));
        }
    }
    #[cfg(target_arch = "x86_64")]
    contenders.extend(by_hand(bench));
    contenders
}

/// The loops written by hand that this machine runs. Each is checked against the reference first.
#[cfg(target_arch = "x86_64")]
fn by_hand(bench: &Bench) -> Vec<Contender<'_>> {
    let bytes = [(8, bytemuck::cast_slice(&bench.wide)), (4, bench.narrow.as_slice())];
    let mut contenders = Vec::new();
    for loops in by_hand::all() {
        for (bits, table) in bytes {
            let multiply = if bits == 8 { loops.wide } else { loops.narrow };
            let session = by_hand::Session::new(&bench.session, bits);
            let mut products = vec![0; bench.session.len() / DIMENSION * CHUNK];
            check(bench, bits, |codes, products| multiply(&session, codes, products));
            contenders.push(Contender::new(loops.name, bits, move || {
                table.chunks(CHUNK * DIMENSION * bits / 8).fold(0, |seen, codes| {
                    multiply(&session, codes, &mut products);
                    seen ^ products[0]
                })
            }));
        }
    }
    for (bits, table) in bytes {
        contenders.push(Contender::new("sum of the bytes", bits, || by_hand::sum(table)));
    }
    contenders
}

/// A loop that computes something else is no limit of anything.
#[cfg(target_arch = "x86_64")]
fn check(bench: &Bench, bits: usize, multiply: impl Fn(&[u8], &mut [i32])) {
    let (rows, sessions) = (8, bench.session.len() / DIMENSION);
    let code = |at: usize| match bits {
        8 => i32::from(bench.wide[at]),
        _ => i32::from((bench.narrow[at / 2] << (4 - at % 2 * 4)) as i8 >> 4),
    };
    let codes = if bits == 8 { bytemuck::cast_slice(&bench.wide) } else { bench.narrow.as_slice() };
    let mut products = vec![0; sessions * rows];
    multiply(&codes[..rows * DIMENSION * bits / 8], &mut products);
    for (session, codes) in bench.session.chunks_exact(DIMENSION).enumerate() {
        for row in 0..rows {
            let product = |(at, &s): (usize, &u8)| (i32::from(s) - 64) * code(row * DIMENSION + at);
            let expected: i32 = codes.iter().enumerate().map(product).sum();
            assert_eq!(products[session * rows + row], expected, "{bits} bits, row {row}, session {session}");
        }
    }
}

fn main() {
    // cargo adds a flag of its own, hence the numbers alone.
    let wanted: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for rows in ROWS.into_iter().filter(|rows| wanted.is_empty() || wanted.contains(rows)) {
        for sessions in SESSIONS {
            let bench = Bench::draw(rows, sessions);
            let mut contenders = contenders(&bench);
            for _ in 0..TURNS {
                contenders.iter_mut().for_each(|contender| contender.turn(rows));
            }
            for contender in &mut contenders {
                let (median, Contender { name, bits, .. }) = (contender.median(), contender);
                println!("{name}\t{bits}\t{rows}\t{sessions}\t{median:.3}");
            }
        }
    }
}
