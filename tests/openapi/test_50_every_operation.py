"""Every operation of the description is done once, well formed, on a real server, and answers as it is described there.

Directly, judged by the description's own schemas; and through Prism's validating proxy, which judges the request too.
"""

from contextlib import nullcontext
from urllib.parse import urlsplit

import pytest

from lib import prism, wav
from lib.campaign import a_campaign, a_lead, a_reminder, FAR_FUTURE
from lib.sms_provider import ACCOUNT, TOKEN, sign
from lib.openapi import operations, strays, template_of


class Walk:
    """Sends requests, holds every answer against the description, and keeps what was done."""

    def __init__(self, server, document):
        self.server, self.document, self.done = server, document, set()

    def __call__(self, method, path, json=None, status=200, **more):
        reply = self.server.http.request(method, self.server.url + path, json=json, timeout=30, **more)
        assert reply.status_code == status, f"{method} {path}: {reply.status_code} {reply.text}"
        template = template_of(self.document, urlsplit(path).path)
        assert strays(self.document, method, template, reply) == [], f"{method} {path}: {reply.text[:500]}"
        if status < 400:
            self.done.add((method, template))
        return reply


def bearer(server, name, **more):
    return {"headers": {"Authorization": "Bearer " + server.key(name)} | more}


def partner(walk, server):
    key = bearer(server, "test")
    walk("GET", "/v1/partner/me", **key)
    sites = walk("GET", "/v1/partner/company-sites", **key)
    walk("GET", "/v1/partner/company-sites", status=304, **bearer(server, "test", **{"If-None-Match": sites.headers["ETag"]}))
    made = walk("POST", "/v1/partner/campaigns", a_reminder(server, callStartTimeUtc=FAR_FUTURE), 201,
                **bearer(server, "test", **{"Idempotency-Key": "once"}))
    again = walk("POST", "/v1/partner/campaigns", a_reminder(server, callStartTimeUtc=FAR_FUTURE), 201,
                 **bearer(server, "test", **{"Idempotency-Key": "once"}))
    assert again.text == made.text and again.headers["Idempotent-Replayed"] == "true"
    campaign = f"/v1/partner/campaigns/{made.json()['campaign']['id']}"
    walk("POST", "/v1/partner/campaigns", a_campaign(server, callStartTimeUtc=FAR_FUTURE), 422,
         **bearer(server, "test", **{"Idempotency-Key": "once"}))
    walk("POST", "/v1/partner/campaigns", {}, 400, **key)
    walk("GET", "/v1/partner/campaigns?status=RUNNING&page=1&limit=20", **key)
    walk("GET", campaign, **key)
    walk("GET", campaign + "/preflight", **key)
    walk("GET", campaign + "/report", **key)
    walk("POST", campaign + "/rehearsals", {"seed": 7}, **key)
    walk("PATCH", campaign, {"title": "Other", "jobName": "Engineer"}, **key)
    walk("PATCH", campaign, {"title": "x"}, 412, **bearer(server, "test", **{"If-Match": '"0-0"'}))
    leads(walk, campaign, server, key)
    walk("GET", "/v1/partner/events?after=0&limit=5", **key)
    walk("GET", "/v1/partner/events?limit=0", status=400, **key)


def leads(walk, campaign, server, key):
    def sent(type, text):
        return {"data": text.encode()} | bearer(server, "test", **{"Content-Type": type})

    walk("POST", f"{campaign}/leads", {"leads": [a_lead(), a_lead(), a_lead(phoneNumber="")]}, **key)
    walk("POST", f"{campaign}/leads?dryRun=true", {"leads": [a_lead()]}, **key)
    walk("POST", f"{campaign}/leads", **sent("text/csv", "email,First Name\na.b@example.com,Ada\nno address,Bob\n"))
    walk("POST", f"{campaign}/leads", **sent("application/x-ndjson", '{"email": "c.d@example.com"}\n{"email": 7}\n'))
    listed = walk("GET", f"{campaign}/leads?search=ada&status=Pending&limit=2&page=2", **key)
    assert "Link" in listed.headers and "ETag" in listed.headers
    for type in ["text/csv", "application/x-ndjson"]:
        walk("GET", f"{campaign}/leads", **bearer(server, "test", Accept=type))
    lead = f"{campaign}/leads/{listed.json()['leads'][0]['leadId']}"
    walk("GET", lead, **key)
    walk("GET", f"{lead}/next-call", **key)
    walk("DELETE", lead, **key)
    walk("GET", lead, status=404, **key)


def administration(walk, server, campaign):
    key = bearer(server, "admin")
    walk("GET", "/v1/admin/users", status=404, **bearer(server, "test"))
    user = walk("POST", "/v1/admin/users", {"email": "zoe@example.com", "name": "Zoë"}, 201, **key).json()["userId"]
    walk("POST", "/v1/admin/users", {"email": "zoe@example.com"}, 409, **key)
    walk("GET", "/v1/admin/users", **key)
    for verb in ["disable", "enable"]:
        walk("POST", f"/v1/admin/users/{user}/{verb}", **key)
    site = walk("POST", "/v1/admin/sites", {"name": "Warehouse", "country": "US"}, 201, **key).json()["companySiteId"]
    walk("PATCH", f"/v1/admin/sites/{site}", {"city": "Chicago"}, **key)
    walk("GET", "/v1/admin/sites", **key)
    walk("PUT", f"/v1/admin/sites/{site}/users/{user}", {"isPrimary": True}, **key)
    walk("DELETE", f"/v1/admin/sites/{site}/users/{user}", **key)
    walk("POST", "/v1/admin/numbers", {"number": "+13125550177"}, 201, **key)
    walk("PATCH", "/v1/admin/numbers/%2B13125550177", {"verifiedBy": "Zoë"}, **key)
    code = walk("POST", "/v1/admin/numbers/%2B13125550177", **key).json()["code"]
    walk("POST", "/v1/admin/numbers/%2B13125550177", status=409, **key)
    walk("PATCH", "/v1/admin/numbers/%2B13125550177", {"code": code}, **key)
    walk("GET", "/v1/admin/numbers", **key)
    walk("DELETE", "/v1/admin/numbers/%2B13125550177", **key)
    leaver = walk("POST", "/v1/admin/users", {"email": "leaver@example.com"}, 201, **key).json()["userId"]
    walk("DELETE", f"/v1/admin/users/{leaver}", **key)
    walk("DELETE", f"/v1/admin/users/{leaver}", status=404, **key)
    made = walk("POST", "/v1/admin/keys", {"userId": user, "scope": "partner"}, 201, **key).json()["keyId"]
    made = walk("POST", f"/v1/admin/keys/{made}/rotate", status=201, **key).json()["keyId"]
    walk("GET", "/v1/admin/keys", **key)
    walk("DELETE", f"/v1/admin/keys/{made}", **key)
    walk("POST", "/v1/admin/suppressions", {"target": "+13125550178", "reason": "asked"}, 201, **key)
    walk("POST", "/v1/admin/suppressions/import", {"entries": ["x@example.com", "?"]}, **key)
    walk("GET", "/v1/admin/suppressions?kind=email&page=1&limit=5", **key)
    walk("DELETE", "/v1/admin/suppressions/x@example.com", **key)
    walk("GET", "/v1/admin/attempts/review?page=1&limit=5", **key)
    walk("POST", "/v1/admin/attempts/999999/resolve", {"outcome": "no_answer"}, 404, **key)
    walk("POST", "/v1/admin/attempts/999999/resolve", {"outcome": "maybe"}, 400, **key)
    walk("POST", "/v1/admin/attempts/resolve-all", {"outcome": "unknown"}, **key)
    # Its 200 needs a call that a kill has cut off: tests/cli/test_60_backup.py has some, and settles one over HTTP.
    walk.done.add(("POST", "/v1/admin/attempts/{attemptId}/resolve"))
    walk("POST", "/v1/admin/test-clock", {"advance": "1m"}, **key)
    walk("POST", "/v1/admin/test-clock", {"advance": "soon"}, 400, **key)
    walk("GET", "/v1/admin/test-clock", **key)
    walk("GET", "/v1/admin/test-clock", status=403, **bearer(server, "adminLive"))
    invited = {"eventId": "e1", "type": "invited", "occurredAt": "2025-06-01T12:00:00.000Z", "candidate": a_lead()}
    walk("POST", "/v1/admin/assessments/a1b2/events", invited, 202, **key)
    walk("POST", "/v1/admin/assessments/a1b2/events", invited | {"type": "submitted"}, 409, **key)
    made = walk("POST", "/v1/admin/assessment-senders", {}, 201, **key).json()
    vendors = {"event": "assessment.invited", "data": {"assessmentTestId": "a1b2", "candidate": {"email": "ada@example.com"}}}
    walk("POST", made["path"], vendors, 202, headers={"X-Webhook-Key": made["secret"]})
    walk("POST", made["path"], vendors, 403, headers={"X-Webhook-Key": "x"})
    walk("GET", "/v1/admin/assessment-senders", **key)
    walk("DELETE", f"/v1/admin/assessment-senders/{made['senderId']}", **key)
    walk("GET", "/v1/admin/outbox?number=%2B13125550178&limit=5", **key)
    workspace = walk("GET", "/v1/admin/workspaces", **key).json()["workspaces"][0]["workspaceId"]
    walk("GET", f"/v1/admin/workspaces/{workspace}", **key)
    walk("PATCH", f"/v1/admin/workspaces/{workspace}", {"settings": {"sundays": "closed", "calls_per_day": None}}, **key)
    walk("GET", "/v1/admin/transcripts", **key)
    walk("GET", f"/v1/admin/campaigns/{campaign}", **key)
    walk("GET", f"/v1/admin/campaigns/{campaign}/prompts", **key)
    walk("POST", f"/v1/admin/campaigns/{campaign}/voicemail", {"voicemail": "leave"}, **key)
    walk("POST", f"/v1/admin/campaigns/{campaign}/voicemail", {"voicemail": "perhaps"}, 400, **key)
    for verb in ["pause", "resume", "cancel"]:
        walk("POST", f"/v1/admin/campaigns/{campaign}/{verb}", **key)
    walk("POST", f"/v1/admin/campaigns/{campaign}/resume", status=409, **key)


def webhooks(walk, server):
    key, at = bearer(server, "admin"), "/v1/admin/webhook-endpoints"
    made = walk("POST", at, {"url": "https://example.com/hook", "events": ["webhook.test"], "compatibleHeaders": True}, 201, **key).json()
    walk("POST", at, {"url": "https://10.0.0.1/"}, 400, **key)
    one = f"{at}/{made['endpointId']}"
    walk("GET", at, **key)
    walk("GET", one, **key)
    walk("POST", f"{one}/disable", **key)
    walk("POST", f"{one}/test", status=409, **key)
    walk("POST", f"{one}/enable", {"skip": True}, **key)
    walk("POST", f"{one}/test", **key)
    event = walk("POST", f"{at}/trigger", {"type": "call.completed"}, **key).json()["eventId"]
    walk("POST", f"{one}/replay", {"eventId": event}, **key)
    walk("GET", f"/v1/admin/webhook-deliveries?endpointId={made['endpointId']}&limit=5", **key)
    walk("DELETE", one, **key)


def people(walk, server):
    key = bearer(server, "admin")
    campaign = server.ok("POST", "/campaigns", a_campaign(server, callStartTimeUtc=FAR_FUTURE))["campaign"]["id"]
    server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": [a_lead(email="known@example.com")]})
    agreed = {"source": "form", "wording": "Call me.", "time": "2025-05-01T09:00:00.000Z"}
    leads = f"/v1/admin/campaigns/{campaign}/leads"
    walk("POST", leads, {"leads": [a_lead(consent=agreed)]}, **key)
    walk("POST", leads, {"leads": [a_lead(consent=agreed | {"time": "soon"})]}, 400, **key)
    walk("POST", "/v1/admin/consents", {"target": "known@example.com", "source": "form", "wording": "Call me."}, **key)
    walk("GET", "/v1/admin/people/known@example.com", **key)
    walk("DELETE", "/v1/admin/people/known@example.com", **key)
    walk("GET", "/v1/admin/people/known@example.com", status=404, **key)


def texts(walk, server):
    """From the provider, which signs its forms instead of having a key."""
    def signed(path, form, status):
        form = {"AccountSid": ACCOUNT} | form
        walk("POST", path, status=status, data=form, headers={"X-Twilio-Signature": sign(server.url + path, form)})

    signed("/v1/sms/inbound", {"MessageSid": "SM1", "From": "+13125550178", "To": "+13125550179", "Body": "HELP"}, 200)
    signed("/v1/sms/status?message=1", {"MessageSid": "SM2", "MessageStatus": "sent"}, 204)
    walk("POST", "/v1/sms/inbound", status=403, data={"Body": "STOP"}, headers={"X-Twilio-Signature": "x"})


def sounds(walk, server, campaign):
    """Not through the proxy, which takes bytes for text."""
    key, sound = bearer(server, "admin"), bearer(server, "admin", **{"Content-Type": "audio/wav"})
    opening = f"/v1/admin/campaigns/{campaign}/prompts/opening.wav"
    walk("PUT", opening, data=wav.tone(0.5), **sound)
    walk("PUT", opening, data=b"no sound", status=400, **sound)
    walk("GET", opening, **key)
    walk("GET", opening.replace("admin", "partner"), **bearer(server, "test"))
    walk("DELETE", opening, **key)
    walk("DELETE", opening, status=404, **key)


def nobody_in_particular(walk):
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/openapi.yaml", "/docs", "/docs/render.js", "/docs/viewer.js",
                 "/docs/viewer.css"]:
        walk("GET", path)
    walk("GET", "/v1/partner/me", status=401)


def strays_are_found(server):
    """A value that is read more generously than described passes the server, not the proxy's eye."""
    with pytest.raises(prism.Strays, match="autoAddInvitedCandidates must be boolean"):
        server.api("POST", "/campaigns", a_reminder(server, {"autoAddInvitedCandidates": "true"}))


@pytest.mark.parametrize("way", ["directly", "through Prism"])
def test_every_operation_answers_as_described(make_server, document, request, way, tmp_path):
    (tmp_path / "token").write_text(TOKEN)
    server = make_server({"api.rate_limit": 3000, "sms.account": ACCOUNT, "sms.token_file": tmp_path / "token"})
    proxy = prism.before(server, request.getfixturevalue("tools") / "prism") if way == "through Prism" else nullcontext()
    with proxy:
        walk = Walk(server, document)
        if way == "directly":
            nobody_in_particular(walk)
            texts(walk, server)
        else:  # the proxy is not of this machine, so that no figures are shown; it reads a page as JSON
            walk.done |= {o for o in operations(document) if not o[1].startswith(("/v1/partner", "/v1/admin"))}
            walk.done |= {o for o in operations(document) if o[1].endswith("/prompts/{name}")}
            strays_are_found(server)
        partner(walk, server)
        campaign = server.ok("POST", "/campaigns", a_campaign(server, callStartTimeUtc=FAR_FUTURE))["campaign"]["id"]
        if way == "directly":
            sounds(walk, server, campaign)
        administration(walk, server, campaign)
        webhooks(walk, server)
        people(walk, server)
    assert set(operations(document)) - walk.done == set(), "operations that this test does not do"
