"""baresip as a real softphone that answers, and what it heard.

    with Baresip(tmp_path) as phone:
        … call "sip:anything@" + phone.address …
    assert is_speech(phone.recording())
"""

import array
import math
import shutil
import signal
import socket
import subprocess
import wave
from pathlib import Path

import pytest

from lib.sipp import free_port
from lib.wait import eventually

MODULES = [Path("/usr/lib/baresip/modules"), *Path("/usr/lib").glob("*/baresip/modules")]


class Baresip:
    """Answers at once (answermode "auto"), says a low tone, and records what it hears; the recordings are whole after
    the block. With `certificate` (a PEM file with its key) it listens for TLS at `secure_address` and demands SRTP, unless
    told not to encrypt."""

    def __init__(self, folder, answermode="auto", user="phone", certificate=None, encrypt=True):
        modules = next((m for m in MODULES if (m / "sndfile.so").exists()), None)
        if not modules or not shutil.which("baresip"):
            pytest.skip("baresip (package baresip-core) is not installed")
        self.folder = Path(folder) / "baresip"
        self.heard = self.folder / "heard"
        self.heard.mkdir(parents=True)
        self.port = port_for_all()
        self.address = f"127.0.0.1:{self.port}"
        self.secure_address = f"127.0.0.1:{self.port + 1}"  # baresip's TLS is at the port after
        silence = self.folder / "silence.wav"
        with wave.open(str(silence), "wb") as w:
            w.setparams((1, 2, 8000, 0, "NONE", ""))
            w.writeframes(bytes(2 * 8000 * 60))
        # aufile takes 16-bit mono 8 kHz only; without a working source baresip sends no 200.
        (self.folder / "config").write_text(f"""\
poll_method epoll
sip_listen {self.address}
audio_source aufile,{silence}
audio_player aubridge,none
audio_alert aubridge,none
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_txmode poll
audio_buffer 20-160
rtp_timeout 0
module_path {modules}
{"sip_certificate " + str(certificate) if certificate else ""}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
{"module srtp.so" if certificate else ""}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
snd_path {self.heard}
""")
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{self.address}>;regint=0;answermode={answermode};audio_codecs=pcmu,pcma"
            + (";mediaenc=srtp-mand" if certificate and encrypt else "") + "\n")
        (self.folder / "contacts").write_text("")
        self.log_path = self.folder / "log"
        self.process = None

    def __enter__(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(["baresip", "-4", "-n", "127.0.0.1", "-f", str(self.folder), "-v"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        eventually(lambda: self.process.poll() is not None or "baresip is ready" in self.log(), 15)
        assert self.process.poll() is None, self.log()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def recordings(self):
        """What it heard, a file a call, oldest first. Its own voice is in other files ("-enc")."""
        return sorted(self.heard.glob("*-dec.wav"), key=lambda p: p.stat().st_mtime)

    def recording(self):
        files = self.recordings()
        assert files, f"nothing was recorded:\n{self.log()}"
        return files[-1]


def port_for_all():
    """Free for UDP and TCP, and the one after it for TLS."""
    while True:
        port = free_port()
        try:
            for each in (port, port + 1):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", each))
            return port
        except OSError:
            pass


def levels(wav, ms=50):
    """The RMS of each 50 ms of a 16-bit WAV, of full scale 32768."""
    with wave.open(str(wav)) as w:
        assert w.getsampwidth() == 2, "16-bit samples expected"
        step = w.getframerate() * ms // 1000 * w.getnchannels()
        samples = array.array("h", w.readframes(w.getnframes()))
    return [math.sqrt(sum(s * s for s in samples[i:i + step]) / step) for i in range(0, len(samples) - step + 1, step)]


def is_speech(wav, least=0.5):
    """Whether at least that many seconds are loud, the loudness moves as syllables do, and it is neither silence nor
    a steady tone nor steady noise."""
    rms = levels(wav)
    loud = [r for r in rms if r > 300]
    if len(loud) * 0.05 < least:
        return False
    mean = sum(loud) / len(loud)
    spread = math.sqrt(sum((r - mean) ** 2 for r in loud) / len(loud)) / mean
    # Edges between loud and quiet: speech has several a second, a tone has one.
    turns = sum(1 for a, b in zip(rms, rms[1:]) if max(a, b) > 300 and max(a, b) > 1.6 * min(a, b))
    return spread > 0.2 and turns >= 3
