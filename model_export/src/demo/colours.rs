//! The colours the shop's products come in, and mixing them. Integers only.

use std::fmt;

/// A colour as 0xRRGGBB; displays as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u32);

impl Rgb {
    fn channels(self) -> [u32; 3] {
        [(self.0 >> 16) & 255, (self.0 >> 8) & 255, self.0 & 255]
    }

    /// This colour with `percent` of `other` in it.
    pub(super) fn mixed(self, other: Rgb, percent: u32) -> Rgb {
        let (a, b) = (self.channels(), other.channels());
        let channel = |i: usize| (a[i] * (100 - percent) + b[i] * percent + 50) / 100;
        Rgb(channel(0) << 16 | channel(1) << 8 | channel(2))
    }

    /// Lightness as the eye sees it, 0..=255 (Rec. 601 weights).
    pub(super) fn lightness(self) -> u32 {
        let [r, g, b] = self.channels();
        (299 * r + 587 * g + 114 * b) / 1000
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// What a shopper who says "something green" would accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Light,
    Dark,
    Green,
    Blue,
    Warm,
    Pink,
    Natural,
}

impl Family {
    /// All of them, for drawing a preference.
    pub(super) const ALL: [Family; 7] =
        [Family::Light, Family::Dark, Family::Green, Family::Blue, Family::Warm, Family::Pink, Family::Natural];
}

/// A colour with a name.
#[derive(Debug)]
pub(super) struct Colour {
    pub(super) name: &'static str,
    pub(super) rgb: Rgb,
    pub(super) family: Family,
}

const fn colour(name: &'static str, rgb: u32, family: Family) -> Colour {
    Colour { name, rgb: Rgb(rgb), family }
}

/// Every colour of the shop.
pub(super) const COLOURS: [Colour; 36] = [
    colour("ivory", 0xf3ecdd, Family::Light),
    colour("oat", 0xe3d3bb, Family::Light),
    colour("chalk", 0xe9e7e2, Family::Light),
    colour("mist", 0xc9d3d6, Family::Light),
    colour("black", 0x2a2b2f, Family::Dark),
    colour("graphite", 0x45494f, Family::Dark),
    colour("slate", 0x6a737c, Family::Dark),
    colour("ink", 0x2d3a56, Family::Dark),
    colour("moss", 0x73804e, Family::Green),
    colour("sage", 0xa3b295, Family::Green),
    colour("forest", 0x3a5a48, Family::Green),
    colour("fern", 0x5c9160, Family::Green),
    colour("olive", 0x8a8346, Family::Green),
    colour("mint", 0xa9d6c2, Family::Green),
    colour("sky", 0x98c1dc, Family::Blue),
    colour("denim", 0x4d6e9b, Family::Blue),
    colour("cobalt", 0x3558b0, Family::Blue),
    colour("petrol", 0x22616e, Family::Blue),
    colour("teal", 0x3b9290, Family::Blue),
    colour("clay", 0xc27c60, Family::Warm),
    colour("terracotta", 0xcb6843, Family::Warm),
    colour("rust", 0xa34f2c, Family::Warm),
    colour("ochre", 0xd39a37, Family::Warm),
    colour("sunflower", 0xf0bd3e, Family::Warm),
    colour("butter", 0xf2da92, Family::Warm),
    colour("coral", 0xea7a62, Family::Warm),
    colour("blush", 0xe8bfb2, Family::Pink),
    colour("rose", 0xcb7489, Family::Pink),
    colour("berry", 0x923c58, Family::Pink),
    colour("plum", 0x64415f, Family::Pink),
    colour("lilac", 0xb6a5d3, Family::Pink),
    colour("sand", 0xd6bf9a, Family::Natural),
    colour("oak", 0xc69c6d, Family::Natural),
    colour("walnut", 0x7a543c, Family::Natural),
    colour("copper", 0xbd7650, Family::Natural),
    colour("stone", 0xaaa59b, Family::Natural),
];

/// The position in [`COLOURS`] of a name; the first colour when there is none of that name (a test checks all tables).
pub(super) fn named(name: &str) -> usize {
    COLOURS.iter().position(|colour| colour.name == name).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_ends_at_both_ends() {
        let (a, b) = (Rgb(0x102030), Rgb(0xf0e0d0));
        assert_eq!(a.mixed(b, 0), a);
        assert_eq!(a.mixed(b, 100), b);
        assert_eq!(Rgb(0).mixed(Rgb(0xffffff), 50).to_string(), "#808080");
        assert_eq!(Rgb(0xffffff).lightness(), 255);
    }

    #[test]
    fn names_are_distinct() {
        for (at, colour) in COLOURS.iter().enumerate() {
            assert_eq!(named(colour.name), at);
        }
    }
}
