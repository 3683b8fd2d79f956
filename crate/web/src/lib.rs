//! The engine in a page: nothing but translation between JavaScript and [`reshelf::reranker::Reranker`]. Empty but on
//! wasm32.
//!
//! - `engine`: the one class that crosses
//! - `error`: typed errors as texts
//!
//! The hot path hands over no objects: candidates are written straight into buffers in this module's memory, and the
//! order is read from there.
#![cfg(target_arch = "wasm32")]
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod engine;
mod error;
#[cfg(test)]
mod tests;

pub use engine::Engine;

/// A panic is a trap: the facade gives the module up then, and a message would have nobody to read it.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Half as large as the standard library's own, which counts in a page.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
