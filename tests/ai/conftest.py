"""Node, the packages the provider of AI voices needs, and the providers."""

from pathlib import Path

import pytest

from lib import node as nodes
from lib.provider import KEY, Provider


@pytest.fixture(scope="session")
def node():
    return nodes.node()


@pytest.fixture(scope="session")
def modules(node):
    return nodes.modules(Path(__file__).parent)


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
