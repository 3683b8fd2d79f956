//! The scores by which a list is put in order: the session's, mixed with the server's order, and what rules add and take. Plain
//! arithmetic in a fixed order, the same as in a page.

use std::cmp::Ordering;

use super::case::{Case, Scale};
use super::moment::DAY;
use super::rule::{Kind, Rule};
use super::table::Columns;
use super::value::number_text;

/// The scores of the candidates that are left, in the order in which they came.
pub(super) fn scores(of: &Case<'_>, scale: &Scale, rules: &[&Rule], left: &[usize]) -> Vec<f32> {
    let percent = rules.iter().find_map(|rule| match rule.kind {
        Kind::Strength { percent } => Some(percent),
        _ => None,
    });
    let strength = percent.unwrap_or(100.0) / 100.0;
    let adding: Vec<Adds<'_>> = rules.iter().filter_map(|rule| Adds::of(&rule.kind, of.now)).collect();
    if strength == 1.0 && adding.is_empty() {
        return left.iter().map(|&at| of.scores[at]).collect();
    }
    // The server's order on the scale of the scores: its k-th candidate has the k-th best.
    let mut ranked: Vec<f64> = left.iter().map(|&at| scale.base[at]).collect();
    ranked.sort_by(|a, b| b.partial_cmp(a).unwrap_or(Ordering::Equal));
    let columns = of.columns();
    let mixed = left.iter().zip(ranked).map(|(&at, server)| {
        let own = scale.base[at];
        let mixed = if strength == 1.0 { own } else { server + strength * (own - server) };
        let mut units = 0.0;
        let x = (mixed - scale.middle) / scale.unit;
        adding.iter().for_each(|adds| units += adds.to(of, &columns, at, x));
        (mixed + units * scale.unit) as f32
    });
    mixed.collect()
}

/// What one rule adds to a candidate's score, in units.
struct Adds<'r> {
    kind: &'r Kind,
    /// Of a rotation.
    seed: u32,
}

impl<'r> Adds<'r> {
    fn of(kind: &'r Kind, now: f64) -> Option<Self> {
        let seed = match kind {
            Kind::Rotation { seed, .. } => hash(&seed_of(seed, now), 0),
            Kind::Adds(..)
            | Kind::SeenDecay { .. }
            | Kind::Freshness { .. }
            | Kind::Ending { .. }
            | Kind::Exposure(_) => 0,
            _ => return None,
        };
        Some(Adds { kind, seed })
    }

    /// `x`: how many units the score stands from the middle before any rule adds.
    fn to(&self, of: &Case<'_>, columns: &Columns<'_>, at: usize, x: f64) -> f64 {
        match self.kind {
            Kind::Adds(matches, by, field) if matches.means(columns, at) => {
                let number = field.as_ref().map_or(1.0, |field| columns.number(field, at));
                if number >= 0.0 { by * number.min(1.0) } else { 0.0 }
            }
            Kind::SeenDecay { by, most } => -by * f64::from(of.shown(at)).min(*most),
            Kind::Freshness { field, half_life_days, by } => {
                let half = half_life_days * DAY;
                let age = of.now - columns.moment(field, at);
                if age.is_nan() { 0.0 } else { (by * half) / (half + age.max(0.0)) }
            }
            Kind::Ending { field, half_life_days, by } => {
                let half = half_life_days * DAY;
                let left = columns.end(field, at) - of.now;
                match left.partial_cmp(&0.0) {
                    None => 0.0,
                    Some(Ordering::Less) => -by,
                    Some(_) => (by * half) / (half + left),
                }
            }
            Kind::Exposure(field) => {
                let times = columns.number(field, at);
                if times >= 0.0 && times != 1.0 { moved_by(times, x) } else { 0.0 }
            }
            Kind::Rotation { by, matches, .. } if matches.as_ref().is_none_or(|of| of.means(columns, at)) => {
                let drawn = |id: &str| f64::from(hash(id, self.seed)) / 4_294_967_296.0;
                by * columns.id(at).map_or_else(|| drawn(&at.to_string()), drawn)
            }
            _ => 0.0,
        }
    }
}

/// How far a score that stands x units from the middle moves where the odds of its predicted click are multiplied, by 1/100 to 100.
fn moved_by(times: f64, x: f64) -> f64 {
    let odds = (if x >= 0.0 { 1.0 + 2.0 * x } else { 1.0 / (1.0 - 2.0 * x) }) * times.clamp(0.01, 100.0);
    (if odds >= 1.0 { odds - 1.0 } else { 1.0 - 1.0 / odds }) / 2.0 - x
}

fn seed_of(seed: &str, now: f64) -> String {
    let span = match seed {
        "day" => DAY,
        "hour" => DAY / 24.0,
        _ => return seed.to_owned(),
    };
    format!("{seed} {}", number_text((now / span).floor()))
}

/// 32 bits of a text: FNV-1a, and a last stir (as of MurmurHash3), since texts that differ at their end alone must not lie together.
fn hash(text: &str, seed: u32) -> u32 {
    let mut bits = 0x811c_9dc5 ^ seed;
    for unit in text.encode_utf16() {
        bits = (bits ^ u32::from(unit)).wrapping_mul(0x0100_0193);
    }
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}
