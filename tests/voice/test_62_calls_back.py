"""Somebody calls one of our numbers: whom we have called hears so, can answer what was asked, or opt out."""

import base64
import json
import re
import socket
import time

import pytest

from lib import rtp, sip
from lib.callee import Callee
from lib.caller import Caller
from lib.live import ENDED, OUTCOME_UNKNOWN, RINGING, add_trunk, attempts, call, check_settled, lead, live_server, rows
from lib.tls_port import TlsPort
from lib.wait import eventually

OURS = "+13125550199"
AGAIN = "2099-01-01T15:00:00.000Z"
NUMBER = "+13125550103"  # its telephone is busy: who sees our call afterwards calls back


def where(server):
    """Where the trunk's side of the server takes calls."""
    def found():
        for line in server.log().splitlines():
            if "trunk carrier is at" in line:
                return line.rsplit(" ", 1)[1]
        return None
    return eventually(found)


def missed(server, number=NUMBER, **changes):
    """A campaign that has called the number in vain."""
    server.command("workspaces", "set", "live", "person_calls_per_day=0")
    campaign = call(server, [number], retryScheduleUtc=[AGAIN], **changes)
    eventually(lambda: any(a["attempt_state"] == ENDED for a in attempts(server, number)), 30)
    return campaign


def inbound(server):
    return rows(server, "SELECT * FROM inbound_call ORDER BY attempt_id")


def ended(server, n=1):
    return eventually(lambda: len([c for c in inbound(server) if c["ended_at"]]) == n and inbound(server), 30)


def detail(server, campaign, number=NUMBER):
    lead_id = lead(server, campaign, number)["leadId"]
    return server.ok("GET", f"/campaigns/{campaign}/leads/{lead_id}", key="live")["lead"]


def sound(server):
    check_settled(server)
    assert server.command("audit").stdout == "All promises are kept.\n"


def is_loud(caller):
    heard = bytes(caller.heard)
    return any(rtp.is_loud(0, heard[i:i + 160]) for i in range(0, len(heard), 160))


@pytest.fixture
def phones():
    with Callee() as all_of_them:
        yield all_of_them


@pytest.fixture
def server(make_server, phones):
    one = live_server(make_server)
    add_trunk(one, phones.address)
    return one


def test_who_calls_back_answers_the_question(server, phones):
    campaign = missed(server)
    tries = attempts(server)
    with Caller(where(server), OURS, caller=NUMBER) as c:
        assert (c.status, c.provisional) == (200, [180])
        c.talk(40, press=[(3, "1")])
        assert c.over and is_loud(c)
    (row,) = ended(server)
    shown = detail(server, campaign)
    assert (shown["status"], shown["flowStatus"], shown["reason"]) == ("Interested", "Completed", "DECIDED")
    assert shown["nextCallAt"] is None and not rows(server, "SELECT * FROM due")
    (back,) = shown["inboundCalls"]
    assert (back["outcome"], back["answer"], back["digits"]) == ("answered", "Interested", "1")
    assert back["answers"][0]["outcome"] == "Interested"
    assert attempts(server) == tries and len(shown["attempts"]) == len(tries), "a call of theirs is no attempt of ours"
    assert (row["number"], row["own_number"], row["campaign_id"]) == (NUMBER, OURS, campaign)
    events = [r["type"] for r in rows(server, "SELECT type FROM event ORDER BY event_id DESC LIMIT 5")]
    assert "call.inbound" in events and "lead.status_changed" in events
    assert rows(server, "SELECT total FROM lead_total WHERE campaign_id = ? AND bucket = 1", campaign)[0]["total"] == 1
    sound(server)


def test_nine_opts_out_whoever_it_is(server, phones):
    campaign = missed(server)
    for number, hears in [(NUMBER, campaign), ("+13125550777", 0)]:
        with Caller(where(server), OURS[1:], caller=number) as c:  # as many trunks write it
            assert c.status == 200
            c.talk(40, press=[(2, "9")])
            assert c.over
        assert ended(server, 1 if hears else 2)[-1]["campaign_id"] == hears
    assert {r["target"] for r in rows(server, "SELECT target FROM suppression WHERE kind = 'number'")} == {NUMBER, "+13125550777"}
    assert detail(server, campaign)["reason"] == "OPTED_OUT"
    assert not rows(server, "SELECT * FROM due")
    # he calls once more: there is nothing to ask any more
    with Caller(where(server), OURS, caller=NUMBER) as c:
        c.talk(60, press=[(3, "1")])
        assert c.over
    assert detail(server, campaign)["status"] == "NotInterested"
    assert [c["resumed"] for c in ended(server, 3)] == [1, 0, 0]
    sound(server)


@pytest.mark.parametrize("refer, desk, wish", [(202, "+13125550111", "PutThrough"), (603, "+13125550111", "Noted"),
                                               (202, "none", "Noted")])
def test_zero_puts_through(server, phones, refer, desk, wish):
    server.command("workspaces", "set", "live", f"person_number={desk}")
    campaign = missed(server)
    with Caller(where(server), OURS, caller=NUMBER, refer=refer) as c:
        assert c.status == 200
        c.talk(40, press=[(3, "0")])
        assert c.over
    if desk == "none":
        assert c.referred is None
    else:
        assert c.referred.startswith(f"sip:{desk}@127.0.0.1")
    (row,) = ended(server)
    shown = detail(server, campaign)
    assert (shown["reason"], shown["inboundCalls"][0]["person"]) == ("WANTS_A_PERSON", wish)
    assert (row["digits"], shown["nextCallAt"]) == ("0", None)
    sound(server)


def test_withheld_and_national(server, phones):
    missed(server)
    private = f"P-Asserted-Identity: <sip:{NUMBER}@carrier.example>\r\nPrivacy: id\r\n"
    with Caller(where(server), "3125550199", caller="anonymous", headers=private) as c:
        assert c.status == 200
        c.talk(40, press=[(2, "9")])
        assert c.over and is_loud(c)
    (row,) = ended(server)
    assert (row["number"], row["talent_id"], row["answer"]) == ("", 0, 0)
    assert not rows(server, "SELECT * FROM suppression")
    asserted = f"P-Asserted-Identity: \"Ada\" <tel:{NUMBER}>\r\n"
    with Caller(where(server), OURS, caller="anonymous", headers=asserted) as c:
        c.talk(1)
        c.bye()
    assert ended(server, 2)[1]["number"] == NUMBER


def test_who_is_refused(server, phones):
    for number in ("+13125550198", "100", "+493012345678"):
        with Caller(where(server), number, caller=NUMBER) as c:
            assert c.status == 404
    for sdp in ("v=0\r\n", "nonsense", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                "m=audio 4000 RTP/AVP 9\r\na=rtpmap:9 G722/8000\r\n",
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/SAVP 0\r\n"):
        with Caller(where(server), OURS, caller=NUMBER, sdp=sdp) as c:
            assert c.status == 488
    with Caller(where(server), OURS, caller=NUMBER, here="127.0.0.2") as c:
        assert c.status == 403
    assert inbound(server) == []


def test_it_rings_until_the_words_are_there(make_server, phones, tmp_path):
    """A voice that takes for ever: the caller may give up, or is told that nobody can answer, but never listens to silence."""
    voice = tmp_path / "voice"
    voice.write_text("#!/bin/sh\ngrep -q 'Thank you for calling' && exec sleep 60\nexit 1\n")
    voice.chmod(0o755)
    server = live_server(make_server, {"voice.tts_command": str(voice), "voice.tts_timeout": 40})
    add_trunk(server, phones.address)
    with Caller(where(server), OURS, caller=NUMBER, timeout=1.5) as c:
        assert (c.status, c.provisional) == (0, [180])
        c.cancel()
        assert eventually(lambda: final(c.receive(0.2)), 10) == 487
    with Caller(where(server), OURS, caller=NUMBER, timeout=20) as c:
        assert c.status == 480
    with Caller(where(server), OURS, caller=NUMBER, timeout=1) as c:
        assert c.status == 0
        server.stop()
        assert eventually(lambda: final(c.receive(0.2)), 10) == 503
    assert inbound(server) == []


def final(m):
    """The status of a final response to an INVITE."""
    return m.status if m and not m.is_request and m.method == "INVITE" and m.status >= 200 else 0


@pytest.mark.parametrize("how", [{"law": 8}, {"event_type": None}, {"sdp": ""}])
def test_what_callers_speak(server, phones, how):
    """A-law only; no telephone-event, and INFO for keys; an INVITE without an offer, answered in its ACK."""
    campaign = missed(server)
    with Caller(where(server), OURS, caller=NUMBER, **how) as c:
        assert c.status == 200
        c.talk(1)
        if how.get("event_type", 1) is None:
            c.send("INFO", 2, "Content-Type: application/dtmf-relay\r\n", "Signal=1\r\nDuration=100\r\n")
            c.talk(30)
        else:
            c.talk(30, press=[(0.5, "1")])
        assert c.over and c.packets > 50
    ended(server)
    assert detail(server, campaign)["status"] == "Interested"


def test_callers_who_go(server, phones):
    """In mid-prompt, or without ever acknowledging, who hears nothing: nothing is lost, and nobody is held up."""
    campaign = missed(server)
    due = rows(server, "SELECT * FROM due")
    with Caller(where(server), OURS, caller=NUMBER) as c:
        c.talk(1.5)
        assert c.bye() == 200
    assert ended(server)[0]["outcome"] == 3  # hung up
    with Caller(where(server), OURS, caller=NUMBER, ack=False) as c:
        assert c.status == 200
        until = time.monotonic() + 45
        while not c.over and time.monotonic() < until:
            c.receive(0.5)
            c.media.setblocking(False)
            with pytest.raises((BlockingIOError, ConnectionRefusedError)):
                c.media.recv(2048)
        assert c.over
    eventually(lambda: all(r["ended_at"] for r in inbound(server)), 30)
    assert rows(server, "SELECT * FROM due") == due, "what was due still is"
    assert detail(server, campaign)["flowStatus"] == "Pending"
    check_settled(server)


def test_limits(make_server, phones):
    server = live_server(make_server, {"voice.inbound_calls": 2})
    add_trunk(server, phones.address, channels=1)
    with Caller(where(server), OURS, caller=NUMBER) as first:
        assert first.status == 200
        with Caller(where(server), OURS, caller="+13125550155") as second:
            assert second.status == 486
        first.talk(0.5)
        flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with flood:
            flood.bind(("127.0.0.1", 0))
            flood.settimeout(1)
            me = "127.0.0.1:%d" % flood.getsockname()[1]
            host, port = where(server).rsplit(":", 1)
            for n in range(300):
                flood.sendto((f"INVITE sip:{OURS}@{host} SIP/2.0\r\nVia: SIP/2.0/UDP {me};branch=z9hG4bKf{n};rport\r\n"
                              f"From: <sip:{NUMBER}@{me}>;tag=1\r\nTo: <sip:{OURS}@{host}>\r\nCall-ID: f{n}\r\nCSeq: 1 INVITE\r\n"
                              f"Contact: <sip:s@{me}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode(),
                             (host, int(port)))
            told = []
            try:
                while True:
                    told.append(flood.recv(4096).split(b"\r\n")[0])
            except TimeoutError:
                pass
        assert told.count(b"SIP/2.0 503 Service Unavailable") >= 100
        assert len(inbound(server)) == 1
        first.talk(0.5)
        assert first.bye() == 200
    ended(server)
    page = server.http.get(server.url + "/metrics", timeout=30).text
    assert 'callsheet_inbound_calls_total{trunk="carrier",outcome="hung_up"} 1' in page
    assert 'callsheet_inbound_calls_total{trunk="",outcome="turned_away"}' in page


def test_he_is_on_the_record_and_erased_with_it(server, phones):
    missed(server)
    with Caller(where(server), OURS, caller=NUMBER) as c:
        c.talk(1)
        c.bye()
    ended(server)
    (held,) = json.loads(server.command("people", "show", NUMBER).stdout)["people"]
    (shown,) = held["inboundCalls"]
    assert (shown["number"], shown["ownNumber"], shown["outcome"]) == (NUMBER, OURS, "hung_up")
    server.command("people", "erase", NUMBER)
    assert inbound(server) == []
    assert NUMBER not in str(rows(server, "SELECT * FROM event"))


def test_a_kill_in_a_call_of_theirs(server, phones):
    missed(server)
    due = rows(server, "SELECT * FROM due")
    with Caller(where(server), OURS, caller=NUMBER) as c:
        c.talk(1)
        server.kill()
    server.start()
    (row,) = ended(server)
    assert row["outcome"] == OUTCOME_UNKNOWN and rows(server, "SELECT * FROM due") == due
    sound(server)


def test_who_is_called_while_he_calls(make_server):
    """His word in the call he makes holds, whatever becomes of the call that rings at his desk meanwhile."""
    number = "+13125550102"  # nobody picks up
    with Callee() as phones:
        server = live_server(make_server, {"policy.min_gap": 0, "voice.ring_timeout": 20})
        add_trunk(server, phones.address)
        server.command("workspaces", "set", "live", "person_calls_per_day=0")
        campaign = call(server, [number])
        eventually(lambda: attempts(server, number) and attempts(server, number)[0]["attempt_state"] == RINGING, 20)
        with Caller(where(server), OURS, caller=number) as c:
            assert c.status == 200
            c.talk(30, press=[(2, "2")])
            assert c.over
        ended(server)
        assert {r["attempt_state"] for r in attempts(server)} == {RINGING}
        eventually(lambda: detail(server, campaign, number)["flowStatus"] == "Completed", 40)
        shown = detail(server, campaign, number)
        assert (shown["status"], shown["reason"], len(shown["attempts"])) == ("NotInterested", "DECIDED", 1)
        assert shown["attempts"][0]["outcome"] == "no_answer"
        sound(server)


def test_times_are_offered_and_booked(server, phones):
    """As in a call of ours: the second of two times."""
    slots = [f"2030-01-07T{h}:00:00.000Z" for h in (15, 16)]
    campaign = missed(server, purposeType="SCHEDULE", jobDetails={"jobTitle": "Picker", "interviewSlots": slots})
    with Caller(where(server), OURS, caller=NUMBER) as c:
        c.talk(60, press=[(2, "5"), (5, "2")])
        assert c.over
    ended(server)
    shown = detail(server, campaign)
    assert shown["interviewSlot"]["start"] == slots[1] and shown["status"] == "Interested"
    sound(server)


def test_an_encrypted_trunk(make_server, tmp_path):
    """By the connection we have opened to it; the audio is encrypted, and an INVITE without a key is refused."""
    with TlsPort(tmp_path, "127.0.0.1") as port:
        server = live_server(make_server, start=False)
        server.env["SSL_CERT_FILE"] = str(port.cert)
        server.start()
        add_trunk(server, port.address, "--transport", "tls", "--srtp", "--options", "5")
        eventually(lambda: b"OPTIONS sip:127.0.0.1" in port.heard, 15)

        def say(method, number, cseq, to="", body=""):
            kind = "Content-Type: application/sdp\r\n" if body else ""
            port.say(f"{method} sip:{OURS}@127.0.0.1 SIP/2.0\r\n"
                     f"Via: SIP/2.0/TLS {port.address};branch=z9hG4bK{method}{number}\r\n"
                     f"From: <sip:{NUMBER}@{port.address}>;tag=t{number}\r\nTo: <sip:{OURS}@127.0.0.1>{to}\r\n"
                     f"Call-ID: tls{number}\r\nCSeq: {cseq} {method}\r\nContact: <sip:x@{port.address};transport=tls>\r\n"
                     f"Max-Forwards: 70\r\n{kind}"
                     f"Content-Length: {len(body)}\r\n\r\n{body}")

        plain = sip.answer("127.0.0.1", 40000)
        say("INVITE", 1, 1, body=plain)
        eventually(lambda: b"SIP/2.0 488" in port.heard, 10)
        key = base64.b64encode(bytes(range(30))).decode()
        say("INVITE", 2, 1, body=plain.replace("RTP/AVP", "RTP/SAVP") + f"a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n")
        answer = re.compile(r"SIP/2.0 200 OK\r\n(?:.+\r\n)*?To: .*(;tag=\S+)(?s:.*)a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline")
        said = eventually(lambda: answer.search(port.heard.decode()), 10)
        assert " RTP/SAVP " in said[0]
        say("ACK", 2, 1, said[1])
        time.sleep(0.5)
        say("BYE", 2, 2, said[1])
        assert ended(server)[0]["outcome"] == 3
