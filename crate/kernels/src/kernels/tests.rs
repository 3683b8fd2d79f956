//! One table test over all kernels: random and extreme codes, in 8 and 4 bits, every session size, every dimension, odd
//! counts, rows anywhere in the table.

#![allow(clippy::expect_used)]

use super::*;
use crate::math::Rng;
use proptest::prelude::*;

/// A table of either width.
struct Table {
    bytes: Vec<u8>,
    sums: Vec<i16>,
    dimension: usize,
    narrow: bool,
}

impl Table {
    /// The codes' low bits make a table; -8 and -128, which no table holds, become 0.
    fn new(codes: &[i8], dimension: usize, narrow: bool) -> Self {
        let limit = if narrow { 7 } else { 127 };
        let clip = |code: i8| if code.unsigned_abs() <= limit { code } else { code.checked_rem(8).unwrap_or(0) };
        let codes: Vec<i8> = codes.iter().map(|&code| clip(code)).collect();
        let sums = codes.chunks_exact(dimension).map(|row| Codes::Int8(row).sum()).collect();
        let bytes = match narrow {
            true => pack(&codes).collect(),
            false => bytemuck::cast_slice(&codes).to_vec(),
        };
        Table { bytes, sums, dimension, narrow }
    }

    fn view(&self) -> CodeTable<'_> {
        let wide = || Codes::Int8(bytemuck::cast_slice(&self.bytes));
        let codes = if self.narrow { Codes::Int4(&self.bytes) } else { wide() };
        CodeTable::new(codes, &self.sums, self.dimension).expect("the shapes agree")
    }
}

fn check(session: &[u8], table: &Table, rows: Selection<'_>) -> Result<(), TestCaseError> {
    let operands = Operands::new(session, table.view(), rows).expect("the operands agree");
    let mut expected = Products::default();
    Reference.multiply(&operands, &mut expected);
    prop_assert!((0..operands.session_rows()).all(|row| expected.row(row).len() == operands.candidate_rows()));
    for kernel in all() {
        // Twice into the same room: nothing of the first call may show in the second.
        let mut products = Products::default();
        kernel.multiply(&operands, &mut products);
        kernel.multiply(&operands, &mut products);
        prop_assert_eq!(&products, &expected, "{}", kernel.name());
    }
    Ok(())
}

fn draw_codes(draw: &mut Rng, count: usize) -> Vec<i8> {
    (0..count).map(|_| draw.below(255) as i16 - 127).map(|code| code as i8).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn all_kernels_agree_on_random_codes(
        blocks in 1usize..=16, sessions in 1usize..=16, rows in 1usize..=33, narrow: bool, seed: u64, picked in 0usize..40,
    ) {
        let (dimension, mut draw) = (blocks * LANE, Rng(seed | 1));
        let table = Table::new(&draw_codes(&mut draw, rows * dimension), dimension, narrow);
        let session: Vec<u8> = (0..sessions * dimension).map(|_| draw.below(128) as u8).collect();
        let first = draw.below(rows);
        check(&session, &table, Selection::Range { first, count: rows - first })?;
        let rows: Vec<u32> = (0..picked).map(|_| draw.below(rows) as u32).collect();
        check(&session, &table, Selection::At(&rows))?;
    }
}

#[test]
fn all_kernels_agree_for_every_shape() -> Result<(), TestCaseError> {
    let mut draw = Rng(5);
    for dimension in (LANE..=MAX_DIMENSION).step_by(LANE) {
        for narrow in [false, true] {
            let table = Table::new(&draw_codes(&mut draw, 7 * dimension), dimension, narrow);
            for sessions in 1..=16 {
                let session: Vec<u8> = (0..sessions * dimension).map(|_| draw.below(128) as u8).collect();
                for count in 0..=7 {
                    check(&session, &table, Selection::Range { first: 7 - count, count })?;
                }
                check(&session, &table, Selection::At(&[6, 6, 0, 3, 1]))?;
            }
        }
    }
    Ok(())
}

#[test]
fn all_kernels_agree_on_extreme_codes() -> Result<(), TestCaseError> {
    for dimension in (LANE..=MAX_DIMENSION).step_by(LANE) {
        for session in [0u8, 1, 63, 64, 65, 127] {
            for (narrow, code) in [(false, -127i8), (false, -1), (false, 127), (true, -7), (true, 0), (true, 7)] {
                let table = Table::new(&vec![code; 5 * dimension], dimension, narrow);
                check(&vec![session; 3 * dimension], &table, Selection::Range { first: 0, count: 5 })?;
            }
        }
    }
    Ok(())
}

#[test]
fn operands_that_disagree_are_refused() {
    let (codes, sums) = ([1i8; 64], [32i16, 32]);
    let table = |sums, dimension| CodeTable::new(Codes::Int8(&codes), sums, dimension);
    assert!(table(&sums, 0).is_none());
    assert!(table(&sums, 24).is_none());
    assert!(table(&sums[..1], 32).is_none());
    assert!(CodeTable::new(Codes::Int4(&[0; 32]), &sums, 32).is_some());
    assert!(CodeTable::new(Codes::Int4(&[0; 31]), &sums, 32).is_none());
    let table = table(&sums, 32).expect("the shapes agree");
    let fits = |session: &[u8], rows| Operands::new(session, table, rows).is_some();
    assert!(fits(&[64; 32], Selection::At(&[1, 0, 1])));
    assert!(fits(&[], Selection::At(&[])));
    assert!(!fits(&[64; 31], Selection::At(&[])));
    assert!(!fits(&[128; 32], Selection::At(&[])));
    assert!(!fits(&[64; 32], Selection::At(&[2])));
    assert!(!fits(&[64; 32], Selection::At(&[u32::MAX])));
    assert!(!fits(&[64; 32], Selection::Range { first: 1, count: 2 }));
    assert!(!fits(&[64; 32], Selection::Range { first: usize::MAX, count: 2 }));
}

#[test]
fn the_best_kernel_is_the_last_of_all() {
    let best = best().name();
    assert_eq!(all().last().map(|kernel| kernel.name()), Some(best));
    // `make test-arm` says which one its processors must come to: a test of the reference alone would pass anywhere.
    if let Ok(expected) = std::env::var("RESHELF_EXPECT_KERNEL") {
        assert_eq!(best, expected);
    }
}
