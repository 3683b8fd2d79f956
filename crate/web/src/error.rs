//! Typed errors as they cross: a text of the code and what belongs into its sentence, parted by line feeds. The facade has
//! the sentences (`www/src/engine/faults.ts`), which a module would otherwise carry twice.

use alloc::string::String;
use reshelf::artifact::ArtifactError;
use reshelf::math::decimal;
use wasm_bindgen::JsValue;

/// An error that says no more than its code.
pub(crate) fn coded(code: &str) -> JsValue {
    JsValue::from_str(code)
}

/// Why an artifact was refused.
pub(crate) fn refused(error: &ArtifactError) -> JsValue {
    let mut text = String::from(error.code());
    let (name, numbers) = error.parts();
    text.push('\n');
    text.push_str(name);
    for number in numbers.into_iter().flatten() {
        text.push('\n');
        text.push_str(&decimal(number as i64));
    }
    JsValue::from_str(&text)
}
