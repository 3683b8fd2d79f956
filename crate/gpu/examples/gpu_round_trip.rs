//! Prints how long a scan of a whole catalogue takes on this machine's GPU, from the session's codes to the nearest rows:
//! `cargo run --release --package reshelf-gpu --example gpu_round_trip`.

use reshelf_gpu::{Catalogue, Gpu, GpuError, Table};
use std::time::Instant;

const DIMENSION: usize = 64;
const NEAREST: usize = 200;

fn main() -> Result<(), GpuError> {
    let gpu = Gpu::open_blocking()?;
    println!("{}, d = {DIMENSION}, the {NEAREST} nearest", gpu.adapter());
    for rows in [1_000, 10_000, 100_000, 1_000_000] {
        let code = |at: usize| (at.wrapping_mul(2_654_435_761) >> 7) as u8;
        let codes: Vec<u8> = (0..rows * DIMENSION).map(code).collect();
        let scales = vec![0.0078125; rows];
        let start = Instant::now();
        let table = Table { codes: &codes, scales: &scales };
        let catalogue = Catalogue::open_blocking(gpu.clone(), DIMENSION, false, &table, None)?;
        let opened = start.elapsed();
        for session_rows in [1, 12] {
            let session: Vec<u8> = (0..session_rows * DIMENSION).map(|at| code(at) & 127).collect();
            let mut times = Vec::new();
            for _ in 0..25 {
                let start = Instant::now();
                catalogue.nearest_blocking(&session, NEAREST)?;
                times.push(start.elapsed());
            }
            times.sort();
            println!(
                "{rows:>9} rows, {session_rows:>2} session rows, {}: open {opened:.1?}, p50 {:.2?}, best {:.2?}",
                catalogue.kernel(),
                times[times.len() / 2],
                times[0]
            );
        }
    }
    Ok(())
}
