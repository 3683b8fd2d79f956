// Hears `fetch` events of a service worker, and answers those for pages with their lists in order. The answer is the one that the
// page would have had: whatever goes wrong here, before or behind it, that one passes as it is.
import { LATE, within } from "../edge/body.js";
import { HTML, JSON_TYPE, passes } from "../edge/headers.js";
import { personalize, personalizeJson } from "../edge/index.js";
import type { HtmlModule, PageReport } from "../edge/types.js";
import { field } from "../errors.js";
import { unregister } from "./off.js";
import { originOf } from "./origin.js";
import { ToolBox, type Tools } from "./tools.js";
import type { Handler, JsonPlace, PageEvent } from "./types.js";

/** As in `personalize`. */
const DEADLINE_MS = 50;

/**
 * Milliseconds for which the browser is asked to keep the worker for what loads and what streams: it ends one that has nothing to do
 * after some 30 seconds. No longer, since a newer worker waits until this one has nothing to do.
 */
const MOST_KEPT_MS = 5000;

/** What is handed on to `personalize` as it was given. */
const HANDED_ON = ["lists", "islands", "policy", "deadlineMs", "maxListBytes", "hydrate"];

/** What a request is for: a page, or a list at a place in JSON, which `personalizeJson` checks. */
type Wanted = JsonPlace | true;

type Opening = Tools | Promise<Tools>;
type Arriving = Promise<Response>;

/** The handler, with the HTML module that lies beside the package. */
export function handlerWith(beside: HtmlModule, options: unknown): Handler {
  const given = (name: string): unknown => field(options, name) ?? undefined;
  const handedOn = Object.fromEntries(HANDED_ON.map((name) => [name, given(name)]));
  const deadline = given("deadlineMs");
  const deadlineMs = typeof deadline === "number" && deadline >= 0 ? deadline : DEADLINE_MS;
  const html = (given("html") ?? beside) as HtmlModule;
  const tools = new ToolBox(given("load"), html);
  const [match, own, off, onReport] = ["match", "fetch", "off", "onReport"].map(given);
  let isOff = false;

  /** Reads what the shop's own `match` says; throws what it throws. */
  const wanted = (request: Request): Wanted | null => {
    if (request.method !== "GET") return null;
    if (typeof match !== "function") return request.mode === "navigate" ? true : null;
    const said: unknown = match(request);
    if (typeof said === "object" && said !== null) {
      return { path: field(said, "path"), id: field(said, "id") } as JsonPlace;
    }
    return said === true ? true : null;
  };

  const tell = (report: PageReport, request: Request) => {
    if (typeof onReport !== "function") return;
    try {
      const answer: unknown = onReport(report, request);
      if (typeof field(answer, "then") === "function") Promise.resolve(answer).catch(() => undefined);
    } catch {} // The shop's own code: the page does not suffer from it.
  };

  const respond = async ({ request }: PageEvent, what: Wanted, ends: () => void, opening: Opening, page: Arriving) => {
    let origin: Response | undefined;
    try {
      origin = await page;
      const done = (report: PageReport) => {
        tell(report, request);
        ends();
      };
      const pass = (report: PageReport) => (done(report), origin as Response);
      // What is no page is not waited for.
      const none = passes(origin, request.method, what === true ? HTML : JSON_TYPE);
      if (none) return pass({ reason: none, lists: [] });
      // The time that the answer took was for the tools: only from here on are they what is waited for.
      const opened = "then" in opening ? await within(opening, deadlineMs) : opening;
      if (opened === LATE) return pass({ reason: "model-late", lists: [] });
      if (!opened.reranker) return pass({ reason: opened.reason, detail: opened.detail, lists: [] });
      const { reranker } = opened;
      const all = { ...handedOn, html, reranker, request, onReport: done };
      if (what === true) return await personalize(origin, all);
      return await personalizeJson(origin, { ...all, ...what });
    } catch (error) {
      ends();
      if (origin === undefined) throw error; // The network's own.
      return origin;
    }
  };

  return {
    answer(event) {
      try {
        const { request } = event;
        if (isOff) return false;
        if (typeof off === "string" && request.mode === "navigate" && new URL(request.url).pathname === off) {
          isOff = true;
          event.waitUntil(unregister());
          return false; // The browser asks the network itself.
        }
        const what = wanted(request);
        if (what === null) return false;
        let ends = () => {};
        const ended = new Promise<void>((done) => (ends = done));
        const page = originOf(event, own); // Before all that is of ours.
        const opening = tools.open();
        const given = respond(event, what, ends, opening, page);
        given.catch(() => undefined); // It is handed on below, unless somebody else has answered already.
        event.respondWith(given);
        // What loads goes on behind the page, and a page that streams is not cut off.
        event.waitUntil(within(Promise.all([opening, ended]), MOST_KEPT_MS));
        return true;
      } catch {
        return false;
      }
    },
    async warm() {
      await tools.open();
    },
  };
}
