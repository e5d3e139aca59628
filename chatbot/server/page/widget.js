// A chat bubble on any page: <script src="…/widget.js" defer></script>
// Attributes: data-label (words on the button), data-title (of the chat), data-greeting (its first line), data-color,
// data-position ("left" or "right"), data-document (the article that is shown first). A page opens it by chatbot.open().
// What it shows lives in a frame of the server that this script came from; the button lives in a shadow tree. So
// neither can the page's styles change the chat, nor the chat the page.
(() => {
  const NAME = "chatbot-widget";
  const script = document.currentScript;
  const { label = "Ask a question", title, greeting, color, position, document: shown } = script.dataset;
  const address = new URL("widget", script.src);
  for (const [name, value] of Object.entries({ title, greeting, color, document: shown })) {
    if (value) address.searchParams.set(name, value);
  }
  const side = position === "left" ? "left" : "right";
  const STYLE = `
    :host { all: initial; }
    button, .panel { position: fixed; ${side}: max(1rem, env(safe-area-inset-${side})); z-index: 2147483000; }
    button { bottom: max(1rem, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: .55rem; height: 3.25rem;
      padding: 0 1.25rem 0 1rem; border: 0; border-radius: 1.7rem; background: var(--fill, #1d5a9e); color: var(--on-fill, #fff);
      font: 600 1rem/1 system-ui, sans-serif; cursor: pointer; box-shadow: 0 .25rem 1rem rgb(0 0 0 / .25); }
    button:hover { filter: brightness(1.1); }
    button:focus-visible { outline: 3px solid var(--on-fill, #fff); box-shadow: 0 0 0 6px var(--fill, #1d5a9e); }
    svg { width: 1.5rem; height: 1.5rem; display: block; fill: currentColor; }
    .panel { bottom: 5.25rem; width: min(26rem, calc(100vw - 2rem)); height: min(42rem, calc(100dvh - 6.75rem));
      border-radius: 1.1rem; overflow: hidden; background: #fff; box-shadow: 0 .5rem 2rem rgb(0 0 0 / .35); }
    .panel[hidden] { display: none; }
    iframe { width: 100%; height: 100%; border: 0; display: block; }
    @media (prefers-color-scheme: dark) { .panel { background: #1c1f25; } }
    @media (max-width: 30rem) { .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      button[aria-expanded="true"] { display: none; } }
    @media (forced-colors: active) { button { border: 2px solid ButtonText; } }
    @media print { :host { display: none; } }`;

  function make(tag, attributes) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  function icon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-9l-5 4v-4H4a2 2 0 0 1-2-2V5c0-1.1.9-2 2-2z");
    svg.append(path);
    return svg;
  }

  /** White or black, whichever can be read better on a colour. */
  function readable(colour) {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const linear = (value) => (value / 255 <= 0.04045 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = Array.from(context.getImageData(0, 0, 1, 1).data, linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.1833 ? "#000" : "#fff"; // white has a contrast of 4.5 below it
  }

  function start() {
    if (document.querySelector(NAME)) return; // the script stands on the page twice
    const host = document.createElement(NAME);
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a page's Content-Security-Policy allows it where it forbids <style>
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const button = make("button", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
    const panel = make("div", { class: "panel", role: "dialog", "aria-label": title || label, hidden: "" });
    const frame = make("iframe", { title: title || label, referrerpolicy: "no-referrer", allow: "clipboard-write" });
    if (color && CSS.supports("color", color)) {
      host.style.setProperty("--fill", color);
      host.style.setProperty("--on-fill", readable(color));
    }
    let ready = false; // the page in the frame says so; until then the frame is this site's, and empty
    const focus = () => {
      if (!ready || panel.hidden) return;
      frame.focus();
      frame.contentWindow.postMessage({ chatbot: "focus" }, address.origin);
    };
    const toggle = (open) => {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      if (open && !frame.src) frame.src = address.href; // nothing is fetched before it is wanted
      if (open) focus();
      else button.focus();
    };
    button.append(icon(), label);
    window.chatbot = { ...window.chatbot, open: () => toggle(true), close: () => toggle(false) };
    panel.append(frame);
    root.append(panel, button);
    button.addEventListener("click", () => toggle(panel.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && toggle(false));
    window.addEventListener("message", ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== address.origin) return;
      if (data?.chatbot === "close") toggle(false);
      if (data?.chatbot !== "ready") return;
      ready = true;
      focus();
    });
    document.body.append(host);
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
