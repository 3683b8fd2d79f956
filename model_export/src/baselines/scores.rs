//! Sums for some of many things: dense in memory, cleared by what was touched.

/// One score for each of many things, most of which have none. Scores that are added are above 0.
#[derive(Clone, Debug)]
pub struct Scores {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    /// No scores yet for `count` things.
    pub fn new(count: usize) -> Self {
        Scores { values: vec![0.0; count], touched: Vec::new() }
    }

    /// Adds to the score of a thing.
    pub fn add(&mut self, thing: u32, score: f32) {
        let value = &mut self.values[thing as usize];
        if *value == 0.0 {
            self.touched.push(thing);
        }
        *value += score;
    }

    /// The score of a thing, 0 where it has none.
    pub fn of(&self, thing: u32) -> f32 {
        self.values[thing as usize]
    }

    /// Changes every score that there is.
    pub fn change(&mut self, change: impl Fn(u32, f32) -> f32) {
        for &thing in &self.touched {
            let value = &mut self.values[thing as usize];
            *value = change(thing, *value);
        }
    }

    /// The things that have a score, in the order in which they got it.
    pub fn touched(&self) -> &[u32] {
        &self.touched
    }

    /// Forgets all scores.
    pub fn clear(&mut self) {
        self.touched.drain(..).for_each(|thing| self.values[thing as usize] = 0.0);
    }

    /// Takes the `most` things of the highest scores, best first, the lower number first where scores are equal; forgets
    /// all scores.
    pub fn take_best(&mut self, most: usize) -> Vec<u32> {
        self.take_best_scored(most).into_iter().map(|(thing, _)| thing).collect()
    }

    /// The same with their scores.
    pub fn take_best_scored(&mut self, most: usize) -> Vec<(u32, f32)> {
        let mut best = core::mem::take(&mut self.touched);
        let better = |a: &u32, b: &u32| self.values[*b as usize].total_cmp(&self.values[*a as usize]).then(a.cmp(b));
        let mut all = Vec::new();
        if best.len() > most {
            all.clone_from(&best);
            best.select_nth_unstable_by(most, better);
            best.truncate(most);
        }
        best.sort_unstable_by(better);
        let scored = best.iter().map(|&thing| (thing, self.of(thing))).collect();
        all.iter().chain(&best).for_each(|&thing| self.values[thing as usize] = 0.0);
        scored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_nothing_is_left_behind() {
        let mut scores = Scores::new(6);
        for (thing, score) in [(4, 1.0), (2, 3.0), (5, 1.0), (2, 1.0), (0, 2.0)] {
            scores.add(thing, score);
        }
        assert_eq!(scores.touched(), [4, 2, 5, 0]);
        assert_eq!(scores.take_best(3), [2, 0, 4]);
        assert!((0..6).all(|thing| scores.of(thing) == 0.0) && scores.touched().is_empty());
        scores.add(1, 1.0);
        scores.change(|_, score| score * 2.0);
        assert_eq!(scores.of(1), 2.0);
        assert_eq!(scores.take_best(3), [1]);
        scores.add(1, 1.0);
        scores.clear();
        assert!(scores.take_best(3).is_empty());
    }
}
