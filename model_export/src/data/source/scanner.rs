//! JSON as a stream of rows, in memory that does not grow with the file.
//!
//! It finds where values begin and end; what a string or a number says is serde_json's. Numbers keep their text, since as
//! floating-point numbers two long ids would become one. Values that nobody wants are passed over, whatever they are.

use std::io::{self, Read};

/// How deeply values may be nested.
const DEEPEST: usize = 10_000;
/// No number or word is longer.
const LONGEST_WORD: usize = 400;
/// Above this magnitude a floating-point number no longer names one integer.
const WHOLE_FLOATS: f64 = 9_007_199_254_740_992.0;

/// Why the bytes cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// No JSON: the line, and what is wrong there.
    Syntax {
        line: u64,
        what: String,
    },
}

/// One value of a row.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    /// `null`, or a number that is none: Python writes NaN and Infinity.
    Null,
    Truth(bool),
    /// A number as it is written; whole ones without a fraction.
    Number(String),
    Text(String),
    /// A string that is no text: why.
    NoText(String),
    List,
    Object,
}

/// Reads values one by one.
pub(super) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    /// The bytes of the value that is being read.
    token: Vec<u8>,
}

impl<R: Read> Scanner<R> {
    pub fn new(input: R) -> Scanner<R> {
        Scanner { input, buffer: Vec::new(), at: 0, line: 1, token: Vec::new() }
    }

    /// What is wrong in this line.
    pub fn wrong(&self, what: impl Into<String>) -> Fault {
        Fault::Syntax { line: self.line, what: what.into() }
    }

    /// The next byte after white space, which stays; `None` at the end.
    pub fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            match self.byte()? {
                Some(b'\n') => self.line += 1,
                Some(b' ' | b'\t' | b'\r') => {}
                other => return Ok(other),
            }
            self.at += 1;
        }
    }

    /// Takes the next byte after white space where it is this one.
    pub fn take_if(&mut self, wanted: u8) -> Result<bool, Fault> {
        let found = self.peek()? == Some(wanted);
        self.at += usize::from(found);
        Ok(found)
    }

    /// Takes the next byte after white space, which must be this one.
    pub fn expect(&mut self, wanted: u8) -> Result<(), Fault> {
        if self.take_if(wanted)? { Ok(()) } else { Err(self.unexpected(&format!("`{}`", char::from(wanted)))) }
    }

    /// Reads the name of a member and the colon after it. One that is no text is as it is written: no column has such a name.
    pub fn name(&mut self) -> Result<String, Fault> {
        if self.peek()? != Some(b'"') {
            return Err(self.unexpected("a name in quotes"));
        }
        self.string(true)?;
        let name = self.text().unwrap_or_else(|_| String::from_utf8_lossy(&self.token).into_owned());
        self.expect(b':')?;
        Ok(name)
    }

    /// Reads one value; lists and objects to their end, without looking into them.
    pub fn value(&mut self) -> Result<Value, Fault> {
        match self.peek()? {
            Some(b'"') => {
                self.string(true)?;
                Ok(self.text().map_or_else(Value::NoText, Value::Text))
            }
            Some(b'{') => self.skip_nested().map(|()| Value::Object),
            Some(b'[') => self.skip_nested().map(|()| Value::List),
            _ => self.word(),
        }
    }

    /// Passes over one value.
    pub fn skip(&mut self) -> Result<(), Fault> {
        match self.peek()? {
            Some(b'"') => self.string(false),
            Some(b'{' | b'[') => self.skip_nested(),
            _ => self.word().map(drop),
        }
    }

    /// The next byte, which stays.
    #[inline]
    fn byte(&mut self) -> Result<Option<u8>, Fault> {
        if self.at == self.buffer.len() {
            self.buffer.resize(1 << 16, 0);
            let read = loop {
                match self.input.read(&mut self.buffer) {
                    Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.at = 0;
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            read.map_err(Fault::Io)?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Reads a string, quotes included, as a token where that is wanted.
    fn string(&mut self, wanted: bool) -> Result<(), Fault> {
        self.token.clear();
        let mut next = 1;
        loop {
            self.take(next, wanted);
            let Some(first) = self.byte()? else { return Err(self.wrong("the file ends within quotes")) };
            let length = self.until(|byte| matches!(byte, b'"' | b'\\' | b'\n'));
            next = match (length, first) {
                (0, b'"') => {
                    self.take(1, wanted);
                    return Ok(());
                }
                (0, b'\n') => return Err(self.wrong("a line ends within quotes")),
                (0, _) => {
                    // What a backslash escapes ends nothing.
                    self.take(1, wanted);
                    if self.byte()?.is_none() {
                        return Err(self.wrong("the file ends within quotes"));
                    }
                    1
                }
                _ => length,
            };
        }
    }

    /// How many of the bytes at hand come before one of these.
    fn until(&self, end: impl Fn(u8) -> bool) -> usize {
        let rest = &self.buffer[self.at..];
        rest.iter().position(|&byte| end(byte)).unwrap_or(rest.len())
    }

    /// Takes bytes that are at hand, as part of the token where that is wanted.
    fn take(&mut self, bytes: usize, wanted: bool) {
        if wanted {
            self.token.extend_from_slice(&self.buffer[self.at..self.at + bytes]);
        }
        self.at += bytes;
    }

    /// What the string says that was read last, or why it says nothing.
    fn text(&self) -> Result<String, String> {
        let text = &self.token[1..self.token.len() - 1];
        // Nearly all strings are as they are written.
        if text.iter().all(|byte| *byte >= b' ' && *byte != b'\\') {
            return match std::str::from_utf8(text) {
                Ok(text) => Ok(text.to_owned()),
                Err(_) => Err("that is not UTF-8".to_owned()),
            };
        }
        serde_json::from_slice(&self.token).map_err(|cause| format!("that is no JSON ({})", plain(&cause)))
    }

    /// Passes over a list or an object.
    fn skip_nested(&mut self) -> Result<(), Fault> {
        let mut open = Vec::new();
        loop {
            match self.byte()? {
                None => return Err(self.wrong("the file ends within a row")),
                Some(b'"') => {
                    self.string(false)?;
                    continue;
                }
                Some(b'\n') => self.line += 1,
                Some(b'{') => open.push(b'}'),
                Some(b'[') => open.push(b']'),
                Some(closing @ (b'}' | b']')) => {
                    if open.pop() != Some(closing) {
                        return Err(self.unexpected("another bracket"));
                    }
                }
                Some(_) => {}
            }
            self.at += 1;
            if open.is_empty() {
                return Ok(());
            }
            if open.len() > DEEPEST {
                return Err(self.wrong(format!("values are nested more than {DEEPEST} deep")));
            }
            self.at += self.until(|byte| matches!(byte, b'"' | b'\n' | b'{' | b'[' | b'}' | b']'));
        }
    }

    /// Reads a number or one of the words of JSON.
    fn word(&mut self) -> Result<Value, Fault> {
        self.token.clear();
        while let Some(byte) = self.byte()? {
            if !(byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)) || self.token.len() > LONGEST_WORD {
                break;
            }
            self.token.push(byte);
            self.at += 1;
        }
        match self.token.as_slice() {
            b"null" | b"NaN" | b"Infinity" | b"-Infinity" => return Ok(Value::Null),
            b"true" => return Ok(Value::Truth(true)),
            b"false" => return Ok(Value::Truth(false)),
            b"" => return Err(self.unexpected("a value")),
            _ => {}
        }
        let word = String::from_utf8_lossy(&self.token).into_owned();
        if serde_json::from_str::<f64>(&word).is_err() {
            return Err(self.wrong(format!("`{}` is no JSON value", word.chars().take(40).collect::<String>())));
        }
        let whole = word.contains(['.', 'e', 'E']).then(|| word.parse::<f64>().ok()).flatten();
        let whole = whole.filter(|number| number.fract() == 0.0 && number.abs() <= WHOLE_FLOATS);
        Ok(Value::Number(whole.map_or(word, |number| (number as i64).to_string())))
    }

    fn unexpected(&mut self, wanted: &str) -> Fault {
        match self.peek() {
            Err(fault) => fault,
            Ok(None) => self.wrong(format!("the file ends where {wanted} should be")),
            Ok(Some(byte)) => {
                let found =
                    if byte.is_ascii_graphic() { format!("`{}`", char::from(byte)) } else { format!("byte {byte}") };
                self.wrong(format!("{found} stands where {wanted} should be"))
            }
        }
    }
}

/// What serde_json says, without the place in the token.
fn plain(cause: &serde_json::Error) -> String {
    let text = cause.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    /// Gives one byte at a time.
    struct Dribble<'a>(&'a [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    /// The first value of a text, the same however its bytes arrive; the same place is reached by passing over it.
    fn value(text: &str) -> Result<Value, Fault> {
        let (mut whole, mut dribbled) = (Scanner::new(text.as_bytes()), Scanner::new(Dribble(text.as_bytes())));
        let (value, again) = (whole.value(), dribbled.value());
        assert_eq!(format!("{value:?}"), format!("{again:?}"));
        if value.is_ok() {
            let mut skipped = Scanner::new(Dribble(text.as_bytes()));
            skipped.skip().unwrap();
            assert_eq!(skipped.peek().unwrap(), whole.peek().unwrap());
        }
        value
    }

    #[test]
    fn values_keep_what_was_written() {
        let number = |text: &str| Value::Number(text.to_owned());
        for (text, expected) in [
            ("123456789012345678901234567890", number("123456789012345678901234567890")),
            ("-7", number("-7")),
            ("17.0", number("17")),
            ("2.5e3 ", number("2500")),
            ("19.90", number("19.90")),
            ("9e300", number("9e300")),
            (r#""a\"b\n\u00e9""#, Value::Text("a\"b\né".into())),
            ("\"é\"", Value::Text("é".into())),
            ("NaN", Value::Null),
            ("-Infinity", Value::Null),
            ("null", Value::Null),
            ("false", Value::Truth(false)),
            (r#"{"a": [1, {"b": "]}"}]}"#, Value::Object),
            ("[[], \"\\\"]\"]", Value::List),
        ] {
            assert_eq!(value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_string_that_is_no_text_is_told_apart_and_a_name_is_taken_as_it_is() {
        for text in [r#""\ud800""#, r#""a\udc00\ud800b""#, "\"a\tb\"", r#""\x41""#] {
            let Ok(Value::NoText(why)) = value(text) else { panic!("{text}") };
            assert!(why.starts_with("that is no JSON ("), "{why}");
            let member = format!("{text} : 7");
            let mut scanner = Scanner::new(member.as_bytes());
            assert_eq!(scanner.name().unwrap(), text);
            assert_eq!(scanner.value().unwrap(), Value::Number("7".into()));
        }
        let latin = Scanner::new(&b"\"caf\xE9\""[..]).value().unwrap();
        assert_eq!(latin, Value::NoText("that is not UTF-8".into()));
        assert_eq!(Scanner::new(&b"\"caf\xE9\":"[..]).name().unwrap(), "\"caf\u{fffd}\"");
    }

    #[test]
    fn what_is_no_json_is_named() {
        for (text, what) in [
            ("\n\n007", "`007` is no JSON value"),
            ("\n\nnan", "`nan` is no JSON value"),
            ("\n\n\"a\nb\"", "a line ends within quotes"),
            ("\n\n[1, 2}", "`}` stands where another bracket"),
            ("\n\n[1, 2", "the file ends within a row"),
            ("\n\n'a'", "`'` stands where a value should be"),
            ("\n\n", "the file ends where a value should be"),
        ] {
            let Err(Fault::Syntax { line, what: found }) = value(text) else { panic!("{text}") };
            assert!(line == 3 && found.starts_with(what), "{line} {found}");
        }
        assert!(Scanner::new("[".repeat(20_000).as_bytes()).value().is_err());
        assert!(value(&"9".repeat(900)).is_err());
    }
}
