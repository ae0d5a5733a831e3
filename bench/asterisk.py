"""An Asterisk with next to nothing in it, as the other side of bench/calls: chan_pjsip, Playback and Read, G.711 only.

ASTERISK is the command that starts it, `/usr/sbin/asterisk` say; with words in front of it, of a chroot for instance, the
folder for temporary files must be the same within. Calls are asked for by the manager interface (AMI).
"""

import os
import shlex
import socket
import subprocess
import threading
import time
from pathlib import Path

from lib import greetings
from lib.sipp import free_port

MODULES = """res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_timing_timerfd res_rtp_asterisk
    res_pjsip res_pjsip_pubsub res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id chan_pjsip codec_ulaw format_pcm
    app_playback app_read pbx_config""".split()
SECONDS_HEARD = 200  # of the message that is played

CONFIGURATION = {
    "asterisk.conf": """[directories]
astetcdir => {folder}
astvarlibdir => {folder}/lib
astdbdir => {folder}
astspooldir => {folder}/spool
astrundir => {folder}
astlogdir => {folder}
[options]
verbose = 0
debug = 0
maxfiles = 20000
""",
    "logger.conf": "[general]\n[logfiles]\nmessages => warning,error\n",
    "modules.conf": "[modules]\nautoload = no\n{modules}\n",
    "manager.conf": """[general]
enabled = yes
bindaddr = 127.0.0.1
port = {manager}
[bench]
secret = bench
read =
write = originate
""",
    "pjsip.conf": """[system]
type = system
threadpool_initial_size = 8
threadpool_max_size = 50
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip}
[far]
type = endpoint
transport = udp
context = bench
disallow = all
allow = ulaw
direct_media = no
dtmf_mode = rfc4733
aors = far
[far]
type = aor
contact = sip:127.0.0.1:{far}
""",
    "rtp.conf": "[general]\nrtpstart = 10000\nrtpend = 15999\nicesupport = no\n",
    "extensions.conf": """[bench]
exten => s,1,Playback({folder}/message)
 same => n,Read(key,,1,,1,6)
 same => n,Hangup()
""",
    "cdr.conf": "[general]\nenable = no\n",
    "cel.conf": "[general]\nenable = no\n",
}


class Asterisk:
    name = "Asterisk"

    def __init__(self, command, folder, far):
        self.folder, self.manager, self.calls = Path(folder) / "asterisk", free_port(socket.SOCK_STREAM), None
        (self.folder / "lib").mkdir(parents=True)
        (self.folder / "spool").mkdir()
        (self.folder / "message.ulaw").write_bytes(greetings.voice(4) * (SECONDS_HEARD // 4))
        for name, text in CONFIGURATION.items():
            (self.folder / name).write_text(text.format(
                folder=self.folder, manager=self.manager, sip=free_port(), far=far.port,
                modules="\n".join(f"load = {m}.so" for m in MODULES)))
        self.log = open(self.folder / "output", "wb")
        self.process = subprocess.Popen([*shlex.split(command), "-f", "-C", str(self.folder / "asterisk.conf")],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=os.environ | {"HOME": str(self.folder)})
        self.pid = self.process.pid
        self.far = far.port
        self.stream = self.log_in()

    def log_in(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                stream = socket.create_connection(("127.0.0.1", self.manager), 2)
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.end()
                    raise SystemExit(f"Asterisk does not run:\n{(self.folder / 'output').read_text(errors='replace')[-2000:]}")
                time.sleep(0.1)
        stream.settimeout(None)
        stream.sendall(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\nEvents: off\r\n\r\n")
        threading.Thread(target=self.read_away, args=(stream,), daemon=True).start()
        time.sleep(1)  # its modules are there before its greeting; the channel driver's registration may not be
        return stream

    def read_away(self, stream):
        try:
            while stream.recv(65536):
                pass
        except OSError:
            pass

    def place(self, calls, rate):
        """As many, evenly, beside the caller."""
        def go():
            began = time.monotonic()
            for n in range(calls):
                time.sleep(max(0, began + n / rate - time.monotonic()))
                try:
                    self.stream.sendall((f"Action: Originate\r\nChannel: PJSIP/far/sip:{13124000000 + n}@127.0.0.1:{self.far}\r\n"
                                         "Context: bench\r\nExten: s\r\nPriority: 1\r\nAsync: true\r\n\r\n").encode())
                except OSError:
                    return  # it has ended
        threading.Thread(target=go, daemon=True).start()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
