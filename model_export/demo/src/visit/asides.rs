//! What a shopper does beside turning to items: asks the shop for something, says what is not wanted, sends back.

use super::{Event, Kind, List, Memory, Query, Visit};
use crate::rng::logistic;
use crate::shopper::Intent;
use crate::tables::{CATEGORIES, COLOURS, named};

/// The chance that what hardly suits is called so, of all that is seen and not clicked.
const SAY_NO: f64 = 0.001_5;
/// What is called so suits less than this, in logits.
const HARDLY_SUITS: f64 = -4.0;
/// The chance that someone who has bought comes to send something back.
const SEND_BACK: f64 = 0.2;

impl Visit<'_> {
    /// Types what is wanted: the thing, often its shape and a colour. The shop finds what is called so, by popularity, those of
    /// the colour's family first.
    pub(crate) fn search(&mut self) {
        let leaf = self.intent.leaf;
        let shape = self.intent.shape.filter(|_| self.rng.chance(0.7));
        let colour = self.intent.family.filter(|_| self.rng.chance(0.5)).map(|family| {
            let names = &CATEGORIES[leaf].colours;
            let of_family: Vec<u8> = names
                .iter()
                .map(|name| named(name))
                .filter(|&colour| COLOURS[colour].family == family)
                .map(|colour| colour as u8)
                .collect();
            if of_family.is_empty() { named(names[0]) as u8 } else { *self.rng.pick(&of_family) }
        });
        self.pause(2_000, 9_000);
        let query = Some(Query { leaf: leaf as u8, shape, colour });
        self.events.push(Event { query, ..Event::new(self.session, 0, self.now, Kind::Search) });
        self.pause(400, 1_200);

        let products = self.world.products;
        let named_so = |item: &u32| shape.is_none_or(|shape| products[*item as usize].shape == shape);
        let family = colour.map(|colour| COLOURS[usize::from(colour)].family);
        let (first, rest): (Vec<u32>, Vec<u32>) = self.world.lists.leaf[leaf]
            .iter()
            .copied()
            .filter(named_so)
            .partition(|&item| family.is_none_or(|family| products[item as usize].family() == family));
        self.list = [first, rest].concat();
        self.list_name = List::Found;
        self.cursor = 0;
    }

    /// What was seen and hardly suits is now and then called so, and not shown interest in again.
    pub(crate) fn consider_saying_no(&mut self, item: u32, fit: f64) {
        if fit < HARDLY_SUITS && !self.spurned.contains(&item) && self.rng.chance(SAY_NO) {
            self.put(Kind::Dislike, item, 0);
            self.spurned.push(item);
            self.pause(800, 2_500);
        }
    }

    /// Who has bought may come to send the thing back that suits least, and look for another of its kind. Whether they do.
    pub(crate) fn send_back(&mut self, last: &Memory) -> bool {
        if last.bought.is_empty() || !self.rng.chance(SEND_BACK) {
            return false;
        }
        let regret = |&item: &u32| logistic(self.fit(item));
        let least = last.bought.iter().copied().min_by(|a, b| regret(a).total_cmp(&regret(b)));
        let Some(item) = least else { return false };
        self.put(Kind::Return, item, 0);
        self.spurned.push(item);
        self.pause(20_000, 90_000);
        if self.rng.chance(0.7) {
            let leaf = self.world.products[item as usize].category;
            self.intent = Intent::for_leaf(self.rng, leaf, self.taste);
        }
        true
    }
}
