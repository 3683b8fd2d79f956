//! What is multiplied: checked once, so that kernels need not.

use super::{LANE, MAX_DIMENSION, bulk};
use alloc::vec::Vec;

/// The codes of a row, or of a table row after row.
#[derive(Clone, Copy, Debug)]
pub enum Codes<'a> {
    /// 8 bits a code, -127 to 127.
    Int8(&'a [i8]),
    /// 4 bits a code, -7 to 7: two a byte, the first in the low half, in two's complement.
    Int4(&'a [u8]),
}

impl<'a> Codes<'a> {
    /// The bytes of all rows.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        match self {
            Codes::Int8(codes) => bytemuck::cast_slice(codes),
            Codes::Int4(bytes) => bytes,
        }
    }

    /// How many bytes a row of so many codes takes.
    #[inline]
    pub fn stride(self, dimension: usize) -> usize {
        match self {
            Codes::Int8(_) => dimension,
            Codes::Int4(_) => dimension / 2,
        }
    }

    /// How many codes there are.
    #[inline]
    pub fn count(self) -> usize {
        match self {
            Codes::Int8(codes) => codes.len(),
            Codes::Int4(bytes) => 2 * bytes.len(),
        }
    }

    /// The code at this place, which must be below the count.
    pub fn get(self, at: usize) -> i8 {
        match self {
            Codes::Int8(codes) => codes[at],
            Codes::Int4(bytes) => bulk::unpacked(bytes[at / 2])[at % 2],
        }
    }

    /// All codes, one by one.
    pub fn iter(self) -> impl Iterator<Item = i8> + 'a {
        (0..self.count()).map(move |at| self.get(at))
    }

    /// The codes of one row of a table; none past the end.
    #[inline]
    pub fn row(self, row: usize, dimension: usize) -> Codes<'a> {
        let stride = self.stride(dimension);
        // Saturating: no row number wraps around to the front of the table.
        let range = row.saturating_mul(stride)..row.saturating_add(1).saturating_mul(stride);
        match self {
            Codes::Int8(codes) => Codes::Int8(codes.get(range).unwrap_or_default()),
            Codes::Int4(bytes) => Codes::Int4(bytes.get(range).unwrap_or_default()),
        }
    }

    /// Appends all codes.
    pub fn append_to(self, to: &mut Vec<i8>) {
        match self {
            Codes::Int8(codes) => to.extend_from_slice(codes),
            Codes::Int4(bytes) => {
                let begin = to.len();
                to.resize(begin + 2 * bytes.len(), 0);
                bulk::unpack(bytes, &mut to[begin..]);
            }
        }
    }

    /// The sum of the codes of each row of a table.
    #[inline(never)]
    pub fn row_sums(self, dimension: usize) -> Vec<i16> {
        let rows = self.count().checked_div(dimension).unwrap_or(0);
        (0..rows).map(|row| self.row(row, dimension).sum()).collect()
    }

    /// Whether every code fits in 4 bits: whether the codes could be [`Codes::Int4`].
    pub fn fit_narrow(self) -> bool {
        self.iter().all(|code| code.unsigned_abs() <= NARROW_LIMIT)
    }

    /// The sum of the codes.
    pub fn sum(self) -> i16 {
        match self {
            Codes::Int8(codes) => bulk::sum_wide(bytemuck::cast_slice(codes)),
            Codes::Int4(bytes) => bulk::sum_narrow(bytes),
        }
    }
}

/// The largest magnitude of a code in 4 bits.
const NARROW_LIMIT: u8 = 7;

/// Codes of -7 to 7 as [`Codes::Int4`] has them: two a byte, the first in the low half.
pub fn pack(codes: &[i8]) -> impl Iterator<Item = u8> + '_ {
    codes.as_chunks::<2>().0.iter().map(|&[low, high]| (low as u8 & 15) | (high as u8) << 4)
}

/// Equal where the codes are, whatever their width.
impl PartialEq for Codes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Candidate codes, with the sum of each row's codes, which corrects for the session side's zero point.
#[derive(Clone, Copy, Debug)]
pub struct CodeTable<'a> {
    codes: Codes<'a>,
    sums: &'a [i16],
    dimension: usize,
}

impl<'a> CodeTable<'a> {
    /// A table of `sums.len()` rows of `dimension` codes.
    ///
    /// `None` when the shapes disagree or the dimension is not a multiple of [`LANE`] up to [`MAX_DIMENSION`].
    #[inline]
    pub fn new(codes: Codes<'a>, sums: &'a [i16], dimension: usize) -> Option<Self> {
        let fits = dimension > 0
            && dimension <= MAX_DIMENSION
            && dimension.is_multiple_of(LANE)
            // Checked: on a 32-bit machine a product that wraps would let a kernel read past the codes.
            && sums.len().checked_mul(codes.stride(dimension)) == Some(codes.bytes().len());
        fits.then_some(CodeTable { codes, sums, dimension })
    }

    /// Rows of the table.
    #[inline]
    pub fn rows(&self) -> usize {
        self.sums.len()
    }

    /// Codes of a row.
    #[inline]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// All codes.
    #[inline]
    pub fn codes(&self) -> Codes<'a> {
        self.codes
    }

    /// The sum of each row's codes.
    #[inline]
    pub fn sums(&self) -> &'a [i16] {
        self.sums
    }
}

/// The rows of a table that are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// So many rows from this one on.
    Range {
        /// The first row.
        first: usize,
        /// How many.
        count: usize,
    },
    /// These rows, in this order; a row may come more than once.
    At(&'a [u32]),
}

impl Selection<'_> {
    /// How many rows are wanted.
    #[inline]
    pub fn count(&self) -> usize {
        match self {
            Selection::Range { count, .. } => *count,
            Selection::At(rows) => rows.len(),
        }
    }

    /// The row of the table at this position, which must be below the count.
    #[inline(always)]
    pub(super) fn row(&self, position: usize) -> usize {
        match self {
            Selection::Range { first, .. } => first + position,
            Selection::At(rows) => rows[position] as usize,
        }
    }

    /// Whether a table of so many rows has all that are wanted.
    fn lies_within(&self, table_rows: usize) -> bool {
        match self {
            Selection::Range { first, count } => first.checked_add(*count).is_some_and(|end| end <= table_rows),
            // A fold and no search: it becomes vector instructions.
            Selection::At(rows) => {
                rows.is_empty() || (rows.iter().fold(0u32, |last, &row| last.max(row)) as usize) < table_rows
            }
        }
    }

    /// Room for the products of one session row: kernels write groups of four.
    pub(super) fn stride(&self) -> usize {
        self.count().next_multiple_of(4)
    }
}

/// The two operands of a product.
#[derive(Clone, Copy, Debug)]
pub struct Operands<'a> {
    pub(super) session: &'a [u8],
    pub(super) table: CodeTable<'a>,
    pub(super) rows: Selection<'a>,
}

impl<'a> Operands<'a> {
    /// Puts a session matrix (u7 codes, `rows x dimension`) beside the selected rows of a table.
    ///
    /// `None` when the session is not whole rows of the table's dimension, a session code is above 127, a selected row lies
    /// past the end of the table, or there are more products than this machine can number.
    ///
    /// ```
    /// use reshelf_kernels::kernels::{CodeTable, Codes, Operands, Products, Selection, best};
    /// let (codes, sums) = ([1i8; 48], [16i16; 3]);
    /// let table = CodeTable::new(Codes::Int8(&codes), &sums, 16).ok_or("a table")?;
    /// let session = [66u8; 16]; // 66 - 64 is 2
    /// let operands = Operands::new(&session, table, Selection::At(&[2, 0])).ok_or("operands")?;
    /// let mut products = Products::default();
    /// best().multiply(&operands, &mut products);
    /// assert_eq!(products.row(0), [32, 32]);
    /// # Ok::<(), &str>(())
    /// ```
    #[inline]
    pub fn new(session: &'a [u8], table: CodeTable<'a>, rows: Selection<'a>) -> Option<Self> {
        let fits = session.len().is_multiple_of(table.dimension)
            && session.iter().fold(0, |all, &code| all | code) < 128
            && rows.lies_within(table.rows())
            && (session.len() / table.dimension).checked_mul(rows.stride()).is_some();
        fits.then_some(Operands { session, table, rows })
    }

    /// Rows of the session matrix.
    #[inline]
    pub fn session_rows(&self) -> usize {
        self.session.len() / self.table.dimension
    }

    /// Rows that are selected of the table.
    #[inline]
    pub fn candidate_rows(&self) -> usize {
        self.rows.count()
    }
}
