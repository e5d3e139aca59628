// The tree of an article as elements of the page. Text only ever becomes text nodes, and only tags that are known here
// become elements, so that nothing an article says can run, load or cover anything.

import { extent } from "./article.js";
import { make, unseen } from "./dom.js";

const BLOCKS = new Set(["p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td"]);
const INLINE = new Set(["b", "strong", "i", "em", "code", "kbd", "sub", "sup", "s", "del", "ins", "u", "small", "a", "span", "br"]);
const CLASSES = new Set(["entries", "label", "plain", "image"]);
const HEADING = /^h[1-6]$/;
const WEB = /^(?:https?:\/\/|mailto:)/i;
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NUMBERS = /[0-9]+|[⁰¹²³⁴-⁹]+/gu;
const TIED = 24; // characters of a citation that is not broken, and of the word before it that stays on its line

const points = (text) => Array.from(text).length;
const value = (digits) => Number(Array.from(digits, (d) => (SUPERSCRIPT.includes(d) ? SUPERSCRIPT.indexOf(d) : d)).join(""));

/**
 * Builds elements. `press(marker)` gives the attributes of the button for a number or a note, or null for plain text;
 * `heading(node)` gives the tag of a heading; `piece(text node, start, end)` and `box(element, place)` hear of what was built.
 */
export class Renderer {
  constructor(article, { press = () => null, heading = () => "p", piece = () => {}, box = () => {} } = {}) {
    Object.assign(this, { article, press, heading, piece, box });
  }

  /** Some nodes as elements and text. */
  nodes(nodes) {
    return nodes.flatMap((node) => (Array.isArray(node) ? this.leaf(node) : [this.element(node)]));
  }

  /** The blocks of an article or of a quote; each is written in the direction of its first letter. */
  blocks(nodes) {
    const built = this.nodes(nodes);
    for (const node of built) if (node.nodeType === Node.ELEMENT_NODE) node.dir = "auto";
    return built;
  }

  element(node) {
    const built = HEADING.test(node.tag) ? this.headed(node) : this.plain(node);
    this.box(built, extent(node));
    return node.tag === "table" ? make("div", { class: "scrolled", tabindex: "0", role: "group", "aria-label": "Table" }, built) : built;
  }

  headed(node) {
    const tag = this.heading(node);
    return make(tag, { class: tag === "p" ? "heading" : null }, this.nodes(node.children));
  }

  plain(node) {
    const { tag } = node;
    const known = BLOCKS.has(tag) || INLINE.has(tag);
    const attributes = { class: CLASSES.has(node.class) ? node.class : null };
    if (tag === "ol" && /^\d{1,9}$/.test(node.start)) attributes.start = node.start;
    if (/^(left|right|center)$/.test(node.align)) attributes.class = `align-${node.align}`;
    if (tag === "pre") Object.assign(attributes, { tabindex: "0", role: "group", "aria-label": "Code" }); // it may scroll
    if (tag === "a" && !WEB.test(node.href)) return make("span", {}, this.nodes(node.children));
    if (tag === "a") Object.assign(attributes, { href: node.href, target: "_blank", rel: "noopener noreferrer" });
    const children = this.nodes(node.children);
    if (node.class === "image") children.unshift(unseen("Image: "));
    return make(known ? tag : "span", attributes, children);
  }

  leaf([start, end, shown]) {
    if (shown !== undefined) return [this.text(shown, start, end)];
    const nodes = [];
    let from = start;
    for (const marker of this.article.markersIn(start, end)) {
      const [first, last] = [Math.max(marker[0], from), Math.min(marker[1], end)];
      if (first >= last) continue;
      const tail = points(/\S{0,24}\s{0,2}$/u.exec(this.article.slice(from, first))[0]);
      const stop = points(/^[.,;:!?)”"']{0,3}/u.exec(this.article.slice(last, Math.min(last + 3, end)))[0]);
      nodes.push(this.exact(from, first - tail), this.tied(marker, first, last, tail, stop));
      from = last + stop;
    }
    return [...nodes, this.exact(from, end)].filter(Boolean);
  }

  /** A citation on one line with the end of the word before it and the stop behind it; a long one may be broken. */
  tied(marker, start, end, tail, stop) {
    const kind = end - start <= TIED ? "tied" : null;
    const parts = [this.exact(start - tail, start), this.citation(marker, start, end), this.exact(end, end + stop)];
    const built = make("span", { class: kind }, parts.filter(Boolean));
    this.box(built, [start - tail, end + stop]);
    return built;
  }

  text(shown, start, end) {
    const node = document.createTextNode(shown);
    this.piece(node, start, end);
    return node;
  }

  exact(start, end) {
    return start < end ? this.text(this.article.slice(start, end), start, end) : null;
  }

  /** A printed citation; what it cites is behind buttons. */
  citation([, , numbers, notes], start, end) {
    const printed = this.article.slice(start, end);
    const whole = !numbers.length && notes.length ? [[0, printed.length, { note: notes[0][0] }]] : [];
    const found = numbers.length ? [...printed.matchAll(NUMBERS)] : [];
    const cited = found
      .filter(([digits]) => numbers.includes(value(digits)))
      .map((match) => [match.index, match.index + match[0].length, { number: value(match[0]) }]);
    const nodes = [];
    let from = 0;
    for (const [first, last, meant] of [...cited, ...whole]) {
      nodes.push(this.exact(start + from, start + first), this.button(meant, start + first, start + last));
      from = last;
    }
    const built = make("span", { class: "cite" }, [...nodes, this.exact(start + from, end)].filter(Boolean));
    this.box(built, [start, end]);
    return built;
  }

  button(meant, start, end) {
    const attributes = this.press({ ...meant, start, end });
    const text = this.exact(start, end);
    if (!attributes) return text;
    const built = make("button", { type: "button", class: "number", ...attributes }, text);
    this.box(built, [start, end]);
    return built;
  }
}
