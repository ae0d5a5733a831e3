"""openapi/openapi.yaml as tests read it: what an operation takes, and whether an answer is one that is written down."""

import functools
import json
import re
from pathlib import Path

import jsonschema
import yaml

FILE = Path(__file__).resolve().parents[2] / "openapi" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document():
    return yaml.load(FILE.read_text(), Loader=yaml.CSafeLoader)


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        target = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


@functools.cache
def _resolver():
    return jsonschema.RefResolver.from_schema(document())


def faults(schema, value):
    """What the schema finds wrong with the value, as text; empty when nothing."""
    found = jsonschema.Draft202012Validator(schema, resolver=_resolver()).iter_errors(value)
    return [f"{'.'.join(map(str, e.absolute_path)) or 'body'}: {e.message}"[:300] for e in found]


class Operation:
    def __init__(self, method, path, item):
        self.method, self.path, self.node = method.upper(), path, item[method]
        self.parameters = [resolve(p) for p in item.get("parameters", []) + self.node.get("parameters", [])]
        self.bodies = resolve(self.node.get("requestBody", {})).get("content", {})  # by media type

    def __repr__(self):
        return f"{self.method} {self.path}"

    def named(self, where):
        return [p for p in self.parameters if p["in"] == where]

    def body_names(self):
        """The keys its JSON body may have at the top."""
        return set(resolve(self.bodies.get("application/json", {}).get("schema", {})).get("properties", {}))

    def check(self, reply):
        """That this answer is written down: its status, its media type, the shape of its body."""
        assert str(reply.status_code) in self.node["responses"], f"{self}: {reply.status_code} is not documented: {reply.text[:500]}"
        said = resolve(self.node["responses"][str(reply.status_code)])
        content = said.get("content", {})
        kind = reply.headers.get("Content-Type", "").split(";")[0]
        if not content:
            assert not reply.content, f"{self}: {reply.status_code} has a body, which is not documented"
            return
        if reply.request.method == "HEAD":
            return
        assert kind in content, f"{self}: {kind} is not documented for {reply.status_code}"
        if kind == "application/json" and "schema" in content[kind]:
            wrong = faults(content[kind]["schema"], json.loads(reply.content))
            assert not wrong, f"{self}: {reply.status_code} is not of its shape: {wrong}\n{reply.text[:1000]}"
        assert not said.get("headers") or "X-Request-Id" in reply.headers


@functools.cache
def operations():
    paths = document()["paths"]
    return [Operation(method, path, item) for path, item in paths.items() for method in METHODS if method in item]


def operation_of(route):
    """The one of a row of the route table."""
    path = re.sub(r"[:*](\w+)", r"{\1}", route.path)
    return next(o for o in operations() if (o.method, o.path) == (route.method, path))
