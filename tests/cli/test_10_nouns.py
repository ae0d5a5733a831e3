"""Every noun's verbs, with a server and without one: JSON, tables, sentences, exit codes."""

import json
import runpy
import sqlite3
import subprocess
from contextlib import closing

import pytest

from lib.campaign import make_campaign
from lib.server import ROOT, binary
from lib.wait import eventually

NUMBER = "+13125550142"


def say(server, *words, code=0):
    done = server.command(*words, check=False)
    assert done.returncode == code, f"{words}: {done.returncode} {done.stdout}{done.stderr}"
    assert bool(done.stderr) == (code not in (0,)) or words[1] == "list", done.stderr
    return done.stderr.strip() if code else done.stdout.strip()


def ask(server, *words):
    return json.loads(say(server, *words, "--json"))


def table(server, *words):
    return [line.split() for line in say(server, *words).splitlines()]


@pytest.fixture(params=["with a server", "without a server"])
def house(request, make_server):
    return make_server(start=request.param == "with a server")


def test_companies(house):
    assert table(house, "companies", "list")[0] == ["ID", "NAME", "COUNTRY", "ACTIVE", "CREATED"]
    one = ask(house, "companies", "list")["companies"]
    assert [(c["companyId"], c["name"], c["active"]) for c in one] == [(house.ids["companyId"], "My company", True)]
    say(house, "companies", "disable", "1")
    assert ask(house, "companies", "list")["companies"][0]["active"] is False
    assert ask(house, "companies", "enable", "1") == {"companyId": 1, "active": True}
    assert "no company 7" in say(house, "companies", "disable", "7", code=4)


def test_a_further_company(house):
    made = ask(house, "companies", "add", "Rival Ltd", "--country", "GB", "--number", "020 7946 0000")
    assert list(made) == list(house.ids)
    assert (made["companyId"], made["phoneNumber"]) == (2, "+442079460000")
    assert [(c["name"], c["country"]) for c in ask(house, "companies", "list")["companies"]] == [("My company", "US"),
                                                                                               ("Rival Ltd", "GB")]
    assert "two capital letters" in say(house, "companies", "add", "X", "--country", "gb", code=6)
    assert "telephone number" in say(house, "companies", "add", "X", "--number", "7", code=6)
    assert "needs NAME" in say(house, "companies", "add", code=2)
    assert len(ask(house, "companies", "list")["companies"]) == 2
    if house.process:
        for key in ("testKey", "liveKey", "adminTestKey", "adminLiveKey"):
            assert house.ok("GET", "/me", key=made[key])["company"]["id"] == 2


def test_users(house):
    assert say(house, "users", "add", "--email", "ada@example.com", "--name", "Zoë Ada") == "The user ada@example.com has the id 2."
    assert "already" in say(house, "users", "add", "--email", "Ada@example.com", code=8)
    assert '"email" must be a valid email' in say(house, "users", "add", "--email", "ada", code=6)
    assert "--email" in say(house, "users", "add", code=2)
    assert table(house, "users", "list")[2][:4] == ["2", "ada@example.com", "Zoë", "Ada"]
    assert ask(house, "users", "disable", "2")["active"] is False
    assert [u["active"] for u in ask(house, "users", "list")["users"]] == [True, False]
    assert ask(house, "users", "enable", "2")["active"] is True
    assert "no user 9" in say(house, "users", "disable", "9", code=4)
    assert "must be a number" in say(house, "users", "disable", "x", code=6)
    assert "needs ID" in say(house, "users", "disable", code=2)
    assert "does not know" in say(house, "users", "disable", "2", "3", code=2)


def test_sites(house):
    say(house, "users", "add", "--email", "ada@example.com")
    made = ask(house, "sites", "add", "--name", "Depot", "--city", "Reno", "--state", "NV", "--user", "2")
    assert made["users"] == [{"userId": 2, "isPrimary": False}]
    site = str(made["companySiteId"])
    assert "may be used by user 1, 2" in say(house, "sites", "assign", site, "1", "--primary")
    assert table(house, "sites", "list")[0] == ["ID", "NAME", "CITY", "STATE", "COUNTRY", "USERS"]
    assert table(house, "sites", "list")[2] == [site, "Depot", "Reno", "NV", "US", "1,", "2"]
    primary = {s["companySiteId"]: s["users"][0]["isPrimary"] for s in ask(house, "sites", "list")["sites"]}
    assert primary == {1: False, int(site): True}
    assert ask(house, "sites", "edit", site, "--name", "Depot 2")["name"] == "Depot 2"
    say(house, "sites", "unassign", site, "2")
    assert "has no site" in say(house, "sites", "unassign", site, "2", code=4)
    assert "country" in say(house, "sites", "edit", site, "--country", "usa", code=6)
    assert "no site 9" in say(house, "sites", "assign", "9", "1", code=4)


def test_numbers(house):
    assert say(house, "numbers", "add", "312 555 0142") == f"The number {NUMBER} is there."
    assert "already" in say(house, "numbers", "add", NUMBER, code=8)
    assert "needs NUMBER" in say(house, "numbers", "verify", code=2)
    both = ask(house, "numbers", "verify", NUMBER, "--by", "Zoe")["numbers"]
    assert [(n["mode"], n["verified"], n["verifiedBy"]) for n in both] == [("live", True, "Zoe"), ("test", True, "Zoe")]
    assert len(ask(house, "numbers", "list")["numbers"]) == 3
    assert table(house, "numbers", "list", "--live")[1][:2] == [NUMBER, "live"]
    say(house, "numbers", "remove", NUMBER, "--live")
    assert [n["mode"] for n in ask(house, "numbers", "list")["numbers"] if n["number"] == NUMBER] == ["test"]
    say(house, "numbers", "remove", NUMBER)
    assert "no number" in say(house, "numbers", "remove", NUMBER, code=4)
    assert "possible telephone number" in say(house, "numbers", "add", "7", code=6)
    assert "not both" in say(house, "numbers", "list", "--live", "--test", code=2)
    assert ask(house, "numbers", "add", NUMBER, "--by", "Zoe", "--test")["numbers"][0]["verified"] is True


def test_keys(house):
    key = say(house, "keys", "create", "--live", "--scope", "admin")
    assert key.startswith("sk_live_") and len(key) == 30
    made = ask(house, "keys", "create", "--admin")
    assert (made["mode"], made["scope"], made["userId"]) == ("test", "admin", 1)
    rotated = ask(house, "keys", "rotate", str(made["keyId"]))
    assert (rotated["mode"], rotated["scope"]) == ("test", "admin") and rotated["key"] != made["key"]
    assert "no active key" in say(house, "keys", "rotate", str(made["keyId"]), code=4)
    say(house, "keys", "revoke", str(rotated["keyId"]))
    active = {k["keyId"]: k["active"] for k in ask(house, "keys", "list")["keys"]}
    assert not active[made["keyId"]] and not active[rotated["keyId"]] and len(active) == 7
    assert len(ask(house, "keys", "list", "--live")["keys"]) == 3
    assert "no user 9" in say(house, "keys", "create", "--user", "9", code=4)
    assert "one of [partner, admin]" in say(house, "keys", "create", "--scope", "root", code=6)


def test_suppress(house):
    assert say(house, "suppress", "add", NUMBER, "--reason", "by post") == f"Nobody calls {NUMBER} from now on."
    assert ask(house, "suppress", "add", "Ada@example.com", "--test") == {"kind": "email", "target": "ada@example.com",
                                                                          "scope": "all", "added": True}
    assert table(house, "suppress", "list", "--live") == [["KIND", "WHO", "MODE", "SCOPE", "REASON", "SINCE"],
                                                          ["number", NUMBER, "live", "all", "by", "post", said_when(house)]]
    everything = ask(house, "suppress", "list")
    assert everything["pagination"] == {"page": 1, "limit": 20, "total": 3, "totalPages": 1}
    assert [(s["mode"], s["kind"]) for s in everything["suppressions"]] == [("live", "number"), ("test", "email"), ("test", "number")]
    # A page may begin in one workspace and end in the other.
    assert [s["mode"] for s in ask(house, "suppress", "list", "--limit", "2")["suppressions"]] == ["live", "test"]
    assert [s["kind"] for s in ask(house, "suppress", "list", "--limit", "2", "--page", "2")["suppressions"]] == ["number"]
    done = house.command("suppress", "list", "--limit", "1")
    assert "page 1 of 3" in done.stderr and len(done.stdout.splitlines()) == 2
    say(house, "suppress", "remove", "(312) 555-0142")
    assert "on the list" in say(house, "suppress", "remove", NUMBER, code=4)
    assert "telephone number or an e-mail" in say(house, "suppress", "add", "somebody", code=6)
    assert '"kind" must be one of' in say(house, "suppress", "list", "--kind", "x", code=6)


def test_suppress_in_part(house):
    assert ask(house, "suppress", "add", NUMBER, "--scope", "campaign:7", "--live")["scope"] == "campaign:7"
    assert ask(house, "suppress", "add", NUMBER, "--scope", "purpose:SCHEDULE", "--live")["added"] is True
    assert [s["scope"] for s in ask(house, "suppress", "list")["suppressions"]] == ["campaign:7", "purpose:SCHEDULE"]
    for scope in ("campaign:x", "purpose:FUN", "everything"):
        assert '"scope" must be all, campaign:ID or purpose:NAME' in say(house, "suppress", "add", NUMBER, "--scope", scope, code=6)
    say(house, "suppress", "remove", NUMBER, "--scope", "campaign:7")
    assert "on the list" in say(house, "suppress", "remove", NUMBER, "--scope", "campaign:7", code=4)
    say(house, "suppress", "remove", NUMBER)
    assert ask(house, "suppress", "list")["suppressions"] == []


def said_when(house):
    return ask(house, "suppress", "list", "--live")["suppressions"][0]["createdAt"]


def test_campaigns(make_server):
    s = make_server()
    campaign = make_campaign(s, title="Night shift")
    for run in (True, False):
        if not run:
            s.stop()
        assert table(s, "campaigns", "list")[0] == ["ID", "TITLE", "STATUS", "PURPOSE", "MODE", "CREATED"]
        assert say(s, "campaigns", "pause", str(campaign)) == f'Campaign {campaign}, "Night shift", is PAUSED.'
        assert [c["status"] for c in ask(s, "campaigns", "list", "--status", "PAUSED")["campaigns"]] == ["PAUSED"]
        assert ask(s, "campaigns", "list", "--live")["campaigns"] == []
        shown = dict(line.split(None, 1) for line in say(s, "campaigns", "show", str(campaign)).splitlines()
                     if len(line.split(None, 1)) == 2)
        assert (shown["title"], shown["status"], shown["mode"]) == ("Night shift", "PAUSED", "test")
        assert ask(s, "campaigns", "resume", str(campaign))["campaign"]["status"] == "RUNNING"
        assert "no campaign" in say(s, "campaigns", "pause", str(campaign), "--live", code=4)
    assert ask(s, "campaigns", "cancel", str(campaign))["campaign"]["status"] == "CANCELLED"
    assert "for good" in say(s, "campaigns", "resume", str(campaign), code=8)
    assert "no campaign 99999" in say(s, "campaigns", "show", "99999", code=4)
    s.start()
    assert s.ok("GET", f"/campaigns/{campaign}")["campaign"]["status"] == "CANCELLED"


# ---- what was meant ----

@pytest.mark.parametrize("typed, meant", [(("users", "ad"), "users add"), (("user", "list"), "users list"),
                                          (("campaigns", "puase"), "campaigns pause"), (("sevre",), "serve"),
                                          (("keys", "lsit"), "keys list"), (("suppress", "imprt"), "suppress import"),
                                          (("users",), "users disable"), (("users", "--json"), "users add")])
def test_typos(typed, meant):
    done = subprocess.run([binary(), *typed], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"`callsheet {meant}`" in done.stderr


def test_a_command_nothing_is_like():
    done = subprocess.run([binary(), "fly", "home"], capture_output=True, text=True)
    assert done.returncode == 2 and "did you mean" not in done.stderr and 'no command "fly"' in done.stderr


NOUNS = ["companies list", "users add", "sites edit", "numbers verify", "keys rotate", "suppress add", "suppress import",
         "campaigns cancel", "trunks add"]


@pytest.mark.parametrize("words", NOUNS)
def test_every_command_has_help_and_wants_its_folder(words):
    done = subprocess.run([binary(), *words.split(), "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith(f"callsheet {words} ") and "--json" in done.stdout
    done = subprocess.run([binary(), *words.split()], capture_output=True, text=True)
    assert done.returncode == 2 and "--data" in done.stderr
    assert words in subprocess.run([binary(), "help"], capture_output=True, text=True).stdout


def as_migrated(upto):
    """The schema as the first migrations left it, in SQLite's words (tools/sqlgen); and the newest one's number."""
    files = sorted((ROOT / "src/store/sql/migrations").glob("*.sql"))
    text = "".join(f.read_text() for f in files[:upto]).replace("BIGINT", "INTEGER")
    return text.replace("\n);", "\n) STRICT, WITHOUT ROWID;"), int(files[-1].name[:4])


def test_an_older_database_is_brought_up_to_date(make_server):
    """As the second schema left it: no names of users, no rosters, suppression without a scope."""
    s = make_server(start=False)
    schema, newest = as_migrated(2)
    database = s.data / "callsheet.db"
    with closing(sqlite3.connect(database)) as db:
        ours = db.execute("PRAGMA application_id").fetchone()[0]
    for part in s.data.glob("callsheet.db*"):
        part.unlink()
    with closing(sqlite3.connect(database)) as db:
        db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA application_id = {ours}; {schema} PRAGMA user_version = 2;"
                         "INSERT INTO company VALUES (1, 'Acme', 'US', 1, 0); INSERT INTO app_user VALUES (1, 1, 'a@b.de', 1, 0);"
                         "INSERT INTO workspace VALUES (1, 1, 1, 0), (2, 1, 0, 0);"
                         f"INSERT INTO suppression VALUES (1, 'number', '{NUMBER}', 'OPERATOR', 0);"
                         + "".join(f"INSERT INTO lead VALUES (1, 7, {n}, 'p{n}@b.de', 'P', 'Q', '', NULL, 'p\x1fq\x1fp{n}@b.de',"
                                   f" 0, 0, 0, 4, '', 0, {n % 3 == 0:d}, 0, 0);" for n in (62, 63, 64, 65)))
    assert ask(s, "users", "list")["users"][0]["name"] == ""
    assert [(e["target"], e["scope"]) for e in ask(s, "suppress", "list")["suppressions"]] == [(NUMBER, "all")]
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == newest
        assert db.execute("SELECT block, total, records FROM roster ORDER BY block").fetchall() == [
            (0, 1, "\x1enp\x1fq\x1fp62@b.de"), (1, 2, "\x1e0p\x1fq\x1fp64@b.de\x1e1p\x1fq\x1fp65@b.de")]


def test_the_test_clock(house):
    shown = table(house, "clock", "show")
    assert [row[:2] for row in shown] == [["test", "clock"], ["on", "its"]]
    before = ask(house, "clock", "show")["testClock"]
    assert ask(house, "clock", "advance", "1d12h")["testClock"]["target"] > before["now"]
    assert ask(house, "clock", "advance", "--to", "2030-01-01T00:00:00Z")["testClock"]["target"] == "2030-01-01T00:00:00.000Z"
    if house.process:  # nothing is due: it is there at once
        eventually(lambda: ask(house, "clock", "show")["testClock"]["now"] >= "2030-01-01T00:00:00.000Z")
    assert "48h" in say(house, "clock", "advance", "soon", code=6)
    assert "required" in say(house, "clock", "advance", code=6)
    assert "does not know" in say(house, "clock", "advance", "1h", "2h", code=2)
    assert "only a test workspace" in say(house, "clock", "advance", "1h", "--live", code=5)


def test_explanations(house):
    """What partners get by HTTP, for people; with a server and without one."""
    stopped = not house.process
    if stopped:
        house.start()
    campaign = make_campaign(house, timezone="America/Chicago")
    house.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [
        {"email": "ada@example.com", "phoneNumber": "+13125550103"}, {"email": "nobody@example.com"}]})
    if stopped:
        house.stop()
    said = say(house, "campaigns", "explain", str(campaign))
    assert "1 of 2 leads can be called" in said and "1  NO_NUMBER: There is no telephone number." in said
    assert "First call Jan 01, 2099 09:00 AM, last Jan 01, 2099 09:00 AM, in America/Chicago." in said
    assert "Warnings:\n  - 1 lead is without a number that can be dialled." in said
    whole = ask(house, "campaigns", "explain", str(campaign))
    assert whole["campaign"]["id"] == campaign and whole["preflight"]["callable"] == 1
    assert "leads                2" in say(house, "campaigns", "report", str(campaign))
    assert ask(house, "campaigns", "report", str(campaign))["report"]["funnel"]["left"] == 2
    people = json.loads(house.command("leads", "list", "--campaign", str(campaign), "--json").stdout)["leads"]
    waits = {p["phone"]: str(p["leadId"]) for p in people}
    assert "planned for Jan 01, 2099 09:00 AM in America/Chicago" in say(
        house, "leads", "explain", "--campaign", str(campaign), waits["+13125550103"])
    one = ask(house, "leads", "explain", "--campaign", str(campaign), waits[""])
    assert (one["nextCall"]["callable"], one["nextCall"]["reason"]) == (False, "NO_NUMBER")
    assert "no lead 999" in say(house, "leads", "explain", "--campaign", str(campaign), "999", code=4)
    assert "no campaign 9" in say(house, "campaigns", "explain", "9", code=4)
    assert "needs --campaign" in say(house, "leads", "explain", "1", code=2)
