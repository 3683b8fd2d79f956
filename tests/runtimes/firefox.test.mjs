// The same bits in Firefox, and the graphics adapter that the GPU tests need there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withFirefoxPage } from "../browser/firefox.mjs";
import { browserTests } from "./browsers.mjs";

browserTests("Firefox", withFirefoxPage);

// No adapter is a failure, never a skipped test: set-up installs a driver that needs no graphics card.
test("Firefox has WebGPU and computes", () =>
  withFirefoxPage(async (page) => {
    const doubled = await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter();
      if (!adapter) return navigator.gpu ? "no adapter: is mesa-vulkan-drivers installed?" : "no navigator.gpu";
      const device = await adapter.requestDevice();
      const code = `@group(0) @binding(0) var<storage, read_write> values: array<u32>;
        @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { values[id.x] *= 2u; }`;
      const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
      const buffer = device.createBuffer({ size: 12, usage: STORAGE | COPY_SRC | COPY_DST });
      const answer = device.createBuffer({ size: 12, usage: MAP_READ | COPY_DST });
      device.queue.writeBuffer(buffer, 0, new Uint32Array([1, 20, 300]));
      const compute = { module: device.createShaderModule({ code }), entryPoint: "main" };
      const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute });
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] }));
      pass.dispatchWorkgroups(3);
      pass.end();
      encoder.copyBufferToBuffer(buffer, 0, answer, 0, 12);
      device.queue.submit([encoder.finish()]);
      await answer.mapAsync(GPUMapMode.READ);
      return Array.from(new Uint32Array(answer.getMappedRange()));
    });
    assert.deepEqual(doubled, [2, 40, 600]);
    assert.deepEqual(page.problems, []);
  }));
