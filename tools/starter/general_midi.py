"""Passages for the pool: General MIDI written here note by note, rendered by fluidsynth with FluidR3_GM.

Every program alone in two registers, and small ensembles in several styles, tempi and keys. All of it is deterministic.
"""
import random
import struct
import subprocess
from pathlib import Path

SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"  # Debian package fluid-soundfont-gm
TICKS = 480
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
DRUMS = 9  # the percussion channel

# name: (tempo, scale, bars, melody, chords, bass programs or None, drum pattern)
STYLES = {
    "orchestral_battle": (150, MINOR, (61, 60), (48, 44), 43, "march"), "orchestral_calm": (70, MAJOR, (73, 71), (48, 46), 42, None),
    "string_quartet": (96, MAJOR, (40,), (41, 42), 42, None), "dark_ambient": (50, MINOR, (95, 99), (89, 101), 38, None),
    "choir": (66, MINOR, (52,), (52, 19), 19, None), "space_ambient": (60, MAJOR, (94, 98), (88, 91), 39, None),
    "folk_dance": (138, MAJOR, (110, 73), (25, 15), 32, "folk"), "celtic": (120, MAJOR, (79, 109), (46, 24), 32, None),
    "rock": (132, MINOR, (30,), (29,), 34, "rock"), "metal": (180, MINOR, (30,), (30, 30), 33, "fast"),
    "blues": (88, MINOR, (22, 26), (16, 0), 32, "swing"), "jazz": (160, MAJOR, (66, 56), (0, 26), 32, "swing"),
    "techno": (130, MINOR, (81, 80), (90,), 38, "four"), "synth_pop": (118, MAJOR, (80,), (50, 90), 39, "four"),
    "chiptune": (150, MAJOR, (80,), (80,), 80, None), "piano_calm": (64, MAJOR, (0,), (0,), 0, None),
    "piano_fast": (176, MINOR, (1,), (1,), 1, None), "guitar_duo": (92, MAJOR, (24,), (25,), None, None),
    "church_organ": (72, MAJOR, (19,), (19,), 19, None), "brass_march": (116, MAJOR, (56, 57), (60,), 58, "march"),
    "reggae": (76, MAJOR, (17,), (27,), 33, "swing"), "funk": (108, MINOR, (61,), (28, 7), 36, "rock"),
    "music_box": (84, MAJOR, (10,), (8,), None, None), "harp_flute": (78, MAJOR, (73,), (46,), None, None),
    "sitar": (90, MINOR, (104,), (107,), None, "folk"), "accordion_waltz": (156, MAJOR, (21,), (21,), 32, None),
    "marimba": (112, MAJOR, (12,), (11, 13), None, "folk"), "drums_only": (100, MAJOR, None, None, None, "rock"),
    "taiko": (80, MINOR, (116,), (117,), 47, None), "harpsichord": (104, MINOR, (6,), (6,), 42, None),
}
PATTERNS = {  # (drum key, sixteenths of a bar on which it sounds)
    "rock": ((36, (0, 8, 10)), (38, (4, 12)), (42, range(0, 16, 2))), "four": ((36, (0, 4, 8, 12)), (46, (2, 6, 10, 14)), (39, (4, 12))),
    "swing": ((51, (0, 4, 7, 8, 12, 15)), (44, (4, 12)), (36, (0, 10))), "march": ((38, (0, 4, 6, 8, 12, 13, 14)), (35, (0, 8)), (49, (0,))),
    "folk": ((54, (0, 4, 6, 8, 12, 14)), (35, (0, 8)), (75, (4, 12))), "fast": ((36, range(16)), (38, (2, 6, 10, 14)), (57, (0, 8))),
}


def variable_length(n):
    out = [n & 127]
    while n := n >> 7:
        out.insert(0, n & 127 | 128)
    return bytes(out)


def midi_file(events, tempo):
    """events: (tick, bytes); a format 0 file."""
    track, now = b"\0\xff\x51\x03" + (60_000_000 // tempo).to_bytes(3, "big"), 0
    for tick, message in sorted(events, key=lambda e: (e[0], e[1][0] & 0xf0)):  # note off (0x80) before note on (0x90)
        track += variable_length(tick - now) + message
        now = tick
    track += b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS) + b"MTrk" + struct.pack(">I", len(track)) + track


def note(channel, key, start, length, velocity):
    key = max(0, min(127, key))
    return [(start, bytes((0x90 | channel, key, velocity))), (start + length, bytes((0x80 | channel, key, 0)))]


def program(channel, number):
    return [(0, bytes((0xC0 | channel, number)))]


def solo(number, base, tempo, rng):
    """About 10 s of one instrument: a phrase over a scale, with a chord at the end."""
    events, tick, degree = program(0, number), 0, 0
    end = int(9 * tempo / 60 * TICKS)
    while tick < end:
        length = rng.choice((TICKS // 2, TICKS, TICKS, 2 * TICKS))
        degree = max(-4, min(9, degree + rng.choice((-2, -1, 1, 2, 3))))
        events += note(0, base + 12 * (degree // 7) + MAJOR[degree % 7], tick, length * 9 // 10, rng.randint(60, 110))
        tick += length
    for key in (0, 4, 7):
        events += note(0, base + key, tick, 2 * TICKS, 80)
    return midi_file(events, tempo)


def ensemble(style, rng):
    """About 20 s: chords, bass, a melody for each lead and drums."""
    tempo, scale, leads, chords, bass, drums = STYLES[style]
    bars = max(4, round(20 * tempo / 240))
    key, events, bar_ticks = rng.randint(-5, 6), [], 4 * TICKS

    def pitch(octave, degree):
        return 12 * octave + key + 12 * (degree // 7) + scale[degree % 7]

    roots = [rng.choice((0, 3, 4, 5)) for _ in range(4)]
    for channel, number in enumerate(chords or ()):
        events += program(channel, number)
        for bar in range(bars):
            for third in (0, 2, 4):
                events += note(channel, pitch(5 - channel, roots[bar % 4] + third), bar * bar_ticks, bar_ticks - 20, 70)
    if bass is not None:
        events += program(4, bass)
        for beat in range(4 * bars):
            events += note(4, pitch(3, roots[beat // 4 % 4]), beat * TICKS, TICKS - 40, 90)
    for channel, number in enumerate(leads or (), 5):
        events += program(channel, number)
        tick, degree = 0, 7
        while tick < bars * bar_ticks:
            length = rng.choice((TICKS // 2, TICKS // 2, TICKS, 2 * TICKS))
            degree = max(0, min(14, degree + rng.choice((-2, -1, 0, 1, 2))))
            events += note(channel, pitch(5, degree), tick, length - 20, rng.randint(80, 115))
            tick += length
    for drum, sixteenths in PATTERNS[drums] if drums else ():
        for bar in range(bars):
            for s in sixteenths:
                events += note(DRUMS, drum, bar * bar_ticks + s * TICKS // 4, TICKS // 8, 100)
    return midi_file(events, tempo)


def render(folder):
    """Writes the passages as WAV into `folder`; those that are there already stay."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = {}
    for number in range(120):  # the last eight are effects that hold no pitch
        for register, base in (("low", 45), ("high", 65)):
            rng = random.Random(f"{number} {register}")
            pieces[f"solo_{number:03}_{register}"] = solo(number, base, rng.choice((70, 100, 130)), rng)
    for style in STYLES:
        for take in range(4):
            pieces[f"ensemble_{style}_{take}"] = ensemble(style, random.Random(f"{style} {take}"))
    for name, data in pieces.items():
        if (folder / f"{name}.wav").exists():
            continue
        (folder / "piece.mid").write_bytes(data)
        subprocess.run(["fluidsynth", "-ni", "-q", "-r", "44100", "-g", "0.5", "-F", folder / f"{name}.part", "-T", "wav", SOUNDFONT, folder / "piece.mid"],
                       check=True, capture_output=True)
        (folder / f"{name}.part").rename(folder / f"{name}.wav")
    (folder / "piece.mid").unlink(missing_ok=True)
    return sorted(folder.glob("*.wav"))


if __name__ == "__main__":
    import sys
    print(len(render(sys.argv[1])), "passages")
