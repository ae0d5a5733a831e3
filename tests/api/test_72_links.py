"""Link: the other pages of a list, so that a client needs no arithmetic."""

import re

import pytest

from lib.campaign import a_lead, add_leads, make_campaign
from lib.raw import raw

LINK = re.compile(r'<([^>]*)>; rel="(\w+)"')


@pytest.fixture(scope="module")
def campaign(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, *(a_lead(firstName="Ada", phoneNumber=f"+1312555{n}") for n in range(4000, 4007)))
    return campaign


def links(reply):
    assert reply.status_code == 200
    found = LINK.findall(reply.headers["Link"])
    assert ", ".join(f'<{url}>; rel="{rel}"' for url, rel in found) == reply.headers["Link"]
    return {rel: url for url, rel in found}


def pages(reply):
    return {rel: int(url.rsplit("page=", 1)[1]) for rel, url in links(reply).items()}


@pytest.mark.parametrize("page, expected", [
    (1, {"first": 1, "next": 2, "last": 4}),
    (2, {"first": 1, "prev": 1, "next": 3, "last": 4}),
    (4, {"first": 1, "prev": 3, "last": 4}),
    (5, {"first": 1, "prev": 4, "last": 4}),
    (900719925474099, {"first": 1, "prev": 4, "last": 4}),
])
def test_pages(shared_server, campaign, page, expected):
    assert pages(shared_server.api("GET", f"/campaigns/{campaign}/leads?limit=2&page={page}")) == expected


def test_one_page_and_none(shared_server, campaign):
    path = f"/campaigns/{campaign}/leads"
    assert pages(shared_server.api("GET", path)) == {"first": 1, "last": 1}
    assert pages(shared_server.api("GET", path + "?search=nobody")) == {"first": 1, "last": 1}


def test_the_other_parameters_stay(shared_server, campaign):
    path = f"/v1/partner/campaigns/{campaign}/leads"
    reply = shared_server.api("GET", path + "?page=1&status=Pending&limit=2&search=%40example")
    assert links(reply)["next"] == path + "?status=Pending&limit=2&search=%40example&page=2"


def test_walking_by_links_sees_everybody_once(shared_server, campaign):
    url, seen = f"/v1/partner/campaigns/{campaign}/leads?limit=3", []
    while url:
        reply = shared_server.api("GET", url)
        seen += [lead["leadId"] for lead in reply.json()["leads"]]
        url = links(reply).get("next")
    assert len(seen) == len(set(seen)) == 7


def test_the_list_of_campaigns(server):
    for _ in range(3):
        make_campaign(server)
    reply = server.api("GET", "/campaigns?limit=1&page=2&status=RUNNING")
    assert links(reply) == {rel: f"/v1/partner/campaigns?limit=1&status=RUNNING&page={page}"
                            for rel, page in {"first": 1, "prev": 1, "next": 3, "last": 3}.items()}


def test_an_absolute_target(shared_server, campaign):
    path = f"/v1/partner/campaigns/{campaign}/leads"
    reply = raw(shared_server, "GET", f"http://else.where:81{path}?limit=5")
    assert (reply.status, reply.headers["link"]) == (200, ", ".join(
        f'<{path}?limit=5&page={page}>; rel="{rel}"' for rel, page in [("first", 1), ("next", 2), ("last", 2)]))


def test_nothing_breaks_out_of_the_brackets(shared_server, campaign):
    reply = raw(shared_server, "GET", f'/v1/partner/campaigns/{campaign}/leads?limit=1&search=Ada%3E&x=>;rel="evil"')
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert "evil\"" not in reply.headers["link"]
