//! The plain reference: what every other kernel must equal.

use super::{Kernel, Operands, Products};
use crate::math::SESSION_ZERO_POINT;

/// One multiplication after the other, on any machine.
pub struct Reference;

impl Kernel for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Products) {
        products.reset(operands);
        let dimension = operands.table.dimension();
        for (s, session) in operands.session.chunks_exact(dimension).enumerate() {
            for (position, product) in products.row_mut(s).iter_mut().enumerate() {
                let row = operands.rows.row(position);
                *product = (0..dimension)
                    .map(|at| {
                        let session = i32::from(session[at]) - i32::from(SESSION_ZERO_POINT);
                        session * i32::from(operands.table.codes().get(row * dimension + at))
                    })
                    .sum();
            }
        }
    }
}
