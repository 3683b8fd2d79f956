//! Where rows come from. All that the engine needs of one item is a row: from the artifact's own table, inline with a
//! candidate or an event, so that a shop with a million items needs no download of a table at all, or composed of what is
//! said of an item that training never saw.

use super::page_items::{PageItem, PageItems};
use super::row::{InlineRow, Item, ItemHandle, Row, RowError};
use super::subject::Subject;
use alloc::string::String;
use alloc::sync::Arc;
use reshelf_artifact::{Artifact, Attributes, Description, LONGEST_ID};

/// The one source of rows: the artifact's table, and what came inline.
#[derive(Clone, Debug)]
pub struct Rows {
    artifact: Arc<Artifact>,
    page_items: PageItems,
}

impl Rows {
    /// Rows of this artifact, nothing inline yet. Many sessions may share one artifact.
    pub fn new(artifact: impl Into<Arc<Artifact>>) -> Self {
        Rows { artifact: artifact.into(), page_items: PageItems::default() }
    }

    /// The artifact behind the table, which other sessions may share.
    #[inline]
    pub fn artifact(&self) -> &Arc<Artifact> {
        &self.artifact
    }

    /// The handle of an id, if the table holds it or this page has named it before.
    pub fn find(&self, id: &str) -> Option<ItemHandle> {
        let item = || Some(self.table() + self.page_items.find(id).ok()?);
        self.artifact.vocabulary.find(id).or_else(item)
    }

    /// Handles below this are rows of the table.
    fn table(&self) -> ItemHandle {
        self.artifact.items.len() as ItemHandle
    }

    /// The handle of an id, which is given one if need be: one that no other item had before.
    ///
    /// # Errors
    /// `row.id`, and `row.full` where 65,536 items outside the table are named ([`Rows::let_go`]).
    pub fn intern(&mut self, id: &str) -> Result<ItemHandle, RowError> {
        if let Some(handle) = self.artifact.vocabulary.find(id) {
            return Ok(handle);
        }
        if id.len() > LONGEST_ID {
            return Err(RowError::Id);
        }
        let table = self.table();
        // No handle is the one that says that nobody knows an item.
        let number = self.page_items.find(id).or_else(|key| self.page_items.push(id, key, u32::MAX - table))?;
        Ok(table + number)
    }

    /// Takes a row that came inline with an id. The table wins over a row for an item that it holds.
    ///
    /// # Errors
    /// Any [`RowError`].
    pub fn add(&mut self, id: &str, bytes: &[u8]) -> Result<ItemHandle, RowError> {
        let table = self.table();
        let row = InlineRow::unpack(bytes, &self.artifact.model, self.artifact.items.dimension())?;
        if row.number < table && self.artifact.vocabulary.find(id).is_none() {
            return Err(RowError::Foreign);
        }
        let handle = self.intern(id)?;
        if let Some(item) = handle.checked_sub(table).and_then(|number| self.page_items.get_mut(number)) {
            item.row = Some(row);
        }
        Ok(handle)
    }

    /// Composes a row of what is said of an item, where neither the table nor an inline row knows it and the model knows
    /// any of it; else the item is named as it is. A row that was composed before stays. The row of [`Subject::Taste`] is its
    /// cluster's centre, whatever is said.
    ///
    /// # Errors
    /// `row.id` and `row.full`.
    pub fn compose(&mut self, id: &str, description: &Description<'_>) -> Result<ItemHandle, RowError> {
        let handle = self.intern(id)?;
        let Artifact { items, tokens, clusters, .. } = &*self.artifact;
        let number = handle.checked_sub(items.len() as ItemHandle);
        let item = number.and_then(|number| self.page_items.get_mut(number));
        if let Some(item @ PageItem { row: None, .. }) = item {
            let composed = match (Subject::of_id(id), tokens) {
                (Some(Subject::Taste(number)), _) => {
                    let centre = clusters.as_ref().and_then(|clusters| clusters.centre(cluster(number)?));
                    centre.map(|centre| (centre, Attributes::default()))
                }
                (_, tokens) => tokens.as_ref().and_then(|tokens| tokens.compose(description, items.dimension())),
            };
            item.row =
                composed.map(|(vector, attributes)| InlineRow::composed(vector, attributes, items.vectors().is_some()));
        }
        Ok(handle)
    }

    /// The handle of an id as a session stores it: an item's, which stays without a row where the table has none, or that of a
    /// [`Subject`], whose row its own text gives.
    ///
    /// # Errors
    /// `row.id` and `row.full`.
    pub fn intern_stored(&mut self, id: &str) -> Result<ItemHandle, RowError> {
        match Subject::of_id(id) {
            Some(subject) => self.compose(id, &subject.description()),
            None => self.intern(id),
        }
    }

    /// The part of a handle's row that most features need, if there is a row.
    #[inline]
    pub fn item(&self, handle: ItemHandle) -> Option<Item<'_>> {
        if let Some(attributes) = self.artifact.items.attributes().get(handle as usize) {
            return Some(Item { number: handle, attributes });
        }
        let row = self.page_item(handle)?.row.as_ref()?;
        Some(Item { number: row.number, attributes: &row.attributes })
    }

    /// The row of a handle, if there is one.
    pub fn get(&self, handle: ItemHandle) -> Option<Row<'_>> {
        let (items, index) = (&self.artifact.items, handle as usize);
        if index < items.len() {
            return Some(Row {
                number: handle,
                codes: items.row(index),
                scale: items.scales()[index],
                sum: items.sums()[index],
                attributes: items.attributes()[index],
                neighbours: self.artifact.memory.of(handle),
                vector: items.vectors().map(|vectors| &vectors[index * items.dimension()..][..items.dimension()]),
            });
        }
        self.page_item(handle)?.row.as_ref().map(InlineRow::view)
    }

    /// The id of a handle, in its canonical text.
    pub fn id(&self, handle: ItemHandle) -> Option<String> {
        self.artifact.vocabulary.id(handle).or_else(|| self.page_item(handle).map(|item| item.id.clone()))
    }

    /// The id of a handle outside the table.
    pub fn page_id(&self, handle: ItemHandle) -> Option<&str> {
        self.page_item(handle).map(|item| item.id.as_str())
    }

    /// Whether a handle names anything.
    pub fn knows(&self, handle: ItemHandle) -> bool {
        handle < self.table() || self.page_item(handle).is_some()
    }

    fn page_item(&self, handle: ItemHandle) -> Option<&PageItem> {
        self.page_items.get(handle.checked_sub(self.table())?)
    }

    /// Whether [`Rows::intern`] would find no room for an id that is new.
    pub fn is_full(&self) -> bool {
        self.page_items.is_full()
    }

    /// Makes room: lets go of items outside the table that nobody needs, the older half of them.
    pub fn let_go(&mut self, needed: impl Fn(ItemHandle) -> bool) {
        let table = self.table();
        self.page_items.let_go(|number| needed(table + number));
    }

    /// Moves whenever handles of items outside the table become void.
    pub fn generation(&self) -> u32 {
        self.page_items.generation()
    }

    /// Drops every id and row that this page has named.
    pub fn forget_page_items(&mut self) {
        self.page_items.clear();
    }
}

/// A cluster's number from its one or two digits: the library's parser would be some bytes more of the engine.
fn cluster(digits: &str) -> Option<usize> {
    if digits.is_empty() || digits.len() > 2 {
        return None;
    }
    digits.bytes().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| 10 * number + usize::from(digit - b'0')))
}
