//! A pen that writes small SVG: shapes on a square of 100 x 100, every attribute in single quotes so that the picture
//! travels in JSON without escapes.

use std::fmt::{Display, Write};

use super::super::colours::Rgb;

/// A picture in the making.
pub struct Sketch {
    text: String,
}

impl Sketch {
    /// An empty square with round line ends.
    pub fn new() -> Self {
        let mut text = String::with_capacity(900);
        text.push_str("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100' stroke-linecap='round'>");
        Self { text }
    }

    /// The finished text.
    pub fn finish(mut self) -> String {
        self.text.push_str("</svg>");
        self.text
    }

    // Writing into a String cannot fail, so the result carries nothing.
    fn put(&mut self, part: std::fmt::Arguments<'_>) -> &mut Self {
        let _ = self.text.write_fmt(part);
        self
    }

    /// A filled outline.
    pub fn fill(&mut self, ink: Rgb, d: impl Display) -> &mut Self {
        self.put(format_args!("<path fill='{ink}' d='{d}'/>"))
    }

    /// A filled outline that one sees through; `opacity` in tenths.
    pub fn veil(&mut self, ink: Rgb, opacity: u8, d: impl Display) -> &mut Self {
        self.put(format_args!("<path fill='{ink}' opacity='.{opacity}' d='{d}'/>"))
    }

    /// A drawn line.
    pub fn line(&mut self, ink: Rgb, width: impl Display, d: impl Display) -> &mut Self {
        self.put(format_args!("<path fill='none' stroke='{ink}' stroke-width='{width}' d='{d}'/>"))
    }

    /// The side that lies in shade.
    pub fn shade(&mut self, d: impl Display) -> &mut Self {
        self.put(format_args!("<path opacity='.12' d='{d}'/>"))
    }

    /// A thin dark line: a seam, a fold.
    pub fn seam(&mut self, d: impl Display) -> &mut Self {
        self.put(format_args!("<path fill='none' stroke='#000' opacity='.25' d='{d}'/>"))
    }

    /// A spot of light.
    pub fn shine(&mut self, d: impl Display) -> &mut Self {
        self.put(format_args!("<path fill='#fff' opacity='.3' d='{d}'/>"))
    }

    /// A disc.
    pub fn disc(&mut self, ink: Rgb, x: impl Display, y: impl Display, r: impl Display) -> &mut Self {
        self.put(format_args!("<circle fill='{ink}' cx='{x}' cy='{y}' r='{r}'/>"))
    }

    /// An ellipse.
    pub fn oval(
        &mut self,
        ink: Rgb,
        (x, y): (impl Display, impl Display),
        rx: impl Display,
        ry: impl Display,
    ) -> &mut Self {
        self.put(format_args!("<ellipse fill='{ink}' cx='{x}' cy='{y}' rx='{rx}' ry='{ry}'/>"))
    }

    /// A box with rounded corners.
    pub fn slab(
        &mut self,
        ink: Rgb,
        (x, y): (impl Display, impl Display),
        (width, height): (impl Display, impl Display),
        r: impl Display,
    ) -> &mut Self {
        self.put(format_args!("<rect fill='{ink}' x='{x}' y='{y}' width='{width}' height='{height}' rx='{r}'/>"))
    }

    /// The soft shadow of a thing that stands on the ground at y = 82.
    pub fn ground(&mut self, x: impl Display, rx: impl Display) -> &mut Self {
        self.put(format_args!("<ellipse opacity='.14' cx='{x}' cy='82.5' rx='{rx}' ry='4'/>"))
    }
}
