"""Idempotency-Key: a write that is sent again is not done again, whatever happened to its first answer."""

import contextlib
import sqlite3
import threading
import time
import uuid

import pytest
import requests

from lib.answers import fault, not_found, refused
from lib.campaign import a_campaign, a_lead, FAR_FUTURE, list_leads, make_campaign

REUSED = "IDEMPOTENCY_KEY_REUSED"


@pytest.fixture
def campaign(shared_server):
    return make_campaign(shared_server)


def new_key():
    return str(uuid.uuid4())


def keyed(server, method, path, body, once, **more):
    return server.api(method, path, body, headers={"Idempotency-Key": once}, **more)


def replayed(reply):
    return reply.headers.get("Idempotent-Replayed") == "true"


def wish(server, **changes):
    return a_campaign(server, callStartTimeUtc=FAR_FUTURE) | changes


def kept(server):
    """(scope_hash, created_at) of what the database keeps."""
    with contextlib.closing(sqlite3.connect(server.data / "callsheet.db", timeout=10)) as db:
        return db.execute("SELECT scope_hash, created_at FROM kept_answer").fetchall()


# ---- the answer again ----

def test_a_campaign_is_created_once(shared_server):
    key, body = new_key(), wish(shared_server)
    first = keyed(shared_server, "POST", "/campaigns", body, key)
    again = keyed(shared_server, "POST", "/campaigns", body, key)
    assert (first.status_code, replayed(first)) == (201, False)
    assert (again.status_code, replayed(again)) == (201, True)
    assert again.content == first.content
    for name in ("Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert again.headers.get("ETag") == first.headers.get("ETag")


def test_without_a_key_each_is_done(shared_server):
    body = wish(shared_server)
    ids = {shared_server.ok("POST", "/campaigns", body)["campaign"]["id"] for _ in range(2)}
    assert len(ids) == 2


def test_leads_are_told_as_added_again(shared_server, campaign):
    key, body = new_key(), {"leads": [a_lead(phoneNumber="+13125550801"), a_lead(phoneNumber="+13125550802")]}
    path = f"/campaigns/{campaign}/leads"
    assert keyed(shared_server, "POST", path, body, key).json() == {"added": 2, "skipped": 0}
    assert keyed(shared_server, "POST", path, body, key).json() == {"added": 2, "skipped": 0}
    assert shared_server.ok("POST", path, body) == {"added": 0, "skipped": 2}
    assert len(list_leads(shared_server, campaign)) == 2


def test_a_patch_is_not_applied_again(shared_server, campaign):
    key, path = new_key(), f"/campaigns/{campaign}"
    first = keyed(shared_server, "PATCH", path, {"title": "One"}, key)
    shared_server.ok("PATCH", path, {"title": "Two"})
    again = keyed(shared_server, "PATCH", path, {"title": "One"}, key)
    assert (again.content, replayed(again)) == (first.content, True)
    assert shared_server.ok("GET", path)["campaign"]["title"] == "Two"


def test_bare_and_quoted_are_one_key(shared_server):
    key, body = new_key(), wish(shared_server)
    assert not replayed(keyed(shared_server, "POST", "/campaigns", body, key))
    assert replayed(keyed(shared_server, "POST", "/campaigns", body, f'"{key}"'))


# ---- what a key belongs to ----

def test_another_body_is_refused(shared_server, campaign):
    key, path = new_key(), f"/campaigns/{campaign}"
    keyed(shared_server, "PATCH", path, {"title": "One"}, key)
    assert refused(keyed(shared_server, "PATCH", path, {"title": "Two"}, key), 422, REUSED)["details"] == {}
    assert shared_server.ok("GET", path)["campaign"]["title"] == "One"


def test_method_and_path_are_part_of_it(shared_server):
    one, two, key = make_campaign(shared_server), make_campaign(shared_server), new_key()
    for campaign in (one, two):
        reply = keyed(shared_server, "PATCH", f"/campaigns/{campaign}", {"title": f"Number {campaign}"}, key)
        assert (reply.status_code, replayed(reply)) == (200, False)
        body = {"leads": [a_lead(phoneNumber="+13125550803")]}
        reply = keyed(shared_server, "POST", f"/campaigns/{campaign}/leads", body, key)
        assert (reply.status_code, replayed(reply), reply.json()["added"]) == (200, False, 1)


def test_another_api_key_is_another_client(shared_server):
    key, body = new_key(), wish(shared_server)
    ids = [keyed(shared_server, "POST", "/campaigns", body, key, key=who).json()["campaign"]["id"]
           for who in ("test", "admin")]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("key", ["", '""', '"open', 'a"b"' * 64, "x" * 256, '"' + "x" * 256 + '"', "\u00e9"])
def test_a_malformed_key(shared_server, key):
    reply = keyed(shared_server, "POST", "/campaigns", wish(shared_server), key.encode("utf-8"))
    assert fault(reply, "Idempotency-Key") == \
        '"Idempotency-Key" must be 1 to 255 printable ASCII characters, bare or quoted'


@pytest.mark.parametrize("key", ["x" * 255, '"' + "y" * 255 + '"', r'"a \"b\" \\"', "with spaces"])
def test_an_unusual_key(shared_server, key):
    body = wish(shared_server)
    assert keyed(shared_server, "POST", "/campaigns", body, key).status_code == 201
    body["title"] += " again"
    refused(keyed(shared_server, "POST", "/campaigns", body, key), 422, REUSED)


def test_other_methods_do_not_mind_it(shared_server, campaign):
    for _ in range(2):
        reply = shared_server.api("GET", f"/campaigns/{campaign}", headers={"Idempotency-Key": "x" * 300})
        assert (reply.status_code, replayed(reply)) == (200, False)


# ---- what is not kept ----

def test_what_was_refused_leaves_the_key_free(shared_server):
    key, body = new_key(), wish(shared_server)
    fault(keyed(shared_server, "POST", "/campaigns", body | {"timezone": "Mars"}, key), "timezone")
    fault(keyed(shared_server, "POST", "/campaigns", body | {"phoneNumber": "+13125559999"}, key), "phoneNumber")
    not_found(keyed(shared_server, "PATCH", "/campaigns/999999999", {"title": "x"}, key))
    reply = keyed(shared_server, "POST", "/campaigns", body, key)
    assert (reply.status_code, replayed(reply)) == (201, False)


def test_a_503_leaves_the_key_free(server):
    key, body = new_key(), wish(server)
    with contextlib.closing(sqlite3.connect(server.data / "callsheet.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        refused(keyed(server, "POST", "/campaigns", body, key), 503)
        db.execute("ROLLBACK")
    reply = keyed(server, "POST", "/campaigns", body, key)
    assert (reply.status_code, replayed(reply)) == (201, False)


def test_kept_for_a_day_and_then_forgotten(server):
    key, body = new_key(), wish(server)
    first = keyed(server, "POST", "/campaigns", body, key).json()["campaign"]["id"]
    server.stop()
    with sqlite3.connect(server.data / "callsheet.db") as db:
        db.execute("UPDATE kept_answer SET created_at = created_at - 86300 * 1000")
    server.start()
    assert keyed(server, "POST", "/campaigns", body, key).json()["campaign"]["id"] == first
    server.stop()
    with sqlite3.connect(server.data / "callsheet.db") as db:
        db.execute("UPDATE kept_answer SET created_at = created_at - 200 * 1000")
        row = db.execute("SELECT * FROM kept_answer").fetchone()
        db.executemany("INSERT INTO kept_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       [(*row[:2], f"old {i}", *row[3:]) for i in range(1200)])
    server.start()
    reply = keyed(server, "POST", "/campaigns", body, key)
    assert (reply.status_code, replayed(reply)) == (201, False)
    assert reply.json()["campaign"]["id"] != first
    deadline = time.monotonic() + 10
    while len(kept(server)) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(kept(server)) == 1


def test_a_restart_forgets_nothing(server):
    key, body = new_key(), wish(server)
    first = keyed(server, "POST", "/campaigns", body, key)
    server.restart()
    again = keyed(server, "POST", "/campaigns", body, key)
    assert (again.content, replayed(again)) == (first.content, True)


# ---- at the same time ----

def test_many_at_once(shared_server, campaign):
    """Whatever their order: one is done, the others see it running or see its answer."""
    leads = {"leads": [a_lead(phoneNumber=f"+1312555{n:04}") for n in range(2000, 2300)]}
    key, replies, gate = new_key(), [], threading.Barrier(12)
    url = f"{shared_server.url}/v1/partner/campaigns/{campaign}/leads"
    headers = {"Authorization": "Bearer " + shared_server.key(), "Idempotency-Key": key}

    def send():
        gate.wait()
        replies.append(requests.post(url, json=leads, headers=headers, timeout=60))

    threads = [threading.Thread(target=send) for _ in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    done = [r for r in replies if r.status_code == 200]
    assert len([r for r in done if not replayed(r)]) == 1
    assert all(r.json() == {"added": 300, "skipped": 0} for r in done)
    for r in replies:
        if r.status_code != 200:
            assert refused(r, 409)["message"] == "The first request with this Idempotency-Key is still running."
    again = requests.post(url, json=leads, headers=headers, timeout=60)
    assert (again.json(), replayed(again)) == ({"added": 300, "skipped": 0}, True)
    assert shared_server.ok("GET", f"/campaigns/{campaign}/leads")["pagination"]["total"] == 300


# ---- a crash between the commit and the answer ----

@pytest.mark.plain
@pytest.mark.parametrize("wait_ms", [None, 0, 1, 2, 4, 8, 16])
def test_killed_before_the_answer_was_read(server, wait_ms):
    """Killed as soon as the answer is in the database (None), or a moment after the request has left."""
    campaign, key = make_campaign(server), new_key()
    body = {"leads": [a_lead(phoneNumber=f"+1312555{n:04}") for n in range(3000, 3100)]}
    url = f"{server.url}/v1/partner/campaigns/{campaign}/leads"
    headers = {"Authorization": "Bearer " + server.key(), "Idempotency-Key": key}

    def send():
        with contextlib.suppress(requests.RequestException):
            requests.post(url, json=body, headers=headers, timeout=30)

    sender = threading.Thread(target=send)
    sender.start()
    if wait_ms is None:
        while not kept(server):
            time.sleep(0.0005)
    else:
        time.sleep(wait_ms / 1000)
    server.kill()
    sender.join()
    was_kept = bool(kept(server))
    assert was_kept or wait_ms is not None
    server.start()
    again = keyed(server, "POST", f"/campaigns/{campaign}/leads", body, key)
    assert (again.status_code, again.json(), replayed(again)) == (200, {"added": 100, "skipped": 0}, was_kept)
    assert server.ok("GET", f"/campaigns/{campaign}/leads")["pagination"]["total"] == 100
