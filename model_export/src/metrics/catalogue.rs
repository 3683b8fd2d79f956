//! What a whole set of recommendation lists does to the catalogue.

/// Catalogue coverage: the part of the catalogue that was recommended to anybody. Ge, Delgado-Battenfeld and Jannach,
/// "Beyond accuracy: evaluating recommender systems by coverage and serendipity", RecSys 2010.
///
/// Items are numbered 0..catalogue. Takes one byte per item.
#[derive(Clone, Debug)]
pub struct Coverage {
    shown: Vec<bool>,
    count: usize,
}

impl Coverage {
    /// Starts with nothing shown of a catalogue of that many items.
    pub fn new(catalogue: usize) -> Self {
        Self { shown: vec![false; catalogue], count: 0 }
    }

    /// Marks the first `k` items of a list as shown. Numbers outside the catalogue are ignored.
    pub fn add(&mut self, ranked: &[u32], k: usize) {
        for &item in ranked.iter().take(k) {
            if let Some(shown) = self.shown.get_mut(item as usize) {
                self.count += usize::from(!*shown);
                *shown = true;
            }
        }
    }

    /// How many different items were shown.
    pub fn shown(&self) -> usize {
        self.count
    }

    /// Shown / catalogue; 0 for an empty catalogue.
    pub fn share(&self) -> f64 {
        if self.shown.is_empty() { 0.0 } else { self.count as f64 / self.shown.len() as f64 }
    }
}

/// Popularity bias: are the recommended items more popular than the ones that people then choose?
///
/// The popularity of an item is `ln(1 + n)`, n being how often training saw it. The bias is the mean popularity of the
/// recommended items minus the mean popularity of the targets, in nats. 0: as popular as what people choose; above:
/// towards best-sellers (0.69 is about twice as popular); below: towards the long tail. This is the "popularity lift" of
/// Abdollahpouri, Mansoury, Burke and Mobasher, "The connection between popularity bias, calibration, and fairness in
/// recommendation", RecSys 2020, on logarithms so that one best-seller does not outweigh a hundred others; the mean
/// popularity of the recommended items alone is the ARP of Yin, Cui, Li, Yao and Chen, "Challenging the long tail
/// recommendation", VLDB 2012, likewise on logarithms.
#[derive(Clone, Debug, Default)]
pub struct PopularityBias {
    recommended: Sum,
    targets: Sum,
}

#[derive(Clone, Debug, Default)]
struct Sum {
    total: f64,
    count: usize,
}

impl PopularityBias {
    /// The popularity of an item that training saw `count` times: `ln(1 + count)`, in nats.
    pub fn popularity(count: u64) -> f64 {
        libm::log1p(count as f64)
    }

    /// Adds the popularities of the items of one list (those within k) and of what was chosen instead or among them.
    pub fn add(&mut self, recommended: impl IntoIterator<Item = f64>, targets: impl IntoIterator<Item = f64>) {
        self.recommended.extend(recommended);
        self.targets.extend(targets);
    }

    /// Mean popularity of the recommended items, in nats (ARP on logarithms); 0 when there were none.
    pub fn recommended(&self) -> f64 {
        self.recommended.mean()
    }

    /// Mean popularity of the targets, in nats; 0 when there were none.
    pub fn targets(&self) -> f64 {
        self.targets.mean()
    }

    /// [`Self::recommended`] minus [`Self::targets`], in nats. Any sign.
    pub fn bias(&self) -> f64 {
        self.recommended() - self.targets()
    }
}

impl Sum {
    fn extend(&mut self, values: impl IntoIterator<Item = f64>) {
        for value in values {
            self.total += value;
            self.count += 1;
        }
    }

    fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.total / self.count as f64 }
    }
}
