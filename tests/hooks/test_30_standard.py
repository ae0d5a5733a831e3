"""Judged by the reference library of Standard Webhooks (npm: standardwebhooks)."""

import json
import subprocess
from pathlib import Path

from lib import node
from lib.campaign import make_campaign
from lib.wait import eventually

HERE = Path(__file__).parent


def verdicts(*asked):
    program = node.node()
    node.modules(HERE)
    lines = "".join(json.dumps(a) + "\n" for a in asked)
    run = subprocess.run([program, "verify.mjs"], cwd=HERE, input=lines, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_the_reference_library_takes_ours_and_nothing_that_was_changed(server, receive):
    receiver = receive()
    secret = server.ok("POST", "/v1/admin/webhook-endpoints", {"url": receiver.url, "compatibleHeaders": True}, key="admin")["secret"]
    make_campaign(server, title="Zo\u00eb \u2603")
    got = eventually(receiver.all)[0]
    headers = {n: got.headers[n] for n in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    ours = {"secret": secret, "headers": headers, "body": got.body.decode()}
    late = str(int(headers["webhook-timestamp"]) - 600)
    ok, *bad = verdicts(ours, ours | {"body": ours["body"].replace("campaign", "Campaign")},
                        ours | {"headers": headers | {"webhook-id": "evt_0"}},
                        ours | {"headers": headers | {"webhook-timestamp": late}},
                        ours | {"secret": "whsec_" + "A" * 43 + "="})
    assert ok == {"event": json.loads(got.body)}
    assert all("refused" in b for b in bad), bad
