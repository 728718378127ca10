"""Standard MIDI files from notes timed in seconds."""
import struct

TICKS = 480  # a quarter; at the default tempo of 120 a second has 960
SECOND = 2 * TICKS
DRUMS = 9    # the percussion channel


def variable_length(n):
    out = [n & 127]
    while n := n >> 7:
        out.insert(0, n & 127 | 128)
    return bytes(out)


def note(channel, key, start, length, velocity):
    key, velocity = max(0, min(127, key)), max(1, min(127, velocity))
    return [(start, bytes((0x90 | channel, key, velocity))), (start + max(0.03, length), bytes((0x80 | channel, key, 0)))]


def program(channel, number):
    return [(0, bytes((0xC0 | channel, number)))]


def control(channel, number, value):
    return [(0, bytes((0xB0 | channel, number, value)))]


def file(events):
    """events: (seconds, bytes); note off before note on where both are at once."""
    track, now = b"", 0
    for seconds, message in sorted(events, key=lambda e: (round(e[0] * SECOND), {0x80: 0, 0xB0: 1, 0xC0: 2}.get(e[1][0] & 0xF0, 3))):
        tick = round(seconds * SECOND)
        track += variable_length(tick - now) + message
        now = tick
    track += b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track
