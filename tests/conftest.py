import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lib import prism  # noqa: E402
from lib.server import Server  # noqa: E402


LONG_FIRST = ["sim", "voice", "ai", "sms", "openapi", "hooks", "cli"]
OWN_NUMBER = "+13125550100"  # of the shared server, so that its live workspace has one


def plain(request):
    return request.node.get_closest_marker("plain") is not None


@pytest.fixture
def make_server(request, tmp_path_factory):
    """Servers to the test's own order: make_server({"voice.ring_timeout": 5}, number="+13125550100")."""
    servers = []

    def make(settings=None, start=True, **more):
        s = Server(tmp_path_factory.mktemp("server"), {"api.rate_limit": 0} | (settings or {}),
                   plain=plain(request), **more)
        servers.append(s)
        request.node.servers = servers
        return s.start() if start else s

    yield make
    problems = []
    for s in servers:
        try:
            s.stop()
        except AssertionError as e:
            problems.append(str(e))
    assert not problems, "\n".join(problems)


@pytest.fixture
def server(make_server):
    """A fresh server for this test alone."""
    return make_server()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    """One server for all tests that leave each other alone: they make their own campaigns and never count all."""
    s = Server(tmp_path_factory.mktemp("shared"), {"api.rate_limit": 0}, number=OWN_NUMBER).start()
    with prism.before(s):
        yield s
    s.stop()


def pytest_collection_modifyitems(items):
    """The folders whose files take minutes come first, so that the short ones fill the ends. Through the proxy go those who
    share the server it stands before."""
    items.sort(key=lambda item: LONG_FIRST.index(item.path.parent.name) if item.path.parent.name in LONG_FIRST else 9)
    if os.environ.get(prism.PROGRAM):
        items[:] = [item for item in items if "shared_server" in item.fixturenames]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what its servers had to say."""
    report = (yield).get_result()
    if report.failed:
        servers = list(getattr(item, "servers", []))
        if "shared_server" in getattr(item, "funcargs", {}):
            servers.append(item.funcargs["shared_server"])
        for s in servers:
            if s.log_path.exists():
                report.sections.append(("the server's log", s.log()))
