/*
 * node client.mjs openapi.json client.ts: a program that makes every request of the document with a typed client, each
 * example as a literal, and holds every example against its type. It is for the compiler to judge.
 */
import {readFileSync, writeFileSync} from "node:fs";

const [source, target] = process.argv.slice(2);
const doc = JSON.parse(readFileSync(source));
const METHODS = ["get", "post", "put", "patch", "delete"];
const text = (value) => JSON.stringify(value, null, 2);
const examplesOf = (media) => [...Object.values(media.examples ?? {}).map((e) => e.value), ...("example" in media ? [media.example] : [])];

function resolve(thing) {
  while (thing?.$ref)
    thing = thing.$ref.slice(2).split("/").reduce((at, key) => at[key.replace(/~1/g, "/").replace(/~0/g, "~")], doc);
  return thing;
}

/* Examples as constants too: a client's own function does not mind properties it does not know, an assignment does. */
function constants(kind, where, content) {
  return Object.entries(content ?? {}).flatMap(([type, media]) => examplesOf(media).map((value) =>
    `export const ${kind}${++n}: ${where}["content"][${text(type)}] = ${text(value)};`));
}

/* A value for a parameter: its example, or something of its type. */
function valueOf(parameter) {
  const schema = resolve(parameter.schema);

  return parameter.example ?? schema.default ?? schema.enum?.[0] ?? (schema.type === "integer" ? 1 : "x");
}

function parametersText(parameters) {
  const at = (place) => Object.fromEntries(parameters.filter((p) => p.in === place).map((p) => [p.name, valueOf(p)]));
  const places = ["path", "query", "header"].filter((place) => parameters.some((p) => p.in === place));

  return places.length ? `params: {${places.map((place) => `${place}: ${text(at(place))}`).join(", ")}},` : "";
}

function requestLines(method, path, operation, parameters) {
  const content = resolve(operation.requestBody)?.content ?? {};
  const call = (more) => `  await client.${method.toUpperCase()}(${text(path)}, {${parametersText(parameters)} ${more}});`;
  const bodies = Object.entries(content).flatMap(([type, media]) => examplesOf(media).map((value) => type === "application/json" ?
    call(`body: ${text(value)}`) :
    call(`body: ${text(value)} as never, bodySerializer: (b: unknown) => String(b), headers: {"Content-Type": ${text(type)}}`)));

  /* Sound and forms have no example; a client sends them as they are. */
  return bodies.length ? bodies : [call(Object.keys(content).length ? `body: "" as never, bodySerializer: (b: unknown) => String(b)` : "")];
}

function exampleLines(method, path, operation) {
  const at = `paths[${text(path)}][${text(method)}]`;

  return [
    ...constants("body", `NonNullable<${at}["requestBody"]>`, resolve(operation.requestBody)?.content),
    ...Object.entries(operation.responses).flatMap(([status, response]) =>
      constants("answer", `${at}["responses"][${status}]`, resolve(response).content)),
  ];
}

let n = 0;
const requests = [], examples = [];

for (const [path, item] of Object.entries(doc.paths))
  for (const method of METHODS.filter((m) => item[m])) {
    const parameters = [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map(resolve);

    requests.push(...requestLines(method, path, item[method], parameters));
    examples.push(...exampleLines(method, path, item[method]));
  }

writeFileSync(target, `import createClient from "openapi-fetch";
import type {paths} from "./api.js";

const client = createClient<paths>({baseUrl: "http://127.0.0.1", headers: {Authorization: "Bearer x"}});

export async function all() {
${requests.join("\n")}
}

${examples.join("\n")}
`);
console.log(`${requests.length} requests, ${examples.length} examples`);
