"""A database from before lists had rows of their own: its campaigns are still on the list."""

import json

from lib.campaign import a_reminder, make_campaign
from lib.older import as_of_schema


def test_the_lists_are_filled_from_the_campaigns_and_the_leads(server):
    one = make_campaign(server, title="One")
    server.ok("POST", f"/campaigns/{one}/leads", {"leads": [
        {"email": f"p{n}@example.com", "firstName": "Ada", "lastName": "Ärmel" if n % 7 else "Hopper"} for n in range(200)]})
    lists = [f"/campaigns/{one}/leads?{query}" for query in ("page=10", "search=HOPPER", "search=p19&page=1", "search=%C3%A4rmel")]
    leads = [server.ok("GET", path) for path in lists]
    make_campaign(server, **a_reminder(server, title="Two", callStartTimeUtc="2099-01-01T15:00:00.000Z"))
    before = server.ok("GET", "/campaigns")
    server.stop()
    as_of_schema(server.data / "callsheet.db", 4, {
        "search_key": "lower(first_name) || char(31) || replace(lower(last_name), 'Ä', 'ä') || char(31) || email",
        "summary_json": "(SELECT l.summary_json FROM new.campaign_listed l WHERE l.campaign_id = campaign.campaign_id)"})
    listed = json.loads(server.command("campaigns", "list", "--json").stdout)["campaigns"]
    assert [c["title"] for c in listed] == ["Two", "One"]
    server.start()
    assert server.ok("GET", "/campaigns") == before
    assert [server.ok("GET", path) for path in lists] == leads
    assert [page["pagination"]["total"] for page in leads] == [200, 29, 11, 171]
    assert server.ok("GET", "/campaigns?purposeType=ASSESSMENT_REMINDER")["campaigns"] == before["campaigns"][:1]
