//! Orders of new items by what they share with others: their category and brand. All that a shop can do without a model.

use std::collections::HashMap;

use reshelf::artifact::Artifact;

use super::NewStep;
use super::place::Place;
use super::summary::Measured;
use crate::data::{Catalogue, SessionLog};
use crate::server::counts;

/// Of no category, and of none that is known.
const NONE: usize = usize::MAX;

/// Categories by number, and how often training saw them.
pub struct Kinds {
    /// The category of each of the log's items.
    of_log: Vec<usize>,
    /// That of each new item.
    of_new: Vec<usize>,
    /// How often training saw the category of each new item.
    by_category: Vec<u64>,
    /// How often it saw the item's category and brand together, then its category.
    by_brand: Vec<(u64, u64)>,
}

impl Kinds {
    /// Of these items of the catalogue, by how often the model's training saw the others.
    pub fn new(artifact: &Artifact, catalogue: &Catalogue, log: &SessionLog, new: &[usize]) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let categories: Vec<usize> = catalogue
            .categories
            .iter()
            .map(|category| {
                let Some(text) = category.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
                    return NONE;
                };
                let next = numbers.len();
                *numbers.entry(text).or_insert(next)
            })
            .collect();
        let (mut seen, mut seen_with_brand) = (HashMap::new(), HashMap::new());
        for (item, count) in counts(artifact).into_iter().enumerate() {
            let id = artifact.vocabulary.id(item as u32).unwrap_or_default();
            let Some(item) = catalogue.ids.position(&id) else { continue };
            *seen.entry(categories[item]).or_insert(0) += u64::from(count);
            let brand = catalogue.brands[item].as_deref();
            *seen_with_brand.entry((categories[item], brand)).or_insert(0) += u64::from(count);
        }
        let by_category = |&item: &usize| seen.get(&categories[item]).copied().unwrap_or(0);
        let by_brand = |item: &usize| {
            let kind = (categories[*item], catalogue.brands[*item].as_deref());
            (seen_with_brand.get(&kind).copied().unwrap_or(0), by_category(item))
        };
        let of_log =
            |item: usize| catalogue.ids.position(&log.item_ids.text(item)).map_or(NONE, |item| categories[item]);
        Kinds {
            of_log: (0..log.item_ids.len()).map(of_log).collect(),
            of_new: new.iter().map(|&item| categories[item]).collect(),
            by_category: new.iter().map(by_category).collect(),
            by_brand: new.iter().map(by_brand).collect(),
        }
    }

    /// Whether the session has met the category of a step's target.
    pub fn meets_category(&self, step: &NewStep, log: &SessionLog) -> bool {
        let category = self.of_new[step.target];
        category != NONE && self.met(step, log).any(|met| met == category)
    }

    fn met<'l>(&'l self, step: &NewStep, log: &'l SessionLog) -> impl Iterator<Item = usize> + 'l {
        log.session(step.session).items[..step.seen].iter().map(|&item| self.of_log[item as usize])
    }

    /// Where each of these orders puts the targets.
    pub fn places(&self, steps: &[NewStep], log: &SessionLog) -> Vec<Measured> {
        let of_session = |step: &NewStep| {
            let mut met: HashMap<usize, u64> = HashMap::new();
            self.met(step, log)
                .filter(|&category| category != NONE)
                .for_each(|category| *met.entry(category).or_default() += 1);
            let score = |(category, &seen): (&usize, &u64)| (met.get(category).copied().unwrap_or(0), seen);
            let scores: Vec<(u64, u64)> = self.of_new.iter().zip(&self.by_category).map(score).collect();
            Place::of(&scores, step.target)
        };
        let all = |place: &dyn Fn(&NewStep) -> Place| steps.iter().map(place).collect();
        vec![
            Measured::new(
                "session_categories",
                "the categories of the session first, by its events in them, then by popularity",
                all(&of_session),
            ),
            Measured::new(
                "category_popularity",
                "by how often training saw their category",
                all(&|step| Place::of(&self.by_category, step.target)),
            ),
            Measured::new(
                "brand_popularity",
                "by how often training saw their category and brand together, then their category",
                all(&|step| Place::of(&self.by_brand, step.target)),
            ),
            Measured::new("chance", "any order", all(&|_| Place { before: 0, tied: self.of_new.len() })),
        ]
    }
}
