//! CSV: text columns, of which only the wanted ones are kept and looked at.

use std::io::{self, BufRead};
use std::path::Path;

use datafusion::arrow::array::RecordBatch;

use super::bytes::{Bytes, io_error, open};
use super::records::{Fault, Record, Records};
use super::text::TextRows;
use crate::data::DataError;

const FORMAT: &str = "CSV";

/// What stands between two fields: the first ones before the others where a header has equally many of several.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// One CSV file, its header read.
pub(super) struct Csv {
    /// The names of its columns, in the file's order.
    pub columns: Vec<String>,
    separator: u8,
    /// Whether no row follows the header.
    pub is_empty: bool,
}

impl Csv {
    /// Reads the header, and whether a row follows.
    pub fn open(path: &Path) -> Result<Csv, DataError> {
        let (mut header, _) = beginning(path)?;
        let separator = separator_of(&mut header).map_err(|cause| io_error(path, FORMAT, &cause))?;
        let mut records = records(path, separator)?;
        let columns = records.read().map_err(|fault| refused(path, fault))?.map(names).unwrap_or_default();
        let is_empty = loop {
            match records.read() {
                Ok(Some(record)) if record.is_blank() => {}
                // What is wrong with a row is said when it is read.
                row => break matches!(row, Ok(None)),
            }
        };
        Ok(Csv { columns, separator, is_empty })
    }

    /// Hands on the rows of these columns batch by batch. Each column is one of the file's, and stands in it once.
    pub fn read(
        &self,
        path: &Path,
        wanted: &[&str],
        each: &mut impl FnMut(&RecordBatch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let place = |name: &&str| self.columns.iter().position(|column| column == name);
        let places: Vec<usize> = wanted.iter().filter_map(place).collect();
        let mut records = records(path, self.separator)?;
        records.read().map_err(|fault| refused(path, fault))?;
        records.expect_fields(self.columns.len());
        let mut rows = TextRows::new(wanted);
        while let Some(record) = records.read().map_err(|fault| refused(path, fault))? {
            if record.len() != self.columns.len() {
                if record.is_blank() {
                    continue;
                }
                return Err(self.ragged(path, record));
            }
            let mut like_header = 0;
            for (column, &place) in places.iter().enumerate() {
                let text = std::str::from_utf8(record.field(place)).map_err(|_| {
                    let what = format!("holds letters in `{}` that are not UTF-8", wanted[column]);
                    malformed(path, record, &what, "save the file as UTF-8")
                })?;
                like_header += usize::from(text.trim() == wanted[column]);
                rows.push(column, text);
            }
            if like_header == places.len() && like_header > 0 {
                let what = "is the header once more, as if files had been joined";
                return Err(malformed(path, record, what, "remove that line"));
            }
            rows.end_row(each)?;
        }
        rows.flush(each)
    }

    fn ragged(&self, path: &Path, record: &Record) -> DataError {
        let (found, expected) = (record.len(), self.columns.len());
        let what = format!("has {found} fields where the header has {expected}");
        let fix = if record.has_lines() {
            "look for a quote that is not closed"
        } else if found > expected {
            "put quotes around text that holds the separator"
        } else {
            "complete that line or remove it"
        };
        malformed(path, record, &what, fix)
    }
}

/// What parts the fields of a header: that of which it has most outside quotes.
fn separator_of(header: &mut impl BufRead) -> io::Result<u8> {
    let mut counts = [0; SEPARATORS.len()];
    let (mut quoted, mut begun) = (false, false);
    // Whether a quote opens here: at the start of a field, and behind a quote, where the two stand for one.
    let mut opens = true;
    'header: loop {
        let buffer = header.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        for &byte in buffer {
            match byte {
                _ if quoted => (quoted, opens) = (byte != b'"', true),
                b'"' if opens => quoted = true,
                b'\n' | b'\r' if begun => break 'header,
                b' ' | b'\n' | b'\r' => {}
                _ => {
                    let separator = SEPARATORS.iter().position(|&separator| separator == byte);
                    separator.into_iter().for_each(|separator| counts[separator] += 1);
                    opens = separator.is_some();
                }
            }
            begun |= !matches!(byte, b'\n' | b'\r');
        }
        let length = buffer.len();
        header.consume(length);
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    Ok(SEPARATORS
        .iter()
        .zip(counts)
        .find(|(_, count)| *count == most)
        .map_or(SEPARATORS[0], |(&separator, _)| separator))
}

/// The text of a file from its header on, and the line of that. A line `sep=;`, as spreadsheets write one, is passed over: the
/// header tells.
fn beginning(path: &Path) -> Result<(Bytes, u64), DataError> {
    let mut bytes = open(path, FORMAT)?;
    let mut line = 1;
    let head = bytes.fill_buf().map_err(|cause| io_error(path, FORMAT, &cause))?;
    if head.starts_with(b"sep=") {
        let length = head.iter().take(16).position(|byte| matches!(byte, b'\n' | b'\r'));
        if let Some(length) = length {
            let end = if head[length..].starts_with(b"\r\n") { 2 } else { 1 };
            bytes.consume(length + end);
            line = 2;
        }
    }
    Ok((bytes, line))
}

/// The records of a file, the header first.
fn records(path: &Path, separator: u8) -> Result<Records<Bytes>, DataError> {
    beginning(path).map(|(bytes, line)| Records::new(bytes, separator, line))
}

fn names(header: &Record) -> Vec<String> {
    (0..header.len()).map(|index| String::from_utf8_lossy(header.field(index)).trim().to_owned()).collect()
}

fn malformed(path: &Path, record: &Record, what: &str, fix: &str) -> DataError {
    DataError::malformed(path, format!("line {}", record.first_line), what, fix)
}

fn refused(path: &Path, fault: Fault) -> DataError {
    match fault {
        Fault::Io(cause) => io_error(path, FORMAT, &cause),
        Fault::Quote { line, what } => {
            let what = format!("opens a quote that {what}");
            DataError::malformed(
                path,
                format!("line {line}"),
                what,
                "close the quote, or write it twice where it is text",
            )
        }
    }
}
