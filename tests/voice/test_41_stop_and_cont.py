"""A server that is paused, and one that is asked to stop: no late INVITE, no second one, nothing left open."""

import os
import signal
import time

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually

PHONES = {"03": {"reject": 486}, "00": {"press": "1", "hang_up": 4}}
SEND_DEADLINE = 2.0


def first_invites(phones):
    """{attempt: wall time of its first INVITE}."""
    to_wall = time.time() - time.monotonic()
    return {c.attempt: c.began + to_wall for c in phones.calls}


@pytest.mark.plain
def test_paused_in_the_middle_of_dialling(make_server):
    numbers = [f"+131255{n:03}03" for n in range(100, 280)]
    # Some twenty calls are on their way at any moment. Their answers come while the server sleeps, which it does for longer
    # than its timers for rings (3 s) and responses (6 s) run: it must read what has come before it believes these.
    with Callee(behaviour=PHONES, ring=0.4) as phones:
        server = live_server(make_server, {"engine.retry_backoff": 1})
        # Fifty a second: some intents are always committed and not yet on the wire.
        add_trunk(server, phones.address, channels=100, cps=50)
        campaign = call(server, numbers)
        eventually(lambda: len(phones.calls) > 20, 20, every=0.01)
        os.kill(server.process.pid, signal.SIGSTOP)
        time.sleep(7)
        os.kill(server.process.pid, signal.SIGCONT)
        eventually(lambda: live.all_completed(server, campaign), 30)
        live.check_one_dial(server, phones.call_ids())
        ledger = {str(a["attempt_id"]): a for a in attempts(server)}
        for attempt, at in first_invites(phones).items():
            assert at - ledger[attempt]["intent_at"] / 1000 < SEND_DEADLINE + 0.3
        caught = [a for a in ledger.values() if a["outcome"] == live.NEVER_SENT]
        assert caught, "the pause has caught no intent: the test has tested nothing"
        for a in caught:
            again = [b for b in attempts(server, a["number"]) if b["attempt_no"] == a["attempt_no"] + 1]
            assert len(again) == 1 and again[0]["outcome"] in (live.BUSY, live.NEVER_SENT)
        assert sorted(c.to for c in phones.calls) == sorted(numbers)
        live.check_settled(server)


def test_asked_to_stop_lets_calls_finish(make_server):
    numbers = [f"+131255{n:03}00" for n in range(100, 120)]
    with Callee(behaviour=PHONES, ring=0.3) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, channels=20, cps=10)
        campaign = call(server, numbers)
        eventually(lambda: any(c.answered for c in phones.calls) and len(phones.calls) >= 5, 20, every=0.02)
        server.stop()  # asserts exit code 0
        dialled = len(phones.calls)
        assert 5 <= dialled < len(numbers)
        assert {c.end for c in phones.calls} == {"bye"}
        live.check_settled(server)
        # Whoever was called has pressed 1 and been thanked; the others wait.
        ended = attempts(server)
        assert {a["outcome"] for a in ended} <= {live.ANSWERED_DIGIT, live.NEVER_SENT}
        assert len([a for a in ended if a["outcome"] == live.ANSWERED_DIGIT]) == dialled
        waiting = rows(server, "SELECT count(*) n FROM due WHERE due_state = 1")[0]["n"]
        assert waiting == len(numbers) - dialled
        server.start()
        eventually(lambda: live.all_completed(server, campaign), 20)
        assert sorted(c.to for c in phones.calls) == sorted(numbers)
        live.check_one_dial(server, phones.call_ids())
        assert set(s for s, _ in live.statuses(server, campaign).values()) == {"Interested"}


def test_asked_to_stop_ends_calls_that_last_too_long(make_server):
    ringing, talking = "+13125550102", "+13125550110"
    with Callee() as phones:
        server = live_server(make_server, {"engine.drain_timeout": 1, "voice.ring_timeout": 60})
        add_trunk(server, phones.address)
        call(server, [ringing, talking])
        eventually(lambda: phones.to(ringing) and phones.to(talking) and phones.to(talking)[0].acked, 20)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 8
        eventually(lambda: phones.to(ringing)[0].over and phones.to(talking)[0].over, 5)
        assert phones.to(ringing)[0].end == "cancelled"
        assert phones.to(talking)[0].end == "bye"
        assert {a["outcome"] for a in attempts(server)} == {live.CANCELLED}
        live.check_settled(server)
