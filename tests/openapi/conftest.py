"""The API's description as a document, and the Node tools that judge it from outside."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lib import openapi

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def document():
    return openapi.load()


@pytest.fixture(scope="session")
def node():
    """The path of a Node that is new enough; Debian 12's own is not."""
    node = shutil.which("node")
    version = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True).stdout if node else ""
    if not version or int(version.split(".")[0]) < 20:
        pytest.skip(f"Node 20 or newer is not there ({version.strip() or 'none'})")
    return node


@pytest.fixture(scope="session")
def tools(node):
    """The folder of the pinned tools of package-lock.json, installed once."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not there")
    modules = HERE / "node_modules"
    lock, installed = HERE / "package-lock.json", modules / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=HERE, env=os.environ,
                             capture_output=True, text=True, timeout=170)
        if run.returncode != 0:
            pytest.skip(f"npm ci did not work: {run.stderr.strip()[-300:]}")
        os.utime(installed)
    return modules / ".bin"
