"""What happened, in order: the feed as pages and as a stream."""

import json
import time

from lib.campaign import a_lead, add_leads, make_campaign, someone
from lib.wait import eventually


def feed(server, after=0, limit=1000, **more):
    said = server.ok("GET", "/events", params={"after": after, "limit": limit}, **more)
    assert list(said) == ["events", "next"]
    return said["events"], said["next"]


def types(events):
    return [e["type"] for e in events]


def test_what_was_done_is_told_in_order(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, someone(), someone())
    events, end = feed(server)
    assert types(events) == ["campaign.created", "lead.added", "lead.added"]
    assert [list(e) for e in events] == [["id", "type", "timestamp", "data"]] * 3
    assert events[0]["data"] == {"campaignId": campaign}
    assert set(events[1]["data"]) == {"campaignId", "leadId"}
    ids = [e["id"] for e in events]
    assert ids == sorted(set(ids)) and end == ids[-1]
    assert feed(server, end) == ([], end)
    server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Other"})
    assert types(feed(server, end)[0]) == ["campaign.updated"]


def test_a_page_at_a_time_gives_each_once(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, *[someone() for _ in range(7)])
    seen, after = [], 0
    while True:
        events, after = feed(server, after, 3)
        if not events:
            break
        seen += [e["id"] for e in events]
    assert seen == [e["id"] for e in feed(server)[0]] and len(seen) == 8


def test_each_workspace_has_its_own(server):
    make_campaign(server)
    assert feed(server, key="live") == ([], 0)


def test_bad_questions(shared_server):
    for query in ["after=-1", "after=x", "limit=0", "limit=1001", "since=1"]:
        assert shared_server.api("GET", f"/events?{query}").status_code == 400, query
    reply = shared_server.api("GET", "/events", headers={"Accept": "text/event-stream", "Last-Event-ID": "first"})
    assert reply.status_code == 400 and "Last-Event-ID" in reply.text
    assert shared_server.api("GET", "/events", key=None).status_code == 401


def test_a_call_from_its_start_to_the_end_of_the_campaign(server):
    """The sandbox's number that answers and presses 1."""
    campaign = make_campaign(server, callStartTimeUtc="2025-06-01T15:00:00.000Z")
    add_leads(server, campaign, a_lead(phoneNumber="+15550100000"))
    events = eventually(lambda: (lambda all: "campaign.finished" in types(all) and all)(feed(server)[0]), timeout=60)
    assert types(events) == ["campaign.created", "lead.added", "call.started", "call.completed", "lead.status_changed",
                             "campaign.finished"]
    completed = events[3]["data"]
    assert completed["outcome"] == "answered" and completed["attemptId"] == events[2]["data"]["attemptId"]
    assert events[4]["data"]["status"] == "Interested"


# ---- the stream ----

class Stream:
    def __init__(self, server, after=None, **headers):
        path = "/events" + (f"?after={after}" if after is not None else "")
        self.reply = server.api("GET", path, headers={"Accept": "text/event-stream"} | headers, stream=True)
        assert self.reply.status_code == 200 and self.reply.headers["Content-Type"] == "text/event-stream"
        self.lines = self.reply.iter_lines(chunk_size=1, decode_unicode=True)

    def next(self):
        """(id, type, event); comments and the interval are passed over."""
        fields = {}
        for line in self.lines:
            if not line and "data" in fields:
                return int(fields["id"]), fields["event"], json.loads(fields["data"])
            name, _, value = line.partition(": ")
            fields[name] = value
        return None

    def close(self):
        self.reply.close()


def test_the_stream_tells_the_past_and_what_comes(server):
    campaign = make_campaign(server)
    stream = Stream(server)
    id, type, event = stream.next()
    assert (type, event["id"], event["data"]["campaignId"]) == ("campaign.created", id, campaign)
    add_leads(server, campaign, someone())
    assert stream.next()[1] == "lead.added"
    stream.close()
    again = Stream(server, **{"Last-Event-ID": str(id)})
    assert again.next()[1] == "lead.added"
    again.close()
    later = Stream(server, after=feed(server)[1])
    server.ok("PATCH", f"/campaigns/{campaign}", {"title": "Other"})
    assert later.next()[1] == "campaign.updated"
    later.close()


def test_a_long_past_comes_whole(server):
    campaign = make_campaign(server)
    add_leads(server, campaign, *[someone() for _ in range(1000)])
    stream = Stream(server)
    ids = [stream.next()[0] for _ in range(1001)]
    assert ids == sorted(set(ids))
    stream.close()


def test_a_stream_ends_when_keys_change(server):
    """Its key may be refused by now; a client comes back by itself, and is told."""
    stream = Stream(server)
    server.command("users", "add", "--email", "z@example.com")
    user = json.loads(server.command("users", "list", "--json").stdout)["users"][-1]["userId"]
    server.command("users", "disable", str(user))
    assert stream.next() is None


def test_many_streams_do_not_hold_up_others(server):
    streams = [Stream(server) for _ in range(40)]
    campaign = make_campaign(server)
    assert all(s.next()[1] == "campaign.created" for s in streams)
    add_leads(server, campaign, someone())
    assert all(s.next()[1] == "lead.added" for s in streams)
    for s in streams:
        s.close()


def test_a_server_stops_while_streams_are_open(server):
    stream = Stream(server)
    began = time.monotonic()
    server.stop()
    assert stream.next() is None
    assert time.monotonic() - began < 60
