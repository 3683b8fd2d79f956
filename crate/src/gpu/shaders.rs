//! The shaders' texts, and what is put together of them. `build.rs` reads this file, too, to validate every program.

/// Rows to a workgroup of multiply.wgsl: its `THREADS`.
pub const MULTIPLY_THREADS: usize = 64;

/// Entries to a workgroup of select.wgsl: its `CHUNK`.
pub const CHUNK: usize = 2048;

/// A program: its name, its entry points, and the texts that make it up.
pub struct Program {
    /// What errors call it.
    pub name: &'static str,
    /// The entry points.
    #[allow(dead_code)] // The build looks for them.
    pub entries: &'static [&'static str],
    /// Texts in their order.
    pub texts: [&'static str; 2],
}

impl Program {
    /// The whole text.
    pub fn text(&self) -> String {
        self.texts.concat()
    }
}

/// Session rows times table rows, with the packed dot product.
pub const MULTIPLY_PACKED: Program = Program {
    name: "dot4_packed.wgsl + multiply.wgsl",
    entries: &["multiply"],
    texts: [include_str!("shaders/dot4_packed.wgsl"), include_str!("shaders/multiply.wgsl")],
};

/// Session rows times table rows, for devices without the packed dot product.
pub const MULTIPLY_UNPACKED: Program = Program {
    name: "dot4_unpacked.wgsl + multiply.wgsl",
    entries: &["multiply"],
    texts: [include_str!("shaders/dot4_unpacked.wgsl"), include_str!("shaders/multiply.wgsl")],
};

/// The nearest of many.
pub const SELECT: Program = Program {
    name: "select.wgsl",
    entries: &["select_rows", "select_pairs"],
    texts: ["", include_str!("shaders/select.wgsl")],
};

/// Every program there is.
#[allow(dead_code)] // The library makes what it needs; the build and the tests look at all of them.
pub const PROGRAMS: [Program; 3] = [MULTIPLY_PACKED, MULTIPLY_UNPACKED, SELECT];
