"""Entity tags: read only what has changed, change only what one has seen."""

import time

import pytest

from lib.answers import refused
from lib.campaign import a_campaign, a_lead, add_leads, FAR_FUTURE, list_leads, make_campaign
from lib.raw import raw

READS = ["/company-sites", "/campaigns?limit=3", "/campaigns/{}", "/campaigns/{}/leads", "/campaigns/{}/leads?search=ada"]


@pytest.fixture
def campaign(shared_server):
    campaign = make_campaign(shared_server)
    add_leads(shared_server, campaign, a_lead(phoneNumber="+13125550901"), a_lead(phoneNumber="+13125550902"))
    return campaign


def get(server, path, tag=None, **more):
    return server.api("GET", path, headers={"If-None-Match": tag} if tag else {}, **more)


def tag_of(server, path):
    reply = get(server, path)
    assert reply.status_code == 200
    return reply.headers["ETag"]


def changed(server, path, tag):
    """Whether the tag is an old one; a 304 and a 200 must both be whole."""
    reply = get(server, path, tag)
    if reply.status_code == 200:
        assert reply.headers["ETag"] != tag and reply.content
        return True
    assert (reply.status_code, reply.content, reply.headers["ETag"]) == (304, b"", tag)
    return False


# ---- reading ----

@pytest.mark.parametrize("template", READS)
def test_unchanged_is_not_sent_again(server, template):
    path = template.format(make_campaign(server))
    first = get(server, path)
    tag = first.headers["ETag"]
    assert tag.startswith('"' if "campaigns/{}" == template[1:] else 'W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for sent in (tag, "*", f'"other", {tag}', tag.removeprefix("W/"), "W/" + tag.removeprefix("W/")):
        reply = get(server, path, sent)
        assert (reply.status_code, reply.content, reply.headers["ETag"]) == (304, b"", tag), sent
        assert reply.headers["Cache-Control"] == "private, no-cache"
        assert reply.headers["X-Request-Id"] and "Content-Type" not in reply.headers
    for sent in ('"other"', "other", tag[:-2] + '"', ""):
        reply = get(server, path, sent)
        assert (reply.status_code, reply.content) == (200, first.content)


def test_a_304_on_the_wire(shared_server, campaign):
    path = f"/v1/partner/campaigns/{campaign}"
    tag = tag_of(shared_server, path)
    reply = raw(shared_server, "GET", path, [("If-None-Match", tag)])
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers.get("content-length") in (None, "0")  # 0 is libmicrohttpd's, before 1.0
    assert raw(shared_server, "HEAD", path, [("If-None-Match", tag)]).status == 304


def test_errors_have_no_tag(shared_server):
    reply = get(shared_server, "/campaigns/999999999", "*")
    assert reply.status_code == 404 and "ETag" not in reply.headers
    reply = get(shared_server, "/campaigns?limit=0", "*")
    assert reply.status_code == 400 and "ETag" not in reply.headers


def test_one_campaign(shared_server, campaign):
    path = f"/campaigns/{campaign}"
    tag = tag_of(shared_server, path)
    add_leads(shared_server, campaign, a_lead(phoneNumber="+13125550903"))
    shared_server.ok("PATCH", path, {})
    assert not changed(shared_server, path, tag)
    shared_server.ok("PATCH", path, {"title": "Another"})
    assert changed(shared_server, path, tag)


def test_created_and_changed_tell_the_new_tag(shared_server):
    reply = shared_server.api("POST", "/campaigns", a_campaign(shared_server, callStartTimeUtc=FAR_FUTURE))
    path = reply.headers["Location"]
    assert reply.headers["ETag"] == tag_of(shared_server, path)
    for body in ({"title": "Another"}, {}):
        reply = shared_server.api("PATCH", path, body)
        assert reply.headers["ETag"] == tag_of(shared_server, path)


def test_the_list_of_campaigns(server):
    path = "/campaigns"
    tag = tag_of(server, path)
    campaign = make_campaign(server)
    assert changed(server, path, tag)
    tag = tag_of(server, path)
    add_leads(server, campaign, a_lead())
    assert not changed(server, path, tag)
    server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Another"})
    assert changed(server, path, tag)


def test_the_list_of_leads(shared_server, campaign):
    path = f"/campaigns/{campaign}/leads"
    tag = tag_of(shared_server, path)
    other = make_campaign(shared_server)
    add_leads(shared_server, other, a_lead())
    lead = a_lead(phoneNumber="+13125550901")
    assert add_leads(shared_server, campaign, lead) == (0, 1)
    shared_server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Another"})
    assert not changed(shared_server, path, tag)
    add_leads(shared_server, campaign, a_lead(phoneNumber="+13125550904"))
    assert changed(shared_server, path, tag)
    tag = tag_of(shared_server, path)
    shared_server.ok("DELETE", f"{path}/{list_leads(shared_server, campaign)[0]['leadId']}")
    assert changed(shared_server, path, tag)


def test_tags_outlive_a_restart(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, a_lead())
    paths = [path.format(campaign) for path in READS]
    tags = [tag_of(server, path) for path in paths]
    server.restart()
    assert [tag_of(server, path) for path in paths] == tags


def test_a_poller_sees_every_state_of_a_call(server):
    """Polling by tag and polling without it must see the same list, all through a call."""
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00.000Z",
                             questions=[])
    path = f"/campaigns/{campaign}/leads"
    seen, tag = get(server, path), None
    add_leads(server, campaign, a_lead(phoneNumber="+13125550111"))
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        reply = get(server, path, tag)
        if reply.status_code == 200:
            seen, tag = reply, reply.headers["ETag"]
        before = seen.json()
        plain = get(server, path)
        if plain.headers["ETag"] == tag:
            assert plain.json() == before
        if before["leads"] and before["leads"][0]["status"] != "Pending":
            break
        time.sleep(0.1)
    assert before["leads"][0]["status"] != "Pending"


def test_one_lead_and_oneself(shared_server, campaign):
    lead = list_leads(shared_server, campaign)[0]["leadId"]
    for path in (f"/campaigns/{campaign}/leads/{lead}", "/me"):
        tag = tag_of(shared_server, path)
        assert tag.startswith('"') and not changed(shared_server, path, tag)
    path = f"/campaigns/{campaign}/leads/{lead}"
    tag = tag_of(shared_server, path)
    shared_server.ok("DELETE", path)
    shared_server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead(phoneNumber="+13125550905")]})
    assert get(shared_server, path, tag).status_code == 404


def test_a_304_of_two_forms_says_so(shared_server, campaign):
    path = f"/campaigns/{campaign}/leads"
    assert get(shared_server, path, tag_of(shared_server, path)).headers["Vary"] == "Accept"


# ---- changing ----

def patch(server, campaign, **headers):
    return server.api("PATCH", f"/campaigns/{campaign}", {"title": "Changed"},
                      headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_if_match(shared_server, campaign):
    path = f"/campaigns/{campaign}"
    old = tag_of(shared_server, path)
    for sent in ("{}", '"x", {}', "*"):
        assert patch(shared_server, campaign, If_Match=sent.format(tag_of(shared_server, path))).status_code == 200
    before = get(shared_server, path)
    for sent in (old, "W/" + before.headers["ETag"], '"x"', "x", ""):
        assert refused(patch(shared_server, campaign, If_Match=sent), 412)["details"] == {}
    assert get(shared_server, path).content == before.content


def test_if_none_match_on_a_change(shared_server, campaign):
    tag = tag_of(shared_server, f"/campaigns/{campaign}")
    refused(patch(shared_server, campaign, If_None_Match="*"), 412)
    refused(patch(shared_server, campaign, If_None_Match=tag), 412)
    assert patch(shared_server, campaign, If_None_Match='"x"').status_code == 200


def test_what_is_not_there_is_404(shared_server):
    assert patch(shared_server, 999999999, If_Match="*").status_code == 404
    assert patch(shared_server, 999999999, If_Match='"x"').status_code == 404


def test_of_two_who_saw_the_same_one_wins(shared_server, campaign):
    tag = tag_of(shared_server, f"/campaigns/{campaign}")
    assert [patch(shared_server, campaign, If_Match=tag).status_code for _ in range(2)] == [200, 412]


def test_removing_a_lead(shared_server, campaign):
    leads = list_leads(shared_server, campaign)
    path = f"/campaigns/{campaign}/leads"
    tag = tag_of(shared_server, path)
    one = f"{path}/{leads[0]['leadId']}"
    for sent in (tag, tag.removeprefix("W/")):
        refused(shared_server.api("DELETE", one, headers={"If-Match": sent}), 412)
    mine = tag_of(shared_server, one)
    refused(shared_server.api("DELETE", one, headers={"If-Match": "W/" + mine}), 412)
    refused(shared_server.api("DELETE", one, headers={"If-None-Match": mine}), 412)
    assert list_leads(shared_server, campaign) == leads
    assert not changed(shared_server, path, tag)
    assert shared_server.api("DELETE", one, headers={"If-Match": mine}).status_code == 200
    refused(shared_server.api("DELETE", one, headers={"If-Match": mine}), 404)
    one = f"{path}/{leads[1]['leadId']}"
    assert shared_server.api("DELETE", one, headers={"If-Match": "*"}).status_code == 200
    assert shared_server.api("DELETE", one, headers={"If-Match": "*"}).status_code == 404
