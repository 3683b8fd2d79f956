//! Whether the head's scores mean what they say: the probability that they give the first place, against how often it is hit.
//!
//! The head is trained as a softmax over a list, so `exp(score) / sum of exp(scores)` is its probability that an item comes
//! next, given that one of the list does.

use serde::Serialize;

use crate::measure::{Clusters, Estimate, Outcome};

/// Bins of equal width.
const BINS: usize = 10;
/// The columns of one bin: steps, summed probabilities, hits.
const COLUMNS: usize = 3;

/// Predicted and observed hits at the first place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Steps whose list the head ordered.
    pub steps: usize,
    /// Mean distance of predicted and observed over the bins, weighted by their steps: the expected calibration error.
    pub error: f64,
    /// The bins, from the least to the most certain.
    pub bins: Vec<CalibrationBin>,
}

/// The steps whose first place had a probability within one range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The lower end of the range.
    pub from: f64,
    /// The upper end, which belongs to the next bin (but for the last).
    pub to: f64,
    /// How many steps.
    pub steps: usize,
    /// Their mean probability; absent where there is no step.
    pub predicted: Option<f64>,
    /// How often the first place was the target.
    pub observed: Option<Estimate>,
}

impl Calibration {
    /// Sorts steps, which come ordered by session, into bins. `None` when the head ordered no list.
    pub fn new(steps: &[Outcome], seed: u64) -> Option<Calibration> {
        let mut clusters = Clusters::new(BINS * COLUMNS);
        let mut session = None;
        for step in steps {
            let Some(probability) = step.confidence else { continue };
            let row = if session == Some(step.session) { clusters.last() } else { clusters.push() };
            session = Some(step.session);
            let bin = ((probability * BINS as f32) as usize).min(BINS - 1);
            row[bin * COLUMNS] += 1.0;
            row[bin * COLUMNS + 1] += probability;
            row[bin * COLUMNS + 2] += if step.model.rank == Some(0) { 1.0 } else { 0.0 };
        }
        if clusters.sessions() == 0 {
            return None;
        }
        let resamples = clusters.resample(seed);
        let bins: Vec<CalibrationBin> = (0..BINS)
            .map(|bin| {
                let [steps, sum] = [0, 1].map(|column| resamples.totals()[bin * COLUMNS + column]);
                let observed = |totals: &[f64]| {
                    let steps = totals[bin * COLUMNS];
                    (steps > 0.0).then(|| totals[bin * COLUMNS + 2] / steps)
                };
                CalibrationBin {
                    from: bin as f64 / BINS as f64,
                    to: (bin + 1) as f64 / BINS as f64,
                    steps: steps as usize,
                    predicted: (steps > 0.0).then(|| sum / steps),
                    observed: resamples.estimate(observed),
                }
            })
            .collect();
        let steps: usize = bins.iter().map(|bin| bin.steps).sum();
        let off = |bin: &CalibrationBin| {
            let distance = bin.predicted.zip(bin.observed).map_or(0.0, |(said, found)| (said - found.value).abs());
            distance * bin.steps as f64
        };
        Some(Calibration { steps, error: bins.iter().map(off).sum::<f64>() / steps.max(1) as f64, bins })
    }
}
