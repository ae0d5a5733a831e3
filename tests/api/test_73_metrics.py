"""/metrics: what an operator's Prometheus sees."""

import re
import shutil
import subprocess
import time

import pytest

from lib.campaign import a_campaign, a_lead, add_leads, make_campaign
from lib.raw import raw
from lib.wait import eventually

SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9.e+-]+|\+Inf)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
KINDS = {
    "callsheet_build_info": "gauge", "callsheet_http_requests_total": "counter",
    "callsheet_http_request_duration_seconds": "histogram", "callsheet_calls_active": "gauge",
    "callsheet_calls_total": "counter", "callsheet_inbound_calls_total": "counter", "callsheet_leads": "gauge",
    "callsheet_trunk_up": "gauge",
    "callsheet_scheduler_lag_seconds": "gauge", "callsheet_scheduler_due_attempts": "gauge",
    "callsheet_sip_responses_total": "counter", "callsheet_rtp_packets_total": "counter",
    "callsheet_media_lateness_seconds": "histogram", "callsheet_tts_seconds": "histogram", "callsheet_db_size_bytes": "gauge",
    "callsheet_audit_checked_total": "counter", "callsheet_audit_violations_total": "counter",
    "callsheet_attempts_unknown": "gauge", "callsheet_sms_total": "counter", "callsheet_webhook_deliveries_total": "counter",
    "process_cpu_seconds_total": "counter", "process_resident_memory_bytes": "gauge",
    "process_virtual_memory_bytes": "gauge", "process_open_fds": "gauge", "process_max_fds": "gauge",
    "process_start_time_seconds": "gauge",
}
FARM = "phone farm"


def page(server, **more):
    reply = server.http.get(server.url + "/metrics", timeout=30, **more)
    assert reply.status_code == 200, reply.text
    return reply


def samples(server):
    """{(name, frozenset of labels): value}"""
    found = {}
    for line in page(server).text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = SAMPLE.match(line).groups()
        key = name, frozenset(LABEL.findall(labels or ""))
        assert key not in found, line
        found[key] = float(value)
    return found


def value(found, name, **labels):
    return found.get((name if name.startswith("process_") else "callsheet_" + name, frozenset(labels.items())))


def test_the_form(shared_server):
    make_campaign(shared_server)
    reply = page(shared_server)
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.text.endswith("\n")
    kinds, helped, last = {}, set(), None
    for line in reply.text.splitlines():
        if line.startswith("# HELP "):
            helped.add(line.split(" ", 3)[2])
            assert line.split(" ", 3)[3].endswith(".")
        elif line.startswith("# TYPE "):
            _, _, last, kind = line.split(" ")
            assert last not in kinds and last in helped
            kinds[last] = kind
        else:
            name = SAMPLE.match(line)[1]
            allowed = {last + s for s in ("_bucket", "_sum", "_count")} if kinds[last] == "histogram" else {last}
            assert name in allowed, line
    assert kinds == KINDS


def test_histograms_add_up(shared_server):
    page(shared_server)
    found = samples(shared_server)
    rows = {labels for (name, labels) in found if name == "callsheet_http_request_duration_seconds_count"}
    assert rows
    for labels in rows:
        buckets = sorted((float(dict(l)["le"]), v) for (name, l), v in found.items()
                         if name == "callsheet_http_request_duration_seconds_bucket" and labels < l)
        assert len(buckets) == 13 and buckets[-1][0] == float("inf")
        assert [v for _, v in buckets] == sorted(v for _, v in buckets)
        assert buckets[-1][1] == found["callsheet_http_request_duration_seconds_count", labels]


def test_promtool_agrees(shared_server):
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool (package prometheus) is not installed")
    check = subprocess.run([promtool, "check", "metrics"], input=page(shared_server).text, capture_output=True, text=True)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_requests_are_counted_by_route(server):
    route = "/v1/partner/campaigns/:campaignId"
    campaign = make_campaign(server)
    for _ in range(3):
        server.api("GET", f"/campaigns/{campaign}")
    server.api("HEAD", f"/campaigns/{campaign}")
    server.api("GET", f"/campaigns/{campaign}", headers={"If-None-Match": "*"})
    server.api("GET", "/campaigns/999999")
    server.api("PUT", f"/campaigns/{campaign}")
    server.api("GET", "/no/such/place")
    server.api("GET", "/campaigns", key=None)
    time.sleep(0.2)  # the library tells the end of a request after its answer has left
    found = samples(server)
    assert value(found, "http_requests_total", route=route, method="GET", code="200") == 3
    assert value(found, "http_requests_total", route=route, method="HEAD", code="200") == 1
    assert value(found, "http_requests_total", route=route, method="GET", code="304") == 1
    assert value(found, "http_requests_total", route=route, method="GET", code="404") == 1
    assert value(found, "http_requests_total", route="/v1/partner/campaigns", method="POST", code="201") == 1
    assert value(found, "http_requests_total", route="none", method="any", code="405") == 1
    assert value(found, "http_requests_total", route="none", method="any", code="404") == 1
    assert value(found, "http_requests_total", route="none", method="any", code="401") == 1
    assert value(found, "http_request_duration_seconds_count", route=route, method="GET") == 5
    assert "no/such" not in page(server).text


def test_a_server_at_rest(server):
    eventually(lambda: value(samples(server), "trunk_up", trunk=FARM) == 1, 25)
    found = samples(server)
    assert [value(found, "leads", status=s) for s in ("Pending", "Interested", "NotInterested", "NoAnswer")] == [0] * 4
    assert value(found, "calls_active", trunk=FARM) == 0
    assert value(found, "scheduler_due_attempts") == 0 and value(found, "scheduler_lag_seconds") == 0
    assert value(found, "db_size_bytes") > 10000
    assert [v for (name, _), v in found.items() if name == "callsheet_build_info"] == [1]
    assert abs(value(found, "process_start_time_seconds") - time.time()) < 120
    assert value(found, "process_cpu_seconds_total") > 0
    assert value(found, "process_resident_memory_bytes") > 1e6
    assert 3 < value(found, "process_open_fds") < value(found, "process_max_fds")


def test_a_trunk_that_cannot_be_used(server):
    server.command("trunks", "add", "--name", 'nowhere "x"', "--address", "no.such.host.invalid:5060")
    eventually(lambda: value(samples(server), "trunk_up", trunk='nowhere \\"x\\"') == 0, 25)
    assert value(samples(server), "calls_active", trunk='nowhere \\"x\\"') == 0


def test_a_call(server):
    campaign = server.ok("POST", "/campaigns", a_campaign(server, questions=[]))["campaign"]["id"]
    add_leads(server, campaign, a_lead(phoneNumber="+13125550111"))
    most = {"active": 0}

    def over():
        found = samples(server)
        most["active"] = max(most["active"], value(found, "calls_active", trunk=FARM))
        return [v for (name, _), v in found.items() if name == "callsheet_calls_total"] == [1]

    eventually(over, 25)
    found = samples(server)
    assert most["active"] == 1 and value(found, "calls_active", trunk=FARM) == 0
    assert sum(v for (name, _), v in found.items() if name == "callsheet_leads") == 1
    assert sum(v for (name, _), v in found.items() if name == "callsheet_sip_responses_total") >= 1
    assert value(found, "tts_seconds_count", provider="flite") >= 1


# ---- who may see it ----

@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_what_a_proxy_passes_on_is_not_local(shared_server, header):
    assert raw(shared_server, "GET", "/metrics", key=None).status == 200
    reply = raw(shared_server, "GET", "/metrics", [(header, "192.0.2.1")], key=None)
    assert reply.status == 404 and b"NOT_FOUND" in reply.body


def test_public_when_asked_for(make_server):
    server = make_server({"api.metrics_public": "true"})
    assert raw(server, "GET", "/metrics", [("X-Forwarded-For", "192.0.2.1")], key=None).status == 200
