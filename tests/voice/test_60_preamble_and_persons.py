"""What the server itself says before a call, and 0 for a person: put through where an operator has said so, else noted."""

import pytest

from lib.callee import Callee
from lib.live import add_trunk, attempts, call, lead, live_server, rows
from lib.wait import eventually

NUMBER = "+13125550150"
DESK = "+13125550111"


def completed(server, campaign):
    return eventually(lambda: lead(server, campaign, NUMBER)["flowStatus"] == "Completed", 40)


def detail(server, campaign):
    lead_id = lead(server, campaign, NUMBER)["leadId"]
    return server.ok("GET", f"/campaigns/{campaign}/leads/{lead_id}", key="live")["lead"]


def phone(**behaviour):
    return Callee(behaviour={"50": behaviour}, press_after=0.3)


def silent_call(server, phones, **changes):
    """How many seconds of it were heard by who said nothing."""
    before = len(phones.calls)
    call(server, [NUMBER], questions=["Well?"], **changes)
    mine = eventually(lambda: len(phones.calls) > before and phones.calls[before], 30)
    eventually(lambda: mine.over, 90)
    return len(mine.heard) / 8000


def test_live_calls_begin_with_the_preamble(make_server):
    server = live_server(make_server, {"policy.min_gap": 0}, preamble=True)
    server.command("workspaces", "set", "live", "person_calls_per_day=0")
    with phone() as phones:
        add_trunk(server, phones.address)
        usual = silent_call(server, phones)
        server.command("workspaces", "set", "live", "preamble_words=Acme calls.")
        short = silent_call(server, phones)
        server.command("workspaces", "set", "live", "preamble=off")
        none = silent_call(server, phones)
    assert usual > short + 6 and short > none + 0.5


@pytest.mark.parametrize("where", ["workspace", "site"])
def test_zero_puts_through(make_server, where):
    server = live_server(make_server, preamble=True)
    if where == "workspace":
        server.command("workspaces", "set", "live", f"person_number={DESK}")
    else:
        server.command("workspaces", "set", "live", "person_number=+13125550122")
        server.command("sites", "edit", str(server.ids["companySiteId"]), "--person-number", DESK)
    with phone(press="0", refer=202) as phones:
        add_trunk(server, phones.address)
        campaign = call(server, [NUMBER])
        completed(server, campaign)
        assert phones.calls[0].referred.startswith(f"sip:{DESK}@127.0.0.1")
        shown = detail(server, campaign)
    assert (shown["status"], shown["reason"]) == ("Pending", "WANTS_A_PERSON")
    (attempt,) = shown["attempts"]
    assert (attempt["person"], attempt["outcome"], attempt["digits"]) == ("PutThrough", "answered", "0")
    assert attempt["answers"][0]["label"] == "a person, please"
    assert shown["nextCallAt"] is None


@pytest.mark.parametrize("behaviour, number, expected", [
    ({"refer": 202, "target": "bye"}, DESK, "PutThrough"),
    ({"refer": 202, "target": 486}, DESK, "Noted"),
    ({"refer": 603}, DESK, "Noted"),
    ({}, DESK, "Noted"),
    ({"refer": 202}, "none", "Noted"),
])
def test_what_became_of_the_wish(make_server, behaviour, number, expected):
    server = live_server(make_server)
    server.command("workspaces", "set", "live", f"person_number={number}", "preamble=off")
    with phone(press="0", **behaviour) as phones:
        add_trunk(server, phones.address)
        campaign = call(server, [NUMBER])
        completed(server, campaign)
        shown = detail(server, campaign)
        assert (phones.calls[0].referred is not None) == bool(behaviour and number != "none")
    assert (shown["reason"], shown["attempts"][0]["person"]) == ("WANTS_A_PERSON", expected)
    assert len(attempts(server)) == 1
    assert '"person":"%s"' % expected in rows(server, "SELECT data FROM event WHERE type = 'attempt.ended'")[0]["data"]
