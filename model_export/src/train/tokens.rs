//! Which tokens of the catalogue's descriptions get a vector, and which of them each item has.

use std::collections::{BTreeSet, HashMap};

use reshelf::artifact::{
    Attributes, Description, MOST_TOKENS, TokenKind, TokenTable, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE, price_band,
};
use reshelf::math::quantize_row;

use crate::data::{Catalogue, Ids};
use crate::rng::Rng;

/// A token of fewer items tells about these items and nothing of others.
const FEWEST_ITEMS: u32 = 3;
/// A token of more than this part of the items tells nothing of any of them: it names attributes and has no vector.
const LARGEST_SHARE: f64 = 0.5;
/// Most tokens, the most frequent: at 64 dimensions half a megabyte.
const MOST: usize = 8_192;
/// The part of the items that something must be known of.
const LEAST_COVER: f64 = 0.1;
/// Bands of prices, with equally many items each.
const PRICE_BANDS: usize = 12;

/// Which of an item's tokens are kept, a bit each in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept(u32);

const _: () = assert!(MOST_TOKENS <= u32::BITS as usize);

impl Kept {
    /// All of them.
    pub const ALL: Kept = Kept(u32::MAX);

    /// Of so many tokens each with this probability, and one of them in any case.
    pub fn some(tokens: usize, probability: f32, random: &mut Rng) -> Kept {
        let drawn = (0..tokens).filter(|_| random.unit() < probability).fold(0, |bits, at| bits | 1 << at);
        if drawn == 0 { Kept(1 << random.below(tokens.max(1))) } else { Kept(drawn) }
    }

    fn keeps(self, at: usize) -> bool {
        self.0 >> at & 1 == 1
    }
}

/// The tokens of a vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    hashes: Vec<u32>,
    numbers: Vec<u16>,
    price_edges: Vec<f32>,
    price_codes: Vec<i8>,
    /// Where each item's tokens begin in `members`, and those of each text that was searched for; and the end of the last.
    starts: Vec<usize>,
    members: Vec<u32>,
    /// For each text that was searched for, whether any of its words is a token.
    texts: Vec<bool>,
}

impl Tokens {
    /// The tokens of the items; `None` where the catalogue says something of less than a tenth of them.
    pub fn new(catalogue: &Catalogue, ids: &Ids, attributes: &[Attributes]) -> Option<Self> {
        let described = |item: usize| catalogue.describe(&ids.text(item)).unwrap_or_default();
        let prices = (0..ids.len()).map(|item| described(item).price);
        let price_edges = edges(prices.clone());
        let price_codes = band_codes(&price_edges, prices, attributes);
        let of_items: Vec<Vec<(TokenKind, u32)>> =
            (0..ids.len()).map(|item| described(item).tokens(&price_edges)).collect();
        let covered = of_items.iter().filter(|tokens| !tokens.is_empty()).count();
        if (covered as f64) < LEAST_COVER * ids.len() as f64 {
            return None;
        }
        let mut counts: HashMap<u32, u32> = HashMap::new();
        of_items.iter().flatten().for_each(|(_, hash)| *counts.entry(*hash).or_default() += 1);
        let mut hashes: Vec<u32> = counts.keys().copied().filter(|hash| counts[hash] >= FEWEST_ITEMS).collect();
        hashes.sort_unstable_by_key(|hash| (u32::MAX - counts[hash], *hash));
        hashes.truncate(MOST);
        hashes.sort_unstable();
        if hashes.is_empty() {
            return None;
        }
        let mut tokens = Tokens {
            numbers: vec![UNKNOWN_ATTRIBUTE; hashes.len()],
            hashes,
            price_edges,
            price_codes,
            ..Tokens::default()
        };
        tokens.starts.push(0);
        for (of_item, attributes) in of_items.iter().zip(attributes) {
            for (kind, hash) in of_item {
                let Ok(token) = tokens.hashes.binary_search(hash) else { continue };
                if f64::from(counts[hash]) <= LARGEST_SHARE * ids.len() as f64 {
                    tokens.members.push(token as u32);
                }
                let number = match kind {
                    TokenKind::Department => attributes.department,
                    TokenKind::Category => attributes.category,
                    TokenKind::Brand => attributes.brand,
                    TokenKind::Section | TokenKind::Price | TokenKind::Word => continue,
                };
                tokens.numbers[token] = number;
            }
            tokens.starts.push(tokens.members.len());
        }
        Some(tokens)
    }

    /// The same with these texts, which are numbered after the items: of their words those that any item's vector is made of.
    pub fn with_texts(mut self, texts: &[String]) -> Self {
        let trained = self.trained();
        for text in texts {
            let words = Description { title: Some(text), ..Description::default() }.tokens(&[]);
            let tokens = words.iter().filter_map(|(_, hash)| self.hashes.binary_search(hash).ok());
            let tokens: Vec<u32> = tokens.map(|token| token as u32).collect();
            self.texts.push(!tokens.is_empty());
            self.members.extend(tokens.iter().filter(|token| trained.contains(token)));
            self.starts.push(self.members.len());
        }
        self
    }

    /// How many texts there are.
    pub fn texts(&self) -> usize {
        self.texts.len()
    }

    /// Whether the engine makes anything of a text.
    pub fn knows_text(&self, text: usize) -> bool {
        self.texts[text]
    }

    /// The tokens that some item's vector is made of.
    fn trained(&self) -> BTreeSet<u32> {
        self.members.iter().copied().collect()
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The tokens of an item or a text, by number.
    pub fn of(&self, item: usize) -> &[u32] {
        &self.members[self.starts[item]..self.starts[item + 1]]
    }

    /// Those of an item's tokens that are kept, and how much each of them weighs in its vector: their sum is as long, by
    /// chance, whatever their number.
    fn kept(&self, item: usize, kept: Kept) -> (impl Iterator<Item = u32> + '_, f32) {
        let tokens = self.of(item);
        let count = (0..tokens.len()).filter(|&at| kept.keeps(at)).count();
        let tokens = tokens.iter().enumerate().filter(move |(at, _)| kept.keeps(*at)).map(|(_, &token)| token);
        (tokens, 1.0 / (count.clamp(1, MOST_TOKENS) as f32).sqrt())
    }

    /// Adds those of an item's tokens that are kept to its vector, `sign` times. `vectors` holds the vector of each token.
    pub fn add(&self, item: usize, kept: Kept, vectors: &[f32], sign: f32, vector: &mut [f32]) {
        let (tokens, weight) = self.kept(item, kept);
        let weight = sign * weight;
        for token in tokens {
            let values = &vectors[token as usize * vector.len()..][..vector.len()];
            vector.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
        }
    }

    /// The gradients of the tokens that some items have, from the gradients of the items' vectors, `width` numbers each:
    /// the tokens, ascending, and a row for each of them. `kept` says of each item which of its tokens its vector was made of.
    pub fn gradients(&self, items: &[u32], kept: &[Kept], gradients: &[f32], width: usize) -> (Vec<u32>, Vec<f32>) {
        let of = |(&item, &kept): (&u32, &Kept)| self.kept(item as usize, kept);
        let mut touched: Vec<u32> = items.iter().zip(kept).flat_map(|item| of(item).0).collect();
        touched.sort_unstable();
        touched.dedup();
        let mut place = vec![0; self.len()];
        touched.iter().enumerate().for_each(|(row, &token)| place[token as usize] = row);
        let mut sums = vec![0.0; touched.len() * width];
        for (item, gradient) in items.iter().zip(kept).zip(gradients.chunks_exact(width)) {
            let (tokens, weight) = of(item);
            for token in tokens {
                let sum = &mut sums[place[token as usize] * width..][..width];
                sum.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        (touched, sums)
    }

    /// As the artifact holds them.
    pub fn table(&self, vectors: &[f32], dimension: usize) -> TokenTable {
        let mut codes = vec![0i8; self.len() * dimension];
        let mut scales = vec![0.0; self.len()];
        let rows = vectors.chunks_exact(dimension).zip(codes.chunks_exact_mut(dimension)).zip(&mut scales);
        // What no item's vector is made of was never trained, and stays zero.
        let trained = self.trained();
        for (_, ((vector, codes), scale)) in (0..).zip(rows).filter(|(token, _)| trained.contains(token)) {
            *scale = quantize_row(vector, codes).to_f32();
        }
        TokenTable {
            hashes: self.hashes.clone(),
            codes,
            scales,
            numbers: self.numbers.clone(),
            price_edges: self.price_edges.clone(),
            price_codes: self.price_codes.clone(),
        }
    }
}

/// The prices at which bands of equally many items begin.
fn edges(prices: impl Iterator<Item = Option<f32>>) -> Vec<f32> {
    let mut prices: Vec<f32> = prices.flatten().filter(|price| price.is_finite() && *price > 0.0).collect();
    prices.sort_unstable_by(f32::total_cmp);
    let mut edges: Vec<f32> =
        (1..PRICE_BANDS).filter_map(|band| prices.get(band * prices.len() / PRICE_BANDS)).copied().collect();
    edges.dedup();
    edges
}

/// The mean price code of each band's items.
fn band_codes(edges: &[f32], prices: impl Iterator<Item = Option<f32>>, attributes: &[Attributes]) -> Vec<i8> {
    if edges.is_empty() {
        return Vec::new();
    }
    let mut sums = vec![(0i64, 0i64); edges.len() + 1];
    for (price, item) in prices.zip(attributes) {
        let band = price.and_then(|price| price_band(edges, price)).filter(|_| item.price != UNKNOWN_PRICE);
        if let Some((sum, count)) = band.and_then(|band| sums.get_mut(band)) {
            (*sum, *count) = (*sum + i64::from(item.price), *count + 1);
        }
    }
    sums.iter().map(|&(sum, count)| if count == 0 { UNKNOWN_PRICE } else { (sum / count) as i8 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(items: usize, described: usize) -> Catalogue {
        let text = |item: usize, text: String| (item < described).then_some(text);
        Catalogue {
            ids: Ids::Integer((0..items as i64).collect()),
            titles: vec![None; items],
            categories: (0..items).map(|item| text(item, format!("all/{}", item % 2))).collect(),
            brands: (0..items).map(|item| text(item, format!("brand {}", item / 2))).collect(),
            prices: (0..items).map(|item| (item < described).then_some(1.0 + item as f32)).collect(),
            others: std::collections::BTreeMap::new(),
        }
    }

    fn tokens(items: usize, described: usize) -> Option<Tokens> {
        let catalogue = catalogue(items, described);
        let attributes = (0..items).map(|item| Attributes {
            category: 1 + item as u16 % 2,
            department: 9,
            brand: 77,
            price: item as i8,
            ..Attributes::default()
        });
        Tokens::new(&catalogue, &catalogue.ids, &attributes.collect::<Vec<_>>())
    }

    #[test]
    fn tokens_of_three_items_get_a_number_and_rare_ones_none() {
        let tokens = tokens(48, 40).unwrap_or_default();
        // The department, its path, two categories, twelve bands of prices; each brand has two items only.
        assert_eq!(tokens.len(), 16);
        // The first two are of most items: they have no vector.
        assert_eq!((tokens.of(0).len(), tokens.of(39).len(), tokens.of(40).len()), (2, 2, 0));
        let mut numbers: Vec<u16> = tokens.numbers.iter().copied().filter(|&number| number > 0).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 9]);
        assert_eq!((tokens.price_edges.len(), tokens.price_codes.len()), (11, 12));
        assert!(tokens.price_codes.is_sorted());
    }

    #[test]
    fn a_catalogue_that_says_nothing_gives_none() {
        assert_eq!(tokens(100, 9), None);
        assert!(tokens(100, 10).is_some());
        assert_eq!(tokens(0, 0), None);
    }

    #[test]
    fn of_any_tokens_one_is_kept_at_least_and_as_many_as_chance_has_it() {
        let mut random = Rng::new(1, "kept");
        for tokens in [1, 2, 7, MOST_TOKENS] {
            let mut draw = |probability: f32| {
                let kept = Kept::some(tokens, probability, &mut random);
                (0..32).filter(|&at| kept.keeps(at)).inspect(|&at| assert!(at < tokens)).count()
            };
            assert_eq!((draw(0.0), draw(1.1)), (1, tokens));
            let many: usize = (0..2_000).map(|_| draw(0.5)).sum();
            // None of them counts as one.
            let expected = tokens as f32 / 2.0 + 0.5f32.powi(tokens as i32);
            assert!((many as f32 / 2_000.0 - expected).abs() < 0.2, "{many} of {tokens}");
        }
    }

    #[test]
    fn what_is_kept_weighs_as_if_it_were_all_that_is_there() {
        let tokens = tokens(48, 40).unwrap_or_default();
        let vectors: Vec<f32> = (0..tokens.len()).map(|token| 1.0 + token as f32).collect();
        let sum = |kept: Kept| {
            let mut vector = [0.0];
            tokens.add(0, kept, &vectors, 1.0, &mut vector);
            vector[0]
        };
        let [first, second] = [tokens.of(0)[0], tokens.of(0)[1]].map(|token| vectors[token as usize]);
        assert_eq!((sum(Kept(1)), sum(Kept(2))), (first, second));
        assert!((sum(Kept::ALL) - (first + second) / 2f32.sqrt()).abs() < 1e-5);
    }

    #[test]
    fn gradients_are_those_of_the_sum() {
        let tokens = tokens(48, 40).unwrap_or_default();
        // The sum's derivative by a token's vector is the weight: move each token and look at the items.
        let (items, gradients) = ([0u32, 1, 44], [1.0f32, 10.0, 100.0]);
        let kept = [Kept::ALL, Kept(0b10), Kept::ALL];
        let (touched, rows) = tokens.gradients(&items, &kept, &gradients, 1);
        for (token, expected) in touched.iter().zip(rows) {
            let mut vectors = vec![0.0; tokens.len()];
            vectors[*token as usize] = 1.0;
            let moved = items.iter().zip(kept).zip(gradients).map(|((&item, kept), gradient)| {
                let mut vector = [0.0];
                tokens.add(item as usize, kept, &vectors, 1.0, &mut vector);
                vector[0] * gradient
            });
            assert!((moved.sum::<f32>() - expected).abs() < 1e-5);
        }
    }
}
