"""callsheet workspaces: what is set, for whom, and what is refused; with a server and without one."""

import json

import pytest

NAMES = ["calling_hours", "sundays", "holidays", "person_calls_per_day", "person_calls_per_30_days",
         "attempts_per_lead", "countries", "premium_numbers", "satellite_numbers", "consent", "calls_per_day",
         "minutes_per_day",
         "voicemail", "ai_provider", "ai_cost_per_campaign", "ai_cost_per_day", "transcript_days", "preamble",
         "preamble_words", "callback_number", "person_number", "voice", "language", "person_texts_per_day",
         "person_texts_per_30_days", "texts_per_day", "keep_calls_days", "keep_messages_days", "keep_events_days",
         "keep_log_days", "keep_deliveries_days", "keep_people_days", "assessment_link"]


@pytest.fixture(params=["with a server", "without a server"])
def house(request, make_server):
    return make_server(start=request.param == "with a server")


def ask(server, *words):
    return json.loads(server.command(*words, "--json").stdout)


def refused(server, *words, code=6):
    done = server.command("workspaces", "set", *words, check=False)
    assert done.returncode == code, done.stderr
    return done.stderr


def test_what_there_is_at_first(house):
    assert [line.split()[:4] for line in house.command("workspaces", "list").stdout.splitlines()] == [
        ["ID", "MODE", "CALLS", "MINUTES"], ["1", "live", "0", "0"], ["2", "test", "0", "0"]]
    table = [line.split() for line in house.command("workspaces", "show", "live").stdout.splitlines()]
    assert table[0] == ["NAME", "VALUE", "DEFAULT", "MEANING"] and [row[0] for row in table[1:]] == NAMES
    live, test = (ask(house, "workspaces", "show", mode)["settings"] for mode in ("live", "test"))
    assert (live["calling_hours"], test["calling_hours"]) == ("rules", "00:00-24:00")
    assert (live["person_calls_per_day"], live["person_calls_per_30_days"], live["countries"]) == ("3", "10", "own")
    assert (test["person_calls_per_day"], test["person_calls_per_30_days"], test["countries"]) == ("0", "0", "all")
    assert live["premium_numbers"] == test["satellite_numbers"] == "never"


def test_setting_and_setting_back(house):
    said = ask(house, "workspaces", "set", "live", "calling_hours=09:00-17:00", "countries=own,CA", "calls_per_day=0")
    assert said["mode"] == "live" and said["settings"]["countries"] == "own,CA"
    changed = {w["mode"]: w["changed"] for w in ask(house, "workspaces", "list")["workspaces"]}
    assert changed == {"live": "calling_hours=09:00-17:00 countries=own,CA calls_per_day=0", "test": ""}
    ask(house, "workspaces", "set", "live", "calling_hours=", "calls_per_day=")
    assert ask(house, "workspaces", "list")["workspaces"][0]["changed"] == "countries=own,CA"
    first = "calling_hours=rules"
    assert ask(house, "workspaces", "set", "test", first)["settings"]["calling_hours"] == "rules"


def test_what_is_refused(house):
    assert "calling_hours is \"17\"" in refused(house, "live", "calling_hours=17")
    assert "there is no setting gremlins" in refused(house, "live", "gremlins=1")
    assert "must be a number from 0" in refused(house, "live", "person_calls_per_day=three")
    assert "must be own, all, or two-letter codes" in refused(house, "live", "countries=Canada")
    assert '"mode" must be one of [live, test]' in refused(house, "lively", "sundays=open")
    assert "needs live|test" in refused(house, code=2)
    assert "needs NAME=VALUE" in refused(house, "live", code=2)
    assert "it is not NAME=VALUE" in refused(house, "live", "calling_hours", code=2)
    refused(house, "live", "sundays=closed", "holidays=perhaps")  # all or nothing
    assert ask(house, "workspaces", "list")["workspaces"][0]["changed"] == ""
