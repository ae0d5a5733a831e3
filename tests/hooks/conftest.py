import pytest

from lib.receiver import Receiver


@pytest.fixture
def receive():
    """Receivers to the test's own order: receive(lambda got: 500)."""
    made = []

    def make(*args):
        made.append(Receiver(*args))
        return made[-1]

    yield make
    for r in made:
        r.close()


@pytest.fixture
def server(make_server):
    """One whose webhooks may go to this machine."""
    return make_server({"webhooks.allow_loopback": "true"})
