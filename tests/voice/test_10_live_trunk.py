"""A live call over a real SIP peer, sipp: what its answers come to, and that each attempt is one INVITE."""

import pytest

from lib import live
from lib.callee import Callee
from lib.handset import Handset
from lib.live import add_trunk, attempts, call, lead, live_server, statuses
from lib.sipp import Sipp
from lib.wait import eventually, never

NUMBER = "+13125550100"


def is_one_dial(server, invites, number=NUMBER):
    """One attempt, one Call-ID; what sipp saw is what the ledger has."""
    (attempt,) = attempts(server, number)
    live.check_one_dial(server, {a: {call_id for call_id, _ in each} for (a, _), each in invites.items()})
    assert list(invites) == [(str(attempt["attempt_id"]), number)]
    return attempt


def becomes(server, campaign, *expected, number=NUMBER, timeout=25):
    def is_so():
        assert statuses(server, campaign)[number] == expected
        return True
    eventually(is_so, timeout)


def test_answer_and_key_press(make_server, tmp_path):
    with Handset("1") as ear, Sipp("answer.xml", tmp_path, rtp_port=ear.port) as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address)
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "Interested", "Completed")
        attempt = is_one_dial(server, carrier.invites())
        assert (attempt["attempt_state"], attempt["digits"], attempt["sip_status"]) == (live.ENDED, "1", 200)
        assert attempt["intent_at"] <= attempt["ringing_at"] <= attempt["answered_at"] <= attempt["ended_at"]
        assert ear.loud > 20 and ear.kinds == {0}
        (invite,) = carrier.requests("INVITE")
        assert live.rows(server, "SELECT call_id FROM attempt")[0]["call_id"] == invite.call_id
        assert "+13125550199" in invite.get("from")
        eventually(lambda: carrier.requests("BYE"))
        live.check_settled(server)


def test_busy(make_server, tmp_path):
    with Sipp("refused.xml", tmp_path, status="486 Busy Here", elsewhere="127.0.0.1:9") as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address)
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "NoAnswer", "Completed")
        assert is_one_dial(server, carrier.invites())["outcome"] == live.BUSY


@pytest.mark.parametrize("password, outcome", [("secret", live.BUSY), ("wrong", live.CARRIER_FAILURE)])
def test_digest(make_server, tmp_path, password, outcome):
    with Sipp("auth401.xml", tmp_path) as carrier:
        server = live_server(make_server, {"engine.retry_backoff": 60})
        (tmp_path / "password").write_text(password + "\n")
        add_trunk(server, carrier.address, "--user", "alice", "--password-file", str(tmp_path / "password"))
        call(server, [NUMBER])
        eventually(lambda: attempts(server, NUMBER) and attempts(server, NUMBER)[0]["attempt_state"] == live.ENDED, 15)
        attempt = is_one_dial(server, carrier.invites())
        assert attempt["outcome"] == outcome
        assert attempt["sip_status"] == (486 if outcome == live.BUSY else 403)
        # The INVITE, and the same with credentials.
        first, second = [m for m in carrier.requests("INVITE")]
        assert (first.get("authorization"), bool(second.get("authorization"))) == ("", True)
        assert first.call_id == second.call_id and second.cseq == first.cseq + 1
        if outcome == live.CARRIER_FAILURE:
            assert live.reason(server, NUMBER) == "BACK_OFF"


def test_tcp(make_server, tmp_path):
    with Handset("2") as ear, Sipp("answer.xml", tmp_path, transport="t1", rtp_port=ear.port) as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address, "--transport", "tcp")
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "NotInterested", "Completed")
        is_one_dial(server, carrier.invites())
        assert "SIP/2.0/TCP" in carrier.requests("INVITE")[0].get("via")


def test_a_callee_that_speaks_only_a_law(make_server):
    with Callee(law=8) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "Interested", "Completed")
        (one,) = phones.to(NUMBER)
        assert one.law == 8 and one.loud_at and one.packets > 30
        live.check_one_dial(server, phones.call_ids())


def test_key_press_by_info(make_server, tmp_path):
    with Handset() as ear, Sipp("info_digit.xml", tmp_path, "-m", "1", rtp_port=ear.port, digit=1) as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address, "--options", "0")  # it counts what comes in
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "Interested", "Completed")
        is_one_dial(server, carrier.invites())
        assert carrier.wait() == 0, carrier.error_text()


def test_early_media(make_server, tmp_path):
    """Ringing tones and announcements before the answer are not a person: the prompt waits for the 200."""
    with Handset("1") as ear, Sipp("early_media.xml", tmp_path, rtp_port=ear.port) as carrier:
        server = live_server(make_server)
        add_trunk(server, carrier.address)
        campaign = call(server, [NUMBER])
        eventually(lambda: carrier.requests("INVITE"))
        never(lambda: ear.loud or carrier.requests("ACK"), 0.7)
        becomes(server, campaign, "Interested", "Completed")
        attempt = is_one_dial(server, carrier.invites())
        assert attempt["answered_at"] - attempt["ringing_at"] > 700


def test_hangs_up_in_the_prompt(make_server):
    with Callee() as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, ["+13125550109"])
        becomes(server, campaign, "Pending", "Completed", number="+13125550109")
        (attempt,) = attempts(server)
        assert attempt["outcome"] == 3 and 1000 < attempt["talk_ms"] < 4000
        live.check_one_dial(server, phones.call_ids())
        assert phones.calls[0].end == "hung up" and phones.calls[0].bye_answered


def test_carrier_is_overloaded_and_says_for_how_long(make_server, tmp_path):
    with Sipp("overloaded.xml", tmp_path, retry_after=4) as carrier:
        server = live_server(make_server, {"engine.retry_backoff": 1})
        add_trunk(server, carrier.address)
        campaign = call(server, [NUMBER])
        eventually(lambda: len(carrier.invites()) == 2, 15)
        first, second = attempts(server, NUMBER)
        assert (first["outcome"], first["sip_status"]) == (live.CARRIER_FAILURE, 503)
        assert second["intent_at"] - first["ended_at"] >= 4000
        assert lead(server, campaign, NUMBER)["flowStatus"] == "Pending"
        live.check_one_dial(server, {a: {i for i, _ in each} for (a, _), each in carrier.invites().items()})


def test_a_callee_whose_audio_never_arrives(make_server):
    """Answered, and nothing comes: that is a NAT, not a person who says nothing, and the operator is told."""
    with Callee(behaviour={"00": {"mute": True}}) as phones:
        server = live_server(make_server)
        add_trunk(server, phones.address)
        campaign = call(server, [NUMBER])
        becomes(server, campaign, "Pending", "Completed", timeout=40)
        (attempt,) = attempts(server, NUMBER)
        assert attempt["outcome"] == live.NO_MEDIA
        assert "call.unheard" in server.log()
        (phone,) = phones.calls
        assert phone.packets > 100  # while we were heard all the same
