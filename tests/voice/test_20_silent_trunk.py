"""Trunks that do not answer, and none at all: nobody's slot is lost, and the server goes on with everything else."""

import socket

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, statuses
from lib.sipp import free_port
from lib.wait import eventually

NUMBERS = [f"+131255501{n:02}" for n in range(20, 27)]
TEST_NUMBER = "+13125550300"


def goes_on_serving(server):
    """The API answers, and a call of the test workspace comes to its end meanwhile."""
    campaign = call(server, [TEST_NUMBER], key="test")
    eventually(lambda: statuses(server, campaign, "test")[TEST_NUMBER] == ("Interested", "Completed"), 20)
    assert server.ok("GET", "/campaigns", key="live")


@pytest.mark.parametrize("kind", ["silent", "closed"])
def test_no_response(make_server, kind):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        if kind == "silent":
            silent.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % silent.getsockname()[1]
        else:
            address = f"127.0.0.1:{free_port()}"
        server = live_server(make_server, {"voice.response_timeout": 1, "engine.trunk_rest": 60})
        add_trunk(server, address)
        campaign = call(server, NUMBERS)
        goes_on_serving(server)

        def told():
            assert statuses(server, campaign) == {n: ("Pending", "Pending") for n in NUMBERS}
            assert {live.reason(server, n) for n in NUMBERS} <= {"BACK_OFF", "NO_TRUNK"}
            ended = attempts(server)
            assert len([a for a in ended if a["number"] in NUMBERS and a["attempt_state"] == live.ENDED]) >= 5
            return True
        eventually(told, 20)
        tried = [a for a in attempts(server) if a["number"] in NUMBERS]
        assert {a["outcome"] for a in tried} == {live.NO_RESPONSE}
        # An INVITE that nobody answered may still ring somewhere: no second one for as long as it may live.
        assert len({a["number"] for a in tried}) == len(tried)
        for due in live.rows(server, "SELECT d.due_at, a.intent_at FROM due d JOIN attempt a USING (workspace_id, "
                                     "campaign_id, talent_id)"):
            assert due["due_at"] - due["intent_at"] >= 64000
        assert not live.rows(server, "SELECT * FROM person_lock")


def test_a_trunk_that_keeps_failing_is_rested(make_server):
    with Callee() as phones:
        server = live_server(make_server, {"engine.trunk_rest": 2, "engine.retry_backoff": 1})
        add_trunk(server, phones.address, channels=5)
        campaign = call(server, [f"+131255{n:03}08" for n in range(100, 112)])  # 503, all of them
        eventually(lambda: len(phones.calls) >= 5)
        # Five faults in a row; calls that were under way then may still come.
        eventually(lambda: "NO_TRUNK" in {r["reason"] for r in live.rows(server, "SELECT reason FROM lead")}, 15)
        assert len(phones.calls) <= 10
        # After the rest one call at a time finds out whether the trunk is well again; then all goes on.
        phones.table["08"] = {"reject": 486}
        # Calls that failed while it rested already made the rest no longer.
        eventually(lambda: live.all_completed(server, campaign), 10)
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)


def test_no_trunk_at_all_then_one(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        campaign = call(server, NUMBERS[:2])
        eventually(lambda: {live.reason(server, n) for n in NUMBERS[:2]} == {"NO_TRUNK"})
        assert statuses(server, campaign) == {n: ("Pending", "Pending") for n in NUMBERS[:2]}
        goes_on_serving(server)
        assert not phones.calls  # a call of the test workspace never comes to a trunk
        add_trunk(server, phones.address)
        eventually(lambda: len(phones.calls) == 2, 5)
        eventually(lambda: live.all_completed(server, campaign), 20)
        live.check_one_dial(server, phones.call_ids())
