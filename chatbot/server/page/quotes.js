// Quotes as they are shown: cut out of their article, with the numbers in them, where they stand, and ways to take them along.

import { button, make, unseen } from "./dom.js";
import { menu } from "./popover.js";
import { Renderer } from "./render.js";
import { copied, exact, forManager, fragment, linkTo, markdown, plain } from "./sharing.js";
import { entryText, opener } from "./sources.js";

const WEB_PAGE = /\.x?html?$/i;

/** Whether a quote is the last of the headings above it ("Model A > Weight"). */
export const isHeading = ({ text, section }) => section === text || section.endsWith(` > ${text}`);

/** What one block of quotes cites, and the buttons that show it. */
class Cited {
  constructor(reply, quotes, context) {
    Object.assign(this, { reply, quotes, context });
    this.shown = new Map(); // sources by their places
    this.article = context.articles.get(quotes[0].sha256);
  }

  source({ number, note, start, end }) {
    if (note !== undefined) return this.article?.note(note) ?? this.reply.notes.find((known) => known.start === note);
    return this.article?.entry(number, start, end) ?? this.reply.references.find((known) => known.number === number);
  }

  /** The attributes of the button for a number or a note; null where the list has none. */
  press(meant) {
    const source = this.source(meant);
    if (!source) return null;
    this.shown.set(source.start, source);
    const quote = this.quotes.find(({ start, end }) => start <= meant.start && meant.start < end) ?? this.quotes[0];
    return opener(this.article, source, this.context, () => this.context.wide() && this.context.mark([quote], { open: false }));
  }

  /** Buttons for what the quotes cite without printing it, like the 6 in 5-7. */
  others() {
    const numbers = this.quotes.flatMap(({ references, start, end }) => references.map((number) => ({ number, start, end })));
    const missing = numbers.filter((meant) => !this.shown.has(this.source(meant)?.start));
    const distinct = [...new Map(missing.map((meant) => [meant.number, meant])).values()];
    const made = distinct.map((meant) => [this.press(meant), meant.number]).filter(([attributes]) => attributes);
    return made.flatMap(([attributes, number]) => [" ", button({ class: "number", ...attributes }, String(number))]);
  }
}

/** Quotes as blocks; text without anything between it runs on. */
function blocks(cited) {
  const { article, quotes } = cited;
  if (!article) return quotes.map(({ text }) => make("p", {}, text));
  const renderer = new Renderer(article, { press: (meant) => cited.press(meant) });
  return article.joined(quotes.map(({ start, end }) => [start, end])).flatMap(([start, end], index) => {
    const shown = renderer.blocks(article.cut(start, end));
    if (index) shown[0]?.classList?.add("apart");
    return shown;
  });
}

/** Reference entries that are quoted themselves, under their numbers. */
function listed(cited) {
  const items = cited.quotes.map((quote) => {
    const [number] = quote.references;
    const entry = cited.source({ ...quote, number });
    const text = entryText(cited.article, { text: quote.text, url: entry?.url, start: quote.start, end: quote.end });
    return make("li", { dir: "auto" }, make("span", { class: "label" }, `(${number})`), " ", text);
  });
  return [make("ol", { class: "entries" }, items)];
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
  const where = [inside, context.library.name(document), ...new Set(quotes.map(label))].filter(Boolean).join(" · ");
  const words = where ? [where, unseen(": show in the article")] : ["Show in the article", unseen(section && `: ${section}`)];
  return button({ class: "place", onclick: () => context.mark(quotes) }, words);
}

function copying(reply, quotes, cited, context) {
  const title = context.library.title(quotes[0].document);
  const copy = (make) => async () => {
    try {
      await copied(await make());
      context.say("Copied.");
    } catch (error) {
      context.say(error.message);
    }
  };
  const items = () => {
    const sources = [...cited.shown.values()];
    const entries = sources.filter(({ number }) => number);
    const managers = entries.length ? [["BibTeX", "bibtex"], ["RIS", "ris"], ["CSL-JSON", "csl-json"]] : [];
    return [
      ["Exact text", copy(() => exact(quotes))],
      ["With citation", copy(() => plain(quotes, title, sources))],
      ["As Markdown", copy(() => markdown(quotes, title, sources))],
      ...managers.map(([words, style]) => [`References as ${words}`, copy(() => forManager(style, quotes[0], entries))]),
      ["Link to this quote", copy(() => linkTo(reply.question, { ...quotes[0], end: quotes.at(-1).end }))],
      ...(WEB_PAGE.test(quotes[0].document) ? [["Text fragment for the web page", copy(() => fragment(quotes[0].text))]] : []),
    ];
  };
  return menu({ class: "quiet small" }, "Copy", items);
}

function isListed(quote, reply, context) {
  const known = context.articles.get(quote.sha256)?.entries ?? reply.references;
  return known.some(({ start, end }) => start === quote.start && end === quote.end);
}

const RIGHT_TO_LEFT = /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Something that is quoted; `dir=auto` would not look into the blocks, which have a direction each. */
const quotation = ([{ text }], nodes) => make("blockquote", { dir: RIGHT_TO_LEFT.test(text) ? "rtl" : null }, nodes);

/** Quotes without anything around them. */
export const passage = (reply, quotes, context) => quotation(quotes, blocks(new Cited(reply, quotes, context)));

/** Quotes of one section: behind a bar, with where they stand and what their numbers open. */
export function figure(reply, quotes, context, near = false) {
  const cited = new Cited(reply, quotes, context);
  const list = isListed(quotes[0], reply, context);
  if (list) for (const { references, start, end } of quotes) cited.shown.set(start, cited.source({ number: references[0], start, end }));
  const shown = list ? listed(cited) : blocks(cited);
  const others = list ? [] : cited.others();
  return make(
    "figure",
    { class: near ? "near" : "quote" },
    quotation(quotes, shown),
    others.length ? make("p", { class: "more" }, "Also cited:", others) : [],
    make("figcaption", {}, place(quotes, context), near ? [] : copying(reply, quotes, cited, context)),
  );
}

/** Runs of quotes that stand in one section of one document, or in its reference list. */
export function groups(reply, quotes, context) {
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
