// Nodes from data. Text only ever becomes text nodes, so nothing that an article or a question says can be markup.

/** Sets attributes of an element; `onclick` and the like are listeners. */
export function listen(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  return node;
}

/** An element with attributes (`onclick` and the like are listeners) and children; strings become text nodes. */
export function make(tag, attributes = {}, ...children) {
  const node = listen(document.createElement(tag), attributes);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** A button that is no submit button. */
export const button = (attributes, ...children) => make("button", { type: "button", ...attributes }, ...children);

/** Words that only a screen reader says. */
export const unseen = (text) => make("span", { class: "unseen" }, text);

/** A link to another site; an address that is not of the web stays text. */
function link(address) {
  const web = /^https?:\/\//i.test(address);
  return web ? make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address) : address;
}

/** An entry's text, its address a link: where it prints it, else behind it (a DOI's). */
export function linked({ text, url }) {
  if (!url) return [text];
  const at = text.indexOf(url);
  return at < 0 ? [text, " ", link(url)] : [text.slice(0, at), link(url), text.slice(at + url.length)];
}

/** The element of the page with an id. */
export const the = (id) => document.getElementById(id);
