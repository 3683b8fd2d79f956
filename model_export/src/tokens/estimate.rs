//! From tokens to counts of shoppers by cluster.
//!
//! Of `n` tokens, `c` of one cluster, `(c - n q) / (p - q)` is an unbiased estimate of how many shoppers had that cluster, where
//! `p` is the probability that a token shows its own cluster and `q` that of each single other one. Given that truly `m` had it,
//! its variance is `(m p (1 - p) + (n - m) q (1 - q)) / (p - q)^2` (Wang et al., "Locally differentially private protocols for
//! frequency estimation", USENIX Security 2017).

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::Path;

use indicatif::HumanCount;
use serde::Serialize;

use super::TokensError;
use super::response::probabilities;
use crate::data::{TokenGroup, TokenReport, read_tokens};

/// The version of the JSON form.
const FORMAT: u32 = 1;
/// Standard deviations that 95 % of a normal distribution lie within.
const DEVIATIONS: f64 = 1.959_964;

/// Shoppers by cluster. Displayed, it is a table for the terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counts {
    /// The version of the JSON form.
    pub format: u32,
    /// The path of the tokens as given.
    pub tokens: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that are no tokens, and why.
    pub left_out: Vec<LeftOut>,
    /// Columns that nobody reads.
    pub columns_ignored: Vec<String>,
    /// What else is to be said of the files.
    pub notes: Vec<String>,
    /// How many clusters the model has.
    pub clusters: usize,
    /// Tokens that can be counted together.
    pub groups: Vec<Group>,
}

/// Rows that are no tokens for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// How many.
    pub rows: u64,
    /// Why.
    pub why: &'static str,
    /// Where the first of them stands.
    pub first: String,
}

/// Tokens of one model, epoch and epsilon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The model's version, where the tokens name it.
    pub model: Option<String>,
    /// The epoch, where they name it.
    pub epoch: Option<i64>,
    /// How much each of them may tell.
    pub epsilon: f64,
    /// How many there are.
    pub tokens: u64,
    /// How probable it is that one shows its own cluster.
    pub own: f64,
    /// Every cluster, by its number.
    pub counts: Vec<Counted>,
}

/// One cluster.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// Its number.
    pub cluster: usize,
    /// Tokens that show it.
    pub shown: u64,
    /// Shoppers whose cluster it was, estimated without bias: below 0, or above the number of tokens, where chance has it so.
    pub estimate: f64,
    /// The lower end of the 95 % interval, 0 at least.
    pub low: f64,
    /// The upper end, the number of tokens at most.
    pub high: f64,
}

/// Counts the tokens of a file or a folder.
///
/// # Errors
/// `data.*`, `tokens.mixed`, `tokens.none`.
pub fn count(path: &Path) -> Result<Counts, TokensError> {
    let (groups, report) = read_tokens(path)?;
    let mut by_clusters: BTreeMap<usize, u64> = BTreeMap::new();
    for group in &groups {
        *by_clusters.entry(group.counts.len()).or_default() += group.counts.iter().sum::<u64>();
    }
    let clusters = match by_clusters.len() {
        0 => return Err(no_tokens(&report)),
        1 => by_clusters.keys().copied().next().unwrap_or_default(),
        _ => {
            let found: Vec<String> =
                by_clusters.iter().map(|(clusters, tokens)| format!("{clusters} ({tokens} tokens)")).collect();
            return Err(TokensError::Mixed { found: found.join(" and ") });
        }
    };
    let left_out = report.left_out.into_iter();
    Ok(Counts {
        format: FORMAT,
        tokens: path.display().to_string(),
        rows: report.rows_read,
        left_out: left_out.map(|(fault, (rows, first))| LeftOut { rows, why: fault.in_words(), first }).collect(),
        columns_ignored: report.columns_ignored,
        notes: report
            .files
            .to_string()
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect(),
        clusters,
        groups: groups.into_iter().map(estimated).collect(),
    })
}

fn no_tokens(report: &TokenReport) -> TokensError {
    let most = report.left_out.iter().max_by_key(|(_, (rows, _))| *rows);
    let first = most.map_or_else(String::new, |(fault, (_, first))| format!("{} {first}", fault.in_words()));
    TokensError::NoTokens { rows: report.rows_read, first }
}

fn estimated(group: TokenGroup) -> Group {
    let tokens = group.counts.iter().sum::<u64>();
    let (own, other) = probabilities(group.epsilon, group.counts.len());
    let all = tokens as f64;
    let counted = |(cluster, &shown): (usize, &u64)| {
        let estimate = (shown as f64 - all * other) / (own - other);
        let had = estimate.clamp(0.0, all);
        let variance = (had * own * (1.0 - own) + (all - had) * other * (1.0 - other)) / (own - other).powi(2);
        let reach = DEVIATIONS * variance.sqrt();
        let within = |end: f64| end.clamp(0.0, all);
        Counted { cluster, shown, estimate, low: within(estimate - reach), high: within(estimate + reach) }
    };
    let counts = group.counts.iter().enumerate().map(counted).collect();
    Group { model: group.model, epoch: group.epoch, epsilon: group.epsilon, tokens, own, counts }
}

impl Display for Counts {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let counted: u64 = self.groups.iter().map(|group| group.tokens).sum();
        writeln!(
            out,
            "{} rows read, {} tokens of {} clusters",
            HumanCount(self.rows),
            HumanCount(counted),
            self.clusters
        )?;
        for LeftOut { rows, why, first } in &self.left_out {
            writeln!(out, "  left out {} rows: {why} (first {first})", HumanCount(*rows))?;
        }
        if !self.columns_ignored.is_empty() {
            writeln!(out, "  columns ignored: {}", self.columns_ignored.join(", "))?;
        }
        for note in &self.notes {
            writeln!(out, "  {note}")?;
        }
        for group in &self.groups {
            write!(out, "\nepsilon {}", group.epsilon)?;
            group.epoch.map_or(Ok(()), |epoch| write!(out, ", epoch {epoch}"))?;
            group.model.as_ref().map_or(Ok(()), |model| write!(out, ", model {model}"))?;
            let shows = 100.0 * group.own;
            writeln!(out, ": {} tokens, of which {shows:.1} % show their own cluster", HumanCount(group.tokens))?;
            writeln!(out, "{:>7} {:>10} {:>12}  95 % interval", "cluster", "shown", "shoppers")?;
            for Counted { cluster, shown, estimate, low, high } in &group.counts {
                writeln!(out, "{cluster:>7} {shown:>10} {estimate:>12.1}  {low:.1} to {high:.1}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Tokens of so many shoppers of each cluster, one a shopper.
    fn drawn(shoppers: &[u64], epsilon: f64, rng: &mut Rng) -> TokenGroup {
        let clusters = shoppers.len();
        let (own, other) = probabilities(epsilon, clusters);
        let mut counts = vec![0; clusters];
        for (cluster, &shoppers) in shoppers.iter().enumerate() {
            for _ in 0..shoppers {
                let point = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
                let place = ((point - own) / other) as usize;
                let shown = if point < own { cluster } else { place + usize::from(place >= cluster) };
                counts[shown.min(clusters - 1)] += 1;
            }
        }
        TokenGroup { model: None, epoch: None, epsilon, counts }
    }

    #[test]
    fn estimates_have_no_bias_and_intervals_hold_as_often_as_they_say() {
        let shoppers: Vec<u64> = (0..16).map(|cluster| if cluster < 12 { 100 * cluster } else { 0 }).collect();
        let all: u64 = shoppers.iter().sum();
        const RUNS: usize = 400;
        for epsilon in [1.0, 3.0] {
            let mut rng = Rng::new(7, "tokens");
            let (mut sums, mut squares, mut held) = (vec![0.0; 16], vec![0.0; 16], 0);
            for _ in 0..RUNS {
                let group = estimated(drawn(&shoppers, epsilon, &mut rng));
                assert_eq!(group.tokens, all);
                let total: f64 = group.counts.iter().map(|counted| counted.estimate).sum();
                assert!((total - all as f64).abs() < 1e-6, "estimates add up to the tokens: {total}");
                for (cluster, counted) in group.counts.iter().enumerate() {
                    sums[cluster] += counted.estimate;
                    squares[cluster] += (counted.estimate - shoppers[cluster] as f64).powi(2);
                    let truth = shoppers[cluster] as f64;
                    held += usize::from(counted.low <= truth && truth <= counted.high);
                    assert!(0.0 <= counted.low && counted.low <= counted.high && counted.high <= all as f64);
                }
            }
            let (own, other) = probabilities(epsilon, 16);
            for (cluster, &truth) in shoppers.iter().enumerate() {
                let mean = sums[cluster] / RUNS as f64;
                let truth = truth as f64;
                let variance =
                    (truth * own * (1.0 - own) + (all as f64 - truth) * other * (1.0 - other)) / (own - other).powi(2);
                assert!(
                    (mean - truth).abs() < 4.0 * (variance / RUNS as f64).sqrt(),
                    "{epsilon} {cluster}: {mean} for {truth}"
                );
                // A variance of 400 runs has a standard deviation of 7 %.
                assert!((squares[cluster] / RUNS as f64 / variance - 1.0).abs() < 0.3, "{epsilon} {cluster}");
            }
            let part = held as f64 / (RUNS * 16) as f64;
            assert!((0.94..0.96).contains(&part), "{part} of the intervals hold");
        }
    }

    #[test]
    fn little_is_certain_of_few_tokens_and_ends_stay_within_what_there_is() {
        let group = estimated(TokenGroup { model: None, epoch: Some(3), epsilon: 1.0, counts: vec![0, 5, 0, 0] });
        let [none, most, ..] = group.counts[..] else { return };
        assert!(none.estimate < 0.0 && none.low == 0.0, "unbiased, and so below 0 by chance");
        assert!(most.estimate > 5.0 && most.high == 5.0);
    }
}
