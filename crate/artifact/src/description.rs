//! What a shop says of an item, as tokens: the one function by which training and serving both read it.

use alloc::vec::Vec;
use reshelf_kernels::kernels::bulk::xxh64;

/// What is known of an item besides its id. Texts are taken as the shop writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Description<'a> {
    /// The category path from the widest step to the narrowest, `a/b/c`, or `a.b.c` where it has no slash.
    pub category: Option<&'a str>,
    /// The brand.
    pub brand: Option<&'a str>,
    /// The price in the shop's currency.
    pub price: Option<f32>,
    /// The title.
    pub title: Option<&'a str>,
}

/// What a token tells of its item. The number salts the token's hash, so that a brand is never taken for a title's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The first step of the category path.
    Department,
    /// A shorter part of the category path. Hashes like [`TokenKind::Category`]: it may be the whole path of other items.
    Section,
    /// The whole category path.
    Category,
    /// The brand.
    Brand,
    /// The band in which the price lies.
    Price,
    /// A word of the title.
    Word,
}

/// Most steps of a category path that count.
const MOST_STEPS: usize = 8;
/// Most words of a title that count.
const MOST_WORDS: usize = 12;

/// Most tokens of one item: department, the path's steps, brand, price, words.
pub const MOST_TOKENS: usize = 3 + MOST_STEPS + MOST_WORDS;

impl Description<'_> {
    /// The tokens of the item in a fixed order, each hash once per kind, at most [`MOST_TOKENS`]. `edges` part the prices
    /// into bands, see [`price_band`].
    ///
    /// A token's hash is the low half of the XXH64 of its text, seeded by its kind. Texts lose the ASCII white space around
    /// them. A path's steps are told apart by `/`, else by `.`; empty steps do not count. Words are what stands between
    /// ASCII characters that are neither letters nor digits, with ASCII letters in lower case, two characters or longer.
    ///
    /// ```
    /// use reshelf_artifact::{Description, TokenKind};
    /// let mug = Description { category: Some("home/mugs"), title: Some("Blue mug (blue)"), ..Description::default() };
    /// let kinds: Vec<TokenKind> = mug.tokens(&[]).into_iter().map(|(kind, _)| kind).collect();
    /// use TokenKind::{Category, Department, Section, Word};
    /// assert_eq!(kinds, [Department, Section, Category, Word, Word]);
    /// ```
    pub fn tokens(&self, edges: &[f32]) -> Vec<(TokenKind, u32)> {
        let mut tokens = Vec::with_capacity(MOST_TOKENS);
        if let Some(path) = self.category {
            visit_path(path, &mut |kind, text| push(&mut tokens, kind, text));
        }
        if let Some(brand) = self.brand.map(str::trim_ascii).filter(|brand| !brand.is_empty()) {
            push(&mut tokens, TokenKind::Brand, brand.as_bytes());
        }
        if let Some(band) = self.price.and_then(|price| price_band(edges, price)) {
            push(&mut tokens, TokenKind::Price, &(band as u32).to_le_bytes());
        }
        if let Some(title) = self.title {
            let cuts = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
            let words = pieces(title.as_bytes(), &cuts, MOST_WORDS, 2);
            words.iter().for_each(|word| push(&mut tokens, TokenKind::Word, &word.to_ascii_lowercase()));
        }
        tokens
    }
}

/// Whether a piece of UTF-8 has so many characters, at least 1: bytes that continue none.
fn has_characters(text: &[u8], least: usize) -> bool {
    text.iter().filter(|&&byte| byte & 0xC0 != 0x80).nth(least - 1).is_some()
}

/// The band in which a price lies: how many of the ascending edges it reaches. `None` for a price that is not above zero
/// and finite, and where there are no edges.
pub fn price_band(edges: &[f32], price: f32) -> Option<usize> {
    let usable = price.is_finite() && price > 0.0 && !edges.is_empty();
    usable.then(|| edges.iter().take_while(|&&edge| price >= edge).count())
}

fn visit_path(path: &str, visit: &mut dyn FnMut(TokenKind, &[u8])) {
    let separator = if path.as_bytes().contains(&b'/') { b'/' } else { b'.' };
    let steps = pieces(path.as_bytes(), &|byte| byte == separator, MOST_STEPS, 1);
    let mut prefix: Vec<u8> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        if at == 0 {
            visit(TokenKind::Department, step);
        } else {
            prefix.push(b'/');
        }
        prefix.extend_from_slice(step);
        visit(if at + 1 < steps.len() { TokenKind::Section } else { TokenKind::Category }, &prefix);
    }
}

/// The first pieces of a text between the bytes that cut it, without white space around them, `shortest` characters or
/// longer. Dynamic calls and one loop: the browser's module stays small.
fn pieces<'a>(text: &'a [u8], cuts: &dyn Fn(u8) -> bool, most: usize, shortest: usize) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut begin = 0;
    for end in 0..=text.len() {
        if text.get(end).is_none_or(|&byte| cuts(byte)) {
            let piece = text[begin..end].trim_ascii();
            begin = end + 1;
            if has_characters(piece, shortest) && found.len() < most {
                found.push(piece);
            }
        }
    }
    found
}

/// The low half of the XXH64.
pub fn short_hash(seed: u64, bytes: &[u8]) -> u32 {
    xxh64(seed, bytes) as u32
}

fn push(tokens: &mut Vec<(TokenKind, u32)>, kind: TokenKind, text: &[u8]) {
    let salt = match kind {
        TokenKind::Department => 1,
        TokenKind::Section | TokenKind::Category => 2,
        TokenKind::Brand => 3,
        TokenKind::Price => 4,
        TokenKind::Word => 5,
    };
    let token = (kind, short_hash(salt, text));
    if !tokens.contains(&token) {
        tokens.push(token);
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::*;
    use super::*;
    use proptest::prelude::*;

    const EDGES: [f32; 2] = [10.0, 100.0];

    #[test]
    fn tokens_are_stable() {
        let item = Description {
            category: Some("Home / Kitchen/mugs"),
            brand: Some(" Zen & Co "),
            price: Some(10.0),
            title: Some("Große TASSE, 0.3 l – große tasse"),
        };
        let expected = [
            (Department, 295158304),
            (Section, 3817101670),
            (Section, 2874557079),
            (Category, 3769445436),
            (Brand, 4116998553),
            (Price, 3576726428),
            (Word, 4188357344),
            (Word, 2600970423),
        ];
        assert_eq!(item.tokens(&EDGES), expected);
        let dotted = Description { category: Some("Home.Kitchen.mugs"), ..item };
        assert_eq!(dotted.tokens(&EDGES), expected);
    }

    #[test]
    fn kinds_are_told_apart_and_sections_are_categories_of_others() {
        let path = |path| Description { category: Some(path), ..Description::default() }.tokens(&[]);
        let (short, long) = (path("a/b"), path("a/b/c"));
        assert_eq!(short[..2], long[..2]);
        assert_eq!((short[2].0, long[2].0, short[2].1), (Category, Section, long[2].1));
        let brand = Description { brand: Some("a"), ..Description::default() }.tokens(&[]);
        assert!(path("a").iter().all(|(_, hash)| *hash != brand[0].1));
        assert_eq!(path(" // "), []);
    }

    #[test]
    fn prices_fall_into_bands() {
        let bands = [0.5, 10.0, 99.0, 100.0, 1e9].map(|price| price_band(&EDGES, price));
        assert_eq!(bands, [Some(0), Some(1), Some(1), Some(2), Some(2)]);
        for price in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(price_band(&EDGES, price), None);
        }
        assert_eq!(price_band(&[], 1.0), None);
    }

    proptest! {
        #[test]
        fn any_text_has_few_tokens_each_once(
            category in ".{0,80}", brand in ".{0,9}", title in ".{0,200}", price in any::<f32>(),
        ) {
            let item = Description {
                category: Some(&category), brand: Some(&brand), price: Some(price), title: Some(&title),
            };
            let tokens = item.tokens(&EDGES);
            prop_assert!(tokens.len() <= MOST_TOKENS);
            for (at, token) in tokens.iter().enumerate() {
                prop_assert!(!tokens[..at].contains(token));
            }
            prop_assert_eq!(tokens, item.tokens(&EDGES));
        }
    }
}
