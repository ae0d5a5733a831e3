"""A server whose live workspace sends its texts by a provider on this machine."""

import json
import subprocess
from pathlib import Path

import pytest

from lib import node as nodes
from lib.campaign import a_reminder
from lib.server import binary
from lib.sms_provider import ACCOUNT, TOKEN, Provider
from lib.wait import eventually

HERE = Path(__file__).parent
OWN = "+13125550100"


@pytest.fixture
def provider():
    p = Provider()
    yield p
    p.stop()


@pytest.fixture
def sending(make_server, provider, tmp_path):
    """make(settings): a server of that kind."""
    def make(settings=None, start=True):
        token = tmp_path / "token"
        token.write_text(TOKEN + "\n")
        server = make_server({"policy.calling_hours": "00:00-24:00", "sms.url": provider.url, "sms.account": ACCOUNT,
                              "sms.token_file": token, "sms.timeout": 2} | (settings or {}), number=OWN, start=start)
        server.command("workspaces", "set", "live", "countries=all")
        return server
    return make


class Live:
    """What these tests do in the live workspace."""

    def __init__(self, server):
        self.server = server

    def campaign(self, text="Reminder for {{firstName}}."):
        body = a_reminder(self.server, {"assessmentReminderSmsTemplate": text}, callStartTimeUtc="2025-06-01T15:00:00.000Z",
                          phoneNumber=OWN)
        return self.server.ok("POST", "/campaigns", body, key="live")["campaign"]["id"]

    def add(self, campaign, *numbers):
        leads = [{"email": f"p{n[1:]}.{campaign}@example.com", "firstName": "Ada", "phoneNumber": n} for n in numbers]
        said = self.server.ok("POST", f"/campaigns/{campaign}/leads", {"leads": leads}, key="live")
        assert said["added"] == len(numbers)

    def messages(self, **query):
        return self.server.ok("GET", "/v1/admin/outbox", key="adminLive", params={"limit": 100} | query)["messages"]

    def settled(self, number, *states, timeout=20):
        def there():
            found = [m for m in self.messages(number=number) if m["status"] in states]
            return found and found[0]
        return eventually(there, timeout)


@pytest.fixture
def live():
    return Live


@pytest.fixture(scope="session")
def judge():
    """The provider's library: [{token, url, params, signature}] to [{expected, valid}]."""
    node = nodes.node()
    nodes.modules(HERE)

    def ask(*cases):
        out = subprocess.run([node, HERE / "judge.mjs"], input=json.dumps(cases), capture_output=True, text=True, timeout=60)
        assert out.returncode == 0, out.stderr
        return json.loads(out.stdout)
    return ask


@pytest.fixture(scope="session")
def signatures():
    """Our code's signatures of such cases."""
    program = Path(binary()).parent / "tests" / "sms" / "sign"
    if not program.exists():
        pytest.skip(f"{program} is not built")

    def sign(cases):
        text = b""
        for case in cases:
            pairs = [(k, v) for k, vs in case["params"].items() for v in (vs if isinstance(vs, list) else [vs])]
            parts = [case["token"], case["url"], *[part for pair in pairs for part in pair]]
            text += b"".join(part.encode() + b"\0" for part in parts) + b"\n"
        out = subprocess.run([program], input=text, capture_output=True, check=True, timeout=60).stdout
        return out.decode().split()
    return sign
