"""Trunks as operators have them: order and prefixes, health, what a carrier sees of us."""

import json
import socket

import pytest

from lib import live, sip
from lib.callee import Callee
from lib.handset import Handset
from lib.kamailio import Kamailio
from lib.live import add_trunk, attempts, call, live_server, statuses
from lib.names import Names
from lib.sipp import Sipp
from lib.tls_port import TlsPort, try_or_no
from lib.wait import eventually, never

NUMBER, UK = "+13125550100", "+442079460100"


def trunk(server, name="carrier"):
    listed = json.loads(server.command("trunks", "list", "--json").stdout)["trunks"]
    return next(t for t in listed if t["name"] == name)


def is_in(server, state, name="carrier", timeout=25):
    def so():
        assert trunk(server, name)["state"] == state, trunk(server, name)
        return True
    eventually(so, timeout, every=0.2)
    return trunk(server, name)["reason"]


def done(server, campaign, *numbers, status="Interested", timeout=30):
    def so():
        now = statuses(server, campaign)
        assert {n: now[n] for n in numbers} == {n: (status, "Completed") for n in numbers}
        return True
    eventually(so, timeout)


# Order and prefixes.

def test_order_prefixes_and_switches(make_server):
    with Callee() as first, Callee() as second, Callee() as british:
        server = live_server(make_server)
        server.command("workspaces", "set", "live", "countries=US,GB,FR")
        add_trunk(server, second.address, "--order", "20", "--prefixes", "+1", name="second")
        add_trunk(server, first.address, "--order", "10", "--prefixes", "+1, +52", name="first")
        add_trunk(server, british.address, "--prefixes", "+44", name="british")
        campaign = call(server, ["+13125550100", "+13125550200", UK, "+33142685300"])
        done(server, campaign, "+13125550100", "+13125550200", UK)
        assert (len(first.calls), len(second.calls), len(british.calls)) == (2, 0, 1)
        # Nobody takes France: it waits and says so, and an operator who opens a way is obeyed.
        assert live.reason(server, "+33142685300") == "NO_TRUNK_FOR_NUMBER"
        assert not attempts(server, "+33142685300")
        server.command("trunks", "disable", "first")
        done(server, call(server, ["+13125550300"]), "+13125550300")
        assert (len(first.calls), len(second.calls)) == (2, 1)
        assert (trunk(server, "first")["state"], trunk(server, "first")["enabled"]) == ("DISABLED", False)
        server.command("trunks", "enable", "first")
        server.command("trunks", "remove", "second")
        done(server, call(server, ["+13125550400"]), "+13125550400")
        assert (len(first.calls), len(second.calls)) == (3, 1)


def test_an_edit_is_obeyed_by_the_next_call(make_server):
    with Callee() as old, Callee() as new:
        server = live_server(make_server)
        add_trunk(server, old.address)
        done(server, call(server, [NUMBER]), NUMBER)
        server.command("trunks", "edit", "carrier", "--address", new.address, "--name", "renamed")
        done(server, call(server, ["+13125550200"]), "+13125550200")
        assert (len(old.calls), len(new.calls)) == (1, 1)
        assert trunk(server, "renamed")["address"] == new.address


# Health.

def test_one_of_two_trunks_is_killed(make_server):
    """Calls go by the other; what was silent is not retried at once, as a lost answer would ring the person twice."""
    with Callee() as first, Callee() as second:
        server = live_server(make_server, {"voice.response_timeout": 2})
        add_trunk(server, first.address, "--order", "10", "--options", "5", name="first")
        add_trunk(server, second.address, "--order", "20", "--options", "5", name="second")
        done(server, call(server, [NUMBER]), NUMBER)
        assert (len(first.calls), len(second.calls)) == (1, 0)
        first.deaf = True
        silent = "+13125550200"
        call(server, [silent])
        eventually(lambda: [a["outcome"] for a in attempts(server, silent)] == [live.NO_RESPONSE], 20)
        due = live.rows(server, "SELECT d.due_at - a.intent_at AS wait FROM due d JOIN attempt a USING (workspace_id, "
                                "campaign_id, talent_id) WHERE a.number = ?", silent)
        assert due[0]["wait"] >= 64000
        # The trunk is suspect by now: with another one ready, nobody else is sent to it.
        others = [f"+13125{n:02}0100" for n in range(51, 57)]
        call(server, others)
        eventually(lambda: len(second.calls) == len(others), 30)
        assert "does not answer OPTIONS" in is_in(server, "RESTING", "first")
        assert trunk(server, "second")["state"] == "READY"
        metrics = server.http.get(server.url + "/metrics").text
        assert 'callsheet_trunk_up{trunk="first"} 0' in metrics and 'callsheet_trunk_up{trunk="second"} 1' in metrics
        first.deaf = False
        is_in(server, "READY", "first")
        live.check_one_dial(server, first.call_ids() | second.call_ids())


def test_a_carrier_that_ignores_options_is_used_all_the_same(make_server):
    class NoOptions(Callee):
        def on_request(self, m, source):
            if m.method != "OPTIONS":
                super().on_request(m, source)
    with NoOptions() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        assert "--options 0" in is_in(server, "SUSPECT")
        done(server, call(server, [NUMBER]), NUMBER)
        server.command("trunks", "edit", "carrier", "--options", "0")
        is_in(server, "READY")


def test_who_asks_whether_a_trunk_is_there(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, "--options", "5")

        def asked_by(uri):
            return [m for _, m in phones.requests if m.method == "OPTIONS" and f"<{uri}>" in m.get("from")]
        eventually(lambda: asked_by("sip:callsheet@127.0.0.1"))
        server.command("trunks", "edit", "carrier", "--from-user", "account7", "--from-domain", "us.example")
        eventually(lambda: asked_by("sip:account7@us.example"), 15)


# What the carrier sees.

def headers(server, phones, number):
    done(server, call(server, [number]), number)
    return phones.to(number)[0].invite


def test_caller_id(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        m = headers(server, phones, "+13125550100")
        assert "sip:+13125550199@127.0.0.1" in m.get("from")
        assert m.get("p-asserted-identity") == "<sip:+13125550199@127.0.0.1>" and not m.get("privacy")
        server.command("trunks", "edit", "carrier", "--from-user", "account7", "--from-domain", "us.example", "--identity", "ppi")
        m = headers(server, phones, "+13125550200")
        assert "<sip:account7@us.example>" in m.get("from")
        assert m.get("p-preferred-identity") == "<sip:+13125550199@us.example>" and not m.get("p-asserted-identity")
        server.command("trunks", "edit", "carrier", "--hide-number", "--identity", "pai")
        m = headers(server, phones, "+13125550300")
        assert '"Anonymous" <sip:anonymous@anonymous.invalid>' in m.get("from")
        assert (m.get("privacy"), m.get("p-asserted-identity")) == ("id", "<sip:+13125550199@us.example>")
        server.command("trunks", "edit", "carrier", "--no-hide-number", "--identity", "none", "--from-user", "")
        m = headers(server, phones, "+13125550400")
        assert "<sip:+13125550199@us.example>" in m.get("from")
        assert not (m.get("privacy") or m.get("p-asserted-identity") or m.get("p-preferred-identity"))


def test_external_address(make_server):
    """Contact and SDP name the outside of a 1:1 NAT; the audio comes to us because the carrier learns where we really are."""
    with Callee(behaviour={"00": {"mute": True}}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, "--external-address", "203.0.113.9")
        call(server, [NUMBER])
        m = eventually(lambda: phones.calls and phones.calls[0]).invite
        contact = sip.uri(m.get("contact"))
        assert contact.startswith("sip:a1@203.0.113.9:") and contact.rsplit(":", 1)[1].isdigit()
        assert "c=IN IP4 203.0.113.9" in m.body


def test_outbound_proxy(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, "carrier.invalid", "--proxy", phones.address)
        m = headers(server, phones, NUMBER)
        assert m.start.startswith(f"INVITE sip:{NUMBER}@carrier.invalid")
        assert "@carrier.invalid" in m.get("from") and phones.address in m.get("route")


def test_what_a_carrier_asks_inside_a_call(make_server, tmp_path):
    """OPTIONS, UPDATE, INFO, hold and back: each is answered as sipp's scenario wants it, and the call goes on."""
    with Handset() as ear, Sipp("in_dialog.xml", tmp_path, "-m", "1", rtp_port=ear.port, digit=1) as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address, "--options", "0")
        done(server, call(server, [NUMBER]), NUMBER)
        assert carrier.wait() == 0, carrier.error_text()


# kamailio in the path.

@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text("secret\n")
    return str(file)


def test_through_a_proxy_with_digest_and_record_route(make_server, tmp_path, password):
    with Callee() as phones, Kamailio(tmp_path, phones.address) as proxy:
        server = live_server(make_server)
        add_trunk(server, proxy.address, "--user", "alice", "--password-file", password)
        done(server, call(server, [NUMBER]), NUMBER)
        # The 407 costs no second dial, and the BYE finds its way back through the proxy.
        live.check_one_dial(server, phones.call_ids())
        assert [auth for _, auth, _, _ in proxy.saw("INVITE")] == ["", "alice"]
        eventually(lambda: phones.calls[0].end == "bye")
        assert proxy.saw("BYE")


def test_registers_and_takes_it_back(make_server, tmp_path, password):
    with Callee() as phones, Kamailio(tmp_path, phones.address) as proxy:
        server = live_server(make_server)
        add_trunk(server, proxy.address, "--user", "alice", "--password-file", password, "--register")
        is_in(server, "READY")
        done(server, call(server, [NUMBER]), NUMBER)
        user, auth, expires, contact = proxy.saw("REGISTER")[-1]
        assert (user, auth) == ("alice", "alice") and "sip:alice@127.0.0.1:" in contact
        server.stop()
        eventually(lambda: "expires=0" in proxy.saw("REGISTER")[-1][3] or proxy.saw("REGISTER")[-1][2] == "0")


def test_a_registration_that_is_refused_rests_the_trunk(make_server, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    with Callee() as phones, Kamailio(tmp_path, phones.address) as proxy:
        server = live_server(make_server)
        add_trunk(server, proxy.address, "--user", "alice", "--password-file", str(wrong), "--register")
        assert "REGISTER was refused: 401" in eventually(
            lambda: "refused" in trunk(server)["reason"] and is_in(server, "RESTING"))
        call(server, [NUMBER])
        eventually(lambda: live.reason(server, NUMBER) == "NO_TRUNK", 15)
        assert not attempts(server) and not proxy.saw("INVITE")


# DNS.

def test_srv_names_the_ports_and_the_next_one_when_one_is_dead(make_server):
    with Callee() as first, Callee() as second:
        srv = {"_sip._udp.carrier.test": [(20, 0, second.port, "b.carrier.test"), (10, 0, first.port, "a.carrier.test")]}
        with Names(srv=srv, a={"a.carrier.test": "127.0.0.1", "b.carrier.test": "127.0.0.1"}) as names:
            server = live_server(make_server, {"voice.name_server": names.address})
            add_trunk(server, "carrier.test", "--options", "5")
            m = headers(server, first, NUMBER)
            assert m.start.startswith(f"INVITE sip:{NUMBER}@carrier.test") and f"127.0.0.1:{first.port}" in m.get("route")
            first.deaf = True
            eventually(lambda: "trunk.next" in server.log(), 20)
            headers(server, second, "+13125550200")
            assert trunk(server)["address"] == "carrier.test"


def test_a_name_nobody_knows(make_server):
    with Names() as names:
        server = live_server(make_server, {"voice.name_server": names.address})
        add_trunk(server, "nowhere.test")
        assert "nowhere.test: the name server has no address of it" in is_in(server, "RESTING")
        assert [name for name, kind in names.asked if kind == 33] == ["_sip._udp.nowhere.test"]


# Certificates.

@pytest.mark.parametrize("subject, trusted, good", [("127.0.0.1", True, True), ("127.0.0.1", False, False),
                                                    ("other.example", True, False)])
def test_certificates(make_server, tmp_path, subject, trusted, good):
    with TlsPort(tmp_path, subject) as port:
        server = live_server(make_server, start=False)
        if trusted:
            server.env["SSL_CERT_FILE"] = str(port.cert)
        server.start()
        add_trunk(server, port.address, "--transport", "tls", "--options", "5")
        if good:  # it hears the OPTIONS and says nothing
            eventually(lambda: b"OPTIONS sip:127.0.0.1" in port.heard, 15)
        else:
            assert "its certificate must be valid and name 127.0.0.1" in is_in(server, "RESTING")
            assert b"sip:" not in port.heard


# Strangers.

class Stranger:
    """A UDP socket of an address, 127.0.0.2 if it is no trunk's, that says anything to the server."""

    def __init__(self, where, ip="127.0.0.2"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.socket.settimeout(0.5)
        self.where, self.me = where, "%s:%d" % self.socket.getsockname()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def request(self, method, n, *lines):
        return "\r\n".join([
            f"{method} sip:100@127.0.0.1 SIP/2.0", f"Via: SIP/2.0/UDP {self.me};branch=z9hG4bK{method}{n};rport",
            f"From: <sip:s@{self.me}>;tag=1", "To: <sip:100@127.0.0.1>", f"Call-ID: {method}{n}", f"CSeq: 1 {method}",
            f"Contact: <sip:s@{self.me}>", "Max-Forwards: 70", *(lines or ["Content-Length: 0"]), "", ""]).encode()

    def says(self, data):
        self.socket.sendto(data, self.where)

    def answers(self):
        """The first lines of what has come; it is all here when nothing has come for half a second."""
        found = []
        try:
            while True:
                found.append(self.socket.recv(4096).split(b"\r\n")[0])
        except TimeoutError:
            return found


def test_strangers_are_refused_cheaply_and_in_silence(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        with Stranger(eventually(lambda: reached_from(server))) as stranger:
            for n in range(500):
                stranger.says(stranger.request("OPTIONS", n))
            for method in ("REGISTER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "BYE", "CANCEL", "INFO", "UPDATE", "REFER", "X"):
                stranger.says(stranger.request(method, 0))
            # Whoever asks for a dialog that does not exist is told so: carriers send such requests from any of their machines.
            assert set(stranger.answers()) <= {b"SIP/2.0 481 Call Does Not Exist"}
            for n in range(500):
                stranger.says(stranger.request("INVITE", n))
            told = stranger.answers()
            assert 0 < len(told) <= 40 and set(told) == {b"SIP/2.0 403 Forbidden"}
        done(server, call(server, [NUMBER]), NUMBER)


def malformed(stranger):
    """What is no SIP, or only nearly."""
    invite = stranger.request("INVITE", 0)
    yield from (b"", b"\r\n\r\n", b"\x00", b"\x80\x00" + bytes(300), b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 250)
    yield from (invite[:n] for n in range(0, len(invite), 7))
    for old, new in ((b"SIP/2.0\r", b"SIP/9.9\r"), (b"Via:", b"Vian:"), (b"From:", b"From"), (b"CSeq: 1", b"CSeq: -1"),
                     (b"CSeq: 1", b"CSeq: 99999999999999999999"), (b"CSeq: 1 INVITE", b"CSeq: 1"), (b";tag=1", b";tag="),
                     (b"sip:100@127.0.0.1 ", b"sip:@:99999 "), (b"sip:100@127.0.0.1 ", b"tel:%00%ff "), (b"branch=z9hG4bK", b"branch="),
                     (b"Content-Length: 0", b"Content-Length: 999999999"), (b"Content-Length: 0", b"Content-Length: -5"),
                     (b"Content-Length: 0", b"X: " + b"a" * 60000), (b"Call-ID: INVITE0", b"Call-ID: " + b"\xff\x00\xfe"),
                     (b"Contact:", b"Contact: *\r\nContact:"), (b"Max-Forwards: 70", b"X: y\r\n" * 4000)):
        yield invite.replace(old, new)
    response = invite.replace(b"INVITE sip:100@127.0.0.1 SIP/2.0", b"SIP/2.0 %s")
    for status in (b"200 OK", b"180", b"999 What", b"-1 No", b"2000 OK", b"302 Moved", b"401 Unauthorized", b""):
        yield response.replace(b"%s", status)
        yield response.replace(b"%s", status).replace(b"Contact:", b"m :")


def test_malformed_sip_of_strangers_and_of_the_trunk_harms_nobody(make_server):
    """While a call is on the line, too; the server is asked by TCP as well."""
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        where = eventually(lambda: reached_from(server))
        campaign = call(server, [NUMBER])
        eventually(lambda: phones.calls and phones.calls[0].answered)
        for ip in ("127.0.0.2", "127.0.0.1"):
            with Stranger(where, ip) as stranger, socket.create_connection(where) as stream:
                for data in malformed(stranger):
                    stranger.says(data)
                    if ip == "127.0.0.1" and try_or_no(lambda: stream.sendall(data) or True) is False:
                        break  # it has had enough of this connection
        done(server, campaign, NUMBER)
        done(server, call(server, ["+13125550200"]), "+13125550200")
        live.check_one_dial(server, phones.call_ids())


def reached_from(server):
    for line in server.log().splitlines():
        if "trunk carrier is at" in line:
            host, port = line.rsplit(" ", 1)[1].rsplit(":", 1)
            return host, int(port)
    return None
