//! A table in a device's memory.

use super::device::Gpu;
use super::error::GpuError;
use super::order::{Near, append_sorted};
use super::pack::{self, Source};
use super::params::PARAMS_BYTES;
use super::pipelines::Pipelines;
use super::plan::{self, Layout, PAIR_BYTES, Pass, Plan};
use super::wait::{Turns, lock};
use super::{MOST_NEAREST, MOST_SESSION_ROWS};
use reshelf_kernels::kernels::MAX_DIMENSION;
use std::sync::Mutex;
use wgpu::{BindGroup, Buffer, BufferUsages};

/// Bytes that go to the device in one piece.
const PIECE: usize = 1 << 20;

/// Bytes after which an upload waits for the device, so that neither queues nor frames fill up.
const BREATH: usize = 8 << 20;

/// Scales that are checked and sent at a time.
const SCALES: usize = 1 << 14;

/// A table in a device's memory, with all that a call needs.
///
/// Calls from several places take turns. A call is one submit and one readback.
pub struct Catalogue {
    gpu: Gpu,
    dimension: usize,
    narrow: bool,
    layout: Layout,
    pipelines: Pipelines,
    parts: Vec<Part>,
    session: Buffer,
    /// The parameters of all dispatches of a call, and those of the dispatch that runs.
    all_params: Buffer,
    params: Buffer,
    products: Buffer,
    lists: [Buffer; 2],
    nearest: Buffer,
    /// What products are read back through; made when they are first asked for, which a shop never does.
    all: Mutex<Option<Buffer>>,
    turns: Turns,
}

/// A part of the table that one binding can have.
struct Part {
    codes: Buffer,
    scales: Buffer,
    multiply: BindGroup,
    /// By the list that is written.
    select: [BindGroup; 2],
}

impl Catalogue {
    /// Checks a table and copies it to the device, piece by piece. A part of the table takes no more than
    /// `most_binding_bytes`, if that is less than what the device can bind.
    ///
    /// # Errors
    /// Any [`GpuError`] but [`GpuError::Unsupported`] and [`GpuError::Count`].
    pub async fn open(
        gpu: Gpu,
        dimension: usize,
        narrow: bool,
        source: &impl Source,
        most_binding_bytes: Option<usize>,
    ) -> Result<Catalogue, GpuError> {
        let most = most_binding_bytes.unwrap_or(usize::MAX).min(gpu.most_binding_bytes);
        let layout = pack::layout(dimension, narrow, source, most)?;
        gpu.alive()?;
        let scope = gpu.scope();
        let catalogue = Catalogue::allocate(gpu, dimension, narrow, layout);
        catalogue.gpu.errors(scope).await?;
        catalogue.upload(source).await?;
        Ok(catalogue)
    }

    /// Makes all buffers, pipelines and bindings, within an error scope of the caller's.
    fn allocate(gpu: Gpu, dimension: usize, narrow: bool, layout: Layout) -> Catalogue {
        let buffer = |bytes: usize, usage| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: bytes as u64,
                usage,
                mapped_at_creation: false,
            })
        };
        const TABLE: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_DST);
        const INPUT: BufferUsages = BufferUsages::UNIFORM.union(BufferUsages::COPY_DST);
        const WORK: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_SRC);
        const BACK: BufferUsages = BufferUsages::MAP_READ.union(BufferUsages::COPY_DST);

        let pipelines = Pipelines::new(&gpu, narrow);
        let session = buffer(MOST_SESSION_ROWS * MAX_DIMENSION, INPUT);
        let all_params = buffer(layout.most_passes() * PARAMS_BYTES, BufferUsages::COPY_SRC | BufferUsages::COPY_DST);
        let params = buffer(PARAMS_BYTES, INPUT);
        let products = buffer(layout.products * 4, WORK);
        let lists = [0, 1].map(|_| buffer(layout.pairs * PAIR_BYTES, WORK));
        let part = |rows: core::ops::Range<usize>| {
            let codes = buffer(rows.len() * layout.row_bytes, TABLE);
            let scales = buffer(rows.len() * 4, TABLE);
            let multiply = pipelines.multiply.bind(&gpu, &[&params, &session, &codes, &products]);
            // Writes the one list; what it reads is the products or the other list.
            let select = [0, 1].map(|into| {
                let buffers = [&params, &products, &scales, &lists[1 - into], &lists[into]];
                pipelines.select.bind(&gpu, &buffers)
            });
            Part { codes, scales, multiply, select }
        };
        let parts = layout.parts().map(part).collect();
        let nearest = buffer(MOST_SESSION_ROWS * MOST_NEAREST * PAIR_BYTES, BACK);
        Catalogue {
            dimension,
            narrow,
            layout,
            pipelines,
            parts,
            session,
            all_params,
            params,
            products,
            lists,
            nearest,
            all: Mutex::default(),
            turns: Turns::default(),
            gpu,
        }
    }

    async fn upload(&self, source: &impl Source) -> Result<(), GpuError> {
        let mut scales = vec![0.0f32; SCALES.min(self.layout.rows)];
        for (rows, part) in self.layout.parts().zip(&self.parts) {
            let end = rows.end * self.layout.row_bytes;
            let start = rows.start * self.layout.row_bytes;
            for from in (start..end).step_by(BREATH) {
                self.send(|| {
                    let to = end.min(from + BREATH);
                    for at in (from..to).step_by(PIECE) {
                        source.write_codes(at, PIECE.min(to - at), &self.gpu.queue, &part.codes, at - start)?;
                    }
                    Ok(())
                })
                .await?;
            }
            self.send(|| {
                for at in rows.clone().step_by(SCALES) {
                    let count = SCALES.min(rows.end - at);
                    let scales = &mut scales[..count];
                    source.read_scales(at, scales)?;
                    pack::check_scales(at, scales)?;
                    let to = 4 * (at - rows.start) as u64;
                    self.gpu.queue.write_buffer(&part.scales, to, bytemuck::cast_slice(scales));
                }
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Waits until what `write` queues has arrived: errors are known no sooner.
    async fn send(&self, write: impl FnOnce() -> Result<(), GpuError>) -> Result<(), GpuError> {
        let scope = self.gpu.scope();
        write()?;
        self.gpu.queue.submit([]);
        let errors = self.gpu.errors(scope);
        #[cfg(not(target_arch = "wasm32"))]
        self.gpu.poll();
        errors.await
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Rows of the table.
    pub fn rows(&self) -> usize {
        self.layout.rows
    }

    /// Into how many parts the table is split.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The name that `info()` and the benchmarks print.
    pub fn kernel(&self) -> &'static str {
        if self.gpu.packed_dot() { "webgpu dot4I8Packed" } else { "webgpu unpacked" }
    }

    /// For each session row (u7 codes, `session.len() / dimension` rows, 1 to 16) the `count` nearest rows of the table,
    /// best first: the largest keys (see [`super::order::key_bits`]), ties to the lower row. A smaller table gives all its
    /// rows. The lists lie one after the other, all of the same length.
    ///
    /// # Errors
    /// [`GpuError::Count`], [`GpuError::Lost`], [`GpuError::Failed`], [`GpuError::Memory`].
    pub async fn nearest(&self, session: &[u8], count: usize) -> Result<Vec<Near>, GpuError> {
        let pairs = self.nearest_pairs(session, count).await?;
        Ok(pairs.into_iter().map(|[row, key_bits]| Near { row, key_bits }).collect())
    }

    /// [`Catalogue::nearest`] as pairs of a row and the bits of its key.
    pub async fn nearest_pairs(&self, session: &[u8], count: usize) -> Result<Vec<[u32; 2]>, GpuError> {
        pack::check_count(count)?;
        let (session_rows, words) = pack::session(session, self.dimension, self.narrow)?;
        let _turn = self.turns.take().await;
        self.gpu.alive()?;

        let plan = Plan::nearest(&self.layout, session_rows, count);
        let list_bytes = plan.count * PAIR_BYTES;
        let scope = self.gpu.scope();
        let mut encoder = self.encode(&words, session_rows, &plan.passes);
        for list in 0..session_rows {
            let from = (list * plan.stride * PAIR_BYTES) as u64;
            let to = (list * list_bytes) as u64;
            encoder.copy_buffer_to_buffer(&self.lists[plan.result], from, &self.nearest, to, Some(list_bytes as u64));
        }
        self.gpu.queue.submit([encoder.finish()]);
        let read = |view: &wgpu::BufferView| {
            // Copied first: a mapped range may lie at any address.
            let mut pairs = vec![[0u32; 2]; session_rows * plan.count];
            bytemuck::cast_slice_mut::<_, u8>(&mut pairs).copy_from_slice(view);
            let mut best = Vec::with_capacity(pairs.len());
            for list in pairs.chunks(plan.count) {
                append_sorted(list, &mut best);
            }
            best
        };
        self.gpu.read(scope, &self.nearest, session_rows * list_bytes, read).await
    }

    /// The products of every session row with every row of the table. They come in blocks: `write` gets the block's bytes
    /// (`session rows x rows` little-endian i32), the first of its rows of the table, and their number.
    ///
    /// # Errors
    /// As [`Catalogue::nearest`].
    pub async fn multiply_blocks(
        &self,
        session: &[u8],
        mut write: impl FnMut(&wgpu::BufferView, usize, usize),
    ) -> Result<(), GpuError> {
        let (session_rows, words) = pack::session(session, self.dimension, self.narrow)?;
        let _turn = self.turns.take().await;
        self.gpu.alive()?;
        let mut first = 0;
        for pass in plan::products(&self.layout, session_rows) {
            let Pass::Multiply { params, .. } = pass else { continue };
            let (rows, bytes) = (params.rows as usize, params.rows as usize * session_rows * 4);
            let scope = self.gpu.scope();
            let all = self.all();
            let mut encoder = self.encode(&words, session_rows, &[pass]);
            encoder.copy_buffer_to_buffer(&self.products, 0, &all, 0, Some(bytes as u64));
            self.gpu.queue.submit([encoder.finish()]);
            self.gpu.read(scope, &all, bytes, |view| write(view, first, rows)).await?;
            first += rows;
        }
        Ok(())
    }

    fn all(&self) -> Buffer {
        let make = || {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: self.products.size(),
                usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        lock(&self.all).get_or_insert_with(make).clone()
    }

    /// Sends a call's inputs and encodes its dispatches.
    fn encode(&self, words: &[[u32; 4]], session_rows: usize, passes: &[Pass]) -> wgpu::CommandEncoder {
        self.gpu.queue.write_buffer(&self.session, 0, bytemuck::cast_slice(words));
        let params: Vec<[u32; 8]> = passes.iter().map(Pass::words).collect();
        self.gpu.queue.write_buffer(&self.all_params, 0, bytemuck::cast_slice(&params));
        let mut encoder = self.gpu.device.create_command_encoder(&Default::default());
        for (at, pass) in passes.iter().enumerate() {
            let (pipeline, bound, lists) = match *pass {
                Pass::Multiply { part, .. } => (&self.pipelines.multiply, &self.parts[part].multiply, 1),
                Pass::Select { part, into, .. } => {
                    (&self.pipelines.select, &self.parts[part].select[into], session_rows)
                }
            };
            let from = (at * PARAMS_BYTES) as u64;
            encoder.copy_buffer_to_buffer(&self.all_params, from, &self.params, 0, Some(PARAMS_BYTES as u64));
            let mut compute = encoder.begin_compute_pass(&Default::default());
            compute.set_pipeline(&pipeline.0);
            compute.set_bind_group(0, bound, &[]);
            compute.dispatch_workgroups(pass.workgroups(), lists as u32, 1);
        }
        encoder
    }
}

/// A browser frees a buffer that is merely dropped when it pleases.
impl Drop for Catalogue {
    fn drop(&mut self) {
        for part in &self.parts {
            part.codes.destroy();
            part.scales.destroy();
        }
        for buffer in [
            &self.session,
            &self.all_params,
            &self.params,
            &self.products,
            &self.lists[0],
            &self.lists[1],
            &self.nearest,
        ] {
            buffer.destroy();
        }
        if let Some(all) = lock(&self.all).take() {
            all.destroy();
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Catalogue {
    /// [`Catalogue::open`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Catalogue::open`].
    pub fn open_blocking(
        gpu: Gpu,
        dimension: usize,
        narrow: bool,
        source: &impl Source,
        most_binding_bytes: Option<usize>,
    ) -> Result<Catalogue, GpuError> {
        let polled = gpu.clone();
        super::wait::block_on(Catalogue::open(gpu, dimension, narrow, source, most_binding_bytes), || polled.poll())
    }

    /// [`Catalogue::nearest`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Catalogue::nearest`].
    pub fn nearest_blocking(&self, session: &[u8], count: usize) -> Result<Vec<Near>, GpuError> {
        super::wait::block_on(self.nearest(session, count), || self.gpu.poll())
    }

    /// All products for threads that may wait: session row `s` with row `c` of the table at `s * rows + c`. `products` is
    /// resized to fit.
    ///
    /// # Errors
    /// As [`Catalogue::nearest`].
    pub fn multiply_blocking(&self, session: &[u8], products: &mut Vec<i32>) -> Result<(), GpuError> {
        let all = self.layout.rows;
        products.clear();
        products.resize(session.len() / self.dimension * all, 0);
        let write = |view: &wgpu::BufferView, first: usize, rows: usize| {
            for (list, row) in bytemuck::cast_slice::<u8, i32>(view).chunks(rows).zip(products.chunks_mut(all)) {
                row[first..first + rows].copy_from_slice(list);
            }
        };
        super::wait::block_on(self.multiply_blocks(session, write), || self.gpu.poll())
    }
}
