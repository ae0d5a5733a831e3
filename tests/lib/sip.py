"""SIP messages as text: parse and build, for telephones that tests control."""

import re

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}
ATTEMPT = "x-callsheet-attempt"


class Message:
    """`start` is the first line; header names are in lower case, each with the list of its values in order."""

    def __init__(self, text):
        head, _, self.body = text.partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        self.start = lines[0]
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            self.headers.setdefault(COMPACT.get(name, name), []).append(value.strip())
        words = self.start.split(" ", 2)
        self.is_request = not words[0].startswith("SIP/")
        self.method = words[0] if self.is_request else self.get("cseq").split()[-1]
        self.status = 0 if self.is_request else int(words[1])

    def get(self, name, default=""):
        return self.headers.get(name, [default])[0]

    @property
    def call_id(self):
        return self.get("call-id")

    @property
    def branch(self):
        return parameter(self.get("via"), "branch")

    @property
    def cseq(self):
        return int(self.get("cseq", "0").split()[0])

    @property
    def attempt(self):
        return self.get(ATTEMPT)

    @property
    def to_number(self):
        return user(self.get("to"))


def parameter(value, name):
    found = re.search(rf";\s*{name}=([^;,>\s]+)", value)
    return found[1] if found else ""


def user(value):
    found = re.search(r"sips?:([^@;>]+)@", value)
    return found[1].replace("%2B", "+") if found else ""


def uri(value):
    found = re.search(r"<([^>]+)>", value)
    return found[1] if found else value.split(";")[0].strip()


def offer(sdp):
    """(address, port, payload types, telephone-event's payload type or None) of the first audio line."""
    address = re.search(r"^c=IN IP4 (\S+)", sdp, re.M)
    audio = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", sdp, re.M)
    event = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", sdp, re.M | re.I)
    if not (address and audio):
        return None
    return address[1], int(audio[1]), [int(t) for t in audio[2].split()], int(event[1]) if event else None


def answer(address, port, law=0, event_type=101):
    name = {0: "PCMU", 8: "PCMA"}[law]
    events = "" if event_type is None else f"a=rtpmap:{event_type} telephone-event/8000\r\na=fmtp:{event_type} 0-15\r\n"
    kinds = str(law) if event_type is None else f"{law} {event_type}"
    return (f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {kinds}\r\na=rtpmap:{law} {name}/8000\r\n{events}a=ptime:20\r\na=sendrecv\r\n")
