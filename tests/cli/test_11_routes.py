"""The route table as a command prints it; no data folder is needed."""

import json
import subprocess

from lib.server import binary


def routes(*words):
    return subprocess.run([binary(), "routes", *words], capture_output=True, text=True, check=True, timeout=60).stdout


def test_json():
    rows = json.loads(routes("--json"))["routes"]
    assert all(list(row) == ["method", "path", "scope", "doc", "query", "body"] for row in rows)
    assert all(row[key] for row in rows for key in ["method", "path", "scope", "doc"])
    assert len({(row["method"], row["path"]) for row in rows}) == len(rows)
    scopes = {(row["method"], row["path"]): row["scope"] for row in rows}
    assert scopes["GET", "/healthz"] == "none"
    assert scopes["PATCH", "/v1/partner/campaigns/:campaignId"] == "partner"
    assert scopes["POST", "/v1/admin/users/:userId/disable"] == "admin"
    taken = {(row["method"], row["path"]): row["body"] for row in rows}
    leads = taken["POST", "/v1/partner/campaigns/:campaignId/leads"]
    assert (leads["leads"], leads["leads[].email"], leads["leads[].linkedin"]) == (True, True, False)
    assert taken["PUT", "/v1/admin/sites/:siteId/users/:userId"] == {"isPrimary": False}


def test_table():
    lines = routes().splitlines()
    assert lines[0].split() == ["METHOD", "PATH", "KEY", "WHAT", "IT", "IS"]
    assert any(line.split()[:3] == ["DELETE", "/v1/admin/keys/:keyId", "admin"] for line in lines)
