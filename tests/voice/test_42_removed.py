"""DELETE of a lead whose call is on its way."""

import time

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually


def test_a_removed_lead_is_not_called_any_more(make_server):
    numbers = [f"+131255{n:03}02" for n in range(100, 180)]  # they ring until somebody gives up
    removed = {}
    with Callee(ring=0.02) as phones:
        server = live_server(make_server, {"voice.ring_timeout": 60, "engine.drain_timeout": 0})
        # Fifty a second: always some calls are decided and not yet placed.
        add_trunk(server, phones.address, channels=100, cps=50)
        campaign = call(server, numbers)
        ids = {n: each["leadId"] for n, each in live.leads(server, campaign).items()}
        eventually(lambda: len(phones.calls) >= 10, 10, every=0.002)
        # The one that rings, and those whose turn is next.
        for number in numbers[8:60]:
            server.api("DELETE", f"/campaigns/{campaign}/leads/{ids[number]}", key="live")
            removed[number] = time.monotonic()
        eventually(lambda: len({c.to for c in phones.calls} - set(removed)) == len(numbers) - len(removed), 10)
        late = {c.to: c.began - removed[c.to] for c in phones.calls
                if c.to in removed and c.began > removed[c.to] + 0.3}  # the peer may look late at what came in time
        assert not late, f"called after the DELETE was answered: {late}"
        eventually(lambda: all(c.end == "cancelled" for c in phones.calls if c.to in removed))
        assert phones.to(numbers[8])
        assert not rows(server, "SELECT d.* FROM due d JOIN lead l USING (workspace_id, campaign_id, talent_id) "
                                "WHERE l.removed = 1")
        eventually(lambda: not [a for a in attempts(server) if a["number"] in removed and a["attempt_state"] < 6])
        live.check_one_dial(server, phones.call_ids())
