import { expected } from "./list.js";
import { order } from "./shop.js";

test("the list is in order", async () => {
  expect(await order("public/shop.safetensors")).toBe(expected);
});
