//! The codes of all rows, in the file and in memory: 8 bits a code, or 4 for a row whose codes are all -7 to 7.
//!
//! A file has rows of either kind or of both, each kind in its own tensor and both in the order of the items; with both, a
//! bit an item says which. In memory a table is of one kind: packed where all rows are, so that a scan reads half of the
//! bytes, and otherwise 8 bits a code.

use super::tensors::Tensors;
use super::{ArtifactError, Dtype};
use crate::kernels::{Codes, LANE, MAX_DIMENSION, pack};

/// The rows in 8 bits, `I8 rows x dimension`.
pub(super) const WIDE: &str = "items.codes";
/// The rows in 4 bits, `U8 rows x dimension / 2`: two codes a byte, the first in the low half.
pub(super) const NARROW: &str = "items.codes4";
/// With both kinds: bit `item % 8` of byte `item / 8` is set for a row in 8 bits.
pub(super) const WHICH: &str = "items.wide";

/// The largest magnitude of a code in 4 bits.
const NARROW_LIMIT: u8 = 7;

/// All codes of a table in memory.
#[derive(Clone, Debug)]
pub(super) struct TableCodes {
    bytes: Vec<u8>,
    narrow: bool,
}

impl TableCodes {
    /// Packs the codes if all of them fit.
    pub fn new(codes: Vec<i8>) -> Self {
        let narrow = !codes.is_empty() && is_narrow(Codes::Wide(&codes));
        let bytes = if narrow { pack(&codes).collect() } else { bytemuck::allocation::cast_vec(codes) };
        TableCodes { bytes, narrow }
    }

    /// The codes.
    pub fn view(&self) -> Codes<'_> {
        if self.narrow { Codes::Narrow(&self.bytes) } else { Codes::Wide(bytemuck::cast_slice(&self.bytes)) }
    }
}

impl PartialEq for TableCodes {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

/// Whether codes fit in 4 bits each.
pub(super) fn is_narrow(codes: Codes<'_>) -> bool {
    codes.iter().all(|code| code.unsigned_abs() <= NARROW_LIMIT)
}

/// Unpacks what [`pack`] packed, and appends it; `None` for a code that no row has.
pub(super) fn unpack(bytes: &[u8], to: &mut Vec<i8>) -> Option<()> {
    let begin = to.len();
    Codes::Narrow(bytes).append_to(to);
    is_narrow(Codes::Wide(&to[begin..])).then_some(())
}

/// All codes of `rows` rows, and the dimension.
pub(super) fn read(tensors: &Tensors<'_>, rows: usize) -> Result<(usize, TableCodes), ArtifactError> {
    let narrow = if tensors.has(NARROW) { matrix(tensors, NARROW)? } else { [0, 0] };
    let wide = if tensors.has(WIDE) || !tensors.has(NARROW) { matrix(tensors, WIDE)? } else { [0, 2 * narrow[1]] };
    let ([narrow_rows, half], [wide_rows, dimension]) = (narrow, wide);
    if narrow_rows + wide_rows != rows || (narrow_rows > 0 && half * 2 != dimension) {
        let detail = format!("{wide_rows} x {dimension} and {narrow_rows} x {half} for {rows} items");
        return Err(ArtifactError::shape(WIDE, detail));
    }
    check_dimension(dimension)?;
    let plain = if wide_rows > 0 { tensors.bytes(WIDE, Dtype::I8, &wide)? } else { &[] };
    let packed = if narrow_rows > 0 { tensors.bytes(NARROW, Dtype::U8, &narrow)? } else { &[] };
    // A fold and no search: it has no early way out, so that it becomes vector instructions even before the browser has
    // optimised the module.
    if packed.iter().fold(false, |bad, &byte| bad | (byte & 15 == 8) | (byte >> 4 == 8)) {
        return Err(ArtifactError::value(NARROW, "a code is -8; codes are -7 to 7"));
    }
    check_wide(bytemuck::cast_slice(plain))?;
    if wide_rows == 0 || narrow_rows == 0 {
        let (bytes, narrow) = if narrow_rows > 0 { (packed, true) } else { (plain, false) };
        return Ok((dimension, TableCodes { bytes: bytes.to_vec(), narrow }));
    }
    let which = tensors.bytes(WHICH, Dtype::U8, &[rows.div_ceil(8)])?;
    // Now both tensors' bytes are known to be there, so that the product is no larger than twice the file.
    let mut codes = Vec::with_capacity(rows * dimension);
    let (mut plain, mut packed) = (plain.chunks_exact(dimension), packed.chunks_exact(half));
    for row in 0..rows {
        let is_wide = which[row / 8] >> (row % 8) & 1 == 1;
        match if is_wide { plain.next() } else { packed.next() } {
            Some(bytes) if is_wide => codes.extend_from_slice(bytemuck::cast_slice(bytes)),
            Some(bytes) => Codes::Narrow(bytes).append_to(&mut codes),
            None => return Err(ArtifactError::value(WHICH, "it marks more rows than there are")),
        }
    }
    Ok((dimension, TableCodes { bytes: bytemuck::allocation::cast_vec(codes), narrow: false }))
}

/// Refuses a dimension that no kernel takes.
#[inline(never)]
pub(super) fn check_dimension(dimension: usize) -> Result<(), ArtifactError> {
    if dimension == 0 || dimension > MAX_DIMENSION || !dimension.is_multiple_of(LANE) {
        let detail = format!("{dimension} where a multiple of {LANE} up to {MAX_DIMENSION} is needed");
        return Err(ArtifactError::shape(WIDE, detail));
    }
    Ok(())
}

/// Refuses the code that no row has.
pub(super) fn check_wide(codes: &[i8]) -> Result<(), ArtifactError> {
    match codes.iter().fold(i8::MAX, |least, &code| least.min(code)) {
        i8::MIN => Err(ArtifactError::value(WIDE, "a code is -128; codes are -127 to 127")),
        _ => Ok(()),
    }
}

/// The shape of a matrix whose sides are not beyond any item table.
fn matrix(tensors: &Tensors<'_>, name: &str) -> Result<[usize; 2], ArtifactError> {
    match tensors.shape(name)? {
        &[rows, columns] if rows.max(columns) < 1 << 30 => Ok([rows, columns]),
        _ => Err(ArtifactError::shape(name, "a matrix is needed")),
    }
}

/// The tensors' bytes: rows in 8 bits, rows in 4 bits, and with both kinds which are in 8.
#[cfg(feature = "native")]
pub(super) struct Stored {
    pub wide: Vec<u8>,
    pub narrow: Vec<u8>,
    pub which: Option<Vec<u8>>,
}

/// Every row in 4 bits that fits, unless so few do that telling them apart costs more.
#[cfg(feature = "native")]
pub(super) fn store(codes: Codes<'_>, dimension: usize) -> Stored {
    let rows = codes.count() / dimension;
    let mut narrow: Vec<bool> = (0..rows).map(|row| is_narrow(codes.row(row, dimension))).collect();
    let count = narrow.iter().filter(|narrow| **narrow).count();
    if count * dimension / 2 <= rows.div_ceil(8) {
        narrow.fill(false);
    }
    let mut stored = Stored { wide: Vec::new(), narrow: Vec::new(), which: None };
    let mut which = vec![0u8; rows.div_ceil(8)];
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn narrow_rows_survive_packing(row in prop::collection::vec(-7i8..=7, 16..=16)) {
            let bytes: Vec<u8> = pack(&row).collect();
            let mut back = vec![3];
            prop_assert!(is_narrow(Codes::Wide(&row)) && unpack(&bytes, &mut back).is_some());
            prop_assert_eq!(&back[1..], &row[..]);
            let packed = TableCodes::new(row.clone());
            prop_assert_eq!(packed.view(), Codes::Wide(&row));
        }
    }

    #[test]
    fn the_code_that_no_row_has_is_noticed() {
        for byte in [0x08, 0x80] {
            assert!(unpack(&[0x11, byte], &mut Vec::new()).is_none());
        }
    }
}
