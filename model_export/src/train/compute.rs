//! Where vectors are trained.

use core::str::FromStr;

use burn::tensor::Device;

use super::TrainError;

/// A kind of device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compute {
    /// The processor: the same seed and threads give the same bits.
    #[default]
    Cpu,
    /// A GPU, through `wgpu`: sums run in the driver's order, so two machines may give different bits.
    Gpu,
}

impl FromStr for Compute {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Compute::ALL.into_iter().find(|compute| compute.name() == text).ok_or("cpu or gpu is needed")
    }
}

impl Compute {
    /// All of them.
    pub const ALL: [Compute; 2] = [Compute::Cpu, Compute::Gpu];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Compute::Cpu => "cpu",
            Compute::Gpu => "gpu",
        }
    }

    /// The device.
    ///
    /// # Errors
    /// `train.no_gpu` where the command was built without the feature `gpu`.
    pub(super) fn device(self) -> Result<Device, TrainError> {
        match self {
            Compute::Cpu => Ok(Device::flex()),
            #[cfg(feature = "gpu")]
            Compute::Gpu => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(not(feature = "gpu"))]
            Compute::Gpu => Err(TrainError::NoGpu),
        }
    }
}
