//! A device, and what became of it.

use super::error::GpuError;
use super::wait::{Answer, Signal, lock};
use core::future::Future;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use wgpu::{Device, Queue};

/// A device that can hold catalogues. Clones are the same device.
#[derive(Clone)]
pub struct Gpu {
    pub(crate) device: Device,
    pub(crate) queue: Queue,
    packed_dot: bool,
    /// The bytes that one binding may have.
    pub(crate) most_binding_bytes: usize,
    watch: Arc<Watch>,
}

/// What is known of a device's fate.
#[derive(Default)]
struct Watch {
    lost: AtomicBool,
    /// An error outside any scope.
    fault: Mutex<Option<GpuError>>,
    /// The answers that are waited for just now.
    signals: Mutex<Vec<Weak<Signal>>>,
}

impl Watch {
    fn lose(&self) {
        self.lost.store(true, Ordering::Release);
        for signal in lock(&self.signals).drain(..).filter_map(|signal| signal.upgrade()) {
            signal.settle(false);
        }
    }
}

impl Gpu {
    /// Asks for an adapter and a device. `packed_dot` says whether WGSL's `packed_4x8_integer_dot_product` is there, if
    /// the instance cannot say it safely.
    ///
    /// # Errors
    /// [`GpuError::Adapter`].
    pub async fn open(#[cfg(target_arch = "wasm32")] packed_dot: bool) -> Result<Gpu, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|error| GpuError::Adapter(why(error)))?;
        // What every WebGPU device offers is enough: larger tables are split.
        let required_limits = wgpu::Limits::default();
        // A weaker adapter is taken as it is. In a browser there is none, and asking would cost the module 2 KB.
        #[cfg(not(target_arch = "wasm32"))]
        let required_limits = required_limits.or_worse_values_from(&adapter.limits());
        let most_binding_bytes = binding_bytes(&required_limits);
        let description = wgpu::DeviceDescriptor { required_limits, ..Default::default() };
        let (device, queue) =
            adapter.request_device(&description).await.map_err(|error| GpuError::Adapter(why(error)))?;
        #[cfg(not(target_arch = "wasm32"))]
        let packed_dot =
            instance.wgsl_language_features().contains(wgpu::WgslLanguageFeatures::Packed4x8IntegerDotProduct);
        Ok(Gpu::watched(device, queue, packed_dot, most_binding_bytes))
    }

    /// Takes over a device: its handlers for errors and for its loss are from now on ours.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn from_device(device: Device, queue: Queue, packed_dot: bool) -> Gpu {
        let most_binding_bytes = binding_bytes(&device.limits());
        Gpu::watched(device, queue, packed_dot, most_binding_bytes)
    }

    fn watched(device: Device, queue: Queue, packed_dot: bool, most_binding_bytes: usize) -> Gpu {
        let watch = Arc::new(Watch::default());
        let lost = Arc::downgrade(&watch);
        device.set_device_lost_callback(move |_, _| {
            if let Some(watch) = lost.upgrade() {
                watch.lose();
            }
        });
        // In a browser an uncaptured error is a line in the console, which is good enough for what no scope can see;
        // wgpu's own translation of it panics on errors that it does not know.
        #[cfg(not(target_arch = "wasm32"))]
        {
            let faulty = Arc::downgrade(&watch);
            device.on_uncaptured_error(Arc::new(move |error| {
                if let Some(watch) = faulty.upgrade() {
                    lock(&watch.fault).get_or_insert(translated(error));
                }
            }));
        }
        Gpu { device, queue, packed_dot, most_binding_bytes, watch }
    }

    /// The same device, with or without the packed dot product where it has one.
    pub fn with_packed_dot(mut self, packed_dot: bool) -> Gpu {
        self.packed_dot &= packed_dot;
        self
    }

    /// The device itself, for what its runtime tells of it.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether WGSL's `packed_4x8_integer_dot_product` is used.
    pub fn packed_dot(&self) -> bool {
        self.packed_dot
    }

    /// The adapter's own description.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn adapter(&self) -> String {
        self.device.adapter_info().name
    }

    /// Whether the device went away.
    pub fn lost(&self) -> bool {
        self.watch.lost.load(Ordering::Acquire)
    }

    /// Gives the device back: whatever runs on it fails with [`GpuError::Lost`].
    pub fn destroy(&self) {
        self.watch.lose();
        self.device.destroy();
    }

    pub(crate) fn alive(&self) -> Result<(), GpuError> {
        if self.lost() { Err(GpuError::Lost) } else { Ok(()) }
    }

    /// Starts to collect errors. Internal errors are not collected: wgpu panics on them in a browser.
    pub(crate) fn scope(&self) -> Scope {
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        Scope { memory, validation: self.device.push_error_scope(wgpu::ErrorFilter::Validation) }
    }

    /// Ends a scope; the errors arrive later.
    pub(crate) fn errors(&self, scope: Scope) -> impl Future<Output = Result<(), GpuError>> + use<> {
        let (validation, memory) = (scope.validation.pop(), scope.memory.pop());
        let watch = self.watch.clone();
        async move {
            // Both arrive, whatever the first says: a promise must not be left behind.
            let (memory, validation) = (memory.await, validation.await);
            let fault = lock(&watch.fault).take();
            match memory.or(validation).map(translated).or(fault) {
                _ if watch.lost.load(Ordering::Acquire) => Err(GpuError::Lost),
                Some(error) => Err(error),
                None => Ok(()),
            }
        }
    }

    /// An answer that also comes when the device goes away.
    fn signal(&self) -> Arc<Signal> {
        let signal = Arc::new(Signal::default());
        let mut signals = lock(&self.watch.signals);
        signals.retain(|signal| signal.strong_count() > 0);
        signals.push(Arc::downgrade(&signal));
        drop(signals);
        if self.lost() {
            signal.settle(false);
        }
        signal
    }

    /// Maps the first `bytes` of a buffer, hands them to `read`, and ends the scope in which all this was asked for.
    pub(crate) async fn read<T>(
        &self,
        scope: Scope,
        buffer: &wgpu::Buffer,
        bytes: usize,
        read: impl FnOnce(&wgpu::BufferView) -> T,
    ) -> Result<T, GpuError> {
        let signal = self.signal();
        let mapped = signal.clone();
        let _unmap = Unmap { gpu: self, buffer };
        buffer.map_async(wgpu::MapMode::Read, ..bytes as u64, move |result| mapped.settle(result.is_ok()));
        let errors = self.errors(scope);
        let well = Answer(signal).await;
        self.alive()?;
        errors.await?;
        // A mapping fails of itself only when the device is gone, and the news of that may still be on its way. The same
        // goes for a range that is mapped no more.
        let view = if well { buffer.get_mapped_range(..bytes as u64).ok() } else { None };
        match view {
            Some(view) => Ok(read(&view)),
            None => {
                self.watch.lose();
                Err(GpuError::Lost)
            }
        }
    }

    /// Lets the device proceed and call back.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn poll(&self) {
        if self.device.poll(wgpu::PollType::wait_indefinitely()).is_err() {
            self.watch.lose();
        }
    }
}

/// Collects errors until [`Gpu::errors`] ends it. Dropped, it ends the inner scope first, as it must: fields drop in their
/// order.
pub(crate) struct Scope {
    validation: wgpu::ErrorScopeGuard,
    memory: wgpu::ErrorScopeGuard,
}

/// Unmaps a buffer in any case: also when its mapping failed, or when nobody waits for it any more.
struct Unmap<'a> {
    gpu: &'a Gpu,
    buffer: &'a wgpu::Buffer,
}

impl Drop for Unmap<'_> {
    fn drop(&mut self) {
        // A buffer whose mapping failed says that it is not mapped, which is no news.
        let scope = self.gpu.lost().then(|| self.gpu.scope());
        self.buffer.unmap();
        drop(scope);
    }
}

/// The bytes that one binding may have.
fn binding_bytes(limits: &wgpu::Limits) -> usize {
    usize::try_from(limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)).unwrap_or(usize::MAX)
}

fn translated(error: wgpu::Error) -> GpuError {
    match error {
        wgpu::Error::OutOfMemory { .. } => GpuError::Memory,
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            GpuError::Failed(description)
        }
    }
}

/// Why wgpu could not give an adapter or a device. In a browser it knows no more than that, so its words are not worth
/// their bytes.
fn why(error: impl core::fmt::Display) -> String {
    if cfg!(target_arch = "wasm32") { "the browser gave none".to_owned() } else { error.to_string() }
}

#[cfg(not(target_arch = "wasm32"))]
impl Gpu {
    /// [`Gpu::open`] for threads that may wait.
    ///
    /// # Errors
    /// [`GpuError::Adapter`].
    pub fn open_blocking() -> Result<Gpu, GpuError> {
        super::wait::block_on(Gpu::open(), || {})
    }
}
