//! The item table: codes, scales and attributes of every item the model was trained on.

use super::Dtype;
use super::codes::{self, TableCodes, check_dimension};
use super::error::{ArtifactError, detail};
use super::tensors::Tensors;
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::kernels::{CodeTable, Codes, bulk};

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
pub(crate) const VECTORS: &str = "items.vectors";
const CATEGORY: &str = "items.category";
const DEPARTMENT: &str = "items.department";
const BRAND: &str = "items.brand";
/// The vectors' scales, one an item.
pub(crate) const SCALES: &str = "items.scales";

/// All rows, in the order of the vocabulary. Vectors are L2-normalised before they are coded.
#[derive(Clone, Debug, Default, PartialEq)]
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
            return Err(ArtifactError::Shape {
                name: "items.codes",
                detail: detail!("codes, scales and attributes count different rows"),
            });
        }
        if let Some(at) = scales.iter().position(|scale| !(scale.is_finite() && *scale >= 0.0)) {
            return Err(ArtifactError::Value { name: SCALES, detail: detail!("out of range: scale", at) });
        }
        let sums = view.row_sums(dimension);
        Ok(ItemTable { dimension, codes, scales, sums, vectors: None, attributes })
    }

    /// A table in full precision, `attributes.len()` rows of `dimension` numbers: what quantized ones are compared with.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where the parts disagree or a number is not finite.
    #[cfg(feature = "exact")]
    pub fn exact(dimension: usize, vectors: Vec<f32>, attributes: Vec<Attributes>) -> Result<Self, ArtifactError> {
        check_dimension(dimension)?;
        let rows = attributes.len();
        if rows.checked_mul(dimension) != Some(vectors.len()) {
            return Err(ArtifactError::Shape {
                name: VECTORS,
                detail: detail!("vectors and attributes count different rows"),
            });
        }
        if vectors.iter().any(|value| !value.is_finite()) {
            return Err(ArtifactError::Value { name: VECTORS, detail: detail!("a number is not finite") });
        }
        let (scales, sums) = (vec![0.0; rows], vec![0; rows]);
        let codes = TableCodes::new(Vec::new());
        Ok(ItemTable { dimension, codes, scales, sums, vectors: Some(vectors), attributes })
    }

    pub(crate) fn read(tensors: &Tensors<'_>) -> Self {
        #[cfg(feature = "exact")]
        if tensors.has(VECTORS) {
            return Self::read_exact(tensors);
        }
        let rows = tensors.length(SCALES);
        let (dimension, codes) = codes::read(tensors, rows);
        let scales = bulk::widen_halves(&tensors.scales(SCALES, &[rows]));
        tensors.or_fault(ItemTable::of_codes(dimension, codes, scales, Self::read_attributes(tensors, rows)))
    }

    #[cfg(feature = "exact")]
    fn read_exact(tensors: &Tensors<'_>) -> Self {
        let [rows, dimension] = tensors.sides(VECTORS);
        let vectors = tensors.f32(VECTORS, &[rows, dimension]);
        tensors.or_fault(ItemTable::exact(dimension, vectors, Self::read_attributes(tensors, rows)))
    }

    /// What the shop says of its items: a department that is not there is the category, a price may be missing.
    fn read_attributes(tensors: &Tensors<'_>, rows: usize) -> Vec<Attributes> {
        let mut items = vec![Attributes::default(); rows];
        for name in [CATEGORY, DEPARTMENT, BRAND] {
            if !tensors.has(name) {
                continue;
            }
            // One loop for all three: the engine is small, and this is done once.
            let numbers = tensors.numbers(name, rows);
            let (is_category, is_brand) = (name == CATEGORY, name == BRAND);
            for (at, item) in items.iter_mut().enumerate() {
                let number = numbers.get(at);
                if is_brand {
                    item.brand = number;
                } else {
                    item.department = number;
                    item.category = if is_category { number } else { item.category };
                }
            }
        }
        if tensors.has("items.price") {
            let prices = tensors.shared("items.price", Dtype::I8, &[rows]);
            items.iter_mut().zip(&*prices).for_each(|(item, &price)| item.price = price as i8);
        }
        let popularity = tensors.shared("items.popularity", Dtype::U8, &[rows]);
        let trend = tensors.shared("items.trend", Dtype::U8, &[rows]);
        for ((item, &popularity), &trend) in items.iter_mut().zip(&*popularity).zip(&*trend) {
            (item.popularity, item.trend) = (popularity, trend);
        }
        items
    }

    /// Rows of the table.
    #[inline]
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether the table has no rows: then every row must come inline.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Codes of one row.
    #[inline]
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// All vectors, row after row, of a table in full precision; such a table has no codes.
    #[inline]
    pub fn vectors(&self) -> Option<&[f32]> {
        // In the browser there is no such table, and the compiler may know.
        if cfg!(feature = "exact") { self.vectors.as_deref() } else { None }
    }

    /// All codes, row after row.
    #[inline]
    pub fn codes(&self) -> Codes<'_> {
        self.codes.view()
    }

    /// Codes and their sums, as kernels want them; `None` for a table in full precision.
    #[inline]
    pub fn code_table(&self) -> Option<CodeTable<'_>> {
        CodeTable::new(self.codes(), &self.sums, self.dimension)
    }

    /// The scale of each row: `value = code * scale`.
    #[inline]
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// The sum of each row's codes.
    #[inline]
    pub fn sums(&self) -> &[i16] {
        &self.sums
    }

    /// The attributes of each row.
    #[inline]
    pub fn attributes(&self) -> &[Attributes] {
        &self.attributes
    }

    /// The vector of one row, whatever it is stored as; nothing past the end.
    #[cfg(feature = "exact")]
    pub fn values(&self, row: usize) -> Vec<f32> {
        if let Some(vectors) = self.vectors() {
            return vectors.get(row * self.dimension..(row + 1) * self.dimension).unwrap_or_default().to_vec();
        }
        let scale = self.scales.get(row).copied().unwrap_or(0.0);
        self.row(row).iter().map(|code| f32::from(code) * scale).collect()
    }

    /// Whether the codes of one row take 4 bits each and not 8.
    #[cfg(feature = "write")]
    pub fn is_narrow(&self, row: usize) -> bool {
        self.vectors.is_none() && self.row(row).fit_narrow()
    }

    /// The codes of one row, empty past the end.
    #[inline]
    pub fn row(&self, row: usize) -> Codes<'_> {
        self.codes().row(row, self.dimension)
    }
}
