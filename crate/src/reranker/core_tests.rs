//! A model without its table, and rows that travel: the same bits as with the whole one, whatever the order in which events,
//! rows and lists come.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::artifact::{Description, Feedback};
use crate::catalogue::InlineRow;
use crate::math::Rng;
use crate::session::EventKind;
use crate::synthetic;
use proptest::prelude::*;

const ROWS: usize = 60;
/// Items that no table holds, by their numbers from here on.
const STRANGERS: usize = 4;

const SAID: Description<'static> =
    Description { category: Some("garden/hoses"), brand: Some("Rill"), price: Some(31.0), title: Some("Long hose") };

fn whole(seed: u64) -> Artifact {
    let learners = ["state_1", "memory_sum", "category", "popularity"].map(String::from).to_vec();
    let feedback =
        Feedback { bounds: vec![2.0; learners.len()], precision: vec![1.0; learners.len()], features: learners };
    Artifact {
        tokens: Some(synthetic::tokens(&[SAID], 32, seed)),
        clusters: Some(synthetic::clusters(9, 32, seed).unwrap()),
        feedback: Some(feedback),
        ..synthetic::artifact(ROWS, 32, 12, seed).unwrap()
    }
}

/// What happens in a visit.
#[derive(Clone, Debug)]
enum Step {
    /// Something is done with an item, or shown of it.
    Observe(usize, usize, u8),
    /// A text is searched for, a category muted.
    Subject(bool),
    /// The row of an item arrives.
    Row(usize),
    /// A list is ranked, as far as it is known so far.
    Rank,
    ForgetItem(usize),
    ForgetEvent(usize),
    /// The session is stored and restored, as on the next page: rows have to arrive again.
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let item = 0..ROWS + STRANGERS;
    let step = prop_oneof![
        12 => (item.clone(), 0..EventKind::COUNT, any::<u8>()).prop_map(|(item, kind, amount)| Step::Observe(item, kind, amount)),
        1 => any::<bool>().prop_map(Step::Subject),
        8 => item.clone().prop_map(Step::Row),
        3 => Just(Step::Rank),
        1 => item.prop_map(Step::ForgetItem),
        1 => (0usize..40).prop_map(Step::ForgetEvent),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 0..40)
}

/// One page, on the whole model or on one whose rows arrive.
struct Page {
    reranker: Reranker,
    /// The rows of all items, where the model has no table.
    rows: Vec<Vec<u8>>,
    events: Vec<EventId>,
}

impl Page {
    fn id(item: usize) -> String {
        if item < ROWS { (3 * item + 7).to_string() } else { format!("stranger {item}") }
    }

    fn arrives(&mut self, item: usize) {
        if let Some(row) = self.rows.get(item) {
            self.reranker.add_row(&Self::id(item), row).unwrap();
        } else if item >= ROWS {
            self.reranker.compose(&Self::id(item), &SAID).unwrap();
        }
    }

    fn list(&mut self, seed: u64) -> (Vec<u32>, Vec<f32>) {
        let mut draw = Rng(seed | 1);
        let items: Vec<usize> = (0..30).map(|_| draw.below(ROWS + STRANGERS)).collect();
        let scores = items.iter().map(|_| draw.signed()).collect();
        let handles = items.iter().map(|&item| self.reranker.resolve(&Self::id(item)).unwrap_or(NO_ITEM));
        (handles.collect(), scores)
    }

    fn play(&mut self, steps: &[Step]) {
        for (at, step) in steps.iter().enumerate() {
            match *step {
                Step::Observe(item, kind, amount) => {
                    let (kind, item) = (EventKind::ALL[kind], self.reranker.name(&Self::id(item)).unwrap());
                    let mut event = Event::new(item, kind, at as f64);
                    (event.amount, event.list) = (f32::from(amount), u32::from(amount % 2));
                    self.events.push(self.reranker.observe(event).unwrap());
                }
                Step::Subject(mutes) => {
                    let (subject, kind) = match mutes {
                        true => (Subject::Category("garden/hoses"), EventKind::Mute),
                        false => (Subject::Query("hose"), EventKind::Search),
                    };
                    let item = self.reranker.subject(subject).unwrap();
                    self.events.push(self.reranker.observe(Event::new(item, kind, at as f64)).unwrap());
                }
                Step::Row(item) => self.arrives(item),
                Step::Rank => {
                    let (items, scores) = self.list(at as u64);
                    self.reranker.rerank(&items, &scores, 99);
                }
                Step::ForgetItem(item) => {
                    if let Some(handle) = self.reranker.resolve(&Self::id(item)) {
                        self.reranker.forget_item(handle);
                    }
                }
                Step::ForgetEvent(at) => _ = self.events.get(at).map(|&event| self.reranker.forget(event)),
                Step::Restore => {
                    let snapshot = self.reranker.snapshot();
                    self.reranker.restore(&snapshot).unwrap();
                    self.events = self.reranker.log().all().map(|logged| logged.id).collect();
                }
            }
        }
    }

    /// All that the package can ask of a session, bit for bit.
    fn answers(&mut self, seed: u64) -> Vec<Vec<u32>> {
        let bits = |scores: &[f32]| scores.iter().map(|score| score.to_bits()).collect::<Vec<u32>>();
        let (items, scores) = self.list(seed);
        let mut answers = vec![bits(self.reranker.learned()), vec![self.reranker.cluster().unwrap_or(u32::MAX)]];
        for server_scores in [&scores[..], &[]] {
            let ranking = self.reranker.rerank(&items, server_scores, 99);
            answers.extend([ranking.order.to_vec(), bits(ranking.scores), vec![ranking.outcome as u32]]);
        }
        let ranking = self.reranker.rerank_many(&items, &[10, 0, 20], &scores, 99);
        answers.extend([ranking.order.to_vec(), bits(ranking.scores)]);
        let ranking = self.reranker.rank_by_similarity(&items, 99);
        answers.extend([ranking.order.to_vec(), bits(ranking.scores)]);
        answers
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn rows_in_any_order_rank_as_the_whole_model_does(
        steps in steps(), seed in 0u64..40, order in Just((0..ROWS + STRANGERS).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let whole = whole(seed);
        let table = Rows::new(whole.clone());
        let rows = (0..ROWS as u32).map(|row| InlineRow::pack(&table.get(row).unwrap(), &whole.model)).collect();
        let core = Artifact::from_bytes(&whole.without_table().unwrap().to_bytes()).unwrap();
        let page = |artifact, rows| Page { reranker: Reranker::new(artifact).unwrap(), rows, events: Vec::new() };
        let (mut server, mut page) = (page(whole, Vec::new()), page(core, rows));
        server.play(&steps);
        page.play(&steps);
        // What has not arrived yet, and what was lost with the page before.
        order.iter().for_each(|&item| server.arrives(item));
        order.iter().for_each(|&item| page.arrives(item));
        prop_assert_eq!(page.answers(seed), server.answers(seed));
    }
}

#[test]
fn a_model_without_its_table_is_read_back_and_knows_no_item() {
    let whole = whole(3);
    let core = Artifact::from_bytes(&whole.without_table().unwrap().to_bytes()).unwrap();
    assert_eq!((core.items.len(), core.items.dimension(), core.memory.channels()), (0, 32, whole.memory.channels()));
    assert_eq!((&core.model, &core.head, &core.tokens), (&whole.model, &whole.head, &whole.tokens));
    let mut reranker = Reranker::new(core).unwrap();
    assert_eq!((reranker.resolve("7"), reranker.retrieve(5).count()), (None, 0));
}
