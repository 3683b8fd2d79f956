// A page of boxes, and what the capture of it told: what the tests of `reshelf/capture` share.
import assert from "node:assert/strict";
import { capture } from "../dist/capture/index.js";
import { FakeView } from "./fake_page.mjs";

/** A page, and what its capture told: each event as a line, without its time. */
export function page(options) {
  const view = new FakeView();
  const lines = [];
  const observe = ({ type, id, at, list, position, seconds }) => {
    assert.ok(Math.abs(at - Date.now()) < 60_000);
    lines.push([type, id, list, position, seconds].filter((part) => part !== undefined).join(" "));
  };
  const start = (more) => capture({ observe }, { root: view.document, ...options, ...more });
  /** What was told since the last time. */
  const told = () => lines.splice(0);
  return { view, document: view.document, start, told };
}

export function make(document, attributes, box = null) {
  const element = document.createElement();
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.box = box;
  return element;
}

export const tileOf = (document, id, box) => make(document, { "data-reshelf-item": id }, box);

/** Tiles of 250 by 250, four in a row, from `top` on. */
export function grid(document, name, ids, top = 0) {
  const height = Math.ceil(ids.length / 4) * 250;
  const list = make(document, { "data-reshelf-list": name }, [0, top, 1000, height]);
  list.append(...ids.map((id, at) => tileOf(document, id, [(at % 4) * 250, top + Math.floor(at / 4) * 250, 250, 250])));
  document.append(list);
  return list;
}

export const ids = (prefix, count, from = 0) => Array.from({ length: count }, (_, at) => `${prefix}${from + at}`);
export const seen = (list, ids, from = 0) => ids.map((id, at) => `impression ${id} ${list} ${from + at}`);
export const skipped = (list, ids, from = 0) => ids.map((id, at) => `skip ${id} ${list} ${from + at}`);

export function click(view, tile, { type = "click", button = 0, key, inner = view.document.createElement() } = {}) {
  const event = Object.assign(new Event(type), { button, key });
  event.composedPath = () => [inner, tile, tile.parentElement, view.document, view];
  view.document.dispatchEvent(event);
}

export const leave = (view) => view.dispatchEvent(new Event("pagehide"));

/** A product's own page, three views high. */
export const productOf = (document, id) => {
  const product = tileOf(document, id, [0, 0, 1000, 3000]);
  document.append(product);
  return product;
};
