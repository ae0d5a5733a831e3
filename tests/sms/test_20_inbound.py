"""Texts from people and delivery reports: signed webhooks, judged by the provider's own library."""

import pytest

from lib.sms_provider import ACCOUNT, TOKEN, sign
from lib.wait import eventually, never

OWN, ADA = "+13125550100", "+13125551000"
PUBLIC = "https://calls.example.com"


class Sender:
    """The provider, as its library would sign."""

    def __init__(self, server, public=None):
        self.server, self.public, self.n = server, public or server.url, 0

    def post(self, path, form, signature=None, token=TOKEN, status=200):
        signature = signature if signature is not None else sign(self.public + path, form, token)
        reply = self.server.http.post(self.server.url + path, data=form, headers={"X-Twilio-Signature": signature}, timeout=30)
        assert reply.status_code == status, reply.text
        return reply

    def form(self, body, **more):
        self.n += 1
        return {"AccountSid": ACCOUNT, "MessageSid": f"SMin{self.n:028}", "From": ADA, "To": OWN, "Body": body} | more

    def text(self, body, status=200, **more):
        return self.post("/v1/sms/inbound", self.form(body, **more), status=status).text


@pytest.fixture
def house(sending, live):
    server = sending()
    return server, Sender(server), live(server)


def suppressed(server):
    return [(s["target"], s["scope"], s["reason"]) for s in
            server.ok("GET", "/v1/admin/suppressions", key="adminLive")["suppressions"]]


def test_stop_start_help(house):
    """STOP ends calls and texts at once, and is confirmed once; START takes that back; HELP says who we are."""
    server, sender, l = house
    l.add(l.campaign(), ADA)
    l.settled(ADA, "sent")
    first = sender.text("  Stop. ")
    assert "no more calls or texts" in first and first.count("<Message>") == 1
    assert suppressed(server) == [(ADA, "all", "TEXTED_STOP")]
    assert "<Message>" not in sender.text("STOP")
    campaign = l.campaign("Another.")
    said = server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": "a@b.example.com", "phoneNumber": ADA}]}, key="live")
    assert said == {"added": 0, "skipped": 1}
    assert "again" in sender.text("start") and suppressed(server) == []
    assert "<Message>" not in sender.text("START")
    assert "STOP" in sender.text("help")
    kinds = [(m["kind"], m["status"], m["from"]) for m in reversed(l.messages(number=ADA))]
    assert kinds == [("reminder", "sent", OWN), ("inbound", "received", ADA), ("reply", "sent", OWN), ("inbound", "received", ADA),
                     ("inbound", "received", ADA), ("reply", "sent", OWN), ("inbound", "received", ADA),
                     ("inbound", "received", ADA), ("reply", "sent", OWN)]
    assert l.messages(number=ADA)[-2]["leadId"] == l.messages(number=ADA)[-1]["leadId"]


def test_stop_holds_for_what_is_planned(house):
    """Also for a text that waits for its hour, and for calls."""
    server, sender, l = house
    server.command("workspaces", "set", "live", "calling_hours=00:00-00:01", "texts_per_day=0")
    campaign = l.campaign()
    l.add(campaign, ADA)
    sender.text("STOP")
    server.command("workspaces", "set", "live", "calling_hours=00:00-24:00")
    assert l.settled(ADA, "skipped")["reason"] == "SUPPRESSED"
    lead = server.ok("GET", f"/campaigns/{campaign}/leads", key="live")["leads"][0]["leadId"]
    eventually(lambda: server.ok("GET", f"/campaigns/{campaign}/leads/{lead}", key="live")["lead"]["reason"] in ("SUPPRESSED", "NO_TRUNK"))


def test_start_takes_back_nothing_else(house):
    server, sender, l = house
    server.command("suppress", "add", ADA, "--live", "--reason", "lawyer")
    assert "<Message>" not in sender.text("START")
    assert suppressed(server) == [(ADA, "all", "lawyer")]


def test_the_provider_has_answered_itself(house):
    """Then there is not a second confirmation."""
    server, sender, _ = house
    assert "<Message>" not in sender.text("STOP", OptOutType="STOP")
    assert suppressed(server) == [(ADA, "all", "TEXTED_STOP")]


def test_a_reply_is_kept(house):
    server, sender, l = house
    assert "<Message>" not in sender.text("Can I come at <5>? & \"please\" — stop by?")
    m, = l.messages(number=ADA)
    assert (m["body"], m["kind"], m["campaignId"]) == ("Can I come at <5>? & \"please\" — stop by?", "inbound", None)
    assert suppressed(server) == []


def test_replayed(house):
    """The same message again changes nothing, though its signature is good: not what has been taken back since."""
    server, sender, l = house
    form = sender.form("STOP")
    sender.post("/v1/sms/inbound", form)
    sender.text("START")
    assert "<Message>" not in sender.post("/v1/sms/inbound", form).text
    assert suppressed(server) == []
    assert len([m for m in l.messages() if m["kind"] == "inbound"]) == 2


@pytest.mark.parametrize("wrong", ["token", "signature", "none", "field", "account", "path"])
def test_forged(house, wrong):
    server, sender, l = house
    form, path = sender.form("STOP"), "/v1/sms/inbound"
    good = sign(server.url + path, form)
    match wrong:
        case "token":
            sender.post(path, form, token="another", status=403)
        case "signature":
            sender.post(path, form, signature="A" * 28, status=403)
        case "none":
            sender.post(path, form, signature="", status=403)
        case "field":
            sender.post(path, form | {"From": "+13125559999"}, signature=good, status=403)
        case "account":
            sender.post(path, form | {"AccountSid": "AC" + "f" * 32}, status=403)
        case "path":
            sender.post(path + "?x=1", form, signature=good, status=403)
    assert suppressed(server) == [] and l.messages() == []


def test_without_a_provider_there_is_no_such_path(server):
    reply = server.http.post(server.url + "/v1/sms/inbound", data={"Body": "STOP"})
    assert reply.status_code == 404


def test_delivery_reports(house):
    """They move a message on, never back."""
    server, sender, l = house
    l.add(l.campaign(), ADA)
    m = l.settled(ADA, "sent")

    def report(status, **more):
        form = {"AccountSid": ACCOUNT, "MessageSid": m["providerRef"], "MessageStatus": status} | more
        sender.post("/v1/sms/status", form, status=204)
        now, = l.messages(number=ADA)
        return now["status"], now["reason"]

    assert report("sent") == ("sent", "")
    assert report("undelivered", ErrorCode="30003") == ("undelivered", "PROVIDER_ERROR_30003")
    assert report("sent") == ("undelivered", "PROVIDER_ERROR_30003")
    assert report("delivered") == ("delivered", "")
    assert report("undelivered") == ("delivered", "")
    sender.post("/v1/sms/status", {"AccountSid": ACCOUNT, "MessageSid": "SMnone", "MessageStatus": "sent"}, status=404)


def test_a_report_settles_what_was_unknown(house, provider):
    """Its answer was lost; the report names it by our own id, and brings the provider's reference."""
    server, sender, l = house
    l.add(l.campaign(), "+13125551004")
    m = l.settled("+13125551004", "unknown")
    form = {"AccountSid": ACCOUNT, "MessageSid": "SMlate", "MessageStatus": "queued"}
    sender.post(f"/v1/sms/status?message={m['messageId']}", form, status=204)
    now, = l.messages(number="+13125551004")
    assert (now["status"], now["providerRef"]) == ("sent", "SMlate")
    sender.post("/v1/sms/status", form | {"MessageStatus": "delivered"}, status=204)
    assert l.messages(number="+13125551004")[0]["status"] == "delivered"
    assert len(provider.to("+13125551004")) == 1


def test_the_library_signs_for_us(house, judge):
    """What it signs we take; behind no proxy, with the port in the address or without."""
    server, sender, l = house
    forms = [sender.form(body) for body in ("hello", "Zoë & Ömer = 100% + €", "", "a b+c%20")]
    url = server.url + "/v1/sms/inbound"
    for form, said in zip(forms, judge(*[{"token": TOKEN, "url": url, "params": form} for form in forms])):
        sender.post("/v1/sms/inbound", form, signature=said["expected"])
    assert len(l.messages()) == 4


def test_the_library_signs_for_us_behind_a_proxy(sending, live, judge):
    """The provider knows the address outside: https, another name, perhaps with its port, perhaps below a path."""
    for public in (PUBLIC, PUBLIC + "/telephony/"):
        server = sending({"sms.public_url": public})
        sender = Sender(server, public.rstrip("/"))
        for address in (public.rstrip("/"), public.rstrip("/").replace(".com", ".com:443")):
            form = sender.form("hello")
            said, = judge({"token": TOKEN, "url": address + "/v1/sms/inbound", "params": form})
            sender.post("/v1/sms/inbound", form, signature=said["expected"])
        form = sender.form("STOP")
        sender.post("/v1/sms/inbound", form, signature=sign(server.url + "/v1/sms/inbound", form), status=403)
        assert len(live(server).messages()) == 2


def test_we_sign_for_the_library(judge, signatures):
    """Our own signatures, of forms of every kind, are valid to it."""
    cases = [{"token": "t" * 32, "url": url, "params": params}
             for url in ("https://a.example.com/x", "https://a.example.com:8443/x?y=1&z=%20", "http://10.0.0.1/")
             for params in ({}, {"a": "1"}, {"B": "2", "a": "1", "Ab": "ä€🙂"}, {"x": ["2", "1", "2"], "w": ""})]
    ours = signatures(cases)
    verdicts = judge(*[case | {"signature": signature} for case, signature in zip(cases, ours)])
    assert all(v["valid"] for v in verdicts), verdicts
    assert [v["expected"] for v in verdicts] == ours
    wrong = judge(*[case | {"signature": sig, "token": "u" * 32} for case, sig in zip(cases, ours)])
    assert not any(v["valid"] for v in wrong)
