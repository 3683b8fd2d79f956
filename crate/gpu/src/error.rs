//! Why a GPU could not answer. Whoever asks has the CPU to fall back to; the messages say what to do about it.

use core::fmt::{self, Display, Formatter};

/// Why a GPU could not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuError {
    /// This runtime has no GPU interface.
    Unsupported,
    /// There is an interface, but no adapter or device behind it.
    Adapter(String),
    /// The device has not enough memory for the table.
    Memory,
    /// The device went away.
    Lost,
    /// The device, or what it was given, is at fault.
    Failed(String),
    /// More was asked for than a call gives.
    Count(String),
}

impl GpuError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            GpuError::Unsupported => "gpu.unsupported",
            GpuError::Adapter(_) => "gpu.adapter",
            GpuError::Memory => "gpu.memory",
            GpuError::Lost => "gpu.lost",
            GpuError::Failed(_) => "gpu.failed",
            GpuError::Count(_) => "gpu.count",
        }
    }

    /// A fault of what the caller handed over.
    pub fn failed(why: impl Into<String>) -> GpuError {
        GpuError::Failed(why.into())
    }
}

impl Display for GpuError {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        match self {
            GpuError::Unsupported => to.write_str(
                "this runtime offers no WebGPU here: use the CPU, or a page of a secure origin (https or localhost)",
            ),
            GpuError::Adapter(why) => {
                write!(to, "no GPU adapter or device: {why}. Use the CPU, or install or enable the GPU's driver")
            }
            GpuError::Memory => to.write_str("the GPU has not enough memory for the table: use the CPU"),
            GpuError::Lost => to.write_str("the GPU device was lost: use the CPU, and open a new catalogue later"),
            GpuError::Failed(why) => write!(to, "the GPU could not do it: {why}"),
            GpuError::Count(why) => to.write_str(why),
        }
    }
}

impl core::error::Error for GpuError {}
