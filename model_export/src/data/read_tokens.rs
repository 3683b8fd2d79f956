//! Reads tokens of tastes, as pages sent them, and counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use datafusion::arrow::array::{Array, RecordBatch, StringArray};

use super::DataError;
use super::columns::{Place, texts};
use super::source::{FilesReport, Input, numbered, run};
use super::values::{given, whole};

/// The columns of the input format.
const KNOWN: [&str; 5] = ["cluster", "clusters", "epsilon", "epoch", "model"];
/// Those that must be there.
const NEEDED: usize = 3;
/// How many clusters a model may have.
const CLUSTERS: std::ops::RangeInclusive<i64> = 2..=64;
/// The epsilons that the package gives out tokens at.
const EPSILONS: std::ops::RangeInclusive<f64> = 0.1..=8.0;

/// Tokens of one model, one epoch and one epsilon, which can be counted together.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenGroup {
    /// The model's version, where the tokens name it.
    pub model: Option<String>,
    /// The epoch, where they name it.
    pub epoch: Option<i64>,
    /// How much each of them may tell.
    pub epsilon: f64,
    /// How many came for each cluster: as many numbers as there are clusters.
    pub counts: Vec<u64>,
}

/// Why a row is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenFault {
    /// No number of clusters, or one that no model has.
    Clusters,
    /// No cluster, or none of so many.
    Cluster,
    /// No epsilon, or one at which none is given out.
    Epsilon,
    /// An epoch that is no whole number.
    Epoch,
}

impl TokenFault {
    /// In words, for the report.
    pub fn in_words(self) -> &'static str {
        match self {
            TokenFault::Clusters => "`clusters` is no whole number from 2 to 64",
            TokenFault::Cluster => "`cluster` is no whole number below `clusters`",
            TokenFault::Epsilon => "`epsilon` is no number from 0.1 to 8",
            TokenFault::Epoch => "`epoch` is no whole number",
        }
    }
}

/// What became of the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenReport {
    /// Rows read.
    pub rows_read: u64,
    /// Rows left out: how many for each fault, and where the first stands.
    pub left_out: BTreeMap<TokenFault, (u64, String)>,
    /// Columns that are not part of the input format, each once.
    pub columns_ignored: Vec<String>,
    /// What is to be said of the files.
    pub files: FilesReport,
}

impl fmt::Display for TokenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of tokens read", self.rows_read)?;
        for (fault, (rows, first)) in &self.left_out {
            write!(f, "\n  left out {rows} rows: {} (first {first})", fault.in_words())?;
        }
        if !self.columns_ignored.is_empty() {
            write!(f, "\n  columns ignored: {}", self.columns_ignored.join(", "))?;
        }
        write!(f, "{}", self.files)
    }
}

/// Reads tokens: one file or a folder of files, in Parquet, CSV or JSON. A row that is no token is left out and counted: they
/// come from outside, and one of them must not spoil all others.
///
/// Groups come in the order of their models, epochs and epsilons, and of the number of their clusters.
///
/// # Errors
/// Any [`DataError`] of the files themselves; [`DataError::MissingColumn`] without `cluster`, `clusters` or `epsilon`.
pub fn read_tokens(path: &Path) -> Result<(Vec<TokenGroup>, TokenReport), DataError> {
    run(path, read(path))
}

async fn read(path: &Path) -> Result<(Vec<TokenGroup>, TokenReport), DataError> {
    let mut input = Input::of(path)?;
    let mut reader = TokenReader::default();
    let mut ignored = BTreeSet::new();
    for file in &input.files {
        let Some(file) = input.notes.open(file).await? else { continue };
        KNOWN[..NEEDED].iter().try_for_each(|column| file.require(column))?;
        ignored.extend(file.others(&KNOWN));
        let columns: Vec<&str> = KNOWN.into_iter().filter(|column| file.has(column)).collect();
        file.stream(&columns, |batch, first| reader.read_batch(batch, &columns, &numbered(first, batch), &file.path))
            .await?;
        input.notes.add(&file, &KNOWN[NEEDED..]);
    }
    if reader.report.rows_read == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    reader.report.columns_ignored = ignored.into_iter().collect();
    reader.report.files = input.notes.finish();
    let group = |((model, epoch, epsilon, _), counts): (Key, Vec<u64>)| {
        // Positive numbers are in the order of their bits.
        TokenGroup { model, epoch, epsilon: f64::from_bits(epsilon), counts }
    };
    Ok((reader.groups.into_iter().map(group).collect(), reader.report))
}

/// Model, epoch, the bits of the epsilon, clusters.
type Key = (Option<String>, Option<i64>, u64, usize);

#[derive(Default)]
struct TokenReader {
    groups: BTreeMap<Key, Vec<u64>>,
    report: TokenReport,
}

impl TokenReader {
    fn read_batch(
        &mut self,
        batch: &RecordBatch,
        columns: &[&str],
        rows: &[u64],
        path: &Path,
    ) -> Result<(), DataError> {
        let text = |column: &&str| -> Result<Option<StringArray>, DataError> {
            let Some(at) = columns.iter().position(|found| found == column) else { return Ok(None) };
            texts(batch.column(at), Place { path, column, rows }).map(Some)
        };
        let found: Vec<Option<StringArray>> = KNOWN.iter().map(text).collect::<Result<_, _>>()?;
        for (index, row) in rows.iter().enumerate() {
            let field = |at: usize| {
                let array = found[at].as_ref().filter(|array| array.is_valid(index))?;
                given(array.value(index))
            };
            self.report.rows_read += 1;
            match token([0, 1, 2, 3, 4].map(field)) {
                Ok((cluster, key)) => {
                    let clusters = key.3;
                    self.groups.entry(key).or_insert_with(|| vec![0; clusters])[cluster] += 1;
                }
                Err(fault) => {
                    let first = || (0, format!("in row {row} of {}", path.display()));
                    self.report.left_out.entry(fault).or_insert_with(first).0 += 1;
                }
            }
        }
        Ok(())
    }
}

/// The cluster of a token and the group that it belongs to, given its fields in the order of [`KNOWN`].
fn token([cluster, clusters, epsilon, epoch, model]: [Option<&str>; 5]) -> Result<(usize, Key), TokenFault> {
    let clusters =
        clusters.and_then(whole).filter(|clusters| CLUSTERS.contains(clusters)).ok_or(TokenFault::Clusters)?;
    let cluster =
        cluster.and_then(whole).filter(|cluster| (0..clusters).contains(cluster)).ok_or(TokenFault::Cluster)?;
    let epsilon = epsilon.and_then(|text| text.parse::<f64>().ok()).filter(|epsilon| EPSILONS.contains(epsilon));
    let epsilon = epsilon.ok_or(TokenFault::Epsilon)?;
    let epoch = epoch.map(|text| whole(text).ok_or(TokenFault::Epoch)).transpose()?;
    Ok((cluster as usize, (model.map(str::to_owned), epoch, epsilon.to_bits(), clusters as usize)))
}
