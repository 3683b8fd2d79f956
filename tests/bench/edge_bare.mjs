// A worker that holds nothing and passes a page, beside which edge.mjs sees what a cold start of ours takes.
export default { fetch: (request) => fetch(request) };
