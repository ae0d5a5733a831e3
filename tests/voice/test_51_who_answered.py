"""Who answered, and what the call does about it: real SIP and audio."""

from pathlib import Path

from lib import live
from lib.callee import Callee
from lib.greetings import silence, tone, voice
from lib.live import add_trunk, attempts, call, lead, live_server, statuses
from lib.wait import eventually

BEEP = tone(1000, 0.4)
MAILBOX, PERSON, SCREEN, SCREENED_PERSON, NETWORK, TALKER = (f"+131255501{n}" for n in range(20, 26))
SIT = tone(913.8, 0.28) + tone(1370.6, 0.28) + tone(1776.7, 0.38)
HEAD = 95  # of a prompt's file: a line, then the samples in both laws

SAYS = {
    MAILBOX: voice(3.5) + silence(0.6) + BEEP,
    PERSON: silence(0.4) + voice(0.7),
    SCREEN: voice(4.5),
    SCREENED_PERSON: voice(4.5) + silence(9) + voice(0.6),
    NETWORK: SIT + voice(3),
    TALKER: voice(7),
}


def phones(**more):
    return Callee(behaviour={n[-2:]: {"says": audio} | more.get(n, {}) for n, audio in SAYS.items()})


def prompts(server):
    """The μ-law of what was rendered."""
    for file in (Path(server.data) / "prompts").iterdir():
        samples = file.read_bytes()[HEAD:]
        yield samples[:len(samples) // 2]


def middle_of(sound, n=8000):
    """A second from its middle: what is heard of it is heard byte by byte on loopback."""
    middle = len(sound) // 2
    return sound[max(0, middle - n // 2):middle + n // 2]


def times_heard(call, sound):
    return bytes(call.heard).count(middle_of(sound))


def end_of(server, number):
    ended = [a for a in attempts(server, number) if a["ended_at"]]
    return (ended[-1]["outcome"], ended[-1]["answered_by"]) if ended else None


def test_voicemail_is_hung_up_on_and_nobody_else_is(make_server):
    with phones() as far:
        server = live_server(make_server)
        add_trunk(server, far.address)
        numbers = [MAILBOX, PERSON, NETWORK, TALKER]
        campaign = call(server, numbers)
        eventually(lambda: all(end_of(server, n) for n in numbers), 60, every=0.2)
        assert end_of(server, MAILBOX) == (live.VOICEMAIL, 2)
        assert end_of(server, PERSON) == (live.ANSWERED_SILENT, 1)
        assert end_of(server, NETWORK) == (live.ANNOUNCEMENT, 4)
        buckets = {n: s for n, (s, _) in statuses(server, campaign).items()}
        assert buckets == {MAILBOX: "NoAnswer", PERSON: "Pending", NETWORK: "NoAnswer", TALKER: "Pending"}
        talked = {n: attempts(server, n)[-1]["talk_ms"] for n in numbers}
        # The voicemail's call is over with its tone; the others heard all there was.
        assert talked[MAILBOX] < talked[PERSON] and talked[MAILBOX] < talked[NETWORK]
        assert talked[MAILBOX] > 4500, "before the tone nothing was known"
        mine = lead(server, campaign, MAILBOX)
        shown = server.ok("GET", f"/campaigns/{campaign}/leads/{mine['leadId']}", key="live")["lead"]["attempts"]
        assert [(a["outcome"], a["answeredBy"]) for a in shown] == [("voicemail", "voicemail")]


def test_a_message_is_left_after_the_tone(make_server):
    with phones() as far:
        server = live_server(make_server)
        add_trunk(server, far.address)
        server.command("workspaces", "set", "live", "voicemail=leave")
        campaign = call(server, [MAILBOX, PERSON])
        eventually(lambda: end_of(server, MAILBOX) and end_of(server, PERSON), 60, every=0.2)
        assert end_of(server, MAILBOX) == (live.VOICEMAIL, 2)
        assert statuses(server, campaign)[MAILBOX][0] == "NoAnswer"
        (mailbox,), (person,) = far.to(MAILBOX), far.to(PERSON)
        after_the_tone = bytes(mailbox.heard)[len(SAYS[MAILBOX]):]
        said = [p for p in prompts(server) if middle_of(p) in after_the_tone]
        # The opening and the number, to their ends, and nothing else: no question, no choices.
        assert len(said) == 2
        opening = min(said, key=len)
        assert times_heard(person, opening) == 1
        assert not times_heard(person, max(said, key=len)), "a person is not told to call back"
        assert mailbox.end == "bye"
        # A campaign may say otherwise.
        other = call(server, [])
        assert "hang_up" in server.command("campaigns", "voicemail", str(other), "hang_up", "--live").stdout


def test_call_screening_is_told_who_calls(make_server):
    with phones() as far:
        server = live_server(make_server, {"voice.screening_wait": 4})
        add_trunk(server, far.address)
        numbers = [SCREEN, SCREENED_PERSON]
        campaign = call(server, numbers)
        eventually(lambda: all(end_of(server, n) for n in numbers), 90, every=0.2)
        assert end_of(server, SCREEN) == (live.SCREENED, 3)
        assert end_of(server, SCREENED_PERSON) == (live.ANSWERED_SILENT, 1), "somebody came on"
        assert statuses(server, campaign)[SCREEN][0] == "Pending"
        (screen,), (person,) = far.to(SCREEN), far.to(SCREENED_PERSON)
        # The sentence once, and the greeting again afterwards, for the person and for whoever may be there.
        assert sum(times_heard(screen, p) == 1 for p in prompts(server)) >= 2
        opening = next(p for p in prompts(server) if bytes(person.heard).find(middle_of(p)) in range(8000 * 3))
        assert times_heard(person, opening) == 2 == times_heard(screen, opening)


def test_the_farm(make_server):
    server = make_server({"voice.answer_wait": 2, "voice.screening_wait": 2})
    campaign = call(server, ["+15550100105", "+15550100106"], key="test")
    eventually(lambda: live.all_completed(server, campaign, "test"), 90, every=0.3)
    assert {n: s for n, (s, _) in statuses(server, campaign, "test").items()} == {
        "+15550100105": "NoAnswer", "+15550100106": "Pending"}
    assert [a["outcome"] for a in attempts(server)] == [live.VOICEMAIL, live.SCREENED]
