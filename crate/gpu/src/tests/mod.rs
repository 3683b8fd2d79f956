//! Every shader against its twin, exactly, on whatever adapter there is. A machine without one fails these tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod multiply;
mod random;
mod run;
mod select;

use super::shaders::{CHUNK, MULTIPLY, MULTIPLY_THREADS, SELECT};

#[test]
fn the_shaders_have_the_hosts_constants() {
    assert!(MULTIPLY.contains(&format!("const THREADS = {MULTIPLY_THREADS}u;")));
    assert!(SELECT.contains(&format!("const CHUNK = {CHUNK}u;")));
}
