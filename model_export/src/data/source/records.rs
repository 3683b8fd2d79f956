//! CSV as records: bytes in, fields out, and where a quote opened that swallows what follows.
//!
//! The readers that others have made close an open quote at the end of the file and do not say where it began, so that half
//! a log can vanish in one field. Else the rules are theirs: RFC 4180, any line end, and a quote within an unquoted field
//! is a letter like others.

use std::io::{self, BufRead};

use super::pieces::Pieces;

/// A quoted text of so many lines is no shop's.
const MOST_LINES: u64 = 50;
/// ... nor, over several lines, one of more bytes.
const MOST_BYTES: usize = 1 << 20;

/// Why there is no next record.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// A quote swallows rows: the line in which it opened, and how that shows.
    Quote {
        line: u64,
        what: String,
    },
}

/// Reads records one by one.
pub(super) struct Records<R> {
    input: R,
    record: Record,
}

/// The record that was read last, or what there is of the next one.
pub(super) struct Record {
    separator: u8,
    /// What the line breaks within quotes cut this record into.
    pieces: Pieces,
    /// The line of the next byte, from 1.
    line: u64,
    /// Whether the last byte was a carriage return: a line feed after it ends no other line.
    after_return: bool,
    /// The line in which this record begins.
    pub first_line: u64,
    state: State,
    /// The line in which the quote of the current field opened.
    opened: Option<u64>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote within quotes: it closes them, or is the first of two that stand for one.
    QuoteInQuoted,
    /// The quotes are closed and the field goes on.
    AfterQuoted,
}

impl<R: BufRead> Records<R> {
    /// Reads from line `line` on.
    pub fn new(input: R, separator: u8, line: u64) -> Records<R> {
        let record = Record {
            separator,
            pieces: Pieces::new(separator),
            line,
            after_return: false,
            first_line: line,
            state: State::FieldStart,
            opened: None,
            bytes: Vec::new(),
            ends: Vec::new(),
        };
        Records { input, record }
    }

    /// From now on, a line within quotes that has so many fields looks like a row.
    pub fn expect_fields(&mut self, fields: usize) {
        self.record.pieces.expect_separators(fields.saturating_sub(1));
    }

    /// The next record; `None` at the end of the file. Empty lines are none.
    pub fn read(&mut self) -> Result<Option<&Record>, Fault> {
        self.record.bytes.clear();
        self.record.ends.clear();
        loop {
            let buffer = self.input.fill_buf().map_err(Fault::Io)?;
            if buffer.is_empty() {
                return Ok(self.record.finish()?.then_some(&self.record));
            }
            let (used, whole) = self.record.take(buffer)?;
            self.input.consume(used);
            if whole {
                return Ok(Some(&self.record));
            }
        }
    }
}

impl Record {
    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// One field without its quotes; `index` is below [`Record::len`].
    pub fn field(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[index]]
    }

    /// Whether the line holds nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.len() == 1 && self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether the record goes over several lines.
    pub fn has_lines(&self) -> bool {
        self.bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
    }

    /// Takes bytes up to the end of the record: how many, and whether that was reached.
    fn take(&mut self, buffer: &[u8]) -> Result<(usize, bool), Fault> {
        let mut used = 0;
        while let Some(&byte) = buffer.get(used) {
            let line_end = matches!(byte, b'\n' | b'\r');
            let empty = self.state == State::FieldStart && self.ends.is_empty();
            if empty && !line_end {
                self.first_line = self.line;
            }
            match self.state {
                State::Quoted => {
                    let rest = &buffer[used..];
                    let length = rest.iter().position(|&byte| byte == b'"').unwrap_or(rest.len());
                    self.take_quoted(&rest[..length])?;
                    used += length;
                    if length < rest.len() {
                        self.state = State::QuoteInQuoted;
                        used += 1;
                    }
                    continue;
                }
                State::FieldStart if byte == b'"' => {
                    self.state = State::Quoted;
                    self.opened = Some(self.line);
                    used += 1;
                }
                State::QuoteInQuoted if byte == b'"' => {
                    self.state = State::Quoted;
                    self.bytes.push(b'"');
                    used += 1;
                }
                _ if byte == self.separator => {
                    self.end_field()?;
                    used += 1;
                }
                _ if line_end => {
                    used += 1;
                    let second_half = self.after_return && byte == b'\n';
                    self.after_return = byte == b'\r';
                    if empty {
                        self.line += u64::from(!second_half);
                        continue;
                    }
                    self.end_field()?;
                    self.end_record()?;
                    self.line += 1;
                    return Ok((used, true));
                }
                _ => {
                    let quoted = matches!(self.state, State::QuoteInQuoted | State::AfterQuoted);
                    self.state = if quoted { State::AfterQuoted } else { State::Plain };
                    let rest = &buffer[used..];
                    let ends = |byte: &u8| *byte == self.separator || matches!(byte, b'\n' | b'\r');
                    let length = rest.iter().position(ends).unwrap_or(rest.len());
                    self.bytes.extend_from_slice(&rest[..length]);
                    used += length;
                }
            }
            self.after_return = false;
        }
        Ok((used, false))
    }

    fn take_quoted(&mut self, text: &[u8]) -> Result<(), Fault> {
        for &byte in text {
            let second_half = self.after_return && byte == b'\n';
            self.line += u64::from(matches!(byte, b'\n' | b'\r') && !second_half);
            self.after_return = byte == b'\r';
        }
        self.bytes.extend_from_slice(text);
        let lines = self.line - self.opened.unwrap_or(self.line);
        if lines >= MOST_LINES {
            return Err(self.swallows(format!("is not closed within {MOST_LINES} lines")));
        }
        if lines > 0 && self.bytes.len() - self.start() > MOST_BYTES {
            return Err(self.swallows(format!("is not closed within {} MB", MOST_BYTES >> 20)));
        }
        Ok(())
    }

    /// Where the current field starts.
    fn start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn end_field(&mut self) -> Result<(), Fault> {
        if let Some(opened) = self.opened.filter(|&opened| opened < self.line) {
            if self.state == State::AfterQuoted {
                return Err(self.swallows(format!("closes in line {} in the middle of a field", self.line)));
            }
            let text = &self.bytes[self.start()..];
            if let Some(line) = self.pieces.add(text, opened, self.ends.len()) {
                return Err(self.swallows(format!("swallows line {line}, which looks like a row")));
            }
        }
        self.ends.push(self.bytes.len());
        self.state = State::FieldStart;
        self.opened = None;
        Ok(())
    }

    fn end_record(&mut self) -> Result<(), Fault> {
        match self.pieces.finish(self.ends.len() - 1) {
            None => Ok(()),
            Some(opened) => {
                let what = format!("swallows line {}, and both lines look like rows", opened + 1);
                Err(Fault::Quote { line: opened, what })
            }
        }
    }

    fn swallows(&self, what: String) -> Fault {
        Fault::Quote { line: self.opened.unwrap_or(self.line), what }
    }

    /// The end of the file: whether there is a last record that no line end followed.
    fn finish(&mut self) -> Result<bool, Fault> {
        if self.state == State::Quoted {
            return Err(self.swallows("is never closed".to_owned()));
        }
        if self.state == State::FieldStart && self.ends.is_empty() {
            return Ok(false);
        }
        self.end_field()?;
        self.end_record()?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    /// All records of a text of three columns, read in pieces of `piece` bytes.
    fn records(text: &str, piece: usize) -> Result<Vec<(u64, Vec<String>)>, Fault> {
        let mut records = Records::new(io::BufReader::with_capacity(piece, text.as_bytes()), b',', 1);
        records.expect_fields(3);
        let mut read = Vec::new();
        while let Some(record) = records.read()? {
            let fields = (0..record.len()).map(|index| String::from_utf8(record.field(index).to_vec()).unwrap());
            read.push((record.first_line, fields.collect()));
        }
        Ok(read)
    }

    #[test]
    fn records_are_those_of_the_rfc_whatever_ends_a_line_and_however_bytes_arrive() {
        let text = "a,b,c\n\n\"d,1\",\"say \"\"e\"\"\",5\" f\n\"two\nlines\",,\"\"\ng,\"h\" i,\n";
        let expected = [
            (1, vec!["a", "b", "c"]),
            (3, vec!["d,1", "say \"e\"", "5\" f"]),
            (4, vec!["two\nlines", "", ""]),
            (6, vec!["g", "h i", ""]),
        ];
        for end in ["\n", "\r\n", "\r"] {
            let lines = |fields: &[&str]| fields.iter().map(|field| field.replace('\n', end)).collect::<Vec<String>>();
            let expected = expected.each_ref().map(|(line, fields)| (*line, lines(fields)));
            for piece in [1, 2, 3, 7, 4_096] {
                assert_eq!(records(&text.replace('\n', end), piece).unwrap(), expected, "{end:?} {piece}");
                let cut = text.trim_end().replace('\n', end);
                assert_eq!(records(&cut, piece).unwrap(), expected, "without a last line end");
            }
        }
    }

    #[test]
    fn a_quote_that_swallows_rows_is_named_by_the_line_where_it_opened() {
        let rows = |rows: usize| "1,2,x\n".repeat(rows);
        let cases = [
            (format!("{}1,2,\"x\n{}", rows(7), rows(20)), 8, "is never closed"),
            (format!("{}1,2,\"x\n{}", rows(3), rows(60)), 4, "is not closed within 50 lines"),
            (format!("{}1,2,\"x\n1,2,y\n1,2,z\"\n{}", rows(1), rows(2)), 2, "swallows line 3"),
            (format!("1,\"x,5\n1,\"mug\",5\n{}", rows(2)), 1, "closes in line 2 in the middle of a field"),
            (format!("1,2,\"{}\n", "word word\n".repeat(49) + "last, and least"), 0, ""),
            // Stray quotes in two rows that follow each other, and in three of which the second has none.
            ("1,\"mug,8\n1,cup\",9\n".to_owned(), 1, "swallows line 2, and both lines"),
            (format!("{}\"1,mug,8\n1\",cup,9", rows(4)), 5, "swallows line 6"),
            ("\"1,1\",\"mug,8\r\n1,cup\",9\r\n".to_owned(), 1, "swallows line 2"),
            ("1,\"mug,8\n1,cup,9\n1,pot\",9\n".to_owned(), 1, "swallows line 2, which looks"),
            // A text in quotes that happens to hold as many separators, but not so in each of its lines, or in prose.
            ("1,\"mug,8\nred,blue,pot\nand\",9\n".to_owned(), 1, "swallows line 2, which looks"),
            ("1,\"mug,8,9\nred\",9\n".to_owned(), 0, ""),
            ("1,\"mugs, red\nblue, and a pot\",9\n".to_owned(), 0, ""),
            (format!("1,2,\"red, green, and blue\n{}\"\n", "one, two, and three\n".repeat(5)), 0, ""),
            (format!("1,2,\"x\n{}\"\n", "y".repeat(1 << 21)), 1, "is not closed within 1 MB"),
            (format!("1,2,\"{}\"\n", "y".repeat(1 << 21)), 0, ""),
        ];
        for (text, line, what) in cases {
            let text = if line == 0 { text.replace("least\n", "least\"\n") } else { text };
            match records(&text, 64) {
                Err(Fault::Quote { line: opened, what: found }) => {
                    assert!(opened == line && found.starts_with(what), "{opened}: {found}, not {line}: {what}");
                }
                Err(fault) => panic!("{fault:?}"),
                Ok(_) => assert_eq!(line, 0, "{what}"),
            }
        }
    }
}
