"""A disk that fills while telephones ring, a folder that cannot be written, a clock that is set: nobody is called twice,
nobody is forgotten, and it goes on by itself when the trouble is over."""

import glob
import subprocess
import types

import pytest

from lib import live
from lib.callee import Callee
from lib.disk import fill, small_disk
from lib.live import add_trunk, attempts, call, live_server, rows
from lib.server import Server, binary
from lib.wait import eventually, never

PHONES = {"03": {"reject": 486}, "00": {"press": "1", "hang_up": 1.6}}
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk of 48 MiB at tmp_path/data (the log of the database takes 16); callsheet runs on it."""
    with small_disk(tmp_path / "data", "48m") as made:
        script = str(made.on_it(binary(plain=True), tmp_path / "callsheet"))
        monkeypatch.setenv("CALLSHEET_PLAIN_BIN", script)
        yield made


def on_disk(tmp_path, settings=None):
    return Server(tmp_path, {"api.rate_limit": 0} | live.QUICK | (settings or {}), number="+13125550199", plain=True)


def snapshot(server, folder):
    """The database as it is, for those who look from outside the disk's namespace."""
    folder.mkdir()
    server.command("backup", "create", str(folder / "callsheet.db"))
    return types.SimpleNamespace(data=folder)


@pytest.mark.plain
def test_the_disk_fills_while_it_dials(tmp_path, disk):
    numbers = [f"+131255{n:03}{'03' if n % 2 else '00'}" for n in range(100, 200)]
    with Callee(behaviour=PHONES, ring=0.05, press_after=0.5) as phones:
        server = on_disk(tmp_path, {"engine.retry_backoff": 1}).start()
        try:
            add_trunk(server, phones.address, channels=40, cps=25)
            campaign = call(server, numbers)
            eventually(lambda: len(phones.calls) > 20, 20, every=0.01)
            ballast = fill(disk.seen)
            # What was decided before is placed; then nothing can be decided, so nothing is dialled.
            eventually(lambda: "does not take writes" in server.log(2000) or "store.failed" in server.log(2000), 15)
            never(lambda: len(phones.calls) == len(numbers), 3)
            live.check_one_dial(snapshot(server, tmp_path / "full"), phones.call_ids())
            assert server.process.poll() is None
            ballast.unlink()
            eventually(lambda: live.all_completed(server, campaign), 40, every=0.3)
            settled = snapshot(server, tmp_path / "settled")
            live.check_one_dial(settled, phones.call_ids())
            live.check_settled(settled)
            # Everybody was called once; those whose calls the full disk did not let out were called later.
            assert sorted(c.to for c in phones.calls) == sorted(numbers)
            assert server.command("audit").stdout == "All promises are kept.\n"
        finally:
            server.stop()
    live.check_integrity(types.SimpleNamespace(data=disk.seen), tmp_path / "copy")


@pytest.mark.plain
def test_a_folder_that_cannot_be_written(tmp_path, disk):
    def remount(how):
        subprocess.run(["nsenter", "--mount", "--target", str(disk.pid), "--", "mount", "-o", f"remount,{how}", disk.at],
                       check=True)

    with Callee(behaviour=PHONES, ring=0.05) as phones:
        server = on_disk(tmp_path)
        remount("ro")
        with pytest.raises(AssertionError, match="Read-only file system"):
            server.start()
        run = server.command("trunks", "add", "--name", "x", "--address", phones.address, check=False)
        assert run.returncode == 1 and "Read-only file system" in run.stderr
        remount("rw")
        server.start()
        try:
            add_trunk(server, phones.address)
            campaign = call(server, ["+13125550103"])
            eventually(lambda: live.all_completed(server, campaign), 10)
        finally:
            server.stop()


@pytest.mark.plain
@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
def test_the_clock_is_set_back_an_hour_and_forward_again(make_server, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("+0")
    before = [f"+131255{n:03}{'03' if n % 2 else '00'}" for n in range(100, 140)]
    after = [f"+131255{n:03}03" for n in range(140, 150)]
    with Callee(behaviour=PHONES, ring=0.1, press_after=0.5) as phones:
        server = live_server(make_server, start=False)
        server.env |= {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
                       "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        server.start()
        add_trunk(server, phones.address, channels=40, cps=20)
        campaign = call(server, before)
        eventually(lambda: len(phones.calls) > 10, 20, every=0.01)
        clock.write_text("-1h")
        on_their_way = len(phones.calls)
        # Calls under way end as they would have; who comes now is called now.
        eventually(lambda: all(c.over for c in phones.calls[:on_their_way]), 10)
        live.add_leads(server, campaign, after)
        eventually(lambda: {c.to for c in phones.calls} >= set(after), 15)
        live.check_one_dial(server, phones.call_ids())
        # Who was due by the clock of before is due in an hour. That hour passes.
        clock.write_text("+0")
        server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Wake up"}, key="live")
        eventually(lambda: live.all_completed(server, campaign), 20)
        assert sorted(c.to for c in phones.calls) == sorted(before + after)
        assert not [a for a in attempts(server) if a["attempt_state"] == live.UNKNOWN]
        assert not rows(server, "SELECT * FROM due")
        live.check_one_dial(server, phones.call_ids())
        live.check_settled(server)
        assert server.command("audit").stdout == "All promises are kept.\n"
        assert "audit.violation" not in server.log(5000)
