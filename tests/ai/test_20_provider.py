"""Conversations with a provider that plays a script: what they come to, and what it was told."""

import subprocess

import pytest

from lib import live
from lib.live import attempts, leads, rows
from lib.provider import KEY, add_provider
from lib.server import Server
from lib.wait import eventually

SETTINGS = {"api.rate_limit": 0, "voice.answer_wait": 2, "policy.min_gap": 1, "engine.retry_backoff": 1,
            "log.format": "text"}

# scenario, dialect -> the status the lead has when its call is over
ENDS = {
    ("answers", "ga"): "Interested",
    ("answers", "beta"): "Interested",
    ("declines", "ga"): "NotInterested",
    ("opts_out", "ga"): "NotInterested",
    ("interrupted", "ga"): "Interested",
    ("slow", "ga"): "NotInterested",
    ("bad_arguments", "ga"): "Interested",
    ("callback", "ga"): "Pending",
    ("disconnects_once", "ga"): "Interested",
    ("disconnects_once", "beta"): "Interested",
    ("oversized", "ga"): "Interested",
    # The menu takes over, and this telephone presses nothing.
    ("disconnects", "ga"): "Pending",
    ("nonsense", "ga"): "Pending",
    ("floods", "ga"): "Pending",
    ("rate_limited", "ga"): "Pending",
    ("refuses", "ga"): "Pending",
    ("silent", "ga"): "Pending",
}
FALL_BACK = ["disconnects", "nonsense", "floods", "rate_limited", "refuses", "silent"]


class House:
    """One server; every conversation is a campaign with one lead, all at once."""

    def __init__(self, server, make_provider, key_file):
        self.server, self.providers, self.campaigns, self.numbers = server, {}, {}, {}
        server.command("workspaces", "set", "test", "transcript_days=30", "ai_cost_per_day=0", "ai_cost_per_campaign=0")
        for i, (scenario, dialect) in enumerate(ENDS):
            name = f"{scenario}-{dialect}"
            provider = self.providers[scenario, dialect] = make_provider(scenario, dialect)
            add_provider(server, provider, key_file)
            server.command("workspaces", "set", "test", f"ai_provider={name}")
            number = self.numbers[scenario, dialect] = f"+1202555{30 + i}10"  # answers and says nothing
            self.campaigns[scenario, dialect] = live.call(
                server, [number], key="test", callType="AICall", aiCallScript="canary-script", openingMessage="Hello {{firstName}}.")
            eventually(lambda: attempts(server, number), 30, every=0.05)

    def over(self, which):
        """The attempt, when it has ended."""
        return eventually(lambda: next((a for a in attempts(self.server, self.numbers[which]) if a["ended_at"]), None), 90,
                          every=0.2)

    def lead(self, which):
        return leads(self.server, self.campaigns[which], "test")[self.numbers[which]]


@pytest.fixture(scope="module")
def house(tmp_path_factory, make_provider, key_file):
    server = Server(tmp_path_factory.mktemp("server"), SETTINGS).start()
    yield House(server, make_provider, key_file)
    server.stop()


@pytest.mark.parametrize("which", ENDS, ids="-".join)
def test_the_lead_has_the_status(house, which):
    house.over(which)
    assert house.lead(which)["status"] == ENDS[which]
    assert not house.providers[which].meta("fault")


def test_the_session_says_what_the_campaign_does(house):
    provider = house.providers["answers", "ga"]
    house.over(("answers", "ga"))
    (update,) = provider.events("session.update")
    told = update["session"]["instructions"]
    assert "canary-script" in told and "Ada" in told and "Hello Ada." in told
    assert "record_answer" in [t["name"] for t in update["session"]["tools"]]
    (upgrade,) = provider.meta("upgrade")
    assert upgrade["url"] == "/v1/realtime?model=test-model"
    assert upgrade["beta"] is None
    assert house.providers["answers", "beta"].meta("upgrade")[0]["beta"] == "realtime=v1"


def test_audio_goes_in_messages_of_60_ms(house):
    house.over(("answers", "ga"))
    first = house.providers["answers", "ga"].events("input_audio_buffer.append")[0]
    assert len(first["audio"]) == 480 * 4 // 3
    closed = eventually(lambda: house.providers["answers", "ga"].meta("closed"), 10)
    assert closed[0]["audio"] >= 8 * 500  # most of a second of the person


def test_who_is_interrupted_is_told_what_was_heard(house):
    house.over(("interrupted", "ga"))
    (said,) = house.providers["interrupted", "ga"].meta("truncated")
    assert 0 <= said["event"]["audio_end_ms"] < 4000, "eight seconds were sent, and a good second could be heard"


def test_bad_arguments_are_refused_one_by_one(house):
    house.over(("bad_arguments", "ga"))
    (bad,) = house.providers["bad_arguments", "ga"].meta("bad")
    assert [a["error"] for a in bad["answers"]] == [
        "leadId is not something record_answer takes",
        "question must be a whole number from 1 to 1",
        "phoneNumber is not something opt_out takes",
        "the arguments must be a JSON object",
        "at must be a date and time such as 2026-03-31T15:30:00",
        "there is no tool delete_campaign",
    ]
    assert not rows(house.server, "SELECT * FROM suppression WHERE target = '+12025550111'")


def test_a_callback_is_a_due_attempt_at_that_time(house):
    which = "callback", "ga"
    house.over(which)
    (said,) = house.providers[which].meta("callback")
    assert said["answer"] == {"ok": True}
    (due,) = rows(house.server, "SELECT d.due_at, l.reason FROM due d JOIN lead l USING (workspace_id, campaign_id, talent_id)"
                  " WHERE d.campaign_id = ?", house.campaigns[which])
    assert due["reason"] == "CALLBACK"
    assert live.rows(house.server, "SELECT strftime('%Y-%m-%dT%H:%M:%S', ? / 1000, 'unixepoch') AS t",
                     due["due_at"])[0]["t"] == said["at"][:19]


def test_an_opt_out_suppresses_the_person(house):
    which = "opts_out", "ga"
    house.over(which)
    assert rows(house.server, "SELECT * FROM suppression WHERE target = ? AND reason = 'OPTED_OUT'", house.numbers[which])


@pytest.mark.parametrize("scenario", FALL_BACK)
def test_the_menu_takes_over(house, scenario):
    """The call is not cut: the person hears the menu to its end."""
    attempt = house.over((scenario, "ga"))
    assert attempt["outcome"] == live.ANSWERED_SILENT
    assert "the menu takes over" in house.server.log(4000)


def test_a_lost_provider_is_called_once_more_and_a_refusal_is_not(house):
    for which, times in {("disconnects", "ga"): 2, ("disconnects_once", "ga"): 2, ("refuses", "ga"): 1}.items():
        house.over(which)
        assert len(house.providers[which].meta("upgrade")) == times


@pytest.mark.parametrize("end, scenario, outcome, sessions", [
    ("05", "holds", live.VOICEMAIL, 1), ("06", "screened", live.SCREENED, 2)], ids=["voicemail", "screening"])
def test_a_machine_is_heard_beside_the_model(house, make_provider, key_file, end, scenario, outcome, sessions):
    """A voicemail's tone ends what the model says; a screening service is told who calls, then the model begins anew."""
    provider = make_provider(scenario, "ga")
    add_provider(house.server, provider, key_file)
    house.server.command("workspaces", "set", "test", f"ai_provider={scenario}-ga", "ai_cost_per_day=0")
    number = f"+1202555{outcome:02}{end}"
    live.call(house.server, [number], key="test", callType="AICall")
    (attempt,) = eventually(lambda: [a for a in attempts(house.server, number) if a["ended_at"]], 120, every=0.2)
    assert attempt["outcome"] == outcome
    assert len(provider.meta("upgrade")) == sessions
    eventually(lambda: len(provider.meta("closed")) == sessions, 10)
    (call,) = rows(house.server, "SELECT * FROM ai_call WHERE attempt_id = ?", attempt["attempt_id"])
    assert 0 < call["session_ms"] < attempt["ended_at"] - attempt["answered_at"] + 1000


def test_transcripts_are_for_admin_keys_only(house):
    which = "answers", "ga"
    attempt = house.over(which)["attempt_id"]
    (shown,) = house.server.ok("GET", f"/v1/admin/transcripts?attemptId={attempt}", key="admin")["transcripts"]
    assert ("person", "Yes, I am. canary-heard") in [(line["who"], line["text"]) for line in shown["lines"]]
    assert ("model", "Hello, are you interested? canary-said") in [(line["who"], line["text"]) for line in shown["lines"]]
    assert attempt in [t["attemptId"] for t in house.server.ok("GET", "/v1/admin/transcripts", key="admin")["transcripts"]]
    for path in ("/v1/admin/transcripts", f"/v1/admin/transcripts?attemptId={attempt}"):
        assert house.server.api("GET", path, key="test").status_code == 404
        assert house.server.api("GET", path, key="live").status_code == 404
        assert house.server.ok("GET", path, key="adminLive")["transcripts"] == []
    assert "canary-heard" in house.server.command("transcripts", "show", str(attempt)).stdout


def test_nothing_of_it_reaches_a_partner_key(house):
    which = "answers", "ga"
    house.over(which)
    campaign, lead = house.campaigns[which], house.lead(which)
    seen = ""
    for path in ("/campaigns", f"/campaigns/{campaign}", f"/campaigns/{campaign}/leads",
                 f"/campaigns/{campaign}/leads/{lead['leadId']}", "/company-sites"):
        seen += house.server.api("GET", path, key="test").text
    assert "canary-script" in seen  # the partner's own
    for canary in ("canary-said", "canary-heard", KEY, "answers-ga", "test-model", "127.0.0.1", "transcript"):
        assert canary not in seen.replace(house.server.url, "")


def test_the_key_is_nowhere_but_in_its_file(house):
    house.over(("answers", "ga"))
    for path in house.server.data.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
    assert KEY not in house.server.log(100000)


@pytest.mark.parametrize("dialect, types", [("ga", "openai/resources/realtime/realtime"),
                                            ("beta", "openai/resources/beta/realtime/realtime")])
def test_every_event_is_of_the_published_types(house, modules, node, tmp_path, dialect, types):
    for which in ENDS:
        house.over(which)
    events = [line for which, p in house.providers.items() if which[1] == dialect
              for line in p.log.read_text().splitlines() if '"meta"' not in line]
    assert len(events) > 10
    source = modules.parent / f".types-{dialect}.ts"
    source.write_text(f"import type {{ RealtimeClientEvent }} from '{types}';\n"
                      f"export const events: RealtimeClientEvent[] = [\n" + ",\n".join(events) + "\n];\n")
    try:
        run = subprocess.run([node, str(modules / "typescript" / "bin" / "tsc"), "--noEmit", "--strict", "--skipLibCheck",
                              "--target", "es2022", "--module", "nodenext", str(source)], capture_output=True, text=True)
    finally:
        source.unlink()
    assert run.returncode == 0, run.stdout[:3000]
