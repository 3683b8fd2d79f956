//! The compiled programs and what they are bound to.
//!
//! Layouts are derived from the shaders, and every dispatch finds its parameters in the same small buffer, into which the
//! encoder copies them just before: spelling layouts out, which dynamic offsets would need, costs the module for browsers
//! 3 KB.

use super::device::Gpu;
use super::shaders::{DOT4_PACKED, DOT4_UNPACKED, MULTIPLY, NARROW, SELECT, WIDE};
use wgpu::{BindGroup, Buffer, ComputePipeline, ShaderModule};

/// A compiled entry point.
pub struct Pipeline {
    pub pipeline: ComputePipeline,
    /// The numbers of its bindings; the first holds the parameters.
    bindings: &'static [u32],
}

/// The three entry points.
pub struct Pipelines {
    /// multiply.wgsl: parameters, session, codes, products.
    pub multiply: Pipeline,
    /// select.wgsl: parameters, products, scales, nearest.
    pub select_rows: Pipeline,
    /// select.wgsl: parameters, pairs, nearest.
    pub select_pairs: Pipeline,
}

impl Pipelines {
    /// Compiles the programs, within an error scope of the caller's.
    pub fn new(gpu: &Gpu, narrow: bool) -> Pipelines {
        let dot4 = if gpu.packed_dot() { DOT4_PACKED } else { DOT4_UNPACKED };
        let multiply = module(gpu, [dot4, if narrow { NARROW } else { WIDE }, MULTIPLY].concat());
        let select = module(gpu, SELECT.to_owned());
        Pipelines {
            multiply: Pipeline::new(gpu, &multiply, "multiply", &[0, 1, 2, 3]),
            select_rows: Pipeline::new(gpu, &select, "select_rows", &[0, 1, 2, 4]),
            select_pairs: Pipeline::new(gpu, &select, "select_pairs", &[0, 3, 4]),
        }
    }
}

impl Pipeline {
    fn new(gpu: &Gpu, module: &ShaderModule, entry: &str, bindings: &'static [u32]) -> Pipeline {
        let pipeline = gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        });
        Pipeline { pipeline, bindings }
    }

    /// Binds buffers, the parameters first, in the order of [`Pipelines`].
    pub fn bind(&self, gpu: &Gpu, buffers: &[&Buffer]) -> BindGroup {
        let mut entries = Vec::with_capacity(buffers.len());
        for (&binding, &buffer) in self.bindings.iter().zip(buffers) {
            let buffer = wgpu::BufferBinding { buffer, offset: 0, size: None };
            entries.push(wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(buffer) });
        }
        let layout = self.pipeline.get_bind_group_layout(0);
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries })
    }
}

fn module(gpu: &Gpu, text: String) -> ShaderModule {
    let source = wgpu::ShaderSource::Wgsl(text.into());
    gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source })
}
