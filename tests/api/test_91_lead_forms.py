"""Leads as CSV and NDJSON, tried and added; long lists; the whole list as a file."""

import csv
import http.client
import io
import json
import socket
import time

import pytest

from lib.answers import fault, faults, not_found, refused
from lib.campaign import a_lead, add_leads, list_leads, make_campaign, someone, without

CSV, NDJSON = "text/csv", "application/x-ndjson"


@pytest.fixture
def campaign(shared_server):
    return make_campaign(shared_server)


def send(server, campaign, body, form=CSV, **more):
    data = body if isinstance(body, bytes) else body.encode()
    return server.api("POST", f"/campaigns/{campaign}/leads", data=data, headers={"Content-Type": form}, **more)


def sent(server, campaign, body, form=CSV, **more):
    reply = send(server, campaign, body, form, **more)
    assert reply.status_code == 200, reply.text
    said = reply.json()
    assert list(said) == ["added", "skipped", "rejected", "rows"]
    assert all(list(row) == ["row", "verdict", "reason"] for row in said["rows"])
    return said


def people(server, campaign):
    return [(x["firstName"], x["lastName"], x["email"], x["phone"]) for x in list_leads(server, campaign)]


# ---- CSV ----

def test_a_sheet(shared_server, campaign):
    said = sent(shared_server, campaign, "email,firstName,lastName,phoneNumber,linkedin\r\n"
                                         "ada@csv.example.com,Ada,Lovelace,+13125558001,https://www.linkedin.com/in/ada\r\n"
                                         "grace@csv.example.com,Grace,,,\r\n")
    assert said == {"added": 2, "skipped": 0, "rejected": 0, "rows": []}
    assert people(shared_server, campaign) == [("Ada", "Lovelace", "ada@csv.example.com", "+13125558001"),
                                               ("Grace", "", "grace@csv.example.com", "")]


@pytest.mark.parametrize("header", [
    "E-mail;First Name;Surname;Mobile", "EMAIL ADDRESS\tGiven_Name\tLast name\tTelephone", "Mail,Vorname,Nachname,Telefon",
    "e-mail,Forename,Family Name,\"Cell Phone\"", "\ufeffEmail,First,Last,Tel"])
def test_what_people_call_their_columns(shared_server, header):
    campaign = make_campaign(shared_server)
    sign = next(c for c in "\t;," if c in header)
    row = sign.join(["zoe@names.example.com", "Zoë", "O'Brien", "312-555-8002"])
    assert sent(shared_server, campaign, f"{header}\n{row}\n")["added"] == 1
    assert people(shared_server, campaign) == [("Zoë", "O'Brien", "zoe@names.example.com", "312-555-8002")]


def test_quotes_blanks_and_other_columns(shared_server, campaign):
    body = ('Notes,Email,First name,Last name,Phone,Mobile\n'
            '"says ""hello"",\nthen; rings off",a@quotes.example.com," Ann ",  Lee  ,,312 555 8003\n'
            '\n'
            ',,,,,\n'
            ',b@quotes.example.com\n')
    assert sent(shared_server, campaign, body)["added"] == 2
    assert people(shared_server, campaign) == [(" Ann ", "Lee", "a@quotes.example.com", "312 555 8003"),
                                               ("", "", "b@quotes.example.com", "")]


def test_windows_1252(shared_server, campaign):
    assert sent(shared_server, campaign, "Email,First name\nx@w.example.com,Zoë €\n".encode("cp1252"))["added"] == 1
    assert people(shared_server, campaign)[0][0] == "Zoë €"


def test_a_bad_row_is_that_rows_fault(shared_server, campaign):
    body = ("email,phone\ngood@rows.example.com,+13125558004\nnot an address,\n,+13125558005\n"
            "cut@rows.example.com,1.55512E+10\nGOOD@rows.example.com,\nsame@rows.example.com,(312) 555-8004\n")
    assert sent(shared_server, campaign, body) == {"added": 1, "skipped": 2, "rejected": 3, "rows": [
        {"row": 2, "verdict": "rejected", "reason": '"email" must be a valid email'},
        {"row": 3, "verdict": "rejected", "reason": '"email" is required'},
        {"row": 4, "verdict": "rejected", "reason": '"phoneNumber" is 1.55512E+10: the spreadsheet has cut the number; '
                                                    'make the column text and save again'},
        {"row": 5, "verdict": "skipped", "reason": "ON_CAMPAIGN"},
        {"row": 6, "verdict": "skipped", "reason": "SAME_NUMBER"}]}
    assert len(people(shared_server, campaign)) == 1


@pytest.mark.parametrize("body, text", [
    ("", "must contain at least 1 row"),
    ("email\n", "must contain at least 1 row"),
    ("name,phone\nAda,1\n", 'must begin with a row that names the columns; none of them is "email"'),
    ("ada@example.com,Ada\n", 'must begin with a row that names the columns; none of them is "email"'),
    ('email\n"ada@example.com\n', "has a quoted cell that never ends"),
    ("email\nx@example.com\n".encode("utf-16"), "must be text in UTF-8 or Windows-1252: it is UTF-16"),
    (b"email\nx\0@example.com\n", "must be text in UTF-8 or Windows-1252: it has NUL characters (is it UTF-16?)"),
    ("email\n" + "x\n" * 10001, "must contain less than or equal to 10000 rows")])
def test_what_is_no_sheet(shared_server, campaign, body, text):
    reply = send(shared_server, campaign, body)
    assert fault(reply, "body") == f'"body" {text}'


def test_404_comes_before_the_sheets_faults(shared_server):
    not_found(send(shared_server, 99999999, "nothing"))
    not_found(send(shared_server, 99999999, "email\nx@example.com\n"))


def test_other_types_are_refused(shared_server, campaign):
    for form in ("text/plain", "text/csvx", "application/xml"):
        assert fault(send(shared_server, campaign, "email\nx@example.com\n", form), "body")
    assert send(shared_server, campaign, "email\nx@types.example.com\n", "Text/CSV; charset=utf-8").status_code == 200


# ---- NDJSON ----

def test_lines(shared_server, campaign):
    lines = [json.dumps(a_lead(email="ann@lines.example.com")), "", json.dumps(someone(email="zo\u00eb@lines.example.com")),
             '{"email":"a@lines.example.com","age":7}', '{"email":"b@lines.example.com","firstName":null}', "[1]", "{nonsense",
             '{"email":"c@lines.example.com","email":"d@lines.example.com"}', json.dumps({"email": "ANN@lines.example.com"}),
             "[" * 1000]
    said = sent(shared_server, campaign, "\r\n".join(lines), NDJSON)
    assert (said["added"], said["skipped"], said["rejected"]) == (2, 1, 6)
    assert [(r["row"], r["verdict"]) for r in said["rows"]] == [(3, "rejected"), (4, "rejected"), (5, "rejected"),
                                                                (6, "rejected"), (7, "rejected"), (8, "skipped"),
                                                                (9, "rejected")]
    reasons = [r["reason"] for r in said["rows"]]
    assert reasons[:3] == ['"age" is not allowed', '"firstName" must be a string', '"value" must be of type object']
    assert reasons[3].startswith("the line must be valid JSON") and reasons[5] == "ON_CAMPAIGN"
    assert len(people(shared_server, campaign)) == 2


# ---- long lists ----

@pytest.mark.parametrize("form", ["json", CSV, NDJSON])
def test_ten_thousand(shared_server, form):
    campaign = make_campaign(shared_server)
    rows = [{"email": f"n{n}.{form[-3:]}@long.example.com", "firstName": "Ada", "lastName": f"No {n}",
             "phoneNumber": f"+1312{7000000 + n}"} for n in range(10000)]
    if form == "json":
        def post():
            return shared_server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": rows}, timeout=120)
    elif form == CSV:
        body = "".join([",".join(rows[0]) + "\n"] + [",".join(r.values()) + "\n" for r in rows])

        def post():
            return sent(shared_server, campaign, body, timeout=120)
    else:
        body = "".join(json.dumps(r) + "\n" for r in rows)

        def post():
            return sent(shared_server, campaign, body, NDJSON, timeout=120)
    said = post()
    assert (said["added"], said["skipped"]) == (10000, 0)
    said = post()
    assert (said["added"], said["skipped"]) == (0, 10000)
    if form != "json":
        assert len(said["rows"]) == 1000
    listed = shared_server.ok("GET", f"/campaigns/{campaign}/leads")
    assert listed["pagination"]["total"] == 10000
    assert [x["email"] for x in listed["leads"]] == [r["email"] for r in rows[:20]]


def test_one_bad_row_of_a_long_json_list_refuses_it_all(shared_server, campaign):
    rows = [{"email": f"n{n}@all.example.com"} for n in range(3000)]
    rows[2999]["email"] = "nonsense"
    assert fault(shared_server.api("POST", f"/campaigns/{campaign}/leads", {"leads": rows}),
                 "leads.2999.email") == '"email" must be a valid email'
    assert people(shared_server, campaign) == []


# ---- dry runs ----

def forms_of(rows):
    yield "application/json", json.dumps({"leads": rows})
    yield NDJSON, "".join(json.dumps(r) + "\n" for r in rows)
    yield CSV, "email,phoneNumber\n" + "".join(f"{r['email']},{r.get('phoneNumber', '')}\n" for r in rows)


def test_a_dry_run_says_it_and_changes_nothing(shared_server):
    campaign, other = make_campaign(shared_server), make_campaign(shared_server)
    add_leads(shared_server, campaign, {"email": "here@dry.example.com", "phoneNumber": "+13125556001"})
    add_leads(shared_server, other, {"email": "known@dry.example.com", "phoneNumber": "+13125556001"})
    rows = [{"email": "Here@dry.example.com"}, {"email": "new@dry.example.com", "phoneNumber": "312 555 6002"},
            {"email": "NEW@dry.example.com"}, {"email": "twin@dry.example.com", "phoneNumber": "+13125556002"},
            {"email": "known@dry.example.com"}, {"email": "mute@dry.example.com"},
            {"email": "twin@dry.example.com", "phoneNumber": "+13125556003"}]
    before = list_leads(shared_server, campaign)
    verdicts = []
    for form, body in forms_of(rows):
        said = sent(shared_server, campaign, body, form, params={"dryRun": "true"})
        assert (said["added"], said["skipped"], said["rejected"]) == (3, 4, 0)
        verdicts.append([(r["verdict"], r["reason"]) for r in said["rows"]])
        assert list_leads(shared_server, campaign) == before
    assert verdicts == [[("skipped", "ON_CAMPAIGN"), ("added", None), ("skipped", "ON_CAMPAIGN"), ("skipped", "SAME_NUMBER"),
                         ("skipped", "SAME_NUMBER"), ("added", "NO_NUMBER"), ("added", None)]] * 3
    # and so it comes
    said = sent(shared_server, campaign, list(forms_of(rows))[2][1])
    assert (said["added"], said["skipped"]) == (3, 4)
    assert [(r["row"], r["reason"]) for r in said["rows"]] == [(1, "ON_CAMPAIGN"), (3, "ON_CAMPAIGN"), (4, "SAME_NUMBER"),
                                                              (5, "SAME_NUMBER")]


def test_a_dry_run_of_faulty_rows(shared_server, campaign):
    rows = [{"email": "fine@dry2.example.com", "phoneNumber": "ask me"}, {"email": "nonsense"}]
    (_, body), (_, lines), (_, sheet) = forms_of(rows)
    assert "leads.1.email" in faults(send(shared_server, campaign, body, "application/json", params={"dryRun": "true"}))
    for form, text in ((NDJSON, lines), (CSV, sheet)):
        said = sent(shared_server, campaign, text, form, params={"dryRun": "TRUE"})
        assert [(r["verdict"], r["reason"]) for r in said["rows"]] == [("added", "NOT_A_NUMBER"),
                                                                      ("rejected", '"email" must be a valid email')]
    assert people(shared_server, campaign) == []
    assert fault(send(shared_server, campaign, sheet, params={"dryRun": "maybe"}), "dryRun") == '"dryRun" must be a boolean'


def test_a_dry_run_makes_nobody(server):
    campaign = make_campaign(server)
    sent(server, campaign, "email\na@nobody.example.com\n", params={"dryRun": "true"})
    sent(server, campaign, "email\nfirst@nobody.example.com\n")
    first = list_leads(server, campaign)[0]["leadId"]
    sent(server, campaign, "email\nsecond@nobody.example.com\n", params={"dryRun": "true"})
    sent(server, campaign, "email\nsecond@nobody.example.com\n")
    assert list_leads(server, campaign)[1]["leadId"] == first + 1


# ---- the whole list ----

def export(server, campaign, form, **params):
    reply = server.api("GET", f"/campaigns/{campaign}/leads", params=params, headers={"Accept": form})
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].split(";")[0] == form
    assert reply.headers["X-Request-Id"]
    return reply.content.decode()


def test_the_list_as_a_sheet_and_as_lines(shared_server, campaign):
    add_leads(shared_server, campaign, *[a_lead(phoneNumber=f"+1312{5000000 + n}") for n in range(1234)])
    listed = []
    for page in range(1, 14):
        listed += list_leads(shared_server, campaign, page=page)
    assert len(listed) == 1234
    assert [json.loads(line) for line in export(shared_server, campaign, NDJSON).splitlines()] == listed
    rows = list(csv.DictReader(io.StringIO(export(shared_server, campaign, CSV, page=2, limit=5), newline="")))
    assert list(rows[0]) == ["leadId", "firstName", "lastName", "email", "phone", "status", "flowStatus", "addedAt"]
    assert rows == [{k: str(v) for k, v in lead.items()} for lead in listed]


def test_filters_apply(shared_server, campaign):
    add_leads(shared_server, campaign, a_lead(firstName="Zelda", phoneNumber="+13125556701"), a_lead(phoneNumber="+13125556702"))
    assert len(export(shared_server, campaign, NDJSON, search="zELD").splitlines()) == 1
    assert export(shared_server, campaign, NDJSON, status="Interested") == ""
    assert export(shared_server, campaign, CSV, status="NoAnswer").count("\n") == 1
    assert len(export(shared_server, campaign, NDJSON, status="Pending").splitlines()) == 2


@pytest.mark.parametrize("accept, form", [
    (None, "application/json"), ("*/*", "application/json"), ("text/html, */*", "application/json"), ("text/csv", CSV),
    ("text/csv;q=0.5, application/json", "application/json"), ("application/json;q=0.2, text/csv", CSV),
    ("TEXT/CSV; header=present", CSV), ("text/csv;q=0", "application/json"), ("application/x-ndjson, text/csv;q=0.9", NDJSON)])
def test_what_accept_asks_for(shared_server, campaign, accept, form):
    reply = shared_server.api("GET", f"/campaigns/{campaign}/leads", headers={"Accept": accept})
    assert reply.headers["Content-Type"].split(";")[0] == form


def test_faults_and_404_are_json_whatever_is_accepted(shared_server, campaign):
    not_found(shared_server.api("GET", "/campaigns/99999999/leads", headers={"Accept": CSV}))
    assert fault(shared_server.api("GET", f"/campaigns/{campaign}/leads?status=x", headers={"Accept": CSV}), "status")
    assert refused(shared_server.api("GET", f"/campaigns/{campaign}/leads", key=None, headers={"Accept": CSV}), 401)
    head = shared_server.api("HEAD", f"/campaigns/{campaign}/leads", headers={"Accept": CSV})
    assert (head.status_code, head.content) == (200, b"")


NASTY = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=1", "''+x", "\t=1", 'say "hi"', "semi;colon", "comma,", "line\nbreak",
         " blank ", "'quoted'", "plain", "Zoë €", "'"]


def test_sheets_are_harmless_and_come_back_the_same(shared_server):
    here, there = make_campaign(shared_server), make_campaign(shared_server)
    add_leads(shared_server, here, *[a_lead(firstName=name, lastName=name, phoneNumber=f"+1 312 555 {6800 + n}")
                                     for n, name in enumerate(NASTY)],
              a_lead(phoneNumber="+1 (312) 555-6899", firstName="x"), a_lead(phoneNumber="+13125556898", firstName="y"))
    text = export(shared_server, here, CSV)
    for row in list(csv.reader(io.StringIO(text, newline="")))[1:]:
        for cell in row:
            assert cell[:1] not in "=-@\t\r" or cell == ""
            assert cell[:1] != "+" or cell[1:].replace(" ", "").isdigit()
    assert "\n".join(text.splitlines()).count("+13125556898") == 1
    assert sent(shared_server, there, text)["added"] == len(NASTY) + 2
    assert people(shared_server, there) == people(shared_server, here)


def test_a_reader_that_goes_away_and_one_that_is_slow(shared_server, campaign):
    rows = [{"email": f"n{n}@away.example.com", "firstName": "A" * 150, "lastName": "B" * 150} for n in range(9000)]
    add_leads(shared_server, campaign, *rows)
    host, port = shared_server.url.split("//")[1].split(":")
    ask = (f"GET /v1/partner/campaigns/{campaign}/leads HTTP/1.1\r\nHost: x\r\nAccept: {CSV}\r\n"
           f"Authorization: Bearer {shared_server.key()}\r\n\r\n").encode()
    for _ in range(5):
        with socket.create_connection((host, int(port))) as s:
            s.sendall(ask)
            s.recv(1000)
    with socket.create_connection((host, int(port))) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        s.sendall(ask)
        time.sleep(1)
        reply = http.client.HTTPResponse(s)
        reply.begin()
        assert reply.read().count(b"@away.example.com") == 9000
        s.sendall(ask.replace(b"text/csv", b"application/json"))  # the connection is as good as before
        assert s.recv(1000).startswith(b"HTTP/1.1 200")
    assert without(list_leads(shared_server, campaign)[0], "leadId")["firstName"] == "A" * 150


def test_the_server_stops_amid_an_export(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, *[{"email": f"n{n}@stop.example.com", "firstName": "A" * 200} for n in range(9000)])
    host, port = server.url.split("//")[1].split(":")
    with socket.create_connection((host, int(port))) as s:
        s.sendall((f"GET /v1/partner/campaigns/{campaign}/leads HTTP/1.1\r\nHost: x\r\nAccept: {CSV}\r\n"
                   f"Authorization: Bearer {server.key()}\r\n\r\n").encode())
        s.recv(10)
        server.stop()


def test_every_page_from_both_ends(shared_server, campaign):
    add_leads(shared_server, campaign, *[someone(firstName="Ann" if n % 3 else "Bob") for n in range(103)])
    ids = [lead["leadId"] for page in (1, 2) for lead in list_leads(shared_server, campaign, page=page)]
    shared_server.ok("DELETE", f"/campaigns/{campaign}/leads/{ids.pop(50)}")
    for query in ({}, {"status": "Pending"}, {"search": "example.com"}, {"search": "example.com", "status": "Pending"}):
        for limit in (1, 7, 20, 100):
            pages = [[x["leadId"] for x in list_leads(shared_server, campaign, limit=limit, page=page, **query)]
                     for page in range(1, 102 // limit + 3)]
            assert sum(pages, []) == ids and pages[-1] == []
            assert [len(p) for p in pages[:102 // limit]] == [limit] * (102 // limit)
