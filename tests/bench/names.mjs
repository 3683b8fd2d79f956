// The engines that are compared, in the order in which tables and chart name them.

/** Keys of our own builds begin so. */
export const RESHELF = "reshelf ";

export const NAMES = {
  "reshelf relaxed": "Reshelf, relaxed SIMD",
  "reshelf simd128": "Reshelf, SIMD",
  "reshelf webgpu": "Reshelf, WebGPU",
  javascript: "plain JavaScript",
  onnxruntime: "onnxruntime-web, wasm",
  tfjs: "TensorFlow.js, wasm",
  voy: "voy, indexed before",
};

export const KEYS = Object.keys(NAMES);
