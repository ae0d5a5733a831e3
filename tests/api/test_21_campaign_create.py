"""POST /campaigns: what is taken, how it is shown, and what is refused in which words."""

import json
import re

import pytest

from lib.answers import fault, faults, refused
from lib.campaign import a_campaign, a_reminder, without
from lib.raw import raw

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


def create(server, body):
    return server.ok("POST", "/campaigns", body)["campaign"]


def total(server):
    return server.ok("GET", "/campaigns")["pagination"]["total"]


# ---- what it looks like ----

def test_the_request_of_the_documentation(shared_server):
    body = {
        "title": "Q2 eng assessment reminders",
        "timezone": "America/New_York",
        "companySiteId": shared_server.ids["companySiteId"],
        "phoneNumber": "+15551234567",
        "purposeType": "ASSESSMENT_REMINDER",
        "callType": "IVR",
        "openingMessage": "Hi, this is Acme recruiting about your pending technical assessment.",
        "closingMessage": "Thank you. You will receive a text with the link shortly. Goodbye.",
        "callStartTimeUtc": "2025-06-01T15:00:00.000Z",
        "jobDetails": {
            "assessmentTestId": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
            "jobTitle": "Software Engineer",
            "assessmentName": "Technical screen",
            "assessmentFirstReminderDelayHours": 48,
            "assessmentReminderSmsTemplate": "Reminder: your assessment link is ready.",
            "autoAddInvitedCandidates": False,
        },
    }
    reply = shared_server.api("POST", "/campaigns", body)
    assert reply.status_code == 201
    said = reply.json()
    id, created = said["campaign"]["id"], said["campaign"]["createdAt"]
    expected = {"campaign": {
        "id": id,
        "title": "Q2 eng assessment reminders",
        "status": "RUNNING",
        "purposeType": "ASSESSMENT_REMINDER",
        "timezone": "America/New_York",
        "companySiteId": shared_server.ids["companySiteId"],
        "createdAt": created,
        "updatedAt": created,
        "callSettings": {"callType": "IVR", "aiCallScript": ""},
        "schedule": {
            "callTimeDisplay": "Jun 01, 2025 11:00 AM",
            "callSchedule": {
                "timeBasis": "UTC",
                "startTimeLocal": None,
                "startTimeUtc": "2025-06-01T15:00:00.000Z",
            },
            "followUpRetries": [],
        },
        "messages": {
            "openingMessage": "Hi, this is Acme recruiting about your pending technical assessment.",
            "closingMessage": "Thank you. You will receive a text with the link shortly. Goodbye.",
        },
        "assessment": {
            "assessmentTestId": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
            "assessmentName": "Technical screen",
            "jobTitle": "Software Engineer",
            "autoAddInvitedCandidates": False,
            "assessmentReminderSmsTemplate": "Reminder: your assessment link is ready.",
            "assessmentPostCallSmsTemplate": "",
            "assessmentFirstReminderDelayHours": 48,
        },
    }}
    assert json.dumps(said) == json.dumps(expected)  # the order of the keys included
    assert isinstance(id, int) and ISO.match(created)
    assert reply.headers["Location"] == f"/v1/partner/campaigns/{id}"
    assert shared_server.api("GET", f"/campaigns/{id}").content == reply.content


@pytest.mark.parametrize("purpose", ["SCHEDULE", "ONLINE_INTERVIEW", "INTEREST_CHECK"])
def test_other_purposes_have_no_assessment(shared_server, purpose):
    for changes in ({}, {"jobDetails": {"anything": {"at": ["all"]}}}):
        made = create(shared_server, a_campaign(shared_server, purposeType=purpose, **changes))
        assert made["purposeType"] == purpose
        assert list(made) == ["id", "title", "status", "purposeType", "timezone", "companySiteId", "createdAt",
                              "updatedAt", "callSettings", "schedule", "messages"]
    create(shared_server, without(a_campaign(shared_server, purposeType=purpose), "jobDetails", "callType"))


def test_ids_grow(shared_server):
    ids = [create(shared_server, a_campaign(shared_server))["id"] for _ in range(3)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("changes, shown", [
    ({"title": "Ünïcode \"quoted\" \\ / \t\u2028 😀"}, {"title": "Ünïcode \"quoted\" \\ / \t\u2028 😀"}),
    ({"title": "  "}, {"title": "  "}),
    ({"title": "x" * 500}, {"title": "x" * 500}),
    ({"title": "😀" * 250}, {"title": "😀" * 250}),
    ({"status": "PAUSED"}, {"status": "PAUSED"}),
    ({"status": "whatever"}, {"status": "whatever"}),
    ({"callType": "ivr"}, {"callSettings": {"callType": "IVR", "aiCallScript": ""}}),
    ({"callType": "AICALL", "aiCallScript": "Be kind."},
     {"callSettings": {"callType": "AICall", "aiCallScript": "Be kind."}}),
    ({"callType": "aicall"}, {"callSettings": {"callType": "AICall", "aiCallScript": ""}}),
    ({"aiCallScript": ""}, {"callSettings": {"callType": "IVR", "aiCallScript": ""}}),
    ({"questions": []}, {}),
    ({"questions": ["Do you have a driving licence?",
                    {"text": "When?", "options": [{"digit": "1", "label": "now", "outcome": "interested"},
                                                  {"digit": "8", "label": "never", "outcome": "not_interested"}]}]}, {}),
    ({"timezone": "america/new_york"}, {"timezone": "america/new_york"}),
    ({"timezone": "US/Eastern"}, {"timezone": "US/Eastern"}),
    ({"timezone": "GB"}, {"timezone": "GB"}),
    ({"timezone": "UTC"}, {"timezone": "UTC"}),
    ({"timezone": "ASIA/KOLKATA"}, {"timezone": "ASIA/KOLKATA"}),
])
def test_values_that_are_taken(shared_server, changes, shown):
    made = create(shared_server, a_campaign(shared_server, **changes))
    assert {k: made[k] for k in shown} == shown
    assert shared_server.ok("GET", f"/campaigns/{made['id']}")["campaign"] == made


def test_a_site_id_may_be_a_string(shared_server):
    id = shared_server.ids["companySiteId"]
    for sent in (id, str(id), f" {id} ", f"{id}.0", float(id)):
        made = create(shared_server, a_campaign(shared_server, companySiteId=sent))
        assert json.dumps(made["companySiteId"]) == str(id)


@pytest.mark.parametrize("number", ["+13125550100", "(312) 555-0100", "312.555.0100", "1 312 555 0100", "+1 (312) 555-0100",
                                    "+15551234567", "555-123-4567"])
def test_the_caller_number_as_people_write_it(shared_server, number):
    create(shared_server, a_campaign(shared_server, phoneNumber=number))


# ---- assessments ----

ASSESSMENT = {"assessmentReminderSmsTemplate": "top r", "assessmentPostCallSmsTemplate": "top p",
              "autoAddInvitedCandidates": True, "assessmentFirstReminderDelayHours": 3, "assessmentTestId": "top"}


def test_assessment_fields_at_top_level(shared_server):
    made = create(shared_server, a_campaign(shared_server, purposeType="ASSESSMENT_REMINDER",
                                            jobDetails={"jobTitle": "Cook"}, **ASSESSMENT))
    assert made["assessment"] == {"assessmentTestId": "top", "assessmentName": "", "jobTitle": "Cook",
                                  "autoAddInvitedCandidates": True, "assessmentReminderSmsTemplate": "top r",
                                  "assessmentPostCallSmsTemplate": "top p", "assessmentFirstReminderDelayHours": 3}


def test_what_job_details_say_wins(shared_server):
    nested = {"assessmentReminderSmsTemplate": "", "assessmentPostCallSmsTemplate": "in p", "jobTitle": "Cook",
              "autoAddInvitedCandidates": False, "assessmentFirstReminderDelayHours": 0, "assessmentTestId": "in",
              "assessmentName": "Soup"}
    made = create(shared_server, a_campaign(shared_server, purposeType="ASSESSMENT_REMINDER", jobDetails=nested,
                                            **ASSESSMENT))
    assert made["assessment"] == nested


@pytest.mark.parametrize("sent, shown", [(0, "0"), (168, "168"), (0.5, "0.5"), (167.25, "167.25"), ("24", "24"), ("1e1", "10"),
                                         (" 5 ", "5"), (24.0, "24")])
def test_delays(shared_server, sent, shown):
    for body in (a_reminder(shared_server, {"assessmentFirstReminderDelayHours": sent}),
                 a_reminder(shared_server, assessmentFirstReminderDelayHours=sent)):
        made = create(shared_server, body)
        assert json.dumps(made["assessment"]["assessmentFirstReminderDelayHours"]) == shown


@pytest.mark.parametrize("sent, shown", [("x-1", "x-1"), (42, "42"), (1.5, "1.5"), ("007", "007")])
def test_a_test_id_is_text(shared_server, sent, shown):
    assert create(shared_server, a_reminder(shared_server, {"assessmentTestId": sent}))["assessment"]["assessmentTestId"] == shown


@pytest.mark.parametrize("sent, shown", [(True, True), ("true", True), ("FALSE", False)])
def test_booleans_may_be_text(shared_server, sent, shown):
    made = create(shared_server, a_reminder(shared_server, {"autoAddInvitedCandidates": sent}))
    assert made["assessment"]["autoAddInvitedCandidates"] is shown


# ---- schedules ----

def schedule(server, zone="America/New_York", **changes):
    body = a_campaign(server, timezone=zone, **changes)
    return create(server, body if "callStartTimeUtc" in changes else without(body, "callStartTimeUtc"))["schedule"]


@pytest.mark.parametrize("sent, shown", [
    ("2025-06-01T15:00:00.000Z", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01T15:00:00Z", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01 15:00:00", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01T15:00", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01T17:00:00.123456+02:00", "2025-06-01T15:00:00.123Z"),
    ("2025-06-01T09:30:00-0530", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01", "2025-06-01T00:00:00.000Z"),
    ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
])
def test_moments(shared_server, sent, shown):
    s = schedule(shared_server, callStartTimeUtc=sent)
    assert s["callSchedule"] == {"timeBasis": "UTC", "startTimeLocal": None, "startTimeUtc": shown}


@pytest.mark.parametrize("utc, zone, shown", [
    ("2025-01-05T05:07:00Z", "America/New_York", "Jan 05, 2025 12:07 AM"),
    ("2025-07-05T16:00:00Z", "America/New_York", "Jul 05, 2025 12:00 PM"),
    ("2025-03-09T07:00:00Z", "America/New_York", "Mar 09, 2025 03:00 AM"),
    ("2025-12-31T23:00:00Z", "Asia/Kolkata", "Jan 01, 2026 04:30 AM"),
    ("2025-06-01T15:00:00Z", "utc", "Jun 01, 2025 03:00 PM"),
])
def test_the_first_call_as_displayed(shared_server, utc, zone, shown):
    assert schedule(shared_server, zone, callStartTimeUtc=utc)["callTimeDisplay"] == shown


@pytest.mark.parametrize("sent, local, utc", [
    ("2025-06-01T11:00:00", "2025-06-01T11:00:00", "2025-06-01T15:00:00.000Z"),
    ("2025-06-01 11:00", "2025-06-01T11:00:00", "2025-06-01T15:00:00.000Z"),
    ("Jun 01, 2025 11:00 AM", "2025-06-01T11:00:00", "2025-06-01T15:00:00.000Z"),
    ("June 1, 2025 11:00 am", "2025-06-01T11:00:00", "2025-06-01T15:00:00.000Z"),
    ("Jan 15, 2025 12:30 PM", "2025-01-15T12:30:00", "2025-01-15T17:30:00.000Z"),
    ("2025-06-01T15:00:00.000Z", "2025-06-01T11:00:00", "2025-06-01T15:00:00.000Z"),
    ("2025-03-09T02:30:00", "2025-03-09T03:30:00", "2025-03-09T07:30:00.000Z"),  # does not exist: the clock moves on
    ("2025-11-02T01:30:00", "2025-11-02T01:30:00", "2025-11-02T05:30:00.000Z"),  # comes twice: the first one
])
def test_local_times(shared_server, sent, local, utc):
    s = schedule(shared_server, callTime=sent)
    assert s["callSchedule"] == {"timeBasis": "LOCAL", "startTimeLocal": local, "startTimeUtc": utc}


def test_local_follow_ups(shared_server):
    ups = [{"time": "Jun 02, 2025 10:00 AM", "delayDays": 1}, {"time": "2025-06-03T15:00:00Z", "delayDays": "2"},
           {"time": "2025-06-04T11:00:00"}]
    s = schedule(shared_server, callTime="2025-06-01T11:00:00", followUpRetries=ups)
    assert s["callSchedule"]["timeBasis"] == "LOCAL"
    assert s["followUpRetries"] == [{"time": "Jun 02, 2025 10:00 AM", "delayDays": 1},
                                    {"time": "2025-06-03T15:00:00.000Z", "delayDays": 2},
                                    {"time": "2025-06-04T11:00:00", "delayDays": 0}]


def test_utc_retries(shared_server):
    s = schedule(shared_server, callStartTimeUtc="2025-06-01T15:00:00Z",
                 retryScheduleUtc=["2025-06-02T15:00:00Z", {"time": "2025-06-05T15:00:00+01:00", "delayDays": 7},
                                   {"time": "2025-06-03T03:00:00Z"}])
    assert s["followUpRetries"] == [{"time": "2025-06-02T15:00:00.000Z", "delayDays": 1},
                                    {"time": "2025-06-05T14:00:00.000Z", "delayDays": 7},
                                    {"time": "2025-06-03T03:00:00.000Z", "delayDays": 1}]  # 2 June in New York
    assert list(s["followUpRetries"][0]) == ["time", "delayDays"]


def test_utc_wins_over_local(shared_server):
    s = schedule(shared_server, callStartTimeUtc="2025-06-01T15:00:00Z", callTime="2030-01-01T00:00:00",
                 retryScheduleUtc=["2025-06-02T15:00:00Z"], followUpRetries=[{"time": "2030-01-02T00:00:00"}])
    assert s["callTimeDisplay"] == "Jun 01, 2025 11:00 AM"
    assert s["callSchedule"]["timeBasis"] == "UTC"
    assert s["followUpRetries"] == [{"time": "2025-06-02T15:00:00.000Z", "delayDays": 1}]


@pytest.mark.parametrize("sent", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z",
                                  "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("field", ["callStartTimeUtc", "callTime", "retryScheduleUtc", "followUpRetries"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_time(shared_server, sent, field, zone):
    value = {"retryScheduleUtc": [sent], "followUpRetries": [{"time": sent, "delayDays": 365}]}.get(field, sent)
    body = a_campaign(shared_server, timezone=zone, **{field: value})
    reply = shared_server.api("POST", "/campaigns", without(body, "callStartTimeUtc") if field == "callTime" else body)
    assert reply.status_code in (201, 400), reply.text
    if reply.status_code == 201:
        shown = reply.json()["campaign"]["schedule"]
        assert ISO.match(shown["callSchedule"]["startTimeUtc"])
        assert re.fullmatch(r"[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d [AP]M", shown["callTimeDisplay"])
    else:
        assert "must be in iso format" in json.dumps(faults(reply))


# ---- faults ----

MISSING = object()
LONG = "length must be less than or equal to %d characters long"
ISO_FAULT = "must be in iso format"

FAULTS = [
    ("title", MISSING, "is required"),
    ("title", "", "is not allowed to be empty"),
    ("title", None, "must be a string"),
    ("title", 5, "must be a string"),
    ("title", ["x"], "must be a string"),
    ("title", "x" * 501, LONG % 500),
    ("title", "😀" * 251, LONG % 500),
    ("timezone", MISSING, "is required"),
    ("timezone", "", "is not allowed to be empty"),
    ("timezone", 1, "must be a string"),
    *[("timezone", zone, "must be a valid IANA time zone")
      for zone in ("Mars/Base", "+05:00", "UTC+3", "Europe", "../UTC", "/etc/localtime", "localtime", "leapseconds", "Z",
                   " UTC", "America/New_York ", "posix/UTC", "x" * 5000, "America//New_York", "EST5EDT4")],
    ("companySiteId", MISSING, "is required"),
    ("companySiteId", None, "must be one of [number, string]"),
    ("companySiteId", True, "must be one of [number, string]"),
    ("companySiteId", [], "must be one of [number, string]"),
    ("companySiteId", "", "is not allowed to be empty"),
    ("companySiteId", 1.5, "must be an integer"),
    ("companySiteId", 1e300, "must be a safe number"),
    ("companySiteId", 2**70, "must be a safe number"),
    *[("companySiteId", id, "must be a site of the API key user")
      for id in (999999, 0, -1, "999999", "abc", "1.5", " ", "1; DROP TABLE site")],
    ("phoneNumber", MISSING, "is required"),
    ("phoneNumber", "", "is not allowed to be empty"),
    ("phoneNumber", 13125550100, "must be a string"),
    *[("phoneNumber", number, "must be a verified number of the company")
      for number in ("+13125550199", "+442071838750", "555", "+0", "none", "+" + "1" * 400)],
    ("openingMessage", MISSING, "is required"),
    ("openingMessage", "", "is not allowed to be empty"),
    ("openingMessage", {}, "must be a string"),
    ("openingMessage", "x" * 5001, LONG % 5000),
    ("closingMessage", MISSING, "is required"),
    ("closingMessage", "", "is not allowed to be empty"),
    ("closingMessage", False, "must be a string"),
    ("closingMessage", "x" * 5001, LONG % 5000),
    *[("purposeType", purpose, "must be one of [SCHEDULE, ONLINE_INTERVIEW, INTEREST_CHECK, ASSESSMENT_REMINDER]")
      for purpose in ("", "schedule", "SCHEDULE ", "OTHER", None, 1, [])],
    ("purposeType", MISSING, "is required"),
    *[("jobDetails", job, "must be of type object") for job in ("{}", 1, [], None)],
    ("callTime", "", "is not allowed to be empty"),
    ("callTime", 5, "must be a string"),
    *[("callTime", time, ISO_FAULT) for time in ("tomorrow", "10:00 AM", "Feb 30, 2025 10:00 AM", "2025-02-30T10:00:00",
                                                 "Foo 01, 2025 10:00 AM", "Jun 01, 2025 13:00 PM", "2025-06-01T24:00:00")],
    ("followUpRetries", "x", "must be an array"),
    ("followUpRetries", {}, "must be an array"),
    ("followUpRetries", [{"delayDays": 1}] * 33, "must contain less than or equal to 32 items"),
    ("callStartTimeUtc", MISSING, "is required"),
    ("callStartTimeUtc", "", "is not allowed to be empty"),
    ("callStartTimeUtc", None, "must be a string"),
    ("callStartTimeUtc", 1748790000000, "must be a string"),
    *[("callStartTimeUtc", time, ISO_FAULT)
      for time in ("now", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z", "2025-02-29", "2025-06-31T00:00:00Z",
                   "2025-06-01T24:00:00Z", "2025-06-01t15:00:00Z", "2025-06-01T15:00:00z", "20250601T150000Z",
                   "2025-06-01T15:60:00Z", "2025-06-01T15:00:00+24:00", "2025-06-01T15:00:00Z ", "2025-6-1",
                   "Jun 01, 2025 11:00 AM")],
    ("retryScheduleUtc", "2025-06-01", "must be an array"),
    ("retryScheduleUtc", ["2025-06-02"] * 33, "must contain less than or equal to 32 items"),
    *[("callType", call, "must be one of [IVR, AICall]") for call in ("", "PHONE", None, 1, "IVR ")],
    ("aiCallScript", None, "must be a string"),
    ("aiCallScript", "x" * 20001, LONG % 20000),
    ("questions", "Why?", "must be an array"),
    ("questions", {}, "must be an array"),
    ("questions", None, "must be an array"),
    ("status", "", "is not allowed to be empty"),
    ("status", 1, "must be a string"),
    ("status", "x" * 51, LONG % 50),
    ("assessmentTestId", "", "is not allowed to be empty"),
    ("assessmentTestId", True, "must be one of [string, number]"),
    ("assessmentReminderSmsTemplate", "x" * 301, LONG % 300),
    ("assessmentReminderSmsTemplate", 1, "must be a string"),
    ("assessmentPostCallSmsTemplate", "😀" * 151, LONG % 300),
    *[("autoAddInvitedCandidates", value, "must be a boolean") for value in (1, 0, "yes", "", None)],
    ("assessmentFirstReminderDelayHours", -1, "must be greater than or equal to 0"),
    ("assessmentFirstReminderDelayHours", 168.001, "must be less than or equal to 168"),
    ("assessmentFirstReminderDelayHours", 169, "must be less than or equal to 168"),
    *[("assessmentFirstReminderDelayHours", hours, "must be a number") for hours in ("", "x", "0x10", True, None, [], "Infinity")],
    ("assessmentFirstReminderDelayHours", 1e300, "must be a safe number"),
    ("assessmentFirstReminderDelayHours", "1e999", "must be a safe number"),
    ("id", 1, "is not allowed"),
    ("Title", "x", "is not allowed"),
    ("accessLevel", "COMPANY", "is not allowed"),
]


def name_of(value):
    text = "missing" if value is MISSING else repr(value)
    return text if len(text) < 40 else text[:40] + "..."


@pytest.mark.parametrize("field, value, text", FAULTS, ids=name_of)
def test_one_fault(shared_server, field, value, text):
    body = without(a_campaign(shared_server), field) if value is MISSING else a_campaign(shared_server, **{field: value})
    assert fault(shared_server.api("POST", "/campaigns", body), field) == f'"{field}" {text}'


NESTED_FAULTS = [
    ({"followUpRetries": ["x"]}, "followUpRetries.0", '"[0]" must be of type object'),
    ({"followUpRetries": [{}]}, "followUpRetries.0.time", '"time" is required'),
    ({"followUpRetries": [{"time": "soon"}]}, "followUpRetries.0.time", '"time" must be in iso format'),
    ({"followUpRetries": [{"time": "2025-02-30T10:00:00"}]}, "followUpRetries.0.time", '"time" must be in iso format'),
    ({"followUpRetries": [{"time": "2025-06-01", "delayDays": -1}]}, "followUpRetries.0.delayDays",
     '"delayDays" must be greater than or equal to 0'),
    ({"followUpRetries": [{"time": "2025-06-01", "delayDays": 1.5}]}, "followUpRetries.0.delayDays",
     '"delayDays" must be an integer'),
    ({"followUpRetries": [{"time": "2025-06-01"}, {"time": "2025-06-01", "day": 1}]}, "followUpRetries.1.day",
     '"day" is not allowed'),
    ({"retryScheduleUtc": [1]}, "retryScheduleUtc.0", '"[0]" must be one of [string, object]'),
    ({"retryScheduleUtc": [None]}, "retryScheduleUtc.0", '"[0]" must be one of [string, object]'),
    ({"retryScheduleUtc": ["2025-06-01", "x"]}, "retryScheduleUtc.1", '"[1]" must be in iso format'),
    ({"retryScheduleUtc": [{}]}, "retryScheduleUtc.0.time", '"time" is required'),
    ({"retryScheduleUtc": [{"time": "10:00"}]}, "retryScheduleUtc.0.time", '"time" must be in iso format'),
    ({"jobDetails": {"jobTitle": 5}}, "jobDetails.jobTitle", '"jobTitle" must be a string'),
    ({"jobDetails": {"assessmentName": "x" * 501}}, "jobDetails.assessmentName", '"assessmentName" ' + LONG % 500),
    ({"jobDetails": {"assessmentFirstReminderDelayHours": 169}}, "jobDetails.assessmentFirstReminderDelayHours",
     '"assessmentFirstReminderDelayHours" must be less than or equal to 168'),
    ({"jobDetails": {"autoAddInvitedCandidates": "no"}}, "jobDetails.autoAddInvitedCandidates",
     '"autoAddInvitedCandidates" must be a boolean'),
    ({"questions": [""]}, "questions.0", '"[0]" is not allowed to be empty'),
    ({"questions": ["x", 5]}, "questions.1", '"[1]" must be one of [string, object]'),
    ({"questions": [{}]}, "questions.0.text", '"text" is required'),
    ({"questions": [{"text": "x", "options": 1}]}, "questions.0.options", '"options" must be an array'),
    ({"questions": [{"text": "x", "options": [1]}]}, "questions.0.options.0", '"[0]" must be of type object'),
    ({"questions": [{"text": "x", "options": [{"digit": "9", "label": "y"}]}]}, "questions.0.options.0.digit",
     '"digit" must be one of [1, 2, 3, 4, 5, 6, 7, 8]'),
]


@pytest.mark.parametrize("changes, path, text", NESTED_FAULTS, ids=lambda v: v if isinstance(v, str) else "")
def test_one_fault_within(shared_server, changes, path, text):
    assert fault(shared_server.api("POST", "/campaigns", a_campaign(shared_server, **changes)), path) == text


def test_what_an_assessment_needs(shared_server):
    body = a_reminder(shared_server)
    for job, texts in [
            (None, {"jobDetails": '"jobDetails" is required'}),
            ({}, {"jobDetails.jobTitle": '"jobTitle" is required',
                  "jobDetails.assessmentTestId": '"assessmentTestId" is required'}),
            ({"assessmentTestId": "x"}, {"jobDetails.jobTitle": '"jobTitle" is required'}),
            ({"jobTitle": "x"}, {"jobDetails.assessmentTestId": '"assessmentTestId" is required'}),
            ({"jobTitle": "", "assessmentTestId": "x"}, {"jobDetails.jobTitle": '"jobTitle" is not allowed to be empty'})]:
        changed = without(body, "jobDetails") | ({} if job is None else {"jobDetails": job})
        assert faults(shared_server.api("POST", "/campaigns", changed)) == texts


def test_every_fault_at_once_in_the_order_of_the_schema(shared_server):
    body = {"zebra": 1, "status": "", "questions": 1, "callType": "x", "retryScheduleUtc": 1, "callStartTimeUtc": "x",
            "followUpRetries": [{"time": "x"}], "callTime": "x", "jobDetails": {"jobTitle": 1}, "purposeType": "x",
            "closingMessage": "", "openingMessage": "", "phoneNumber": "", "companySiteId": "", "timezone": "",
            "title": "", "autoAddInvitedCandidates": 1, "apple": 2}
    found = list(faults(shared_server.api("POST", "/campaigns", body)))
    in_order = ["title", "timezone", "companySiteId", "phoneNumber", "openingMessage", "closingMessage", "purposeType",
                "jobDetails.jobTitle", "callTime", "followUpRetries.0.time", "callStartTimeUtc", "retryScheduleUtc",
                "callType", "status", "autoAddInvitedCandidates"]
    assert sorted(found) == sorted(in_order + ["questions", "zebra", "apple"])
    assert [f for f in found if f in in_order] == in_order
    assert found[-2:] == ["zebra", "apple"]


def test_the_empty_body(shared_server):
    required = ["title", "timezone", "companySiteId", "phoneNumber", "openingMessage", "closingMessage", "purposeType"]
    expected = {name: f'"{name}" is required' for name in required}
    for body in (b"{}", b"", b" {\n} "):
        reply = shared_server.api("POST", "/campaigns", data=body, headers={"Content-Type": "application/json"})
        if body or reply.status_code == 400:
            assert faults(reply) == expected


def test_store_faults_come_together(shared_server):
    body = a_campaign(shared_server, companySiteId=999999, phoneNumber="+13125550199")
    assert list(faults(shared_server.api("POST", "/campaigns", body))) == ["companySiteId", "phoneNumber"]


def test_a_thousand_unknown_keys(shared_server):
    reply = shared_server.api("POST", "/campaigns", a_campaign(shared_server) | {f"k{i}": 1 for i in range(1000)})
    error = refused(reply, 400)
    assert len(error["details"]) == 100
    assert error["message"] == "One or more fields are invalid. 900 more are not listed."


# ---- bodies that are no body ----

def whole(server):
    return json.dumps(a_campaign(server)).encode()


BODIES = {
    "cut short": lambda s: whole(s)[:-1],
    "something after it": lambda s: whole(s) + b"x",
    "two of them": lambda s: whole(s) * 2,
    "a key twice": lambda s: whole(s)[:-1] + b', "title": "again"}',
    "a nested key twice": lambda s: whole(s)[:-1] + b', "questions": [{"text": "a", "text": "b"}]}',
    "a comma too many": lambda s: whole(s)[:-1] + b",}",
    "single quotes": lambda s: whole(s).replace(b'"', b"'"),
    "a comment": lambda s: b"/* */" + whole(s),
    "NaN": lambda s: whole(s)[:-1] + b', "status": NaN}',
    "NUL in a string": lambda s: whole(s)[:-1] + b', "status": "a\\u0000b"}',
    "NUL in a key": lambda s: whole(s)[:-1] + b', "sta\\u0000tus": "a"}',
    "a bare NUL": lambda s: whole(s) + b"\0",
    "half a surrogate": lambda s: whole(s)[:-1] + b', "status": "\\ud800"}',
    "surrogates the wrong way": lambda s: whole(s)[:-1] + b', "status": "\\udc00\\ud800"}',
    "Latin-1": lambda s: whole(s)[:-1] + b', "status": "\xe4"}',
    "an overlong slash": lambda s: whole(s)[:-1] + b', "status": "\xc0\xaf"}',
    "a line break in a string": lambda s: whole(s)[:-1] + b', "status": "a\nb"}',
    "UTF-16": lambda s: whole(s).decode().encode("utf-16"),
    "17 levels": lambda s: whole(s)[:-1] + b', "jobDetails": ' + b'{"a":' * 17 + b"1" + b"}" * 17 + b"}",
    "100,000 levels": lambda s: b"[" * 100000,
    "100,000 objects": lambda s: b'{"a":' * 100000,
    "an exponent without end": lambda s: whole(s)[:-1] + b', "status": 1e99999}',
    "an array": lambda s: b"[" + whole(s) + b"]",
    "null": lambda s: b"null",
    "true": lambda s: b"true",
    "a number": lambda s: b"5",
    "a string": lambda s: json.dumps(whole(s).decode()).encode(),
    "a form": lambda s: b"title=x&timezone=UTC",
    "only blanks": lambda s: b"   ",
}


@pytest.mark.parametrize("name", BODIES)
def test_no_such_body_makes_a_campaign(shared_server, name):
    before = total(shared_server)
    reply = shared_server.api("POST", "/campaigns", data=BODIES[name](shared_server),
                              headers={"Content-Type": "application/json"})
    assert fault(reply, "body").startswith('"value" must be of type object' if name in ("an array", "null", "true", "a number",
                                                                                        "a string") else '"body" ')
    assert total(shared_server) == before


def test_a_refused_campaign_leaves_nothing(shared_server):
    before = total(shared_server)
    for changes in ({"companySiteId": 999999}, {"phoneNumber": "+13125550199"}, {"retryScheduleUtc": ["x"]}, {"x": 1}):
        refused(shared_server.api("POST", "/campaigns", a_campaign(shared_server, **changes)), 400)
    assert total(shared_server) == before


def test_a_string_of_a_megabyte(shared_server):
    before = total(shared_server)
    body = a_campaign(shared_server, title="x" * 1_000_000)
    assert fault(shared_server.api("POST", "/campaigns", body), "title") == '"title" ' + LONG % 500
    body = a_campaign(shared_server, **{"k" * 1_000_000: 1})
    assert faults(shared_server.api("POST", "/campaigns", body)) == {"k" * 100 + "…": f'"{"k" * 100}…" is not allowed'}
    assert total(shared_server) == before


def pieces(size, of=65536):
    while size > 0:
        yield b" " * min(size, of)
        size -= of


def test_a_body_over_the_limit(shared_server):
    before = total(shared_server)
    body = whole(shared_server)
    at_limit = body + b" " * ((1 << 20) - len(body))
    json_type = {"Content-Type": "application/json"}
    refused(shared_server.api("POST", "/campaigns", data=at_limit + b" ", headers=json_type), 413)
    refused(shared_server.api("POST", "/campaigns", data=pieces((1 << 20) + 1), headers=json_type), 413)
    assert total(shared_server) == before
    assert shared_server.api("POST", "/campaigns", data=at_limit, headers=json_type).status_code == 201


def test_a_body_in_pieces(shared_server):
    body = whole(shared_server)
    for n in (1, 7, 1000):
        parts = (body[i:i + n] for i in range(0, len(body), n))
        assert shared_server.api("POST", "/campaigns", data=parts).status_code == 201


def test_a_body_announced_and_refused_before_it_comes(shared_server):
    reply = raw(shared_server, "POST", "/v1/partner/campaigns",
                [("Content-Type", "application/json"), ("Content-Length", "2000000"), ("Expect", "100-continue")])
    assert reply.status == 413


@pytest.mark.parametrize("type", [None, "", "application/json", "application/json; charset=utf-8", "APPLICATION/JSON",
                                  "application/json;charset=UTF-8", "application/merge-patch+json"])
def test_content_types_that_are_json(shared_server, type):
    headers = {} if type is None else {"Content-Type": type}
    assert shared_server.api("POST", "/campaigns", data=whole(shared_server), headers=headers).status_code == 201


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"},
                                     {"Content-Type": "application/jsonp"}, {"Content-Type": "application/json; charset=latin1"},
                                     {"Content-Type": "multipart/form-data; boundary=x"},
                                     {"Content-Type": "application/json", "Content-Encoding": "gzip"}],
                         ids=lambda h: ", ".join(h.values()))
def test_content_types_that_are_not(shared_server, headers):
    before = total(shared_server)
    reply = shared_server.api("POST", "/campaigns", data=whole(shared_server), headers=headers)
    assert fault(reply, "body") == '"body" must be sent as application/json, uncompressed'
    assert total(shared_server) == before
