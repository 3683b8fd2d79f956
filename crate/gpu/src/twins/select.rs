//! select.wgsl, workgroup by workgroup: what a workgroup's invocations do between two barriers is one loop over them here.

use crate::order::{key_bits, ordered, unordered};
use crate::params::Select;
use crate::shaders::CHUNK;

const THREADS: usize = 256;
const EACH: usize = 8;
const GROUP: usize = 16;

/// A workgroup's memory.
struct Workgroup {
    keys: Vec<u32>,
    bins: [u32; 256],
    groups: [u32; GROUP],
    lowest: u32,
    remaining: u32,
}

/// What the shader reads.
pub struct Bound<'a> {
    /// Products of a part's rows.
    pub products: &'a [i32],
    /// The part's scales.
    pub scales: &'a [f32],
    /// Lists of pairs.
    pub pairs: &'a [[u32; 2]],
}

/// Runs `select_nearest` for all chunks of `lists` session rows.
pub fn select_nearest(params: &Select, bound: &Bound<'_>, lists: usize, nearest: &mut [[u32; 2]]) {
    for group_y in 0..lists {
        for (group_x, start) in (0..params.count as usize).step_by(CHUNK).enumerate() {
            let count = CHUNK.min(params.count as usize - start);
            let list = group_y * params.stride as usize + start;
            let key = |i: usize| {
                ordered(if params.merges {
                    bound.pairs[list + i][1]
                } else {
                    key_bits(bound.products[list + i], bound.scales[params.first as usize + start + i])
                })
            };
            let out = group_y * params.out_stride as usize + params.out_first as usize + group_x * params.kept as usize;
            keep(params, (0..count).map(key).collect(), |i, key, to| {
                let row = if params.merges { bound.pairs[list + i][0] } else { params.row + (start + i) as u32 };
                nearest[out + to] = [row, unordered(key)];
            });
        }
    }
}

/// One workgroup: hands every entry that it keeps to `write`, with its key and its place.
fn keep(params: &Select, keys: Vec<u32>, mut write: impl FnMut(usize, u32, usize)) {
    let mut group = Workgroup { keys, bins: [0; 256], groups: [0; GROUP], lowest: 0, remaining: 0 };
    group.find_lowest(params.kept);
    for (thread, before) in group.count_before().into_iter().enumerate() {
        let (mut above, mut at) = (before & 0xffff, before >> 16);
        for i in group.own(thread) {
            let key = group.keys[i];
            let to = group.place(key, above, at);
            if to < params.kept {
                write(i, key, to as usize);
            }
            above += u32::from(key > group.lowest);
            at += u32::from(key == group.lowest);
        }
    }
}

impl Workgroup {
    /// The entries that an invocation counts and writes.
    fn own(&self, thread: usize) -> core::ops::Range<usize> {
        EACH * thread..(EACH * thread + EACH).min(self.keys.len()).max(EACH * thread)
    }

    fn add_groups(&mut self) {
        for (sum, bins) in self.groups.iter_mut().zip(self.bins.chunks(GROUP)) {
            *sum = bins.iter().sum();
        }
    }

    fn find_lowest(&mut self, kept: u32) {
        self.lowest = 0;
        self.remaining = kept.min(self.keys.len() as u32);
        for shift in [24, 16, 8, 0] {
            self.bins = [0; 256];
            let above = (self.lowest >> shift) >> 8;
            for key in self.keys.iter().map(|key| key >> shift) {
                if key >> 8 == above {
                    self.bins[(key & 255) as usize] += 1;
                }
            }
            self.add_groups();
            self.find_digit(shift);
        }
    }

    fn find_digit(&mut self, shift: u32) {
        let mut left = self.remaining;
        let mut group = GROUP - 1;
        while group > 0 && self.groups[group] < left {
            left -= self.groups[group];
            group -= 1;
        }
        let mut digit = group * GROUP + GROUP - 1;
        while digit > group * GROUP && self.bins[digit] < left {
            left -= self.bins[digit];
            digit -= 1;
        }
        self.lowest |= (digit as u32) << shift;
        self.remaining = left;
    }

    fn count_before(&mut self) -> [u32; THREADS] {
        for thread in 0..THREADS {
            let count = |i| u32::from(self.keys[i] > self.lowest) + (u32::from(self.keys[i] == self.lowest) << 16);
            self.bins[thread] = self.own(thread).map(count).sum();
        }
        self.add_groups();
        core::array::from_fn(|thread| {
            let groups: u32 = self.groups[..thread / GROUP].iter().sum();
            let bins: u32 = self.bins[thread / GROUP * GROUP..thread].iter().sum();
            groups + bins
        })
    }

    fn place(&self, key: u32, above: u32, at: u32) -> u32 {
        if key < self.lowest || (key == self.lowest && at >= self.remaining) {
            return u32::MAX;
        }
        above + at.min(self.remaining)
    }
}
