// The public types of `reshelf/service-worker`.
import type { ListOrderer, PageReport, PersonalizeOptions } from "../edge/types.js";

export type { HtmlModule, IslandRule, ListOrderer, ListReport, ListRule, PageReport } from "../edge/types.js";

/** What is used of a `FetchEvent`. */
export interface PageEvent {
  readonly request: Request;
  /** The answer that the browser asked for while the worker started, where the shop has switched that on. */
  readonly preloadResponse?: PromiseLike<unknown>;
  respondWith(response: Response | PromiseLike<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

/** Where the list is in an answer of JSON: as `path` and `id` of `personalizeJson`. */
export interface JsonPlace {
  readonly path: string;
  readonly id: string;
}

/** In all options null is as if left out. `lists` to `html` are those of `personalize`: docs/edge.md. */
export interface HandlerOptions
  extends Pick<
    PersonalizeOptions,
    "lists" | "islands" | "policy" | "deadlineMs" | "maxListBytes" | "hydrate" | "html"
  > {
  /**
   * Brings what orders lists, as a rule `() => loadReranker({ model, store: "device" })` of this entry. Called when it is first
   * needed, and again half a minute or more after it failed. No page waits for it longer than `deadlineMs`.
   */
  readonly load: () => ListOrderer | PromiseLike<ListOrderer>;
  /** Whether this request is for a page or a part of one that has lists; a place for an answer in JSON. Navigations when left out. */
  readonly match?: ((request: Request) => boolean | JsonPlace | null | undefined) | null | undefined;
  /** The shop's own way to an answer, such as its cache. The browser's preloaded answer or the network when left out. */
  readonly fetch?: ((event: PageEvent) => Response | PromiseLike<Response>) | null | undefined;
  /** A path, such as `"/reshelf-off"`: whoever goes there has the worker taken off, and the answer of the network. */
  readonly off?: string | null | undefined;
  /** Called once an answer, as of `personalize`. It may hold the request up, and is for looking into: what it throws is dropped. */
  readonly onReport?: ((report: PageReport, request: Request) => void) | null | undefined;
}

/** What a worker's own listeners call. */
export interface Handler {
  /** Hears a `fetch` event, and returns whether it answers it. Never throws. */
  answer(event: PageEvent): boolean;
  /** Begins to load, so that the first page need not; resolves when that has come to an end. Never rejects. */
  warm(): Promise<void>;
}
