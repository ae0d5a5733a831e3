"""WAV files: made of tones, in whatever form, and measured. Only what the standard library has."""

import io
import math
import struct
import wave


def tone(seconds=1.0, rate=8000, channels=1, bytes_each=2, loudness=0.3, hz=440):
    """A sine in integers; 1 byte is unsigned, as WAV has it."""
    out, most = bytearray(), 2 ** (8 * bytes_each - 1) - 1
    for n in range(int(seconds * rate)):
        value = int(loudness * most * math.sin(2 * math.pi * hz * n / rate))
        one = bytes([value + 128]) if bytes_each == 1 else value.to_bytes(bytes_each, "little", signed=True)
        out += one * channels
    file = io.BytesIO()
    with wave.open(file, "wb") as w:
        w.setnchannels(channels)
        w.setsampwidth(bytes_each)
        w.setframerate(rate)
        w.writeframes(bytes(out))
    return file.getvalue()


def floats(samples, rate=8000):
    """32-bit floats, which may be anything."""
    data = struct.pack(f"<{len(samples)}f", *samples)
    form = struct.pack("<HHIIHH", 3, 1, rate, 4 * rate, 4, 32)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data"
            + struct.pack("<I", len(data)) + data)


def measure(file):
    """(seconds, loudness 0 to 1 as RMS) of what the server gives: 16 bits, one channel, 8 kHz."""
    with wave.open(io.BytesIO(file)) as w:
        assert (w.getnchannels(), w.getsampwidth(), w.getframerate()) == (1, 2, 8000)
        data = w.readframes(w.getnframes())
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    return len(samples) / 8000, math.sqrt(sum(s * s for s in samples) / max(len(samples), 1)) / 32768
