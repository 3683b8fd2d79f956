//! In how many places a record does not hold in a list.

use super::board::bounds;
use super::labels::{label, labelled};
use super::program::{Kind, Record};

/// Of a cap those who are one too many in the window that ends with them, of a minimum those who are missing, of moves those who
/// went too far; of a pin 1.
pub(crate) fn broken(record: &Record<'_>, labels: &[u32], order: &[u32]) -> u32 {
    let mut broken = match record.kind {
        Kind::Pin => u32::from(order.get(record.b as usize) != Some(&record.a)),
        Kind::Minimum => record.a.saturating_sub(labelled(&order[..record.within as usize], labels, 1)),
        _ => 0,
    };
    for (place, &who) in (0..).zip(order) {
        let own = label(labels, who);
        let (first, last) = bounds(record, who);
        broken += u32::from(match record.kind {
            Kind::Cap if own != 0 && place < record.within => {
                let begin = (place + 1).saturating_sub(record.b);
                labelled(&order[begin as usize..=place as usize], labels, own) > record.a
            }
            Kind::Moves => place < first || place > last,
            _ => false,
        });
    }
    broken
}
