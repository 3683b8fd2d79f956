//! A list that waits for its order, and its bytes once it has it: with its tiles in their new places, and with the attributes that
//! the options ask for. Those stand behind a tag's name, where no value without quotation marks can swallow them.

use crate::options::Options;
use crate::{places, tokens};
use core::ops::Range;

/// The attribute of a list that says where its tiles stood.
pub(crate) const PLACES: &str = "data-reshelf-places";

/// The attribute of a tile that has its item's row.
pub(crate) const ROW: &str = "data-reshelf-row";

/// The attribute of a list that has the row of the page's own item.
const PAGE_ROW: &str = "data-reshelf-page-row";

/// A whole list. Offsets count from its start tag.
pub(crate) struct Waiting {
    pub(crate) rule: usize,
    /// In the start tag, which may gain an attribute behind it; 0 where it may not.
    pub(crate) name_end: usize,
    pub(crate) ids: Vec<String>,
    pub(crate) pieces: Vec<Range<usize>>,
    /// Where each tile's start tag may gain its row; none for one that has a row.
    pub(crate) tags: Vec<Option<usize>>,
    /// The row of each tile, in Base64; what is none says nothing.
    pub(crate) rows: Vec<String>,
    pub(crate) end: usize,
}

impl Waiting {
    /// The list with its rows, and in that order where there is one; `None` where it stays as it came.
    pub(crate) fn written(&self, came: &[u8], order: Option<&[u32]>, options: &Options) -> Option<Vec<u8>> {
        let widened = self.with_rows(came);
        let (text, pieces) = widened.as_ref().map_or((came, &self.pieces), |(text, pieces)| (text, pieces));
        let ordered = order.map(|order| places::reordered(text, pieces, order));
        let mut written = ordered.or(widened.map(|(text, _)| text));
        if self.name_end == 0 {
            return written;
        }
        let mut gain = |name: &str, value: &str| {
            let at = self.name_end..self.name_end;
            written.get_or_insert_with(|| came.to_vec()).splice(at, attribute(name, value).into_bytes());
        };
        if let Some(order) = order.filter(|_| options.hydrate) {
            let places: Vec<String> = order.iter().map(u32::to_string).collect();
            gain(PLACES, &places.join(" "));
        }
        if is_base64(&options.page_row) && !has_attribute(came, self.name_end, PAGE_ROW) {
            gain(PAGE_ROW, &options.page_row);
        }
        written
    }

    /// The list with a row in each tile that gains one, and where its tiles are then; `None` where no tile does.
    fn with_rows(&self, came: &[u8]) -> Option<(Vec<u8>, Vec<Range<usize>>)> {
        let pairs = self.rows.iter().zip(&self.tags);
        let gained: Vec<_> = pairs.map(|(row, tag)| tag.filter(|_| is_base64(row)).map(|at| (at, row))).collect();
        if gained.iter().all(Option::is_none) {
            return None;
        }
        let mut out = Vec::with_capacity(2 * came.len());
        let (mut behind, mut pieces) = (0, Vec::with_capacity(self.pieces.len()));
        for (piece, gained) in self.pieces.iter().zip(gained.into_iter().chain(core::iter::repeat(None))) {
            out.extend_from_slice(&came[behind..piece.start]);
            let start = out.len();
            behind = piece.start;
            if let Some((at, row)) = gained {
                out.extend_from_slice(&came[behind..at]);
                out.extend_from_slice(attribute(ROW, row).as_bytes());
                behind = at;
            }
            out.extend_from_slice(&came[behind..piece.end]);
            behind = piece.end;
            pieces.push(start..out.len());
        }
        out.extend_from_slice(&came[behind..]);
        Some((out, pieces))
    }
}

fn attribute(name: &str, value: &str) -> String {
    format!(" {name}=\"{value}\"")
}

/// Whether a tag whose name ends at `name_end` has an attribute.
pub(crate) fn has_attribute(bytes: &[u8], name_end: usize, name: &str) -> bool {
    tokens::Attributes::new(bytes, name_end)
        .any(|attribute| bytes[attribute.name].eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether a text says something, and can stand in an attribute as it is.
fn is_base64(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}
