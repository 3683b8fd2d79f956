// Steps of visits that keep a session, for the tests of stores: what a page does, by pages/store.js, which it has loaded.

/** Begins in a page; returns what there is. */
export const begin = (page, store = "device") =>
  page.evaluate(async (store) => (await import("/store.js")).begin(store), store);

/** Begins in a page of a shopper who has just agreed. */
export async function agreed(page, store = "device") {
  await begin(page, store);
  await page.evaluate(async () => {
    const { reranker, saved } = await import("/store.js");
    reranker.consent({ store: true });
    await saved();
  });
}

/** Observes items by their places in the list, and waits until they are written. */
export const observe = (page, ...places) =>
  page.evaluate(async (places) => {
    const { ids, reranker, saved } = await import("/store.js");
    for (const at of places) reranker.observe({ id: ids[at] });
    await saved();
  }, places);

/** Waits until the page has seen so many items, and returns their places in the list. */
export const seen = (page, count) =>
  page.evaluate(async (count) => {
    const { ids, until } = await import("/store.js");
    return (await until(({ seen }) => seen.length === count)).seen.map((id) => ids.indexOf(id));
  }, count);
