//! The vectors of tokens, from which an item is composed that training never saw.

use super::description::price_band;
use super::error::detail;
use super::tensors::Tensors;
use super::{Attributes, Description, TokenKind};
use alloc::vec;
use alloc::vec::Vec;
use reshelf_kernels::kernels::bulk;
use reshelf_kernels::math::normalize;

/// The hashes of all tokens; without them a model composes nothing.
pub(crate) const HASHES: &str = "tokens.hashes";

/// The vectors of the tokens of descriptions, and what they tell of an item's attributes.
///
/// A composed item is the sum of its known tokens' vectors, L2-normalised: near the items of the same kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenTable {
    /// The tokens' hashes, ascending ([`Description::tokens`]).
    pub hashes: Vec<u32>,
    /// `tokens x dimension` codes, -127 to 127.
    pub codes: Vec<i8>,
    /// The scale of each token's codes. Vectors are not normalised: a token that tells much is long.
    pub scales: Vec<f32>,
    /// The number of the category, department or brand that a token names ([`Attributes`]); 0 for any other token.
    pub numbers: Vec<u16>,
    /// The prices at which bands begin, ascending; may be empty.
    pub price_edges: Vec<f32>,
    /// The price of each band as [`Attributes::price`]: one more than edges, or none without edges.
    pub price_codes: Vec<i8>,
}

impl TokenTable {
    /// Reads the tensors `tokens.*`; `None` where there are none.
    pub(crate) fn read(tensors: &Tensors<'_>, dimension: usize) -> Option<Self> {
        if !tensors.has(HASHES) {
            return None;
        }
        let count = tensors.length(HASHES);
        let edges = if tensors.has("tokens.price_edges") { tensors.length("tokens.price_edges") } else { 0 };
        let (mut price_edges, mut price_codes) = (Vec::new(), Vec::new());
        if edges > 0 {
            price_edges = tensors.f32("tokens.price_edges", &[edges]);
            price_codes = tensors.i8("tokens.price_codes", &[edges + 1]);
        }
        let table = TokenTable {
            hashes: tensors.u32(HASHES, &[count]),
            codes: tensors.i8("tokens.codes", &[count, dimension]),
            scales: bulk::widen_halves(&tensors.scales("tokens.scales", &[count])),
            numbers: tensors.numbers("tokens.numbers", count).iter().collect(),
            price_edges,
            price_codes,
        };
        let good = table.hashes.is_sorted_by(|a, b| a < b)
            && table.price_edges.is_sorted_by(|a, b| a < b)
            && bulk::least_i8(&table.codes) > i8::MIN;
        if !good {
            // One message for all: a damaged table is trained again, whatever ails it.
            tensors.bad_value("tokens", detail!("hashes and edges must ascend, codes be -127 to 127"));
        }
        Some(table)
    }

    /// The table of these tokens alone, by their places in this one.
    #[cfg(feature = "write")]
    pub fn of(&self, places: &[usize]) -> Self {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.dedup();
        let dimension = self.codes.len() / self.hashes.len().max(1);
        let codes = |&place: &usize| &self.codes[place * dimension..(place + 1) * dimension];
        TokenTable {
            hashes: places.iter().map(|&place| self.hashes[place]).collect(),
            codes: places.iter().flat_map(codes).copied().collect(),
            scales: places.iter().map(|&place| self.scales[place]).collect(),
            numbers: places.iter().map(|&place| self.numbers[place]).collect(),
            price_edges: self.price_edges.clone(),
            price_codes: self.price_codes.clone(),
        }
    }

    /// The unit vector and the attributes of an item by what is known of it; `None` where none of its tokens is known.
    ///
    /// Tokens are added up in the order of [`Description::tokens`]. An item that was never seen has popularity 0 and a
    /// steady trend.
    pub fn compose(&self, description: &Description<'_>, dimension: usize) -> Option<(Vec<f32>, Attributes)> {
        let mut sum = vec![0.0f32; dimension];
        let mut attributes = Attributes::default();
        let mut known = 0;
        for (kind, hash) in description.tokens(&self.price_edges) {
            let Ok(token) = self.hashes.binary_search(&hash) else { continue };
            let codes = self.codes.get(token * dimension..(token + 1) * dimension).unwrap_or_default();
            let (scale, number) = (self.scales[token], self.numbers[token]);
            known += 1;
            for (sum, &code) in sum.iter_mut().zip(codes) {
                *sum += f32::from(code) * scale;
            }
            match kind {
                TokenKind::Department => attributes.department = number,
                TokenKind::Category => attributes.category = number,
                TokenKind::Brand => attributes.brand = number,
                TokenKind::Section | TokenKind::Price | TokenKind::Word => {}
            }
        }
        if known == 0 {
            return None;
        }
        let band = description.price.and_then(|price| price_band(&self.price_edges, price));
        if let Some(&code) = band.and_then(|band| self.price_codes.get(band)) {
            attributes.price = code;
        }
        normalize(&mut sum);
        Some((sum, attributes))
    }
}
