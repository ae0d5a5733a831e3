"""The zones' rules change while the server is down: wall times stay, instants follow."""

import sqlite3
from datetime import datetime, timezone

from lib import ledger
from lib.campaign import a_campaign, a_lead, add_leads, make_campaign, without

HOUR = 3600_000


def planned_by_other_rules(server, campaign, off=HOUR):
    """As if tzdata had said, when the campaign was made, that the zone is an hour elsewhere."""
    db = sqlite3.connect(server.data / "callsheet.db")
    with db:
        db.execute("UPDATE campaign SET tzdata = '1999z', start_at = start_at + ? WHERE campaign_id = ?", (off, campaign))
        db.execute("UPDATE campaign_slot SET slot_at = slot_at + ? WHERE campaign_id = ?", (off, campaign))
        db.execute("UPDATE due SET due_at = due_at + ? WHERE campaign_id = ?", (off, campaign))
    db.close()


def ms_iso(ms):
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def slots(server, campaign):
    return [r["slot_at"] for r in ledger.rows(
        server, "SELECT slot_at FROM campaign_slot WHERE campaign_id = ? ORDER BY slot", campaign)]


def due(server, campaign):
    return [r["due_at"] for r in ledger.rows(
        server, "SELECT due_at FROM due WHERE campaign_id = ? ORDER BY talent_id", campaign)]


def planned_by(server, campaign):
    return ledger.rows(server, "SELECT tzdata FROM campaign WHERE campaign_id = ?", campaign)[0]["tzdata"]


def test_instants_follow_the_rules(server):
    body = without(a_campaign(server, timezone="America/New_York", callTime="2031-04-05 10:00",
                              followUpRetries=[{"delayDays": 2}]), "callStartTimeUtc")
    campaign = server.ok("POST", "/campaigns", body)["campaign"]["id"]
    add_leads(server, campaign, a_lead(), a_lead())
    shown, at, queue, rules = server.ok("GET", f"/campaigns/{campaign}"), slots(server, campaign), \
        due(server, campaign), planned_by(server, campaign)
    assert shown["campaign"]["schedule"]["callSchedule"]["startTimeUtc"] == "2031-04-05T14:00:00.000Z"
    tag = server.api("GET", f"/campaigns/{campaign}").headers["ETag"]
    server.stop()
    planned_by_other_rules(server, campaign)
    one = sqlite3.connect(server.data / "callsheet.db")
    with one:  # one of them waits for more than the slot: twenty minutes, as the policy told it
        one.execute("UPDATE due SET due_at = due_at + 1200000 WHERE campaign_id = ? AND talent_id ="
                    " (SELECT max(talent_id) FROM due WHERE campaign_id = ?)", (campaign, campaign))
    one.close()
    server.start()
    assert slots(server, campaign) == at
    assert due(server, campaign) == [queue[0], queue[1] + HOUR + 1200000]
    assert planned_by(server, campaign) == rules
    assert server.ok("GET", f"/campaigns/{campaign}") == shown
    assert server.api("GET", f"/campaigns/{campaign}").headers["ETag"] != tag


def test_an_instant_is_no_business_of_the_rules(server):
    campaign = make_campaign(server)
    at, rules = slots(server, campaign), planned_by(server, campaign)
    tag = server.api("GET", f"/campaigns/{campaign}").headers["ETag"]
    server.stop()
    planned_by_other_rules(server, campaign, off=0)
    server.start()
    assert slots(server, campaign) == at
    assert planned_by(server, campaign) == rules
    assert server.api("GET", f"/campaigns/{campaign}").headers["ETag"] == tag


def test_a_delay_that_outlasts_slots_stands_for_the_last(server):
    """The first call of a reminder replanned: not again for the slots its delay has passed."""
    campaign = server.ok("POST", "/campaigns", a_campaign(
        server, purposeType="ASSESSMENT_REMINDER", callStartTimeUtc="2099-01-01T00:00:00Z",
        jobDetails={"assessmentTestId": "a", "jobTitle": "b", "assessmentFirstReminderDelayHours": 48}))["campaign"]["id"]
    add_leads(server, campaign, a_lead())
    first = due(server, campaign)[0]
    added = ledger.rows(server, "SELECT added_at FROM lead WHERE campaign_id = ?", campaign)[0]["added_at"]
    # slots now, in a day, and in a month: the delay of two days passes the first two
    server.ok("PATCH", f"/campaigns/{campaign}", {
        "callStartTimeUtc": ms_iso(added), "retryScheduleUtc": [ms_iso(added + 24 * HOUR), ms_iso(added + 720 * HOUR)]})
    row = ledger.rows(server, "SELECT due_at, slot FROM due WHERE campaign_id = ?", campaign)[0]
    assert row["due_at"] == added + 48 * HOUR != first
    assert row["slot"] == 1
