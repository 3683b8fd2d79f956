//! Adam (Kingma and Ba 2015) over the rows that a step touched, the others left alone: what PyTorch calls `SparseAdam`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::checkpoint::floats;

const FIRST_DECAY: f32 = 0.9;
const SECOND_DECAY: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// Moments of one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Adam {
    width: usize,
    #[serde(with = "floats")]
    first: Vec<f32>,
    #[serde(with = "floats")]
    second: Vec<f32>,
    /// Steps that each row has seen: bias is corrected by the row's own count.
    steps: Vec<u32>,
}

impl Adam {
    /// For a table of `size` numbers, `width` a row.
    pub fn new(size: usize, width: usize) -> Self {
        Adam { width, first: vec![0.0; size], second: vec![0.0; size], steps: vec![0; size / width] }
    }

    /// Moves the given rows against their gradients (`rows.len() x width`), each row at most once.
    pub fn step(&mut self, table: &mut [f32], rows: &[u32], gradients: &[f32], rate: f32) {
        let width = self.width;
        // Each row's update is worked out in parallel and then put in its place, so that the order does not matter.
        let updated: Vec<(u32, Vec<[f32; 3]>)> = rows
            .par_iter()
            .zip(gradients.par_chunks_exact(width))
            .map(|(&row, gradients)| {
                let at = row as usize * width;
                let steps = self.steps[row as usize] as i32 + 1;
                let (first_bias, second_bias) = (1.0 - FIRST_DECAY.powi(steps), 1.0 - SECOND_DECAY.powi(steps));
                let values = gradients.iter().enumerate().map(|(column, &gradient)| {
                    let first = FIRST_DECAY * self.first[at + column] + (1.0 - FIRST_DECAY) * gradient;
                    let second = SECOND_DECAY * self.second[at + column] + (1.0 - SECOND_DECAY) * gradient * gradient;
                    let move_by = rate * (first / first_bias) / ((second / second_bias).sqrt() + EPSILON);
                    [table[at + column] - move_by, first, second]
                });
                (row, values.collect())
            })
            .collect();
        for (row, values) in updated {
            self.steps[row as usize] += 1;
            for (column, [value, first, second]) in values.into_iter().enumerate() {
                let at = row as usize * width + column;
                (table[at], self.first[at], self.second[at]) = (value, first, second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_touched_rows_move_and_they_descend() {
        let (mut adam, mut table) = (Adam::new(6, 2), vec![1.0f32; 6]);
        for _ in 0..2_000 {
            // The gradient of (x - 3)^2 for row 1.
            let gradients: Vec<f32> = table[2..4].iter().map(|value| 2.0 * (value - 3.0)).collect();
            adam.step(&mut table, &[1], &gradients, 0.01);
        }
        assert_eq!((table[0], table[1], table[4], table[5]), (1.0, 1.0, 1.0, 1.0));
        assert!((table[2] - 3.0).abs() < 0.01 && (table[3] - 3.0).abs() < 0.01);
    }
}
