"""Consent: sent with a lead, kept in the record, and where a workspace requires it nobody is called or texted without."""

import json

import pytest

from lib.campaign import a_lead, a_reminder, add_leads, list_leads, make_campaign, someone
from lib.wait import eventually, never

NOW = {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}
AGREED = {"source": "web form", "wording": "You may call me about jobs.", "time": "2025-05-01T09:00:00.000Z"}
ADMIN = "/v1/admin/campaigns/{}/leads"


def record(server, email):
    person, = server.ok("GET", f"/v1/admin/people/{email}", key="admin")["people"]
    return person


def add(server, campaign, *leads, status=200):
    reply = server.api("POST", ADMIN.format(campaign), {"leads": list(leads)}, key="admin")
    assert reply.status_code == status, reply.text
    return reply.json()


def ndjson(server, campaign, *leads):
    body = "".join(json.dumps(each) + "\n" for each in leads)
    return server.ok("POST", f"/campaigns/{campaign}/leads", data=body, headers={"Content-Type": "application/x-ndjson"})


def require(server):
    workspace = server.ok("GET", "/v1/admin/workspaces", key="admin")["workspaces"][0]["workspaceId"]
    server.ok("PATCH", f"/v1/admin/workspaces/{workspace}", {"settings": {"consent": "required"}}, key="admin")


def assert_agreed(person):
    assert {k: person["consent"][k] for k in ("source", "wording", "consentedAt")} == {
        "source": AGREED["source"], "wording": AGREED["wording"], "consentedAt": AGREED["time"]}
    noted, = [e for e in person["log"] if e["type"] == "person.consented"]
    assert noted["data"] | AGREED == noted["data"] | {"source": AGREED["source"], "wording": AGREED["wording"]} | AGREED


def test_it_comes_with_a_lead(server):
    campaign = make_campaign(server)
    assert add(server, campaign, someone(email="a@example.com", consent=AGREED), someone(email="b@example.com")) == {
        "added": 2, "skipped": 0}
    assert ndjson(server, campaign, someone(email="c@example.com", consent=AGREED))["added"] == 1
    for email in ("a@example.com", "c@example.com"):
        assert_agreed(record(server, email))
    assert record(server, "b@example.com")["consent"] is None
    # sent again it is no news; of somebody who is there already it is
    assert add(server, campaign, someone(email="A@example.com", consent=AGREED), someone(email="b@example.com", consent=AGREED)) == {
        "added": 0, "skipped": 2}
    for email in ("a@example.com", "b@example.com"):
        assert_agreed(record(server, email))


def test_partners_json_does_not_know_it(shared_server):
    server = shared_server
    reply = server.api("POST", f"/campaigns/{make_campaign(server)}/leads", {"leads": [someone(consent=AGREED)]})
    assert reply.status_code == 400 and reply.json()["error"]["details"]["leads.0.consent"] == '"consent" is not allowed'


@pytest.mark.parametrize("change, path, text", [
    ({"source": ""}, "source", "not allowed to be empty"),
    ({"wording": None}, "wording", "must be a string"),
    ({"wording": "x" * 2001}, "wording", "2000"),
    ({"time": "yesterday"}, "time", "iso"),
    ({"time": "2999-01-01T00:00:00Z"}, "time", "must not lie ahead"),
    ({"more": 1}, "more", "not allowed"),
], ids=str)
def test_bad_consent(shared_server, change, path, text):
    server = shared_server
    campaign = make_campaign(server)
    bad = someone(consent=AGREED | change)
    details = add(server, campaign, someone(), bad, status=400)["error"]["details"]
    assert list(details) == [f"leads.1.consent.{path}"] and text in details[f"leads.1.consent.{path}"]
    assert list_leads(server, campaign) == []
    said = ndjson(server, campaign, someone(), bad)
    assert (said["added"], said["rejected"]) == (1, 1) and text in said["rows"][0]["reason"]


def test_all_three_are_needed(shared_server):
    server = shared_server
    for missing in AGREED:
        some = {k: v for k, v in AGREED.items() if k != missing}
        details = add(server, make_campaign(server), someone(consent=some), status=400)["error"]["details"]
        assert details == {f"leads.0.consent.{missing}": f'"{missing}" is required'}


def test_by_file(server, tmp_path):
    campaign = str(make_campaign(server))
    sheet = tmp_path / "people.csv"
    sheet.write_text("email,Consent Source,Consent Wording,Consent Time\n"
                     "a@example.com,web form,You may call me about jobs.,2025-05-01T09:00:00.000Z\n"
                     "b@example.com,,,\n"
                     "c@example.com,web form,,2025-05-01\n"
                     "d@example.com,web form,Yes.,soon\n")
    run = server.command("leads", "import", str(sheet), "--campaign", campaign, "--json", check=False)
    assert {k: json.loads(run.stdout)[k] for k in ("added", "rejected")} == {"added": 2, "rejected": 2}
    assert_agreed(record(server, "a@example.com"))
    rejected = (tmp_path / "people.csv.rejected.csv").read_text().splitlines()
    assert rejected[0] == "row,email,firstName,lastName,phoneNumber,linkedin,consentSource,consentWording,consentTime,reason"
    assert "consentWording" in rejected[1] and "c@example.com" in rejected[1]
    assert "d@example.com,,,,,web form,Yes.,soon," in rejected[2]
    lines = tmp_path / "people.ndjson"
    lines.write_text(json.dumps(someone(email="e@example.com", consent=AGREED)) + "\n")
    server.command("leads", "import", str(lines), "--campaign", campaign)
    assert_agreed(record(server, "e@example.com"))


def test_where_it_is_required_nobody_is_called_without(server):
    require(server)
    campaign = make_campaign(server, **NOW)
    add(server, campaign, a_lead(email="a@example.com", phoneNumber="+13125557700", consent=AGREED),
        a_lead(email="b@example.com", phoneNumber="+13125557800"))
    eventually(lambda: [each["status"] for each in list_leads(server, campaign, search="a@")] == ["Interested"], timeout=60)
    lead, = list_leads(server, campaign, search="b@")
    assert (lead["status"], lead["flowStatus"]) == ("Pending", "Pending")
    said = server.ok("GET", f"/campaigns/{campaign}/leads/{lead['leadId']}/next-call")["nextCall"]
    assert said["reason"] == "NO_CONSENT" and not said["callable"] and "consent" in said["message"]
    blocked, = [b for b in server.ok("GET", f"/campaigns/{campaign}/preflight")["preflight"]["blocked"] if b["reason"] == "NO_CONSENT"]
    assert blocked["count"] == 1
    rehearsed = server.ok("POST", f"/campaigns/{campaign}/rehearsals", {})
    assert [r["reason"] for r in rehearsed["rehearsal"]["neverReached"]] == ["NO_CONSENT"]
    assert record(server, "b@example.com")["calls"] == []
    # with their word they are called, at once
    server.ok("POST", "/v1/admin/consents", {"target": "b@example.com"} | AGREED, key="admin")
    eventually(lambda: [each["status"] for each in list_leads(server, campaign, search="b@")] == ["Interested"], timeout=60)


def test_nor_texted(server):
    require(server)
    body = a_reminder(server, **NOW, assessmentReminderSmsTemplate="Hello {{firstName}}.", assessmentFirstReminderDelayHours=0)
    campaign = server.ok("POST", "/campaigns", body)["campaign"]["id"]
    add_leads(server, campaign, a_lead(email="a@example.com", phoneNumber="+13125557700"))

    def texts():
        return server.ok("GET", "/v1/admin/outbox", key="admin")["messages"]
    eventually(lambda: record(server, "a@example.com")["plannedTexts"][0]["reason"] == "NO_CONSENT")
    never(texts)
    server.ok("POST", "/v1/admin/consents", {"target": "a@example.com"} | AGREED, key="admin")
    eventually(texts)


def test_the_workspaces_word_stands_by_default(server):
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(phoneNumber="+13125557700"))
    eventually(lambda: list_leads(server, campaign)[0]["status"] == "Interested", timeout=60)
