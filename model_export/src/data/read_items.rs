//! Reads the shop's items and their attributes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use datafusion::arrow::array::{ArrayRef, RecordBatch};

use super::columns::{Place, numbers, texts};
use super::encoder::{EncodedIds, IdEncoder};
use super::source::{FilesReport, Input, numbered, run};
use super::values::{given, write_whole_plainly};
use super::{Catalogue, DataError};

/// The columns of the input format.
const KNOWN: [&str; 5] = ["item_id", "title", "category", "brand", "price"];

/// What became of the rows of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueReport {
    /// Rows read.
    pub rows_read: u64,
    /// Rows left out because they name no item.
    pub rows_without_id: u64,
    /// Rows of an item that an earlier row names already: they only fill what that left open.
    pub repeated_rows: u64,
    /// Words such as `NULL` that were taken for no item id, with their rows.
    pub words_for_nothing: Vec<(String, u64)>,
    /// Columns that are not part of the input format, each once.
    pub columns_ignored: Vec<String>,
    /// What is to be said of the files.
    pub files: FilesReport,
}

impl fmt::Display for CatalogueReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of items read", self.rows_read)?;
        if self.rows_without_id > 0 {
            write!(f, "\n  dropped {} rows without an item id", self.rows_without_id)?;
        }
        for (word, rows) in &self.words_for_nothing {
            write!(f, "\n  `{word}` in `item_id` is taken for nothing ({rows} rows)")?;
        }
        if self.repeated_rows > 0 {
            write!(f, "\n  joined {} rows of items named before", self.repeated_rows)?;
        }
        if !self.columns_ignored.is_empty() {
            write!(f, "\n  columns ignored: {}", self.columns_ignored.join(", "))?;
        }
        write!(f, "{}", self.files)
    }
}

/// Reads the items of a shop: one file or a folder of files, in Parquet, CSV or JSON.
///
/// Needs the column `item_id`; `title`, `category`, `brand` and `price` are optional and may be null.
pub fn read_items(path: &Path) -> Result<Catalogue, DataError> {
    read_items_with_report(path).map(|(catalogue, _)| catalogue)
}

/// The same as [`read_items`], and what was dropped and ignored.
pub fn read_items_with_report(path: &Path) -> Result<(Catalogue, CatalogueReport), DataError> {
    run(path, read(path, &[]))
}

/// The same as [`read_items`], with other columns as text ([`Catalogue::others`]), of those that are there.
pub fn read_items_with(path: &Path, others: &[&str]) -> Result<Catalogue, DataError> {
    run(path, read(path, others)).map(|(catalogue, _)| catalogue)
}

async fn read(path: &Path, others: &[&str]) -> Result<(Catalogue, CatalogueReport), DataError> {
    let mut input = Input::of(path)?;
    let mut reader = ItemReader::default();
    let wanted: Vec<&str> =
        KNOWN.into_iter().chain(others.iter().copied().filter(|name| !KNOWN.contains(name))).collect();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let Some(file) = input.notes.open(file).await? else { continue };
        file.require("item_id")?;
        ignored.extend(file.others(&wanted));
        let columns: Vec<&str> = wanted.iter().copied().filter(|column| file.has(column)).collect();
        file.stream(&columns, |batch, first| reader.read_batch(batch, &columns, &numbered(first, batch), &file.path))
            .await?;
        input.notes.add(&file, &KNOWN[1..]);
    }
    if reader.report.rows_read == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    reader.report.columns_ignored = ignored.into_iter().collect();
    reader.report.files = input.notes.finish();
    Ok(reader.finish())
}

#[derive(Default)]
struct ItemReader {
    ids: IdEncoder,
    titles: Vec<Option<String>>,
    categories: Vec<Option<String>>,
    brands: Vec<Option<String>>,
    prices: Vec<Option<f32>>,
    others: BTreeMap<String, Vec<Option<String>>>,
    report: CatalogueReport,
}

impl ItemReader {
    /// Reads a batch; `rows` are the numbers of its rows in the file.
    fn read_batch(
        &mut self,
        batch: &RecordBatch,
        columns: &[&str],
        rows: &[u64],
        path: &Path,
    ) -> Result<(), DataError> {
        let known = self.ids.len();
        let codes = self.ids.encode(batch.column(0), Place { path, column: "item_id", rows })?;
        let items = self.ids.len();
        self.titles.resize(items, None);
        self.categories.resize(items, None);
        self.brands.resize(items, None);
        self.prices.resize(items, None);
        let mut newest = known;
        for code in &codes {
            match code {
                None => self.report.rows_without_id += 1,
                Some(code) if *code as usize >= newest => newest += 1,
                Some(_) => self.report.repeated_rows += 1,
            }
        }
        for (&column, array) in columns.iter().zip(batch.columns()).skip(1) {
            let place = Place { path, column, rows };
            match column {
                "title" => fill_texts(&mut self.titles, &codes, array, place)?,
                "category" => fill_texts(&mut self.categories, &codes, array, place)?,
                "brand" => fill_texts(&mut self.brands, &codes, array, place)?,
                other if !KNOWN.contains(&other) => {
                    let slots = self.others.entry(other.to_owned()).or_default();
                    slots.resize(items, None);
                    fill_texts(slots, &codes, array, place)?;
                }
                _ => {
                    let values = numbers(array, place, "plain numbers such as 19.90")?;
                    for (&code, value) in codes.iter().zip(values) {
                        let price = value.map(|value| value as f32).filter(|price| price.is_finite() && *price >= 0.0);
                        if let Some(code) = code {
                            let slot = &mut self.prices[code as usize];
                            *slot = slot.or(price);
                        }
                    }
                }
            }
        }
        self.report.rows_read += batch.num_rows() as u64;
        Ok(())
    }

    fn finish(mut self) -> (Catalogue, CatalogueReport) {
        let items = self.ids.len();
        self.others.values_mut().for_each(|slots| slots.resize(items, None));
        let EncodedIds { ids, renumbered, words } = self.ids.finish();
        if let Some(numbers) = renumbered {
            self.titles = renumber(self.titles, &numbers, ids.len());
            self.categories = renumber(self.categories, &numbers, ids.len());
            self.brands = renumber(self.brands, &numbers, ids.len());
            self.prices = renumber(self.prices, &numbers, ids.len());
            for slots in self.others.values_mut() {
                *slots = renumber(std::mem::take(slots), &numbers, ids.len());
            }
        }
        let plain = [&mut self.titles, &mut self.categories, &mut self.brands];
        for column in plain.into_iter().chain(self.others.values_mut()) {
            write_whole_plainly(column);
        }
        unify_paths(&mut self.categories);
        self.report.words_for_nothing = words;
        let order = ids.ascending();
        let catalogue = Catalogue {
            titles: order.iter().map(|&item| self.titles[item].take()).collect(),
            categories: order.iter().map(|&item| self.categories[item].take()).collect(),
            brands: order.iter().map(|&item| self.brands[item].take()).collect(),
            prices: order.iter().map(|&item| self.prices[item]).collect(),
            others: self
                .others
                .into_iter()
                .map(|(name, mut slots)| (name, order.iter().map(|&item| slots[item].take()).collect()))
                .collect(),
            ids: ids.select(order),
        };
        (catalogue, self.report)
    }
}

/// The values of items by their new numbers, of which several may be one; the first that knows an attribute wins.
fn renumber<T>(values: Vec<Option<T>>, numbers: &[u32], items: usize) -> Vec<Option<T>> {
    let mut renumbered: Vec<Option<T>> = (0..items).map(|_| None).collect();
    for (&number, value) in numbers.iter().zip(values) {
        let slot = &mut renumbered[number as usize];
        *slot = slot.take().or(value);
    }
    renumbered
}

/// Fills what is still open; the first row that knows an attribute wins.
fn fill_texts(
    slots: &mut [Option<String>],
    codes: &[Option<u32>],
    array: &ArrayRef,
    place: Place<'_>,
) -> Result<(), DataError> {
    for (code, text) in codes.iter().zip(&texts(array, place)?) {
        if let (Some(code), Some(text)) = (code, text.and_then(given)) {
            slots[*code as usize].get_or_insert_with(|| text.to_owned());
        }
    }
    Ok(())
}

/// Writes category paths as `a/b/c`, whichever separator the shop uses: `a > b`, `a|b` or `a.b` where most of the
/// categories are written so.
fn unify_paths(categories: &mut [Option<String>]) {
    let known = categories.iter().flatten().count();
    let majority = |separator: &str| {
        let written = |category: &&String| {
            // A full stop also ends abbreviations: only one between two words separates them.
            category.contains(separator) && (separator != "." || !category.contains(". ") && !category.ends_with('.'))
        };
        2 * categories.iter().flatten().filter(written).count() > known
    };
    let separator = ["/", ">", "|", "."].into_iter().find(|separator| majority(separator)).unwrap_or("/");
    for category in categories.iter_mut() {
        let Some(text) = category else { continue };
        let parts: Vec<&str> = text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect();
        *category = (!parts.is_empty()).then(|| parts.join("/"));
    }
}

#[cfg(test)]
mod tests {
    use super::unify_paths;

    fn unified(categories: &[&str]) -> Vec<Option<String>> {
        let mut categories: Vec<Option<String>> = categories.iter().map(|text| Some((*text).to_owned())).collect();
        unify_paths(&mut categories);
        categories
    }

    #[test]
    fn category_paths_come_out_with_slashes() {
        let expected = [Some("toys/trains".to_owned()), Some("toys".to_owned()), Some("home/lamps/desk".to_owned())];
        for separator in [" > ", "|", "."] {
            let written = ["toys/trains", "toys", "home/lamps/desk"].map(|text| text.replace('/', separator));
            assert_eq!(unified(&written.each_ref().map(String::as_str)), expected, "{separator}");
        }
        assert_eq!(unified(&["/toys//trains/", "toys", "home/lamps/desk"]), expected);
        assert_eq!(unified(&["Dr. Who", "St. Nick"]), [Some("Dr. Who".into()), Some("St. Nick".into())]);
        assert_eq!(unified(&["/", "a/b", "c/d"])[0], None);
    }
}
