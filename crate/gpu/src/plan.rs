//! What a call dispatches, worked out before anything is sent: plain numbers, tested without a device.
//!
//! A table lies in *parts*, as large as one binding may be. A call goes through it in *steps*: as many rows of one part as
//! the products buffer holds for all session rows. Every step's products are selected from at once, and what is kept is
//! appended to one list per session row; when the list is full, and at the end, it is merged down to `k`. So the memory
//! that a call needs is bounded whatever the size of the table, and a million rows with one session row are one step.
//!
//! All parts and steps but the last hold whole chunks, and a chunk has at least twice as many rows as may be kept. So
//! every chunk but the last keeps exactly `k`, and lists have no gaps.

use super::params::{Multiply, Select};
use super::shaders::{CHUNK, MULTIPLY_THREADS};
use super::{MOST_NEAREST, MOST_SESSION_ROWS};

/// Products that are kept for a step, when the table has so many: 16 MiB of them.
const PRODUCTS: usize = 1 << 22;

/// Pairs in each of the two buffers for lists: 8 MiB of them.
const PAIRS: usize = 1 << 20;

/// Bytes of a pair of row and key.
pub const PAIR_BYTES: usize = 8;

/// Workgroups in one dimension of a dispatch: what every WebGPU device takes.
const MOST_WORKGROUPS: usize = 65_535;

/// How a table lies in the device's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Rows of the table.
    pub rows: usize,
    /// Sixteens of codes in a row.
    pub steps: usize,
    /// Bytes of a row's codes.
    pub row_bytes: usize,
    /// Rows of every part but the last.
    pub part_rows: usize,
    /// Products that the buffer for them holds.
    pub products: usize,
    /// Pairs that each of the two buffers for lists holds.
    pub pairs: usize,
}

impl Layout {
    /// Lays out a table for a device that binds at most so many bytes at once. One chunk of rows, and its products and
    /// lists for all session rows, are never split: half a megabyte, far less than any device binds.
    pub fn new(rows: usize, dimension: usize, narrow: bool, most_binding_bytes: usize) -> Layout {
        let row_bytes = if narrow { dimension / 2 } else { dimension };
        let chunks = rows.div_ceil(CHUNK).max(1);
        let in_chunks = |bytes: usize| (bytes / CHUNK).max(1);
        let part_chunks = in_chunks(most_binding_bytes / row_bytes).min(chunks);
        let products = PRODUCTS.min(most_binding_bytes / 4).min(MOST_SESSION_ROWS * chunks * CHUNK);
        let pairs = PAIRS.min(most_binding_bytes / PAIR_BYTES).min(MOST_SESSION_ROWS * (chunks + 1) * MOST_NEAREST);
        Layout {
            rows,
            steps: dimension / 16,
            row_bytes,
            part_rows: part_chunks * CHUNK,
            products: products.max(MOST_SESSION_ROWS * CHUNK),
            pairs: pairs.max(MOST_SESSION_ROWS * 2 * MOST_NEAREST),
        }
    }

    /// The rows of every part.
    pub fn parts(&self) -> impl Iterator<Item = core::ops::Range<usize>> + '_ {
        (0..self.rows).step_by(self.part_rows).map(|first| first..(first + self.part_rows).min(self.rows))
    }

    /// The most dispatches that a call may need.
    pub fn most_passes(&self) -> usize {
        (1..=MOST_SESSION_ROWS).map(|rows| Plan::nearest(self, rows, MOST_NEAREST).passes.len()).max().unwrap_or(0)
    }

    /// Goes through the table step by step: the part, the first row in it, and the rows.
    fn walk(&self, session_rows: usize, most_chunks: usize, mut step: impl FnMut(usize, usize, usize)) {
        let chunks = (self.products / session_rows / CHUNK).min(MOST_WORKGROUPS * MULTIPLY_THREADS / CHUNK);
        let step_rows = chunks.min(most_chunks).max(1) * CHUNK;
        for (part, rows) in self.parts().enumerate() {
            let mut first = 0;
            while first < rows.len() {
                let rows = step_rows.min(rows.len() - first);
                step(part, first, rows);
                first += rows;
            }
        }
    }
}

/// One dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Multiplies rows of a part into the products buffer.
    Multiply {
        /// The part.
        part: usize,
        /// The parameters.
        params: Multiply,
    },
    /// Appends the best of the products to the lists, or merges the lists of the other buffer into this one.
    Select {
        /// The part whose products these are; the first for lists.
        part: usize,
        /// Which of the two buffers for lists is written.
        into: usize,
        /// The parameters.
        params: Select,
    },
}

impl Pass {
    /// The words of the parameters.
    pub fn words(&self) -> [u32; 8] {
        match self {
            Pass::Multiply { params, .. } => params.words(),
            Pass::Select { params, .. } => params.words(),
        }
    }

    /// Workgroups to dispatch in x.
    pub fn workgroups(&self) -> u32 {
        match self {
            Pass::Multiply { params, .. } => params.rows.div_ceil(MULTIPLY_THREADS as u32),
            Pass::Select { params, .. } => params.count.div_ceil(CHUNK as u32),
        }
    }
}

/// The dispatches that find the rows nearest to each session row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The dispatches in their order.
    pub passes: Vec<Pass>,
    /// The buffer that holds the lists at the end.
    pub result: usize,
    /// Entries from one session row's list to the next.
    pub stride: usize,
    /// Entries of every list.
    pub count: usize,
}

impl Plan {
    /// Plans a search of `kept` rows for each of `session_rows`.
    pub fn nearest(layout: &Layout, session_rows: usize, kept: usize) -> Plan {
        let stride = layout.pairs / session_rows;
        let mut plan = Plan { passes: Vec::new(), result: 0, stride, count: 0 };
        let mut row = 0;
        // A full list is merged down to `kept`, and then holds at least one chunk's more.
        layout.walk(session_rows, stride / kept - 1, |part, first, rows| {
            let grown = kept_of(rows, kept);
            if plan.count + grown > stride {
                plan.merge(kept);
            }
            plan.passes.push(Pass::Multiply { part, params: multiply(layout, first, rows, session_rows) });
            let params = Select {
                count: rows as u32,
                kept: kept as u32,
                stride: rows as u32,
                out_stride: stride as u32,
                out_first: plan.count as u32,
                first: first as u32,
                row: row as u32,
                merges: false,
            };
            plan.passes.push(Pass::Select { part, into: plan.result, params });
            plan.count += grown;
            row += rows;
        });
        plan.merge(kept);
        plan
    }

    /// Shortens the lists until they hold no more than `kept`.
    fn merge(&mut self, kept: usize) {
        while self.count > kept {
            self.result = 1 - self.result;
            let params = Select {
                count: self.count as u32,
                kept: kept as u32,
                stride: self.stride as u32,
                out_stride: self.stride as u32,
                out_first: 0,
                first: 0,
                row: 0,
                merges: true,
            };
            self.passes.push(Pass::Select { part: 0, into: self.result, params });
            self.count = kept_of(self.count, kept);
        }
    }
}

/// The dispatches of a product with the whole table, each of which fills the products buffer anew.
pub fn products(layout: &Layout, session_rows: usize) -> Vec<Pass> {
    let mut passes = Vec::new();
    layout.walk(session_rows, usize::MAX, |part, first, rows| {
        passes.push(Pass::Multiply { part, params: multiply(layout, first, rows, session_rows) });
    });
    passes
}

fn multiply(layout: &Layout, first: usize, rows: usize, session_rows: usize) -> Multiply {
    Multiply { rows: rows as u32, first: first as u32, steps: layout.steps as u32, session_rows: session_rows as u32 }
}

/// Entries that the chunks of a list of `count` keep.
fn kept_of(count: usize, kept: usize) -> usize {
    count / CHUNK * kept + (count % CHUNK).min(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: [usize; 4] = [0, 1 << 20, 1 << 24, 128 << 20];
    const ROWS: [usize; 9] = [1, 2047, 2048, 2049, 5001, 65_537, 262_145, 2_000_000, 9_000_001];

    #[test]
    fn lists_fit_have_no_gaps_and_end_with_what_was_asked_for() {
        for (rows, limit) in ROWS.into_iter().flat_map(|rows| LIMITS.map(|limit| (rows, limit))) {
            let layout = Layout::new(rows, 64, false, limit);
            let most = layout.most_passes();
            for session_rows in 1..=16 {
                for kept in [1, 2, 20, 200, 1023, 1024] {
                    let plan = Plan::nearest(&layout, session_rows, kept);
                    assert!(plan.passes.len() <= most, "{rows} rows, {session_rows} of {kept}");
                    check(&layout, &plan, session_rows, kept);
                }
            }
        }
    }

    fn check(layout: &Layout, plan: &Plan, session_rows: usize, kept: usize) {
        let (mut rows, mut count, mut side) = (0, 0, 0);
        for pass in &plan.passes {
            assert!((1..=MOST_WORKGROUPS).contains(&(pass.workgroups() as usize)));
            match *pass {
                Pass::Multiply { params, .. } => {
                    assert!(params.rows as usize * session_rows <= layout.products);
                    assert!((params.first + params.rows) as usize <= layout.part_rows);
                }
                Pass::Select { into, params, part } if !params.merges => {
                    assert_eq!(part * layout.part_rows + params.first as usize, rows);
                    assert_eq!((into, params.out_first as usize, params.row as usize), (side, count, rows));
                    rows += params.count as usize;
                    assert!(rows.is_multiple_of(CHUNK) || rows == layout.rows);
                    count += kept_of(params.count as usize, kept);
                }
                Pass::Select { into, params, .. } => {
                    assert_eq!((into, params.count as usize), (1 - side, count));
                    side = into;
                    count = kept_of(count, kept);
                }
            }
            assert!(count <= plan.stride && plan.stride * session_rows <= layout.pairs);
        }
        assert_eq!((rows, count, side), (layout.rows, plan.count, plan.result));
        assert_eq!(count, kept.min(layout.rows));
    }

    #[test]
    fn a_million_rows_and_one_session_row_are_one_step() {
        let layout = Layout::new(1_000_000, 64, false, 128 << 20);
        let passes = Plan::nearest(&layout, 1, 200).passes;
        let merges = |pass: &Pass| matches!(pass, Pass::Select { params, .. } if params.merges);
        assert_eq!(passes.iter().map(merges).collect::<Vec<_>>(), [false, false, true, true, true]);
    }

    #[test]
    fn bindings_stay_within_the_limit() {
        for limit in [1 << 20, 1 << 24, 128 << 20] {
            for (dimension, narrow) in [(16, true), (64, false), (256, false)] {
                let layout = Layout::new(3_000_000, dimension, narrow, limit);
                assert!(layout.part_rows * layout.row_bytes <= limit);
                assert!(layout.products * 4 <= limit && layout.pairs * PAIR_BYTES <= limit);
            }
        }
    }
}
