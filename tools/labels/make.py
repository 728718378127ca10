"""Writes those of labels/*.txt whose spellings are a dataset's own; the others there are written by hand.

    python make.py LISTS AUDIOSET

LISTS holds esc50.json, fsd50k.json, gtzan.json, urbansound8k.json ({name: number}) and ucs-8.2.csv (category, subcategory, CatID, category's code,
explanation, synonyms); AUDIOSET holds ontology.json and class_labels_indices.json.
"""
import csv
import json
import pathlib
import sys

LISTS, AUDIOSET = map(pathlib.Path, sys.argv[1:3])
OUT = pathlib.Path(__file__).parents[2] / "labels"
WORDINGS = 6  # of a subcategory of UCS
ALONE = ("MISC", "GENERAL")  # subcategories that stand for their category
# Categories that say what a sound is for, or what is imagined to make it: a dog barks in CREATURES as well as in ANIMALS.
BY_HAND = ("ARCHIVED", "CARTOON", "CREATURES", "DESIGNED", "FOLEY", "LASERS", "MAGIC", "ROBOTS", "SCIFI", "USER INTERFACE")


def write(name, notice, template, lines):
    lines = [*(f"# {line}" for line in notice), template, *lines]
    (OUT / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def names(name):
    numbers = json.loads((LISTS / f"{name}.json").read_text())
    return sorted(numbers, key=numbers.get)


class Ontology:
    """A class stands under the nearest class of `known` above it; under the nearest that all its parents share where it has several."""

    def __init__(self, known):
        nodes = json.loads((AUDIOSET / "ontology.json").read_text())
        ids = {node["id"]: node["name"] for node in nodes}
        self.known, self.parents = set(known), {}
        for node in nodes:
            for child in node["child_ids"]:
                self.parents.setdefault(ids[child], []).append(node["name"])

    def above(self, name):
        """All classes above, the nearest first."""
        out = []
        for parents in [self.parents.get(name, [])]:
            lines = [[parent, *self.above(parent)] for parent in parents]
            out = [name for name in max(lines, key=len, default=[]) if all(name in line for line in lines)]
        return out

    def line(self, name):
        parent = next((above for above in self.above(name) if above in self.known), None)
        return f"{parent} > {name}" if parent else name


def words(category, sub, synonyms):
    """What a subcategory is called: with its category, by its own name, and by its synonyms."""
    own = [category] if sub in ALONE else [f"{category} {sub}", sub]
    said = [*own, *synonyms.replace("|", ",").split(",")]
    said = [" ".join(s.lower().rstrip(".").split()) for s in said]
    return [s for s in dict.fromkeys(said) if s and s != "miscellaneous" and "rain on a metal surface" not in s]


def ucs():
    with open(LISTS / "ucs-8.2.csv", newline="", encoding="utf-8-sig") as file:
        rows = [(category, sub, code, words(category, sub, synonyms)) for category, sub, code, _, _, synonyms in csv.reader(file)]
    of = {}
    for category, _, _, said in rows:
        for s in said:
            of.setdefault(s, set()).add(category)
    for category, sub, code, said in rows:
        said = [s for s in said if s == said[0] or len(of[s]) == 1][:WORDINGS]  # "hit" and "drop" tell no category from the others
        yield f"{category} > {category}-{sub} [{code}]:" + ("" if category in BY_HAND else f" {' | '.join(said)}")


def main():
    sound = "This is a sound of {}."
    write("esc50", ["ESC-50's 50 classes, spelt and ordered as the dataset has them (K. J. Piczak)."], sound, names("esc50"))
    write("urbansound8k", ["UrbanSound8K's 10 classes (J. Salamon, C. Jacoby, J. P. Bello)."], sound, names("urbansound8k"))
    write("gtzan", ["GTZAN's 10 genres (G. Tzanetakis)."], "This audio is a {} song.",
          [{"hiphop": "hiphop: hip hop"}.get(name, name) for name in names("gtzan")])
    fsd50k = names("fsd50k")
    write("fsd50k", ["FSD50K's 200 classes (E. Fonseca and others, CC BY 4.0), each under its nearest parent among them in AudioSet's",
                     "ontology (Google, CC BY-SA 4.0)."], sound, map(Ontology(fsd50k).line, fsd50k))
    audioset = json.loads((AUDIOSET / "class_labels_indices.json").read_text())
    audioset = sorted(audioset, key=lambda name: int(audioset[name]))
    write("audioset", ["AudioSet's 527 classes (J. F. Gemmeke and others, Google, CC BY 4.0), in the order of its models, each under its nearest parent",
                       "among them in AudioSet's ontology (CC BY-SA 4.0); one with several parents under what these have in common."],
          sound, map(Ontology(audioset).line, audioset))
    write("ucs", ["Universal Category System 8.2 (T. Nielsen, J. Drury, K. Paquin and others; public domain): CATEGORY-SUBCATEGORY under its",
                  "category, with its CatID and, as wordings, its names and those synonyms that stand in no other category. What has no wording cannot be",
                  "heard: it says what a sound is for, or what is imagined to make it."], "{}", ucs())


if __name__ == "__main__":
    main()
