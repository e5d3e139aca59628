// The box that questions are typed into: Enter asks, ↑ recalls, and known questions complete what is typed.

import { get } from "./api.js";
import { make, the } from "./dom.js";

const SHOWN = 5;
const SHORTEST = 2; // characters from which questions are offered

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The questions that have a word for each one typed, those that begin like it first. */
export function matching(questions, typed) {
  const wanted = words(typed);
  const start = typed.trim().toLowerCase();
  if (start.length < SHORTEST || !wanted.length) return [];
  const has = (question) => wanted.every((word) => words(question).some((known) => known.startsWith(word)));
  const rank = (question) => (question.toLowerCase().startsWith(start) ? 0 : 1);
  const found = questions.filter((question) => question.toLowerCase() !== start && has(question));
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

/** The box. `ask(question)` is called with what is typed, `say(text)` with what those who do not see it should hear. */
export class Composer {
  constructor({ ask, say }) {
    Object.assign(this, { ask, say, typed: [], recalled: 0, draft: "", offered: [], active: -1 });
    this.box = the("question");
    this.list = the("completions");
    this.known = null; // the questions, fetched when something is typed
    the("ask").addEventListener("submit", (event) => this.submitted(event));
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("input", () => this.complete());
    this.box.addEventListener("blur", () => this.close());
  }

  /** Remembers a question for ↑. */
  remember(question) {
    this.typed.push(question);
    this.recalled = this.typed.length;
  }

  submitted(event) {
    event.preventDefault();
    const question = this.box.value.trim();
    this.close();
    this.box.focus();
    if (question && this.ask(question)) this.box.value = this.draft = "";
  }

  /** ↑ and ↓ go through what was asked, from the first and last line of the box. */
  recall(event) {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const after = this.box.value.slice(this.box.selectionEnd);
    const step = event.key === "ArrowUp" && !before.includes("\n") ? -1 : event.key === "ArrowDown" && !after.includes("\n") ? 1 : 0;
    const next = this.recalled + step;
    if (!step || next < 0 || next > this.typed.length) return;
    event.preventDefault();
    if (this.recalled === this.typed.length) this.draft = this.box.value;
    this.recalled = next;
    this.fill(this.typed[next] ?? this.draft);
  }

  fill(text) {
    this.box.value = text;
    this.box.setSelectionRange(text.length, text.length);
  }

  pressed(event) {
    if (event.isComposing) return; // Enter picks a word of an input method
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.offered.length && (step || event.key === "Escape" || (event.key === "Tab" && this.active >= 0))) this.choose(event, step);
    else if (event.key === "Enter" && !event.shiftKey) this.enter(event);
    else if (step && !event.shiftKey) this.recall(event);
  }

  enter(event) {
    event.preventDefault();
    if (this.active >= 0) this.fill(this.offered[this.active]);
    the("ask").requestSubmit();
  }

  choose(event, step) {
    event.preventDefault();
    if (event.key === "Escape") {
      event.stopPropagation(); // it closes the list, not the widget
      this.close();
    } else if (step) this.activate((this.active + step + this.offered.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.offered.length);
    else {
      this.fill(this.offered[this.active]);
      this.close();
    }
  }

  activate(index) {
    this.active = index;
    for (const [at, item] of [...this.list.children].entries()) item.setAttribute("aria-selected", String(at === index));
    this.box.setAttribute("aria-activedescendant", `completion-${index}`);
  }

  async complete() {
    this.known ??= get("v1/questions").then(({ questions }) => questions).catch(() => []);
    const questions = await this.known;
    this.offer(document.activeElement === this.box ? matching(questions, this.box.value) : []);
  }

  offer(questions) {
    if (questions.length && !this.offered.length) this.say(`${questions.length} known questions; ↓ chooses one.`);
    this.offered = questions;
    this.active = -1;
    this.box.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      ...questions.map((question, index) =>
        make(
          "li",
          {
            id: `completion-${index}`,
            role: "option",
            "aria-selected": "false",
            onpointerdown: (event) => event.preventDefault(), // the box keeps the focus
            onclick: () => [this.fill(question), the("ask").requestSubmit()],
          },
          question,
        ),
      ),
    );
    this.list.hidden = !questions.length;
  }

  close() {
    this.offer([]);
  }
}
