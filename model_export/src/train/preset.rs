//! How much a training run spends: three sizes, the same for every shop.

use core::str::FromStr;

use super::head::HeadOptions;
use super::memory::MemoryOptions;
use super::vectors::VectorOptions;

/// How large a model may be and how long its training may take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// A third of the bytes and of the time: for a first look, and for tests.
    Tiny,
    /// What a shop should ship.
    #[default]
    Default,
    /// Wider vectors, more neighbours, more passes: twice the bytes, several times the time.
    Best,
}

/// What a preset stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub vectors: VectorOptions,
    pub memory: MemoryOptions,
    pub head: HeadOptions,
    /// Most passes of the vectors over the log.
    pub most_passes: usize,
    /// Steps that give the head its lists.
    pub list_steps: usize,
}

impl FromStr for Preset {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Preset::ALL.into_iter().find(|preset| preset.name() == text).ok_or("tiny, default or best is needed")
    }
}

impl Preset {
    /// All of them, the cheapest first.
    pub const ALL: [Preset; 3] = [Preset::Tiny, Preset::Default, Preset::Best];

    /// Its name on the command line and in the card.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Tiny => "tiny",
            Preset::Default => "default",
            Preset::Best => "best",
        }
    }

    pub(super) fn settings(self) -> Settings {
        let usual = Settings {
            vectors: VectorOptions::default(),
            memory: MemoryOptions::default(),
            head: HeadOptions::default(),
            most_passes: 10,
            list_steps: 24_000,
        };
        match self {
            Preset::Default => usual,
            Preset::Tiny => Settings {
                vectors: VectorOptions { dimension: 32, negatives: 1024, ..usual.vectors },
                memory: MemoryOptions { neighbours: 12, ..usual.memory },
                head: HeadOptions { hidden: 8, members: 1, ..usual.head },
                most_passes: 5,
                list_steps: 12_000,
            },
            Preset::Best => Settings {
                vectors: VectorOptions { dimension: 128, negatives: 4096, ..usual.vectors },
                memory: MemoryOptions { neighbours: 40, ..usual.memory },
                head: HeadOptions { hidden: 32, members: 2, epochs: 12, ..usual.head },
                most_passes: 16,
                list_steps: 40_000,
            },
        }
    }
}
