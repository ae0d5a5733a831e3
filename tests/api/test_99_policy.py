"""Who is called, when, and what a lead shows of it: in the test workspace, whose telephones are the farm's."""

import datetime

import pytest

from lib.campaign import a_lead, add_leads, list_leads, make_campaign
from lib.ledger import rows
from lib.wait import eventually

NOW = {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}
BUSY = "+13125550103"  # the farm's: quickly over


def detail(server, campaign, n=0):
    lead = list_leads(server, campaign)[n]["leadId"]
    return server.ok("GET", f"/campaigns/{campaign}/leads/{lead}")["lead"]


def set_policy(server, *settings, mode="test"):
    server.command("workspaces", "set", mode, *settings)


def hours_that_are_not_now():
    """An hour that begins ten hours from now, on New York's clock."""
    zone = datetime.timezone(datetime.timedelta(hours=-4))  # near enough: an hour more or less does not matter
    then = (datetime.datetime.now(zone).hour + 10) % 23
    return f"{then:02}:00-{then + 1:02}:00"


def waits_for(server, campaign, reason):
    eventually(lambda: detail(server, campaign)["reason"] == reason, timeout=60)


def test_outside_the_hours_until_they_are_changed(server):
    set_policy(server, f"calling_hours={hours_that_are_not_now()}")
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(phoneNumber=BUSY))
    waits_for(server, campaign, "OUTSIDE_CALLING_HOURS")
    lead = detail(server, campaign)
    assert lead["attempts"] == [] and lead["nextCallAt"] > datetime.datetime.now(datetime.timezone.utc).isoformat()
    set_policy(server, "calling_hours=")  # a test workspace is open all day
    eventually(lambda: [a["outcome"] for a in detail(server, campaign)["attempts"]] == ["busy"], timeout=60)


def test_the_whole_servers_hours_replace_the_rules(make_server):
    server = make_server({"policy.calling_hours": hours_that_are_not_now()})
    set_policy(server, "calling_hours=rules")
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(phoneNumber=BUSY))
    waits_for(server, campaign, "OUTSIDE_CALLING_HOURS")
    set_policy(server, "calling_hours=00:00-24:00")  # what the workspace says itself goes before
    eventually(lambda: detail(server, campaign)["attempts"], timeout=60)


def test_a_person_is_called_so_often_and_no_more(server):
    set_policy(server, "person_calls_per_day=1")
    first, second = make_campaign(server, **NOW), make_campaign(server, **NOW)
    add_leads(server, first, a_lead(phoneNumber=BUSY))
    eventually(lambda: [a["outcome"] for a in detail(server, first)["attempts"]] == ["busy"], timeout=60)
    add_leads(server, second, a_lead(phoneNumber=BUSY))
    waits_for(server, second, "PERSON_CALLED_TODAY")
    began = detail(server, first)["attempts"][0]["startedAt"]
    day_later = datetime.datetime.fromisoformat(began.replace("Z", "+00:00")) + datetime.timedelta(days=1)
    assert detail(server, second)["nextCallAt"] == day_later.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    set_policy(server, "person_calls_per_day=2")
    eventually(lambda: detail(server, second)["attempts"], timeout=60)
    shown = server.ok("GET", "/v1/admin/workspaces/2", key="admin")
    assert shown["callsToday"] == 2


@pytest.mark.parametrize("number, settings, reason", [
    ("+442079460018", ["countries=own"], "COUNTRY_NOT_ALLOWED"), ("+18765550142", ["countries=own"], "COUNTRY_NOT_ALLOWED"),
    ("+19005550142", [], "PREMIUM_NUMBER"), ("+870301234567", [], "SATELLITE_NUMBER"), ("+19115550142", [], "EMERGENCY_NUMBER")])
def test_numbers_that_are_never_called(server, number, settings, reason):
    if settings:
        set_policy(server, *settings)
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(phoneNumber=number))
    waits_for(server, campaign, reason)
    lead = detail(server, campaign)
    assert (lead["attempts"], lead["nextCallAt"], lead["flowStatus"]) == ([], None, "Completed")


@pytest.mark.parametrize("sent, number, reason", [
    ("(312) 555-0103", "+13125550103", None), ("312.555.0103", "+13125550103", None), ("1 312 555 0103", "+13125550103", None),
    ("011 44 20 7946 0018", "+442079460018", None), ("+15559876543", "+15559876543", None),
    ("911", None, "NOT_A_NUMBER"), ("call me", None, "NOT_A_NUMBER"), ("1.55512E+10", None, "NOT_A_NUMBER"),
    ("+999 1234567", None, "NOT_A_NUMBER"), ("555-0103", None, "NOT_A_NUMBER")])
def test_what_people_write(shared_server, sent, number, reason):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, a_lead(phoneNumber=sent))
    lead = detail(shared_server, campaign)
    assert (lead["phone"], lead["reason"]) == (sent, reason)
    assert (lead["nextCallAt"] is None) == (number is None)
    assert rows(shared_server, "SELECT number FROM lead WHERE campaign_id = ?", campaign) == [{"number": number}]


def test_a_suppression_reaches_as_far_as_it_says(server):
    one, two = make_campaign(server, **NOW), make_campaign(server, **NOW)
    server.command("suppress", "add", BUSY, "--scope", f"campaign:{one}")
    assert add_leads(server, one, a_lead(phoneNumber=BUSY)) == (0, 1)
    assert add_leads(server, two, a_lead(phoneNumber=BUSY)) == (1, 0)
    eventually(lambda: detail(server, two)["attempts"], timeout=60)


def test_facts_of_the_data_folder(make_server):
    """A newer file beside the database takes the place of the built-in one; a broken one stops the start, by line."""
    server = make_server(start=False)
    said = server.command("settings").stdout
    assert "built-in calling-hours" in said and "built-in numbering-plan" in said
    hours = server.data / "calling-hours"
    hours.write_text("dated 2030-01-02\n# closed for good\nhours * 1970-01-01 daily closed\n")
    assert f"2030-01-02         {hours}" in server.command("settings").stdout
    server.start()
    assert f"calling hours of 2030-01-02 ({hours})" in server.log()
    set_policy(server, "calling_hours=rules")
    campaign = make_campaign(server, **NOW)
    add_leads(server, campaign, a_lead(phoneNumber=BUSY))
    waits_for(server, campaign, "NO_CALLING_HOURS")
    server.stop()
    (server.data / "numbering-plan").write_text("dated 2030-01-02\ncountry US 1 1 011 ten America/New_York\n")
    with pytest.raises(AssertionError, match="exit code 3"):
        server.start()
    assert f"{server.data}/numbering-plan line 2: \"ten\" are no lengths" in server.log()
    assert server.command("workspaces", "list", check=False).returncode == 3
