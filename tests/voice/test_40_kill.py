"""kill -9 in the middle of a campaign: nobody is dialled twice for one attempt, nobody is left out."""

import os
import random
import time

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually

KILLS = int(os.environ.get("CALLSHEET_KILLS", 10))
LEADS = 20 * KILLS
SEED = int(os.environ.get("CALLSHEET_SEED", 20261124))

pytestmark = pytest.mark.plain


def nobody_left_out(server, phones, numbers):
    """Every number rang, or its attempt is one that nobody can tell about and that is shown as such."""
    rang = {c.to for c in phones.calls}
    unknown = {a["number"] for a in attempts(server) if a["attempt_state"] == live.UNKNOWN}
    missing = set(numbers) - rang - unknown
    assert not missing, f"left out: {missing}"
    return unknown - rang


def test_kill_9(make_server, tmp_path):
    chance = random.Random(SEED)
    numbers = [f"+1312{n:05}" + chance.choice(("00", "03")) for n in range(LEADS)]
    with Callee(ring=0.05, press_after=0.6) as phones:
        server = live_server(make_server, {"engine.retry_backoff": 1})
        add_trunk(server, phones.address, channels=30, cps=20)
        campaign = call(server, numbers, openingMessage="Hello.", closingMessage="Bye.")
        for n in range(KILLS):
            eventually(lambda: len(phones.calls) >= min((n + 1) * LEADS // (KILLS + 2), LEADS), 60, every=0.02)
            time.sleep(chance.uniform(0, 0.4))
            server.kill()
            live.check_integrity(server, tmp_path / "copy")
            server.restart()
            assert not rows(server, "SELECT * FROM attempt WHERE attempt_state IN (3, 4, 5) AND epoch < "
                                    "(SELECT value FROM fact WHERE name = 'epoch')"), f"seed {SEED}"
        eventually(lambda: live.all_completed(server, campaign), 120, every=0.5)
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)
        never = nobody_left_out(server, phones, numbers)
        print(f"{KILLS} kills, {len(phones.calls)} calls, {len(never)} unknown that never rang")
        assert len(never) <= max(1, KILLS // 10)
        dialled = rows(server, "SELECT number, attempt_no, count(*) n FROM attempt GROUP BY number, attempt_no")
        assert all(r["n"] == 1 for r in dialled)
