//! A shop's server that knows nothing of the session: what is re-ranked when a log holds no lists of its own.
//!
//! Its one job: from a target to a list that a server could have sent. Training draws lists here, and evaluation measures on
//! them. It may use `rng`, the readers' types of `data`, and the engine.
//!
//! A list holds the target and other items, each drawn with even odds from the target's department (a category page; where
//! no department is known, never) or from the whole catalogue by popularity. Its order is that of popularity, moved by
//! noise, the target's place included. So a list depends on the session through its target alone: that the target is in
//! it, and which department the page shows. Everything else that a session tells is news to it.

mod lists;

pub use lists::lists;

use reshelf::artifact::{Artifact, UNKNOWN_ATTRIBUTE};
use reshelf::catalogue::ItemHandle;

use crate::rng::{NegativeSampler, Rng};

/// How far noise may move an item in the order, in codes of popularity (0 to 255).
const NOISE: f32 = 96.0;
/// How often an item is drawn for each place before a list stays short: a tiny catalogue has no hundred different items.
const DRAWS: usize = 4;
/// One in so many items of a list is one that the model does not know, where the catalogue holds any.
pub const COLD_ODDS: usize = 10;
/// The part of the items from the catalogue that are drawn evenly, and the power of its count by which others are.
const UNIFORM_SHARE: f32 = 0.5;
const POPULARITY_POWER: f64 = 0.75;

/// What the server knows: how popular items are, and their departments.
#[derive(Clone, Debug)]
pub struct Server {
    sampler: NegativeSampler,
    popularity: Vec<u8>,
    department_of: Vec<u16>,
    departments: Vec<Vec<ItemHandle>>,
    /// How many of the items the model knows; those of higher handles are new to it.
    known: usize,
}

impl Server {
    /// A server of the model's catalogue that draws items as `sampler` does.
    pub fn new(artifact: &Artifact, sampler: NegativeSampler) -> Self {
        let attributes = artifact.items.attributes();
        let department_of: Vec<u16> = attributes.iter().map(|item| item.department).collect();
        let mut departments = vec![Vec::new(); department_of.iter().max().map_or(0, |&most| usize::from(most) + 1)];
        for (item, &department) in department_of.iter().enumerate() {
            departments[usize::from(department)].push(item as ItemHandle);
        }
        let popularity = attributes.iter().map(|item| item.popularity).collect();
        Server { sampler, known: department_of.len(), popularity, department_of, departments }
    }

    /// The same with items that the model does not know, given by their departments: their handles follow those of the
    /// model. Every list has some, lest standing out as new tells the target.
    pub fn with_cold(mut self, departments: &[u16]) -> Self {
        for &department in departments {
            let item = self.department_of.len() as ItemHandle;
            self.department_of.push(department);
            if let Some(items) = self.departments.get_mut(usize::from(department)) {
                items.push(item);
            }
        }
        self
    }

    /// The same with a twin of every item that the model does not know, for training.
    pub fn with_twins(mut self) -> Self {
        self.department_of.extend_from_within(..self.known);
        self
    }

    /// Whether items have twins.
    pub fn has_twins(&self) -> bool {
        self.department_of.len() == 2 * self.known
    }

    /// The handle of an item's twin.
    pub fn twin(&self, item: ItemHandle) -> ItemHandle {
        item + self.known as ItemHandle
    }

    /// The item whose twin a handle names, if it names one.
    pub fn original(&self, item: ItemHandle) -> Option<ItemHandle> {
        item.checked_sub(self.known as ItemHandle)
    }

    /// The same by what the artifact alone tells ([`counts`]).
    pub fn of_artifact(artifact: &Artifact) -> Self {
        Server::new(artifact, NegativeSampler::new(&counts(artifact), UNIFORM_SHARE, POPULARITY_POWER))
    }

    /// A list of up to `length` different items with the server's scores, best first. The target is among them, even if it
    /// is [`NO_ITEM`](reshelf::reranker::NO_ITEM), an item that the model does not know.
    pub fn list(&self, target: ItemHandle, length: usize, random: &mut Rng) -> Vec<(ItemHandle, f32)> {
        let cold = self.department_of.len() - self.known;
        let mut items: Vec<ItemHandle> = vec![target];
        for _ in 0..DRAWS * length {
            let item = match self.like(target) {
                _ if cold > 0 && random.below(COLD_ODDS) == 0 => (self.known + random.below(cold)) as ItemHandle,
                Some(same) if random.below(2) == 0 => same[random.below(same.len())],
                _ => self.sampler.draw(random),
            };
            if items.len() < length && !items.contains(&item) {
                items.push(item);
            }
        }
        let popularity = |item: ItemHandle| self.popularity.get(item as usize).map_or(0.0, |&code| f32::from(code));
        let mut keyed: Vec<(ItemHandle, f32)> =
            items.into_iter().map(|item| (item, popularity(item) + random.signed() * NOISE)).collect();
        keyed.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        keyed
    }

    /// Items of the same department, if it is known.
    fn like(&self, item: ItemHandle) -> Option<&[ItemHandle]> {
        let department = *self.department_of.get(item as usize)?;
        (department != UNKNOWN_ATTRIBUTE).then(|| self.departments[usize::from(department)].as_slice())
    }
}

/// About how often training saw each item, at least once: the artifact's codes of popularity are logarithms of counts, and the rarest
/// item counts as seen once.
pub fn counts(artifact: &Artifact) -> Vec<u32> {
    /// More than any shop counts: a model without rare items must not make the numbers overflow.
    const LARGEST_COUNT: f64 = 1e9;
    let codes = || artifact.items.attributes().iter().map(|item| item.popularity);
    let rarest = codes().filter(|&code| code > 0).min().unwrap_or(u8::MAX);
    let most = (f64::from(u8::MAX) / f64::from(rarest) * core::f64::consts::LN_2).min(LARGEST_COUNT.ln());
    let count = |code: u8| (f64::from(code) / f64::from(u8::MAX) * most).exp_m1().round() as u32;
    codes().map(|code| count(code).max(1)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::reranker::NO_ITEM;
    use reshelf::synthetic;

    use super::*;

    #[test]
    fn a_list_holds_its_target_and_each_item_once() {
        let artifact = synthetic::artifact(500, 16, 3, 1).unwrap();
        let server = Server::of_artifact(&artifact);
        let mut random = Rng::new(1, "test");
        for target in [0, 7, 499, NO_ITEM] {
            let list = server.list(target, 100, &mut random);
            let mut items: Vec<ItemHandle> = list.iter().map(|(item, _)| *item).collect();
            assert!(list.is_sorted_by(|a, b| a.1 >= b.1));
            items.sort_unstable();
            items.dedup();
            assert_eq!(items.len(), 100);
            assert!(items.contains(&target));
            assert!(items.iter().all(|&item| item < 500 || item == target));
        }
        let cold = server.clone().with_cold(&[1; 20]).list(505, 100, &mut random);
        assert!(cold.iter().filter(|(item, _)| (500..520).contains(item)).count() > 1, "the target is not alone");
        let tiny = Server::of_artifact(&synthetic::artifact(5, 16, 3, 1).unwrap());
        assert_eq!(tiny.list(2, 100, &mut random).len(), 5);
    }

    #[test]
    fn targets_stand_where_their_popularity_puts_them() {
        let artifact = synthetic::artifact(500, 16, 3, 1).unwrap();
        let server = Server::of_artifact(&artifact);
        let mut random = Rng::new(1, "test");
        let mut mean_place = |target: ItemHandle| {
            let place = |_| server.list(target, 100, &mut random).iter().position(|(item, _)| *item == target).unwrap();
            (0..50).map(place).sum::<usize>() as f64 / 50.0
        };
        let code = |item: &usize| artifact.items.attributes()[*item].popularity;
        let (most, least) = ((0..500).max_by_key(code).unwrap(), (0..500).min_by_key(code).unwrap());
        assert!(mean_place(most as u32) + 30.0 < mean_place(least as u32));
    }
}
