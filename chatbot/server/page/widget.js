// A chat bubble on any page: <script src="…/widget.js" defer></script>, with data-label="…" for what it is called
// What it shows lives in a frame of the server that this script came from; the button lives in a shadow tree. So
// neither can the page's styles change the chat, nor the chat the page.
(() => {
  const NAME = "chatbot-widget";
  const script = document.currentScript;
  const address = new URL("widget", script.src);
  const label = script.dataset.label || "Ask a question";
  const STYLE = `
    :host { all: initial; }
    button, .panel { position: fixed; right: max(1rem, env(safe-area-inset-right)); z-index: 2147483000; }
    button { bottom: max(1rem, env(safe-area-inset-bottom)); width: 3.5rem; height: 3.5rem; padding: 0; border: 0;
      border-radius: 50%; background: #1f5fa8; color: #fff; cursor: pointer; box-shadow: 0 .25rem 1rem rgb(0 0 0 / .3); }
    button:hover { background: #174b86; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1f5fa8; }
    svg { width: 1.75rem; height: 1.75rem; display: block; margin: auto; fill: currentColor; }
    .panel { bottom: 5.5rem; width: min(26rem, calc(100vw - 2rem)); height: min(40rem, calc(100dvh - 7rem));
      border-radius: .75rem; overflow: hidden; background: #fff; box-shadow: 0 .5rem 2rem rgb(0 0 0 / .35); }
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

  function start() {
    if (document.querySelector(NAME)) return; // the script stands on the page twice
    const host = document.createElement(NAME);
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a page's Content-Security-Policy allows it where it forbids <style>
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const button = make("button", { type: "button", "aria-label": label, "aria-haspopup": "dialog", "aria-expanded": "false" });
    const panel = make("div", { class: "panel", role: "dialog", "aria-label": label, hidden: "" });
    const frame = make("iframe", { title: label, referrerpolicy: "no-referrer" });
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
    button.append(icon());
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
