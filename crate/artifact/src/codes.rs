//! The codes of all rows, in the file and in memory: 8 bits a code, or 4 for a row whose codes are all -7 to 7.
//!
//! A file has rows of either kind or of both, each kind in its own tensor and both in the order of the items; with both, a
//! bit an item says which. In memory a table is of one kind: packed where all rows are, so that a scan reads half of the
//! bytes, and otherwise 8 bits a code.

use super::Dtype;
use super::error::{ArtifactError, detail};
use super::shared::Shared;
use super::tensors::Tensors;
use alloc::vec::Vec;
use reshelf_kernels::kernels::{Codes, LANE, MAX_DIMENSION, bulk, pack};

/// The rows in 8 bits, `I8 rows x dimension`.
pub(crate) const WIDE: &str = "items.codes";
/// The rows in 4 bits, `U8 rows x dimension / 2`: two codes a byte, the first in the low half.
pub(crate) const NARROW: &str = "items.codes4";
/// With both kinds: bit `item % 8` of byte `item / 8` is set for a row in 8 bits.
pub(crate) const WHICH: &str = "items.wide";

/// All codes of a table in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableCodes {
    bytes: Shared,
    narrow: bool,
}

impl TableCodes {
    /// Packs the codes if all of them fit.
    pub fn new(codes: Vec<i8>) -> Self {
        let narrow = !codes.is_empty() && Codes::Int8(&codes).fit_narrow();
        let bytes = if narrow { pack(&codes).collect() } else { bytemuck::allocation::cast_vec::<i8, u8>(codes) };
        TableCodes { bytes: bytes.into(), narrow }
    }

    /// The codes.
    #[inline]
    pub fn view(&self) -> Codes<'_> {
        if self.narrow { Codes::Int4(&self.bytes) } else { Codes::Int8(bytemuck::cast_slice(&self.bytes)) }
    }
}

impl PartialEq for TableCodes {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

/// All codes of `rows` rows, and the dimension.
pub(crate) fn read(tensors: &Tensors<'_>, rows: usize) -> (usize, TableCodes) {
    let narrow = if tensors.has(NARROW) { tensors.sides(NARROW) } else { [0, 0] };
    let wide = if tensors.has(WIDE) || !tensors.has(NARROW) { tensors.sides(WIDE) } else { [0, 2 * narrow[1]] };
    let ([narrow_rows, half], [wide_rows, dimension]) = (narrow, wide);
    let of_items = narrow_rows + wide_rows == rows && (narrow_rows == 0 || half * 2 == dimension);
    tensors.or_fault(check_dimension(dimension));
    if !of_items {
        tensors.misshapen(WIDE, detail!("rows and their codes must be those of the items:", rows));
    }
    if tensors.first_fault().is_some() {
        return (LANE, TableCodes::default());
    }
    let plain = if wide_rows > 0 { tensors.shared(WIDE, Dtype::I8, &wide) } else { Shared::default() };
    let packed = if narrow_rows > 0 { tensors.shared(NARROW, Dtype::U8, &narrow) } else { Shared::default() };
    if bulk::has_half_of_8(&packed) {
        tensors.bad_value(NARROW, detail!("a code is -8; codes are -7 to 7"));
    }
    tensors.or_fault(check_wide(bytemuck::cast_slice(&plain)));
    if wide_rows == 0 || narrow_rows == 0 {
        let (bytes, narrow) = if narrow_rows > 0 { (packed, true) } else { (plain, false) };
        return (dimension, TableCodes { bytes, narrow });
    }
    let which = tensors.shared(WHICH, Dtype::U8, &[rows.div_ceil(8)]);
    // Both tensors' bytes are there, so that the table is no larger than twice the file.
    let codes = bulk::interleave(bytemuck::cast_slice(&plain), &packed, &which, dimension).unwrap_or_else(|| {
        tensors.bad_value(WHICH, detail!("it marks more rows than there are"));
        Vec::new()
    });
    (dimension, TableCodes { bytes: bytemuck::allocation::cast_vec::<i8, u8>(codes).into(), narrow: false })
}

/// Refuses a dimension that no kernel takes.
#[inline(never)]
pub(crate) fn check_dimension(dimension: usize) -> Result<(), ArtifactError> {
    if dimension == 0 || dimension > MAX_DIMENSION || !dimension.is_multiple_of(LANE) {
        let detail = detail!("the dimension must be a multiple of 16 up to 256:", dimension);
        return Err(ArtifactError::Shape { name: WIDE, detail });
    }
    Ok(())
}

/// Refuses the code that no row has.
pub(crate) fn check_wide(codes: &[i8]) -> Result<(), ArtifactError> {
    if bulk::least_i8(codes) == i8::MIN {
        return Err(ArtifactError::Value { name: WIDE, detail: detail!("a code is -128; codes are -127 to 127") });
    }
    Ok(())
}

/// The tensors' bytes: rows in 8 bits, rows in 4 bits, and with both kinds which are in 8.
#[cfg(feature = "write")]
pub(crate) struct Stored {
    pub wide: Vec<u8>,
    pub narrow: Vec<u8>,
    pub which: Option<Vec<u8>>,
}

/// Every row in 4 bits that fits, unless so few do that telling them apart costs more.
#[cfg(feature = "write")]
pub(crate) fn store(codes: Codes<'_>, dimension: usize) -> Stored {
    let rows = codes.count() / dimension;
    let mut narrow: Vec<bool> = (0..rows).map(|row| codes.row(row, dimension).fit_narrow()).collect();
    let count = narrow.iter().filter(|narrow| **narrow).count();
    if count * dimension / 2 <= rows.div_ceil(8) {
        narrow.fill(false);
    }
    let mut stored = Stored { wide: Vec::new(), narrow: Vec::new(), which: None };
    let mut which = alloc::vec![0u8; rows.div_ceil(8)];
    for (row, narrow) in narrow.into_iter().enumerate() {
        let mut codes_of_row = Vec::with_capacity(dimension);
        codes.row(row, dimension).append_to(&mut codes_of_row);
        if narrow {
            stored.narrow.extend(pack(&codes_of_row));
        } else {
            stored.wide.extend(codes_of_row.iter().map(|&code| code as u8));
            which[row / 8] |= 1 << (row % 8);
        }
    }
    stored.which = (!stored.wide.is_empty() && !stored.narrow.is_empty()).then_some(which);
    stored
}
