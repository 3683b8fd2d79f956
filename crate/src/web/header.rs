//! The artifact's header through the platform's own JSON parser, which is there anyway and costs no bytes.

use crate::model::{ArtifactError, Header, TensorEntry};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Sizes are those of a 32-bit memory.
const LARGEST_NUMBER: f64 = u32::MAX as f64;

/// Parses the header of a whole file.
///
/// # Errors
/// `artifact.empty`, `artifact.truncated` or `artifact.foreign`.
pub(super) fn parse(bytes: &[u8]) -> Result<Header, ArtifactError> {
    let json = bytes.get(Header::json_range(bytes)?).unwrap_or_default();
    let text = core::str::from_utf8(json).map_err(|_| foreign("the header is not UTF-8"))?;
    let value = JSON::parse(text).map_err(|_| foreign("the header is not JSON"))?;
    if !value.is_object() {
        return Err(foreign("the header is not an object"));
    }
    let mut header = Header::default();
    for (name, entry) in entries(&value) {
        if name == "__metadata__" {
            if !entry.is_object() {
                return Err(foreign("the metadata is not an object"));
            }
            for (key, value) in entries(&entry) {
                let value = value.as_string().ok_or_else(|| foreign("a metadata value is not text"))?;
                header.metadata.push((key, value));
            }
        } else {
            let tensor = tensor_entry(name, &entry);
            header.tensors.push(tensor.ok_or_else(|| foreign("a tensor lacks its type, shape or offsets"))?);
        }
    }
    Ok(header)
}

fn tensor_entry(name: String, entry: &JsValue) -> Option<TensorEntry> {
    let shape = numbers(&field(entry, "shape")?)?;
    let [begin, end] = numbers(&field(entry, "data_offsets")?)?[..] else { return None };
    Some(TensorEntry { name, dtype: field(entry, "dtype")?.as_string()?, shape, begin, end })
}

/// The pairs of an object's own names and values.
fn entries(object: &JsValue) -> impl Iterator<Item = (String, JsValue)> {
    Object::entries(object.unchecked_ref()).into_iter().filter_map(|pair| {
        let pair: Array = pair.unchecked_into();
        Some((pair.get(0).as_string()?, pair.get(1)))
    })
}

fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

/// An array of whole numbers, none of them negative.
fn numbers(value: &JsValue) -> Option<Vec<usize>> {
    let whole =
        |number: f64| ((0.0..=LARGEST_NUMBER).contains(&number) && number.trunc() == number).then_some(number as usize);
    Array::is_array(value)
        .then(|| value.unchecked_ref::<Array>().iter().map(|number| whole(number.as_f64()?)).collect())?
}

fn foreign(detail: &str) -> ArtifactError {
    ArtifactError::Foreign { detail: detail.to_owned() }
}
