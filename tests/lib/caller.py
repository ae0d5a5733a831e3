"""A caller: one call, in the test's own thread. For testing the telephones themselves, and for whoever calls the server."""

import math
import random
import socket
import struct
import time

from lib import rtp, sip


def ulaw(sample):
    """One 16-bit sample as μ-law (G.711)."""
    sign, sample = (0x80, -sample) if sample < 0 else (0, sample)
    sample = min(sample, 32635) + 132
    segment = sample.bit_length() - 8
    return ~(sign | segment << 4 | sample >> segment + 3 & 15) & 0xFF


def speechlike(seconds):
    """μ-law that a level meter takes for speech: bursts of a gliding tone, with pauses."""
    samples, phase = [], 0.0
    for n in range(int(8000 * seconds)):
        t = n / 8000
        phase += 2 * math.pi * (300 + 200 * math.sin(5 * t)) / 8000
        samples.append(ulaw(int(9000 * max(0.0, math.sin(2 * math.pi * 2.5 * t)) * math.sin(phase))))
    return bytes(samples)


class Caller:
    """
    Only `status`, `digits`, `packets`, `heard` and `over` matter afterwards. `caller` is the user of From, `headers` go into the
    INVITE, each with its line end; `sdp` None: as everybody's, of `law` and with telephone-event `event_type` (None: without).
    `refer`: what a REFER is answered with; after a 202 the call that it asks for is answered at once. `referred` is where to.
    """

    def __init__(self, address, number, attempt="1", timeout=10, caller="caller", headers="", sdp=None, law=0, event_type=101,
                 ack=True, here="127.0.0.1", refer=501):
        host, port = address.rsplit(":", 1)
        self.to = (host, int(port))
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind((here, 0))
        self.media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.media.bind(("127.0.0.1", 0))
        self.here = f"{here}:%d" % self.sip.getsockname()[1]
        self.uri = f"sip:{number}@{address}"
        self.id = f"{random.getrandbits(64):x}"
        self.attempt, self.remote, self.contact, self.to_header = attempt, None, self.uri, f"<{self.uri}>"
        self.status, self.digits, self.packets, self.over = 0, "", 0, False
        self.caller, self.headers, self.sdp, self.law, self.event_type, self.ack = caller, headers, sdp, law, event_type, ack
        self.heard = bytearray()  # the audio that came in
        self.provisional = []
        self.refer, self.referred = refer, None
        self.last_event = None
        self.invite_branch = ""
        self.invite(timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sip.close()
        self.media.close()

    def send(self, method, seq, extra="", body="", branch=None):
        branch = branch or f"z9hG4bK{random.getrandbits(64):x}"
        text = (f"{method} {self.contact} SIP/2.0\r\nVia: SIP/2.0/UDP {self.here};branch={branch};rport\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:{self.caller}@{self.here}>;tag=c{self.id}\r\nTo: {self.to_header}\r\n"
                f"Call-ID: {self.id}\r\nCSeq: {seq} {method}\r\nContact: <sip:caller@{self.here}>\r\n{extra}"
                f"Content-Length: {len(body)}\r\n\r\n{body}")
        self.sip.sendto(text.encode(), self.to)
        return branch

    def invite(self, timeout):
        sdp = self.sdp
        if sdp is None:
            sdp = sip.answer("127.0.0.1", self.media.getsockname()[1], self.law, self.event_type)
        extra = f"{self.headers}X-Callsheet-Attempt: {self.attempt}\r\n" + ("Content-Type: application/sdp\r\n" if sdp else "")
        self.invite_branch = self.send("INVITE", 1, extra, sdp)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            m = self.receive(0.2)
            if not m or m.is_request or m.method != "INVITE":
                continue
            if m.status < 200:
                self.provisional.append(m.status)
                continue
            self.final(m)
            return

    def final(self, m):
        self.status, self.to_header = m.status, m.get("to")
        if m.status == 200:
            self.contact = sip.uri(m.get("contact"))
            address, port, _, _ = sip.offer(m.body)
            self.remote = (address, port)
            if self.ack:
                body = "" if self.sdp != "" else sip.answer("127.0.0.1", self.media.getsockname()[1])
                self.send("ACK", 1, "Content-Type: application/sdp\r\n" if body else "", body)
        else:
            self.send("ACK", 1, branch=self.invite_branch)

    def receive(self, timeout):
        self.sip.settimeout(max(timeout, 0.0001))
        try:
            m = sip.Message(self.sip.recv(65536).decode(errors="replace"))
        except TimeoutError:
            return None
        if m.is_request and m.method == "BYE":
            self.over = True
            self.answer(m, "200 OK")
        elif m.is_request and m.method == "REFER":
            self.referred = sip.uri(m.get("refer-to"))
            self.answer(m, f"{self.refer} Whatever")
            if self.refer == 202:
                self.send("NOTIFY", 2, "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n"
                          "Content-Type: message/sipfrag\r\n", "SIP/2.0 200 OK\r\n")
        return m

    def answer(self, m, status):
        lines = [f"SIP/2.0 {status}"] + [f"Via: {v}" for v in m.headers["via"]]
        lines += [f"{n}: {m.get(n)}" for n in ("from", "to", "call-id", "cseq")] + ["Content-Length: 0", "", ""]
        self.sip.sendto("\r\n".join(lines).encode(), self.to)

    def talk(self, seconds, audio=b"", press=()):
        """
        Plays the audio, then silence, and listens for keys; until the other side hangs up. `press`: [(after so many seconds,
        key)].
        """
        sender = rtp.Sender(lambda p: self.media.sendto(p, self.remote), self.law, self.event_type)
        press = list(press)
        self.media.setblocking(False)
        due = time.monotonic()
        for n in range(int(seconds * 50)):
            while press and n / 50 >= press[0][0]:
                sender.press(press.pop(0)[1])
            frame = audio[n * 160:n * 160 + 160]
            sender.tick(frame if len(frame) == 160 else None)
            due += 0.02
            self.receive(max(0, due - time.monotonic()))
            self.listen()
            if self.over:
                return
            time.sleep(max(0, due - time.monotonic()))

    def listen(self):
        while True:
            try:
                packet = rtp.parse(self.media.recv(2048))
            except (BlockingIOError, ConnectionRefusedError):
                return
            self.packets += 1
            kind, _, ts, payload = packet
            if kind in rtp.SILENCE:
                self.heard += payload
            if kind == 101 and ts != self.last_event:
                self.last_event = ts
                self.digits += rtp.EVENTS[struct.unpack("!B", payload[:1])[0]]

    def cancel(self):
        """Only the request; a test that waits for the 487 uses receive()."""
        self.send("CANCEL", 1, branch=self.invite_branch)

    def bye(self):
        self.send("BYE", 2)
        self.over = True
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            m = self.receive(0.2)
            if m and not m.is_request and m.method == "BYE":
                return m.status
        return 0
