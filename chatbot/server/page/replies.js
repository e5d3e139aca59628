// A reply as nodes: what was understood, what the program says, quotes, what is near a refusal, and what to ask next.

import { button, make } from "./dom.js";
import { plainly } from "./panel.js";
import { figure, groups, isHeading, passage } from "./quotes.js";
import { entryText, mark } from "./sources.js";

const OFFERED = 3; // questions behind a refusal
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
  const followed = reply.understood.startsWith(`${reply.question} (`); // and then what it follows up
  const topic = followed ? reply.understood.slice(reply.question.length + 2, -1) : reply.understood;
  return [
    readings && make("p", { class: "note" }, readings),
    !same && reply.understood && make("p", { class: "note" }, `About: ${topic}`),
  ].filter(Boolean);
}

/** Questions to press, under a heading of the level that their place needs. */
export function suggestions(questions, context, { heading = "h3", label = "You could ask" } = {}) {
  if (!questions.length) return [];
  const items = questions.map((question) => make("li", {}, button({ class: "suggestion", onclick: () => context.ask(question) }, question)));
  return [make("div", { class: "more-questions" }, make(heading, { class: "label" }, label), make("ul", { class: "suggestions" }, items))];
}

const several = new Intl.ListFormat("en", { type: "disjunction" });

/** A refusal: that the article does not say, and which words of the question no sentence has. */
function refusal(reply, text) {
  const { missing } = reply.why;
  const lacks = `No sentence mentions ${several.format(missing.map((word) => `‘${word}’`))}.`;
  return make("div", { class: "refusal" }, make("p", { class: "said" }, text), missing.length ? make("p", { class: "lacks" }, lacks) : []);
}

function spoken(reply) {
  const text = said(reply);
  if (!text) return [];
  if (reply.kind === "smalltalk") {
    return [make("div", { class: "smalltalk" }, make("p", { class: "said" }, text), make("p", { class: "note" }, "This is not from the article."))];
  }
  return [reply.kind === "none" && !reply.answered ? refusal(reply, text) : make("p", { class: "said" }, text)];
}

/** The closest passage; those that are less close are behind a line that opens. */
function near(reply, context) {
  const passages = groups(reply, reply.why.near, context).map((quotes) => figure(reply, quotes, context, true));
  if (!passages.length) return [];
  const [closest, ...others] = passages;
  const rest = others.length ? make("details", {}, make("summary", {}, `${others.length} more`), others) : [];
  return [make("h3", { class: "label" }, "Closest passage (not an answer)"), closest, rest];
}

/** What the marks in the quotes stand for that no number in them opens; a note that is quoted itself is not repeated. */
function notes(reply, context) {
  const quoted = ({ start, end }) => reply.quotes.some((quote) => quote.start === start && quote.end === end);
  const article = context.articles.get(reply.quotes[0]?.sha256);
  const pressed = (note) => article?.markers.some(([, , , meant]) => meant.some(([start]) => start === note.start));
  const shown = reply.notes.filter((note) => !quoted(note) && !pressed(note));
  const items = shown.map((note) => make("li", {}, make("span", { class: "label" }, mark(note)), " ", entryText(article, note)));
  return items.length ? [make("ul", { class: "entries", "aria-label": "Notes" }, items)] : [];
}

function behind(reply) {
  const cited = reply.references.length || reply.notes.length;
  const told = said(reply).includes("reference"); // where references were asked for
  const silent = reply.quotes.length && !cited && !told && reply.kind !== "reference";
  return silent ? [make("p", { class: "note" }, "No reference is printed for this.")] : [];
}

const bySection = (quotes) => [...Map.groupBy(quotes, ({ sha256, section }) => `${sha256} ${section}`).values()];

/** An overview: one card with the headings, each of which opens its section, and below each its central sentence. */
function overview(reply, context) {
  const shown = reply.quotes.filter(({ text, document }) => text !== context.library.title(document));
  const items = bySection(shown).map((quotes) => {
    const heading = quotes.find(isHeading);
    const sentences = quotes.filter((quote) => quote !== heading);
    const name = heading ? plainly(heading.text) : context.library.title(quotes[0].document);
    const opens = button({ class: "section", onclick: () => context.section(quotes[0]) }, name);
    return make("li", {}, opens, sentences.length ? passage(reply, sentences, context) : []);
  });
  return [make("div", { class: "card", role: "group", "aria-label": "Sections" }, make("ol", {}, items))];
}

function body(reply, context) {
  const { parts } = reply.why;
  if (parts.length) {
    return parts.map((part) => make("section", { class: "part" }, make("h3", {}, part.question), rendered(part, context)));
  }
  if (reply.kind === "overview") return overview(reply, context);
  const figures = groups(reply, reply.quotes, context).map((quotes) => figure(reply, quotes, context));
  return [...figures, ...notes(reply, context), ...behind(reply), ...near(reply, context)];
}

/** Questions to ask next; behind a refusal three, of which the last ones are those that the page begins with. */
function next(reply, context) {
  if (reply.kind !== "none") return suggestions(reply.suggestions, context);
  const answered = [...new Set([...reply.suggestions, ...context.examples()])].filter((question) => question !== reply.question);
  return suggestions(answered.slice(0, OFFERED), context, { label: "You could ask" });
}

/** A whole reply. `context`: see chat.js; `articles` by SHA-256, already fetched. */
export function rendered(reply, context) {
  const reading = understood(reply.why.parts.length ? { ...reply, understood: "" } : reply);
  const own = reply.why.parts.length ? [] : spoken(reply);
  return [...reading, ...own, ...body(reply, context), ...next(reply, context)];
}

/** Every quote in a reply, those of its parts and its near passages too. */
export function everything(reply) {
  return [...reply.quotes, ...reply.why.near, ...reply.why.parts.flatMap(everything)];
}
