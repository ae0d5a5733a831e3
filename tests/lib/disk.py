"""A small disk of its own, to fill."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest


class Disk:
    """`at` is its path for those on it (see on_it); `seen` is the same place for everybody else."""

    def __init__(self, at, pid):
        self.at, self.pid = at, pid
        self.seen = Path(f"/proc/{pid}/root{at}")

    def on_it(self, program, script):
        """A program that runs with the disk mounted: written to `script`, in place of `program`."""
        script.write_text(f'#!/bin/sh\nexec nsenter --mount --target {self.pid} -- {program} "$@"\n')
        script.chmod(0o755)
        return script


@contextlib.contextmanager
def small_disk(at, size="8m"):
    """A tmpfs at `at` in a mount namespace of its own: nothing is mounted for anybody else, and it ends with us."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk takes root")
    at.mkdir()
    script = 'mount -t tmpfs -o size="$1" none "$0" && echo ready && exec sleep 600'
    try:
        holder = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", script, at, size],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    try:
        if holder.stdout.readline() != b"ready\n":
            pytest.skip("a small disk cannot be mounted here: " + holder.stderr.read().decode().strip())
        yield Disk(at, holder.pid)
    finally:
        holder.kill()
        holder.wait()


def fill(folder):
    """Leaves no room; returns the file to remove."""
    ballast = Path(folder) / "ballast"
    with open(ballast, "wb", buffering=0) as f:
        piece = 1 << 16
        while piece:
            try:
                piece = f.write(b"x" * piece) and piece
            except OSError:
                piece //= 2
    return ballast
