// The baseline: the same three endpoints as an ordinary Node service would have them.
// Fastify with response schemas, better-sqlite3 with prepared statements, WAL and synchronous=FULL.
//
//   node server.mjs DATABASE      creates the data, prints "ready PORT KEY CAMPAIGN", serves until SIGTERM

import { createHash } from "node:crypto";
import Fastify from "fastify";
import Database from "better-sqlite3";

const WORKSPACES = 50;
const CAMPAIGNS = 10_000;
const KEYS = 10_000;

const db = new Database(process.argv[2]);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  CREATE TABLE api_key (hash TEXT PRIMARY KEY, workspace INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE campaign (workspace INTEGER, id INTEGER, title TEXT, status TEXT, purpose TEXT, timezone TEXT,
    site INTEGER, call_type TEXT, script TEXT, call_time TEXT, start_utc TEXT, follow_ups TEXT, opening TEXT,
    closing TEXT, assessment TEXT, created TEXT, updated TEXT, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
  CREATE TABLE talent (workspace INTEGER, id INTEGER, email TEXT, folded TEXT, first TEXT, last TEXT, phone TEXT,
    PRIMARY KEY (workspace, id)) WITHOUT ROWID;
  CREATE UNIQUE INDEX talent_email ON talent (workspace, folded);
  CREATE TABLE lead (workspace INTEGER, campaign INTEGER, talent INTEGER, phone TEXT, first TEXT, last TEXT, status INTEGER,
    added TEXT, search TEXT, PRIMARY KEY (workspace, campaign, talent)) WITHOUT ROWID;
  CREATE UNIQUE INDEX lead_phone ON lead (workspace, campaign, phone) WHERE phone <> '';
  CREATE TABLE due (workspace INTEGER, at INTEGER, campaign INTEGER, talent INTEGER,
    PRIMARY KEY (workspace, campaign, talent)) WITHOUT ROWID;
  CREATE INDEX due_at ON due (at);
  CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
  INSERT INTO counter VALUES ('talent', 0);
`);

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const key = (n) => `sk_test_${String(n).padStart(22, "0")}`;
const assessment = {
  assessmentTestId: "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
  assessmentName: "Technical screen",
  jobTitle: "Senior Engineer",
  autoAddInvitedCandidates: false,
  assessmentReminderSmsTemplate: "Reminder: complete your assessment.",
  assessmentPostCallSmsTemplate: "Thanks for taking the call.",
  assessmentFirstReminderDelayHours: 24,
};

db.transaction(() => {
  const addKey = db.prepare("INSERT INTO api_key VALUES (?, ?)");
  for (let n = 0; n < KEYS; n++) addKey.run(sha256(key(n)), (n % WORKSPACES) + 1);
  const add = db.prepare(`INSERT INTO campaign VALUES (?, ?, ?, 'RUNNING', 'ASSESSMENT_REMINDER', 'America/New_York', 1,
    'IVR', '', 'Apr 15, 2025 10:00 AM', '2025-04-15T14:00:00.000Z', ?, ?, ?, ?, ?, ?)`);
  for (let n = 1; n <= CAMPAIGNS; n++) {
    add.run((n % WORKSPACES) + 1, n, `Assessment reminders ${n}`,
      JSON.stringify([{ time: "2025-04-16T14:00:00.000Z", delayDays: 1 }]),
      "Hi, this is a reminder from Acme about your assessment.", "Thank you. Goodbye.", JSON.stringify(assessment),
      "2025-04-01T12:00:00.000Z", "2025-04-10T09:30:00.000Z");
  }
})();

const find = {
  workspace: db.prepare("SELECT workspace FROM api_key WHERE hash = ?").pluck(),
  campaign: db.prepare("SELECT * FROM campaign WHERE workspace = ? AND id = ?"),
  page: db.prepare("SELECT * FROM campaign WHERE workspace = ? ORDER BY id DESC LIMIT ? OFFSET ?"),
  total: db.prepare("SELECT count(*) FROM campaign WHERE workspace = ?").pluck(),
  talent: db.prepare("SELECT id FROM talent WHERE workspace = ? AND folded = ?").pluck(),
};
const put = {
  ids: db.prepare("UPDATE counter SET n = n + ? WHERE name = 'talent' RETURNING n").pluck(),
  talent: db.prepare("INSERT INTO talent VALUES (?, ?, ?, ?, ?, ?, ?)"),
  lead: db.prepare("INSERT INTO lead VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT DO NOTHING"),
  due: db.prepare("INSERT INTO due VALUES (?, ?, ?, ?)"),
};

function summary(row) {
  const a = JSON.parse(row.assessment);
  return {
    id: row.id, title: row.title, status: row.status, purposeType: row.purpose, timezone: row.timezone,
    companySiteId: row.site, accessLevel: "COMPANY", createdAt: row.created, updatedAt: row.updated,
    callSettings: { callType: row.call_type }, assessment: a,
  };
}

function detail(row) {
  return {
    id: row.id, title: row.title, status: row.status, purposeType: row.purpose, timezone: row.timezone,
    companySiteId: row.site, createdAt: row.created, updatedAt: row.updated,
    callSettings: { callType: row.call_type, aiCallScript: row.script },
    schedule: {
      callTimeDisplay: row.call_time,
      callSchedule: { timeBasis: "UTC", startTimeLocal: null, startTimeUtc: row.start_utc },
      followUpRetries: JSON.parse(row.follow_ups),
    },
    messages: { openingMessage: row.opening, closingMessage: row.closing },
    assessment: JSON.parse(row.assessment),
  };
}

// One lead or ten thousand: one transaction, one look at the counter.
const addLeads = db.transaction((workspace, campaign, leads) => {
  let added = 0, next = put.ids.get(leads.length) - leads.length + 1;
  const now = new Date(), at = now.getTime(), text = now.toISOString();
  for (const l of leads) {
    const folded = l.email.toLowerCase();
    let id = find.talent.get(workspace, folded);
    if (id === undefined) {
      id = next++;
      put.talent.run(workspace, id, l.email, folded, l.firstName, l.lastName, l.phoneNumber);
    }
    const search = `${l.firstName}\u001f${l.lastName}\u001f${l.email}`.toLowerCase();
    if (put.lead.run(workspace, campaign, id, l.phoneNumber, l.firstName, l.lastName, text, search).changes) {
      put.due.run(workspace, at, campaign, id);
      added++;
    }
  }
  return { added, skipped: leads.length - added };
});

// Response schemas, so that Fastify writes JSON with compiled code: its own advice for speed.
const text = { type: "string" }, number = { type: "integer" };
const object = (properties) => ({ type: "object", properties });
const array = (items) => ({ type: "array", items });
const assessmentSchema = object({
  assessmentTestId: text, assessmentName: text, jobTitle: text, autoAddInvitedCandidates: { type: "boolean" },
  assessmentReminderSmsTemplate: text, assessmentPostCallSmsTemplate: text,
  assessmentFirstReminderDelayHours: { type: "number" },
});
const { assessmentReminderSmsTemplate, assessmentPostCallSmsTemplate, ...listed } = assessmentSchema.properties;
const core = { id: number, title: text, status: text, purposeType: text, timezone: text, companySiteId: number };
const detailSchema = object({
  campaign: object({
    ...core, createdAt: text, updatedAt: text,
    callSettings: object({ callType: text, aiCallScript: text }),
    schedule: object({
      callTimeDisplay: text,
      callSchedule: object({ timeBasis: text, startTimeLocal: { type: ["string", "null"] }, startTimeUtc: text }),
      followUpRetries: array(object({ time: text, delayDays: number })),
    }),
    messages: object({ openingMessage: text, closingMessage: text }),
    assessment: assessmentSchema,
  }),
});
const listSchema = object({
  campaigns: array(object({
    ...core, accessLevel: text, createdAt: text, updatedAt: text, callSettings: object({ callType: text }),
    assessment: object(listed),
  })),
  pagination: object({ page: number, limit: number, total: number, totalPages: number }),
});
const leadsBody = {
  type: "object", required: ["leads"], additionalProperties: false,
  properties: {
    leads: {
      type: "array", minItems: 1, items: {
        type: "object", required: ["email"], additionalProperties: false,
        properties: {
          email: { type: "string", format: "email" }, firstName: { type: "string", default: "" },
          lastName: { type: "string", default: "" }, phoneNumber: { type: "string", default: "" },
          linkedin: { type: "string", default: "" },
        },
      },
    },
  },
};

const failure = (code, type, message) => ({ error: { code, type, message, details: {} } });
const app = Fastify({ logger: false });

app.addHook("onRequest", async (request, reply) => {
  const found = /^Bearer (sk_(?:live|test)_[0-9A-Za-z]{22})$/.exec(request.headers.authorization ?? "");
  const workspace = found && find.workspace.get(sha256(found[1]));
  if (!workspace) return reply.code(401).send(failure("UNAUTHORIZED", "authentication_error", "Invalid API key."));
  request.workspace = workspace;
});

app.get("/v1/partner/campaigns/:id", { schema: { response: { 200: detailSchema } } }, (request, reply) => {
  const row = find.campaign.get(request.workspace, Number(request.params.id));
  if (!row) return reply.code(404).send(failure("NOT_FOUND", "not_found_error", "Campaign not found."));
  reply.send({ campaign: detail(row) });
});

app.get("/v1/partner/campaigns", { schema: { response: { 200: listSchema } } }, (request, reply) => {
  const page = Number(request.query.page ?? 1), limit = Number(request.query.limit ?? 20);
  const total = find.total.get(request.workspace);
  const rows = find.page.all(request.workspace, limit, (page - 1) * limit);
  reply.send({ campaigns: rows.map(summary), pagination: { page, limit, total, totalPages: Math.ceil(total / limit) } });
});

app.post("/v1/partner/campaigns/:id/leads", { schema: { body: leadsBody }, bodyLimit: 16 << 20 }, (request, reply) => {
  const id = Number(request.params.id);
  if (!find.campaign.get(request.workspace, id))
    return reply.code(404).send(failure("NOT_FOUND", "not_found_error", "Campaign not found."));
  reply.send(addLeads(request.workspace, id, request.body.leads));
});

await app.listen({ host: "127.0.0.1", port: 0 });
// Key number 1 and campaign 1 are both of workspace 2.
console.log(`ready ${app.server.address().port} ${key(1)} 1`);
process.on("SIGTERM", () => process.exit(0));
