"""The telephones that other tests rely on: do they do what they say?"""

import math
import socket
import time
import wave

import pytest

from lib import rtp
from lib.baresip import Baresip, is_speech
from lib.callee import Callee
from lib.caller import Caller, speechlike
from lib.sipp import Sipp, free_port
from lib.wait import eventually


def test_callee_presses_what_the_number_says():
    with Callee() as phones:
        for number, digit in (("+13125550100", "1"), ("+13125550101", "2"), ("+13125550111", "9")):
            with Caller(phones.address, number, attempt=number[-2:]) as c:
                assert (c.status, c.provisional) == (200, [100, 180])
                c.talk(1.2)
                assert c.digits == digit
                assert c.packets > 40
                assert c.bye() == 200
        assert [c.end for c in phones.calls] == ["bye"] * 3
        assert phones.calls[0].packets > 40
        assert sorted(phones.invites()) == ["00", "01", "11"]


def test_callee_presses_again_after_the_question():
    with Callee() as phones, Caller(phones.address, "+13125550100") as c:
        c.talk(4.5, speechlike(2.8))
        assert c.digits == "11"
        c.bye()


def test_callee_refuses_and_rings_out():
    with Callee() as phones:
        with Caller(phones.address, "+13125550103") as c:
            assert c.status == 486
        with Caller(phones.address, "+13125550102", timeout=0.6) as c:
            assert (c.status, c.provisional) == (0, [100, 180])
            c.cancel()
            assert [c.receive(1).status for _ in range(2)] == [200, 487]
        assert [c.end for c in phones.calls] == ["rejected 486", "cancelled"]


def test_callee_hangs_up_in_the_prompt():
    with Callee() as phones, Caller(phones.address, "+13125550109") as c:
        c.talk(3)
        assert c.over and c.digits == ""
        assert phones.calls[0].end == "hung up"


def test_callee_counts_a_retransmission_once_and_a_second_dial_twice():
    with Callee() as phones:
        phones.deaf = True
        with Caller(phones.address, "+13125550100", attempt="7", timeout=0.01) as c:
            c.send("INVITE", 1, "X-Callsheet-Attempt: 7\r\n", branch=c.invite_branch)
            eventually(lambda: len(phones.requests) == 2)
            assert len(phones.invites(7)) == 1
        with Caller(phones.address, "+13125550100", attempt="7", timeout=0.01):
            eventually(lambda: len(phones.invites(7)) == 2)
        assert len(phones.call_ids()["7"]) == 2


def test_callee_repeats_its_answer_until_the_ack():
    with Callee() as phones, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        here = "127.0.0.1:%d" % s.getsockname()[1]
        sdp = "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n"
        s.sendto((f"INVITE sip:+13125550110@x SIP/2.0\r\nv: SIP/2.0/UDP {here};branch=z9hG4bKa\r\nf: <sip:a@x>;tag=1\r\n"
                  f"t: <sip:+13125550110@x>\r\ni: one\r\nCSeq: 1 INVITE\r\nm: <sip:a@{here}>\r\n\r\n{sdp}").encode(),
                 ("127.0.0.1", phones.port))
        s.settimeout(3)
        replies = [s.recv(4096)[:11] for _ in range(4)]
        assert replies == [b"SIP/2.0 100", b"SIP/2.0 180", b"SIP/2.0 200", b"SIP/2.0 200"]


def test_sipp_answers(tmp_path):
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as media:
        media.bind(("127.0.0.1", port))
        with Sipp("answer.xml", tmp_path, "-m", "1", rtp_port=port) as carrier:
            with Caller(carrier.address, "+13125550100", attempt="42") as c:
                assert c.status == 200
                assert c.remote == ("127.0.0.1", port)
                c.talk(0.1)
                assert rtp.parse(media.recv(2048))[0] == 0
                sender = rtp.Sender(lambda p: media.sendto(p, c.media.getsockname()))
                sender.press("5")
                while sender.queue:
                    sender.tick()
                c.listen()
                assert c.digits == "5"
                c.bye()
            assert carrier.wait() == 0, carrier.error_text()
            seen = carrier.invites()
    assert list(seen) == [("42", "+13125550100")]
    assert len(seen["42", "+13125550100"]) == 1


def test_sipp_echoes(tmp_path):
    with Sipp("echo.xml", tmp_path, "-m", "1", "-rtp_echo") as carrier, Caller(carrier.address, "+13125550100") as c:
        c.talk(0.5)
        assert c.packets > 15
        c.bye()
        assert carrier.wait() == 0, carrier.error_text()


def test_sipp_is_busy(tmp_path):
    with Sipp("refused.xml", tmp_path, "-m", "1", status="486 Busy Here", elsewhere="127.0.0.1:9") as carrier, Caller(carrier.address, "+13125550103") as c:
        assert c.status == 486
        assert carrier.wait() == 0


def test_sipp_rings_out(tmp_path):
    with Sipp("ring_out.xml", tmp_path, "-m", "1") as carrier, Caller(carrier.address, "+1", timeout=0.3) as c:
        c.cancel()
        assert c.receive(1).status == 200
        m = c.receive(1)
        assert (m.status, m.method) == (487, "INVITE")
        c.final(m)
        assert carrier.wait() == 0


def test_sipp_asks_for_credentials(tmp_path):
    with Sipp("auth401.xml", tmp_path) as carrier, Caller(carrier.address, "+1") as c:
        assert c.status == 401


def write_wav(path, samples):
    with wave.open(str(path), "wb") as w:
        w.setparams((1, 2, 8000, 0, "NONE", ""))
        w.writeframes(b"".join(int(s).to_bytes(2, "little", signed=True) for s in samples))
    return path


def test_is_speech_is_not_fooled(tmp_path):
    assert not is_speech(write_wav(tmp_path / "silence.wav", [0] * 16000))
    tone = [8000 * math.sin(n / 4) for n in range(16000)]
    assert not is_speech(write_wav(tmp_path / "tone.wav", [0] * 4000 + tone))


def test_baresip_hears_us(tmp_path):
    with Baresip(tmp_path) as phone:
        with Caller(phone.address, "phone") as c:
            assert c.status == 200, phone.log()
            c.talk(2.5, speechlike(2.5))
            assert c.packets > 50
            c.bye()
        time.sleep(0.2)
    assert is_speech(phone.recording())


@pytest.mark.parametrize("answermode", ["manual"])
def test_baresip_rings(tmp_path, answermode):
    with Baresip(tmp_path, answermode) as phone, Caller(phone.address, "phone", timeout=1) as c:
        assert (c.status, c.provisional[-1]) == (0, 180)
        c.cancel()
