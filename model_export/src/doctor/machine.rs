//! The machine that the command runs on: what the standard library, `/proc` and the file system tell.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use reshelf::kernels;
use serde::Serialize;

use super::{Finding, gigabytes};

/// Training holds the log and its vectors in memory: with less than this a log of a million events may not fit.
const LITTLE_MEMORY: u64 = 2_000_000_000;
/// A model is some megabytes, a folder of ablations some hundred.
const LITTLE_DISK: u64 = 500_000_000;

/// What a machine has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// The system, such as `linux`.
    pub system: &'static str,
    /// The processor's instruction set, such as `x86_64`.
    pub architecture: &'static str,
    /// Threads that run at once: what `--threads` is unless given.
    pub threads: usize,
    /// The kernel that ranks here: the fastest of those that run.
    pub kernel: &'static str,
    /// All kernels that run here.
    pub kernels: Vec<&'static str>,
    /// Memory; `None` where the system does not tell.
    pub memory: Option<Memory>,
    /// The disk of the working folder; `None` where the system does not tell.
    pub disk: Option<Disk>,
    /// GPUs.
    pub gpu: Gpu,
}

/// Memory, in bytes. In a container it is the container's where that is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// In all.
    pub total: u64,
    /// What can be had now.
    pub available: u64,
}

/// A disk, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// The folder that it was asked by.
    pub folder: String,
    /// What this user may still write.
    pub free: u64,
}

/// What can be told of GPUs without a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// Devices that the system shows, by the name of the model or of the file. Whether one computes only a driver can tell.
    pub devices: Vec<String>,
    /// Whether this build trains on one.
    pub in_build: bool,
}

impl Machine {
    /// This one.
    pub fn here() -> Machine {
        Machine {
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: kernels::best().name(),
            kernels: kernels::all().iter().map(|kernel| kernel.name()).collect(),
            memory: Memory::here(),
            disk: Disk::of(Path::new(".")),
            gpu: Gpu { devices: gpus(), in_build: cfg!(feature = "gpu") },
        }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut say = |code, message: String| found.push(Finding { code, message });
        if self.kernels.len() == 1 {
            say(
                "slow_kernel",
                "no kernel for this processor's vectors: ranking is right but slower than it could be".into(),
            );
        }
        if let Some(memory) = self.memory.filter(|memory| memory.available < LITTLE_MEMORY) {
            let has = gigabytes(memory.available);
            say(
                "little_memory",
                format!("{has} of memory can be had: train on a part of the log if training is stopped"),
            );
        }
        if let Some(disk) = self.disk.as_ref().filter(|disk| disk.free < LITTLE_DISK) {
            say("little_disk", format!("{} are free on the disk of {}: make room", gigabytes(disk.free), disk.folder));
        }
        if !self.gpu.devices.is_empty() && !self.gpu.in_build {
            let words = "there is a GPU, and this build trains on the CPU alone: build with --features gpu to use it";
            say("gpu_not_in_build", words.into());
        }
        found
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = || "not known on this system".to_owned();
        let memory = self
            .memory
            .map(|Memory { total, available }| format!("{} of {} can be had", gigabytes(available), gigabytes(total)));
        let disk = self.disk.as_ref().map(|disk| format!("{} free in {}", gigabytes(disk.free), disk.folder));
        let gpus = match self.gpu.devices.as_slice() {
            [] => {
                "none to be seen; `reshelf train --device gpu` of a build with --features gpu knows for sure".to_owned()
            }
            devices => devices.join(", "),
        };
        writeln!(f, "machine:  {}, {}, {} threads", self.system, self.architecture, self.threads)?;
        writeln!(f, "kernel:   {} (runs here: {})", self.kernel, self.kernels.join(", "))?;
        writeln!(f, "memory:   {}", memory.unwrap_or_else(unknown))?;
        writeln!(f, "disk:     {}", disk.unwrap_or_else(unknown))?;
        write!(f, "GPU:      {gpus}")
    }
}

impl Memory {
    fn here() -> Option<Memory> {
        let whole = Memory::of_meminfo(&fs::read_to_string("/proc/meminfo").ok()?)?;
        let number = |name: &str| fs::read_to_string(format!("/sys/fs/cgroup/memory.{name}")).ok()?.trim().parse().ok();
        Some(match (number("max"), number("current")) {
            (Some(most), Some(used)) => whole.within(most, used),
            _ => whole,
        })
    }

    pub(super) fn of_meminfo(text: &str) -> Option<Memory> {
        let line = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024))
        };
        Some(Memory { total: line("MemTotal")?, available: line("MemAvailable")? })
    }

    /// The same for who may have `most` of it, of which `used` are taken.
    pub(super) fn within(self, most: u64, used: u64) -> Memory {
        Memory { total: self.total.min(most), available: self.available.min(most.saturating_sub(used)) }
    }
}

impl Disk {
    /// By `df`, which every Unix has: the standard library does not tell.
    fn of(folder: &Path) -> Option<Disk> {
        let folder = folder.canonicalize().ok()?;
        let told = Command::new("df").arg("-Pk").arg(&folder).env("LC_ALL", "C").output().ok()?;
        let free = Disk::free_of(&String::from_utf8_lossy(&told.stdout))?;
        Some(Disk { folder: folder.display().to_string(), free })
    }

    /// The fourth word of the second line, in kilobytes.
    pub(super) fn free_of(text: &str) -> Option<u64> {
        Some(text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?.saturating_mul(1024))
    }
}

/// GPUs as Linux shows them: by their models where NVIDIA's driver tells, else by the files of what renders.
fn gpus() -> Vec<String> {
    let below = |folder: &str| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let model = |folder: &Path| {
        let text = fs::read_to_string(folder.join("information")).ok()?;
        text.lines().find_map(|line| Some(line.strip_prefix("Model:")?.trim().to_owned()))
    };
    let named: Vec<String> = below("/proc/driver/nvidia/gpus").iter().filter_map(|folder| model(folder)).collect();
    if !named.is_empty() {
        return named;
    }
    let files = below("/dev/dri").into_iter().map(|path| path.display().to_string());
    files.filter(|path| path.contains("renderD")).collect()
}
