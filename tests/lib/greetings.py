"""Sounds of those who answer, as μ-law: something like a voice, tones, silence. Put together with +, in whole seconds or not.

    Callee(behaviour={"21": {"plays": voice(4) + silence(0.5) + tone(1000, 0.4)}})
"""

import math

RATE, FRAME = 8000, 160
BIAS, CLIP = 0x84, 32635


def ulaw(sample):
    """One 16-bit sample (ITU-T G.711)."""
    sign, value = (0x80, -sample) if sample < 0 else (0, sample)
    value = min(value, CLIP) + BIAS
    segment = value.bit_length() - 8
    return ~(sign | segment << 4 | value >> segment + 3 & 15) & 0xFF


def _make(seconds, wave):
    n = int(seconds * RATE) // FRAME * FRAME
    return bytes(ulaw(int(wave(i))) for i in range(n))


def silence(seconds):
    return _make(seconds, lambda i: 0)


def tone(hz, seconds):
    return _make(seconds, lambda i: 6000 * math.sin(2 * math.pi * hz * i / RATE))


def voice(seconds):
    """Syllables of many frequencies: to a level meter it is speech."""
    def wave(i):
        return 0 if i % 2000 < 500 else 1250 * sum(math.sin(i * f) for f in (0.11, 0.37, 0.71, 1.3))
    return _make(seconds, wave)


def key(digit, seconds=0.1):
    """A key as its two tones (ITU-T Q.23)."""
    at = "123A456B789C*0#D".index(digit)
    low, high = (697, 770, 852, 941)[at // 4], (1209, 1336, 1477, 1633)[at % 4]
    return _make(seconds, lambda i: 6000 * (math.sin(2 * math.pi * low * i / RATE) + math.sin(2 * math.pi * high * i / RATE)))
