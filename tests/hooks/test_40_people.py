"""A person's record: all that is held, erasing it, and what stays."""

import json
from urllib.parse import quote

from lib.campaign import a_lead, add_leads, list_leads, make_campaign, someone
from lib.wait import eventually

NOW = {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}


def path(target):
    return "/v1/admin/people/" + quote(target, safe="@")


def record(server, target):
    return server.ok("GET", path(target), key="admin")["people"]


def consent(server, target, **changes):
    body = {"target": target, "source": "web form", "wording": "You may call me about jobs."} | changes
    return server.api("POST", "/v1/admin/consents", body, key="admin")


def called(server, **who):
    """A campaign that has called one person, who pressed 1."""
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(**who))
    eventually(lambda: list_leads(server, campaign)[0]["status"] != "Pending", timeout=60)
    return campaign


def test_everything_that_is_held_is_shown(server):
    campaign = called(server, email="Ada.L@example.com", firstName="Ada", lastName="Lovelace", phoneNumber="(312) 555-7700")
    assert consent(server, "ada.l@EXAMPLE.com", time="2025-05-01T09:00:00.000Z").json() == {"recorded": 1}
    person, = record(server, "ada.l@example.com")
    assert record(server, "+1 312 555 7700") == [person]
    assert person["person"]["email"] == "Ada.L@example.com" and person["person"]["lastName"] == "Lovelace"
    assert person["consent"]["source"] == "web form" and person["consent"]["consentedAt"] == "2025-05-01T09:00:00.000Z"
    lead, = person["campaigns"]
    assert (lead["campaignId"], lead["number"], lead["status"], lead["reason"]) == (campaign, "+13125557700", "Interested", "DECIDED")
    call, = person["calls"]
    assert (call["number"], call["outcome"], call["digits"]) == ("+13125557700", "answered", "1")
    assert [e["type"] for e in person["log"]] == ["lead.added", "call.started", "call.completed", "lead.status_changed",
                                                  "person.consented"]
    assert person["log"][-1]["data"]["wording"] == "You may call me about jobs."


def test_erasing_leaves_a_hash_and_nothing_else(server):
    campaign = called(server, email="ada@example.com", firstName="Adelheid", phoneNumber="+13125557800")
    other = make_campaign(server)
    add_leads(server, other, a_lead(email="ada@example.com", phoneNumber="+13125557900"), someone())
    assert server.ok("DELETE", path("ada@example.com"), key="admin") == {"erased": 1}
    assert server.api("GET", path("ada@example.com"), key="admin").status_code == 404
    assert server.api("DELETE", path("+13125557800"), key="admin").status_code == 404
    assert list_leads(server, campaign) == [] and len(list_leads(server, other)) == 1
    assert server.ok("GET", f"/campaigns/{other}/leads")["pagination"]["total"] == 1
    # called again she is not: by none of her numbers, and not by her address
    again = make_campaign(server)
    assert add_leads(server, again, a_lead(email="new@example.com", phoneNumber="+13125557800"),
                     a_lead(email="newer@example.com", phoneNumber="+13125557900"), someone(email="ADA@example.com")) == (0, 3)
    entries = server.ok("GET", "/v1/admin/suppressions?kind=hash", key="admin")["suppressions"]
    assert len(entries) == 3 and {e["reason"] for e in entries} == {"ERASED"}
    events = server.ok("GET", "/events", params={"limit": 1000})["events"]
    assert [e for e in events if e["type"] == "person.erased"] and not [e for e in events if e["type"].startswith("call.")]
    server.stop()
    held = b"".join(f.read_bytes() for f in server.data.rglob("*") if f.is_file() and "journal" not in f.name)
    for text in [b"Adelheid", b"+13125557800"]:
        assert text not in held, f"{text} is still in the data folder"


def test_an_operator_may_lift_it(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, someone(email="ada@example.com"))
    server.ok("DELETE", path("ada@example.com"), key="admin")
    server.ok("DELETE", "/v1/admin/suppressions/ada@example.com", key="admin")
    assert add_leads(server, campaign, someone(email="ada@example.com")) == (1, 0)


def test_somebody_who_is_being_called_is_not_erased(server):
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(email="ada@example.com", phoneNumber="+13125557702"))  # rings out
    eventually(lambda: record(server, "ada@example.com")[0]["calls"])
    reply = server.api("DELETE", path("ada@example.com"), key="admin")
    assert reply.status_code == 409 and "call to this person" in reply.text
    assert record(server, "ada@example.com")[0]["campaigns"]


def test_bad_input(server):
    assert server.api("GET", path("nonsense"), key="admin").status_code == 400
    assert server.api("GET", path("nobody@example.com"), key="admin").status_code == 404
    assert server.api("GET", path("nobody@example.com")).status_code in (403, 404)
    assert consent(server, "nobody@example.com").status_code == 404
    add_leads(server, make_campaign(server), someone(email="ada@example.com"))
    for change in [{"time": "2999-01-01T00:00:00Z"}, {"time": "yesterday"}, {"source": ""}, {"wording": "x" * 2001}, {"more": 1}]:
        assert consent(server, "ada@example.com", **change).status_code == 400, change
    assert server.api("GET", path("ada@example.com"), key="adminLive").status_code == 404


def test_by_command(server):
    add_leads(server, make_campaign(server), someone(email="ada@example.com"))
    server.command("people", "consent", "ada@example.com", "--source", "call", "--wording", "Yes.")
    shown = json.loads(server.command("people", "show", "ada@example.com").stdout)["people"]
    assert shown[0]["mode"] == "test" and shown[0]["consent"]["source"] == "call"
    assert "never called again" in server.command("people", "erase", "ada@example.com").stdout
    assert server.command("people", "show", "ada@example.com", check=False).returncode == 4
