"""What a real softphone hears."""

import wave

from lib.baresip import Baresip, is_speech, levels
from lib.live import add_trunk, attempts, call, live_server, statuses
from lib.wait import eventually

NUMBER = "+13125550100"
OPENING = "Hello, this is Acme recruiting. We have an opening in our warehouse team, and we would like to know."


def seconds(wav):
    with wave.open(str(wav)) as w:
        return w.getnframes() / w.getframerate()


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
        campaign = call(server, [NUMBER], openingMessage=OPENING)
        eventually(lambda: statuses(server, campaign)[NUMBER] == ("Pending", "Completed"), 60, every=0.2)
        (attempt,) = attempts(server)
    wav = phone.recording()
    assert is_speech(wav), "silence, a tone or noise"
    assert abs(seconds(wav) - attempt["talk_ms"] / 1000) < 2
    # The opening and the question, a pause to answer in, the question once more, a pause, the farewell.
    first, second, third = stretches(wav)
    assert first > second + 3, "the opening before the question is missing"
    assert second > 4 and 0.3 < third < 2
