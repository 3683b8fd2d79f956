import { order } from "./shop.js";

order("/shop.safetensors").then((text) => postMessage(text));
