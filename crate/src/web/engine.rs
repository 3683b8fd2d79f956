//! The one class that crosses into JavaScript. Its TypeScript face is declared in `www/src/engine/reshelf.d.ts`.

use super::error::coded;
use super::header;
use crate::model::{Artifact, Description, EventKind, ItemHandle};
use crate::reranker::{NO_ITEM, Outcome, Reranker};
use crate::session::Event;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers per event in [`Engine::events`].
const EVENT_NUMBERS: usize = 5;

/// One model with one session.
///
/// Items are named by handle: the row in the model's table, or past it for items that only this page has named.
#[wasm_bindgen]
pub struct Engine {
    reranker: Reranker,
    items: Vec<ItemHandle>,
    server_scores: Vec<f32>,
    order: *const u32,
    scores: *const f32,
}

#[wasm_bindgen]
impl Engine {
    /// Checks an artifact and takes it over.
    ///
    /// # Errors
    /// An `Error` with the code of an [`crate::model::ArtifactError`].
    #[wasm_bindgen(constructor)]
    pub fn new(artifact: &[u8]) -> Result<Engine, JsValue> {
        let reranker = header::parse(artifact)
            .and_then(|header| Artifact::from_parts(&header, artifact))
            .and_then(Reranker::new)
            .map_err(|error| coded(error.code(), error))?;
        Ok(Engine {
            reranker,
            items: Vec::new(),
            server_scores: Vec::new(),
            order: core::ptr::null(),
            scores: core::ptr::null(),
        })
    }

    /// The kernel that computes dot products.
    #[wasm_bindgen(getter)]
    pub fn backend(&self) -> String {
        self.reranker.kernel().to_owned()
    }

    /// The identity of the training run.
    #[wasm_bindgen(getter, js_name = modelVersion)]
    pub fn model_version(&self) -> String {
        self.reranker.rows().artifact().model.clone()
    }

    /// Items in the model's own table.
    #[wasm_bindgen(getter)]
    pub fn items(&self) -> usize {
        self.reranker.rows().artifact().items.len()
    }

    /// Handles of many ids, whose UTF-8 lies one after the other in `ids`; 0xffffffff for an unknown one.
    pub fn resolve(&self, ids: &[u8], lengths: &[u32]) -> Vec<u32> {
        let mut rest = ids;
        let mut resolve = |length: u32| {
            let (id, after) = rest.split_at_checked(length as usize)?;
            rest = after;
            self.reranker.resolve(core::str::from_utf8(id).ok()?)
        };
        lengths.iter().map(|&length| resolve(length).unwrap_or(NO_ITEM)).collect()
    }

    /// The handle of an id, which is given one if need be, so that an item unknown to the model can be observed.
    ///
    /// # Errors
    /// `row.full`.
    pub fn name(&mut self, id: &str) -> Result<u32, JsValue> {
        self.reranker.name(id).map_err(|error| coded(error.code(), error))
    }

    /// Takes in an item's row that travelled with a candidate or an event; returns the item's handle.
    ///
    /// # Errors
    /// An `Error` with the code of a [`crate::model::RowError`].
    #[wasm_bindgen(js_name = addRow)]
    pub fn add_row(&mut self, id: &str, row: &[u8]) -> Result<u32, JsValue> {
        self.reranker.add_row(id, row).map_err(|error| coded(error.code(), error))
    }

    /// Whether the model can compose an item that it does not know of what is said of it.
    #[wasm_bindgen(getter)]
    pub fn composes(&self) -> bool {
        self.reranker.rows().artifact().tokens.is_some()
    }

    /// Composes the row of an item that the model does not know of category path, brand, price and title, where an empty
    /// text and NaN say nothing. Returns the item's handle.
    ///
    /// # Errors
    /// `row.full`.
    pub fn compose(&mut self, id: &str, category: &str, brand: &str, price: f32, title: &str) -> Result<u32, JsValue> {
        let description =
            Description { category: Some(category), brand: Some(brand), price: Some(price), title: Some(title) };
        self.reranker.compose(id, &description).map_err(|error| coded(error.code(), error))
    }

    /// The id of a handle in its canonical text.
    #[wasm_bindgen(js_name = itemId)]
    pub fn item_id(&self, item: u32) -> Option<String> {
        self.reranker.rows().id(item)
    }

    /// The number of an event type; that of `other` for a word that is not known.
    #[wasm_bindgen(js_name = eventKind)]
    pub fn event_kind(&self, name: &str) -> u8 {
        EventKind::parse(name).unwrap_or(EventKind::Other) as u8
    }

    /// Notes an event, `at` in milliseconds; returns its number.
    ///
    /// # Errors
    /// `event.item`, `event.time`.
    pub fn observe(&mut self, item: u32, kind: u8, at: f64) -> Result<u32, JsValue> {
        let kind = EventKind::from_u8(kind).unwrap_or(EventKind::Other);
        self.reranker.observe(Event { item, kind, at_ms: at }).map_err(|error| coded(error.code(), error))
    }

    /// Forgets one event; returns whether it was there.
    pub fn forget(&mut self, event: u32) -> bool {
        self.reranker.forget(event)
    }

    /// Forgets everything that was done with an item; returns how many events that was.
    #[wasm_bindgen(js_name = forgetItem)]
    pub fn forget_item(&mut self, item: u32) -> usize {
        self.reranker.forget_item(item)
    }

    /// Forgets the session and every item that the page has named; returns how many events that was.
    #[wasm_bindgen(js_name = forgetAll)]
    pub fn forget_all(&mut self) -> usize {
        let events = self.reranker.events().len();
        self.reranker.forget_all();
        events
    }

    /// The events that are kept, oldest first, five numbers each: event, item, kind, time in milliseconds, and 1 where
    /// the model knows the item, else 0.
    pub fn events(&self) -> Vec<f64> {
        let events = self.reranker.events();
        let mut numbers = Vec::with_capacity(EVENT_NUMBERS * events.len());
        for logged in events {
            let event = logged.event;
            let known = self.reranker.rows().get(event.item).is_some();
            numbers.extend([
                f64::from(logged.id),
                f64::from(event.item),
                f64::from(event.kind as u8),
                event.at_ms,
                f64::from(u8::from(known)),
            ]);
        }
        numbers
    }

    /// Makes room for so many candidates. Pointers to them hold until the next call.
    pub fn reserve(&mut self, count: usize) {
        self.items.resize(count, NO_ITEM);
        self.server_scores.resize(count, f32::NAN);
    }

    /// Where to write the candidates' handles.
    #[wasm_bindgen(js_name = itemsPointer)]
    pub fn items_pointer(&self) -> *const u32 {
        self.items.as_ptr()
    }

    /// Where to write the server's scores, NaN for none.
    #[wasm_bindgen(js_name = serverScoresPointer)]
    pub fn server_scores_pointer(&self) -> *const f32 {
        self.server_scores.as_ptr()
    }

    /// Ranks the first `count` candidates, at least the best `limit` in order. `scored` says whether the server sent
    /// scores at all. Returns whether the model ordered the list; it keeps the server's order for an empty session.
    pub fn rerank(&mut self, count: usize, scored: bool, limit: usize) -> bool {
        let items = self.items.get(..count).unwrap_or(&self.items);
        let scores = self.server_scores.get(..count).unwrap_or(&self.server_scores);
        let ranking = self.reranker.rerank(items, if scored { scores } else { &[] }, limit);
        self.order = ranking.order.as_ptr();
        self.scores = ranking.scores.as_ptr();
        ranking.outcome == Outcome::Reranked
    }

    /// Where the last call's order lies: positions in the list as it was written, best first.
    #[wasm_bindgen(js_name = orderPointer)]
    pub fn order_pointer(&self) -> *const u32 {
        self.order
    }

    /// Where the last call's scores lie, by position in the list as it was written.
    #[wasm_bindgen(js_name = scoresPointer)]
    pub fn scores_pointer(&self) -> *const f32 {
        self.scores
    }

    /// The session as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        self.reranker.snapshot()
    }

    /// Replaces the session by one that [`Engine::snapshot`] wrote; returns how many events came back.
    ///
    /// # Errors
    /// An `Error` with the code of a [`crate::reranker::SnapshotError`].
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<usize, JsValue> {
        self.reranker.restore(snapshot).map_err(|error| coded(error.code(), error))
    }
}
