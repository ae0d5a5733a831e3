"""Rehearsals over the API and by the command: what they say, that they repeat, that nothing real changes."""

import json
import threading

from lib.campaign import a_campaign, a_lead, add_leads, make_campaign, someone
from lib.live import add_trunk, rows

FAR = "2099-03-02T15:00:00.000Z"
KEYS = ["campaignId", "seed", "startsAt", "finishesAt", "finished", "calls", "funnel", "outcomes", "callsPerHour",
        "neverReached"]


def rehearse(server, campaign, key="test", **body):
    return server.ok("POST", f"/campaigns/{campaign}/rehearsals", body, key=key)["rehearsal"]


def numbers(first, n):
    return [a_lead(phoneNumber=f"+1312555{i:04}") for i in range(first, first + n)]


def calls_counted(server):
    metrics = server.http.get(server.url + "/metrics", timeout=10).text
    return [line for line in metrics.splitlines() if line.startswith("callsheet_calls")]


def test_the_sandbox_answers_by_its_digits(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, *numbers(2000, 14), someone())
    said = rehearse(shared_server, campaign)
    assert list(said) == KEYS
    assert said["campaignId"] == campaign and said["seed"] == 1 and said["finished"]
    assert said["startsAt"] == "2099-01-01T15:00:00.000Z"
    # 00, 08 (at its second call), 12 and 13 press 1; 01 presses 2, 11 opts out
    assert said["funnel"] == {"leads": 15, "dialled": 14, "answered": 10, "interested": 4, "notInterested": 2,
                              "noAnswer": 5, "pending": 4}
    assert said["calls"] == 15 == sum(each["calls"] for each in said["outcomes"])
    assert said["callsPerHour"] == [{"hour": "2099-01-01T15:00:00.000Z", "calls": 15, "answered": 10}]
    why = {each["phone"]: (each["calls"], each["reason"], each["lastOutcome"]) for each in said["neverReached"]}
    assert why == {"+13125552002": (1, "NO_SLOT_LEFT", "no_answer"), "+13125552003": (1, "NO_SLOT_LEFT", "busy"),
                   "+13125552004": (1, "NO_SLOT_LEFT", "declined"),
                   "+13125552007": (1, "NO_SLOT_LEFT", "unknown_number"), "": (0, "NO_NUMBER", None)}


def test_nothing_real_changes_and_nobody_is_called(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, *numbers(2100, 5))
    before, counted = shared_server.ok("GET", f"/campaigns/{campaign}/leads"), calls_counted(shared_server)
    assert rehearse(shared_server, campaign)["calls"] == 5
    assert shared_server.ok("GET", f"/campaigns/{campaign}/leads") == before
    assert not rows(shared_server, "SELECT * FROM attempt WHERE campaign_id = ?", campaign)
    assert calls_counted(shared_server) == counted


def test_a_paused_campaign_is_rehearsed_as_if_it_ran(shared_server):
    campaign = shared_server.ok("POST", "/campaigns", a_campaign(shared_server, callStartTimeUtc=FAR, status="PAUSED"))
    campaign = campaign["campaign"]["id"]
    add_leads(shared_server, campaign, *numbers(2200, 3))
    assert rehearse(shared_server, campaign)["funnel"]["dialled"] == 3


def test_what_cannot_be_rehearsed_says_why(shared_server):
    campaign = make_campaign(shared_server)
    refused = shared_server.api("POST", f"/campaigns/{campaign}/rehearsals", {"seed": "x"})
    assert refused.status_code == 400 and "seed" in refused.json()["error"]["details"]
    refused = shared_server.api("POST", f"/campaigns/{campaign}/rehearsals", {"sed": 1})
    assert refused.status_code == 400 and "sed" in refused.json()["error"]["details"]
    assert shared_server.api("POST", "/campaigns/999999/rehearsals", {}).status_code == 404
    assert shared_server.api("POST", f"/campaigns/{campaign}/rehearsals", {}, key="live").status_code == 404
    empty = rehearse(shared_server, campaign)
    assert empty["calls"] == 0 and empty["finishesAt"] is None and empty["neverReached"] == []


def test_one_at_a_time(shared_server):
    campaign = make_campaign(shared_server)
    for first in range(0, 1500, 500):
        add_leads(shared_server, campaign, *[a_lead(phoneNumber=f"+1313{2000000 + first + i}") for i in range(500)])
    answers = []

    def ask():
        import requests
        answers.append(requests.post(f"{shared_server.url}/v1/partner/campaigns/{campaign}/rehearsals", json={}, timeout=60,
                                     headers={"Authorization": "Bearer " + shared_server.key()}))
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    done = [a for a in answers if a.status_code == 200]
    busy = [a for a in answers if a.status_code == 409]
    assert done and len(done) + len(busy) == 6, [a.status_code for a in answers]
    assert len({a.text for a in done}) == 1
    assert all(a.json()["error"]["code"] == "CONFLICT" and a.headers["Retry-After"] == "5" for a in busy)


def test_live_without_a_trunk_or_with_one(make_server):
    server = make_server(number="+13125550199")
    # Chicago, half past six in the morning: they are called from eight on
    body = a_campaign(server, callStartTimeUtc="2099-03-02T12:30:00.000Z",
                      retryScheduleUtc=[{"time": "2099-03-03T18:00:00.000Z", "delayDays": 1}])
    campaign = server.ok("POST", "/campaigns", body, key="live")["campaign"]["id"]
    server.ok("POST", f"/campaigns/{campaign}/leads",
              {"leads": [a_lead(phoneNumber=f"+1312{6000000 + i}") for i in range(400)]}, key="live")
    said = rehearse(server, campaign, "live")
    assert said["calls"] == 0 and not said["finished"] and len(said["neverReached"]) == 400
    assert {each["reason"] for each in said["neverReached"]} == {"NO_TRUNK"}
    add_trunk(server, "127.0.0.1:5999", channels=5, cps=5)
    said = rehearse(server, campaign, "live")
    assert said["finished"] and said["funnel"]["dialled"] == 400
    assert said["startsAt"] == "2099-03-02T12:30:00.000Z"
    hours = [each["hour"] for each in said["callsPerHour"]]
    assert hours[0] == "2099-03-02T14:00:00.000Z", "eight in the morning in Chicago"
    assert any(hour.startswith("2099-03-03T18") for hour in hours)
    assert 100 < said["funnel"]["interested"] < 300
    assert rehearse(server, campaign, "live") == said
    other = rehearse(server, campaign, "live", seed=2)
    assert other["seed"] == 2 and other["funnel"] != said["funnel"]

    # the command says the same, beside the server and without it
    told = server.command("rehearse", "--campaign", str(campaign), "--json").stdout
    assert json.loads(told) == said
    server.stop()
    assert server.command("rehearse", "--campaign", str(campaign), "--json").stdout == told
    text = server.command("rehearse", "--campaign", str(campaign), "--seed", "2").stdout
    assert f"Campaign {campaign}, rehearsed with seed 2" in text and "Never reached: " in text
    assert f"interested       {other['funnel']['interested']:>8}" in text
    assert text == server.command("rehearse", "--campaign", str(campaign), "--seed", "2").stdout


def test_the_command_says_what_is_missing(server):
    for words, code, what in [((), 2, "--campaign ID"), (("--campaign", "99"), 4, "no campaign 99"),
                              (("--campaign", "1", "--seed", "-1"), 2, "--seed")]:
        done = server.command("rehearse", *words, check=False)
        assert done.returncode == code and what in done.stderr
