//! Item vectors for the decayed state, trained with `burn`.
//!
//! The state before an event is the sum of the L2-normalised vectors of the events before it, weighted by position and
//! kind, and normalised again; the next item's vector should have the largest cosine with it. The loss is a sampled
//! softmax at temperature 0.07 over negatives that the whole batch shares, part uniform, part by popularity, corrected by
//! their sampling probability (Bengio and Senécal 2008; the positive is always there and is not corrected).
//!
//! With a catalogue, an item's vector is the sum of its own and of its tokens' vectors, over the square root of their number.
//! Now and then a batch leaves out an item's own, so that tokens alone learn to place an item: one that is new has nothing
//! else; and half of the time some of its tokens, since of a new item little may be said. The sum is linear, so that it needs
//! no part in the graph: rows are added up before and their gradients handed on.
//!
//! A history holds no event that too few sessions pair with the target; an example of which nothing is left is none.
//!
//! How much an event weighs besides is learned in [`super::event_weights`].
//!
//! Only the rows that a batch touches take part in its graph, so that a step costs the same whatever the catalogue's size.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::adam::Adam;
use super::checkpoint::floats;
use super::corpus::{Corpus, NO_DWELL};
use super::event_weights::{EventWeights, Learner, WeightsAdam};
use super::pairs::Supported;
use super::tokens::{Kept, Tokens};
use crate::rng::{NegativeSampler, Rng};

/// How vectors are trained.
#[derive(Clone, Copy, Debug)]
pub struct VectorOptions {
    /// Numbers a vector; a multiple of 16.
    pub dimension: usize,
    /// How many events back the state looks.
    pub window: usize,
    /// Examples a step.
    pub batch: usize,
    /// Negatives that the examples of a step share.
    pub negatives: usize,
    /// The share of negatives that is drawn uniformly; the rest by a power of popularity.
    pub uniform_share: f32,
    /// That power.
    pub popularity_power: f64,
    /// Divides cosines.
    pub temperature: f32,
    /// Probability that an event of an example's history is left out.
    pub dropout: f32,
    /// Adam's step size: large, since vectors are normalised and only their direction counts. On the validation part of a
    /// public log 0.03 reached in two passes what 0.004 reached in twelve.
    pub learning_rate: f32,
    /// Whether kinds of events weigh what was learned, and not all the same.
    pub learn_kinds: bool,
    /// Most examples of a pass, so that a log of any length trains in hours: a pass over more draws them anew.
    pub most_examples: usize,
}

impl Default for VectorOptions {
    fn default() -> Self {
        VectorOptions {
            dimension: 64,
            window: 16,
            batch: 1024,
            negatives: 2048,
            uniform_share: 0.5,
            popularity_power: 0.75,
            temperature: 0.07,
            dropout: 0.1,
            learning_rate: 0.03,
            learn_kinds: true,
            // Some three minutes a pass on two cores.
            most_examples: 4_000_000,
        }
    }
}

/// Probability that a batch leaves out an item's own vector and goes by its tokens alone.
const TOKENS_ALONE: f32 = 0.1;
/// Probability that it then loses some of its tokens as well: any share of them, so that items of which only one thing is
/// known are met, too.
const TOKENS_LOST: f32 = 0.5;
/// How long an item's own vector is at first, beside its tokens': items that are seldom seen stay near their kind.
const OWN_START: f32 = 0.3;

/// A logit that no softmax gives any weight.
const NEVER: f32 = -1e4;

/// Trained vectors and the weights of the state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Vectors {
    /// Numbers a vector.
    pub dimension: usize,
    /// `items x dimension`, not normalised, the tokens' part included.
    #[serde(with = "floats")]
    pub table: Vec<f32>,
    /// `tokens x dimension`; empty without a catalogue.
    #[serde(with = "floats")]
    pub tokens: Vec<f32>,
    /// Weight of the event that `r` others followed.
    pub recency: Vec<f32>,
    /// What an event weighs besides, by its kind and by how long the item was looked at.
    pub events: EventWeights,
}

/// Training between two passes: all that the next one starts from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Training {
    /// What has been learned so far, the table without the tokens' part.
    vectors: Vectors,
    table_adam: Adam,
    tokens_adam: Adam,
    recency_adam: Adam,
    events_adam: WeightsAdam,
    random: Rng,
}

impl Training {
    /// Random vectors.
    pub fn start(corpus: &Corpus, tokens: Option<&Tokens>, options: &VectorOptions, seed: u64) -> Self {
        let mut random = Rng::new(seed, "vectors");
        let size = corpus.items() * options.dimension;
        let own = if tokens.is_some() { OWN_START } else { 1.0 };
        let vectors = Vectors {
            dimension: options.dimension,
            table: (0..size).map(|_| own * random.signed()).collect(),
            tokens: (0..tokens.map_or(0, Tokens::len) * options.dimension).map(|_| random.signed()).collect(),
            // A gentle decay to start from.
            recency: (0..options.window).map(|ago| 1.0 / (1.0 + ago as f32)).collect(),
            events: EventWeights::start(),
        };
        Self::with_optimiser(vectors, options, seed)
    }

    /// Given vectors and a new optimiser.
    pub fn resume(mut vectors: Vectors, tokens: Option<&Tokens>, options: &VectorOptions, seed: u64) -> Self {
        add_tokens(&mut vectors, tokens, -1.0);
        Self::with_optimiser(vectors, options, seed)
    }

    /// What has been learned so far.
    pub fn vectors(&self, tokens: Option<&Tokens>) -> Vectors {
        let mut vectors = self.vectors.clone();
        add_tokens(&mut vectors, tokens, 1.0);
        vectors
    }

    fn with_optimiser(vectors: Vectors, options: &VectorOptions, seed: u64) -> Self {
        Training {
            tokens_adam: Adam::new(vectors.tokens.len(), options.dimension),
            table_adam: Adam::new(vectors.table.len(), options.dimension),
            recency_adam: Adam::new(options.window, 1),
            events_adam: WeightsAdam::new(),
            random: Rng::new(seed, "batches"),
            vectors,
        }
    }
}

/// A pass in progress.
pub struct VectorTrainer<'a> {
    options: VectorOptions,
    corpus: &'a Corpus,
    supported: &'a Supported,
    tokens: Option<&'a Tokens>,
    training: Training,
    weights: Learner,
    sampler: NegativeSampler,
    /// Where an item stands in the batch's own table; `u32::MAX` elsewhere.
    local: Vec<u32>,
    device: Device,
}

/// One batch, as flat columns.
#[derive(Default)]
struct Batch {
    /// Items of the batch's own table.
    rows: Vec<u32>,
    /// Which of these go by their tokens alone.
    alone: Vec<bool>,
    /// And by which of their tokens each of them goes.
    kept: Vec<Kept>,
    /// `examples x window`: rows of the history, newest first (row 0 where there is none).
    history: Vec<i32>,
    /// `examples x window`: 1 where there is an event.
    present: Vec<f32>,
    /// `examples x window`: the kind of each event.
    kinds: Vec<i32>,
    /// `examples x window`: the band of each event's dwell.
    dwells: Vec<i32>,
    /// `examples`.
    targets: Vec<i32>,
    /// `negatives`.
    negatives: Vec<i32>,
    /// `examples x negatives`: what is added to the logits.
    corrections: Vec<f32>,
}

impl<'a> VectorTrainer<'a> {
    /// Goes on with a training on the pairs of this corpus that enough sessions hold.
    pub fn new(
        corpus: &'a Corpus,
        supported: &'a Supported,
        tokens: Option<&'a Tokens>,
        options: VectorOptions,
        training: Training,
        device: &Device,
    ) -> Self {
        VectorTrainer {
            sampler: NegativeSampler::new(&corpus.counts(), options.uniform_share, options.popularity_power),
            local: vec![u32::MAX; corpus.items_and_texts()],
            weights: Learner::new(corpus, options.learn_kinds),
            device: device.clone().autodiff(),
            options,
            corpus,
            supported,
            tokens,
            training,
        }
    }

    /// What the next pass starts from.
    pub fn into_training(self) -> Training {
        self.training
    }

    /// One pass over the corpus: an event after the first of its session is an example with the probability of its
    /// session's weight, so that recent sessions count more. `rate` scales the step size; `report` hears the share done.
    ///
    /// Returns the mean loss; `None` when it is not finite (the vectors are then not to be used).
    pub fn pass(&mut self, rate: f32, report: &mut dyn FnMut(f32)) -> Option<f32> {
        let mut examples: Vec<u32> = (0..self.corpus.sequence().len())
            .filter(|&position| {
                let keep = self.training.random.unit() < self.corpus.weight_at(position);
                let may = self.corpus.is_event(position) && position > self.corpus.session_at(position).start;
                keep && may && self.supported.any(position)
            })
            .map(|position| position as u32)
            .collect();
        self.training.random.shuffle(&mut examples);
        examples.truncate(self.options.most_examples);
        let (mut batch, mut loss, total) = (Batch::default(), 0.0f64, examples.len());
        for (step, positions) in examples.chunks(self.options.batch).enumerate() {
            self.fill(&mut batch, positions);
            let value = self.step(&batch, positions.len(), rate);
            if !value.is_finite() {
                return None;
            }
            loss += f64::from(value) * positions.len() as f64;
            report((step * self.options.batch + positions.len()) as f32 / total as f32);
        }
        Some((loss / total.max(1) as f64) as f32)
    }

    fn fill(&mut self, batch: &mut Batch, positions: &[u32]) {
        let window = self.options.window;
        for list in [&mut batch.history, &mut batch.kinds, &mut batch.dwells, &mut batch.targets, &mut batch.negatives]
        {
            list.clear();
        }
        batch.rows.clear();
        batch.present.clear();
        let (rows, local) = (&mut batch.rows, &mut self.local);
        let mut row_of = |item: u32| {
            let row = &mut local[item as usize];
            if *row == u32::MAX {
                *row = rows.len() as u32;
                rows.push(item);
            }
            *row as i32
        };
        for &position in positions {
            let position = position as usize;
            let start = self.corpus.session_at(position).start;
            batch.targets.push(row_of(self.corpus.sequence()[position]));
            let mut empty = true;
            for ago in 0..window {
                let at = position.checked_sub(ago + 1).filter(|&at| at >= start && self.supported.holds(position, ago));
                let dropped = ago > 0 && self.training.random.unit() < self.options.dropout;
                // The newest event that counts always stays: a history must not be empty.
                let at = at.filter(|_| empty || !dropped);
                empty &= at.is_none();
                batch.history.push(at.map_or(0, |at| row_of(self.corpus.sequence()[at])));
                batch.kinds.push(at.map_or(0, |at| self.corpus.kinds()[at] as i32));
                batch.dwells.push(at.map_or(NO_DWELL, |at| self.corpus.dwell_at(at)).into());
                batch.present.push(if at.is_some() { 1.0 } else { 0.0 });
            }
        }
        let drawn: Vec<u32> =
            (0..self.options.negatives).map(|_| self.sampler.draw(&mut self.training.random)).collect();
        batch.negatives.extend(drawn.iter().map(|&item| row_of(item)));
        let count = self.options.negatives as f32;
        let expected: Vec<f32> = drawn.iter().map(|&item| -(count * self.sampler.probability(item)).ln()).collect();
        batch.corrections.clear();
        for &target in &batch.targets {
            let logits = batch.negatives.iter().zip(&expected);
            batch.corrections.extend(logits.map(|(&row, &expected)| if row == target { NEVER } else { expected }));
        }
        for &item in &batch.rows {
            self.local[item as usize] = u32::MAX;
        }
        batch.alone.clear();
        batch.kept.clear();
        if let Some(tokens) = self.tokens {
            let random = &mut self.training.random;
            for &item in &batch.rows {
                let is_text = item as usize >= self.corpus.items();
                let described = tokens.of(item as usize).len();
                let as_new = !is_text && described > 0 && random.unit() < TOKENS_ALONE;
                let loses = as_new && random.unit() < TOKENS_LOST;
                batch.alone.push(is_text || as_new);
                batch.kept.push(if loses { Kept::some(described, random.unit(), random) } else { Kept::ALL });
            }
        }
    }

    /// The vectors of a batch's items.
    fn gather(&self, batch: &Batch) -> Vec<f32> {
        let dimension = self.options.dimension;
        let mut rows = Vec::with_capacity(batch.rows.len() * dimension);
        for (row, &item) in batch.rows.iter().enumerate() {
            if batch.alone.get(row) == Some(&true) {
                rows.resize(rows.len() + dimension, 0.0);
            } else {
                rows.extend_from_slice(&self.training.vectors.table[item as usize * dimension..][..dimension]);
            }
            if let Some(tokens) = self.tokens {
                tokens.add(
                    item as usize,
                    batch.kept[row],
                    &self.training.vectors.tokens,
                    1.0,
                    &mut rows[row * dimension..],
                );
            }
        }
        rows
    }

    /// Moves a batch's items and their tokens.
    fn spread(&mut self, batch: &Batch, gradients: &[f32], step: f32) {
        let Some(tokens) = self.tokens else {
            return self.training.table_adam.step(&mut self.training.vectors.table, &batch.rows, gradients, step);
        };
        let dimension = self.options.dimension;
        let (touched, of_tokens) = tokens.gradients(&batch.rows, &batch.kept, gradients, dimension);
        self.training.tokens_adam.step(&mut self.training.vectors.tokens, &touched, &of_tokens, step);
        let own = || (0..batch.rows.len()).filter(|&row| !batch.alone[row]);
        let rows: Vec<u32> = own().map(|row| batch.rows[row]).collect();
        let of_rows: Vec<f32> = own().flat_map(|row| &gradients[row * dimension..][..dimension]).copied().collect();
        self.training.table_adam.step(&mut self.training.vectors.table, &rows, &of_rows, step);
    }

    fn step(&mut self, batch: &Batch, examples: usize, rate: f32) -> f32 {
        let VectorOptions { dimension, window, negatives, temperature, learning_rate, .. } = self.options;
        let device = &self.device;
        let floats =
            |values: Vec<f32>, shape: [usize; 2]| Tensor::<2>::from_data(TensorData::new(values, shape), device);
        let ints =
            |values: &[i32]| Tensor::<1, Int>::from_data(TensorData::new(values.to_vec(), [values.len()]), device);
        let table = floats(self.gather(batch), [batch.rows.len(), dimension]).require_grad();
        let recency = floats(self.training.vectors.recency.clone(), [1, window]).require_grad();
        let weighed =
            self.weights.weighed(&self.training.vectors.events, [&batch.kinds, &batch.dwells], window, device);

        let unit = unit_rows(table.clone());
        let weights = recency.clone() * floats(batch.present.clone(), [examples, window]) * weighed.factors.clone();
        let events = unit.clone().select(0, ints(&batch.history)).reshape([examples, window, dimension]);
        let state = (events * weights.reshape([examples, window, 1])).sum_dim(1).reshape([examples, dimension]);
        let state = unit_rows(state) / temperature;
        let positive = (state.clone() * unit.clone().select(0, ints(&batch.targets))).sum_dim(1);
        let negative = state.matmul(unit.select(0, ints(&batch.negatives)).transpose())
            + floats(batch.corrections.clone(), [examples, negatives]);
        let logits = Tensor::cat(vec![positive, negative], 1);
        let loss = log_softmax(logits, 1).slice([0..examples, 0..1]).mean().neg();

        let value = numbers(loss.clone()).first().copied().unwrap_or(f32::NAN);
        if !value.is_finite() {
            return value;
        }
        let gradients = loss.backward();
        let of = |leaf: &Tensor<2>| leaf.grad(&gradients).map(numbers).unwrap_or_default();
        let step = learning_rate * rate;
        self.spread(batch, &of(&table), step);
        let window_rows: Vec<u32> = (0..window as u32).collect();
        self.training.recency_adam.step(&mut self.training.vectors.recency, &window_rows, &of(&recency), step);
        let Training { vectors, events_adam, .. } = &mut self.training;
        self.weights.step(&mut vectors.events, &weighed, of, events_adam, step);
        value
    }
}

/// Adds the tokens' part to all items, `sign` times.
fn add_tokens(vectors: &mut Vectors, tokens: Option<&Tokens>, sign: f32) {
    let Some(tokens) = tokens else { return };
    for (item, vector) in vectors.table.chunks_exact_mut(vectors.dimension).enumerate() {
        tokens.add(item, Kept::ALL, &vectors.tokens, sign, vector);
    }
}

/// Divides each row by its length.
fn unit_rows(rows: Tensor<2>) -> Tensor<2> {
    let length = (rows.clone() * rows.clone()).sum_dim(1).add_scalar(1e-12).sqrt();
    rows / length
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::pairs::Floor;

    #[test]
    fn a_pass_takes_no_more_examples_than_are_allowed() {
        let lists: Vec<Vec<u32>> = (0..400).map(|item| vec![2 * item, 2 * item + 1]).collect();
        let lists: Vec<&[u32]> = lists.iter().map(Vec::as_slice).collect();
        let corpus = Corpus::of_lists(800, &lists);
        let options = VectorOptions { dimension: 16, negatives: 4, batch: 8, most_examples: 10, ..Default::default() };
        let start = Training::start(&corpus, None, &options, 1);
        let before = start.vectors(None).table;
        let supported = Supported::of(&corpus, options.window, Floor::new(1));
        let mut trainer = VectorTrainer::new(&corpus, &supported, None, options, start, &Device::flex());
        assert!(trainer.pass(1.0, &mut |_| {}).is_some());
        let after = trainer.into_training().vectors(None).table;
        let moved =
            before.chunks_exact(16).zip(after.chunks_exact(16)).filter(|(before, after)| before != after).count();
        // Ten examples of two items each, and two batches of four negatives.
        assert!((20..=28).contains(&moved), "{moved} of 800 items moved");
    }

    #[test]
    fn a_history_holds_no_pair_below_the_floor_and_is_not_emptied() {
        // 0, 1 and 2 meet in two sessions or more; 3 meets nobody twice.
        let corpus = Corpus::of_lists(4, &[&[0, 1, 2], &[0, 1, 2], &[1, 0, 3, 2]]);
        let (at, target) = (9, 2);
        let history = |floor: usize, dropout: f32| {
            let options = VectorOptions { dimension: 16, negatives: 4, window: 4, dropout, ..Default::default() };
            let supported = Supported::of(&corpus, options.window, Floor::new(floor));
            let start = Training::start(&corpus, None, &options, 1);
            let mut trainer = VectorTrainer::new(&corpus, &supported, None, options, start, &Device::flex());
            let mut batch = Batch::default();
            trainer.fill(&mut batch, &[at]);
            assert_eq!(batch.rows[batch.targets[0] as usize], target);
            let item = |(&row, &present): (&i32, &f32)| (present > 0.0).then(|| batch.rows[row as usize]);
            batch.history.iter().zip(&batch.present).map(item).collect::<Vec<_>>()
        };
        assert_eq!(history(1, 0.0), [Some(3), Some(0), Some(1), None]);
        assert_eq!(history(2, 0.0), [None, Some(0), Some(1), None]);
        assert_eq!(history(3, 0.0), [None, Some(0), Some(1), None]);
        assert_eq!(history(4, 0.0), [None; 4]);
        // What all is dropped of keeps the newest event that counts.
        assert_eq!(history(1, 1.1), [Some(3), None, None, None]);
        assert_eq!(history(2, 1.1), [None, Some(0), None, None]);
    }
}
