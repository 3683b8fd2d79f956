//! The bytes of a text file: unpacked where they are packed, without the mark at the start.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Chain, Cursor, ErrorKind, Read};
use std::path::Path;

use super::cannot_open;
use super::gzip::Members;
use crate::data::DataError;

/// The bytes of one file, unpacked.
pub(super) type Bytes = Chain<Cursor<Vec<u8>>, BufReader<Box<dyn Read>>>;

/// How much is looked at before anything is read.
pub(super) const HEAD: u64 = 4_096;
const BUFFER: usize = 1 << 16;

/// Opens a file whose bytes are plain, gzip (of any number of members) or Zstandard: the bytes tell, not the name, since
/// downloads are often unpacked on the way and keep theirs.
fn unpacked(path: &Path, format: &'static str) -> Result<Bytes, DataError> {
    let failed = |cause: io::Error| io_error(path, format, &cause);
    let mut file = File::open(path).map_err(|cause| cannot_open(path, &cause))?;
    let head = beginning(&mut file).map_err(failed)?;
    let whole = BufReader::with_capacity(BUFFER, Cursor::new(head.clone()).chain(file));
    let mut unpacked: Box<dyn Read> = if head.starts_with(&[0x1F, 0x8B]) {
        Box::new(Members::new(whole))
    } else if is_zstandard(&head) {
        Box::new(zstd::stream::read::Decoder::with_buffer(whole).map_err(failed)?)
    } else {
        Box::new(whole)
    };
    let head = beginning(&mut unpacked).map_err(failed)?;
    Ok(Cursor::new(head).chain(BufReader::with_capacity(BUFFER, unpacked)))
}

/// Whether bytes begin as a frame of Zstandard, or as one that readers pass over: some packers write what is theirs there.
fn is_zstandard(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// The text of a file, from its first letter on. What is known not to be UTF-8 is refused.
pub(super) fn open(path: &Path, format: &'static str) -> Result<Bytes, DataError> {
    let mut bytes = unpacked(path, format)?;
    let head = bytes.fill_buf().map_err(|cause| io_error(path, format, &cause))?;
    let utf16 = |what: &str| DataError::malformed(path, "the beginning", what, "save it as UTF-8");
    match head {
        [0xEF, 0xBB, 0xBF, ..] => {
            let length = marks(head);
            bytes.consume(length);
        }
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(utf16("is written in UTF-32")),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(utf16("is written in UTF-16")),
        // UTF-16 without a mark: the names of columns are Latin letters.
        [0, 1..=255, ..] | [1..=255, 0, ..] => return Err(utf16("holds zeros between its letters, as UTF-16 does")),
        [b'P', b'K', 3, 4, ..] => return Err(unreadable(path, format, "it is a ZIP archive, as Excel's files are")),
        [b'P', b'A', b'R', b'1', ..] => return Err(unreadable(path, format, "it is Parquet")),
        _ => {}
    }
    Ok(bytes)
}

/// The length of the marks (BOM) that a text begins with: whoever joins or converts files leaves several.
fn marks(head: &[u8]) -> usize {
    3 * head.chunks_exact(3).take_while(|letter| *letter == [0xEF, 0xBB, 0xBF]).count()
}

/// Fails where a file holds nothing but marks and white space.
pub(super) fn refuse_blank(path: &Path) -> Result<(), DataError> {
    let failed = |cause: io::Error| io_error(path, "format", &cause);
    let mut bytes = unpacked(path, "format")?;
    let length = marks(bytes.fill_buf().map_err(failed)?);
    bytes.consume(length);
    loop {
        let found = bytes.fill_buf().map_err(failed)?;
        if found.is_empty() {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        if found.iter().any(|byte| !byte.is_ascii_whitespace()) {
            return Ok(());
        }
        let length = found.len();
        bytes.consume(length);
    }
}

/// Why bytes could not be read: packed ones may be damaged.
pub(super) fn io_error(path: &Path, format: &'static str, cause: &io::Error) -> DataError {
    match cause.kind() {
        ErrorKind::UnexpectedEof => unreadable(path, format, "it is cut off"),
        ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other => {
            unreadable(path, format, &cause.to_string())
        }
        _ => cannot_open(path, cause),
    }
}

pub(super) fn unreadable(path: &Path, format: &'static str, cause: &str) -> DataError {
    DataError::Unreadable { path: path.to_owned(), format, cause: cause.to_owned() }
}

fn beginning(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}
