// Four signed 8-bit products in one instruction, where the device has one. Goes in front of multiply.wgsl.
requires packed_4x8_integer_dot_product;

fn dot4(a: u32, b: u32) -> i32 {
    return dot4I8Packed(a, b);
}
