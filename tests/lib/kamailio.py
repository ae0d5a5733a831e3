"""kamailio as a carrier's proxy: digest for INVITE (407) and REGISTER (401), record-route, a registrar, and a callee behind.

    with Kamailio(tmp_path, phones.address, user="alice", password="secret") as proxy:
        add_trunk(server, proxy.address, "--user", "alice", "--password-file", …)
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.sipp import free_port
from lib.wait import eventually

CONFIG = """\
debug=2
log_stderror=yes
fork=no
children=1
auto_aliases=no
listen=udp:{address}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "auth.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("usrloc", "db_mode", 0)
modparam("rr", "append_fromtag", 1)

request_route {{
    xlog("L_ERR", "SAW $rm from $fU auth $au expires $hdr(Expires) contact $ct\\n");
    if (is_method("OPTIONS") && !has_totag()) {{ sl_send_reply("200", "OK"); exit; }}
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK") && t_check_trans()) {{ t_relay(); exit; }}
        sl_send_reply("404", "Not here"); exit;
    }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (is_method("REGISTER")) {{
        if (!pv_www_authenticate("carrier.test", "{password}", "0") || $au != "{user}") {{
            www_challenge("carrier.test", "0"); exit;
        }}
        save("location"); exit;
    }}
    if (is_method("INVITE")) {{
        if (!pv_proxy_authenticate("carrier.test", "{password}", "0") || $au != "{user}") {{
            proxy_challenge("carrier.test", "0"); exit;
        }}
        consume_credentials();
        record_route();
        $du = "sip:{callee}";
        t_relay(); exit;
    }}
    sl_send_reply("405", "Method Not Allowed");
}}
"""


class Kamailio:
    def __init__(self, folder, callee, user="alice", password="secret"):
        self.program = shutil.which("kamailio") or (shutil.which("kamailio", path="/usr/sbin:/usr/local/sbin"))
        if not self.program:
            pytest.skip("kamailio is not installed")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.folder = Path(folder) / f"kamailio-{self.port}"
        self.folder.mkdir()
        self.config, self.log = self.folder / "kamailio.cfg", self.folder / "log"
        self.config.write_text(CONFIG.format(address=self.address, callee=callee, user=user, password=password))
        self.process = None

    def __enter__(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen([self.program, "-f", str(self.config), "-DD", "-E", "-Y", str(self.folder),
                                             "-m", "32", "-M", "4"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(lambda: self.process.poll() is not None or self.listens(), 20)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def listens(self):
        where = f":{self.port:04X}"
        return any(line.split()[1].endswith(where) for line in Path("/proc/net/udp").read_text().splitlines()[1:])

    def saw(self, method):
        """[(From's user, authenticated user or "", Expires, Contact)] of the requests of that method."""
        found = re.findall(r"SAW (\w+) from (\S+) auth (\S+) expires (\S+) contact (\S+)", self.log.read_text())
        return [(user, "" if auth == "<null>" else auth, expires, contact)
                for each, user, auth, expires, contact in found if each == method]
