//! Clusters of the items, by which a shopper's taste has a number that many share (docs/tokens.md).
//!
//! Spherical k-means over the table's vectors as the artifact holds them, each weighted by its popularity. It reads nothing
//! but what the artifact publishes anyway, so that the clusters tell no more of the log than that. The same artifact, number and
//! seed give the same clusters, however many threads there are: rows are compared one by one, and sums run in their order.

use core::fmt;
use core::str::FromStr;

use rayon::prelude::*;
use reshelf::artifact::{Artifact, ArtifactError, Clusters};
use reshelf::math::{normalize, round_ties_even};

use crate::rng::Rng;

/// Items that a cluster needs on average: a smaller catalogue gets fewer clusters.
const FEWEST_ITEMS: usize = 4;
/// Passes after which the clusters are taken as they are; most tables settle before.
const MOST_PASSES: usize = 50;
/// The logarithm of one more than the most frequent item's count, which the artifact does not keep: that of 10,000 events.
const LOG_OF_MOST: f32 = 9.2;
/// Sums that run beside each other in a product, so that it becomes vector instructions.
const LANES: usize = 8;
/// The largest magnitude of a code.
const LIMIT: f32 = 127.0;

/// How many clusters are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterCount(usize);

impl ClusterCount {
    /// Unless another number is asked for.
    pub const DEFAULT: usize = 32;
    /// Of fewer clusters a number tells next to nothing, and of more too little is left of it once it is randomised.
    const RANGE: core::ops::RangeInclusive<usize> = 16..=64;

    /// The number, 0 for none at all.
    pub fn get(self) -> usize {
        self.0
    }
}

impl Default for ClusterCount {
    fn default() -> Self {
        ClusterCount(Self::DEFAULT)
    }
}

impl FromStr for ClusterCount {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.parse().ok().filter(|count| *count == 0 || Self::RANGE.contains(count));
        count.map(ClusterCount).ok_or("16 to 64, or 0 for none, is needed")
    }
}

impl fmt::Display for ClusterCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The clusters of an artifact's items, the most popular first: as many as are asked for, fewer where the catalogue is small or
/// has fewer different vectors, `None` where not even two can be made.
///
/// Runs on rayon's current pool.
///
/// # Errors
/// None for an artifact that was read or packed.
pub fn of(artifact: &Artifact, count: ClusterCount, seed: u64) -> Result<Option<Clusters>, ArtifactError> {
    let dimension = artifact.items.dimension();
    let rows = Rows::of(artifact);
    let count = count.get().min(rows.weights.len() / FEWEST_ITEMS);
    let centres = if count < 2 { Vec::new() } else { rows.settled(rows.first_centres(count, seed)) };
    if centres.len() < 2 * dimension {
        return Ok(None);
    }
    Clusters::new(dimension, codes(&centres)).map(Some)
}

/// The vectors that have a direction, and how much each counts.
struct Rows {
    dimension: usize,
    vectors: Vec<f32>,
    weights: Vec<f64>,
}

/// The centre that a row is nearest to, and the cosine with it.
#[derive(Clone, Copy, PartialEq)]
struct Nearest {
    centre: usize,
    cosine: f32,
}

impl Rows {
    fn of(artifact: &Artifact) -> Self {
        let (items, dimension) = (&artifact.items, artifact.items.dimension());
        let (mut vectors, mut weights) = (Vec::new(), Vec::new());
        for (row, attributes) in items.attributes().iter().enumerate() {
            let mut vector = items.values(row);
            if normalize(&mut vector) > 0.0 {
                vectors.extend(vector);
                // Popularity is a logarithm; the root of the frequency counts, so that no few items make up all clusters.
                weights.push(f64::from((f32::from(attributes.popularity) / 255.0 * LOG_OF_MOST / 2.0).exp()));
            }
        }
        Rows { dimension, vectors, weights }
    }

    fn vector(&self, row: usize) -> &[f32] {
        &self.vectors[row * self.dimension..(row + 1) * self.dimension]
    }

    /// Draws rows that lie apart (Arthur and Vassilvitskii, "k-means++", SODA 2007): each by its weight times how far it is from
    /// those before. Fewer where no other row is left.
    fn first_centres(&self, count: usize, seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, "clusters");
        let mut far = vec![1.0f64; self.weights.len()];
        let mut centres: Vec<f32> = Vec::new();
        for _ in 0..count {
            let chances = far.iter().zip(&self.weights).map(|(far, weight)| far * weight);
            let mut left = f64::from(rng.unit()) * chances.clone().sum::<f64>();
            let mut drawn = None;
            for (row, chance) in chances.enumerate().filter(|(_, chance)| *chance > 0.0) {
                drawn = Some(row);
                left -= chance;
                if left < 0.0 {
                    break;
                }
            }
            let Some(row) = drawn else { break };
            let centre = self.vector(row);
            centres.extend(centre);
            far.par_iter_mut().enumerate().for_each(|(row, far)| {
                // What rounding leaves of a row's distance from itself is none.
                let apart = 1.0 - dot(self.vector(row), centre);
                *far = far.min(if apart > 1e-6 { f64::from(apart) } else { 0.0 });
            });
        }
        centres
    }

    /// Moves centres to the mean of the rows that are nearest to them until none changes; sorts them, the heaviest first.
    fn settled(&self, mut centres: Vec<f32>) -> Vec<f32> {
        let mut before: Vec<Nearest> = Vec::new();
        for _ in 0..MOST_PASSES {
            let mut nearest = self.nearest(&centres);
            self.fill_empty(&mut nearest, centres.len() / self.dimension);
            if nearest.iter().map(|row| row.centre).eq(before.iter().map(|row| row.centre)) {
                break;
            }
            self.mean(&nearest, &mut centres);
            before = nearest;
        }
        let mut weights = vec![0.0; centres.len() / self.dimension];
        before.iter().zip(&self.weights).for_each(|(row, weight)| weights[row.centre] += weight);
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
        order.iter().flat_map(|&at| centres[at * self.dimension..(at + 1) * self.dimension].iter().copied()).collect()
    }

    fn nearest(&self, centres: &[f32]) -> Vec<Nearest> {
        let of_row = |vector: &[f32]| {
            let cosines = centres.chunks_exact(self.dimension).map(|centre| dot(vector, centre)).enumerate();
            cosines.fold(Nearest { centre: 0, cosine: f32::NEG_INFINITY }, |best, (centre, cosine)| {
                if cosine > best.cosine { Nearest { centre, cosine } } else { best }
            })
        };
        self.vectors.par_chunks_exact(self.dimension).map(of_row).collect()
    }

    /// Gives a centre that lost all its rows the one that is worst off with its own, of a centre that has others.
    fn fill_empty(&self, nearest: &mut [Nearest], count: usize) {
        let mut rows_of = vec![0usize; count];
        nearest.iter().for_each(|row| rows_of[row.centre] += 1);
        while let Some(empty) = rows_of.iter().position(|rows| *rows == 0) {
            let cost = |row: usize| self.weights[row] * f64::from(1.0 - nearest[row].cosine);
            let rows = (0..nearest.len()).filter(|&row| rows_of[nearest[row].centre] > 1);
            // Of equals the first: `max_by` would take the last.
            let Some(worst) = rows.rev().max_by(|a, b| cost(*a).total_cmp(&cost(*b))) else { return };
            rows_of[nearest[worst].centre] -= 1;
            rows_of[empty] = 1;
            nearest[worst] = Nearest { centre: empty, cosine: 1.0 };
        }
    }

    /// The direction of each centre's rows together; a centre whose rows cancel each other out stays.
    fn mean(&self, nearest: &[Nearest], centres: &mut [f32]) {
        let mut sums = vec![0.0f64; centres.len()];
        for (row, (Nearest { centre, .. }, weight)) in nearest.iter().zip(&self.weights).enumerate() {
            let sums = &mut sums[centre * self.dimension..(centre + 1) * self.dimension];
            sums.iter_mut().zip(self.vector(row)).for_each(|(sum, value)| *sum += weight * f64::from(*value));
        }
        for (sums, centre) in sums.chunks_exact(self.dimension).zip(centres.chunks_exact_mut(self.dimension)) {
            let length = sums.iter().map(|sum| sum * sum).sum::<f64>().sqrt();
            if length > 0.0 {
                centre.iter_mut().zip(sums).for_each(|(value, sum)| *value = (sum / length) as f32);
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        (0..LANES).for_each(|lane| sums[lane] += a[lane] * b[lane]);
    }
    sums.iter().sum()
}

/// All centres in codes of one scale, which is the largest value's.
fn codes(centres: &[f32]) -> Vec<i8> {
    let largest = centres.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
    centres.iter().map(|value| round_ties_even(value / largest * LIMIT).clamp(-LIMIT, LIMIT) as i8).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::artifact::{Attributes, ItemTable};
    use reshelf::synthetic;

    use super::*;
    use crate::pool::pool;

    /// Items around so many directions, each group as popular as it is told.
    fn grouped(groups: usize, each: usize, popularity: impl Fn(usize) -> u8) -> Artifact {
        let mut rng = Rng::new(3, "groups");
        let directions: Vec<f32> = (0..groups * 32).map(|_| rng.signed()).collect();
        let (mut vectors, mut attributes) = (Vec::new(), Vec::new());
        for item in 0..groups * each {
            let group = item % groups;
            let mut vector: Vec<f32> = directions[group * 32..(group + 1) * 32].to_vec();
            vector.iter_mut().for_each(|value| *value += 0.1 * rng.signed());
            normalize(&mut vector);
            vectors.extend(vector);
            attributes.push(Attributes { popularity: popularity(group), ..Attributes::default() });
        }
        let other = synthetic::exact(&synthetic::artifact(groups * each, 32, 2, 1).unwrap()).unwrap();
        Artifact { items: ItemTable::exact(32, vectors, attributes).unwrap(), ..other }
    }

    fn clusters(artifact: &Artifact, count: usize, seed: u64) -> Clusters {
        of(artifact, ClusterCount(count), seed).unwrap().unwrap()
    }

    /// The cluster of each item.
    fn members(artifact: &Artifact, clusters: &Clusters) -> Vec<usize> {
        let centres: Vec<f32> = clusters.codes().iter().map(|&code| f32::from(code)).collect();
        Rows::of(artifact).nearest(&centres).iter().map(|row| row.centre).collect()
    }

    #[test]
    fn groups_are_found_and_the_most_popular_comes_first() {
        let artifact = grouped(20, 30, |group| if group == 13 { 255 } else { 100 });
        for seed in 0..4 {
            let found = clusters(&artifact, 20, seed);
            assert_eq!((found.count(), found.codes().iter().map(|code| code.unsigned_abs()).max()), (20, Some(127)));
            let members = members(&artifact, &found);
            let first: Vec<usize> = (0..600).filter(|&item| members[item] == 0).collect();
            assert!(!first.is_empty() && first.iter().all(|item| item % 20 == 13), "the group that counts most");
            let split = (0..600).filter(|&item| members[item] != members[item % 20]).count();
            // Seeding may put two centres into one group; then some group has none.
            assert!(split <= 60, "{split} items of seed {seed} are not with their group");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_clusters_whatever_the_threads() {
        let artifact = synthetic::artifact(900, 64, 3, 8).unwrap();
        let run = |threads: usize, seed| pool(threads).unwrap().install(|| clusters(&artifact, 32, seed));
        let one = run(1, 5);
        assert_eq!(one.count(), 32);
        assert_eq!((run(2, 5), run(7, 5)), (one.clone(), one.clone()));
        assert_ne!(run(2, 6), one);
        let used: std::collections::BTreeSet<usize> = members(&artifact, &one).into_iter().collect();
        assert!(used.len() >= 31, "all but perhaps one lost to rounding: {}", used.len());
    }

    #[test]
    fn centres_that_lose_their_rows_get_others() {
        let rows = Rows { dimension: 8, vectors: [[0.0; 8]; 3].concat(), weights: vec![1.0, 1.0, 4.0] };
        let at = |centre, cosine| Nearest { centre, cosine };
        let mut nearest = vec![at(1, 0.5), at(1, 0.4), at(1, 0.9)];
        rows.fill_empty(&mut nearest, 3);
        assert_eq!(nearest.iter().map(|row| row.centre).collect::<Vec<_>>(), [2, 0, 1]);
        rows.fill_empty(&mut nearest, 5);
        assert_eq!(nearest.iter().map(|row| row.centre).collect::<Vec<_>>(), [2, 0, 1], "nobody has a row to spare");
    }

    #[test]
    fn small_and_uniform_catalogues_get_fewer_or_none() {
        let made =
            |artifact: &Artifact, asked| of(artifact, ClusterCount(asked), 1).unwrap().map(|found| found.count());
        assert_eq!(made(&synthetic::artifact(50, 16, 2, 1).unwrap(), 32), Some(12));
        assert_eq!(made(&synthetic::artifact(7, 16, 2, 1).unwrap(), 32), None);
        assert_eq!(made(&synthetic::artifact(0, 16, 2, 1).unwrap(), 32), None);
        assert_eq!(made(&synthetic::artifact(400, 16, 2, 1).unwrap(), 0), None);
        let alike = |directions: usize| {
            let vectors = (0..200).flat_map(|item| (0..16).map(move |at| f32::from(at == item % directions))).collect();
            let other = synthetic::exact(&synthetic::artifact(200, 16, 2, 1).unwrap()).unwrap();
            Artifact { items: ItemTable::exact(16, vectors, vec![Attributes::default(); 200]).unwrap(), ..other }
        };
        assert_eq!(made(&alike(1), 16), None, "all items have one vector");
        assert_eq!(made(&alike(3), 16), Some(3));
    }

    #[test]
    fn numbers_of_clusters_are_16_to_64_or_none() {
        for (text, count) in
            [("0", Some(0)), ("16", Some(16)), ("64", Some(64)), ("15", None), ("65", None), ("x", None)]
        {
            assert_eq!(text.parse::<ClusterCount>().ok().map(ClusterCount::get), count, "{text}");
        }
    }
}
