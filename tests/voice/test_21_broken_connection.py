"""A connection to the trunk that breaks: what may have rung is not tried again in its slot; what surely has not is."""

import re
import socket
import threading

from lib import live
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually, never


class BreakingTrunk:
    """Takes INVITEs over TCP, answers with `statuses`, and closes the connection."""

    def __init__(self, *statuses):
        self.statuses = statuses
        self.numbers = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                self.serve(peer)

    def serve(self, peer):
        text = ""
        while "\r\n\r\n" not in text:
            data = peer.recv(65536).decode()
            if not data:
                return
            text += data
        invite = re.match(r"INVITE sip:(\+\d+)@", text)
        if not invite:  # a CANCEL over a new connection
            return
        self.numbers.append(invite[1])
        kept = [line for line in text.split("\r\n\r\n")[0].split("\r\n")[1:]
                if line.split(":")[0].lower() in ("via", "from", "to", "call-id", "cseq")]
        for status in self.statuses:
            lines = [line + (";tag=x" if line.lower().startswith("to:") and status > 100 else "") for line in kept]
            peer.sendall("\r\n".join([f"SIP/2.0 {status} X", *lines, "Content-Length: 0", "", ""]).encode())


def one_call(make_server, trunk):
    server = live_server(make_server, {"engine.retry_backoff": 1, "engine.trunk_rest": 1, "voice.response_timeout": 2})
    add_trunk(server, trunk.address, "--transport", "tcp", "--options", "0")  # what it breaks off is to be the call
    campaign = call(server, ["+13125550103"])
    eventually(lambda: [a for a in attempts(server) if a["outcome"]], 20)
    return server, campaign


def test_while_it_rings(make_server):
    """No response comes any more, and nobody is rung a second time to find out."""
    with BreakingTrunk(100, 180) as trunk:
        server, campaign = one_call(make_server, trunk)
        (a,) = attempts(server)
        assert a["outcome"] in (live.NO_ANSWER, live.OUTCOME_UNKNOWN) and a["ringing_at"]
        never(lambda: len(attempts(server)) > 1, 3)
        assert live.lead(server, campaign, "+13125550103")["flowStatus"] == "Completed"  # the one slot is used


def test_before_any_response(make_server):
    """It took the INVITE, and whether it handed it on nobody knows: as long as one may live, there is no second."""
    with BreakingTrunk() as trunk:
        server, _ = one_call(make_server, trunk)
        (a,) = attempts(server)
        assert a["outcome"] in (live.NO_RESPONSE, live.OUTCOME_UNKNOWN)
        due = rows(server, "SELECT due_at FROM due")
        assert not due or due[0]["due_at"] >= a["intent_at"] + 64000
        never(lambda: len(attempts(server)) > 1, 3)


def test_refused(make_server):
    """There is no connection at all: surely nobody was rung."""
    with BreakingTrunk(100, 180) as trunk:
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))  # nobody listens there
        server = live_server(make_server, {"engine.retry_backoff": 1, "engine.trunk_rest": 1})
        add_trunk(server, "127.0.0.1:%d" % closed.getsockname()[1], "--transport", "tcp", "--options", "0")
        call(server, ["+13125550103"])
        eventually(lambda: len(attempts(server)) > 2, 20)
        assert {a["outcome"] for a in attempts(server)} <= {0, live.CARRIER_FAILURE, live.NEVER_SENT}
        closed.close()


def test_a_name_that_cannot_be_resolved_rests(make_server):
    server = live_server(make_server, {"engine.retry_backoff": 1})
    add_trunk(server, "sip.invalid:5060")
    numbers = [f"+131255501{n:02}" for n in range(20)]
    call(server, numbers)
    eventually(lambda: live.reason(server, numbers[-1]) == "NO_TRUNK", 30)
    eventually(lambda: {a["outcome"] for a in attempts(server)} <= {live.NEVER_SENT}, 10)
    tried = len(attempts(server))
    never(lambda: len(attempts(server)) > tried + 2, 3)
    live.check_settled(server)
