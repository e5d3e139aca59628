// A reply as nodes: what was understood, what the program says, quotes with their entries, near misses, suggestions.

import { button, linked, make, unseen } from "./dom.js";

let count = 0;

const mark = ({ number, label }) => (number ? `(${number})` : /[\p{L}\p{N}]/u.test(label) ? `[${label}]` : label);
const marked = (source) => `${mark(source)} ${source.text}`.trimStart();

/** What the program says in its own words: the reply's text without the quotes and the entries behind them. */
export function said(reply) {
  const left = new Set([...reply.references, ...reply.notes]);
  const quotes = reply.quotes.map(({ text, start, end }) => {
    const entry = [...left].find((reference) => reference.start === start && reference.end === end);
    left.delete(entry);
    return entry ? marked(entry) : text;
  });
  const rest = [...quotes, [...left].map(marked).join("\n")].filter(Boolean).join("\n\n");
  if (!rest) return reply.text;
  return reply.text.endsWith(`\n\n${rest}`) ? reply.text.slice(0, -rest.length - 2) : "";
}

const words = (text) => text.toLowerCase().split(/\s+/u).filter(Boolean).join(" ");

function understood(reply) {
  const corrected = reply.corrections.reduce(
    (text, { from, to }) => text.replaceAll(from.toLowerCase(), to.toLowerCase()),
    reply.question.toLowerCase(),
  );
  const readings = reply.corrections.map(({ from, to }) => `reading ‘${from}’ as ‘${to}’`).join(", ");
  const same = [words(corrected), words(reply.question)].includes(words(reply.understood));
  return [
    readings && make("p", { class: "note" }, readings),
    !same && reply.understood && make("p", { class: "note" }, `understood as: ${reply.understood}`),
  ].filter(Boolean);
}

/** The entry behind a printed number, shown below its quote once the number is pressed. */
function entryItem(entry, quote, context, id) {
  const place = { ...quote, section: "", start: entry.start, end: entry.end };
  return make(
    "li",
    { id, hidden: true },
    make("span", { class: "number" }, `(${entry.number})`),
    " ",
    linked(entry),
    " ",
    button({ class: "quiet small", onclick: () => context.mark([place]) }, "Show in the list"),
  );
}

/** What is below one block of quotes: its entries, and the buttons that open them. */
class Entries {
  constructor(reply, context) {
    this.reply = reply;
    this.context = context;
    this.list = make("ul", { class: "entries", "aria-label": "References of this quote" });
    this.known = new Map(); // by the place of the entry
  }

  entry(number, quote) {
    const article = this.context.articles.get(quote.sha256);
    return article?.entry(number, quote.start, quote.end) ?? this.reply.references.find((known) => known.number === number);
  }

  /** A button for a printed number; plain text where the list has no such entry. */
  number(number, quote, digits = String(number)) {
    const entry = this.entry(number, quote);
    if (!entry) return digits;
    if (!this.known.has(entry.start)) {
      const item = entryItem(entry, quote, this.context, `entry-${(count += 1)}`);
      this.known.set(entry.start, { item, buttons: [] });
      this.list.append(item);
    }
    const { item, buttons } = this.known.get(entry.start);
    const pressed = button(
      {
        class: "number",
        "aria-expanded": "false",
        "aria-controls": item.id,
        "aria-label": `Reference ${number}`,
        onclick: () => {
          item.hidden = !item.hidden;
          for (const each of buttons) each.setAttribute("aria-expanded", String(!item.hidden));
          if (!item.hidden) this.context.mark([quote]);
        },
      },
      digits,
    );
    buttons.push(pressed);
    return pressed;
  }
}

/** The lines of a quote as nodes; without its article (it could not be fetched) as the reply has it. */
function lines(quote, entries, context) {
  const article = context.articles.get(quote.sha256);
  if (!article) return [{ nodes: [quote.text], formatted: false }];
  return article.lines(quote.start, quote.end).map(({ start, end, formatted }) => ({
    nodes: article.nodes(start, end, (number, digits) => entries.number(number, quote, digits)),
    formatted,
  }));
}

/** The white space between a quote and the one before it; null where other text stands between. */
function gap(before, quote, context) {
  const article = context.articles.get(quote.sha256);
  if (!article || !before || quote.start < before.end) return null;
  const between = article.slice(before.end, quote.start);
  return between.trim() ? null : between;
}

/** Whether a quote is the last of the headings above it ("Model A > Weight"). */
const isHeading = ({ text, section }) => section === text || section.endsWith(` > ${text}`);

/** Quotes as paragraphs: sentences that follow each other run on, what the article has text between stands apart. */
function paragraphs(quotes, entries, context) {
  const shown = [];
  let before = null;
  for (const quote of quotes) {
    const between = gap(before, quote, context);
    const made = lines(quote, entries, context);
    if (between !== null && !between.includes("\n") && !made[0].formatted) shown.at(-1).append(between, ...made.shift().nodes);
    const heading = isHeading(quote) && "heading";
    const apart = before && between === null && "apart";
    for (const [index, { nodes, formatted }] of made.entries()) {
      const kinds = [formatted ? "formatted" : heading, index === 0 && apart].filter(Boolean).join(" ");
      shown.push(make("p", { class: kinds || null }, nodes));
    }
    before = quote;
  }
  return shown;
}

/** Reference entries that are quoted themselves: under their numbers, with their addresses. */
function listed(quotes, context) {
  return quotes.map((quote) => {
    const article = context.articles.get(quote.sha256);
    const entry = article?.entry(quote.references[0], quote.start, quote.end);
    return make(
      "p",
      { class: "listed" },
      make("span", { class: "number" }, `(${quote.references[0]})`),
      " ",
      linked({ text: quote.text, url: entry?.url }),
    );
  });
}

/** Where a quote stands in its file, as far as a person can look it up: an XPath is for programs. */
function label({ page, element, paragraph }) {
  if (page !== null) return `p. ${page}`;
  if (element === null) return paragraph === null ? "" : `paragraph ${paragraph}`;
  const name = element.slice(element.lastIndexOf("#") + 1);
  return name.startsWith("/") ? "" : `${element.slice(0, -name.length).replace(/#$/u, "")}#${name}`;
}

function place(quotes, context) {
  const [{ section, document }] = quotes;
  const inside = section && !quotes.some(isHeading) ? section : "";
  const name = context.library.name(document);
  const where = [inside, name, ...new Set(quotes.map(label))].filter(Boolean).join(" · ");
  const show = { class: "place", onclick: () => context.mark(quotes) };
  const words = where ? [where, unseen(": show in the article")] : ["Show in the article", unseen(section && `: ${section}`)];
  return make("figcaption", {}, button(show, words));
}

/** Quotes of one section: behind a bar, with where they stand and the entries their numbers open. */
function figure(reply, quotes, context, near) {
  const entries = new Entries(reply, context);
  const shown = isListed(quotes[0], reply, context) ? listed(quotes, context) : paragraphs(quotes, entries, context);
  const isOpen = (n, quote) => entries.known.has(entries.entry(n, quote)?.start) || isListed(quotes[0], reply, context);
  const numbers = quotes.flatMap((quote) => quote.references.filter((n) => !isOpen(n, quote)).map((n) => [n, quote]));
  const others = new Map(numbers); // inside a range such as 5-7, or where the article could not be fetched
  const more = [...others].flatMap(([number, quote]) => [" ", entries.number(number, quote)]);
  return make(
    "figure",
    { class: near ? "near" : "quote" },
    make("blockquote", {}, shown),
    more.length ? make("p", { class: "more" }, "Also cited:", more) : [],
    place(quotes, context),
    entries.known.size ? entries.list : [],
  );
}

function isListed(quote, reply, context) {
  const known = context.articles.get(quote.sha256)?.entries ?? reply.references;
  return known.some(({ start, end }) => start === quote.start && end === quote.end);
}

/** Runs of quotes that stand in one section of one document, or in its reference list. */
function groups(reply, quotes, context) {
  const runs = [];
  let last = null;
  for (const quote of quotes) {
    const key = JSON.stringify([quote.sha256, quote.section, isListed(quote, reply, context)]);
    if (key === last) runs.at(-1).push(quote);
    else runs.push([quote]);
    last = key;
  }
  return runs;
}

function near(reply, context) {
  const passages = reply.why.near;
  if (!passages.length) return [];
  const figures = groups(reply, passages, context).map((quotes) => figure(reply, quotes, context, true));
  return [make("h3", { class: "label" }, "Related passages (not an answer)"), ...figures];
}

/** Questions to press, under a heading of the level that their place needs. */
export function suggestions(questions, context, heading = "h3") {
  if (!questions.length) return [];
  const items = questions.map((question) => make("li", {}, button({ class: "suggestion", onclick: () => context.ask(question) }, question)));
  return [make("div", { class: "more-questions" }, make(heading, { class: "label" }, "You could ask"), make("ul", { class: "suggestions" }, items))];
}

function spoken(reply) {
  const text = said(reply);
  if (!text) return [];
  if (reply.kind === "smalltalk") {
    return [make("div", { class: "smalltalk" }, make("p", { class: "said" }, text), make("p", { class: "note" }, "This is not from the article."))];
  }
  const refused = reply.kind === "none" && !reply.answered;
  return [make("p", { class: refused ? "said refusal" : "said" }, text)];
}

/** What the marks in the quotes stand for that are no numbers; a note that is quoted itself is not repeated. */
function notes(reply) {
  const quoted = ({ start, end }) => reply.quotes.some((quote) => quote.start === start && quote.end === end);
  const shown = reply.notes.filter((note) => !quoted(note));
  const items = shown.map((note) => make("li", {}, make("span", { class: "number" }, mark(note)), " ", linked(note)));
  return items.length ? [make("ul", { class: "entries", "aria-label": "Notes" }, items)] : [];
}

function behind(reply) {
  const cited = reply.references.length || reply.notes.length;
  const silent = reply.quotes.length && !cited && reply.kind !== "reference";
  return silent ? [make("p", { class: "note" }, "No reference is printed for this.")] : [];
}

function body(reply, context) {
  const parts = reply.why.parts;
  if (parts.length) {
    return parts.map((part) => make("section", { class: "part" }, make("h3", {}, part.question), rendered(part, context)));
  }
  const figures = groups(reply, reply.quotes, context).map((quotes) => figure(reply, quotes, context, false));
  return [...figures, ...notes(reply), ...behind(reply), ...near(reply, context)];
}

/** A whole reply. `context`: `ask(question)`, `mark(quotes)`, `library`, and `articles` by SHA-256, already fetched. */
export function rendered(reply, context) {
  const reading = reply.why.parts.length ? readings(reply) : understood(reply);
  const own = reply.why.parts.length ? [] : spoken(reply);
  return [...reading, ...own, ...body(reply, context), ...suggestions(reply.suggestions, context)];
}

const readings = (reply) => understood({ ...reply, understood: "" });

/** Every quote in a reply, those of its parts and its near passages too. */
export function everything(reply) {
  return [...reply.quotes, ...reply.why.near, ...reply.why.parts.flatMap(everything)];
}
