"""Which tags `hearken tag` gives: to music, to passages of one instrument, to noises, and UCS names to noises; the table of docs/TAG.md.

    python3 bench/tags.py MANIFEST [--split report|choose] [--program build/hearken] [--work DIR] [--show]

MANIFEST is what bench/quality/clips.py writes. ESC-10's recordings are in one half or the other by a hash of their numbers. What is right is written down here:
RIGHT for passages, UCS for noises. Prints Markdown. --work keeps the library for the next run (that of quality.py will
do), --show names what went wrong. Needs NumPy.
"""
import argparse
import hashlib
import tempfile
from pathlib import Path

import quality

# AudioSet's names of what plays in a passage; the classes above them are right, too.
RIGHT = {
    "piano": ("Piano", "Electric piano"), "acoustic guitar": ("Acoustic guitar",), "electric guitar": ("Electric guitar",),
    "bass guitar": ("Bass guitar", "Electric guitar"), "violin": ("Violin, fiddle", "String section"), "cello": ("Cello", "String section"), "harp": ("Harp",),
    "trumpet": ("Trumpet",), "saxophone": ("Saxophone",), "flute": ("Flute",), "clarinet": ("Clarinet",), "harpsichord": ("Harpsichord",), "choir": ("Choir",),
    "organ": ("Organ", "Hammond organ", "Electronic organ"), "accordion": ("Accordion",), "xylophone": ("Marimba, xylophone",),
    "marimba": ("Marimba, xylophone",), "vibraphone": ("Vibraphone",), "glockenspiel": ("Glockenspiel",), "trombone": ("Trombone",), "french horn": ("French horn",),
    "oboe": (), "bassoon": (), "banjo": ("Banjo",), "sitar": ("Sitar",), "bagpipes": ("Bagpipes",), "harmonica": ("Harmonica",),
    "string section": ("String section", "Violin, fiddle", "Cello", "Orchestra"), "double bass": ("Double bass", "Cello"), "synthesizer": ("Synthesizer",),
    "timpani": ("Timpani",), "steelpan": ("Steelpan",), "music box": ("Glockenspiel",),
    "drums": ("Drum kit", "Drum machine", "Snare drum", "Bass drum", "Hi-hat", "Cymbal", "Rimshot", "Drum roll"),
}
ABOVE = {"oboe": "Wind instrument, woodwind instrument", "bassoon": "Wind instrument, woodwind instrument"}  # that AudioSet has no class for

# {class of ESC-10: (names of UCS whose category is right, of which these subcategories are)}; by the explanations in UCS's own table
UCS = {
    "dog_bark": {"ANIMALS": ("DOG",)}, "rooster": {"BIRDS": ("FOWL",), "ANIMALS": ("FARM",)},
    "chainsaw": {"MACHINES": ("GARDEN",), "TOOLS": ("POWER", "GARDEN")}, "rain": {"RAIN": None},  # on what it falls is not known
    "sea_waves": {"WATER": ("WAVE", "SURF"), "AMBIENCE": ("SEASIDE",)}, "clock_tick": {"CLOCKS": ("TICK", "MECHANICS")},
    "baby_cry": {"VOICES": ("BABY", "CRYING")}, "person_sneeze": {"HUMAN": ("SNEEZE",)}, "helicopter": {"AIRCRAFT": ("HELICOPTER",)},
    "fire_crackling": {"FIRE": ("CRACKLE", "BURNING")},
}
ALONE = ("MISC", "GENERAL")  # the subcategories that stand for a category alone

# Of a song as well as of its singer.
VOICE = {"Singing", "Choir", "Yodeling", "Chant", "Mantra", "Male singing", "Female singing", "Child singing", "Synthetic singing", "Rapping", "Humming",
         "Music", "Musical instrument"}


def parents():
    """{class of AudioSet: the one above it}"""
    lines = (quality.ROOT / "labels/audioset.txt").read_text(encoding="utf-8").splitlines()
    return dict(reversed(line.split(" > ")) for line in lines if " > " in line)


def with_above(name, above):
    return [name, *with_above(above[name], above)] if name in above else [name]


def half(source):
    return "choose" if hashlib.sha256(source.encode()).digest()[0] % 2 else "report"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--split", choices=("report", "choose"), default="report")
    parser.add_argument("--program", default=str(quality.ROOT / "build/hearken"))
    parser.add_argument("--work", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    rows = quality.recordings(arguments.manifest, arguments.split)
    with tempfile.TemporaryDirectory() as folder:
        work = arguments.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        program = quality.Program(arguments.program, None, work)
        program.index(rows)
        tags = lambda labels: {quality.number_of(r["path"]): r["tags"] for r in program.run("tag", "--labels", labels)["results"]}  # noqa: E731
        heard, names = tags("audioset"), tags("ucs")

    above, table = parents(), quality.Table()
    under = lambda tag, top: top in with_above(tag["label"], above)[1:]  # noqa: E731
    numbers = {kind: [n for n, r in enumerate(rows) if r["kind"] == kind and n in heard and (kind != "noise" or half(r["source"]) == arguments.split)]
               for kind in ("music", "instrument", "noise")}
    source = lambda kind: [rows[n]["source"] for n in numbers[kind]]  # noqa: E731
    show = lambda n, said: print(f"    {'|'.join(rows[n]['labels'])}: {said}") if arguments.show else None  # noqa: E731

    table.put("music: has a tag", [bool(heard[n]) for n in numbers["music"]])
    table.put("– of an instrument", [any(under(t, "Musical instrument") for t in heard[n]) for n in numbers["music"]])
    table.put("– of a genre, a mood or a use", [any(under(t, "Music") and not under(t, "Musical instrument") and t["label"] != "Musical instrument" for t in heard[n])
                                                for n in numbers["music"]])
    table.put("– tags that are nothing of music", [not under(t, "Music") and t["label"] not in VOICE for n in numbers["music"] for t in heard[n]],
              [rows[n]["source"] for n in numbers["music"] for _ in heard[n]])
    right, of, has = [], [], []
    for n in numbers["instrument"]:
        name = next(iter(rows[n]["labels"]))
        good = {above_it for r in (*RIGHT[name], *([ABOVE[name]] if name in ABOVE else [])) for above_it in with_above(r, above)}
        said = [t["label"] for t in heard[n] if under(t, "Musical instrument")]
        right += [label in good for label in said]
        of += [rows[n]["source"]] * len(said)
        has.append(any(label in RIGHT[name] for label in said))
        if wrong := [label for label in said if label not in good]:
            show(n, wrong)
    table.put("passages: tags of instruments that are right", right, of)
    table.put("– passages that have the tag of their instrument", has, source("instrument"))
    table.put("noises: has a tag of music", [any(t["label"] == "Music" or under(t, "Music") for t in heard[n]) for n in numbers["noise"]], source("noise"))

    for least in (0.0, 0.8):
        named = {n: names[n][0] for n in numbers["noise"] if names[n] and names[n][0]["likelihood"] >= least}
        of, category, sub, sub_of = [], [], [], []
        for n, tag in named.items():
            truth = UCS[next(iter(rows[n]["labels"]))]
            top, _, name = tag["label"].partition("-")
            of.append(rows[n]["source"])
            category.append(top in truth)
            if name not in ALONE:
                sub.append(top in truth and (truth[top] is None or name in truth[top]))
                sub_of.append(rows[n]["source"])
            if not category[-1] or (name not in ALONE and not sub[-1]):
                show(n, f"{tag['label']} {tag['likelihood']:.2f}")
        said = f", likelihood from {least}" if least else ""
        table.put(f"UCS: noises that get a name{said}", [n in named for n in numbers["noise"]], source("noise"))
        table.put(f"– of these the category is right{said}", category, of)
        table.put(f"– of these a subcategory is named{said}", [names[n][0]["label"].partition("-")[2] not in ALONE for n in named], of)
        table.put(f"– of those it is right{said}", sub, sub_of)
    print(f"half `{arguments.split}`: " + ", ".join(f"{len(v)} {k}" for k, v in numbers.items()) + "\n")
    table.show()


if __name__ == "__main__":
    main()
