// How many bytes of a WebAssembly module each crate and module of Rust takes: function bodies by the names of the `name` section,
// and the rest by section; and what a module imports. Sizes are of modules as the compiler leaves them, before they are optimised and
// stripped; imports are read of any, whatever instructions it has.

/** The parts of a module: pairs of a name and bytes, the largest first; together they are the whole file. */
export function partsOf(bytes) {
  const sizes = new Map();
  const add = (name, size) => sizes.set(name, (sizes.get(name) ?? 0) + size);
  const sections = readSections(bytes);
  const names = functionNames(sections);
  const imported = importedFunctions(sections);
  add("(magic and sections' heads)", bytes.length - sections.reduce((sum, { body }) => sum + body.length, 0));
  for (const { id, name, body } of sections) {
    if (id === CODE) {
      const reader = new Reader(body);
      const count = reader.number();
      for (let i = 0; i < count; i++) {
        const begin = reader.at;
        reader.skip(reader.number());
        add(groupOf(names.get(imported + i) ?? ""), reader.at - begin);
      }
      add("(code's head)", body.length - (reader.at - headOf(body)));
    } else add(`(${name ?? SECTIONS[id] ?? `section ${id}`})`, body.length);
  }
  return [...sizes].filter(([, size]) => size > 0).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

const headOf = (body) => {
  const reader = new Reader(body);
  reader.number();
  return reader.at;
};

/**
 * The crate and the module that a function is of, by its name as the linker writes it: `reshelf::rank` for
 * `reshelf::rank::head::Head::score::h0123`, and for `<reshelf::rank::Head as core::fmt::Debug>::fmt`, what it is for. Of other
 * crates the crate alone; exported functions, whose names are no paths, have much of what they call within them.
 */
export function groupOf(name) {
  const path = demangle(name)
    .replace(/\[[0-9a-f]{16}\]/g, "")
    .replace(/^<+(?:&|mut |dyn |\[)*/, "");
  const [crate, module] = path.split(/::|[<>{}\s\]]/).filter(Boolean);
  if (crate === undefined) return "(no name)";
  if (!path.includes("::")) return name.includes("_") ? "(exports)" : "(others)";
  return OURS.test(crate) && /^[a-z]/.test(module ?? "") ? `${crate}::${module}` : crate;
}

/** Crates that are parted by module. */
const OURS = /^(reshelf\w*|core|alloc)$/;

/** The first parts of the path in a mangled name, which is all that is asked for; others as they are. */
function demangle(name) {
  const legacy = /^_ZN/.test(name);
  if (!legacy && !/^_R/.test(name)) return name;
  const parts = [];
  // Both manglings write each part of a path behind its length; a hash or a tag stands between them in one.
  for (let rest = name.slice(legacy ? 3 : 2).replace(/(?<=[CNM])s[0-9a-zA-Z]*_/g, ""); parts.length < 3; ) {
    const found = /(\d+)_?/.exec(rest);
    if (found === null) break;
    const begin = found.index + found[0].length;
    const part = rest.slice(begin, begin + Number(found[1]));
    if (/^[a-z_]\w*$/.test(part)) parts.push(part);
    rest = rest.slice(begin + Number(found[1]));
  }
  return parts.join("::");
}

const CODE = 10;
const SECTIONS = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
];

function readSections(bytes) {
  const reader = new Reader(bytes);
  if (reader.text(4) !== "\0asm") throw new Error("this is no WebAssembly module");
  reader.skip(4);
  const sections = [];
  while (reader.at < bytes.length) {
    const [id] = reader.take(1);
    const body = reader.take(reader.number());
    const name = id === 0 ? new Reader(body).name() : undefined;
    sections.push({ id, name, body });
  }
  return sections;
}

/** Everything that a module asks its host for: the host's module, the name, and what it is. */
export function importsOf(bytes) {
  return importsIn(readSections(bytes));
}

const KINDS = ["function", "table", "memory", "global", "tag"];

function importsIn(sections) {
  const section = sections.find(({ id }) => id === 2);
  if (section === undefined) return [];
  const reader = new Reader(section.body);
  return Array.from({ length: reader.number() }, () => {
    const [module, name] = [reader.name(), reader.name()];
    const [kind] = reader.take(1);
    if (kind === 0) reader.number();
    else if (kind === 3 || kind === 4) reader.skip(2);
    else {
      if (kind === 1) reader.skip(1);
      const [limits] = reader.take(1);
      reader.number();
      if (limits & 1) reader.number();
    }
    return { module, name, kind: KINDS[kind] };
  });
}

const importedFunctions = (sections) => importsIn(sections).filter(({ kind }) => kind === "function").length;

function functionNames(sections) {
  const names = new Map();
  const section = sections.find(({ name }) => name === "name");
  if (section === undefined) return names;
  const reader = new Reader(section.body);
  reader.name();
  while (reader.at < section.body.length) {
    const [kind] = reader.take(1);
    const part = new Reader(reader.take(reader.number()));
    if (kind !== 1) continue;
    for (let left = part.number(); left > 0; left--) names.set(part.number(), part.name());
  }
  return names;
}

/** Walks through bytes; numbers are unsigned LEB128. */
class Reader {
  at = 0;
  #bytes;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Error("the module is cut off");
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  take(length) {
    if (this.at + length > this.#bytes.length) throw new Error("the module is cut off");
    return this.#bytes.subarray(this.at, (this.at += length));
  }

  skip(length) {
    this.take(length);
  }

  text(length) {
    return new TextDecoder().decode(this.take(length));
  }

  name() {
    return this.text(this.number());
  }
}
