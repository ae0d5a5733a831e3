"""Events of assessments: the invited are added, who has submitted is left alone, and nothing is done twice."""

import pytest

from lib.campaign import FAR_FUTURE, a_lead, a_reminder, add_leads, list_leads
from lib.wait import eventually, never

LONG_AGO = "2025-06-01T15:00:00.000Z"
WHEN = "2025-06-01T12:00:00.000Z"
LINK = "https://tests.example.com/t/abc?x=1&y=2"


def event(id, type="invited", email="ada@example.com", **changes):
    return {"eventId": id, "type": type, "occurredAt": WHEN,
            "candidate": {"email": email, "firstName": "Ada", "lastName": "L", "phoneNumber": "+13125550107"}} | changes


def post(server, body, test="a1b2", status=202, key="admin", **more):
    reply = server.api("POST", f"/v1/admin/assessments/{test}/events", body, key=key, **more)
    assert reply.status_code == status, reply.text
    return reply.json()


def reminder(server, test="a1b2", **job):
    body = a_reminder(server, {"assessmentTestId": test} | job, callStartTimeUtc=FAR_FUTURE)
    return server.ok("POST", "/campaigns", body)["campaign"]["id"]


def outbox(server):
    return server.ok("GET", "/v1/admin/outbox", key="admin")["messages"]


def test_the_invited_are_added(shared_server):
    server = shared_server
    adds = reminder(server, "T-1", autoAddInvitedCandidates=True)
    other_test = reminder(server, "T-2", autoAddInvitedCandidates=True)
    adds_nobody = reminder(server, "T-1")
    said = post(server, event("e1", assessmentLink=LINK), "T-1")
    assert said == {"eventId": "e1", "status": "accepted", "campaigns": 2, "leadsAdded": 1, "leadsCompleted": 0}
    lead, = list_leads(server, adds)
    assert (lead["email"], lead["firstName"], lead["phone"], lead["assessmentSubmitted"]) == (
        "ada@example.com", "Ada", "+13125550107", "Not submitted")
    assert list_leads(server, other_test) == list_leads(server, adds_nobody) == []


def test_an_event_counts_once(shared_server):
    server = shared_server
    campaign = reminder(server, "once", autoAddInvitedCandidates=True)
    post(server, event("e1"), "once")
    lead = list_leads(server, campaign)[0]["leadId"]
    server.api("DELETE", f"/campaigns/{campaign}/leads/{lead}")
    assert post(server, event("e1"), "once")["status"] == "repeated"
    assert list_leads(server, campaign) == []
    said = post(server, event("e1", "submitted"), "once", 409)
    assert said["error"]["code"] == "CONFLICT" and "e1" in said["error"]["message"]
    assert post(server, event("e1"), "another")["status"] == "accepted"


def test_a_submission(shared_server):
    """Completes the person's row on every campaign of the test, whatever the case of the address; nothing is due any more."""
    server = shared_server
    one, two, other = reminder(server, "done"), reminder(server, "done"), reminder(server, "not-done")
    for campaign in (one, two, other):
        add_leads(server, campaign, a_lead(email="Ada@Example.com"), a_lead())
    assert post(server, event("s1", "submitted"), "done")["leadsCompleted"] == 2
    for campaign in (one, two):
        done, open = sorted(list_leads(server, campaign), key=lambda each: each["assessmentSubmitted"], reverse=True)
        assert (done["assessmentSubmitted"], done["flowStatus"], done["status"]) == ("Submitted", "Completed", "Pending")
        assert (open["assessmentSubmitted"], open["flowStatus"]) == ("Not submitted", "Pending")
        lead = server.ok("GET", f"/campaigns/{campaign}/leads/{done['leadId']}")["lead"]
        assert lead["nextCallAt"] is None and lead["reason"] == "SUBMITTED"
    assert {each["assessmentSubmitted"] for each in list_leads(server, other)} == {"Not submitted"}
    assert post(server, event("s2", "submitted"), "done")["leadsCompleted"] == 0


def test_what_came_in_another_order(shared_server):
    """Invited after having submitted: nobody is reminded; nor is who is added by hand then."""
    server = shared_server
    campaign = reminder(server, "order", autoAddInvitedCandidates=True)
    post(server, event("1", "submitted"), "order")
    assert post(server, event("2"), "order")["leadsAdded"] == 0
    add_leads(server, campaign, a_lead(email="ada@example.com"))
    lead, = list_leads(server, campaign)
    assert (lead["assessmentSubmitted"], lead["flowStatus"]) == ("Submitted", "Completed")


def test_no_call_and_no_text_for_who_has_submitted(server):
    campaign = reminder(server, assessmentReminderSmsTemplate="Do it: {{assessmentLink}}")
    post(server, event("i1", assessmentLink=LINK))
    post(server, event("i2", email="bob@example.com", assessmentLink=LINK + "&bob"))
    add_leads(server, campaign, a_lead(email="ada@example.com", phoneNumber="+13125550107"),
              a_lead(email="bob@example.com", phoneNumber="+13125550207"))
    post(server, event("s1", "submitted"))
    server.ok("PATCH", f"/campaigns/{campaign}", {"callStartTimeUtc": LONG_AGO})
    texts = eventually(lambda: outbox(server))
    assert [(each["to"], each["body"]) for each in texts] == [("+13125550207", f"Do it: {LINK}&bob")]
    never(lambda: len(outbox(server)) > 1, 1)
    ada = [each for each in list_leads(server, campaign) if each["email"] == "ada@example.com"][0]
    assert server.ok("GET", f"/campaigns/{campaign}/leads/{ada['leadId']}")["lead"]["attempts"] == []


def test_a_call_in_progress_goes_on(make_server):
    """A submission while the person is on the telephone interrupts nothing; afterwards nothing more is due."""
    server = make_server({"voice.answer_wait": 2})
    body = a_reminder(server, {"assessmentPostCallSmsTemplate": "Thanks."}, callStartTimeUtc=LONG_AGO, openingMessage="Hello. " * 8,
                      followUpRetries=[{"delayDays": 1}])
    campaign = server.ok("POST", "/campaigns", body)["campaign"]["id"]
    add_leads(server, campaign, a_lead(email="ada@example.com", phoneNumber="+13125550110"))  # answers, says nothing
    lead = list_leads(server, campaign)[0]["leadId"]

    def attempt():
        return (server.ok("GET", f"/campaigns/{campaign}/leads/{lead}")["lead"]["attempts"] or [{}])[0]

    eventually(lambda: attempt().get("answeredAt"), 20)
    assert post(server, event("s1", "submitted"))["leadsCompleted"] == 1
    shown, = list_leads(server, campaign)
    assert (shown["assessmentSubmitted"], shown["flowStatus"]) == ("Submitted", "Completed")
    assert attempt()["endedAt"] is None
    eventually(lambda: attempt().get("endedAt"), 60)
    assert attempt()["outcome"] == "answered_silent"
    after = server.ok("GET", f"/campaigns/{campaign}/leads/{lead}")["lead"]
    assert (after["flowStatus"], after["reason"], after["nextCallAt"]) == ("Completed", "SUBMITTED", None)
    never(lambda: outbox(server), 1)


def test_the_vendors_shape(shared_server):
    server = shared_server
    campaign = reminder(server, "v 1/ü", autoAddInvitedCandidates=True)
    person = {"email": "ada@example.com", "firstName": "Ada", "phone": "+13125550107"}
    body = {"event": "assessment.candidate.invited", "timestamp": "2025-06-01T12:00:00Z", "companyId": 7,
            "data": {"candidate": person, "assessmentUrl": LINK}}
    assert post(server, body, "v%201%2F%C3%BC")["leadsAdded"] == 1
    assert post(server, body, "v%201%2F%C3%BC")["status"] == "repeated"
    assert post(server, body | {"event": "assessment.started"}, "v%201%2F%C3%BC")["status"] == "ignored"
    body = {"event": "assessment.submitted", "timestamp": "2025-06-01T13:00:00Z", "companyId": 7, "data": person | {"eventId": "x"}}
    assert post(server, body, "v%201%2F%C3%BC") == {"eventId": "x", "status": "accepted", "campaigns": 1, "leadsAdded": 0,
                                                     "leadsCompleted": 1}
    assert list_leads(server, campaign)[0]["assessmentSubmitted"] == "Submitted"


@pytest.mark.parametrize("change, path", [
    ({"eventId": None}, "eventId"), ({"eventId": "x" * 201}, "eventId"), ({"type": "passed"}, "type"), ({"type": None}, "type"),
    ({"occurredAt": "yesterday"}, "occurredAt"), ({"candidate": {}}, "candidate.email"), ({"candidate": "ada"}, "candidate"),
    ({"candidate": {"email": "ada"}}, "candidate.email"), ({"candidate": {"email": "a@b.example", "age": 7}}, "candidate.age"),
    ({"assessmentLink": "javascript:alert(1)"}, "assessmentLink"), ({"assessmentLink": "https://a b"}, "assessmentLink"),
    ({"assessmentLink": "https://x\r\ny"}, "assessmentLink"), ({"score": 7}, "score"),
    ({"event": "assessment.submitted"}, "data"), ({"assessmentTestId": "other"}, "assessmentTestId"),
    ({"event": "assessment.submitted", "data": {"email": "?"}}, "data.candidate.email"),
])
def test_bad_events(shared_server, change, path):
    body = {k: v for k, v in (event("bad") | change).items() if v is not None}
    said = post(shared_server, body, "bad", 400)["error"]
    assert said["code"] == "INVALID_REQUEST" and path in said["details"]


def test_not_for_everybody(shared_server):
    post(shared_server, event("e"), status=404, key="test")
    post(shared_server, event("e"), status=401, key=None)
    post(shared_server, event("e"), status=401, key="sk_test_" + "x" * 22)
    campaign = reminder(shared_server, "mine", autoAddInvitedCandidates=True)
    post(shared_server, event("live"), "mine", key="adminLive")
    assert list_leads(shared_server, campaign) == []
