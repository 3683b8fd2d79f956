//! What a shopper keeps: wish list, cart, purchase.

use super::super::dice::logistic;
use super::super::simulator::Kind;
use super::Visit;

impl Visit<'_> {
    /// Wish list or cart, for what suits well.
    pub(super) fn consider(&mut self, item: u32) {
        if self.cart.iter().any(|&(other, _)| other == item) {
            return;
        }
        let again = self.seen.last() != Some(&item);
        let fit = self.fit(item) + if again { 0.9 } else { 0.0 };
        if self.dice.chance(0.24 * logistic(fit - 1.6)) {
            let several = ["mugs", "bowls", "glasses", "socks", "candles", "notebooks"];
            let slug = self.world.products[item as usize].category().slug;
            let quantity =
                if several.contains(&slug) && self.dice.chance(0.45) { self.dice.between(2, 6) as u8 } else { 1 };
            self.put(Kind::Cart, item, quantity);
            self.cart.push((item, quantity));
            self.pause(2_500, 14_000);
        } else if self.dice.chance(0.05 * logistic(fit)) {
            self.put(Kind::Wish, item, 0);
            self.pause(1_500, 6_000);
        }
    }

    /// At the till, or out of the door.
    pub(super) fn leave(&mut self) {
        // Of two things of one kind in the cart the lesser one mostly goes back.
        let mut at = 0;
        while at < self.cart.len() {
            let (item, quantity) = self.cart[at];
            let leaf = self.world.products[item as usize].category;
            let fit = self.fit(item);
            let better = self.cart.iter().any(|&(other, _)| {
                other != item && self.world.products[other as usize].category == leaf && self.fit(other) > fit
            });
            if self.dice.chance(if better { 0.6 } else { 0.04 }) {
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
        if self.dice.chance(0.75 * logistic(best + 0.3)) {
            self.pause(40_000, 180_000);
            for (item, quantity) in std::mem::take(&mut self.cart) {
                self.put(Kind::Purchase, item, quantity);
            }
        }
    }
}
