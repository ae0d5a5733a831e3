"""What people recorded is what they hear who are called; a message that cannot be had holds the campaign back."""

import sqlite3

from lib import wav
from lib.callee import Callee
from lib.campaign import FAR_FUTURE, a_campaign
from lib.live import add_leads, add_trunk, attempts, live_server, reason
from lib.wait import eventually, never

NUMBER = "+13125550150"
SEGMENT_LOUD = 4


def a_recorded_campaign(server, tmp_path):
    """Its opening is six seconds of a tone; nobody is called before start()."""
    campaign = server.ok("POST", "/campaigns", a_campaign(server, callStartTimeUtc=FAR_FUTURE), key="live")["campaign"]["id"]
    (tmp_path / "opening.wav").write_bytes(wav.tone(6, rate=44100, channels=2))
    server.command("campaigns", "record", str(campaign), "opening", str(tmp_path / "opening.wav"))
    return campaign


def start(server, campaign):
    server.ok("PATCH", f"/campaigns/{campaign}", {"callStartTimeUtc": "2025-06-01T15:00:00.000Z"}, key="live")
    add_leads(server, campaign, [NUMBER])


def loud_frames(heard):
    """How many of its 20 ms are loud, by mu-law's segments."""
    frames = [heard[i:i + 160] for i in range(0, len(heard) - 159, 160)]
    return [max(((~b & 0xFF) >> 4) & 7 for b in f) >= SEGMENT_LOUD for f in frames]


def test_a_recording_is_heard(make_server, tmp_path):
    server = live_server(make_server)
    server.command("workspaces", "set", "live", "preamble=off")
    with Callee(behaviour={"50": {"hang_up": 8}}) as phones:
        add_trunk(server, phones.address)
        start(server, a_recorded_campaign(server, tmp_path))
        eventually(lambda: phones.calls and phones.calls[0].over, 40)
        loud = loud_frames(bytes(phones.calls[0].heard))
    # Speech pauses; a tone of six seconds does not.
    longest = max(len(run) for run in "".join("x" if f else " " for f in loud).split())
    assert longest >= 280, f"{longest} of 300 frames in a row"


def test_a_recording_that_is_broken_calls_nobody(make_server, tmp_path):
    server = live_server(make_server)
    campaign = a_recorded_campaign(server, tmp_path)
    server.stop()
    db = sqlite3.connect(server.data / "callsheet.db")
    db.execute("UPDATE recording SET audio = 'bm90IHRoaXM='")
    db.commit()
    db.close()
    server.start()
    with Callee() as phones:
        add_trunk(server, phones.address)
        start(server, campaign)
        eventually(lambda: reason(server, NUMBER) == "PROMPT_CANNOT_BE_SPOKEN", 20)
        never(lambda: phones.calls or attempts(server))
