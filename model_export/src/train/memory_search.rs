//! The memory's constants on this log: what is right for short visits to a shop is wrong where shoppers come back for weeks.
//!
//! One constant after the other is tried at a few other values, on held-out sessions and with the memory alone in the list, and
//! keeps the one that finds most, where that is no chance: two standard errors more, step by step, than with the value before.

use super::TrainError;
use super::memory::MemoryOptions;

/// How well each held-out step is predicted: what a step's list is worth, in the same order every time.
pub(super) type Worths = Vec<f64>;

/// Standard errors by which a value must be better than the one before.
const CLEARLY: f64 = 2.0;

/// A constant, by its place among the options, and the values that are tried beside the default's.
type Constant = (&'static str, fn(&mut MemoryOptions) -> &mut f32, &'static [f32]);

/// In the order in which they are tried: those first that differ most between kinds of shops.
const CONSTANTS: [Constant; 6] = [
    ("fading", |options| &mut options.fading, &[0.5, 0.25, 1.5]),
    ("distance_decay", |options| &mut options.distance_decay, &[0.5, 0.85, 0.95]),
    ("repeat", |options| &mut options.repeat, &[0.3, 3.0]),
    ("backward", |options| &mut options.backward, &[0.3, 1.0]),
    ("popularity_power", |options| &mut options.popularity_power, &[0.0, 0.3]),
    ("shrink", |options| &mut options.shrink, &[1.0, 20.0]),
];

/// Chooses the constants; `measure` says what a memory of such options is worth. `report` hears of each that is tried.
///
/// # Errors
/// Those of `measure`.
pub(super) fn choose(
    mut options: MemoryOptions,
    mut measure: impl FnMut(&MemoryOptions) -> Result<Worths, TrainError>,
    report: &mut dyn FnMut(f32),
) -> Result<MemoryOptions, TrainError> {
    let trials: usize = CONSTANTS.iter().map(|(.., values)| values.len()).sum();
    let (mut best, mut tried) = (measure(&options)?, 0);
    for (_, constant, values) in CONSTANTS {
        for &value in values {
            let mut other = options;
            *constant(&mut other) = value;
            let worths = measure(&other)?;
            if gain(&worths, &best) > CLEARLY {
                (options, best) = (other, worths);
            }
            tried += 1;
            report(tried as f32 / trials as f32);
        }
    }
    Ok(options)
}

/// The constants by name, and whether each is as usual.
pub(super) fn told(options: &MemoryOptions) -> impl Iterator<Item = (&'static str, f32, bool)> {
    let (mut options, mut usual) = (*options, MemoryOptions::default());
    CONSTANTS.into_iter().map(move |(name, constant, _)| {
        let value = *constant(&mut options);
        (name, value, value == *constant(&mut usual))
    })
}

/// The mean difference of two measurements of the same steps, in its standard errors; 0 where nothing differs.
fn gain(worths: &[f64], others: &[f64]) -> f64 {
    let count = worths.len().min(others.len()).max(1) as f64;
    let differences = || worths.iter().zip(others).map(|(worth, other)| worth - other);
    let mean = differences().sum::<f64>() / count;
    let variance = differences().map(|difference| (difference - mean).powi(2)).sum::<f64>() / count;
    if variance > 0.0 { mean / (variance / count).sqrt() } else { 0.0 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A hundred steps of which so many are found.
    fn found(count: usize) -> Worths {
        (0..100).map(|step| if step < count { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn a_constant_changes_where_another_value_is_clearly_better() {
        let measure = |options: &MemoryOptions| {
            Ok(found(match (options.fading, options.shrink) {
                (fading, 20.0) if fading < 1.0 => 60,
                (0.25, _) => 50,
                (0.5, _) => 40,
                // Better by two steps of a hundred: by chance.
                (_, 1.0) => 32,
                _ => 30,
            }))
        };
        let mut shares = Vec::new();
        let usual = MemoryOptions::default();
        let chosen = choose(usual, measure, &mut |share| shares.push(share)).unwrap();
        assert_eq!(chosen, MemoryOptions { fading: 0.25, shrink: 20.0, ..usual });
        assert!(shares.is_sorted() && shares.last() == Some(&1.0));
        let others: Vec<_> = told(&chosen).filter(|(.., usual)| !usual).map(|(name, value, _)| (name, value)).collect();
        assert_eq!(others, [("fading", 0.25), ("shrink", 20.0)]);
    }

    #[test]
    fn chance_changes_nothing_nor_does_a_log_without_steps() {
        for count in [0, 1, 100] {
            let measure = |options: &MemoryOptions| {
                // Each value finds other steps, and as many.
                let shift = (options.fading * 4.0 + options.distance_decay * 20.0 + options.repeat) as usize;
                Ok((0..count).map(|step| f64::from(u8::from((step + shift).is_multiple_of(3)))).collect())
            };
            let chosen = choose(MemoryOptions::default(), measure, &mut |_| {}).unwrap();
            assert_eq!(chosen, MemoryOptions::default(), "{count} steps");
        }
    }
}
