//! Typed errors as JavaScript's own: an `Error` whose `code` programs can rely on.

use core::fmt::Display;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// An `Error` with this code and the error's message.
pub(super) fn coded(code: &str, message: impl Display) -> JsValue {
    let error = Error::new(&message.to_string());
    // Setting a property of an object that was just made does not fail; without a code the message still says it all.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}
