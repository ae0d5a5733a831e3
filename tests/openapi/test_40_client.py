"""A client in TypeScript, generated from the description: every example compiles, and what is wrong does not."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
COMPILER = {"noEmit": True, "strict": True, "exactOptionalPropertyTypes": True, "target": "es2022", "module": "nodenext",
            "lib": ["es2022", "dom"], "types": [], "skipLibCheck": True}


def run(words, folder):
    return subprocess.run([str(w) for w in words], cwd=folder, capture_output=True, text=True, timeout=170, env=os.environ)


@pytest.fixture(scope="module")
def project(tools, node, document, tmp_path_factory):
    """A folder with api.ts, generated, and the program that uses it."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "openapi.json").write_text(json.dumps(document))
    made = run([tools / "openapi-typescript", "openapi.json", "-o", "api.ts"], folder)
    assert made.returncode == 0, made.stdout + made.stderr
    made = run([node, HERE / "client.mjs", "openapi.json", "client.ts"], folder)
    assert made.returncode == 0, made.stderr
    requests, examples = map(int, re.findall(r"\d+", made.stdout))
    assert requests >= sum(len([m for m in item if m != "parameters"]) for item in document["paths"].values()) and examples > 60
    return folder


def compiled(tools, project, name):
    config = project / f"{name}.json"
    config.write_text(json.dumps({"compilerOptions": COMPILER, "files": [name]}))
    return run([tools / "tsc", "-p", config], project)


def test_every_example_compiles(tools, project):
    done = compiled(tools, project, "client.ts")
    assert done.returncode == 0, done.stdout[:4000]


PATCHED = 'paths["/v1/partner/campaigns/{campaignId}"]["patch"]["requestBody"]["content"]["application/json"]'
WRONG = [
    ('await client.POST("/v1/partner/campaigns", {body: {title: "x"}});', "missing the following properties"),
    (f'const patch: {PATCHED} = {{titel: "x"}};', "'titel'"),
    (f'const patch: {PATCHED} = {{callType: "SMS"}};', '"SMS"'),
    ('await client.GET("/v1/partner/campaigns/{campaignId}/leads", {params: {path: {campaignId: 1}, query: {status: "Lost"}}});', '"Lost"'),
    ('const nothing: paths["/v1/partner/nothing"] = {};', "/v1/partner/nothing"),
    ('const {data} = await client.GET("/v1/partner/me"); data?.limits.pages;', "'pages'"),
]


def test_what_is_wrong_does_not(tools, project):
    head = (project / "client.ts").read_text().split("export async")[0]
    lines = head.count("\n") + 1
    body = "".join(f"  {{ {line} }}\n" for line, _ in WRONG)
    (project / "wrong.ts").write_text(f"{head}export async function all() {{\n{body}}}\n")
    said = compiled(tools, project, "wrong.ts").stdout
    for i, (line, why) in enumerate(WRONG):
        mine = re.findall(rf"^wrong\.ts\({lines + 1 + i},.*(?:\n .*)*", said, re.M)
        assert mine and why in "".join(mine), f"{line}\n{said}"
