"""Copies of the data, and the recovery that begins on one: nobody is called who may have been called since."""

import json
import sqlite3

from lib import live
from lib.callee import Callee
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.wait import eventually, never

PHONES = {"03": {"reject": 486}}
SECOND_CALL = "2031-01-01T10:00:00.000Z"


def copy_of(server, tmp_path, name="copy"):
    path = tmp_path / name
    said = json.loads(server.command("backup", "create", "--json", str(path)).stdout)
    return path, said


def restore(server, path):
    return server.command("backup", "restore", str(path))


def recovery(server):
    return json.loads(server.command("recovery", "show", "--json").stdout)


def test_create_beside_a_running_server_and_verify(server, tmp_path):
    call(server, [f"+131255501{n:02}" for n in range(10, 20)], key="test")
    path, said = copy_of(server, tmp_path)
    assert said["leads"] == 10 and said["campaigns"] == 1 and said["file"] == str(path)
    assert not path.with_name("copy.new").exists()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()
    assert "It is whole." in server.command("backup", "verify", str(path)).stdout
    again = server.command("backup", "create", str(path), check=False)
    assert again.returncode == 8 and "is there already" in again.stderr


def test_what_is_no_copy_is_refused(server, tmp_path):
    path, _ = copy_of(server, tmp_path)
    damaged, torn, text = tmp_path / "damaged", tmp_path / "torn", tmp_path / "text"
    whole = path.read_bytes()
    damaged.write_bytes(whole[:20480] + b"\xff" * 8192 + whole[28672:])
    torn.write_bytes(whole[:len(whole) // 2])
    text.write_text("not a database at all, but long enough to be read as the beginning of one" * 20)
    before = (server.data / "callsheet.db").stat().st_ino
    server.stop()
    for bad in (damaged, torn, text, tmp_path / "missing"):
        for verb in ("verify", "restore"):
            run = server.command("backup", verb, str(bad), check=False)
            assert run.returncode in (1, 4, 6), (bad, verb, run.stdout)
    # The database itself is no copy: it does not say when it was made.
    run = server.command("backup", "restore", str(server.data / "callsheet.db"), check=False)
    assert run.returncode == 6 and "was not made by" in run.stderr
    assert (server.data / "callsheet.db").stat().st_ino == before
    assert not list(server.data.glob("*.restoring"))
    server.start()


def test_a_running_server_is_not_replaced(server, tmp_path):
    path, _ = copy_of(server, tmp_path)
    run = server.command("backup", "restore", str(path), check=False)
    assert run.returncode == 8 and "in use" in run.stderr


def test_nobody_is_dialled_again_after_a_restore(make_server, tmp_path):
    """The copy is made before the calls, so it knows nothing of them."""
    numbers = [f"+131255{n:03}03" for n in range(100, 110)]
    with Callee(behaviour=PHONES, ring=0.02) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address, channels=1, cps=1)
        campaign = call(server, numbers)
        path, _ = copy_of(server, tmp_path)
        in_copy = {a["number"] for a in attempts(server)}
        eventually(lambda: live.all_completed(server, campaign), 40)
        dialled = len(phones.calls)
        opted_out = numbers[3]
        server.stop()
        lost_ids = [a["attempt_id"] for a in attempts(server)]
        assert "dial nobody" in restore(server, path).stdout
        server.start()
        assert recovery(server)["state"].startswith("in recovery")
        unsure = [a for a in attempts(server) if a["attempt_state"] == live.UNKNOWN]
        assert {a["number"] for a in unsure} >= set(numbers) - in_copy
        assert recovery(server)["forReview"] == len(unsure)
        # A new lead is due at once, and waits.
        live.add_leads(server, campaign, ["+13125559903"])
        never(lambda: len(phones.calls) > dialled, 2)
        eventually(lambda: live.reason(server, "+13125559903") == "RECOVERY", 10)

        # Somebody must say who opted out; a word that is neither number nor address changes nothing.
        run = server.command("recovery", "confirm", check=False)
        assert run.returncode == 6 and "--no-opt-outs" in run.stderr
        (tmp_path / "bad").write_text(f"{opted_out}\nnobody\n")
        run = server.command("recovery", "confirm", "--opt-outs", str(tmp_path / "bad"), check=False)
        assert run.returncode == 6 and "line 2" in run.stderr
        assert not rows(server, "SELECT * FROM suppression")
        server.restart()  # it lasts
        assert recovery(server)["state"].startswith("in recovery")

        (tmp_path / "opt-outs").write_text(f"{opted_out}\n")
        server.command("recovery", "confirm", "--opt-outs", str(tmp_path / "opt-outs"))
        eventually(lambda: phones.to("+13125559903"), 10)
        assert len(phones.calls) == dialled + 1
        assert recovery(server)["state"] == "normal"
        assert {r["target"] for r in rows(server, "SELECT target FROM suppression")} == {opted_out}
        # Ids that were given out in the lost time do not come again.
        assert min(a["attempt_id"] for a in attempts(server, "+13125559903")) > max(lost_ids)
        assert server.command("recovery", "confirm", "--no-opt-outs", check=False).returncode == 8

        # The list for review: one was called, one never; the others nobody can say.
        listed = json.loads(server.command("attempts", "review", "--limit", "100", "--json").stdout)["attempts"]
        assert {a["phoneNumber"] for a in listed} == {a["number"] for a in unsure}
        first, second, third = listed[0], listed[1], listed[2]
        assert server.ok("GET", "/v1/admin/attempts/review?limit=100", key="adminLive")["pagination"]["total"] == len(listed)
        assert server.ok("GET", "/v1/admin/attempts/review", key="admin")["pagination"]["total"] == 0
        settled = server.ok("POST", f"/v1/admin/attempts/{first['attemptId']}/resolve", {"outcome": "no_answer"}, key="adminLive")
        assert settled == {"attemptId": first["attemptId"], "outcome": "no_answer"}
        assert live.lead(server, campaign, first["phoneNumber"])["status"] == "NoAnswer"
        again = server.api("POST", f"/v1/admin/attempts/{first['attemptId']}/resolve", {"outcome": "busy"}, key="adminLive")
        assert again.status_code == 409
        foreign = server.api("POST", f"/v1/admin/attempts/{second['attemptId']}/resolve", {"outcome": "busy"}, key="admin")
        assert foreign.status_code == 404
        before = len(phones.to(second["phoneNumber"]))
        server.command("attempts", "resolve", str(second["attemptId"]), "--outcome", "never_sent")
        eventually(lambda: len(phones.to(second["phoneNumber"])) == before + 1, 10)
        said = server.command("attempts", "resolve-all", "--outcome", "unknown").stdout
        assert said == f"{len(listed) - 2} attempts are settled: unknown. 0 are left.\n"
        assert attempts(server, third["phoneNumber"])[0]["attempt_state"] == live.UNKNOWN
        eventually(lambda: live.all_completed(server, campaign), 20)
        live.check_settled(server)
        assert server.command("audit").stdout == "All promises are kept.\n"


def test_restored_into_an_empty_folder(make_server, tmp_path):
    server = make_server()
    campaign = call(server, ["+13125550108"], key="test", callStartTimeUtc=SECOND_CALL)
    path, _ = copy_of(server, tmp_path)
    server.stop()
    for part in server.data.glob("callsheet.db*"):
        part.unlink()
    restore(server, path)
    server.start()
    assert live.leads(server, campaign, key="test").keys() == {"+13125550108"}  # it was not due yet: no question about it
    assert recovery(server) | {"copiedAt": 0, "restoredAt": 0} == {
        "state": "in recovery: nothing is dialled", "copiedAt": 0, "restoredAt": 0, "presumedCalled": 0, "forReview": 0}
    server.command("recovery", "confirm", "--no-opt-outs")
