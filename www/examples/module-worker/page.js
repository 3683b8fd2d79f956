// The page's side of a worker that ranks: it sends what was seen, and shows the order that comes back.
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const list = document.querySelector("#list");

worker.addEventListener("message", ({ data }) => {
  const items = data.map((id) => {
    const item = document.createElement("li");
    item.dataset.id = id;
    item.textContent = id;
    return item;
  });
  list.replaceChildren(...items);
});
list.addEventListener("click", ({ target }) => worker.postMessage({ type: "view", id: target.dataset.id }));
