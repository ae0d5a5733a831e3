"""The retention clocks: each kind of data goes when it is as old as its setting says; what the ledger needs stays."""

import contextlib
import sqlite3

import pytest

from lib.campaign import FAR_FUTURE, a_lead, a_reminder, add_leads, list_leads, make_campaign, someone
from lib.wait import eventually

NOW = {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}
NUMBER = "+13125557700"


def keep(server, **days):
    workspace = server.ok("GET", "/v1/admin/workspaces", key="admin")["workspaces"][0]["workspaceId"]
    return server.api("PATCH", f"/v1/admin/workspaces/{workspace}",
                      {"settings": {f"keep_{kind}_days": n for kind, n in days.items()}}, key="admin")


def later(server, days):
    server.ok("POST", "/v1/admin/test-clock", {"advance": f"{days}d"}, key="admin")


def record(server, email="ada@example.com"):
    person, = server.ok("GET", f"/v1/admin/people/{email}", key="admin")["people"]
    return person


def rows(server, sql):
    with contextlib.closing(sqlite3.connect(server.data / "callsheet.db", timeout=30)) as db:
        return db.execute(sql).fetchall()


def a_person(server):
    """Called, texted, and agreed."""
    campaign = server.ok("POST", "/campaigns", a_reminder(server, **NOW, assessmentPostCallSmsTemplate="Good bye, {{firstName}}."))
    campaign = campaign["campaign"]["id"]
    server.ok("PATCH", f"/campaigns/{campaign}", {"assessmentFirstReminderDelayHours": 0})
    add_leads(server, campaign, a_lead(email="ada@example.com", firstName="Adelheid", phoneNumber=NUMBER))
    server.ok("POST", "/v1/admin/consents", {"target": "ada@example.com", "source": "form", "wording": "Yes."}, key="admin")
    eventually(lambda: record(server)["messages"], timeout=60)
    return campaign


def told(person, type):
    return [set(e["data"]) - {"campaignId", "leadId", "attemptId"} for e in person["log"] if e["type"] == type]


def test_each_kind_goes_in_its_time(server):
    assert keep(server, calls=40, messages=60, events=80, log=100).status_code == 200
    campaign = a_person(server)
    before = record(server)
    assert (before["calls"][0]["digits"], before["messages"][0]["number"]) == ("1", NUMBER)
    assert "Adelheid" in before["messages"][0]["body"]
    later(server, 35)
    assert record(server)["calls"] == before["calls"]
    later(server, 10)
    eventually(lambda: (record(server)["calls"][0]["number"], record(server)["calls"][0]["digits"]) == ("", ""))
    call, now = before["calls"][0], record(server)
    assert now["calls"] == [call | {"number": "", "digits": "", "callId": ""}]  # whose, when, and how it ended is the ledger's
    assert now["messages"] == before["messages"]
    later(server, 20)
    eventually(lambda: record(server)["messages"][0]["body"] == "")
    assert record(server)["messages"] == [before["messages"][0] | {"number": "", "body": ""}]
    assert told(record(server), "call.completed") != [set()]
    later(server, 20)
    eventually(lambda: told(record(server), "call.completed") == [set()])
    assert "wording" in told(record(server), "person.consented")[0]
    later(server, 20)
    eventually(lambda: told(record(server), "person.consented") == [set()])
    assert record(server)["consent"]["wording"] == "Yes."  # it stands
    assert list_leads(server, campaign)[0]["status"] == "Interested"
    assert server.command("audit").returncode == 0


def test_what_limits_look_back_at_stays(shared_server):
    for days in ("30", "1", -5, "soon", 36501):
        reply = keep(shared_server, calls=days)
        assert reply.status_code == 400 and "31 to 36500" in reply.json()["error"]["details"]["settings.keep_calls_days"]
    assert keep(shared_server, calls=31, messages=0).status_code == 200
    assert keep(shared_server, calls=None, messages=None).status_code == 200


def test_people_nothing_is_heard_of_are_erased(server):
    keep(server, people=40)
    campaign = a_person(server)
    waits = make_campaign(server, callStartTimeUtc=FAR_FUTURE)
    add_leads(server, waits, a_lead(email="waits@example.com"))
    add_leads(server, campaign, someone(email="held@example.com"))
    later(server, 45)
    eventually(lambda: server.api("GET", "/v1/admin/people/ada@example.com", key="admin").status_code == 404)
    eventually(lambda: list_leads(server, campaign) == [])
    assert len(list_leads(server, waits)) == 1  # somebody who is still to be called is
    assert server.ok("GET", "/v1/admin/suppressions?kind=hash", key="admin")["suppressions"] == []
    assert rows(server, "SELECT 1 FROM attempt UNION ALL SELECT 1 FROM message") == []
    assert add_leads(server, campaign, someone(email="ada@example.com")) == (1, 0)  # it was no wish of theirs
    assert server.command("audit").returncode == 0


def test_what_endpoints_answered_goes(server, receive):
    keep(server, deliveries=31)
    hook = receive(lambda got: (500, {}, b"no such person"))
    server.ok("POST", "/v1/admin/webhook-endpoints", {"url": hook.url, "events": ["lead.added"]}, key="admin")
    add_leads(server, make_campaign(server), someone(email="ada@example.com"))
    eventually(lambda: rows(server, "SELECT 1 FROM webhook_delivery WHERE note <> ''"))
    later(server, 40)
    eventually(lambda: not rows(server, "SELECT 1 FROM webhook_delivery WHERE note <> '' AND tries = 1"))
