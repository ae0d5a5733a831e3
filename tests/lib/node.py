"""Node and its packages, for tests that let others' programs judge ours. Debian 12's own Node is too old: they are skipped."""

import fcntl
import os
import shutil
import subprocess

import pytest


def node():
    """The path of a Node that is new enough."""
    path = shutil.which("node")
    version = subprocess.run([path, "-p", "process.versions.node"], capture_output=True, text=True).stdout if path else ""
    if not version or int(version.split(".")[0]) < 20:
        pytest.skip(f"Node 20 or newer is not there ({version.strip() or 'none'})")
    return path


def modules(here):
    """The folder of the pinned packages of package-lock.json in `here`, installed once."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not there")
    folder, pinned = here / "node_modules", here / "package-lock.json"
    installed = folder / ".package-lock.json"
    with open(pinned) as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not installed.exists() or installed.stat().st_mtime < pinned.stat().st_mtime:
            run = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=here, env=os.environ,
                                 capture_output=True, text=True, timeout=600)
            if run.returncode != 0:
                pytest.skip(f"npm ci did not work: {run.stderr.strip()[-300:]}")
            os.utime(installed)
    return folder
