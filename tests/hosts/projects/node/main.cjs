const { loadReranker } = require("reshelf");
const { products, seen } = require("./list.js");

loadReranker({ model: "public/shop.safetensors" }).then((reranker) => {
  for (const id of seen) reranker.observe({ type: "view", id });
  console.log(
    reranker
      .rerank(products)
      .map(({ candidate }) => candidate.id)
      .join(" "),
  );
});
