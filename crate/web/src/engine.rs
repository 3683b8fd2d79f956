//! The one class that crosses into JavaScript. Its TypeScript face is declared in `www/src/engine/reshelf.d.ts`.

use crate::error::{coded, refused};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use reshelf::artifact::{Artifact, Description, EventKind};
use reshelf::catalogue::ItemHandle;
use reshelf::kernels::Codes;
use reshelf::rank::ShortListBy;
use reshelf::reranker::{NO_ITEM, Outcome, Reranker};
use reshelf::session::Event;
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

/// `how` a list is ranked: candidates that were collected in no order. Any number but this and the next: a server's list.
const COLLECTED: u8 = 1;
/// By similarity with the session alone.
const SIMILARITY: u8 = 2;

fn short_list_by(how: u8) -> ShortListBy {
    if how == SIMILARITY { ShortListBy::Similarity } else { ShortListBy::Model }
}

#[wasm_bindgen]
impl Engine {
    /// Checks an artifact and takes it over.
    ///
    /// # Errors
    /// A text of the code of an [`reshelf::artifact::ArtifactError`].
    #[wasm_bindgen(constructor)]
    pub fn new(artifact: Vec<u8>) -> Result<Engine, JsValue> {
        let reranker = Artifact::open(artifact).and_then(Reranker::new);
        reranker.map(Engine::of).map_err(|error| refused(&error))
    }

    /// A new, empty session on the same model, which both share.
    pub fn session(&self) -> Engine {
        Engine::of(self.reranker.session())
    }

    /// Moves whenever handles of items outside the model's table became void.
    #[wasm_bindgen(getter)]
    pub fn generation(&self) -> u32 {
        self.reranker.generation()
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
    /// `row.id`.
    pub fn name(&mut self, id: &str) -> Result<u32, JsValue> {
        self.reranker.name(id).map_err(|error| coded(error.code()))
    }

    /// Takes in an item's row that travelled with a candidate or an event; returns the item's handle.
    ///
    /// # Errors
    /// A text of the code of a [`reshelf::catalogue::RowError`].
    #[wasm_bindgen(js_name = addRow)]
    pub fn add_row(&mut self, id: &str, row: &[u8]) -> Result<u32, JsValue> {
        self.reranker.add_row(id, row).map_err(|error| coded(error.code()))
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
    /// `row.id`.
    pub fn compose(&mut self, id: &str, category: &str, brand: &str, price: f32, title: &str) -> Result<u32, JsValue> {
        let description =
            Description { category: Some(category), brand: Some(brand), price: Some(price), title: Some(title) };
        self.reranker.compose(id, &description).map_err(|error| coded(error.code()))
    }

    /// The id of a handle in its canonical text.
    #[wasm_bindgen(js_name = itemId)]
    pub fn item_id(&self, item: u32) -> Option<String> {
        self.reranker.rows().id(item)
    }

    /// Notes an event, `at` in milliseconds; returns its number.
    ///
    /// # Errors
    /// `event.item`, `event.time`.
    pub fn observe(&mut self, item: u32, kind: u8, at: f64) -> Result<u32, JsValue> {
        let kind = EventKind::from_u8(kind).unwrap_or(EventKind::Other);
        self.reranker.observe(Event { item, kind, at_ms: at }).map_err(|error| coded(error.code()))
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

    /// Ranks the first `count` candidates, at least the best `limit` in order: a server's list (`how` 0), candidates that
    /// were collected in no order (1), or by similarity with the session alone (2). `scored` says whether the server sent
    /// scores at all. Returns whether the model ordered the list; it keeps the order for an empty session.
    pub fn rank(&mut self, count: usize, how: u8, scored: bool, limit: usize) -> bool {
        let items = self.items.get(..count).unwrap_or(&self.items);
        let scores = self.server_scores.get(..count).unwrap_or(&self.server_scores);
        let ranking = match how {
            COLLECTED => self.reranker.rank_unordered(items, limit),
            SIMILARITY => self.reranker.rank_by_similarity(items, limit),
            _ => self.reranker.rerank(items, if scored { scores } else { &[] }, limit),
        };
        (self.order, self.scores) = (ranking.order.as_ptr(), ranking.scores.as_ptr());
        ranking.outcome == Outcome::Reranked
    }

    /// Ranks several lists of a server in one pass: so many candidates each, one list after the other. The order holds
    /// positions within each list.
    #[wasm_bindgen(js_name = rankMany)]
    pub fn rank_many(&mut self, lengths: &[u32], scored: bool, limit: usize) -> bool {
        let scores: &[f32] = if scored { &self.server_scores } else { &[] };
        let ranking = self.reranker.rerank_many(&self.items, lengths, scores, limit);
        (self.order, self.scores) = (ranking.order.as_ptr(), ranking.scores.as_ptr());
        ranking.outcome == Outcome::Reranked
    }

    /// Where the last call's answer lies: positions in the list as it was written, best first, or a short list's items.
    #[wasm_bindgen(js_name = orderPointer)]
    pub fn order_pointer(&self) -> *const u32 {
        self.order
    }

    /// Where the last call's scores lie: by position in the list as it was written, or of a short list's items.
    #[wasm_bindgen(js_name = scoresPointer)]
    pub fn scores_pointer(&self) -> *const f32 {
        self.scores
    }

    /// The table for a device that copies it, in four numbers: codes of a row, 1 where two codes share a byte, where the codes
    /// lie, and where the scales of the rows lie.
    pub fn table(&self) -> Vec<u32> {
        let table = &self.reranker.rows().artifact().items;
        let codes = table.codes();
        let narrow = u32::from(matches!(codes, Codes::Narrow(_)));
        vec![table.dimension() as u32, narrow, codes.bytes().as_ptr() as u32, table.scales().as_ptr() as u32]
    }

    /// Finds the best items of the whole table: by the model's own first sight (`how` 1), or by similarity with the session
    /// alone (2). Returns how many; the most popular ones for an empty session.
    #[wasm_bindgen(js_name = shortList)]
    pub fn short_list(&mut self, length: usize, how: u8) -> usize {
        let list = self.reranker.short_list(length, short_list_by(how));
        (self.order, self.scores) = (list.items().as_ptr(), list.scores().as_ptr());
        list.items().len()
    }

    /// The session's side of a scan: codes for a device that is to find the nearest rows. Empty where there is nothing to
    /// scan for.
    #[wasm_bindgen(js_name = scanSession)]
    pub fn scan_session(&self, how: u8) -> Vec<u8> {
        self.reranker.scan_session(short_list_by(how)).unwrap_or_default().to_vec()
    }

    /// How many nearest rows [`Engine::short_list_from`] needs.
    #[wasm_bindgen(js_name = scanCount)]
    pub fn scan_count(&self, length: usize, how: u8) -> usize {
        self.reranker.scan_count(length, short_list_by(how))
    }

    /// As [`Engine::short_list`], from the nearest rows that another device found: pairs of a row and the bits of its key,
    /// best first. Returns 0xffffffff where they are not what this engine computes.
    #[wasm_bindgen(js_name = shortListFrom)]
    pub fn short_list_from(&mut self, pairs: &[u32], length: usize, how: u8) -> usize {
        let rows: Vec<u32> = pairs.iter().copied().step_by(2).collect();
        let keys: Vec<u32> = pairs.iter().copied().skip(1).step_by(2).collect();
        let Some(list) = self.reranker.short_list_from(&rows, &keys, length, short_list_by(how)) else {
            return NO_ITEM as usize;
        };
        (self.order, self.scores) = (list.items().as_ptr(), list.scores().as_ptr());
        list.items().len()
    }

    /// The session as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        self.reranker.snapshot()
    }

    /// Replaces the session whole by one that [`Engine::snapshot`] wrote; returns how many events came back.
    ///
    /// # Errors
    /// A text of the code of a [`reshelf::reranker::SnapshotError`]; the session is then empty.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<usize, JsValue> {
        self.reranker.restore(snapshot).map_err(|error| coded(error.code()))
    }
}

impl Engine {
    fn of(reranker: Reranker) -> Self {
        Engine {
            reranker,
            items: Vec::new(),
            server_scores: Vec::new(),
            order: core::ptr::null(),
            scores: core::ptr::null(),
        }
    }
}
