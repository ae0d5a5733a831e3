"""PATCH /campaigns/:campaignId"""

import pytest

from lib import ledger
from lib.answers import fault, faults, not_found, refused
from lib.campaign import a_lead, a_reminder, add_leads, make_campaign
from lib.live import prompt_file
from lib.wait import eventually


def patch(server, campaign, **changes):
    said = server.ok("PATCH", f"/campaigns/{campaign}", changes)
    assert list(said) == ["status", "flowId", "campaign"]
    assert (said["status"], said["flowId"]) == ("success", campaign)
    assert said["campaign"] == server.ok("GET", f"/campaigns/{campaign}")["campaign"]
    return said["campaign"]


def a_reminder_of(server, **changes):
    return make_campaign(server, **a_reminder(server, callStartTimeUtc="2099-01-01T15:00:00.000Z") | changes)


@pytest.mark.parametrize("sent, where, becomes", [
    ({"title": "New"}, ("title",), "New"),
    ({"campaignName": "New"}, ("title",), "New"),
    ({"header": {"title": "New"}}, ("title",), "New"),
    ({"title": "First", "campaignName": "Second", "header": {"title": "Third"}}, ("title",), "First"),
    ({"campaignName": "Second", "header": {"title": "Third"}}, ("title",), "Second"),
    ({"jobTitle": "Cook"}, ("assessment", "jobTitle"), "Cook"),
    ({"jobName": "Cook"}, ("assessment", "jobTitle"), "Cook"),
    ({"jobName": "Cook", "jobTitle": "Chef"}, ("assessment", "jobTitle"), "Chef"),
    ({"startMessage": "Hi."}, ("messages", "openingMessage"), "Hi."),
    ({"openingMessage": "Hello.", "startMessage": "Hi."}, ("messages", "openingMessage"), "Hello."),
    ({"endMessage": "Bye."}, ("messages", "closingMessage"), "Bye."),
    ({"callType": "aicall"}, ("callSettings", "callType"), "AICall"),
    ({"aiCallScript": ""}, ("callSettings", "aiCallScript"), ""),
    ({"assessmentReminderSmsTemplate": "Now."}, ("assessment", "assessmentReminderSmsTemplate"), "Now."),
    ({"assessmentFirstReminderDelayHours": 1000.5}, ("assessment", "assessmentFirstReminderDelayHours"), 1000.5),
])
def test_fields_and_aliases(shared_server, sent, where, becomes):
    shown = patch(shared_server, a_reminder_of(shared_server), **sent)
    for key in where:
        shown = shown[key]
    assert shown == becomes


def test_nothing_else_changes(shared_server):
    campaign = a_reminder_of(shared_server)
    before = shared_server.ok("GET", f"/campaigns/{campaign}")["campaign"]
    after = patch(shared_server, campaign, title="New")
    assert {k for k in before if before[k] != after[k]} <= {"title", "updatedAt"}
    listed = shared_server.ok("GET", "/campaigns")["campaigns"]
    assert next(c for c in listed if c["id"] == campaign)["title"] == "New"


def test_an_empty_patch_is_nothing(shared_server):
    campaign = a_reminder_of(shared_server)
    before = shared_server.ok("GET", f"/campaigns/{campaign}")["campaign"]
    assert patch(shared_server, campaign) == before


@pytest.mark.parametrize("sent, path, text", [
    ({"title": ""}, "title", '"title" is not allowed to be empty'),
    ({"header": {"name": "x"}}, "header.name", '"name" is not allowed'),
    ({"purposeType": "SCHEDULE"}, "purposeType", '"purposeType" is not allowed'),
    ({"status": "PAUSED"}, "status", '"status" is not allowed'),
    ({"assessmentPostCallSmsTemplate": "x" * 301}, "assessmentPostCallSmsTemplate",
     '"assessmentPostCallSmsTemplate" length must be less than or equal to 300 characters long'),
    ({"assessmentFirstReminderDelayHours": -1}, "assessmentFirstReminderDelayHours",
     '"assessmentFirstReminderDelayHours" must be greater than or equal to 0'),
    ({"callStartTimeUtc": "2031-02-30"}, "callStartTimeUtc", '"callStartTimeUtc" must be in iso format'),
    ({"timezone": "Mars/Base"}, "timezone", '"timezone" must be a valid IANA time zone'),
    ({"phoneNumber": "+15550009999"}, "phoneNumber", '"phoneNumber" must be a verified number of the company'),
    ({"questions": [{"text": "Q", "options": [{"digit": "9", "label": "x"}]}]}, "questions.0.options.0.digit",
     '"digit" must be one of [1, 2, 3, 4, 5, 6, 7, 8]'),
])
def test_faults(shared_server, sent, path, text):
    campaign = a_reminder_of(shared_server)
    before = shared_server.ok("GET", f"/campaigns/{campaign}")
    assert fault(shared_server.api("PATCH", f"/campaigns/{campaign}", sent), path) == text
    assert shared_server.ok("GET", f"/campaigns/{campaign}") == before


def test_all_faults_at_once(shared_server):
    reply = shared_server.api("PATCH", f"/campaigns/{a_reminder_of(shared_server)}",
                              {"zzz": 1, "callType": "x", "title": 5})
    assert list(faults(reply)) == ["title", "callType", "zzz"]


def test_who_is_not_there(shared_server):
    campaign = a_reminder_of(shared_server)
    not_found(shared_server.api("PATCH", f"/campaigns/{campaign}", {"title": "x"}, key="live"))
    not_found(shared_server.api("PATCH", "/campaigns/999999", {"zzz": 1}))


def test_assessment_fields_are_for_reminders(shared_server):
    campaign = make_campaign(shared_server)
    reply = shared_server.api("PATCH", f"/campaigns/{campaign}", {"assessmentFirstReminderDelayHours": 1})
    refused(reply, 400, "PURPOSE_NOT_ALLOWED_FOR_PARTNER")


def schedule(shown):
    return shown["schedule"]["callSchedule"]["timeBasis"], shown["schedule"]["callSchedule"]["startTimeLocal"], \
        shown["schedule"]["callSchedule"]["startTimeUtc"]


def test_the_schedule_follows(shared_server):
    campaign = make_campaign(shared_server, timezone="America/New_York")
    local = patch(shared_server, campaign, callTime="Apr 5, 2031 9:30 PM",
                  followUpRetries=[{"delayDays": 2}, {"time": "10:00 AM", "delayDays": 3}])
    assert schedule(local) == ("LOCAL", "2031-04-05T21:30:00", "2031-04-06T01:30:00.000Z")
    west = patch(shared_server, campaign, timezone="America/Los_Angeles")
    assert schedule(west) == ("LOCAL", "2031-04-05T21:30:00", "2031-04-06T04:30:00.000Z")
    slots = ledger.rows(shared_server, "SELECT slot_at FROM campaign_slot WHERE campaign_id = ? ORDER BY slot", campaign)
    assert [s["slot_at"] - slots[0]["slot_at"] for s in slots] == [0, 48 * 3600_000, (72 - 11.5) * 3600_000]
    utc = patch(shared_server, campaign, callStartTimeUtc="2032-01-01T10:00:00Z")
    assert schedule(utc) == ("UTC", None, "2032-01-01T10:00:00.000Z")
    assert utc["schedule"]["followUpRetries"] == local["schedule"]["followUpRetries"]
    assert patch(shared_server, campaign, retryScheduleUtc=["2032-01-03T10:00:00Z"])["schedule"]["followUpRetries"] == \
        [{"time": "2032-01-03T10:00:00.000Z", "delayDays": 2}]


def test_who_waits_is_called_at_the_new_time(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, a_lead(phoneNumber="+12025550103"))
    patch(server, campaign, callStartTimeUtc="2025-01-01T10:00:00Z")
    eventually(lambda: server.ok("GET", f"/campaigns/{campaign}/leads")["leads"][0]["status"] == "NoAnswer", 15)
    for change in ({"callStartTimeUtc": "2031-01-01T10:00:00Z"}, {"timezone": "Asia/Tokyo"}, {"questions": ["Well?"]}):
        refused(server.api("PATCH", f"/campaigns/{campaign}", change), 400, "PURPOSE_NOT_ALLOWED_FOR_PARTNER")
    assert patch(server, campaign, title="Still mine")["title"] == "Still mine"


# ---- in the background ----

def spoken(server, text):
    return prompt_file(server, text).exists()


def test_words_are_rendered_long_before_the_first_call(server):
    campaign = make_campaign(server, openingMessage="Hello from Acme.", closingMessage="Goodbye.")
    eventually(lambda: spoken(server, "Hello from Acme.") and spoken(server, "Goodbye."), 30)
    patch(server, campaign, startMessage="Hello again.")
    eventually(lambda: spoken(server, "Hello again."), 30)
