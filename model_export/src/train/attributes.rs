//! From a catalogue and the log's counts to the attributes that the features read.

use std::collections::BTreeMap;

use reshelf::artifact::{Attributes, UNKNOWN_ATTRIBUTE, UNKNOWN_PRICE};

use super::corpus::Corpus;
use super::pairs::{Floor, Sessions};
use crate::data::{Catalogue, Ids};

/// Codes of a price to one standard deviation of the logarithm.
const PRICE_STEPS: f32 = 32.0;
/// The newest part of the sessions that a trend sets against the whole.
const TREND_PART: f32 = 0.2;
/// Events that the trend of a rare item borrows from "steady".
const TREND_SHRINK: f32 = 5.0;

/// The attributes of every item of the vocabulary; items that the catalogue lacks stay unknown. Items that fewer sessions
/// have than the floor says count as seen once, no more of late than others.
pub fn attributes(corpus: &Corpus, ids: &Ids, catalogue: Option<&Catalogue>, floor: Floor) -> Vec<Attributes> {
    let mut attributes = vec![Attributes::default(); ids.len()];
    count(corpus, floor, &mut attributes);
    let Some(catalogue) = catalogue else { return attributes };
    let rows: Vec<Option<usize>> = (0..ids.len()).map(|item| catalogue.ids.position(&ids.text(item))).collect();
    let numbers = |of: &dyn Fn(usize) -> Option<String>| -> Vec<u16> {
        let values: Vec<Option<String>> = rows.iter().map(|row| row.and_then(of)).collect();
        number_by_frequency(&values)
    };
    let category = numbers(&|row| catalogue.categories[row].clone());
    let department = numbers(&|row| catalogue.categories[row].as_deref().map(|path| department(path).to_owned()));
    let brand = numbers(&|row| catalogue.brands[row].clone());
    let prices: Vec<Option<f32>> = rows.iter().map(|row| row.and_then(|row| catalogue.prices[row])).collect();
    let prices = price_codes(&prices);
    for (item, values) in attributes.iter_mut().enumerate() {
        values.category = category[item];
        values.department = department[item];
        values.brand = brand[item];
        values.price = prices[item];
    }
    attributes
}

fn count(corpus: &Corpus, floor: Floor, attributes: &mut [Attributes]) {
    let mut sessions = vec![Sessions::default(); attributes.len()];
    let (mut all, mut late) = (vec![0f32; attributes.len()], vec![0f32; attributes.len()]);
    let late_from = corpus.session((corpus.sessions() as f32 * (1.0 - TREND_PART)) as usize).start;
    for (position, &item) in corpus.sequence().iter().enumerate() {
        all[item as usize] += 1.0;
        sessions[item as usize].add(corpus.session_number_at(position));
        if position >= late_from {
            late[item as usize] += 1.0;
        }
    }
    let late_share = late.iter().sum::<f32>() / all.iter().sum::<f32>().max(1.0);
    for (item, sessions) in sessions.iter().enumerate() {
        if (1..floor.pairs()).contains(&sessions.count()) {
            (all[item], late[item]) = (1.0, late_share);
        }
    }
    let most = all.iter().fold(1.0f32, |most, &count| most.max(count));
    for (item, values) in attributes.iter_mut().enumerate() {
        values.popularity = (all[item].ln_1p() / most.ln_1p() * 255.0).round() as u8;
        let share = (late[item] + TREND_SHRINK * late_share) / (all[item] + TREND_SHRINK);
        values.trend = (share / (share + late_share).max(f32::MIN_POSITIVE) * 255.0).round() as u8;
    }
}

/// The first step of a category path.
fn department(path: &str) -> &str {
    let separator = if path.contains('/') { '/' } else { '.' };
    path.split(separator).next().unwrap_or(path)
}

/// Numbers values from 1, the most frequent first; values past 65,535 stay unknown.
fn number_by_frequency(values: &[Option<String>]) -> Vec<u16> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values.iter().flatten().filter(|value| !value.trim().is_empty()) {
        *counts.entry(value).or_default() += 1;
    }
    let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let numbers: BTreeMap<&str, u16> =
        order.iter().zip(1..=u16::MAX).map(|((value, _), number)| (*value, number)).collect();
    let number = |value: &Option<String>| value.as_deref().and_then(|value| numbers.get(value).copied());
    values.iter().map(|value| number(value).unwrap_or(UNKNOWN_ATTRIBUTE)).collect()
}

fn price_codes(prices: &[Option<f32>]) -> Vec<i8> {
    let logs: Vec<Option<f32>> =
        prices.iter().map(|price| price.filter(|price| price.is_finite() && *price > 0.0).map(f32::ln)).collect();
    let known: Vec<f64> = logs.iter().flatten().map(|&log| f64::from(log)).collect();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let variance = known.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / known.len().max(1) as f64;
    let deviation = variance.sqrt().max(1e-6);
    let code = |log: f32| ((f64::from(log) - mean) / deviation * f64::from(PRICE_STEPS)).round().clamp(-127.0, 127.0);
    logs.iter().map(|log| log.map_or(UNKNOWN_PRICE, |log| code(log) as i8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    #[test]
    fn values_are_numbered_by_frequency_and_blanks_stay_unknown() {
        let values = [text("b"), text("a"), None, text("b"), text(" ")];
        assert_eq!(number_by_frequency(&values), [1, 2, 0, 1, 0]);
    }

    #[test]
    fn departments_and_prices() {
        assert_eq!(department("home/kitchen/mugs"), "home");
        assert_eq!(department("appliances.kitchen.kettle"), "appliances");
        assert_eq!(department("995"), "995");
        let codes = price_codes(&[Some(1.0), Some(10.0), Some(100.0), None, Some(-3.0), Some(f32::NAN)]);
        assert!(codes[0] < codes[1] && codes[1] < codes[2] && codes[1] == 0);
        assert_eq!(&codes[3..], [UNKNOWN_PRICE; 3]);
    }

    #[test]
    fn popularity_and_trend_follow_the_counts() {
        let old: &[u32] = &[0, 1];
        let new: &[u32] = &[0, 2];
        let corpus = Corpus::of_lists(4, &[old, old, old, old, old, old, old, old, new, new]);
        let mut attributes = vec![Attributes::default(); 4];
        count(&corpus, Floor::new(1), &mut attributes);
        assert_eq!(attributes[0].popularity, 255);
        assert_eq!(attributes[3].popularity, 0);
        assert!(attributes[1].trend < 128 && attributes[2].trend > 128);
        assert!(attributes[3].trend.abs_diff(128) <= 1);
    }

    #[test]
    fn items_of_too_few_sessions_count_as_seen_once_and_of_no_trend() {
        let (often, twice, late): (&[u32], &[u32], &[u32]) = (&[0, 0, 1], &[0, 1, 2, 2, 2], &[0, 3]);
        let corpus = Corpus::of_lists(5, &[often, twice, often, often, late]);
        let mut attributes = vec![Attributes::default(); 5];
        count(&corpus, Floor::new(2), &mut attributes);
        assert_eq!((attributes[2].popularity, attributes[2].trend), (attributes[3].popularity, attributes[3].trend));
        assert!(attributes[2].popularity > 0 && attributes[2].trend.abs_diff(128) <= 1);
        assert_eq!(attributes[4].popularity, 0);
    }
}
