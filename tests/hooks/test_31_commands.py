"""callsheet webhooks: with a server and without, and what a developer has of listen and trigger."""

import json
import re
import subprocess

from lib.campaign import make_campaign
from lib.wait import eventually


def said(server, *words):
    return json.loads(server.command(*words, "--json").stdout)


def test_without_a_server_and_beside_one(make_server, receive):
    receiver = receive()
    server = make_server({"webhooks.allow_loopback": "true"}, start=False)
    made = said(server, "webhooks", "add", "--url", receiver.url, "--events", "campaign.created,lead.added")
    assert made["secret"].startswith("whsec_") and made["mode"] == "test"
    assert said(server, "webhooks", "list")["endpoints"][0]["endpointId"] == made["endpointId"]
    server.start()
    make_campaign(server)
    assert eventually(receiver.all)[0].signed_by(made["secret"])
    id = str(made["endpointId"])
    eventually(lambda: len(said(server, "webhooks", "deliveries", id)["deliveries"]) == 1)
    assert "delivered" in server.command("webhooks", "deliveries", id).stdout
    said(server, "webhooks", "test", id)
    eventually(lambda: receiver.types() == ["campaign.created", "webhook.test"])
    said(server, "webhooks", "replay", id, "--event", str(receiver.all()[0].event["id"]))
    eventually(lambda: len(receiver.all()) == 3)
    assert said(server, "webhooks", "disable", id)["stopped"] == "OPERATOR"
    assert said(server, "webhooks", "enable", id, "--skip")["active"]
    assert said(server, "webhooks", "remove", id)["removed"]
    assert said(server, "webhooks", "list") == {"endpoints": []}


def test_bad_commands(make_server):
    server = make_server(start=False)
    for words, code, text in [(["add", "--url", "http://127.0.0.1/"], 6, "https"), (["add"], 2, "--url"), (["show", "7"], 4, "endpoint 7"),
                              (["trigger", "nothing.happened"], 6, "webhooks types"), (["add", "--url", "https://a.example/", "--events", "x"], 6, "events"),
                              (["listen", "--secret", "mine"], 2, "whsec_")]:
        run = server.command("webhooks", *words, check=False)
        assert run.returncode == code and text in run.stderr, (words, run.returncode, run.stderr)


def test_listen_forwards_what_is_triggered(server, receive):
    receiver = receive()
    listen = subprocess.Popen([server.binary, "webhooks", "listen", "--data", str(server.data), "--forward-to", receiver.url],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=server.env)
    try:
        secret = re.search(r"whsec_\S+", listen.stdout.readline())[0]
        types = [t["type"] for t in said(server, "webhooks", "types")["types"]]
        for type in types:
            server.command("webhooks", "trigger", type)
        eventually(lambda: receiver.types() == types, timeout=30)
        assert all(g.signed_by(secret) and g.event["data"]["sample"] is True for g in receiver.all())
        assert [listen.stdout.readline().split()[1:] for _ in types] == [[t + ":", "204"] for t in types]
        listen.terminate()
        assert listen.wait(20) == 0
    finally:
        listen.kill()
        listen.stdout.close()
