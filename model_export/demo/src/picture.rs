//! Draws each product from its attributes: a small flat SVG, at most [`LIMIT`] bytes, without scripts, styles, ids or
//! references, so that it can stand inline in a page or alone in a file. Uses the shop's tables and nothing else of ours.
//!
//! The drawings are SVG files in `drawings/`, one for each category. In them `{base}`, `{light}`, `{dark}`, `{deep}`,
//! `{accent}` and `{accent_dark}` stand for the product's own colours, other names for those of [`MATERIALS`]. A group with
//! `shape='1'` belongs to the category's second shape only, one with `trim='0 2'` to its first and third decoration. A line
//! holds one element, the start of a group, its end, or a comment.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::tables::{Category, Rgb, Setting};

/// The most bytes that a picture may take.
#[cfg(test)]
pub(crate) const LIMIT: usize = 960;

const WHITE: Rgb = Rgb(0xffffff);
const CREAM: Rgb = Rgb(0xf7efdf);
const INK: Rgb = Rgb(0x34363c);
const PAPER: Rgb = Rgb(0xfaf7f2);

/// Colours that stay the same whatever colour a product has.
const MATERIALS: [(&str, Rgb); 18] = [
    ("white", WHITE),
    ("cream", CREAM),
    ("ink", INK),
    ("coffee", Rgb(0x5b3a29)),
    ("water", Rgb(0xd5e6ea)),
    ("mirror", Rgb(0xc9dbe2)),
    ("wood", Rgb(0xc99b68)),
    ("wood_dark", Rgb(0x98693f)),
    ("steel", Rgb(0xc3c8ce)),
    ("steel_dark", Rgb(0x868d96)),
    ("brass", Rgb(0xd0a24c)),
    ("glow", Rgb(0xffe7a3)),
    ("flame", Rgb(0xf6a83b)),
    ("straw", Rgb(0xe2c98f)),
    ("soil", Rgb(0x5a4232)),
    ("leaf", Rgb(0x5f9a5f)),
    ("leaf_dark", Rgb(0x3f7350)),
    ("leaf_light", Rgb(0x8cb974)),
];

macro_rules! drawings {
    ($($slug:literal)*) => { [$(($slug, include_str!(concat!("../drawings/", $slug, ".svg")))),*] };
}

/// The files, by the slug of their category.
const DRAWINGS: [(&str, &str); 41] = drawings! {
    "backpacks" "bags" "boots" "bottles" "bowls" "candles" "chairs" "clocks" "coffee-makers" "cushions" "glasses" "hats"
    "headphones" "jackets" "kettles" "lanterns" "mirrors" "mugs" "notebooks" "pans" "pendant-lamps" "planters" "plants"
    "rugs" "sleeping-bags" "sneakers" "socks" "sofas" "speakers" "stools" "sunglasses" "sweaters" "table-lamps" "teapots"
    "tees" "tents" "throws" "umbrellas" "vases" "watches" "watering-cans"
};

/// What every picture begins with: a square of 100 x 100, with round line ends.
const HEAD: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100' stroke-linecap='round'>";

impl Rgb {
    fn channels(self) -> [u32; 3] {
        [(self.0 >> 16) & 255, (self.0 >> 8) & 255, self.0 & 255]
    }

    /// This colour with `percent` of `other` in it. Integers only, so that it is the same everywhere.
    fn mixed(self, other: Rgb, percent: u32) -> Rgb {
        let (a, b) = (self.channels(), other.channels());
        let channel = |i: usize| (a[i] * (100 - percent) + b[i] * percent + 50) / 100;
        Rgb(channel(0) << 16 | channel(1) << 8 | channel(2))
    }

    /// Lightness as the eye sees it, 0..=255 (Rec. 601 weights).
    fn lightness(self) -> u32 {
        let [r, g, b] = self.channels();
        (299 * r + 587 * g + 114 * b) / 1000
    }
}

/// All that a picture depends on, besides the category.
pub(crate) struct Look {
    /// Which of the category's shapes.
    pub(crate) shape: u8,
    /// Which decoration.
    pub(crate) trim: u8,
    /// Which backdrop.
    pub(crate) scene: u8,
    /// The product's colour.
    pub(crate) base: Rgb,
    /// Its line's second colour.
    pub(crate) accent: Rgb,
}

impl Look {
    /// The second colour, or cream or ink where it is too close to the first.
    fn distinct_accent(&self) -> Rgb {
        if self.base.lightness().abs_diff(self.accent.lightness()) >= 35 {
            self.accent
        } else if self.base.lightness() > 140 {
            self.base.mixed(INK, 62)
        } else {
            CREAM
        }
    }
}

/// An element of a drawing and the looks that have it; an empty list stands for all.
struct Element {
    shapes: Vec<u8>,
    trims: Vec<u8>,
    text: &'static str,
}

static ELEMENTS: LazyLock<HashMap<&str, Vec<Element>>> =
    LazyLock::new(|| DRAWINGS.into_iter().map(|(slug, file)| (slug, elements(file))).collect());

/// Reads a file of `drawings/`.
fn elements(file: &'static str) -> Vec<Element> {
    let mut groups: Vec<(Vec<u8>, Vec<u8>)> = vec![(Vec::new(), Vec::new())];
    let mut found = Vec::new();
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("<!--")) {
        let (shapes, trims) = groups.last().cloned().unwrap_or_default();
        if let Some(group) = line.strip_prefix("<g ") {
            let narrowed = |name: &str, outer: Vec<u8>| numbers(group, name).unwrap_or(outer);
            groups.push((narrowed("shape='", shapes), narrowed("trim='", trims)));
        } else if line == "</g>" {
            groups.pop();
        } else if !line.starts_with("<svg ") && line != "</svg>" {
            found.push(Element { shapes, trims, text: line });
        }
    }
    found
}

/// The numbers of an attribute.
fn numbers(group: &str, attribute: &str) -> Option<Vec<u8>> {
    let (_, value) = group.split_once(attribute)?;
    Some(value.split('\'').next()?.split(' ').filter_map(|number| number.parse().ok()).collect())
}

/// The whole picture.
pub(crate) fn draw(category: &Category, look: &Look) -> String {
    let colours = palette(look);
    let mut picture = String::with_capacity(1_000);
    picture.push_str(HEAD);
    backdrop(&mut picture, category.setting, look);
    let has = |list: &[u8], number: u8| list.is_empty() || list.contains(&number);
    for element in ELEMENTS.get(category.slug()).into_iter().flatten() {
        if has(&element.shapes, look.shape) && has(&element.trims, look.trim) {
            paint(&mut picture, element.text, &colours);
        }
    }
    picture.push_str("</svg>");
    picture
}

/// The product's own colours by the names that they have in drawings.
fn palette(look: &Look) -> [(&'static str, Rgb); 6] {
    let (base, accent, shadow) = (look.base, look.distinct_accent(), Rgb(0x1d1a26));
    [
        ("base", base),
        ("light", base.mixed(WHITE, 28)),
        ("dark", base.mixed(shadow, 20)),
        ("deep", base.mixed(shadow, 42)),
        ("accent", accent),
        ("accent_dark", accent.mixed(shadow, 22)),
    ]
}

/// Adds an element with its colours' names filled in; an unknown name stays, and a test finds it.
fn paint(picture: &mut String, element: &str, own: &[(&str, Rgb)]) {
    let mut parts = element.split(['{', '}']);
    picture.push_str(parts.next().unwrap_or_default());
    while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
        match own.iter().chain(&MATERIALS).find(|(other, _)| *other == name) {
            Some((_, colour)) => picture.push_str(&colour.to_string()),
            None => picture.push_str(&format!("{{{name}}}")),
        }
        picture.push_str(text);
    }
}

fn backdrop(picture: &mut String, setting: Setting, look: &Look) {
    // Half of the scenes take their tint from the second colour. A light thing stands before a warm grey, a dark grey
    // one before warm paper, anything else before a breath of colour.
    let base = look.base;
    let source = if look.scene >= 4 { look.distinct_accent() } else { base };
    let tint = if base.lightness() > 190 {
        PAPER.mixed(source.mixed(Rgb(0xa08c74), 55), 42)
    } else if source.lightness() < 75 {
        PAPER.mixed(Rgb(0xcbb08a), 34)
    } else {
        PAPER.mixed(source, 22)
    };
    let colours = [("tint", tint), ("glow", tint.mixed(WHITE, 45)), ("floor", tint.mixed(Rgb(0x8a7a68), 16))];
    paint(picture, "<path fill='{tint}' d='M0 0h100v100H0z'/>", &colours);
    let behind = match (look.scene % 4, setting) {
        (0, Setting::Standing) => "<path fill='{floor}' d='M0 74h100v26H0z'/>",
        (1, Setting::Standing) => "<path fill='{glow}' d='M16 82V48a34 34 0 0 1 68 0v34z'/>",
        (0 | 1, Setting::Flat) => "<path fill='{glow}' d='M0 0h100L0 100z'/>",
        (2, _) => "<circle fill='{glow}' cx='50' cy='50' r='41'/>",
        _ => "",
    };
    paint(picture, behind, &colours);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tables::{CATEGORIES, COLOURS, named};

    /// Every shape, decoration and backdrop of every category, in every colour of its own.
    fn each_picture(mut check: impl FnMut(&str, String)) {
        for category in CATEGORIES.iter() {
            for colour in &category.colours {
                for shape in 0..category.shapes.len() as u8 {
                    for trim in 0..category.trims.len() as u8 {
                        for scene in 0..8 {
                            let look = Look { shape, trim, scene, base: COLOURS[named(colour)].rgb, accent: CREAM };
                            check(category.slug(), draw(category, &look));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_category_has_a_drawing() {
        let slugs: HashSet<&str> = CATEGORIES.iter().map(Category::slug).collect();
        assert_eq!(slugs, DRAWINGS.iter().map(|&(slug, _)| slug).collect());
        for (slug, file) in DRAWINGS {
            assert!(file.starts_with(HEAD) && file.ends_with("</svg>\n"), "{slug}");
            assert_eq!(file.matches("<g ").count(), file.matches("</g>").count(), "{slug}");
        }
    }

    #[test]
    fn pictures_are_small_and_hold_only_shapes() {
        each_picture(|slug, picture| {
            assert!(picture.len() <= LIMIT, "{slug}: {} bytes\n{picture}", picture.len());
            assert!(picture.starts_with("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'"));
            assert!(picture.ends_with("</svg>"));
            let inside = &picture[4..picture.len() - 6];
            for tag in inside.split('<').skip(1) {
                let name = tag.split(' ').next().unwrap_or("");
                assert!(["path", "circle", "ellipse", "rect"].contains(&name), "{slug}: {name}");
                assert!(tag.ends_with("/>"), "{slug}: {tag}");
                assert_eq!(tag.matches('\'').count() % 2, 0, "{slug}: {tag}");
            }
            for forbidden in ["href", "url(", " id=", " on", "\"", "&", "NaN", "{", "}"] {
                assert!(!inside.contains(forbidden), "{slug}: {forbidden}");
            }
        });
    }

    #[test]
    fn path_data_uses_the_letters_of_paths_only() {
        each_picture(|slug, picture| {
            for part in picture.split(" d='").skip(1) {
                let data = part.split('\'').next().unwrap_or("");
                assert!(data.starts_with('M'), "{slug}: {data}");
                assert!(
                    data.chars().all(|c| c.is_ascii_digit() || " .-MmLlHhVvQqTtCcSsAaZz".contains(c)),
                    "{slug}: {data}"
                );
            }
        });
    }

    #[test]
    fn shapes_decorations_and_colours_all_show() {
        for category in CATEGORIES.iter() {
            let mut seen = HashSet::new();
            for shape in 0..category.shapes.len() as u8 {
                for trim in 0..category.trims.len() as u8 {
                    let look = Look { shape, trim, scene: 0, base: Rgb(0x73804e), accent: Rgb(0xd39a37) };
                    seen.insert(draw(category, &look));
                }
            }
            let all = category.shapes.len() * category.trims.len();
            assert!(seen.len() * 10 >= all * 6, "{}: {} of {all}", category.slug(), seen.len());
        }
    }

    #[test]
    fn mixing_ends_at_both_ends() {
        let (a, b) = (Rgb(0x102030), Rgb(0xf0e0d0));
        assert_eq!(a.mixed(b, 0), a);
        assert_eq!(a.mixed(b, 100), b);
        assert_eq!(Rgb(0).mixed(Rgb(0xffffff), 50).to_string(), "#808080");
        assert_eq!(Rgb(0xffffff).lightness(), 255);
    }
}
