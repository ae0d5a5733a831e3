"""GET /campaigns and GET /campaigns/:campaignId"""

import pytest

from lib.answers import fault, faults, not_found
from lib.campaign import a_campaign, a_reminder, make_campaign, someone
from lib.raw import raw
from lib.server import Server


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A server of 25 campaigns that do not dial: the first five RUNNING reminders, then SCHEDULEs, every second PAUSED."""
    s = Server(tmp_path_factory.mktemp("listed"), {"api.rate_limit": 0}).start()
    s.made = []
    for i in range(25):
        purpose = {"jobDetails": a_reminder(s)["jobDetails"], "purposeType": "ASSESSMENT_REMINDER"} if i < 5 else \
            {"purposeType": "SCHEDULE", "status": "PAUSED" if i % 2 else "RUNNING"}
        s.made.append(make_campaign(s, title=f"Campaign {i}", **purpose))
    yield s
    s.stop()


def page(server, **query):
    return server.ok("GET", "/campaigns", params=query)


def ids(said):
    return [c["id"] for c in said["campaigns"]]


# ---- one ----

def test_get_shows_what_create_showed(shared_server):
    made = shared_server.ok("POST", "/campaigns", a_reminder(shared_server))
    assert shared_server.ok("GET", f"/campaigns/{made['campaign']['id']}") == made
    assert shared_server.ok("GET", f"/campaigns/{made['campaign']['id']}/") == made
    assert shared_server.ok("GET", f"/campaigns/{made['campaign']['id']}", key="admin") == made


NO_IDS = ["0", "-1", "999999999", "abc", "1.5", "1e3", "+1", "%31", "1%20", "0x1", "9223372036854775807",
          "9223372036854775808", "18446744073709551617", "9" * 400, "null", "\u0661".encode().decode("latin-1")]


def test_ids_that_are_none_are_told_the_same(shared_server):
    foreign = shared_server.ok("POST", "/campaigns", a_campaign(shared_server), key="live")["campaign"]["id"]
    for method, tail in (("GET", ""), ("GET", "/leads"), ("POST", "/leads"), ("DELETE", "/leads/1")):
        answers = {raw(shared_server, method, f"/v1/partner/campaigns/{id}{tail}").body for id in [foreign, *NO_IDS]}
        assert len(answers) == 1, method + tail
        assert b'"code":"NOT_FOUND"' in answers.pop()


@pytest.mark.parametrize("id", ["999999999", "0"])
def test_it_matters_first_whether_the_campaign_is_there(shared_server, id):
    path = f"/campaigns/{id}/leads"
    not_found(shared_server.api("POST", path, {"leads": [{"email": "nobody"}]}))
    not_found(shared_server.api("POST", path, data=b"{", headers={"Content-Type": "application/json"}))
    not_found(shared_server.api("POST", path, data=b" " * 200000 + b"[", headers={"Content-Type": "application/json"}))
    not_found(shared_server.api("GET", path + "?page=0"))


def test_test_and_live_do_not_see_each_other(make_server):
    s = make_server(number="+13125550100")
    both = {key: s.ok("POST", "/campaigns", a_campaign(s, title=key, status="PAUSED"), key=key)["campaign"]["id"]
            for key in ("test", "live")}
    assert both["test"] != both["live"]
    for mine, other in (("test", "live"), ("live", "test"), ("admin", "live"), ("adminLive", "test")):
        own = both["live" if mine in ("live", "adminLive") else "test"]
        assert ids(s.ok("GET", "/campaigns", key=mine)) == [own]
        s.ok("GET", f"/campaigns/{own}", key=mine)
        s.ok("GET", f"/campaigns/{own}/leads", key=mine)
        not_found(s.api("GET", f"/campaigns/{both[other]}", key=mine))
        not_found(s.api("GET", f"/campaigns/{both[other]}/leads", key=mine))
        not_found(s.api("POST", f"/campaigns/{both[other]}/leads", {"leads": [someone()]}, key=mine))


def test_the_made_up_number_is_for_tests_only(make_server):
    s = make_server(number="+13125550100")
    body = a_campaign(s, phoneNumber="+15551234567", status="PAUSED")
    s.ok("POST", "/campaigns", body)
    assert fault(s.api("POST", "/campaigns", body, key="live"), "phoneNumber")


# ---- the list ----

def test_newest_first(listed):
    said = page(listed)
    assert list(said) == ["campaigns", "pagination"]
    assert ids(said) == listed.made[::-1][:20]
    assert said["pagination"] == {"page": 1, "limit": 20, "total": 25, "totalPages": 2}
    assert list(said["pagination"]) == ["page", "limit", "total", "totalPages"]


def test_what_an_entry_has(listed):
    entry = page(listed, purposeType="ASSESSMENT_REMINDER", limit=1)["campaigns"][0]
    whole = listed.ok("GET", f"/campaigns/{entry['id']}")["campaign"]
    assert list(entry) == ["id", "title", "status", "purposeType", "timezone", "companySiteId", "accessLevel", "createdAt",
                           "updatedAt", "callSettings", "assessment"]
    assert entry["accessLevel"] == "COMPANY" and "accessLevel" not in whole
    assert entry["callSettings"] == {"callType": "IVR"}
    assert list(entry["assessment"]) == ["assessmentTestId", "assessmentName", "jobTitle", "autoAddInvitedCandidates",
                                         "assessmentFirstReminderDelayHours"]
    for key in set(entry) - {"accessLevel", "callSettings", "assessment"}:
        assert entry[key] == whole[key]
    assert entry["assessment"].items() <= whole["assessment"].items()
    assert "assessment" not in page(listed, purposeType="SCHEDULE", limit=1)["campaigns"][0]


@pytest.mark.parametrize("query, total", [
    ({}, 25), ({"status": "RUNNING"}, 15), ({"status": "PAUSED"}, 10), ({"purposeType": "SCHEDULE"}, 20),
    ({"purposeType": "SCHEDULE", "status": "RUNNING"}, 10), ({"purposeType": "ASSESSMENT_REMINDER", "status": "PAUSED"}, 0),
    ({"status": "running"}, 0), ({"status": "NOPE"}, 0), ({"purposeType": "schedule"}, 0), ({"purposeType": "%"}, 0),
    ({"status": "RUNNING' OR '1'='1"}, 0), ({"status": "x" * 3000}, 0), ({"status": "RUNNING "}, 0)])
def test_filters(listed, query, total):
    said = page(listed, limit=100, **query)
    assert len(said["campaigns"]) == total
    assert said["pagination"] == {"page": 1, "limit": 100, "total": total, "totalPages": 1 if total else 0}
    for entry in said["campaigns"]:
        assert query.items() <= entry.items()


def test_pages(listed):
    seen = []
    for n in (1, 2, 3, 4):
        said = page(listed, page=n, limit=7)
        assert said["pagination"] == {"page": n, "limit": 7, "total": 25, "totalPages": 4}
        seen += ids(said)
    assert seen == listed.made[::-1]


@pytest.mark.parametrize("n", [5, 1000, 2**31, 2**40, 2**53 - 1])
def test_beyond_the_end(listed, n):
    said = page(listed, page=n, limit=7)
    assert said["campaigns"] == []
    assert said["pagination"] == {"page": n, "limit": 7, "total": 25, "totalPages": 4}


@pytest.mark.parametrize("text, n", [("5", 5), (" 5 ", 5), ("+5", 5), ("05", 5), ("5.0", 5), ("5.", 5), ("1e1", 10), ("100", 100)])
def test_numbers_as_joi_reads_them(listed, text, n):
    assert page(listed, limit=text)["pagination"]["limit"] == n


NUMBER, WHOLE, SAFE = "must be a number", "must be an integer", "must be a safe number"


@pytest.mark.parametrize("text, fault_of_page, fault_of_limit", [
    ("0", "must be greater than or equal to 1", "must be greater than or equal to 1"),
    ("-1", "must be greater than or equal to 1", "must be greater than or equal to 1"),
    ("101", None, "must be less than or equal to 100"),
    ("", NUMBER, NUMBER), ("x", NUMBER, NUMBER), ("0x10", NUMBER, NUMBER), ("1_000", NUMBER, NUMBER), ("true", NUMBER, NUMBER),
    ("null", NUMBER, NUMBER), ("Infinity", NUMBER, NUMBER), ("NaN", NUMBER, NUMBER), ("1 2", NUMBER, NUMBER),
    ("1.5", WHOLE, WHOLE), (".5", WHOLE, WHOLE), ("9007199254740992", SAFE, SAFE), ("1e999", SAFE, SAFE)])
def test_faults_of_paging(listed, text, fault_of_page, fault_of_limit):
    for name, expected in (("page", fault_of_page), ("limit", fault_of_limit)):
        reply = listed.api("GET", "/campaigns", params={name: text})
        if expected:
            assert fault(reply, name) == f'"{name}" {expected}'
        else:
            assert reply.status_code == 200


@pytest.mark.parametrize("query, details", [
    ("page=1&page=2", {"page": '"page" must be a number'}),
    ("page=&limit=&status=", {"status": '"status" is not allowed to be empty', "page": '"page" must be a number',
                              "limit": '"limit" must be a number'}),
    ("status=A&status=B", {"status": '"status" must be a string'}),
    ("search=x", {"search": '"search" is not allowed'}),
    ("Page=1", {"Page": '"Page" is not allowed'}),
    ("=1", None), ("&&", None), ("?", None), ("page", {"page": '"page" must be a number'})])
def test_other_queries(listed, query, details):
    reply = listed.api("GET", "/campaigns?" + query)
    if details:
        assert faults(reply) == details
    else:
        assert reply.status_code in (200, 400)
