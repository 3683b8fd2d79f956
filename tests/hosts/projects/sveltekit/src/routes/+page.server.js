import { order } from "../../shop.js";

export const load = async () => ({ order: await order("static/shop.safetensors") });
