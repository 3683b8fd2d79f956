//! How a shopper moves between the shop's lists, and what of a list catches the eye.

use super::{Event, Kind, List, Memory, Visit};
use crate::lists::lies_under;
use crate::rng::{WeightedIndex, logistic};
use crate::tables::{BRANCHES, CATEGORIES};

/// The chance to look one slot further down a list.
const NEXT_SLOT: f64 = 0.972;
/// The chance to pass over a slot without a glance.
const OVERLOOK: f64 = 0.12;
/// How many places of a list, from its top, the log tells of when they come before the eyes.
const PLACES_TOLD: usize = 12;

impl Visit<'_> {
    /// The first page. False when the shopper is gone again after it.
    pub(crate) fn arrive(&mut self, last: Option<&Memory>) -> bool {
        if let Some(Memory { intent, seen, .. }) = last
            && self.rng.chance(0.45)
        {
            // Back for the same thing, often straight to what was seen.
            self.intent = intent.clone();
            self.open_leaf();
            if let Some(&item) = seen.first()
                && self.rng.chance(0.5)
            {
                return self.browse_from(item);
            }
            return true;
        }
        let door = self.rng.unit();
        if door < 0.34 {
            // From a search engine or an advertisement straight to a product.
            self.open_leaf();
            let item = self.landing();
            self.view(item);
            return !self.rng.chance(0.3) && self.browse_on(item);
        }
        if door < 0.52 {
            self.list.clone_from(&self.world.lists.home);
            self.list_name = List::Home;
        } else if door < 0.7 {
            self.open_branch();
        } else {
            self.open_wanted();
        }
        true
    }

    /// Asks the shop for what is wanted, or goes to its category by the menu.
    pub(crate) fn open_wanted(&mut self) {
        if self.rng.chance(0.35) { self.search() } else { self.open_leaf() }
    }

    /// A product of the wanted category, by fame and fit.
    fn landing(&mut self) -> u32 {
        let leaf = &self.world.lists.leaf[self.intent.leaf];
        let weights: Vec<f64> = leaf
            .iter()
            .map(|&item| (0.3 + self.world.appeal[item as usize].sqrt()) * logistic(self.fit(item)))
            .collect();
        let at = WeightedIndex::new(weights).sample(self.rng);
        leaf.get(at).copied().unwrap_or(0)
    }

    pub(crate) fn open_leaf(&mut self) {
        self.cursor = 0;
        self.list.clone_from(&self.world.lists.leaf[self.intent.leaf]);
        self.list_name = List::Leaf(self.intent.leaf as u8);
        // Some narrow the page down with a filter: the colour, or the brand.
        let (products, intent) = (self.world.products, &self.intent);
        if let Some(family) = intent.family
            && self.rng.chance(0.3)
        {
            self.list.retain(|&item| products[item as usize].family() == family);
        } else if let Some(brand) = intent.brand
            && self.rng.chance(0.5)
        {
            self.list.retain(|&item| products[item as usize].brand == brand);
        }
    }

    fn open_branch(&mut self) {
        self.cursor = 0;
        let path = CATEGORIES[self.intent.leaf].path;
        let above: Vec<usize> = (0..BRANCHES.len()).filter(|&branch| lies_under(path, BRANCHES[branch].path)).collect();
        let branch = *self.rng.pick(&above);
        self.list.clone_from(&self.world.lists.branch[branch]);
        self.list_name = List::Branch(branch as u8);
    }

    /// The list bored: the plain category page, a search, the department, or another thought.
    pub(crate) fn change_list(&mut self) {
        let turn = self.rng.unit();
        if turn < 0.5 {
            self.open_wanted();
        } else if turn < 0.7 {
            self.open_branch();
        } else {
            self.intent = self.intent.drift(self.rng, self.world.leaves, self.taste);
            self.open_wanted();
        }
    }

    /// Looks down the list from where the eye was, and says what was clicked, if anything.
    pub(crate) fn scan(&mut self) -> Option<u32> {
        while self.cursor < self.list.len() {
            let (item, place) = (self.list[self.cursor], self.cursor);
            self.cursor += 1;
            if self.glance(item, self.list_name, place) {
                return Some(item);
            }
            if !self.rng.chance(NEXT_SLOT) {
                return None;
            }
        }
        None
    }

    /// Whether a product that comes before the eyes is clicked.
    fn glance(&mut self, item: u32, list: List, place: usize) -> bool {
        if place < PLACES_TOLD {
            let shown = Some((list, place as u8));
            self.events.push(Event { shown, ..Event::new(self.session, item, self.now, Kind::Impression) });
        }
        self.pause(250, 900);
        if self.rng.chance(OVERLOOK) || self.seen.contains(&item) {
            return false;
        }
        let fit = self.fit(item);
        let clicked = self.rng.chance(logistic(1.35 * fit));
        if !clicked {
            self.consider_saying_no(item, fit);
        }
        clicked
    }

    /// What is clicked of "you may also like".
    pub(crate) fn companion(&mut self, item: u32) -> Option<u32> {
        let also = &self.world.lists.also[item as usize];
        for (place, &other) in also.iter().enumerate() {
            if self.glance(other, List::Also, place) {
                return Some(other);
            }
            if !self.rng.chance(0.9) {
                return None;
            }
        }
        None
    }

    /// The best of the last few things seen, other than the one on the screen: comparing.
    pub(crate) fn favourite(&mut self, item: u32) -> Option<u32> {
        let mut best: Option<(f64, u32)> = None;
        for &other in self.seen.iter().rev().filter(|&&other| other != item).take(5) {
            let liking = self.fit(other) + 0.6 * self.rng.noise();
            if best.is_none_or(|(most, _)| liking > most) {
                best = Some((liking, other));
            }
        }
        best.map(|(_, other)| other)
    }
}
