"""Times to choose from: booked while the person is on the line, never more often than there are places, and not lost
whatever happens to the call."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest

from lib import live
from lib.callee import Callee
from lib.campaign import a_campaign, a_lead, add_leads, list_leads
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually


def ahead(days, hour=15):
    """A moment that many days from now, as the API writes it."""
    day = datetime.now(timezone.utc) + timedelta(days=days)
    return day.strftime(f"%Y-%m-%dT{hour:02}:00:00.000Z")


def with_times(*slots, purpose="ONLINE_INTERVIEW", **job):
    return {"purposeType": purpose, "jobDetails": {"jobTitle": "Picker", "interviewSlots": list(slots)} | job}


def detail(server, campaign, lead, key="test"):
    return server.ok("GET", f"/campaigns/{campaign}/leads/{lead}", key=key)["lead"]


def details(server, campaign, key="test"):
    shown = server.ok("GET", f"/campaigns/{campaign}/leads?limit=100", key=key)["leads"]
    return {each["phone"]: detail(server, campaign, each["leadId"], key) for each in shown}


def completed(server, campaign, key="test"):
    found = details(server, campaign, key)
    return all(each["flowStatus"] == "Completed" for each in found.values()) and found


def booked_agrees(server):
    """taken is what is booked, and never more than there is room."""
    for row in rows(server, "SELECT p.*, (SELECT count(*) FROM booking b WHERE b.campaign_id = p.campaign_id "
                            "AND b.slot_no = p.slot_no) AS n FROM appointment p"):
        assert row["taken"] == row["n"] <= row["capacity"], row


def test_in_the_sandbox(make_server):
    """00 books the first time, 01 the second; who chooses nothing has none. Past ones are not offered."""
    server = make_server({"policy.calling_hours": "00:00-24:00", "voice.answer_wait": 2})
    first, second = ahead(2), ahead(3)
    campaign = server.ok("POST", "/campaigns", a_campaign(server, openingMessage="Hello.", closingMessage="Bye.", **with_times(
        {"start": second, "end": second.replace("15:00", "15:30"), "capacity": 2}, "2020-01-01T10:00:00Z", first)))["campaign"]["id"]
    add_leads(server, campaign, *[a_lead(phoneNumber=f"+131255501{n}") for n in ("00", "01", "10", "11")])
    found = eventually(lambda: completed(server, campaign), 90)
    one, two, silent, out = [found[f"+131255501{n}"] for n in ("00", "01", "10", "11")]
    assert [each["status"] for each in (one, two, silent, out)] == ["Interested", "Interested", "Pending", "NotInterested"]
    assert one["interviewSlot"] == {"start": first, "end": None, "bookedAt": one["interviewSlot"]["bookedAt"]}
    assert two["interviewSlot"] == {"start": second, "end": second.replace("15:00", "15:30"),
                                    "bookedAt": two["interviewSlot"]["bookedAt"]}
    assert silent["interviewSlot"] is None and out["interviewSlot"] is None
    question = "Please choose a time for your online interview."
    assert one["attempts"][0]["answers"] == [{"question": question, "digit": "1", "label": first, "outcome": "Interested"}]
    assert two["attempts"][0]["answers"] == [{"question": question, "digit": "2", "label": second, "outcome": "Interested"}]
    assert silent["attempts"][0]["answers"] == [{"question": question, "digit": None, "label": None, "outcome": None}]
    assert out["attempts"][0]["answers"] == [
        {"question": question, "digit": "9", "label": "never call again", "outcome": "OptedOut"}]
    booked_agrees(server)
    sheet = server.command("leads", "export", "--campaign", str(campaign)).stdout.splitlines()
    assert sheet[0] == "leadId,firstName,lastName,email,phone,status,flowStatus,addedAt,interviewSlot"
    assert [line.split(",")[-1] for line in sheet[1:]] == [first, second, "", ""]
    lines = server.command("leads", "export", "--campaign", str(campaign), "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["interviewSlot"] for line in lines] == [each["interviewSlot"] for each in (one, two, silent, out)]
    assert json.loads(lines[0])["answers"] == one["attempts"][0]["answers"]
    # A place that is given back is there for the next.
    server.ok("DELETE", f"/campaigns/{campaign}/leads/{one['leadId']}")
    assert rows(server, "SELECT taken FROM appointment ORDER BY start_at") == [{"taken": 0}, {"taken": 0}, {"taken": 1}]
