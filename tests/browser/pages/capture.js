// A shop made by script, and what the capture of it told. Tests and the benchmark drive it from outside, by `window.shop`.
import { capture } from "/reshelf/capture/index.js";

// A page that is loaded again begins at its top.
history.scrollRestoration = "manual";
const main = document.querySelector("main");

/** An element with a class, attributes and what lies in it. */
function make(kind, attributes = {}, ...inside) {
  const element = document.createElement(attributes.href ? "a" : "div");
  element.className = kind;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

const tile = (id, ...inside) => make("tile", { "data-reshelf-item": id }, ...(inside.length > 0 ? inside : [id]));
const list = (kind, name, ids) => make(kind, { "data-reshelf-list": name }, ...ids.map((id) => tile(id)));
const ids = (prefix, count, from = 0) => Array.from({ length: count }, (_, at) => `${prefix}${from + at}`);
const frame = () => new Promise(requestAnimationFrame);

/** Watches the page: each event becomes a line, beside when it was told. After `quiet` ms nothing is due any more. */
function start(options) {
  const observe = ({ type, id, at, list, position, seconds }) => {
    shop.lines.push([type, id, list, position, seconds].filter((part) => part !== undefined).join(" "));
    shop.times.push(at);
  };
  shop.capture = capture({ observe }, options);
  shop.quiet = 2.25 * (options?.duration ?? 1000) + 400;
}

/** What a capture of the plainest kind would do: looks at every tile; and does nothing with it. */
function watchAll() {
  const observer = new IntersectionObserver(() => {}, { threshold: [0, 0.5] });
  for (const each of document.querySelectorAll(".tile")) observer.observe(each);
}

/** Scrolls in so many steps, one a frame; returns the milliseconds that it took. */
async function scroll(to, steps, along = document.scrollingElement, side = "scrollTop") {
  const from = along[side];
  const begin = performance.now();
  for (let step = 1; step <= steps; step++) {
    along[side] = from + ((to - from) * step) / steps;
    await frame();
  }
  return performance.now() - begin;
}

const shop = {
  lines: [],
  times: [],
  capture: null,
  quiet: 0,
  frame,
  ids,
  list,
  main,
  make,
  scroll,
  start,
  tile,
  watchAll,
};
window.shop = shop;
