"""Explanations: of a lead's next call, of a whole campaign, and what became of the calls."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from lib.answers import not_found
from lib.campaign import FAR_FUTURE, a_campaign, a_lead, add_leads, list_leads, make_campaign, someone, without
from lib.wait import eventually

CLOCK = "/v1/admin/test-clock"
QUICK = {"voice.ring_timeout": 3, "voice.answer_wait": 2}
OWN = "+13125550100"


def next_call(server, campaign, lead=None, key="test"):
    lead = lead or server.ok("GET", f"/campaigns/{campaign}/leads", key=key)["leads"][0]["leadId"]
    said = server.ok("GET", f"/campaigns/{campaign}/leads/{lead}/next-call", key=key)
    assert list(said) == ["nextCall"]
    assert list(said["nextCall"]) == ["callable", "reason", "message", "notBefore"]
    assert said["nextCall"]["message"].endswith(".")
    return said["nextCall"]


def preflight(server, campaign, key="test"):
    said = server.ok("GET", f"/campaigns/{campaign}/preflight", key=key)
    assert list(said) == ["preflight"]
    p = said["preflight"]
    assert list(p) == ["leads", "callable", "blocked", "firstCallAt", "lastCallAt", "callsPerHour", "warnings"]
    assert p["leads"] == p["callable"] + sum(b["count"] for b in p["blocked"])
    assert all(list(b) == ["reason", "message", "count"] and b["message"] for b in p["blocked"])
    assert all(w.endswith(".") for w in p["warnings"])
    return p


def blocked(p):
    return {b["reason"]: b["count"] for b in p["blocked"]}


def live_campaign(server, numbers, **changes):
    body = a_campaign(server, phoneNumber=OWN) | changes
    campaign = server.ok("POST", "/campaigns", body, key="live")["campaign"]["id"]
    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead(phoneNumber=n) for n in numbers]}, key="live")
    return campaign


# ---- one lead ----


def test_who_waits_for_the_first_call(shared_server):
    campaign = make_campaign(shared_server, timezone="America/Chicago")
    add_leads(shared_server, campaign, a_lead())
    assert next_call(shared_server, campaign) == {
        "callable": False, "reason": "NEXT_SLOT", "notBefore": FAR_FUTURE,
        "message": "The next call of the schedule is waited for. It is planned for Jan 01, 2099 09:00 AM in America/Chicago."}


def test_who_has_no_number(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, someone())
    said = next_call(shared_server, campaign)
    assert (said["callable"], said["reason"], said["notBefore"]) == (False, "NO_NUMBER", None)


def test_who_must_not_be_called(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, a_lead(phoneNumber="+12025550100"))
    server.command("suppress", "add", "+12025550100")
    said = next_call(server, campaign)
    assert (said["callable"], said["reason"], said["notBefore"]) == (False, "SUPPRESSED", None)


def test_a_campaign_that_does_not_run(shared_server):
    campaign = make_campaign(shared_server, status="DRAFT", callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(shared_server, campaign, a_lead())
    said = next_call(shared_server, campaign)
    assert (said["callable"], said["reason"], said["notBefore"]) == (False, "CAMPAIGN_NOT_RUNNING", None)


def test_without_a_trunk(shared_server):
    campaign = live_campaign(shared_server, ["+13125550177"], callStartTimeUtc=FAR_FUTURE)
    said = next_call(shared_server, campaign, key="live")
    assert (said["callable"], said["reason"], said["notBefore"]) == (False, "NO_TRUNK", None)


def test_a_caller_number_nobody_vouches_for(make_server):
    server = make_server(QUICK | {"policy.calling_hours": "00:00-24:00"}, number=OWN)
    campaign = live_campaign(server, ["+13125550177"], callStartTimeUtc=FAR_FUTURE)
    server.command("campaigns", "pause", str(campaign))
    server.command("numbers", "remove", OWN, "--live")
    server.command("campaigns", "resume", str(campaign))
    said = next_call(server, campaign, key="live")
    assert (said["callable"], said["reason"], said["notBefore"]) == (False, "CALLER_NUMBER_NOT_VERIFIED", None)
    assert any(OWN in w for w in preflight(server, campaign, "live")["warnings"])


def test_the_life_of_a_lead(make_server):
    """Called now, calling, waiting for the follow-up, decided: what is said is what happens."""
    server = make_server(QUICK)
    soon = (datetime.now(timezone.utc) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z", retryScheduleUtc=[soon])
    add_leads(server, campaign, a_lead(phoneNumber="+12025550102"))
    seen = set()

    def step():
        said = next_call(server, campaign)
        seen.add(said["reason"])
        return said["reason"] == "NEXT_SLOT" and said

    said = eventually(step, 20, every=0.02)
    assert "CALL_IN_PROGRESS" in seen
    assert said["notBefore"] == soon
    other = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(server, other, a_lead(phoneNumber="+12025550100"))
    eventually(lambda: next_call(server, other)["reason"] == "DECIDED", 20)
    assert next_call(server, other)["notBefore"] is None


def test_outside_the_hours(make_server):
    """What is told is what the dispatcher then does: the same reason, the same moment."""
    there = datetime.now(ZoneInfo("America/Chicago"))
    hours = "20:00-21:00" if there.hour < 12 else "02:00-03:00"
    server = make_server({"policy.calling_hours": hours}, number=OWN)
    draft = live_campaign(server, ["+13125550177"], status="DRAFT", timezone="America/Chicago")
    server.command("trunks", "add", "--name", "any", "--address", "127.0.0.1:9", "--channels", "1", "--cps", "1")
    p = preflight(server, draft, "live")
    assert blocked(p) == {"OUTSIDE_CALLING_HOURS": 1}
    assert any("1 lead is due outside the calling hours" in w for w in p["warnings"])
    campaign = live_campaign(server, ["+13125550178"], timezone="America/Chicago")
    opening = there.replace(hour=int(hours[:2]), minute=0, second=0, microsecond=0)
    opening += timedelta(days=0 if opening > there else 1)
    for _ in range(2):  # before and after the dispatcher has put it off
        said = next_call(server, campaign, key="live")
        assert (said["callable"], said["reason"]) == (False, "OUTSIDE_CALLING_HOURS")
        assert datetime.fromisoformat(said["notBefore"].replace("Z", "+00:00")) == opening
        assert said["message"].endswith(f"Not before {opening:%b %d, %Y %I:%M %p} in America/Chicago.")
        lead = server.ok("GET", f"/campaigns/{campaign}/leads", key="live")["leads"][0]["leadId"]
        detail = eventually(lambda: (d := server.ok("GET", f"/campaigns/{campaign}/leads/{lead}", key="live")["lead"])[
            "reason"] and d)
        assert (detail["reason"], detail["nextCallAt"]) == ("OUTSIDE_CALLING_HOURS", said["notBefore"])
    assert preflight(server, draft, "live")["firstCallAt"] == said["notBefore"]


def test_a_person_who_was_called_enough(make_server):
    """Caps over campaigns are told, too."""
    server = make_server(QUICK)
    server.command("workspaces", "set", "test", "person_calls_per_day=1")
    first = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(server, first, a_lead(email="ada@example.com", phoneNumber="+12025550100"))
    eventually(lambda: next_call(server, first)["reason"] == "DECIDED", 20)
    second = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(server, second, a_lead(email="ada@example.com", phoneNumber="+12025550100"))
    said = next_call(server, second)
    assert (said["callable"], said["reason"]) == (False, "PERSON_CALLED_TODAY") and said["notBefore"]


def test_the_carriers_failure_is_told(make_server):
    server = make_server(QUICK | {"engine.retry_backoff": 60})
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00Z")
    add_leads(server, campaign, a_lead(phoneNumber="+12025550108"))
    said = eventually(lambda: (n := next_call(server, campaign))["reason"] == "BACK_OFF" and n, 20)
    assert not said["callable"] and said["notBefore"]


def test_what_is_not_there(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, someone(), someone())
    one, two = [lead["leadId"] for lead in list_leads(shared_server, campaign)]
    other = make_campaign(shared_server)
    for path in (f"{other}/leads/{one}", f"{campaign}/leads/99999999", f"99999999/leads/{one}"):
        not_found(shared_server.api("GET", f"/campaigns/{path}/next-call"))
    shared_server.ok("DELETE", f"/campaigns/{campaign}/leads/{two}")
    not_found(shared_server.api("GET", f"/campaigns/{campaign}/leads/{two}/next-call"))
    for what in ("preflight", "report"):
        not_found(shared_server.api("GET", f"/campaigns/99999999/{what}"))
        not_found(shared_server.api("GET", f"/campaigns/{campaign}/{what}", key="live"))
    not_found(shared_server.api("GET", f"/campaigns/{campaign}/leads/{one}/next-call", key="live"))


# ---- a campaign ----


def test_preflight_counts_by_reason(server):
    body = without(a_campaign(server, timezone="America/New_York", callTime="2098-11-01 10:00", followUpRetries=[
        {"delayDays": 1}, {"delayDays": 2}]), "callStartTimeUtc")
    campaign = server.ok("POST", "/campaigns", body)["campaign"]["id"]
    empty = preflight(server, campaign)
    assert (empty["leads"], empty["callable"], empty["firstCallAt"], empty["callsPerHour"]) == (0, 0, None, [])
    assert any("no leads" in w for w in empty["warnings"])
    add_leads(server, campaign, *[a_lead(phoneNumber=f"+1202555{n:04}") for n in range(100, 140)], someone(), someone(),
              a_lead(phoneNumber="+12025550199"))
    server.command("suppress", "add", "+12025550199")
    p = preflight(server, campaign)
    assert (p["leads"], p["callable"]) == (43, 40)
    assert blocked(p) == {"NO_NUMBER": 2, "SUPPRESSED": 1}
    assert [b["reason"] for b in p["blocked"]] == ["NO_NUMBER", "SUPPRESSED"]  # most first
    hours = [(h["hour"][:13], h["calls"]) for h in p["callsPerHour"]]
    assert [calls for _, calls in hours] == [40, 40, 40]
    assert p["firstCallAt"].startswith("2098-11-01T1") and p["lastCallAt"].startswith("2098-11-03T1")
    assert any("2 leads are without a number" in w for w in p["warnings"])
    assert any("1 lead is on the do-not-call list" in w for w in p["warnings"])


def test_preflight_of_a_campaign_that_does_not_run_yet(shared_server):
    """It says what would happen if it ran, and that it does not."""
    campaign = make_campaign(shared_server, status="DRAFT")
    add_leads(shared_server, campaign, a_lead(phoneNumber="+12025550103"))
    p = preflight(shared_server, campaign)
    assert (p["leads"], p["callable"], p["firstCallAt"]) == (1, 1, FAR_FUTURE)
    assert any("DRAFT" in w for w in p["warnings"])


def test_preflight_without_a_trunk(shared_server):
    campaign = live_campaign(shared_server, ["+13125550178"], callStartTimeUtc=FAR_FUTURE)
    p = preflight(shared_server, campaign, key="live")
    assert (p["callable"], blocked(p), p["firstCallAt"]) == (0, {"NO_TRUNK": 1}, None)
    assert any("no trunk" in w for w in p["warnings"])


def test_preflight_tells_what_the_trunks_cannot_carry(make_server):
    server = make_server({"policy.calling_hours": "00:00-24:00"}, number=OWN)
    server.command("trunks", "add", "--name", "thin", "--address", "127.0.0.1:9", "--channels", "1", "--cps", "1")
    campaign = live_campaign(server, [f"+1312555{n:04}" for n in range(200, 400)], callStartTimeUtc=FAR_FUTURE)
    p = preflight(server, campaign, key="live")
    assert p["callable"] == 200
    assert [h["calls"] for h in p["callsPerHour"]] == [80, 80, 40]  # 45 s each, one at a time
    assert p["lastCallAt"] == "2099-01-01T17:30:00.000Z"
    assert any("trunks carry" in w for w in p["warnings"])


@pytest.mark.parametrize("start, follow, words", [
    ("2027-03-12 10:00", 3, "change in America/New_York on 14 March 2027: 1 hour forward"),
    ("2027-11-06 10:00", 3, "change in America/New_York on 7 November 2027: 1 hour back"),
    ("2027-03-14 02:30", 1, "Mar 14, 2027 02:30 AM does not exist in America/New_York"),
    ("2027-11-07 01:30", 1, "Nov 07, 2027 01:30 AM comes twice in America/New_York"),
    ("2027-06-01 10:00", 3, None),
])
def test_preflight_knows_the_clocks(shared_server, start, follow, words):
    body = without(a_campaign(shared_server, timezone="America/New_York", callTime=start,
                              followUpRetries=[{"delayDays": follow}]), "callStartTimeUtc")
    campaign = shared_server.ok("POST", "/campaigns", body)["campaign"]["id"]
    add_leads(shared_server, campaign, a_lead(phoneNumber="+12025550103"))
    warnings = preflight(shared_server, campaign)["warnings"]
    assert any(words in w for w in warnings) if words else warnings == []


# ---- the report ----


def test_report(make_server):
    server = make_server(QUICK)
    start = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    campaign = make_campaign(server, timezone="Asia/Kolkata", callStartTimeUtc=start.isoformat().replace("+00:00", "Z"),
                             retryScheduleUtc=[(start + timedelta(days=2)).isoformat().replace("+00:00", "Z")])
    numbers = ["00", "00", "01", "03", "04"]
    add_leads(server, campaign, *[a_lead(phoneNumber=f"+120255{n:03}{end}") for n, end in enumerate(numbers)], someone())
    none = server.ok("GET", f"/campaigns/{campaign}/report")
    assert none == {"report": {"timezone": "Asia/Kolkata", "funnel": {
        "leads": 6, "dialled": 0, "answered": 0, "interested": 0, "notInterested": 0, "noAnswer": 0, "left": 6},
        "outcomesByAttempt": [], "hoursByWeekday": []}}
    server.ok("POST", CLOCK, {"advance": "4d"}, key="admin")
    eventually(lambda: not server.ok("GET", CLOCK, key="admin")["testClock"]["advancing"], 40)
    report = server.ok("GET", f"/campaigns/{campaign}/report")["report"]
    assert report["funnel"] == {"leads": 6, "dialled": 5, "answered": 3, "interested": 2, "notInterested": 1,
                                "noAnswer": 2, "left": 1}
    assert report["outcomesByAttempt"] == [
        {"attempt": 1, "calls": 5, "outcomes": {"answered": 3, "busy": 1, "declined": 1}},
        {"attempt": 2, "calls": 2, "outcomes": {"busy": 1, "declined": 1}}]
    there = start + timedelta(hours=5, minutes=30)
    first = {"weekday": there.strftime("%A"), "hour": there.hour, "calls": 5, "answered": 3, "interested": 2}
    second = {"weekday": (there + timedelta(days=2)).strftime("%A"), "hour": there.hour, "calls": 2, "answered": 0,
              "interested": 0}
    assert {tuple(h.items()) for h in report["hoursByWeekday"]} == {tuple(first.items()), tuple(second.items())}
