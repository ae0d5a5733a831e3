"""Bodies meant to hurt, on every route that takes one: an answer in the envelope, small, soon, and the server lives on."""

import json

import pytest

from lib import routes
from lib.answers import INVALID, fault, refused
from lib.campaign import a_campaign, a_lead, a_reminder, list_leads, make_campaign
from lib.ledger import rows
from lib.routes import Company, ask, body_of, make_all, takes_body

WITH_BODY = [r for r in routes.table() if takes_body(r)]
SMALL = 64 << 10  # bytes of an answer to anything that is refused
MB = 1 << 20


def a_string(text):
    return f'{{"title":"{text}","name":"{text}","email":"{text}","entries":["{text}"],"leads":[{{"email":"{text}"}}]}}'.encode()


# What the routes' own rules never see, or take for what it is. None of these may be taken.
BODIES = {
    "1000 arrays": b"[" * 1000 + b"]" * 1000,
    "a million arrays": b"[" * (MB - 1),
    "17 objects": b'{"x":' * 17 + b"1" + b"}" * 17,
    "300,000 objects left open": b'{"x":' * 200000,
    "brackets in a string, then deep": b'{"x":"[[[[","y":' + b"[" * 20 + b"]" * 20 + b"}",
    "10,000 keys": json.dumps({f"k{i}": i for i in range(10000)}).encode(),
    "a key of a megabyte": b'{"' + b"k" * (MB - 100) + b'":1}',
    "a hundred keys of 10 kB": json.dumps({f"{i:03}" + "k" * 10000: i for i in range(100)}).encode(),
    "keys of quotes": json.dumps({'"' * i: 1 for i in range(1, 300)}).encode(),
    "the same key 10,000 times": b"{" + b",".join([b'"a":1'] * 10000) + b"}",
    "a string of a megabyte": a_string("x" * (MB // 6)),
    "a string of escapes": a_string("\\u0001" * (MB // 40)),
    "half a surrogate": a_string("\\ud800"),
    "the other half": a_string("a\\udc00b"),
    "two halves the wrong way": a_string("\\udc00\\ud800"),
    "half a surrogate in a key": b'{"\\ud800":1}',
    "NUL": a_string("a\\u0000b"),
    "2^53 + 1": b'{"companySiteId":9007199254740993,"userId":9007199254740993,"title":9007199254740993,"x":9007199254740993}',
    "2^64": b'{"companySiteId":18446744073709551616,"userId":18446744073709551616,"x":1}',
    "a number of 100,000 digits": b'{"x":' + b"9" * 100000 + b"}",
    "1e400": b'{"x":1e400}',
    "-1e-400": b'{"x":-1e-400}',
    "Infinity": b'{"x":Infinity}',
    "UTF-16": '{"x":1}'.encode("utf-16"),
    "UTF-8 with a mark": b'\xef\xbb\xbf{"x":1}',
    "not UTF-8": b'{"x":"\xff\xfe\xc0\x80"}',
    "surrogates in UTF-8": b'{"x":"\xed\xa0\x80"}',
    "zeros": b"\0" * 1000,
    "a gzip": b"\x1f\x8b\x08" + b"\0" * 100,
}


@pytest.fixture(scope="module")
def places(shared_server):
    """(route, ids) of every route, made once."""
    company = Company(shared_server, shared_server.ids)
    return company, {str(r): make_all(company, r) for r in WITH_BODY}


@pytest.mark.parametrize("name", BODIES)
def test_refused_in_few_words(places, name):
    company, ids = places
    for route in WITH_BODY:
        answer = ask(company, route, ids[str(route)], BODIES[name])
        # A string may be too long for its field or not; what is no JSON, or has keys nobody knows, is always refused.
        assert answer.status in (400, 413), (route, answer.status, answer.body[:200])
        error = json.loads(answer.body)["error"]
        assert list(error) == ["code", "type", "message", "details"] and error["message"]
        assert len(answer.body) < SMALL, (route, len(answer.body))
    assert company.server.api("GET", "/me").status_code == 200


def test_ten_thousand_faults_in_one_body(shared_server):
    campaign = make_campaign(shared_server)
    bodies = {"no address": [{}] * 10000, "none is right": [{"email": "x", "firstName": 1, "zip": 1}] * 10000, "no objects": [1] * 10000}
    for name, leads in bodies.items():
        faults = len(leads) * (3 if name == "none is right" else 1)
        reply = shared_server.api("POST", f"/campaigns/{campaign}/leads", {"leads": leads})
        error = refused(reply, 400)
        assert len(error["details"]) == 100
        assert error["message"] == f"{INVALID} {faults - 100} more are not listed."
        assert len(reply.content) < 10000
    assert list_leads(shared_server, campaign) == []


@pytest.mark.parametrize("value, text", [
    (2**53, "must be a safe number"), (2**64, "must be a safe number"), (-2**63 - 1, "must be a safe number"), (1e300, "must be a safe number"),
    (str(2**53), "must be a safe number"), ("1e999", "must be a safe number"), (168.0000001, "must be less than or equal to 168"),
    (-5e-324, "must be greater than or equal to 0")])
def test_numbers_that_are_none(shared_server, value, text):
    body = a_campaign(shared_server, assessmentFirstReminderDelayHours=value)
    assert fault(shared_server.api("POST", "/campaigns", body), "assessmentFirstReminderDelayHours").endswith(text)


@pytest.mark.parametrize("hours", [2**53 - 1, 1e15, 876600, 2562047788016])
def test_a_delay_for_ever_calls_nobody_now(shared_server, hours):
    """PATCH knows no upper bound; the moment must not wrap round into the past."""
    campaign = shared_server.ok("POST", "/campaigns", a_reminder(shared_server))["campaign"]["id"]
    changed = shared_server.ok("PATCH", f"/campaigns/{campaign}", {"assessmentFirstReminderDelayHours": hours})
    assert changed["campaign"]["assessment"]["assessmentFirstReminderDelayHours"] == hours
    shared_server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead(phoneNumber="+13125559901")]})
    due = rows(shared_server, "SELECT due_at FROM due WHERE campaign_id = ?", campaign)
    assert len(due) == 1 and due[0]["due_at"] > 4_000_000_000_000  # in 2096 at the earliest


# ---- sheets and lines ----

def add(server, campaign, body, form, **more):
    return server.api("POST", f"/campaigns/{campaign}/leads", data=body, headers={"Content-Type": form}, timeout=120, **more)


def test_a_cut_number_of_a_megabyte_is_told_in_few_words(shared_server):
    reply = add(shared_server, make_campaign(shared_server), b"email,phone\na@b.co," + b"1" * MB + b"E+10\n", "text/csv")
    assert reply.json()["rejected"] == 1 and len(reply.content) < 1000
    assert "the spreadsheet has cut the number" in reply.json()["rows"][0]["reason"]


def test_a_row_with_many_faults_is_told_in_few_words(shared_server):
    line = json.dumps({f"k{i}": 1 for i in range(300)})
    reply = add(shared_server, make_campaign(shared_server), line, "application/x-ndjson")
    reason = reply.json()["rows"][0]["reason"]
    assert reason.startswith('"email" is required; "k0" is not allowed; ') and reason.endswith("; and 296 more")


@pytest.mark.plain  # a sanitizer keeps what is freed
def test_rows_full_of_faults_cost_no_more_memory_than_their_bytes(make_server):
    """16 MiB of lines with a hundred faults each."""
    server = make_server()
    campaign = make_campaign(server)
    line = json.dumps({f"k{i}": 1 for i in range(120)}).encode() + b"\n"
    body = line * min(10000, (16 * MB - 1) // len(line))

    def peak():
        status = open(f"/proc/{server.process.pid}/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) << 10

    before = peak()
    reply = add(server, campaign, body, "application/x-ndjson")
    assert reply.json()["rejected"] == body.count(b"\n")
    assert len(reply.json()["rows"]) == 1000 and len(reply.content) < MB
    assert peak() - before < 150 * MB


@pytest.mark.parametrize("body, text", [
    (b"", "must contain at least 1 row"), (b"email\n", "must contain at least 1 row"), (b"\0" * 100, "NUL"),
    ("email\nx@example.com\n".encode("utf-16"), "UTF-16"), (b'email\n"x@example.com\n' * 5000, "never ends"),
    (b"," * MB + b"\n", "at least 1 row"), (b"a" + b"," * MB + b"\n", "email"), (b"email" + b",x" * 600000 + b"\nx@y.zz\n", None), (b"\n" * MB, "at least 1 row"),
    (b'"' * (MB + 1), None)], ids=lambda v: str(v)[:20])
def test_sheets_that_are_none(shared_server, body, text):
    reply = add(shared_server, make_campaign(shared_server), body, "text/csv")
    if text:
        assert text in fault(reply, "body")
    else:
        assert reply.status_code in (200, 400)
    assert len(reply.content) < SMALL


@pytest.mark.parametrize("body", [
    '\ufeffE-mail;Vorname;Telefon\r\nzoe@bom.example.com;Zoë;+13125558801\r\n'.encode(),
    'E-mail;Vorname;Telefon\r\nzoe@bom.example.com;Zo\xeb;+13125558801\r\n'.encode("cp1252"),
    '\ufeff"E-mail"\t"Vorname"\t"Telefon"\n"zoe@bom.example.com"\t"Zoë"\t"+13125558801"'.encode(),
    'sep,E-mail,Vorname,Telefon\r,zoe@bom.example.com,Zoë,+13125558801\r'.encode()])
def test_the_same_person_in_every_form_of_sheet(shared_server, body):
    campaign = make_campaign(shared_server)
    assert add(shared_server, campaign, body, "text/csv").json()["added"] == 1
    lead, = list_leads(shared_server, campaign)
    assert (lead["email"], lead["firstName"], lead["phone"]) == ("zoe@bom.example.com", "Zoë", "+13125558801")


@pytest.mark.parametrize("number", ["1.55512E+10", "1,55512E+10", "1.55512e10", "155512E+5"])
def test_numbers_a_spreadsheet_has_cut(shared_server, number):
    campaign = make_campaign(shared_server)
    said = add(shared_server, campaign, f"email;phone\na@cut.example.com;{number}\n".encode(), "text/csv").json()
    assert (said["added"], said["rejected"]) == (0, 1)
    assert number in said["rows"][0]["reason"] and list_leads(shared_server, campaign) == []
