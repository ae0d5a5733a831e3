"""Times to choose from: booked while the person is on the line, never more often than there are places, and not lost
whatever happens to the call."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from lib import live
from lib.callee import Callee
from lib.campaign import a_campaign, a_lead, add_leads
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
    add_leads(server, campaign, *[a_lead(phoneNumber=f"+131255501{n}") for n in ("00", "01", "11")])
    found = eventually(lambda: completed(server, campaign), 60)
    one, two, out = [found[f"+131255501{n}"] for n in ("00", "01", "11")]
    assert [each["status"] for each in (one, two, out)] == ["Interested", "Interested", "NotInterested"]
    assert one["interviewSlot"] == {"start": first, "end": None, "bookedAt": one["interviewSlot"]["bookedAt"]}
    assert two["interviewSlot"] == {"start": second, "end": second.replace("15:00", "15:30"),
                                    "bookedAt": two["interviewSlot"]["bookedAt"]}
    assert out["interviewSlot"] is None
    question = "Please choose a time for your online interview."
    assert one["attempts"][0]["answers"] == [{"question": question, "digit": "1", "label": first, "outcome": "Interested"}]
    assert two["attempts"][0]["answers"] == [{"question": question, "digit": "2", "label": second, "outcome": "Interested"}]
    assert out["attempts"][0]["answers"] == [
        {"question": question, "digit": "9", "label": "never call again", "outcome": "OptedOut"}]
    booked_agrees(server)
    sheet = server.command("leads", "export", "--campaign", str(campaign)).stdout.splitlines()
    assert sheet[0] == "leadId,firstName,lastName,email,phone,status,flowStatus,addedAt,interviewSlot"
    assert [line.split(",")[-1] for line in sheet[1:]] == [first, second, ""]
    lines = server.command("leads", "export", "--campaign", str(campaign), "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["interviewSlot"] for line in lines] == [each["interviewSlot"] for each in (one, two, out)]
    assert json.loads(lines[0])["answers"] == one["attempts"][0]["answers"]
    # A place that is given back is there for the next.
    server.ok("DELETE", f"/campaigns/{campaign}/leads/{one['leadId']}")
    assert rows(server, "SELECT taken FROM appointment ORDER BY start_at") == [{"taken": 0}, {"taken": 0}, {"taken": 1}]


def test_without_times_it_asks(make_server):
    """None were given, or none is left: then it is interest that is asked for."""
    server = make_server({"policy.calling_hours": "00:00-24:00"})
    words = {"openingMessage": "Hello.", "closingMessage": "Bye."}
    none = server.ok("POST", "/campaigns", a_campaign(server, **words, purposeType="SCHEDULE"))["campaign"]["id"]
    over = server.ok("POST", "/campaigns", a_campaign(server, **words, **with_times("2020-01-01T10:00:00Z")))["campaign"]["id"]
    add_leads(server, none, a_lead(phoneNumber="+13125550200"))
    add_leads(server, over, a_lead(phoneNumber="+13125550300"))
    for campaign, number, question in ((none, "+13125550200", "Would you like to arrange an appointment?"),
                                       (over, "+13125550300", "Would you like to arrange an online interview?")):
        lead = eventually(lambda: completed(server, campaign), 60)[number]
        assert lead["status"] == "Interested"
        assert lead["attempts"][0]["answers"] == [
            {"question": question, "digit": "1", "label": "yes", "outcome": "Interested"}]
        assert ("interviewSlot" in lead) == (campaign == over)


def test_one_place_and_five_people(make_server):
    """They press the key at the same moment; one is told that it is his, the others that it is gone."""
    numbers = [f"+131255501{n}0" for n in range(5)]
    with Callee(behaviour={n[-2:]: {"press": "1"} for n in numbers}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, numbers, **with_times(ahead(2), purpose="SCHEDULE"))
        found = eventually(lambda: completed(server, campaign, "live"), 60)
        assert [each["status"] for each in found.values()] == ["Interested"] * 5
        assert len([each for each in found.values() if each["interviewSlot"]]) == 1
        assert all(each["attempts"][0]["answers"][0]["label"] == ahead(2) for each in found.values())
        booked_agrees(server)
        assert len(phones.calls) == 5
        live.check_settled(server)


@pytest.mark.plain
def test_killed_between_the_booking_and_the_end(make_server):
    """Neither is the booking lost nor the person called again."""
    number = "+13125550100"
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, [number], **with_times(ahead(2)), retryScheduleUtc=[ahead(1)])
        eventually(lambda: rows(server, "SELECT * FROM booking"), 30, every=0.005)
        assert not attempts(server)[0]["ended_at"]
        server.kill()
        server.start()
        lead = details(server, campaign, "live")[number]
        assert (lead["status"], lead["flowStatus"], lead["reason"], lead["nextCallAt"]) == (
            "Interested", "Completed", "DECIDED", None)
        assert lead["interviewSlot"]["start"] == ahead(2)
        (attempt,) = lead["attempts"]
        assert (attempt["outcome"], attempt["answer"]) == ("unknown", "Interested")
        booked_agrees(server)
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)


def spoken(phone_call):
    """The beginning of what was heard, without the silence before it."""
    return bytes(phone_call.heard).lstrip(b"\xff")[:4000]


def test_each_hears_his_own_name(make_server):
    """Two Adas hear the same, Bartholomew something else; nothing of it stays on the disk."""
    people = {"+13125550110": "Ada", "+13125550210": "Ada", "+13125550310": "Bartholomew", "+13125550410": ""}
    with Callee(behaviour={"10": {"hang_up": 3}}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = server.ok("POST", "/campaigns", a_campaign(
            server, openingMessage="{{firstName}}, hello from {{companyName}} about {{jobTitle}}.", closingMessage="Bye.",
            jobDetails={"jobTitle": "picking", "companyName": "Acme"}), key="live")["campaign"]["id"]
        leads = [a_lead(phoneNumber=n, firstName=name) for n, name in people.items()]
        server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": leads}, key="live")
        eventually(lambda: len(phones.calls) == 4 and all(c.over for c in phones.calls), 30)
        ada, other_ada, bartholomew, nobody = [spoken(phones.to(n)[0]) for n in people]
        assert len(ada) == 4000 and ada == other_ada
        assert ada != bartholomew and ada != nobody and bartholomew != nobody
        # A further name is spoken and leaves nothing.
        kept = sorted((server.data / "prompts").glob("*.prompt"))
        zebulon = [a_lead(phoneNumber="+13125550510", firstName="Zebulon")]
        server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": zebulon}, key="live")
        eventually(lambda: phones.to("+13125550510") and phones.to("+13125550510")[0].over, 30)
        assert spoken(phones.to("+13125550510")[0]) not in (ada, bartholomew, nobody)
        assert sorted((server.data / "prompts").glob("*.prompt")) == kept
