//! Where results go: to the output stream, all of them or an error.

use core::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::CommandError;
use crate::output::OutputError;

/// What a command answers: for people, and for scripts.
#[derive(Debug)]
pub(super) struct Answer {
    words: String,
    json: String,
    /// What is wrong in spite of a result.
    verdict: Option<CommandError>,
}

impl Answer {
    /// A result that says itself what it is.
    pub fn of(report: &(impl Serialize + Display)) -> Result<Answer, CommandError> {
        Answer::new(report.to_string(), report)
    }

    /// A result, and the same in words.
    pub fn new(words: String, report: &impl Serialize) -> Result<Answer, CommandError> {
        let json = serde_json::to_string_pretty(report).map_err(|error| CommandError::new("json", &error))?;
        Ok(Answer { words, json, verdict: None })
    }

    /// What was written to `out`: the path stands before what the summary counts.
    pub fn written(out: &Path, words: String, summary: &impl Serialize) -> Result<Answer, CommandError> {
        #[derive(Serialize)]
        struct Written<'a, S> {
            out: String,
            #[serde(flatten)]
            summary: &'a S,
        }
        Answer::new(words, &Written { out: out.display().to_string(), summary })
    }

    /// The same result, after which the command fails.
    pub fn but(self, verdict: CommandError) -> Answer {
        Answer { verdict: Some(verdict), ..self }
    }

    /// Prints it, as one JSON value or in words; what is wrong in spite of it.
    pub fn print(self, as_json: bool) -> Result<Option<CommandError>, CommandError> {
        print_result(if as_json { &self.json } else { &self.words })?;
        Ok(self.verdict)
    }
}

/// Prints a result. What cannot be written is an error, since a script would take half a result, or none, for the whole.
pub(super) fn print_result(text: &str) -> Result<(), CommandError> {
    print_to(output_stream(), text).map_err(|error| CommandError::new(error.code(), &error))
}

/// Writes a text and the end of its last line. Whoever reads may have stopped reading (`reshelf inspect M | head -1`): that is
/// no error.
fn print_to(stream: io::Result<impl Write>, text: &str) -> Result<(), OutputError> {
    let print = |mut stream: io::BufWriter<_>| {
        stream.write_all(text.trim_end_matches('\n').as_bytes())?;
        stream.write_all(b"\n")?;
        stream.flush()
    };
    match stream.map(io::BufWriter::new).and_then(print) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(OutputError::of(Path::new("the output stream"), &cause))
        }
        _ => Ok(()),
    }
}

/// The output stream without the standard library's wrapper, which takes for written what goes to a stream that is open for
/// reading alone.
#[cfg(unix)]
fn output_stream() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    Ok(std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn output_stream() -> io::Result<io::StdoutLock<'static>> {
    Ok(io::stdout().lock())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails in this way.
    struct Narrow(usize, ErrorKind);

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            if taken > 0 { Ok(taken) } else { Err(self.1.into()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_result_is_written_whole_or_is_an_error_unless_nobody_reads_on() {
        let mut whole = Vec::new();
        print_to(Ok(&mut whole), "two\nlines\n\n").unwrap();
        assert_eq!(whole, b"two\nlines\n");
        for taken in [0, 5, 10_000] {
            let text = "word ".repeat(3_000);
            let error = print_to(Ok(Narrow(taken, ErrorKind::StorageFull)), &text).unwrap_err();
            assert_eq!(error.code(), "output.disk_full");
            assert!(error.to_string().starts_with("cannot write the output stream: "), "{error}");
            print_to(Ok(Narrow(taken, ErrorKind::BrokenPipe)), &text).unwrap();
        }
        let closed: io::Result<Narrow> = Err(ErrorKind::NotFound.into());
        assert_eq!(print_to(closed, "").unwrap_err().code(), "output.failed");
    }
}
