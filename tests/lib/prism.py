"""Prism's validating proxy before a server: what strays from openapi/openapi.yaml on its way through is a failure.

The proxy changes nothing; what it objects to stands in a header of the answer. Everything is held against it, but for the
requests the server refuses: that they are wrong is what the tests that send them want.
"""

import json
import os
import re
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "CALLSHEET_PRISM"  # in the environment: where Prism is; without it nothing is put before the server


class Strays(AssertionError):
    """A request that was taken, or an answer, that the description does not allow."""


def check(reply, **_):
    found = json.loads(reply.headers.get("sl-violations", "[]"))
    refused = reply.status_code >= 400
    strays = [f"{'.'.join(v['location'])}: {v['message']}" for v in found if not (refused and v["location"][0] == "request")]
    if strays:
        request = reply.request
        raise Strays(f"{request.method} {request.path_url}: {reply.status_code}: {'; '.join(strays)}\n"
                     f"sent {str(request.body)[:500]}\nanswered {reply.text[:1000]}")


def start(server, program, log_path):
    """The process, once it listens, and its address."""
    with open(log_path, "wb") as log:
        process = subprocess.Popen([str(program), "proxy", str(ROOT / "openapi/openapi.yaml"), server.url, "-h", "127.0.0.1", "-p", "0"],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        said = re.sub(r"\x1b\[[0-9;]*m", "", log_path.read_text(errors="replace"))
        ready = re.search(r"Prism is listening on (http://127\.0\.0\.1:\d+)", said)
        if ready:
            return process, ready[1]
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError(f"Prism does not start:\n{log_path.read_text(errors='replace')}")


@contextmanager
def before(server, program=None):
    """While it lasts, server.url is the proxy's address, and each answer is looked at."""
    program = program or os.environ.get(PROGRAM)
    if not program:
        yield
        return
    direct = server.url
    process, server.url = start(server, program, server.log_path.with_name("prism.log"))
    server.http.hooks["response"].append(check)
    try:
        yield
    finally:
        server.http.hooks["response"].remove(check)
        server.url = direct
        process.kill()
        process.wait()
