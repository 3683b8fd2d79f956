//! A list that the reader is shown whole, because of an end tag in it that may end what is around it.

use crate::nesting::Child;
use crate::options::Reason;
use crate::reader::Reader;
use core::ops::Range;

/// What the reader said of the children of a list that was fed to it whole.
#[derive(Default)]
pub(crate) struct Told {
    /// Whether each is a tile, and where the element in it begins that holds its id.
    pub(crate) children: Vec<(bool, Option<usize>)>,
    /// Where the reader stood behind the last one's start tag.
    asked: usize,
}

impl Told {
    /// Feeds a list between these offsets.
    pub(crate) fn feed(
        &mut self,
        reader: &mut Reader,
        rule: usize,
        children: &[Child],
        bytes: &[u8],
        fed: Range<usize>,
    ) -> Result<(), Reason> {
        let mut at = fed.start;
        for child in children.iter().skip(self.children.len()) {
            reader.feed(&bytes[at..child.start_tag.start])?;
            self.note_part(reader, children);
            if let Some(before) = self.children.len().checked_sub(1) {
                end_child(reader, &children[before], bytes)?;
            }
            let is_tile = reader.is_tile(rule, &bytes[child.start_tag.clone()])?;
            self.children.push((is_tile, None));
            self.asked = reader.ask_for_part();
            at = child.start_tag.end;
        }
        reader.feed(&bytes[at..fed.end])?;
        self.note_part(reader, children);
        Ok(())
    }

    fn note_part(&mut self, reader: &Reader, children: &[Child]) {
        let Some((at, (_, part))) = self.children.iter_mut().enumerate().next_back() else { return };
        let child = &children[at];
        let found = reader.part_since(self.asked).map(|at| child.start_tag.end + at);
        *part = found.filter(|&at| child.is_open() || at < child.end_tag.start);
    }
}

/// Tells the reader of the end of a child that ends otherwise than by its own end tag.
pub(crate) fn end_child(reader: &mut Reader, child: &Child, bytes: &[u8]) -> Result<(), Reason> {
    let name = &bytes[child.start_tag.start + 1..child.name_end];
    let by_itself = match bytes[child.end_tag.clone()].strip_prefix(b"</") {
        Some(end) => end.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)),
        None => !child.is_unclosed(),
    };
    if by_itself { Ok(()) } else { reader.feed(&[b"</", name, b">"].concat()) }
}
