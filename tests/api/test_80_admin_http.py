"""/v1/admin: the objects the Partner API stands on."""

import pytest

from lib.answers import fault, faults, not_found, refused
from lib.campaign import a_campaign, make_campaign, without
from lib.ledger import rows

NUMBER = "+13125550142"


def conflict(reply):
    assert reply.status_code == 409, reply.text
    error = reply.json()["error"]
    assert (error["code"], error["type"]) == ("CONFLICT", "conflict_error")
    return error["message"]


class Admin:
    def __init__(self, server, key="admin"):
        self.server, self.key = server, key

    def ask(self, method, path, json=None):
        return self.server.api(method, "/v1/admin" + path, json, key=self.key)

    def ok(self, method, path, json=None, status=200):
        reply = self.ask(method, path, json)
        assert reply.status_code == status, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json()


@pytest.fixture
def admin(server):
    return Admin(server)


def test_what_was_made_is_somewhere(server, admin):
    for path, body, where in (("/users", {"email": "ada@example.com"}, "/users/2"),
                              ("/keys", {}, "/keys/5"), ("/sites", {"name": "Depot"}, "/sites/2"),
                              ("/numbers", {"number": NUMBER}, "/numbers/" + NUMBER),
                              ("/suppressions", {"target": "o'x+1@example.com"}, "/suppressions/o%27x+1@example.com")):
        assert admin.ask("POST", path, body).headers["Location"] == "/v1/admin" + where
    assert admin.ok("DELETE", "/suppressions/o%27x+1@example.com")["target"] == "o'x+1@example.com"


# ---- users ----

def test_a_user_who_leaves(server, admin):
    user = admin.ok("POST", "/users", {"email": "ada@example.com"}, 201)["userId"]
    key = admin.ok("POST", "/keys", {"userId": user}, 201)["key"]
    admin.ok("PUT", f"/sites/1/users/{user}")
    assert server.ok("GET", "/company-sites", key=key)["companySites"]
    assert admin.ok("DELETE", f"/users/{user}")["email"] == "ada@example.com"
    assert "belong to the company" in refused(server.api("GET", "/company-sites", key=key), 403)["message"]
    assert [u["userId"] for u in admin.ok("GET", "/users")["users"]] == [1]
    assert [u["userId"] for u in admin.ok("GET", "/sites")["sites"][0]["users"]] == [1]
    refused(admin.ask("DELETE", f"/users/{user}"), 404)
    assert "its own user" in conflict(admin.ask("DELETE", "/users/1"))
    assert "the last one" in server.command("users", "remove", "1", check=False).stderr


def test_users(admin):
    made = admin.ok("POST", "/users", {"email": "ada@example.com", "name": "Ada Lovelace"}, 201)
    assert list(made) == ["userId", "email", "name", "active", "createdAt"]
    assert (made["email"], made["name"], made["active"]) == ("ada@example.com", "Ada Lovelace", True)
    assert [u["email"] for u in admin.ok("GET", "/users")["users"]] == ["admin@localhost", "ada@example.com"]
    assert "ADA@example.com" in conflict(admin.ask("POST", "/users", {"email": "ADA@example.com"}))


@pytest.mark.parametrize("body, expected", [
    ({}, {"email": '"email" is required'}),
    ({"email": "nobody"}, {"email": '"email" must be a valid email'}),
    ({"email": 5, "admin": True}, {"email": '"email" must be a string', "admin": '"admin" is not allowed'}),
    ({"email": "a@example.com", "name": "x" * 201},
     {"name": '"name" length must be less than or equal to 200 characters long'})])
def test_users_that_cannot_be(admin, body, expected):
    assert faults(admin.ask("POST", "/users", body)) == expected
    assert len(admin.ok("GET", "/users")["users"]) == 1


def test_a_disabled_user_is_shut_out_at_once_and_comes_back(server, admin):
    user = admin.ok("POST", "/users", {"email": "ada@example.com"}, 201)["userId"]
    key = admin.ok("POST", "/keys", {"userId": user}, 201)["key"]
    server.ok("GET", "/campaigns", key=key)
    assert admin.ok("POST", f"/users/{user}/disable")["active"] is False
    error = refused(server.api("GET", "/campaigns", key=key), 403)
    assert (error["code"], error["message"]) == ("FORBIDDEN", "The user of this API key has been disabled.")
    server.ok("GET", "/campaigns")
    assert "disabled" in conflict(admin.ask("POST", "/keys", {"userId": user}))
    server.restart()
    refused(server.api("GET", "/campaigns", key=key), 403)
    assert admin.ok("POST", f"/users/{user}/enable")["active"] is True
    server.ok("GET", "/campaigns", key=key)


def test_nobody_disables_himself_or_nobody(server, admin):
    assert "own user" in conflict(admin.ask("POST", f"/users/{server.ids['userId']}/disable"))
    not_found_with(admin.ask("POST", "/users/99/disable"), "There is no user 99.")
    assert fault(admin.ask("POST", "/users/99/disable", {"userId": 1}), "userId") == '"userId" is not allowed'
    assert fault(admin.ask("POST", "/users/99/disable", {"force": 1}), "force") == '"force" is not allowed'


def not_found_with(reply, message):
    assert refused(reply, 404)["message"] == message


def test_an_inactive_company_is_told_so_at_once(server):
    server.ok("GET", "/campaigns")
    server.command("companies", "disable", str(server.ids["companyId"]))
    for key in ("test", "live", "admin"):
        reply = server.api("GET", "/campaigns", key=key)
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "ACCOUNT_INACTIVE")
    server.command("companies", "enable", str(server.ids["companyId"]))
    server.ok("GET", "/campaigns")


# ---- sites ----

def test_sites(server, admin):
    depot = admin.ok("POST", "/sites", {"name": "Depot", "city": "Reno", "state": "NV"}, 201)
    assert depot == {"companySiteId": depot["companySiteId"], "name": "Depot", "address": "", "city": "Reno",
                     "state": "NV", "country": "US", "personNumber": "",
                     "users": [{"userId": server.ids["userId"], "isPrimary": False}]}
    site = depot["companySiteId"]
    shown = {s["companySiteId"]: s for s in server.ok("GET", "/company-sites")["companySites"]}
    assert shown[site]["site"]["city"] == "Reno" and not shown[site]["isPrimary"]
    server.ok("POST", "/campaigns", a_campaign(server, companySiteId=site))
    edited = admin.ok("PATCH", f"/sites/{site}", {"name": "Depot 2", "country": "CA"})
    assert (edited["name"], edited["country"], edited["city"]) == ("Depot 2", "CA", "Reno")
    assert [s["name"] for s in admin.ok("GET", "/sites")["sites"]] == ["My company", "Depot 2"]
    assert admin.ok("PATCH", f"/sites/{site}", {"personNumber": "(312) 555-0142"})["personNumber"] == "+13125550142"
    assert admin.ok("PATCH", f"/sites/{site}", {"personNumber": ""})["personNumber"] == ""
    assert fault(admin.ask("PATCH", f"/sites/{site}", {"personNumber": "12"}), "personNumber")
    assert fault(admin.ask("PATCH", f"/sites/{site}", {"country": "usa"}), "country").startswith('"country" must be')
    not_found_with(admin.ask("PATCH", "/sites/99", {"name": "x"}), "There is no site 99.")
    not_found_with(admin.ask("POST", "/sites", {"name": "x", "userId": 99}), "There is no user 99.")


def test_who_may_use_a_site(server, admin):
    user = admin.ok("POST", "/users", {"email": "ada@example.com"}, 201)["userId"]
    key = admin.ok("POST", "/keys", {"userId": user}, 201)["key"]
    first = server.ids["companySiteId"]
    second = admin.ok("POST", "/sites", {"name": "Depot"}, 201)["companySiteId"]
    assert server.ok("GET", "/company-sites", key=key) == {"companySites": []}
    admin.ok("PUT", f"/sites/{first}/users/{user}", {"isPrimary": True})
    admin.ok("PUT", f"/sites/{second}/users/{user}", {"isPrimary": True})
    admin.ok("PUT", f"/sites/{second}/users/{user}")
    theirs = server.ok("GET", "/company-sites", key=key)["companySites"]
    assert [(s["companySiteId"], s["isPrimary"]) for s in theirs] == [(second, True), (first, False)]
    assert admin.ok("DELETE", f"/sites/{first}/users/{user}")["users"] == [
        {"userId": server.ids["userId"], "isPrimary": True}]
    assert len(server.ok("GET", "/company-sites", key=key)["companySites"]) == 1
    not_found_with(admin.ask("DELETE", f"/sites/{first}/users/{user}"), f"User {user} has no site {first}.")


# ---- numbers ----

def test_numbers(server, admin):
    added = admin.ok("POST", "/numbers", {"number": "(312) 555-0142"}, 201)
    assert added == {"number": NUMBER, "numbers": [{"number": NUMBER, "mode": "test", "verified": False,
                                                    "verifiedAt": None, "verifiedBy": "", "codeCall": None}]}
    campaign = a_campaign(server, phoneNumber=NUMBER)
    assert "phoneNumber" in faults(server.api("POST", "/campaigns", campaign))
    assert "already" in conflict(admin.ask("POST", "/numbers", {"number": NUMBER}))
    verified = admin.ok("PATCH", f"/numbers/{NUMBER}", {"verifiedBy": "Zoë"})["numbers"][0]
    assert (verified["verified"], verified["verifiedBy"]) == (True, "Zoë") and verified["verifiedAt"]
    campaign = server.ok("POST", "/campaigns", campaign)["campaign"]["id"]
    listed = {n["number"]: n for n in admin.ok("GET", "/numbers")["numbers"]}
    assert listed[NUMBER] == verified and all(n["mode"] == "test" for n in listed.values())
    assert Admin(server, "adminLive").ok("GET", "/numbers") == {"numbers": []}
    assert f"Campaign {campaign} runs" in conflict(admin.ask("DELETE", "/numbers/%2B13125550142"))
    admin.ok("POST", f"/campaigns/{campaign}/cancel")
    admin.ok("DELETE", "/numbers/%2B13125550142")
    not_found_with(admin.ask("DELETE", "/numbers/+13125550142"), f"There is no number {NUMBER}.")


@pytest.mark.parametrize("path", ["/numbers/7", "/numbers/%00", "/numbers/%zz", "/numbers/%ff", "/numbers/" + "1" * 400])
def test_numbers_that_cannot_be(admin, path):
    assert "number" in faults(admin.ask("PATCH", path, {"verifiedBy": "Zoe"}))


# ---- keys ----

def test_keys(server, admin):
    made = admin.ok("POST", "/keys", {"scope": "admin"}, 201)
    assert list(made) == ["keyId", "userId", "key", "mode", "scope"]
    assert made["key"].startswith("sk_test_") and (made["mode"], made["scope"]) == ("test", "admin")
    Admin(server, made["key"]).ok("GET", "/users")
    rotated = admin.ok("POST", f"/keys/{made['keyId']}/rotate", status=201)
    assert rotated["scope"] == "admin" and rotated["key"] != made["key"]
    refused(server.api("GET", "/campaigns", key=made["key"]), 403)
    Admin(server, rotated["key"]).ok("DELETE", f"/keys/{rotated['keyId']}")
    refused(server.api("GET", "/campaigns", key=rotated["key"]), 403)
    listed = {k["keyId"]: k for k in admin.ok("GET", "/keys")["keys"]}
    assert not listed[made["keyId"]]["active"] and not listed[rotated["keyId"]]["active"]
    assert all(k["mode"] == "test" for k in listed.values())
    assert fault(admin.ask("POST", "/keys", {"scope": "root"}), "scope") == '"scope" must be one of [partner, admin]'
    assert fault(admin.ask("POST", "/keys", {"mode": "live"}), "mode") == '"mode" is not allowed'


def test_a_test_key_does_not_reach_the_live_workspace(server, admin):
    live = Admin(server, "adminLive")
    made = live.ok("POST", "/keys", {}, 201)
    assert made["mode"] == "live"
    refused(admin.ask("DELETE", f"/keys/{made['keyId']}"), 404)
    refused(admin.ask("POST", f"/keys/{made['keyId']}/rotate"), 404)
    server.ok("GET", "/campaigns", key=made["key"])
    live.ok("POST", "/suppressions", {"target": NUMBER}, 201)
    assert admin.ok("GET", "/suppressions")["pagination"]["total"] == 0
    refused(admin.ask("DELETE", f"/suppressions/{NUMBER}"), 404)
    campaign = make_campaign(server)
    refused(live.ask("POST", f"/campaigns/{campaign}/cancel"), 404)
    assert server.ok("GET", f"/campaigns/{campaign}")["campaign"]["status"] == "RUNNING"


# ---- suppressions ----

def test_suppressions(server, admin):
    first = admin.ok("POST", "/suppressions", {"target": "312 555 0142", "reason": "asked by post"}, 201)
    assert first == {"kind": "number", "target": NUMBER, "scope": "all", "added": True}
    assert admin.ok("POST", "/suppressions", {"target": NUMBER}, 201)["added"] is False
    assert admin.ok("POST", "/suppressions", {"target": "Ada@Example.com"}, 201)["target"] == "ada@example.com"
    many = admin.ok("POST", "/suppressions/import", {"entries": ["b@example.com", "nonsense", "", NUMBER, "b@example.com"]})
    assert many == {"added": 1, "alreadyThere": 2, "invalid": 2,
                    "rejected": [{"index": 1, "entry": "nonsense"}, {"index": 2, "entry": ""}]}
    page = admin.ok("GET", "/suppressions?limit=2&page=2")
    assert page["pagination"] == {"page": 2, "limit": 2, "total": 3, "totalPages": 2}
    assert [s["target"] for s in page["suppressions"]] == [NUMBER]
    assert page["suppressions"][0]["reason"] == "asked by post"
    assert admin.ok("POST", "/suppressions", {"target": NUMBER, "scope": "campaign:5"}, 201)["added"] is True
    assert admin.ok("GET", "/suppressions?kind=number")["pagination"]["total"] == 2
    admin.ok("DELETE", "/suppressions/%2B13125550142", {"scope": "campaign:5"})
    assert admin.ok("GET", "/suppressions?kind=email")["pagination"]["total"] == 2
    campaign = make_campaign(server)
    said = server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": "c@example.com", "phoneNumber": NUMBER},
                                                                        {"email": "ADA@example.com"}]})
    assert said == {"added": 0, "skipped": 2}
    admin.ok("DELETE", "/suppressions/Ada%40example.com")
    not_found_with(admin.ask("DELETE", "/suppressions/ada@example.com"), "There is no ada@example.com on the list.")
    assert admin.ok("GET", "/suppressions?kind=email")["pagination"]["total"] == 1


@pytest.mark.parametrize("query, key", [("kind=talent", "kind"), ("page=0", "page"), ("limit=101", "limit"), ("x=1", "x")])
def test_lists_asked_wrongly(admin, query, key):
    assert list(faults(admin.ask("GET", "/suppressions?" + query))) == [key]


@pytest.mark.parametrize("body, key", [({}, "target"), ({"target": "?"}, "target"), ({"target": ""}, "target"), ([], "value")])
def test_suppressions_that_cannot_be(admin, body, key):
    assert len(faults(admin.ask("POST", "/suppressions", body))) == 1
    assert admin.ok("GET", "/suppressions")["pagination"]["total"] == 0


# ---- campaigns ----

def test_the_status_of_a_campaign_is_seen_everywhere(server, admin):
    campaign = make_campaign(server)
    before = server.ok("GET", f"/campaigns/{campaign}")["campaign"]

    def count(status):
        return server.ok("GET", f"/campaigns?status={status}")["pagination"]["total"]

    def due_states():
        return {r["due_state"] for r in rows(server, "SELECT due_state FROM due WHERE campaign_id = ?", campaign)}

    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": "a@example.com", "phoneNumber": NUMBER}]})
    for verb, status, state in (("pause", "PAUSED", 3), ("pause", "PAUSED", 3), ("resume", "RUNNING", 1),
                                ("resume", "RUNNING", 1), ("pause", "PAUSED", 3), ("cancel", "CANCELLED", 3),
                                ("cancel", "CANCELLED", 3)):
        said = admin.ok("POST", f"/campaigns/{campaign}/{verb}")
        now = server.ok("GET", f"/campaigns/{campaign}")["campaign"]
        assert said["campaign"] == now and said["progress"]["left"] == 1
        assert now == before | {"status": status, "updatedAt": now["updatedAt"]}
        assert [c["status"] for c in server.ok("GET", "/campaigns")["campaigns"]] == [status]
        assert [count(s) for s in ("RUNNING", "PAUSED", "CANCELLED")].count(1) == 1 == count(status)
        assert due_states() == {state}
    for verb in ("pause", "resume"):
        assert "for good" in conflict(admin.ask("POST", f"/campaigns/{campaign}/{verb}"))
    events = rows(server, "SELECT data FROM event WHERE type = 'campaign.status_changed' ORDER BY event_id")
    assert len(events) == 4
    refused(admin.ask("POST", "/campaigns/99999/pause"), 404)
    assert admin.ok("GET", f"/campaigns/{campaign}")["campaign"]["status"] == "CANCELLED"


def test_leads_added_to_a_paused_campaign_wait(server, admin):
    campaign = server.ok("POST", "/campaigns", without(a_campaign(server), "x"))["campaign"]["id"]
    admin.ok("POST", f"/campaigns/{campaign}/pause")
    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [{"email": "a@example.com", "phoneNumber": NUMBER}]})
    assert rows(server, "SELECT due_state FROM due") == [{"due_state": 3}]


def test_what_a_campaign_does_about_voicemail(server, admin):
    campaign = server.ok("POST", "/campaigns", a_campaign(server))["campaign"]["id"]
    mine = admin.ok("GET", "/workspaces")["workspaces"][0]["workspaceId"]

    def now():
        return admin.ok("GET", f"/campaigns/{campaign}")["progress"]["voicemail"]
    assert now() == "hang_up"
    admin.ok("PATCH", f"/workspaces/{mine}", {"settings": {"voicemail": "leave"}})
    assert now() == "leave"
    before = server.ok("GET", f"/campaigns/{campaign}")
    said = admin.ok("POST", f"/campaigns/{campaign}/voicemail", {"voicemail": "hang_up"})
    assert said["progress"]["voicemail"] == "hang_up" == now()
    assert server.ok("GET", f"/campaigns/{campaign}") == before, "nothing of it in the partner's API"
    admin.ok("POST", f"/campaigns/{campaign}/voicemail", {"voicemail": "default"})
    assert now() == "leave"
    refused(admin.ask("POST", f"/campaigns/{campaign}/voicemail", {"voicemail": "shout"}), 400)
    refused(admin.ask("POST", "/campaigns/99999/voicemail", {"voicemail": "leave"}), 404)


# ---- workspaces ----

def test_workspaces(server, admin):
    one, = admin.ok("GET", "/workspaces")["workspaces"]
    assert (one["mode"], one["callsToday"], one["minutesToday"], one["changed"]) == ("test", 0, 0, "")
    mine = f"/workspaces/{one['workspaceId']}"
    shown = admin.ok("GET", mine)
    assert list(shown) == ["workspaceId", "mode", "callsToday", "minutesToday", "settings", "described"]
    first = shown["settings"]
    assert (first["calling_hours"], first["person_calls_per_day"], first["countries"]) == ("00:00-24:00", "0", "all")
    assert [d["name"] for d in shown["described"]] == list(first) and all(d["meaning"] for d in shown["described"])
    said = admin.ok("PATCH", mine, {"settings": {"calling_hours": "rules 09:00-17:00", "calls_per_day": 5}})
    assert said["settings"] == first | {"calling_hours": "rules 09:00-17:00", "calls_per_day": "5"}
    assert admin.ok("GET", "/workspaces")["workspaces"][0]["changed"] == "calling_hours=rules 09:00-17:00 calls_per_day=5"
    said = admin.ok("PATCH", mine, {"settings": {"calling_hours": None, "calls_per_day": ""}})
    assert said["settings"] == first
    live = Admin(server, "adminLive")
    other = f"/workspaces/{live.ok('GET', '/workspaces')['workspaces'][0]['workspaceId']}"
    assert live.ok("GET", other)["settings"]["calling_hours"] == "rules"
    for method, body in (("GET", None), ("PATCH", {"settings": {"calls_per_day": 5}})):
        not_found_with(admin.ask(method, other, body), f"There is no workspace {other[12:]}.")


@pytest.mark.parametrize("body, key", [
    ({}, "settings"), ({"settings": {}}, "settings"), ({"settings": "calling_hours=rules"}, "settings"),
    ({"settings": {"gremlins": 1}}, "settings.gremlins"), ({"settings": {"calling_hours": "9 to 5"}}, "settings.calling_hours"),
    ({"settings": {"calls_per_day": -1}}, "settings.calls_per_day"), ({"settings": {"calls_per_day": 1.5}}, "settings.calls_per_day"),
    ({"settings": {"countries": ["US"]}}, "settings.countries"), ({"settings": {"sundays": "open"}, "x": 1}, "x")])
def test_workspace_settings_that_cannot_be(server, admin, body, key):
    assert list(faults(admin.ask("PATCH", "/workspaces/2", body))) == [key]
    # nothing of a body with a fault is kept
    admin.ask("PATCH", "/workspaces/2", {"settings": {"sundays": "closed", "holidays": "never"}})
    assert admin.ok("GET", "/workspaces")["workspaces"][0]["changed"] == ""
