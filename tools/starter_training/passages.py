"""Passages of ten seconds whose instrument, tempo, mode, register, touch and drums are known, and what is said of them.

A passage is (captions, events): plain English that is true of it, and what fluidsynth plays. The same seed, the same passage.
"""
import random

from instruments import FAMILY, programs
from midi import DRUMS, control, note, program

SECONDS = 9.3
MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
TEMPI = {"slow": (46, 72), "medium": (84, 116), "fast": (140, 200)}
TEMPO_WORDS = {"slow": ("slow", "slow", "calm", "at a slow tempo"), "medium": ("", "", "moderate", "at a medium tempo"),
               "fast": ("fast", "fast", "quick", "up-tempo", "at a fast tempo")}
MOODS = {("slow", "minor"): ("sad", "sad", "melancholic", "mournful", "gloomy"), ("slow", "major"): ("calm", "peaceful", "gentle", "tender"),
         ("medium", "minor"): ("dark", "serious", "minor key"), ("medium", "major"): ("pleasant", "friendly", "major key"),
         ("fast", "minor"): ("tense", "agitated", "urgent", "dramatic"), ("fast", "major"): ("happy", "happy", "cheerful", "lively", "joyful")}
DRUM_PATTERNS = {  # (drum key, sixteenths of a bar on which it sounds)
    "rock": ((36, (0, 8, 10)), (38, (4, 12)), (42, range(0, 16, 2))), "four": ((36, (0, 4, 8, 12)), (46, (2, 6, 10, 14)), (39, (4, 12))),
    "swing": ((51, (0, 4, 7, 8, 12, 15)), (44, (4, 12)), (36, (0, 10))), "march": ((38, (0, 4, 6, 8, 12, 13, 14)), (35, (0, 8)), (49, (0,))),
    "hand": ((64, (0, 4, 6, 8, 12, 14)), (62, (2, 3, 10)), (75, (4, 12))), "double": ((36, range(16)), (38, (4, 12)), (57, (0, 8))),
    "toms": ((41, (0, 3, 6, 8)), (43, (10, 11)), (45, (12, 13)), (47, (14, 15))), "latin": ((70, range(0, 16, 2)), (60, (0, 3, 6)), (61, (8, 11, 14)), (36, (0, 8))),
}
PATTERN_NAMES = {"rock": "rock beat", "four": "dance beat|techno beat", "swing": "swing drums|jazz drums", "march": "marching drums|snare drum march",
                 "hand": "hand drums|bongos and congas", "double": "metal drums|double bass drum", "toms": "tom-toms|tribal drums", "latin": "latin percussion"}
# name: (leads, chords, bass) programs
BANDS = {
    "orchestral music": ((40, 60, 73, 68), (48, 49), 43), "string quartet": ((40,), (41, 42), 42), "rock music": ((29, 30, 27), (27, 30), 33),
    "heavy metal": ((30,), (30, 29), 34), "jazz": ((65, 66, 56, 0), (0, 26), 32), "blues": ((22, 27, 65), (0, 16), 33),
    "folk music": ((40, 73, 21, 105), (24, 25), 32), "country music": ((105, 40, 25, 22), (25,), 33), "electronic dance music": ((80, 81, 87), (90, 81), 38),
    "synth pop": ((80, 84), (89, 50, 4), 38), "chiptune|video game music": ((80, 80, 81), (80,), 38), "reggae": ((16, 56), (27, 17), 33),
    "funk": ((61, 28, 65), (7, 28), 36), "classical piano music": ((0, 1), (0,), None), "choral music|church choir": ((52, 53), (52, 19), 19),
    "church music": ((19,), (19,), 19), "baroque music|harpsichord and strings": ((6, 68, 40), (6, 48), 42), "brass band": ((56, 57), (60, 61), 58),
    "ambient music": ((88, 94, 91), (89, 95, 92), 39), "latin music": ((56, 24), (24, 0), 32), "celtic music": ((73, 109, 40), (46, 24), 32),
    "oriental music|Indian music": ((104, 111), (104, 107), None), "epic orchestral music|film music": ((61, 60, 48), (48, 52), 43),
    "music box lullaby|lullaby": ((10, 8), (8, 46), None), "circus music|polka": ((21, 71), (21, 58), 58),
}


def article(name):
    return name if name.split()[-1].endswith("s") or name.split()[0] in ("out",) else ("an " if name[0].lower() in "aeiou" else "a ") + name


class Passage:
    def __init__(self, rng):
        self.rng, self.events, self.captions = rng, [], []
        self.tempo = rng.choice(("slow", "slow", "medium", "fast", "fast"))
        self.beat = 60 / rng.uniform(*TEMPI[self.tempo])
        self.mode = rng.choice(tuple(MODES))
        self.scale, self.tonic = MODES[self.mode], rng.randrange(12)
        self.loud = rng.choice(("soft", "", "", "loud"))
        self.velocity = {"soft": 50, "": 85, "loud": 115}[self.loud]
        self.staccato = rng.random() < 0.25
        roots = {"major": ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3)), "minor": ((0, 3, 4, 0), (0, 5, 2, 6), (0, 3, 6, 0))}
        self.roots = rng.choice(roots[self.mode])

    def mood(self):
        return self.rng.choice(MOODS[self.tempo, self.mode])

    def pace(self):
        return self.rng.choice(TEMPO_WORDS[self.tempo])

    def keys(self, low, high):
        return [k for k in range(low, high + 1) if (k - self.tonic) % 12 in self.scale]

    def melody(self, channel, number, low, high):
        self.events += program(channel, number)
        keys, rng = self.keys(low, high), self.rng
        tonics = [i for i, k in enumerate(keys) if k % 12 == self.tonic] or [len(keys) // 2]
        at, now = rng.choice(tonics), 0.0
        lengths = {"slow": (1, 1, 2, 2, 3), "medium": (0.5, 1, 1, 2), "fast": (0.5, 0.5, 0.5, 1, 1, 0.25)}[self.tempo]
        while now < SECONDS:
            length = rng.choice(lengths) * self.beat
            held = length * (0.35 if self.staccato else 0.97)
            self.events += note(channel, keys[at], now, min(held, SECONDS - now), self.velocity + rng.randint(-12, 12))
            step = rng.choice((-3, -2, -1, -1, 1, 1, 2, 3))
            at = min(len(keys) - 1, max(0, at + step))
            if rng.random() < 0.2:
                at = min(tonics, key=lambda t: abs(t - at))
            now += length

    def pitch(self, base, degree):
        return base + self.tonic % 12 + 12 * (degree // 7) + self.scale[degree % 7]

    def chords(self, channel, number, base, arpeggio):
        self.events += program(channel, number)
        now, bar, i = 0.0, 4 * self.beat, 0
        while now < SECONDS:
            root = self.roots[i % 4]
            tones = [self.pitch(base, root + t) for t in (0, 2, 4, 7)]
            if arpeggio:
                step = self.beat / 2
                for k in range(8):
                    if now + k * step < SECONDS:
                        self.events += note(channel, tones[(0, 1, 2, 3, 2, 1, 2, 1)[k]], now + k * step, step * (1 if self.staccato else 1.8), self.velocity - 8)
            else:
                hits = (0,) if self.tempo == "slow" else (0, 2) if self.tempo == "medium" else (0, 1, 2, 3)
                for h in hits:
                    start = now + h * self.beat
                    held = (bar if len(hits) == 1 else bar / len(hits)) * (0.4 if self.staccato else 0.97)
                    for key in tones[:3]:
                        if start < SECONDS:
                            self.events += note(channel, key, start, min(held, SECONDS - start), self.velocity - 12)
            now, i = now + bar, i + 1

    def bass(self, channel, number):
        self.events += program(channel, number)
        now, i = 0.0, 0
        step = self.beat * (2 if self.tempo == "slow" else 1)
        while now < SECONDS:
            self.events += note(channel, self.pitch(24 if number != 19 else 36, self.roots[int(now / (4 * self.beat)) % 4]) + 12, now, step * 0.95, self.velocity)
            now, i = now + step, i + 1

    def drums(self, pattern, velocity=None):
        now, sixteenth, rng = 0.0, self.beat / 4, self.rng
        while now < SECONDS:
            for key, places in DRUM_PATTERNS[pattern]:
                for s in places:
                    if now + s * sixteenth < SECONDS and rng.random() > 0.04:
                        self.events += note(DRUMS, key, now + s * sixteenth, 0.1, (velocity or self.velocity) + rng.randint(-10, 10))
            now += 4 * self.beat

    def room(self):
        for channel in range(16):
            self.events += control(channel, 91, self.room_of) + control(channel, 93, 0)

    def finish(self, captions):
        self.room_of = self.rng.choice((0, 20, 40, 90))
        self.room()
        seen = []
        for c in captions:
            c = " ".join(c.replace(" ,", ",").split()).strip(" ,")
            if c and c not in seen:
                seen.append(c)
        return seen, self.events


def solo(number, seed):
    """One instrument, one voice."""
    p = Passage(random.Random(seed))
    rng = p.rng
    names, low, high, chordal = programs()[number]
    name, register = rng.choice(names), ""
    third = (high - low) // 3
    where = rng.random()
    if where < 0.25:
        high, register = low + third + 4, "low"
    elif where < 0.5:
        low, register = high - third - 4, "high"
    p.melody(0, number, low, high)
    touch = "staccato" if p.staccato else "legato" if p.tempo == "slow" else ""
    mood, pace = p.mood(), p.pace()
    quick = pace if not pace.startswith("at") else ""
    captions = [names[0], f"{names[0]} solo", f"the sound of {article(name)}", f"{quick} {mood} {name}", f"{mood} {name} melody",
                f"{article(name)} playing alone, no drums", f"{article(name)} plays a {quick} melody in a {p.mode} key",
                f"{register} {p.loud} {name} {pace}" if register or p.loud else f"{pace} {name}", f"{quick} {name}, no drums"]
    if touch:
        captions.append(f"{touch} {name}")
    return p.finish(captions)


def chords(number, seed):
    """One instrument, several voices."""
    p = Passage(random.Random(seed))
    rng = p.rng
    names, low, high, _ = programs()[number]
    name, arpeggio = rng.choice(names), rng.random() < 0.4
    base = max(36, min(60, 12 * round((low + high) / 24) - 6 - rng.choice((0, 12))))
    p.chords(0, number, base, arpeggio)
    duet = rng.random() < 0.4
    if duet:
        p.melody(0, number, max(low, base + 16), max(high, base + 34))
    mood, pace = p.mood(), p.pace()
    quick = pace if not pace.startswith("at") else ""
    how = "arpeggios" if arpeggio else "chords"
    return p.finish([names[0], f"{name} {how}", f"{quick} {mood} {name}", f"{mood} {name} music", f"{quick} {name} {how} in a {p.mode} key",
                     f"the sound of {article(name)}", f"{p.loud} {name} {how} {pace}", f"{quick} {name}, no drums", f"{name} playing {how}, no singing"])


def drums_alone(pattern, seed):
    p = Passage(random.Random(seed))
    p.drums(pattern)
    name, pace = p.rng.choice(PATTERN_NAMES[pattern].split("|")), p.pace()
    quick = pace if not pace.startswith("at") else ""
    return p.finish(["drums", f"{quick} drums", f"{quick} drums, no melody", f"{quick} {name}", "drum solo", f"{pace} drum beat", f"only drums, {quick} rhythm",
                     f"{p.loud} drums without any melody", f"{quick} percussion"])


def lead_and_drums(number, pattern, seed):
    """One instrument over drums."""
    p = Passage(random.Random(seed))
    names, low, high, chordal = programs()[number]
    name = p.rng.choice(names)
    p.melody(0, number, low, high)
    if chordal and p.rng.random() < 0.6:
        p.chords(1, number, 48, p.rng.random() < 0.5)
    p.drums(pattern)
    mood, pace = p.mood(), p.pace()
    quick = pace if not pace.startswith("at") else ""
    return p.finish([f"{name} with drums", f"{name} and drums", f"{quick} {name} with drums", f"{mood} {name} over a drum beat",
                     f"{quick} drums and {article(name)} melody", f"{name} with a {p.rng.choice(PATTERN_NAMES[pattern].split('|'))}"])


def pair(first, second, seed):
    """Two instruments, melody and chords, without drums."""
    p = Passage(random.Random(seed))
    (names, low, high, _), (under, *_) = programs()[first], programs()[second]
    name, other = p.rng.choice(names), p.rng.choice(under)
    p.melody(0, first, low, high)
    p.chords(1, second, 48, p.rng.random() < 0.5)
    mood, pace = p.mood(), p.pace()
    quick = pace if not pace.startswith("at") else ""
    return p.finish([f"{name} and {other}", f"{name} with {other}", f"{quick} {mood} {name} with {other} accompaniment", f"{quick} duet of {name} and {other}",
                     f"{mood} {name} and {other}, no drums", f"{names[0]} and {under[0]} playing together"])


def band(style, seed):
    """A lead, chords, a bass, and drums or none."""
    p = Passage(random.Random(seed))
    rng = p.rng
    leads, under, low = BANDS[style]
    lead, second = rng.choice(leads), rng.choice(under)
    names, lowest, highest, _ = programs()[lead]
    drummed = rng.random() < (0.1 if style.split()[0] in ("string", "choral", "church", "classical", "music", "ambient", "baroque") else 0.65)
    pattern = {"jazz": "swing", "blues": "swing", "heavy metal": "double", "brass band": "march", "electronic dance music": "four", "latin music": "latin",
               "folk music": "hand", "celtic music": "hand"}.get(style, rng.choice(("rock", "four", "march") if "orch" not in style else ("march", "toms")))
    p.melody(0, lead, lowest, highest)
    p.chords(1, second, 48, rng.random() < 0.3)
    if low is not None:
        p.bass(2, low)
    if drummed:
        p.drums(pattern)
    name, mood, pace = rng.choice(names), p.mood(), p.pace()
    quick, kind = pace if not pace.startswith("at") else "", rng.choice(style.split("|"))
    captions = [kind, f"{quick} {mood} {kind}", f"{kind} with {name}", f"{mood} {kind} {pace}"]
    captions += ([f"{quick} {kind} with drums", f"{name} and drums, {kind}"] if drummed else
                 [f"{quick} {kind} without drums", f"{mood} {name} melody with accompaniment, no drums", f"{quick} {kind}, no drums"])
    return p.finish(captions)


def every(font, takes=4, only=None):
    """[(name, captions, events)]; `only`: the programs that the font has."""
    out, known = [], [n for n in sorted(programs()) if only is None or n in only]

    def add(name, maker, *arguments):
        out.append((name, *maker(*arguments, f"{font} {name}")))

    for n in known:
        for take in range(takes + 2 * (n in (6, 19, 52, 53, 40, 42, 73, 71))):
            add(f"solo-{n:03}-{take}", solo, n)
        if programs()[n][3]:
            for take in range(takes):
                add(f"chords-{n:03}-{take}", chords, n)
    for pattern in DRUM_PATTERNS:
        for take in range(2 * takes):
            add(f"drums-{pattern}-{take}", drums_alone, pattern)
    rng = random.Random(f"{font} partners")
    melodic = [n for n in known if n < 112]
    for n in melodic:
        add(f"with-drums-{n:03}", lead_and_drums, n, rng.choice(tuple(DRUM_PATTERNS)))
        add(f"pair-{n:03}", pair, n, rng.choice([m for m in melodic if programs()[m][3] and m != n]))
    for style, (leads, under, low) in BANDS.items():
        if only is None or {*leads, *under, *([low] if low is not None else [])} <= set(only):
            for take in range(2 * takes):
                add(f"band-{style.split('|')[0].replace(' ', '_')}-{take}", band, style)
    return out



