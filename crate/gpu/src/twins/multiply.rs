//! multiply.wgsl, invocation by invocation.

use crate::params::Multiply;

/// What the shader is bound to.
pub struct Bound<'a> {
    /// The session's words: row `s`, step `i` at `s * steps + i`.
    pub session: &'a [[u32; 4]],
    /// One part of the table.
    pub codes: &'a [[u32; 2]],
    /// Whether the table packs two codes a byte: the shader's `NARROW`.
    pub narrow: bool,
    /// `dot4` of the one or the other text.
    pub dot4: fn(u32, u32) -> i32,
}

/// Runs `multiply` for so many invocations as are dispatched.
pub fn multiply(params: &Multiply, bound: &Bound<'_>, invocations: usize, products: &mut [i32]) {
    for row in 0..invocations as u32 {
        invocation(params, bound, row, products);
    }
}

fn invocation(params: &Multiply, bound: &Bound<'_>, row: u32, products: &mut [i32]) {
    if row >= params.rows {
        return;
    }
    let four = 4 * params.steps;
    let mut sums = [[0i32; 4]; 4];
    for step in 0..params.steps {
        let words = step_codes(params, bound, params.first + row, step);
        if params.session_rows == 1 {
            sums[0][0] += dot16(bound, step, words);
            continue;
        }
        for (tile, sums) in (0..).zip(&mut sums) {
            if tile == 0 || params.session_rows > 4 * tile {
                let dots = dots(params, bound, tile * four + step, words);
                for (sum, dot) in sums.iter_mut().zip(dots) {
                    *sum += dot;
                }
            }
        }
    }
    for (session_row, sum) in (0..).zip(sums.into_iter().flatten()) {
        if session_row < params.session_rows {
            products[(session_row * params.rows + row) as usize] = if bound.narrow { sum >> 4 } else { sum };
        }
    }
}

fn halves(word: u32) -> [u32; 2] {
    [(word << 4) & 0xf0f0_f0f0, word & 0xf0f0_f0f0]
}

fn step_codes(params: &Multiply, bound: &Bound<'_>, row: u32, step: u32) -> [u32; 4] {
    let at = (row * params.steps + step) as usize;
    if bound.narrow {
        let [[a, b], [c, d]] = bound.codes[at].map(halves);
        return [a, b, c, d];
    }
    let ([a, b], [c, d]) = (bound.codes[2 * at], bound.codes[2 * at + 1]);
    [a, b, c, d]
}

fn dot16(bound: &Bound<'_>, at: u32, words: [u32; 4]) -> i32 {
    bound.session[at as usize].into_iter().zip(words).map(|(a, b)| (bound.dot4)(a, b)).sum()
}

fn dots(params: &Multiply, bound: &Bound<'_>, at: u32, words: [u32; 4]) -> [i32; 4] {
    [0, 1, 2, 3].map(|row| dot16(bound, at + row * params.steps, words))
}
