"""What a real softphone hears."""

import subprocess
import wave

import pytest

from lib import live
from lib.baresip import Baresip, is_speech, levels
from lib.live import add_trunk, attempts, call, live_server, statuses
from lib.wait import eventually

NUMBER = "+13125550100"
HEAD, RATE = 95, 8000  # of a prompt's file: a line, then the samples in both laws


def seconds(wav):
    with wave.open(str(wav)) as w:
        return w.getnframes() / w.getframerate()


def prompts(server):
    """The lengths of the prompts as they were rendered, in seconds, shortest first."""
    files = [p for p in (server.data / "prompts").iterdir() if not p.name.endswith(".tmp")]
    return sorted((p.stat().st_size - HEAD) / 2 / RATE for p in files)


def stretches(wav, pause=1.2):
    """The lengths of what is said between pauses of that many seconds."""
    found, began, last = [], None, None
    for i, level in enumerate(levels(wav)):
        now = i * 0.05
        if level <= 300:
            continue
        if last is None or now - last > pause:
            if last is not None:
                found.append(last - began)
            began = now
        last = now
    return found + ([last - began] if last is not None else [])


def test_hears_the_opening_and_the_question(make_server, tmp_path):
    with Baresip(tmp_path, user=NUMBER) as phone:
        server = live_server(make_server)
        add_trunk(server, phone.address)
        campaign = call(server, [NUMBER])
        eventually(lambda: statuses(server, campaign)[NUMBER] == ("Pending", "Completed"), 60, every=0.2)
        (attempt,) = attempts(server)
        closing, opening, question = prompts_by_use(server)
    wav = phone.recording()
    assert is_speech(wav), "silence, a tone or noise"
    # The opening and the question, a pause to answer in, the question once more, a pause, the farewell.
    whole = 0.4 + opening + 2 * (question + 2) + closing
    assert abs(seconds(wav) - whole) < 1.5
    assert abs(attempt["talk_ms"] / 1000 - whole) < 1.5
    first, second, third = stretches(wav)
    assert abs(first - (opening + question)) < 1
    assert abs(second - question) < 1
    assert abs(third - closing) < 1


def prompts_by_use(server):
    """Closing, opening, question: that is their order by length (lib/live.py's words and the usual question)."""
    found = prompts(server)
    # The phone farm's own prompts may be there as well: the campaign's are known by what was rendered for it.
    assert len(found) >= 3, found
    return found[0], found[1], found[-1]


@pytest.fixture
def certificate(tmp_path):
    """A self-signed one for 127.0.0.1 and its key, in one file and the certificate in another."""
    key, cert, both = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=phone",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
                   check=True, capture_output=True)
    both.write_text(cert.read_text() + key.read_text())
    return both, cert


def test_over_tls_with_encrypted_audio(make_server, tmp_path, certificate):
    both, trusted = certificate
    with Baresip(tmp_path, user=NUMBER, certificate=both) as phone:
        server = live_server(make_server, start=False)
        server.env["SSL_CERT_FILE"] = str(trusted)
        server.start()
        add_trunk(server, phone.secure_address, "--transport", "tls", "--srtp")
        campaign = call(server, [NUMBER])
        eventually(lambda: statuses(server, campaign)[NUMBER] == ("Pending", "Completed"), 60, every=0.2)
        (attempt,) = attempts(server)
        # Silent, not unheard: what the phone sent could be opened.
        assert attempt["outcome"] == live.ANSWERED_SILENT, server.log()
    assert is_speech(phone.recording()), "silence, a tone or noise: what we sent could not be opened"


def test_a_phone_that_will_not_encrypt_is_not_talked_to(make_server, tmp_path, certificate):
    """The trunk says --srtp and the far end has none: the call fails rather than being heard on the way."""
    both, trusted = certificate
    with Baresip(tmp_path, user=NUMBER, certificate=both, encrypt=False) as phone:
        server = live_server(make_server, {"engine.retry_backoff": 60}, start=False)
        server.env["SSL_CERT_FILE"] = str(trusted)
        server.start()
        add_trunk(server, phone.secure_address, "--transport", "tls", "--srtp")
        call(server, [NUMBER])
        eventually(lambda: [a["outcome"] for a in attempts(server)] == [live.CARRIER_FAILURE], 30)
        assert not phone.recordings()


def test_encrypted_audio_needs_tls(make_server):
    server = live_server(make_server)
    refused = server.command("trunks", "add", "--name", "plain", "--address", "127.0.0.1:5060", "--srtp", check=False)
    assert refused.returncode == 6
    assert "needs the transport tls" in refused.stderr
