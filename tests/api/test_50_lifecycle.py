"""The server's life: starting, stopping, what it refuses to start with, commands beside it, a full disk."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from lib.answers import refused
from lib.campaign import FAR_FUTURE, a_campaign, a_lead, add_leads, list_leads, make_campaign, someone
from lib.disk import fill, small_disk
from lib.ledger import attempts
from lib.server import Server, binary
from lib.wait import eventually

PAST = "2025-06-01T15:00:00.000Z"


def run(*words, env=None, timeout=60):
    return subprocess.run([binary(), *map(str, words)], env=os.environ | (env or {}), capture_output=True, text=True,
                          timeout=timeout)


def serve(data, *flags, **more):
    """A start that is to fail."""
    return run("serve", "--data", data, "--listen", "127.0.0.1:0", *flags, **more)


def complaint(done, code):
    """The one line a command ended with."""
    assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1 and lines[0].startswith("callsheet: "), done.stderr
    assert done.stdout == ""
    return lines[0]


# ---- stopping and starting again ----

@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(server, sig):
    server.process.send_signal(sig)
    assert server.process.wait(30) == 0
    server.gone()
    assert not (server.data / "control.sock").exists()


def test_a_restart_keeps_everything(server):
    campaign = make_campaign(server)
    leads = [a_lead(), someone()]
    add_leads(server, campaign, *leads)
    paths = ("/company-sites", "/campaigns", f"/campaigns/{campaign}", f"/campaigns/{campaign}/leads")
    before = {path: server.ok("GET", path) for path in paths}
    server.restart()
    assert {path: server.ok("GET", path) for path in paths} == before
    assert add_leads(server, campaign, *leads) == (0, 2)
    assert make_campaign(server) > campaign


def test_a_stopping_server_lets_a_call_finish(make_server):
    s = make_server({"engine.drain_timeout": 30})
    campaign = make_campaign(s, callStartTimeUtc=PAST, openingMessage="Hello.", closingMessage="Bye.")
    add_leads(s, campaign, a_lead(phoneNumber="+13125550100"))
    eventually(lambda: [a for a in attempts(s, campaign) if a["state"] == "answered"], 15)
    s.stop()
    assert [a["state"] for a in attempts(s, campaign)] == ["ended"]
    s.start()
    lead = list_leads(s, campaign)[0]
    assert (lead["status"], lead["flowStatus"]) == ("Interested", "Completed")
    assert len(attempts(s, campaign)) == 1


def test_a_stopping_server_takes_no_new_connections_and_begins_no_calls(make_server):
    s = make_server({"engine.drain_timeout": 30})
    campaign = make_campaign(s, callStartTimeUtc=PAST, openingMessage="Hello.", closingMessage="Bye.")
    add_leads(s, campaign, a_lead(phoneNumber="+13125550200"))
    eventually(lambda: [a for a in attempts(s, campaign) if a["state"] == "answered"], 15)
    where = urlsplit(s.url)
    s.process.send_signal(signal.SIGTERM)

    def refuses():
        try:
            socket.create_connection((where.hostname, where.port), 1).close()
        except OSError:
            return True
    eventually(refuses, 3)
    assert s.process.wait(40) == 0
    s.gone()
    assert len(attempts(s, campaign)) == 1


def test_killed_in_mid_call_and_started_again(make_server):
    s = make_server()
    campaign = make_campaign(s, callStartTimeUtc=PAST, openingMessage="Hello.", closingMessage="Bye.")
    add_leads(s, campaign, a_lead(phoneNumber="+13125550110"))
    eventually(lambda: [a for a in attempts(s, campaign) if a["state"] == "answered"], 15)
    s.kill()
    assert (s.data / "control.sock").exists()
    assert "testKey" not in s.command("keys", "list").stdout  # a command of its own, past the socket nobody serves
    s.start()
    assert stat.S_ISSOCK((s.data / "control.sock").stat().st_mode)
    assert json.loads(s.command("keys", "list", "--json").stdout)["keys"]
    assert [a["state"] for a in attempts(s, campaign)] == ["unknown"]
    lead = list_leads(s, campaign)[0]
    assert (lead["status"], lead["flowStatus"]) == ("Pending", "Completed")


# ---- starts that fail ----

def test_the_data_folder_is_in_use(server):
    began = time.monotonic()
    text = complaint(serve(server.data), 8)
    assert "in use" in text and str(server.data) in text
    assert time.monotonic() - began < 5
    server.ok("GET", "/campaigns")


def test_the_port_is_in_use(make_server, server):
    other = make_server(start=False)
    port = urlsplit(server.url).port
    done = run("serve", "--data", other.data, "--listen", f"127.0.0.1:{port}")
    assert "in use" in complaint(done, 8)
    other.start()


@pytest.mark.parametrize("text, names", [
    ("[voice]\nring_timeout = soon\n", "voice.ring_timeout"),
    ("[voice]\nring_timeout = 1\n", "voice.ring_timeout"),
    ("[voice]\nring_time = 5\n", "voice.ring_time"),
    ("[webhooks]\nallow_loopback = perhaps\n", "webhooks.allow_loopback"),
    ("[sounds]\nx = 1\n", "[sounds]"),
    ("[policy]\ncalling_hours = 9 to 5\n", "policy.calling_hours"),
    ("[log]\nlevel = loud\n", "log.level"),
    ("[api]\nlisten = here\n", None),
    ("no section\n", None)])
def test_a_configuration_that_is_wrong(make_server, tmp_path, text, names):
    s = make_server(start=False)
    file = tmp_path / "callsheet.ini"
    file.write_text(text)
    flags = ["--listen", "127.0.0.1:0"] if names else []
    done = run("serve", "--data", s.data, "--config", file, *flags)
    assert (names or "") in complaint(done, 3)


@pytest.mark.parametrize("name, value, says", [
    ("CALLSHEET_VOICE_RING_TIMEOUT", "soon", "voice.ring_timeout"), ("CALLSHEET_API_NONSENSE", "1", "api.nonsense"),
    ("CALLSHEET_API_RATE_LIMIT", "-1", "api.rate_limit"), ("CALLSHEET_POLICY_CALLING_HOURS", "21:00-08:00", "policy.calling_hours"),
    ("CALLSHEET_STORE_DATABASE", "postgres://localhost/x", "store.database")])
def test_an_environment_that_is_wrong(make_server, name, value, says):
    assert says in complaint(serve(make_server(start=False).data, env={name: value}), 3)


def test_flag_before_environment_before_file(make_server, tmp_path):
    file = tmp_path / "callsheet.ini"
    file.write_text("[api]\nrate_limit = 7\n")

    def limit(settings, *flags):
        s = make_server(settings, start=False)
        if not settings:
            del s.env["CALLSHEET_API_RATE_LIMIT"]
        s.start("--config", str(file), *flags)
        return s.api("GET", "/company-sites").headers["X-RateLimit-Limit"]
    assert limit({"api.rate_limit": 8}) == "8"
    assert limit({"api.rate_limit": 8}, "--set", "api.rate_limit=9") == "9"
    assert limit({}) == "7"


def test_a_configuration_that_is_not_there(make_server, tmp_path):
    s = make_server(start=False)
    assert "missing.ini" in complaint(serve(s.data, "--config", tmp_path / "missing.ini"), 3)
    (tmp_path / "folder.ini").mkdir()
    assert "folder.ini" in complaint(serve(s.data, "--config", tmp_path / "folder.ini"), 3)


def test_serving_what_was_never_made(tmp_path):
    for folder in (tmp_path / "nowhere", tmp_path):
        assert "callsheet init" in complaint(serve(folder), 4)
        assert list(tmp_path.iterdir()) == []
        assert "callsheet init" in complaint(run("keys", "list", "--data", folder), 4)


@pytest.mark.parametrize("words", [("serve",), ("init",), ("keys", "create"), ("keys", "revoke"), ("trunks", "add"), ("trunks", "list")])
def test_commands_want_the_data_folder(words):
    assert "--data" in complaint(run(*words), 2)


def test_commands_that_do_not_exist():
    for words in ((), ("dance",), ("keys", "dance"), ("serve", "--dance")):
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr


# ---- init ----

def everything(data):
    with closing(sqlite3.connect(f"file:{data}/callsheet.db?mode=ro", uri=True)) as db:
        return list(db.iterdump())


def test_init_twice(make_server):
    s = make_server(start=False)
    before = everything(s.data)
    assert "already" in complaint(run("init", "--data", s.data, "--company", "Other", "--number", "+13125550177"), 8)
    assert everything(s.data) == before
    s.start()
    assert "in use" in complaint(run("init", "--data", s.data), 8)
    s.stop()
    assert everything(s.data) != [] and [x for x in everything(s.data) if "Other" in x] == []


def test_what_init_says(tmp_path):
    done = run("init", "--data", tmp_path / "a" / "b", "--company", "Zoë & Co", "--number", "(312) 555-0123", "--json")
    made = json.loads(done.stdout)
    assert list(made) == ["companyId", "userId", "companySiteId", "phoneNumber", "testKey", "liveKey", "adminTestKey", "adminLiveKey"]
    assert made["phoneNumber"] == "+13125550123"
    assert made["testKey"].startswith("sk_test_") and made["adminLiveKey"].startswith("sk_live_")
    assert len({made[k] for k in made if k.endswith("Key")}) == 4
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert complaint(run("init", "--data", tmp_path / "c", "--number", "none"), 6)
    text = run("init", "--data", tmp_path / "d").stdout
    assert "sk_test_" in text and "sk_live_" in text and "+15551234567" in text


def test_no_key_is_kept_in_clear(make_server):
    s = make_server()
    s.ok("GET", "/campaigns")
    s.stop()
    stored = b"".join(p.read_bytes() for p in s.data.rglob("*") if p.is_file()) + s.log_path.read_bytes()
    assert s.key()[:8].encode() not in stored and s.key()[8:].encode() not in stored


# ---- commands beside a running server ----

def test_a_key_made_while_it_runs_works_at_once(server):
    for flags, scope in (((), "partner"), (("--live",), "partner"), (("--admin",), "admin"), (("--live", "--admin"), "admin")):
        made = json.loads(server.command("keys", "create", *flags, "--json").stdout)
        assert list(made) == ["keyId", "userId", "key", "mode", "scope"]
        assert (made["mode"], made["scope"]) == ("live" if "--live" in flags else "test", scope)
        assert server.api("GET", "/campaigns", key=made["key"]).status_code == 200
    listed = json.loads(server.command("keys", "list", "--json").stdout)["keys"]
    assert len(listed) == 8 and all(k["active"] for k in listed)
    assert not any(server.key(name) in json.dumps(listed) for name in ("test", "live", "admin", "adminLive"))
    table = server.command("keys", "list").stdout.splitlines()
    assert table[0].split() == ["ID", "KEY", "SCOPE", "USER", "ACTIVE", "CREATED"] and len(table) == 9


def test_revoking_what_is_not_there(server):
    for run_now in (True, False):
        assert "999" in complaint(server.command("keys", "revoke", "999", check=False), 4)
        assert complaint(server.command("keys", "revoke", "x", check=False), 6)
        if run_now:
            server.stop()


def test_trunks(server, tmp_path):
    password = tmp_path / "password"
    password.write_text("s3cret\n")
    server.command("trunks", "add", "--name", "one", "--address", "127.0.0.1:5070", "--channels", "5", "--cps", "2",
                   "--user", "u", "--password-file", str(password))
    added = json.loads(server.command("trunks", "add", "--name", "two", "--address", "127.0.0.1", "--transport", "tcp", "--json").stdout)
    assert (list(added), added["name"]) == (["trunkId", "name"], "two")
    expected = [("one", "127.0.0.1:5070", "udp", "u", 5, 2), ("two", "127.0.0.1:5060", "tcp", "", 10, 1)]
    for _ in (1, 2):
        listed = json.loads(server.command("trunks", "list", "--json").stdout)["trunks"]
        assert [tuple(t[k] for k in ("name", "address", "transport", "user", "channels", "cps")) for t in listed] == expected
        assert "s3cret" not in server.command("trunks", "list").stdout + json.dumps(listed) + server.log()
        assert "already" in complaint(server.command("trunks", "add", "--name", "one", "--address", "x", check=False), 8)
        server.stop()  # the second time without a server
    server.start()


@pytest.mark.parametrize("flags", [("--address", "x:y"), ("--address", "x:99999"), ("--address", ""), ("--address", "a b"),
                                   ("--address", "x", "--transport", "pigeon"), ("--address", "x", "--channels", "0"),
                                   ("--address", "x", "--cps", "0")])
def test_trunks_that_cannot_be(make_server, flags):
    s = make_server(start=False)
    assert complaint(s.command("trunks", "add", "--name", "n", *flags, check=False), 6)
    assert json.loads(s.command("trunks", "list", "--json").stdout) == {"trunks": []}


def test_the_control_socket_is_for_its_owner(server):
    mode = (server.data / "control.sock").stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("said", [b"\n", b"{}\n", b"[]\n", b"nonsense\n", b'{"operation":"no.such"}\n', b'{"operation":5}\n',
                                  b'{"operation":"keys.revoke"}\n', b'{"operation":"keys.list","args":5}\n', b"{" * 5000 + b"\n"])
def test_the_control_socket_bears_nonsense(server, said):
    with socket.socket(socket.AF_UNIX) as s, os_folder(server.data) as folder:
        s.settimeout(10)
        s.connect(f"/proc/self/fd/{folder}/control.sock")
        s.sendall(said)
        answer = json.loads(s.makefile().readline())
    assert list(answer) in (["problem"], ["answer"])
    assert server.command("keys", "list").returncode == 0


class os_folder:
    def __init__(self, path):
        self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)

    def __enter__(self):
        return self.fd

    def __exit__(self, *_):
        os.close(self.fd)


def test_a_client_of_the_control_socket_that_says_nothing(server):
    with socket.socket(socket.AF_UNIX) as s, os_folder(server.data) as folder:
        s.connect(f"/proc/self/fd/{folder}/control.sock")
        began = time.monotonic()
        assert server.command("keys", "list").returncode == 0
        server.stop()
        assert time.monotonic() - began < 10


def test_a_stale_socket_is_replaced(make_server):
    s = make_server(start=False)
    with socket.socket(socket.AF_UNIX) as left, os_folder(s.data) as folder:
        left.bind(f"/proc/self/fd/{folder}/control.sock")
    s.start()
    assert len(json.loads(s.command("keys", "list", "--json").stdout)["keys"]) == 4


def test_a_path_longer_than_a_socket_may_have(tmp_path):
    folder = tmp_path / ("long-" * 20) / ("longer-" * 20)
    folder.mkdir(parents=True)
    s = Server(folder, {"api.rate_limit": 0}).start()
    try:
        assert len(str(s.data)) > 240
        key = s.command("keys", "create").stdout.strip()
        s.ok("GET", "/campaigns", key=key)
        assert "in use" in complaint(serve(s.data), 8)
    finally:
        s.stop()


# ---- a full disk ----

@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of 8 MiB at tmp_path/data; callsheet runs on it."""
    with small_disk(tmp_path / "data") as made:
        monkeypatch.setenv("CALLSHEET_BIN", str(made.on_it(binary(), tmp_path / "callsheet")))
        yield made


def test_a_full_disk(tmp_path, disk):
    s = Server(tmp_path, {"api.rate_limit": 0}).start()
    try:
        run_out_of_disk(s, disk.seen)
    finally:
        s.stop()
    shutil.copytree(disk.seen, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
    with closing(sqlite3.connect(tmp_path / "copy" / "callsheet.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def run_out_of_disk(s, disk):
    kept = make_campaign(s)
    add_leads(s, kept, someone())
    ballast = fill(disk)
    added = [x["email"] for x in list_leads(s, kept)]
    n_refused = 0
    while n_refused < 5:
        rows = [someone(firstName="x" * 200) for _ in range(20)]
        reply = s.api("POST", f"/campaigns/{kept}/leads", {"leads": rows})
        if reply.status_code == 503:
            refused(reply, 503)
            assert reply.headers["Retry-After"]
            n_refused += 1
        else:  # there may be a little room left in the log
            assert reply.json() == {"added": 20, "skipped": 0}
            added += [row["email"] for row in rows]
        assert len(added) < 100000
    body = a_campaign(s, openingMessage="x" * 5000, aiCallScript="x" * 20000, callStartTimeUtc=FAR_FUTURE)
    made = [kept]
    for _ in range(5):
        reply = s.api("POST", "/campaigns", body)
        if reply.status_code == 201:
            made.append(reply.json()["campaign"]["id"])
        else:
            refused(reply, 503)
    assert len(made) < 6
    check_whole(s, made, kept, added)
    ballast.unlink()
    eventually(lambda: s.api("POST", "/campaigns", body).status_code == 201, 10)
    made.append(s.ok("GET", "/campaigns")["campaigns"][0]["id"])
    lead = someone()
    assert add_leads(s, kept, lead) == (1, 0)
    check_whole(s, made, kept, added + [lead["email"]])
    s.restart()
    check_whole(s, made, kept, added + [lead["email"]])


def check_whole(s, campaigns, campaign, emails):
    """Exactly what was acknowledged is there, and the totals agree with the rows."""
    said = s.ok("GET", "/campaigns", params={"limit": 100})
    assert [c["id"] for c in said["campaigns"]] == campaigns[::-1]
    assert said["pagination"]["total"] == len(campaigns)
    found, page = [], 1
    while True:
        said = s.ok("GET", f"/campaigns/{campaign}/leads", params={"limit": 100, "page": page})
        assert said["pagination"]["total"] == len(emails)
        if not said["leads"]:
            break
        found += [x["email"] for x in said["leads"]]
        page += 1
    assert found == emails


def test_init_on_a_full_disk(disk):
    ballast = fill(disk.seen)
    assert complaint(run("init", "--data", disk.at), 1)
    ballast.unlink()
    assert run("init", "--data", disk.at, "--json").returncode == 0
