"""The provider of tests/ai/provider.mjs, a process per conversation."""

import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parents[1] / "ai"
KEY = "sk-canary-provider-key"  # as in provider.mjs


class Provider:
    def __init__(self, node, folder, scenario, dialect, pem=None):
        self.scenario, self.dialect = scenario, dialect
        self.log = folder / f"{scenario}-{dialect}{'-tls' if pem else ''}.log"
        self.log.touch()
        self.process = subprocess.Popen([node, str(HERE / "provider.mjs"), dialect, scenario, str(self.log)],
                                        stdout=subprocess.PIPE, text=True,
                                        env=os.environ | ({"PROVIDER_PEM": str(pem)} if pem else {}))
        self.port = int(self.process.stdout.readline())
        self.url = f"wss://localhost:{self.port}/v1/realtime" if pem else f"ws://127.0.0.1:{self.port}/v1/realtime"

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def events(self, kind=None):
        """What the server has sent, in order."""
        return [e for e in self.lines() if "type" in e and kind in (None, e["type"])]

    def meta(self, kind):
        return [e for e in self.lines() if e.get("meta") == kind]

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def add_provider(server, provider, key_file, *more, name=None, check=True):
    return server.command("providers", "add", "--name", name or f"{provider.scenario}-{provider.dialect}", "--url",
                          provider.url, "--model", "test-model", "--key-file", str(key_file), "--dialect",
                          provider.dialect, *more, check=check)
