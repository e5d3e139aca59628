// What a printed number or mark stands for: in a box at the number where there is room, else right below it.

import { inlined } from "./article.js";
import { button, linked, make } from "./dom.js";
import { show, toggles } from "./popover.js";
import { Renderer } from "./render.js";
import { copied } from "./sharing.js";

/** The number or label of an entry or note as it is shown. */
export const mark = ({ number, label }) => (number ? `(${number})` : /[\p{L}\p{N}]/u.test(label) ? `[${label}]` : label);

/** The text of an entry as it is shown in its article, with its links; as plain text without its article. */
export function entryText(article, source) {
  const nodes = article ? inlined(article.cut(source.start, source.end)) : [];
  return nodes.length ? new Renderer(article).nodes(nodes) : linked(source);
}

function content(article, source, context) {
  const place = { document: article?.id, sha256: article?.sha256, section: "", start: source.start, end: source.end };
  const copy = () => copied(source.text).then(() => context.say("Copied."), (error) => context.say(error.message));
  return [
    make("p", { class: "entry", dir: "auto" }, make("span", { class: "label" }, mark(source)), " ", entryText(article, source)),
    make(
      "div",
      { class: "buttons" },
      article ? button({ class: "quiet small", onclick: () => context.mark([place]) }, "Show in the article") : [],
      button({ class: "quiet small", onclick: copy }, "Copy"),
    ),
  ];
}

/** Puts a box below the quote or the paragraph that a button is in. */
function below(anchor, nodes, label, closed) {
  const box = make("div", { class: "below", role: "group", "aria-label": label }, nodes);
  const figure = anchor.closest("figure");
  const block = anchor.closest("li, td, th, p, blockquote, h3, h4, h5, h6");
  if (figure) figure.append(box);
  else if (block?.matches("li, td, th")) block.append(box);
  else (block ?? anchor).after(box);
  return {
    hidePopover: () => {
      box.remove();
      closed();
    },
  };
}

/** The attributes of the button for a source; `pressed` hears of a press. */
export function opener(article, source, context, pressed = () => {}) {
  const label = source.number ? `Reference ${source.number}` : `Note ${source.label}`.trim();
  const open = (anchor, closed) => {
    const nodes = content(article, source, context);
    pressed();
    if (!context.wide()) return below(anchor, nodes, label, closed);
    return show(anchor, { class: "popover source", role: "dialog", "aria-label": label }, nodes, closed);
  };
  return { "aria-label": label, ...toggles(open) };
}
