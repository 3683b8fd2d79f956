//! One session: a shopper looks through lists from the top, clicks what suits, reads, compares, follows "you may also
//! like", comes back to what was seen, changes their mind, fills a cart, buys or leaves. May use `catalogue`, `lists`,
//! `shopper`, `rng` and `tables`.
//!
//! `row` is a row of the log; `pages` says how one moves between lists and what of them catches the eye, `asides` what a
//! shopper says and asks for besides.

mod asides;
mod pages;
mod row;

use crate::catalogue::Product;
use crate::lists::Lists;
use crate::rng::{Rng, WeightedIndex, logistic};
use crate::shopper::{Intent, Taste, fit};
pub(crate) use row::{Event, Kind, List, Query};

/// From this many views on, most shoppers have had enough; the median of a long-tailed draw.
const PATIENCE: f64 = 9.0;
/// The longest session of a person, in views.
const MOST_VIEWS: usize = 120;
/// How much worse what was sent back or not wanted suits from then on, in logits.
const SPURNED: f64 = 6.0;
/// One page in so many is left in a way that no browser tells of, so that its dwell is not known.
const UNTOLD_DWELL: f64 = 0.1;

/// The shop as it stands on the day.
pub(crate) struct World<'a> {
    pub(crate) products: &'a [Product],
    pub(crate) lists: &'a Lists,
    /// Each product's fame today.
    pub(crate) appeal: &'a [f64],
    /// Categories by how many come for them.
    pub(crate) leaves: &'a WeightedIndex,
}

/// What the shopper does after reading a page.
enum Next {
    BackToList,
    Companion,
    Revisit,
    Drift,
    Leave,
}

/// A session under way.
pub(crate) struct Visit<'a> {
    rng: &'a mut Rng,
    world: &'a World<'a>,
    taste: &'a Taste,
    intent: Intent,
    session: u32,
    now: i64,
    events: &'a mut Vec<Event>,
    /// What was looked at, in order, each once.
    seen: Vec<u32>,
    /// What was sent back, or said not to be wanted.
    spurned: Vec<u32>,
    cart: Vec<(u32, u8)>,
    views: usize,
    patience: usize,
    /// Salt of this session's moods.
    salt: u64,
    list: Vec<u32>,
    list_name: List,
    cursor: usize,
}

/// What a person brings along from their last visit.
#[derive(Clone)]
pub(crate) struct Memory {
    /// What they were after.
    pub(crate) intent: Intent,
    /// What they saw last, the newest first.
    pub(crate) seen: Vec<u32>,
    /// What they have bought and kept.
    pub(crate) bought: Vec<u32>,
}

impl<'a> Visit<'a> {
    /// A shopper at the door.
    pub(crate) fn new(
        rng: &'a mut Rng,
        world: &'a World<'a>,
        taste: &'a Taste,
        session: u32,
        start: i64,
        events: &'a mut Vec<Event>,
    ) -> Self {
        let intent = Intent::draw(rng, world.leaves, taste);
        let patience = (rng.long_tail(PATIENCE) as usize).clamp(1, MOST_VIEWS);
        let salt = rng.bits();
        Self {
            rng,
            world,
            taste,
            intent,
            session,
            now: start,
            events,
            seen: Vec::new(),
            spurned: Vec::new(),
            cart: Vec::new(),
            views: 0,
            patience,
            salt,
            list: Vec::new(),
            list_name: List::default(),
            cursor: 0,
        }
    }

    /// What the shopper was after when they left.
    pub(crate) fn into_intent(self) -> Intent {
        self.intent
    }

    /// Plays the session. `last` is what the same person brings along.
    pub(crate) fn play(&mut self, last: Option<&Memory>) {
        let sent_back = last.is_some_and(|last| self.send_back(last));
        if !self.arrive(last.filter(|_| !sent_back)) {
            return;
        }
        let mut dull = 0;
        while self.views < self.patience && dull < 3 {
            match self.scan() {
                Some(item) => {
                    dull = 0;
                    if !self.browse_from(item) {
                        break;
                    }
                }
                None => {
                    dull += 1;
                    self.change_list();
                }
            }
        }
        // Nobody leaves the log without a trace: whoever found nothing took a look at the first thing.
        if self.views == 0 {
            let item = self.list.first().copied().unwrap_or(0);
            self.view(item);
        }
        self.leave();
    }

    /// Opens a product page and goes on from it; false when the shopper leaves the shop.
    fn browse_from(&mut self, item: u32) -> bool {
        self.view(item);
        self.browse_on(item)
    }

    /// Goes on from a page that has been opened; false when the shopper leaves the shop.
    fn browse_on(&mut self, mut item: u32) -> bool {
        loop {
            self.consider(item);
            if self.views >= self.patience {
                return false;
            }
            match self.next_step(item) {
                Next::BackToList => {
                    if self.list.is_empty() || self.rng.chance(0.15) {
                        self.open_leaf();
                    }
                    return true;
                }
                Next::Companion => match self.companion(item) {
                    Some(other) => item = other,
                    None => return true,
                },
                Next::Revisit => match self.favourite(item) {
                    Some(other) => item = other,
                    None => return true,
                },
                Next::Drift => {
                    self.intent = self.intent.drift(self.rng, self.world.leaves, self.taste);
                    self.open_wanted();
                    return true;
                }
                Next::Leave => return false,
            }
            self.view(item);
        }
    }

    fn next_step(&mut self, item: u32) -> Next {
        // A good find keeps one near it, a bad one sends one back to the list.
        let liking = logistic(self.fit(item));
        let turn = self.rng.unit();
        if turn < 0.05 {
            Next::Leave
        } else if turn < 0.13 + 0.26 * liking {
            Next::Companion
        } else if self.seen.len() >= 2 && turn < 0.33 + 0.2 * liking {
            Next::Revisit
        } else if turn > 0.94 {
            Next::Drift
        } else {
            Next::BackToList
        }
    }

    /// How well a product suits, with this session's mood.
    fn fit(&self, item: u32) -> f64 {
        let mut mood = Rng::new(self.salt ^ u64::from(item), "mood");
        let product = &self.world.products[item as usize];
        let appeal = self.world.appeal[item as usize];
        let spurned = if self.spurned.contains(&item) { SPURNED } else { 0.0 };
        fit(product, self.taste, &self.intent, appeal, 0.5 * mood.noise()) - spurned
    }

    fn view(&mut self, item: u32) {
        // Reading time grows with liking: 6 to 30 seconds at the median, before the next click.
        let median = 6_000.0 + 24_000.0 * logistic(self.fit(item));
        let reading = self.rng.long_tail(median) as i64;
        let untold = self.rng.chance(UNTOLD_DWELL);
        let dwell = if untold { 0 } else { reading as u32 };
        self.events.push(Event { dwell, ..Event::new(self.session, item, self.now, Kind::View) });
        self.views += 1;
        if !self.seen.contains(&item) {
            self.seen.push(item);
        }
        self.now += reading + 900;
    }

    fn put(&mut self, kind: Kind, item: u32, quantity: u8) {
        self.events.push(Event { quantity, ..Event::new(self.session, item, self.now, kind) });
    }

    fn pause(&mut self, least: i64, most: i64) {
        self.now += self.rng.between(least, most);
    }

    /// Wish list or cart, for what suits well.
    fn consider(&mut self, item: u32) {
        if self.cart.iter().any(|&(other, _)| other == item) {
            return;
        }
        let again = self.seen.last() != Some(&item);
        let fit = self.fit(item) + if again { 0.9 } else { 0.0 };
        if self.rng.chance(0.24 * logistic(fit - 1.6)) {
            let several = self.world.products[item as usize].category().bought_in_several;
            let quantity = if several && self.rng.chance(0.45) { self.rng.between(2, 6) as u8 } else { 1 };
            self.put(Kind::Cart, item, quantity);
            self.cart.push((item, quantity));
            self.pause(2_500, 14_000);
        } else if self.rng.chance(0.05 * logistic(fit)) {
            self.put(Kind::Wish, item, 0);
            self.pause(1_500, 6_000);
        }
    }

    /// At the till, or out of the door.
    fn leave(&mut self) {
        // Of two things of one kind in the cart the lesser one mostly goes back.
        let mut at = 0;
        while at < self.cart.len() {
            let (item, quantity) = self.cart[at];
            let leaf = self.world.products[item as usize].category;
            let fit = self.fit(item);
            let better = self.cart.iter().any(|&(other, _)| {
                other != item && self.world.products[other as usize].category == leaf && self.fit(other) > fit
            });
            if self.rng.chance(if better { 0.6 } else { 0.04 }) {
                self.put(Kind::Remove, item, quantity);
                self.cart.remove(at);
                self.pause(3_000, 15_000);
            } else {
                at += 1;
            }
        }
        if self.cart.is_empty() {
            return;
        }
        let best = self.cart.iter().map(|&(item, _)| self.fit(item)).fold(-9.0, f64::max);
        if self.rng.chance(0.75 * logistic(best + 0.3)) {
            self.pause(40_000, 180_000);
            for (item, quantity) in std::mem::take(&mut self.cart) {
                self.put(Kind::Purchase, item, quantity);
            }
        }
    }
}
