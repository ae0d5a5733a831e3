"""Bodies to send: valid as they are, changed by keyword."""

import itertools

_count = itertools.count(1)


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


def a_lead(**changes):
    n = next(_count)
    return {"email": f"person{n}@example.com", "firstName": "Ada", "lastName": f"Number {n}",
            "phoneNumber": f"+1312555{n % 100:02}00"} | changes
