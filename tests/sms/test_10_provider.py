"""A provider with all its faults: nothing is sent twice, nothing is lost, nothing waits for it."""

import base64

import pytest

from lib.sms_provider import ACCOUNT, TOKEN, Provider
from lib.wait import eventually, never


def test_a_text_goes_out(sending, provider, live):
    server = sending({"sms.public_url": "https://calls.example.com/"})
    l = live(server)
    l.add(l.campaign("Hi {{firstName}} & co: 50% + é €"), "+13125551000")
    m = l.settled("+13125551000", "sent")
    sent, = provider.requests
    assert sent["path"] == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert base64.b64decode(sent["auth"].split()[1]).decode() == f"{ACCOUNT}:{TOKEN}"
    assert sent["form"] == {"To": "+13125551000", "From": "+13125550100", "Body": "Hi Ada & co: 50% + é €",
                            "StatusCallback": f"https://calls.example.com/v1/sms/status?message={m['messageId']}"}
    assert (m["provider"], m["providerRef"][:2], m["settledAt"] is not None) == ("twilio", "SM", True)
    assert TOKEN not in server.log()


@pytest.mark.parametrize("digits, status, reason", [
    ("01", "unknown", "ANSWER_LOST"), ("02", "unknown", "HTTP_500"), ("03", "unknown", "ANSWER_NOT_UNDERSTOOD"),
    ("04", "unknown", "ANSWER_LOST"), ("05", "failed", "PROVIDER_ERROR_21211"), ("08", "unknown", "ANSWER_NOT_UNDERSTOOD"),
])
def test_faults(sending, provider, live, digits, status, reason):
    """What may have gone out is not sent again, not by another server on the data either; another's text is not held up."""
    server = sending()
    l = live(server)
    campaign = l.campaign()
    l.add(campaign, "+131255510" + digits)
    l.add(campaign, "+13125551100")
    l.settled("+13125551100", "sent")
    m = l.settled("+131255510" + digits, status)
    assert m["reason"] == reason
    server.restart()
    never(lambda: len(provider.to("+131255510" + digits)) > 1, 1.5)


def test_a_busy_provider_is_asked_again(sending, provider, live):
    l = live(sending())
    l.add(l.campaign(), "+13125551006")
    assert l.settled("+13125551006", "sent")["tries"] == 2
    assert len(provider.to("+13125551006")) == 2


def test_a_provider_that_is_not_there(sending, provider, live):
    """No connection is proof: it waits, and goes when the provider is back. Meanwhile a STOP would hold."""
    server = sending()
    port = provider.http.server_port
    provider.stop()
    l = live(server)
    campaign = l.campaign()
    l.add(campaign, "+13125551000", "+13125551100")
    assert l.settled("+13125551000", "waiting")["reason"] == "PROVIDER_NOT_REACHED"
    l.settled("+13125551100", "waiting")
    server.command("suppress", "add", "+13125551100", "--live")
    back = Provider(port)
    try:
        assert l.settled("+13125551000", "sent", timeout=40)["tries"] >= 2
        assert l.settled("+13125551100", "skipped", timeout=40)["reason"] == "SUPPRESSED"
        assert back.to("+13125551100") == []
    finally:
        back.stop()


def test_who_opted_out_at_the_provider(sending, live):
    """Is not called any more, either."""
    server = sending()
    l = live(server)
    l.add(l.campaign(), "+13125551007")
    assert l.settled("+13125551007", "failed")["reason"] == "PROVIDER_ERROR_21610"
    listed = server.ok("GET", "/v1/admin/suppressions", key="adminLive")["suppressions"]
    assert [(s["target"], s["reason"]) for s in listed] == [("+13125551007", "OPTED_OUT_AT_PROVIDER")]


@pytest.mark.plain
def test_killed_while_it_waits_for_the_answer(sending, provider, live):
    """The text may be out: it is unknown, and not sent again."""
    server = sending({"sms.timeout": 20})
    l = live(server)
    l.add(l.campaign(), "+13125551001")
    eventually(lambda: provider.to("+13125551001"))
    server.kill()
    server.start()
    m = l.settled("+13125551001", "unknown")
    assert m["reason"] == "SERVER_STOPPED"
    never(lambda: len(provider.to("+13125551001")) > 1, 1.5)


def test_a_hundred_that_hang_hold_nothing_up(sending, provider, live):
    """The API answers, and test workspaces go on."""
    server = sending({"sms.timeout": 20})
    l = live(server)
    l.add(l.campaign(), *[f"+1312555{n:02}01" for n in range(20, 90)])
    eventually(lambda: len(provider.requests) >= 60)
    assert len(l.messages()) >= 60
    provider.stopping.set()


@pytest.mark.parametrize("settings, words", [
    ({"sms.token_file": ""}, "sms.token_file"), ({"sms.account": ""}, "sms.account"), ({"sms.url": "ftp://x"}, "sms.url"),
    ({"sms.public_url": "calls.example.com"}, "sms.public_url"), ({"sms.token_file": "/nowhere/at-all"}, "sms-token"),
])
def test_settings_that_do_not_go_together(sending, settings, words):
    server = sending(settings, start=False)
    run = server.command("serve", "--listen", "127.0.0.1:0", check=False)
    assert run.returncode == 3 and words in run.stderr


def test_the_credential_of_systemd(make_server, provider, live, tmp_path, monkeypatch):
    (tmp_path / "sms-token").write_text(TOKEN)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    server = make_server({"policy.calling_hours": "00:00-24:00", "sms.url": provider.url, "sms.account": ACCOUNT,
                          "sms.from": "+13125550199"}, number="+13125550100")
    server.command("workspaces", "set", "live", "countries=all")
    l = live(server)
    l.add(l.campaign(), "+13125551000")
    l.settled("+13125551000", "sent")
    assert provider.requests[0]["form"]["From"] == "+13125550199" and "StatusCallback" not in provider.requests[0]["form"]
