//! Every shader against its twin, exactly, on whatever adapter there is. A machine without one fails these tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod multiply;
mod random;
mod run;
mod select;

use super::shaders::{CHUNK, MULTIPLY_THREADS, PROGRAMS};

#[test]
fn the_shaders_have_the_hosts_constants() {
    let [packed, _, select] = PROGRAMS;
    assert!(packed.text().contains(&format!("const THREADS = {MULTIPLY_THREADS}u;")));
    assert!(select.text().contains(&format!("const CHUNK = {CHUNK}u;")));
}
