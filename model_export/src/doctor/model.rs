//! A model, as a page would take it up.

use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use reshelf::artifact::{Artifact, Header};
use reshelf::{Event, EventKind, Outcome, Reranker};
use serde::Serialize;
use serde_json::Value;

use super::Finding;
use crate::files::{ModelError, bytes_by_part, hidden_in_words, hidden_part, read_bytes, read_training_report};

/// Taste and stock move on: an older model is worth a look.
const OLD_DAYS: f64 = 60.0;
/// What a page on a telephone may be asked to fetch.
const LARGE_BYTES: usize = 8_000_000;
/// How many items are ranked to see that it works.
const TRIED: usize = 20;

/// What a model is, and whether it works here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// The file.
    pub path: String,
    /// Its bytes.
    pub bytes: usize,
    /// The number of its format.
    pub format: String,
    /// The identity of the run that made it.
    pub model: String,
    /// What trained it, where its card says so.
    pub trained_by: Option<String>,
    /// Items that it knows; 0 of a core, whose rows travel.
    pub items: usize,
    /// Numbers of a vector.
    pub dimension: usize,
    /// The part of the items that training hid from it, if it did.
    pub hide_items: Option<f64>,
    /// Whether it is a core.
    pub core: bool,
    /// Whether the report of its training lies beside it.
    pub report: bool,
    /// Days since the newest event that it was trained on, by the report beside it; `None` without one, or without times.
    pub days_since_newest_event: Option<f64>,
    /// Days since the file was written; `None` where the system does not tell.
    pub days_since_written: Option<f64>,
    /// What was tried, in this order.
    pub checks: Vec<Check>,
}

/// Something that was tried with a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was tried.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was seen.
    pub said: String,
}

impl Model {
    /// Reads a model, checks it as pages do, and ranks with it.
    ///
    /// # Errors
    /// `model.unreadable`, `model.is_folder`, or why the artifact was refused.
    pub fn of(path: &Path) -> Result<Model, ModelError> {
        let refused = |cause| ModelError::Artifact { path: path.to_owned(), cause };
        let bytes = read_bytes(path)?;
        let header = Header::parse(&bytes).map_err(refused)?;
        let artifact = Artifact::from_bytes(&bytes).map_err(refused)?;
        let card: Value = serde_json::from_str(&artifact.card).unwrap_or_default();
        let report = read_training_report(path, &artifact);
        let parts = bytes_by_part(&bytes);
        let written = std::fs::metadata(path).and_then(|file| file.modified()).ok();
        let items = artifact.items.len();
        let held = format!("lengths and checksum hold, {} parts", parts.len());
        let mut checks = vec![Check { name: "file", ok: true, said: held }];
        let model = Model {
            path: path.display().to_string(),
            bytes: bytes.len(),
            format: header.get("reshelf.format").unwrap_or_default().to_owned(),
            model: artifact.model.clone(),
            trained_by: card["trained_by"].as_str().map(str::to_owned),
            items,
            dimension: artifact.items.dimension(),
            hide_items: hidden_part(&artifact.card),
            core: items == 0,
            report: report.is_ok(),
            days_since_newest_event: report
                .ok()
                .and_then(|report| report["times_ms"][1].as_f64())
                .and_then(days_since_ms),
            days_since_written: written.and_then(|time| time.elapsed().ok()).map(|time| days(time.as_secs_f64())),
            checks: Vec::new(),
        };
        if items > 0 {
            let known = (0..items.min(TRIED)).filter_map(|row| artifact.vocabulary.id(row as u32));
            let ids: Vec<String> = known.map(|id| id.to_string()).collect();
            checks.push(ranks(Reranker::new(artifact).map_err(refused)?, &ids));
        }
        Ok(Model { checks, ..model })
    }

    /// The age that counts: of what it learned from, else of the file.
    pub fn days(&self) -> Option<f64> {
        self.days_since_newest_event.or(self.days_since_written)
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut say = |code, message: String| found.push(Finding { code, message });
        if let Some(days) = self.days().filter(|days| *days > OLD_DAYS) {
            say("old_model", format!("the model is {days:.0} days old: train it anew on a newer log"));
        }
        if self.bytes > LARGE_BYTES {
            let megabytes = self.bytes as f64 / 1e6;
            let fix =
                "make it smaller with `reshelf quantize --most-bytes`, or send rows (`reshelf core`, `reshelf rows`)";
            say("large_model", format!("each shopper fetches {megabytes:.1} MB: {fix}"));
        }
        if let Some(part) = self.hide_items {
            say("hidden_items", format!("{}: train one without the flag to be shipped", hidden_in_words(part)));
        }
        for check in self.checks.iter().filter(|check| !check.ok) {
            say("check_failed", format!("{}: {}; export the model again", check.name, check.said));
        }
        found
    }
}

/// Has a model rank some of its items for who has looked at one, and again when that is forgotten.
fn ranks(mut reranker: Reranker, ids: &[String]) -> Check {
    let handles: Vec<_> = ids.iter().filter_map(|id| reranker.resolve(id)).collect();
    let seen = handles.first().and_then(|&item| reranker.observe(Event::new(item, EventKind::View, 0.0)).ok());
    let ranking = reranker.rerank(&handles, &[], handles.len());
    let reranked = ranking.outcome == Outcome::Reranked;
    let mut order = ranking.order.to_vec();
    order.sort_unstable();
    let all = order.iter().copied().eq(0..ids.len() as u32);
    reranker.forget_all();
    let forgotten = reranker.rerank(&handles, &[], handles.len()).order.iter().copied().eq(0..ids.len() as u32);
    let ok = seen.is_some() && reranked && all && forgotten;
    let said = match ok {
        true => format!("{} items ranked, and in the server's order once all is forgotten", ids.len()),
        false => "its own items could not be ranked and forgotten".to_owned(),
    };
    Check { name: "ranking", ok, said }
}

/// To a hundredth: nobody goes by more.
fn days(seconds: f64) -> f64 {
    (seconds / 864.0).round() / 100.0
}

/// Days from a time, in milliseconds since 1970, to now.
fn days_since_ms(ms: f64) -> Option<f64> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(days(now.as_secs_f64() - ms / 1_000.0))
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "model:    {}, format {}, {:.2} MB", self.path, self.format, self.bytes as f64 / 1e6)?;
        let whole = format!("{} items, {} numbers each", self.items, self.dimension);
        writeln!(f, "items:    {}", if self.core { "a core, whose items travel as rows".to_owned() } else { whole })?;
        let age = |days: Option<f64>| days.map_or("not known".to_owned(), |days| format!("{days:.0} days ago"));
        writeln!(
            f,
            "age:      newest event {}, written {}",
            age(self.days_since_newest_event),
            age(self.days_since_written)
        )?;
        writeln!(f, "report:   {}", if self.report { "beside it; keep it from the public" } else { "none beside it" })?;
        let lines: Vec<String> = self
            .checks
            .iter()
            .map(|Check { name, ok, said }| {
                format!("{:<10}{said}", format!("{name}:")) + if *ok { "" } else { " (FAILED)" }
            })
            .collect();
        write!(f, "{}", lines.join("\n"))
    }
}
