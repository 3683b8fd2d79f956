//! The item table: codes, scales and attributes of every item the model was trained on.

use super::tensors::Tensors;
use super::{ArtifactError, Dtype, codes};
use crate::kernels::{LANE, MAX_DIMENSION, row_sum};

/// The attribute value that says "not known": it never equals another item's.
pub const UNKNOWN_ATTRIBUTE: u16 = 0;

/// The price code that says "not known".
pub const UNKNOWN_PRICE: i8 = i8::MIN;

/// What the features need of an item besides its vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The whole category path; 0 is unknown.
    pub category: u16,
    /// The first step of the category path; 0 is unknown.
    pub department: u16,
    /// The brand; 0 is unknown.
    pub brand: u16,
    /// Standardised logarithm of the price, 32 codes to a standard deviation; -128 is unknown.
    pub price: i8,
    /// How often the item was seen in training: logarithm, 255 for the most frequent item.
    pub popularity: u8,
    /// Whether it is seen more or less often than before: 128 is steady, 255 is only of late.
    pub trend: u8,
}

impl Default for Attributes {
    fn default() -> Self {
        Attributes {
            category: UNKNOWN_ATTRIBUTE,
            department: UNKNOWN_ATTRIBUTE,
            brand: UNKNOWN_ATTRIBUTE,
            price: UNKNOWN_PRICE,
            popularity: 0,
            trend: 128,
        }
    }
}

/// All rows, in the order of the vocabulary. Vectors are L2-normalised before they are coded.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemTable {
    dimension: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
    sums: Vec<i16>,
    attributes: Vec<Attributes>,
}

impl ItemTable {
    /// A table of `scales.len()` rows of `dimension` codes each.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where the parts disagree, a code is -128, or a scale is negative or not
    /// finite.
    pub fn new(
        dimension: usize,
        codes: Vec<i8>,
        scales: Vec<f32>,
        attributes: Vec<Attributes>,
    ) -> Result<Self, ArtifactError> {
        if dimension == 0 || dimension > MAX_DIMENSION || !dimension.is_multiple_of(LANE) {
            let detail = format!("{dimension} where a multiple of {LANE} up to {MAX_DIMENSION} is needed");
            return Err(ArtifactError::shape("items.codes", detail));
        }
        if scales.len().checked_mul(dimension) != Some(codes.len()) || attributes.len() != scales.len() {
            return Err(ArtifactError::shape("items.codes", "codes, scales and attributes count different rows"));
        }
        if let Some(at) = scales.iter().position(|scale| !(scale.is_finite() && *scale >= 0.0)) {
            return Err(ArtifactError::value("items.scales", format!("scale {at} is out of range")));
        }
        // A fold and no search: it has no early way out, so that it becomes vector instructions even before the browser
        // has optimised the module.
        if codes.iter().fold(i8::MAX, |least, &code| least.min(code)) == i8::MIN {
            return Err(ArtifactError::value("items.codes", "a code is -128; codes are -127 to 127"));
        }
        let sums = codes.chunks_exact(dimension).map(row_sum).collect();
        Ok(ItemTable { dimension, codes, scales, sums, attributes })
    }

    pub(super) fn read(tensors: &Tensors<'_>) -> Result<Self, ArtifactError> {
        let &[rows] = tensors.shape("items.scales")? else {
            return Err(ArtifactError::shape("items.scales", "a vector is needed"));
        };
        let (dimension, codes) = codes::read(tensors, rows)?;
        let scales = tensors.f16("items.scales", &[rows])?;
        let mut attributes = vec![Attributes::default(); rows];
        let mut each_number = |name: &str, set: fn(&mut Attributes, u16)| -> Result<(), ArtifactError> {
            if tensors.has(name) {
                let values = tensors.u8_or_u16(name, rows)?;
                attributes.iter_mut().zip(values).for_each(|(item, value)| set(item, value));
            }
            Ok(())
        };
        // A department that is not there is the category.
        each_number("items.category", |item, value| (item.category, item.department) = (value, value))?;
        each_number("items.department", |item, value| item.department = value)?;
        each_number("items.brand", |item, value| item.brand = value)?;
        if tensors.has("items.price") {
            let values = tensors.i8("items.price", &[rows])?;
            attributes.iter_mut().zip(values).for_each(|(item, value)| item.price = value);
        }
        let mut each_u8 = |name: &str, set: fn(&mut Attributes, u8)| -> Result<(), ArtifactError> {
            let values = tensors.bytes(name, Dtype::U8, &[rows])?;
            attributes.iter_mut().zip(values).for_each(|(item, &value)| set(item, value));
            Ok(())
        };
        each_u8("items.popularity", |item, value| item.popularity = value)?;
        each_u8("items.trend", |item, value| item.trend = value)?;
        ItemTable::new(dimension, codes, scales, attributes)
    }

    /// Rows of the table.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether the table has no rows: then every row must come inline.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Codes of one row.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// All codes, row after row.
    pub fn codes(&self) -> &[i8] {
        &self.codes
    }

    /// The scale of each row: `value = code * scale`.
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// The sum of each row's codes.
    pub fn sums(&self) -> &[i16] {
        &self.sums
    }

    /// The attributes of each row.
    pub fn attributes(&self) -> &[Attributes] {
        &self.attributes
    }

    /// The codes of one row, empty past the end.
    pub fn row(&self, row: usize) -> &[i8] {
        self.codes.get(row * self.dimension..(row + 1) * self.dimension).unwrap_or_default()
    }
}
