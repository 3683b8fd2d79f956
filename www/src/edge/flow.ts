// A page on its way through the HTML module: what may leave leaves, lists wait for their order, and whatever goes wrong, the page
// goes on as it came. Asked for nothing, it reads nothing; while a list is held it reads on, as far as the list may be long.
import type { Html, Page } from "../html/reshelf_html.js";
import { type Source, timer } from "./body.js";
import type { Orderer } from "./context.js";
import { abandon } from "./module.js";
import type { ListReason, ListReport, PageReason } from "./types.js";

/** What the module is given at a time: so much may leave late because more came at once. */
const SLICE = 65_536;

export interface Flow {
  readonly source: Source;
  readonly html: Html;
  readonly page: Page;
  readonly orderer: Orderer;
  readonly deadlineMs: number;
  /** Whether lists grow on their way. */
  readonly grows: boolean;
  /** Called once, when the body has ended, was given up, or failed. */
  readonly onEnd: (reason: PageReason | null, lists: readonly ListReport[]) => void;
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

export function flowing(flow: Flow): ReadableStream<Uint8Array<ArrayBuffer>> {
  const running = new Running(flow);
  return new ReadableStream(
    {
      pull: (controller) => running.pull(controller),
      cancel: (reason) => running.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

class Running {
  readonly #flow: Flow;
  /** Null once the module is not asked any more: what comes then leaves as it came. */
  #page: Page | null;
  readonly #lists: ListReport[] = [];
  #reason: PageReason | null = null;
  /** What came at once and was not given to the module yet. */
  #rest = new Uint8Array();
  /** What the module was given and has not let go, should it trap. */
  #given: Uint8Array[] = [];
  /** How many bytes left since somebody last asked for some. */
  #sent = 0;
  #ended = false;
  /** What the page breaks off with, once all that came before has left. */
  #failure: { readonly error: unknown } | undefined;
  /** Why the list that was just ordered stays as it came, where that is not the module's to know. */
  #why: ListReason | null = null;
  /** How many of its tiles a policy removed. */
  #removed = 0;
  /** Whether a list left that may have grown. */
  #grew = false;
  #stopTimer: (() => void) | undefined;
  #closed = false;

  constructor(flow: Flow) {
    this.#flow = flow;
    this.#page = flow.page;
  }

  async pull(controller: Controller): Promise<void> {
    this.#sent = 0;
    for (;;) {
      this.#drain(controller);
      // What was sent must be read first: an error would take it away.
      if (this.#failure) return this.#sent === 0 ? this.#fail(controller) : undefined;
      if (this.#ended) return this.#finish(controller);
      const holding = this.#holding(controller);
      if (this.#sent > 0 && !holding) return;
      if (this.#rest.length > 0) {
        this.#write(this.#rest.subarray(0, SLICE));
        this.#rest = this.#rest.subarray(SLICE);
        continue;
      }
      try {
        const chunk = await this.#flow.source.read();
        if (this.#closed) return;
        if (chunk) this.#rest = chunk as Uint8Array<ArrayBuffer>;
        else this.#end();
      } catch (error) {
        if (this.#closed) return;
        this.#reason = "origin";
        this.#end();
        this.#failure ??= { error };
      }
    }
  }

  cancel(reason: unknown): Promise<void> {
    this.#reason ??= "cancelled";
    this.#close();
    return this.#flow.source.cancel(reason);
  }

  #finish(controller: Controller): void {
    this.#close();
    controller.close();
  }

  #fail(controller: Controller): void {
    const error = this.#failure?.error;
    this.#close();
    this.#flow.source.cancel(error).catch(() => undefined); // It has failed itself, as a rule.
    controller.error(error);
  }

  /** Lets go of everything, and reports. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer?.();
    try {
      this.#page?.free();
    } catch {} // It trapped: there is nothing to free.
    this.#flow.orderer.end();
    this.#flow.onEnd(this.#reason, this.#lists);
  }

  /** Sends what may leave, and orders the lists that are complete. */
  #drain(controller: Controller): void {
    for (;;) {
      const page = this.#page;
      if (page === null) {
        for (const chunk of this.#given.splice(0)) this.#send(controller, chunk.slice());
        return;
      }
      try {
        const next = page.next();
        if (next === 0) return;
        if (next === 1) this.#send(controller, this.#left(page.take()));
        else {
          this.#stopTimer?.(); // The list is complete, or gone.
          this.#stopTimer = undefined;
          if (next === 2) this.#order(page);
          else this.#report(page);
        }
      } catch (error) {
        this.#giveUp(error);
      }
    }
  }

  #order(page: Page): void {
    const ids = page.ids();
    const found = this.#flow.orderer.order(ids);
    const isOrder = typeof found !== "string";
    this.#why = isOrder ? null : found;
    this.#removed = isOrder ? found[1] : 0;
    this.#grew ||= this.#flow.grows;
    const { rowOf } = this.#flow.orderer;
    if (rowOf) page.rows(ids.map(rowOf).join(" "));
    page.order(isOrder ? found[0] : Uint32Array.from(ids, (_, at) => at));
  }

  #report(page: Page): void {
    const { tiles, moved, reason } = page.report();
    const removed = this.#removed;
    this.#lists.push({ tiles, moved, reason: this.#why ?? reason ?? null, ...(removed > 0 && { removed }) });
    this.#why = null;
    this.#removed = 0;
  }

  #send(controller: Controller, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#sent += bytes.length;
    controller.enqueue(bytes);
  }

  /** Notes that bytes of the page have left. */
  #left(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    let count = bytes.length;
    while (count > 0 && this.#given.length > 0) {
      const first = this.#given[0] as Uint8Array;
      if (first.length > count) this.#given[0] = first.subarray(count);
      else this.#given.shift();
      count -= first.length;
    }
    return bytes;
  }

  #write(slice: Uint8Array): void {
    this.#given.push(slice);
    this.#ask((page) => page.write(slice));
  }

  #end(): void {
    this.#ended = true;
    this.#ask((page) => {
      page.end();
      // A `meta` told it, behind the first bytes.
      if (!page.supported) this.#reason ??= "charset";
    });
  }

  #ask(ask: (page: Page) => void): void {
    try {
      if (this.#page) ask(this.#page);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /**
   * The module trapped, which is a fault of ours: what it had not let go, and all that comes, leaves as it came. Behind a list that
   * grew nobody knows where the page goes on, so that it breaks off there.
   */
  #giveUp(error: unknown): void {
    this.#page = null;
    this.#reason ??= "failed";
    if (this.#grew) {
      this.#given = [];
      this.#failure = { error };
    }
    this.#stopTimer?.();
    abandon(this.#flow.html);
  }

  /** Whether a list is held; it is not for longer than the deadline, however long the origin takes. */
  #holding(controller: Controller): boolean {
    let holding = false;
    this.#ask((page) => (holding = page.holding()));
    if (holding)
      this.#stopTimer ??= timer(() => {
        if (this.#closed) return;
        this.#ask((page) => page.release());
        this.#drain(controller);
      }, this.#flow.deadlineMs);
    return holding;
  }
}
