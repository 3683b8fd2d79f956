//! The result as a table for the terminal.

use std::fmt::{self, Display, Formatter};

use indicatif::HumanCount;

use super::slices::Slice;
use super::summary::{Evaluation, Lifts, ListMeasures, Protocol};
use crate::measure::{Estimate, Lift, from_step_in_words};

impl Display for Evaluation {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let counts = &self.counts;
        writeln!(out, "{} on {}", self.subject.model, self.subject.sessions)?;
        let lists = match self.protocol {
            Protocol::Catalogue => "whole catalogue ranked",
            Protocol::Candidates => "the server's candidates re-ranked",
        };
        let lists = match self.subject.server_lists {
            Some(length) => &format!("lists of {length} from a server that knows nothing of the session, re-ranked"),
            None => lists,
        };
        let from = from_step_in_words(self.subject.from_step);
        writeln!(out, "{} steps of {} sessions{from}, {lists}", count(counts.steps), count(counts.sessions))?;
        writeln!(
            out,
            "{} items known to the model; {} steps ({}) have a target that is not",
            count(counts.catalogue),
            count(counts.unknown_targets),
            percent(counts.unknown_targets as f64 / counts.steps.max(1) as f64, 1),
        )?;
        if counts.steps_without_list > 0 {
            writeln!(out, "{} steps have no candidate list and are not measured", count(counts.steps_without_list))?;
        }
        for warning in self.warnings() {
            writeln!(out, "warning[{}]: {}", warning.0, warning.1)?;
        }
        if let Some(unchecked) = &self.checks.unchecked {
            writeln!(out, "note: {unchecked}")?;
        }
        self.write_measures(out)?;
        self.write_cuts(out)?;
        self.write_comparisons(out)?;
        if let Some(policies) = &self.policies {
            write!(out, "{policies}")?;
        }
        for fairness in &self.fairness {
            write!(out, "{fairness}")?;
        }
        self.write_slices(out)?;
        self.write_head(out)?;
        write!(
            out,
            "\n{} intervals: bootstrap by session, {} draws, seed {}",
            percent(self.confidence, 0),
            count(self.resamples),
            self.seed
        )
    }
}

impl Evaluation {
    /// Name, model, server and lift of every measure at k, in the order in which they are shown.
    pub(super) fn rows(&self) -> Vec<MeasureRow> {
        let (model, server) = (&self.metrics, self.server.as_ref());
        let lift = self.lift.as_ref();
        let row = |name, meaning, pick: fn(&ListMeasures) -> Option<Estimate>| MeasureRow {
            name,
            meaning,
            model: pick(model),
            server: server.and_then(pick),
            lift: None,
        };
        let lifted =
            |row: MeasureRow, pick: fn(&Lifts) -> Option<Lift>| MeasureRow { lift: lift.and_then(pick), ..row };
        vec![
            lifted(row("recall", "targets found among the first k", |m| Some(m.recall)), |l| Some(l.recall)),
            lifted(row("MRR", "1 / place of the target", |m| Some(m.mrr)), |l| Some(l.mrr)),
            lifted(row("NDCG", "a hit counts less further down", |m| Some(m.ndcg)), |l| Some(l.ndcg)),
            lifted(row("AUC", "other candidates that stand below the target", |m| m.auc), |l| l.auc),
            row("hit rate", "lists with a hit; with one target a step, recall", |m| Some(m.hit_rate)),
            row("MAP", "average precision; with one target a step, MRR", |m| Some(m.map)),
            row("precision", "places that hold the target; at most 1 / k", |m| Some(m.precision)),
            row("F1", "harmonic mean of precision and recall", |m| Some(m.f1)),
            row("coverage", "part of the catalogue that was shown to anybody", |m| Some(m.coverage)),
            row("popularity bias", "above 0: more popular items than people choose", |m| m.popularity_bias),
        ]
    }

    /// Code and message of everything worth a warning, the compared models' by their names.
    pub(super) fn warnings(&self) -> Vec<(&'static str, String)> {
        let own = self.checks.warnings.iter().map(|warning| (warning.code, warning.message.clone()));
        let of_training = |code: &str| ["same_log", "sessions_in_training", "before_training_end"].contains(&code);
        let others = self.comparisons.iter().flat_map(|other| {
            // What the log itself shows was said already.
            let theirs = other.warnings.iter().filter(move |warning| of_training(warning.code));
            theirs.map(|warning| (warning.code, format!("{}: {}", other.model, warning.message)))
        });
        own.chain(others).collect()
    }

    /// The command that prints this.
    pub(super) fn command(&self) -> String {
        let subject = &self.subject;
        let mut words = vec!["reshelf".to_owned(), "evaluate".to_owned()];
        let mut flag = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), quoted(value)]);
            }
        };
        flag("model", Some(&subject.model));
        flag("sessions", Some(&subject.sessions));
        flag("session-column", subject.session_column.as_deref());
        flag("split-column", subject.split_column.as_deref());
        flag("split", subject.split.as_deref());
        flag("newest-test", subject.newest_test.map(|part| part.to_string()).as_deref());
        flag("candidates", subject.candidates.as_deref());
        flag("server-lists", subject.server_lists.map(|length| length.to_string()).as_deref());
        flag("items", subject.items.as_deref());
        self.comparisons.iter().for_each(|other| flag("compare", Some(&other.model)));
        let policies = self.policies.iter().flat_map(|compared| &compared.policies);
        policies.for_each(|policy| flag("policy", Some(&policy.file)));
        self.fairness.iter().for_each(|told| flag("fairness", Some(&told.field)));
        let from = Some(subject.from_step).filter(|&from| from > 1);
        flag("from-step", from.map(|from| from.to_string()).as_deref());
        flag("k", Some(&self.k.to_string()));
        flag("seed", Some(&self.seed.to_string()));
        words.join(" ")
    }

    fn write_measures(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let at = format!("at {}", self.k);
        let header = if self.server.is_some() { format!("{:>8}  {:>9}", "server", "lift") } else { String::new() };
        let header = format!("{at:<16} {:>8}  {:<18} {header}", "value", "interval");
        writeln!(out, "\n{}", header.trim_end())?;
        for row in self.rows() {
            let Some(model) = row.model else { continue };
            let server = row.server.map_or(String::new(), |server| format!(" {:>8.4}", server.value));
            let lift = row.lift.and_then(|lift| lift.relative).map_or(String::new(), |lift| {
                format!("  {:>9} ({})", signed_percent(lift.value), percent_interval(&lift))
            });
            let interval = interval(&model, |value| format!("{value:.4}"));
            let line = format!("{:<16} {:>8.4}  {interval:<18}{server}{lift}", row.name, model.value);
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn write_cuts(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "\n{:<16} {:>8}  {:>8}  {:>8}", "by k", "recall", "MRR", "NDCG")?;
        for cut in &self.cuts {
            let model = &cut.model;
            let (recall, mrr, ndcg) = (model.recall.value, model.mrr.value, model.ndcg.value);
            let lift = cut.lift.and_then(|lift| lift.ndcg.relative);
            let lift = lift.map_or(String::new(), |lift| format!("  NDCG {}", signed_percent(lift.value)));
            writeln!(out, "{:<16} {recall:>8.4}  {mrr:>8.4}  {ndcg:>8.4}{lift}", cut.k)?;
        }
        Ok(())
    }

    fn write_comparisons(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for other in &self.comparisons {
            writeln!(out, "\nminus {} ({} bytes)", other.model, count(other.model_bytes as usize))?;
            writeln!(out, "{:<16} {:>8}  {:<18}  {:>6}", "", "change", "interval", "p")?;
            let shown = other.cuts.iter().filter(|cut| cut.k == self.k || cut.k == 10);
            for cut in shown {
                let change = &cut.difference;
                for (name, change) in [("recall", change.recall), ("MRR", change.mrr), ("NDCG", change.ndcg)] {
                    let name = format!("{name}@{}", cut.k);
                    let range = change
                        .low
                        .zip(change.high)
                        .map_or(String::new(), |(low, high)| format!("{low:+.4} to {high:+.4}"));
                    let p = change.p.map_or(String::new(), |p| format!("{p:.3}"));
                    writeln!(out, "{}", format!("{name:<16} {:>+8.4}  {range:<18}  {p:>6}", change.value).trim_end())?;
                }
            }
        }
        Ok(())
    }

    fn write_head(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(calibration) = &self.calibration {
            let error = percent(calibration.error, 1);
            writeln!(
                out,
                "\nfirst place: said and observed differ by {error} on average ({} steps)",
                count(calibration.steps)
            )?;
        }
        if let Some(attention) = &self.attention {
            writeln!(out, "\nwhat each part has to say in the first 20 places ({} steps)", attention.steps)?;
            for group in &attention.groups {
                writeln!(out, "{:<16} {:>8}", group.name, percent(group.share, 1))?;
            }
        }
        Ok(())
    }

    fn write_slices(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for group in &self.slices {
            let width = group.slices.iter().map(|slice| slice.name.chars().count()).max().unwrap_or(0);
            let width = width.clamp(16, LONGEST_NAME);
            let server = if self.server.is_some() { "  NDCG over server" } else { "" };
            let titles =
                format!("{:>8}  {:>8}  {:>18}  {:>8}  {:>8}{server}", "steps", "recall", "interval", "MRR", "NDCG");
            writeln!(out, "\n{}\n{:<width$} {titles}", group.title.to_lowercase(), "")?;
            for slice in &group.slices {
                writeln!(out, "{}", slice_line(slice, width))?;
            }
        }
        Ok(())
    }
}

/// One measure of the summary.
pub(super) struct MeasureRow {
    pub name: &'static str,
    pub meaning: &'static str,
    pub model: Option<Estimate>,
    pub server: Option<Estimate>,
    pub lift: Option<Lift>,
}

/// The longest name of a slice or a group that stands whole in a line: that of a band has two numbers.
pub(super) const LONGEST_NAME: usize = 48;

fn slice_line(slice: &Slice, width: usize) -> String {
    let (steps, name) = (HumanCount(slice.steps as u64).to_string(), in_line(&slice.name, width));
    let Some(model) = &slice.model else { return format!("{name:<width$} {steps:>8}") };
    let interval = interval(&model.recall, |value| format!("{value:.4}"));
    let (recall, mrr, ndcg) = (model.recall.value, model.mrr.value, model.ndcg.value);
    let change = slice
        .lift
        .and_then(|lift| lift.ndcg.relative)
        .map_or(String::new(), |change| format!("  {}", change_in_words(&change)));
    let weak = if slice.weak { "  weak" } else { "" };
    format!("{name:<width$} {steps:>8}  {recall:>8.4}  {interval:>18}  {mrr:>8.4}  {ndcg:>8.4}{change}{weak}")
}

/// The first letters of a name from outside, in one line.
pub(super) fn in_line(name: &str, most: usize) -> String {
    name.chars().take(most).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A number with its thousands apart.
fn count(number: usize) -> HumanCount {
    HumanCount(number as u64)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./=:,@%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// "low to high", or nothing where there is no interval.
pub(super) fn interval(estimate: &Estimate, text: impl Fn(f64) -> String) -> String {
    estimate.low.zip(estimate.high).map_or(String::new(), |(low, high)| format!("{} to {}", text(low), text(high)))
}

/// A part of the whole as "12.3 %".
pub(super) fn percent(part: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", part * 100.0)
}

/// The interval of a change, "+9.2 to +19.1 %".
pub(super) fn percent_interval(estimate: &Estimate) -> String {
    let text = interval(estimate, |change| format!("{:+.1}", change * 100.0));
    if text.is_empty() { text } else { text + " %" }
}

/// A change with its interval, where it has one: "+12.3 % (+9.2 to +19.1 %)".
pub(super) fn change_in_words(change: &Estimate) -> String {
    let (value, interval) = (signed_percent(change.value), percent_interval(change));
    if interval.is_empty() { value } else { format!("{value} ({interval})") }
}

/// A change as "+12.3 %".
pub(super) fn signed_percent(change: f64) -> String {
    format!("{:+.1} %", change * 100.0)
}
