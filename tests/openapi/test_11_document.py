"""openapi.yaml is a whole: what it points to is there, what is there is used, every example fits its schema."""

import re
import subprocess
from pathlib import Path

import jsonschema

from lib.openapi import errors, resolve
from lib.server import binary

ROOT = Path(__file__).resolve().parents[2]


def walk(node, path=()):
    yield path, node
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from walk(child, (*path, key))


def test_every_reference_leads_somewhere_and_every_part_is_used(document):
    refs = {node["$ref"] for _, node in walk(document["paths"] | document["components"]) if isinstance(node, dict) and "$ref" in node}
    for ref in refs:
        resolve(document, {"$ref": ref})
    parts = {f"#/components/{kind}/{name}" for kind, these in document["components"].items() for name in these
             if kind != "securitySchemes"}
    assert parts == refs


def test_schemas_are_schemas(document):
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_names_are_given_once_and_groups_are_described(document):
    operations = [o for item in document["paths"].values() for o in item.values() if isinstance(o, dict)]
    ids = [o["operationId"] for o in operations]
    assert len(set(ids)) == len(ids)
    assert {o["tags"][0] for o in operations} == {t["name"] for t in document["tags"]}
    assert all(o["summary"] for o in operations)


def test_what_stands_in_a_path_is_a_parameter(document):
    for path, item in document["paths"].items():
        named = [p["name"] for p in (resolve(document, p) for p in item.get("parameters", [])) if p["in"] == "path"]
        assert named == re.findall(r"{(\w+)}", path)


def media(document):
    """(where, media type object) of every body and answer."""
    for path, node in walk(document["paths"] | {"components": document["components"]["responses"]}):
        if path and path[-1] == "content":
            for kind, m in node.items():
                yield (*path, kind), m


def examples(m):
    return [e["value"] for e in m.get("examples", {}).values()] + [m[k] for k in ["example"] if k in m]


def test_every_example_fits(document):
    seen = 0
    for where, m in media(document):
        for value in examples(m):
            seen += 1
            assert errors(document, m["schema"], value) == [], where
    for where, node in walk(document):
        if isinstance(node, dict) and "schema" in node and "in" in node and "example" in node:
            assert errors(document, node["schema"], node["example"]) == [], where
    for name, schema in document["components"]["schemas"].items():
        for value in schema.get("examples", []):
            assert errors(document, schema, value) == [], name
    assert seen > 40


def test_a_wrong_example_would_not_fit(document):
    schema = {"$ref": "#/components/schemas/CampaignPatch"}
    assert errors(document, schema, {"title": "x"}) == []
    assert errors(document, schema, {"title": ""}) and errors(document, schema, {"titel": "x"})
    created = document["paths"]["/v1/partner/campaigns"]
    body = created["post"]["requestBody"]["content"]["application/json"]
    whole = body["examples"]["assessmentReminder"]["value"]
    for key in ["title", "callStartTimeUtc", "jobDetails"]:
        assert errors(document, body["schema"], {k: v for k, v in whole.items() if k != key}), key


def test_answers_are_closed(document):
    """An answer with a key that is not described must be told apart from one without."""
    def open_objects(schema, seen):
        schema = resolve(document, schema)
        if id(schema) in seen:
            return
        seen.add(id(schema))
        if "properties" in schema:
            assert schema.get("additionalProperties") is False, schema
        for child in [*schema.get("properties", {}).values(), *schema.get("oneOf", []), *schema.get("anyOf", []),
                      *([schema["items"]] if "items" in schema else [])]:
            open_objects(child, seen)
    for where, m in media(document):
        if "requestBody" not in where:
            open_objects(m["schema"], set())


def test_errors_are_the_ones_there_are(document):
    table = (ROOT / "src/api/reply.c").read_text()
    rows = re.findall(r'\[ERROR_\w+\] = \{ (\d+), "(\w+)", "(\w+)"', table)
    error = document["components"]["schemas"]["Error"]["properties"]["error"]["properties"]
    assert set(error["code"]["enum"]) == {code for _, code, _ in rows}
    assert set(error["type"]["enum"]) == {type for _, _, type in rows}
    for name, response in document["components"]["responses"].items():
        for value in (e["error"] for m in response.get("content", {}).values() for e in examples(m) if "error" in e):
            assert (value["code"], value["type"]) in {(code, type) for _, code, type in rows}, name


def test_outcomes_are_the_ones_there_are(document):
    names = re.findall(r'\[OUTCOME_\w+\] = \{ "(\w+)"', (ROOT / "src/core/attempt.c").read_text())
    assert document["components"]["schemas"]["Attempt"]["properties"]["outcome"]["enum"] == [*names, None]


def test_every_answer_that_needs_a_key_may_be_401_and_429(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters" or operation.get("security") == []:
                continue
            assert {"401", "403", "429", "500", "503"} <= set(operation["responses"]), (method, path)
            assert "413" in operation["responses"] or "requestBody" not in operation, (method, path)
            assert "404" in operation["responses"] or "{" not in path, (method, path)


def test_the_version_is_the_programs(document):
    said = subprocess.run([binary(), "version"], capture_output=True, text=True, check=True).stdout
    assert said == f"callsheet {document['info']['version']}\n"


def test_how_yaml_is_read(tmp_path):
    (tmp_path / "x.yaml").write_text("a: 1\nb: {c: 1, c: 2}\n")
    done = subprocess.run([ROOT / "tools/yaml2json", tmp_path / "x.yaml", tmp_path / "x.json"], capture_output=True, text=True)
    assert done.returncode != 0 and "comes twice" in done.stderr
    (tmp_path / "x.yaml").write_text("on: [2025-06-01, no, true, null]\n")
    subprocess.run([ROOT / "tools/yaml2json", tmp_path / "x.yaml", tmp_path / "x.json"], check=True)
    assert (tmp_path / "x.json").read_text() == '{"on":["2025-06-01","no",true,null]}\n'
