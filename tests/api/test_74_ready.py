"""GET /readyz: whether the server can do its work."""

import pytest

from lib.answers import refused
from lib.campaign import make_campaign, someone
from lib.disk import fill, small_disk
from lib.server import Server, binary
from lib.wait import eventually


def ready(server):
    return server.http.get(server.url + "/readyz", timeout=10)


def test_a_trunk_that_is_down_is_told(server):
    assert ready(server).json() == {"status": "ready"}
    server.command("trunks", "add", "--name", "gone", "--address", "nowhere.invalid:5060")
    eventually(lambda: ready(server).json() == {"status": "degraded"}, 30)
    assert ready(server).status_code == 200


@pytest.mark.plain
def test_a_full_disk_makes_unready_until_there_is_room(tmp_path, monkeypatch):
    with small_disk(tmp_path / "data") as disk:
        monkeypatch.setenv("CALLSHEET_PLAIN_BIN", str(disk.on_it(binary(plain=True), tmp_path / "callsheet")))
        server = Server(tmp_path, {"api.rate_limit": 0}, plain=True).start()
        try:
            campaign = make_campaign(server)
            ballast = fill(disk.seen)

            def refuses():
                lead = someone(firstName="x" * 200)
                return server.api("POST", f"/campaigns/{campaign}/leads", {"leads": [lead]}).status_code == 503
            eventually(refuses, 60, every=0)
            said = refused(ready(server), 503)
            assert said["message"] == "The database does not take writes."
            ballast.unlink()
            # Nobody writes now, and yet it finds out.
            eventually(lambda: ready(server).status_code == 200, 20)
        finally:
            server.stop()
