//! dot4_unpacked.wgsl: every byte's sign is spread by shifting the byte to the top of the word and back.

fn widened(word: u32) -> [i32; 4] {
    [24, 16, 8, 0].map(|shift| (word << shift) as i32 >> 24)
}

/// The sum of the products of four signed bytes.
pub fn dot4(a: u32, b: u32) -> i32 {
    let (a, b) = (widened(a), widened(b));
    (0..4).map(|i| a[i] * b[i]).sum()
}
