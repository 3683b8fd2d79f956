//! The text of a safetensors header, read by one strict reader wherever the engine runs, so that a file is good everywhere
//! or nowhere. It knows no JSON but what such a header holds, and takes nothing that the reference parser refuses.

use super::error::{ArtifactError, detail};
use super::{Header, TensorEntry};
use alloc::string::String;
use alloc::vec::Vec;

/// The most tensors, and the most entries of metadata: ten times what an artifact has.
const MOST: usize = 256;
/// The most sides of a tensor, four times what an artifact has.
const MOST_SIDES: usize = 8;

impl Header {
    /// Parses the header of a whole file.
    ///
    /// # Errors
    /// As [`Header::json_range`], and `artifact.foreign` where the text is not a safetensors header, or a name stands in
    /// it twice.
    pub fn parse(bytes: &[u8]) -> Result<Header, ArtifactError> {
        let mut text = Text { bytes: &bytes[Self::json_range(bytes)?], at: 0 };
        let mut header = Header::default();
        let mut metadata = false;
        let read = text.object(&mut |text, name| {
            if name == "__metadata__" {
                if core::mem::replace(&mut metadata, true) {
                    return None;
                }
                return text.object(&mut |text, key| {
                    let new = header.metadata.len() < MOST && header.get(&key).is_none();
                    header.metadata.push((key, text.string()?));
                    new.then_some(())
                });
            }
            let new = header.tensors.len() < MOST && header.tensors.iter().all(|other| other.name != name);
            header.tensors.push(text.tensor(name)?);
            new.then_some(())
        });
        text.skip_space();
        if read.is_none() || text.at < text.bytes.len() {
            let detail = detail!("its header is wrong, or says something twice, before byte", 8 + text.at);
            return Err(ArtifactError::Foreign { detail });
        }
        Ok(header)
    }
}

/// The text, and how far it was read. What is wrong gives `None`.
struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Text<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space.
    fn sign(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    fn expect(&mut self, sign: u8) -> Option<()> {
        (self.sign()? == sign).then_some(())
    }

    /// What stands between two signs, parted by commas; `part` reads one part.
    #[inline(never)]
    fn parts(&mut self, signs: [u8; 2], part: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(signs[0])?;
        if self.sign()? == signs[1] {
            return Some(());
        }
        self.at -= 1;
        loop {
            part(self)?;
            match self.sign()? {
                b',' => {}
                sign => return (sign == signs[1]).then_some(()),
            }
        }
    }

    /// An object, whose values `member` reads.
    fn object(&mut self, member: &mut dyn FnMut(&mut Self, String) -> Option<()>) -> Option<()> {
        self.parts(*b"{}", &mut |text| {
            let name = text.string()?;
            text.expect(b':')?;
            member(text, name)
        })
    }

    fn tensor(&mut self, name: String) -> Option<TensorEntry> {
        let (mut dtype, mut shape, mut offsets) = (None, None, None);
        self.object(&mut |text, field| {
            let before = match field.as_str() {
                "dtype" => dtype.replace(text.string()?).is_some(),
                "shape" => shape.replace(text.numbers()?).is_some(),
                "data_offsets" => offsets.replace(text.numbers()?).is_some(),
                _ => return None,
            };
            (!before).then_some(())
        })?;
        let &[begin, end] = offsets?.as_slice() else { return None };
        // A place past the memory of this machine is past the end of the file, too.
        let place = |number| usize::try_from(number).unwrap_or(usize::MAX);
        // Sides are bounded alike on every machine.
        let side = |number| u32::try_from(number).ok().map(|side| side as usize);
        let shape = shape?.into_iter().map(side).collect::<Option<_>>()?;
        Some(TensorEntry { name, dtype: dtype?, shape, begin: place(begin), end: place(end) })
    }

    fn numbers(&mut self) -> Option<Vec<u64>> {
        let mut numbers = Vec::new();
        self.parts(*b"[]", &mut |text| {
            numbers.push(text.number()?);
            (numbers.len() <= MOST_SIDES).then_some(())
        })?;
        Some(numbers)
    }

    /// A whole number, without a sign, a point or an exponent.
    fn number(&mut self) -> Option<u64> {
        self.skip_space();
        let begin = self.at;
        let mut number = 0u64;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            // Nothing in a file of this world is that large.
            number = (number < u64::MAX / 16).then(|| 10 * number + u64::from(digit - b'0'))?;
            self.at += 1;
        }
        let padded = self.bytes.get(begin) == Some(&b'0') && self.at > begin + 1;
        (self.at > begin && !padded).then_some(number)
    }

    #[inline(never)]
    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        loop {
            match self.byte()? {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => text.extend_from_slice(self.escaped()?.encode_utf8(&mut [0; 4]).as_bytes()),
                0..0x20 => return None,
                byte => text.push(byte),
            }
        }
    }

    /// What follows a backslash.
    fn escaped(&mut self) -> Option<char> {
        let byte = self.byte()?;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.unit()?;
                // The first half of a surrogate pair; a half alone is no character.
                if unit & 0xFC00 == 0xD800 {
                    if self.byte()? != b'\\' || self.byte()? != b'u' {
                        return None;
                    }
                    let low = self.unit().filter(|low| low & 0xFC00 == 0xDC00)?;
                    unit = 0x1_0000 + ((unit & 0x3FF) << 10 | low & 0x3FF);
                }
                char::from_u32(unit)?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.byte()?).to_digit(16)?;
        }
        Some(unit)
    }
}
