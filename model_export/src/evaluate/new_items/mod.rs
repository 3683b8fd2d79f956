//! How well a model places items that it does not know, by what the shop says of them.
//!
//! At every step whose target the model does not know, the catalogue describes and the session has not met, all such items are
//! ranked as on a page of new arrivals: composed of their descriptions, in the engine that serves, without a word from a
//! server. Beside the model, on the same steps: what a shop can do that knows categories and how often training saw them.
//! Which items are new is up to the training: those that it hid (`train --hide-items`), and those that its log never met.
//!
//! - `kinds`: orders by category and brand. `place`: where a target stands. `summary`: from places to estimates, for people and
//!   as JSON.

mod kinds;
mod place;
mod summary;
#[cfg(test)]
mod tests;

pub use summary::{Counts as NewItemsCounts, Method as NewItemsMethod, NewItems, Slice as NewItemsSlice};

use std::collections::HashMap;
use std::sync::Arc;

use reshelf::artifact::{Artifact, Description};
use reshelf::catalogue::ItemHandle;
use reshelf::reranker::{NO_ITEM, Reranker};

use super::run::{read_log, subject};
use super::{Checks, EvaluateError, EvaluateOptions};
use crate::data::{Catalogue, SessionLog, read_items};
use crate::files::{read_training_report, read_whole_artifact};
use crate::measure::MOST_PLACES;
use crate::pool::pool;
use crate::progress::Progress;
use crate::replay::{Ranker, Replay, Step};
use kinds::Kinds;
use place::Place;
use summary::Measured;

/// More new items than this a page cannot name at a time.
const MOST_NEW: usize = 60_000;

/// Measures a model, and those that it is compared with, on items that none of them knows.
///
/// # Errors
/// Any [`EvaluateError`].
pub fn new_items(options: &EvaluateOptions) -> Result<NewItems, EvaluateError> {
    if options.k == 0 || options.k > MOST_PLACES {
        return Err(EvaluateError::PlacesOutOfRange { k: options.k, limit: MOST_PLACES });
    }
    let refused = |reason: &str| EvaluateError::NewItems { reason: reason.to_owned() };
    let items = options.items.as_deref().ok_or_else(|| refused("--items has to say what the shop has"))?;
    let pool = pool(options.threads)?;
    let artifact = read_whole_artifact(&options.input.model)?;
    let others: Vec<Arc<Artifact>> =
        options.compare.iter().map(|path| read_whole_artifact(path)).collect::<Result<_, _>>()?;
    let log = read_log(options)?;
    let catalogue = read_items(items)?;
    let new = New::of(&catalogue, &log, others.iter().chain([&artifact]));
    match new.items.len() {
        0 => return Err(refused("the model knows all that --items describes; train it with --hide-items")),
        1..=MOST_NEW => {}
        more => return Err(refused(&format!("{more} are more than the {MOST_NEW} that a page can name"))),
    }
    let categories = catalogue.categories_alone();
    let progress = Progress::of((log.sessions() * (3 + others.len())) as u64, "ranking new items", options.quiet);
    let places = |artifact: &Arc<Artifact>, said: &Catalogue, of_target: &Catalogue| {
        let places = pool.install(|| new.places(artifact, [said, of_target], &log, options.from_step));
        progress.advance(log.sessions() as u64);
        places
    };
    let own = |name, about, said, of_target| Measured::new(name, about, places(&artifact, said, of_target));
    let mut measured = vec![
        own("model", "the model, by all that is said of an item", &catalogue, &catalogue),
        own("target_category", "the model, where of the target only the category is said", &catalogue, &categories),
        own("all_category", "the model, where of all items only the category is said", &categories, &categories),
    ];
    let steps = new.steps(&log, options.from_step);
    if !steps.iter().any(|step| !step.met) {
        return Err(refused(
            "no session turns to one that it has not met: check that --items and the sessions write ids alike, or train with --hide-items",
        ));
    }
    let kinds = Kinds::new(&artifact, &catalogue, &log, &new.items);
    measured.extend(kinds.places(&steps, &log));
    for (path, other) in options.compare.iter().zip(&others) {
        let name = path.display().to_string();
        measured.push(Measured::new(&name, "a model that is compared with", places(other, &catalogue, &catalogue)));
    }
    let marks: Vec<_> = steps.iter().map(|step| step.marked(kinds.meets_category(step, &log))).collect();
    let found =
        pool.install(|| NewItems::new(subject(options, &artifact), new.items.len(), &marks, &measured, options));
    let found = found.ok_or(EvaluateError::NothingToEvaluate { candidates: false })?;
    let told = read_training_report(&options.input.model, &artifact);
    Ok(NewItems { checks: Checks::new(&log, &artifact.card, told), ..found })
}

/// A step whose target is new.
#[derive(Clone, Copy, Debug)]
struct NewStep {
    session: usize,
    seen: usize,
    /// The target's place among the new items.
    target: usize,
    /// Whether the session has met it before: then it is no stranger.
    met: bool,
}

impl NewStep {
    fn marked(&self, category_met: bool) -> summary::Mark {
        summary::Mark { session: self.session, met: self.met, category_met }
    }
}

/// The items that no model knows and the catalogue describes, by their places in it.
struct New<'a> {
    catalogue: &'a Catalogue,
    items: Vec<usize>,
    /// For each of the log's items its place among these, if it is one of them.
    of_log: Vec<Option<usize>>,
}

impl<'a> New<'a> {
    fn of<'m>(
        catalogue: &'a Catalogue,
        log: &SessionLog,
        models: impl Iterator<Item = &'m Arc<Artifact>> + Clone,
    ) -> Self {
        let is_new = |item: &usize| {
            let id = catalogue.ids.text(*item);
            let described =
                catalogue.describe(&id).is_some_and(|said| !said.tokens(&[]).is_empty() || said.price.is_some());
            described && models.clone().all(|model| model.vocabulary.find(&id).is_none())
        };
        let items: Vec<usize> = (0..catalogue.len()).filter(is_new).collect();
        let places: HashMap<usize, usize> = items.iter().copied().zip(0..).collect();
        let place = |item: usize| places.get(&catalogue.ids.position(&log.item_ids.text(item))?).copied();
        New { catalogue, of_log: (0..log.item_ids.len()).map(place).collect(), items }
    }

    /// The steps that are measured, in the order of the log.
    fn steps(&self, log: &SessionLog, from_step: usize) -> Vec<NewStep> {
        let of_session = |session: usize| {
            let items = log.session(session).items;
            let step = move |seen: usize| {
                let target = self.of_log[items[seen] as usize]?;
                Some(NewStep { session, seen, target, met: items[..seen].contains(&items[seen]) })
            };
            (from_step.max(1)..items.len()).filter_map(step)
        };
        (0..log.sessions()).flat_map(of_session).collect()
    }

    /// Where a model puts the target of each of those steps, given what the first catalogue says of all items, and the second
    /// of the target. Runs on rayon's current pool.
    fn places(
        &self,
        artifact: &Arc<Artifact>,
        [catalogue, of_target]: [&Catalogue; 2],
        log: &SessionLog,
        from_step: usize,
    ) -> Vec<Place> {
        let ids = self.items.iter().map(|&item| self.catalogue.ids.text(item).into_owned());
        let said: Vec<(String, Description<'_>)> = ids
            .map(|id| {
                let said = catalogue.describe(&id).unwrap_or_default();
                (id, said)
            })
            .collect();
        let alike = core::ptr::eq(catalogue, of_target);
        let replay = Replay {
            artifact,
            log,
            catalogue: Some(catalogue),
            candidates: None,
            ranker: Ranker::Head,
            k: MOST_PLACES,
        };
        let sessions: Vec<usize> = (0..log.sessions()).collect();
        let place = |reranker: &mut Reranker, step: Step| {
            let target = self.of_log[step.target as usize].filter(|_| step.seen >= from_step.max(1))?;
            let mut handle =
                |(id, description): &(String, Description<'_>)| reranker.compose(id, description).unwrap_or(NO_ITEM);
            let mut handles: Vec<ItemHandle> = said.iter().map(&mut handle).collect();
            if !alike {
                let id = &said[target].0;
                handles[target] = handle(&(format!("target {id}"), of_target.describe(id).unwrap_or_default()));
            }
            let scores = reranker.rank_unordered(&handles, 0).scores;
            Some(Place::of(scores, target))
        };
        replay.walk(&sessions, &replay.handles(), place).into_iter().flatten().collect()
    }
}
