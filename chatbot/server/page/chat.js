// The page: asks, keeps the conversation, and says what happens to those who cannot see it.

import { Problem, asked, call, get } from "./api.js";
import { Library } from "./article.js";
import { Composer } from "./composer.js";
import { button, make, the, unseen } from "./dom.js";
import { Panel } from "./panel.js";
import { menu } from "./popover.js";
import { everything, rendered, suggestions } from "./replies.js";
import { conversation, linked, save } from "./sharing.js";
import { opener } from "./sources.js";
import { accented } from "./theme.js";

const PROMISE = "Ask, and it answers in the article’s own words, with the article’s own references, or says that it has no answer.";
const framed = window.parent !== window;
const given = new URLSearchParams(framed ? location.search : ""); // what a site says in the attributes of its widget
const touch = matchMedia("(hover: none)"); // where the box with the focus brings up a keyboard over the answer
const log = the("log");
const questions = []; // that were answered or refused: the history of the next one
const kept = []; // the turns, for an export
let examples = []; // questions that the documents answer
let busy = false;
let turns = 0;
let panel = null;
let library = null;
let starting = null;

function say(text) {
  the("status").textContent = "";
  requestAnimationFrame(() => (the("status").textContent = text)); // so that the same words are said again
}

/** Does something with the panel; what goes wrong is said. */
const shown = (what) =>
  async function (...given) {
    try {
      await panel[what](...given);
    } catch (error) {
      say(error.message);
    }
  };

const marked = shown("mark");

/** What the parts of the page may ask of each other. */
const common = {
  ask,
  say,
  mark: marked,
  examples: () => examples,
  section: shown("section"),
  wide: () => panel.wide.matches,
  /** The attributes of a number in the article itself. */
  press: (article, { number, note, start, end }) => {
    const source = note === undefined ? article.entry(number, start, end) : article.note(note);
    return source && opener(article, source, common);
  },
};
const composer = new Composer({ ask, say });

/** The articles that a reply quotes, for the places of the numbers printed in it; what fails is shown without them. */
async function quoted(reply) {
  const versions = new Map(everything(reply).map(({ document, sha256 }) => [sha256, document]));
  const articles = new Map();
  for (const [sha256, id] of versions) {
    const article = await library.article(id, sha256).catch(() => null);
    if (article?.sha256 === sha256) articles.set(sha256, article);
  }
  return articles;
}

function feedback(id) {
  const told = make("span", { class: "note", role: "status" });
  const vote = async (helpful, chosen, other) => {
    try {
      await call("v1/feedback", { reply_id: id, helpful });
      chosen.setAttribute("aria-pressed", "true");
      other.setAttribute("aria-pressed", "false");
      told.textContent = "Thank you.";
    } catch (error) {
      told.textContent = error.message;
    }
  };
  const yes = button({ class: "quiet small", "aria-pressed": "false", onclick: () => vote(true, yes, no) }, "Helpful");
  const no = button({ class: "quiet small", "aria-pressed": "false", onclick: () => vote(false, no, yes) }, "Not helpful");
  return make("div", { class: "feedback", role: "group", "aria-label": "Was this helpful?" }, yes, no, told);
}

function failed(problem, retry) {
  return make(
    "div",
    { class: "problem" },
    make("p", {}, problem.message),
    button({ class: "quiet", onclick: retry }, "Try again"),
  );
}

async function answered(question, answer) {
  const response = await asked(question, questions);
  const reply = await response.json();
  const context = { ...common, library, articles: await quoted(reply) };
  const id = response.headers.get("X-Reply-ID");
  answer.replaceChildren(...rendered(reply, context), ...(id ? [feedback(id)] : []));
  questions.push(question);
  kept.push({ question, reply });
  the("export").hidden = false;
  beside(reply);
}

/** Marks what was just answered in the article that stands beside; an overview is the whole of it anyway. */
function beside(reply) {
  panel.clear();
  const places = reply.why.parts.length ? reply.why.parts[0].quotes : reply.quotes;
  if (panel.wide.matches && places.length && reply.kind !== "overview") marked(sameDocument(places), { open: false });
}

const sameDocument = (places) => places.filter(({ sha256 }) => sha256 === places[0].sha256);

function waiting(on) {
  busy = on;
  log.setAttribute("aria-busy", String(on));
}

/** Asks, or asks again, in a turn that stands in the log already. */
async function attempt(question, turn, answer) {
  if (busy) return;
  waiting(true);
  answer.replaceChildren(make("p", { class: "waiting" }, "Looking in the article …"));
  turn.scrollIntoView({ block: "start" });
  try {
    await start();
    await answered(question, answer);
  } catch (error) {
    const known = error instanceof Problem ? error : new Problem("Something went wrong on this page.");
    answer.replaceChildren(failed(known, () => attempt(question, turn, answer).then(() => composer.box.focus())));
    if (known !== error) console.error(error);
  } finally {
    waiting(false);
  }
  turn.scrollIntoView({ block: "start" });
  if (touch.matches && document.activeElement === composer.box) turn.focus({ preventScroll: true });
}

/** Asks a question in a new turn, unless another one is not answered yet; the promise of its answer. */
function ask(question) {
  if (busy) return null;
  const name = `turn-${(turns += 1)}`;
  const answer = make("div", { class: "answer" });
  const asks = make("h2", { class: "question", id: name, dir: "auto" }, unseen("You asked: "), question);
  const turn = make("article", { class: "turn", "aria-labelledby": name, tabindex: "-1" }, asks, answer);
  log.append(turn);
  composer.remember(question);
  return attempt(question, turn, answer);
}

async function welcome() {
  const promise = make("p", { class: "promise" }, given.get("greeting") || PROMISE);
  const shown = make("section", { class: "welcome", "aria-label": "Welcome" }, promise);
  log.prepend(shown);
  examples = (await get("v1/suggestions")).suggestions;
  shown.append(...suggestions(examples, { ask }, { heading: "h2", label: "For example" }));
}

function titled(documents) {
  const only = documents.length === 1 ? documents[0].title || documents[0].id : `${documents.length} articles`;
  const name = given.get("title") || only;
  the("title").textContent = name;
  document.title = `Ask: ${name}`;
}

async function opened() {
  const { documents } = await get("v1/documents");
  library = new Library(documents);
  panel = new Panel(library, common);
  titled(documents);
  const wanted = documents.find(({ id }) => id === given.get("document")) ?? documents[0];
  if (wanted) beginning(wanted).catch((error) => say(error.message)); // a question need not wait for a long article
}

async function beginning({ id, sha256 }) {
  const { title, sections } = await panel.show(id, sha256);
  const printed = library.documents.length === 1 && sections.some((section) => section.title === title);
  document.documentElement.classList.toggle("titled", printed && !given.get("title"));
}

/** Fetches what the page needs, once; again after a failure. */
function start() {
  starting ??= opened().catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

async function restart() {
  questions.length = kept.length = 0;
  the("export").hidden = true;
  log.replaceChildren();
  try {
    await start();
    panel.clear();
    await welcome();
  } catch (error) {
    log.prepend(failed(error, restart));
  }
}

/** Asks what the address of the page asks for, and marks the quote that it links to. */
async function follow() {
  const link = linked();
  if (!link) return;
  await ask(link.question);
  const target = library?.documents.find(({ id }) => id === link.document);
  if (link.end && target) await marked([{ ...link, document: target.id, sha256: target.sha256, section: "" }]);
}

function exporting() {
  const items = () => [
    ["Markdown", () => save("conversation.md", "text/markdown", conversation(the("title").textContent, kept))],
    ["JSON", () => save("conversation.json", "application/json", `${JSON.stringify(kept, null, 2)}\n`)],
  ];
  the("export").append(menu({ class: "quiet tool" }, [the("export").firstElementChild, make("span", {}, "Export")], items));
}

const parent = (type) => window.parent.postMessage({ chatbot: type }, "*"); // says nothing but that

function framing() {
  document.documentElement.classList.add("framed");
  the("close-widget").hidden = false;
  the("close-widget").addEventListener("click", () => parent("close"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open], [popover]")) parent("close");
  });
  window.addEventListener("message", ({ source, data }) => {
    if (source === window.parent && data?.chatbot === "focus") composer.box.focus();
  });
  parent("ready");
}

accented(given.get("color"));
exporting();
the("restart").addEventListener("click", () => restart().then(() => composer.box.focus()));
if (framed) framing();
else if (!touch.matches) composer.box.focus();
restart().then(follow);
