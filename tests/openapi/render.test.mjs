/* What the page shows, without a browser: openapi/viewer/render.js over the real document (its path in OPENAPI_JSON). */
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {readFileSync} from "node:fs";
import test from "node:test";

import * as r from "../../openapi/viewer/render.js";

const doc = JSON.parse(readFileSync(process.env.OPENAPI_JSON));
const ops = r.operations(doc);
const op = (id) => ops.find((o) => o.id === id);
const origin = "http://127.0.0.1:9";

function* walk(node) {
  if (typeof node === "string")
    return;
  yield node;
  for (const child of node.children)
    yield* walk(child);
}

const all = (nodes) => nodes.flatMap((n) => [...walk(n)]);

test("every operation is in the list and on the page, once, in its group", () => {
  const main = r.mainNodes(doc, ops, origin), nav = r.navNodes(doc, ops);
  const ids = ops.map((o) => o.id).sort();

  assert.ok(ids.length > 30);
  assert.deepEqual(all(main).filter((n) => n.tag === "article").map((n) => n.attrs.id).sort(), ids);
  assert.deepEqual(all(nav).filter((n) => n.tag === "li").map((n) => n.attrs["data-op"]).sort(), ids);
  assert.deepEqual(nav.map((n) => n.attrs["data-group"]), doc.tags.map((t) => t.name));
});

test("links lead to something on the page, and ids are given once", () => {
  const nodes = all([...r.mainNodes(doc, ops, origin), ...r.navNodes(doc, ops)]);
  const ids = nodes.map((n) => n.attrs.id).filter(Boolean);

  assert.equal(new Set(ids).size, ids.length);
  for (const n of nodes.filter((n) => n.tag === "a"))
    assert.ok(ids.includes(n.attrs.href.slice(1)), n.attrs.href);
});

test("parameters, bodies, answers and examples of an operation are shown", () => {
  const page = r.mainNodes(doc, ops, origin).flatMap((n) => [...walk(n)]);
  const text = (id) => r.textOf(page.find((n) => n.attrs.id === id));

  for (const word of ["In the path", "campaignId", "In the query", "search", "If-None-Match", "Interested | NotInterested | NoAnswer | Pending",
    "text/csv", "application/x-ndjson", "304", "401", "assessmentSubmitted", "RateLimit-Policy", '"leadId": 987654', "1 to 100, default 20"])
    assert.ok(text("listLeads").includes(word), word);
  for (const word of ["1 to 500 characters", "required", "integer or string", "jobDetails", "assessmentFirstReminderDelayHours",
    "At a moment in UTC", "Location", "201"])
    assert.ok(text("createCampaign").includes(word), word);
  assert.ok(text("addLeads").includes("or"));
});

test("types in words", () => {
  const type = (schema) => r.typeText(doc, schema);

  assert.equal(type({type: ["string", "null"], format: "date-time"}), "string or null (date-time)");
  assert.equal(type({$ref: "#/components/schemas/CallType"}), "IVR | AICall");
  assert.equal(type({type: "array", items: {$ref: "#/components/schemas/Lead"}}), "array of Lead");
  assert.equal(type({type: "array", items: {type: "string"}}), "array of string");
  assert.equal(type({const: "success"}), '"success"');
  assert.equal(type({oneOf: [{type: "string"}, {type: "integer"}]}), "string or integer");
  assert.equal(type({}), "anything");
});

test("limits in words", () => {
  assert.equal(r.limitsText({minLength: 1, maxLength: 500}), "1 to 500 characters");
  assert.equal(r.limitsText({minLength: 1}), "not empty");
  assert.equal(r.limitsText({minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 1}), "from 1, default 1");
  assert.equal(r.limitsText({maxItems: 32}), "at most 32 items");
  assert.equal(r.limitsText({minimum: 0}), "from 0");
  assert.equal(r.limitsText({}), "");
});

test("the filter wants every word, wherever it stands", () => {
  const found = (query) => ops.filter((o) => r.matches(o, query)).map((o) => o.id);

  assert.equal(found("").length, ops.length);
  assert.equal(found("   ").length, ops.length);
  assert.deepEqual(found("POST leads"), ["addLeads", "addLeadsWithConsent"]);
  assert.deepEqual(found("rotate"), ["rotateKey"]);
  assert.deepEqual(found("nothing like it"), []);
});

test("prose: paragraphs, lists, code, and markup that stays text", () => {
  const [p, ol] = r.prose("A **bold** word, `code`\nand <b>not</b> this.\n\n1. one\n   more\n2. two\n");

  assert.deepEqual([p.tag, ol.tag], ["p", "ol"]);
  assert.deepEqual(p.children.map((c) => c.tag ?? "text"), ["text", "strong", "text", "code", "text"]);
  assert.equal(r.textOf(p), "A bold word, code and <b>not</b> this.");
  assert.deepEqual(ol.children.map(r.textOf), ["one more", "two"]);
  assert.deepEqual(r.prose(undefined), []);
});

test("curl lines: documented ones against this server, made ones for the rest", () => {
  const [create] = r.curls(op("createCampaign"), origin);

  assert.ok(create.text.startsWith(`curl -s -X POST "${origin}/v1/partner/campaigns" \\\n  -H "Authorization: Bearer $CALLSHEET_KEY"`));
  assert.equal(r.curls(op("health"), origin)[0].text, `curl -s "${origin}/healthz"`);
  assert.equal(r.curls(op("disableUser"), origin)[0].text,
    `curl -s -X POST "${origin}/v1/admin/users/1/disable" \\\n  -H "Authorization: Bearer $ADMIN_KEY"`);
  assert.ok(r.curls(op("removeNumber"), origin)[0].text.includes("/v1/admin/numbers/%2B13125550142"));
});

test("every curl line is what a shell takes for its method, address and body", () => {
  for (const o of ops)
    for (const {text} of r.curls(o, origin)) {
      const said = execFileSync("bash", ["-c", `curl() { printf '%s\\0' "$@"; }; ${text}`], {env: {CALLSHEET_KEY: "K", ADMIN_KEY: "A"}});
      const words = said.toString().split("\0").slice(0, -1);
      const method = words.includes("-X") ? words[words.indexOf("-X") + 1] : "GET";
      const url = new URL(words.find((w) => w.startsWith(origin)));

      assert.equal(method, o.method.toUpperCase(), text);
      assert.match(url.pathname, new RegExp(`^${o.path.replace(/\{\w+\}/g, "[^/]+").replace(/\./g, "\\.")}$`), text);
      if (words.includes("-d"))
        assert.equal(typeof JSON.parse(words[words.indexOf("-d") + 1]), "object", text);
      assert.equal(words.some((w) => w.startsWith("Authorization: Bearer ")), o.secured, text);
    }
});
