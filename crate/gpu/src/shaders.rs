//! The shaders' texts. `build.rs` validates every program that is put together here, and takes comments and indentation
//! out of the texts.

/// Rows to a workgroup of multiply.wgsl: its `THREADS`.
pub const MULTIPLY_THREADS: usize = 64;

/// Entries to a workgroup of select.wgsl: its `CHUNK`.
pub const CHUNK: usize = 2048;

/// A shader's text.
macro_rules! text {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// Four signed 8-bit products in one instruction. Goes in front of [`MULTIPLY`].
pub const DOT4_PACKED: &str = text!("dot4_packed.wgsl");

/// The same for devices without the instruction.
pub const DOT4_UNPACKED: &str = text!("dot4_unpacked.wgsl");

/// Tables with one code a byte. Goes in front of [`MULTIPLY`], too.
pub const WIDE: &str = text!("wide.wgsl");

/// Tables with two codes a byte.
pub const NARROW: &str = text!("narrow.wgsl");

/// Session rows times table rows.
pub const MULTIPLY: &str = text!("multiply.wgsl");

/// The nearest of many.
pub const SELECT: &str = text!("select.wgsl");
