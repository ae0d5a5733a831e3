"""Everything there can be of one person, in every table: all of it is shown, and none of it is left."""

import contextlib
import json
import sqlite3
from urllib.parse import quote

import pytest

from lib.campaign import a_lead, a_reminder, add_leads, list_leads, make_campaign, someone
from lib.wait import eventually

EMAIL, NUMBER = "Ada.Lovelace@example.com", "+13125557700"
TEXTS = [b"Adelheid", b"ada.lovelace", b"Ada.Lovelace", b"3125557700", b"their own words"]
NOW = {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}


def path(target):
    return "/v1/admin/people/" + quote(target, safe="@")


def record(server, target=EMAIL):
    person, = server.ok("GET", path(target), key="admin")["people"]
    return person


def held(server):
    """(table, column) wherever one of the texts stands."""
    found = set()
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/callsheet.db?mode=ro", uri=True, timeout=30)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = db.execute(f'SELECT * FROM "{table}"')
            for row in cursor:
                for (column, *_), value in zip(cursor.description, row):
                    if isinstance(value, str) and any(text in value.encode() for text in TEXTS):
                        found.add((table, column))
    return found


def on_disk(server):
    return {text for f in server.data.rglob("*") if f.is_file() for text in TEXTS if text in f.read_bytes()}


@pytest.fixture
def ada(server, receive):
    """Called by menu and by an artificial voice, texted, invited, suppressed for one campaign; webhooks told of it all."""
    hook = receive(lambda got: (500, {}, b"Adelheid is not known here"))
    server.ok("POST", "/v1/admin/webhook-endpoints", {"url": hook.url, "events": ["lead.added", "call.completed"]}, key="admin")
    workspace = server.ok("GET", "/v1/admin/workspaces", key="admin")["workspaces"][0]["workspaceId"]
    server.ok("PATCH", f"/v1/admin/workspaces/{workspace}", {"settings": {"transcript_days": 5}}, key="admin")
    server.api("POST", "/v1/admin/assessments/T-1/events",
               {"eventId": "e1", "type": "invited", "occurredAt": "2025-06-01T12:00:00Z", "candidate": {"email": EMAIL},
                "assessmentLink": "https://tests.example.com/ada.lovelace"}, key="admin")
    lead = a_lead(email=EMAIL, firstName="Adelheid", phoneNumber=NUMBER)
    texted = server.ok("POST", "/campaigns", a_reminder(server, {"assessmentTestId": "T-1"}, **NOW,
                                                        assessmentPostCallSmsTemplate="Good bye, {{firstName}}: {{assessmentLink}}"))
    texted = texted["campaign"]["id"]
    server.ok("PATCH", f"/campaigns/{texted}", {"assessmentFirstReminderDelayHours": 0})
    add_leads(server, texted, lead)
    eventually(lambda: record(server)["messages"], timeout=60)
    spoken = make_campaign(server, callType="AICall", **NOW)
    server.ok("POST", f"/v1/admin/campaigns/{spoken}/leads",
              {"leads": [lead | {"consent": {"source": "letter", "wording": "their own words", "time": "2025-05-01T09:00:00Z"}}]},
              key="admin")
    eventually(lambda: record(server)["aiCalls"], timeout=60)
    eventually(lambda: all(call["outcome"] for call in record(server)["calls"]), timeout=60)
    server.ok("POST", "/v1/admin/suppressions", {"target": NUMBER, "scope": "campaign:99999"}, key="admin",
              headers={"Idempotency-Key": "once"})
    eventually(lambda: record(server)["deliveries"])
    later = make_campaign(server)
    add_leads(server, later, lead, someone())
    return texted, spoken, later


def test_all_of_it_is_shown_and_none_of_it_stays(server, ada):
    person = record(server)
    assert person == record(server, NUMBER)
    assert len(person["campaigns"]) == 3 and len(person["calls"]) == 2
    said, = person["aiCalls"]
    assert said["provider"] == "scripted" and isinstance(said["transcript"], list) and said["transcript"]
    assert [(m["kind"], m["number"]) for m in person["messages"]] == [("post_call", NUMBER)]
    assert "ada.lovelace" in person["messages"][0]["body"]
    assert [a["assessmentTestId"] for a in person["assessments"]] == ["T-1"]
    assert [(s["target"], s["scope"]) for s in person["suppressions"]] == [(NUMBER, "campaign:99999")]
    assert [a["httpStatus"] for a in person["keptAnswers"]] == [201]
    assert person["consent"]["wording"] == "their own words"
    assert "Adelheid" in person["deliveries"][0]["note"] and person["waitingDeliveries"] == []
    ended = [e["data"] for e in person["log"] if e["type"] == "call.completed"]
    assert [e.get("disclosed") for e in ended] == [None, True]  # the menu's preamble is off in a test workspace
    assert ended[0]["digits"] == "1" and [c["disclosed"] for c in person["calls"]] == [False, True]
    tables = {table for table, _ in held(server)}
    assert {"talent", "lead", "attempt", "ai_call", "message", "assessment_taker", "suppression", "kept_answer", "consent", "event",
            "webhook_delivery"} - {"ai_call"} <= tables

    assert server.ok("DELETE", path(EMAIL), key="admin") == {"erased": 1}
    assert held(server) == set()
    assert server.api("GET", path(NUMBER), key="admin").status_code == 404
    assert {s["reason"] for s in server.ok("GET", "/v1/admin/suppressions?kind=hash", key="admin")["suppressions"]} == {"ERASED"}
    assert [len(list_leads(server, campaign)) for campaign in ada] == [0, 0, 1]
    eventually(lambda: on_disk(server) == set(), timeout=30)  # while it runs: neither pages nor the log hold it
    assert server.command("audit").returncode == 0


def test_somebody_known_by_a_number_alone(server):
    """No lead of theirs: an entry of the list of those not to be called, or an assessment they take."""
    server.ok("POST", "/v1/admin/suppressions", {"target": NUMBER}, key="admin")
    server.api("POST", "/v1/admin/assessments/T-1/events",
               {"eventId": "e1", "type": "invited", "occurredAt": "2025-06-01T12:00:00Z", "candidate": {"email": EMAIL}}, key="admin")
    assert record(server, NUMBER)["suppressions"][0]["target"] == NUMBER and record(server, NUMBER)["person"] is None
    assert record(server)["assessments"][0]["assessmentTestId"] == "T-1"
    assert server.api("POST", "/v1/admin/consents", {"target": NUMBER, "source": "x", "wording": "y"}, key="admin").status_code == 404
    for target in (NUMBER, EMAIL):
        assert server.ok("DELETE", path(target), key="admin") == {"erased": 1}
        assert server.api("GET", path(target), key="admin").status_code == 404
    assert held(server) == set()
    assert add_leads(server, make_campaign(server), a_lead(phoneNumber=NUMBER), someone(email=EMAIL)) == (0, 2)


def test_what_cells_hold_is_no_formula(server, tmp_path):
    """Nor a line of a log, nor a second line of a text."""
    evil = ["=HYPERLINK(1)", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "a\nb,\"c\""]
    campaign = make_campaign(server)
    add_leads(server, campaign, *[someone(firstName=name, lastName=name) for name in evil])
    reply = server.api("GET", f"/campaigns/{campaign}/leads", headers={"Accept": "text/csv"}, params={"limit": 100})
    import csv
    import io
    rows = list(csv.DictReader(io.StringIO(reply.text, newline="")))
    assert len(rows) == len(evil)
    for name, row in zip(evil, rows):
        assert row["firstName"] in (name, "'" + name) and row["firstName"][0] not in "=+-@\t\r"
    server.api("GET", "/healthz?x=%0aforged", headers={"X-Request-Id": "a b"})
    log = server.log_path.read_text()
    assert all(json.loads(line)["ts"] for line in log.splitlines())
