// What the shop has already: Google's tag, and its events. No line of it knows Reshelf.
window.dataLayer = window.dataLayer || [];
function gtag() {
  // biome-ignore lint/complexity/noArguments: the tag knows its commands by this.
  window.dataLayer.push(arguments);
}
gtag("consent", "default", { personalization_storage: "denied" });

document.querySelector("#list").addEventListener("click", ({ target }) => {
  gtag("event", "select_item", { item_list_id: "home", items: [{ item_id: `SKU-${target.dataset.id}` }] });
});
