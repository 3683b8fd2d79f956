//! Draws each product from its attributes: a small flat SVG, at most [`LIMIT`] bytes, without scripts, styles, ids or
//! references, so that it can stand inline in a page or alone in a file. Uses the shop's colours and nothing else.

mod body;
mod garden;
mod kitchen;
mod living;
mod outdoor;
mod sketch;
mod soft;
mod study;
mod wear;

pub(super) use body::{boot, sneaker, sunglasses, umbrella, watch};
pub(super) use garden::{plant, planter, vase, watering_can};
pub(super) use kitchen::{bowl, coffee_maker, glass, kettle, mug, pan, teapot};
pub(super) use living::{candle, chair, pendant_lamp, sofa, stool, table_lamp};
pub(super) use outdoor::{backpack, bag, bottle, lantern, sleeping_bag, tent};
pub(super) use sketch::Sketch;
pub(super) use soft::{clock, cushion, mirror, rug, throw};
pub(super) use study::{headphones, notebook, speaker};
pub(super) use wear::{hat, jacket, socks, sweater, tee};

use super::colours::Rgb;

/// The most bytes that a picture may take.
#[cfg(test)]
pub const LIMIT: usize = 960;

const WHITE: Rgb = Rgb(0xffffff);
const CREAM: Rgb = Rgb(0xf7efdf);
const INK: Rgb = Rgb(0x34363c);
const COFFEE: Rgb = Rgb(0x5b3a29);
const WATER: Rgb = Rgb(0xd5e6ea);
const MIRROR: Rgb = Rgb(0xc9dbe2);
const WOOD: Rgb = Rgb(0xc99b68);
const WOOD_DARK: Rgb = Rgb(0x98693f);
const STEEL: Rgb = Rgb(0xc3c8ce);
const STEEL_DARK: Rgb = Rgb(0x868d96);
const BRASS: Rgb = Rgb(0xd0a24c);
const GLOW: Rgb = Rgb(0xffe7a3);
const FLAME: Rgb = Rgb(0xf6a83b);
const STRAW: Rgb = Rgb(0xe2c98f);
const SOIL: Rgb = Rgb(0x5a4232);
const LEAF: Rgb = Rgb(0x5f9a5f);
const LEAF_DARK: Rgb = Rgb(0x3f7350);
const LEAF_LIGHT: Rgb = Rgb(0x8cb974);
const PAPER: Rgb = Rgb(0xfaf7f2);

/// The colours of one picture, all made from the product's colour and its line's second colour.
pub struct Paint {
    pub base: Rgb,
    pub light: Rgb,
    pub dark: Rgb,
    pub deep: Rgb,
    pub accent: Rgb,
    pub accent_dark: Rgb,
}

impl Paint {
    /// From a product's colour and a second one; a second one too close to the first gives way to cream or ink.
    pub fn new(base: Rgb, accent: Rgb) -> Self {
        let accent = if base.lightness().abs_diff(accent.lightness()) >= 35 {
            accent
        } else if base.lightness() > 140 {
            base.mixed(INK, 62)
        } else {
            CREAM
        };
        Self {
            base,
            light: base.mixed(WHITE, 28),
            dark: base.mixed(Rgb(0x1d1a26), 20),
            deep: base.mixed(Rgb(0x1d1a26), 42),
            accent,
            accent_dark: accent.mixed(Rgb(0x1d1a26), 22),
        }
    }
}

/// Where a thing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Standing on a table or the ground: some backdrops have a floor.
    Standing,
    /// Hanging or lying flat: no floor.
    Flat,
}

/// All that a drawing depends on.
pub struct Look {
    /// Which of the category's shapes.
    pub shape: u8,
    /// Which decoration.
    pub trim: u8,
    /// Which backdrop.
    pub scene: u8,
    /// The colours.
    pub paint: Paint,
}

/// A category's drawing.
pub type Drawing = fn(&mut Sketch, &Look);

/// The whole picture.
pub fn draw(drawing: Drawing, setting: Setting, look: &Look) -> String {
    let mut sketch = Sketch::new();
    backdrop(&mut sketch, setting, look);
    drawing(&mut sketch, look);
    sketch.finish()
}

fn backdrop(sketch: &mut Sketch, setting: Setting, look: &Look) {
    // Half of the scenes take their tint from the second colour. A light thing stands before a warm grey, a dark grey
    // one before warm paper, anything else before a breath of colour.
    let base = look.paint.base;
    let source = if look.scene >= 4 { look.paint.accent } else { base };
    let tint = if base.lightness() > 190 {
        PAPER.mixed(source.mixed(Rgb(0xa08c74), 55), 42)
    } else if source.lightness() < 75 {
        PAPER.mixed(Rgb(0xcbb08a), 34)
    } else {
        PAPER.mixed(source, 22)
    };
    sketch.fill(tint, "M0 0h100v100H0z");
    let glow = tint.mixed(WHITE, 45);
    match (look.scene % 4, setting) {
        (0, Setting::Standing) => sketch.fill(tint.mixed(Rgb(0x8a7a68), 16), "M0 74h100v26H0z"),
        (1, Setting::Standing) => sketch.fill(glow, "M16 82V48a34 34 0 0 1 68 0v34z"),
        (0 | 1, Setting::Flat) => sketch.fill(glow, "M0 0h100L0 100z"),
        (2, _) => sketch.disc(glow, 50, 50, 41),
        _ => sketch,
    };
}

#[cfg(test)]
mod tests {
    use super::super::categories::CATEGORIES;
    use super::super::colours::COLOURS;
    use super::*;

    /// Every shape, decoration and backdrop of every category, in every colour of its own.
    fn each_picture(mut check: impl FnMut(&str, String)) {
        for category in CATEGORIES {
            for colour in category.colours {
                for shape in 0..category.shapes.len() as u8 {
                    for trim in 0..category.trims.len() as u8 {
                        for scene in 0..8 {
                            let base = COLOURS[super::super::colours::named(colour)].rgb;
                            let look = Look { shape, trim, scene, paint: Paint::new(base, CREAM) };
                            check(category.slug, draw(category.drawing, category.setting, &look));
                        }
                    }
                }
            }
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
            for forbidden in ["href", "url(", " id=", " on", "\"", "&", "NaN"] {
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
        for category in CATEGORIES {
            let mut seen = std::collections::HashSet::new();
            for shape in 0..category.shapes.len() as u8 {
                for trim in 0..category.trims.len() as u8 {
                    let paint = Paint::new(Rgb(0x73804e), Rgb(0xd39a37));
                    let look = Look { shape, trim, scene: 0, paint };
                    seen.insert(draw(category.drawing, category.setting, &look));
                }
            }
            let all = category.shapes.len() * category.trims.len();
            assert!(seen.len() * 10 >= all * 6, "{}: {} of {all}", category.slug, seen.len());
        }
    }
}
