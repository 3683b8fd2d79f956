//! Formatting that was left open in front of a list, which a browser opens anew in it.
//!
//! Counts tags by their names alone. Where that leaves a doubt, as for a list in a `<font>`, an element counts as left open.

use crate::names::Name;

/// The name's place among those that are counted: `a` and `nobr`, which end one of their own, and the others.
fn place(name: u64) -> Option<usize> {
    const NAMES: [&[u8]; COUNTED] =
        [b"a", b"nobr", b"b", b"big", b"code", b"em", b"font", b"i", b"s", b"small", b"strike", b"strong", b"tt", b"u"];
    const SHORT: [u64; COUNTED] = {
        let (mut short, mut at) = ([0; COUNTED], 0);
        while at < COUNTED {
            short[at] = Name::of(NAMES[at]).short();
            at += 1;
        }
        short
    };
    SHORT.iter().position(|&each| each == name)
}

const COUNTED: usize = 14;

/// Open tables and templates in each other beyond which everything counts as left open: no shop's page has as many, and no page
/// may take memory for them.
const MOST_LEVELS: usize = 512;

/// Tags that are open since the last element that formatting does not get out of.
#[derive(Clone, Copy, Default)]
struct Level {
    open: [u8; COUNTED],
    /// In a cell, and not between the cells of a table.
    in_cell: bool,
    /// Of a table or a template, in which rows and cells count.
    has_cells: bool,
}

pub(crate) struct Formatting {
    levels: Vec<Level>,
}

/// The parts of tables, and elements that what was left open around or in front of them stays outside of.
#[derive(Clone, Copy, PartialEq)]
enum Marker {
    Cell,
    Row,
    Table,
    Template,
    Other,
}

impl Marker {
    fn of(name: u64) -> Option<Marker> {
        const fn short(name: &[u8]) -> u64 {
            Name::of(name).short()
        }
        const CELLS: [u64; 3] = [short(b"td"), short(b"th"), short(b"caption")];
        const ROWS: [u64; 4] = [short(b"tr"), short(b"tbody"), short(b"thead"), short(b"tfoot")];
        const OTHERS: [u64; 3] = [short(b"object"), short(b"applet"), short(b"marquee")];
        if CELLS.contains(&name) {
            Some(Marker::Cell)
        } else if ROWS.contains(&name) {
            Some(Marker::Row)
        } else if name == const { short(b"table") } {
            Some(Marker::Table)
        } else if name == const { short(b"template") } {
            Some(Marker::Template)
        } else if OTHERS.contains(&name) {
            Some(Marker::Other)
        } else {
            None
        }
    }
}

impl Formatting {
    pub(crate) fn new() -> Formatting {
        Formatting { levels: vec![Level { in_cell: true, ..Level::default() }] }
    }

    /// Whether an `a` or a `nobr` may be open, and whether anything else.
    pub(crate) fn open(&self) -> (bool, bool) {
        let last = self.levels.last().filter(|_| self.levels.len() < MOST_LEVELS);
        let Some(Level { open, .. }) = last else { return (true, true) };
        (open[..2].iter().any(|&count| count > 0), open[2..].iter().any(|&count| count > 0))
    }

    /// A tag.
    pub(crate) fn read(&mut self, name: Name, closes: bool) {
        let name = name.short();
        if let Some(at) = place(name) {
            self.format(at, closes);
        } else if let Some(marker) = Marker::of(name) {
            self.mark(marker, closes);
        }
    }

    fn format(&mut self, at: usize, closes: bool) {
        let depth = self.levels.len();
        // Right in a table, a browser puts it in front of that.
        let from = if self.levels[depth - 1].in_cell || closes { depth - 1 } else { 0 };
        for level in &mut self.levels[from..] {
            let open = &mut level.open[at];
            *open = match (closes, at < 2) {
                (true, _) => open.saturating_sub(1),
                (false, true) => 1,
                (false, false) => open.saturating_add(1),
            };
        }
    }

    fn mark(&mut self, marker: Marker, closes: bool) {
        let depth = self.levels.len();
        let level = &mut self.levels[depth - 1];
        match marker {
            Marker::Cell | Marker::Row if !level.has_cells => {}
            Marker::Cell => *level = Level { in_cell: !closes, has_cells: true, ..Level::default() },
            Marker::Row => *level = Level { has_cells: true, ..Level::default() },
            _ if closes => self.levels.truncate(1.max(depth - 1)),
            _ if level.in_cell && depth < MOST_LEVELS => {
                let has_cells = marker != Marker::Other;
                self.levels.push(Level { in_cell: marker != Marker::Table, has_cells, ..Level::default() });
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_is_open_until_its_end_tag() {
        for (tags, open) in [
            ("b /b", (false, false)),
            ("p B /p", (false, true)),
            ("a /div", (true, false)),
            ("a a /a", (false, false)),
            ("/b strong", (false, true)),
            ("table tr td b td", (false, false)),
            ("b table tr td", (false, false)),
            ("b table tr td /b /table", (false, true)),
            ("table b tr td /table", (false, true)),
            ("b br bdi abbr", (false, true)),
            ("bdi abbr article section", (false, false)),
            ("p b marquee /b /marquee /p", (false, true)),
            ("object p b /p td", (false, true)),
            ("template tr td b td", (false, false)),
        ] {
            let mut formatting = Formatting::new();
            for tag in tags.split(' ') {
                formatting.read(Name::of(tag.trim_start_matches('/').as_bytes()), tag.starts_with('/'));
            }
            assert_eq!(formatting.open(), open, "{tags}");
        }
    }

    #[test]
    fn tables_without_an_end_are_in_doubt_and_take_no_memory_for_it() {
        let mut formatting = Formatting::new();
        (0..100_000).for_each(|_| formatting.read(Name::of(b"template"), false));
        assert_eq!((formatting.levels.len(), formatting.open()), (MOST_LEVELS, (true, true)));
    }
}
