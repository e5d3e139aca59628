// What is taken away from the page: a quote with its citation, a link to it, and the whole conversation.

import { call } from "./api.js";
import { make } from "./dom.js";

const label = ({ number, label: own }) => (number ? `[${number}]` : own ? `[${own}]` : "");
const cited = (source) => `${label(source)} ${source.text.replace(/\s+/gu, " ")}`.trim();
const flat = (text) => text.replace(/\s+/gu, " ").trim();

/** Puts a text on the clipboard, also where a page is not trusted with it. */
export async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = make("textarea", { class: "unseen" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("This browser does not allow copying.");
}

/** The heading, which may end in a full stop, and the title. */
const where = (quotes, title) =>
  [...new Set([quotes[0].section, title].filter(Boolean))].map((part, i, all) => (i < all.length - 1 ? part.replace(/\.$/, "") : part)).join(", ");
const words = (quotes) => quotes.map(({ text }) => text).join(" … ");

/** The bytes of the quotes, each on lines of its own. */
export const exact = (quotes) => quotes.map(({ text }) => text).join("\n");

/** Quotes with where they stand and the entries that they cite. */
export function plain(quotes, title, sources) {
  return [`“${flat(words(quotes))}”`, `— ${where(quotes, title)}`, ...(sources.length ? ["", ...sources.map(cited)] : [])].join("\n");
}

/** The same as Markdown. */
export function markdown(quotes, title, sources) {
  const lines = quotes.flatMap(({ text }) => text.split("\n")).map((line) => `> ${line}`.trimEnd());
  return [...lines, ">", `> — ${where(quotes, title)}`, ...(sources.length ? ["", ...sources.map((source) => `- ${cited(source)}`)] : [])].join("\n");
}

/** The entries as BibTeX, RIS or CSL-JSON, written by the server. */
export async function forManager(style, { sha256 }, entries) {
  const places = entries.map(({ start }) => `start=${start}`).join("&");
  return (await call(`v1/documents/${sha256}/references/${style}?${places}`)).text();
}

/** The address that asks the question again and marks the quote. */
export function linkTo(question, { start, end, document: id }) {
  const address = new URL(location.href);
  address.hash = new URLSearchParams({ q: question, s: `${start}-${end}`, d: id }).toString();
  return address.href;
}

/** What a link asks for; null if there is no question in it. */
export function linked() {
  const values = new URLSearchParams(location.hash.slice(1));
  const [start, end] = (values.get("s") ?? "").split("-").map(Number);
  if (!values.get("q")) return null;
  return { question: values.get("q"), document: values.get("d"), start, end: end > start ? end : 0 };
}

/** The part of an address of a web page that makes a browser scroll to a text in it. */
export function fragment(text) {
  const all = flat(text.replace(/\[[\d,–-]+\]/gu, " ")).split(" ");
  const part = (some) => encodeURIComponent(some.join(" ")).replace(/-/gu, "%2D");
  return `#:~:text=${all.length > 10 ? `${part(all.slice(0, 4))},${part(all.slice(-4))}` : part(all)}`;
}

function turnAsMarkdown({ question, reply }) {
  const parts = reply.why.parts.length ? reply.why.parts : [reply];
  const answers = parts.flatMap((part) => [
    ...(part === reply ? [] : [`### ${part.question}`]),
    ...(part.quotes.length ? part.quotes.map(({ text }) => text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n")) : [part.text]),
    part.references.map((entry) => `- ${cited(entry)}`).join("\n"),
  ]);
  return [`## ${question}`, ...answers].filter(Boolean).join("\n\n");
}

/** A conversation as Markdown, of turns `{question, reply}`. */
export const conversation = (title, turns) => `${[`# ${title}`, ...turns.map(turnAsMarkdown)].join("\n\n")}\n`;

/** Saves a text as a file. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
