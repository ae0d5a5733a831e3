"""Who may come in, and what everybody else is told."""

import json
import re

import pytest

from lib.answers import not_found, refused
from lib.campaign import a_campaign
from lib.raw import raw
from lib.wait import eventually

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


# ---- keys ----

@pytest.mark.parametrize("value", [
    "", "Bearer", "Bearer ", "Basic dTpw", "Token {key}", "{key}", "Bearer {key}x", "Bearer x{key}", "Bearer {short}",
    "Bearer sk_test_", "Bearer sk_prod_0123456789012345678901", "Bearer sk_test_012345678901234567890_",
    "Bearer sk_test_AAAAAAAAAAAAAAAAAAAAAA", "Bearer {swapped}", "Bearer " + "A" * 5000])
def test_a_key_that_is_none(shared_server, value):
    key = shared_server.key()
    value = value.format(key=key, short=key[:-1], swapped=key.replace("sk_test_", "sk_live_"))
    refused(shared_server.api("GET", "/company-sites", key=None, headers={"Authorization": value}), 401)


def test_two_keys_are_none(shared_server):
    twice = [("Authorization", "Bearer " + shared_server.key())] * 2
    assert raw(shared_server, "GET", "/v1/partner/company-sites", twice, key=None).status == 401


@pytest.mark.parametrize("scheme", ["bearer ", "BEARER ", "Bearer   "])
def test_the_scheme_in_any_case(shared_server, scheme):
    header = {"Authorization": scheme + shared_server.key()}
    assert shared_server.api("GET", "/company-sites", key=None, headers=header).status_code == 200


@pytest.mark.parametrize("key", ["test", "live", "admin", "adminLive"])
def test_all_four_keys_of_init_open_the_partner_api(shared_server, key):
    shared_server.ok("GET", "/company-sites", key=key)


def test_a_revoked_key_is_shut_out_within_a_second(server):
    key = server.command("keys", "create").stdout.strip()
    server.ok("GET", "/company-sites", key=key)
    listed = [k for k in keys_of(server) if k["key"].endswith(key[-4:])][0]
    server.command("keys", "revoke", str(listed["keyId"]))
    eventually(lambda: server.api("GET", "/company-sites", key=key).status_code != 200, 1)
    assert refused(server.api("GET", "/company-sites", key=key), 403)["message"] == "This API key has been deactivated."
    server.ok("GET", "/company-sites")
    server.restart()
    refused(server.api("GET", "/company-sites", key=key), 403)


def keys_of(server):
    return json.loads(server.command("keys", "list", "--json").stdout)["keys"]


# ---- paths and methods ----

@pytest.mark.parametrize("path", ["/", "/v1", "/v1/partner", "/v1/partner/", "/v1/partner/campaign", "/v2/partner/campaigns",
                                  "/v1/partner//campaigns", "/v1/partner/campaigns/1/lead", "/v1/partner/Campaigns",
                                  "/v1/partner/campaigns/1/leads/1/2", "/v1/partner/campaigns%2F1", "/favicon.ico",
                                  "/v1/partner/../partner/campaigns", "/" + "a/" * 100, "/" + "a" * 4000])
@pytest.mark.parametrize("key", ["test", None])
def test_unknown_paths(shared_server, path, key):
    reply = raw(shared_server, "GET", path, key=key)
    assert reply.status == 404
    assert b'"code":"NOT_FOUND"' in reply.body


@pytest.mark.parametrize("method, path, allow", [
    ("PUT", "/company-sites", {"GET", "HEAD", "OPTIONS"}),
    ("DELETE", "/campaigns", {"GET", "HEAD", "POST", "OPTIONS"}),
    ("PUT", "/campaigns/1", {"GET", "HEAD", "OPTIONS"}),
    ("PATCH", "/campaigns/1/leads", {"GET", "HEAD", "POST", "OPTIONS"}),
    ("PUT", "/campaigns/1/leads/1", {"GET", "HEAD", "DELETE", "OPTIONS"}),
    ("BREW", "/campaigns", {"GET", "HEAD", "POST", "OPTIONS"})])
def test_wrong_methods_are_told_the_right_ones(shared_server, method, path, allow):
    reply = shared_server.api(method, path)
    assert reply.status_code == 405
    assert set(reply.headers["Allow"].split(", ")) >= allow
    assert method not in reply.headers["Allow"].split(", ")
    if method != "HEAD":
        refused(reply, 405)


def test_a_wrong_method_without_a_key_is_told_nothing(shared_server):
    reply = shared_server.api("DELETE", "/campaigns", key=None)
    refused(reply, 401)
    assert "Allow" not in reply.headers


def test_head_is_get_without_the_body(shared_server):
    get = shared_server.api("GET", "/company-sites")
    head = shared_server.api("HEAD", "/company-sites")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]
    assert shared_server.api("HEAD", "/campaigns/999999999").status_code == 404
    assert shared_server.api("HEAD", "/company-sites", key=None).status_code == 401


@pytest.mark.parametrize("key", ["test", None])
def test_options(shared_server, key):
    reply = shared_server.api("OPTIONS", "/campaigns", key=key)
    assert (reply.status_code, reply.content) == (204, b"")
    assert set(reply.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    not_found(shared_server.api("OPTIONS", "/nothing", key=key))


@pytest.mark.parametrize("path, status", [("/healthz", "ok"), ("/readyz", "ready")])
def test_health_needs_no_key(shared_server, path, status):
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        reply = shared_server.http.get(shared_server.url + path, headers=headers, timeout=10)
        assert (reply.status_code, reply.json()) == (200, {"status": status})


# ---- request ids ----

def test_a_request_id_is_echoed(shared_server):
    for id in ("abc-123", "0", "A.b_c:d/e+f=g@h~", "x" * 128):
        for key, path in (("test", "/campaigns"), (None, "/campaigns"), ("test", "/nothing")):
            reply = shared_server.api("GET", path, key=key, headers={"X-Request-Id": id})
            assert reply.headers["X-Request-Id"] == id


@pytest.mark.parametrize("id", [None, "", "x" * 129, "two words", "<script>", "\u00e4", "a\tb"])
def test_otherwise_one_is_made(shared_server, id):
    headers = {} if id is None else {"X-Request-Id": id.encode("latin-1")}
    made = [shared_server.api("GET", "/campaigns", headers=headers).headers["X-Request-Id"] for _ in range(2)]
    assert made[0] != made[1]
    assert all(UUID.match(m) for m in made)


# ---- rates ----

def test_more_requests_than_allowed(make_server):
    s = make_server({"api.rate_limit": 5})
    for left in (4, 3, 2, 1, 0):
        reply = s.api("GET", "/company-sites")
        assert reply.status_code == 200
        assert reply.headers["X-RateLimit-Limit"] == "5"
        assert reply.headers["X-RateLimit-Remaining"] == str(left)
        assert reply.headers["RateLimit-Policy"] == '"default";q=5;w=60'
        assert re.fullmatch(rf'"default";r={left};t=\d+', reply.headers["RateLimit"])
        assert "Retry-After" not in reply.headers
    reply = s.api("POST", "/campaigns", a_campaign(s))
    assert refused(reply, 429)["details"] == {}
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    refused(s.api("GET", "/campaigns/1/leads", key="admin"), 429)  # the same workspace
    assert s.ok("GET", "/campaigns", key="live")["pagination"]["total"] == 0  # another one
    refused(s.api("GET", "/campaigns", key=None), 401)
    not_found(s.api("GET", "/nothing"))


def test_no_limit_and_no_headers(shared_server):
    for _ in range(50):
        reply = shared_server.api("GET", "/company-sites")
        assert reply.status_code == 200
    assert not [name for name in reply.headers if "ratelimit" in name.lower() or name.lower() == "retry-after"]
