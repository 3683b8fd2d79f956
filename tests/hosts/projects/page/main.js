import { order } from "./shop.js";

document.querySelector("output").textContent = await order("/shop.safetensors");
