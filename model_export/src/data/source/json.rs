//! JSON: rows as objects, one after the other or in a list, however they are laid out.

use std::collections::HashSet;
use std::path::Path;

use datafusion::arrow::array::RecordBatch;

use super::bytes::{Bytes, io_error, open, unreadable};
use super::scanner::{Fault, Scanner, Value};
use super::text::TextRows;
use crate::data::DataError;

const FORMAT: &str = "JSON lines or array";

/// More names than this are data in the place of names.
const MOST_NAMES: usize = 100_000;

/// The names of all members of all rows, in the order in which they come. Reads the whole file: a row may leave out what is
/// null.
pub(super) fn columns(path: &Path) -> Result<Vec<String>, DataError> {
    let mut names = Names::default();
    read_rows(path, &mut names)?;
    if names.rows == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    Ok(names.ordered)
}

/// Hands on the rows of these columns batch by batch.
pub(super) fn read(
    path: &Path,
    wanted: &[&str],
    each: &mut impl FnMut(&RecordBatch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let mut cells = Cells { path, wanted, given: vec![false; wanted.len()], row: 1, rows: TextRows::new(wanted), each };
    read_rows(path, &mut cells)?;
    cells.rows.flush(cells.each)
}

/// What is done with rows.
trait Rows {
    /// One member of the row: its value is read or passed over.
    fn member(&mut self, name: String, scanner: &mut Scanner<Bytes>) -> Result<(), Stop>;
    fn end_row(&mut self) -> Result<(), DataError>;
}

/// Why reading stops: the bytes are no JSON, or a row is refused.
enum Stop {
    Fault(Fault),
    Refused(DataError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Fault(fault)
    }
}

impl From<DataError> for Stop {
    fn from(error: DataError) -> Self {
        Stop::Refused(error)
    }
}

fn read_rows(path: &Path, rows: &mut impl Rows) -> Result<(), DataError> {
    scan(&mut Scanner::new(open(path, FORMAT)?), rows).map_err(|stop| match stop {
        Stop::Refused(error) => error,
        Stop::Fault(Fault::Io(cause)) => io_error(path, FORMAT, &cause),
        Stop::Fault(Fault::Syntax { line, what }) => unreadable(path, FORMAT, &format!("line {line}: {what}")),
    })
}

/// Goes through rows that follow each other, and lists of such.
fn scan(scanner: &mut Scanner<Bytes>, rows: &mut impl Rows) -> Result<(), Stop> {
    while let Some(byte) = scanner.peek()? {
        if byte != b'[' {
            row(scanner, rows)?;
            continue;
        }
        scanner.expect(b'[')?;
        if scanner.take_if(b']')? {
            continue;
        }
        loop {
            row(scanner, rows)?;
            if !scanner.take_if(b',')? {
                break;
            }
        }
        scanner.expect(b']')?;
    }
    Ok(())
}

fn row(scanner: &mut Scanner<Bytes>, rows: &mut impl Rows) -> Result<(), Stop> {
    scanner.expect(b'{')?;
    if !scanner.take_if(b'}')? {
        loop {
            let name = scanner.name()?;
            rows.member(name, scanner)?;
            if !scanner.take_if(b',')? {
                break;
            }
        }
        scanner.expect(b'}')?;
    }
    Ok(rows.end_row()?)
}

#[derive(Default)]
struct Names {
    seen: HashSet<String>,
    ordered: Vec<String>,
    rows: u64,
}

impl Rows for Names {
    fn member(&mut self, name: String, scanner: &mut Scanner<Bytes>) -> Result<(), Stop> {
        scanner.skip()?;
        if !self.seen.contains(&name) {
            if self.seen.len() >= MOST_NAMES {
                return Err(scanner.wrong(format!("rows have more than {MOST_NAMES} different names")).into());
            }
            self.seen.insert(name.clone());
            self.ordered.push(name);
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), DataError> {
        self.rows += 1;
        Ok(())
    }
}

struct Cells<'a, F> {
    path: &'a Path,
    wanted: &'a [&'a str],
    /// Which columns the row has given so far.
    given: Vec<bool>,
    /// The row's number, from 1.
    row: u64,
    rows: TextRows<'a>,
    each: &'a mut F,
}

impl<F: FnMut(&RecordBatch) -> Result<(), DataError>> Rows for Cells<'_, F> {
    fn member(&mut self, name: String, scanner: &mut Scanner<Bytes>) -> Result<(), Stop> {
        let Some(column) = self.wanted.iter().position(|wanted| *wanted == name) else { return Ok(scanner.skip()?) };
        let place = || format!("row {}", self.row);
        if std::mem::replace(&mut self.given[column], true) {
            let what = format!("names `{name}` twice");
            return Err(DataError::malformed(self.path, place(), what, "write it once").into());
        }
        let holds = |what: &str| DataError::WrongType {
            path: self.path.to_owned(),
            column: name.clone(),
            found: format!("{what} in {}", place()),
            expected: "a number or text",
        };
        match scanner.value()? {
            Value::Null => {}
            Value::Truth(truth) => self.rows.push(column, if truth { "true" } else { "false" }),
            Value::Number(text) | Value::Text(text) => self.rows.push(column, &text),
            Value::NoText(why) => {
                let what = format!("holds a text in `{name}` {why}");
                return Err(
                    DataError::malformed(self.path, place(), what, "write it as UTF-8, with escapes in pairs").into()
                );
            }
            Value::List => return Err(holds("a list").into()),
            Value::Object => return Err(holds("an object").into()),
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), DataError> {
        self.row += 1;
        self.given.fill(false);
        self.rows.end_row(self.each)
    }
}
