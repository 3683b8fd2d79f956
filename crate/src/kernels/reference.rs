//! The plain reference: what every other kernel must equal.

use super::{Kernel, Operands};
use crate::math::SESSION_ZERO_POINT;

/// One multiplication after the other, on any machine.
pub struct Reference;

impl Kernel for Reference {
    fn name(&self) -> &'static str {
        "reference"
    }

    fn multiply(&self, operands: &Operands<'_>, products: &mut Vec<i32>) {
        products.clear();
        for session in operands.session.chunks_exact(operands.dimension) {
            for candidate in operands.candidates.chunks_exact(operands.dimension) {
                let mut sum = 0i32;
                for (&s, &c) in session.iter().zip(candidate) {
                    sum += (i32::from(s) - i32::from(SESSION_ZERO_POINT)) * i32::from(c);
                }
                products.push(sum);
            }
        }
    }
}
