"""Nobody learns what others have: an id of another company, of the other workspace, or of something that is gone is answered
byte for byte as one that never was. For every id of every path of the route table, and for the ids in bodies."""

import re

import pytest

from lib import routes
from lib.campaign import FAR_FUTURE, a_campaign
from lib.ledger import rows
from lib.routes import Company, ask, body_of, make_all, second_company
from lib.server import Server

# A test's id is others' word, not our id; and what is signed (scope none) knows of no company that asks.
WITH_IDS = [r for r in routes.table() if set(r.ids) - {"assessmentTestId"} and r.scope != "none"]
NEVER = 987654321  # an id nothing has
NONE = {"number": "+13125569999", "target": "+13125569998"}
# What is no id of ours at all, as it stands in the path.
NO_IDS = ["0", "-1", "-9223372036854775808", "9007199254740993", "9223372036854775807", "9223372036854775808",
          "18446744073709551617", "1" + "0" * 400, "abc", "1.0", "1e1", "0x1", "+1", "%31%00", "%", "1%20", "%C3%A9", "null",
          "undefined", "1;DROP%20TABLE%20lead", "..", "1%2F2", "%C2%B2"]
OF_COMPANY = {"userId", "siteId"}  # both workspaces share them


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server with two companies; ours, and theirs."""
    server = Server(tmp_path_factory.mktemp("foreign"), {"api.rate_limit": 0, "log.level": "debug"},
                    number="+13125550100").start()
    ours, theirs = Company(server, server.ids), second_company(server)
    yield ours, theirs
    server.stop()


def missing(name):
    return NONE.get(name, NEVER)


def told(answer, ids):
    """What was asked may be repeated, nothing else may differ."""
    status, headers, body = answer.said
    for name, id in ids.items():
        body = re.sub(rb"(?<!\w)%s(?!\w)" % re.escape(str(id).encode()), f"({name})".encode(), body)
    return status, [h for h in headers if h[0] != "Content-Length"], body


def everything(company):
    """All that is in the database of a company but the queue's and the counters' own rows."""
    tables = ("campaign", "lead", "talent", "user", "site", "caller_number", "api_key", "suppression", "due", "site_user")
    return {t: rows(company.server, f"SELECT * FROM {t}") for t in tables if has_table(company, t)}


def has_table(company, name):
    return bool(rows(company.server, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name))


@pytest.mark.parametrize("route", WITH_IDS, ids=routes.named)
def test_own_ids_work(house, route):
    """Or what follows would prove nothing."""
    ours, _ = house
    answer = ask(ours, route, make_all(ours, route), body_of(ours, route))
    assert answer.status in (200, 201, 202), answer.body


@pytest.mark.parametrize("route", WITH_IDS, ids=routes.named)
def test_foreign_is_missing(house, route):
    ours, theirs = house
    own, foreign, other = make_all(ours, route), make_all(theirs, route), make_all(ours.live(), route)
    before = everything(ours)
    for i, name in enumerate(n for n in route.ids if n != "name"):  # a prompt's name is nobody's id
        none = own | {name: missing(name)}
        never = told(ask(ours, route, none, body_of(ours, route)), none)
        assert never[0] == 404
        for ids in [foreign] + ([] if name in OF_COMPANY else [other]):
            # An id of theirs below one of ours, and all of theirs together.
            for mixed in (own | {name: ids[name]}, own | {n: ids[n] for n in route.ids[:i + 1]}, ids):
                answer = ask(ours, route, mixed, body_of(ours, route))
                first = next(n for n in route.ids if mixed[n] != own[n])
                assert answer.status == 404
                if first == name:
                    assert told(answer, mixed) == never, (name, mixed)
    assert everything(ours) == before


@pytest.mark.parametrize("route", [r for r in WITH_IDS if routes.takes_body(r)], ids=routes.named)
def test_a_fault_in_the_body_does_not_tell_either(house, route):
    """Whatever is sent along, faults or not: the answer must not depend on whether others have the id."""
    ours, theirs = house
    own, foreign = make_all(ours, route), make_all(theirs, route)
    name = route.ids[-1]
    for body in (b"{", b"[]", {"nonsense": 1}, {}):
        said = [told(ask(ours, route, ids, body), ids) for ids in (own | {name: missing(name)}, own | {name: foreign[name]})]
        assert said[0] == said[1]


@pytest.mark.parametrize("route", [r for r in WITH_IDS if r.ids[-1] in ("leadId", "keyId", "number", "target")],
                         ids=routes.named)
def test_what_is_gone_is_missing(house, route):
    ours, _ = house
    ids, name = make_all(ours, route), route.ids[-1]
    gone = next(r for r in routes.table() if r.method == "DELETE" and r.ids[-1:] == [name] and
                (name != "target" or r.path == route.path))
    assert ask(ours, gone, ids).status == 200
    none = ids | {name: missing(name)}
    never = ask(ours, route, none, body_of(ours, route))
    assert never.status == 404
    assert told(ask(ours, route, ids, body_of(ours, route)), ids) == told(never, none)


@pytest.mark.parametrize("route", [r for r in WITH_IDS if not set(r.ids) & {"number", "target", "name"}], ids=routes.named)
def test_what_is_no_id(house, route):
    ours, _ = house
    own = make_all(ours, route)
    before = everything(ours)
    for name in route.ids:
        for text in NO_IDS:
            path = routes.VARIABLE.sub(lambda m: text if m[1] == name else str(own[m[1]]), route.path)
            answer = ask(ours, route, own, body_of(ours, route), path=path)
            assert answer.status == 404, (path, answer.body)
            assert b'"code":"NOT_FOUND"' in answer.body and b'"details":{}' in answer.body
    assert everything(ours) == before


# ---- ids in bodies ----

def refused(company, method, path, body):
    reply = company.server.api(method, path, body, key=company.key("admin" if "/admin" in path else "partner"))
    assert reply.status_code in (400, 404), reply.text
    return reply


@pytest.mark.parametrize("field, never", [("companySiteId", NEVER), ("phoneNumber", NONE["number"])])
def test_a_campaign_of_others_things(house, field, never):
    ours, theirs = house
    campaign = routes.make(ours, "campaignId", {})
    foreign = {"companySiteId": theirs.ids["companySiteId"], "phoneNumber": theirs.ids["phoneNumber"]}[field]
    texts = set()
    for value in (never, foreign, str(foreign)):
        reply = refused(ours, "POST", "/campaigns", a_campaign(ours, callStartTimeUtc=FAR_FUTURE, **{field: value}))
        assert list(reply.json()["error"]["details"]) == [field]
        texts.add(reply.text)
        if field == "phoneNumber":
            texts.add(refused(ours, "PATCH", f"/campaigns/{campaign}", {field: value}).text)
    assert len(texts) == 1
    # A number of ours that nobody has verified is told the same: whose it is must not be seen.
    if field == "phoneNumber":
        texts.add(refused(ours, "POST", "/campaigns", a_campaign(ours, phoneNumber=routes.make(ours, "number", {}))).text)
        assert len(texts) == 1


@pytest.mark.parametrize("path", ["/v1/admin/keys", "/v1/admin/sites"])
def test_users_of_others(house, path):
    ours, theirs = house
    texts = set()
    for user in (NEVER, theirs.ids["userId"]):
        body = {"name": "Depot", "userId": user} if path.endswith("sites") else {"userId": user}
        texts.add(refused(ours, "POST", path, body).text.replace(f"user {user}.", "user (id)."))
    assert len(texts) == 1


# ---- and they see nothing of ours in lists ----

@pytest.mark.parametrize("route", [r for r in routes.table() if r.method == "GET" and not r.ids and r.scope != "none"],
                         ids=routes.named)
def test_lists_are_ones_own(house, route):
    ours, theirs = house
    marks = {"campaigns": "Theirs alone", "users": "theirs@alone.example.com", "sites": "Theirs alone",
             "suppressions": "theirs@alone.example.com", "company-sites": "Rival Ltd", "me": "Rival Ltd",
             "numbers": theirs.ids["phoneNumber"]}
    theirs.server.api("POST", "/campaigns", a_campaign(theirs, title="Theirs alone", callStartTimeUtc=FAR_FUTURE),
                      key=theirs.key())
    theirs.server.api("POST", "/v1/admin/users", {"email": marks["users"]}, key=theirs.key("admin"))
    theirs.server.api("POST", "/v1/admin/sites", {"name": marks["sites"]}, key=theirs.key("admin"))
    theirs.server.api("POST", "/v1/admin/suppressions", {"target": marks["suppressions"]}, key=theirs.key("admin"))
    mark = marks.get(route.path.rsplit("/", 1)[1])
    for company in (theirs, ours, ours.live()):
        answer = ask(company, route, {}, path=route.path + ("?limit=100" if "campaigns" in route.path else ""))
        no_clock = route.path.endswith("test-clock") and company.mode == "live"
        assert answer.status == (403 if no_clock else 200)
        if mark:
            assert (mark.encode() in answer.body) == (company is theirs)
