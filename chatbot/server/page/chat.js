// The page: asks, keeps the conversation, and says what happens to those who cannot see it.

import { Problem, asked, call, get } from "./api.js";
import { Library, Panel } from "./article.js";
import { button, make, the, unseen } from "./dom.js";
import { everything, rendered, suggestions } from "./replies.js";

const WELCOME =
  "Every answer is a quote from the article, with the article’s own references. It is only as correct and as up to " +
  "date as the article, and it is not advice on your own case: for health, law or money, ask a professional.";
const framed = window.parent !== window;
const touch = matchMedia("(hover: none)"); // where the box with the focus brings up a keyboard over the answer
const box = the("question");
const log = the("log");
const questions = []; // that were answered or refused: the history of the next one
const typed = []; // for ↑
let recalled = 0;
let draft = "";
let busy = false;
let turns = 0;
let panel = null;
let library = null;
let starting = null;

function say(text) {
  the("status").textContent = "";
  requestAnimationFrame(() => (the("status").textContent = text)); // so that the same words are said again
}

async function marked(quotes, options) {
  try {
    await panel.mark(quotes, options);
  } catch (error) {
    say(error.message);
  }
}

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
  const context = { ask, mark: marked, library, articles: await quoted(reply) };
  const id = response.headers.get("X-Reply-ID");
  answer.replaceChildren(...rendered(reply, context), ...(id ? [feedback(id)] : []));
  questions.push(question);
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
    answer.replaceChildren(failed(known, () => attempt(question, turn, answer).then(() => box.focus())));
    if (known !== error) console.error(error);
  } finally {
    waiting(false);
  }
  turn.scrollIntoView({ block: "start" });
  if (touch.matches && document.activeElement === box) turn.focus({ preventScroll: true });
}

function ask(question) {
  if (busy) return;
  const name = `turn-${(turns += 1)}`;
  const answer = make("div", { class: "answer" });
  const asks = make("h2", { class: "question", id: name }, unseen("You asked: "), question);
  const turn = make("article", { class: "turn", "aria-labelledby": name, tabindex: "-1" }, asks, answer);
  log.append(turn);
  typed.push(question);
  recalled = typed.length;
  attempt(question, turn, answer);
}

function submitted(event) {
  event.preventDefault();
  const question = box.value.trim();
  box.focus();
  if (!question || busy) return;
  box.value = draft = "";
  ask(question);
}

/** ↑ and ↓ go through what was asked, from the first and last line of the box. */
function recall(event) {
  const before = box.value.slice(0, box.selectionStart);
  const after = box.value.slice(box.selectionEnd);
  const step = event.key === "ArrowUp" && !before.includes("\n") ? -1 : event.key === "ArrowDown" && !after.includes("\n") ? 1 : 0;
  const next = recalled + step;
  if (!step || next < 0 || next > typed.length) return;
  event.preventDefault();
  if (recalled === typed.length) draft = box.value;
  recalled = next;
  box.value = typed[next] ?? draft;
  box.setSelectionRange(box.value.length, box.value.length);
}

function pressed(event) {
  if (event.isComposing) return; // Enter picks a word of an input method
  if (event.key === "Enter" && !event.shiftKey) the("ask").requestSubmit();
  else if (event.key.startsWith("Arrow") && !event.shiftKey) return recall(event);
  else return;
  event.preventDefault();
}

async function welcome() {
  const known = await get("v1/suggestions");
  const shown = suggestions(known.suggestions, { ask }, "h2");
  log.prepend(make("section", { class: "welcome", "aria-label": "Welcome" }, make("p", {}, WELCOME), shown));
}

function titled(documents) {
  const name = documents.length === 1 ? documents[0].title || documents[0].id : `${documents.length} articles`;
  the("title").textContent = documents.length === 1 ? `Ask “${name}”` : `Ask ${name}`;
  document.title = `Ask: ${name}`;
}

async function opened() {
  const { documents } = await get("v1/documents");
  library = new Library(documents);
  panel = new Panel(library, say);
  titled(documents);
  if (documents.length) await panel.show(documents[0].id, documents[0].sha256);
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
  questions.length = 0;
  log.replaceChildren();
  try {
    await start();
    panel.clear();
    await welcome();
  } catch (error) {
    log.prepend(failed(error, restart));
  }
}

const parent = (type) => window.parent.postMessage({ chatbot: type }, "*"); // says nothing but that

function framing() {
  document.documentElement.classList.add("framed");
  the("close-widget").hidden = false;
  the("close-widget").addEventListener("click", () => parent("close"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) parent("close");
  });
  window.addEventListener("message", ({ source, data }) => {
    if (source === window.parent && data?.chatbot === "focus") box.focus();
  });
  parent("ready");
}

the("ask").addEventListener("submit", submitted);
the("restart").addEventListener("click", () => restart().then(() => box.focus()));
box.addEventListener("keydown", pressed);
if (framed) framing();
else if (!touch.matches) box.focus();
restart();
