"""What each way of answering comes to in the API, for live calls."""

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, statuses
from lib.wait import eventually

EXPECTED = {
    "+13125550100": "Interested",
    "+13125550101": "NotInterested",
    "+13125550102": "NoAnswer",
    "+13125550103": "NoAnswer",
    "+13125550109": "Pending",
    "+13125550110": "Pending",
    "+13125550111": "NotInterested",
}


def test_every_way_of_answering(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, list(EXPECTED), questions=["Yes?"])

        def are_so():
            assert statuses(server, campaign) == {n: (s, "Completed") for n, s in EXPECTED.items()}
            return True
        eventually(are_so, 60, every=0.2)
        live.check_one_dial(server, phones.call_ids())
        assert len(attempts(server)) == len(EXPECTED)
        assert phones.to("+13125550102")[0].end == "cancelled"
        assert phones.to("+13125550110")[0].end == "bye"
        # The key to be left alone is heeded by later campaigns, too.
        again = call(server, ["+13125550101", "+13125550111"])
        eventually(lambda: "+13125550101" in statuses(server, again))
        assert "+13125550111" not in statuses(server, again)
        eventually(lambda: live.all_completed(server, again), 30)
        live.check_settled(server)
        assert len(phones.to("+13125550111")) == 1
