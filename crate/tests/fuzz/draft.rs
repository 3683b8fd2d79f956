//! An artifact taken apart: its metadata and tensors, to be changed and put together again.

use reshelf::artifact::{Header, sign};

/// One tensor, and what the header is to say of it.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub name: String,
    pub dtype: String,
    pub shape: Vec<u64>,
    pub bytes: Vec<u8>,
    /// What the header says of its place, where that is not the truth.
    pub offsets: Option<[String; 2]>,
}

impl Tensor {
    /// Bytes of an element, as far as the type is known.
    pub fn width(&self) -> usize {
        match self.dtype.as_str() {
            "F32" | "U32" => 4,
            "F16" | "U16" => 2,
            _ => 1,
        }
    }

    /// Whether the shape is that of the bytes.
    pub fn is_sound(&self) -> bool {
        let elements = self.shape.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
        elements.and_then(|count| count.checked_mul(self.width() as u64)) == Some(self.bytes.len() as u64)
    }

    /// Gives one side another length: what is there is cut or repeated, in each row of the sides before.
    pub fn resize(&mut self, side: usize, length: u64) {
        let Some(old) = self.shape.get(side).copied().filter(|_| self.is_sound()) else { return };
        if self.shape.iter().any(|&side| side > 1 << 20) {
            return;
        }
        let inner = self.shape[side + 1..].iter().product::<u64>() as usize * self.width();
        let (old, new) = (old as usize * inner, length as usize * inner);
        let rows: Vec<&[u8]> = if old == 0 { Vec::new() } else { self.bytes.chunks(old).collect() };
        let empty = vec![1u8; inner.max(1)];
        let outer = self.shape[..side].iter().product::<u64>() as usize;
        let row = |at: usize| rows.get(at).copied().filter(|row| !row.is_empty()).unwrap_or(&empty);
        self.bytes = (0..outer).flat_map(|at| row(at).iter().copied().cycle().take(new).collect::<Vec<_>>()).collect();
        self.shape[side] = length;
    }
}

/// The whole file.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Keys and values as they stand in the JSON between quotes.
    pub metadata: Vec<(String, String)>,
    pub tensors: Vec<Tensor>,
}

impl Draft {
    /// Takes a sound file apart.
    pub fn of(file: &[u8]) -> Draft {
        let (header, data) = (Header::parse(file).unwrap(), &file[Header::json_range(file).unwrap().end..]);
        let quoted = |text: &str| {
            let json = serde_json::to_string(text).unwrap();
            json[1..json.len() - 1].to_owned()
        };
        let tensors = header.tensors.into_iter().map(|entry| Tensor {
            shape: entry.shape.iter().map(|&side| side as u64).collect(),
            bytes: data[entry.begin..entry.end].to_vec(),
            name: entry.name,
            dtype: entry.dtype,
            offsets: None,
        });
        let metadata = header.metadata.iter().map(|(key, value)| (quoted(key), quoted(value)));
        Draft { metadata: metadata.collect(), tensors: tensors.collect() }
    }

    /// The tensor of that name, if it is there.
    pub fn tensor(&mut self, name: &str) -> Option<&mut Tensor> {
        self.tensors.iter_mut().find(|tensor| tensor.name == name)
    }

    /// Gives a side of several tensors the same length.
    pub fn resize(&mut self, sides: &[(&str, usize)], length: u64) {
        for (name, side) in sides {
            self.tensor(name).into_iter().for_each(|tensor| tensor.resize(*side, length));
        }
    }

    /// The metadata's value under that key.
    pub fn value(&mut self, key: &str) -> Option<&mut String> {
        self.metadata.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Puts the file together, with a checksum that fits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let pairs: Vec<String> = self.metadata.iter().map(|(key, value)| format!("\"{key}\":\"{value}\"")).collect();
        let mut members = vec![format!("\"__metadata__\":{{{}}}", pairs.join(","))];
        let mut end = 0;
        for tensor in &self.tensors {
            let begin = end;
            end += tensor.bytes.len();
            let [begin, end] = tensor.offsets.clone().unwrap_or([begin.to_string(), end.to_string()]);
            let Tensor { name, dtype, shape, .. } = tensor;
            members.push(format!(
                "\"{name}\":{{\"dtype\":\"{dtype}\",\"shape\":{shape:?},\"data_offsets\":[{begin},{end}]}}"
            ));
        }
        let header = format!("{{{}}}", members.join(","));
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.into_bytes());
        self.tensors.iter().for_each(|tensor| file.extend(&tensor.bytes));
        sign(&mut file);
        file
    }
}
