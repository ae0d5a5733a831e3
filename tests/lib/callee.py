"""Telephones on one UDP port that answer by the last two digits of the number called, and record everything.

They outlive the server: when it is killed and comes back, `invites(attempt)` still tells every INVITE transaction
that an attempt made. One thread, one loop; RTP is real (20 ms frames, RFC 4733 presses).

    with Callee() as phones:
        server.command("trunks", "add", "--name", "t", "--address", phones.address, …)
        eventually(lambda: phones.calls and phones.calls[0].over)
"""

import heapq
import itertools
import random
import selectors
import socket
import threading
import time

from lib import rtp, sip

T1, T2 = 0.5, 4.0
SO_TIMESTAMPNS = 35  # Python has no name for it

# What a number's last two digits do; the rest behaves like "00". The same as data/sandbox-numbers where both have it.
BEHAVIOUR = {
    "00": {"press": "1"},
    "01": {"press": "2"},
    "02": {"answer": False},      # rings until somebody gives up
    "03": {"reject": 486},
    "04": {"reject": 603},
    "08": {"reject": 503},
    "09": {"hang_up": 1.5},       # seconds after the answer: in mid-prompt
    "10": {},                     # answers, and says and presses nothing
    "11": {"press": "9"},
}
# A number may also be given {"mute": True}: it answers, and sends no audio at all; {"says": (2, 5)}: it is loud then;
# {"plays": audio} (lib/greetings.py): μ-law that it sends from the answer on; {"refer": STATUS}: what a REFER is answered with
# (501 without), and "target": the status of the call it asked for, or "bye": we hang up once we have it.


class Call:
    def __init__(self, invite, source, behaviour):
        self.invite, self.source, self.behaviour = invite, source, behaviour
        self.call_id, self.attempt, self.to = invite.call_id, invite.attempt, invite.to_number
        self.tag = f"{random.getrandbits(48):x}"
        self.began = time.monotonic()
        self.arrived, = invite.arrived      # the kernel's stamp of the INVITE's arrival, however late we read it
        self.answered = self.ended = None   # monotonic times
        self.end = ""                       # "bye", "hung up", "cancelled", "rejected 486", "no ack"
        self.acked = False
        self.last_response = None
        self.pressed = []                   # (time, digit)
        self.packets = 0                    # RTP packets that came in
        self.heard = bytearray()            # their payload, at most a minute
        self.loud_at = None                 # when something loud came in last
        self.said = 0                       # bytes of what it plays that are on their way
        self.spells = []                    # [from, until]: when it was loud, pauses of 0.3 s apart
        self.socket = self.sender = None
        self.cseq = 0                       # of our own requests in its dialog
        self.referred = None                # where a REFER has sent it

    @property
    def over(self):
        return self.ended is not None

    def __repr__(self):
        return f"<Call to {self.to} attempt {self.attempt or '?'} {self.end or ('answered' if self.answered else 'ringing')}>"


class Callee:
    def __init__(self, port=0, behaviour=None, ring=0.2, press_after=0.6, law=0, default="00"):
        self.table = BEHAVIOUR | (behaviour or {})
        self.default, self.ring, self.press_after, self.law = default, ring, press_after, law
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sip.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sip.bind(("127.0.0.1", port))
        self.sip.setblocking(False)
        self.port = self.sip.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.calls = []        # every call, in order of its first INVITE
        self.requests = []     # (time, Message), retransmissions included
        self.deaf = False      # set it, and nothing is answered any more
        self.by_id = {}
        self.timers, self.count = [], itertools.count()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.sip, selectors.EVENT_READ, self.on_sip)
        self.lock = threading.Lock()
        self.stopping = False
        self.thread = threading.Thread(target=self.loop, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.thread.join()
        for call in self.calls:
            self.close_media(call)
        self.sip.close()
        self.selector.close()

    # What tests ask.

    def invites(self, attempt=None):
        """The INVITE transactions seen, retransmissions left out: {attempt: {(Call-ID, branch), …}}, or one's set."""
        with self.lock:
            seen = {}
            for _, m in self.requests:
                if m.method == "INVITE" and not sip.parameter(m.get("to"), "tag"):
                    seen.setdefault(m.attempt, set()).add((m.call_id, m.branch))
        return seen if attempt is None else seen.get(str(attempt), set())

    def call_ids(self):
        """{attempt: {Call-ID, …}}: more than one each means that somebody was dialled twice."""
        return {attempt: {call_id for call_id, _ in each} for attempt, each in self.invites().items()}

    def to(self, number):
        with self.lock:
            return [c for c in self.calls if c.to == number]

    # The loop.

    def loop(self):
        while not self.stopping:
            wait = 0.1
            if self.timers:
                wait = min(wait, max(0, self.timers[0][0] - time.monotonic()))
            for key, _ in self.selector.select(wait):
                key.data(key.fileobj)
            while self.timers and self.timers[0][0] <= time.monotonic():
                _, _, fn = heapq.heappop(self.timers)
                fn()

    def at(self, when, fn):
        heapq.heappush(self.timers, (when, next(self.count), fn))

    def after(self, seconds, fn):
        self.at(time.monotonic() + seconds, fn)

    def on_sip(self, sock):
        for _ in range(64):
            try:
                data, stamps, _, source = sock.recvmsg(65536, 64)
            except BlockingIOError:
                return
            if len(data) < 16:
                continue  # keep-alive
            m = sip.Message(data.decode("utf-8", "replace"))
            m.arrived = [int.from_bytes(s[:8], "little") + int.from_bytes(s[8:16], "little") / 1e9 for _, _, s in stamps]
            if m.is_request:
                with self.lock:
                    self.requests.append((time.monotonic(), m))
            if self.deaf:
                continue
            if m.is_request:
                self.on_request(m, source)
            elif m.method == "BYE" and m.status >= 200 and m.call_id in self.by_id:
                self.by_id[m.call_id].bye_answered = True

    def on_request(self, m, source):
        call = self.by_id.get(m.call_id)
        in_dialog = bool(sip.parameter(m.get("to"), "tag"))
        if m.method == "ACK":
            if call:
                call.acked = True
        elif m.method == "INVITE" and call and (in_dialog and m.branch != call.invite.branch):
            call.source = source
            self.reply(call, m, 200, "OK", self.sdp(call))
        elif m.method == "INVITE" and call:
            if call.last_response:  # a retransmission
                self.sip.sendto(call.last_response, source)
        elif m.method == "INVITE":
            self.on_invite(m, source)
        elif m.method == "CANCEL":
            cancels = call and not call.answered and not call.over
            if cancels:
                self.finish(call, "cancelled")
            self.respond(m, source, 200, "OK", call.tag if call else "none")
            if cancels:
                self.reply(call, call.invite, 487, "Request Terminated")
                self.repeat(call, call.last_response, T1)
        elif m.method == "BYE":
            if call and not call.over:
                self.finish(call, "bye")
            self.respond(m, source, *((200, "OK") if call else (481, "No such call")))
        elif m.method == "REFER" and call and call.behaviour.get("refer"):
            call.referred = sip.uri(m.get("refer-to"))
            self.respond(m, source, call.behaviour["refer"], "Accepted", call.tag)
            if call.behaviour["refer"] == 202:
                self.after(0.1, lambda: self.notify(call, "100 Trying", "active"))
                self.after(0.5, lambda: self.moved(call))
        elif m.method in ("OPTIONS", "INFO", "UPDATE", "NOTIFY", "MESSAGE"):
            self.respond(m, source, 200, "OK")
        else:
            self.respond(m, source, 501, "Not Implemented")

    def on_invite(self, m, source):
        call = Call(m, source, self.table.get(m.to_number[-2:], self.table[self.default]))
        with self.lock:
            self.calls.append(call)
        self.by_id[m.call_id] = call
        self.reply(call, m, 100, "Trying")
        self.after(self.ring / 4, lambda: self.rings(call))
        if call.behaviour.get("reject"):
            self.after(self.ring, lambda: self.rejects(call, call.behaviour["reject"]))
        elif call.behaviour.get("answer", True):
            self.after(self.ring, lambda: self.answers(call))

    def rings(self, call):
        if not call.over and not call.answered and not call.behaviour.get("reject"):
            self.reply(call, call.invite, 180, "Ringing")

    def rejects(self, call, status):
        if not call.over:
            self.finish(call, f"rejected {status}")
            self.reply(call, call.invite, status, {486: "Busy Here", 603: "Decline"}.get(status, "No"))
            self.repeat(call, call.last_response, T1)

    def answers(self, call):
        if call.over:
            return
        media = sip.offer(call.invite.body)
        if not media:
            return self.rejects(call, 488)
        address, port, kinds, event_type = media
        law = self.law if self.law in kinds else kinds[0]
        if law not in rtp.SILENCE:
            return self.rejects(call, 488)
        call.law, call.event_type = law, event_type
        call.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        call.socket.bind(("127.0.0.1", 0))
        call.socket.setblocking(False)
        self.selector.register(call.socket, selectors.EVENT_READ, lambda s: self.on_rtp(call, s))

        def send(packet):
            try:
                call.socket.sendto(packet, (address, port))
            except OSError:
                pass  # the far end has gone; the next tick tries again
        call.sender = rtp.Sender(send, law, event_type)
        call.answered = time.monotonic()
        self.reply(call, call.invite, 200, "OK", self.sdp(call))
        self.repeat(call, call.last_response, T1)
        self.at(call.answered, lambda: self.tick(call, call.answered))
        if "hang_up" in call.behaviour:
            self.after(call.behaviour["hang_up"], lambda: self.hang_up(call))

    def repeat(self, call, response, wait, left=10):
        """A final response goes out again until its ACK (RFC 3261, 13.3.1.4 and 17.2.1)."""
        def again():
            if call.acked or self.stopping:
                return
            if left == 0:
                if not call.over:
                    self.finish(call, "no ack")
                return
            self.sip.sendto(response, call.source)
            self.repeat(call, response, min(wait * 2, T2), left - 1)
        self.after(wait, again)

    def hang_up(self, call):
        if call.over:
            return
        self.finish(call, "hung up")
        contact = sip.uri(call.invite.get("contact"))
        routes = "".join(f"Route: {r}\r\n" for r in call.invite.headers.get("record-route", []))
        bye = (f"BYE {contact} SIP/2.0\r\nVia: SIP/2.0/UDP {self.address};branch=z9hG4bK{random.getrandbits(64):x};rport\r\n"
               f"Max-Forwards: 70\r\n{routes}From: {call.invite.get('to')};tag={call.tag}\r\n"
               f"To: {call.invite.get('from')}\r\nCall-ID: {call.call_id}\r\nCSeq: {call.cseq + 1} BYE\r\nContent-Length: 0\r\n\r\n").encode()
        call.bye_answered = False

        def again(wait, left):
            if call.bye_answered or left == 0:
                return
            self.sip.sendto(bye, call.source)
            self.after(wait, lambda: again(min(wait * 2, T2), left - 1))
        again(T1, 7)

    def moved(self, call):
        target = call.behaviour.get("target", 200)
        if target == "bye":
            self.hang_up(call)
        else:
            self.notify(call, f"{target} {'OK' if target == 200 else 'Busy Here'}", "terminated;reason=noresource")

    def notify(self, call, line, state):
        """How the call goes that a REFER asked for (RFC 3515)."""
        body = f"SIP/2.0 {line}\r\n"
        call.cseq += 1
        self.sip.sendto((
            f"NOTIFY {sip.uri(call.invite.get('contact'))} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{random.getrandbits(64):x};rport\r\nMax-Forwards: 70\r\n"
            f"From: {call.invite.get('to')};tag={call.tag}\r\nTo: {call.invite.get('from')}\r\nCall-ID: {call.call_id}\r\n"
            f"CSeq: {call.cseq} NOTIFY\r\nContact: <sip:phone@{self.address}>\r\nEvent: refer\r\n"
            f"Subscription-State: {state}\r\nContent-Type: message/sipfrag\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode(), call.source)

    def finish(self, call, how):
        call.end, call.ended = how, time.monotonic()
        self.close_media(call)

    def close_media(self, call):
        if call.socket:
            self.selector.unregister(call.socket)
            call.socket.close()
            call.socket = None

    # Audio.

    def on_rtp(self, call, sock):
        for _ in range(32):
            try:
                data = sock.recv(2048)
            except OSError:
                return
            packet = rtp.parse(data)
            if packet:
                call.packets += 1
                if len(call.heard) < 8000 * 60 and packet[0] in rtp.SILENCE:
                    call.heard += packet[3]
                if rtp.is_loud(packet[0], packet[3]):
                    call.loud_at = time.monotonic()
                    if not call.spells or call.loud_at - call.spells[-1][1] > 0.3:
                        call.spells.append([call.loud_at, call.loud_at])
                    call.spells[-1][1] = call.loud_at

    def words(self, call):
        """A tone of 400 Hz while the number's behaviour says something; None for silence."""
        begin, end = call.behaviour.get("says", (0, 0))
        return rtp.TONE[self.law] if call.answered and begin <= time.monotonic() - call.answered < end else None

    def tick(self, call, due):
        if call.over or self.stopping:
            return
        self.maybe_press(call)
        if not call.behaviour.get("mute"):
            call.sender.tick(self.words(call) or self.piece(call))
        self.at(due + 0.02, lambda: self.tick(call, due + 0.02))

    def piece(self, call):
        """The next 20 ms of what it plays; None when that is over, or nothing."""
        frame = call.behaviour.get("plays", b"")[call.said:call.said + rtp.FRAME]
        call.said += len(frame)
        return frame if len(frame) == rtp.FRAME else None

    def maybe_press(self, call):
        """Presses soon after the answer, and again, as people do, whenever the voice has paused since the last press."""
        digit, now = call.behaviour.get("press"), time.monotonic()
        if not digit or call.event_type is None or len(call.pressed) >= 8:
            return
        if not call.pressed:
            due = call.acked and now - call.answered >= self.press_after
        else:
            last = call.pressed[-1][0]
            due = call.loud_at and call.loud_at > last and now - call.loud_at > 0.8 and now - last > 2
        if due:
            call.pressed.append((now, digit))
            call.sender.press(digit)

    # Responses.

    def sdp(self, call):
        return sip.answer("127.0.0.1", call.socket.getsockname()[1], call.law, call.event_type) if call.socket else ""

    def reply(self, call, m, status, reason, body=""):
        """A response to the call's INVITE; kept, to answer retransmissions with."""
        call.last_response = self.respond(m, call.source, status, reason, call.tag, body)

    def respond(self, m, source, status, reason, tag="", body=""):
        lines = [f"SIP/2.0 {status} {reason}"]
        lines += [f"Via: {v}" for v in m.headers.get("via", [])]
        lines += [f"Record-Route: {v}" for v in m.headers.get("record-route", [])]
        to = m.get("to")
        if status > 100 and not sip.parameter(to, "tag"):
            to += f";tag={tag or 'x'}"
        lines += [f"From: {m.get('from')}", f"To: {to}", f"Call-ID: {m.call_id}", f"CSeq: {m.get('cseq')}",
                  f"Contact: <sip:{m.to_number or 'phone'}@{self.address}>"]
        if body:
            lines.append("Content-Type: application/sdp")
        text = "\r\n".join(lines) + f"\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        self.sip.sendto(text.encode(), source)
        return text.encode()
