"""The promise: whenever the server is killed, nobody is dialled twice for one attempt and nobody is forgotten.

CALLSHEET_KILLS and CALLSHEET_SEED make it longer or different (`make torture`). The telephones live in this process,
so they remember what every life of the server has dialled.
"""

import os
import random
import time

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually

KILLS = int(os.environ.get("CALLSHEET_KILLS", "10"))
SEED = int(os.environ.get("CALLSHEET_SEED", "1"))
LEADS = 20 * KILLS

# Half are busy at once; half answer, press 1 and hang up by themselves, since a killed server sends no BYE.
PHONES = {"03": {"reject": 486}, "00": {"press": "1", "hang_up": 1.6}}


def numbers():
    assert LEADS <= 20000
    return [f"+1312{200 + n // 100:03}{n % 50:02}{'03' if n // 50 % 2 else '00'}" for n in range(LEADS)]


def nothing_is_left_over(server):
    """What the life before had claimed has been given back. (The first second of a life dials nothing.)"""
    (epoch,) = rows(server, "SELECT value FROM fact WHERE name = 'epoch'")
    assert not rows(server, "SELECT * FROM due WHERE due_state = 2 AND epoch < ?", epoch["value"])
    assert not rows(server, "SELECT * FROM attempt WHERE attempt_state IN (3, 4, 5) AND epoch < ?", epoch["value"])


def nobody_is_left_out(server, phones, campaign):
    rung = {c.to for c in phones.calls}
    shown = live.leads(server, campaign)
    ledger = {}
    for a in attempts(server):
        ledger.setdefault(a["number"], []).append(a)
    assert set(ledger) == set(shown) == set(numbers())
    for number, tries in ledger.items():
        # The one slot of this campaign is used once; what was proven never to have left comes on top.
        made = [a for a in tries if a["outcome"] != live.NEVER_SENT]
        assert len(made) == 1, f"{number}: {made}"
        assert [a["attempt_no"] for a in tries] == list(range(1, len(tries) + 1))
        unknown = made[0]["attempt_state"] == live.UNKNOWN
        assert unknown or number in rung, f"{number} was never rung: {made}"
        assert len(phones.to(number)) <= 1, f"{number} was rung more than once: {phones.to(number)}"
        if unknown:
            assert shown[number]["status"] == "Pending"
        elif number.endswith("03"):
            assert shown[number]["status"] == "NoAnswer"
    return sum(1 for tries in ledger.values() for a in tries if a["attempt_state"] == live.UNKNOWN)


@pytest.mark.plain
@pytest.mark.timeout(120 + 15 * KILLS)
def test_killed_at_random_moments(make_server, tmp_path):
    print(f"{KILLS} kills, {LEADS} leads, seed {SEED}")
    dice = random.Random(SEED)
    with Callee(behaviour=PHONES, ring=0.03, press_after=0.6) as phones:
        server = live_server(make_server, {"engine.retry_backoff": 1})
        add_trunk(server, phones.address, channels=40, cps=25)
        campaign = call(server, numbers())
        eventually(lambda: phones.calls, 20)
        for n in range(KILLS):
            # Most in the middle of dialling; some while the server is still getting up.
            time.sleep(dice.uniform(0, 1) if n % 5 == 4 else 1 + dice.uniform(0, 0.9))
            server.kill()
            live.check_integrity(server, tmp_path / "copy")
            server.start()
            nothing_is_left_over(server)
            live.check_one_dial(server, phones.call_ids())
        eventually(lambda: live.all_completed(server, campaign), 30 + KILLS, every=0.5)
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)
        unknown = nobody_is_left_out(server, phones, campaign)
        never = len([a for a in attempts(server) if a["outcome"] == live.NEVER_SENT])
        print(f"{len(phones.calls)} calls, {unknown} unknown, {never} proven never sent")
