"""Limits: what is over one is told so, in the envelope, and holds nobody up."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from lib import routes
from lib.answers import refused
from lib.campaign import a_campaign, make_campaign
from lib.raw import raw
from lib.routes import Company, ask, body_of, make_all, second_company

LIMIT = 40


# ---- rates ----

@pytest.fixture
def counted(make_server):
    return make_server({"api.rate_limit": LIMIT})


def test_exactly_as_many_as_allowed(counted):
    """From many connections at once: N are let in, and not one more."""
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: raw(counted, "GET", "/v1/partner/me"), range(3 * LIMIT)))
    let_in = [r for r in replies if r.status == 200]
    assert len(let_in) == LIMIT
    assert {r.status for r in replies} == {200, 429}
    assert sorted(int(r.headers["x-ratelimit-remaining"]) for r in let_in) == list(range(LIMIT))


def test_what_a_429_says(counted):
    for _ in range(LIMIT):
        counted.ok("GET", "/me")
    now = time.time()
    for method, path, body in (("GET", "/me", None), ("POST", "/campaigns", {"title": 1}), ("POST", "/campaigns", None),
                               ("DELETE", "/campaigns/1/leads/1", None), ("GET", "/campaigns?page=x", None), ("PUT", "/me", {}),
                               ("GET", "/v1/admin/users", None)):
        reply = counted.api(method, path, body)
        assert refused(reply, 429) == {"code": "RATE_LIMIT_EXCEEDED", "type": "rate_limit_error", "details": {},
                                       "message": "Too many requests; wait for the time in Retry-After."}
        wait = int(reply.headers["Retry-After"])
        assert 1 <= wait <= 60
        assert reply.headers["RateLimit-Policy"] == f'"default";q={LIMIT};w=60'
        assert reply.headers["RateLimit"] == f'"default";r=0;t={wait}'
        assert reply.headers["X-RateLimit-Limit"] == str(LIMIT) and reply.headers["X-RateLimit-Remaining"] == "0"
        assert abs(int(reply.headers["X-RateLimit-Reset"]) - now - wait) <= 10


def test_a_workspace_each(counted):
    rival = second_company(Company(counted, counted.ids).server)
    for _ in range(LIMIT):
        counted.ok("GET", "/me")
    refused(counted.api("GET", "/me"), 429)
    refused(counted.api("GET", "/v1/admin/users", key="admin"), 429)  # another key of the same workspace
    for key in (counted.key("live"), rival.key(), rival.live().key()):
        assert counted.api("GET", "/me", key=key).headers["X-RateLimit-Remaining"] == str(LIMIT - 1)


def test_what_is_not_counted(counted):
    """Nobody can use up another's requests without his key; health answers whatever happens."""
    for _ in range(2 * LIMIT):
        refused(counted.api("GET", "/me", key="sk_test_" + "A" * 22), 401)
        assert counted.http.get(counted.url + "/healthz", timeout=10).status_code == 200
    assert counted.api("GET", "/me").headers["X-RateLimit-Remaining"] == str(LIMIT - 1)
    for _ in range(LIMIT):
        counted.api("GET", "/me")
    assert counted.http.get(counted.url + "/healthz", timeout=10).status_code == 200


@pytest.mark.parametrize("route", [r for r in routes.table() if r.scope != "none"], ids=routes.named)
def test_every_route_counts(counted_once, route):
    """Every authenticated answer tells what is left, refusals too."""
    company = Company(counted_once, counted_once.ids)
    ids = make_all(company, route)
    for body in (body_of(company, route), b"{"):
        answer = ask(company, route, ids, body)
        left = int(answer.header("X-RateLimit-Remaining"))
        assert re.fullmatch(rf'"default";r={left};t=\d+', answer.header("RateLimit"))
        assert left == int(ask(company, route, ids, b"{").header("X-RateLimit-Remaining")) + 1


@pytest.fixture(scope="module")
def counted_once(tmp_path_factory):
    from lib.server import Server

    server = Server(tmp_path_factory.mktemp("counted"), {"api.rate_limit": 100000}, number="+13125550100").start()
    yield server
    server.stop()


# ---- sizes ----

@pytest.mark.parametrize("size, status", [(20000, 200), (23000, 200), (25000, 431), (30000, 431), (39000, 431), (60000, 431)])
def test_heads(shared_server, size, status):
    reply = raw(shared_server, "GET", "/v1/partner/me", [("X-Long", "a" * size)])
    assert reply.status == status
    if status == 431 and size < 40000:
        assert b'"code":"PAYLOAD_TOO_LARGE"' in reply.body


@pytest.mark.parametrize("size, status", [(20000, 200), (23000, 200), (25000, 431), (39000, 431), (60000, 414)])
@pytest.mark.parametrize("query", ["status=", "limit=5&status="])
def test_targets(shared_server, size, status, query):
    """A long target that is taken has its answer; the links would be as long, four times, and are left out."""
    reply = raw(shared_server, "GET", f"/v1/partner/campaigns?{query}" + "x" * size)
    assert reply.status == status
    assert "link" not in reply.headers


def test_the_largest_pages(shared_server):
    for path in ("/campaigns", f"/campaigns/{make_campaign(shared_server)}/leads", "/v1/admin/suppressions"):
        key = "admin" if "admin" in path else "test"
        assert shared_server.api("GET", path + "?limit=100&page=9007199254740991", key=key).status_code == 200
        for query in ("limit=101", "limit=0", "page=0", "page=9007199254740992", "limit=-1", "page=1.5", "page=", "page=1&page=2"):
            refused(shared_server.api("GET", f"{path}?{query}", key=key), 400)


def test_a_search_of_500_characters(shared_server):
    path = f"/campaigns/{make_campaign(shared_server)}/leads"
    for text in ("x" * 500, "\U0001f600" * 250, "%" * 500, "_" * 500, "\\" * 500):
        assert shared_server.ok("GET", path, params={"search": text})["leads"] == []
    for text in ("x" * 501, "\U0001f600" * 251):
        refused(shared_server.api("GET", path, params={"search": text}), 400)


def test_a_hundred_parameters(shared_server):
    many = "&".join(f"p{i}=1" for i in range(101))
    assert len(refused(shared_server.api("GET", "/campaigns?" + many), 400)["details"]) <= 101
    for signs in ("&" * 5000, "&" * 23000, "=&" * 11000, "&=" * 11000, "?" * 20000, "%26" * 7000, "+" * 20000):
        assert raw(shared_server, "GET", "/v1/partner/campaigns?" + signs).status in (200, 400)


# ---- those who are slow ----

def open_raw(server):
    where = urlsplit(server.url)
    return socket.create_connection((where.hostname, where.port), 30)


def answer_of(connection):
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    return data


def test_slow_requests_end(make_server):
    """Heads and bodies that drip, or stop; each is told so, together, while others are served."""
    s = make_server({"api.request_timeout": 2})
    head = f"POST /v1/partner/campaigns HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s.key()}\r\n".encode()
    starts = {"nothing": b"", "half a line": b"GET /v1/par", "half a head": head, "no body": head + b"Content-Length: 100\r\n\r\n",
              "half a body": head + b"Content-Length: 100\r\n\r\n{",
              "half a chunk": head + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{"}
    began = time.monotonic()
    connections = {name: open_raw(s) for name in starts}
    for name, c in connections.items():
        c.sendall(starts[name])
    while time.monotonic() - began < 3:  # dripping does not help
        for name in ("half a head", "half a body"):
            try:
                connections[name].sendall(b"X" if "body" in name else b"X-A: b\r\n")
            except OSError:
                pass
        assert s.api("GET", "/me").status_code == 200
        time.sleep(0.2)
    for name, c in connections.items():
        try:
            said = answer_of(c)  # ends: no timeout
        except ConnectionResetError:
            said = b""
        if "body" in name or "chunk" in name or name == "half a head":
            assert said.startswith(b"HTTP/1.1 408 ") and b'"code":"REQUEST_TIMEOUT"' in said or said == b"", (name, said)
        c.close()
    assert s.ok("GET", "/campaigns")["pagination"]["total"] == 0


def test_many_who_say_nothing_hold_nobody_up(make_server):
    s = make_server({"api.request_timeout": 5, "api.max_connections": 300})
    idle = [open_raw(s) for _ in range(200)]
    for _ in range(20):
        s.ok("GET", "/company-sites")
    s.ok("POST", "/campaigns", a_campaign(s, callStartTimeUtc="2099-01-01T00:00:00.000Z"))
    for c in idle:
        c.close()
