// The page for developers: what /openapi.json says, as headings and tables, with a line for the shell.

import { make, the } from "./dom.js";

/** Text with its `code`. */
const prose = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
const named = (reference) => reference.slice(reference.lastIndexOf("/") + 1);
const anchor = (name) => `type-${name}`;

/** A type as text and links to the types in it. */
function type(schema) {
  if (!schema) return ["any"];
  if (schema.$ref) return [make("a", { href: `#${anchor(named(schema.$ref))}` }, named(schema.$ref))];
  if (schema.anyOf) return schema.anyOf.flatMap((one, index) => [index ? " or " : "", ...type(one)]);
  if (schema.prefixItems) return ["[", ...schema.prefixItems.flatMap((one, index) => [index ? ", " : "", ...type(one)]), "]"];
  if (schema.type === "array") return ["list of ", ...type(schema.items)];
  const choices = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  return [choices ? choices.map((value) => JSON.stringify(value)).join(" or ") : (schema.type ?? "any")];
}

const cell = (...children) => make("td", {}, ...children);

function table(columns, rows) {
  const head = make("thead", {}, make("tr", {}, columns.map((name) => make("th", { scope: "col" }, name))));
  return make("div", { class: "scrolled", tabindex: "0", role: "group", "aria-label": columns[0] }, make("table", {}, head, make("tbody", {}, rows)));
}

const limits = ({ minLength, maxLength, minimum, maximum, default: usual }) =>
  [
    minLength && `at least ${minLength} character`,
    maxLength && `at most ${maxLength} characters`,
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `to ${maximum}`,
    usual !== undefined && `default ${JSON.stringify(usual)}`,
  ]
    .filter(Boolean)
    .join(", ");

function fields({ properties = {}, required = [] }) {
  const rows = Object.entries(properties).map(([name, schema]) =>
    make("tr", {}, cell(make("code", {}, name)), cell(...type(schema)), cell([required.includes(name) ? "required" : "", limits(schema)].filter(Boolean).join("; "))),
  );
  return rows.length ? table(["Field", "Type", "Notes"], rows) : [];
}

function example(schema, api) {
  const { properties = {}, required = [] } = api.components.schemas[named(schema.$ref)] ?? {};
  const wanted = Object.entries(properties).filter(([name, { examples }]) => required.includes(name) || examples);
  return Object.fromEntries(wanted.map(([name, { examples, type: kind }]) => [name, examples?.[0] ?? (kind === "boolean" ? true : "…")]));
}

/** The same request in a shell. */
function shell(path, method, body, api) {
  const address = new URL(path.replace(/^\//, ""), location.href).href;
  const quoted = body ? ` --json '${JSON.stringify(example(body, api)).replaceAll("'", "'\\''")}'` : "";
  return make("pre", { tabindex: "0", role: "group", "aria-label": "In a shell" }, `curl -s '${address}'${method === "post" && !body ? " -X POST" : quoted}`);
}

function parameters(operation) {
  const rows = (operation.parameters ?? []).map((parameter) =>
    make("tr", {}, cell(make("code", {}, parameter.name)), cell(...type(parameter.schema)), cell(`in the ${parameter.in}${parameter.required ? "; required" : ""}`)),
  );
  return rows.length ? [make("h4", {}, "Parameters"), table(["Parameter", "Type", "Notes"], rows)] : [];
}

function responses(operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const content = Object.entries(response.content ?? {});
    const kinds = content.flatMap(([media, { schema }], index) => [index ? ", " : "", ...(schema && Object.keys(schema).length ? type(schema) : [media])]);
    return make("tr", {}, cell(make("code", {}, status)), cell(prose(response.description)), cell(...kinds));
  });
  return [make("details", {}, make("summary", {}, "Responses"), table(["Status", "Meaning", "Content"], rows))];
}

function operation(path, method, what, api) {
  const body = what.requestBody?.content?.["application/json"]?.schema;
  const name = `${method.toUpperCase()} ${path}`;
  const id = `${method}${path.replace(/[^a-z0-9]+/gi, "-")}`;
  the("contents").append(make("li", {}, make("a", { href: `#${id}` }, name)));
  const paragraphs = (what.description ?? "").split(/\n\n+/).filter(Boolean);
  return make(
    "section",
    { class: "operation", id },
    make("h3", {}, make("span", { class: "method" }, method.toUpperCase()), make("span", { class: "path" }, path)),
    paragraphs.map((text) => make("p", {}, prose(text))),
    parameters(what),
    body ? [make("h4", {}, "Body"), make("p", {}, ...type(body))] : [],
    shell(path, method, body, api),
    responses(what),
  );
}

async function start() {
  const api = await (await fetch("openapi.json")).json();
  document.title = `${api.info.title} ${api.info.version}: the API for developers`;
  the("summary").textContent = `${api.info.title} ${api.info.version}. ${api.info.summary}`;
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, what]) => operation(path, method, what, api)),
  );
  the("operations").replaceChildren(make("h2", {}, "Addresses"), ...operations);
  const types = Object.entries(api.components.schemas).map(([name, schema]) =>
    make("section", { class: "type", id: anchor(name) }, make("h3", {}, name), schema.description ? make("p", {}, prose(schema.description)) : [], fields(schema)),
  );
  the("types").replaceChildren(...types);
  if (location.hash) the(location.hash.slice(1))?.scrollIntoView();
}

start().catch(() => the("operations").replaceChildren(make("p", { role: "alert" }, "openapi.json cannot be read: is the server running?")));
