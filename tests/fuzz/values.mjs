// Values that nobody should pass, each made anew: what the mutation test (www/test/interface.test.mjs) puts in the place of
// every argument, and interface.mjs strews in.
import { runInNewContext } from "node:vm";

const fail = () => {
  throw new Error("the caller's own");
};
const always = new Proxy({}, { get: () => fail });
const cyclic = () => {
  const self = { id: null };
  self.id = self;
  return self;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const lengthOf = (length) => new Proxy([1, 2, 3], { get: (list, key) => (key === "length" ? length : list[key]) });
const throwing = (...fields) => {
  const object = {};
  for (const field of fields) Object.defineProperty(object, field, { enumerable: true, get: fail });
  return object;
};
const FIELDS = [
  "id",
  "score",
  "row",
  "category",
  "brand",
  "price",
  "title",
  "type",
  "at",
  "event",
  "item",
  "limit",
  "by",
  "k",
  "filter",
  "store",
  "feedback",
  "share",
  "length",
  "valueOf",
];

/** @type {Record<string, () => any>} */
export const ODD = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  "-0": () => -0,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "-1": () => -1,
  2.5: () => 2.5,
  "2^32 + 1": () => 2 ** 32 + 1,
  "2^53": () => 2 ** 53,
  "1e300": () => 1e300,
  "5e-324": () => 5e-324,
  "a BigInt": () => 7n,
  "a huge BigInt": () => -(1n << 4000n),
  true: () => true,
  false: () => false,
  "empty text": () => "",
  "white space": () => " \t\u00a0\ufeff",
  "half a character": () => "\ud83d",
  "a lot of text": () => "x".repeat(100_000),
  "a null character": () => "\0",
  __proto__: () => "__proto__",
  "[object Object]": () => "[object Object]",
  "a symbol": () => Symbol("odd"),
  "a function": () => () => 1,
  "a function that throws": () => fail,
  "a class": () => class Odd {},
  "an async function": () => async () => false,
  "a revoked function": () => revoked(() => 1),
  "a plain object": () => ({}),
  "an object without prototype": () => Object.create(null),
  "getters that throw": () => throwing(...FIELDS),
  "a toString that throws": () => ({ toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail }),
  "a cyclic object": cyclic,
  "a revoked proxy": () => revoked({}),
  "a revoked list": () => revoked([]),
  "a proxy all of whose traps throw": () => new Proxy({}, always),
  "a list all of whose traps throw": () => new Proxy([1, 2], always),
  "a list of length -1": () => lengthOf(-1),
  "a list of length 2.5": () => lengthOf(2.5),
  "a list of length NaN": () => lengthOf(NaN),
  "a list of length 3n": () => lengthOf(3n),
  "a list whose elements throw": () => new Proxy([1, 2, 3], { get: (list, key) => (key === "1" ? fail() : list[key]) }),
  "an empty list": () => [],
  "a sparse list": () => Object.assign([], { 4000: 1 }),
  "a cyclic list": () => {
    const list = [];
    list.push(list, list);
    return list;
  },
  "a frozen list": () => Object.freeze([Object.freeze({ id: 1 })]),
  "an object with a length": () => ({ length: 5e9 }),
  "an object with a negative length": () => ({ length: -1 }),
  "an object that calls itself a buffer": () => ({ [Symbol.toStringTag]: "ArrayBuffer", byteLength: 5e9, length: 5e9 }),
  "a generator that throws": () =>
    (function* () {
      yield 7;
      fail();
    })(),
  "a generator that throws when it is left": () =>
    (function* () {
      try {
        for (let i = 0; i < 9; i++) yield i;
      } finally {
        fail();
      }
    })(),
  "an iterator that is none": () => ({ [Symbol.iterator]: () => 1 }),
  "an iterator of nothing": () => ({ [Symbol.iterator]: () => ({ next: () => undefined }) }),
  "a map": () => new Map([[1, 2]]),
  "a weak map": () => new WeakMap(),
  "a Date": () => new Date(0),
  "no date": () => new Date(NaN),
  "a boxed number": () => Object(3),
  "a boxed text": () => Object("text"),
  "a boxed BigInt": () => Object(3n),
  "a regular expression": () => /x/g,
  "an error": () => new Error("odd"),
  "a promise": () => Promise.resolve(1),
  "an event": () => new Event("click"),
  "no bytes": () => new Uint8Array(0),
  bytes: () => Uint8Array.from({ length: 90 }, (_, i) => (i * 37) & 255),
  "a view": () => new DataView(new ArrayBuffer(16), 3, 7),
  floats: () => new Float64Array(3),
  "a buffer": () => new ArrayBuffer(64),
  "a shared buffer": () => new SharedArrayBuffer(64),
  "a detached buffer": () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  },
  "another realm's bytes": () => runInNewContext("new Uint8Array([82, 2, 1])"),
  "another realm's buffer": () => runInNewContext("new ArrayBuffer(20)"),
  "another realm's list": () => runInNewContext("[{ id: 1 }, 2]"),
  "another realm's object": () => runInNewContext("({ id: '1', limit: 1, k: 1 })"),
  "another realm's error thrown": () => ({
    get id() {
      return runInNewContext("throw new Error('elsewhere')");
    },
  }),
};
