"""The API's description as a document, and the Node tools that judge it from outside."""

from pathlib import Path

import pytest

from lib import node as nodes, openapi

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def document():
    return openapi.load()


@pytest.fixture(scope="session")
def node():
    """The path of a Node that is new enough; Debian 12's own is not."""
    return nodes.node()


@pytest.fixture(scope="session")
def tools(node):
    """The folder of the pinned tools of package-lock.json, installed once."""
    return nodes.modules(HERE) / ".bin"
