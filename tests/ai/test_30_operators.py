"""What an operator sets: providers, the attestation, costs."""

import json
import subprocess

import pytest

from lib import live
from lib.campaign import a_campaign
from lib.callee import Callee
from lib.live import add_trunk, attempts, leads, live_server, reason, rows
from lib.provider import add_provider
from lib.wait import eventually

NUMBER = "+13125550100"


@pytest.fixture(scope="module")
def greets(make_provider):
    return make_provider("greets")


def refused(server, *words):
    done = server.command(*words, check=False)
    assert done.returncode != 0
    return done.stderr


def test_providers_come_and_go(make_server, greets, key_file):
    server = make_server(start=False)
    add_provider(server, greets, key_file, "--price", "12", name="acme")
    (one,) = json.loads(server.command("providers", "list", "--json").stdout)["providers"]
    assert (one["name"], one["price"], one["dialect"], one["keyFile"]) == ("acme", 12, "ga", str(key_file))
    assert "already" in add_provider(server, greets, key_file, name="acme", check=False).stderr
    server.command("providers", "remove", "acme")
    assert "there is no provider" in refused(server, "providers", "remove", "acme")


@pytest.mark.parametrize("url, why", [("http://127.0.0.1/x", "must be an address such as"),
                                      ("ws://example.com/v1", "must begin with wss:"),
                                      ("wss://user@example.com/v1", "must be an address such as")])
def test_addresses_that_cannot_be(make_server, url, why):
    said = refused(make_server(start=False), "providers", "add", "--name", "x", "--url", url, "--model", "m", "--key-file",
                   "/k")
    assert why in said


def test_a_provider_is_tested_before_it_is_trusted(make_server, greets, key_file, tmp_path):
    server = make_server(start=False)
    add_provider(server, greets, key_file, name="acme")
    assert "spoke after" in server.command("providers", "test", "acme").stdout
    wrong = tmp_path / "wrong"
    wrong.write_text("not-the-key\n")
    add_provider(server, greets, wrong, name="wrong")
    assert "does not take a session" in refused(server, "providers", "test", "wrong")
    add_provider(server, greets, tmp_path / "none", name="none")
    assert "cannot be read" in refused(server, "providers", "test", "none")


def test_a_systemd_credential_is_a_key(make_server, greets, key_file):
    server = make_server(start=False)
    add_provider(server, greets, key_file.name, name="acme")
    server.env |= {"CREDENTIALS_DIRECTORY": str(key_file.parent)}
    assert "spoke after" in server.command("providers", "test", "acme").stdout


def test_a_certificate_nobody_vouches_for_gets_no_key(make_server, make_provider, key_file, tmp_path):
    key, cert, both = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)], check=True,
                   capture_output=True)
    both.write_text(cert.read_text() + key.read_text())
    provider = make_provider("greets", pem=both)
    server = make_server(start=False)
    add_provider(server, provider, key_file, name="acme")
    assert "does not take a session" in refused(server, "providers", "test", "acme")
    assert not provider.meta("upgrade")
    server.env |= {"SSL_CERT_FILE": str(cert)}
    assert "spoke after" in server.command("providers", "test", "acme").stdout


def test_live_ai_campaigns_need_a_statement(make_server, make_provider, key_file):
    with Callee(behaviour={"00": {}}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        body = a_campaign(server, callType="AICall")
        reply = server.api("POST", "/campaigns", body, key="live")
        assert reply.status_code == 409
        assert reply.json()["error"]["code"] == "CONFLICT"
        menu = server.ok("POST", "/campaigns", a_campaign(server), key="live")["campaign"]["id"]
        assert server.api("PATCH", f"/campaigns/{menu}", {"callType": "AICall"}, key="live").status_code == 409
        # One from before is held, and says why.
        server.command("workspaces", "attest", "live", "--name", "Jane Doe")
        campaign = live.call(server, [NUMBER], callType="AICall")
        eventually(lambda: reason(server, NUMBER) == "AI_NO_PROVIDER", 20, every=0.1)
        assert not phones.calls
        add_provider(server, make_provider("declines"), key_file)
        server.command("workspaces", "set", "live", "ai_provider=declines-ga")
        eventually(lambda: leads(server, campaign)[NUMBER]["status"] == "NotInterested", 60, every=0.2)
        assert rows(server, "SELECT attested_by FROM attestation") == [{"attested_by": "Jane Doe"}]


def test_costs_stop_at_the_cap(make_server, make_provider, key_file):
    """A cent a second; the caps leave sixteen seconds for the first call and nothing for another."""
    server = make_server(live.QUICK)
    add_provider(server, make_provider("talks_on"), key_file, "--price", "60", name="dear")
    server.command("workspaces", "set", "test", "ai_provider=dear", "ai_cost_per_campaign=16", "ai_cost_per_day=16")
    campaign = live.call(server, ["+12025553110"], key="test", callType="AICall")
    (call,) = eventually(lambda: rows(server, "SELECT * FROM ai_call"), 20, every=0.1)
    assert call["cost_micros"] == 160000  # the whole budget, while it lasts
    live.add_leads(server, campaign, ["+12025553210"], "test")
    eventually(lambda: reason(server, "+12025553210") == "AI_COST_OF_CAMPAIGN_USED_UP", 20, every=0.1)
    eventually(lambda: attempts(server, "+12025553110")[0]["ended_at"], 120, every=0.5)
    assert rows(server, "SELECT sum(cost_micros) AS n FROM ai_call")[0]["n"] <= 170000
    assert rows(server, "SELECT sum(cost_micros) AS n FROM ai_spent WHERE day = -1")[0]["n"] <= 170000


def test_who_interrupts_is_heard_at_once(make_server, make_provider, key_file):
    """The person speaks into a sentence of twenty seconds; no provider has to notice it first."""
    with Callee(behaviour={"00": {"says": (7, 12)}}) as phones:
        server = live_server(make_server)
        server.command("workspaces", "attest", "live", "--name", "Jane Doe")
        add_trunk(server, phones.address)
        provider = make_provider("talked_over")
        add_provider(server, provider, key_file)
        campaign = live.call(server, [NUMBER], callType="AICall")
        eventually(lambda: leads(server, campaign)[NUMBER]["status"] == "Interested", 60, every=0.2)
        (said,) = provider.meta("truncated")
        assert 0 < said["event"]["audio_end_ms"] < 15000
        assert provider.events("response.cancel")
