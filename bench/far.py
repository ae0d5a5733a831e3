"""The far end of calls that are measured: sipp for the signalling, bench/reflector.c for the audio."""

import csv
import json
import os
import subprocess
from pathlib import Path

from lib.sipp import free_port

BENCH = Path(__file__).resolve().parent
BUILD = BENCH.parent / "build"
# A call that is measured says nothing to the answers and is still up when the last one is.
WORDS = "This is a long message, so that every call is still up while we measure. "


def first(process, realtime=False):
    """The far end comes before whatever else the machine does, so that what is measured is the caller's; without the right to,
    it has to share."""
    try:
        os.setpriority(os.PRIO_PROCESS, process.pid, -10)
        if realtime:  # below the media thread, whose own is 5
            os.sched_setscheduler(process.pid, os.SCHED_RR, os.sched_param(4))
    except PermissionError:
        pass
    return process


class Far:
    """sipp for the signalling, the reflector for the audio."""

    def __init__(self, folder, scenario):
        self.port, self.stat = free_port(), Path(folder) / "sipp.csv"
        self.media = free_port()
        self.reflector = first(subprocess.Popen([str(BUILD / "bench-reflector"), str(self.media)],
                                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True), realtime=True)
        self.sipp = first(subprocess.Popen(
            ["sipp", "-sf", str(BENCH / scenario), "-i", "127.0.0.1", "-p", str(self.port), "-nostdin", "-trace_stat", "-stf",
             str(self.stat), "-fd", "1", "-key", "reflector_port", str(self.media)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def say(self, word):
        """A line of the reflector's: mute, loud, tell."""
        self.reflector.stdin.write(word + "\n")
        self.reflector.stdin.flush()

    def account(self):
        self.say("tell")
        return json.loads(self.reflector.stdout.readline())

    def count(self, column):
        if not self.stat.exists():
            return 0
        rows = list(csv.reader(self.stat.read_text().splitlines(), delimiter=";"))
        return int(rows[-1][rows[0].index(column)]) if len(rows) > 1 and len(rows[-1]) >= len(rows[0]) - 1 else 0

    def bare(self, calls, seconds):
        """CPU a call of a loop that does nothing but send and receive as many packets."""
        return float(subprocess.check_output([str(BUILD / "bench-bare"), str(self.media), str(calls), str(seconds)]))

    def end(self):
        for process in (self.sipp, self.reflector):
            process.kill()
            process.wait()
