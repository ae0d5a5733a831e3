"""Endpoints, and what they are sent: signed, in order, again when it fails."""

import json
import os
import signal
import threading

import pytest

from lib.campaign import add_leads, make_campaign, someone
from lib.wait import eventually, never

ENDPOINTS = "/v1/admin/webhook-endpoints"


def endpoint(server, url, **more):
    return server.ok("POST", ENDPOINTS, {"url": url} | more, key="admin")


def log(server, id, **query):
    return server.ok("GET", "/v1/admin/webhook-deliveries", key="admin", params={"endpointId": id} | query)["deliveries"]


def shown(server, id):
    return server.ok("GET", f"{ENDPOINTS}/{id}", key="admin")


# ---- what is sent ----

def test_an_endpoint_is_told_in_order_and_signed(server, receive):
    receiver = receive()
    made = endpoint(server, receiver.url, events=["*"])
    assert list(made) == ["endpointId", "url", "events", "compatibleHeaders", "active", "stopped", "mode", "settledTo", "tries",
                          "aside", "createdAt", "secret"]
    campaign = make_campaign(server)
    add_leads(server, campaign, *[someone() for _ in range(30)])
    eventually(lambda: len(receiver.all()) == 31)
    got = receiver.all()
    feed = server.ok("GET", "/events")["events"]
    assert [g.event for g in got] == feed
    assert [g.id for g in got] == [f"evt_{e['id']}" for e in feed]
    assert all(g.signed_by(made["secret"]) and g.mark is None for g in got)
    assert not any(name.startswith("x-webhook") for g in got for name in g.headers)
    assert max(len(g.body) for g in got) < 20000
    tries = eventually(lambda: (lambda rows: len(rows) == 31 and rows)(log(server, made["endpointId"], limit=100)))
    assert {(t["verdict"], t["status"], t["try"], t["mark"]) for t in tries} == {("delivered", 204, 1, "")}
    assert server.ok("GET", ENDPOINTS, key="admin")["endpoints"][0].get("secret") is None


def test_only_the_types_asked_for_and_nothing_from_before(server, receive):
    receiver, all = receive(), receive()
    campaign = make_campaign(server)
    endpoint(server, receiver.url, events=["campaign.updated", "campaign.created"])
    endpoint(server, all.url)
    add_leads(server, campaign, someone())
    server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Other"})
    eventually(lambda: all.types() == ["lead.added", "campaign.updated"])
    eventually(lambda: receiver.types() == ["campaign.updated"])


def test_the_other_workspace_is_told_nothing(server, receive):
    receiver = receive()
    live = server.ok("POST", ENDPOINTS, {"url": receiver.url}, key="adminLive")["endpointId"]
    make_campaign(server)
    never(receiver.all)
    assert server.api("GET", f"{ENDPOINTS}/{live}", key="admin").status_code == 404
    assert server.ok("GET", ENDPOINTS, key="admin") == {"endpoints": []}


def test_compatible_headers(server, receive):
    receiver = receive()
    made = endpoint(server, receiver.url, compatibleHeaders=True)
    make_campaign(server)
    got = eventually(receiver.all)[0]
    assert got.headers["x-webhook-event"] == "campaign.created" and got.headers["x-webhook-key"] == made["secret"]
    assert got.headers["x-webhook-timestamp"].endswith("Z") and got.signed_by(made["secret"])
    company = server.ok("GET", "/me")["company"]["id"]
    assert (got.event["event"], got.event["companyId"]) == ("campaign.created", company)


# ---- what fails ----

def test_a_failure_is_tried_again_and_those_behind_it_wait(server, receive):
    answers = iter([500, 204])
    receiver = receive(lambda got: next(answers, 204))
    made = endpoint(server, receiver.url)
    campaign = make_campaign(server)
    add_leads(server, campaign, someone())
    eventually(lambda: len(receiver.all()) == 3, timeout=30)
    first, again, last = receiver.all()
    assert (first.id, first.body) == (again.id, again.body) and (first.mark, again.mark, last.mark) == (None, "retry", None)
    assert last.type == "lead.added"
    rows = eventually(lambda: (lambda rows: len(rows) == 3 and rows)(log(server, made["endpointId"])))
    assert [(r["verdict"], r["status"], r["try"]) for r in rows] == [("delivered", 204, 1), ("delivered", 204, 2), ("failed", 500, 1)]


def test_what_never_left_is_not_marked_as_sent_before(server, receive):
    """The first of a batch fails: those behind it were announced with it, but go for the first time afterwards."""
    held, answers = threading.Event(), iter([204, 500])

    def answer(got):
        held.wait(30)
        return next(answers, 204)
    receiver = receive(answer)
    endpoint(server, receiver.url)
    campaign = make_campaign(server)
    eventually(receiver.all)
    for n in range(3):
        add_leads(server, campaign, someone(email=f"n{n}@example.com"))
    held.set()
    eventually(lambda: len(receiver.all()) == 5, timeout=30)
    assert [got.mark for got in receiver.all()] == [None, None, "retry", None, None]


def test_what_its_answer_was_is_in_the_log(server, receive):
    receiver = receive(lambda got: (503, {"Retry-After": "3600"}, "no \u2603\x00\x1b[31m".encode() + b"\xff" + b"x" * 200000))
    made = endpoint(server, receiver.url)
    make_campaign(server)
    row = eventually(lambda: log(server, made["endpointId"]))[0]
    assert row["status"] == 503 and row["answer"].startswith("no \u2603") and len(row["answer"]) <= 500
    never(lambda: len(receiver.all()) > 1, seconds=7)  # the ladder would have said 5 s


def test_410_disables(server, receive):
    receiver = receive(lambda got: 410)
    id = endpoint(server, receiver.url)["endpointId"]
    make_campaign(server)
    eventually(lambda: not shown(server, id)["active"])
    assert shown(server, id)["stopped"] == "GONE"
    make_campaign(server)
    never(lambda: len(receiver.all()) > 1)
    receiver.answer = lambda got: 200
    server.ok("POST", f"{ENDPOINTS}/{id}/enable", {}, key="admin")
    eventually(lambda: receiver.types() == ["campaign.created"] * 3)  # nothing was lost


def test_a_redirect_is_not_followed(server, receive):
    elsewhere = receive()
    receiver = receive(lambda got: (302, {"Location": elsewhere.url}, b""))
    id = endpoint(server, receiver.url)["endpointId"]
    make_campaign(server)
    assert eventually(lambda: log(server, id))[0]["status"] == 302
    assert elsewhere.all() == []


def test_one_that_hangs_holds_up_nobody(server, receive):
    import threading
    free = threading.Event()
    slow, quick = receive(lambda got: free.wait(60) and 200 or 200), receive()
    endpoint(server, slow.url)
    endpoint(server, quick.url)
    for _ in range(5):
        make_campaign(server)
    eventually(lambda: len(quick.all()) == 5)
    assert len(slow.all()) == 1
    server.stop()  # and a server stops while it hangs
    free.set()


@pytest.mark.plain
def test_after_a_kill_everything_comes_and_twice_only_when_marked(server, receive):
    receiver = receive()
    endpoint(server, receiver.url)
    campaign = make_campaign(server)
    add_leads(server, campaign, *[someone() for _ in range(500)])
    eventually(lambda: len(receiver.all()) > 50)
    os.kill(server.process.pid, signal.SIGKILL)
    server.kill()
    server.start()
    eventually(lambda: len({g.id for g in receiver.all()}) == 501, timeout=30)
    seen = set()
    for got in receiver.all():
        assert got.id not in seen or got.mark == "again", f"{got.id} came twice without a mark"
        seen.add(got.id)


# ---- once more ----

def test_replay_of_one_and_of_all_behind_it(server, receive):
    receiver = receive()
    id = endpoint(server, receiver.url)["endpointId"]
    for _ in range(3):
        make_campaign(server)
    eventually(lambda: len(receiver.all()) == 3)
    first = receiver.all()[0]
    server.ok("POST", f"{ENDPOINTS}/{id}/replay", {"eventId": first.event["id"]}, key="admin")
    eventually(lambda: len(receiver.all()) == 4)
    again = receiver.all()[3]
    assert (again.id, again.body, again.mark) == (first.id, first.body, "replay")
    server.ok("POST", f"{ENDPOINTS}/{id}/replay", {"after": first.event["id"]}, key="admin")
    eventually(lambda: len(receiver.all()) == 6)
    assert [(g.id, g.mark) for g in receiver.all()[4:]] == [(g.id, "again") for g in receiver.all()[1:3]]
    for body in [{}, {"eventId": 1, "after": 1}]:
        assert server.api("POST", f"{ENDPOINTS}/{id}/replay", body, key="admin").status_code == 400
    assert server.api("POST", f"{ENDPOINTS}/{id}/replay", {"eventId": 999999}, key="admin").status_code == 404


def test_a_trial_goes_to_one_endpoint(server, receive):
    one, other = receive(), receive()
    id = endpoint(server, one.url, events=["lead.added"])["endpointId"]
    endpoint(server, other.url)
    server.ok("POST", f"{ENDPOINTS}/{id}/test", {}, key="admin")
    got = eventually(one.all)[0]
    assert (got.type, got.mark, got.event["data"]) == ("webhook.test", "test", {"endpointId": id})
    make_campaign(server)
    eventually(lambda: other.types() == ["campaign.created"])


def test_disabled_and_removed_ones_get_nothing(server, receive):
    receiver = receive()
    id = endpoint(server, receiver.url)["endpointId"]
    server.ok("POST", f"{ENDPOINTS}/{id}/disable", {}, key="admin")
    make_campaign(server)
    never(receiver.all)
    server.ok("POST", f"{ENDPOINTS}/{id}/enable", {"skip": True}, key="admin")
    make_campaign(server)
    eventually(lambda: len(receiver.all()) == 1)
    server.ok("DELETE", f"{ENDPOINTS}/{id}", key="admin")
    make_campaign(server)
    never(lambda: len(receiver.all()) > 1)
    assert server.api("DELETE", f"{ENDPOINTS}/{id}", key="admin").status_code == 404


# ---- where they may lead ----

REFUSED = ["http://example.com/hook", "https://127.0.0.1/", "https://localhost/", "https://a.localhost/", "https://[::1]/",
           "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.3.4/", "https://169.254.169.254/latest/meta-data",
           "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://[::ffff:10.0.0.1]/", "https://[::ffff:169.254.169.254]/",
           "https://100.64.0.1/", "https://0.0.0.0/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/",
           "https://224.0.0.1/", "https://user:secret@example.com/", "ftp://example.com/", "file:///etc/passwd", "example.com",
           "https://", "gopher://example.com/"]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_are_refused(shared_server, url):
    reply = shared_server.api("POST", ENDPOINTS, {"url": url}, key="admin")
    assert reply.status_code == 400 and "url" in json.dumps(reply.json()["error"]["details"]), reply.text


def test_a_private_address_is_refused_with_loopback_allowed(server):
    for url in ["https://10.0.0.1/", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/"]:
        assert server.api("POST", ENDPOINTS, {"url": url}, key="admin").status_code == 400


def test_a_name_is_refused_once_it_is_resolved(server, receive):
    """Allowed when it was entered, this machine's address when it is sent to: no connection is opened."""
    receiver = receive()
    url = receiver.url.replace("http://127.0.0.1", "https://localhost")
    id = endpoint(server, url)["endpointId"]
    make_campaign(server)
    assert "open network" not in eventually(lambda: log(server, id))[0]["answer"]  # reached, but it speaks no TLS
    server.env["CALLSHEET_WEBHOOKS_ALLOW_LOOPBACK"] = "false"
    server.restart()
    row = eventually(lambda: (lambda rows: len(rows) > 1 and rows[0])(log(server, id)), timeout=30)
    assert row["status"] is None and row["answer"] == "the address is not one on the open network"
    assert receiver.all() == []


def test_bad_input(shared_server):
    for body, key in [({}, "url"), ({"url": "https://example.com", "events": ["nothing.happened"]}, "events"),
                      ({"url": "https://example.com", "events": []}, "events"), ({"url": "https://example.com", "events": 7}, "events"),
                      ({"url": "https://example.com", "secret": "mine"}, "secret"), ({"url": "https://" + "x" * 2000}, "url")]:
        reply = shared_server.api("POST", ENDPOINTS, body, key="admin")
        assert reply.status_code == 400 and key in reply.text, reply.text
    assert shared_server.api("POST", ENDPOINTS, {"url": "https://example.com"}).status_code in (403, 404)


def test_twenty_at_most(make_server):
    server = make_server()
    for i in range(20):
        endpoint(server, f"https://example.com/{i}")
    assert server.api("POST", ENDPOINTS, {"url": "https://example.com/21"}, key="admin").status_code == 409
