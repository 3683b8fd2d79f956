//! The shaders' uniform parameters, field for field as their `Params` say.

/// Bytes of one set: the larger of the two.
pub const PARAMS_BYTES: usize = 32;

/// Parameters of multiply.wgsl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiply {
    /// Rows to multiply.
    pub rows: u32,
    /// The row of this part of the table that is the first of them.
    pub first: u32,
    /// Sixteens of codes in a row.
    pub steps: u32,
    /// Rows of the session matrix.
    pub session_rows: u32,
}

/// Parameters of select.wgsl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Select {
    /// Entries of a session row's list.
    pub count: u32,
    /// How many of a chunk are kept.
    pub kept: u32,
    /// Entries from one session row's list to the next in what is read.
    pub stride: u32,
    /// The same in what is written.
    pub out_stride: u32,
    /// Where in a session row's list the first chunk's entries go.
    pub out_first: u32,
    /// The first row's place in this part of the table.
    pub first: u32,
    /// The first row's number in the whole table.
    pub row: u32,
    /// Whether the list is one of pairs, and not of products.
    pub merges: bool,
}

impl Multiply {
    /// The words in the shader's order.
    pub fn words(&self) -> [u32; 8] {
        [self.rows, self.first, self.steps, self.session_rows, 0, 0, 0, 0]
    }
}

impl Select {
    /// The words in the shader's order.
    pub fn words(&self) -> [u32; 8] {
        [
            self.count,
            self.kept,
            self.stride,
            self.out_stride,
            self.out_first,
            self.first,
            self.row,
            u32::from(self.merges),
        ]
    }
}
