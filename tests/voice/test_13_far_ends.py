"""What far ends do, as sipp's scenarios have it, by one server all at once: a trunk and a number each. Whether sipp got what
its scenario wants is its exit code; what the call came to is in the ledger."""

import contextlib
import socket
from dataclasses import dataclass, field

import pytest

from lib import greetings, live
from lib.handset import Handset
from lib.live import add_trunk, attempts, call, leads
from lib.server import Server
from lib.sipp import Sipp
from lib.wait import eventually

DECLINED, UNKNOWN_NUMBER = 5, 7
ANSWERED = 200


@dataclass
class FarEnd:
    scenario: str
    outcome: int
    sip_status: int
    keys: dict = field(default_factory=dict)   # of the scenario
    ear: dict = field(default_factory=dict)    # of the handset
    flags: tuple = ()
    digits: str = ""


def refuses(status, outcome):
    return FarEnd("refused.xml", outcome, int(status.split()[0]), {"status": status})


def presses(scenario, *flags, keys=None, **ear):
    return FarEnd(scenario, live.ANSWERED_DIGIT, ANSWERED, keys or {}, {"digit": "1"} | ear, flags, "1")


def sdp(*lines):
    return "\n".join(["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", *lines])


def picks_up_in_vain(answer):
    """Somebody picked up, and there is nothing to say it with: that it reached nobody is not known."""
    return FarEnd("odd_answer.xml", live.OUTCOME_UNKNOWN, ANSWERED, {"sdp": answer})


FAR_ENDS = {
    "302": refuses("302 Moved Temporarily", live.CARRIER_FAILURE),
    "404": refuses("404 Not Found", UNKNOWN_NUMBER),
    "480": refuses("480 Temporarily Unavailable", live.NO_ANSWER),
    "486": refuses("486 Busy Here", live.BUSY),
    "503": refuses("503 Service Unavailable", live.CARRIER_FAILURE),
    "603": refuses("603 Decline", DECLINED),
    "rings out": FarEnd("ring_out.xml", live.NO_ANSWER, 0),
    "early media, rings out": FarEnd("early_media_rings_out.xml", live.NO_ANSWER, 0),
    "slow 100": presses("slow_trying.xml"),
    "200 three times": presses("answers_again.xml", "-nr"),
    "200 after CANCEL": FarEnd("answers_cancel.xml", live.NO_ANSWER, 0),
    "re-INVITE without ACK": presses("never_acks.xml", "-nr", digit="", keys={"digit": "1"}),
    "A-law only": presses("odd_answer.xml", law=8, keys={"sdp": sdp(
        "m=audio [port] RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000")}),
    "no telephone-event": presses("odd_answer.xml", digit="", plays=greetings.key("1"), keys={"sdp": sdp(
        "m=audio [port] RTP/AVP 0", "a=rtpmap:0 PCMU/8000")}),
    "no SDP at all": picks_up_in_vain("Good morning."),
    "SDP without audio": picks_up_in_vain(sdp("m=video [port] RTP/AVP 31", "a=rtpmap:31 H261/90000")),
    "audio refused": picks_up_in_vain(sdp("m=audio 0 RTP/AVP 0")),
    "half a line": picks_up_in_vain(sdp("m=audio [port]")),
    "a codec we never offered": picks_up_in_vain(sdp("m=audio [port] RTP/AVP 18", "a=rtpmap:18 G729/8000")),
}


class Calls:
    def __init__(self, folder, stack):
        self.elsewhere = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.elsewhere.bind(("127.0.0.1", 0))
        self.carriers, self.numbers = {}, {}
        for n, (name, far) in enumerate(FAR_ENDS.items()):
            ear = stack.enter_context(Handset(**far.ear))
            keys = {k: v.replace("[port]", str(ear.port)) for k, v in far.keys.items()}
            self.numbers[name] = f"+131255501{n:02}"
            self.carriers[name] = stack.enter_context(Sipp(
                far.scenario, folder, "-m", "1", *far.flags, rtp_port=ear.port,
                elsewhere="127.0.0.1:%d" % self.elsewhere.getsockname()[1], **keys))
        # None is tried twice within the test.
        self.server = Server(folder / "server", live.QUICK | {"api.rate_limit": 0, "engine.retry_backoff": 600},
                             number="+13125550199").start()
        stack.callback(self.server.stop)
        self.server.command("workspaces", "set", "live", "preamble=off")
        for name, carrier in self.carriers.items():
            add_trunk(self.server, carrier.address, "--options", "0", "--prefixes", self.numbers[name], name=f"to-{carrier.port}")
        self.campaign = call(self.server, list(self.numbers.values()))

    def of(self, name):
        def ended():
            mine = attempts(self.server, self.numbers[name])
            return mine if mine and all(a["attempt_state"] in (live.ENDED, live.UNKNOWN) for a in mine) else None
        (attempt,) = eventually(ended, 40, every=0.2)
        return attempt


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    with contextlib.ExitStack() as stack:
        yield Calls(tmp_path_factory.mktemp("far-ends"), stack)


@pytest.mark.parametrize("name", FAR_ENDS)
def test_far_end(calls, name):
    far, carrier = FAR_ENDS[name], calls.carriers[name]
    attempt = calls.of(name)
    assert (attempt["outcome"], attempt["sip_status"], attempt["digits"].strip("-")) == (far.outcome, far.sip_status, far.digits)
    assert carrier.wait() == 0, carrier.error_text()
    live.check_one_dial(calls.server, {a: {call_id for call_id, _ in each} for (a, _), each in carrier.invites().items()})
    assert list(carrier.invites()) == [(str(attempt["attempt_id"]), calls.numbers[name])]


def test_a_slow_100_is_one_invite_repeated(calls):
    calls.of("slow 100")
    (transactions,) = calls.carriers["slow 100"].invites().values()
    assert len(transactions) == 1
    assert len(calls.carriers["slow 100"].requests("INVITE")) >= 3


def test_each_200_is_acked(calls):
    calls.of("200 three times")
    assert len(calls.carriers["200 three times"].requests("ACK")) == 3


def test_nobody_is_called_elsewhere(calls):
    calls.of("302")
    calls.elsewhere.setblocking(False)
    with pytest.raises(BlockingIOError):
        calls.elsewhere.recv(1)


def test_the_leads_say_so(calls):
    for name in FAR_ENDS:
        calls.of(name)
    shown = leads(calls.server, calls.campaign)
    for name, number in calls.numbers.items():
        far = FAR_ENDS[name]
        lead = (shown[number]["status"], shown[number]["flowStatus"])
        if far.digits:
            assert lead == ("Interested", "Completed"), name
        elif far.outcome in (live.BUSY, live.NO_ANSWER, DECLINED, UNKNOWN_NUMBER):
            assert lead[0] == "NoAnswer", name
        else:
            assert lead[0] == "Pending", name
    live.check_settled(calls.server)
