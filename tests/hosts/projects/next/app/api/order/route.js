import { order } from "../../../shop.js";

export const dynamic = "force-dynamic";

export const GET = async () => new Response(await order("public/shop.safetensors"));
