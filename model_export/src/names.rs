//! The names behind a model's numbers, for pages that show a shopper what their session says.
//!
//! Its one job: `reshelf names`, from an artifact and the catalogue that it was trained with to a small JSON file. Artifacts
//! hold numbers alone, so that pages which show nobody a profile download no names. It may use the ground (`data`, `files`,
//! `output`) and the engine.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use reshelf::artifact::{Artifact, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};
use serde::Serialize;
use thiserror::Error;

use crate::data::{Catalogue, DataError, read_items};
use crate::files::{ModelError, check_model, read_whole_artifact};
use crate::output::{OutputError, check_apart, write_atomically};

/// Codes of a price to one standard deviation of the logarithm ([`reshelf::artifact::Attributes::price`]).
const PRICE_STEPS: f64 = 32.0;

/// The flags of `reshelf names`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesOptions {
    /// The artifact.
    pub model: PathBuf,
    /// The catalogue that it was trained with.
    pub items: PathBuf,
    /// Where the names go, a JSON file.
    pub out: PathBuf,
}

/// What is written: number `n` is the `n - 1`-th of its list, and a number that no item of the catalogue has is named "".
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Names {
    /// The model that they are of.
    pub model: String,
    /// Whole category paths.
    pub categories: Vec<String>,
    /// Their first steps.
    pub departments: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
    /// What codes of prices mean.
    pub prices: Option<Prices>,
}

/// The natural logarithm of the catalogue's prices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prices {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub deviation: f64,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NamesSummary {
    /// Names of categories, departments and brands.
    pub names: usize,
    /// Items of the catalogue that the model does not know.
    pub unknown: usize,
}

impl NamesSummary {
    /// One line for people.
    pub fn in_words(&self, out: &Path) -> String {
        let mut text = format!("{} names written to {}", self.names, out.display());
        if self.unknown > 0 {
            text.push_str(&format!("; the model does not know {} items of the catalogue", self.unknown));
        }
        text
    }
}

/// Why no names were written. The message is one line and names the fix.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NamesError {
    /// The artifact.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The catalogue.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The file of names.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The file's ending promises another format.
    #[error("{} must end in .json", .0.display())]
    UnknownFormat(PathBuf),
    /// No item of the catalogue has a number in the model.
    #[error("{} has no category or brand of this model; pass the catalogue that it was trained with", .0.display())]
    OtherCatalogue(PathBuf),
}

impl NamesError {
    /// A stable code for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            NamesError::Model(cause) => cause.code(),
            NamesError::Data(cause) => cause.code(),
            NamesError::Output(cause) => cause.code(),
            NamesError::UnknownFormat(_) => "names.unknown_format",
            NamesError::OtherCatalogue(_) => "names.other_catalogue",
        }
    }
}

/// Writes the names of an artifact's numbers.
///
/// # Errors
/// Any [`NamesError`]; nothing is left at the out-path then, or what was there before.
pub fn run(options: &NamesOptions) -> Result<NamesSummary, NamesError> {
    check_model(&options.model)?;
    check_apart(&[&options.out], &[&options.model, &options.items])?;
    if options.out.extension().is_none_or(|extension| extension != "json") {
        return Err(NamesError::UnknownFormat(options.out.clone()));
    }
    let artifact = read_whole_artifact(&options.model)?;
    let catalogue = read_items(&options.items)?;
    let (names, unknown) = names(&artifact, &catalogue);
    let count = [&names.categories, &names.departments, &names.brands].map(|list| named(list)).iter().sum();
    if count == 0 {
        return Err(NamesError::OtherCatalogue(options.items.clone()));
    }
    write_atomically(&options.out, |writer| {
        serde_json::to_writer(&mut *writer, &names)?;
        writeln!(writer)
    })?;
    Ok(NamesSummary { names: count, unknown })
}

fn named(list: &[String]) -> usize {
    list.iter().filter(|name| !name.is_empty()).count()
}

/// The names, and how many items of the catalogue the model does not know.
fn names(artifact: &Artifact, catalogue: &Catalogue) -> (Names, usize) {
    let mut numbers: [BTreeMap<u16, String>; 3] = Default::default();
    let (mut prices, mut unknown) = (Vec::new(), 0);
    for row in 0..catalogue.ids.len() {
        let Some(item) = artifact.vocabulary.find(&catalogue.ids.text(row)) else {
            unknown += 1;
            continue;
        };
        let attributes = artifact.items.attributes()[item as usize];
        let category = catalogue.categories[row].as_deref();
        let texts = [category, category.map(department), catalogue.brands[row].as_deref()];
        let values = [attributes.category, attributes.department, attributes.brand];
        for ((numbers, number), text) in numbers.iter_mut().zip(values).zip(texts) {
            if let Some(text) = text.filter(|_| number != UNKNOWN_ATTRIBUTE) {
                numbers.entry(number).or_insert_with(|| text.to_owned());
            }
        }
        // The ends stand for all that lies beyond.
        let price = catalogue.prices[row].filter(|price| *price > 0.0);
        if let Some(price) = price.filter(|_| attributes.price != UNKNOWN_PRICE && attributes.price.abs() < 127) {
            prices.push((f64::from(attributes.price) / PRICE_STEPS, f64::from(price).ln()));
        }
    }
    let [categories, departments, brands] = numbers.map(listed);
    (Names { model: artifact.model.clone(), categories, departments, brands, prices: line(&prices) }, unknown)
}

/// The first step of a category path, as training takes it.
fn department(path: &str) -> &str {
    path.split(if path.contains('/') { '/' } else { '.' }).next().unwrap_or(path)
}

fn listed(numbers: BTreeMap<u16, String>) -> Vec<String> {
    let last = numbers.last_key_value().map_or(0, |(&number, _)| number);
    (1..=last).map(|number| numbers.get(&number).cloned().unwrap_or_default()).collect()
}

/// The line through points by least squares: what codes of prices were made with. `None` for prices of one size.
fn line(points: &[(f64, f64)]) -> Option<Prices> {
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len().max(1) as f64;
    let (x, y) = (mean(&|point| point.0), mean(&|point| point.1));
    let (spread, product) = (mean(&|point| (point.0 - x).powi(2)), mean(&|point| (point.0 - x) * (point.1 - y)));
    let deviation = product / spread;
    deviation.is_finite().then_some(Prices { mean: y - deviation * x, deviation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_prices_are_read_back() {
        let (mean, deviation) = (3.2, 0.7);
        let points: Vec<(f64, f64)> =
            (-3..4).map(|code| (f64::from(code), mean + deviation * f64::from(code))).collect();
        let found = line(&points).map(|Prices { mean, deviation }| [mean, deviation]);
        assert!(found.is_some_and(|found| (found[0] - mean).abs() < 1e-9 && (found[1] - deviation).abs() < 1e-9));
        assert_eq!((line(&[]), line(&[(1.0, 2.0), (1.0, 2.0)])), (None, None));
    }

    #[test]
    fn a_number_that_no_item_has_is_named_by_nothing() {
        let numbers = [(1, "mugs".to_owned()), (3, "rugs".to_owned())];
        assert_eq!(listed(numbers.into()), ["mugs", "", "rugs"]);
        assert!(listed(BTreeMap::new()).is_empty());
    }
}
