// A Firefox and a server for the tests: what harness.mjs is for Chromium, so that the same page-side code runs in both.
import { withTab, withTabsOf } from "./puppeteer.mjs";

/**
 * Opens a page under the strict policy and hands it to `use`; closes everything afterwards (puppeteer.mjs).
 *
 * mapAsync of this Firefox answers every 100 ms only: good for correctness, no good for timing.
 */
export function withFirefoxPage(use, options) {
  return withTab("Firefox", use, options);
}

/** What `withTabs` of harness.mjs is for Chromium. */
export function withFirefoxTabs(use, options) {
  return withTabsOf("Firefox", use, options);
}
