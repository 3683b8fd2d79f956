//! What a caller hands over: checked once, before anything is sent to the device, and the session packed for the shader.

use super::error::GpuError;
use super::plan::Layout;
use super::{MOST_NEAREST, MOST_SESSION_ROWS};
use reshelf_kernels::kernels::{LANE, MAX_DIMENSION};
use reshelf_kernels::math::SESSION_ZERO_POINT;

/// The smallest scale but zero, and the largest: those of an f16. Keys of such scales are never subnormal, never infinite
/// and never NaN, so that no device treats them in a way of its own.
const SCALES: core::ops::RangeInclusive<f32> = 5.960_464_5e-8..=65_504.0;

/// Where a table's bytes come from.
pub trait Source {
    /// Bytes of all codes.
    fn code_bytes(&self) -> usize;

    /// Number of scales: one a row.
    fn scales(&self) -> usize;

    /// Copies `bytes` codes from `at` on into a buffer, from `to` on. All three are multiples of four.
    ///
    /// # Errors
    /// [`GpuError::Failed`] when the codes are there no more.
    fn write_codes(
        &self,
        at: usize,
        bytes: usize,
        queue: &wgpu::Queue,
        buffer: &wgpu::Buffer,
        to: usize,
    ) -> Result<(), GpuError>;

    /// Copies scales, from `first` on.
    ///
    /// # Errors
    /// [`GpuError::Failed`] when the scales are there no more.
    fn read_scales(&self, first: usize, scales: &mut [f32]) -> Result<(), GpuError>;
}

/// A table in this program's own memory.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The codes as bytes: one i8 each, or two 4-bit codes a byte, the first in the low half.
    pub codes: &'a [u8],
    /// One scale a row, made of an f16.
    pub scales: &'a [f32],
}

impl Source for Table<'_> {
    fn code_bytes(&self) -> usize {
        self.codes.len()
    }

    fn scales(&self) -> usize {
        self.scales.len()
    }

    fn write_codes(
        &self,
        at: usize,
        bytes: usize,
        queue: &wgpu::Queue,
        buffer: &wgpu::Buffer,
        to: usize,
    ) -> Result<(), GpuError> {
        queue.write_buffer(buffer, to as u64, &self.codes[at..at + bytes]);
        Ok(())
    }

    fn read_scales(&self, first: usize, scales: &mut [f32]) -> Result<(), GpuError> {
        scales.copy_from_slice(&self.scales[first..first + scales.len()]);
        Ok(())
    }
}

/// Checks a table's shape and lays it out.
pub fn layout(
    dimension: usize,
    narrow: bool,
    source: &impl Source,
    most_binding_bytes: usize,
) -> Result<Layout, GpuError> {
    if dimension == 0 || dimension > MAX_DIMENSION || !dimension.is_multiple_of(LANE) {
        return Err(GpuError::failed(format!(
            "a dimension of {dimension}; it must be a multiple of {LANE} up to {MAX_DIMENSION}"
        )));
    }
    let rows = source.scales();
    let layout = Layout::new(rows, dimension, narrow, most_binding_bytes);
    if rows == 0 || u32::try_from(rows).is_err() || Some(source.code_bytes()) != rows.checked_mul(layout.row_bytes) {
        return Err(GpuError::failed(format!(
            "{} bytes of codes for {rows} scales; there must be {} bytes a scale, and at least one row",
            source.code_bytes(),
            layout.row_bytes
        )));
    }
    Ok(layout)
}

/// Checks scales, the first of which is that of row `first`.
pub fn check_scales(first: usize, scales: &[f32]) -> Result<(), GpuError> {
    match scales.iter().position(|scale| *scale != 0.0 && !SCALES.contains(scale)) {
        // Printing the scale itself would cost the module 8 KB.
        Some(at) => Err(GpuError::failed(format!(
            "the scale of row {} is none that an f16 can have, or negative: export the table anew",
            first + at
        ))),
        None => Ok(()),
    }
}

/// Checks how many rows are asked for.
pub fn check_count(count: usize) -> Result<(), GpuError> {
    if (1..=MOST_NEAREST).contains(&count) {
        return Ok(());
    }
    Err(GpuError::Count(format!("{count} nearest rows; ask for 1 to {MOST_NEAREST}, or use the CPU")))
}

/// Checks a session and packs its words for multiply.wgsl; returns the number of its rows.
pub fn session(session: &[u8], dimension: usize, narrow: bool) -> Result<(usize, Vec<[u32; 4]>), GpuError> {
    let rows = session.len() / dimension;
    if !session.len().is_multiple_of(dimension) || !(1..=MOST_SESSION_ROWS).contains(&rows) {
        return Err(GpuError::Count(format!(
            "a session of {} codes; it must be 1 to {MOST_SESSION_ROWS} rows of {dimension}",
            session.len()
        )));
    }
    if session.iter().any(|&code| code > 127) {
        return Err(GpuError::failed("a session code above 127; session codes are u7"));
    }
    let steps = dimension / 16;
    let mut words = Vec::with_capacity(rows.next_multiple_of(4) * steps);
    for codes in session.as_chunks::<16>().0 {
        words.push(step_words(codes, narrow));
    }
    words.resize(rows.next_multiple_of(4) * steps, [0; 4]);
    Ok((rows, words))
}

/// One step's sixteen codes as signed bytes, in the order in which the table's words come apart.
fn step_words(codes: &[u8; 16], narrow: bool) -> [u32; 4] {
    let code = |at: usize| codes[at].wrapping_sub(SESSION_ZERO_POINT);
    core::array::from_fn(|word| {
        u32::from_le_bytes(core::array::from_fn(|byte| {
            code(if narrow { word / 2 * 8 + word % 2 + 2 * byte } else { 4 * word + byte })
        }))
    })
}
