//! The rows of the whole table that are nearest to one vector of the session.
//!
//! A row's **key** is its product with the session's codes times the row's own scale: an exact integer times an exact
//! number, rounded once. Whatever device computes it gives the same bits, so that a GPU can find the nearest rows and the
//! CPU can check them. The session's own scale is the same for all rows and left out.

use super::similarity::{dot, multiply};
use super::top_k::TopK;
use alloc::vec::Vec;
use reshelf_artifact::ItemTable;
use reshelf_kernels::kernels::lanes::scaled;
use reshelf_kernels::kernels::{Kernel, Products, Selection};
use reshelf_session::catalogue::ItemHandle;
use reshelf_session::session::SessionState;

/// Rows that are multiplied at once: their products fit the first-level cache.
const CHUNK: usize = 1024;

/// Keys that are compared with the worst of the best at once.
const BLOCK: usize = 16;

/// The key of a row.
#[inline(always)]
pub(super) fn key(product: i32, scale: f32) -> f32 {
    product as f32 * scale
}

/// The buffers of a scan; reused from call to call.
#[derive(Clone, Debug, Default)]
pub(super) struct Nearest {
    products: Products,
    keys: Vec<f32>,
}

impl Nearest {
    /// Offers every row of the table with its key, but those that are left out.
    pub fn scan(
        &mut self,
        state: &SessionState,
        items: &ItemTable,
        kernel: &dyn Kernel,
        best: &mut TopK,
        left_out: impl Fn(ItemHandle) -> bool,
    ) {
        for first in (0..items.len()).step_by(CHUNK) {
            let count = CHUNK.min(items.len() - first);
            self.compute(state, items, kernel, Selection::Range { first, count });
            for (block, keys) in self.keys.chunks(BLOCK).enumerate() {
                // Most blocks hold nothing better.
                if best.wants(keys) {
                    let numbers = (first + block * BLOCK) as ItemHandle..;
                    for (key, row) in keys.iter().zip(numbers) {
                        if best.wants(core::slice::from_ref(key)) && !left_out(row) {
                            best.offer(*key, row);
                        }
                    }
                }
            }
        }
    }

    /// The keys of some rows.
    pub fn keys(&mut self, state: &SessionState, items: &ItemTable, kernel: &dyn Kernel, rows: &[u32]) -> &[f32] {
        self.compute(state, items, kernel, Selection::At(rows));
        &self.keys
    }

    fn compute(&mut self, state: &SessionState, items: &ItemTable, kernel: &dyn Kernel, rows: Selection<'_>) {
        let dimension = items.dimension();
        match rows {
            Selection::Range { first, count } if state.vectors().is_none() => {
                let session = state.matrix().get(..dimension).unwrap_or_default();
                multiply(kernel, session, items.code_table(), rows, &mut self.products);
                let (products, scales) = (self.products.row(0), &items.scales()[first..first + count]);
                // Every key is written: those of the chunk before need not be cleared.
                self.keys.resize(products.len(), 0.0);
                scaled(products, scales, &mut self.keys);
            }
            Selection::At(rows) if state.vectors().is_none() => {
                let session = state.matrix().get(..dimension).unwrap_or_default();
                multiply(kernel, session, items.code_table(), Selection::At(rows), &mut self.products);
                let products = self.products.row(0).iter().zip(rows);
                self.keys.clear();
                self.keys.extend(products.map(|(&product, &row)| key(product, items.scales()[row as usize])));
            }
            rows => {
                let (state, vectors) = (state.vectors().unwrap_or_default(), items.vectors().unwrap_or_default());
                let of_row = |row: usize| vectors.get(row * dimension..(row + 1) * dimension).unwrap_or_default();
                let session = state.get(..dimension).unwrap_or_default();
                self.keys.clear();
                match rows {
                    Selection::Range { first, count } => {
                        self.keys.extend((first..first + count).map(|row| dot(session, of_row(row))));
                    }
                    Selection::At(rows) => self.keys.extend(rows.iter().map(|&row| dot(session, of_row(row as usize)))),
                }
            }
        }
    }
}
