"""Bodies to send: valid as they are, changed by keyword; and campaigns and leads that are there."""

import itertools

_count = itertools.count(1)

FAR_FUTURE = "2099-01-01T15:00:00.000Z"  # a campaign that dials nobody while it is tested


def a_campaign(server, **changes):
    return {
        "title": "Warehouse night shift",
        "timezone": "America/Chicago",
        "companySiteId": server.ids["companySiteId"],
        "phoneNumber": server.ids["phoneNumber"],
        "purposeType": "INTEREST_CHECK",
        "callType": "IVR",
        "openingMessage": "Hello {{firstName}}, this is Acme about a job.",
        "closingMessage": "Thank you. Goodbye.",
        "jobDetails": {"jobTitle": "Picker"},
        "callStartTimeUtc": "2025-06-01T15:00:00.000Z",
    } | changes


def a_reminder(server, job=None, **changes):
    """An ASSESSMENT_REMINDER; `job` changes jobDetails."""
    details = {"assessmentTestId": "a1b2", "jobTitle": "Software Engineer"} | (job or {})
    return a_campaign(server, purposeType="ASSESSMENT_REMINDER", jobDetails=details) | changes


def without(body, *keys):
    return {k: v for k, v in body.items() if k not in keys}


def make_campaign(server, **changes):
    """Creates one that does not dial unless told to; returns its id."""
    body = a_campaign(server, callStartTimeUtc=FAR_FUTURE) | changes
    return server.ok("POST", "/campaigns", body)["campaign"]["id"]


def a_lead(**changes):
    n = next(_count)
    return {"email": f"person{n}@example.com", "firstName": "Ada", "lastName": f"Number {n}",
            "phoneNumber": f"+1312555{n % 100:02}00"} | changes


def someone(**changes):
    """A lead nobody can dial."""
    return without(a_lead(), "phoneNumber") | changes


def add_leads(server, campaign, *leads):
    """(added, skipped)"""
    said = server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": list(leads)})
    assert list(said) == ["added", "skipped"]
    return said["added"], said["skipped"]


def list_leads(server, campaign, **query):
    return server.ok("GET", f"/campaigns/{campaign}/leads", params={"limit": 100} | query)["leads"]
