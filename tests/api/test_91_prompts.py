"""GET …/prompts/{name}.wav: campaigns to listen to; PUT and DELETE: recordings to be played instead."""

import pytest

from lib import wav
from lib.answers import refused
from lib.campaign import make_campaign
from lib.wait import eventually


def prompt(server, campaign, name, method="GET", key="test", data=None, type="audio/wav", admin=False):
    below = "/v1/admin" if admin else "/v1/partner"
    headers = {"Content-Type": type} if data is not None else {}
    return server.api(method, f"{below}/campaigns/{campaign}/prompts/{name}", key=key, data=data, headers=headers)


def record(server, campaign, name, data, **more):
    return prompt(server, campaign, name, "PUT", "admin", data, admin=True, **more)


@pytest.fixture
def campaign(shared_server):
    return make_campaign(shared_server, openingMessage="Hello {{firstName}}, this is Acme about a job.",
                         questions=["Do you drive?", {"text": "Nights?", "options": [{"digit": 3, "label": "any"}]}])


def test_every_message_is_heard(shared_server, campaign):
    for name, least in [("opening", 1.5), ("question-1", 4), ("question-2", 4), ("closing", 1)]:
        reply = prompt(shared_server, campaign, f"{name}.wav")
        assert (reply.status_code, reply.headers["Content-Type"]) == (200, "audio/wav"), reply.text
        seconds, loudness = wav.measure(reply.content)
        assert seconds > least and loudness > 0.02
    assert prompt(shared_server, campaign, "opening.wav", "HEAD").status_code == 200


@pytest.mark.parametrize("name", ["question-3.wav", "opening", "opening.mp3", "preamble.wav", "x/opening.wav", ".wav", "%2e%2e"])
def test_what_is_not_said(shared_server, campaign, name):
    refused(prompt(shared_server, campaign, name), 404)


def test_of_nobody_else(shared_server, campaign):
    refused(prompt(shared_server, campaign, "opening.wav", key="live"), 404)
    refused(prompt(shared_server, campaign + 100000, "opening.wav"), 404)
    refused(prompt(shared_server, campaign, "opening.wav", key=None), 401)
    refused(prompt(shared_server, campaign, "opening.wav", "PUT", data=wav.tone()), 405)
    refused(prompt(shared_server, campaign, "opening.wav", "PUT", data=wav.tone(), admin=True), 404)


@pytest.mark.parametrize("form", [
    {}, {"rate": 44100, "channels": 2}, {"bytes_each": 3, "rate": 48000}, {"bytes_each": 4, "rate": 11025},
    {"bytes_each": 1, "rate": 22050}, {"loudness": 0.01}, {"loudness": 1.0}])
def test_a_recording_of_any_form_is_as_loud(shared_server, campaign, form):
    said = record(shared_server, campaign, "opening.wav", wav.tone(2, **form))
    assert said.status_code == 200, said.text
    assert said.json() == {"name": "opening", "source": "recording", "seconds": pytest.approx(2.3, abs=0.05)}
    seconds, loudness = wav.measure(prompt(shared_server, campaign, "opening.wav").content)
    assert seconds == pytest.approx(2.3, abs=0.05)
    assert loudness == pytest.approx(0.1 * (2 / 2.3) ** 0.5, rel=0.15)


def test_a_recording_goes_with_its_text(shared_server, campaign):
    listed = "/v1/admin/campaigns/%d/prompts" % campaign

    def sources():
        return {p["name"]: p["source"] for p in shared_server.ok("GET", listed, key="admin")["prompts"]}

    assert set(sources().values()) == {"voice"}
    assert record(shared_server, campaign, "closing.wav", wav.tone(1)).status_code == 200
    assert sources() == {"opening": "voice", "question-1": "voice", "question-2": "voice", "closing": "recording"}
    shared_server.ok("PATCH", f"/campaigns/{campaign}", {"closingMessage": "So long."})
    assert sources()["closing"] == "voice (the recording is of another text)"
    shared_server.ok("PATCH", f"/campaigns/{campaign}", {"closingMessage": "Thank you. Goodbye."})
    assert sources()["closing"] == "recording"
    gone = prompt(shared_server, campaign, "closing.wav", "DELETE", "admin", admin=True)
    assert gone.json()["source"] == sources()["closing"] == "voice"
    refused(prompt(shared_server, campaign, "closing.wav", "DELETE", "admin", admin=True), 404)


@pytest.mark.parametrize("data, why", [
    (b"", "is not a WAV file"),
    (b"ID3 this is no WAV file at all", "is not a WAV file"),
    (wav.tone()[:30], "is a WAV file that cannot be read"),
    (wav.floats([]), "holds no sound"),
    (wav.tone(2.5 / 48000, rate=48000), "holds no sound"),
    (wav.tone(301, rate=4000), "is longer than 300 seconds"),
    (wav.tone(0.1, rate=2000), "has 2000 samples a second"),
    (wav.tone(0.1, channels=9), "has 9 channels"),
])
def test_what_cannot_be_a_recording(shared_server, campaign, data, why):
    reply = record(shared_server, campaign, "opening.wav", data)
    refused(reply, 400)
    assert why in reply.text
    refused(record(shared_server, campaign, "question-9.wav", data), 404)


def test_hostile_samples(shared_server, campaign):
    data = wav.floats([float("nan"), float("inf"), -1e30, 0.5, -0.5] * 2000)
    assert record(shared_server, campaign, "opening.wav", data).status_code == 200
    refused(record(shared_server, campaign, "opening.wav", b"RIFF" + bytes(65 << 20)), 413)
    refused(record(shared_server, campaign, "opening.wav", b'{"audio": 1}', type="application/json"), 400)
    assert eventually(lambda: shared_server.api("GET", "/me").status_code == 200)
