// The same four products for devices without the packed instruction: every byte is widened to its own i32 first, its
// sign spread by shifting the byte to the top of the word and back. Goes in front of multiply.wgsl.

fn widened(word: u32) -> vec4<i32> {
    return vec4<i32>(vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
}

fn dot4(a: u32, b: u32) -> i32 {
    return dot(widened(a), widened(b));
}
