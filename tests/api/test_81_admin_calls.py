"""Pause, resume and cancel while telephones ring: against the phone farm."""

import time

import pytest

from lib.campaign import a_campaign
from lib.ledger import attempts, rows
from lib.live import CANCELLED
from lib.wait import eventually

SETTINGS = {"voice.ring_timeout": 4, "voice.answer_wait": 2}


@pytest.fixture
def server(make_server):
    return make_server(SETTINGS)


def call(server, numbers, **changes):
    body = a_campaign(server, openingMessage="Hello.", closingMessage="Goodbye.") | changes
    campaign = server.ok("POST", "/campaigns", body)["campaign"]["id"]
    leads = [{"email": f"p{campaign}-{n}@example.com", "phoneNumber": n} for n in numbers]
    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": leads})
    return campaign


def numbers(n, digits):
    return [f"+1312555{i:02}{digits}" for i in range(n)]


def move(server, campaign, verb, way):
    if way == "http":
        server.ok("POST", f"/v1/admin/campaigns/{campaign}/{verb}", key="admin")
    else:
        server.command("campaigns", verb, str(campaign))


def settled(server, campaign):
    return not rows(server, "SELECT 1 FROM attempt WHERE campaign_id = ? AND attempt_state IN (3, 4, 5)", campaign)


@pytest.mark.parametrize("way", ["http", "command"])
def test_a_paused_campaign_places_no_call_until_it_is_resumed(server, way):
    campaign = call(server, numbers(60, "03"))
    eventually(lambda: len(attempts(server, campaign)) >= 5, 20)
    move(server, campaign, "pause", way)
    paused = time.time() * 1000
    time.sleep(3)
    late = [a for a in attempts(server, campaign) if a["intent_at"] > paused + 1000]
    assert not late
    placed = len(attempts(server, campaign))
    assert placed < 60, "it was over before it was paused"
    assert settled(server, campaign)
    assert {r["due_state"] for r in rows(server, "SELECT due_state FROM due WHERE campaign_id = ?", campaign)} == {3}
    move(server, campaign, "resume", way)
    eventually(lambda: len(attempts(server, campaign)) > placed, 2)
    eventually(lambda: server.ok("GET", f"/campaigns/{campaign}/leads?status=NoAnswer&limit=1")["pagination"]["total"] == 60,
               30)
    called = {}
    for a in attempts(server, campaign):
        called.setdefault(a["number"], []).append(a["outcome"])
    twice = {n: o for n, o in called.items() if len(o) > 1 and set(o[:-1]) != {10}}  # 10: proven unsent
    assert not twice


@pytest.mark.parametrize("way", ["http", "command"])
def test_what_rings_when_a_campaign_is_cancelled_stops_ringing(server, way):
    campaign = call(server, numbers(8, "02"))
    eventually(lambda: sum(a["state"] == "ringing" for a in attempts(server, campaign)) == 8, 10)
    began = time.monotonic()
    move(server, campaign, "cancel", way)
    eventually(lambda: settled(server, campaign), 3)
    assert time.monotonic() - began < 3
    assert {a["outcome"] for a in attempts(server, campaign)} == {CANCELLED}
    time.sleep(1.5)
    assert len(attempts(server, campaign)) == 8
    assert {r["due_state"] for r in rows(server, "SELECT due_state FROM due WHERE campaign_id = ?", campaign)} <= {3}


def test_an_answered_call_of_a_cancelled_campaign_may_finish(server):
    campaign = call(server, numbers(1, "12"), openingMessage="Hello. " + "This is a rather long message about a job. " * 3)
    eventually(lambda: any(a["state"] == "answered" for a in attempts(server, campaign)), 10)
    move(server, campaign, "cancel", "http")
    eventually(lambda: settled(server, campaign), 40)
    assert [a["outcome"] for a in attempts(server, campaign)] == [1]
    assert server.ok("GET", f"/campaigns/{campaign}/leads")["leads"][0]["status"] == "Interested"


def test_ringing_calls_of_a_paused_campaign_go_on_and_what_follows_waits(server):
    campaign = call(server, numbers(1, "02"), followUpRetries=[{"delayDays": 1}], callStartTimeUtc="2025-06-01T15:00:00.000Z")
    eventually(lambda: any(a["state"] == "ringing" for a in attempts(server, campaign)), 10)
    move(server, campaign, "pause", "http")
    eventually(lambda: settled(server, campaign), 15)
    assert [a["outcome"] for a in attempts(server, campaign)] == [6]
    assert {r["due_state"] for r in rows(server, "SELECT due_state FROM due WHERE campaign_id = ?", campaign)} <= {3}


def test_a_pause_outlives_a_restart(server):
    campaign = call(server, numbers(40, "03"))
    eventually(lambda: len(attempts(server, campaign)) >= 2, 20)
    move(server, campaign, "pause", "command")
    eventually(lambda: settled(server, campaign), 10)
    server.stop()
    placed = len(attempts(server, campaign))
    server.start()
    time.sleep(2.5)
    assert len(attempts(server, campaign)) == placed
    server.stop()
    server.command("campaigns", "resume", str(campaign))
    server.start()
    eventually(lambda: len(attempts(server, campaign)) > placed, 5)
