import { order } from "../../../shop.js";

export const runtime = "edge";

export const GET = async ({ url }) => new Response(await order(new URL("/shop.safetensors", url)));
