//! The memory of other sessions: for each item, what belongs to it by the training log, and how strongly. Lists stay packed
//! until an event needs them, so loading only adds up their lengths.

use super::neighbours::{self, CHANNELS, Neighbour, Neighbours};
use super::tensors::Tensors;
use super::{ArtifactError, Dtype};

/// The neighbours of every item.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    channels: usize,
    /// `items + 1` offsets into the packed or the exact lists.
    offsets: Vec<u32>,
    packed: Vec<u8>,
    /// `items x channels`.
    scales: Vec<f32>,
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
        let offsets = offsets(&lengths, packed.len())?;
        Ok(Memory { channels, offsets, packed, scales, exact: None })
    }

    /// The same in full precision: what packed ones are made of and compared with.
    ///
    /// # Errors
    /// As [`Memory::pack`].
    #[cfg(feature = "native")]
    pub fn exact(channels: usize, lists: &[Vec<Neighbour>]) -> Result<Self, ArtifactError> {
        check_channels(channels)?;
        lists.iter().try_for_each(|list| neighbours::check(list, lists.len() as u32))?;
        let lengths: Vec<u16> = lists.iter().map(|list| list.len() as u16).collect();
        let mut all = lists.concat();
        all.iter_mut().for_each(|one| one.strengths[channels..].fill(0.0));
        let offsets = offsets(&lengths, all.len())?;
        Ok(Memory { channels, offsets, packed: Vec::new(), scales: Vec::new(), exact: Some(all) })
    }

    pub(super) fn read(tensors: &Tensors<'_>, rows: usize) -> Result<Self, ArtifactError> {
        if tensors.has(STRENGTHS) {
            #[cfg(feature = "native")]
            return Self::read_exact(tensors, rows);
            #[cfg(not(feature = "native"))]
            return Err(ArtifactError::Precision);
        }
        let &[_, channels] = tensors.shape(SCALES)? else {
            return Err(ArtifactError::shape(SCALES, "a matrix is needed"));
        };
        check_channels(channels)?;
        let mut scales = tensors.f16(SCALES, &[rows, channels])?;
        scales.iter_mut().for_each(|scale| *scale = neighbours::loaded_scale(*scale));
        if let Some(at) = scales.iter().position(|scale| *scale < 0.0) {
            return Err(ArtifactError::value(SCALES, format!("scale {at} is out of range")));
        }
        let packed = tensors.vector_bytes("memory.lists", Dtype::U8)?.to_vec();
        let offsets = offsets(&tensors.u8_or_u16("memory.bytes", rows)?, packed.len())?;
        Ok(Memory { channels, offsets, packed, scales, exact: None })
    }

    #[cfg(feature = "native")]
    fn read_exact(tensors: &Tensors<'_>, rows: usize) -> Result<Self, ArtifactError> {
        let &[total, channels] = tensors.shape(STRENGTHS)? else {
            return Err(ArtifactError::shape(STRENGTHS, "a matrix is needed"));
        };
        check_channels(channels)?;
        let strengths = tensors.f32(STRENGTHS, &[total, channels])?;
        let (numbers, _) = tensors.bytes("memory.items", Dtype::U32, &[total])?.as_chunks::<4>();
        let offsets = offsets(&tensors.u8_or_u16("memory.counts", rows)?, total)?;
        let mut all = numbers.iter().zip(strengths.chunks_exact(channels)).map(|(number, values)| {
            let mut strengths = [0.0; CHANNELS];
            strengths[..channels].copy_from_slice(values);
            Neighbour { item: u32::from_le_bytes(*number), strengths }
        });
        let lists: Vec<Vec<Neighbour>> =
            offsets.windows(2).map(|ends| all.by_ref().take((ends[1] - ends[0]) as usize).collect()).collect();
        Memory::exact(channels, &lists)
    }

    /// The neighbours of an item; none past the end.
    pub fn of(&self, item: u32) -> Neighbours<'_> {
        let index = item as usize;
        let (Some(&begin), Some(&end)) = (self.offsets.get(index), self.offsets.get(index + 1)) else {
            return Neighbours::default();
        };
        let (range, limit) = (begin as usize..end as usize, self.len() as u32);
        if let Some(exact) = self.exact_lists() {
            return Neighbours { exact: &exact[range], limit, ..Neighbours::default() };
        }
        let scales = &self.scales[index * self.channels..(index + 1) * self.channels];
        Neighbours { bytes: &self.packed[range], scales, limit, exact: &[] }
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

    /// Every neighbour of a memory in full precision, list after list.
    pub fn exact_lists(&self) -> Option<&[Neighbour]> {
        // In the browser there are none, and the compiler may know.
        if cfg!(feature = "native") { self.exact.as_deref() } else { None }
    }

    /// Bytes of each item's packed list, or neighbours of each item in full precision.
    #[cfg(feature = "native")]
    pub(super) fn lengths(&self) -> impl Iterator<Item = u16> + Clone + '_ {
        self.offsets.windows(2).map(|ends| (ends[1] - ends[0]) as u16)
    }

    /// All packed lists, one after the other, and the scale of each item in each channel.
    #[cfg(feature = "native")]
    pub(super) fn packed_lists(&self) -> (&[u8], &[f32]) {
        (&self.packed, &self.scales)
    }
}

/// The tensor that says that a memory is in full precision.
pub(super) const STRENGTHS: &str = "memory.strengths";
pub(super) const SCALES: &str = "memory.scales";

fn check_channels(channels: usize) -> Result<(), ArtifactError> {
    if (1..=CHANNELS).contains(&channels) {
        return Ok(());
    }
    Err(ArtifactError::shape(SCALES, format!("{channels} channels; 1 to {CHANNELS} are known")))
}

/// Where each list begins, and the end, which must be `total`.
fn offsets(lengths: &[u16], total: usize) -> Result<Vec<u32>, ArtifactError> {
    let mut offsets = Vec::with_capacity(lengths.len() + 1);
    let mut end = Some(0u32);
    offsets.push(0);
    for &length in lengths {
        end = end.and_then(|end| end.checked_add(u32::from(length)));
        offsets.push(end.unwrap_or(u32::MAX));
    }
    if end.map(|end| end as usize) != Some(total) {
        return Err(ArtifactError::shape("memory.lists", format!("{total} bytes where the items' lists take others")));
    }
    Ok(offsets)
}
