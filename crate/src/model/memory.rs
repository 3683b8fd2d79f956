//! The memory of other sessions: for each item, what belongs to it by the training log, and how strongly. Lists stay packed
//! until an event needs them, so loading only adds up their lengths.

use super::neighbours::{self, CHANNELS, Neighbour, Neighbours};
use super::tensors::Tensors;
use super::{ArtifactError, Dtype};

/// The neighbours of every item, packed.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    channels: usize,
    /// `items + 1` offsets into `lists`.
    offsets: Vec<u32>,
    lists: Vec<u8>,
    /// `items x channels`.
    scales: Vec<f32>,
}

impl Memory {
    /// Quantizes and packs the neighbours of every item, each list ascending by number, in the first `channels` channels.
    ///
    /// # Errors
    /// `artifact.shape` or `artifact.value` where there are no or too many channels or neighbours, a neighbour is not an
    /// item or out of order, or a strength is out of range.
    pub fn pack(channels: usize, lists: &[Vec<Neighbour>]) -> Result<Self, ArtifactError> {
        let (mut lengths, mut bytes, mut scales) = (Vec::with_capacity(lists.len()), Vec::new(), Vec::new());
        for list in lists {
            let before = bytes.len();
            neighbours::pack(list, channels, lists.len() as u32, &mut bytes, &mut scales)?;
            lengths.push((bytes.len() - before) as u16);
        }
        Memory::new(channels, lengths, bytes, scales)
    }

    fn new(channels: usize, lengths: Vec<u16>, lists: Vec<u8>, scales: Vec<f32>) -> Result<Self, ArtifactError> {
        if !(1..=CHANNELS).contains(&channels) || scales.len() != lengths.len() * channels {
            let detail = format!("{} scales of {channels} channels for {} items", scales.len(), lengths.len());
            return Err(ArtifactError::shape("memory.scales", detail));
        }
        let mut offsets = Vec::with_capacity(lengths.len() + 1);
        let mut end = 0u32;
        offsets.push(0);
        for length in lengths {
            end = end
                .checked_add(u32::from(length))
                .ok_or_else(|| ArtifactError::shape("memory.bytes", "more bytes than fit"))?;
            offsets.push(end);
        }
        if end as usize != lists.len() {
            let detail = format!("{} bytes where the items' lists take {end}", lists.len());
            return Err(ArtifactError::shape("memory.lists", detail));
        }
        if let Some(at) = scales.iter().position(|scale| !(scale.is_finite() && *scale >= 0.0)) {
            return Err(ArtifactError::value("memory.scales", format!("scale {at} is out of range")));
        }
        Ok(Memory { channels, offsets, lists, scales })
    }

    pub(super) fn read(tensors: &Tensors<'_>, rows: usize) -> Result<Self, ArtifactError> {
        let &[_, channels] = tensors.shape("memory.scales")? else {
            return Err(ArtifactError::shape("memory.scales", "a matrix is needed"));
        };
        let mut scales = tensors.f16("memory.scales", &[rows, channels])?;
        scales.iter_mut().for_each(|scale| *scale = neighbours::loaded_scale(*scale));
        let lists = tensors.vector_bytes("memory.lists", Dtype::U8)?.to_vec();
        Memory::new(channels, tensors.u8_or_u16("memory.bytes", rows)?, lists, scales)
    }

    /// The neighbours of an item; none past the end.
    pub fn of(&self, item: u32) -> Neighbours<'_> {
        let index = item as usize;
        let (Some(&begin), Some(&end)) = (self.offsets.get(index), self.offsets.get(index + 1)) else {
            return Neighbours::default();
        };
        Neighbours {
            bytes: &self.lists[begin as usize..end as usize],
            scales: &self.scales[index * self.channels..(index + 1) * self.channels],
            limit: self.len() as u32,
        }
    }

    /// How many items have a list.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
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

    /// Bytes of each item's list.
    #[cfg(feature = "native")]
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.offsets.windows(2).map(|ends| (ends[1] - ends[0]) as usize)
    }

    /// All lists, one after the other.
    #[cfg(feature = "native")]
    pub(super) fn lists(&self) -> &[u8] {
        &self.lists
    }

    /// The scale of each item in each channel.
    #[cfg(feature = "native")]
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }
}
