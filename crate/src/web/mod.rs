//! The browser's side of the engine: nothing but translation between JavaScript and [`crate::reranker::Reranker`].
//! Uses `model`, `session` and `reranker`. Only compiled for WebAssembly, with feature `web`.
//!
//! - `engine`: the one class that crosses
//! - `error`: typed errors as JavaScript's own, with a `code`
//!
//! The hot path hands over no objects: candidates are written straight into buffers in this module's memory, and the
//! order is read from there.

mod engine;
mod error;

pub use engine::Engine;

/// Half as large as the standard library's own, which counts in a page.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
