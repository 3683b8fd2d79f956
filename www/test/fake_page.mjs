// A stand-in for a browser's page, for the state machine of `reshelf/capture`: elements with boxes, a view that scrolls over
// them, an IntersectionObserver and a MutationObserver that tell of both, and a clock that moves when a test says so. Only what
// the capture calls is here, so that it fails where the capture reads layout.

const SYNTAX = /^(?:\[([\w-]+)\]|(p)|:not\(\*\))$/;

class FakeElement extends EventTarget {
  nodeType = 1;
  childNodes = [];
  parent = null;
  /** Left, top, width and height on the page; null for an element without a box. */
  box = null;
  /** As with `display: none`; of a document, whether its tab is hidden. */
  hidden = false;
  /** What scrolls by itself clips what lies in it. */
  clips = false;
  scrolled = { left: 0, top: 0 };
  #attributes = new Map();

  constructor(document) {
    super();
    this.ownerDocument = document;
  }

  get parentElement() {
    return this.parent?.nodeType === 1 ? this.parent : null;
  }

  get #changes() {
    return (this.ownerDocument ?? this).changes;
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
    this.#changes.push({ type: "attributes", target: this, name, addedNodes: [], removedNodes: [] });
    return this;
  }

  get dir() {
    return this.getAttribute("dir") ?? "";
  }

  matches(selector) {
    return selector.split(",").some((each) => {
      const found = SYNTAX.exec(each);
      if (!found) throw new SyntaxError(`'${each}' is not a selector`);
      return found[1] ? this.#attributes.has(found[1]) : false;
    });
  }

  closest(selector) {
    return this.matches(selector) ? this : (this.parentElement?.closest?.(selector) ?? null);
  }

  querySelectorAll(selector) {
    return this.childNodes.flatMap((each) => [
      ...(each.matches(selector) ? [each] : []),
      ...each.querySelectorAll(selector),
    ]);
  }

  contains(node) {
    for (let at = node; at; at = at.parent) if (at === this) return true;
    return false;
  }

  get isConnected() {
    return this.ownerDocument.contains(this);
  }

  append(...nodes) {
    for (const node of nodes) {
      node.remove();
      node.parent = this;
      this.childNodes.push(node);
      this.#changes.push({ type: "childList", target: this, addedNodes: [node], removedNodes: [] });
    }
  }

  remove() {
    const { parent } = this;
    if (!parent) return;
    parent.childNodes.splice(parent.childNodes.indexOf(this), 1);
    this.parent = null;
    this.#changes.push({ type: "childList", target: parent, addedNodes: [], removedNodes: [this] });
  }
}

class FakeDocument extends FakeElement {
  nodeType = 9;
  changes = [];

  constructor() {
    super(null);
    // Nothing matches a document.
    this.matches = undefined;
  }

  createElement() {
    return new FakeElement(this);
  }

  contains(node) {
    return FakeElement.prototype.contains.call(this, node);
  }
}

/** A view of 1,000 by 1,000 on a page, at 60 frames a second. */
export class FakeView extends EventTarget {
  size = 1000;
  time = 0;
  scrollX = 0;
  scrollY = 0;
  document = new FakeDocument();
  performance = { now: () => this.time };
  timers = new Map();
  observers = new Set();
  mutations = new Set();
  /** Whether what observers know does not get to be told. */
  busy = false;
  /** How often an element was looked at: what a browser would have had to do. */
  looks = 0;
  #timer = 0;

  constructor() {
    super();
    const view = this;
    this.document.defaultView = this;
    this.IntersectionObserver = class {
      targets = new Map();
      records = [];

      constructor(callback, { threshold }) {
        Object.assign(this, { callback, thresholds: [threshold].flat() });
        view.observers.add(this);
      }

      observe(target) {
        if (!this.targets.has(target)) this.targets.set(target, null);
      }

      unobserve(target) {
        this.targets.delete(target);
      }

      disconnect() {
        this.targets.clear();
        this.records = [];
      }

      takeRecords() {
        return this.records.splice(0);
      }
    };
    this.MutationObserver = class {
      constructor(callback) {
        this.callback = callback;
        view.mutations.add(this);
      }

      observe(root, options) {
        Object.assign(this, { root, options });
      }

      disconnect() {
        this.root = null;
      }
    };
  }

  setTimeout(work, delay) {
    this.timers.set(++this.#timer, { work, at: this.time + delay });
    return this.#timer;
  }

  clearTimeout(timer) {
    this.timers.delete(timer);
  }

  /** Lets time pass, frame by frame, and timers run when they are due. */
  pass(milliseconds) {
    const end = this.time + milliseconds;
    this.frame();
    while (this.time < end) {
      this.time = Math.min(end, this.time + 1000 / 60);
      for (const [id, { work, at }] of [...this.timers]) if (at <= this.time && this.timers.delete(id)) work();
      this.frame();
    }
  }

  /** Tells observers what is in view, where that is other than before. A tab that is hidden has no frames, as a rule. */
  frame(always = false) {
    this.settle();
    if (this.document.hidden && !always) return;
    for (const observer of this.observers) {
      for (const [target, before] of observer.targets) {
        this.looks++;
        const entry = this.#look(target);
        const step = observer.thresholds.filter(
          (least) => entry.isIntersecting && entry.intersectionRatio >= least,
        ).length;
        const now = `${entry.isIntersecting} ${step}`;
        observer.targets.set(target, now);
        if (now !== before) observer.records.push(entry);
      }
      if (this.busy || observer.records.length === 0) continue;
      observer.callback(observer.takeRecords());
    }
  }

  /** Tells of changes, as microtasks do. */
  settle() {
    const changes = this.document.changes.splice(0);
    for (const { root, options, callback } of this.mutations) {
      const records = changes.filter(
        ({ type, name, target }) =>
          root?.contains(target) && (type === "childList" || options.attributeFilter.includes(name)),
      );
      if (records.length > 0) callback(records);
    }
  }

  #look(target) {
    const view = [0, 0, this.size, this.size];
    const rect = target.isConnected ? this.#rect(target) : null;
    let cut = rect && intersection(rect, view);
    for (let at = target.parentElement; at && cut; at = at.parentElement)
      if (at.clips) cut = intersection(cut, this.#rect(at));
    const area = (box) => (box ? box[2] * box[3] : 0);
    return {
      target,
      time: this.time,
      isIntersecting: cut !== null,
      intersectionRatio: cut === null ? 0 : area(rect) === 0 ? 1 : area(cut) / area(rect),
      boundingClientRect: domRect(rect ?? [0, 0, 0, 0]),
      rootBounds: domRect(view),
    };
  }

  #rect(element) {
    if (!element.box || element.hidden) return null;
    let [left, top] = element.box;
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (at.hidden) return null;
      left -= at.scrolled.left;
      top -= at.scrolled.top;
    }
    return [left - this.scrollX, top - this.scrollY, element.box[2], element.box[3]];
  }
}

/** What two boxes have in common; boxes that touch have a line or a point. */
function intersection(a, b) {
  if (!a || !b) return null;
  const [left, top] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  const [right, bottom] = [Math.min(a[0] + a[2], b[0] + b[2]), Math.min(a[1] + a[3], b[1] + b[3])];
  return right < left || bottom < top ? null : [left, top, right - left, bottom - top];
}

const domRect = ([left, top, width, height]) => ({
  left,
  top,
  width,
  height,
  right: left + width,
  bottom: top + height,
});
