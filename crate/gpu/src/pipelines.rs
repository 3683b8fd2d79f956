//! The compiled programs and what they are bound to.
//!
//! Layouts are derived from the shaders, and every dispatch finds its parameters in the same small buffer, into which the
//! encoder copies them just before: spelling layouts out, which dynamic offsets would need, costs the module for browsers
//! 3 KB.

use super::device::Gpu;
use super::shaders::{DOT4_PACKED, DOT4_UNPACKED, MULTIPLY, NARROW, SELECT, WIDE};
use wgpu::{BindGroup, Buffer, ComputePipeline};

/// The two entry points.
pub struct Pipelines {
    /// multiply.wgsl: parameters, session, codes, products.
    pub multiply: Pipeline,
    /// select.wgsl: parameters, products, scales, pairs, nearest.
    pub select: Pipeline,
}

impl Pipelines {
    /// Compiles the programs, within an error scope of the caller's.
    pub fn new(gpu: &Gpu, narrow: bool) -> Pipelines {
        let dot4 = if gpu.packed_dot() { DOT4_PACKED } else { DOT4_UNPACKED };
        let multiply = [dot4, if narrow { NARROW } else { WIDE }, MULTIPLY].concat();
        Pipelines {
            multiply: Pipeline::new(gpu, multiply, "multiply"),
            select: Pipeline::new(gpu, SELECT.to_owned(), "select_nearest"),
        }
    }
}

/// A compiled entry point. Its bindings are numbered from 0 on; the first is its parameters.
pub struct Pipeline(pub ComputePipeline);

impl Pipeline {
    fn new(gpu: &Gpu, text: String, entry: &str) -> Pipeline {
        let source = wgpu::ShaderSource::Wgsl(text.into());
        let module = gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        Pipeline(gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some(entry),
            compilation_options: Default::default(),
            cache: None,
        }))
    }

    /// Binds buffers, the parameters first, in the order of [`Pipelines`].
    pub fn bind(&self, gpu: &Gpu, buffers: &[&Buffer]) -> BindGroup {
        let mut entries = Vec::with_capacity(buffers.len());
        for (binding, &buffer) in (0..).zip(buffers) {
            let buffer = wgpu::BufferBinding { buffer, offset: 0, size: None };
            entries.push(wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(buffer) });
        }
        let layout = self.0.get_bind_group_layout(0);
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries })
    }
}
