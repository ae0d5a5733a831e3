"""The script of /docs, by Node's own test runner."""

import json
import os
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def test_what_the_page_shows(node, document, tmp_path):
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    run = subprocess.run([node, "--test", "--test-reporter=tap", str(HERE / "render.test.mjs")], env=os.environ | {"OPENAPI_JSON": str(tmp_path / "openapi.json")},
                         capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert int(re.search(r"^# pass (\d+)", run.stdout, re.M)[1]) > 5


def test_the_other_scripts_are_scripts(node):
    for name in ["render.js", "viewer.js"]:
        text = (HERE.parents[1] / "openapi/viewer" / name).read_text()
        subprocess.run([node, "--check", "--input-type=module", "-"], input=text, text=True, check=True, timeout=60)
