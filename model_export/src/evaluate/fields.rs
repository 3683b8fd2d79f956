//! What is known of the items of lists and of sessions: fields for policies, categories, prices and groups.

use std::collections::HashMap;

use reshelf::artifact::Artifact;

use crate::data::{CandidateLists, Catalogue, Ids, SessionLog};
use crate::policy::{Cell, Column, Policy, Table, Value};

/// A numbered set of names, from 1; 0 stands for none.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    numbers: HashMap<String, u32>,
    /// The names, of 1 first.
    pub names: Vec<String>,
}

impl Numbers {
    /// The number of a name; that of an empty one is 0.
    pub fn of(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() as u32
        })
    }
}

/// A text column of the catalogue for the items with these ids.
pub(super) fn texts(catalogue: Option<&Catalogue>, column: &str, ids: &Ids) -> Option<Vec<Option<String>>> {
    let (catalogue, column) = catalogue.and_then(|catalogue| Some((catalogue, catalogue.column(column)?)))?;
    let text = |index: usize| column[catalogue.ids.position(&ids.text(index))?].clone();
    Some((0..ids.len()).map(text).collect())
}

/// A policy's fields of the items of lists: of the lists' own columns, else of the catalogue's.
pub(super) fn table(policies: &[Policy], catalogue: Option<&Catalogue>, lists: &CandidateLists) -> Table {
    let cells = |values: &[Option<String>]| {
        let cell = |value: &Option<String>| Cell::new(value.iter().cloned().map(Value::Text).collect());
        values.iter().map(cell).collect::<Vec<_>>()
    };
    let mut table = Table {
        ids: (0..lists.item_ids.len()).map(|item| lists.item_ids.text(item).into_owned()).collect(),
        columns: HashMap::new(),
    };
    for (field, names) in policies.iter().flat_map(Policy::asked) {
        let mut columns = names.iter().filter_map(|name| {
            let own = lists.columns.get(name).map(|values| Column::ByRow(cells(values)));
            own.or_else(|| texts(catalogue, name, &lists.item_ids).map(|values| Column::ByItem(cells(&values))))
        });
        if !table.columns.contains_key(field)
            && let Some(column) = columns.next()
        {
            table.columns.insert(field.to_owned(), column);
        }
    }
    table
}

/// Whether lists or the catalogue have a column of this name.
pub(super) fn has_column(catalogue: Option<&Catalogue>, lists: &CandidateLists, name: &str) -> bool {
    lists.columns.contains_key(name) || catalogue.is_some_and(|catalogue| catalogue.column(name).is_some())
}

/// The categories of items of lists and of the log, by one numbering, 0 where nobody knows: as the catalogue says, else as the
/// model has them.
pub(super) fn categories(
    artifact: &Artifact,
    catalogue: Option<&Catalogue>,
    lists: &CandidateLists,
    log: &SessionLog,
) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = Numbers::default();
    let mut of = |ids: &Ids| -> Vec<u32> {
        match texts(catalogue, "category", ids) {
            Some(texts) => texts.iter().map(|text| numbers.of(text.as_deref().unwrap_or_default())).collect(),
            None => (0..ids.len())
                .map(|index| {
                    let handle = artifact.vocabulary.find(&ids.text(index));
                    let attributes = handle.and_then(|handle| artifact.items.attributes().get(handle as usize));
                    attributes.map_or(0, |attributes| u32::from(attributes.category))
                })
                .collect(),
        }
    };
    (of(&lists.item_ids), of(&log.item_ids))
}
