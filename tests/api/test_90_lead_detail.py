"""One lead with its attempts, and what a key says of itself."""

import json
import re

import pytest

from lib.answers import not_found
from lib.campaign import FAR_FUTURE, a_lead, a_reminder, add_leads, list_leads, make_campaign, someone
from lib.wait import eventually

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


@pytest.fixture
def campaign(shared_server):
    return make_campaign(shared_server)


def detail(server, campaign, lead):
    said = server.ok("GET", f"/campaigns/{campaign}/leads/{lead}")
    assert list(said) == ["lead"]
    return said["lead"]


def test_a_lead_that_waits(shared_server, campaign):
    add_leads(shared_server, campaign, a_lead())
    row = list_leads(shared_server, campaign)[0]
    lead = detail(shared_server, campaign, row["leadId"])
    assert list(lead) == [*row, "reason", "attempts", "nextCallAt"]
    assert {k: lead[k] for k in row} == row
    assert (lead["reason"], lead["attempts"], lead["nextCallAt"]) == (None, [], FAR_FUTURE)


def test_a_lead_without_a_number_is_held(shared_server, campaign):
    add_leads(shared_server, campaign, someone())
    lead = detail(shared_server, campaign, list_leads(shared_server, campaign)[0]["leadId"])
    assert (lead["reason"], lead["attempts"], lead["nextCallAt"]) == ("NO_NUMBER", [], None)


def test_submission_is_shown_for_assessments(shared_server):
    reminder = shared_server.ok("POST", "/campaigns", a_reminder(shared_server, callStartTimeUtc=FAR_FUTURE))["campaign"]["id"]
    add_leads(shared_server, reminder, someone())
    row = list_leads(shared_server, reminder)[0]
    assert list(detail(shared_server, reminder, row["leadId"])) == [*row, "reason", "attempts", "nextCallAt"]


def test_what_is_not_there(shared_server, campaign):
    add_leads(shared_server, campaign, someone(), someone())
    one, two = [lead["leadId"] for lead in list_leads(shared_server, campaign)]
    other = make_campaign(shared_server)
    not_found(shared_server.api("GET", f"/campaigns/{other}/leads/{one}"))
    not_found(shared_server.api("GET", f"/campaigns/{campaign}/leads/99999999"))
    not_found(shared_server.api("GET", f"/campaigns/99999999/leads/{one}"))
    not_found(shared_server.api("GET", f"/campaigns/{campaign}/leads/{one}", key="live"))
    shared_server.ok("DELETE", f"/campaigns/{campaign}/leads/{two}")
    not_found(shared_server.api("GET", f"/campaigns/{campaign}/leads/{two}"))


def test_the_attempts_of_a_call(make_server):
    server = make_server({"policy.calling_hours": "00:00-24:00"})
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00.000Z")
    add_leads(server, campaign, a_lead(phoneNumber="+13125550100"))  # the farm: answers, presses 1
    lead = list_leads(server, campaign)[0]["leadId"]
    eventually(lambda: detail(server, campaign, lead)["status"] == "Interested", timeout=60)
    said = detail(server, campaign, lead)
    assert (said["flowStatus"], said["reason"], said["nextCallAt"]) == ("Completed", "DECIDED", None)
    attempt, = said["attempts"]
    assert list(attempt) == ["attempt", "slot", "startedAt", "ringingAt", "answeredAt", "endedAt", "outcome", "answeredBy", "answer",
                             "person", "digits", "talkSeconds", "answers"]
    assert (attempt["attempt"], attempt["slot"], attempt["outcome"], attempt["answer"], attempt["digits"]) == (
        1, 0, "answered", "Interested", "1")
    assert attempt["answers"] == [{"question": "Are you interested?", "digit": "1", "label": "yes", "outcome": "Interested"}]
    times = [attempt[k] for k in ("startedAt", "answeredAt", "endedAt")]
    assert all(ISO.match(t) for t in times) and times == sorted(times)
    assert 0 < attempt["talkSeconds"] < 60
    assert "3125550100" not in json.dumps(attempt) and "@" not in json.dumps(attempt)


def test_the_answers_of_a_call(make_server):
    """Each question with what was pressed, in the campaign's words and with the person's name."""
    server = make_server({"policy.calling_hours": "00:00-24:00"})
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00.000Z", questions=[
        "Is that {{firstName}}?", {"text": "When can you start?", "options": [
            {"digit": 2, "label": "never, {{jobTitle}} is not for me", "outcome": "NotInterested"}, {"digit": "1", "label": "now"}]}])
    add_leads(server, campaign, a_lead(phoneNumber="+13125550100"))
    lead = list_leads(server, campaign)[0]["leadId"]
    eventually(lambda: detail(server, campaign, lead)["flowStatus"] == "Completed", timeout=60)
    said = detail(server, campaign, lead)
    answers = [{"question": "Is that Ada?", "digit": "1", "label": "yes", "outcome": "Interested"},
               {"question": "When can you start?", "digit": "1", "label": "now", "outcome": "Neutral"}]
    assert said["attempts"][0]["answers"] == answers and said["status"] == "Interested"
    reply = server.api("GET", f"/campaigns/{campaign}/leads", headers={"Accept": "application/x-ndjson"})
    assert reply.json()["answers"] == answers
    sheet = server.command("leads", "export", "--campaign", str(campaign)).stdout.splitlines()
    assert [line.split(",")[-2:] for line in sheet] == [["answer1", "answer2"], ["yes", "now"]]


@pytest.mark.parametrize("key, mode, scope", [("test", "test", "partner"), ("live", "live", "partner"),
                                              ("admin", "test", "admin")])
def test_what_a_key_is_for(shared_server, key, mode, scope):
    said = shared_server.ok("GET", "/me", key=key)
    assert list(said) == ["company", "workspace", "scope", "limits"]
    assert list(said["company"]) == ["id", "name"]
    assert said["company"]["id"] == shared_server.ids["companyId"]
    assert (said["workspace"], said["scope"]) == ({"mode": mode}, scope)
    assert said["limits"] == {"requestsPerMinute": None, "leadsPerRequest": 10000, "leadsBodyBytes": 16 << 20,
                              "bodyBytes": 1 << 20, "pageSize": 100}


def test_the_rate_limit_is_told(make_server):
    assert make_server({"api.rate_limit": 77}).ok("GET", "/me")["limits"]["requestsPerMinute"] == 77
