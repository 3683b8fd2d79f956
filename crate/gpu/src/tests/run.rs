//! Runs one dispatch on its own.

use crate::device::Gpu;
use crate::pipelines::Pipeline;
use crate::wait::block_on;
use std::sync::OnceLock;
use wgpu::BufferUsages;

/// The device that all tests share.
pub fn gpu() -> Gpu {
    static GPU: OnceLock<Gpu> = OnceLock::new();
    let open = || {
        Gpu::open_blocking().unwrap_or_else(|error| {
            panic!("{error}\nThese tests run on any Vulkan driver, for example (Debian): apt-get install mesa-vulkan-drivers libvulkan1")
        })
    };
    GPU.get_or_init(open).clone()
}

/// Dispatches `pipeline` with these parameters and inputs; returns the words of its output, of which there are `words`.
/// What it leaves alone keeps the value `0xdead_beef`.
pub fn run(
    gpu: &Gpu,
    pipeline: &Pipeline,
    params: [u32; 8],
    inputs: &[&[u8]],
    words: usize,
    workgroups: (u32, u32),
) -> Vec<u32> {
    let scope = gpu.scope();
    let buffer = |bytes: &[u8], usage| {
        let size = bytes.len() as u64;
        let usage = usage | BufferUsages::COPY_DST;
        let buffer =
            gpu.device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        if !usage.contains(BufferUsages::MAP_READ) {
            gpu.queue.write_buffer(&buffer, 0, bytes);
        }
        buffer
    };
    let untouched = vec![0xdead_beefu32; words];
    let bytes = bytemuck::cast_slice::<u32, u8>(&untouched);
    let params = buffer(bytemuck::cast_slice(&params), BufferUsages::UNIFORM);
    let any = BufferUsages::STORAGE | BufferUsages::UNIFORM;
    let inputs: Vec<_> = inputs.iter().map(|input| buffer(input, any)).collect();
    let output = buffer(bytes, BufferUsages::STORAGE | BufferUsages::COPY_SRC);
    let back = buffer(bytes, BufferUsages::MAP_READ);
    let bound = pipeline.bind(gpu, &[&params].into_iter().chain(&inputs).chain([&output]).collect::<Vec<_>>());
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    {
        let mut compute = encoder.begin_compute_pass(&Default::default());
        compute.set_pipeline(&pipeline.0);
        compute.set_bind_group(0, &bound, &[]);
        compute.dispatch_workgroups(workgroups.0, workgroups.1, 1);
    }
    encoder.copy_buffer_to_buffer(&output, 0, &back, 0, Some(bytes.len() as u64));
    gpu.queue.submit([encoder.finish()]);
    let read = |view: &wgpu::BufferView| bytemuck::cast_slice(view).to_vec();
    block_on(gpu.read(scope, &back, bytes.len(), read), || gpu.poll()).unwrap()
}
