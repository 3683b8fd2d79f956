//! Pieces of a text in another order, with all between them in its place.

use core::ops::Range;

/// Whether `order` has each number below `count` once.
pub(crate) fn is_order(order: &[u32], count: usize) -> bool {
    let mut seen = vec![false; count];
    order.len() == count
        && order.iter().all(|&at| seen.get_mut(at as usize).is_some_and(|seen| !core::mem::replace(seen, true)))
}

/// How many pieces come to another place.
pub(crate) fn moved(order: &[u32]) -> usize {
    order.iter().enumerate().filter(|&(place, &from)| place != from as usize).count()
}

/// `text` with its pieces in that order: the one that comes into the place of `pieces[i]` is `pieces[order[i]]`.
pub(crate) fn reordered(text: &[u8], pieces: &[Range<usize>], order: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut behind = 0;
    for (place, &from) in pieces.iter().zip(order) {
        out.extend_from_slice(&text[behind..place.start]);
        out.extend_from_slice(&text[pieces[from as usize].clone()]);
        behind = place.end;
    }
    out.extend_from_slice(&text[behind..]);
    out
}
