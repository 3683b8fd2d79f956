//! The kernels of a build as a bare WebAssembly module without imports, so that any runtime can check and time them:
//! `tests/runtimes` does the one, `tests/bench` the other. Elsewhere it is an empty library.
//!
//! Every case draws a shape (dimension, session rows, table in 8 or 4 bits, rows by range or by number), fills it with random
//! or extreme codes, and compares the build's fastest kernel with the plain reference.
#![allow(clippy::unwrap_used)]

use reshelf_kernels::kernels::{
    CodeTable, Codes, Kernel, LANE, MAX_DIMENSION, Operands, Products, Reference, Selection, best, pack,
};
use reshelf_kernels::math::Rng;

/// A table and a session with their codes drawn from a seed.
struct Case {
    bytes: Vec<u8>,
    sums: Vec<i16>,
    session: Vec<u8>,
    dimension: usize,
    narrow: bool,
}

impl Case {
    fn draw(draw: &mut Rng, dimension: usize, rows: usize, sessions: usize, narrow: bool) -> Case {
        let extreme = draw.below(4) == 0;
        let limit = if narrow { 7 } else { 127 };
        let code = |draw: &mut Rng| match extreme {
            true => [-limit, -1, 0, 1, limit][draw.below(5)] as i8,
            false => (draw.below(2 * limit as usize + 1) as i32 - limit) as i8,
        };
        let codes: Vec<i8> = (0..rows * dimension).map(|_| code(draw)).collect();
        let bytes = match narrow {
            true => pack(&codes).collect(),
            false => codes.iter().map(|&code| code as u8).collect(),
        };
        let session_code = |draw: &mut Rng| match extreme {
            true => [0, 1, 63, 64, 65, 127][draw.below(6)],
            false => draw.below(128) as u8,
        };
        let session = (0..sessions * dimension).map(|_| session_code(draw)).collect();
        let sums = codes.chunks(dimension).map(|row| Codes::Int8(row).sum()).collect();
        Case { bytes, sums, session, dimension, narrow }
    }

    fn operands<'a>(&'a self, codes: &'a [i8], rows: Selection<'a>) -> Operands<'a> {
        let codes = if self.narrow { Codes::Int4(&self.bytes) } else { Codes::Int8(codes) };
        let table = CodeTable::new(codes, &self.sums, self.dimension).unwrap();
        Operands::new(&self.session, table, rows).unwrap()
    }

    fn wide_codes(&self) -> Vec<i8> {
        self.bytes.iter().map(|&byte| byte as i8).collect()
    }
}

/// How many of so many cases the fastest kernel and the reference disagree on.
#[unsafe(no_mangle)]
pub extern "C" fn check(cases: u32, seed: u32) -> u32 {
    disagreements(best(), cases, seed)
}

/// The same for a kernel with one wrong product: a check that cannot fail would prove nothing.
#[unsafe(no_mangle)]
pub extern "C" fn check_broken(cases: u32, seed: u32) -> u32 {
    disagreements(&Broken, cases, seed)
}

struct Broken;

impl Kernel for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        best().multiply(operands, products);
        if let Some(product) = products.row_mut(0).last_mut() {
            *product += 1;
        }
    }
}

fn disagreements(kernel: &dyn Kernel, cases: u32, seed: u32) -> u32 {
    let mut draw = Rng(u64::from(seed) << 1 | 1);
    let (mut expected, mut products) = (Products::default(), Products::default());
    let mut wrong = 0;
    for _ in 0..cases {
        let dimension = LANE * (1 + draw.below(MAX_DIMENSION / LANE));
        let (rows, sessions, narrow) = (1 + draw.below(21), 1 + draw.below(16), draw.below(2) == 0);
        let case = Case::draw(&mut draw, dimension, rows, sessions, narrow);
        let codes = case.wide_codes();
        let picked: Vec<u32> = (0..draw.below(12)).map(|_| draw.below(rows) as u32).collect();
        let first = draw.below(rows);
        let range = Selection::Range { first, count: rows - first };
        for rows in [range, Selection::At(&picked)] {
            let operands = case.operands(&codes, rows);
            Reference.multiply(&operands, &mut expected);
            kernel.multiply(&operands, &mut products);
            wrong += u32::from(products != expected);
        }
    }
    wrong
}

/// Multiplies a session of so many rows with a table of so many rows of 64 codes, again and again, to be timed from outside;
/// returns something that depends on all products.
#[unsafe(no_mangle)]
pub extern "C" fn bench_multiply(rows: u32, sessions: u32, narrow: u32, repeats: u32) -> i32 {
    let case = Case::draw(&mut Rng(7), 64, rows as usize, sessions as usize, narrow != 0);
    let codes = case.wide_codes();
    let operands = case.operands(&codes, Selection::Range { first: 0, count: rows as usize });
    let mut products = Products::default();
    let mut folded = 0i32;
    for _ in 0..repeats {
        best().multiply(&operands, &mut products);
        let (first, last) = (products.row(0), products.row(sessions as usize - 1));
        folded = folded.wrapping_mul(31).wrapping_add(first[0] ^ last[rows as usize - 1]);
    }
    folded
}

/// Where the fastest kernel's name lies.
#[unsafe(no_mangle)]
pub extern "C" fn kernel_name_pointer() -> *const u8 {
    best().name().as_ptr()
}

/// How long it is.
#[unsafe(no_mangle)]
pub extern "C" fn kernel_name_length() -> usize {
    best().name().len()
}
