//! The classes that cross into JavaScript, nothing but translation: this module is fetched by what serves pages, at the edge or
//! in a service worker. Empty but on wasm32.

#![cfg(target_arch = "wasm32")]

use js_sys::{Array, Error, JsString, Reflect, Uint8Array};
use reshelf_html::{Island, Options, Rule, Step};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Half as large as the standard library's own.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The options as a caller writes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PageOptions {
    rules: Vec<RuleOptions>,
    islands: Vec<IslandOptions>,
    charset: Option<String>,
    max_list_bytes: f64,
    hydrate: bool,
    rows: bool,
    page_row: String,
}

impl Default for PageOptions {
    fn default() -> Self {
        PageOptions {
            rules: Vec::new(),
            islands: Vec::new(),
            charset: None,
            max_list_bytes: 1e6,
            hydrate: false,
            rows: false,
            page_row: String::new(),
        }
    }
}

#[derive(Deserialize)]
struct RuleOptions {
    list: String,
    item: String,
    id: String,
}

#[derive(Deserialize)]
struct IslandOptions {
    script: String,
    path: String,
    id: String,
}

#[derive(Serialize)]
struct Report {
    rule: Option<usize>,
    tiles: usize,
    moved: usize,
    reason: Option<&'static str>,
}

/// One page on its way.
#[wasm_bindgen]
pub struct Page {
    page: reshelf_html::Page,
}

#[wasm_bindgen]
impl Page {
    /// A page that has not begun.
    ///
    /// # Errors
    /// An `Error` with the code `edge.selector`, or `edge.options` where the options are none.
    #[wasm_bindgen(constructor, skip_jsdoc)]
    pub fn new(options: JsValue) -> Result<Page, JsValue> {
        let options: PageOptions =
            serde_wasm_bindgen::from_value(options).map_err(|why| coded("edge.options", &why.to_string()))?;
        let options = Options {
            rules: options
                .rules
                .into_iter()
                .map(|rule| Rule { list: rule.list, item: rule.item, id: rule.id })
                .collect(),
            islands: options
                .islands
                .into_iter()
                .map(|island| Island { script: island.script, path: island.path, id: island.id })
                .collect(),
            charset: options.charset,
            max_list_bytes: options.max_list_bytes as usize,
            hydrate: options.hydrate,
            rows: options.rows,
            page_row: options.page_row,
        };
        let page = reshelf_html::Page::new(options).map_err(|why| coded("edge.selector", &why.to_string()))?;
        Ok(Page { page })
    }

    /// Whether tags can be read in the page's encoding.
    #[wasm_bindgen(getter, skip_jsdoc)]
    pub fn supported(&self) -> bool {
        self.page.supported()
    }

    /// Takes the page's next bytes.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn write(&mut self, chunk: &[u8]) {
        self.page.write(chunk);
    }

    /// The page has ended.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn end(&mut self) {
        self.page.end();
    }

    /// 0 nothing, 1 bytes may leave, 2 a list waits for its order, 3 a report.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn next(&self) -> u32 {
        match self.page.next_step() {
            Step::Done => 0,
            Step::Bytes => 1,
            Step::List => 2,
            Step::Report => 3,
        }
    }

    /// The bytes that may leave, in memory of their own.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn take(&mut self) -> Uint8Array {
        Uint8Array::from(self.page.take())
    }

    /// The ids of the list that waits.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn ids(&self) -> Array {
        self.page.ids().iter().map(|id| JsValue::from_str(id)).collect()
    }

    /// Its rule; islands count on behind rules.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn rule(&self) -> usize {
        self.page.rule()
    }

    /// Gives its tiles their rows in Base64, parted by spaces; before its order.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn rows(&mut self, rows: &str) {
        self.page.rows(rows.split(' '));
    }

    /// Gives it its order.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn order(&mut self, order: &[u32]) {
        self.page.order(order);
    }

    /// Whether a list is held that is not complete.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn holding(&self) -> bool {
        self.page.holding()
    }

    /// It is late, and leaves as it came.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn release(&mut self) {
        self.page.release();
    }

    /// What became of a list: an object, or `undefined` if there is nothing to tell.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn report(&mut self) -> JsValue {
        let Some(report) = self.page.report() else { return JsValue::UNDEFINED };
        let reason = report.reason.map(reshelf_html::Reason::word);
        let report = Report { rule: report.rule, tiles: report.tiles, moved: report.moved, reason };
        // An object of numbers and texts is always one.
        report.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
    }
}

/// An array in JSON.
#[wasm_bindgen]
pub struct JsonList {
    text: Vec<u8>,
    list: reshelf_html::JsonList,
}

/// The array at a path; `undefined` where the text is no JSON, or the path leads to none.
#[wasm_bindgen(skip_jsdoc)]
pub fn reorderable(text: Vec<u8>, path: &str, id: &str) -> Option<JsonList> {
    let list = reshelf_html::JsonList::find(&text, path, id)?;
    Some(JsonList { text, list })
}

#[wasm_bindgen]
impl JsonList {
    /// The id of each element, or null.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn ids(&self) -> Array {
        self.list.ids().map(|id| id.map_or(JsValue::NULL, JsValue::from_str)).collect()
    }

    /// The text in that order of the elements with an id; `undefined` where it is none.
    #[wasm_bindgen(skip_jsdoc)]
    pub fn order(&self, order: &[u32]) -> Option<Uint8Array> {
        self.list.order(&self.text, order).map(|text| Uint8Array::from(&text[..]))
    }
}

/// An `Error` with a code.
fn coded(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of an object that was just made does not fail; without a code the message still says it all.
    let _ = Reflect::set(&error, &"code".into(), &JsString::from(code));
    error.into()
}
