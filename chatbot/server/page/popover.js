// Boxes at a button: menus, and what a number stands for. They close by Escape, by a click elsewhere, and by the button.

import { button, make } from "./dom.js";

const GAP = 6; // pixels between a button and its box

function put(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height + GAP;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? Math.min(at.bottom + GAP, innerHeight - height - 8) : at.top - GAP - height)}px`;
}

/** Shows a box at a button until it is closed; `closed` is called then. The focus goes into the box and comes back. */
export function show(anchor, attributes, children, closed = () => {}) {
  const box = make("div", { class: "popover", popover: "auto", tabindex: "-1", ...attributes }, children);
  const place = () => put(box, anchor);
  anchor.closest("dialog, main, aside, header").append(box); // inside of its landmark; of an open dialog anyway
  box.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    removeEventListener("resize", place);
    if (box.contains(document.activeElement) || document.activeElement === document.body) anchor.focus({ preventScroll: true });
    box.remove();
    closed();
  });
  box.showPopover();
  addEventListener("resize", place);
  place();
  box.focus({ preventScroll: true });
  return box;
}

/** Attributes of a button that opens something and closes it again; `open(anchor, closed)` gives what has `hidePopover`. */
export function toggles(open) {
  let box = null;
  let wasOpen = false; // a press outside of a box closes it before the click comes
  return {
    "aria-expanded": "false",
    onpointerdown: () => (wasOpen = Boolean(box)),
    onclick: ({ currentTarget: anchor }) => {
      if (wasOpen || box) {
        wasOpen = false;
        box?.hidePopover();
        return;
      }
      anchor.setAttribute("aria-expanded", "true");
      box = open(anchor, () => {
        box = null;
        anchor.setAttribute("aria-expanded", "false");
      });
    },
  };
}

/** A button that opens a menu of `[words, action]`. */
export function menu(attributes, label, items) {
  const opened = (anchor, closed) => {
    const list = items().map(([words, action]) =>
      button({ role: "menuitem", onclick: () => [box.hidePopover(), action()] }, words),
    );
    const shown = { class: "popover menu", role: "menu", "aria-label": anchor.textContent, onkeydown: (event) => moved(event, list) };
    const box = show(anchor, shown, list, closed);
    list[0].focus();
    return box;
  };
  return button({ "aria-haspopup": "menu", ...toggles(opened), ...attributes }, label); // `label`: words, or nodes
}

function moved(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  list.at((list.indexOf(document.activeElement) + step) % list.length).focus();
}
