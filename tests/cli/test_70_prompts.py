"""callsheet campaigns say and record; and who speaks: flite, a command or a service that may fail in every way."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lib import wav
from lib.campaign import a_campaign, FAR_FUTURE
from lib.wait import eventually

SPEAKS = """#!/bin/sh
cat >> {folder}/said
env > {folder}/env
echo "$0 $*" > {folder}/args
cat {folder}/tone.wav
"""


def make_campaign(server, key="test", **changes):
    return server.ok("POST", "/campaigns", a_campaign(server, callStartTimeUtc=FAR_FUTURE) | changes, key=key)["campaign"]["id"]


def say(server, campaign, name, file, check=True):
    done = server.command("campaigns", "say", str(campaign), name, "--out", str(file), check=check)
    return wav.measure(file.read_bytes()) if check else done


def program(folder, text):
    """A voice command; folder/tone.wav is what it may say."""
    (folder / "tone.wav").write_bytes(wav.tone(2.0))
    path = folder / "speak"
    path.write_text(text.format(folder=folder))
    path.chmod(0o755)
    return path


def test_saying_and_recording(server, tmp_path):
    campaign = make_campaign(server)
    table = server.command("campaigns", "say", str(campaign)).stdout
    assert [line.split()[0] for line in table.splitlines()] == ["NAME", "opening", "question-1", "closing"]
    spoken, _ = say(server, campaign, "opening", tmp_path / "opening.wav")
    assert spoken > 1
    (tmp_path / "mine.wav").write_bytes(wav.tone(3, rate=44100, channels=2))
    said = server.command("campaigns", "record", str(campaign), "opening", str(tmp_path / "mine.wav")).stdout
    assert "opening of the campaign is now recording" in said
    assert say(server, campaign, "opening", tmp_path / "again.wav")[0] == pytest.approx(3.3, abs=0.05)
    listed = json.loads(server.command("campaigns", "say", str(campaign), "--json").stdout)["prompts"]
    assert [p["source"] for p in listed] == ["recording", "voice", "voice"]
    server.stop()
    assert say(server, campaign, "opening", tmp_path / "offline.wav")[0] == pytest.approx(3.3, abs=0.05)
    assert say(server, campaign, "closing", tmp_path / "closing.wav")[0] > 1
    assert "is heard as voice" in server.command("campaigns", "erase", str(campaign), "opening").stdout
    assert say(server, campaign, "opening", tmp_path / "erased.wav")[0] == pytest.approx(spoken, abs=0.01)


def test_a_recording_of_five_minutes(server, tmp_path):
    campaign = make_campaign(server)
    (tmp_path / "long.wav").write_bytes(wav.tone(299, rate=8000))
    server.command("campaigns", "record", str(campaign), "closing", str(tmp_path / "long.wav"))
    assert say(server, campaign, "closing", tmp_path / "back.wav")[0] == pytest.approx(299.3, abs=0.1)


@pytest.mark.parametrize("words, code, why", [
    (["record", "ID", "opening", "NOT"], 6, "is not a WAV file"),
    (["record", "ID", "opening", "LARGE"], 6, "is larger than 64 MB"),
    (["record", "ID", "opening", "LONG"], 6, "is longer than 300 seconds"),
    (["record", "ID", "opening", "/nowhere.wav"], 4, "No such file"),
    (["record", "ID", "question-7", "GOOD"], 4, "says nothing that is called question-7"),
    (["record", "999999", "opening", "GOOD"], 4, "campaign"),
    (["record", "ID", "opening"], 2, "needs ID, NAME and FILE.wav"),
    (["say", "ID", "nothing"], 4, "says nothing that is called nothing"),
    (["say"], 2, "needs ID"),
    (["erase", "ID", "opening"], 4, "nobody has recorded"),
])
def test_what_is_refused(server, tmp_path, words, code, why):
    campaign = make_campaign(server)
    (tmp_path / "not.wav").write_text("not")
    (tmp_path / "good.wav").write_bytes(wav.tone(0.1))
    if "LONG" in words:
        (tmp_path / "long.wav").write_bytes(wav.tone(301, rate=4000))
    with open(tmp_path / "large.wav", "wb") as f:
        f.write(wav.tone(0.1))
        f.truncate(65 << 20)
    known = {name.upper(): str(tmp_path / f"{name}.wav") for name in ("not", "good", "long", "large")} | {"ID": str(campaign)}
    done = server.command("campaigns", *[known.get(w, w) for w in words], check=False)
    assert (done.returncode, why in done.stderr) == (code, True), done.stderr


# ---- who speaks


def test_a_command_speaks(make_server, tmp_path):
    path = program(tmp_path, SPEAKS)
    server = make_server({"voice.tts_command": f"{path} --voice {{voice}} '--lang={{language}}'"})
    server.command("workspaces", "set", "test", "voice=anna", "language=de")
    campaign = make_campaign(server, openingMessage="Call +13125550100; $(touch x).")
    assert wav.measure(server.api("GET", f"/campaigns/{campaign}/prompts/opening.wav").content)[0] == pytest.approx(2.3, abs=0.05)
    assert (tmp_path / "said").read_text().count("Call 1, 3 1 2, 5 5 5, 0 1 0 0; $(touch x).") == 1
    assert (tmp_path / "args").read_text().split()[1:] == ["--voice", "anna", "--lang=de"]
    assert "CALLSHEET_" not in (tmp_path / "env").read_text()
    server.command("workspaces", "set", "test", "voice=berta")
    server.api("GET", f"/campaigns/{campaign}/prompts/opening.wav")
    assert "berta" in (tmp_path / "args").read_text()


FAILS = {
    "hangs": "#!/bin/sh\nsleep 1000 &\nwait\n",
    "endless": "#!/bin/sh\nexec cat /dev/zero\n",
    "nothing": "#!/bin/sh\ncat > /dev/null\n",
    "no WAV": "#!/bin/sh\ncat\n",
    "an error": "#!/bin/sh\ncat {folder}/tone.wav\nexit 3\n",
    "deaf": "#!/bin/sh\nexec <&-\nexit 1\n",
    "killed": "#!/bin/sh\nkill -9 $$\n",
}


@pytest.mark.parametrize("how", FAILS)
def test_flite_stands_in_for_a_command(make_server, tmp_path, how):
    path = program(tmp_path, FAILS[how])
    server = make_server({"voice.tts_command": str(path), "voice.tts_timeout": 1})
    campaign = make_campaign(server)
    seconds, loudness = wav.measure(server.api("GET", f"/campaigns/{campaign}/prompts/closing.wav").content)
    assert seconds != pytest.approx(2.3, abs=0.01) and loudness > 0.02
    assert "flite stands in" in server.log()
    assert not [n for n in os.listdir(server.data / "prompts") if (server.data / "prompts" / n).stat().st_size > 10 ** 6]
    if how == "hangs":
        # the other prompts are still tried, behind the scenes
        eventually(lambda: not [p for p in os.listdir("/proc") if p.isdigit() and str(path) in cmdline(p)], 30)


def cmdline(pid):
    try:
        return open(f"/proc/{pid}/cmdline").read()
    except OSError:
        return ""


def test_a_command_that_is_not_there(make_server):
    server = make_server({"voice.tts_command": "/nowhere/speak {voice}"})
    campaign = make_campaign(server)
    assert server.api("GET", f"/campaigns/{campaign}/prompts/closing.wav").status_code == 200
    assert "cannot be run" in server.log()


class Service(BaseHTTPRequestHandler):
    asked, answers = [], []

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Service.asked.append((self.path, text))
        status, body = Service.answers[-1]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_service_speaks_and_fails(make_server):
    Service.answers.append((200, wav.tone(1.5)))
    http = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{http.server_port}/say?voice={{voice}}"
    server = make_server({"voice.tts_url": url, "voice.tts_timeout": 2})
    server.command("workspaces", "set", "test", "voice=anna")
    campaign = make_campaign(server)
    said = server.api("GET", f"/campaigns/{campaign}/prompts/closing.wav").content
    assert wav.measure(said)[0] == pytest.approx(1.8, abs=0.05)
    assert ("/say?voice=anna", "Thank you. Goodbye.") in Service.asked
    Service.answers.append((500, b"no"))
    campaign = make_campaign(server, openingMessage="Never said before.")
    said = server.api("GET", f"/campaigns/{campaign}/prompts/opening.wav").content
    assert wav.measure(said)[0] > 1.5 and "it answered 500" in server.log()
    http.shutdown()


@pytest.mark.parametrize("settings, why", [
    ({"voice.tts_command": "say", "voice.tts_url": "http://x/"}, "are both set"),
    ({"voice.tts_command": "say 'unfinished"}, "cannot be read"),
    ({"voice.tts_url": "ftp://x/"}, "must begin with http"),
])
def test_settings_that_cannot_be(make_server, settings, why):
    server = make_server(settings, start=False)
    done = server.command("serve", "--listen", "127.0.0.1:0", check=False)
    assert done.returncode != 0
    assert why in done.stderr


def test_the_cache_is_bounded(make_server, tmp_path):
    path = program(tmp_path, "#!/bin/sh\ncat > /dev/null\nexec cat {folder}/tone.wav\n")
    (tmp_path / "tone.wav").write_bytes(wav.tone(20))  # 320 KB as a prompt
    server = make_server({"voice.tts_command": str(path), "voice.prompt_cache": 1})
    folder = server.data / "prompts"
    for n in range(6):
        campaign = make_campaign(server, openingMessage=f"Number {n}.")
        server.api("GET", f"/campaigns/{campaign}/prompts/opening.wav")
        time.sleep(0.02)
    assert eventually(lambda: sum(f.stat().st_size for f in folder.iterdir()) <= 1 << 20)
    assert len(list(folder.glob("*.prompt"))) >= 2
