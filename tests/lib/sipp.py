"""sipp as a callee by scenario file, and what it saw."""

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from lib import sip
from lib.wait import eventually

SCENARIOS = Path(__file__).resolve().parents[1] / "voice" / "scenarios"


def free_port(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sipp:
    """`with Sipp("answer.xml", tmp_path, rtp_port=ear.port) as carrier:`; `keys` become [name] in the scenario. It ends with the block."""

    def __init__(self, scenario, folder, *flags, port=0, transport="u1", **keys):
        if not shutil.which("sipp"):
            pytest.skip("sipp (package sip-tester) is not installed")
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        here = Path(folder) / f"{Path(scenario).stem}-{self.port}"
        self.file, self.errors, own = (here.with_suffix(s) for s in (".messages", ".errors", ".xml"))
        # sipp's own -key cannot be a response's status.
        text = (SCENARIOS / scenario).read_text()
        for name, value in keys.items():
            text = text.replace(f"[{name}]", str(value))
        own.write_text(text)
        self.command = ["sipp", "-sf", str(own), "-i", "127.0.0.1", "-p", str(self.port), "-t", transport, "-nostdin",
                        "-trace_msg", "-message_file", str(self.file), "-trace_err", "-error_file", str(self.errors),
                        *flags]
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        eventually(lambda: self.process.poll() is not None or self.listens(), 10)
        assert self.process.poll() is None, f"sipp ended with {self.process.returncode}: {self.error_text()}"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def listens(self):
        where = f"{self.port:04X}"
        return any(line.split()[1].endswith(":" + where)
                   for name in ("udp", "tcp") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:])

    def wait(self, timeout=30):
        """For a scenario run with "-m", "1": its exit code says whether the call went as the scenario has it."""
        return self.process.wait(timeout)

    def error_text(self):
        return self.errors.read_text() if self.errors.exists() else ""

    def messages(self):
        """[(received, Message)] so far."""
        if not self.file.exists():
            return []
        # A log entry: a dashed line with the time, a line about it, an empty line, the message.
        parts = re.split(r"^-{20,} .*$", self.file.read_text(errors="replace"), flags=re.M)
        found = []
        for part in parts[1:]:
            head, _, text = part.strip("\n").partition("\n\n")
            # sipp writes the message's own line ends, and the last one may still be on its way to the file.
            text = re.sub(r"\r?\n", "\r\n", text)
            if "CSeq" in text or "\r\nCSeq" in text.title():
                found.append(("received" in head, sip.Message(text)))
        return found

    def requests(self, method=None):
        return [m for received, m in self.messages()
                if received and m.is_request and method in (None, m.method)]

    def invites(self):
        """{(attempt, number called): {(Call-ID, branch), …}}: INVITE transactions, retransmissions left out."""
        seen = {}
        for m in self.requests("INVITE"):
            if not sip.parameter(m.get("to"), "tag"):
                seen.setdefault((m.attempt, m.to_number), set()).add((m.call_id, m.branch))
        return seen
