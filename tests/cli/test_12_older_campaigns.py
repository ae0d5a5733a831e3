"""A database from before lists had rows of their own: its campaigns are still on the list."""

import json

from lib.campaign import a_reminder, make_campaign
from lib.older import as_of_schema


def test_the_list_is_filled_from_the_campaigns(server):
    make_campaign(server, title="One")
    make_campaign(server, **a_reminder(server, title="Two", callStartTimeUtc="2099-01-01T15:00:00.000Z"))
    before = server.ok("GET", "/campaigns")
    server.stop()
    as_of_schema(server.data / "callsheet.db", 4, {
        "summary_json": "(SELECT l.summary_json FROM new.campaign_listed l WHERE l.campaign_id = campaign.campaign_id)"})
    listed = json.loads(server.command("campaigns", "list", "--json").stdout)["campaigns"]
    assert [c["title"] for c in listed] == ["Two", "One"]
    server.start()
    assert server.ok("GET", "/campaigns") == before
    assert server.ok("GET", "/campaigns?purposeType=ASSESSMENT_REMINDER")["campaigns"] == before["campaigns"][:1]
