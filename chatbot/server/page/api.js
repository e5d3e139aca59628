// The server's /v1, with the token it may ask for and its errors in plain words.

import { the } from "./dom.js";

const KEY = "chatbot-token";
const HISTORY = 20; // earlier questions that are sent along: more than a follow-up reaches back
const BYTES = 60_000; // of a request; the server refuses more than 64 KiB
let token = remembered();
let prompt = null;

/** What went wrong, as a sentence for the person who asked. */
export class Problem extends Error {}

function remembered() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return ""; // a frame on another site may have no storage: the token then lives as long as the page
  }
}

function remember(value) {
  token = value;
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // see above
  }
}

function prompted() {
  const dialog = the("login");
  the("login-problem").textContent = token ? "The server did not accept that token." : "";
  the("token").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "use"), { once: true });
  });
}

/** Asks for a token, once for all requests that wait for one. */
async function login(refused) {
  if (token !== refused) return; // another request has asked meanwhile
  prompt ??= prompted().finally(() => (prompt = null));
  if (!(await prompt)) throw new Problem("This server answers only with a token.");
  remember(the("token").value.trim());
}

async function sent(path, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const request = { headers, credentials: "omit", cache: "no-store" };
  if (body !== undefined) {
    Object.assign(request, { method: "POST", body: JSON.stringify(body) });
    headers["Content-Type"] = "application/json";
  }
  try {
    return await fetch(path, request);
  } catch {
    throw new Problem("The server cannot be reached. Check the connection, then try again.");
  }
}

async function problem(response) {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  const later = wait > 1 ? `in ${wait} seconds` : "in a moment";
  if (response.status === 429) return new Problem(`That was a lot of questions in a short time. Try again ${later}.`);
  if (response.status === 503) return new Problem(`The server is busy. Try again ${later}.`);
  const told = await response.json().catch(() => null);
  return new Problem(told?.error?.message ?? `The server could not answer (status ${response.status}).`);
}

/** The response to a request, after a token was asked for if it needs one; throws a Problem. */
export async function call(path, body) {
  for (;;) {
    const used = token;
    const response = await sent(path, body);
    if (response.status === 401) await login(used);
    else if (response.ok) return response;
    else throw await problem(response);
  }
}

/** What the server says, as a value. */
export const get = async (path) => (await call(path)).json();

/** A question with as many earlier ones as a request holds: the server keeps no conversation. */
export function asked(question, earlier) {
  const history = earlier.slice(-HISTORY);
  while (history.length && new Blob([JSON.stringify({ question, history })]).size > BYTES) history.shift();
  return call("v1/ask", { question, history });
}
