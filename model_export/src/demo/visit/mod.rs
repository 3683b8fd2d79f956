//! One session: a shopper looks through lists from the top, clicks what suits, reads, compares, follows "you may also
//! like", comes back to what was seen, changes their mind, fills a cart, buys or leaves.

mod pages;
mod till;

use super::catalogue::Product;
use super::dice::{Dice, Wheel, logistic};
use super::lists::Lists;
use super::shopper::{Intent, Taste, fit};
use super::simulator::{Event, Kind};

/// From this many views on, most shoppers have had enough; the median of a long-tailed draw.
const PATIENCE: f64 = 9.0;
/// The longest session of a person, in views.
const MOST_VIEWS: usize = 120;

/// The shop as it stands on the day.
pub(super) struct World<'a> {
    pub(super) products: &'a [Product],
    pub(super) lists: &'a Lists,
    /// Each product's fame today.
    pub(super) appeal: &'a [f64],
    /// Categories by how many come for them.
    pub(super) leaves: &'a Wheel,
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
pub(super) struct Visit<'a> {
    dice: &'a mut Dice,
    world: &'a World<'a>,
    taste: &'a Taste,
    intent: Intent,
    session: u32,
    now: i64,
    events: &'a mut Vec<Event>,
    /// What was looked at, in order, each once.
    seen: Vec<u32>,
    cart: Vec<(u32, u8)>,
    views: usize,
    patience: usize,
    /// Salt of this session's moods.
    salt: u64,
    list: Vec<u32>,
    cursor: usize,
}

impl<'a> Visit<'a> {
    /// A shopper at the door.
    pub(super) fn new(
        dice: &'a mut Dice,
        world: &'a World<'a>,
        taste: &'a Taste,
        session: u32,
        start: i64,
        events: &'a mut Vec<Event>,
    ) -> Self {
        let intent = Intent::draw(dice, world.leaves, taste);
        let patience = (dice.long_tail(PATIENCE) as usize).clamp(1, MOST_VIEWS);
        let salt = dice.bits();
        Self {
            dice,
            world,
            taste,
            intent,
            session,
            now: start,
            events,
            seen: Vec::new(),
            cart: Vec::new(),
            views: 0,
            patience,
            salt,
            list: Vec::new(),
            cursor: 0,
        }
    }

    /// What the shopper was after when they left.
    pub(super) fn into_intent(self) -> Intent {
        self.intent
    }

    /// Plays the session. `last` is what the same person was after the last time, and what they saw.
    pub(super) fn play(&mut self, last: Option<&(Intent, Vec<u32>)>) {
        if !self.arrive(last) {
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
                    if self.list.is_empty() || self.dice.chance(0.15) {
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
                    self.intent = self.intent.drift(self.dice, self.world.leaves, self.taste);
                    self.open_leaf();
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
        let turn = self.dice.unit();
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
        let mut mood = Dice::new(self.salt ^ u64::from(item), "mood");
        let product = &self.world.products[item as usize];
        let appeal = self.world.appeal[item as usize];
        fit(product, self.taste, &self.intent, appeal, 0.5 * mood.noise())
    }

    fn view(&mut self, item: u32) {
        self.put(Kind::View, item, 0);
        self.views += 1;
        if !self.seen.contains(&item) {
            self.seen.push(item);
        }
        // Reading time grows with liking: 6 to 30 seconds at the median, before the next click.
        let median = 6_000.0 + 24_000.0 * logistic(self.fit(item));
        self.now += self.dice.long_tail(median) as i64 + 900;
    }

    fn put(&mut self, kind: Kind, item: u32, quantity: u8) {
        self.events.push(Event { session: self.session, item, at: self.now, kind, user: None, quantity });
    }

    fn pause(&mut self, least: i64, most: i64) {
        self.now += self.dice.between(least, most);
    }
}
