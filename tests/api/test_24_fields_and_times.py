"""Messages with {{fields}}, questions and times to choose from: what may be saved, and what is refused with its path."""

import pytest

from lib.answers import fault, faults
from lib.campaign import FAR_FUTURE, a_campaign, a_lead, a_reminder, add_leads, list_leads, make_campaign

SPOKEN = "[firstName, lastName, jobTitle, companyName, location, assessmentName]"
SENT = "[firstName, lastName, jobTitle, companyName, location, assessmentName, assessmentLink, meetingUrl]"


def unknown(label, field, known=SPOKEN):
    return f'"{label}" contains the unknown field {{{{{field}}}}}, known are {known}'


SLOT = "jobDetails.interviewSlots"
LATER = "2030-06-02T14:30:00Z"


def slots(*given):
    return {"purposeType": "SCHEDULE", "jobDetails": {"interviewSlots": list(given)}}


REFUSED = [
    ({"openingMessage": "Hi {{nick}}."}, "openingMessage", unknown("openingMessage", "nick")),
    ({"openingMessage": "Hi {{firstname}}."}, "openingMessage", unknown("openingMessage", "firstname")),
    ({"openingMessage": "See {{assessmentLink}}."}, "openingMessage", unknown("openingMessage", "assessmentLink")),
    ({"closingMessage": "Bye {{ first name }}."}, "closingMessage", unknown("closingMessage", "first name")),
    ({"closingMessage": "Bye {{firstName."}, "closingMessage", '"closingMessage" contains {{ without }}'),
    ({"closingMessage": "Bye firstName}}."}, "closingMessage", '"closingMessage" contains }} without {{'),
    ({"aiCallScript": "You call {{who}}."}, "aiCallScript", unknown("aiCallScript", "who")),
    ({"assessmentReminderSmsTemplate": "{{link}}"}, "assessmentReminderSmsTemplate",
     unknown("assessmentReminderSmsTemplate", "link", SENT)),
    ({"assessmentPostCallSmsTemplate": "{{link}}"}, "assessmentPostCallSmsTemplate",
     unknown("assessmentPostCallSmsTemplate", "link", SENT)),
    ({"jobDetails": {"assessmentReminderSmsTemplate": "{{x}}"}}, "jobDetails.assessmentReminderSmsTemplate",
     unknown("assessmentReminderSmsTemplate", "x", SENT)),
    ({"jobDetails": {"assessmentPostCallSmsTemplate": "{{"}}, "jobDetails.assessmentPostCallSmsTemplate",
     '"assessmentPostCallSmsTemplate" contains {{ without }}'),
    ({"questions": ["Hi {{nick}}, well?"]}, "questions.0", unknown("[0]", "nick")),
    ({"questions": ["a", {"text": "{{nick}}"}]}, "questions.1.text", unknown("text", "nick")),
    ({"questions": [{"text": "a", "options": [{"digit": "1", "label": "{{nick}}"}]}]}, "questions.0.options.0.label",
     unknown("label", "nick")),
    *[({"questions": [{"text": "a", "options": [{"digit": digit, "label": "b"}]}]}, "questions.0.options.0.digit",
       '"digit" must be one of [1, 2, 3, 4, 5, 6, 7, 8]') for digit in ("9", "0", 9, 0, "10", "", "a", 1.5, None, True, [])],
    ({"questions": [{"text": "a", "options": [{"digit": 1, "label": "b"}, {"digit": "1", "label": "c"}]}]},
     "questions.0.options.1.digit", '"digit" contains a duplicate value'),
    ({"questions": [{"text": "a", "options": [{"digit": 1, "label": "b", "outcome": "yes"}]}]},
     "questions.0.options.0.outcome", '"outcome" must be one of [interested, not_interested, opt_out, neutral]'),
    ({"questions": [{"text": "a", "choices": []}]}, "questions.0.choices", '"choices" is not allowed'),
    ({"questions": [{"text": "x" * 501}]}, "questions.0.text",
     '"text" length must be less than or equal to 500 characters long'),
    ({"questions": ["?"] * 17}, "questions", '"questions" must contain less than or equal to 16 items'),
    (slots("soon"), SLOT + ".0", '"[0]" must be in iso format'),
    (slots(LATER, 7), SLOT + ".1", '"[1]" must be one of [string, object]'),
    (slots("2030-06-02"), SLOT + ".0", '"[0]" must be in iso format with a time of day'),
    (slots({}), SLOT + ".0.start", '"start" is required'),
    (slots({"start": "2030-02-30T10:00:00Z"}), SLOT + ".0.start", '"start" must be in iso format'),
    (slots({"start": LATER, "end": LATER}), SLOT + ".0.end", '"end" must be later than "start"'),
    (slots({"start": LATER, "end": 5}), SLOT + ".0.end", '"end" must be a string'),
    (slots({"start": LATER, "capacity": 0}), SLOT + ".0.capacity", '"capacity" must be greater than or equal to 1'),
    (slots({"start": LATER, "capacity": 1.5}), SLOT + ".0.capacity", '"capacity" must be an integer'),
    (slots({"start": LATER, "room": 1}), SLOT + ".0.room", '"room" is not allowed'),
    (slots(LATER, {"start": "2030-06-02T16:30:00+02:00"}), SLOT + ".1", '"[1]" contains a duplicate value'),
    (slots(*[f"2030-06-{d:02}T{h:02}:00Z" for d in range(1, 30) for h in range(7)]), SLOT,
     '"interviewSlots" must contain less than or equal to 200 items'),
    ({"jobDetails": {"interviewSlots": LATER}}, SLOT, '"interviewSlots" must be an array'),
    ({"jobDetails": {"meetingUrl": 5}}, "jobDetails.meetingUrl", '"meetingUrl" must be a string'),
    ({"jobDetails": {"location": []}}, "jobDetails.location", '"location" must be a string'),
    ({"jobDetails": {"companyName": {}}}, "jobDetails.companyName", '"companyName" must be a string'),
]


@pytest.mark.parametrize("changes, path, text", REFUSED)
def test_refused_when_created(shared_server, changes, path, text):
    assert fault(shared_server.api("POST", "/campaigns", a_campaign(shared_server, **changes)), path) == text


@pytest.mark.parametrize("member, known", [
    ("openingMessage", SPOKEN), ("startMessage", SPOKEN), ("closingMessage", SPOKEN), ("endMessage", SPOKEN),
    ("aiCallScript", SPOKEN), ("assessmentReminderSmsTemplate", SENT), ("assessmentPostCallSmsTemplate", SENT)])
def test_refused_when_changed(shared_server, member, known):
    made = shared_server.ok("POST", "/campaigns", a_reminder(shared_server, callStartTimeUtc=FAR_FUTURE))["campaign"]
    path = f"/campaigns/{made['id']}"
    assert fault(shared_server.api("PATCH", path, {member: "Hi {{nick}}."}), member) == unknown(member, "nick", known)
    assert shared_server.ok("GET", path)["campaign"] == made
    shared_server.ok("PATCH", path, {member: "Hi {{firstName}}, {{jobTitle}}."})


def test_every_fault_is_told(shared_server):
    body = a_campaign(shared_server, openingMessage="{{a}}", closingMessage="{{b}}", questions=["{{c}}"],
                      jobDetails={"assessmentReminderSmsTemplate": "{{d}}", "interviewSlots": ["x"]})
    assert set(faults(shared_server.api("POST", "/campaigns", body))) == {
        "openingMessage", "closingMessage", "questions.0", "jobDetails.assessmentReminderSmsTemplate", SLOT + ".0"}


def test_what_is_taken(shared_server):
    """Fields, every kind of slot, digits as numbers, the API's own words for outcomes; nothing of it is echoed."""
    body = a_campaign(
        shared_server, openingMessage="Hi {{ firstName }} {{lastName}}, {{companyName}} in {{location}} about {{jobTitle}}.",
        closingMessage="{single} braces {{assessmentName}}", purposeType="ONLINE_INTERVIEW",
        questions=["Is that {{firstName}}?", {"text": "Which?", "options": [
            {"digit": 1, "label": "now", "outcome": "Interested"}, {"digit": "2", "label": "never", "outcome": "not_interested"},
            {"digit": 8, "label": "{{jobTitle}}"}]}],
        jobDetails={"jobTitle": "Picker", "companyName": "Acme", "location": "", "meetingUrl": "https://meet.example/x",
                    "recruiter": {"any": "thing"},
                    "interviewSlots": [LATER, "2030-06-03T10:00", "2030-06-03 11:00", "2020-01-01T10:00:00Z",
                                       {"start": "2030-06-04T10:00:00+02:00", "end": "2030-06-04T10:30:00+02:00", "capacity": 3}]})
    made = shared_server.ok("POST", "/campaigns", body)["campaign"]
    assert made["messages"] == {"openingMessage": body["openingMessage"], "closingMessage": body["closingMessage"]}
    assert list(made) == ["id", "title", "status", "purposeType", "timezone", "companySiteId", "createdAt", "updatedAt",
                          "callSettings", "schedule", "messages"]


def test_times_in_the_zone_of_the_campaign(make_server):
    """Without a zone a time is the campaign's; another purpose keeps none."""
    from lib.live import rows
    server = make_server()
    given = {"interviewSlots": [{"start": "2030-06-03T10:00", "end": "2030-06-03T10:30:00", "capacity": "2"},
                                "2030-06-03T10:00:00Z"]}
    campaign = make_campaign(server, purposeType="SCHEDULE", timezone="America/New_York", jobDetails=given)
    make_campaign(server, purposeType="INTEREST_CHECK", jobDetails=given)
    assert rows(server, "SELECT campaign_id, slot_no, start_at, end_at, capacity, taken FROM appointment") == [
        {"campaign_id": campaign, "slot_no": 1, "start_at": 1906725600000, "end_at": 1906727400000, "capacity": 2, "taken": 0},
        {"campaign_id": campaign, "slot_no": 2, "start_at": 1906711200000, "end_at": None, "capacity": 1, "taken": 0}]


def test_a_lead_that_has_chosen_nothing_yet(shared_server):
    """interviewSlot is there where there is something to choose, and nowhere else."""
    for changes, shown in ((slots(LATER), True), ({"purposeType": "SCHEDULE"}, False),
                           (slots(LATER) | {"purposeType": "INTEREST_CHECK"}, False)):
        campaign = make_campaign(shared_server, **changes)
        add_leads(shared_server, campaign, a_lead())
        row = list_leads(shared_server, campaign)[0]
        lead = shared_server.ok("GET", f"/campaigns/{campaign}/leads/{row['leadId']}")["lead"]
        assert list(lead) == [*row, "reason", *(["interviewSlot"] if shown else []), "attempts", "inboundCalls", "nextCallAt"]
        assert lead.get("interviewSlot") is None


@pytest.mark.parametrize("changes, more", [
    ({}, []), ({"questions": ["One?", "Two?"]}, ["answer1", "answer2"]), (slots(LATER), ["interviewSlot"]),
    (slots(LATER) | {"questions": ["One?"]}, ["interviewSlot", "answer1"])])
def test_columns_of_the_export(shared_server, changes, more):
    campaign = make_campaign(shared_server, **changes)
    add_leads(shared_server, campaign, a_lead())
    head, row = shared_server.api("GET", f"/campaigns/{campaign}/leads", headers={"Accept": "text/csv"}).text.splitlines()
    assert head.split(",")[8:] == more and row.split(",")[8:] == [""] * len(more)
    line = shared_server.api("GET", f"/campaigns/{campaign}/leads", headers={"Accept": "application/x-ndjson"}).json()
    assert list(line)[8:] == (["interviewSlot"] if "interviewSlot" in more else []) + (["answers"] if more else [])
    assert line.get("interviewSlot") is None and not line.get("answers")
