// Articles by their offsets, which count code points: cutting, and finding what a number means at a place.

import { get } from "./api.js";

/** One document as the server gave it. */
export class Article {
  constructor(data, { references, notes }) {
    Object.assign(this, data);
    this.entries = references;
    this.notes = notes;
    this.points = /[\ud800-\udfff]/.test(data.text) ? Array.from(data.text) : null; // else the two counts agree
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

  /** The note whose text starts at an offset. */
  note(start) {
    return this.notes.find((note) => note.start === start);
  }

  /** The citations in a place, each `[start, end, numbers, notes]`. */
  markersIn(start, end) {
    let low = 0;
    let high = this.markers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.markers[middle][1] <= start) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let at = low; at < this.markers.length && this.markers[at][0] < end; at += 1) found.push(this.markers[at]);
    return found;
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

  /** The part of the blocks that shows a place. */
  cut(start, end) {
    return cut(this.blocks, start, end);
  }
}

const isLeaf = Array.isArray;

/** The place that a node shows; null if it shows no text. */
export function extent(node) {
  if (isLeaf(node)) return [node[0], node[1]];
  node.extent ??= node.children.map(extent).reduce(around, null); // asked again for each quote
  return node.extent;
}

const around = (one, other) => (one && other ? [Math.min(one[0], other[0]), Math.max(one[1], other[1])] : (one ?? other));

function cut(nodes, start, end) {
  const kept = [];
  for (const [index, node] of nodes.entries()) {
    const place = extent(node);
    const between = !place && kept.length > 0 && nodes.slice(index).some((later) => extent(later)?.[0] < end);
    if (between && node.tag !== "hr") kept.push(node); // a line break has no place of its own
    if (!place || place[1] <= start || place[0] >= end) continue;
    kept.push(isLeaf(node) ? leaf(node, start, end) : element(node, start, end));
  }
  return kept;
}

function leaf([first, last, shown], start, end) {
  return shown === undefined ? [Math.max(first, start), Math.min(last, end)] : [first, last, shown];
}

function element(node, start, end) {
  const before = node.tag === "ol" ? node.children.findIndex((item) => extent(item)?.[1] > start) : 0;
  const children = cut(node.children, start, end);
  return { ...node, extent: undefined, children, start: before > 0 ? Number(node.start ?? 1) + before : node.start };
}

const BLOCK = /^(?:p|[uo]l|li|blockquote|table|t[a-z]+|h[1-6])$/;

/** What is inside of blocks, as one run of text. */
export const inlined = (nodes) =>
  nodes.flatMap((node) => (isLeaf(node) || !BLOCK.test(node.tag) ? [node] : inlined(node.children)));

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

  /** The title of a document; its name if it has none. */
  title(id) {
    return this.documents.find((known) => known.id === id)?.title || id;
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
  const [data, sources] = await Promise.all([get(path), get(`${path}/references`)]);
  return new Article(data, sources);
}
