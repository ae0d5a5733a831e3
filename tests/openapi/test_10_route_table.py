"""The routes of the program and the paths of openapi.yaml are the same, both ways."""

import json
import re
import subprocess

import pytest

from lib.openapi import operations
from lib.server import binary


@pytest.fixture(scope="module")
def routes():
    said = subprocess.run([binary(), "routes", "--json"], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(said.stdout)["routes"]


def template(path):
    return re.sub(r"[:*](\w+)", r"{\1}", path)


def test_every_route_is_described_and_nothing_else(document, routes):
    in_c = {(r["method"], template(r["path"])) for r in routes}
    in_file = set(operations(document))
    assert not in_c - in_file, "routes that openapi/openapi.yaml does not describe"
    assert not in_file - in_c, "described in openapi/openapi.yaml, but no route"


def test_only_those_without_a_key_say_so(document, routes):
    described = operations(document)
    for r in routes:
        operation = described[r["method"], template(r["path"])]
        assert (operation.get("security") == []) == (r["scope"] == "none"), r
        assert operation["tags"][0].startswith("Admin: ") == (r["scope"] == "admin"), r
