//! What the session itself shows: which items were seen, carted or bought, and a leaning towards categories, brands and
//! prices.

use super::log::place;
use super::{EventId, HORIZON, Logged};
use crate::catalogue::ItemHandle;
use alloc::vec::Vec;
use reshelf_artifact::{Attributes, EventKind, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};
use reshelf_kernels::math::Lookup;

/// What this session did with one item.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Events since the newest one with this item; 0 for the newest event's item.
    pub ago: u16,
    /// How many events it had.
    pub count: u16,
    /// In the cart now, as far as the events say.
    pub carted: bool,
    /// Bought in this session.
    pub purchased: bool,
    /// Sent back, and not bought again since.
    pub returned: bool,
    /// Said not to be wanted, and not viewed since.
    pub disliked: bool,
    /// Seconds that its page was looked at.
    pub dwell: f32,
    /// Came straight after an earlier event with the newest event's item.
    pub followed_newest: bool,
    settled: bool,
    /// Whether an event newer than the one now noted was a view, a cart or the like: what the shopper wants counts from the newest.
    wanted: bool,
}

/// What a leaning is towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Leaning {
    /// A whole category path.
    Category = 0,
    /// The first step of the path.
    Department = 1,
    /// A brand.
    Brand = 2,
}

/// An attribute by which a shopper may ask for no more: what a muted "item" is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Muted {
    Category(u16),
    Department(u16),
    Brand(u16),
}

impl Muted {
    fn covers(self, attributes: &Attributes) -> bool {
        match self {
            Muted::Category(number) => attributes.category == number,
            Muted::Department(number) => attributes.department == number,
            Muted::Brand(number) => attributes.brand == number,
        }
    }
}

/// The session's own items and leanings.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    lookup: Lookup,
    /// Each item, newest first: what was done with it, and where its newest event stands in the session.
    seen: Vec<(Seen, u64, ItemHandle)>,
    events: usize,
    /// The newest event's item, and where the event after the one now noted stands in `seen`.
    newest: Option<ItemHandle>,
    after: usize,
    categories: Vec<(u16, f32)>,
    departments: Vec<(u16, f32)>,
    brands: Vec<(u16, f32)>,
    muted: Vec<Muted>,
    price: f32,
    price_weight: f32,
    weight: f32,
}

impl Profile {
    pub(super) fn reset(&mut self) {
        self.lookup.reset(HORIZON);
        self.seen.clear();
        (self.events, self.newest, self.after) = (0, None, 0);
        self.categories.clear();
        self.departments.clear();
        self.brands.clear();
        self.muted.clear();
        (self.price, self.price_weight, self.weight) = (0.0, 0.0, 0.0);
    }

    /// Notes an event, known item or not; events come newest first, `ago` counts them.
    pub(super) fn note(&mut self, logged: &Logged, ago: usize) {
        let event = &logged.event;
        let Some((position, new)) = self.lookup.insert(event.item) else { return };
        if new {
            let seen = Seen { ago: ago.min(HORIZON) as u16, ..Seen::default() };
            self.seen.push((seen, place(logged.id), event.item));
        }
        if self.events > 0 && self.newest == Some(event.item) {
            self.seen[self.after].0.followed_newest = true;
        }
        self.newest.get_or_insert(event.item);
        (self.events, self.after) = (self.events + 1, position);
        let seen = &mut self.seen[position].0;
        seen.count += 1;
        match event.kind {
            // Newest first: the first of these three to come up is the newest, and settles what is in the cart.
            EventKind::Cart if !seen.settled => (seen.carted, seen.settled) = (true, true),
            EventKind::Remove => seen.settled = true,
            EventKind::Purchase => {
                (seen.purchased, seen.settled) = (true, true);
                seen.wanted = true;
            }
            EventKind::Return => seen.returned |= !seen.purchased,
            EventKind::Dislike => seen.disliked |= !seen.wanted,
            _ => {}
        }
        seen.wanted |= !matches!(event.kind, EventKind::Return | EventKind::Dislike | EventKind::Remove);
    }

    /// Notes for how long the page of an item was looked at, which has been noted.
    pub(super) fn note_dwell(&mut self, item: ItemHandle, seconds: f32) {
        if let Some(position) = self.lookup.find(item) {
            self.seen[position].0.dwell += seconds;
        }
    }

    /// Notes that the shopper asked for no more of what has this number, if it is known.
    pub(super) fn mute(&mut self, attribute: fn(u16) -> Muted, number: u16) {
        if number != UNKNOWN_ATTRIBUTE {
            self.muted.push(attribute(number));
        }
    }

    /// Whether the shopper asked for no more items like this one.
    #[inline]
    pub fn is_muted(&self, attributes: &Attributes) -> bool {
        self.muted.iter().any(|muted| muted.covers(attributes))
    }

    /// Adds the attributes of a known item with the event's weight.
    pub(super) fn lean(&mut self, attributes: &Attributes, weight: f32) {
        self.weight += weight;
        add(&mut self.categories, attributes.category, weight);
        add(&mut self.departments, attributes.department, weight);
        add(&mut self.brands, attributes.brand, weight);
        if attributes.price != UNKNOWN_PRICE {
            self.price += f32::from(attributes.price) * weight;
            self.price_weight += weight;
        }
    }

    /// The items of the newest [`HORIZON`] events, newest first, known to the model or not.
    pub fn items(&self) -> impl Iterator<Item = ItemHandle> + '_ {
        self.seen.iter().map(|(.., item)| *item)
    }

    /// What this session did with an item, if anything.
    #[inline]
    pub fn seen(&self, item: ItemHandle) -> Option<Seen> {
        self.lookup.find(item).map(|position| self.seen[position].0)
    }

    /// Whether anything was done with an item after this event.
    pub(super) fn touched_after(&self, item: ItemHandle, id: EventId) -> bool {
        self.lookup.find(item).is_some_and(|position| self.seen[position].1 > place(id))
    }

    /// The share (0 to 1) of the events that came back to an item seen before.
    pub fn repeat_share(&self) -> f32 {
        if self.events == 0 { 0.0 } else { 1.0 - self.seen.len() as f32 / self.events as f32 }
    }

    /// Whether the newest event came back to an item seen before.
    pub fn newest_repeats(&self) -> bool {
        self.seen.first().is_some_and(|(seen, ..)| seen.count > 1)
    }

    /// The share (0 to 1) of the session's weight that lies in an item's category, department and brand.
    #[inline]
    pub fn affinity(&self, attributes: &Attributes) -> [f32; 3] {
        if self.weight <= 0.0 {
            return [0.0; 3];
        }
        [
            share(&self.categories, attributes.category) / self.weight,
            share(&self.departments, attributes.department) / self.weight,
            share(&self.brands, attributes.brand) / self.weight,
        ]
    }

    /// What the session leans towards, in the order in which it was first met: attribute numbers and the weight of each.
    pub fn leanings(&self) -> impl Iterator<Item = (Leaning, u16, f32)> + '_ {
        let lists = [
            (Leaning::Category, &self.categories),
            (Leaning::Department, &self.departments),
            (Leaning::Brand, &self.brands),
        ];
        lists
            .into_iter()
            .flat_map(|(leaning, list)| list.iter().map(move |&(number, weight)| (leaning, number, weight)))
    }

    /// The mean price of what the session looks at, in codes of a 32nd of a standard deviation ([`Attributes::price`]), and the
    /// weight that it rests on; `None` where no price is known.
    pub fn price(&self) -> Option<(f32, f32)> {
        (self.price_weight > 0.0).then(|| (self.price / self.price_weight, self.price_weight))
    }

    /// The weight of all events with a known item.
    pub fn weight(&self) -> f32 {
        self.weight
    }

    /// How near an item's price is to what the session looks at: 1 for the same, towards 0 far away or unknown.
    #[inline]
    pub fn price_fit(&self, attributes: &Attributes) -> f32 {
        if attributes.price == UNKNOWN_PRICE || self.price_weight <= 0.0 {
            return 0.0;
        }
        let gap = (f32::from(attributes.price) - self.price / self.price_weight).abs();
        // 32 codes are a standard deviation.
        1.0 / (1.0 + gap / 32.0)
    }
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        let items = |profile: &Self| profile.seen.iter().map(|(seen, ..)| *seen).collect::<Vec<_>>();
        items(self) == items(other)
            && self.events == other.events
            && self.categories == other.categories
            && self.departments == other.departments
            && self.brands == other.brands
            && self.muted == other.muted
            && (self.price, self.price_weight, self.weight) == (other.price, other.price_weight, other.weight)
    }
}

fn add(list: &mut Vec<(u16, f32)>, value: u16, weight: f32) {
    if value == UNKNOWN_ATTRIBUTE {
        return;
    }
    match list.iter_mut().find(|(known, _)| *known == value) {
        Some((_, sum)) => *sum += weight,
        None => list.push((value, weight)),
    }
}

fn share(list: &[(u16, f32)], value: u16) -> f32 {
    list.iter().find(|(known, _)| *known == value).map_or(0.0, |(_, sum)| *sum)
}
