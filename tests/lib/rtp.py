"""Just enough RTP: G.711 frames, RFC 4733 key presses, and whether what comes in is loud."""

import random
import struct

EVENTS = "0123456789*#ABCD"
FRAME = 160  # samples in 20 ms at 8 kHz
SILENCE = {0: b"\xff" * FRAME, 8: b"\xd5" * FRAME}  # μ-law and A-law

TONE = {0: (b"\x10" * 10 + b"\x90" * 10) * 8, 8: (b"\x35" * 10 + b"\xb5" * 10) * 8}  # loud, 400 Hz

# The loudness of a G.711 byte: its segment, 0 to 7. μ-law is sent inverted, A-law with every second bit inverted.
SEGMENT = {0: bytes(((~b & 0xFF) >> 4) & 7 for b in range(256)), 8: bytes(((b ^ 0x55) >> 4) & 7 for b in range(256))}


class Sender:
    """One RTP stream going out. The caller calls tick() every 20 ms; it sends a frame or a piece of a key press."""

    def __init__(self, send, law=0, event_type=101):
        self.send = send
        self.law = law
        self.event_type = event_type
        self.ssrc = random.getrandbits(32)
        self.seq = random.getrandbits(15)
        self.ts = random.getrandbits(31)
        self.queue = []  # (event, duration, end, marker) still to go out
        self.event_ts = 0

    def press(self, digit, ms=120):
        """RFC 4733: updates with a growing duration and one time stamp, the end three times."""
        event, steps = EVENTS.index(digit), ms // 20
        self.queue += [(event, FRAME * n, False, n == 1) for n in range(1, steps)]
        self.queue += [(event, FRAME * steps, True, False)] * 3

    def tick(self, payload=None):
        if self.queue:
            event, duration, end, marker = self.queue.pop(0)
            if marker:
                self.event_ts = self.ts
            self.packet(self.event_type, self.event_ts, struct.pack("!BBH", event, end << 7 | 10, duration), marker)
        else:
            self.packet(self.law, self.ts, payload or SILENCE[self.law], False)
        self.ts = self.ts + FRAME & 0xFFFFFFFF

    def packet(self, kind, ts, payload, marker):
        self.send(struct.pack("!BBHII", 0x80, marker << 7 | kind, self.seq, ts, self.ssrc) + payload)
        self.seq = self.seq + 1 & 0xFFFF


def parse(packet):
    """(payload type, sequence number, time stamp, payload) or None."""
    if len(packet) < 12 or packet[0] >> 6 != 2:
        return None
    first, second, seq, ts, _ssrc = struct.unpack("!BBHII", packet[:12])
    start = 12 + 4 * (first & 15)
    if first & 0x10:
        start += 4 + 4 * struct.unpack("!H", packet[start + 2:start + 4])[0]
    return second & 0x7F, seq, ts, packet[start:]


def is_loud(kind, payload):
    return kind in SEGMENT and bool(payload) and max(payload.translate(SEGMENT[kind])) >= 4
