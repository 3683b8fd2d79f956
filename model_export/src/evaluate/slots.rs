//! Slots: the places on a shop's pages that lists were made for, as a file of lists names them.

use super::EvaluateError;
use super::exposure::MOST_GROUPS;
use crate::data::{CandidateLists, SessionLog};

/// The slice of lists of which nobody says where they stood. No column says so: it reads as nothing.
const NONE: &str = "(none)";

/// The slots of lists, as slices.
#[derive(Clone, Debug)]
pub(super) struct Slots<'a> {
    lists: &'a CandidateLists,
    /// The slot of each list: a number of a name from 1, 0 for none.
    of: Vec<u32>,
    /// The slice of each number.
    slices: Vec<usize>,
    /// The names of slices: of most lists first; then all other slots together, then lists without one.
    pub names: Vec<String>,
}

impl<'a> Slots<'a> {
    /// The slots of lists that are ranked; `None` where none of these has one.
    ///
    /// # Errors
    /// A list whose rows name two slots.
    pub fn of(lists: &'a CandidateLists, log: &SessionLog) -> Result<Option<Self>, EvaluateError> {
        let mut counts = vec![0_usize; lists.slot_names.len() + 1];
        let mut of = vec![0; lists.len()];
        if counts.len() > 1 {
            for (list, own) in of.iter_mut().enumerate() {
                let (session, step) = (lists.sessions[list] as usize, lists.steps[list] as usize);
                // What is not ranked may be made of several lists that belong nowhere.
                if (1..log.session(session).len()).contains(&step) {
                    *own = slot_of(lists, list, log)?;
                    counts[*own as usize] += 1;
                }
            }
        }
        let mut largest: Vec<usize> = (1..counts.len()).filter(|&slot| counts[slot] > 0).collect();
        if largest.is_empty() {
            return Ok(None);
        }
        let name = |slot: usize| &lists.slot_names[slot - 1];
        largest.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| name(a).cmp(name(b))));
        let others = largest.split_off(MOST_GROUPS.min(largest.len()));
        let mut names: Vec<String> = largest.iter().map(|&slot| name(slot).clone()).collect();
        let mut slices = vec![largest.len(); counts.len()];
        largest.iter().enumerate().for_each(|(at, &slot)| slices[slot] = at);
        if !others.is_empty() {
            names.push(format!("{} others", others.len()));
        }
        slices[0] = names.len();
        if counts[0] > 0 {
            names.push(NONE.to_owned());
        }
        Ok(Some(Slots { lists, of, slices, names }))
    }

    /// The slot of a step's list, as it is written.
    pub fn name(&self, session: usize, step: usize) -> Option<&'a str> {
        let number = self.number(session, step).checked_sub(1)?;
        self.lists.slot_names.get(number as usize).map(String::as_str)
    }

    /// The slice of a step's list, an index into [`Slots::names`].
    pub fn slice(&self, session: usize, step: usize) -> usize {
        self.slices[self.number(session, step) as usize]
    }

    fn number(&self, session: usize, step: usize) -> u32 {
        self.lists.position(session, step).map_or(0, |list| self.of[list])
    }
}

/// The one slot that the rows of a list name; rows that name none say nothing against it.
fn slot_of(lists: &CandidateLists, list: usize, log: &SessionLog) -> Result<u32, EvaluateError> {
    let rows = &lists.slots[lists.offsets[list]..lists.offsets[list + 1]];
    let mut said = rows.iter().copied().filter(|&slot| slot > 0);
    let first = said.next().unwrap_or(0);
    let Some(other) = said.find(|&slot| slot != first) else { return Ok(first) };
    let name = |slot: u32| lists.slot_names[slot as usize - 1].clone();
    Err(EvaluateError::MixedSlots {
        session: log.session_ids.text(lists.sessions[list] as usize).into_owned(),
        step: lists.steps[list],
        slot: name(first),
        other: name(other),
    })
}
