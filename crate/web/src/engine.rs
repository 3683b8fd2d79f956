//! The one class that crosses into JavaScript. Its TypeScript face is declared in `www/src/engine/reshelf.d.ts`.

use crate::error::{coded, refused};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::arch::wasm32::memory_size;
use core::cell::{Cell, OnceCell};
use reshelf::artifact::{Artifact, ArtifactError, ArtifactFile, Description, EventKind};
use reshelf::catalogue::{InlineRow, ItemHandle, Subject};
use reshelf::kernels::Codes;
use reshelf::rank::{HeadColumns, ShortListBy};
use reshelf::reranker::{Effort, NO_ITEM, Outcome, Reranker};
use reshelf::session::{Event, EventId, Logged};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Numbers per event in [`Engine::events`].
pub(crate) const EVENT_NUMBERS: usize = 7;

/// What [`Engine::profile`] calls a price.
const PRICE: f32 = 3.0;

/// Bytes of a page of the memory.
const PAGE: usize = 1 << 16;

/// A file, and what was read of it when a session on it first needed more than its header.
struct Model {
    file: ArtifactFile,
    artifact: OnceCell<Arc<Artifact>>,
    /// Pages of the memory after the last session on this model began.
    pages: Cell<usize>,
}

impl Model {
    /// Grows the memory by an eighth where it has grown since the last session began: a host counts each growth as if all of
    /// the memory were new, and thousands of sessions that grow it page by page keep it collecting.
    fn grow_ahead(&self) {
        let pages = memory_size::<0>();
        if self.pages.replace(pages) != pages {
            drop(core::hint::black_box(Vec::<u8>::with_capacity(pages * PAGE / 8)));
            self.pages.set(memory_size::<0>());
        }
    }

    fn reranker(&self) -> Result<Reranker, ArtifactError> {
        if self.artifact.get().is_none() {
            let _ = self.artifact.set(Arc::new(self.file.read()?));
        }
        self.artifact.get().cloned().map_or(Err(ArtifactError::Empty), Reranker::new)
    }
}

/// One model with one session.
///
/// All but [`Engine::new`], [`Engine::session`] and what the header says comes after [`Engine::prepare`]; a call before it is a
/// trap. Items are named by handle: the row in the model's table, or past it for items that only this page has named.
#[wasm_bindgen]
pub struct Engine {
    model: Arc<Model>,
    reranker: Option<Reranker>,
    /// The handles of the candidates, and behind them as many scores.
    candidates: Vec<u32>,
    /// Where the last answer lies: its order, and its scores.
    answer: [u32; 2],
}

/// The cluster of a session of which the model knows nothing.
const NO_CLUSTER: u32 = 255;

/// `how` a list is ranked: candidates that were collected in no order. Any number but this and the next: a server's list.
const COLLECTED: u8 = 1;
/// By similarity with the session alone.
const SIMILARITY: u8 = 2;

fn short_list_by(how: u8) -> ShortListBy {
    if how == SIMILARITY { ShortListBy::Similarity } else { ShortListBy::Model }
}

#[wasm_bindgen]
impl Engine {
    /// Takes over an artifact, of which only the header and the length are checked ([`ArtifactFile::open`]).
    ///
    /// # Errors
    /// A text of the code of an [`ArtifactError`].
    #[wasm_bindgen(constructor)]
    #[expect(
        clippy::arc_with_non_send_sync,
        reason = "there is one thread, and the module has the code of `Arc` already"
    )]
    pub fn new(artifact: Vec<u8>) -> Result<Engine, JsValue> {
        let file = ArtifactFile::open(artifact).map_err(|error| refused(&error))?;
        HeadColumns::named(&mut file.features().into_iter()).map_err(|error| refused(&error))?;
        Ok(Engine::of(Arc::new(Model { file, artifact: OnceCell::new(), pages: Cell::new(0) })))
    }

    /// A new, empty session on the same model, which both share.
    pub fn session(&self) -> Engine {
        Engine::of(self.model.clone())
    }

    /// Reads and checks the artifact, unless a session on it has.
    ///
    /// # Errors
    /// A text of the code of an [`ArtifactError`]: the same for every session on this model.
    pub fn prepare(&mut self) -> Result<(), JsValue> {
        if self.reranker.is_none() {
            self.reranker = Some(self.model.reranker().map_err(|error| refused(&error))?);
            self.model.grow_ahead();
        }
        Ok(())
    }

    /// Moves whenever handles of items outside the model's table became void.
    #[wasm_bindgen(getter)]
    pub fn generation(&self) -> u32 {
        self.ready().generation()
    }

    /// Whether this build computes dot products with relaxed SIMD.
    #[wasm_bindgen(getter)]
    pub fn relaxed(&self) -> bool {
        cfg!(feature = "relaxed-simd")
    }

    /// The identity of the training run.
    #[wasm_bindgen(getter, js_name = modelVersion)]
    pub fn model_version(&self) -> String {
        self.model.file.model().to_owned()
    }

    /// Items in the model's own table.
    #[wasm_bindgen(getter)]
    pub fn items(&self) -> usize {
        self.model.file.items()
    }

    /// Handles of many ids, whose UTF-8 lies one after the other in `ids`; 0xffffffff for an unknown one.
    pub fn resolve(&self, ids: &[u8], lengths: &[u32]) -> Vec<u32> {
        let mut rest = ids;
        let mut resolve = |length: u32| {
            let (id, after) = rest.split_at_checked(length as usize)?;
            rest = after;
            self.ready().resolve(core::str::from_utf8(id).ok()?)
        };
        lengths.iter().map(|&length| resolve(length).unwrap_or(NO_ITEM)).collect()
    }

    /// Takes in an item's row that travelled with a candidate or an event; returns the item's handle.
    ///
    /// # Errors
    /// A text of the code of a [`reshelf::catalogue::RowError`].
    #[wasm_bindgen(js_name = addRow)]
    pub fn add_row(&mut self, id: &str, row: &[u8]) -> Result<u32, JsValue> {
        ready(&mut self.reranker).add_row(id, row).map_err(|error| coded(error.code()))
    }

    /// Whether the model can compose an item that it does not know of what is said of it.
    #[wasm_bindgen(getter)]
    pub fn composes(&self) -> bool {
        self.model.file.composes()
    }

    /// The handle of an id, which is given one if need be, so that an item unknown to the model can be observed. Its row is
    /// composed of category path, brand, price and title; an empty text and NaN say nothing, and nothing said leaves it
    /// without a row.
    ///
    /// # Errors
    /// `row.id`.
    pub fn compose(&mut self, id: &str, category: &str, brand: &str, price: f32, title: &str) -> Result<u32, JsValue> {
        let description =
            Description { category: Some(category), brand: Some(brand), price: Some(price), title: Some(title) };
        ready(&mut self.reranker).compose(id, &description).map_err(|error| coded(error.code()))
    }

    /// The row of an item of the model's table as it travels, with a candidate or an event.
    pub fn row(&self, item: u32) -> Vec<u8> {
        let rows = self.ready().rows();
        rows.get(item).map(|row| InlineRow::pack(&row, &rows.artifact().model)).unwrap_or_default()
    }

    /// The id of a handle in its canonical text.
    #[wasm_bindgen(js_name = itemId)]
    pub fn item_id(&self, item: u32) -> Option<String> {
        self.ready().rows().id(item)
    }

    /// The handle of what an event is about that is no item: a text that was searched for (`what` 0), a category (1), a
    /// brand (2), a cluster (3).
    ///
    /// # Errors
    /// `row.id`.
    pub fn subject(&mut self, what: u8, text: &str) -> Result<u32, JsValue> {
        let subject = match what {
            0 => Subject::Query(text),
            1 => Subject::Category(text),
            2 => Subject::Brand(text),
            _ => Subject::Taste(text),
        };
        ready(&mut self.reranker).subject(subject).map_err(|error| coded(error.code()))
    }

    /// Notes an event, `at` in milliseconds, with the seconds of a dwell, or the place of an impression or a skip in its list;
    /// returns its number.
    ///
    /// # Errors
    /// `event.item`, `event.time`, `event.amount`.
    pub fn observe(&mut self, item: u32, kind: u8, at_ms: f64, amount: f32, list: u32) -> Result<f64, JsValue> {
        let kind = EventKind::from_u8(kind).unwrap_or(EventKind::Other);
        let event = Event { item, kind, at_ms, amount, list };
        ready(&mut self.reranker).observe(event).map(|id| id as f64).map_err(|error| coded(error.code()))
    }

    /// Forgets one event, by its number, or everything that was done with an item, by its handle; returns how many events
    /// that was.
    pub fn forget(&mut self, what: f64, of_item: bool) -> usize {
        let reranker = ready(&mut self.reranker);
        if of_item { reranker.forget_item(what as u32) } else { usize::from(reranker.forget(what as EventId)) }
    }

    /// Forgets all that was done from one time to another, in milliseconds; returns how many events that was.
    #[wasm_bindgen(js_name = forgetBetween)]
    pub fn forget_between(&mut self, from: f64, to: f64) -> usize {
        ready(&mut self.reranker).forget_between(from, to)
    }

    /// Forgets the session and every item that the page has named; returns how many events that was.
    #[wasm_bindgen(js_name = forgetAll)]
    pub fn forget_all(&mut self) -> usize {
        let reranker = ready(&mut self.reranker);
        let events = reranker.log().len();
        reranker.forget_all();
        events
    }

    /// The events that are kept, oldest first, or (`shown`) what lists showed, seven numbers each: event, item, kind, time in
    /// milliseconds, 1 where the model knows the item, else 0, amount, and list.
    pub fn events(&self, shown: bool) -> Vec<f64> {
        let reranker = self.ready();
        let events = if shown { reranker.log().shown() } else { reranker.events() };
        let mut numbers = Vec::with_capacity(EVENT_NUMBERS * events.len());
        for Logged { id, event } in events {
            let known = reranker.rows().get(event.item).is_some();
            numbers.extend([
                *id as f64,
                f64::from(event.item),
                f64::from(event.kind as u8),
                event.at_ms,
                f64::from(u8::from(known)),
                f64::from(event.amount),
                f64::from(event.list),
            ]);
        }
        numbers
    }

    /// What the session leans towards, three numbers each: what it is (0 a category, 1 a department, 2 a brand, 3 a price), its
    /// number or the mean price in codes, and the weight; first the weight of all known events, alone.
    pub fn profile(&mut self) -> Vec<f32> {
        let profile = ready(&mut self.reranker).state().profile();
        let mut numbers = vec![profile.weight()];
        profile
            .leanings()
            .for_each(|(what, number, weight)| numbers.extend([what as u8 as f32, f32::from(number), weight]));
        profile.price().into_iter().for_each(|(price, weight)| numbers.extend([PRICE, price, weight]));
        numbers
    }

    /// How far the shopper's own clicks in lists have moved each weight of the head that the model lets move.
    pub fn learned(&mut self) -> Vec<f32> {
        ready(&mut self.reranker).learned().to_vec()
    }

    /// The names of these weights' features, in the same order.
    #[wasm_bindgen(getter)]
    pub fn learners(&self) -> String {
        self.model.file.learners().to_owned()
    }

    /// From here on they move none.
    #[wasm_bindgen(js_name = stopLearning)]
    pub fn stop_learning(&mut self) {
        ready(&mut self.reranker).stop_learning();
    }

    /// 256 times how many clusters the model has, and the number of the one that the session is nearest to now, or 255 where the
    /// model knows nothing of it; 0 where the model has none.
    pub fn cluster(&mut self) -> u32 {
        let reranker = ready(&mut self.reranker);
        let cluster = reranker.cluster().unwrap_or(NO_CLUSTER);
        let clusters = reranker.rows().artifact().clusters.as_ref();
        clusters.map_or(0, |clusters| (clusters.count() as u32) << 8 | cluster)
    }

    /// Makes room for so many candidates. Returns where to write their handles, and behind those the server's scores, NaN for
    /// none; it holds until the next call.
    pub fn reserve(&mut self, count: usize) -> *const u32 {
        self.candidates.resize(2 * count, NO_ITEM);
        self.candidates.as_ptr()
    }

    /// Ranks the first `count` candidates, at least the best `limit` in order: a server's list (`how` 0), candidates that
    /// were collected in no order (1), or by similarity with the session alone (2). `scored` says whether the server sent
    /// scores at all. Returns whether the model ordered the list; it keeps the order for an empty session.
    pub fn rank(&mut self, count: usize, how: u8, scored: bool, limit: usize) -> bool {
        let (items, scores) = first(&self.candidates, count, scored);
        let reranker = ready(&mut self.reranker);
        let ranking = match how {
            COLLECTED => reranker.rank_unordered(items, limit),
            SIMILARITY => reranker.rank_by_similarity(items, limit),
            _ => reranker.rerank(items, scores, limit),
        };
        self.answer = [address(ranking.order), address(ranking.scores)];
        ranking.outcome == Outcome::Reranked
    }

    /// Ranks several lists of a server in one pass: so many candidates each, one list after the other. The order holds
    /// positions within each list.
    #[wasm_bindgen(js_name = rankMany)]
    pub fn rank_many(&mut self, lengths: &[u32], scored: bool, limit: usize) -> bool {
        let (items, scores) = candidates(&self.candidates, scored);
        let ranking = ready(&mut self.reranker).rerank_many(items, lengths, scores, limit);
        self.answer = [address(ranking.order), address(ranking.scores)];
        ranking.outcome == Outcome::Reranked
    }

    /// Orders candidates by scores and a program of rules: their handles, and the words that [`reshelf::slate::Program`] reads.
    /// Returns their places in the given list, best first, and behind them what became of each record.
    pub fn arrange(&mut self, scores: &[f32], items: &[u32], program: &[u32]) -> Vec<u32> {
        ready(&mut self.reranker).arrange(scores, items, program)
    }

    /// Explains the scores of these places of a server's list, the first `count` candidates, by every subset of up to `exact` players, or
    /// else by so many pairs of orders: [`reshelf::reranker::Explanations::numbers`].
    pub fn explain(&mut self, count: usize, scored: bool, wanted: &[u32], exact: usize, pairs: usize) -> Vec<f64> {
        let (items, scores) = first(&self.candidates, count, scored);
        ready(&mut self.reranker).explain(items, scores, wanted, Effort { exact, pairs }).numbers
    }

    /// As [`Engine::rank`] of a server's list, in a session without one event, by its number, or without everything that was done with an
    /// item, by its handle. Nothing is forgotten. Returns the order, and behind it the scores by position in the list as it was written.
    #[wasm_bindgen(js_name = whatIf)]
    pub fn what_if(&mut self, count: usize, scored: bool, without: f64, of_item: bool) -> Vec<f64> {
        let (items, scores) = first(&self.candidates, count, scored);
        let gone = |logged: &Logged| {
            if of_item { logged.event.item == without as u32 } else { logged.id == without as EventId }
        };
        let ranking = ready(&mut self.reranker).what_if(items, scores, count, &gone);
        let mut numbers = Vec::with_capacity(2 * count);
        for &at in ranking.order {
            numbers.push(f64::from(at));
        }
        for &score in ranking.scores {
            numbers.push(f64::from(score));
        }
        numbers
    }

    /// Where two addresses stand for as long as the engine lives. The first is that of the last call's order: positions in the
    /// list as it was written, best first, or a short list's items. The second is that of its scores, by position in the list
    /// as it was written, or in the order of a short list.
    #[wasm_bindgen(js_name = answerPointer)]
    pub fn answer_pointer(&self) -> *const u32 {
        self.answer.as_ptr()
    }

    /// The table for a device that copies it, in four numbers: codes of a row, 1 where two codes share a byte, where the codes
    /// lie, and where the scales of the rows lie.
    pub fn table(&self) -> Vec<u32> {
        let table = &self.ready().rows().artifact().items;
        let codes = table.codes();
        let narrow = u32::from(matches!(codes, Codes::Int4(_)));
        vec![table.dimension() as u32, narrow, codes.bytes().as_ptr() as u32, table.scales().as_ptr() as u32]
    }

    /// Finds the best items of the whole table: by the model's own first sight (`how` 1), or by similarity with the session
    /// alone (2). Returns how many; the most popular ones for an empty session.
    #[wasm_bindgen(js_name = shortList)]
    pub fn short_list(&mut self, length: usize, how: u8) -> usize {
        let list = ready(&mut self.reranker).short_list(length, short_list_by(how));
        self.answer = [address(list.items()), address(list.scores())];
        list.items().len()
    }

    /// The session's side of a scan: codes for a device that is to find the nearest rows. Empty where there is nothing to
    /// scan for.
    #[wasm_bindgen(js_name = scanSession)]
    pub fn scan_session(&mut self, how: u8) -> Vec<u8> {
        ready(&mut self.reranker).scan_session(short_list_by(how)).unwrap_or_default().to_vec()
    }

    /// How many nearest rows [`Engine::short_list_from`] needs.
    #[wasm_bindgen(js_name = scanCount)]
    pub fn scan_count(&mut self, length: usize, how: u8) -> usize {
        ready(&mut self.reranker).scan_count(length, short_list_by(how))
    }

    /// As [`Engine::short_list`], from the nearest rows that another device found: pairs of a row and the bits of its key,
    /// best first. Returns 0xffffffff where they are not what this engine computes.
    #[wasm_bindgen(js_name = shortListFrom)]
    pub fn short_list_from(&mut self, pairs: &[u32], length: usize, how: u8) -> usize {
        let pairs = pairs.as_chunks().0;
        let Some(list) = ready(&mut self.reranker).short_list_from(pairs, length, short_list_by(how)) else {
            return NO_ITEM as usize;
        };
        self.answer = [address(list.items()), address(list.scores())];
        list.items().len()
    }

    /// The session as bytes; or of one event alone, by its number, where that is not 0: the event, or that it is forgotten.
    pub fn snapshot(&self, event: f64) -> Vec<u8> {
        let reranker = self.ready();
        if event == 0.0 { reranker.snapshot() } else { reranker.snapshot_of(event as EventId) }
    }

    /// Replaces the session whole by one that [`Engine::snapshot`] wrote; returns how many events came back.
    ///
    /// # Errors
    /// A text of the code of a [`reshelf::reranker::SnapshotError`]; the session is then empty.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<usize, JsValue> {
        ready(&mut self.reranker).restore(snapshot).map_err(|error| coded(error.code()))
    }

    /// Brings in what another copy of this session knows; one that `joins` keeps what it noted before. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// A text of the code of a [`reshelf::reranker::SnapshotError`]; nothing changes then.
    pub fn merge(&mut self, snapshot: &[u8], joins: bool) -> Result<bool, JsValue> {
        ready(&mut self.reranker).merge(snapshot, joins).map_err(|error| coded(error.code()))
    }

    /// From here on events are named as those of this writer, among all that share the session.
    #[wasm_bindgen(js_name = writeAs)]
    pub fn write_as(&mut self, writer: u32) {
        ready(&mut self.reranker).write_as(writer);
    }
}

impl Engine {
    fn of(model: Arc<Model>) -> Self {
        Engine { model, reranker: None, candidates: Vec::new(), answer: [0; 2] }
    }

    fn ready(&self) -> &Reranker {
        match &self.reranker {
            Some(reranker) => reranker,
            None => core::arch::wasm32::unreachable(),
        }
    }
}

/// Handles of candidates, and their scores, or none at all.
fn candidates(written: &[u32], scored: bool) -> (&[ItemHandle], &[f32]) {
    let (items, scores) = written.split_at(written.len() / 2);
    (items, if scored { bytemuck::cast_slice(scores) } else { &[] })
}

/// The first of them.
fn first(written: &[u32], count: usize, scored: bool) -> (&[ItemHandle], &[f32]) {
    let (items, scores) = candidates(written, scored);
    (items.get(..count).unwrap_or(items), scores.get(..count).unwrap_or(scores))
}

fn address<T>(of: &[T]) -> u32 {
    of.as_ptr() as u32
}

/// The session of an engine that is prepared.
fn ready(reranker: &mut Option<Reranker>) -> &mut Reranker {
    match reranker {
        Some(reranker) => reranker,
        None => core::arch::wasm32::unreachable(),
    }
}
