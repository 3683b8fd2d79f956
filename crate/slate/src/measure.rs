//! In how many places a record does not hold in a list.

use super::caps::Cap;
use super::moves::bounds;
use super::program::{Kind, Record};
use alloc::vec;

/// Of a cap the windows, of a minimum how many are missing, of moves the candidates; of a pin 1.
pub(crate) fn broken(record: &Record<'_>, order: &[u32]) -> usize {
    match record.kind {
        Kind::Pin => usize::from(order.get(record.b).is_none_or(|&candidate| candidate as usize != record.a)),
        Kind::Minimum => {
            let counts = |&&candidate: &&u32| record.code(candidate as usize) == 1;
            record.a.saturating_sub(order[..record.within].iter().filter(counts).count())
        }
        Kind::Cap => windows(record, order),
        Kind::Moves => {
            let stays = |&(place, &candidate): &(usize, &u32)| {
                let (first, last) = bounds(record, candidate as usize);
                (first..=last).contains(&place)
            };
            order.len() - order.iter().enumerate().filter(stays).count()
        }
        Kind::Nothing => 0,
    }
}

/// The windows of a cap with too many of any group.
fn windows(record: &Record<'_>, order: &[u32]) -> usize {
    let cap = Cap::new(record, order.len());
    let (mut inside, mut over, mut broken) = (vec![0; cap.groups()], 0, 0);
    for place in 0..cap.within {
        if let Some(left) = place.checked_sub(cap.window) {
            let group = cap.group(order[left]);
            over -= usize::from(group != 0 && inside[group] == cap.most + 1);
            inside[group] -= 1;
        }
        let group = cap.group(order[place]);
        inside[group] += 1;
        over += usize::from(group != 0 && inside[group] == cap.most + 1);
        broken += usize::from(over > 0 && place + 1 >= cap.window);
    }
    broken
}
