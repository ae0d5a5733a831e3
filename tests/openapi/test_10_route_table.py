"""The routes of the program and the paths of openapi.yaml are the same, both ways."""

import json
import re
import subprocess

import pytest

from lib.openapi import operations, resolve
from lib.server import binary


@pytest.fixture(scope="module")
def routes():
    said = subprocess.run([binary(), "routes", "--json"], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(said.stdout)["routes"]


def template(path):
    return re.sub(r"[:*@](\w+)", r"{\1}", path)


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


def keys_of(document, schema, prefix=""):
    """{"jobDetails.jobTitle": whether it must be there}, of an object and of the objects inside."""
    found = {}
    for name, child in schema.get("properties", {}).items():
        found[prefix + name] = name in schema.get("required", [])
        child = resolve(document, child)
        within = f"{prefix}{name}."
        if child.get("type") == "array":
            child, within = resolve(document, child["items"]), f"{prefix}{name}[]."
        for one in child.get("anyOf", [child]):
            found |= keys_of(document, resolve(document, one), within)
    return found


# What a handler reads by itself, without a shape.
BY_HAND = ("questions[].",)


def test_what_a_body_and_a_query_take_is_described(document, routes):
    described = operations(document)
    for r in routes:
        operation = described[r["method"], template(r["path"])]
        item = document["paths"][template(r["path"])]
        parameters = [resolve(document, p) for p in item.get("parameters", []) + operation.get("parameters", [])]
        query = {p["name"]: p.get("required", False) for p in parameters if p["in"] == "query"}
        assert query == r["query"], r
        body = resolve(document, operation.get("requestBody", {})).get("content", {}).get("application/json", {"schema": {}})
        keys = keys_of(document, resolve(document, body["schema"]))
        assert {k: v for k, v in keys.items() if not k.startswith(BY_HAND)} == r["body"], r
