//! A whole file, opened in two steps: the header and the lengths at once, everything else when it is first needed.

use super::error::detail;
use super::header::{checksum, checksum_digits};
use super::items::{SCALES, VECTORS};
use super::memory::STRENGTHS;
use super::shared::Shared;
use super::tensors::{self, Tensors};
use super::tokens::HASHES;
use super::vocabulary::IDS;
use super::weights::{FEATURES, LEARNERS};
use super::{
    Artifact, ArtifactError, Clusters, Dtype, FORMAT, Feedback, Head, Header, ItemTable, Memory, Retrieval,
    StateWeights, TokenTable, Vocabulary,
};
use alloc::borrow::ToOwned;
use alloc::vec::Vec;

/// A file whose header is good and whose bytes are all there. Nobody has looked at what the bytes say: a page opens a model in
/// the time that copying it takes, and reads it when the shopper does something.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let file = reshelf_artifact::ArtifactFile::open(std::fs::read("model.safetensors")?)?;
/// println!("{} items", file.items());
/// let artifact = file.read()?; // Damage shows here at the latest.
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ArtifactFile {
    bytes: Shared,
    header: Header,
    /// The data section, which the tensors fill.
    data: Shared,
}

impl ArtifactFile {
    /// Checks the header of a file, and that the file holds what the header promises. Takes time for the header's length
    /// alone, whatever the file's.
    ///
    /// # Errors
    /// `artifact.empty`, `artifact.truncated`, `artifact.foreign`, `artifact.version`, `artifact.shape` where a byte range does
    /// not hold its shape, and `artifact.precision` for full precision in an engine without the feature `exact`.
    pub fn open(file: Vec<u8>) -> Result<Self, ArtifactError> {
        let bytes = Shared::from(file);
        let (json, header) = (Header::json_range(&bytes)?, Header::parse(&bytes)?);
        match header.get("reshelf.format") {
            Some("2" | FORMAT) => {}
            Some(other) => return Err(ArtifactError::Version { found: other.parse().unwrap_or(0) }),
            None => return Err(ArtifactError::Foreign { detail: detail!("it has no `reshelf.format`") }),
        }
        // Lengths come before the checksum, so that a cut-off download is called one.
        let data = bytes.part(json.end..bytes.len());
        tensors::check(&header.tensors, data.len())?;
        let exact = [VECTORS, STRENGTHS].iter().any(|name| header.shape(name).is_some());
        if exact && !cfg!(feature = "exact") {
            return Err(ArtifactError::Precision);
        }
        Ok(ArtifactFile { bytes, header, data })
    }

    /// As [`Artifact::model`].
    pub fn model(&self) -> &str {
        self.header.get("reshelf.model").unwrap_or_default()
    }

    /// The names of the features that the head uses, in its order.
    pub fn features(&self) -> Vec<&str> {
        self.header.names(FEATURES).unwrap_or_default()
    }

    /// The names of the features whose weights a shopper's clicks may move, with commas between; empty where they may move none.
    pub fn learners(&self) -> &str {
        self.header.get(LEARNERS).unwrap_or_default()
    }

    /// How many items the table holds, by the header.
    pub fn items(&self) -> usize {
        let shape = self.header.shape(SCALES).or_else(|| self.header.shape(VECTORS));
        shape.and_then(|shape| shape.first()).copied().unwrap_or(0)
    }

    /// Whether items are composed that training never saw.
    pub fn composes(&self) -> bool {
        self.header.shape(HASHES).is_some()
    }

    /// Reads and checks all of it.
    ///
    /// # Errors
    /// `artifact.checksum`, and whatever else the parts are refused for.
    pub fn read(&self) -> Result<Artifact, ArtifactError> {
        let digits = checksum_digits(&self.bytes).ok_or(ArtifactError::Checksum)?;
        if self.bytes[digits.clone()] != checksum(&self.bytes, digits.clone()) {
            return Err(ArtifactError::Checksum);
        }
        let header = &self.header;
        let tensors = Tensors::new(&header.tensors, &self.data);
        let items = ItemTable::read(&tensors);
        let ids = tensors.shared(IDS, Dtype::U8, &[tensors.length(IDS)]);
        let vocabulary = Vocabulary::unpack(header.get("reshelf.ids").unwrap_or_default(), &ids, items.len());
        let artifact = Artifact {
            model: self.model().to_owned(),
            card: header.get("reshelf.card").unwrap_or_default().to_owned(),
            vocabulary: tensors.or_fault(vocabulary),
            memory: Memory::read(&tensors, items.len()),
            state: StateWeights::read(header, &tensors),
            head: Head::read(header, &tensors),
            retrieval: Retrieval::read(&tensors),
            feedback: Feedback::read(header, &tensors),
            tokens: TokenTable::read(&tensors, items.dimension()),
            clusters: Clusters::read(&tensors, items.dimension()),
            items,
        };
        match tensors.first_fault() {
            Some(fault) => Err(fault),
            None => Ok(artifact),
        }
    }
}

impl Artifact {
    /// Reads a whole file.
    ///
    /// # Errors
    /// Any [`ArtifactError`]; nothing of a refused file is kept.
    ///
    /// ```
    /// use reshelf_artifact::Artifact;
    /// assert_eq!(Artifact::from_bytes(b"").unwrap_err().code(), "artifact.empty");
    /// assert_eq!(Artifact::from_bytes(b"<html>404</html>").unwrap_err().code(), "artifact.foreign");
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        Self::open(bytes.to_vec())
    }

    /// As [`Artifact::from_bytes`], of bytes that the artifact keeps: its large tensors are used where they lie.
    ///
    /// # Errors
    /// Any [`ArtifactError`].
    pub fn open(file: Vec<u8>) -> Result<Self, ArtifactError> {
        ArtifactFile::open(file)?.read()
    }
}
