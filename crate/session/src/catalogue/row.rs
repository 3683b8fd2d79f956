//! One item's part of a model as a row: from the table, inline with a candidate or an event, or composed.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use reshelf_artifact::{Attributes, CHANNELS, Neighbours, short_hash};
use reshelf_kernels::kernels::{Codes, bulk, pack};
use reshelf_kernels::math::{half, quantize_row};

/// Names an item to the engine: rows of the table come first, then items that only this page has named.
pub type ItemHandle = u32;

/// The number of an item that the model does not know.
const NO_NUMBER: u32 = u32::MAX;

/// One item as the engine sees it, wherever it came from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// The item's number in the training vocabulary: neighbours refer to it. `u32::MAX` for a composed row.
    pub number: u32,
    /// The vector's codes.
    pub codes: Codes<'a>,
    /// The vector's scale.
    pub scale: f32,
    /// The sum of the codes.
    pub sum: i16,
    /// Attributes.
    pub attributes: Attributes,
    /// What belongs to it in other sessions.
    pub neighbours: Neighbours<'a>,
    pub(super) vector: Option<&'a [f32]>,
}

impl<'a> Row<'a> {
    /// The vector of a model in full precision; such a row has no codes.
    pub fn vector(&self) -> Option<&'a [f32]> {
        // In the browser there is none, and the compiler may know.
        if cfg!(feature = "exact") { self.vector } else { None }
    }

    /// The same with its codes in 4 bits, in this room, where they fit: a table of both kinds has them all in 8.
    pub fn narrowed<'b>(self, room: &'b mut Vec<u8>) -> Row<'b>
    where
        'a: 'b,
    {
        match self.codes {
            Codes::Int8(wide) if self.codes.fit_narrow() => {
                *room = pack(wide).collect();
                Row { codes: Codes::Int4(room), ..self }
            }
            _ => self,
        }
    }
}

/// What is known of an item besides its vector and its neighbours.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// As [`Row::number`].
    pub number: u32,
    /// Attributes.
    pub attributes: &'a Attributes,
}

impl Item<'_> {
    /// Whether its row was composed of a description: training never saw the item.
    #[inline]
    pub fn is_composed(&self) -> bool {
        self.number == NO_NUMBER
    }
}

/// Why an inline row was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// The bytes end early, or go on after the row.
    Length,
    /// Not a row, or of a version that this engine does not read.
    Foreign,
    /// From another training run than the artifact.
    OtherModel,
    /// A scale or a code is out of range.
    Value,
    /// The item's id is longer than [`LONGEST_ID`].
    Id,
    /// More items than one page may name.
    Full,
}

impl RowError {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            RowError::Length => "row.length",
            RowError::Foreign => "row.foreign",
            RowError::OtherModel => "row.model",
            RowError::Value => "row.value",
            RowError::Id => "row.id",
            RowError::Full => "row.full",
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RowError::Length => "the inline row is cut off or too long; send it as `reshelf rows` wrote it",
            RowError::Foreign => "the bytes are not an inline row of this version; export rows with `reshelf rows`",
            RowError::OtherModel => "the inline row belongs to another model; export rows again after each training",
            RowError::Value => "the inline row holds a value out of range; export it again with `reshelf rows`",
            RowError::Id => "the item's id is longer than 65,535 bytes; name the item by a shorter one",
            RowError::Full => "too many different items outside the model; forget them before naming more",
        })
    }
}

impl core::error::Error for RowError {}

/// A row that travelled, decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineRow {
    pub(super) number: u32,
    codes: Vec<i8>,
    scale: f32,
    pub(super) attributes: Attributes,
    list: Vec<u8>,
    list_scales: Vec<[u8; 2]>,
    /// Of a composed row in a model of full precision.
    vector: Option<Vec<f32>>,
}

/// First bytes of every inline row: "R" and the layout's version.
const ROW_MAGIC: [u8; 2] = [b'R', 2];
/// Bits a code.
const WIDE_BITS: u8 = 8;
const NARROW_BITS: u8 = 4;
/// Bytes before the memory's scales.
const ROW_HEAD: usize = 26;

impl InlineRow {
    /// Packs a row: 26 bytes, two a channel of the memory, the codes as they lie, and the packed neighbours.
    /// It is a part of the engine, so that an edge worker can give rows out, and as small as can be.
    ///
    /// A row in full precision has no codes to pack: quantize the model first.
    ///
    /// Layout, little-endian: magic 2, dimension/16 u8, channels u8, model tag u32, number u32, scale f16, category
    /// u16, department u16, brand u16, price i8, popularity u8, trend u8, bits a code u8, bytes of neighbours u16, memory scales
    /// f16 each, codes, neighbours.
    #[inline(never)]
    pub fn pack(row: &Row<'_>, model: &str) -> Vec<u8> {
        let (list, scales) = (row.neighbours.bytes(), row.neighbours.scales());
        let bits = if matches!(row.codes, Codes::Int4(_)) { NARROW_BITS } else { WIDE_BITS };
        let Attributes { category, department, brand, price, popularity, trend } = row.attributes;
        let mut head = [0; ROW_HEAD];
        head[..2].copy_from_slice(&ROW_MAGIC);
        head[2] = (row.codes.count() / 16) as u8;
        head[3] = scales.len() as u8;
        head[4..8].copy_from_slice(&model_tag(model).to_le_bytes());
        head[8..12].copy_from_slice(&row.number.to_le_bytes());
        head[12..14].copy_from_slice(&half(row.scale).to_le_bytes());
        head[14..16].copy_from_slice(&category.to_le_bytes());
        head[16..18].copy_from_slice(&department.to_le_bytes());
        head[18..20].copy_from_slice(&brand.to_le_bytes());
        head[20..24].copy_from_slice(&[price as u8, popularity, trend, bits]);
        head[24..].copy_from_slice(&(list.len() as u16).to_le_bytes());
        [&head, scales.as_flattened(), row.codes.bytes(), list].concat()
    }

    /// Decodes a packed row of this model and dimension. Its neighbours are decoded only when an event needs them.
    ///
    /// # Errors
    /// Any [`RowError`] but `row.id` and `row.full`.
    pub fn unpack(bytes: &[u8], model: &str, dimension: usize) -> Result<Self, RowError> {
        let head: &[u8; ROW_HEAD] = bytes.first_chunk().ok_or(RowError::Length)?;
        let u16_at = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if head[..2] != ROW_MAGIC || usize::from(head[2]) * 16 != dimension {
            return Err(RowError::Foreign);
        }
        if u32_at(4) != model_tag(model) {
            return Err(RowError::OtherModel);
        }
        let channels = usize::from(head[3]);
        let stored = match head[23] {
            WIDE_BITS => dimension,
            NARROW_BITS => dimension / 2,
            _ => return Err(RowError::Foreign),
        };
        if bytes.len() != ROW_HEAD + 2 * channels + stored + usize::from(u16_at(24)) {
            return Err(RowError::Length);
        }
        let (scales, rest) = bytes[ROW_HEAD..].split_at(2 * channels);
        let (stored, list) = rest.split_at(stored);
        let mut codes = Vec::with_capacity(dimension);
        let in_range = if head[23] == NARROW_BITS {
            Codes::Int4(stored).append_to(&mut codes);
            Codes::Int4(stored).fit_narrow()
        } else {
            codes.extend_from_slice(bytemuck::cast_slice(stored));
            !codes.contains(&i8::MIN)
        };
        let f16 = |bits: [u8; 2]| half::f16::from_le_bytes(bits).to_f32();
        let row = InlineRow {
            number: u32_at(8),
            codes,
            scale: f16([head[12], head[13]]),
            attributes: Attributes {
                category: u16_at(14),
                department: u16_at(16),
                brand: u16_at(18),
                price: head[20] as i8,
                popularity: head[21],
                trend: head[22],
            },
            list: list.to_vec(),
            list_scales: scales.as_chunks::<2>().0.to_vec(),
            vector: None,
        };
        let good = |scale: f32| scale.is_finite() && scale >= 0.0;
        let valid = (1..=CHANNELS).contains(&channels)
            && good(row.scale)
            && bulk::largest_u16(scales) <= bulk::LARGEST_HALF
            && in_range
            && row.number != NO_NUMBER;
        if valid { Ok(row) } else { Err(RowError::Value) }
    }

    /// The row of an item outside the vocabulary, by its vector: no item is its neighbour.
    pub(super) fn composed(vector: Vec<f32>, attributes: Attributes, exact: bool) -> Self {
        let mut codes = vec![0; vector.len()];
        let scale = quantize_row(&vector, &mut codes).to_f32();
        let vector = exact.then_some(vector);
        InlineRow { number: NO_NUMBER, codes, scale, attributes, list: Vec::new(), list_scales: vec![[0; 2]], vector }
    }

    pub(super) fn view(&self) -> Row<'_> {
        Row {
            number: self.number,
            codes: Codes::Int8(&self.codes),
            scale: self.scale,
            sum: Codes::Int8(&self.codes).sum(),
            attributes: self.attributes,
            // Without a table nothing tells how many items there are: any number but the reserved one may be one.
            neighbours: Neighbours::new(&self.list, &self.list_scales, NO_NUMBER),
            vector: self.vector.as_deref(),
        }
    }
}

fn model_tag(model: &str) -> u32 {
    short_hash(0, model.as_bytes())
}
