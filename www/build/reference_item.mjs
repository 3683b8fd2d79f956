// One thing that an entry exports, as a section of the reference: what is said of it, its signature, its members.
import { getTextOfJSDocComment, SyntaxKind } from "typescript/unstable/ast";

/** Whether it is there at run time. */
export const isValue = ({ nodes }) =>
  nodes.some(({ kind }) =>
    [SyntaxKind.FunctionDeclaration, SyntaxKind.ClassDeclaration, SyntaxKind.VariableDeclaration].includes(kind),
  );

/** What is said of a declaration or a member, with its tags as sentences; empty where nothing is. */
export function commentOf(node) {
  // Of `const x: T` it stands before the statement.
  const owner = node.kind === SyntaxKind.VariableDeclaration ? node.parent.parent : node;
  const last = owner.jsDoc?.at(-1);
  if (last === undefined) return "";
  const tags = (last.tags ?? []).map((tag) => {
    const text = getTextOfJSDocComment(tag.comment) ?? "";
    return `${TAGS[tag.tagName.text] ?? `${tag.tagName.text}:`} ${text.trim()}`;
  });
  return [getTextOfJSDocComment(last.comment) ?? "", ...tags]
    .map((text) => text.trim())
    .filter(Boolean)
    .join("\n\n");
}

/** How the text of a tag begins. */
const TAGS = { throws: "Throws", returns: "Returns", default: "Default:" };

/** The section; `links` has where the names are told that its signature uses. */
export function itemText({ name, nodes }, links) {
  const [first] = nodes;
  const comment = nodes.map(commentOf).find(Boolean) ?? "";
  const members = membersOf(first);
  const used = namesIn(first).filter((other) => other !== name && links.has(other));
  return [
    `### \`${name}\``,
    ...(comment === "" ? [] : [comment]),
    ...signature(nodes, members),
    ...(members.length > 0 ? [members.map((member) => memberText(member, "")).join("\n")] : []),
    ...(used.length > 0 ? [`See ${used.map((other) => `[${other}](${links.get(other)})`).join(", ")}.`] : []),
  ].join("\n\n");
}

/** Members that stand in a list below the section; none for what is shown whole. */
function membersOf(node) {
  const { kind, members } = node.kind === SyntaxKind.VariableDeclaration ? (node.type ?? node) : node;
  if (kind === SyntaxKind.TypeAliasDeclaration || members === undefined) return [];
  return members.filter(({ name, modifiers }) => {
    const hidden = [SyntaxKind.PrivateKeyword, SyntaxKind.ProtectedKeyword];
    return name?.kind !== SyntaxKind.PrivateIdentifier && !modifiers?.some((each) => hidden.includes(each.kind));
  });
}

function signature([first, ...others], members) {
  const text = textOf(first);
  if (members.length === 0) return code([first, ...others].map((node) => declared(node)).join("\n"));
  const head = text.slice(0, text.indexOf("{")).trim();
  // A plain interface is no more than its name.
  return /[<\s]/.test(head.replace(/^(export |declare )*\w+ /, ""))
    ? code(head.replace(/^(export |declare )*/, ""))
    : [];
}

const code = (text) => [`\`\`\`ts\n${text}\n\`\`\``];

/** A declaration as it would be written where it is used. */
function declared(node) {
  const whole = node.kind === SyntaxKind.VariableDeclaration ? `const ${textOf(node)};` : textOf(node);
  const text = whole.replace(/^(export |declare )*/, "");
  const words = /^type \w+ = [("][-"|.() \w]*;$/.test(text);
  return words && text.length > 120 ? wrapped(text) : text;
}

/** A long union of words, as many of them to a line as fit. */
function wrapped(text) {
  const [head, ...parts] = text.replace(/[()]/g, "").split(/ = | \| /);
  const lines = [`${head} =`];
  for (const part of parts) {
    const line = `${lines.at(-1)} | ${part}`;
    if (lines.length > 1 && line.length <= 120) lines[lines.length - 1] = line;
    else lines.push(`  | ${part}`);
  }
  return lines.join("\n");
}

function memberText(node, indent) {
  const literal = literalIn(node.type);
  const comment = commentOf(node).replaceAll("\n", `\n${indent}  `);
  const whole = literal ? textOf(node).replace(textOf(literal), "{ … }") : textOf(node);
  const bare = whole
    .replace(/\/\*\*[^]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/^readonly /, "")
    .replace(/;$/, "");
  const shown = node.questionToken || node.postfixToken ? bare.replace(/ \| undefined$/, "") : bare;
  const nested = literal ? literal.members.map((member) => `\n${memberText(member, `${indent}  `)}`).join("") : "";
  return `${indent}- \`${shown}\`${comment === "" ? "" : `  \n${indent}  ${comment}`}${nested}`;
}

/** The object that a member's type is, or is a list of, or may be. */
function literalIn(type) {
  if (type?.kind === SyntaxKind.TypeLiteral) return type;
  const inner = [type?.elementType, ...(type?.types ?? []), type?.type];
  return type &&
    [SyntaxKind.ArrayType, SyntaxKind.UnionType, SyntaxKind.TypeOperator, SyntaxKind.ParenthesizedType].includes(
      type.kind,
    )
    ? inner.map(literalIn).find(Boolean)
    : undefined;
}

/** The names of types in a declaration, each once. */
function namesIn(node) {
  const names = new Set();
  const walk = (each) => {
    if (each.kind === SyntaxKind.TypeReference || each.kind === SyntaxKind.ExpressionWithTypeArguments)
      names.add(textOf(each.typeName ?? each.expression));
    each.forEachChild(walk);
  };
  walk(node);
  return [...names].sort();
}

/** What a node is in its file, without the comment before it. */
const textOf = (node) => node.getText();
