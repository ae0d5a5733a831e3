"""Who answered, and what the call does about it: real SIP and audio, all calls at once."""

from pathlib import Path

from lib import live
from lib.callee import Callee
from lib.greetings import silence, tone, voice
from lib.live import add_trunk, attempts, call, lead, live_server, statuses
from lib.wait import eventually

BEEP = tone(1000, 0.4)
SIT = tone(913.8, 0.28) + tone(1370.6, 0.28) + tone(1776.7, 0.38)
MAILBOX, PERSON, SCREEN, SCREENED_PERSON, NETWORK = (f"+131255501{n}" for n in range(20, 25))
OTHER_MAILBOX, OTHER_PERSON = "+13125560120", "+13125560121"  # of the campaign that leaves messages
FARM_MAILBOX, FARM_SCREEN = "+15550100105", "+15550100106"
HEAD = 95  # of a prompt's file: a line, then the samples in both laws

SAYS = {
    MAILBOX: voice(3.5) + silence(0.6) + BEEP,
    PERSON: silence(0.4) + voice(0.7),
    SCREEN: voice(4.5),
    SCREENED_PERSON: voice(4.5) + silence(8) + voice(0.6),
    NETWORK: SIT + voice(3),
}


def prompts(server):
    """The μ-law of what was rendered."""
    for file in (Path(server.data) / "prompts").iterdir():
        samples = file.read_bytes()[HEAD:]
        yield samples[:len(samples) // 2]


def middle_of(sound):
    """A second of it: on loopback it is heard byte by byte."""
    middle = len(sound) // 2
    return sound[max(0, middle - 4000):middle + 4000]


def times_heard(call, sound):
    return bytes(call.heard).count(middle_of(sound))


def check_voicemail_is_hung_up_on(server, campaign, ends):
    assert ends[MAILBOX] == (live.VOICEMAIL, 2)
    talked = {n: attempts(server, n)[-1]["talk_ms"] for n in (MAILBOX, PERSON, NETWORK)}
    # Its call is over with its tone; the others heard all there was.
    assert 4500 < talked[MAILBOX] < min(talked[PERSON], talked[NETWORK])
    mine = lead(server, campaign, MAILBOX)
    shown = server.ok("GET", f"/campaigns/{campaign}/leads/{mine['leadId']}", key="live")["lead"]["attempts"]
    assert [(a["outcome"], a["answeredBy"]) for a in shown] == [("voicemail", "voicemail")]


def check_message_is_left(server, far):
    (mailbox,), (person,) = far.to(OTHER_MAILBOX), far.to(OTHER_PERSON)
    after_the_tone = bytes(mailbox.heard)[len(SAYS[MAILBOX]):]
    # The opening and the number, to their ends, and nothing else: no question, no choices.
    said = sorted((p for p in prompts(server) if middle_of(p) in after_the_tone), key=len)
    assert len(said) == 2
    opening, number = said
    assert times_heard(person, opening) == 1 and not times_heard(person, number)
    assert mailbox.end == "bye"
    return opening


def check_screening_is_told_who_calls(server, far, opening):
    (screen,), (person,) = far.to(SCREEN), far.to(SCREENED_PERSON)
    # The greeting twice, at once and for the person or whoever may be there; the sentence between them, once.
    assert times_heard(person, opening) == 2 == times_heard(screen, opening)
    for each in (person, screen):
        heard = bytes(each.heard)
        first, again = heard.find(middle_of(opening)), heard.rfind(middle_of(opening))
        told = {p for p in prompts(server) if first < heard.find(middle_of(p)) < again and times_heard(each, p) == 1}
        assert told - {p for p in told if times_heard(far.to(OTHER_PERSON)[0], p)}


def test_who_answered(make_server):
    behaviour = {n[-2:]: {"plays": audio} for n, audio in SAYS.items()}
    with Callee(behaviour=behaviour) as far:
        server = live_server(make_server, {"voice.screening_wait": 3})
        add_trunk(server, far.address)
        leaving = call(server, [])
        said = server.command("campaigns", "voicemail", str(leaving), "leave", "--live").stdout
        assert "voicemail is leave" in said
        live.add_leads(server, leaving, [OTHER_MAILBOX, OTHER_PERSON])
        campaign = call(server, list(SAYS))
        farm = call(server, [FARM_MAILBOX, FARM_SCREEN], key="test")
        ends = {}

        def all_ended():
            ends.update({a["number"]: (a["outcome"], a["answered_by"]) for a in attempts(server) if a["ended_at"]})
            return len(ends) == len(SAYS) + 4
        eventually(all_ended, 120, every=0.3)
        check_voicemail_is_hung_up_on(server, campaign, ends)
        assert ends[PERSON] == (live.ANSWERED_SILENT, 1) == ends[OTHER_PERSON]
        assert ends[NETWORK] == (live.ANNOUNCEMENT, 4)
        assert ends[SCREEN] == (live.SCREENED, 3)
        assert ends[SCREENED_PERSON] == (live.ANSWERED_SILENT, 1), "somebody came on"
        assert ends[OTHER_MAILBOX] == (live.VOICEMAIL, 2)
        check_screening_is_told_who_calls(server, far, check_message_is_left(server, far))
        assert {n: s for n, (s, _) in statuses(server, campaign).items()} == {
            MAILBOX: "NoAnswer", PERSON: "Pending", SCREEN: "Pending", SCREENED_PERSON: "Pending", NETWORK: "NoAnswer"}
        assert ends[FARM_MAILBOX] == (live.VOICEMAIL, 2) and ends[FARM_SCREEN] == (live.SCREENED, 3)
        assert {n: s for n, (s, _) in statuses(server, farm, "test").items()} == {
            FARM_MAILBOX: "NoAnswer", FARM_SCREEN: "Pending"}
