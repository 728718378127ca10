"""Recordings whose events are known, made of clips, music and ambience: what bench/events.py measures and tools/events/fit.py fits on.

A scene is {path, kind, snr, background, texts: [text], events: [(text, start, end)], seconds}. What is drawn is drawn from one seed.

Kinds: `noise` (eight clips over white, pink or brown noise at 20, 10, 0 dB), `music` (clips of six classes over a piece at +6 and 0 dB),
`ambience` (eight clips over recorded ambience at 20, 10, 0 dB), `between` (one clip in the pause between two pieces; its text alone is
asked; every fifth scene has the clip of another class instead), `long` (music, speech, applause, rain one after the other), `overlap`
(two clips at a time over a piece, which is asked, too), `clean` (music alone under many labels).

A clip's true events: 50 ms are on when their power is within 30 dB of the clip's loudest 50 ms; the silence before and after is cut off; a
pause of 2 s or more divides the clip, shorter ones belong to the event. The ratio is that of the mean power over the events to the
background's. Needs NumPy, SciPy and soundfile; espeak-ng for speech.
"""
import csv
import pathlib
import random
import subprocess
import tempfile

import numpy as np
import scipy.signal
import soundfile

RATE = 44100
TEXTS = {"dog_bark": "dog barking", "rain": "rain", "sea_waves": "sea waves", "baby_cry": "crying baby", "clock_tick": "clock ticking",
         "person_sneeze": "person sneezing", "helicopter": "helicopter", "chainsaw": "chainsaw", "rooster": "rooster crowing",
         "fire_crackling": "crackling fire"}
SENTENCES = ("The ferry leaves at nine in the morning, and the museum opens an hour later.",
             "Please write your name on the second page and hand it back to the clerk at the door.",
             "Yesterday we walked along the river until it grew dark, and nobody said a word.",
             "The experiment was repeated three times, with the same result in each of the rooms.")
VOICES = ("en-gb", "en-us", "en-gb-scotland", "en-us+f3", "en-gb+m5", "de", "fr", "es+f2")


def read(path, start=0.0, seconds=None):
    """Mono at RATE; from `start` on."""
    with soundfile.SoundFile(path) as file:
        file.seek(min(int(start * file.samplerate), max(0, file.frames - 1)))
        sound = file.read(-1 if seconds is None else int(seconds * file.samplerate), always_2d=True).mean(axis=1)
        rate = file.samplerate
    return sound if rate == RATE else scipy.signal.resample_poly(sound, RATE, rate)


def true_events(sound):
    """[(first sample, end)] of what is heard in a clip."""
    step = RATE // 20
    power = (sound[:len(sound) // step * step].reshape(-1, step)**2).mean(axis=1)
    on = np.flatnonzero(power > max(power.max() / 1000, 1e-7))
    parts = np.split(on, np.flatnonzero(np.diff(on) - 1 >= 40) + 1)
    return [(int(p[0]) * step, int(p[-1] + 1) * step) for p in parts]


def noise(kind, length, draw):
    """Of mean power 1."""
    size = 1 << (length - 1).bit_length()  # the transform of other lengths may take minutes
    spectrum = np.fft.rfft(draw.standard_normal(size))
    hz = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20)
    spectrum *= {"white": 1, "pink": hz**-0.5, "brown": 1 / hz}[kind]
    return loud(np.fft.irfft(spectrum, size)[:length])


def loud(sound):
    return sound / np.sqrt((sound**2).mean() + 1e-12)


class Clip:
    """Of mean power 1 over its events, without the silence at its ends."""

    def __init__(self, path, speed=1.0):
        sound = read(path)
        if speed != 1:
            sound = scipy.signal.resample_poly(sound, 100, round(100 * speed))
        found = true_events(sound)
        first, end = found[0][0], found[-1][1]
        power = np.concatenate([sound[a:b] for a, b in found])
        self.sound = sound[first:end] / np.sqrt((power**2).mean())
        self.events = [((a - first) / RATE, (b - first) / RATE) for a, b in found]


class Maker:
    """`recordings` are the first digits of the clips used; `texts` maps a class to its text; `music` and `ambience` are files. Clips are
    played up to `most_speed` times as fast or slow."""

    def __init__(self, esc10, recordings, music, ambience, work, seed=0, texts=None, most_speed=1.0):
        rows = csv.DictReader(open(pathlib.Path(esc10) / "labels.csv", encoding="utf-8"))
        self.clips = [(pathlib.Path(esc10) / r["file"], r["label"]) for r in rows if r["file"][0] in recordings]
        self.music, self.ambience, self.work, self.texts = sorted(music), sorted(ambience), pathlib.Path(work), texts or TEXTS
        self.draw, self.generator, self.scenes = random.Random(seed), np.random.default_rng(seed), []
        self.most_speed = most_speed

    def clip(self, path):
        return Clip(path, self.most_speed**self.draw.uniform(-1, 1) if self.most_speed != 1 else 1.0)

    def background(self, path, seconds):
        """A part of a file of mean power 1, repeated when it is short."""
        length = soundfile.info(path).duration
        sound = read(path, self.draw.uniform(0, max(0.0, length - seconds - 1)) if length > seconds + 1 else 0, seconds)
        while len(sound) < seconds * RATE:
            sound = np.concatenate([sound, sound])
        return loud(sound[:int(seconds * RATE)])

    def write(self, kind, sound, texts, events, snr=None, background=""):
        path = self.work / f"{kind}-{len(self.scenes):03}.wav"
        soundfile.write(path, sound / max(1e-9, np.abs(sound).max()) * 0.9, RATE, subtype="PCM_16")
        self.scenes.append({"path": str(path), "kind": kind, "snr": snr, "background": background, "texts": texts,
                            "events": events, "seconds": len(sound) / RATE})

    def over(self, kind, clips, background, snr, texts, pauses):
        """The clips one after the other over a background, which is made for the length needed."""
        parts, events, cursor = [], [], self.draw.uniform(*pauses)
        for path, label in clips:
            clip = self.clip(path)
            parts.append((int(cursor * RATE), clip.sound))
            events += [(self.texts[label], cursor + a, cursor + b) for a, b in clip.events]
            cursor += len(clip.sound) / RATE + self.draw.uniform(*pauses)
        name, make = background
        sound = make(cursor) * 10**(-snr / 20)
        for start, clip in parts:
            sound[start:start + len(clip)] += clip[:len(sound) - start]
        self.write(kind, sound, texts, events, snr, name)

    def eights(self, kind, backgrounds, snrs=(20, 10, 0)):
        for snr in snrs:
            clips = self.draw.sample(self.clips, len(self.clips))
            for n in range(0, len(clips), 8):
                background = backgrounds[n // 8 % len(backgrounds)]
                self.over(kind, clips[n:n + 8], background, snr, list(self.texts.values()), (1.5, 4))

    def make_noise(self):
        self.eights("noise", [(kind, lambda s, kind=kind: noise(kind, int(s * RATE), self.generator)) for kind in ("white", "pink", "brown")])

    def make_ambience(self):
        self.eights("ambience", [(pathlib.Path(f).stem, lambda s, f=f: self.background(f, s)) for f in self.ambience])

    def make_music(self, rounds=1):
        for snr in (6, 0):
            for _ in range(rounds):
                clips = self.draw.sample(self.clips, len(self.clips))
                while clips:
                    classes = list(dict.fromkeys(label for _, label in clips))[:6]
                    some = [c for c in clips if c[1] in classes][:8]
                    clips = [c for c in clips if c not in some]
                    piece = self.draw.choice(self.music)
                    while len(classes) < 6:
                        classes.append(self.draw.choice([c for c in self.texts if c not in classes]))
                    self.over("music", some, (pathlib.Path(piece).stem, lambda s, piece=piece: self.background(piece, s)), snr,
                              [self.texts[c] for c in classes], (1.5, 6))

    def make_overlap(self, count, snr=6):
        """Pairs of clips of two classes, the second begins while the first lasts, over a piece that is an event, too."""
        for _ in range(count):
            piece, events, parts, cursor = self.draw.choice(self.music), [], [], self.draw.uniform(1.5, 4)
            while len(parts) < 6:
                pair = self.draw.sample(self.clips, 2)
                if pair[0][1] == pair[1][1]:
                    continue
                start = end = cursor
                for path, label in pair:
                    clip = self.clip(path)
                    parts.append((int(start * RATE), clip.sound))
                    events += [(self.texts[label], start + a, start + b) for a, b in clip.events]
                    end = max(end, start + len(clip.sound) / RATE)
                    start += self.draw.uniform(0.3, 0.8) * len(clip.sound) / RATE
                cursor = end + self.draw.uniform(1.5, 4)
            sound = self.background(piece, cursor) * 10**(-snr / 20)
            for at, clip in parts:
                sound[at:at + len(clip)] += clip[:len(sound) - at]
            self.write("overlap", sound, [*self.texts.values(), "music"], [*events, ("music", 0.0, len(sound) / RATE)], snr,
                       pathlib.Path(piece).stem)

    def make_between(self, count):
        for n in range(count):
            (path, label), (first, second) = self.draw.choice(self.clips), self.draw.sample(self.music, 2)
            clip = self.clip(path)
            one, two = (self.background(f, self.draw.uniform(12, 25)) for f in (first, second))
            gap = lambda: np.zeros(int(RATE * self.draw.uniform(0.2, 1.5)))
            for piece in (one, two):  # a second each fades
                piece[:RATE] *= np.linspace(0, 1, RATE)
                piece[-RATE:] *= np.linspace(1, 0, RATE)
            before = np.concatenate([one, gap()])
            sound = np.concatenate([before, clip.sound * 10**(self.draw.uniform(-6, 6) / 20), gap(), two])
            asked = label if n % 5 else self.draw.choice([c for c in self.texts if c != label])
            at = len(before) / RATE
            events = [(self.texts[label], at + a, at + b) for a, b in clip.events] if asked == label else []
            sound += noise("pink", len(sound), self.generator) * 0.003
            self.write("between", sound, [self.texts[asked]], events, None, pathlib.Path(first).stem)

    def speech(self, seconds):
        voice, parts = self.draw.choice(VOICES), []
        while sum(map(len, parts)) < seconds * RATE:
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                subprocess.run(["espeak-ng", "-v", voice, "-s", str(self.draw.randint(130, 180)), "-w", file.name,
                                self.draw.choice(SENTENCES)], check=True, capture_output=True)
                parts.append(read(file.name))
        return np.concatenate(parts)[:int(seconds * RATE)]

    def make_long(self, count, applause=()):
        """`applause` are files of it; without one, rain and sea take its place."""
        for _ in range(count):
            kinds = ["music", "speech", "rain", "applause" if applause else "sea waves"]
            self.draw.shuffle(kinds)
            parts, events, at = [], [], 0.0
            for kind in kinds:
                seconds = self.draw.uniform(8, 30)
                if kind == "music":
                    part = self.background(self.draw.choice(self.music), seconds)
                elif kind == "speech":
                    part = self.speech(seconds)
                elif kind == "applause":
                    part = self.background(self.draw.choice(applause), seconds)
                else:
                    wanted = {"rain": "rain", "sea waves": "sea_waves"}[kind]
                    part = self.background(self.draw.choice([p for p, label in self.clips if label == wanted]), seconds)
                part = loud(part) * 10**(self.draw.uniform(-4, 4) / 20)
                gap = np.zeros(int(RATE * self.draw.uniform(0, 2)))
                events.append((kind, at, at + len(part) / RATE))
                parts += [part, gap]
                at += (len(part) + len(gap)) / RATE
            sound = np.concatenate(parts)
            self.write("long", sound + noise("pink", len(sound), self.generator) * 0.003, kinds, events)

    def make_clean(self, texts, seconds=90):
        for piece in self.music:
            self.write("clean", self.background(piece, min(seconds, soundfile.info(piece).duration)), texts, [], None,
                       pathlib.Path(piece).stem)
