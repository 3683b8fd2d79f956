//! The listwise head: a linear part and one hidden layer, trained with `burn` to put the target of a list first
//! (softmax over the list, ListNet's top-one probability: Cao et al. 2007).

use std::sync::Mutex;

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use reshelf::artifact::Head;
use reshelf::rank::FEATURES;

use super::adam::Adam;
use super::head_bounds::{Bounds, learned_columns, with_defaults};
use super::lists::Lists;
use crate::rng::Rng;

/// How the head is trained.
#[derive(Clone, Copy, Debug)]
pub struct HeadOptions {
    /// Rows of a member's hidden layer. All members' together make the time of a list: 48 keep one of 200 within some fifty
    /// microseconds.
    pub hidden: usize,
    /// Heads that are trained from different beginnings and averaged: what chance makes of each, the others do not share.
    pub members: usize,
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
        HeadOptions { hidden: 16, members: 3, epochs: 8, batch: 64, learning_rate: 0.01, decay: 1e-5 }
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

/// The plain head for lists that are too few to train one.
pub fn plain_head_for(lists: &Lists, kept: &[bool], [state, memory]: [f32; 2]) -> Head {
    with_defaults(plain_head(state, memory), lists, kept, &[])
}

/// Trains a head on the features that are kept, of several members whose scores are averaged (bagging without resampling:
/// Lakshminarayanan et al. 2017). `None` where there are too few lists, or where training failed to beat chance or stay finite.
pub fn train(
    lists: &Lists,
    kept: &[bool],
    options: &HeadOptions,
    seed: u64,
    report: &mut (dyn FnMut(f32) + Send),
) -> Option<Head> {
    // They take equally long, so that the first tells how far all are.
    let reports = Mutex::new(report);
    let train = |member: usize| {
        let mut report = |share: f32| {
            if let (0, Ok(report)) = (member, &mut reports.lock()) {
                report(share);
            }
        };
        train_member(lists, kept, options, &|purpose| Rng::new(seed, &format!("{purpose} {member}")), &mut report)
    };
    let members: Option<Vec<Head>> = (0..options.members).into_par_iter().map(train).collect();
    mean_of(members?)
}

/// One head whose scores are the mean of these heads' scores.
fn mean_of(heads: Vec<Head>) -> Option<Head> {
    let part = 1.0 / heads.len() as f32;
    let mut heads = heads.into_iter().map(|mut head| {
        [&mut head.linear, &mut head.output].into_iter().flatten().for_each(|weight| *weight *= part);
        head
    });
    let mut mean = heads.next()?;
    for head in heads {
        mean.linear.iter_mut().zip(&head.linear).for_each(|(sum, weight)| *sum += weight);
        mean.hidden += head.hidden;
        mean.hidden_weights.extend(head.hidden_weights);
        mean.hidden_bias.extend(head.hidden_bias);
        mean.output.extend(head.output);
    }
    Some(mean)
}

fn train_member(
    lists: &Lists,
    kept: &[bool],
    options: &HeadOptions,
    random: &dyn Fn(&str) -> Rng,
    report: &mut dyn FnMut(f32),
) -> Option<Head> {
    if lists.len() < FEWEST_LISTS {
        return None;
    }
    let columns = learned_columns(lists);
    let standard = Standard::of(lists, kept, &columns);
    let bounds = Bounds::of(&columns);
    let held_out = lists.len() - (lists.len() as f32 * HELD_OUT) as usize;
    let mut weights = Weights::new(options.hidden, columns.len(), random("head"));
    weights.heed(&bounds);
    let mut adam = Adam::new(weights.values.len(), 1);
    let rows: Vec<u32> = (0..weights.values.len() as u32).collect();
    let (mut batches, device) = (random("head batches"), Device::flex());
    let check: Vec<usize> = (held_out..lists.len()).collect();
    let mut best = (weights.loss_of(lists, &standard, &check, &device)?, weights.clone());
    let steps = (options.epochs * held_out.div_ceil(options.batch)) as f32;
    let mut step = 0.0;
    for epoch in 0..options.epochs {
        let mut order: Vec<usize> = (0..held_out).collect();
        batches.shuffle(&mut order);
        for batch in order.chunks(options.batch) {
            let (loss, mut gradients) = weights.gradients(lists, &standard, batch, &device.clone().autodiff())?;
            if !loss.is_finite() {
                return None;
            }
            gradients.iter_mut().zip(&weights.values).for_each(|(slope, &value)| *slope += options.decay * value);
            let rate = options.learning_rate * 0.5 * (1.0 + (core::f32::consts::PI * step / steps).cos());
            adam.step(&mut weights.values, &rows, &gradients, rate);
            weights.heed(&bounds);
            step += 1.0;
        }
        let loss = weights.loss_of(lists, &standard, &check, &device)?;
        if loss < best.0 {
            best = (loss, weights.clone());
        }
        report((epoch + 1) as f32 / options.epochs as f32);
    }
    Some(with_defaults(best.1.into_head(&standard), lists, kept, &columns))
}

/// Mean and deviation of each feature that is learned from over all candidates of all lists.
struct Standard {
    columns: Vec<usize>,
    mean: Vec<f32>,
    deviation: Vec<f32>,
}

impl Standard {
    /// A feature that is not kept is divided by infinity: it is zero in training, and its weights are zero after.
    fn of(lists: &Lists, kept: &[bool], columns: &[usize]) -> Self {
        let width = columns.len();
        let (mut sums, mut squares, mut count) = (vec![0.0f64; width], vec![0.0f64; width], 0.0f64);
        for candidate in lists.candidates() {
            count += 1.0;
            for (feature, &column) in columns.iter().enumerate() {
                let value = f64::from(candidate[column]);
                sums[feature] += value;
                squares[feature] += value * value;
            }
        }
        let mean: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
        let deviation = sums.iter().zip(&squares).map(|(sum, square)| {
            let variance = square / count - (sum / count) * (sum / count);
            // A feature that never changes here says nothing: any scale will do.
            if variance > 1e-10 { variance.sqrt() as f32 } else { 1.0 }
        });
        let kept = columns.iter().map(|&column| kept[column]);
        let deviation = deviation.zip(kept).map(|(deviation, kept)| if kept { deviation } else { f32::INFINITY });
        Standard { columns: columns.to_vec(), deviation: deviation.collect(), mean }
    }
}

/// All weights in one vector: linear, hidden (row by row), bias, output; `width` features.
#[derive(Clone)]
struct Weights {
    hidden: usize,
    width: usize,
    values: Vec<f32>,
}

impl Weights {
    fn new(hidden: usize, width: usize, mut random: Rng) -> Self {
        let mut values = vec![0.0; width];
        // He initialisation, uniform.
        let reach = (6.0 / width as f32).sqrt();
        values.extend((0..hidden * width).map(|_| random.signed() * reach));
        values.extend(vec![0.0; hidden]);
        values.extend((0..hidden).map(|_| random.signed() * 0.1));
        Weights { hidden, width, values }
    }

    fn parts(&self) -> [&[f32]; 4] {
        let (linear, rest) = self.values.split_at(self.width);
        let (hidden, rest) = rest.split_at(self.hidden * self.width);
        let (bias, output) = rest.split_at(self.hidden);
        [linear, hidden, bias, output]
    }

    /// Takes back what goes beyond the bounds: the projection onto heads that are monotone in their features, as gradient
    /// descent under constraints does after each step. A hidden row passes a feature on with the sign of its weight times that
    /// of its output.
    fn heed(&mut self, bounds: &Bounds) {
        let width = self.width;
        let (linear, rest) = self.values.split_at_mut(width);
        let (hidden, rest) = rest.split_at_mut(self.hidden * width);
        let output = &rest[self.hidden..];
        for &(at, sign) in &bounds.monotone {
            if linear[at] * sign < 0.0 {
                linear[at] = 0.0;
            }
            for (row, &output) in hidden.chunks_exact_mut(width).zip(output) {
                if row[at] * output * sign < 0.0 {
                    row[at] = 0.0;
                }
            }
        }
    }

    /// The leaves of the graph: linear `F x 1`, hidden `H x F`, bias `1 x H`, output `H x 1`.
    fn leaves(&self, device: &Device) -> [Tensor<2>; 4] {
        let shapes = [[self.width, 1], [self.hidden, self.width], [1, self.hidden], [self.hidden, 1]];
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
        let width = self.width;
        let longest = chosen.iter().map(|&list| lists.list(list).len()).max().unwrap_or(0);
        let n = chosen.len() * longest;
        let (mut values, mut mask) = (Vec::with_capacity(n * width), Vec::with_capacity(n));
        for (at, &list) in chosen.iter().enumerate() {
            for candidate in lists.list(list) {
                let standardised = standard.columns.iter().zip(&standard.mean).zip(&standard.deviation);
                values.extend(standardised.map(|((&at, mean), deviation)| (candidate[at] - mean) / deviation));
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
    /// left out, since a list's order does not depend on it. Features that were not learned from weigh nothing.
    fn into_head(self, standard: &Standard) -> Head {
        let [linear, hidden, bias, output] = self.parts();
        let scaled = |weights: &[f32]| -> Vec<f32> {
            weights.iter().enumerate().map(|(at, weight)| weight / standard.deviation[at % self.width]).collect()
        };
        let hidden_weights = scaled(hidden);
        let shift = |row: &[f32]| row.iter().zip(&standard.mean).map(|(weight, mean)| weight * mean).sum::<f32>();
        let hidden_bias = bias.iter().zip(hidden_weights.chunks_exact(self.width)).map(|(bias, row)| bias - shift(row));
        let of_all = |row: &[f32]| {
            let mut all = vec![0.0; FEATURES.len()];
            row.iter().zip(&standard.columns).for_each(|(&weight, &column)| all[column] = weight);
            all
        };
        Head {
            features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            hidden: self.hidden,
            hidden_bias: hidden_bias.collect(),
            output: output.to_vec(),
            linear: of_all(&scaled(linear)),
            hidden_weights: hidden_weights.chunks_exact(self.width).flat_map(of_all).collect(),
        }
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use reshelf::rank::SERVER_OPINION;

    use super::super::head_bounds::score;
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
                    SIGNALS.iter().for_each(|name| values[column(name)] = 0.0);
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
            let scores: Vec<f32> = lists.list(list).map(|candidate| score(&head, candidate)).collect();
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

    /// The place of a feature.
    fn column(name: &str) -> usize {
        FEATURES.iter().position(|feature| *feature == name).unwrap()
    }

    const SIGNALS: [&str; 5] = ["returned", "disliked", "dwell", "shown", "skipped"];

    /// Lists whose target has the largest first feature, and of signals what `told` says of the target and of others.
    fn lists_with(count: usize, told: impl Fn(bool) -> f32) -> Lists {
        let (plain, mut lists) = (lists(count), Lists::default());
        for list in 0..plain.len() {
            let candidates = plain.list(list).enumerate().flat_map(|(at, candidate)| {
                let mut candidate = candidate.to_vec();
                SIGNALS.iter().for_each(|name| candidate[column(name)] = told(at == 0));
                candidate
            });
            lists.push(0, &candidates.collect::<Vec<f32>>());
        }
        lists
    }

    #[test]
    fn no_head_learns_that_more_skips_are_better() {
        let all = [true; FEATURES.len()];
        let head = train(&lists_with(600, f32::from), &all, &HeadOptions::default(), 1, &mut |_| {});
        let head = head.unwrap();
        assert!(head.linear[column("dwell")] > 0.0, "it has learned that the target was looked at for long");
        for name in ["returned", "disliked", "shown", "skipped"] {
            let at = column(name);
            assert!(head.linear[at] <= 0.0, "{name}");
            let rows = head.hidden_weights.chunks_exact(FEATURES.len()).zip(&head.output);
            assert!(rows.clone().all(|(row, output)| row[at] * output <= 0.0), "{name}");
        }
        // Where they tell against the target's rivals, they are learned.
        let head = train(&lists_with(300, |target| f32::from(!target)), &all, &HeadOptions::default(), 1, &mut |_| {});
        assert!(head.unwrap().linear[column("skipped")] < 0.0);
    }

    #[test]
    fn what_no_list_tells_has_a_default_and_changes_nothing_else() {
        let (without, all) = (lists_with(300, |_| 0.0), [true; FEATURES.len()]);
        let head = train(&without, &all, &HeadOptions::default(), 1, &mut |_| {}).unwrap();
        let spread = head.linear[column("skipped")] / -1.0;
        assert!(spread > 0.0);
        let of = |name: &str| head.linear[column(name)] / spread;
        assert_eq!(["returned", "disliked", "dwell", "shown"].map(of), [-4.0, -8.0, 0.0, 0.0]);
        let hidden = |at: usize| head.hidden_weights.chunks_exact(FEATURES.len()).all(|row| row[at] == 0.0);
        assert!(SIGNALS.iter().all(|name| hidden(column(name))));
        // A few candidates more or less that have a signal teach nothing.
        let few = lists_with(4, |target| f32::from(!target));
        let mut mixed = without.clone();
        (0..few.len()).for_each(|list| mixed.push(0, &few.list(list).flatten().copied().collect::<Vec<f32>>()));
        let mixed = train(&mixed, &all, &HeadOptions::default(), 1, &mut |_| {}).unwrap();
        assert!(mixed.linear[column("skipped")] < 0.0 && mixed.hidden_weights[column("skipped")] == 0.0);
        // Without the features there is no default either.
        let kept: Vec<bool> = FEATURES.iter().map(|name| !SIGNALS.contains(name)).collect();
        let ablated = train(&without, &kept, &HeadOptions::default(), 1, &mut |_| {}).unwrap();
        assert!(SIGNALS.iter().all(|name| ablated.linear[column(name)] == 0.0));
        let plain = plain_head_for(&Lists::default(), &all, [1.0, 1.0]);
        assert!(plain.linear[column("disliked")] < 4.0 * plain.linear[column("skipped")]);
    }

    #[test]
    fn what_is_not_wanted_weighs_its_default_at_least() {
        // One of six candidates or so is not wanted, the target as often as any: nothing is to be learned.
        let (mut random, plain, mut lists) = (Rng::new(5, "lists"), lists(300), Lists::default());
        for list in 0..plain.len() {
            let mut candidates: Vec<f32> = plain.list(list).flatten().copied().collect();
            for candidate in candidates.chunks_exact_mut(FEATURES.len()) {
                SIGNALS.iter().for_each(|name| candidate[column(name)] = 0.0);
                candidate[column("disliked")] = if random.below(6) == 0 { 1.0 } else { 0.0 };
            }
            lists.push(list, &candidates);
        }
        let head = train(&lists, &[true; FEATURES.len()], &HeadOptions::default(), 1, &mut |_| {}).unwrap();
        assert!(head.linear[column("disliked")] <= 8.0 * head.linear[column("skipped")]);
    }

    #[test]
    fn too_few_lists_train_no_head() {
        assert!(train(&lists(20), &[true; FEATURES.len()], &HeadOptions::default(), 1, &mut |_| {}).is_none());
    }
}
