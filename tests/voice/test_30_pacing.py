"""The pace of a trunk, as the far end sees it."""

from statistics import median

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, call, live_server
from lib.wait import eventually


def at_once(calls):
    """The most calls that were under way at one moment."""
    marks = sorted([(c.began, 1) for c in calls] + [(c.ended, -1) for c in calls])
    most = now = 0
    for _, step in marks:
        now += step
        most = max(most, now)
    return most


def test_calls_per_second_and_channels(make_server):
    with Callee(ring=0.05, behaviour={"00": {"hang_up": 0.8}}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, channels=3, cps=5)
        campaign = call(server, [f"+131255{n:03}00" for n in range(24)])
        eventually(lambda: live.all_completed(server, campaign), 60, every=0.3)
        began = sorted(c.began for c in phones.calls)
        assert len(began) == 24
        # Noise of the listener: one more than the limit may fall into a window, never two.
        assert max(sum(t <= u < t + 1 for u in began) for t in began) <= 6
        assert median(b - a for a, b in zip(began, began[1:])) >= 0.15
        assert at_once(phones.calls) <= 3


def test_evenly_spaced_when_there_is_room(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, channels=50, cps=10)
        call(server, [f"+131255{n:03}02" for n in range(30)])  # they ring out: many at once
        eventually(lambda: len(phones.calls) == 30, 20)
        began = sorted(c.began for c in phones.calls)
        assert max(sum(t <= u < t + 1 for u in began) for t in began) <= 11
        assert 2.5 < began[-1] - began[0] < 6
