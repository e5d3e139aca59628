// The panel that shows an article: its outline, its citations, and marks at the places that are quoted.

import { button, listen, make, the } from "./dom.js";
import { show, toggles } from "./popover.js";
import { Renderer } from "./render.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const INLINE = "a, b, strong, i, em, code, kbd, sub, sup, s, del, ins, u, small, span, button";
const WIDTH = "chatbot-article-width"; // per cent of the window
const [NARROWEST, WIDEST] = [25, 70];

/** The article beside the chat, or over it on a narrow screen. */
export class Panel {
  constructor(library, context) {
    this.library = library;
    this.context = context;
    this.shown = null;
    this.pieces = []; // text nodes with their places, in text order
    this.boxes = new WeakMap(); // elements inside a line, with their places
    this.wide = matchMedia("(min-width: 60rem)");
    this.wide.addEventListener("change", () => this.place());
    the("open-article").addEventListener("click", () => this.open());
    the("close-article").addEventListener("click", () => the("drawer").close());
    the("which").addEventListener("change", (event) => this.choose(event.target.selectedIndex));
    listen(the("open-outline"), toggles((anchor, closed) => this.outline(anchor, closed)));
    this.choices();
    this.place();
    border();
  }

  choices() {
    const several = this.library.documents.length > 1;
    for (const node of [the("which"), document.querySelector("label[for=which]")]) node.hidden = !several;
    the("which").replaceChildren(...this.library.documents.map(({ id, title }) => make("option", {}, title || id)));
    the("article-name").classList.toggle("unseen", several);
  }

  /** Shows one of the list, unmarked. */
  async choose(index) {
    const { id, sha256 } = this.library.documents[index];
    await this.show(id, sha256).catch((error) => this.context.say(error.message));
  }

  /** Puts the article beside the chat where there is room, else into the drawer. */
  place() {
    if (this.wide.matches && the("drawer").open) the("drawer").close();
    (this.wide.matches ? the("beside") : the("drawer")).append(the("article"));
    the("beside").hidden = !this.wide.matches;
    the("open-article").hidden = the("close-article").hidden = this.wide.matches;
  }

  open() {
    if (!this.wide.matches && !the("drawer").open) the("drawer").showModal();
  }

  /** Shows a document, and only builds it anew when it is another one or another version. */
  async show(id, sha256) {
    const article = await this.library.article(id, sha256);
    if (this.shown !== article) this.build(article);
    return article;
  }

  build(article) {
    this.shown = article;
    this.pieces = [];
    let above = 2;
    const renderer = new Renderer(article, {
      press: (meant) => this.context.press(article, meant),
      heading: ({ tag }) => {
        above = Math.max(3, Math.min(Number(tag[1]) + 2, above + 1, 6)); // no level is left out
        return `h${above}`;
      },
      piece: (node, start, end) => this.pieces.push({ node, start, end }),
      box: (node, place) => place && this.boxes.set(node, place),
    });
    the("text").replaceChildren(...renderer.blocks(article.blocks));
    this.pieces.sort((a, b) => a.start - b.start);
    the("text").scrollTop = 0;
    const same = ({ id, sha256 }) => sha256 === article.sha256 || id === article.id;
    the("which").selectedIndex = this.library.documents.findIndex(same);
    the("open-outline").hidden = this.headings().length < 2;
  }

  /** The sections with a heading, without the article's title. */
  headings() {
    const headed = this.shown.sections.filter(({ title }) => title);
    return headed[0]?.title === this.shown.title ? headed.slice(1) : headed;
  }

  /** Opens a list of the headings, each of which leads to its section. */
  outline(anchor, closed) {
    const least = Math.min(...this.headings().map(({ level }) => level));
    const lead = ({ start }) => () => {
      box.hidePopover();
      this.scroll(start);
    };
    const items = this.headings().map((section) =>
      make("li", { class: `deep-${Math.min(section.level - least, 3)}` }, button({ onclick: lead(section) }, plainly(section.title))),
    );
    const box = show(anchor, { class: "popover outline", role: "dialog", "aria-label": "Contents" }, make("ul", {}, items), closed);
    return box;
  }

  /** Scrolls to the text at an offset, or the first behind it. */
  scroll(offset) {
    const piece = this.pieces.find(({ end }) => end > offset);
    const block = piece?.node.parentElement.closest("p, li, h3, h4, h5, h6, tr, pre");
    block?.scrollIntoView({ block: "start", behavior: still.matches ? "auto" : "smooth" });
    if (!block) return;
    block.tabIndex = -1; // reading goes on there
    block.focus({ preventScroll: true });
  }

  /** Shows the section that starts at an offset. */
  async section({ document: id, sha256, start }) {
    await this.show(id, sha256);
    this.open();
    this.scroll(start);
  }

  /** Takes the marks away. */
  clear() {
    for (const mark of the("text").querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  }

  /** Splits the pieces so that none reaches over an edge. */
  split(offset) {
    const at = this.pieces.findIndex(({ start, end }) => start < offset && offset < end);
    const piece = this.pieces[at];
    if (!piece || Array.from(piece.node.data).length !== piece.end - piece.start) return; // it stands for other characters
    const units = Array.from(piece.node.data).slice(0, offset - piece.start).join("").length;
    this.pieces.splice(at + 1, 0, { node: piece.node.splitText(units), start: offset, end: piece.end });
    piece.end = offset;
  }

  paint(start, end) {
    this.split(start);
    this.split(end);
    const inside = this.pieces.filter((piece) => piece.start >= start && piece.end <= end);
    const within = (node) => {
      const place = this.boxes.get(node);
      return node.matches(INLINE) && place && place[0] >= start && place[1] <= end;
    };
    const tops = inside.map(({ node }) => {
      let top = node;
      while (within(top.parentElement)) top = top.parentElement;
      return top;
    });
    let mark = null;
    for (const top of new Set(tops)) {
      if (!top.textContent.trim() && top.parentElement.matches("tr, tbody, thead, table, ul, ol")) continue;
      if (mark && mark.nextSibling === top) mark.append(top);
      else {
        mark = make("mark", { tabindex: "-1" });
        top.replaceWith(mark);
        mark.append(top);
      }
    }
  }

  /** Marks places of a document and scrolls to the first, unless this version is not the one they are in. */
  async mark(places, { open = true } = {}) {
    const [{ document: id, sha256, section }] = places;
    const article = await this.show(id, sha256);
    if (article.sha256 !== sha256) {
      this.context.say("The article has changed since this answer; ask again to see the passage in it.");
      return;
    }
    if (open) this.open();
    this.clear();
    for (const [start, end] of article.joined(places.map(({ start, end }) => [start, end]))) this.paint(start, end);
    const mark = the("text").querySelector("mark");
    mark?.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
    if (the("drawer").open) mark?.focus({ preventScroll: true }); // reading goes on there; closing brings focus back
    if (open) this.context.say(`Marked in the article${section ? `, under “${section}”` : ""}.`);
  }
}

/** A heading without the marks of its markup. */
export const plainly = (title) => title.replace(/[*_`]+/gu, "").trim();

function stored() {
  try {
    return Number(localStorage.getItem(WIDTH)) || 0;
  } catch {
    return 0; // no storage in this frame
  }
}

function keep(width) {
  try {
    localStorage.setItem(WIDTH, String(width));
  } catch {
    // see above
  }
}

/** The border between chat and article, which a pointer drags and arrow keys move. */
function border() {
  const line = the("border");
  const set = (width) => {
    const rounded = Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));
    the("columns").style.setProperty("--article", `${rounded}%`);
    line.setAttribute("aria-valuenow", String(rounded));
    return rounded;
  };
  const dragged = ({ clientX }) => keep(set(100 - (100 * clientX) / innerWidth));
  line.addEventListener("pointerdown", (event) => {
    line.setPointerCapture(event.pointerId);
    line.addEventListener("pointermove", dragged);
    line.addEventListener("pointerup", () => line.removeEventListener("pointermove", dragged), { once: true });
    event.preventDefault();
  });
  line.addEventListener("keydown", ({ key }) => {
    const step = { ArrowLeft: 2, ArrowRight: -2 }[key];
    if (step) keep(set(Number(line.getAttribute("aria-valuenow")) + step));
  });
  set(stored() || 48);
}
