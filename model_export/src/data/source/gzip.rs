//! gzip: members one after the other, and zeros behind them, which tapes and copies of whole blocks leave.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// What the members of a gzip file hold, one after the other. Behind a member may be zeros; anything else is an error, since
/// it may be what is left of a member.
pub(super) struct Members<R> {
    /// The member that is being read; `None` behind the last one.
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    pub fn new(input: R) -> Members<R> {
        Members { member: Some(GzDecoder::new(input)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let input = self.member.take().map(GzDecoder::into_inner).map(behind_zeros);
            self.member = input.transpose()?.flatten().map(GzDecoder::new);
        }
        Ok(0)
    }
}

/// What comes behind zeros; `None` where nothing does.
fn behind_zeros<R: BufRead>(mut input: R) -> io::Result<Option<R>> {
    loop {
        let found = input.fill_buf()?;
        let zeros = found.iter().take_while(|&&byte| byte == 0).count();
        if found.is_empty() {
            return Ok(None);
        }
        if zeros < found.len() {
            input.consume(zeros);
            return Ok(Some(input));
        }
        input.consume(zeros);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::{BufReader, Write};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8], piece: usize) -> io::Result<String> {
        let mut text = String::new();
        Members::new(BufReader::with_capacity(piece, bytes)).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn zeros_behind_a_member_are_passed_over_and_nothing_else_is() {
        let (one, two) = (member("one, "), member("two"));
        let zeros = |count: usize| vec![0; count];
        for piece in [1, 3, 4_096] {
            for count in [0, 1, 511, 20_000] {
                assert_eq!(unpacked(&[&one[..], &zeros(count)].concat(), piece).unwrap(), "one, ");
                assert_eq!(unpacked(&[&one[..], &zeros(count), &two].concat(), piece).unwrap(), "one, two");
                for rest in [&b"\0x"[..], b"two\n", &two[..9], &two[..two.len() - 1]] {
                    assert!(unpacked(&[&one[..], &zeros(count), rest].concat(), piece).is_err(), "{rest:?}");
                }
            }
        }
    }
}
