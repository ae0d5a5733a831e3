"""The test workspace's clock: a campaign of two weeks watched to its end, each call at its moment, in order."""

from datetime import datetime, timedelta, timezone

import pytest

from lib import ledger
from lib.answers import refused
from lib.campaign import a_campaign, a_lead, add_leads, list_leads, make_campaign, without
from lib.wait import eventually, never

CLOCK = "/v1/admin/test-clock"
HOUR = 3600_000
DAY = 24 * HOUR
QUICK = {"voice.ring_timeout": 3, "voice.answer_wait": 2}


def clock(server):
    said = server.ok("GET", CLOCK, key="admin")
    assert list(said) == ["testClock"]
    assert list(said["testClock"]) == ["now", "target", "advancing", "aheadSeconds"]
    return said["testClock"]


def ms(iso):
    return round(datetime.fromisoformat(iso.replace("Z", "+00:00")).timestamp() * 1000)


def iso(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def advance(server, timeout=30, **body):
    server.ok("POST", CLOCK, body, key="admin")
    return eventually(lambda: not clock(server)["advancing"] and clock(server), timeout)


def calls(server, campaign):
    return ledger.rows(server, "SELECT * FROM attempt WHERE campaign_id = ? ORDER BY attempt_id", campaign)


def test_a_campaign_of_two_weeks(make_server):
    """Slots today, in two, in seven and in fourteen days, at ten in the morning in New York."""
    server = make_server(QUICK)
    first = (datetime.now(timezone.utc) + timedelta(days=1)).date()
    body = without(a_campaign(server, timezone="America/New_York", callTime=f"{first}T10:00", followUpRetries=[
        {"delayDays": 2}, {"delayDays": 7, "time": "3:30 PM"}, {"delayDays": 14}]), "callStartTimeUtc")
    campaign = server.ok("POST", "/campaigns", body)["campaign"]
    numbers = {"+12025550103": "busy", "+12025550104": "declines", "+12025550100": "interested"}
    add_leads(server, campaign["id"], *[a_lead(phoneNumber=n) for n in numbers])
    slots = [r["slot_at"] for r in ledger.rows(
        server, "SELECT slot_at FROM campaign_slot WHERE campaign_id = ? ORDER BY slot", campaign["id"])]
    assert len(slots) == 4
    before = clock(server)
    assert before["aheadSeconds"] == 0 and before["target"] is None
    never(lambda: calls(server, campaign["id"]), seconds=0.3)
    after = advance(server, advance="16d")
    assert ms(before["now"]) + 16 * DAY <= ms(after["now"]) < ms(before["now"]) + 16 * DAY + HOUR
    made = calls(server, campaign["id"])
    by_number = {n: [a for a in made if a["number"] == n] for n in numbers}
    assert [len(by_number[n]) for n in numbers] == [4, 4, 1]
    for number in ("+12025550103", "+12025550104"):
        for attempt, slot in zip(by_number[number], slots):
            assert 0 <= attempt["intent_at"] - slot < HOUR, "a call long after its moment"
            assert attempt["intent_at"] <= attempt["ended_at"] < slot + HOUR
    assert [a["intent_at"] for a in made] == sorted(a["intent_at"] for a in made)
    leads = {each["phone"]: each for each in list_leads(server, campaign["id"])}
    assert {n: leads[n]["flowStatus"] for n in numbers} == dict.fromkeys(numbers, "Completed")
    assert leads["+12025550100"]["status"] == "Interested"
    events = ledger.rows(server, "SELECT at FROM event WHERE campaign_id = ? ORDER BY event_id", campaign["id"])
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)


def test_who_comes_later_lives_in_that_time(make_server):
    server = make_server(QUICK, number="+13125550199")
    there = advance(server, advance="36h")
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(server, campaign, a_lead(phoneNumber="+12025550100"))
    lead = list_leads(server, campaign)[0]
    assert ms(lead["addedAt"]) >= ms(there["now"]) - 1
    assert ms(server.ok("GET", f"/campaigns/{campaign}")["campaign"]["createdAt"]) >= ms(there["now"]) - 1
    eventually(lambda: list_leads(server, campaign)[0]["status"] == "Interested", 20)
    assert calls(server, campaign)[0]["answered_at"] > ms(there["now"])
    # what an operator does is done in that time, too
    server.command("campaigns", "pause", str(campaign))
    assert ms(server.ok("GET", f"/campaigns/{campaign}")["campaign"]["updatedAt"]) > ms(there["now"])
    # and so is what happens after a restart
    server.restart()
    assert clock(server)["aheadSeconds"] == pytest.approx(36 * 3600, abs=600)
    assert ms(clock(server)["now"]) > ms(there["now"])
    # and the live workspace has its own
    body = a_campaign(server, phoneNumber="+13125550199")
    live = server.ok("POST", "/campaigns", body, key="live")["campaign"]
    assert ms(live["createdAt"]) < ms(there["now"]) - DAY


def test_it_survives_a_restart(make_server):
    """The advance is kept: the server goes on where it was, and dials nobody twice."""
    server = make_server(QUICK)
    campaign = make_campaign(server, callStartTimeUtc=iso(ms(clock(server)["now"]) + 2 * DAY))
    add_leads(server, campaign, *[a_lead(phoneNumber=f"+1202555{n}03") for n in range(10, 40)])
    server.stop()
    server.command("clock", "advance", "3d")
    server.start()
    eventually(lambda: calls(server, campaign), 20)
    server.kill()
    server.start()
    assert eventually(lambda: not clock(server)["advancing"] and clock(server), 40)
    assert all(lead["flowStatus"] == "Completed" for lead in list_leads(server, campaign))
    assert clock(server)["aheadSeconds"] >= 2 * 86400


def test_to_a_moment(server):
    now = ms(clock(server)["now"])
    assert 0 <= ms(advance(server, to=iso(now + 5 * DAY))["now"]) - (now + 5 * DAY) < HOUR
    # never back
    reply = server.api("POST", CLOCK, {"to": iso(now + DAY)}, key="admin")
    refused(reply, 400, "INVALID_REQUEST")
    assert "must not be before the clock" in reply.text
    assert ms(clock(server)["now"]) >= now + 5 * DAY


@pytest.mark.parametrize("body, word", [
    ({}, "advance"), ({"advance": "48h", "to": "2099-01-01T00:00:00Z"}, "not both"), ({"advance": "soon"}, "48h"),
    ({"advance": "-2h"}, "48h"), ({"advance": 48}, "string"), ({"to": "tomorrow"}, "iso"), ({"back": "1h"}, "not allowed"),
    ({"advance": "9000d"}, "ten years"), ({"to": "2099-01-01T00:00:00Z"}, "ten years"),
])
def test_what_it_refuses(shared_server, body, word):
    reply = shared_server.api("POST", CLOCK, body, key="admin")
    refused(reply, 400, "INVALID_REQUEST")
    assert word in reply.text


def test_a_live_workspace_has_none(shared_server):
    for method, body in (("GET", None), ("POST", {"advance": "1h"})):
        reply = shared_server.api(method, CLOCK, body, key="adminLive")
        refused(reply, 403, "FORBIDDEN")
        assert "Only a test workspace" in reply.json()["error"]["message"]
        assert shared_server.api(method, CLOCK, body, key="test").status_code == 404


def test_it_can_be_stopped_on_the_way(make_server):
    """Another target takes the place of the first; what is under way is ended first."""
    server = make_server(QUICK)
    start = ms(clock(server)["now"])
    campaign = make_campaign(server, callStartTimeUtc=iso(start + DAY), retryScheduleUtc=[iso(start + 9 * DAY)])
    add_leads(server, campaign, a_lead(phoneNumber="+12025550102"))
    server.ok("POST", CLOCK, {"advance": "20d"}, key="admin")
    eventually(lambda: calls(server, campaign), 20)
    there = server.ok("POST", CLOCK, {"advance": "0s"}, key="admin")["testClock"]
    assert start + DAY <= ms(there["target"]) < start + DAY + HOUR
    eventually(lambda: not clock(server)["advancing"], 20)
    assert ms(clock(server)["now"]) < start + DAY + HOUR
    eventually(lambda: calls(server, campaign)[0]["ended_at"], 20)
    assert len(calls(server, campaign)) == 1
