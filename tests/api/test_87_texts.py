"""Texts: the reminder's with the first reminder that falls due, the other after an answered call; to the outbox here."""

import pytest

from lib.campaign import FAR_FUTURE, a_lead, a_reminder, add_leads, list_leads
from lib.wait import eventually, never

LONG_AGO = "2025-06-01T15:00:00.000Z"
LINK = "https://tests.example.com/start?testId={testId}"


def outbox(server, **query):
    return server.ok("GET", "/v1/admin/outbox", key="admin", params={"limit": 100} | query)["messages"]


def reminder(server, text=None, after=None, **changes):
    job = {"assessmentName": "Technical screen"}
    if text is not None:
        job["assessmentReminderSmsTemplate"] = text
    if after is not None:
        job["assessmentPostCallSmsTemplate"] = after
    body = a_reminder(server, job, **{"callStartTimeUtc": LONG_AGO} | changes)
    return server.ok("POST", "/campaigns", body)["campaign"]["id"]


def sent(server, campaign, n=1, timeout=20, **want):
    def there():
        found = [m for m in outbox(server, campaign=campaign) if all(m[k] == v for k, v in want.items())]
        return len(found) >= n and found
    return eventually(there, timeout)


def test_the_reminders_text(server):
    """It goes when the first reminder falls due, with the person's own values, once."""
    server.command("workspaces", "set", "test", f"assessment_link={LINK}")
    campaign = reminder(server, "Hi {{firstName}}, {{assessmentName}} for {{jobTitle}} at {{companyName}}: {{assessmentLink}}")
    add_leads(server, campaign, a_lead(firstName="Zoë", phoneNumber="+13125550107"))
    text = sent(server, campaign)[0]
    assert text["body"] == ("Hi Zoë, Technical screen for Software Engineer at My company: "
                            "https://tests.example.com/start?testId=a1b2")
    assert text == text | {"kind": "reminder", "status": "delivered", "to": "+13125550107", "mode": "test",
                           "from": server.ids["phoneNumber"], "provider": "outbox", "encoding": "UCS-2", "segments": 2,
                           "campaignId": campaign, "attemptId": None, "reason": ""}
    lead = list_leads(server, campaign)[0]
    assert text["leadId"] == lead["leadId"]
    server.api("DELETE", f"/campaigns/{campaign}/leads/{lead['leadId']}")
    add_leads(server, campaign, a_lead(email=lead["email"], phoneNumber="+13125550107"))
    never(lambda: len(outbox(server, campaign=campaign)) > 1, 1)
    listed = server.command("messages", "list", "--test").stdout
    assert "reminder" in listed and "+13125550107" in listed


def test_it_waits_for_the_delay(server):
    """And it is sent by the test clock when that has passed."""
    campaign = reminder(server, "Reminder.", callStartTimeUtc=LONG_AGO)
    server.ok("PATCH", f"/campaigns/{campaign}", {"assessmentFirstReminderDelayHours": 48})
    add_leads(server, campaign, a_lead(phoneNumber="+13125550107"))
    never(lambda: outbox(server), 1)
    server.command("clock", "advance", "47h")
    never(lambda: outbox(server), 1)
    server.command("clock", "advance", "2h")
    sent(server, campaign)


def test_a_text_that_comes_later(server):
    """A campaign that gets its template afterwards reminds those who are not due yet."""
    campaign = reminder(server, callStartTimeUtc=FAR_FUTURE)
    add_leads(server, campaign, a_lead(phoneNumber="+13125550107"))
    server.ok("PATCH", f"/campaigns/{campaign}", {"assessmentReminderSmsTemplate": "Do it, {{firstName}}."})
    never(lambda: outbox(server), 1)
    server.ok("PATCH", f"/campaigns/{campaign}", {"callStartTimeUtc": LONG_AGO})
    assert sent(server, campaign)[0]["body"] == "Do it, Ada."


@pytest.mark.parametrize("number, texts", [
    ("+13125550100", 1),  # presses 1
    ("+13125550111", 0),  # opts out
    ("+13125550103", 0),  # busy
])
def test_after_the_call(make_server, number, texts):
    server = make_server({"voice.answer_wait": 2})
    campaign = reminder(server, after="Thanks for taking the call, {{firstName}}.", openingMessage="Hello.", closingMessage="Bye.")
    add_leads(server, campaign, a_lead(phoneNumber=number))
    lead = list_leads(server, campaign)[0]["leadId"]
    eventually(lambda: (server.ok("GET", f"/campaigns/{campaign}/leads/{lead}")["lead"]["attempts"] or [{}])[0].get("endedAt"), 40)
    if texts:
        text = sent(server, campaign)[0]
        assert (text["kind"], text["body"]) == ("post_call", "Thanks for taking the call, Ada.") and text["attemptId"]
    else:
        never(lambda: outbox(server), 1.5)


def test_who_must_not_be_texted(server):
    """Suppressed people get none, and it is said why."""
    campaign = reminder(server, "Reminder.", callStartTimeUtc=FAR_FUTURE)
    add_leads(server, campaign, a_lead(phoneNumber="+13125550107"))
    server.command("suppress", "add", "+13125550107", "--test")
    server.ok("PATCH", f"/campaigns/{campaign}", {"callStartTimeUtc": LONG_AGO})
    text = sent(server, campaign)[0]
    assert (text["status"], text["reason"], text["body"]) == ("skipped", "SUPPRESSED", "")


def test_limits_of_texts(server):
    """As many a day as the workspace allows one person; the rest waits its day."""
    server.command("workspaces", "set", "test", "person_texts_per_day=1")
    first, second = reminder(server, "One."), reminder(server, "Two.")
    add_leads(server, first, a_lead(phoneNumber="+13125550107"))
    sent(server, first, body="One.")
    add_leads(server, second, a_lead(phoneNumber="+13125550107"))
    never(lambda: len(outbox(server)) > 1, 1)
    server.command("clock", "advance", "25h")
    sent(server, second, body="Two.")


def test_outside_the_hours(server):
    server.command("workspaces", "set", "test", "calling_hours=rules", "sundays=closed", "calls_per_day=0")
    server.command("workspaces", "set", "test", "calling_hours=00:00-00:01")
    campaign = reminder(server, "Reminder.")
    add_leads(server, campaign, a_lead(phoneNumber="+13125550107"))
    never(lambda: outbox(server), 1)
    server.command("workspaces", "set", "test", "calling_hours=00:00-24:00", "sundays=open")
    sent(server, campaign)


def test_a_paused_campaign_sends_nothing(server):
    campaign = reminder(server, "Reminder.", callStartTimeUtc=FAR_FUTURE)
    add_leads(server, campaign, a_lead(phoneNumber="+13125550107"))
    server.command("campaigns", "pause", str(campaign))
    server.ok("PATCH", f"/campaigns/{campaign}", {"callStartTimeUtc": LONG_AGO})
    never(lambda: outbox(server), 1)
    server.command("campaigns", "resume", str(campaign))
    sent(server, campaign)


@pytest.mark.parametrize("template, link, reason", [
    ("Go to {{assessmentLink}}", None, "NO_ASSESSMENT_LINK"),
    ("{{firstName}}" * 20, LINK, "TEXT_TOO_LONG"),
])
def test_texts_that_cannot_be_made(server, template, link, reason):
    if link:
        server.command("workspaces", "set", "test", f"assessment_link={link}")
    campaign = reminder(server, template)
    add_leads(server, campaign, a_lead(firstName="A" * 200, phoneNumber="+13125550107"))
    assert sent(server, campaign)[0]["reason"] == reason


def test_values_cannot_inject(server):
    """A name with line breaks or another template's braces stays one line of text."""
    campaign = reminder(server, "Hi {{firstName}}.")
    add_leads(server, campaign, a_lead(firstName="A\r\nBcc: x {{jobTitle}}", phoneNumber="+13125550107"))
    assert sent(server, campaign)[0]["body"] == "Hi A  Bcc: x {{jobTitle}}."


def test_live_without_a_provider(make_server):
    server = make_server({"policy.calling_hours": "00:00-24:00"}, number="+13125550100")
    server.command("workspaces", "set", "live", "countries=all")
    body = a_reminder(server, {"assessmentReminderSmsTemplate": "Hello."}, callStartTimeUtc=LONG_AGO, phoneNumber="+13125550100")
    campaign = server.ok("POST", "/campaigns", body, key="live")["campaign"]["id"]
    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead(phoneNumber="+13125550107")]}, key="live")
    text = eventually(lambda: server.ok("GET", "/v1/admin/outbox", key="adminLive")["messages"])[0]
    assert (text["status"], text["reason"]) == ("skipped", "NO_SMS_PROVIDER")
