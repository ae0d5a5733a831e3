/*
 * From an OpenAPI document to what the page shows. Pure: no document, no network. A node is {tag, attrs, children};
 * viewer.js makes elements of them. Texts stay texts all the way, so nothing in the document can become markup.
 */

const METHODS = ["get", "post", "put", "patch", "delete"];

export function h(tag, attrs = {}, ...children) {
  return {tag, attrs, children: children.flat(9).filter((c) => c !== null && c !== undefined && c !== false && c !== "")};
}

/* All the text in a node. */
export function textOf(node) {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}

/* ---- the document ---- */

/* What a {$ref} stands for, or the thing itself. */
export function resolve(doc, thing) {
  for (let i = 0; thing && thing.$ref && i < 16; i++)
    thing = thing.$ref.slice(2).split("/").reduce((at, key) => at?.[key.replace(/~1/g, "/").replace(/~0/g, "~")], doc);
  return thing;
}

export function operations(doc) {
  const all = [];

  for (const [path, item] of Object.entries(doc.paths))
    for (const method of METHODS.filter((m) => item[m])) {
      const o = item[method];
      const parameters = [...(item.parameters ?? []), ...(o.parameters ?? [])].map((p) => resolve(doc, p));
      const op = {
        id: o.operationId, method, path, tag: o.tags[0], summary: o.summary, description: o.description, parameters,
        body: resolve(doc, o.requestBody), secured: (o.security ?? doc.security ?? []).length > 0,
        responses: Object.entries(o.responses).map(([status, r]) => ({status, ...resolve(doc, r)})),
        samples: o["x-codeSamples"] ?? [],
      };

      op.search = [method, path, op.summary, op.tag, op.id].join(" ").toLowerCase();
      all.push(op);
    }
  return all;
}

/* Whether every word of the query stands somewhere in the operation's method, path, summary, group or name. */
export function matches(op, query) {
  return query.toLowerCase().split(/\s+/).filter(Boolean).every((word) => op.search.includes(word));
}

/* ---- prose: paragraphs, numbered lists, **bold** and `code` ---- */

function spans(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) =>
    part.startsWith("`") ? h("code", {}, part.slice(1, -1)) :
    part.startsWith("**") ? h("strong", {}, part.slice(2, -2)) : part);
}

export function prose(text) {
  if (!text)
    return [];
  return text.trim().split(/\n\s*\n/).map((block) =>
    /^1\. /.test(block) ?
      h("ol", {}, block.split(/\n(?=\d+\. )/).map((item) => h("li", {}, spans(item.replace(/^\d+\. /, "").replace(/\s+/g, " "))))) :
      h("p", {}, spans(block.replace(/\s+/g, " "))));
}

/* ---- schemas ---- */

const nameOf = (schema) => schema.$ref?.split("/").pop();
const variants = (schema) => schema.oneOf ?? (schema.anyOf?.some((s) => s.type || s.$ref || s.enum) ? schema.anyOf : undefined);

/* "string", "integer or null", "array of Lead", "one of IVR, AICall" … */
export function typeText(doc, schema) {
  const s = resolve(doc, schema) ?? {};
  const several = variants(s);

  if (several)
    return [...new Set(several.map((v) => typeText(doc, v)))].join(" or ");
  if (s.const !== undefined)
    return JSON.stringify(s.const);
  if (s.enum)
    return s.enum.map((v) => v === null ? "null" : String(v)).join(" | ");
  if (s.type === "array")
    return `array of ${nameOf(s.items ?? {}) && resolve(doc, s.items).type === "object" ? nameOf(s.items) : typeText(doc, s.items)}`;
  return [s.type ?? "anything"].flat().join(" or ") + (s.format && s.format !== "int64" ? ` (${s.format})` : "");
}

/* "1 to 500 characters", "0 to 168", "at most 32", "default 20" */
export function limitsText(schema) {
  const range = (least, most, unit) =>
    least === undefined && most === undefined ? [] :
    [most === undefined ? `${unit ? "at least " : "from "}${least}${unit}` : least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
  const said = [
    ...range(schema.minimum, schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum, ""),
    ...range(schema.minLength === 1 && !schema.maxLength ? undefined : schema.minLength, schema.maxLength, " characters"),
    ...range(schema.minItems, schema.maxItems, " items"),
  ];

  if (schema.minLength === 1 && !schema.maxLength)
    said.push("not empty");
  if (schema.pattern)
    said.push(schema.pattern);
  if (schema.default !== undefined)
    said.push(`default ${schema.default}`);
  return said.join(", ");
}

/* The objects inside a schema: its own, its items', its variants'. */
function inside(doc, schema) {
  const s = resolve(doc, schema) ?? {};

  if (s.type === "array" && s.items)
    return inside(doc, s.items);
  if (variants(s))
    return variants(s).flatMap((v) => inside(doc, v));
  return s.properties ? [s] : [];
}

function propertyNode(doc, name, schema, required, depth) {
  const s = resolve(doc, schema);
  const limits = limitsText(s);
  const example = s.examples?.length ? s.examples.map((e) => typeof e === "string" ? e : JSON.stringify(e)).join(", ") : "";

  return h("li", {},
    h("div", {class: "field"}, h("code", {class: "name"}, name), " ", h("span", {class: "type"}, typeText(doc, schema)),
      required && h("span", {class: "required"}, "required"), limits && h("span", {class: "limits"}, limits)),
    s.description && h("div", {class: "about"}, spans(s.description)),
    example && h("div", {class: "about"}, "For example ", h("code", {}, example)),
    inside(doc, schema).map((object) => fieldsNode(doc, object, depth + 1)));
}

function fieldsNode(doc, object, depth) {
  const list = h("ul", {class: "fields"}, Object.entries(object.properties).map(([name, schema]) =>
    propertyNode(doc, name, schema, object.required?.includes(name), depth)));

  return depth < 2 ? list : h("details", {}, h("summary", {}, `${Object.keys(object.properties).length} fields`), list);
}

export function schemaNode(doc, schema) {
  const objects = inside(doc, schema);
  const s = resolve(doc, schema) ?? {};

  if (!objects.length)
    return h("p", {class: "type"}, Object.keys(s).length > 1 || s.type !== "object" ? typeText(doc, schema) : "object");
  return h("div", {class: "schema"}, objects.map((object, i) => [
    i > 0 && h("p", {class: "or"}, "or"),
    s.type === "array" && h("p", {class: "type"}, typeText(doc, schema)),
    fieldsNode(doc, object, 0),
  ]));
}

/* ---- examples ---- */

export function examplesOf(media) {
  if (media.examples)
    return Object.entries(media.examples).map(([name, e]) => ({title: e.summary ?? name, value: e.value}));
  return media.example === undefined ? [] : [{title: "", value: media.example}];
}

export function exampleText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/* ---- curl ---- */

function queryText(op) {
  const said = op.parameters.filter((p) => p.in === "query" && (p.required || p.example !== undefined));

  return said.length ? "?" + said.map((p) => `${p.name}=${encodeURIComponent(p.example ?? "")}`).join("&") : "";
}

/* Inside '…' a shell takes all but the quote as it stands. */
const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;

function madeCurl(op, origin) {
  const path = op.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(op.parameters.find((p) => p.name === name)?.example ?? name));
  const lines = [`curl -s${op.method === "get" ? "" : ` -X ${op.method.toUpperCase()}`} "${origin}${path}${queryText(op)}"`];
  const [type, media] = Object.entries(op.body?.content ?? {})[0] ?? [];
  const example = media && examplesOf(media)[0];

  if (op.secured)
    lines.push(`-H "Authorization: Bearer $${op.path.startsWith("/v1/admin/") ? "ADMIN_KEY" : "CALLSHEET_KEY"}"`);
  if (example)
    lines.push(`-H "Content-Type: ${type}"`, `-d ${quoted(exampleText(example.value))}`);
  return lines.join(" \\\n  ");
}

/* The documented lines against this server, or one made of the examples. */
export function curls(op, origin) {
  if (!op.samples.length)
    return [{title: "", text: madeCurl(op, origin)}];
  return op.samples.map((s) => ({title: s.label ?? "", text: s.source.trim().replaceAll("http://127.0.0.1:8080", origin)}));
}

/* ---- the page ---- */

function codeNode(title, text) {
  return h("figure", {class: "code"},
    h("figcaption", {}, h("span", {}, title), h("button", {type: "button", class: "copy", "aria-label": `Copy: ${title}`}, "Copy")),
    h("pre", {tabindex: "0"}, h("code", {}, text)));
}

const methodNode = (op) => h("span", {class: `method ${op.method}`}, op.method.toUpperCase());

function pathNode(op) {
  return h("code", {class: "path"}, op.path.split(/(\{\w+\})/).map((part) =>
    part.startsWith("{") ? h("var", {}, part) : h("span", {}, part)));
}

function parametersNode(doc, op) {
  const places = [["path", "In the path"], ["query", "In the query"], ["header", "Headers"]];

  return places.map(([place, title]) => {
    const these = op.parameters.filter((p) => p.in === place);

    return these.length > 0 && h("section", {}, h("h4", {}, title), h("ul", {class: "fields"}, these.map((p) =>
      propertyNode(doc, p.name, {...resolve(doc, p.schema), description: p.description ?? resolve(doc, p.schema).description},
        p.required && place !== "path", 0))));
  });
}

function bodyNode(doc, op) {
  const media = Object.entries(op.body?.content ?? {});

  return media.length > 0 && h("section", {}, h("h4", {}, "Body", !op.body.required && h("span", {class: "limits"}, "optional")),
    op.body.description && prose(op.body.description),
    media.map(([type, m]) => h("div", {}, h("p", {class: "media"}, type), schemaNode(doc, m.schema))));
}

function responseNode(doc, r) {
  const good = r.status < 400;
  const headers = Object.entries(r.headers ?? {});

  return h("details", {class: good ? "response good" : "response bad", open: r.status < 300 ? "" : undefined},
    h("summary", {}, h("code", {class: "status"}, r.status), " ", h("span", {}, spans(r.description))),
    Object.entries(r.content ?? {}).map(([type, m]) => h("div", {}, h("p", {class: "media"}, type), schemaNode(doc, m.schema))),
    headers.length > 0 && h("details", {class: "headers"}, h("summary", {}, `${headers.length} headers`),
      h("ul", {class: "fields"}, headers.map(([name, header]) => {
        const to = resolve(doc, header);

        return propertyNode(doc, name, {...to.schema, description: to.description}, false, 0);
      }))));
}

function operationNode(doc, op, origin) {
  const named = (kind, type, e, many) => [kind, many && type, e.title].filter(Boolean).join(" · ");
  const requests = Object.entries(op.body?.content ?? {});
  const answers = op.responses.filter((r) => r.status < 300).flatMap((r) => Object.entries(r.content ?? {}).map(([type, m]) => [r.status, type, m]));

  return h("article", {id: op.id, "data-op": op.id, "aria-labelledby": `${op.id}-title`},
    h("div", {class: "told"},
      h("h3", {id: `${op.id}-title`}, h("a", {href: `#${op.id}`}, op.summary)),
      h("p", {class: "line"}, methodNode(op), " ", pathNode(op)),
      prose(op.description), parametersNode(doc, op), bodyNode(doc, op),
      h("section", {}, h("h4", {}, "Answers"), op.responses.map((r) => responseNode(doc, r)))),
    h("div", {class: "shown"},
      curls(op, origin).map((c) => codeNode(c.title ? `curl · ${c.title}` : "curl", c.text)),
      requests.flatMap(([type, m]) => examplesOf(m).map((e) => codeNode(named("Body", type, e, requests.length > 1), exampleText(e.value)))),
      answers.flatMap(([status, type, m]) => examplesOf(m).map((e) => codeNode(named(status, type, e, answers.length > 1), exampleText(e.value))))));
}

function groups(doc, ops) {
  return doc.tags.map((tag) => ({...tag, ops: ops.filter((op) => op.tag === tag.name)})).filter((g) => g.ops.length);
}

const anchor = (name) => "group-" + name.toLowerCase().replace(/\W+/g, "-");

export function navNodes(doc, ops) {
  return groups(doc, ops).map((g) => h("section", {"data-group": g.name},
    h("h2", {}, h("a", {href: `#${anchor(g.name)}`}, g.name)),
    h("ul", {}, g.ops.map((op) => h("li", {"data-op": op.id}, h("a", {href: `#${op.id}`}, methodNode(op), h("span", {}, op.summary)))))));
}

export function mainNodes(doc, ops, origin) {
  return [
    h("section", {class: "intro", "data-intro": ""}, h("h2", {}, doc.info.summary), prose(doc.info.description)),
    groups(doc, ops).map((g) => h("section", {class: "group", "data-group": g.name, id: anchor(g.name)},
      h("h2", {}, g.name), prose(g.description), g.ops.map((op) => operationNode(doc, op, origin)))),
  ].flat();
}
