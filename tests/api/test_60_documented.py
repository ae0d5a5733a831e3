"""README's own lines, run as they stand against `callsheet demo`."""
import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
import yaml

from lib.server import binary

ROOT = Path(__file__).resolve().parents[2]


def documented_lines():
    block = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S).group(1)
    return [line for line in block.split("\n\n") if line.strip()]


@pytest.fixture(scope="module")
def demo():
    """The demo's address and key, once its campaign is over."""
    p = subprocess.Popen([binary(), "demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True,
                         env=os.environ | {"CALLSHEET_VOICE_RING_TIMEOUT": "4"})
    said = []
    for line in p.stdout:
        said.append(line)
        if line.startswith("The server stays"):
            break
    text = "".join(said)
    yield {"text": text, "base": re.search(r"http://\S+", text)[0].removesuffix("/v1/partner"),
           "key": re.search(r"sk_test_\w+", text)[0]}
    p.send_signal(signal.SIGINT)
    assert p.wait(30) == 0


def run(demo, line):
    line = line.replace("http://127.0.0.1:8080", demo["base"])
    out = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30,
                         env=os.environ | {"CALLSHEET_KEY": demo["key"]}, check=True)
    return json.loads(out.stdout)


def without_ids(line):
    """README's ids are the demo's."""
    return re.sub(r"/(campaigns|leads)/\d+", r"/\1/ID", line.strip())


def samples():
    document = yaml.safe_load((ROOT / "openapi/openapi.yaml").read_text())
    return {without_ids(sample["source"]) for item in document["paths"].values() for operation in item.values()
            if isinstance(operation, dict) for sample in operation.get("x-codeSamples", [])}


def test_openapi_has_the_lines_of_readme():
    assert {without_ids(line) for line in documented_lines()} <= samples()


def test_the_other_samples_of_openapi_work(demo):
    others = samples() - {without_ids(line) for line in documented_lines()}
    assert len(others) == 1
    for line in others:
        assert run(demo, line)["events"]


def test_every_documented_line_works(demo):
    """In the order they stand: what is created is what is shown after."""
    lines = documented_lines()
    answers = [run(demo, line) for line in lines]
    sites, listed, one, created, patched, added, found, removed = answers
    assert sites["companySites"][0]["companySiteId"] == 12
    assert listed == {"campaigns": [], "pagination": {"page": 1, "limit": 20, "total": 0, "totalPages": 0}}
    reminders = run(demo, lines[1].replace("SCHEDULE", "ASSESSMENT_REMINDER"))["campaigns"]
    assert [c["title"] for c in reminders] == [created["campaign"]["title"], "Q2 eng reminders (updated)"]
    assert one["campaign"]["id"] == 101
    assert created["campaign"]["title"] == "Q2 eng assessment reminders"
    assert patched["flowId"] == 101 and patched["campaign"]["title"] == "Q2 eng reminders (updated)"
    assert added == {"added": 2, "skipped": 0}
    assert [lead["email"] for lead in found["leads"]] == ["ada@example.com"]
    assert removed == {"status": "success", "leadId": 987654}


def test_the_lines_the_demo_prints_work(demo):
    lines = [line.strip() for line in demo["text"].split("\n") if line.strip().startswith("curl ")]
    assert len(lines) == 3
    for line in lines:
        assert "error" not in run(demo, line)


def test_the_demo_ends_with_everybody_called(demo):
    last = [line for line in demo["text"].split("\n") if re.match(r"^ +\d\d:\d\d ", line)][-1].split()
    assert last[1] == "0" and last[-1] == "0"
    assert re.search(r"dialled +40 ", demo["text"])
