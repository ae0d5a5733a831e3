"""A trunk's limits, judged by the clock of who is called."""

import os
import signal
import time

import pytest

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, call, live_server
from lib.wait import eventually

QUICK_PHONES = {"03": {"reject": 486}, "20": {"hang_up": 0.5}}


def most_at_once(calls):
    edges = sorted([(c.began, 1) for c in calls] + [(c.ended, -1) for c in calls], key=lambda e: (e[0], e[1]))
    most = now = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def busiest_second(calls):
    """Most INVITEs in any window of one second, by the kernel's stamps of their arrival."""
    at = sorted(c.arrived for c in calls)
    return max(sum(1 for t in at[i:] if t < start + 1) for i, start in enumerate(at))


def test_calls_a_second_and_at_once(make_server):
    numbers = [f"+131255{n:03}{'03' if n % 2 else '20'}" for n in range(100, 130)]
    with Callee(behaviour=QUICK_PHONES, ring=0.05) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, cps=5, channels=3)
        campaign = call(server, numbers)
        eventually(lambda: live.all_completed(server, campaign), 40, every=0.2)
        live.check_one_dial(server, phones.call_ids())
        eventually(lambda: all(c.over for c in phones.calls))
        began = sorted(c.arrived for c in phones.calls)
        assert len(began) == len(numbers)
        gaps = sorted(b - a for a, b in zip(began, began[1:]))
        assert gaps[len(gaps) // 2] >= 0.15
        assert busiest_second(phones.calls) <= 5
        assert began[-1] - began[0] >= (len(numbers) - 1) / 5 - 0.2
        assert most_at_once(phones.calls) <= 3


def test_channels_are_the_limit_when_calls_last(make_server):
    """Silent phones keep their line; the fourth call waits for a free one, and every channel comes back."""
    numbers = [f"+131255{n:03}20" for n in range(100, 108)]
    with Callee(behaviour={"20": {"hang_up": 1.0}}, ring=0.05) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, cps=50, channels=3)
        campaign = call(server, numbers)
        eventually(lambda: live.all_completed(server, campaign), 30)
        assert most_at_once(phones.calls) == 3
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)


@pytest.mark.plain
def test_lost_time_is_not_made_up_for(make_server):
    """A server that stood still, as behind a slow disk, keeps to its calls a second when it goes on."""
    numbers = [f"+1312{200 + n // 100}{n % 100:02}03" for n in range(220)]
    with Callee(behaviour=QUICK_PHONES, ring=0.02) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, cps=50, channels=100)
        campaign = call(server, numbers)
        for seen in (60, 90):
            eventually(lambda: len(phones.calls) >= seen, 15, every=0.005)
            os.kill(server.process.pid, signal.SIGSTOP)
            time.sleep(0.6)
            os.kill(server.process.pid, signal.SIGCONT)
        eventually(lambda: live.all_completed(server, campaign), 20, every=0.2)
        began = sorted(c.arrived for c in phones.calls)
        assert len(began) == len(numbers)
        assert busiest_second(phones.calls) <= 50
        assert began[-1] - began[0] < 10  # and the pauses do not slow it down afterwards
        live.check_one_dial(server, phones.call_ids())
