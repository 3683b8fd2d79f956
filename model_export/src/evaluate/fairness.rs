//! Fairness of exposure: what share of it groups of items have, in the model's lists and in the server's, and whom the model moves up
//! or down.

use serde::Serialize;

use super::exposure::{Exposures, Who};
use crate::measure::{Estimate, Resamples};
use crate::metrics::gini;

/// Exposure by one field. An item at place p has 1 / log2(p + 1) of it, within k.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fairness {
    /// The field.
    pub field: String,
    /// How many places of a list are looked at.
    pub k: usize,
    /// The largest groups by their items, and all others as one.
    pub groups: Vec<GroupExposure>,
    /// How many groups the last of them holds; 0 where each is told.
    pub others: usize,
    /// How unequal the exposure of the model's items is: 0 where all have the same.
    pub gini_items: Pair<f64>,
    /// How unequal that of the groups is, those without a value one of them.
    pub gini_groups: Pair<f64>,
    /// The part of exposure that items beyond the head have.
    pub long_tail: Pair<Estimate>,
    /// The most frequent items that have 80 % of what training saw are the head: how many.
    pub head_items: usize,
    /// Squared distance of the groups' shares from those expected: Diaz et al., CIKM 2020, their loss, by groups.
    pub expected_loss: Pair<Estimate>,
}

/// The same of the model's order and, where there is one, of the server's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Pair<T> {
    pub model: T,
    pub server: Option<T>,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupExposure {
    /// The value of the field; null for items without one.
    pub name: Option<String>,
    /// The part of the model's items in it; null of a field that only the lists tell.
    pub items: Option<f64>,
    /// The part of exposure that it would have, were each target first and all else even.
    pub expected: Estimate,
    /// The part of exposure in the model's lists.
    pub model: Estimate,
    /// The same in the server's.
    pub server: Option<Estimate>,
    /// The model's part over that of items; null where there is none.
    pub over_items: Option<Estimate>,
    /// The model's part over the server's, minus 1, within each draw of sessions.
    pub over_server: Option<Estimate>,
    /// Where the model moves it against the server's order; null where the interval of the shares' difference holds 0.
    pub moved: Option<Moved>,
}

/// Which way a group is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Moved {
    Up,
    Down,
}

impl Fairness {
    /// Turns summed exposure into shares with intervals. `None` where nothing was shown. Runs on rayon's current pool.
    pub(super) fn new(field: &str, sums: &Exposures, seed: u64) -> Option<Self> {
        let resamples = sums.resample(seed);
        let all = 0..sums.groups.names.len();
        let loss = |totals: &[f64], who| {
            let square = |group| {
                let apart = sums.share(totals, who, group)? - sums.share(totals, Who::Expected, group)?;
                Some(apart * apart)
            };
            all.clone().map(square).sum::<Option<f64>>()
        };
        Some(Self {
            field: field.to_owned(),
            k: sums.k,
            groups: all.clone().map(|group| of_group(sums, &resamples, group)).collect::<Option<_>>()?,
            others: sums.groups.others,
            gini_items: pair(sums, |who| Some(gini(&sums.items[who as usize])))?,
            gini_groups: pair(sums, |who| Some(gini(sums.apart(who))))?,
            long_tail: pair(sums, |who| resamples.estimate(|totals| sums.tail_share(totals, who)))?,
            head_items: sums.head(),
            expected_loss: pair(sums, |who| resamples.estimate(|totals| loss(totals, who)))?,
        })
    }
}

fn pair<T>(sums: &Exposures, of: impl Fn(Who) -> Option<T>) -> Option<Pair<T>> {
    Some(Pair { model: of(Who::Model)?, server: if sums.has_server { Some(of(Who::Server)?) } else { None } })
}

fn of_group(sums: &Exposures, resamples: &Resamples, group: usize) -> Option<GroupExposure> {
    let share = |who| resamples.estimate(|totals| sums.share(totals, who, group));
    let items = sums.groups.items.get(group).copied();
    let over_server = resamples.estimate(|totals| {
        let server = sums.share(totals, Who::Server, group).filter(|server| *server > 0.0)?;
        Some(sums.share(totals, Who::Model, group)? / server - 1.0)
    });
    // By the difference of shares: a ratio has no value in draws in which the server shows none of the group.
    let moved_by = resamples.estimate(|totals| {
        let server = sums.has_server.then(|| sums.share(totals, Who::Server, group))??;
        Some(sums.share(totals, Who::Model, group)? - server)
    });
    let model = share(Who::Model)?;
    Some(GroupExposure {
        name: sums.groups.names[group].clone(),
        items,
        expected: share(Who::Expected)?,
        model,
        server: share(Who::Server),
        over_items: items.filter(|items| *items > 0.0).map(|items| model.times(1.0 / items)),
        over_server,
        moved: moved_by.and_then(|change| match (change.low, change.high) {
            (Some(low), _) if low > 0.0 => Some(Moved::Up),
            (_, Some(high)) if high < 0.0 => Some(Moved::Down),
            _ => None,
        }),
    })
}
