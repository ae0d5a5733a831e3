"""Node, the packages the provider of AI voices needs, and the providers."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.provider import KEY, Provider

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node():
    """The path of a Node that is new enough; Debian 12's own is not."""
    node = shutil.which("node")
    version = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True).stdout if node else ""
    if not version or int(version.split(".")[0]) < 20:
        pytest.skip(f"Node 20 or newer is not there ({version.strip() or 'none'})")
    return node


@pytest.fixture(scope="session")
def modules(node):
    """The pinned packages of package-lock.json, installed once."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not there")
    there = HERE / "node_modules"
    lock, installed = HERE / "package-lock.json", there / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=HERE, env=os.environ,
                             capture_output=True, text=True, timeout=170)
        if run.returncode != 0:
            pytest.skip(f"npm ci did not work: {run.stderr.strip()[-300:]}")
        os.utime(installed)
    return there


@pytest.fixture(scope="module")
def make_provider(node, modules, tmp_path_factory):
    folder, made = tmp_path_factory.mktemp("providers"), []

    def make(scenario, dialect="ga", **more):
        made.append(Provider(node, folder, scenario, dialect, **more))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "provider.key"
    path.write_text(KEY + "\n")
    return path
