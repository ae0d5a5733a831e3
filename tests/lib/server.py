"""One callsheet server on a throw-away data folder."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"^callsheet is listening on (http://\S+)$", re.M)
KEYS = {"test": "testKey", "live": "liveKey", "admin": "adminTestKey", "adminLive": "adminLiveKey"}


def binary(plain=False):
    name = None if plain else os.environ.get("CALLSHEET_BIN")
    return str((ROOT / (name or os.environ.get("CALLSHEET_PLAIN_BIN", "build/callsheet"))).resolve())


class Server:
    """`settings` are {"api.rate_limit": 0}, handed over in the environment."""

    def __init__(self, folder, settings=None, number=None, plain=False):
        self.data = Path(folder) / "data"
        self.log_path = Path(folder) / "log"
        self.out_path = Path(folder) / "out"
        self.binary = binary(plain)
        self.env = os.environ | {"CALLSHEET_" + name.replace(".", "_").upper(): str(value)
                                 for name, value in (settings or {}).items()}
        self.process = None
        self.url = None
        self.http = requests.Session()
        self.http.trust_env = False
        init = self.command("init", "--json", *(["--number", number] if number else []))
        self.ids = json.loads(init.stdout)

    def command(self, *words, check=True, input=None):
        """A command of ours on this server's data: command("trunks", "add", "--name", …)."""
        n = 2 if len(words) > 1 and not words[1].startswith("-") else 1
        run = subprocess.run([self.binary, *words[:n], "--data", str(self.data), *words[n:]], env=self.env, input=input,
                             capture_output=True, text=True, timeout=60)
        assert not check or run.returncode == 0, f"callsheet {words} ended with {run.returncode}: {run.stdout}{run.stderr}"
        return run

    def start(self, *flags, timeout=30):
        assert self.process is None, "it runs already"
        with open(self.out_path, "wb") as out, open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *flags],
                stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=self.env)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            ready = READY.search(self.out_path.read_text())
            if ready:
                self.url = ready[1]
                return self
            time.sleep(0.01)
        code = self.process.poll()
        self.kill()
        raise AssertionError(f"the server was not ready within {timeout} s (exit code {code}):\n{self.log()}")

    def api(self, method, path, json=None, key="test", **more):
        """`path` is below /v1/partner unless it begins with /v1. `key`: a name of KEYS, a key, or None for none."""
        headers = more.pop("headers", {})
        if key:
            headers = {"Authorization": "Bearer " + (self.key(key) if key in KEYS else key)} | headers
        if not path.startswith("/v1"):
            path = "/v1/partner" + path
        return self.http.request(method, self.url + path, json=json, headers=headers, timeout=more.pop("timeout", 30),
                                 **more)

    def ok(self, method, path, json=None, **more):
        """The same, for calls that must work: returns the JSON."""
        reply = self.api(method, path, json, **more)
        assert reply.status_code in (200, 201), f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json()

    def key(self, name="test"):
        return self.ids[KEYS[name]]

    def stop(self, timeout=60):
        """As an operator would; the exit code must be 0, which with sanitizers also says no leak."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server had not stopped {timeout} s after SIGTERM:\n{self.log()}") from None
        self.gone()
        assert code == 0, f"the server ended with {code}:\n{self.log()}"

    def kill(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.gone()

    def gone(self):
        self.process = None
        self.http.close()

    def restart(self, *flags):
        self.stop()
        return self.start(*flags)

    def log(self, lines=80):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])
