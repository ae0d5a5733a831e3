"""Who may what: every route of the table with every kind of key, and with none."""

import pytest

from lib import routes
from lib.answers import not_found, refused
from lib.ledger import rows
from lib.raw import raw
from lib.routes import Company, ask, body_of, make_all, takes_body
from lib.server import KEYS

ALL = routes.table()
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
SIGNED = {"/v1/sms/inbound", "/v1/sms/status", "/v1/assessments/:senderId/events"}  # from those who sign what they send
OPEN = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/openapi.yaml", "/docs"}  # what anybody may see: a list to be read


def scoped(*scopes):
    return [r for r in ALL if r.scope in scopes]


def filled(route):
    """With ids nothing has, so that what works by mistake does no harm."""
    return route.fill({"number": "+13125569997", "target": "nobody@example.com", "name": "opening.wav"} | {n: 987654321 for n in route.ids if n.endswith("Id")})


def test_what_is_open_is_meant_to_be():
    assert all(r.method == "GET" and "/" + r.path.split("/")[1] in OPEN or r.path in SIGNED for r in scoped("none"))
    assert all(r.path.startswith("/v1/admin/") == (r.scope == "admin") for r in scoped("partner", "admin"))


@pytest.mark.parametrize("route", scoped("partner", "admin"), ids=routes.named)
def test_every_route_wants_a_key(shared_server, route):
    reply = shared_server.api(route.method, filled(route), {} if takes_body(route) else None, key=None)
    assert refused(reply, 401)["details"] == {}
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", scoped("admin"), ids=routes.named)
def test_a_partner_key_finds_no_administration(shared_server, route):
    """The same bytes as for a path that is none, with ids that are there and a body that would do."""
    company = Company(shared_server, shared_server.ids)
    ids, body = make_all(company, route), body_of(company, route)
    before = rows(shared_server, "SELECT * FROM event ORDER BY event_id DESC LIMIT 1")
    nowhere = ask(company, route, {}, body, path="/v1/nothing/here", key=company.key())
    assert nowhere.status == 404
    for key in ("test", "live"):
        for path in (route.fill(ids), filled(route)):
            answer = ask(company, route, ids, body, path=path, key=shared_server.key(key))
            assert answer.said == nowhere.said
    assert rows(shared_server, "SELECT * FROM event ORDER BY event_id DESC LIMIT 1") == before


@pytest.mark.parametrize("path", sorted({r.path for r in scoped("admin")}))
def test_nor_which_methods_it_has(shared_server, path):
    route = next(r for r in ALL if r.path == path)
    for method in METHODS:
        if method in ("OPTIONS", "CONNECT"):
            continue
        reply = shared_server.api(method, filled(route))
        assert reply.status_code == 404 and "Allow" not in reply.headers


@pytest.mark.parametrize("route", scoped("partner"), ids=routes.named)
@pytest.mark.parametrize("key", KEYS)
def test_every_key_opens_the_partner_api_of_its_workspace(shared_server, route, key):
    company = Company(shared_server, shared_server.ids, "live" if key in ("live", "adminLive") else "test")
    ids = make_all(company, route)
    answer = ask(company, route, ids, body_of(company, route), key=shared_server.key(key))
    assert answer.status in (200, 201, 202), answer.body


@pytest.mark.parametrize("route", scoped("admin"), ids=routes.named)
@pytest.mark.parametrize("mode", ["test", "live"])
def test_an_admin_key_opens_its_own_workspaces(shared_server, route, mode):
    company = Company(shared_server, shared_server.ids, mode)
    ids = make_all(company, route)
    answer = ask(company, route, ids, body_of(company, route))
    # Opened and yet refused: a live number is called over a trunk, and there is none.
    opened = mode == "live" and (answer.status == 409 and b"has no trunk" in answer.body or
                                 answer.status == 403 and b"Only a test workspace has a clock" in answer.body)
    assert opened or answer.status in (200, 201, 202), answer.body


# ---- methods nobody has ----

@pytest.mark.parametrize("path", sorted({r.path for r in ALL}))
def test_other_methods_are_405(shared_server, path):
    """What Allow says is what the table says, and everything else is refused."""
    group = [r for r in ALL if r.path == path]
    key = {"none": None, "partner": "test", "admin": "admin"}[group[0].scope]
    has = {r.method for r in group} | {"OPTIONS"} | ({"HEAD"} if any(r.method == "GET" for r in group) else set())
    for method in METHODS:
        if method == "CONNECT":  # a proxy's; the library refuses it
            continue
        reply = raw(shared_server, method, filled(group[0]), [("Content-Length", "0")], key=key)
        if method not in has:
            assert reply.status == 405, method
            assert method == "HEAD" or b'"code":"METHOD_NOT_ALLOWED"' in reply.body
        else:
            assert reply.status != 405, method
        if method not in has or method == "OPTIONS":
            assert set(reply.headers["allow"].split(", ")) == has


def test_a_path_that_is_none(shared_server):
    for key in (None, "test", "admin"):
        for path in ("/v1/admin", "/v1/admin/", "/v1/admin/nothing", "/v1/admin/company", "/v1/partner/admin", "/v1/Admin/users",
                     "/v1/admin//users", "/V1/admin/users"):
            not_found(shared_server.api("GET", path, key=key))
    assert raw(shared_server, "GET", "/v1/partner/../admin/users").status == 404
