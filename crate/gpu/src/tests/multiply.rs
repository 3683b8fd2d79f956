//! multiply.wgsl with either dot4, against their twins.

use super::random::Random;
use super::run::{gpu, run};
use crate::pack;
use crate::params::Multiply;
use crate::pipelines::Pipelines;
use crate::shaders::MULTIPLY_THREADS;
use crate::twins::multiply::{Bound, multiply};
use crate::twins::{dot4_packed, dot4_unpacked};

#[test]
fn both_twins_of_dot4_agree_with_plain_arithmetic() {
    let mut random = Random::new(4);
    for _ in 0..10_000 {
        let (a, b) = (random.word(), random.word());
        let plain: i32 =
            [0, 8, 16, 24].map(|at| i32::from((a >> at) as u8 as i8) * i32::from((b >> at) as u8 as i8)).iter().sum();
        assert_eq!((dot4_packed(a, b), dot4_unpacked(a, b)), (plain, plain));
    }
}

/// Every number of session rows, every dimension, both widths, both texts; any bits are codes.
#[test]
fn multiply_equals_its_twin() {
    let mut random = Random::new(1);
    for packed in [true, false] {
        let dot4 = if packed { dot4_packed } else { dot4_unpacked };
        let gpu = gpu().with_packed_dot(packed);
        assert_eq!(gpu.packed_dot(), packed, "wgpu has the packed dot product on every native device");
        for narrow in [false, true] {
            let pipelines = Pipelines::new(&gpu, narrow);
            for (dimension, session_rows) in (16..=256).step_by(16).zip((1..=16).cycle()) {
                for session_rows in [session_rows, 17 - session_rows] {
                    let (first, rows) = (random.below(70), 1 + random.below(200));
                    let row_bytes = if narrow { dimension / 2 } else { dimension };
                    let words = (first + rows) as usize * row_bytes / 8;
                    let codes: Vec<[u32; 2]> = (0..words).map(|_| [random.word(), random.word()]).collect();
                    let session: Vec<u8> = (0..dimension * session_rows).map(|_| random.below(128) as u8).collect();
                    let (_, session) = pack::session(&session, dimension, narrow).unwrap();
                    let params =
                        Multiply { rows, first, steps: dimension as u32 / 16, session_rows: session_rows as u32 };

                    let workgroups = rows.div_ceil(MULTIPLY_THREADS as u32);
                    let mut expected = vec![0xdead_beefu32 as i32; rows as usize * session_rows + 5];
                    let bound = Bound { session: &session, codes: &codes, narrow, dot4 };
                    multiply(&params, &bound, workgroups as usize * MULTIPLY_THREADS, &mut expected);

                    let mut uniform = session.clone();
                    uniform.resize(256, [0; 4]);
                    let inputs = [bytemuck::cast_slice(&uniform), bytemuck::cast_slice(&codes)];
                    let found =
                        run(&gpu, &pipelines.multiply, params.words(), &inputs, expected.len(), (workgroups, 1));
                    assert_eq!(bytemuck::cast_slice::<u32, i32>(&found), expected, "{params:?} {narrow} {packed}");
                }
            }
        }
    }
}
