"""A process that is stopped and continued, and one that is asked to end: promises hold."""

import os
import signal
import time

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server
from lib.wait import eventually

pytestmark = pytest.mark.plain


def test_an_invite_does_not_leave_after_its_deadline(make_server):
    numbers = [f"+131255{n:03}03" for n in range(60)]  # busy: short calls
    with Callee() as phones:
        server = live_server(make_server, {"engine.retry_backoff": 1})
        add_trunk(server, phones.address, channels=30, cps=30)
        campaign = call(server, numbers)
        eventually(lambda: len(phones.calls) > 5, 20, every=0.01)
        os.kill(server.process.pid, signal.SIGSTOP)
        time.sleep(5)
        os.kill(server.process.pid, signal.SIGCONT)
        eventually(lambda: live.all_completed(server, campaign), 60, every=0.3)
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)
        # A call that was late was not placed; it was tried again, as another attempt.
        began = {c.attempt: c.began for c in phones.calls}
        wall = time.time() - time.monotonic()
        for a in attempts(server):
            if str(a["attempt_id"]) in began:
                assert began[str(a["attempt_id"])] + wall - a["intent_at"] / 1000 < 2.5
            else:
                assert a["outcome"] == live.NEVER_SENT


def test_asked_to_end_it_lets_calls_finish(make_server):
    with Callee() as phones:
        server = live_server(make_server, {"engine.drain_timeout": 30})
        add_trunk(server, phones.address)
        campaign = call(server, [f"+131255{n:03}00" for n in range(5)])
        eventually(lambda: len([c for c in phones.calls if c.answered]) == 5, 20, every=0.02)
        server.stop()
        assert [c.end for c in phones.calls] == ["bye"] * 5
        live.check_settled(server)
        assert {a["outcome"] for a in attempts(server)} == {live.ANSWERED_DIGIT}
        server.start()
        assert live.all_completed(server, campaign)
        assert len(phones.calls) == 5
