"""The operations of openapi/openapi.yaml one by one: what each takes, and whether an answer is one of those written down."""

import functools
import re

from lib import openapi


@functools.cache
def document():
    return openapi.load()


def resolve(thing):
    return openapi.resolve(document(), thing)


def faults(schema, value):
    return openapi.errors(document(), schema, value)


class Operation:
    def __init__(self, method, path, node):
        self.method, self.path, self.node = method, path, node
        shared = document()["paths"][path].get("parameters", [])
        self.parameters = [resolve(p) for p in shared + node.get("parameters", [])]
        self.bodies = resolve(node.get("requestBody", {})).get("content", {})  # by media type

    def __repr__(self):
        return f"{self.method} {self.path}"

    def named(self, where):
        return [p for p in self.parameters if p["in"] == where]

    def body_names(self):
        """The keys its JSON body may have at the top."""
        return set(resolve(self.bodies.get("application/json", {}).get("schema", {})).get("properties", {}))

    def check(self, reply):
        strays = openapi.strays(document(), self.method, self.path, reply)
        assert not strays, f"{self}: {reply.status_code}: {strays}\n{reply.text[:1000]}"


@functools.cache
def operations():
    return [Operation(method, path, node) for (method, path), node in openapi.operations(document()).items()]


def operation_of(route):
    """The one of a row of the route table."""
    path = re.sub(r"[:*@](\w+)", r"{\1}", route.path)
    return next(o for o in operations() if (o.method, o.path) == (route.method, path))
