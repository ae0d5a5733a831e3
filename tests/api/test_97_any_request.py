"""Every operation of openapi/openapi.yaml, with requests that Hypothesis draws from its schemas and then breaks.

No answer may be a 5xx, none may be undocumented for the operation: not its status, not its media type, not its shape. What
the file allows the server must not call malformed. The same requests are drawn each time; CALLSHEET_EXAMPLES says how many for
each operation (40), CALLSHEET_SEED draws others.
"""

import http.client
import json
import os
import re
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from lib import contract, routes, strategies
from lib.campaign import FAR_FUTURE, a_campaign, a_reminder
from lib.routes import Company
from lib.server import Server

EXAMPLES = int(os.environ.get("CALLSHEET_EXAMPLES", 40))
SEED = os.environ.get("CALLSHEET_SEED")
# A fault of these would say that the file and the server disagree about what may be sent.
MALFORMED = re.compile(r"is required|is not allowed$|must be a string|must be of type|must be an array|must be a number|"
                       r"must be a boolean|must be an integer|length must|must be greater|must be less|items$")


class Reply:
    def __init__(self, reply):
        self.status_code, self.headers, self.content = reply.status, reply.headers, reply.read()
        self.text = self.content.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.content)


def route_of(operation):
    return next(r for r in routes.table() if contract.operation_of(r) is operation)


class House:
    """A server with something of everything, and one connection to it."""

    def __init__(self, server):
        self.company = Company(server, server.ids)
        where = urlsplit(server.url)
        self.connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        self.admin = server.key("admin")
        self.keys = [server.key(k) for k in ("test", "live", "adminLive")] + ["sk_test_" + "A" * 22, "nonsense"]
        self.ids = {"campaignId": [routes.make(self.company, "campaignId", {}) for _ in range(2)]}
        reminder = a_reminder(self.company, callStartTimeUtc=FAR_FUTURE)
        self.ids["campaignId"].append(self.company.ok("POST", "/campaigns", reminder)["campaign"]["id"])
        for name in ("leadId", "siteId", "userId", "number", "target", "workspaceId", "attemptId", "endpointId", "senderId",
                     "assessmentTestId"):
            self.ids[name] = [routes.make(self.company, name, {"campaignId": self.ids["campaignId"][0]}) for _ in range(2)]

    def fresh(self, name, operation):
        """What an operation uses up is made anew."""
        if name in ("keyId", "target", "number", "leadId", "userId", "attemptId", "endpointId", "senderId", "name"):
            return routes.make(self.company, name, {"campaignId": self.ids["campaignId"][0]}, route_of(operation))
        return None

    def send(self, method, target, body, headers):
        self.connection.request(method, target, body, headers)
        return Reply(self.connection.getresponse())


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("any"), {"api.rate_limit": 0}, number="+13125550100").start()
    yield House(server)
    server.stop()


# ---- what is drawn ----

def hints(house):
    """What a schema cannot say: things that are there, beside things that are not."""
    server = house.company.server
    users = st.sampled_from([server.ids["userId"], 10**9])
    return {"timezone": strategies.ZONES, "userId": users, "target": strategies.NUMBERS | strategies.EMAILS,
            "companySiteId": st.sampled_from([server.ids["companySiteId"], str(server.ids["companySiteId"]), 10**9, "x"]),
            "phoneNumber": st.sampled_from([server.ids["phoneNumber"]] * 3 + ["+13125559999", "7"]), "number": strategies.NUMBERS,
            "callTime": strategies.MOMENTS, "time": strategies.MOMENTS}


def paths(house, operation):
    odd = st.sampled_from(["0", "-1", "abc", "1.5", "9007199254740993", "9" * 30, "%00", "%", "%2F", "1%20", ".", "..", "%C3%A9", "a b"])
    named = {}
    for p in operation.named("path"):
        there = st.sampled_from(house.ids[p["name"]]) if p["name"] in house.ids else st.just("fresh")
        if operation.node["operationId"] == "removeUser":
            there = st.just("fresh")  # the others are needed
        if p["name"] == "target" and "people" in operation.path:
            there = st.just("fresh")  # a suppressed number is nobody's
        named[p["name"]] = st.one_of(there, there, st.just("fresh"), there, st.just(987654321), odd)
    return st.fixed_dictionaries(named)


def queries(operation):
    named = {p["name"]: strategies.values(p["schema"], {}) | strategies.ODD | strategies.TEXT for p in operation.named("query")}
    return st.fixed_dictionaries({}, optional=named | {"x": st.just("1")}) if named else st.just({})


def headers(house, operation):
    tags = st.sampled_from(["*", '"1-1"', 'W/"1"', "nonsense", '"', ""])
    drawn = {"If-None-Match": tags, "If-Match": tags, "X-Request-Id": st.sampled_from(["mine", "x" * 200, "<>"]),
             "Idempotency-Key": st.sampled_from(["k1", '"k2"', '"', "", "\u00e4", "k" * 300]),
             "Accept": st.sampled_from(["*/*", "text/csv", "application/x-ndjson", "text/html", "application/json;q=0", ";"]),
             "Authorization": st.sampled_from(house.keys).map("Bearer {}".format)}
    return st.fixed_dictionaries({}, optional={k: st.one_of(st.none(), st.none(), st.none(), v) for k, v in drawn.items()})


ROWS = st.lists(st.lists(strategies.EMAILS | strategies.NUMBERS | strategies.TEXT, min_size=1, max_size=4), max_size=4)


def sheets(_):
    header = st.sampled_from(["email,firstName,phoneNumber", "E-mail;Mobile", "\ufeffEmail\tTel", "name", "\"email", ""])
    rows = ROWS.map(lambda r: "\r\n".join(",".join(c) for c in r))
    return st.tuples(header, rows).map("\n".join).map(str.encode) | st.binary(max_size=60)


def lines(whole):
    lead = whole.map(lambda b: b["leads"][0])
    return st.lists((lead | strategies.broken(lead)).map(json.dumps), max_size=4).map("\n".join).map(str.encode) | st.binary(max_size=60)


def bodies(house, operation):
    """(media type, what is sent, the value it is when it is JSON that may be valid)"""
    if not operation.bodies:
        return st.just((None, None, None)) | st.just(("application/json", b"{}", None))
    if "application/json" not in operation.bodies:
        kind, = operation.bodies
        usual = routes.body_of(house.company, route_of(operation))
        drawn = st.binary(max_size=60) | (st.just(usual) if isinstance(usual, bytes) else strategies.TEXT.map(str.encode))
        return drawn.map(lambda b: (kind, b, None))
    schema = operation.bodies["application/json"]["schema"]
    whole = strategies.values(schema, hints(house))
    # Most of what is drawn should get past the rules, or what is behind them is never reached.
    usual = usual_body(house, operation)
    if usual:
        whole = st.one_of(whole, whole.map(lambda b: usual | b), st.just(usual))
    fine = whole.map(lambda v: ("application/json", json.dumps(v).encode(), v))
    kinds = [fine, fine, fine, strategies.broken(whole).map(lambda v: ("application/json", json.dumps(v).encode(), v)),
             strategies.mangled(whole).map(lambda b: ("application/json", b, None)),
             whole.map(lambda v: ("text/plain", json.dumps(v).encode(), None))]
    if usual:  # as it is, too, or it depends on luck whether anything gets through
        kinds.append(st.just(("application/json", json.dumps(usual).encode(), usual)))
    if "text/csv" in operation.bodies:
        kinds += [sheets(whole).map(lambda b: ("text/csv", b, None)), lines(whole).map(lambda b: ("application/x-ndjson", b, None))]
    return st.one_of(kinds)


def usual_body(house, operation):
    if operation.node["operationId"] == "createCampaign":
        return a_campaign(house.company, callStartTimeUtc=FAR_FUTURE)
    return routes.body_of(house.company, route_of(operation)) or {}


# ---- sending it ----

def target_of(house, operation, ids, query):
    path = operation.path
    for name, value in ids.items():
        if value == "fresh":
            value = house.fresh(name, operation) or house.ids[name][0]
        text = value if isinstance(value, str) and value.startswith("%") else quote(str(value), safe="@+.")
        path = path.replace("{%s}" % name, text)
    flat = {k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()}
    return path + ("?" + urlencode(flat, errors="surrogatepass") if flat else "")


def check_words(operation, reply, value):
    """What the file allows is not called malformed."""
    if reply.status_code != 400 or value is None:
        return
    if contract.faults(operation.bodies["application/json"]["schema"], value):
        return
    details = reply.json()["error"]["details"]
    wrong = {k: v for k, v in details.items() if MALFORMED.search(v) and k in value}
    assert not wrong, f"{operation} calls malformed what its schema allows: {wrong} of {value}"


@pytest.mark.parametrize("operation", contract.operations(), ids=str)
def test_operation(house, operation):
    seen = set()

    @settings(max_examples=EXAMPLES, derandomize=SEED is None, database=None, deadline=None, print_blob=False,
              suppress_health_check=list(HealthCheck))
    @given(st.tuples(paths(house, operation), queries(operation), headers(house, operation), bodies(house, operation)))
    def one(drawn):
        ids, query, extra, (kind, body, value) = drawn
        sent = {"Authorization": "Bearer " + house.admin} | ({"Content-Type": kind} if kind else {})
        sent |= {k: v.encode("latin-1") for k, v in extra.items() if v is not None}
        target = target_of(house, operation, ids, query)
        reply = house.send(operation.method, target, body, sent)
        assert reply.status_code < 500, f"{operation.method} {target}: {reply.status_code} {reply.text}"
        operation.check(reply)
        check_words(operation, reply, None if query else value)
        seen.add(reply.status_code)

    (one if SEED is None else seed(int(SEED))(one))()
    if operation.node.get("security") == [] and operation.bodies:
        return  # a provider signs it; tests/sms has one
    # Or all that was tried is how it refuses.
    assert seen & {200, 201, 202}, f"{operation} was never done: {seen}"
