"""Events of assessments from a vendor, who has a secret and no key of ours: signed, or with the secret in a header."""

import base64
import datetime
import hashlib
import hmac
import json
import time

import pytest

from lib.campaign import FAR_FUTURE, a_reminder, add_leads, list_leads, someone

ADMIN = "/v1/admin/assessment-senders"


def sender(server, **body):
    reply = server.api("POST", ADMIN, body, key="admin")
    assert reply.status_code == 201, reply.text
    return reply.json()


def reminder(server, test):
    body = a_reminder(server, {"assessmentTestId": test, "autoAddInvitedCandidates": True}, callStartTimeUtc=FAR_FUTURE)
    return server.ok("POST", "/campaigns", body)["campaign"]["id"]


def vendors(event, test="sent-1", email="ada@sent.example.com", **data):
    return {"event": event, "timestamp": "2025-06-01T12:00:00.000Z", "companyId": 7,
            "data": {"assessmentTestId": test, "candidate": {"email": email, "firstName": "Ada"}} | data}


def shown(secret):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"X-Webhook-Event": "assessment.invited", "X-Webhook-Timestamp": now, "X-Webhook-Key": secret}


def signed(secret, body, id="msg_1", at=None, sign=None):
    at = str(int(time.time()) if at is None else at)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{sign or id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": "v1,AAAA v1," + base64.b64encode(mac).decode()}


def post(server, path, body, headers, status=202):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = server.api("POST", path, data=data, headers={"Content-Type": "application/json"} | headers, key=None)
    assert reply.status_code == status, reply.text
    return reply.json()


def test_the_vendors_webhook(shared_server):
    server = shared_server
    made = sender(server)
    campaign = reminder(server, "sent-1")
    said = post(server, made["path"], vendors("assessment.invited"), shown(made["secret"]))
    assert (said["status"], said["leadsAdded"]) == ("accepted", 1)
    assert post(server, made["path"], vendors("assessment.invited"), shown(made["secret"]))["status"] == "repeated"
    assert post(server, made["path"], vendors("assessment.submitted"), shown(made["secret"]))["leadsCompleted"] == 1
    assert list_leads(server, campaign)[0]["assessmentSubmitted"] == "Submitted"
    assert post(server, made["path"], {"event": "candidate.updated", "data": {}}, shown(made["secret"]))["status"] == "ignored"


def test_our_own_shape_signed(shared_server):
    server = shared_server
    made = sender(server, assessmentTestId="sent-2")
    campaign = reminder(server, "sent-2")
    body = json.dumps({"eventId": "e1", "type": "invited", "occurredAt": "2025-06-01T12:00:00Z",
                       "candidate": {"email": "ada@sent.example.com"}}).encode()
    headers = signed(made["secret"], body)
    assert post(server, made["path"], body, headers)["leadsAdded"] == 1
    assert post(server, made["path"], body, headers)["status"] == "repeated"
    assert len(list_leads(server, campaign)) == 1


def test_what_is_forged_or_replayed_is_refused(shared_server):
    server = shared_server
    made, other = sender(server), sender(server)
    campaign = reminder(server, "sent-3")
    event = vendors("assessment.invited", "sent-3")
    body = json.dumps(event).encode()
    good = signed(made["secret"], body)
    for headers in [{}, shown(""), shown("x"), shown(other["secret"]), shown(made["secret"][:-1]), shown(made["secret"] + "x"),
                    {"X-Webhook-Event": "assessment.invited"},
                    signed(other["secret"], body), signed(made["secret"], body, at=time.time() - 400),
                    signed(made["secret"], body, at=time.time() + 400), signed(made["secret"], body, sign="msg_2"),
                    signed(made["secret"], body + b" "), good | {"webhook-timestamp": "now"},
                    good | {"webhook-signature": good["webhook-signature"][:-4]}, good | {"webhook-signature": ""},
                    {"webhook-signature": good["webhook-signature"]}, shown(made["secret"]) | signed(other["secret"], body)]:
        assert post(server, made["path"], body, headers, 403)["error"]["code"] == "FORBIDDEN"
    post(server, f"/v1/assessments/{made['senderId'] + 1000}/events", body, good, 403)
    assert list_leads(server, campaign) == []


def test_bad_events(shared_server):
    server = shared_server
    made = sender(server)
    key = shown(made["secret"])

    def details(body):
        return post(server, made["path"], body, key, 400)["error"]["details"]
    assert details({"event": "assessment.invited", "data": {"email": "ada@sent.example.com"}}) == {
        "data.assessmentTestId": '"data.assessmentTestId" is required'}
    assert details(vendors("assessment.invited", email="nobody")) == {"data.candidate.email":
                                                                      '"data.candidate.email" must be a valid email'}
    assert list(details(vendors("assessment.invited", assessmentLink="https://x.example/\r\nSTOP"))) == ["data.assessmentLink"]
    assert list(details(vendors("assessment.invited", candidate={"email": "ada@sent.example.com", "firstName": "x" * 201}))) == [
        "data.candidate.firstName"]
    assert list(details([])) and list(details({"type": "invited"}))
    assert list(details(b"{")) == ["body"]


def test_it_is_the_workspaces_alone(server):
    made = sender(server)
    assert server.ok("GET", ADMIN, key="adminLive")["senders"] == []
    assert server.api("DELETE", f"{ADMIN}/{made['senderId']}", key="adminLive").status_code == 404
    seen, = server.ok("GET", ADMIN, key="admin")["senders"]
    assert made["secret"] not in str(seen) and seen["path"] == made["path"]
    campaign = reminder(server, "sent-1")
    post(server, made["path"], vendors("assessment.invited"), shown(made["secret"]))
    assert len(list_leads(server, campaign)) == 1
    assert server.ok("DELETE", f"{ADMIN}/{made['senderId']}", key="admin") == {"senderId": made["senderId"]}
    post(server, made["path"], vendors("assessment.submitted"), shown(made["secret"]), 403)


def test_by_command(server, tmp_path):
    said = server.command("assessments", "add-sender", "--assessment", "T-9").stdout
    assert "/v1/assessments/1/events" in said and "whsec_" in said
    (tmp_path / "key").write_text("the-vendors-own-key\n")
    made = json.loads(server.command("assessments", "add-sender", "--secret-file", str(tmp_path / "key"), "--json").stdout)
    campaign = reminder(server, "42")
    assert post(server, made["path"], vendors("assessment.invited", 42), shown("the-vendors-own-key"))["leadsAdded"] == 1
    assert len(list_leads(server, campaign)) == 1
    listed = server.command("assessments", "senders").stdout
    assert "T-9" in listed and "whsec_" not in listed and "vendors" not in listed
    server.command("assessments", "remove-sender", "1")
    assert server.command("assessments", "remove-sender", "1", check=False).returncode == 4
    (tmp_path / "key").write_text("short")
    assert server.command("assessments", "add-sender", "--secret-file", str(tmp_path / "key"), check=False).returncode != 0


def test_nothing_is_kept_of_somebody_who_was_erased(server):
    made = sender(server)
    campaign = reminder(server, "sent-1")
    add_leads(server, campaign, someone(email="ada@sent.example.com"))
    assert server.ok("DELETE", "/v1/admin/people/ada@sent.example.com", key="admin") == {"erased": 1}
    assert post(server, made["path"], vendors("assessment.invited"), shown(made["secret"]))["leadsAdded"] == 0
    assert server.api("GET", "/v1/admin/people/ada@sent.example.com", key="admin").status_code == 404
