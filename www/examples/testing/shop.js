// What both suites test with: a shop of six items, in the server's order.
import { tinyModel } from "reshelf/testing";

export const model = tinyModel({
  items: [
    { id: "kettle", category: "kitchen" },
    { id: "mug", category: "kitchen/mugs" },
    { id: "cup", category: "kitchen/mugs" },
    { id: "rake", category: "garden" },
    { id: "gloves", category: "garden" },
    "voucher",
  ],
  together: [
    ["kettle", "mug", 0.9],
    ["rake", "gloves", 0.8],
  ],
});

export const list = ["voucher", "kettle", "rake", "cup", "gloves", "mug"];
