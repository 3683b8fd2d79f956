//! What every page needs of a model and nothing more, for shops whose rows travel.
//!
//! Its one job: `reshelf core`, from an artifact to one without ids, vectors and neighbours, with the tokens that are used most.
//! It may use the ground (`data`, `files`, `output`) and the engine.

use core::cmp::Reverse;
use std::path::PathBuf;

use reshelf::artifact::{Artifact, ArtifactError, TokenTable};
use serde::Serialize;
use thiserror::Error;

use crate::data::{Catalogue, DataError, read_items};
use crate::files::{ModelError, check_model, read_artifact};
use crate::output::{OutputError, Pending, check_apart, check_ending};

/// Bytes that a core takes where nobody says how many tokens it has. A first list is to arrive within 160 KB in all: with the
/// engine (53), the package (18) and 200 rows of the most popular items (39) that leaves so many (docs/rows.md).
const USUAL_BYTES: usize = 48_000;

/// The flags of `reshelf core`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoreOptions {
    /// The artifact.
    pub model: PathBuf,
    /// Where the core goes.
    pub out: PathBuf,
    /// A catalogue, by which tokens are counted.
    pub items: Option<PathBuf>,
    /// How many tokens it keeps; as many as fit unless named.
    pub tokens: Option<usize>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CoreSummary {
    /// Bytes of the core.
    pub bytes: usize,
    /// Tokens that it keeps.
    pub tokens: usize,
    /// Tokens of the whole model.
    pub of_tokens: usize,
}

impl CoreSummary {
    /// One line for people.
    pub fn in_words(&self, options: &CoreOptions) -> String {
        let CoreSummary { bytes, tokens, of_tokens } = self;
        format!("{bytes} bytes with {tokens} of {of_tokens} tokens written to {}", options.out.display())
    }
}

/// Why no core was written. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The catalogue.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The core's file.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A part of the artifact that no file may have.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// Rows hold codes, which a model in full precision has not.
    #[error("{} is in full precision, of which no rows travel; `reshelf quantize` it first", .0.display())]
    FullPrecision(PathBuf),
}

impl CoreError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            CoreError::Model(cause) => cause.code(),
            CoreError::Data(cause) => cause.code(),
            CoreError::Output(cause) => cause.code(),
            CoreError::Artifact(cause) => cause.code(),
            CoreError::FullPrecision(_) => "core.full_precision",
        }
    }
}

/// Writes the core of an artifact.
///
/// # Errors
/// Any [`CoreError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &CoreOptions) -> Result<CoreSummary, CoreError> {
    check_model(&options.model)?;
    let inputs: Vec<_> =
        [Some(&options.model), options.items.as_ref()].into_iter().flatten().map(PathBuf::as_path).collect();
    check_apart(&[&options.out], &inputs)?;
    check_ending(&options.out, &["safetensors"])?;
    let out = Pending::create(&options.out)?;
    let artifact = read_artifact(&options.model)?;
    if artifact.items.vectors().is_some() {
        return Err(CoreError::FullPrecision(options.model.clone()));
    }
    let catalogue = options.items.as_deref().map(read_items).transpose()?;
    let of_tokens = artifact.tokens.as_ref().map_or(0, |tokens| tokens.hashes.len());
    let (bytes, tokens) = core(&artifact, catalogue.as_ref(), options.tokens)?;
    out.finish(&bytes)?;
    Ok(CoreSummary { bytes: bytes.len(), tokens, of_tokens })
}

/// The core's bytes, and how many tokens it keeps.
fn core(
    artifact: &Artifact,
    catalogue: Option<&Catalogue>,
    wanted: Option<usize>,
) -> Result<(Vec<u8>, usize), ArtifactError> {
    let bare = Artifact { tokens: None, ..artifact.without_table()? };
    let Some(tokens) = &artifact.tokens else { return Ok((bare.to_bytes(), 0)) };
    let order = by_use(tokens, artifact, catalogue);
    let with = |count: usize| {
        let tokens = (count > 0).then(|| tokens.of(&order[..count]));
        Artifact { tokens, ..bare.clone() }.to_bytes()
    };
    let count = match wanted {
        Some(wanted) => wanted.min(order.len()),
        None => {
            let counts: Vec<usize> = (1..=order.len()).collect();
            counts.partition_point(|&count| with(count).len() <= USUAL_BYTES)
        }
    };
    Ok((with(count), count))
}

/// The places of all tokens, those first that are used most: of most items of the catalogue. Without one, those first whose category,
/// department or brand most items of the table have; of the others, whose items an artifact does not tell, those with the
/// shortest vectors (a token of many items says little of each).
fn by_use(tokens: &TokenTable, artifact: &Artifact, catalogue: Option<&Catalogue>) -> Vec<usize> {
    let uses = match catalogue {
        Some(catalogue) => uses_in(tokens, catalogue),
        None => uses_of_numbers(tokens, artifact),
    };
    let dimension = artifact.items.dimension();
    let length = |place: usize| {
        let codes = tokens.codes[place * dimension..(place + 1) * dimension].iter();
        codes.map(|&code| f64::from(code).powi(2)).sum::<f64>().sqrt() * f64::from(tokens.scales[place])
    };
    let mut order: Vec<usize> = (0..tokens.hashes.len()).collect();
    order.sort_by(|&a, &b| Reverse(uses[a]).cmp(&Reverse(uses[b])).then(length(a).total_cmp(&length(b))));
    order
}

fn uses_in(tokens: &TokenTable, catalogue: &Catalogue) -> Vec<usize> {
    let mut uses = vec![0; tokens.hashes.len()];
    for item in 0..catalogue.len() {
        let described = catalogue.describe(&catalogue.ids.text(item)).unwrap_or_default();
        for (_, hash) in described.tokens(&tokens.price_edges) {
            if let Ok(place) = tokens.hashes.binary_search(&hash) {
                uses[place] += 1;
            }
        }
    }
    uses
}

/// A token tells no kind, only its attribute's number: it counts as what most items have of the three.
fn uses_of_numbers(tokens: &TokenTable, artifact: &Artifact) -> Vec<usize> {
    let numbers = 1 + usize::from(u16::MAX);
    let mut counts = [vec![0; numbers], vec![0; numbers], vec![0; numbers]];
    for item in artifact.items.attributes() {
        for (counts, number) in counts.iter_mut().zip([item.category, item.department, item.brand]) {
            counts[usize::from(number)] += 1;
        }
    }
    // No attribute has the number 0.
    counts.iter_mut().for_each(|counts| counts[0] = 0);
    let most = |number: &u16| counts.iter().map(|counts| counts[usize::from(*number)]).max().unwrap_or_default();
    tokens.numbers.iter().map(most).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::artifact::Description;
    use reshelf::synthetic;

    use super::*;

    /// A model with a token for each of so many brands, of which brand `n` has the number `n + 1`.
    fn model(brands: usize) -> (Artifact, Vec<String>) {
        let names: Vec<String> = (0..brands).map(|brand| format!("brand {brand}")).collect();
        let said: Vec<Description<'_>> =
            names.iter().map(|name| Description { brand: Some(name), ..Description::default() }).collect();
        let tokens = Some(synthetic::tokens(&said, 64, 3));
        (Artifact { tokens, ..synthetic::artifact(300, 64, 6, 1).unwrap() }, names)
    }

    #[test]
    fn as_many_tokens_are_kept_as_fit() {
        let (artifact, _) = model(2_000);
        let (bytes, count) = core(&artifact, None, None).unwrap();
        assert!(bytes.len() <= USUAL_BYTES && bytes.len() + 80 > USUAL_BYTES, "{} bytes", bytes.len());
        let read = Artifact::from_bytes(&bytes).unwrap();
        assert_eq!((read.items.len(), read.tokens.unwrap().hashes.len()), (0, count));
        assert_eq!((read.model, read.head, read.state), (artifact.model, artifact.head, artifact.state));
        for wanted in [0, 1, 700, 9_000] {
            let kept =
                |bytes: Vec<u8>| Artifact::from_bytes(&bytes).unwrap().tokens.map_or(0, |tokens| tokens.hashes.len());
            let (artifact, _) = model(2_000);
            assert_eq!(kept(core(&artifact, None, Some(wanted)).unwrap().0), wanted.min(2_000));
        }
    }

    #[test]
    fn the_most_used_tokens_stay() {
        let (mut artifact, _) = model(40);
        let tokens = artifact.tokens.as_mut().unwrap();
        // The model of the tests draws 4 categories and 6 brands besides the unknown: other numbers no item has.
        let numbers: Vec<u16> = (0..40).map(|place| if place % 4 == 0 { 1 + place % 3 } else { 100 + place }).collect();
        tokens.numbers = numbers.clone();
        let order = by_use(artifact.tokens.as_ref().unwrap(), &artifact, None);
        assert!(order[..10].iter().all(|&place| numbers[place] < 4), "{order:?}");
        let read = Artifact::from_bytes(&core(&artifact, None, Some(10)).unwrap().0).unwrap();
        assert!(read.tokens.unwrap().numbers.iter().all(|&number| number < 4));
    }
}
