import { order } from "../shop.js";
import { Client } from "./client.jsx";

export const dynamic = "force-dynamic";

export default async function Page() {
  return (
    <main>
      <p id="server">{await order("public/shop.safetensors")}</p>
      <Client />
    </main>
  );
}
