"""Properties: what is not in the contract is refused on the way in and never seen on the way out."""

import json
import re

import pytest

from lib import routes
from lib.answers import refused
from lib.campaign import a_campaign, list_leads, make_campaign
from lib.contract import operation_of
from lib.ledger import rows
from lib.routes import Company, ask, body_of, make_all, takes_body
from lib.server import KEYS, Server

WITH_BODY = [r for r in routes.table() if takes_body(r)]
# What our database and our code call things, and what people try. The columns of the database come on top.
INTERNAL = ["id", "_id", "flowId", "companyId", "company", "workspaceId", "workspace", "live", "isLive", "mode", "userId", "keyId",
            "key", "apiKey", "keyHash", "scope", "role", "admin", "isAdmin", "createdAt", "updatedAt", "createdBy", "version",
            "leadId", "talentId", "status", "flowStatus", "state", "leadState", "dueState", "attemptState", "attempts",
            "attemptNo", "attemptId", "outcome", "callSid", "callId", "recordingUrl", "transcript", "fence", "lease", "node",
            "epoch", "slot", "nextDueAt", "dueAt", "trunk", "trunkId", "verified", "verifiedAt", "verifiedBy", "active",
            "deleted", "deletedAt", "addedAt", "phone", "accessLevel", "password", "total", "progress", "constructor",
            "__proto__", "prototype", "toString", "$where", "$set", "", " ", "title ", "Title", "TITLE", "ti\ttle", "email\u200b"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("properties"), {"api.rate_limit": 0}, number="+13125550100").start()
    yield Company(server, server.ids)
    server.stop()


def camel(name):
    return re.sub("_(.)", lambda m: m[1].upper(), name)


def columns(server):
    """Every column there is, as it is and as JSON would call it."""
    tables = [r["name"] for r in rows(server, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    names = {c["name"] for t in tables for c in rows(server, f"SELECT name FROM pragma_table_info('{t}')")}
    return sorted(names | {camel(n) for n in names})


def unknown(server, route):
    """The names its contract does not have, eighty at a time: an answer lists a hundred faults."""
    known = operation_of(route).body_names() | set(route.ids)
    names = [n for n in dict.fromkeys(INTERNAL + columns(server)) if n not in known]
    return [names[i:i + 80] for i in range(0, len(names), 80)]


@pytest.mark.parametrize("route", WITH_BODY, ids=routes.named)
def test_internal_names_are_refused(house, route):
    """Beside a body that would do; each name is told, and nothing has changed."""
    ids, body = make_all(house, route), body_of(house, route)
    before = state(house.server)
    for names in unknown(house.server, route):
        answer = ask(house, route, ids, {n: 1 for n in names} | body)
        assert answer.status == 400, answer.body
        assert json.loads(answer.body)["error"]["details"] == {n or "body": f'"{n}" is not allowed' for n in names}
    for name in route.ids:  # what the path says already
        answer = ask(house, route, ids, body | {name: 1})
        assert json.loads(answer.body)["error"]["details"] == {name: f'"{name}" is not allowed'}
    assert state(house.server) == before


def state(server):
    tables = ("campaign", "lead", "talent", "user", "site", "caller_number", "api_key", "suppression", "due")
    there = {r["name"] for r in rows(server, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {t: rows(server, f"SELECT * FROM {t}") for t in tables if t in there}


@pytest.mark.parametrize("name", INTERNAL)
def test_nor_within_a_lead(house, name):
    campaign = make_campaign(house)
    lead = {"email": "inner@properties.example.com", name: "x"}
    reply = house.server.api("POST", f"/campaigns/{campaign}/leads", {"leads": [lead]}, key=house.key())
    assert refused(reply, 400)["details"] == {f"leads.0.{name}": f'"{name}" is not allowed'}
    assert list_leads(house, campaign) == []


def test_job_details_are_open_and_keep_nothing_of_ours(house):
    """Other keys are ignored there, and never come back."""
    canary = "canary-7f3a"
    body = a_campaign(house, jobDetails={"jobTitle": "Picker"} | {name: canary for name in INTERNAL if name != "jobTitle"})
    made = house.ok("POST", "/campaigns", body)
    assert canary not in json.dumps(made)
    assert canary not in json.dumps(house.ok("GET", f"/campaigns/{made['campaign']['id']}"))
    assert canary not in json.dumps(house.ok("GET", "/campaigns?limit=100"))


# ---- secrets ----

def secrets(server):
    """What must never be seen over HTTP: hashes, whole keys, a trunk's password."""
    found = [r["key_hash"] for r in rows(server, "SELECT key_hash FROM api_key")]
    return found + [server.ids[k] for k in KEYS.values()] + ["trunk-canary-91c2", "trunk-user-canary"]


def test_secrets_never_appear(house, tmp_path):
    """Every route, answered well and refused, with every header; after a trunk with a password was added."""
    server = house.server
    (tmp_path / "password").write_text("trunk-canary-91c2")
    server.command("trunks", "add", "--name", "secret", "--address", "127.0.0.1:9", "--user", "trunk-user-canary",
                   "--password-file", str(tmp_path / "password"))
    kept = [s.encode() for s in secrets(server)]
    assert len(kept) >= 8
    for route in routes.table():
        ids, body = make_all(house, route), body_of(house, route)
        for answer in (ask(house, route, ids, body), ask(house, route, ids, b"{" if body is not None else None),
                       ask(house, route, ids, body, headers={"Accept": "text/csv"})):
            whole = answer.body + repr(answer.headers).encode()
            assert not [s for s in kept if s in whole], route


def test_no_error_shows_the_inside(house):
    """No SQL, no file, no function, no address of the code."""
    inside = re.compile(rb"SELECT|INSERT|sqlite|\.c:\d|/src/|0x[0-9a-f]{6}|assert|Traceback|callsheet\.db", re.I)
    for route in routes.table():
        ids, body = make_all(house, route), body_of(house, route)
        for broken in ([b"{", b"[]", {"'; DROP TABLE lead;--": 1}, b"\xff"] if body is not None else [None]):
            for path in (None, route.fill(ids) + "?page=%27%20OR%201=1&limit='&search=%00&status=\\"):
                answer = ask(house, route, ids, broken, path=path)
                if answer.status >= 400:
                    assert not inside.search(answer.body.replace(b"DROP TABLE", b"")), answer.body
