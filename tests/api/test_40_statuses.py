"""Campaigns that telephone: what becomes of each kind of person, seen from outside.

The telephones are the sandbox's; what one does is decided by the number's last two digits (data/sandbox-numbers). One
server makes all the calls of this file at once; each test then waits for its own.
"""

import datetime
from types import SimpleNamespace

import pytest

from lib.answers import not_found
from lib.campaign import a_lead, add_leads, list_leads, make_campaign
from lib.ledger import attempts
from lib.server import Server
from lib.wait import eventually

# Longer than 13 rings.
SETTINGS = {"api.rate_limit": 0, "voice.ring_timeout": 8, "voice.answer_wait": 2, "policy.min_gap": 1, "engine.retry_backoff": 1}
PAST = "2025-06-01T15:00:00.000Z"

# last digits -> the bucket a lead ends in
ENDS = {"00": "Interested", "01": "NotInterested", "02": "NoAnswer", "03": "NoAnswer", "04": "NoAnswer", "06": "Pending",
        "07": "NoAnswer", "08": "Interested", "09": "Pending", "10": "Pending", "11": "NotInterested", "12": "Interested",
        "13": "Interested"}


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def after(seconds):
    return iso(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds))


def ms(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Calls:
    """Every campaign of this file; each has numbers of its own, so that nobody waits for somebody else's call."""

    def __init__(self, server):
        self.server = server
        self.exchange = 100
        self.all = self.campaign(list(ENDS) + ["05"])
        self.paused = self.campaign(["00"], status="PAUSED")
        self.future = self.campaign(["00"], start=after(3600))
        self.removed = self.campaign(["13", "00"])
        self.again = self.campaign(["03"], start=after(1), retries=[after(9), after(17)])
        self.decided = self.campaign(["01"], retries=[after(2), after(4)])
        self.no_phone = self.campaign(["00"], more=[a_lead(phoneNumber=""), a_lead(phoneNumber="none")])
        self.local = self.campaign(["00"], form="({}) {}-{}")

    def campaign(self, ends, start=PAST, retries=None, more=(), form="+1{}{}{}", **changes):
        self.exchange += 1
        if retries:
            changes["retryScheduleUtc"] = retries
        id = make_campaign(self.server, openingMessage="Hello.", closingMessage="Bye.", callStartTimeUtc=start, **changes)
        leads = [a_lead(phoneNumber=form.format(self.exchange + 200, "555", f"{self.exchange % 100:02}{end}")) for end in ends]
        assert add_leads(self.server, id, *leads, *more) == (len(leads) + len(more), 0)
        return SimpleNamespace(id=id, leads=leads, start=start, retries=retries)


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("calls"), SETTINGS).start()
    made = Calls(server)
    yield made
    server.stop()


@pytest.fixture
def server(calls):
    return calls.server


def lead_of(server, campaign, number):
    return next(x for x in list_leads(server, campaign.id) if x["phone"].endswith(number))


def finished(server, campaign, number, timeout=60):
    def look():
        lead = lead_of(server, campaign, number)
        return lead if lead["flowStatus"] == "Completed" else None
    return eventually(look, timeout)


# ---- what is over soon comes first ----

def test_a_ringing_call_is_cancelled_when_its_lead_is_removed(server, calls):
    c = calls.removed
    lead = lead_of(server, c, "13")["leadId"]
    eventually(lambda: [a for a in attempts(server, c.id, lead) if a["state"] == "ringing"], 15)
    server.ok("DELETE", f"/campaigns/{c.id}/leads/{lead}")
    ended = eventually(lambda: [a for a in attempts(server, c.id, lead) if a["state"] == "ended"], 3)[0]
    assert ended["answered_at"] is None
    assert ended["ended_at"] - ended["intent_at"] < 5000
    not_found(server.api("DELETE", f"/campaigns/{c.id}/leads/{lead}"))
    assert finished(server, c, "00")["status"] == "Interested"
    assert [x["phone"][-2:] for x in list_leads(server, c.id)] == ["00"]
    # Back again: the count of attempts goes on.
    assert add_leads(server, c.id, c.leads[0]) == (1, 0)
    assert finished(server, c, "13")["status"] == "Interested"
    assert [a["attempt_no"] for a in attempts(server, c.id, lead)] == [1, 2]


@pytest.mark.parametrize("end", ENDS)
def test_how_it_ends(server, calls, end):
    lead = finished(server, calls.all, end)
    assert (end, lead["status"], lead["flowStatus"]) == (end, ENDS[end], "Completed")


def test_one_attempt_each_and_two_where_the_carrier_failed(server, calls):
    for end in ENDS:
        lead = finished(server, calls.all, end)
        made = attempts(server, calls.all.id, lead["leadId"])
        assert [a["attempt_no"] for a in made] == ([1, 2] if end == "08" else [1]), end
        assert len({a["call_id"] for a in made}) == len(made)


def test_voicemail_is_nobodys_interest(server, calls):
    assert finished(server, calls.all, "05")["status"] in ("NoAnswer", "Pending")


def test_the_list_by_status(server, calls):
    for end in list(ENDS) + ["05"]:
        finished(server, calls.all, end)
    everybody = list_leads(server, calls.all.id)
    for status in ("Interested", "NotInterested", "NoAnswer", "Pending"):
        said = server.ok("GET", f"/campaigns/{calls.all.id}/leads", params={"status": status, "limit": 100})
        assert said["leads"] == [x for x in everybody if x["status"] == status]
        assert said["pagination"]["total"] == len(said["leads"]) > 0


def test_who_never_wants_to_be_called_again(server, calls):
    finished(server, calls.all, "11")
    opted_out = next(x for x in calls.all.leads if x["phoneNumber"].endswith("11"))
    number = opted_out["phoneNumber"]
    national = f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    later = make_campaign(server)
    assert add_leads(server, later, opted_out, a_lead(email=opted_out["email"].upper()), a_lead(phoneNumber=number),
                     a_lead(phoneNumber=national), a_lead()) == (1, 4)
    declined = next(x for x in calls.all.leads if x["phoneNumber"].endswith("01"))
    finished(server, calls.all, "01")
    assert add_leads(server, later, declined) == (1, 0)  # not interested in that job; that is all


def test_a_number_in_local_form_is_dialled(server, calls):
    lead = finished(server, calls.local, "00")
    assert lead["status"] == "Interested"
    assert lead["phone"] == calls.local.leads[0]["phoneNumber"]
    assert attempts(server, calls.local.id)[0]["number"] == "+1" + "".join(filter(str.isdigit, lead["phone"]))


# ---- when ----

def test_follow_ups_call_who_did_not_answer(server, calls):
    c = calls.again
    lead = finished(server, c, "03")
    assert lead["status"] == "NoAnswer"
    made = attempts(server, c.id, lead["leadId"])
    assert [a["attempt_no"] for a in made] == [1, 2, 3]
    assert [a["slot"] for a in made] == [0, 1, 2]
    for attempt, due in zip(made, [c.start, *c.retries]):
        assert attempt["intent_at"] >= ms(due), f"attempt {attempt['attempt_no']} came before its time"


def test_who_has_decided_is_not_called_again(server, calls):
    lead = finished(server, calls.decided, "01")
    assert lead["status"] == "NotInterested"
    last = ms(calls.decided.retries[-1])
    eventually(lambda: datetime.datetime.now().timestamp() * 1000 > last + 1000)
    assert len(attempts(server, calls.decided.id)) == 1


def test_without_a_number_a_lead_stays_pending(server, calls):
    finished(server, calls.no_phone, "00")
    others = [x for x in list_leads(server, calls.no_phone.id) if not x["phone"].endswith("00")]
    assert [(x["phone"], x["status"], x["flowStatus"]) for x in others] == [("", "Pending", "Pending"), ("none", "Pending", "Pending")]
    assert len(attempts(server, calls.no_phone.id)) == 1


def test_a_paused_campaign_does_not_dial(server, calls):
    assert attempts(server, calls.paused.id) == []
    assert [(x["status"], x["flowStatus"]) for x in list_leads(server, calls.paused.id)] == [("Pending", "Pending")]


def test_nobody_is_called_before_the_first_call_is_due(server, calls):
    assert attempts(server, calls.future.id) == []
    assert [(x["status"], x["flowStatus"]) for x in list_leads(server, calls.future.id)] == [("Pending", "Pending")]
