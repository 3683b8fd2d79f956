import { order } from "./shop.js";

order("public/shop.safetensors").then(console.log);
