//! The listwise head: a linear part and one hidden layer, trained with `burn` to put the target of a list first
//! (softmax over the list, ListNet's top-one probability: Cao et al. 2007).

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use reshelf::artifact::Head;
use reshelf::rank::{FEATURES, SERVER_OPINION};

use super::adam::Adam;
use super::lists::Lists;
use crate::rng::Rng;

/// How the head is trained.
#[derive(Clone, Copy, Debug)]
pub struct HeadOptions {
    /// Rows of the hidden layer: 16 keep a list of 200 within a few tens of microseconds.
    pub hidden: usize,
    /// Passes over the lists.
    pub epochs: usize,
    /// Lists a step.
    pub batch: usize,
    /// Adam's step size at the start; it falls to zero along a cosine.
    pub learning_rate: f32,
    /// Pull of the weights towards zero, per step.
    pub decay: f32,
}

impl Default for HeadOptions {
    fn default() -> Self {
        HeadOptions { hidden: 16, epochs: 8, batch: 64, learning_rate: 0.01, decay: 1e-5 }
    }
}

/// A logit that no softmax gives any weight.
const NEVER: f32 = -1e4;
/// The newest part of the lists, on which training decides when to stop.
const HELD_OUT: f32 = 0.15;
/// With fewer lists than this a head would learn noise.
const FEWEST_LISTS: usize = 200;

/// A head that only adds the two main parts: for shops with too little data to learn from, and while the parts are made.
pub fn plain_head(state: f32, memory: f32) -> Head {
    let mut linear = vec![0.0; FEATURES.len()];
    for (weight, name) in linear.iter_mut().zip(FEATURES) {
        *weight = match name {
            "state_1" => state,
            "memory_sum" => memory,
            // A tenth of a unit a place: the server's order decides between what the session cannot tell apart.
            "server_rank" => 0.1,
            _ => 0.0,
        };
    }
    Head {
        features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
        hidden: 0,
        hidden_weights: Vec::new(),
        hidden_bias: Vec::new(),
        output: Vec::new(),
        linear,
    }
}

/// Trains a head on the features that are kept; `None` where there are too few lists, or where training failed to beat chance or stay finite.
pub fn train(
    lists: &Lists,
    kept: &[bool],
    options: &HeadOptions,
    seed: u64,
    report: &mut dyn FnMut(f32),
) -> Option<Head> {
    if lists.len() < FEWEST_LISTS {
        return None;
    }
    let standard = Standard::of(lists, kept);
    let held_out = lists.len() - (lists.len() as f32 * HELD_OUT) as usize;
    let mut weights = Weights::new(options.hidden, seed);
    weights.heed_server();
    let mut adam = Adam::new(weights.values.len(), 1);
    let rows: Vec<u32> = (0..weights.values.len() as u32).collect();
    let (mut random, device) = (Rng::new(seed, "head batches"), Device::flex());
    let check: Vec<usize> = (held_out..lists.len()).collect();
    let mut best = (weights.loss_of(lists, &standard, &check, &device)?, weights.clone());
    let steps = (options.epochs * held_out.div_ceil(options.batch)) as f32;
    let mut step = 0.0;
    for epoch in 0..options.epochs {
        let mut order: Vec<usize> = (0..held_out).collect();
        random.shuffle(&mut order);
        for batch in order.chunks(options.batch) {
            let (loss, mut gradients) = weights.gradients(lists, &standard, batch, &device.clone().autodiff())?;
            if !loss.is_finite() {
                return None;
            }
            gradients.iter_mut().zip(&weights.values).for_each(|(slope, &value)| *slope += options.decay * value);
            let rate = options.learning_rate * 0.5 * (1.0 + (core::f32::consts::PI * step / steps).cos());
            adam.step(&mut weights.values, &rows, &gradients, rate);
            weights.heed_server();
            step += 1.0;
        }
        let loss = weights.loss_of(lists, &standard, &check, &device)?;
        if loss < best.0 {
            best = (loss, weights.clone());
        }
        report((epoch + 1) as f32 / options.epochs as f32);
    }
    Some(best.1.into_head(&standard))
}

/// Mean and deviation of each feature over all candidates of all lists.
struct Standard {
    mean: Vec<f32>,
    deviation: Vec<f32>,
}

impl Standard {
    /// A feature that is not kept is divided by infinity: it is zero in training, and its weights are zero after.
    fn of(lists: &Lists, kept: &[bool]) -> Self {
        let width = FEATURES.len();
        let (mut sums, mut squares, mut count) = (vec![0.0f64; width], vec![0.0f64; width], 0.0f64);
        for candidate in lists.candidates() {
            count += 1.0;
            for (feature, &value) in candidate.iter().enumerate() {
                sums[feature] += f64::from(value);
                squares[feature] += f64::from(value) * f64::from(value);
            }
        }
        let mean: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
        let deviation = sums.iter().zip(&squares).map(|(sum, square)| {
            let variance = square / count - (sum / count) * (sum / count);
            // A feature that never changes here says nothing: any scale will do.
            if variance > 1e-10 { variance.sqrt() as f32 } else { 1.0 }
        });
        let deviation = deviation.zip(kept).map(|(deviation, &kept)| if kept { deviation } else { f32::INFINITY });
        Standard { deviation: deviation.collect(), mean }
    }
}

/// All weights in one vector: linear, hidden (row by row), bias, output.
#[derive(Clone)]
struct Weights {
    hidden: usize,
    values: Vec<f32>,
}

impl Weights {
    fn new(hidden: usize, seed: u64) -> Self {
        let mut random = Rng::new(seed, "head");
        let width = FEATURES.len();
        let mut values = vec![0.0; width];
        // He initialisation, uniform.
        let reach = (6.0 / width as f32).sqrt();
        values.extend((0..hidden * width).map(|_| random.signed() * reach));
        values.extend(vec![0.0; hidden]);
        values.extend((0..hidden).map(|_| random.signed() * 0.1));
        Weights { hidden, values }
    }

    fn parts(&self) -> [&[f32]; 4] {
        let width = FEATURES.len();
        let (linear, rest) = self.values.split_at(width);
        let (hidden, rest) = rest.split_at(self.hidden * width);
        let (bias, output) = rest.split_at(self.hidden);
        [linear, hidden, bias, output]
    }

    /// Takes back what would let a candidate gain by a worse rank or score of the server: the projection onto heads that are
    /// monotone in both, as gradient descent under constraints does after each step. A hidden row passes an opinion on with
    /// the sign of its weight times that of its output.
    fn heed_server(&mut self) {
        let width = FEATURES.len();
        let (linear, rest) = self.values.split_at_mut(width);
        let (hidden, rest) = rest.split_at_mut(self.hidden * width);
        let output = &rest[self.hidden..];
        linear[SERVER_OPINION].iter_mut().for_each(|weight| *weight = weight.max(0.0));
        for (row, &output) in hidden.chunks_exact_mut(width).zip(output) {
            row[SERVER_OPINION].iter_mut().filter(|weight| **weight * output < 0.0).for_each(|weight| *weight = 0.0);
        }
    }

    /// The leaves of the graph: linear `F x 1`, hidden `H x F`, bias `1 x H`, output `H x 1`.
    fn leaves(&self, device: &Device) -> [Tensor<2>; 4] {
        let width = FEATURES.len();
        let shapes = [[width, 1], [self.hidden, width], [1, self.hidden], [self.hidden, 1]];
        let mut parts = self.parts().into_iter().zip(shapes);
        core::array::from_fn(|_| {
            let (values, shape) = parts.next().unwrap_or((&[], [0, 0]));
            Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
        })
    }

    fn loss(
        &self,
        leaves: &[Tensor<2>; 4],
        lists: &Lists,
        standard: &Standard,
        chosen: &[usize],
        device: &Device,
    ) -> Tensor<1> {
        let width = FEATURES.len();
        let longest = chosen.iter().map(|&list| lists.list(list).len()).max().unwrap_or(0);
        let n = chosen.len() * longest;
        let (mut values, mut mask) = (Vec::with_capacity(n * width), Vec::with_capacity(n));
        for (at, &list) in chosen.iter().enumerate() {
            for candidate in lists.list(list) {
                let standardised = candidate.iter().zip(&standard.mean).zip(&standard.deviation);
                values.extend(standardised.map(|((value, mean), deviation)| (value - mean) / deviation));
                mask.push(0.0);
            }
            values.resize((at + 1) * longest * width, 0.0);
            mask.resize((at + 1) * longest, NEVER);
        }
        let inputs = Tensor::<2>::from_data(TensorData::new(values, [n, width]), device);
        let mask = Tensor::<2>::from_data(TensorData::new(mask, [chosen.len(), longest]), device);
        let [linear, hidden, bias, output] = leaves.clone();
        let layer = relu(inputs.clone().matmul(hidden.transpose()) + bias);
        let scores = inputs.matmul(linear) + layer.matmul(output);
        let logits = scores.reshape([chosen.len(), longest]) + mask;
        log_softmax(logits, 1).slice([0..chosen.len(), 0..1]).mean().neg()
    }

    fn loss_of(&self, lists: &Lists, standard: &Standard, chosen: &[usize], device: &Device) -> Option<f32> {
        let leaves = self.leaves(device);
        // In pieces, so that the held-out lists need not fit one tensor.
        let mut sum = 0.0f64;
        for piece in chosen.chunks(256) {
            let loss = self.loss(&leaves, lists, standard, piece, device);
            sum += f64::from(*numbers(loss).first()?) * piece.len() as f64;
        }
        let mean = (sum / chosen.len().max(1) as f64) as f32;
        mean.is_finite().then_some(mean)
    }

    fn gradients(
        &self,
        lists: &Lists,
        standard: &Standard,
        chosen: &[usize],
        device: &Device,
    ) -> Option<(f32, Vec<f32>)> {
        let leaves = self.leaves(device).map(Tensor::require_grad);
        let loss = self.loss(&leaves, lists, standard, chosen, device);
        let value = *numbers(loss.clone()).first()?;
        let gradients = loss.backward();
        let mut all = Vec::with_capacity(self.values.len());
        for leaf in &leaves {
            all.extend(numbers(leaf.grad(&gradients)?));
        }
        Some((value, all))
    }

    /// Folds the standardisation into the weights: `w . (x - mean) / deviation`. What it adds to every candidate alike is
    /// left out, since a list's order does not depend on it.
    fn into_head(self, standard: &Standard) -> Head {
        let width = FEATURES.len();
        let [linear, hidden, bias, output] = self.parts();
        let scaled = |weights: &[f32]| -> Vec<f32> {
            weights.iter().enumerate().map(|(at, weight)| weight / standard.deviation[at % width]).collect()
        };
        let hidden_weights = scaled(hidden);
        let shift = |row: &[f32]| row.iter().zip(&standard.mean).map(|(weight, mean)| weight * mean).sum::<f32>();
        let hidden_bias = bias.iter().zip(hidden_weights.chunks_exact(width)).map(|(bias, row)| bias - shift(row));
        Head {
            features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            hidden: self.hidden,
            hidden_bias: hidden_bias.collect(),
            output: output.to_vec(),
            linear: scaled(linear),
            hidden_weights,
        }
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Candidates of a drawn list.
    const LENGTH: usize = 80;

    /// Lists whose target has the largest first feature, or the largest second where the third says so.
    fn lists(count: usize) -> Lists {
        let (mut random, mut lists) = (Rng::new(3, "lists"), Lists::default());
        for _ in 0..count {
            let gate = random.below(2) as f32;
            let mut candidates: Vec<Vec<f32>> = (0..LENGTH)
                .map(|_| {
                    let mut values: Vec<f32> = FEATURES.iter().map(|_| random.signed()).collect();
                    values[2] = gate;
                    values
                })
                .collect();
            let feature = if gate > 0.5 { 1 } else { 0 };
            let best = (0..LENGTH).max_by(|&a, &b| candidates[a][feature].total_cmp(&candidates[b][feature]));
            candidates.swap(0, best.unwrap());
            lists.push(0, &candidates.concat());
        }
        lists
    }

    #[test]
    fn learns_which_feature_to_trust_and_when() {
        let lists = lists(1_200);
        let options = HeadOptions { epochs: 60, learning_rate: 0.01, ..HeadOptions::default() };
        let head = train(&lists, &[true; FEATURES.len()], &options, 1, &mut |_| {}).unwrap();
        let first = |list: usize| {
            let score = |x: &[f32]| {
                let dot = |row: &[f32]| row.iter().zip(x).map(|(weight, value)| weight * value).sum::<f32>();
                let hidden = head.hidden_weights.chunks_exact(FEATURES.len()).zip(&head.hidden_bias).zip(&head.output);
                dot(&head.linear) + hidden.map(|((row, bias), out)| (dot(row) + bias).max(0.0) * out).sum::<f32>()
            };
            let scores: Vec<f32> = lists.list(list).map(score).collect();
            scores.iter().all(|&other| scores[0] >= other)
        };
        let right = (0..lists.len()).filter(|&list| first(list)).count();
        assert!(right as f32 / lists.len() as f32 > 0.6, "{right} of {}; chance is 1 in {LENGTH}", lists.len());
    }

    /// Lists whose target the server puts last and scores lowest: what a head must not learn.
    fn contrary_lists(count: usize) -> Lists {
        let (mut random, mut lists) = (Rng::new(4, "lists"), Lists::default());
        for _ in 0..count {
            let candidates = (0..20).flat_map(|at| {
                let mut values: Vec<f32> = FEATURES.iter().map(|_| random.signed()).collect();
                values[SERVER_OPINION].fill(if at == 0 { -1.0 } else { random.signed().abs() });
                values
            });
            lists.push(0, &candidates.collect::<Vec<f32>>());
        }
        lists
    }

    #[test]
    fn no_head_learns_that_a_worse_place_is_better() {
        let head =
            train(&contrary_lists(400), &[true; FEATURES.len()], &HeadOptions::default(), 1, &mut |_| {}).unwrap();
        assert!(head.linear.iter().any(|weight| *weight != 0.0), "it has learned something else");
        for column in SERVER_OPINION {
            assert!(head.linear[column] >= 0.0);
            let rows = head.hidden_weights.chunks_exact(FEATURES.len()).zip(&head.output);
            assert!(rows.clone().all(|(row, output)| row[column] * output >= 0.0));
        }
    }

    #[test]
    fn too_few_lists_train_no_head() {
        assert!(train(&lists(20), &[true; FEATURES.len()], &HeadOptions::default(), 1, &mut |_| {}).is_none());
    }
}
