"""openapi/openapi.yaml as a document, and what it says about a value or an answer."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
METHODS = {"get", "put", "post", "delete", "patch"}


def load():
    """As the build makes it JSON."""
    with tempfile.NamedTemporaryFile(suffix=".json") as target:
        subprocess.run([ROOT / "tools/yaml2json", ROOT / "openapi/openapi.yaml", target.name], check=True)
        return json.loads(Path(target.name).read_text())


def resolve(document, thing):
    """What a {"$ref": …} stands for, or the thing itself."""
    while "$ref" in thing:
        at = document
        for key in thing["$ref"].removeprefix("#/").split("/"):
            at = at[key]
        thing = at
    return thing


def operations(document):
    """{("GET", "/v1/partner/campaigns/{campaignId}"): operation}"""
    return {(method.upper(), path): operation for path, item in document["paths"].items()
            for method, operation in item.items() if method in METHODS}


def template_of(document, path):
    """Of a path with its ids in place; literal segments win, as in the server."""
    fits = [t for t in document["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", re.escape(t).replace(r"\{", "{").replace(r"\}", "}")), path)]
    return min(fits, key=lambda t: t.count("{"), default=None)


def errors(document, schema, value):
    """What is wrong with the value, in words; [] when it fits."""
    resolver = jsonschema.RefResolver("", document)
    checker = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in checker.iter_errors(value)]


def strays(document, method, template, reply):
    """How an answer strays from what its operation documents; [] when it does not."""
    responses = operations(document)[method, template]["responses"]
    if str(reply.status_code) not in responses:
        return [f"{reply.status_code} is not documented"]
    response = resolve(document, responses[str(reply.status_code)])
    missing = [f"{name} is not documented" for name in reply.headers
               if name.lower() in HEADERS and name.lower() not in {h.lower() for h in response.get("headers", {})}]
    content = response.get("content", {})
    kind = reply.headers.get("Content-Type", "").split(";")[0]
    if kind not in content:
        return missing + ([f"{kind} is not documented"] if kind or content else [])
    value = reply.json() if kind == "application/json" else reply.text
    return missing + errors(document, content[kind]["schema"], value)


# Headers that are part of what an operation promises.
HEADERS = {"etag", "link", "location", "retry-after", "idempotent-replayed", "www-authenticate", "x-request-id", "ratelimit",
           "ratelimit-policy", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}
