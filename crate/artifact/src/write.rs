//! Back into bytes: the exact inverse of reading, the same bytes for the same parts.

use super::EventKind;
use super::clusters::CENTRES;
use super::codes::{self, NARROW, WHICH, WIDE};
use super::header::sign;
use super::items::{self, VECTORS};
use super::memory::{SCALES, STRENGTHS};
use super::tokens::HASHES;
use super::vocabulary::IDS;
use super::weights::{BOUNDS, DECAY, DEFAULT_DWELL, DWELL, DWELL_BANDS, Feedback, LEARNERS};
use super::{Artifact, Attributes, Dtype, FORMAT, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};
use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde_json::{Map, Value, json};

/// Tensors start at multiples of this many bytes, so that any reader may map them.
const ALIGNMENT: usize = 8;

impl Artifact {
    /// The file's bytes. Reading them back gives an equal artifact, provided that the parts are valid.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write_items(&mut writer);
        self.write_memory(&mut writer);
        self.write_state(&mut writer);
        let (hidden, features) = (self.head.hidden, self.head.features.len());
        writer.f32("head.hidden", &[hidden, features], &self.head.hidden_weights);
        writer.f32("head.bias", &[hidden], &self.head.hidden_bias);
        writer.f32("head.output", &[hidden], &self.head.output);
        writer.f32("head.linear", &[features], &self.head.linear);
        writer.f32("retrieval.weights", &[2], &[self.retrieval.state, self.retrieval.memory]);
        self.write_tokens(&mut writer);
        if let Some(clusters) = &self.clusters {
            let shape = [clusters.count(), self.items.dimension()];
            writer.bytes(CENTRES, Dtype::I8, &shape, bytemuck::cast_slice(clusters.codes()).to_vec());
        }
        let mut metadata = json!({
            "reshelf.card": self.card,
            "reshelf.checksum": "0000000000000000",
            "reshelf.features": self.head.features.join(","),
            "reshelf.format": FORMAT,
            "reshelf.ids": self.vocabulary.layout(),
            "reshelf.kinds": self.state.learned_kinds().iter().map(|kind| kind.name()).collect::<Vec<_>>().join(","),
            "reshelf.model": self.model,
        });
        if let Some(Feedback { features, bounds, precision }) = &self.feedback {
            writer.f32(BOUNDS, &[2, features.len()], &[&bounds[..], precision].concat());
            metadata[LEARNERS] = features.join(",").into();
        }
        writer.finish(metadata)
    }

    fn write_items(&self, writer: &mut Writer) {
        let (rows, attributes) = (self.items.len(), self.items.attributes());
        let ids = self.vocabulary.pack();
        writer.bytes(IDS, Dtype::U8, &[ids.len()], ids);
        self.write_vectors(writer);
        let mut numbers = |name: &str, of: fn(&Attributes) -> u16| writer.u8_or_u16(name, attributes.iter().map(of));
        if attributes.iter().any(|item| item.category != UNKNOWN_ATTRIBUTE) {
            numbers("items.category", |item| item.category);
        }
        if attributes.iter().any(|item| item.department != item.category) {
            numbers("items.department", |item| item.department);
        }
        if attributes.iter().any(|item| item.brand != UNKNOWN_ATTRIBUTE) {
            numbers("items.brand", |item| item.brand);
        }
        if attributes.iter().any(|item| item.price != UNKNOWN_PRICE) {
            let prices = attributes.iter().map(|item| item.price as u8).collect();
            writer.bytes("items.price", Dtype::I8, &[rows], prices);
        }
        let bytes = attributes.iter().map(|item| item.popularity).collect();
        writer.bytes("items.popularity", Dtype::U8, &[rows], bytes);
        writer.bytes("items.trend", Dtype::U8, &[rows], attributes.iter().map(|item| item.trend).collect());
    }

    fn write_vectors(&self, writer: &mut Writer) {
        let (rows, dimension) = (self.items.len(), self.items.dimension());
        if let Some(vectors) = self.items.vectors() {
            return writer.f32(VECTORS, &[rows, dimension], vectors);
        }
        let stored = codes::store(self.items.codes(), dimension);
        if !stored.narrow.is_empty() {
            writer.bytes(NARROW, Dtype::U8, &[2 * stored.narrow.len() / dimension, dimension / 2], stored.narrow);
        }
        // A table without rows still tells its dimension.
        if !stored.wide.is_empty() || rows == 0 {
            writer.bytes(WIDE, Dtype::I8, &[stored.wide.len() / dimension, dimension], stored.wide);
        }
        if let Some(which) = stored.which {
            writer.bytes(WHICH, Dtype::U8, &[which.len()], which);
        }
        writer.f16(items::SCALES, &[rows], self.items.scales().iter().copied());
    }

    /// Weights of the kinds that the file names. Decays and dwells that are the defaults take no room.
    fn write_state(&self, writer: &mut Writer) {
        let (state, kinds) = (&self.state, self.state.learned_kinds());
        let (states, window) = (state.states, state.window);
        let of_kinds = |rows: &[f32]| -> Vec<f32> {
            rows.chunks_exact(EventKind::WEIGHED).flat_map(|row| kinds.iter().map(|&kind| row[kind as usize])).collect()
        };
        writer.f32("state.recency", &[states, window], &state.recency);
        writer.f32("state.kinds", &[states, kinds.len()], &of_kinds(&state.kinds));
        writer.f32("memory.recency", &[window], &state.memory_recency);
        writer.f32("memory.kinds", &[kinds.len()], &of_kinds(&state.memory_kinds));
        if state.decay.iter().any(|&decay| decay != 1.0) {
            writer.f32(DECAY, &[states + 1, kinds.len()], &of_kinds(&state.decay));
        }
        if state.dwell.chunks_exact(DWELL_BANDS).any(|row| row != DEFAULT_DWELL) {
            writer.f32(DWELL, &[states + 1, DWELL_BANDS], &state.dwell);
        }
    }

    fn write_tokens(&self, writer: &mut Writer) {
        let Some(tokens) = &self.tokens else { return };
        let count = tokens.hashes.len();
        let hashes = tokens.hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        writer.bytes(HASHES, Dtype::U32, &[count], hashes);
        let codes = bytemuck::cast_slice(&tokens.codes).to_vec();
        writer.bytes("tokens.codes", Dtype::I8, &[count, self.items.dimension()], codes);
        writer.f16("tokens.scales", &[count], tokens.scales.iter().copied());
        let numbers = tokens.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        writer.bytes("tokens.numbers", Dtype::U16, &[count], numbers);
        if !tokens.price_edges.is_empty() {
            writer.f32("tokens.price_edges", &[tokens.price_edges.len()], &tokens.price_edges);
            let codes = bytemuck::cast_slice(&tokens.price_codes).to_vec();
            writer.bytes("tokens.price_codes", Dtype::I8, &[tokens.price_codes.len()], codes);
        }
    }

    fn write_memory(&self, writer: &mut Writer) {
        let (rows, channels) = (self.memory.len(), self.memory.channels());
        if let Some(lists) = self.memory.exact_lists() {
            let numbers = lists.iter().flat_map(|one| one.item.to_le_bytes()).collect();
            let strengths: Vec<f32> = lists.iter().flat_map(|one| &one.strengths[..channels]).copied().collect();
            writer.u8_or_u16("memory.counts", self.memory.lengths());
            writer.bytes("memory.items", Dtype::U32, &[lists.len()], numbers);
            return writer.f32(STRENGTHS, &[lists.len(), channels], &strengths);
        }
        let (lists, scales) = self.memory.packed_lists();
        writer.u8_or_u16("memory.bytes", self.memory.lengths());
        writer.bytes("memory.lists", Dtype::U8, &[lists.len()], lists.to_vec());
        writer.bytes(SCALES, Dtype::F16, &[rows, channels], scales.to_vec());
    }
}

struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Writer {
    tensors: Vec<Tensor>,
}

impl Writer {
    fn bytes(&mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) {
        self.tensors.push(Tensor { name: name.to_owned(), dtype, shape: shape.to_vec(), bytes });
    }

    /// A vector of `U8` where all values fit, else of `U16`.
    fn u8_or_u16(&mut self, name: &str, values: impl Iterator<Item = u16> + Clone) {
        let length = values.clone().count();
        if values.clone().all(|value| value <= u16::from(u8::MAX)) {
            self.bytes(name, Dtype::U8, &[length], values.map(|value| value as u8).collect());
        } else {
            self.bytes(name, Dtype::U16, &[length], values.flat_map(u16::to_le_bytes).collect());
        }
    }

    fn f32(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        self.bytes(name, Dtype::F32, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect());
    }

    fn f16(&mut self, name: &str, shape: &[usize], values: impl Iterator<Item = f32>) {
        let bytes = values.flat_map(|value| half::f16::from_f32(value).to_le_bytes()).collect();
        self.bytes(name, Dtype::F16, shape, bytes);
    }

    /// The same bytes for the same parts: tensors by falling element size (so that all are aligned without gaps), then by
    /// name, and a header whose keys `serde_json` sorts.
    fn finish(mut self, metadata: Value) -> Vec<u8> {
        self.tensors.sort_by(|a, b| (b.dtype.size(), &a.name).cmp(&(a.dtype.size(), &b.name)));
        let mut header = Map::new();
        header.insert("__metadata__".to_owned(), metadata);
        let mut end = 0;
        for Tensor { name, dtype, shape, bytes } in &self.tensors {
            let begin = end;
            end += bytes.len();
            let entry = json!({ "dtype": dtype.name(), "shape": shape, "data_offsets": [begin, end] });
            header.insert(name.clone(), entry);
        }
        let mut json = Value::Object(header).to_string().into_bytes();
        json.resize(json.len().next_multiple_of(ALIGNMENT), b' ');
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend(json);
        for tensor in self.tensors {
            bytes.extend(tensor.bytes);
        }
        sign(&mut bytes);
        bytes
    }
}
