//! The item table: codes, scales and attributes of every item the model was trained on.

use super::codes::{self, TableCodes, check_dimension};
use super::tensors::Tensors;
use super::{ArtifactError, Dtype};
use crate::kernels::{CodeTable, Codes};

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

/// The vectors in full precision, `F32 n x d`, in place of codes and scales.
pub(super) const VECTORS: &str = "items.vectors";

/// Sets one attribute.
type Set<T> = fn(&mut Attributes, T);

/// What the shop says of an item, in the order of reading: a department that is not there is the category.
const NUMBERS: [(&str, Set<u16>); 3] = [
    ("items.category", |item, value| (item.category, item.department) = (value, value)),
    ("items.department", |item, value| item.department = value),
    ("items.brand", |item, value| item.brand = value),
];

/// What else is read of each item; the price may be missing.
const BYTES: [(&str, Dtype, Set<u8>); 3] = [
    ("items.price", Dtype::I8, |item, value| item.price = value as i8),
    ("items.popularity", Dtype::U8, |item, value| item.popularity = value),
    ("items.trend", Dtype::U8, |item, value| item.trend = value),
];

/// All rows, in the order of the vocabulary. Vectors are L2-normalised before they are coded.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemTable {
    dimension: usize,
    codes: TableCodes,
    scales: Vec<f32>,
    sums: Vec<i16>,
    /// In place of codes in full precision.
    vectors: Option<Vec<f32>>,
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
        codes::check_wide(&codes)?;
        Self::of_codes(dimension, TableCodes::new(codes), scales, attributes)
    }

    fn of_codes(
        dimension: usize,
        codes: TableCodes,
        scales: Vec<f32>,
        attributes: Vec<Attributes>,
    ) -> Result<Self, ArtifactError> {
        check_dimension(dimension)?;
        let view = codes.view();
        if scales.len().checked_mul(dimension) != Some(view.count()) || attributes.len() != scales.len() {
            return Err(ArtifactError::shape("items.codes", "codes, scales and attributes count different rows"));
        }
        if let Some(at) = scales.iter().position(|scale| !(scale.is_finite() && *scale >= 0.0)) {
            return Err(ArtifactError::value("items.scales", format!("scale {at} is out of range")));
        }
        let sums = (0..scales.len()).map(|row| view.row(row, dimension).sum()).collect();
        Ok(ItemTable { dimension, codes, scales, sums, vectors: None, attributes })
    }

    /// A table in full precision, `attributes.len()` rows of `dimension` numbers: what quantized ones are compared with.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where the parts disagree or a number is not finite.
    #[cfg(feature = "native")]
    pub fn exact(dimension: usize, vectors: Vec<f32>, attributes: Vec<Attributes>) -> Result<Self, ArtifactError> {
        check_dimension(dimension)?;
        let rows = attributes.len();
        if rows.checked_mul(dimension) != Some(vectors.len()) {
            return Err(ArtifactError::shape(VECTORS, "vectors and attributes count different rows"));
        }
        if vectors.iter().any(|value| !value.is_finite()) {
            return Err(ArtifactError::value(VECTORS, "a number is not finite"));
        }
        let (scales, sums) = (vec![0.0; rows], vec![0; rows]);
        let codes = TableCodes::new(Vec::new());
        Ok(ItemTable { dimension, codes, scales, sums, vectors: Some(vectors), attributes })
    }

    pub(super) fn read(tensors: &Tensors<'_>) -> Result<Self, ArtifactError> {
        if tensors.has(VECTORS) {
            #[cfg(feature = "native")]
            return Self::read_exact(tensors);
            #[cfg(not(feature = "native"))]
            return Err(ArtifactError::Precision);
        }
        let &[rows] = tensors.shape("items.scales")? else {
            return Err(ArtifactError::shape("items.scales", "a vector is needed"));
        };
        let (dimension, codes) = codes::read(tensors, rows)?;
        let scales = tensors.f16("items.scales", &[rows])?;
        ItemTable::of_codes(dimension, codes, scales, Self::read_attributes(tensors, rows)?)
    }

    #[cfg(feature = "native")]
    fn read_exact(tensors: &Tensors<'_>) -> Result<Self, ArtifactError> {
        let &[rows, dimension] = tensors.shape(VECTORS)? else {
            return Err(ArtifactError::shape(VECTORS, "a matrix is needed"));
        };
        check_dimension(dimension)?;
        let vectors = tensors.f32(VECTORS, &[rows, dimension])?;
        ItemTable::exact(dimension, vectors, Self::read_attributes(tensors, rows)?)
    }

    fn read_attributes(tensors: &Tensors<'_>, rows: usize) -> Result<Vec<Attributes>, ArtifactError> {
        let mut attributes = vec![Attributes::default(); rows];
        for (name, set) in NUMBERS {
            if tensors.has(name) {
                let values = tensors.u8_or_u16(name, rows)?;
                attributes.iter_mut().zip(values).for_each(|(item, value)| set(item, value));
            }
        }
        for (name, dtype, set) in BYTES {
            if dtype == Dtype::U8 || tensors.has(name) {
                let values = tensors.bytes(name, dtype, &[rows])?;
                attributes.iter_mut().zip(values).for_each(|(item, &value)| set(item, value));
            }
        }
        Ok(attributes)
    }

    /// Rows of the table.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether the table has no rows: then every row must come inline.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Codes of one row.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// All vectors, row after row, of a table in full precision; such a table has no codes.
    pub fn vectors(&self) -> Option<&[f32]> {
        // In the browser there is no such table, and the compiler may know.
        if cfg!(feature = "native") { self.vectors.as_deref() } else { None }
    }

    /// All codes, row after row.
    pub fn codes(&self) -> Codes<'_> {
        self.codes.view()
    }

    /// Codes and their sums, as kernels want them; `None` for a table in full precision.
    pub fn code_table(&self) -> Option<CodeTable<'_>> {
        CodeTable::new(self.codes(), &self.sums, self.dimension)
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

    /// The vector of one row, whatever it is stored as; nothing past the end.
    #[cfg(feature = "native")]
    pub fn values(&self, row: usize) -> Vec<f32> {
        if let Some(vectors) = self.vectors() {
            return vectors.get(row * self.dimension..(row + 1) * self.dimension).unwrap_or_default().to_vec();
        }
        let scale = self.scales.get(row).copied().unwrap_or(0.0);
        self.row(row).iter().map(|code| f32::from(code) * scale).collect()
    }

    /// Whether the codes of one row take 4 bits each and not 8.
    #[cfg(feature = "native")]
    pub fn is_narrow(&self, row: usize) -> bool {
        self.vectors.is_none() && codes::is_narrow(self.row(row))
    }

    /// The codes of one row, empty past the end.
    pub fn row(&self, row: usize) -> Codes<'_> {
        self.codes().row(row, self.dimension)
    }
}
