//! What tokens are worth on a log, to a server that knows nothing else of a shopper.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::HumanCount;
use reshelf::artifact::Artifact;
use serde::Serialize;

use super::TokensError;
use super::recall::{CUT, Step, WorthRow, recalls};
use crate::data::{Cleaning, CleaningRules, EventOptions, SessionColumn, SessionGap, SessionLog, Split, read_events};
use crate::files::read_whole_artifact;
use crate::measure::Estimate;
use crate::pool::pool;
use crate::progress::Progress;
use crate::replay::walk;

/// The version of the JSON form.
const FORMAT: u32 = 1;

/// What is to be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct WorthOptions {
    /// An artifact with clusters, trained on the same sessions that the server counts in.
    pub model: PathBuf,
    /// The log: a file or a folder of files.
    pub events: PathBuf,
    /// The sessions that the server counts in.
    pub train: Split,
    /// The sessions to measure on.
    pub test: Split,
    /// How long a session may be silent.
    pub session_gap: SessionGap,
    /// The column whose values are sessions.
    pub session_column: SessionColumn,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// Worker threads, at least 1. The result does not depend on them.
    pub threads: usize,
    /// Whether to show no progress.
    pub quiet: bool,
}

/// What tokens are worth. Displayed, it is a table for the terminal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// The version of the JSON form.
    pub format: u32,
    /// The artifact's path as given.
    pub model: String,
    /// The log's path as given.
    pub events: String,
    /// How many clusters the model has.
    pub clusters: usize,
    /// Places of a list that are looked at.
    pub k: usize,
    /// Sessions measured on.
    pub sessions: usize,
    /// Steps measured.
    pub steps: usize,
    /// Of these, those before which the model knows nothing of the session: there is no token for them.
    pub steps_without_cluster: usize,
    /// The share of the others that the largest cluster has.
    pub largest_cluster: f64,
    /// Recall of the most popular items: what there is without tokens.
    pub popularity: Estimate,
    /// With tokens of each epsilon.
    pub rows: Vec<WorthRow>,
}

/// Measures what tokens of a model's clusters are worth on a log.
///
/// # Errors
/// `data.*`, `model.*`, `artifact.*`, `pool.threads`, `tokens.no_clusters`, `tokens.nothing_to_measure`.
pub fn worth(options: &WorthOptions) -> Result<Worth, TokensError> {
    let pool = pool(options.threads)?;
    let artifact = read_whole_artifact(&options.model)?;
    let path = options.model.display().to_string();
    let count = artifact.clusters.as_ref().map(|clusters| clusters.count());
    let count = count.ok_or_else(|| TokensError::NoClusters { path: path.clone() })?;
    let reading = Progress::spinner("reading the log", options.quiet);
    let read = |split: &Split, cleaning| {
        let (session_gap, session_column) = (options.session_gap, options.session_column.clone());
        let how = EventOptions { split: split.clone(), cleaning, session_gap, session_column, hidden_items: None };
        let log = read_events(&options.events, &how)?;
        reading.note(&log.report.to_string());
        Ok::<_, TokensError>(log)
    };
    let train = read(&options.train, Cleaning::Training(CleaningRules::default()))?;
    let test = read(&options.test, Cleaning::None)?;
    drop(reading);
    let _progress = Progress::spinner("replaying the sessions", options.quiet);
    pool.install(|| {
        let known: Vec<Option<u32>> = (0..test.item_ids.len())
            .map(|item| train.item_ids.position(&test.item_ids.text(item)).map(|known| known as u32))
            .collect();
        let counted = steps(&artifact, &train, Some);
        let measured = steps(&artifact, &test, |item| known[item as usize]);
        let all = || measured.iter().flatten();
        let mut sizes = vec![0usize; count];
        all().filter_map(|step| step.clusters[0]).for_each(|cluster| sizes[cluster as usize] += 1);
        let with_cluster: usize = sizes.iter().sum();
        let (popularity, rows) = recalls(&counted, &measured, train.item_ids.len(), count, options.seed)
            .ok_or(TokensError::NothingToMeasure)?;
        Ok(Worth {
            format: FORMAT,
            model: path,
            events: options.events.display().to_string(),
            clusters: count,
            k: CUT,
            sessions: measured.iter().filter(|steps| !steps.is_empty()).count(),
            steps: all().count(),
            steps_without_cluster: all().count() - with_cluster,
            largest_cluster: sizes.iter().copied().max().unwrap_or(0) as f64 / with_cluster.max(1) as f64,
            popularity,
            rows,
        })
    })
}

/// The steps of every session of a log. Runs on rayon's current pool.
fn steps(artifact: &Arc<Artifact>, log: &SessionLog, item: impl Fn(u32) -> Option<u32> + Sync) -> Vec<Vec<Step>> {
    let handles: Vec<Option<u32>> =
        (0..log.item_ids.len()).map(|item| artifact.vocabulary.find(&log.item_ids.text(item))).collect();
    let sessions: Vec<usize> = (0..log.sessions()).collect();
    let visited = walk(
        artifact,
        log,
        &sessions,
        |_, item| handles[item as usize],
        |reranker, step| Some(Step { target: item(step.target), clusters: [reranker.cluster(), None] }),
    );
    let with_first = |mut steps: Vec<Step>| {
        let mut first = None;
        for step in &mut steps {
            first = first.or(step.clusters[0]);
            step.clusters[1] = first;
        }
        steps
    };
    visited.into_iter().map(with_first).collect()
}

impl Display for Worth {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let number = |number: usize| HumanCount(number as u64);
        let (steps, without) = (number(self.steps), number(self.steps_without_cluster));
        writeln!(out, "{steps} steps of {} sessions, {without} of them without a cluster", number(self.sessions))?;
        let largest = 100.0 * self.largest_cluster;
        writeln!(out, "{} clusters, of which the largest has {largest:.1} % of the others", self.clusters)?;
        writeln!(out, "\nrecall@{} of the most popular items: {}\n", self.k, self.popularity)?;
        writeln!(
            out,
            "{:>7} {:>9}  {:<24} {:<28} {:<24} gain",
            "epsilon", "own, %", "drawn at each step", "gain", "drawn once"
        )?;
        for row in &self.rows {
            let epsilon = row.epsilon.map_or_else(|| "none".to_owned(), |epsilon| epsilon.to_string());
            let WorthRow { own, fresh, fresh_gain, held, held_gain, .. } = row;
            let own = 100.0 * own;
            writeln!(out, "{epsilon:>7} {own:>9.1}  {fresh:<24} {fresh_gain:<28} {held:<24} {held_gain}")?;
        }
        Ok(())
    }
}
