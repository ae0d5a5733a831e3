"""A name server of a few lines: what it is told and nothing else.

    with Names(srv={"_sip._udp.carrier.test": [(10, 0, port, "a.carrier.test")]}, a={"a.carrier.test": "127.0.0.1"}) as names:
        live_server(make_server, {"voice.name_server": names.address})
"""

import socket
import struct
import threading

A, SRV = 1, 33


def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


class Names:
    def __init__(self, srv=None, a=None):
        self.srv, self.a = srv or {}, a or {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.asked = []
        self.stopping = False
        self.thread = threading.Thread(target=self.loop, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()
        self.socket.close()

    def loop(self):
        while not self.stopping:
            try:
                data, source = self.socket.recvfrom(1500)
            except TimeoutError:
                continue
            self.socket.sendto(self.answer(data), source)

    def answer(self, data):
        parts, at = [], 12
        while data[at]:
            parts.append(data[at + 1:at + 1 + data[at]].decode())
            at += data[at] + 1
        name = ".".join(parts).lower()
        question, kind = data[12:at + 5], struct.unpack(">H", data[at + 1:at + 3])[0]
        self.asked.append((name, kind))
        found = []
        if kind == SRV:
            found = [struct.pack(">HHH", priority, weight, port) + encoded(host)
                     for priority, weight, port, host in self.srv.get(name, [])]
        elif kind == A and name in self.a:
            found = [socket.inet_aton(self.a[name])]
        known = found or name in self.a or name in self.srv
        head = data[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, len(found), 0, 0)
        return head + question + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(each)) + each for each in found)
