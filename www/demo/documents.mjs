/**
 * The document of each page: its head, and the page's part of the shop as a block of data, which the storefront draws. A browser
 * runs no such block, so that the policy has nothing to allow.
 */

const STYLES = ["tokens", "base", "header", "lists", "pages", "cart", "panel", "profile", "merchandising"];

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230b5d45'/%3E%3Cpath d='M7 15h18M7 25h18M10 9v6M15 7v8M20 19v6M13 20v5' stroke='%23fff' stroke-width='2.6' stroke-linecap='round'/%3E%3C/svg%3E";

/**
 * @param {{ title: string, description: string, data: object }} page what `Shop.page` gives
 * @returns {string} the HTML
 */
export function documentOf({ title, description, data }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<meta name="description" content="${text(description)}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#121614">
<link rel="icon" href="${ICON}">
${STYLES.map((name) => `<link rel="stylesheet" href="/styles/${name}.css">`).join("\n")}
<link rel="modulepreload" href="/reshelf/index.js">
<script type="application/json" id="page">${script(data)}</script>
<script type="module" src="/app/main.js"></script>
</head>
<body>
<div id="app" aria-busy="true">
  <div class="opening"><span class="opening-mark"></span><noscript>This demo shop is drawn by its script. Please turn JavaScript on.</noscript></div>
</div>
</body>
</html>
`;
}

const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const text = (value) => value.replace(/[&<>"]/g, (mark) => MARKS[mark]);

/** JSON that ends no script element. */
const script = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
