//! The memory of other sessions: for each item, what belongs to it by the training log, and how strongly. Lists stay packed
//! in the file's bytes until an event needs them, so loading only adds up their lengths.

use super::Dtype;
use super::error::{ArtifactError, detail};
use super::neighbours::{self, CHANNELS, Neighbour, Neighbours};
use super::shared::{Numbers, Shared};
use super::tensors::Tensors;
use alloc::vec::Vec;

/// The neighbours of every item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    channels: usize,
    /// Bytes of each item's packed list, or its neighbours in full precision.
    lengths: Numbers,
    /// Where every 64th list begins.
    begins: Vec<u32>,
    packed: Shared,
    /// `items x channels`, `F16` as the file has them.
    scales: Shared,
    /// In place of packed lists and scales in full precision.
    exact: Option<Vec<Neighbour>>,
}

impl Memory {
    /// Quantizes and packs the neighbours of every item, each list ascending by number, in the first `channels` channels.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where there are no or too many channels or neighbours, a neighbour is not an
    /// item or out of order, or a strength is out of range.
    pub fn pack(channels: usize, lists: &[Vec<Neighbour>]) -> Result<Self, ArtifactError> {
        check_channels(channels)?;
        let (mut lengths, mut packed, mut scales) = (Vec::with_capacity(lists.len()), Vec::new(), Vec::new());
        for list in lists {
            let before = packed.len();
            neighbours::pack(list, channels, lists.len() as u32, &mut packed, &mut scales)?;
            lengths.push((packed.len() - before) as u16);
        }
        Self::of_parts(channels, lengths.into_iter().collect(), packed.into(), scales.into(), None)
    }

    fn of_parts(
        channels: usize,
        lengths: Numbers,
        packed: Shared,
        scales: Shared,
        exact: Option<Vec<Neighbour>>,
    ) -> Result<Self, ArtifactError> {
        let total = exact.as_ref().map_or(packed.len(), Vec::len);
        let begins = lengths.begins(total);
        let begins = begins.ok_or_else(|| ArtifactError::Shape {
            name: "memory.lists",
            detail: detail!("the items' lists do not take all of it, which is", total),
        })?;
        Ok(Memory { channels, lengths, begins, packed, scales, exact })
    }

    /// The same in full precision: what packed ones are made of and compared with.
    ///
    /// # Errors
    /// As [`Memory::pack`].
    #[cfg(feature = "exact")]
    pub fn exact(channels: usize, lists: &[Vec<Neighbour>]) -> Result<Self, ArtifactError> {
        check_channels(channels)?;
        lists.iter().try_for_each(|list| neighbours::check(list, lists.len() as u32))?;
        let lengths = lists.iter().map(|list| list.len() as u16).collect();
        let mut all = lists.concat();
        all.iter_mut().for_each(|one| one.strengths[channels..].fill(0.0));
        Self::of_parts(channels, lengths, Shared::default(), Shared::default(), Some(all))
    }

    pub(crate) fn read(tensors: &Tensors<'_>, rows: usize) -> Self {
        #[cfg(feature = "exact")]
        if tensors.has(STRENGTHS) {
            return Self::read_exact(tensors, rows);
        }
        let [_, channels] = tensors.sides(SCALES);
        tensors.or_fault(check_channels(channels));
        let scales = tensors.scales(SCALES, &[rows, channels]);
        let packed = tensors.shared("memory.lists", Dtype::U8, &[tensors.length("memory.lists")]);
        tensors.or_fault(Self::of_parts(channels, tensors.numbers("memory.bytes", rows), packed, scales, None))
    }

    #[cfg(feature = "exact")]
    fn read_exact(tensors: &Tensors<'_>, rows: usize) -> Self {
        let [total, channels] = tensors.sides(STRENGTHS);
        tensors.or_fault(check_channels(channels));
        let strengths = tensors.f32(STRENGTHS, &[total, channels]);
        let numbers = tensors.shared("memory.items", Dtype::U32, &[total]);
        let counts = tensors.numbers("memory.counts", rows);
        if counts.begins(total).is_none() {
            tensors.misshapen("memory.lists", detail!("the items' counts are not those of all neighbours"));
        }
        if tensors.first_fault().is_some() {
            return Memory::default();
        }
        let numbers = numbers.as_chunks::<4>().0;
        let mut all = numbers.iter().zip(strengths.chunks_exact(channels)).map(|(number, values)| {
            let mut strengths = [0.0; CHANNELS];
            strengths[..channels].copy_from_slice(values);
            Neighbour { item: u32::from_le_bytes(*number), strengths }
        });
        let lists: Vec<Vec<Neighbour>> =
            counts.iter().map(|count| all.by_ref().take(usize::from(count)).collect()).collect();
        tensors.or_fault(Memory::exact(channels, &lists))
    }

    /// The neighbours of an item; none past the end.
    pub fn of(&self, item: u32) -> Neighbours<'_> {
        let index = item as usize;
        let Some(range) = self.lengths.part(&self.begins, index) else { return Neighbours::default() };
        if let Some(exact) = self.exact_lists() {
            return Neighbours::of_exact(exact.get(range).unwrap_or_default());
        }
        let scales = self.scales.as_chunks::<2>().0.get(index * self.channels..(index + 1) * self.channels);
        Neighbours::new(self.packed.get(range).unwrap_or_default(), scales.unwrap_or_default(), self.len() as u32)
    }

    /// How many items have a list.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there is no list at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many channels each neighbour has, 1 to 3.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// All neighbours of all items. Decodes every list.
    pub fn total(&self) -> usize {
        (0..self.len() as u32).map(|item| self.of(item).iter().count()).sum()
    }

    /// Every neighbour of a memory in full precision, list after list.
    pub fn exact_lists(&self) -> Option<&[Neighbour]> {
        // In the browser there are none, and the compiler may know.
        if cfg!(feature = "exact") { self.exact.as_deref() } else { None }
    }

    /// Bytes of each item's packed list, or neighbours of each item in full precision.
    #[cfg(feature = "write")]
    pub(crate) fn lengths(&self) -> impl Iterator<Item = u16> + Clone + '_ {
        self.lengths.iter()
    }

    /// All packed lists, one after the other, and the scale of each item in each channel as the file has them.
    #[cfg(feature = "write")]
    pub(crate) fn packed_lists(&self) -> (&[u8], &[u8]) {
        (&self.packed, &self.scales)
    }
}

/// The tensor that says that a memory is in full precision.
pub(crate) const STRENGTHS: &str = "memory.strengths";
pub(crate) const SCALES: &str = "memory.scales";

fn check_channels(channels: usize) -> Result<(), ArtifactError> {
    if (1..=CHANNELS).contains(&channels) {
        return Ok(());
    }
    Err(ArtifactError::Shape { name: SCALES, detail: detail!("1 to 3 channels are known:", channels) })
}
