//! Who is shown, and how much: the exposure that orders of lists give to items and to groups of them, summed up by session.

use super::bands::Bands;
use super::fields::{Numbers, texts};
use crate::data::{CandidateLists, Catalogue, Ids};
use crate::measure::{Clusters, Resamples};
use crate::replay::RankedStep;
use crate::server::counts;
use reshelf::artifact::Artifact;

/// So many of the largest groups are told apart; all others are one.
pub(super) const MOST_GROUPS: usize = 20;
/// The part of what training saw that the head is made of.
const HEAD: f64 = 0.8;

/// Whose exposure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Model,
    Server,
    /// What an order would give in which the target stands first and all others have the same chance of every other place.
    Expected,
}

/// Columns of a session as a whole: of each [`Who`], all exposure and that of the long tail; then of each group.
const OF_WHO: usize = 2;
const WHO: usize = 3;

/// The groups of all items by one field.
pub(super) struct Groups {
    /// The group of each item: of the model's by handle, then of the lists' own numbering. The last one holds all others.
    of: Vec<u32>,
    /// The names; `None` for items of which the field says nothing.
    pub names: Vec<Option<String>>,
    /// The groups that are one.
    pub others: usize,
    /// The part of the model's items in each; empty of a field that only the lists tell, which say nothing of items that none holds.
    pub items: Vec<f64>,
    /// Every group apart, for each item.
    apart: Vec<u32>,
    /// How many groups there are, with that of no value.
    count: usize,
    /// Whether any item has no value.
    has_none: bool,
}

impl Groups {
    /// The groups by a column of the catalogue, or of the lists. `None` where nobody says anything.
    pub fn of(
        artifact: &Artifact,
        catalogue: Option<&Catalogue>,
        lists: Option<&CandidateLists>,
        field: &str,
    ) -> Option<Groups> {
        let known = (0..artifact.vocabulary.len() as u32).map(|item| artifact.vocabulary.id(item).unwrap_or_default());
        let known = Ids::Text(known.collect());
        let is_listed = texts(catalogue, field, &known).is_none();
        let said = |ids: &Ids| if is_listed { listed(lists?, field, ids) } else { texts(catalogue, field, ids) };
        let (own, outside) = (said(&known)?, lists.and_then(|lists| said(&lists.item_ids)).unwrap_or_default());
        let bands = Bands::of(field, &own, &outside);
        let mut numbers = Numbers::default();
        // Numbered from the lowest up.
        bands.iter().flat_map(|bands| &bands.names).for_each(|name| _ = numbers.of(name));
        let mut number = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            numbers.of(bands.as_ref().map_or(Some(text), |bands| bands.name(text)).unwrap_or_default())
        };
        let own: Vec<u32> = own.iter().map(&mut number).collect();
        let outside: Vec<u32> = outside.iter().map(&mut number).collect();
        let count = numbers.names.len() + 1;
        let mut sizes = vec![0_usize; count];
        own.iter().for_each(|&group| sizes[group as usize] += 1);
        let has_none = outside.contains(&0) || (!is_listed && own.contains(&0));
        let mut largest: Vec<usize> = (usize::from(!has_none)..count).collect();
        match bands {
            // In their own order, whoever says nothing last.
            Some(_) => largest.sort_by_key(|&group| (group == 0, group)),
            None => largest.sort_by_key(|&group| (std::cmp::Reverse(sizes[group]), group)),
        }
        let others = largest.split_off(MOST_GROUPS.min(largest.len()));
        let mut place = vec![largest.len() as u32; count];
        largest.iter().zip(0..).for_each(|(&group, at)| place[group] = at);
        let share =
            |groups: &[usize]| groups.iter().map(|&group| sizes[group]).sum::<usize>() as f64 / own.len().max(1) as f64;
        let name = |&group: &usize| group.checked_sub(1).map(|at| numbers.names[at].clone());
        let mut items: Vec<f64> = largest.iter().map(|&group| share(&[group])).collect();
        let mut names: Vec<Option<String>> = largest.iter().map(name).collect();
        if is_listed {
            items.clear();
        }
        if !others.is_empty() {
            if !is_listed {
                items.push(share(&others));
            }
            names.push(Some(format!("{} others", others.len())));
        }
        let apart: Vec<u32> = own.into_iter().chain(outside).collect();
        let of = apart.iter().map(|&group| place[group as usize]).collect();
        Some(Groups { of, names, others: others.len(), items, apart, count, has_none })
    }
}

/// What the lists' own file says of items: the first row that says anything.
fn listed(lists: &CandidateLists, field: &str, ids: &Ids) -> Option<Vec<Option<String>>> {
    let column = lists.columns.get(field)?;
    let mut said: Vec<Option<String>> = vec![None; lists.item_ids.len()];
    for (&item, value) in lists.items.iter().zip(column) {
        let slot = &mut said[item as usize];
        *slot = slot.take().or_else(|| value.clone());
    }
    Some((0..ids.len()).map(|index| said[lists.item_ids.position(&ids.text(index))?].clone()).collect())
}

/// Exposure as it is summed up.
pub(super) struct Exposures {
    pub groups: Groups,
    pub k: usize,
    clusters: Clusters,
    session: Option<usize>,
    /// Of each item of the model: by the model, and by the server.
    pub items: [Vec<f64>; 2],
    /// Of every group apart, likewise.
    apart: [Vec<f64>; 2],
    is_tail: Vec<bool>,
    pub has_server: bool,
}

impl Exposures {
    pub fn new(groups: Groups, artifact: &Artifact, k: usize) -> Self {
        let items = vec![0.0; artifact.items.len()];
        let apart = vec![0.0; groups.count];
        Exposures {
            clusters: Clusters::new(WHO * (OF_WHO + groups.names.len())),
            k,
            session: None,
            items: [items.clone(), items],
            apart: [apart.clone(), apart],
            is_tail: tail(&counts(artifact)),
            has_server: false,
            groups,
        }
    }

    /// How many items are the head.
    pub fn head(&self) -> usize {
        self.is_tail.iter().filter(|is_tail| !**is_tail).count()
    }

    /// Adds one list.
    pub fn add(&mut self, step: &RankedStep<'_>) {
        let groups = self.groups.names.len();
        let row = if self.session == Some(step.session) { self.clusters.last() } else { self.clusters.push() };
        self.session = Some(step.session);
        let mut add = |who: Who, item: u32, exposure: f64| {
            let own = &mut row[who as usize * (OF_WHO + groups)..][..OF_WHO + groups];
            own[0] += exposure as f32;
            // What the model does not know was seen by nobody in training.
            own[1] += if self.is_tail.get(item as usize).copied().unwrap_or(true) { exposure as f32 } else { 0.0 };
            own[OF_WHO + self.groups.of.get(item as usize).map_or(groups - 1, |&group| group as usize)] +=
                exposure as f32;
        };
        let mut total = 0.0;
        for (who, order) in [(Who::Model, Some(step.items)), (Who::Server, step.server)] {
            let Some(order) = order else { continue };
            self.has_server |= who == Who::Server;
            for (place, &item) in order.iter().take(self.k).enumerate() {
                let exposure = 1.0 / libm::log2(place as f64 + 2.0);
                add(who, item, exposure);
                total += if who == Who::Model { exposure } else { 0.0 };
                if let Some(sum) = self.items[who as usize].get_mut(item as usize) {
                    *sum += exposure;
                }
                if let Some(&group) = self.groups.apart.get(item as usize) {
                    self.apart[who as usize][group as usize] += exposure;
                }
            }
        }
        // An order that knows the target and nothing else: it comes first, and the rest is shared out evenly.
        let target = step.target.filter(|target| step.server.is_none_or(|server| server.contains(target)));
        let first = if target.is_some() { 1.0_f64.min(total) } else { 0.0 };
        target.iter().for_each(|&target| add(Who::Expected, target, first));
        match step.server {
            Some(server) => {
                let rest = (total - first) / (server.len() - usize::from(target.is_some())).max(1) as f64;
                server.iter().filter(|item| Some(**item) != target).for_each(|&item| add(Who::Expected, item, rest));
            }
            None => {
                let own = &mut row[Who::Expected as usize * (OF_WHO + groups)..][..OF_WHO + groups];
                own[0] += (total - first) as f32;
                let tail =
                    self.is_tail.iter().filter(|is_tail| **is_tail).count() as f64 / self.is_tail.len().max(1) as f64;
                own[1] += ((total - first) * tail) as f32;
                for (sum, share) in own[OF_WHO..].iter_mut().zip(&self.groups.items) {
                    *sum += ((total - first) * share) as f32;
                }
            }
        }
    }

    /// Random draws of the sessions. Runs on rayon's current pool.
    pub fn resample(&self, seed: u64) -> Resamples {
        self.clusters.resample(seed)
    }

    /// The part of all exposure that a group has; `None` where there is none at all.
    pub fn share(&self, totals: &[f64], who: Who, group: usize) -> Option<f64> {
        self.part(totals, who, OF_WHO + group)
    }

    /// The part of all exposure that the long tail has.
    pub fn tail_share(&self, totals: &[f64], who: Who) -> Option<f64> {
        self.part(totals, who, 1)
    }

    /// The exposure of every group apart, that of no value only where an item has none.
    pub fn apart(&self, who: Who) -> &[f64] {
        &self.apart[who as usize][usize::from(!self.groups.has_none)..]
    }

    fn part(&self, totals: &[f64], who: Who, column: usize) -> Option<f64> {
        let own = &totals[who as usize * (OF_WHO + self.groups.names.len())..];
        (own[0] > 0.0).then(|| own[column] / own[0])
    }
}

/// Which items are not of the head: the most frequent ones that have [`HEAD`] of all that training saw.
fn tail(counts: &[u32]) -> Vec<bool> {
    let all: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|&item| (std::cmp::Reverse(counts[item]), item));
    let (mut is_tail, mut sum) = (vec![true; counts.len()], 0.0);
    for item in order {
        if sum >= HEAD * all {
            break;
        }
        is_tail[item] = false;
        sum += f64::from(counts[item]);
    }
    is_tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_has_most_of_what_was_seen() {
        assert_eq!(tail(&[1, 8, 1]), [true, false, true]);
        assert_eq!(tail(&[5, 4, 1]), [false, false, true]);
        assert_eq!(tail(&[]), [false; 0]);
    }
}
