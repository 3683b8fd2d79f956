//! In how many places each record does not hold in a list.

use super::board::Board;
use super::program::{Kind, Program};
use alloc::vec;
use alloc::vec::Vec;

/// Of a cap those who stand in a window with too many of their group, of a minimum those who are missing, of moves those who went
/// too far; of a pin 1.
pub(crate) fn broken(program: &Program<'_>, order: &[u32]) -> Vec<u32> {
    let mut broken = vec![0; program.records.len()];
    if let Some(mut board) = Board::new(program, &broken) {
        board.at.copy_from_slice(order);
        let mut counts = Vec::new();
        for (rule, record) in program.records.iter().enumerate() {
            let breaks = |(place, &who): (usize, &u32)| u32::from(board.breaks(rule, who, place));
            counts.push(match record.kind {
                Kind::Pin => u32::from(order.get(record.b as usize) != Some(&record.a)),
                Kind::Minimum => record.a.saturating_sub(record.labelled(&order[..record.within as usize], 1)),
                _ => order.iter().enumerate().map(breaks).sum(),
            });
        }
        broken = counts;
    }
    broken
}
