// The same in a dedicated worker, which follows the tab that drives.
import { begin, follow } from "/store.js";

self.onmessage = async ({ data: name }) => {
  const { store } = await begin("device");
  follow(name);
  postMessage(store);
};
