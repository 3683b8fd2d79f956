//! All else equal, the server's order stands: what a head has learned of the server's ranks and scores may weigh them
//! against everything else, but never turn round candidates that nothing else tells apart.

use super::columns::HeadColumns;
use super::features::{FeatureMatrix, Lists};
use alloc::vec::Vec;
use reshelf_kernels::math::Lookup;

/// Holds scores to the server's order where only the server tells candidates apart; reused from call to call.
#[derive(Clone, Debug, Default)]
pub struct ServerOrder {
    /// One number a candidate: equal where all features but the server's are equal.
    fingerprints: Vec<u32>,
    groups: Lookup,
    /// The newest candidate of each group of equal ones.
    newest: Vec<usize>,
}

impl ServerOrder {
    /// Lowers the score of a candidate to that of an earlier one in its list that differs in nothing but the server's rank
    /// and score. A list of which the model knows no candidate gets zeros. Returns whether it knows any in any list.
    #[inline(never)]
    pub fn keep(
        &mut self,
        head: &HeadColumns,
        features: &FeatureMatrix,
        lists: &Lists<'_>,
        scores: &mut [f32],
    ) -> bool {
        let mut any = false;
        if lists.server_order {
            features.fingerprints(head, &mut self.fingerprints);
        }
        for list in lists.ranges() {
            let known = features.known()[list.clone()].iter().fold(false, |any, &known| any | (known > 0.0));
            any |= known;
            if !known {
                scores[list].fill(0.0);
            } else if lists.server_order {
                self.lower(head, features, list.start, &mut scores[list]);
            }
        }
        any
    }

    fn lower(&mut self, head: &HeadColumns, features: &FeatureMatrix, start: usize, scores: &mut [f32]) {
        self.groups.reset(scores.len());
        self.newest.clear();
        for at in 0..scores.len() {
            let candidate = start + at;
            // A fingerprint leaves out its lowest bit, so that the next key is always a number that the lookup takes.
            let mut key = self.fingerprints[candidate] >> 1;
            while let Some((group, new)) = self.groups.insert(key) {
                if new {
                    self.newest.push(at);
                    break;
                }
                let earlier = self.newest[group];
                if features.only_server_differs(head, start + earlier, candidate) {
                    scores[at] = scores[at].min(scores[earlier]);
                    self.newest[group] = at;
                    break;
                }
                key += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of candidates with these features, `known` among them, and two columns of the server's.
    fn kept(known: &[f32], states: &[f32], lengths: &[u32], scores: &[f32]) -> (Vec<f32>, bool) {
        let features = FeatureMatrix::of_columns(known, states);
        let items = vec![0; known.len()];
        let lists = Lists { items: &items, lengths, server_scores: &[], server_order: true };
        let mut kept = scores.to_vec();
        let any = ServerOrder::default().keep(&HeadColumns::all(), &features, &lists, &mut kept);
        (kept, any)
    }

    #[test]
    fn a_later_candidate_that_only_the_server_tells_apart_counts_no_more_than_an_earlier_one() {
        let known = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
        let states = [0.5, 0.0, 0.5, 0.0, 0.7, -0.0];
        let (scores, any) = kept(&known, &states, &[6], &[1.0, 2.0, 3.0, 1.5, 4.0, 9.0]);
        assert_eq!(scores, [1.0, 2.0, 1.0, 1.5, 4.0, 1.5]);
        assert!(any);
    }

    #[test]
    fn lists_are_held_to_their_own_order_alone() {
        let (scores, _) = kept(&[1.0; 4], &[0.3; 4], &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(scores, [1.0, 1.0, 3.0, 3.0]);
    }

    #[test]
    fn a_list_without_a_known_candidate_scores_zero() {
        let (scores, any) = kept(&[0.0, 0.0, 1.0, 0.0], &[0.0, 0.0, 0.1, 0.0], &[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(scores, [0.0, 0.0, 3.0, 4.0]);
        assert!(any);
        assert!(!kept(&[0.0; 3], &[0.0; 3], &[3], &[3.0, 2.0, 1.0]).1);
    }
}
