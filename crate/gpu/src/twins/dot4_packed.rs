//! dot4_packed.wgsl: what the built-in function `dot4I8Packed` is defined to give.

/// The sum of the products of four signed bytes.
pub fn dot4(a: u32, b: u32) -> i32 {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    (0..4).map(|i| i32::from(a[i] as i8) * i32::from(b[i] as i8)).sum()
}
