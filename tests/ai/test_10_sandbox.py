"""AI campaigns of a test workspace, with no provider at all: the scripted agent ends calls as the menu does."""

import pytest

from lib import live
from lib.live import rows, statuses
from lib.server import Server
from lib.wait import eventually

SETTINGS = {"api.rate_limit": 0, "voice.ring_timeout": 8, "voice.answer_wait": 2, "policy.min_gap": 1,
            "engine.retry_backoff": 1}
ENDS = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"), SETTINGS).start()
    menu = live.call(server, [f"+1202555{20:02}{end}" for end in ENDS], key="test")
    agent = live.call(server, [f"+1202555{21:02}{end}" for end in ENDS], key="test", callType="AICall",
                      aiCallScript="Be brief.")
    eventually(lambda: all(live.all_completed(server, each, "test") for each in (menu, agent)), 120, every=0.5)
    yield server, menu, agent
    server.stop()


def by_end(server, campaign):
    return {number[-2:]: status for number, status in statuses(server, campaign, "test").items()}


def test_every_number_ends_as_with_the_menu(both):
    server, menu, agent = both
    assert by_end(server, agent) == by_end(server, menu)
    assert by_end(server, agent)["00"] == ("Interested", "Completed")


def test_outcomes_and_answers_are_the_same(both):
    server, menu, agent = both
    found = [{r["number"][-2:]: (r["outcome"], r["answer"], r["digits"].strip("-")) for r in rows(
        server, "SELECT number, outcome, answer, digits FROM attempt WHERE campaign_id = ? ORDER BY attempt_no", each)}
        for each in (menu, agent)]
    assert found[0] == found[1]


def test_the_calls_are_counted_as_ai_calls_and_cost_nothing(both):
    server, menu, agent = both
    calls = rows(server, "SELECT * FROM ai_call")
    assert {c["campaign_id"] for c in calls} == {agent}
    assert {c["provider"] for c in calls} == {"scripted"}
    assert {c["cost_micros"] for c in calls} == {0}


def test_the_api_shows_the_campaign_as_it_was_made(both):
    server, menu, agent = both
    shown = server.ok("GET", f"/campaigns/{agent}")["campaign"]
    assert shown["callSettings"] == {"callType": "AICall", "aiCallScript": "Be brief."}
