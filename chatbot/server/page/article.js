// Articles by their offsets, which count code points, and the panel that shows one and marks passages in it.

import { make, the } from "./dom.js";
import { get } from "./api.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NUMBERS = /[0-9]+|[⁰¹²³⁴-⁹]+/gu;

const inside = (spans, offset) => {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle][1] <= offset) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && spans[low][0] <= offset;
};

const value = (digits) => Number(Array.from(digits, (d) => (SUPERSCRIPT.includes(d) ? SUPERSCRIPT.indexOf(d) : d)).join(""));

/** One document as the server gave it. */
export class Article {
  constructor(data, references) {
    Object.assign(this, data);
    this.entries = references;
    this.points = /[\ud800-\udfff]/.test(data.text) ? Array.from(data.text) : null; // else the two counts agree
    const whole = [...data.sentences, ...references.map(({ start, end }) => [start, end])];
    this.whole = whole.sort((a, b) => a[0] - b[0]);
    this.markers = data.markers ?? [];
    this.preformatted = data.preformatted ?? [];
  }

  /** The text of a place. */
  slice(start, end) {
    return this.points ? this.points.slice(start, end).join("") : this.text.slice(start, end);
  }

  /** The reference entry that is the place itself, or that a number means there: two lists may both have it. */
  entry(number, start, end) {
    const itself = this.entries.find((e) => e.start === start && e.end === end);
    const cited = (e) => e.number === number && e.cited.some(([first, last]) => first < end && start < last);
    return itself ?? this.entries.find(cited);
  }

  /**
   * What of a place is shown as lines of its own: a line break inside a sentence is none, unless it is a table's or
   * code's. `apart` lines follow an empty one.
   */
  lines(from, to) {
    const lines = [];
    let start = from;
    let apart = true;
    for (const line of this.slice(from, to).split(/(?<=\n)/u)) {
      const end = start + (this.points ? Array.from(line).length : line.length);
      const formatted = inside(this.preformatted, start + line.search(/\S|$/u));
      const last = lines.at(-1);
      if (!line.trim()) apart = true;
      else if (last && !formatted && !apart && inside(this.whole, start - 1)) last.end = end;
      else {
        lines.push({ start, end, apart, formatted });
        apart = false;
      }
      start = end;
    }
    return lines;
  }

  /** Places in text order; those with only white space between them are one. */
  joined(spans) {
    const joined = [];
    for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
      const last = joined.at(-1);
      if (last && (start <= last[1] || !this.slice(last[1], start).trim())) last[1] = Math.max(last[1], end);
      else joined.push([start, end]);
    }
    return joined;
  }

  /** The text of a place as nodes; each printed reference number is what `number(n, digits)` makes of it. */
  nodes(start, end, number) {
    const nodes = [];
    let from = start;
    for (const [first, last, numbers] of this.markers) {
      if (first < from || last > end) continue;
      nodes.push(this.slice(from, first), ...numbered(this.slice(first, last), numbers, number));
      from = last;
    }
    return [...nodes, this.slice(from, end)];
  }
}

function numbered(text, numbers, number) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(NUMBERS)) {
    if (!numbers.includes(value(match[0]))) continue;
    nodes.push(text.slice(from, match.index), number(value(match[0]), match[0]));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}

/** The documents of the server, each fetched once for every version of it. */
export class Library {
  constructor(documents) {
    this.documents = documents;
    this.loading = new Map(); // by SHA-256: two documents may have one name
  }

  /** The name to show beside a quote: none where there is one document only. */
  name(id) {
    return this.documents.length > 1 ? (this.documents.find((known) => known.id === id)?.title ?? id) : "";
  }

  /** A document in the version with this SHA-256 or, when the server has that no more, as it is now. */
  article(id, sha256) {
    const known = this.loading.get(sha256);
    if (known) return known;
    const fetched = fetchArticle(sha256).catch(() => fetchArticle(id));
    fetched.catch(() => this.loading.delete(sha256));
    this.loading.set(sha256, fetched);
    return fetched;
  }
}

async function fetchArticle(name) {
  const path = `v1/documents/${encodeURIComponent(name)}`;
  const [data, { references }] = await Promise.all([get(path), get(`${path}/references`)]);
  return new Article(data, references);
}

function heading(article, line, above) {
  const section = article.sections.find((s) => s.title && s.start >= line.start && s.start < line.end);
  if (!section) return null;
  const text = article.slice(line.start, line.end);
  if (/[\p{L}\p{N}]/u.test(text.replace(section.title, "").replace(/<[^<>]*>/gu, ""))) return null; // it opens a paragraph
  const marks = /^[\s#]*/u.exec(text)[0].length; // Markdown's own marks are no words of a heading
  const level = Math.max(3, Math.min(section.level + 2, above + 1, 6));
  const trailing = /[\s#]*$/u.exec(text)[0].length;
  return { level, start: line.start + marks, end: line.end - trailing };
}

/** The article beside the chat, or over it on a narrow screen. */
export class Panel {
  constructor(library, say) {
    this.library = library;
    this.say = say;
    this.shown = null;
    this.blocks = [];
    this.marked = [];
    this.wide = matchMedia("(min-width: 60rem)");
    this.wide.addEventListener("change", () => this.place());
    the("open-article").addEventListener("click", () => this.open());
    the("close-article").addEventListener("click", () => the("drawer").close());
    the("which").addEventListener("change", (event) => this.choose(event.target.selectedIndex));
    this.choices();
    this.place();
  }

  choices() {
    const several = this.library.documents.length > 1;
    for (const node of [the("which"), document.querySelector("label[for=which]")]) node.hidden = !several;
    the("which").replaceChildren(...this.library.documents.map(({ id, title }) => make("option", {}, title || id)));
  }

  /** Shows one of the list, unmarked. */
  async choose(index) {
    const { id, sha256 } = this.library.documents[index];
    await this.show(id, sha256).catch((error) => this.say(error.message));
  }

  /** Puts the article beside the chat where there is room, else into the drawer. */
  place() {
    if (this.wide.matches && the("drawer").open) the("drawer").close();
    (this.wide.matches ? the("beside") : the("drawer")).append(the("article"));
    the("beside").hidden = !this.wide.matches;
    the("open-article").hidden = the("close-article").hidden = this.wide.matches;
  }

  open() {
    if (!this.wide.matches && !the("drawer").open) the("drawer").showModal();
  }

  /** Shows a document, and only builds it anew when it is another one or another version. */
  async show(id, sha256) {
    const article = await this.library.article(id, sha256);
    if (this.shown !== article) this.build(article);
    return article;
  }

  build(article) {
    this.shown = article;
    this.blocks = [];
    let above = 2;
    for (const line of article.lines(0, article.characters)) {
      const head = heading(article, line, above);
      const afterHeading = this.blocks.at(-1)?.heading;
      if (!head && afterHeading && !line.apart && /^\s*(=+|-+)\s*$/u.test(article.slice(line.start, line.end))) continue;
      above = head?.level ?? above;
      const kinds = [line.formatted && "formatted", line.apart && "apart"].filter(Boolean).join(" ");
      const node = head ? make(`h${head.level}`) : make("p", { class: kinds || null });
      this.blocks.push({ ...line, ...head, node, heading: Boolean(head) });
    }
    this.marked = [];
    for (const block of this.blocks) this.paint(block, []);
    the("text").replaceChildren(...this.blocks.map(({ node }) => node));
    the("text").scrollTop = 0;
    const same = ({ id, sha256 }) => sha256 === article.sha256 || id === article.id;
    the("which").selectedIndex = this.library.documents.findIndex(same);
  }

  paint(block, spans) {
    const parts = [];
    let from = block.start;
    for (const [start, end] of spans) {
      const [first, last] = [Math.max(start, from), Math.min(end, block.end)];
      if (first >= last) continue;
      parts.push(this.shown.slice(from, first), make("mark", { tabindex: "-1" }, this.shown.slice(first, last)));
      from = last;
    }
    block.node.replaceChildren(...parts, this.shown.slice(from, block.end));
  }

  /** Takes the marks away. */
  clear() {
    for (const block of this.marked) this.paint(block, []);
    this.marked = [];
  }

  /** Marks places of a document and scrolls to the first, unless this version is not the one they are in. */
  async mark(places, { open = true } = {}) {
    const [{ document: id, sha256, section }] = places;
    const article = await this.show(id, sha256);
    if (article.sha256 !== sha256) {
      this.say("The article has changed since this answer; ask again to see the passage in it.");
      return;
    }
    if (open) this.open();
    this.clear();
    const spans = article.joined(places.map(({ start, end }) => [start, end]));
    this.marked = this.blocks.filter((block) => spans.some(([start, end]) => start < block.end && block.start < end));
    for (const block of this.marked) this.paint(block, spans);
    const mark = the("text").querySelector("mark");
    mark?.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
    if (the("drawer").open) mark?.focus({ preventScroll: true }); // reading goes on there; closing brings focus back
    if (open) this.say(`Marked in the article${section ? `, under “${section}”` : ""}.`);
  }
}

