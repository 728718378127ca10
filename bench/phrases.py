"""How well queries of several words are ranked: tunes played from a SoundFont by known instruments, slow or fast, in major or minor, with drums or without.

    python3 bench/phrases.py SOUNDFONT... [--model NAME|DIR] [--show]

Needs fluidsynth. Ten instruments play eight old tunes (written here), ten seconds each, with and without drums; drums play alone as well. A query names
an instrument and a mood or a tempo, or says whether there are drums. A clip in which all is as asked counts 3, one in which a single thing is not
counts 1. Prints, per SoundFont, the mean nDCG of the first ten (Järvelin & Kekäläinen 2002) for each kind of query, and what chance gives.
"""
import argparse
import json
import math
import os
import subprocess
import tempfile
from pathlib import Path

from instruments import TICKS, midi_file

HEARKEN = os.environ.get("HEARKEN_PROGRAM", "build/hearken")
FIRST = 10

# name: General MIDI program, key of the tune's tonic
PLAYERS = {"piano": (0, 60), "harpsichord": (6, 60), "organ": (19, 60), "acoustic guitar": (24, 52), "violin": (40, 69), "cello": (42, 45), "choir": (52, 60),
           "trumpet": (56, 65), "saxophone": (65, 60), "flute": (73, 74)}
# Steps from the tonic and quarters; "major" or "minor"
TUNES = {
    "Ode to Joy": ("major", ((4, 1), (4, 1), (5, 1), (7, 1), (7, 1), (5, 1), (4, 1), (2, 1), (0, 1), (0, 1), (2, 1), (4, 1), (4, 1.5), (2, .5), (2, 2))),
    "Frere Jacques": ("major", ((0, 1), (2, 1), (4, 1), (0, 1), (0, 1), (2, 1), (4, 1), (0, 1), (4, 1), (5, 1), (7, 2), (4, 1), (5, 1), (7, 2))),
    "Twinkle": ("major", ((0, 1), (0, 1), (7, 1), (7, 1), (9, 1), (9, 1), (7, 2), (5, 1), (5, 1), (4, 1), (4, 1), (2, 1), (2, 1), (0, 2))),
    "Oh Susanna": ("major", ((0, .5), (2, .5), (4, 1), (7, 1), (7, 1.5), (9, .5), (7, 1), (4, 1), (0, 1.5), (2, .5), (4, 1), (4, 1), (2, 1), (0, 1), (2, 2))),
    "Greensleeves": ("minor", ((0, 1), (3, 2), (5, 1), (7, 1.5), (8, .5), (7, 1), (5, 2), (2, 1), (-2, 1.5), (0, .5), (2, 1), (3, 2), (0, 1), (0, 1.5), (-1, .5), (0, 1))),
    "God Rest Ye": ("minor", ((0, 1), (0, 1), (7, 1), (7, 1), (5, 1), (3, 1), (2, 1), (0, 1), (-2, 1), (0, 1), (2, 1), (3, 1), (5, 1), (7, 2))),
    "A lament": ("minor", ((7, 1), (8, 1), (7, 1), (5, 1), (3, 1), (2, 1), (0, 2), (3, 1), (2, 1), (0, 1), (-1, 1), (0, 3))),
    "Wayfaring Stranger": ("minor", ((0, 1), (0, 1), (3, 1), (5, 2), (7, 1), (7, 1), (10, 1), (7, 1), (5, 2), (3, 1), (5, 1), (3, 1), (0, 1), (-2, 1), (0, 2))),
}
TEMPI = {"slow": 60, "fast": 168}
BEATS = (((36, (0, 8, 10)), (38, (4, 12)), (42, range(0, 16, 2))), ((36, (0, 4, 8, 12)), (42, (2, 6, 10, 14)), (39, (4, 12))),
         ((41, (0, 3, 6, 8)), (45, (10, 12)), (38, (4, 14))))
MOODS = {("slow", "minor"): "slow sad {}", ("fast", "major"): "happy fast {}", ("slow", "major"): "calm peaceful {}", ("fast", "minor"): "fast dark {}"}


def clips():
    """[(name, what is true of it, MIDI file)]."""
    out = []
    for i, (player, (program, tonic)) in enumerate(PLAYERS.items()):
        for j, (tune, (mode, notes)) in enumerate(TUNES.items()):
            tempo = ("slow", "fast")[(i + j) % 2]
            for drums in (False, True):
                truth = {"instrument": player, "tempo": tempo, "mode": mode, "drums": drums}
                out.append((f"{len(out):03}", truth, piece(tempo, [(program, tonic, notes)], BEATS[j % 3] if drums else None)))
    for tempo in TEMPI:
        for beat in BEATS:
            out.append((f"{len(out):03}", {"instrument": None, "tempo": tempo, "mode": None, "drums": True}, piece(tempo, [], beat)))
    return out


def piece(tempo, voices, beat):
    end, events = round(10 * TEMPI[tempo] / 60 * TICKS), []
    for channel, (program, tonic, notes) in enumerate(voices):
        events.append((0, bytes((0xC0 | channel, program))))
        tick, i = 0, 0
        while tick < end:
            step, quarters = notes[i % len(notes)]
            length = round(quarters * TICKS)
            events += [(tick, bytes((0x90 | channel, tonic + step, 96))), (tick + length - 15, bytes((0x80 | channel, tonic + step, 0)))]
            tick, i = tick + length, i + 1
    for key, sixteenths in beat or ():
        for bar in range(0, end, 4 * TICKS):
            for s in sixteenths:
                events += [(bar + s * TICKS // 4, bytes((0x99, key, 100))), (bar + s * TICKS // 4 + 60, bytes((0x89, key, 0)))]
    return midi_file(events, TEMPI[tempo])


def queries():
    """[(kind, text, what is asked for)]."""
    out = []
    for player in PLAYERS:
        for (tempo, mode), words in MOODS.items():
            out.append(("instrument and mood", words.format(player), {"instrument": player, "tempo": tempo, "mode": mode}))
        for tempo in TEMPI:
            out.append(("instrument and tempo", f"{tempo} {player} melody", {"instrument": player, "tempo": tempo}))
        out.append(("with drums", f"{player} with drums", {"instrument": player, "drums": True}))
        out.append(("without drums", f"{player}, no drums", {"instrument": player, "drums": False}))
    for tempo in TEMPI:
        for words in ("{} drums, no melody", "{} drum beat without any melody"):
            out.append(("drums alone", words.format(tempo), {"instrument": None, "tempo": tempo, "drums": True}))
    return out


def gain(asked, truth):
    off = sum(truth[k] != v for k, v in asked.items())
    return 3 if off == 0 else 1 if off == 1 else 0


def discounted(gains):
    return sum(g / math.log2(i + 2) for i, g in enumerate(gains[:FIRST]))


def ndcg(ranked_gains):
    return discounted(ranked_gains) / discounted(sorted(ranked_gains, reverse=True))


def expected_by_chance(gains):
    mean = sum(gains) / len(gains)
    return discounted([mean] * FIRST) / discounted(sorted(gains, reverse=True))


def render(soundfont, folder):
    """{name: what is true of it}."""
    truths = {}
    for name, truth, data in clips():
        (folder / "piece.mid").write_bytes(data)
        subprocess.run(["fluidsynth", "-ni", "-q", "-r", "44100", "-g", "0.6", "-F", folder / f"{name}.long.wav", "-T", "wav", soundfont, folder / "piece.mid"],
                       check=True, capture_output=True)
        cut(folder / f"{name}.long.wav", folder / f"{name}.wav")
        truths[name] = truth
    (folder / "piece.mid").unlink()
    return truths


def cut(source, target, seconds=10):
    """The first seconds of a WAV file of 16 bits, two channels and 44.1 kHz, as fluidsynth writes it."""
    import wave
    with wave.open(str(source)) as read, wave.open(str(target), "wb") as write:
        write.setparams(read.getparams())
        write.writeframes(read.readframes(seconds * read.getframerate()))
    source.unlink()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("soundfont", nargs="+")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--show", action="store_true", help="each query's figure")
    arguments = parser.parse_args()
    for soundfont in arguments.soundfont:
        with tempfile.TemporaryDirectory() as folder:
            truths = render(soundfont, Path(folder))
            library = Path(folder) / "library.db"
            hearken = [HEARKEN, "--library", library]
            subprocess.run([HEARKEN, "index", folder, "--library", library, "--model", arguments.model, "--quiet"], check=True, capture_output=True)
            kinds = {}
            for kind, text, asked in queries():
                run = subprocess.run([HEARKEN, "find", text, "-k", str(len(truths)), "--library", library, "--json", "--quiet"], check=True, capture_output=True)
                gains = [gain(asked, truths[Path(hit["path"]).stem]) for hit in json.loads(run.stdout)["results"]]
                kinds.setdefault(kind, []).append((ndcg(gains), expected_by_chance(gains)))
                if arguments.show:
                    print(f"  {kinds[kind][-1][0]:.3f}  {text}")
        every = [pair for pairs in kinds.values() for pair in pairs]
        print(f"{Path(soundfont).name}: nDCG@{FIRST} {mean(every, 0):.3f} over {len(every)} queries, by chance {mean(every, 1):.3f}")
        for kind, pairs in kinds.items():
            print(f"  {kind:24} {mean(pairs, 0):.3f}  by chance {mean(pairs, 1):.3f}", flush=True)


def mean(pairs, i):
    return sum(p[i] for p in pairs) / len(pairs)


if __name__ == "__main__":
    main()
