//! The class that crosses into JavaScript, nothing but translation: this module is fetched only by pages that use a GPU,
//! and nothing of the CPU engine is linked into it. Empty but on wasm32.
//!
//! The table lies in another module's memory. It goes from there to the device without passing through this one's, save
//! for the scales, which are looked at in small pieces.

#![cfg(target_arch = "wasm32")]

use js_sys::{Error, Float32Array, Int32Array, Object, Promise, Reflect, Uint8Array, Uint32Array};
use reshelf_gpu::{Catalogue, Gpu, GpuError, Source};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

/// Half as large as the standard library's own, which counts in a page.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A table in a GPU's memory. Every catalogue has a device of its own, which is given back with it.
#[wasm_bindgen]
pub struct GpuCatalogue {
    shared: Rc<Shared>,
}

/// What calls that are under way hold on to.
struct Shared {
    catalogue: Catalogue,
    dimension: usize,
    adapter: String,
}

#[wasm_bindgen]
impl GpuCatalogue {
    /// Asks for a device and copies a table to it. `options` may hold `mostBindingBytes`, above which the table is split,
    /// and `packedDot: false`, which does without the packed dot product: both for tests.
    ///
    /// # Errors
    /// An `Error` with the code of a [`GpuError`].
    #[wasm_bindgen(skip_jsdoc)]
    pub async fn open(
        dimension: usize,
        narrow: bool,
        codes: Uint8Array,
        scales: Float32Array,
        options: Option<Object>,
    ) -> Result<GpuCatalogue, JsValue> {
        let option = |name: &str| options.as_ref().map_or(JsValue::UNDEFINED, |options| get(options, name));
        let packed_dot = browser_has_packed_dot().map_err(coded)? && option("packedDot").as_bool() != Some(false);
        let most_binding_bytes = option("mostBindingBytes").as_f64().map(|bytes| bytes as usize);
        let source = Foreign { code_bytes: codes.length(), scale_count: scales.length(), codes, scales };
        let gpu = Gpu::open(packed_dot).await.map_err(coded)?;
        let adapter = described(&gpu);
        // A device is freed when the collector comes by, unless it is given back.
        let given_back = gpu.clone();
        let catalogue =
            Catalogue::open(gpu, dimension, narrow, &source, most_binding_bytes).await.map_err(|error| {
                given_back.destroy();
                coded(error)
            })?;
        Ok(GpuCatalogue { shared: Rc::new(Shared { catalogue, dimension, adapter }) })
    }

    /// What the browser tells of the adapter: vendor, architecture, description.
    #[wasm_bindgen(getter, skip_jsdoc)]
    pub fn adapter(&self) -> String {
        self.shared.adapter.clone()
    }

    /// Which way of multiplying runs.
    #[wasm_bindgen(getter, skip_jsdoc)]
    pub fn kernel(&self) -> String {
        self.shared.catalogue.kernel().to_owned()
    }

    /// Whether the device went away.
    #[wasm_bindgen(getter, skip_jsdoc)]
    pub fn lost(&self) -> bool {
        self.shared.catalogue.gpu().lost()
    }

    /// Into how many parts the table is split.
    #[wasm_bindgen(getter, skip_jsdoc)]
    pub fn parts(&self) -> usize {
        self.shared.catalogue.parts()
    }

    /// For each session row the `k` nearest rows, best first: pairs of a row and the bits of its key, in a `Uint32Array`.
    ///
    /// # Errors
    /// Rejects with an `Error` with the code of a [`GpuError`].
    #[wasm_bindgen(skip_jsdoc)]
    pub fn nearest(&self, session: Vec<u8>, k: usize) -> Promise {
        let shared = self.shared.clone();
        future_to_promise(async move {
            let nearest = shared.catalogue.nearest_pairs(&session, k).await.map_err(coded)?;
            Ok(Uint32Array::from(bytemuck::cast_slice::<[u32; 2], u32>(&nearest)).into())
        })
    }

    /// All products, session row by session row, in an `Int32Array`: for tests and benchmarks.
    ///
    /// # Errors
    /// Rejects with an `Error` with the code of a [`GpuError`].
    #[wasm_bindgen(skip_jsdoc)]
    pub fn multiply(&self, session: Vec<u8>) -> Promise {
        let shared = self.shared.clone();
        future_to_promise(async move {
            let all = shared.catalogue.rows();
            let session_rows = session.len() / shared.dimension;
            let products = Int32Array::new_with_length((session_rows * all) as u32);
            // Straight from the mapped range into the answer.
            let write = |view: &wgpu::BufferView, first: usize, rows: usize| {
                let bytes = view.as_uint8array();
                for row in 0..session_rows {
                    let at = bytes.byte_offset() + (4 * row * rows) as u32;
                    let block = Int32Array::new_with_byte_offset_and_length(&bytes.buffer(), at, rows as u32);
                    products.set(&block, (row * all + first) as u32);
                }
            };
            shared.catalogue.multiply_blocks(&session, write).await.map_err(coded)?;
            Ok(products.into())
        })
    }
}

/// Calls that are under way reject with `gpu.lost`.
impl Drop for GpuCatalogue {
    fn drop(&mut self) {
        self.shared.catalogue.gpu().destroy();
    }
}

/// A table in another module's memory.
struct Foreign {
    codes: Uint8Array,
    scales: Float32Array,
    /// The lengths at the start. An array whose memory was moved has none.
    code_bytes: u32,
    scale_count: u32,
}

impl Foreign {
    fn still_there(&self) -> Result<(), GpuError> {
        if (self.codes.length(), self.scales.length()) == (self.code_bytes, self.scale_count) {
            return Ok(());
        }
        Err(GpuError::failed("the table's memory was moved while it was copied: open the catalogue again"))
    }
}

impl Source for Foreign {
    fn code_bytes(&self) -> usize {
        self.code_bytes as usize
    }

    fn scales(&self) -> usize {
        self.scale_count as usize
    }

    fn write_codes(
        &self,
        at: usize,
        bytes: usize,
        queue: &wgpu::Queue,
        buffer: &wgpu::Buffer,
        to: usize,
    ) -> Result<(), GpuError> {
        self.still_there()?;
        let (Some(queue), Some(buffer)) = (queue.as_webgpu(), buffer.as_webgpu()) else {
            return Err(GpuError::Unsupported);
        };
        queue
            .write_buffer_with_f64_and_u8_array_and_f64_and_f64(buffer, to as f64, &self.codes, at as f64, bytes as f64)
            .map_err(|_| GpuError::failed("the browser refused the table's codes: hand over a plain Uint8Array"))
    }

    fn read_scales(&self, first: usize, scales: &mut [f32]) -> Result<(), GpuError> {
        self.still_there()?;
        self.scales.subarray(first as u32, (first + scales.len()) as u32).copy_to(scales);
        Ok(())
    }
}

/// Whether this browser's WGSL has the packed dot product. Asked here and not through wgpu, which panics where there is
/// no list of language features, and, in anything but a page or a worker, when it is asked for anything at all.
fn browser_has_packed_dot() -> Result<bool, GpuError> {
    let global = js_sys::global();
    let gpu = get(&get(&global, "navigator"), "gpu");
    let known = ["Window", "WorkerGlobalScope"].iter().any(|scope| !get(&global, scope).is_undefined());
    if !known || !gpu.is_object() {
        return Err(GpuError::Unsupported);
    }
    let features = get(&gpu, "wgslLanguageFeatures");
    // A set-like object: only `has` is looked at.
    Ok(features.is_object() && features.unchecked_ref::<js_sys::Set>().has(&"packed_4x8_integer_dot_product".into()))
}

/// What the browser tells of the adapter.
fn described(gpu: &Gpu) -> String {
    let Some(device) = gpu.device().as_webgpu() else { return String::new() };
    let info = get(device, "adapterInfo");
    let mut words = String::new();
    for word in ["vendor", "architecture", "description"].iter().filter_map(|name| get(&info, name).as_string()) {
        if !word.is_empty() && !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word);
    }
    words
}

/// A property, or `undefined` of what has none.
fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// An `Error` with the error's code and message.
fn coded(why: GpuError) -> JsValue {
    let error = Error::new(&why.to_string());
    // Setting a property of an object that was just made does not fail; without a code the message still says it all.
    let _ = Reflect::set(&error, &"code".into(), &why.code().into());
    error.into()
}
