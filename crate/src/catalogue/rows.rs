//! Where rows come from. All that the engine needs of one item is a row: from the artifact's own table, inline with a
//! candidate or an event, so that a shop with a million items needs no download of a table at all, or composed of what is
//! said of an item that training never saw.

use super::extras::{Extra, Extras};
use crate::artifact::{Artifact, Attributes, CHANNELS, Description, LONGEST_ID, Neighbours, short_hash};
use crate::kernels::{Codes, pack};
use crate::math::{bulk, quantize_row};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

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
    vector: Option<&'a [f32]>,
}

impl<'a> Row<'a> {
    /// The vector of a model in full precision; such a row has no codes.
    pub fn vector(&self) -> Option<&'a [f32]> {
        // In the browser there is none, and the compiler may know.
        if cfg!(feature = "exact") { self.vector } else { None }
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
    number: u32,
    codes: Vec<i8>,
    scale: f32,
    attributes: Attributes,
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
    /// Packs a row: 26 bytes, two a channel of the memory, the codes in 8 or 4 bits, and the packed neighbours.
    ///
    /// A row in full precision has no codes to pack: quantize the model first.
    ///
    /// Layout, little-endian: magic 2, dimension/16 u8, channels u8, model tag u32, number u32, scale f16, category
    /// u16, department u16, brand u16, price i8, popularity u8, trend u8, bits a code u8, bytes of neighbours u16, memory scales
    /// f16 each, codes, neighbours.
    pub fn pack(row: &Row<'_>, model: &str) -> Vec<u8> {
        let (list, scales) = (row.neighbours.bytes(), row.neighbours.scales());
        let mut bytes = Vec::with_capacity(ROW_HEAD + 2 * scales.len() + row.codes.count() + list.len());
        let f16 = |value: f32| half::f16::from_f32(value).to_le_bytes();
        bytes.extend(ROW_MAGIC);
        bytes.push((row.codes.count() / 16) as u8);
        bytes.push(scales.len() as u8);
        bytes.extend(model_tag(model).to_le_bytes());
        bytes.extend(row.number.to_le_bytes());
        bytes.extend(f16(row.scale));
        let Attributes { category, department, brand, price, popularity, trend } = row.attributes;
        for value in [category, department, brand] {
            bytes.extend(value.to_le_bytes());
        }
        let narrow = row.codes.fit_narrow();
        bytes.extend([price as u8, popularity, trend, if narrow { NARROW_BITS } else { WIDE_BITS }]);
        bytes.extend((list.len() as u16).to_le_bytes());
        bytes.extend(scales.iter().flatten());
        let mut plain = Vec::new();
        row.codes.append_to(&mut plain);
        if narrow {
            bytes.extend(pack(&plain));
        } else {
            bytes.extend(plain.iter().map(|&code| code as u8));
        }
        bytes.extend(list);
        bytes
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
            Codes::Narrow(stored).append_to(&mut codes);
            Codes::Narrow(stored).fit_narrow()
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
    fn composed(vector: Vec<f32>, attributes: Attributes, exact: bool) -> Self {
        let mut codes = vec![0; vector.len()];
        let scale = quantize_row(&vector, &mut codes).to_f32();
        let vector = exact.then_some(vector);
        InlineRow { number: NO_NUMBER, codes, scale, attributes, list: Vec::new(), list_scales: vec![[0; 2]], vector }
    }

    fn view(&self) -> Row<'_> {
        Row {
            number: self.number,
            codes: Codes::Wide(&self.codes),
            scale: self.scale,
            sum: Codes::Wide(&self.codes).sum(),
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

/// The one source of rows: the artifact's table, and what came inline.
#[derive(Clone, Debug)]
pub struct Rows {
    artifact: Arc<Artifact>,
    extras: Extras,
}

impl Rows {
    /// Rows of this artifact, nothing inline yet. Many sessions may share one artifact.
    pub fn new(artifact: impl Into<Arc<Artifact>>) -> Self {
        Rows { artifact: artifact.into(), extras: Extras::default() }
    }

    /// The artifact behind the table, which other sessions may share.
    pub fn artifact(&self) -> &Arc<Artifact> {
        &self.artifact
    }

    /// The handle of an id, if the table holds it or this page has named it before.
    pub fn find(&self, id: &str) -> Option<ItemHandle> {
        let extra = || Some(self.table() + self.extras.find(id).ok()?);
        self.artifact.vocabulary.find(id).or_else(extra)
    }

    /// Handles below this are rows of the table.
    fn table(&self) -> ItemHandle {
        self.artifact.items.len() as ItemHandle
    }

    /// The handle of an id, which is given one if need be: one that no other item had before.
    ///
    /// # Errors
    /// `row.id`, and `row.full` where 65,536 items outside the table are named ([`Rows::let_go`]).
    pub fn name(&mut self, id: &str) -> Result<ItemHandle, RowError> {
        if let Some(handle) = self.artifact.vocabulary.find(id) {
            return Ok(handle);
        }
        if id.len() > LONGEST_ID {
            return Err(RowError::Id);
        }
        let table = self.table();
        // No handle is the one that says that nobody knows an item.
        let number = self.extras.find(id).or_else(|key| self.extras.push(id, key, u32::MAX - table))?;
        Ok(table + number)
    }

    /// Takes a row that came inline with an id. The table wins over a row for an item that it holds.
    ///
    /// # Errors
    /// Any [`RowError`].
    pub fn add(&mut self, id: &str, bytes: &[u8]) -> Result<ItemHandle, RowError> {
        let table = self.table();
        let row = InlineRow::unpack(bytes, &self.artifact.model, self.artifact.items.dimension())?;
        if row.number < table && self.artifact.vocabulary.find(id).is_none() {
            return Err(RowError::Foreign);
        }
        let handle = self.name(id)?;
        if let Some(extra) = handle.checked_sub(table).and_then(|number| self.extras.get_mut(number)) {
            extra.row = Some(row);
        }
        Ok(handle)
    }

    /// Composes a row of what is said of an item, where neither the table nor an inline row knows it and the model knows
    /// any of it; else the item is named as it is. A row that was composed before stays.
    ///
    /// # Errors
    /// `row.id` and `row.full`.
    pub fn compose(&mut self, id: &str, description: &Description<'_>) -> Result<ItemHandle, RowError> {
        let handle = self.name(id)?;
        let Artifact { items, tokens: Some(tokens), .. } = &*self.artifact else { return Ok(handle) };
        let number = handle.checked_sub(items.len() as ItemHandle);
        let extra = number.and_then(|number| self.extras.get_mut(number));
        if let Some(extra @ Extra { row: None, .. }) = extra {
            let composed = tokens.compose(description, items.dimension());
            extra.row =
                composed.map(|(vector, attributes)| InlineRow::composed(vector, attributes, items.vectors().is_some()));
        }
        Ok(handle)
    }

    /// The part of a handle's row that most features need, if there is a row.
    pub fn item(&self, handle: ItemHandle) -> Option<Item<'_>> {
        if let Some(attributes) = self.artifact.items.attributes().get(handle as usize) {
            return Some(Item { number: handle, attributes });
        }
        let row = self.extra(handle)?.row.as_ref()?;
        Some(Item { number: row.number, attributes: &row.attributes })
    }

    /// The row of a handle, if there is one.
    pub fn get(&self, handle: ItemHandle) -> Option<Row<'_>> {
        let (items, index) = (&self.artifact.items, handle as usize);
        if index < items.len() {
            return Some(Row {
                number: handle,
                codes: items.row(index),
                scale: items.scales()[index],
                sum: items.sums()[index],
                attributes: items.attributes()[index],
                neighbours: self.artifact.memory.of(handle),
                vector: items.vectors().map(|vectors| &vectors[index * items.dimension()..][..items.dimension()]),
            });
        }
        self.extra(handle)?.row.as_ref().map(InlineRow::view)
    }

    /// The id of a handle, in its canonical text.
    pub fn id(&self, handle: ItemHandle) -> Option<String> {
        self.artifact.vocabulary.id(handle).or_else(|| self.extra(handle).map(|extra| extra.id.clone()))
    }

    /// Whether a handle names anything.
    pub fn knows(&self, handle: ItemHandle) -> bool {
        handle < self.table() || self.extra(handle).is_some()
    }

    fn extra(&self, handle: ItemHandle) -> Option<&Extra> {
        self.extras.get(handle.checked_sub(self.table())?)
    }

    /// Whether [`Rows::name`] would find no room for an id that is new.
    pub fn is_full(&self) -> bool {
        self.extras.is_full()
    }

    /// Makes room: lets go of items outside the table that nobody needs, the older half of them.
    pub fn let_go(&mut self, needed: impl Fn(ItemHandle) -> bool) {
        let table = self.table();
        self.extras.let_go(|number| needed(table + number));
    }

    /// Moves whenever handles of items outside the table become void.
    pub fn generation(&self) -> u32 {
        self.extras.generation()
    }

    /// Drops every id and row that this page has named.
    pub fn forget_extras(&mut self) {
        self.extras.clear();
    }
}
