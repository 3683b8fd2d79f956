//! The codes of all rows as the artifact stores them: 8 bits a code, or 4 for a row whose codes are all -7 to 7.
//!
//! A file has rows of either kind or of both, each kind in its own tensor and both in the order of the items; with both, a
//! bit an item says which. In memory all codes are `i8`: kernels know one width only.

use super::tensors::Tensors;
use super::{ArtifactError, Dtype};

/// The rows in 8 bits, `I8 rows x dimension`.
pub(super) const WIDE: &str = "items.codes";
/// The rows in 4 bits, `U8 rows x dimension / 2`: two codes a byte, the first in the low half.
pub(super) const NARROW: &str = "items.codes4";
/// With both kinds: bit `item % 8` of byte `item / 8` is set for a row in 8 bits.
pub(super) const WHICH: &str = "items.wide";

/// The largest magnitude of a code in 4 bits.
const NARROW_LIMIT: u8 = 7;

/// Whether a row's codes fit in 4 bits each.
pub(super) fn is_narrow(row: &[i8]) -> bool {
    row.iter().all(|code| code.unsigned_abs() <= NARROW_LIMIT)
}

/// Two codes a byte, the first in the low half.
pub(super) fn pack(row: &[i8]) -> impl Iterator<Item = u8> + '_ {
    row.as_chunks::<2>().0.iter().map(|&[low, high]| (low as u8 & 15) | (high as u8) << 4)
}

/// Unpacks what [`pack`] packed into `row`, twice as long; returns whether all codes are in range.
///
/// A loop without branches: it becomes vector instructions even before the browser has optimised the module.
#[inline(never)]
pub(super) fn unpack(bytes: &[u8], row: &mut [i8]) -> bool {
    let mut least = 0i8;
    for (pair, &byte) in row.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [((byte << 4) as i8) >> 4, (byte as i8) >> 4];
        least = least.min(pair[0]).min(pair[1]);
    }
    least.unsigned_abs() <= NARROW_LIMIT
}

/// All codes of `rows` rows, and the dimension.
pub(super) fn read(tensors: &Tensors<'_>, rows: usize) -> Result<(usize, Vec<i8>), ArtifactError> {
    let narrow = if tensors.has(NARROW) { matrix(tensors, NARROW)? } else { [0, 0] };
    let wide = if tensors.has(WIDE) || !tensors.has(NARROW) { matrix(tensors, WIDE)? } else { [0, 2 * narrow[1]] };
    let ([narrow_rows, half], [wide_rows, dimension]) = (narrow, wide);
    let both = narrow_rows > 0 && wide_rows > 0;
    if narrow_rows + wide_rows != rows || (narrow_rows > 0 && half * 2 != dimension) {
        let detail = format!("{wide_rows} x {dimension} and {narrow_rows} x {half} for {rows} items");
        return Err(ArtifactError::shape(WIDE, detail));
    }
    let plain = if wide_rows > 0 { tensors.bytes(WIDE, Dtype::I8, &wide)? } else { &[] };
    let packed = if narrow_rows > 0 { tensors.bytes(NARROW, Dtype::U8, &narrow)? } else { &[] };
    let which = if both { tensors.bytes(WHICH, Dtype::U8, &[rows.div_ceil(8)])? } else { &[] };
    // Now both tensors' bytes are known to be there, so that the product is no larger than twice the file.
    let mut codes = vec![0; rows * dimension];
    let (mut plain, mut packed) = (plain.chunks_exact(dimension.max(1)), packed.chunks_exact(half.max(1)));
    let mut good = true;
    for (row, codes) in codes.chunks_exact_mut(dimension.max(1)).enumerate() {
        let is_wide = which.get(row / 8).map_or(wide_rows > 0, |bits| bits >> (row % 8) & 1 == 1);
        let next = if is_wide { plain.next() } else { packed.next() };
        match next {
            Some(bytes) if is_wide => codes.copy_from_slice(bytemuck::cast_slice(bytes)),
            Some(bytes) => good &= unpack(bytes, codes),
            None => return Err(ArtifactError::value(WHICH, "it marks more rows than there are")),
        }
    }
    if good { Ok((dimension, codes)) } else { Err(ArtifactError::value(NARROW, "a code is -8; codes are -7 to 7")) }
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
pub(super) fn store(codes: &[i8], dimension: usize) -> Stored {
    let rows = codes.len() / dimension;
    let mut narrow: Vec<bool> = codes.chunks_exact(dimension).map(is_narrow).collect();
    let count = narrow.iter().filter(|narrow| **narrow).count();
    if count * dimension / 2 <= rows.div_ceil(8) {
        narrow.fill(false);
    }
    let mut stored = Stored { wide: Vec::new(), narrow: Vec::new(), which: None };
    let mut which = vec![0u8; rows.div_ceil(8)];
    for (row, codes) in codes.chunks_exact(dimension).enumerate() {
        if narrow[row] {
            stored.narrow.extend(pack(codes));
        } else {
            stored.wide.extend(codes.iter().map(|&code| code as u8));
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
            let mut back = [0; 16];
            prop_assert!(is_narrow(&row) && unpack(&bytes, &mut back));
            prop_assert_eq!(&back[..], &row[..]);
        }
    }

    #[test]
    fn the_code_that_no_row_has_is_noticed() {
        for byte in [0x08, 0x80] {
            assert!(!unpack(&[0x11, byte], &mut [0; 4]));
        }
        assert!(!is_narrow(&[0, 8]) && !is_narrow(&[i8::MIN]));
    }
}
