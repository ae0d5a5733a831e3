"""The route table, and what a test needs to walk all of it: objects for the ids in its paths, bodies its rules take.

A new route makes the tests that walk it fail until its ids and its body are here.
"""

import functools
import http.client
import io
import itertools
import json
import math
import re
import sqlite3
import struct
import subprocess
import wave
from urllib.parse import quote, urlsplit

from lib.campaign import FAR_FUTURE, a_campaign
from lib.server import KEYS, binary

VARIABLE = re.compile(r"[:*@]([A-Za-z]+)")
_count = itertools.count(100)


class Route:
    def __init__(self, row):
        self.method, self.path, self.scope = row["method"], row["path"], row["scope"]
        self.ids = VARIABLE.findall(self.path)

    def __repr__(self):
        return f"{self.method} {self.path}"

    def fill(self, ids):
        """The path with these ids; what is no number is escaped unless it is bytes of a path already."""
        return VARIABLE.sub(lambda m: quote(str(ids[m[1]]), safe="@+%./-"), self.path)


@functools.cache
def table():
    out = subprocess.run([binary(), "routes", "--json"], capture_output=True, check=True, timeout=60).stdout
    return [Route(row) for row in json.loads(out)["routes"]]


def named(route):
    return str(route)


class Company:
    """A company on a server, seen with one workspace's keys; quacks like a Server for lib.campaign."""

    def __init__(self, server, ids, mode="test"):
        self.server, self.ids, self.mode = server, ids, mode

    def live(self):
        return Company(self.server, self.ids, "live")

    def key(self, scope="partner"):
        name = {("partner", "test"): "test", ("partner", "live"): "live", ("admin", "test"): "admin",
                ("admin", "live"): "adminLive"}[scope, self.mode]
        return self.ids[KEYS[name]]

    def ok(self, method, path, json=None, **more):
        scope = "admin" if path.startswith("/v1/admin") else "partner"
        return self.server.ok(method, path, json, **{"key": self.key(scope)} | more)


def second_company(server, name="Rival Ltd", number="+442079460123"):
    return Company(server, json.loads(server.command("companies", "add", name, "--country", "US", "--number", number,
                                                     "--json").stdout))


# ---- objects ----

@functools.cache
def a_recording():
    """Half a second of a tone, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as w:
        w.setparams((1, 2, 8000, 0, "NONE", ""))
        w.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(i * 0.35))) for i in range(4000)))
    return file.getvalue()


def unseen(company, n):
    """An attempt whose end nobody saw, straight into the ledger: to make one, a server would have to be killed."""
    campaign = make(company, "campaignId", {})
    lead = make(company, "leadId", {"campaignId": campaign})
    db = sqlite3.connect(company.server.data / "callsheet.db", timeout=30)
    try:
        workspace, = db.execute("SELECT workspace_id FROM campaign WHERE campaign_id = ?", (campaign,)).fetchone()
        row = {"workspace_id": workspace, "attempt_id": 10_000_000 + n, "campaign_id": campaign, "talent_id": lead,
               "attempt_no": 1, "attempt_state": 7, "outcome": 12, "number": f"+1312558{n:04}"}
        columns = db.execute("PRAGMA table_info(attempt)").fetchall()
        values = {name: row.get(name, default if default is not None else None if not needed else 0 if kind == "INTEGER" else "")
                  for _, name, kind, needed, default, _ in columns}
        db.execute(f"INSERT INTO attempt ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values()))
        db.commit()
    finally:
        db.close()
    return row["attempt_id"]


def make(company, name, ids, route=None):
    """A fresh object for the id of this name in a path; `ids` has those left of it."""
    n = next(_count)
    number = f"+1312556{n:04}"
    match name:
        case "campaignId":
            return company.ok("POST", "/campaigns", a_campaign(company, callStartTimeUtc=FAR_FUTURE))["campaign"]["id"]
        case "leadId":
            campaign = ids["campaignId"]
            company.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": f"p{n}@ids.example.com"}]})
            return company.ok("GET", f"/campaigns/{campaign}/leads?search=p{n}@ids")["leads"][0]["leadId"]
        case "userId":
            user = company.ok("POST", "/v1/admin/users", {"email": f"u{n}@ids.example.com"})["userId"]
            if "siteId" in ids:
                company.ok("PUT", f"/v1/admin/sites/{ids['siteId']}/users/{user}", {})
            return user
        case "siteId":
            return company.ok("POST", "/v1/admin/sites", {"name": f"Site {n}"})["companySiteId"]
        case "keyId":
            return company.ok("POST", "/v1/admin/keys", {})["keyId"]
        case "number":
            return company.ok("POST", "/v1/admin/numbers", {"number": number})["number"]
        case "endpointId":
            there = company.ok("GET", "/v1/admin/webhook-endpoints")["endpoints"]  # a workspace may have 20
            if len(there) >= 15:
                return there[0]["endpointId"]
            return company.ok("POST", "/v1/admin/webhook-endpoints",
                              {"url": f"https://example.com/{n}", "events": ["webhook.test"]})["endpointId"]
        case "attemptId":
            return unseen(company, n)
        case "name":  # of a prompt; below /v1/admin it is of a recording
            if route and route.path.startswith("/v1/admin") and route.method != "PUT":
                put = company.server.api("PUT", f"/v1/admin/campaigns/{ids['campaignId']}/prompts/opening.wav", data=a_recording(),
                                         headers={"Content-Type": "audio/wav"}, key=company.key("admin"))
                assert put.status_code in (200, 201), put.text
            return "opening.wav"
        case "senderId":
            there = company.ok("GET", "/v1/admin/assessment-senders")["senders"]  # a workspace may have 50
            if len(there) >= 40:
                return there[0]["senderId"]
            return company.ok("POST", "/v1/admin/assessment-senders", {})["senderId"]
        case "assessmentTestId":
            return f"test{n}"
        case "workspaceId":
            return company.ok("GET", "/v1/admin/workspaces")["workspaces"][0]["workspaceId"]
        case "target" if route and "people" in route.path:
            campaign = make(company, "campaignId", {})
            company.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": f"t{n}@ids.example.com"}]})
            return f"t{n}@ids.example.com"
        case "target":
            return company.ok("POST", "/v1/admin/suppressions", {"target": number})["target"]
    raise AssertionError(f"nothing here makes a {name}")


def make_all(company, route):
    ids = {}
    for name in route.ids:
        ids[name] = make(company, name, ids, route)
    return ids


# ---- bodies ----

def body_of(company, route):
    """One that the route takes; None where there is none."""
    n = next(_count)
    number = f"+1312557{n:04}"
    match route.method, route.path:
        case "POST", "/v1/partner/campaigns":
            return a_campaign(company, callStartTimeUtc=FAR_FUTURE)
        case "PATCH", "/v1/partner/campaigns/:campaignId":
            return {"title": f"Changed {n}"}
        case "POST", "/v1/partner/campaigns/:campaignId/leads" | "/v1/admin/campaigns/:campaignId/leads":
            return {"leads": [{"email": f"b{n}@bodies.example.com"}]}
        case "POST", "/v1/admin/users":
            return {"email": f"b{n}@bodies.example.com"}
        case "POST", "/v1/admin/sites":
            return {"name": f"Site {n}"}
        case "PATCH", "/v1/admin/sites/:siteId":
            return {"name": f"Changed {n}"}
        case "POST", "/v1/admin/numbers":
            return {"number": number}
        case "PATCH", "/v1/admin/numbers/*number":
            return {"verifiedBy": "Zoe"}
        case "POST", "/v1/admin/suppressions":
            return {"target": number}
        case "POST", "/v1/admin/assessments/@assessmentTestId/events":
            return {"eventId": f"e{n}", "type": "invited", "occurredAt": FAR_FUTURE,
                    "candidate": {"email": f"b{n}@bodies.example.com"}}
        case "POST", "/v1/admin/suppressions/import":
            return {"entries": [number]}
        case "POST", "/v1/admin/consents":
            return {"target": make(company, "target", {}, Route({"method": "GET", "path": "/v1/admin/people/*target", "scope": "admin"})),
                    "source": "form", "wording": "You may call me."}
        case "POST", "/v1/admin/webhook-endpoints":
            return {"url": f"https://example.com/{n}", "events": ["webhook.test"]}
        case "POST", "/v1/admin/webhook-endpoints/trigger":
            return {"type": "call.completed"}
        case "POST", "/v1/admin/webhook-endpoints/:endpointId/replay":
            return {"after": 9007199254740991}
        case "PUT", "/v1/admin/campaigns/:campaignId/prompts/*name":
            return a_recording()
        case "POST", "/v1/admin/attempts/:attemptId/resolve":
            return {"outcome": "no_answer"}
        case "POST", "/v1/admin/attempts/resolve-all":
            return {"outcome": "unknown"}
        case "POST", "/v1/admin/test-clock":
            return {"advance": "1s"}
        case "PATCH", "/v1/admin/workspaces/:workspaceId":
            return {"settings": {"calls_per_day": n}}
        case "POST", "/v1/admin/campaigns/:campaignId/voicemail":
            return {"voicemail": "leave"}
        case ("POST" | "PATCH" | "PUT"), _:
            return {}
    return None


def takes_body(route):
    """JSON; a recording is taken as it is, and so are the forms of a provider of texts."""
    return route.method in ("POST", "PATCH", "PUT") and route.scope != "none" and "/prompts/" not in route.path


# ---- requests, byte by byte ----

class Answer:
    """`said` is all of it that may be compared: without the date, and without the request's own id."""

    def __init__(self, reply):
        self.status, self.body = reply.status, reply.read()
        self.headers = reply.getheaders()
        self.said = (self.status, [h for h in self.headers if h[0] not in ("Date", "X-Request-Id")], self.body)

    def header(self, name):
        return dict((k.lower(), v) for k, v in self.headers).get(name.lower())


def ask(company, route, ids, body=None, key=None, path=None, headers=None):
    """The request as it stands, on a connection of its own; `path` replaces the route's."""
    where = urlsplit(company.server.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
    headers = {"Authorization": "Bearer " + (key or company.key(route.scope if route.scope == "admin" else "partner"))} | (headers or {})
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        kind = "audio/wav" if data.startswith(b"RIFF") else "application/json"
        headers = {"Content-Type": kind} | headers
    try:
        connection.request(route.method, path or route.fill(ids), data, headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()
