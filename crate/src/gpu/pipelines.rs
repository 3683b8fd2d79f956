//! The compiled programs and what they are bound to.

use super::device::Gpu;
use super::params::PARAMS_BYTES;
use super::shaders::{MULTIPLY_PACKED, MULTIPLY_UNPACKED, Program, SELECT};
use core::num::NonZeroU64;
use wgpu::{BindGroup, BindGroupLayout, Buffer, BufferBindingType, ComputePipeline, ShaderModule};

const PARAMS: Kind = Kind { ty: BufferBindingType::Uniform, dynamic: true };
const UNIFORM: Kind = Kind { ty: BufferBindingType::Uniform, dynamic: false };
const READ: Kind = Kind { ty: BufferBindingType::Storage { read_only: true }, dynamic: false };
const WRITE: Kind = Kind { ty: BufferBindingType::Storage { read_only: false }, dynamic: false };

/// How a buffer is bound.
#[derive(Clone, Copy)]
struct Kind {
    ty: BufferBindingType,
    dynamic: bool,
}

/// A compiled entry point, whose first binding holds its parameters.
pub struct Pipeline {
    pub pipeline: ComputePipeline,
    layout: BindGroupLayout,
    bindings: &'static [(u32, Kind)],
}

/// The three entry points.
pub struct Pipelines {
    /// multiply.wgsl: session, codes, products.
    pub multiply: Pipeline,
    /// select.wgsl: products, scales, nearest.
    pub select_rows: Pipeline,
    /// select.wgsl: pairs, nearest.
    pub select_pairs: Pipeline,
}

impl Pipelines {
    /// Compiles the programs, within an error scope of the caller's.
    pub fn new(gpu: &Gpu, narrow: bool) -> Pipelines {
        let multiply = module(gpu, if gpu.packed_dot() { &MULTIPLY_PACKED } else { &MULTIPLY_UNPACKED });
        let select = module(gpu, &SELECT);
        let narrow = [("NARROW", f64::from(u8::from(narrow)))];
        Pipelines {
            multiply: Pipeline::new(gpu, &multiply, "multiply", &narrow, &[(0, PARAMS), (1, UNIFORM), (2, READ), (3, WRITE)]),
            select_rows: Pipeline::new(gpu, &select, "select_rows", &[], &[(0, PARAMS), (1, READ), (2, READ), (4, WRITE)]),
            select_pairs: Pipeline::new(gpu, &select, "select_pairs", &[], &[(0, PARAMS), (3, READ), (4, WRITE)]),
        }
    }
}

impl Pipeline {
    fn new(
        gpu: &Gpu,
        module: &ShaderModule,
        entry: &str,
        constants: &[(&str, f64)],
        bindings: &'static [(u32, Kind)],
    ) -> Pipeline {
        let entries: Vec<_> = bindings.iter().map(|&(binding, kind)| layout_entry(binding, kind)).collect();
        let layout = gpu
            .device
            .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(entry), entries: &entries });
        let pipeline_layout = gpu.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(entry),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let pipeline = gpu.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(entry),
            layout: Some(&pipeline_layout),
            module,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions { constants, ..Default::default() },
            cache: None,
        });
        Pipeline { pipeline, layout, bindings }
    }

    /// Binds the parameters and the buffers that the bindings after them name, in their order.
    pub fn bind(&self, gpu: &Gpu, params: &Buffer, buffers: &[&Buffer]) -> BindGroup {
        let size = NonZeroU64::new(PARAMS_BYTES as u64);
        let params = wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: params, offset: 0, size });
        let resources = core::iter::once(params).chain(buffers.iter().map(|buffer| buffer.as_entire_binding()));
        let entries: Vec<_> = self
            .bindings
            .iter()
            .zip(resources)
            .map(|(&(binding, _), resource)| wgpu::BindGroupEntry { binding, resource })
            .collect();
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &self.layout, entries: &entries })
    }
}

fn layout_entry(binding: u32, kind: Kind) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty: kind.ty, has_dynamic_offset: kind.dynamic, min_binding_size: None },
        count: None,
    }
}

fn module(gpu: &Gpu, program: &Program) -> ShaderModule {
    gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(program.name),
        source: wgpu::ShaderSource::Wgsl(program.text().into()),
    })
}
