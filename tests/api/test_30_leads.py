"""The leads of a campaign: added, listed, searched, removed. Nobody is dialled here."""

import json
import re

import pytest

from lib.answers import fault, faults, not_found, refused
from lib.campaign import a_lead, a_reminder, add_leads, FAR_FUTURE, list_leads, make_campaign, someone

ISO = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


@pytest.fixture
def campaign(shared_server):
    return make_campaign(shared_server)


def post(server, campaign, leads):
    return server.api("POST", f"/campaigns/{campaign}/leads", {"leads": leads})


def emails(server, campaign, **query):
    return [lead["email"] for lead in list_leads(server, campaign, **query)]


# ---- adding ----

def test_the_example_of_the_documentation(shared_server, campaign):
    leads = [{"email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "phoneNumber": "+15559876543",
              "linkedin": "https://www.linkedin.com/in/example"},
             {"email": "grace@example.com", "firstName": "Grace", "lastName": "Hopper"}]
    reply = post(shared_server, campaign, leads)
    assert (reply.status_code, reply.json()) == (200, {"added": 2, "skipped": 0})
    said = shared_server.ok("GET", f"/campaigns/{campaign}/leads")
    ada, grace = said["leads"]
    assert list(said) == ["leads", "pagination"]
    assert ada == {"leadId": ada["leadId"], "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com",
                   "phone": "+15559876543", "status": "Pending", "flowStatus": "Pending", "addedAt": ada["addedAt"]}
    assert list(ada) == ["leadId", "firstName", "lastName", "email", "phone", "status", "flowStatus", "addedAt"]
    assert isinstance(ada["leadId"], int) and ISO.match(ada["addedAt"])
    assert (grace["phone"], grace["email"]) == ("", "grace@example.com")
    assert said["pagination"] == {"page": 1, "limit": 20, "total": 2, "totalPages": 1}


def test_submission_is_shown_for_assessments_only(shared_server):
    body = a_reminder(shared_server, callStartTimeUtc=FAR_FUTURE)
    reminder = shared_server.ok("POST", "/campaigns", body)["campaign"]["id"]
    add_leads(shared_server, reminder, someone())
    lead = list_leads(shared_server, reminder)[0]
    assert list(lead) == ["leadId", "firstName", "lastName", "email", "phone", "status", "flowStatus", "assessmentSubmitted",
                          "addedAt"]
    assert lead["assessmentSubmitted"] == "Not submitted"


def test_only_the_email_is_needed(shared_server, campaign):
    assert add_leads(shared_server, campaign, {"email": "bare@example.com"},
                     {"email": "blank@example.com", "firstName": "", "lastName": "", "phoneNumber": "", "linkedin": ""}) == (2, 0)
    assert [(x["firstName"], x["lastName"], x["phone"]) for x in list_leads(shared_server, campaign)] == [("", "", "")] * 2


def test_somebody_on_the_campaign_is_skipped(shared_server, campaign):
    lead = a_lead(email="Some.One@Example.com", phoneNumber="+13125557001")
    assert add_leads(shared_server, campaign, lead) == (1, 0)
    assert add_leads(shared_server, campaign, lead) == (0, 1)
    assert add_leads(shared_server, campaign, lead | {"email": "some.one@EXAMPLE.COM", "phoneNumber": "+13125557002"}) == (0, 1)
    assert emails(shared_server, campaign) == ["Some.One@Example.com"]


def test_twice_in_one_request(shared_server, campaign):
    one, two, three = a_lead(phoneNumber="+13125557101"), a_lead(phoneNumber="+13125557102"), someone()
    same_number = a_lead(phoneNumber="(312) 555-7101")
    assert add_leads(shared_server, campaign, one, two, one | {"email": one["email"].upper()}, three, three, same_number) == (3, 3)
    assert emails(shared_server, campaign) == [one["email"], two["email"], three["email"]]


def test_one_number_once_per_campaign(shared_server, campaign):
    assert add_leads(shared_server, campaign, a_lead(phoneNumber="+1 312 555 7201")) == (1, 0)
    for number in ("+13125557201", "3125557201", "(312) 555-7201", "1-312-555-7201", "001 312 555 7201"):
        assert add_leads(shared_server, campaign, a_lead(phoneNumber=number)) == (0, 1)
    assert add_leads(shared_server, make_campaign(shared_server), a_lead(phoneNumber="+13125557201")) == (1, 0)


def test_numbers_nobody_can_dial_do_not_collide(shared_server, campaign):
    assert add_leads(shared_server, campaign, *[a_lead(phoneNumber="ask me") for _ in range(3)],
                     *[a_lead(phoneNumber="12") for _ in range(2)]) == (5, 0)
    assert [x["phone"] for x in list_leads(shared_server, campaign)] == ["ask me"] * 3 + ["12"] * 2


def test_a_person_is_one_on_all_campaigns(shared_server):
    first, second = make_campaign(shared_server), make_campaign(shared_server)
    lead = a_lead(phoneNumber="+13125557301", firstName="Zoë")
    add_leads(shared_server, first, lead)
    add_leads(shared_server, second, {"email": lead["email"].upper()})
    a, b = list_leads(shared_server, first)[0], list_leads(shared_server, second)[0]
    assert a["leadId"] == b["leadId"]
    assert (b["firstName"], b["phone"], b["email"]) == ("Zoë", "+13125557301", lead["email"].upper())  # blanks filled, the rest as sent


def test_a_lead_keeps_the_name_it_was_sent_with(shared_server):
    first, second = make_campaign(shared_server), make_campaign(shared_server)
    lead = someone(firstName="Before")
    add_leads(shared_server, first, lead)
    add_leads(shared_server, second, lead | {"firstName": "After"})
    assert list_leads(shared_server, first)[0]["firstName"] == "Before"
    assert list_leads(shared_server, second)[0]["firstName"] == "After"


# ---- faults ----

EMAIL = '"email" must be a valid email'

LEAD_FAULTS = [
    ({}, "email", '"email" is required'),
    ({"email": ""}, "email", '"email" is not allowed to be empty'),
    ({"email": None}, "email", '"email" must be a string'),
    ({"email": 5}, "email", '"email" must be a string'),
    *[({"email": e}, "email", EMAIL) for e in ("x", "x@", "@x.org", "x@localhost", "a@b@c.org", "x@-a.org", "x@a-.org", "x@a_b.org",
                                               ".x@a.org", "x.@a.org", "x..y@a.org", "x@a..org", "x@a.1", "x y@a.org", " x@a.org",
                                               "x@a.org ", '"x"@a.org', "x" * 65 + "@a.org", "x@" + "a" * 64 + ".org",
                                               "x@" + "a." * 126 + "org", "x@a.org\n", "x@[127.0.0.1]")],
    ({"email": "x@a.org", "firstName": None}, "firstName", '"firstName" must be a string'),
    ({"email": "x@a.org", "firstName": "x" * 201}, "firstName",
     '"firstName" length must be less than or equal to 200 characters long'),
    ({"email": "x@a.org", "lastName": 1}, "lastName", '"lastName" must be a string'),
    ({"email": "x@a.org", "phoneNumber": 13125550100}, "phoneNumber", '"phoneNumber" must be a string'),
    ({"email": "x@a.org", "linkedin": []}, "linkedin", '"linkedin" must be a string'),
    ({"email": "x@a.org", "phone": "1"}, "phone", '"phone" is not allowed'),
]


@pytest.mark.parametrize("lead, field, text", LEAD_FAULTS, ids=lambda v: str(v)[:40])
def test_a_bad_row_and_nothing_is_added(shared_server, campaign, lead, field, text):
    assert fault(post(shared_server, campaign, [lead]), f"leads.0.{field}") == text
    assert fault(post(shared_server, campaign, [someone(), someone(), lead]), f"leads.2.{field}") == text
    assert list_leads(shared_server, campaign) == []


@pytest.mark.parametrize("email", ["x@a.org", "X.Y+z@sub.Example.co", "ümlaut@exämple.org", "a!#$%&'*+-/=?^_`{|}~b@x.yz",
                                   "x@1.com", "x" * 64 + "@a.org", "x@xn--mnchen-3ya.de", "1@a.b2"])
def test_emails_that_are_taken(shared_server, campaign, email):
    assert add_leads(shared_server, campaign, {"email": email}) == (1, 0)
    assert emails(shared_server, campaign) == [email]


@pytest.mark.parametrize("row", ["x", 1, None, True, []])
def test_rows_that_are_no_objects(shared_server, campaign, row):
    assert fault(post(shared_server, campaign, [someone(), row]), "leads.1") == '"[1]" must be of type object'


@pytest.mark.parametrize("body, path, text", [
    ({}, "leads", '"leads" is required'),
    ({"leads": []}, "leads", '"leads" must contain at least 1 items'),
    ({"leads": {}}, "leads", '"leads" must be an array'),
    ({"leads": "x"}, "leads", '"leads" must be an array'),
    ({"leads": None}, "leads", '"leads" must be an array'),
    ([], "body", '"value" must be of type object'),
    ({"leads": [{"email": "x@a.org"}], "lead": 1}, "lead", '"lead" is not allowed')])
def test_bodies_without_leads(shared_server, campaign, body, path, text):
    assert fault(shared_server.api("POST", f"/campaigns/{campaign}/leads", body), path) == text


def test_many_faults(shared_server, campaign):
    details = faults(post(shared_server, campaign, [{"email": "x", "firstName": 1, "zip": 1}, {}, 5]))
    assert list(details) == ["leads.0.email", "leads.0.firstName", "leads.0.zip", "leads.1.email", "leads.2"]
    error = refused(post(shared_server, campaign, [{}] * 1000), 400)
    assert len(error["details"]) == 100
    assert error["message"].endswith(" 900 more are not listed.")


def test_more_rows_than_allowed(shared_server, campaign):
    assert fault(post(shared_server, campaign, [{"email": "x@a.org"}] * 10001), "leads") == \
        '"leads" must contain less than or equal to 10000 items'
    assert list_leads(shared_server, campaign) == []


def test_as_many_rows_as_allowed(shared_server, campaign):
    rows = [{"email": f"m{i % 400}@many.example.com"} for i in range(10000)]
    assert add_leads(shared_server, campaign, *rows) == (400, 9600)


def test_a_body_over_16_mib(shared_server, campaign):
    body = json.dumps({"leads": [someone()]}).encode()
    reply = shared_server.api("POST", f"/campaigns/{campaign}/leads", data=body + b" " * ((16 << 20) - len(body) + 1))
    refused(reply, 413)
    assert list_leads(shared_server, campaign) == []
    reply = shared_server.api("POST", f"/campaigns/{campaign}/leads", data=body + b" " * ((16 << 20) - len(body)))
    assert reply.json() == {"added": 1, "skipped": 0}


# ---- listing ----

@pytest.fixture(scope="module")
def people(shared_server):
    """A campaign of people with names to search for."""
    id = make_campaign(shared_server)
    names = [("Ada", "Lovelace"), ("Élodie", "Müller"), ("100%", "sure_thing"), ("Straße", "O'Neil"), ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
             ("İpek", "back\\slash"), ("Anna", "Lovegood"), ("e\u0301clair", "")]
    add_leads(shared_server, id, *[{"email": f"p{i}.x@people.example.com", "firstName": first, "lastName": last,
                                    "phoneNumber": f"+1312555880{i}"} for i, (first, last) in enumerate(names)])
    return id


@pytest.mark.parametrize("needle, found", [
    ("", [0, 1, 2, 3, 4, 5, 6, 7]), ("ada", [0]), ("ADA", [0]), ("love", [0, 6]), ("élodie", [1]), ("ÉLODIE", [1]),
    ("E\u0301LODIE", [1]), ("ÉCLAIR", [7]), ("müller", [1]), ("MÜLLER", [1]), ("muller", []), ("%", [2]), ("_", [2]), ("100%", [2]),
    ("e_t", [2]), ("a%a", []), ("STRASSE", [3]), ("straße", [3]), ("o'n", [3]), ("σίσυφος", [4]), ("ΣΊΣΥΦΟΣ", [4]),
    ("\\", [5]), ("İPEK", [5]), ("P1.X@PEOPLE", [1]), ("people.example", [0, 1, 2, 3, 4, 5, 6, 7]), ("ada lovelace", []),
    ("adalove", []), ("8801", []), ("lovelacep0", []), ("\x1f", []), (" ", []), ("x" * 100, []), ("' OR 1=1 --", []), ("*", [])])
def test_search(shared_server, people, needle, found):
    said = shared_server.ok("GET", f"/campaigns/{people}/leads", params={"search": needle})
    assert [x["email"] for x in said["leads"]] == [f"p{i}.x@people.example.com" for i in found]
    assert said["pagination"] == {"page": 1, "limit": 20, "total": len(found), "totalPages": 1 if found else 0}


def test_search_and_status_and_pages_together(shared_server, people):
    path = f"/campaigns/{people}/leads"
    said = shared_server.ok("GET", path, params={"search": "love", "status": "Pending", "limit": 1, "page": 2})
    assert [x["firstName"] for x in said["leads"]] == ["Anna"]
    assert said["pagination"] == {"page": 2, "limit": 1, "total": 2, "totalPages": 2}
    for status in ("Interested", "NotInterested", "NoAnswer"):
        for search in ({}, {"search": "love"}):
            said = shared_server.ok("GET", path, params={"status": status} | search)
            assert (said["leads"], said["pagination"]["total"]) == ([], 0)


@pytest.mark.parametrize("query, name, text", [
    ("status=pending", "status", "must be one of [Interested, NotInterested, NoAnswer, Pending]"),
    ("status=", "status", "must be one of [Interested, NotInterested, NoAnswer, Pending]"),
    ("status=Pending&status=Pending", "status", "must be one of [Interested, NotInterested, NoAnswer, Pending]"),
    ("search=" + "x" * 501, "search", "length must be less than or equal to 500 characters long"),
    ("search=a&search=b", "search", "must be a string"),
    ("page=0", "page", "must be greater than or equal to 1"),
    ("limit=101", "limit", "must be less than or equal to 100"),
    ("limit=ten", "limit", "must be a number"),
    ("purposeType=SCHEDULE", "purposeType", "is not allowed")])
def test_faults_of_the_query(shared_server, people, query, name, text):
    assert fault(shared_server.api("GET", f"/campaigns/{people}/leads?{query}"), name) == f'"{name}" {text}'


def test_pages(shared_server, campaign):
    rows = [someone() for _ in range(45)]
    add_leads(shared_server, campaign, *rows)
    seen = []
    for n in (1, 2, 3):
        said = shared_server.ok("GET", f"/campaigns/{campaign}/leads", params={"page": n})
        assert said["pagination"] == {"page": n, "limit": 20, "total": 45, "totalPages": 3}
        seen += [x["email"] for x in said["leads"]]
    assert seen == [r["email"] for r in rows]
    assert shared_server.ok("GET", f"/campaigns/{campaign}/leads", params={"page": 4})["leads"] == []


# ---- removing ----

def test_remove_and_come_back(shared_server, campaign):
    one, two = a_lead(phoneNumber="+13125557401"), someone()
    add_leads(shared_server, campaign, one, two)
    id = list_leads(shared_server, campaign)[0]["leadId"]
    path = f"/campaigns/{campaign}/leads/{id}"
    reply = shared_server.api("DELETE", path)
    assert (reply.status_code, reply.text) == (200, f'{{"status":"success","leadId":{id}}}')
    assert emails(shared_server, campaign) == [two["email"]]
    assert shared_server.ok("GET", f"/campaigns/{campaign}/leads")["pagination"]["total"] == 1
    assert emails(shared_server, campaign, search=one["email"]) == []
    not_found(shared_server.api("DELETE", path))
    assert add_leads(shared_server, campaign, one | {"firstName": "Again"}) == (1, 0)
    back = list_leads(shared_server, campaign)[0]
    assert (back["leadId"], back["firstName"], back["status"]) == (id, "Again", "Pending")
    assert add_leads(shared_server, campaign, one) == (0, 1)
    shared_server.ok("DELETE", path)
    assert shared_server.ok("GET", f"/campaigns/{campaign}/leads")["pagination"]["total"] == 1


def test_a_removed_number_is_free_again(shared_server, campaign):
    one, other = a_lead(phoneNumber="+13125557501"), a_lead(phoneNumber="312-555-7501")
    add_leads(shared_server, campaign, one)
    shared_server.ok("DELETE", f"/campaigns/{campaign}/leads/{list_leads(shared_server, campaign)[0]['leadId']}")
    assert add_leads(shared_server, campaign, other) == (1, 0)
    assert add_leads(shared_server, campaign, one) == (0, 1)  # his number has been taken meanwhile
    assert emails(shared_server, campaign) == [other["email"]]


@pytest.mark.parametrize("id", ["0", "-1", "abc", "999999999", "9" * 30, "1.0"])
def test_leads_that_are_not_there(shared_server, campaign, id):
    not_found(shared_server.api("DELETE", f"/campaigns/{campaign}/leads/{id}"))


def test_leads_of_another_campaign(shared_server, campaign):
    add_leads(shared_server, campaign, someone())
    id = list_leads(shared_server, campaign)[0]["leadId"]
    not_found(shared_server.api("DELETE", f"/campaigns/{make_campaign(shared_server)}/leads/{id}"))
    not_found(shared_server.api("DELETE", f"/campaigns/{campaign}/leads/{id}", key="live"))
    assert len(list_leads(shared_server, campaign)) == 1


def test_a_foreign_campaign_takes_nobody(shared_server):
    foreign = shared_server.ok("POST", "/campaigns", {**a_reminder(shared_server), "status": "PAUSED"}, key="live")["campaign"]["id"]
    not_found(post(shared_server, foreign, [someone()]))
    not_found(shared_server.api("GET", f"/campaigns/{foreign}/leads"))
    assert shared_server.ok("GET", f"/campaigns/{foreign}/leads", key="live")["pagination"]["total"] == 0


# ---- a campaign that is over ----

def test_nobody_is_added_where_nobody_will_be_called(server):
    campaign = make_campaign(server)
    server.command("campaigns", "cancel", str(campaign))
    said = refused(server.api("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead()]}), 400,
                   "PURPOSE_NOT_ALLOWED_FOR_PARTNER")
    assert "cancelled" in said["message"]
    assert list_leads(server, campaign) == []
