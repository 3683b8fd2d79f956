//! The GPU as its callers meet it: catalogues of every shape against plain arithmetic and a full sort, and devices that go
//! away. Runs on any Vulkan driver, also a software one; a machine without any fails these tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use reshelf_gpu::order::key_bits;
use reshelf_gpu::{Catalogue, Gpu, GpuError, Table};
use std::sync::OnceLock;

/// The device that most tests share.
fn gpu() -> Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    GPU.get_or_init(own_gpu).clone()
}

fn own_gpu() -> Gpu {
    Gpu::open_blocking().unwrap_or_else(|error| {
        panic!("{error}\nThese tests run on any Vulkan driver, for example (Debian): apt-get install mesa-vulkan-drivers libvulkan1")
    })
}

/// Numbers drawn from a seed: xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let word = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((word * u64::from(end)) >> 32) as u32
    }
}

/// How codes are drawn.
#[derive(Clone, Copy, Debug)]
enum Draw {
    /// Any codes.
    Any,
    /// The largest and the smallest.
    Extreme,
    /// Few different rows: many ties.
    Ties,
    /// Any codes, and all scales zero: nothing but ties.
    Zero,
}

struct Sample {
    dimension: usize,
    narrow: bool,
    values: Vec<i8>,
    codes: Vec<u8>,
    scales: Vec<f32>,
}

impl Sample {
    fn new(random: &mut Random, rows: usize, dimension: usize, narrow: bool, draw: Draw) -> Sample {
        let most = if narrow { 7 } else { 127 };
        let mut values = Vec::with_capacity(rows * dimension);
        for row in 0..rows {
            if matches!(draw, Draw::Ties) && row > 2 {
                let from = random.below(3) as usize * dimension;
                values.extend_from_within(from..from + dimension);
                continue;
            }
            values.extend((0..dimension).map(|_| match draw {
                Draw::Extreme => (2 * random.below(2) as i32 - 1) * most,
                _ => random.below(2 * most as u32 + 1) as i32 - most,
            } as i8));
        }
        let scale = |random: &mut Random| match draw {
            Draw::Zero => 0.0,
            Draw::Ties => 0.5,
            _ => half::f16::from_f32(random.below(1000) as f32 / 30_000.0).to_f32(),
        };
        let scales = (0..rows).map(|_| scale(random)).collect();
        let codes = match narrow {
            true => values.chunks(2).map(|two| (two[0] & 15) as u8 | ((two[1] & 15) as u8) << 4).collect(),
            false => values.iter().map(|&code| code as u8).collect(),
        };
        Sample { dimension, narrow, values, codes, scales }
    }

    fn open(&self, gpu: Gpu, most_binding_bytes: Option<usize>) -> Result<Catalogue, GpuError> {
        let table = Table { codes: &self.codes, scales: &self.scales };
        Catalogue::open_blocking(gpu, self.dimension, self.narrow, &table, most_binding_bytes)
    }

    fn session(&self, random: &mut Random, rows: usize, draw: Draw) -> Vec<u8> {
        let code = |_| match draw {
            Draw::Extreme => [0, 1, 64, 127][random.below(4) as usize],
            _ => random.below(128) as u8,
        };
        (0..rows * self.dimension).map(code).collect()
    }

    /// The plain reference.
    fn products(&self, session: &[u8]) -> Vec<i32> {
        let dot = |s: &[u8], row: &[i8]| s.iter().zip(row).map(|(&s, &c)| (i32::from(s) - 64) * i32::from(c)).sum();
        let rows = |s| self.values.chunks(self.dimension).map(move |row| dot(s, row));
        session.chunks(self.dimension).flat_map(rows).collect()
    }

    /// All rows of every session row sorted, best first: a stable sort leaves the lower of equal rows in front.
    fn sorted(&self, products: &[i32]) -> Vec<Vec<(u32, u32)>> {
        let list = |products: &[i32]| {
            let key = |(product, scale): (&i32, &f32)| key_bits(*product, *scale);
            let mut rows: Vec<_> = (0..).zip(products.iter().zip(&self.scales).map(key)).collect();
            rows.sort_by(|a, b| f32::from_bits(b.1).total_cmp(&f32::from_bits(a.1)));
            rows
        };
        products.chunks(self.scales.len()).map(list).collect()
    }

    fn check(&self, catalogue: &Catalogue, session: &[u8], counts: &[usize]) {
        let rows = self.scales.len();
        let expected = self.products(session);
        let mut products = Vec::new();
        catalogue.multiply_blocking(session, &mut products).unwrap();
        assert!(products == expected, "products of {rows} x {} {}", self.dimension, self.narrow);
        let sorted = self.sorted(&products);
        for &count in counts {
            let nearest = catalogue.nearest_blocking(session, count).unwrap();
            let found: Vec<_> = nearest.iter().map(|near| (near.row, near.key_bits)).collect();
            let best: Vec<_> = sorted.iter().flat_map(|list| &list[..count.min(rows)]).copied().collect();
            assert!(found == best, "{count} nearest of {rows} x {} {}", self.dimension, self.narrow);
        }
    }
}

/// Every dimension, wide and narrow, packed and unpacked, every number of session rows, odd numbers of rows.
#[test]
fn every_shape_gives_what_plain_arithmetic_gives() {
    let mut random = Random(1);
    let rows = [1, 2, 33, 1000, 2047, 2048, 2049, 3001];
    for (at, dimension) in (16..=256).step_by(16).enumerate() {
        for (narrow, packed) in [(false, true), (true, true), (false, false), (true, false)] {
            let draw = [Draw::Any, Draw::Extreme][at % 2];
            let sample = Sample::new(&mut random, rows[at % rows.len()], dimension, narrow, draw);
            let catalogue = sample.open(gpu().with_packed_dot(packed), None).unwrap();
            for session_rows in [1 + at % 16, 16 - at % 16] {
                let session = sample.session(&mut random, session_rows, draw);
                sample.check(&catalogue, &session, &[1, 20, 1024]);
            }
        }
    }
}

/// Every number of session rows on tables that take several passes, whole and split, with few and with many ties.
#[test]
fn passes_and_parts_give_what_a_full_sort_gives() {
    let mut random = Random(2);
    for draw in [Draw::Any, Draw::Extreme, Draw::Ties, Draw::Zero] {
        for (rows, split, parts) in [(5001, false, 1), (5001, true, 3), (40_003, true, 20), (40_003, false, 1)] {
            let sample = Sample::new(&mut random, rows, 16, rows == 5001, draw);
            let catalogue = sample.open(gpu(), split.then_some(1)).unwrap();
            assert_eq!((catalogue.rows(), catalogue.parts()), (rows, parts));
            let few = if rows == 5001 { 1..=16 } else { 15..=16 };
            for session_rows in few {
                let session = sample.session(&mut random, session_rows, draw);
                sample.check(&catalogue, &session, &[1, 2, 199, 200, 1023, 1024]);
            }
        }
    }
}

/// Ten thousand small cases on one device.
#[test]
fn ten_thousand_random_rows_of_session_and_table() {
    let mut random = Random(3);
    for _ in 0..25 {
        let dimension = 16 * (1 + random.below(16) as usize);
        let narrow = random.below(2) == 0;
        let rows = 1 + random.below(700) as usize;
        let sample = Sample::new(&mut random, rows, dimension, narrow, Draw::Any);
        let catalogue = sample.open(gpu(), None).unwrap();
        for _ in 0..25 {
            let draw = [Draw::Any, Draw::Extreme][random.below(2) as usize];
            let session = sample.session(&mut random, 16, draw);
            let count = 1 + random.below(1024) as usize;
            sample.check(&catalogue, &session, &[count]);
        }
    }
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let mut random = Random(4);
    let sample = Sample::new(&mut random, 50, 32, false, Draw::Any);
    let catalogue = sample.open(gpu(), None).unwrap();
    let code = |session: &[u8], count| catalogue.nearest_blocking(session, count).map_err(|error| error.code());
    let session = sample.session(&mut random, 17, Draw::Any);
    assert_eq!(code(&session[..32], 1025), Err("gpu.count"));
    assert_eq!(code(&session[..32], 0), Err("gpu.count"));
    assert_eq!(code(&session, 5), Err("gpu.count"));
    assert_eq!(code(&session[..31], 5), Err("gpu.count"));
    assert_eq!(code(&[], 5), Err("gpu.count"));
    assert_eq!(code(&[128; 32], 5), Err("gpu.failed"));
    assert_eq!(code(&session[..32], 5).map(|nearest| nearest.len()), Ok(5));

    let open = |dimension, codes: &[u8], scales: &[f32]| {
        let table = Table { codes, scales };
        Catalogue::open_blocking(gpu(), dimension, false, &table, None).err().map(|error| error.code())
    };
    for scale in [f32::NAN, f32::INFINITY, -1.0, 1e-9, 1e9] {
        assert_eq!(open(16, &[0; 16], &[scale]), Some("gpu.failed"), "{scale}");
    }
    assert_eq!(open(16, &[0; 17], &[1.0]), Some("gpu.failed"));
    assert_eq!(open(17, &[0; 17], &[1.0]), Some("gpu.failed"));
    assert_eq!(open(0, &[], &[]), Some("gpu.failed"));
    assert_eq!(open(272, &[0; 272], &[1.0]), Some("gpu.failed"));
    assert_eq!(open(16, &[], &[]), Some("gpu.failed"));
    assert_eq!(open(16, &[0; 32], &[0.0, 1.0]), None);
}

#[test]
fn a_device_that_goes_away_fails_calls_and_panics_nowhere() {
    let mut random = Random(5);
    let sample = Sample::new(&mut random, 20_000, 64, false, Draw::Any);
    let session = sample.session(&mut random, 4, Draw::Any);
    for time in 0..10 {
        let gpu = own_gpu();
        let catalogue = sample.open(gpu.clone(), None).unwrap();
        let right = catalogue.nearest_blocking(&session, 20).unwrap();
        std::thread::scope(|scope| {
            let call = || catalogue.nearest_blocking(&session, 20);
            let calls = [scope.spawn(call), scope.spawn(call)];
            std::thread::sleep(std::time::Duration::from_micros(300 * time));
            gpu.destroy();
            for call in calls {
                match call.join().unwrap() {
                    Ok(nearest) => assert!(nearest == right),
                    Err(error) => assert_eq!(error, GpuError::Lost),
                }
            }
        });
        assert_eq!(catalogue.nearest_blocking(&session, 20), Err(GpuError::Lost));
        assert_eq!(catalogue.multiply_blocking(&session, &mut Vec::new()), Err(GpuError::Lost));
        assert_eq!(sample.open(gpu, None).err(), Some(GpuError::Lost));
    }
}

#[test]
fn calls_from_many_threads_take_turns() {
    let mut random = Random(6);
    let sample = Sample::new(&mut random, 9_001, 32, true, Draw::Any);
    let catalogue = sample.open(gpu(), Some(1)).unwrap();
    let sessions: Vec<_> = (1..=6).map(|rows| sample.session(&mut random, rows, Draw::Any)).collect();
    std::thread::scope(|scope| {
        for session in &sessions {
            scope.spawn(|| {
                for _ in 0..5 {
                    sample.check(&catalogue, session, &[7, 300]);
                }
            });
        }
    });
}
