"""Trunks that do not answer, and no trunk at all: attempts end, leads wait with a reason, the server goes on."""

import socket

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, reason, statuses
from lib.wait import eventually

NUMBER = "+13125550100"
SILENT = {"voice.response_timeout": 1, "engine.trunk_rest": 2}


@pytest.fixture(params=["deaf", "closed"])
def silent_address(request):
    """A port that takes INVITEs and says nothing, and one where nobody listens."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.1", 0))
    address = f"127.0.0.1:{s.getsockname()[1]}"
    if request.param == "closed":
        s.close()
    yield address
    s.close()


def test_attempts_end_and_the_server_goes_on(make_server, silent_address):
    server = live_server(make_server, SILENT)
    add_trunk(server, silent_address)
    campaign = call(server, [NUMBER])
    eventually(lambda: [a["outcome"] for a in attempts(server, NUMBER)] == [live.NO_RESPONSE], 15)
    assert statuses(server, campaign)[NUMBER] == ("Pending", "Pending")
    assert reason(server, NUMBER) == "BACK_OFF"
    # An INVITE may live for 32 s: nobody is called again before that is over.
    (due,) = live.rows(server, "SELECT due_at FROM due")
    assert due["due_at"] - attempts(server)[0]["intent_at"] >= 64_000
    test = call(server, ["+12025550103"], key="test")
    eventually(lambda: statuses(server, test, key="test")["+12025550103"] == ("NoAnswer", "Completed"), 15)


def test_a_trunk_that_keeps_failing_rests(make_server):
    with Callee(behaviour={"08": {"reject": 503}}) as phones:
        server = live_server(make_server, {"engine.retry_backoff": 1, "engine.trunk_rest": 30})
        add_trunk(server, phones.address)
        numbers = [f"+13125{n:04}08" for n in range(12)]
        call(server, numbers)
        eventually(lambda: len(phones.calls) >= 5, 15)
        eventually(lambda: all(reason(server, n) in ("NO_TRUNK", "BACK_OFF") for n in numbers) and
                   any(reason(server, n) == "NO_TRUNK" for n in numbers), 25)


def test_no_trunk_is_a_reason_and_a_new_trunk_starts_the_calls(make_server):
    server = live_server(make_server)
    campaign = call(server, [NUMBER])
    eventually(lambda: reason(server, NUMBER) == "NO_TRUNK", 15)
    assert attempts(server) == []
    with Callee() as phones:
        add_trunk(server, phones.address)
        eventually(lambda: statuses(server, campaign)[NUMBER] == ("Interested", "Completed"), 20)
        live.check_one_dial(server, phones.call_ids())
