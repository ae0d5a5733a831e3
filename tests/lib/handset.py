"""The audio of a telephone whose signalling is somebody else's (sipp): silence, a key press, and what was heard."""

import socket
import threading
import time

from lib import rtp


class Handset:
    """Answers to whoever speaks first; presses `digit`, or plays μ-law, when it has heard `after` packets. `law` is what it
    says."""

    def __init__(self, digit="", after=40, law=0, event_type=101, plays=b""):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.02)
        self.port = self.socket.getsockname()[1]
        self.digit, self.after, self.law, self.event_type = digit, after, law, event_type
        self.frames = [plays[i:i + rtp.FRAME] for i in range(0, len(plays), rtp.FRAME)]
        self.packets, self.loud, self.kinds = 0, 0, set()
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
        sender, peer, due = None, None, 0
        while not self.stopping:
            try:
                data, source = self.socket.recvfrom(2048)
            except (TimeoutError, ConnectionRefusedError):
                data, source = b"", None
            packet = rtp.parse(data)
            if packet:
                if source != peer:  # a new call
                    peer, due = source, time.monotonic()
                    sender = rtp.Sender(lambda p: self.socket.sendto(p, peer), self.law, self.event_type)
                    heard = 0
                heard += 1
                self.packets += 1
                self.kinds.add(packet[0])
                self.loud += rtp.is_loud(packet[0], packet[3])
                if self.digit and heard == self.after:
                    sender.press(self.digit)
            while sender and due <= time.monotonic():
                due += 0.02
                try:
                    sender.tick(self.frames.pop(0) if self.frames and heard >= self.after else None)
                except ConnectionRefusedError:
                    pass
