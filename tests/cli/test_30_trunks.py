"""Trunks by command, with and without a server; and `trunks test`, step by step."""

import json
import subprocess

import pytest

from lib.callee import Callee
from lib.kamailio import Kamailio
from lib.live import add_trunk, live_server
from lib.names import Names
from lib.wait import eventually


def listed(server):
    return json.loads(server.command("trunks", "list", "--json").stdout)["trunks"]


def one(server, name="main"):
    return next(t for t in listed(server) if t["name"] == name)


def refused(server, code, *words):
    done = server.command("trunks", *words, check=False)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stderr


@pytest.mark.parametrize("running", [True, False])
def test_a_trunk_through_its_life(make_server, running):
    s = make_server(start=running)
    s.command("trunks", "add", "--name", "main", "--address", "sip.provider.invalid", "--prefixes", "+1,+44", "--order", "5",
              "--proxy", "127.0.0.1:5099", "--from-user", "acme7", "--external-address", "203.0.113.9", "--options", "0")
    t = one(s)
    assert t == t | {"address": "sip.provider.invalid", "prefixes": "+1 +44", "order": 5, "proxy": "127.0.0.1:5099",
                     "fromUser": "acme7", "fromDomain": "", "identity": "pai", "hideNumber": False, "register": False,
                     "externalAddress": "203.0.113.9", "options": 0, "enabled": True, "channels": 10, "cps": 1}
    assert "password" not in t
    s.command("trunks", "edit", "main", "--channels", "7", "--prefixes", "", "--hide-number")
    assert one(s) == t | {"channels": 7, "prefixes": "", "hideNumber": True} | {k: one(s)[k] for k in ("state", "reason")}
    s.command("trunks", "edit", str(t["trunkId"]), "--name", "other", "--no-hide-number", "--address", "192.0.2.1",
              "--transport", "tls")
    assert one(s, "other")["address"] == "192.0.2.1:5061"
    s.command("trunks", "disable", "other")
    assert (one(s, "other")["state"], one(s, "other")["enabled"]) == ("DISABLED", False)
    s.command("trunks", "enable", "other")
    assert one(s, "other")["state"] != "DISABLED"
    assert s.command("trunks", "remove", "other").stdout == 'The trunk "other" is gone.\n'
    assert listed(s) == []
    for verb in ("edit", "remove", "enable", "disable"):
        assert 'no trunk "other"' in refused(s, 4, verb, "other")


def test_what_cannot_be(make_server):
    s = make_server(start=False)
    s.command("trunks", "add", "--name", "main", "--address", "192.0.2.1")
    s.command("trunks", "add", "--name", "spare", "--address", "192.0.2.2")
    before = listed(s)
    for words, complaint in [(("--prefixes", "44"), "list of prefixes"), (("--external-address", "example.com"), "IP address"),
                             (("--register",), "needs a user"), (("--proxy", "a b"), "must name a host"),
                             (("--options", "3"), "at least 5 seconds"), (("--identity", "rpid"), "identity"),
                             (("--from-user", "a@b"), "user part"), (("--from-domain", "a b"), "host part"),
                             (("--order", "-1"), "order"), (("--srtp",), "needs the transport tls"),
                             (("--hide-number", "--identity", "none"), "must know who calls")]:
        assert complaint in refused(s, 6, "edit", "main", *words), words
    assert "already" in refused(s, 8, "edit", "main", "--name", "spare")
    assert listed(s) == before


def test_the_state_of_a_running_server_is_shown(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, name="main")
        eventually(lambda: one(server)["state"] == "READY" and [m for _, m in phones.requests if m.method == "OPTIONS"])
        add_trunk(server, "127.0.0.1:9", "--transport", "tcp", name="closed")
        eventually(lambda: one(server, "closed")["state"] == "RESTING", 20)
        assert "port 9 cannot be reached: Connection refused" in one(server, "closed")["reason"]
        server.stop()
        assert {(t["state"], t["reason"]) for t in listed(server)} == {("UNKNOWN", "no server has looked at it yet")}


# trunks test.

def steps(server, *words, code=0):
    done = server.command("trunks", "test", *words, "--json", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] == (code == 0) and all(bool(s["remedy"]) != s["ok"] for s in answer["steps"])
    return [(s["step"], s["ok"]) for s in answer["steps"]], answer["steps"]


@pytest.mark.parametrize("running", [True, False])
def test_everything_is_well(make_server, tmp_path, running):
    (tmp_path / "password").write_text("secret")
    with Callee() as phones, Kamailio(tmp_path, phones.address) as proxy:
        server = live_server(make_server, start=running)
        add_trunk(server, proxy.address, "--user", "alice", "--password-file", str(tmp_path / "password"), "--register", name="main")
        found, _ = steps(server, "main")
        assert found == [("name", True), ("OPTIONS", True), ("REGISTER", True)]
        found, _ = steps(server, "main", "--call", "+13125550100")
        assert found == [("name", True), ("OPTIONS", True), ("REGISTER", True), ("call", True), ("audio", True)]
        (rung,) = phones.calls
        assert "sip:+13125550199@" in rung.invite.get("p-asserted-identity")
        said = server.command("trunks", "test", "main").stdout
        assert "ok   REGISTER" in said and "secret" not in said


def test_a_wrong_password_and_a_call_nobody_hears(make_server, tmp_path):
    (tmp_path / "password").write_text("wrong")
    with Callee(behaviour={"00": {"mute": True}, "01": {"reject": 486}}) as phones, Kamailio(tmp_path, phones.address) as proxy:
        server = live_server(make_server, start=False)
        flags = ("--user", "alice", "--password-file", str(tmp_path / "password"))
        add_trunk(server, proxy.address, *flags, name="main")
        found, detail = steps(server, "main", "--call", "+13125550100", code=9)
        assert found[-1] == ("call", False) and "password" in detail[-1]["remedy"] and not phones.calls
        add_trunk(server, phones.address, name="direct")
        found, detail = steps(server, "direct", "--call", "+13125550101", code=9)
        assert found[-1] == ("call", False) and "busy, SIP status 486" in detail[-1]["detail"]
        found, detail = steps(server, "direct", "--call", "+13125550100", code=9)
        assert found[-2:] == [("call", True), ("audio", False)] and "--external-address" in detail[-1]["remedy"]


def test_no_name_no_connection_no_certificate(make_server, tmp_path):
    with Names() as names:
        server = live_server(make_server, {"voice.name_server": names.address}, start=False)
        add_trunk(server, "nowhere.test", name="nameless")
        found, detail = steps(server, "nameless", code=9)
        assert found == [("name", False)] and "DNS" in detail[0]["remedy"]
    add_trunk(server, "127.0.0.1:9", "--transport", "tcp", name="closed")
    assert steps(server, "closed", code=9)[0] == [("name", True), ("connection", False)]
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x", "-keyout", str(key),
                    "-addext", "subjectAltName=DNS:other.example", "-out", str(cert)], check=True, capture_output=True)
    from lib.sipp import free_port
    port = free_port()
    s_server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(cert), "-key", str(key), "-quiet"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        add_trunk(server, f"127.0.0.1:{port}", "--transport", "tls", name="secure")
        eventually(lambda: steps(server, "secure", code=9)[0][1] == ("connection", True), 10)
        assert "self-signed" in steps(server, "secure", code=9)[1][-1]["detail"]
        server.env["SSL_CERT_FILE"] = str(cert)
        found, detail = steps(server, "secure", code=9)
        assert found[-1] == ("certificate", False) and "IP address mismatch" in detail[-1]["detail"]
    finally:
        s_server.kill()
        s_server.wait()


def test_what_it_needs(make_server):
    s = make_server(start=False)
    s.command("trunks", "add", "--name", "main", "--address", "127.0.0.1:9")
    assert "no trunk" in refused(s, 4, "test", "nobody")
    assert "needs NAME" in refused(s, 2, "test")
    assert "possible telephone number" in refused(s, 6, "test", "main", "--call", "12")
    assert "no number to call from" in refused(s, 4, "test", "main", "--call", "+13125550100")
