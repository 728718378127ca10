"""Zero-shot classification of ESC-10's clips, from bare names, from sentences, and with the right label left out.

    python3 bench/esc10.py FOLDER        # of the clips, with labels.csv (file, label, …)

The clips are indexed once into a library of their own; classifying reads their vectors from there.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "starter"))
from sentences import CLASSES, SENTENCES  # noqa: E402

HEARKEN = os.environ.get("HEARKEN_PROGRAM", "build/hearken")


class Clips:
    def __init__(self, folder, work):
        with open(folder / "labels.csv", newline="") as file:
            self.truth = {row["file"]: row["label"].replace("_", " ") for row in csv.DictReader(file)}
        self.folder, self.library = folder, work / "esc10.db"
        self.hearken("index", folder)

    def hearken(self, *arguments):
        run = subprocess.run([HEARKEN, *map(str, arguments), "--library", self.library, "--json", "--quiet"], check=True, capture_output=True)
        return json.loads(run.stdout)

    def classify(self, *arguments):
        results = self.hearken("classify", self.folder, *arguments)["results"]
        return [(self.truth[Path(r["path"]).name], r) for r in results if Path(r["path"]).name in self.truth]

    def accuracy(self, what, *arguments):
        answers = self.classify(*arguments)
        right = sum(truth == result["scores"][0]["label"] for truth, result in answers)
        print(f"{what:48} {right} of {len(answers)} right, {right / len(answers):.3f}", flush=True)
        return right / len(answers)


def main():
    with tempfile.TemporaryDirectory() as work:
        clips = Clips(Path(sys.argv[1]), Path(work))
        names = [c.replace("_", " ") for c in CLASSES]
        clips.accuracy("bare names", "--labels", ",".join(names), "--template", "{}")
        clips.accuracy("\"This is a sound of {}.\"", "--labels", ",".join(names))
        file = Path(work) / "labels.txt"
        means = []
        for i in range(5):
            file.write_text("{}\n" + "".join(f"{name}: {SENTENCES[c][i]}\n" for name, c in zip(names, CLASSES)))
            means.append(clips.accuracy(f"one sentence a class, \"{SENTENCES['dog_bark'][i]}\" …", "--labels-file", file))
        print(f"{'  their mean':48} {sum(means) / 5:.3f}")
        file.write_text("{}\n" + "".join(f"{name}: {' | '.join(SENTENCES[c])}\n" for name, c in zip(names, CLASSES)))
        clips.accuracy("the five sentences together", "--labels-file", file)
        clips.accuracy("ESC-50's 50 names (answers of the ten)", "--labels-file", esc50(file))
        answers = clips.classify("--labels", ",".join(names), "--none")
        print(f"none of these, with the right label in the list: {sum(r['none'] for _, r in answers)} of {len(answers)}")
        none = asked = 0
        for left_out in names:
            rest = [(t, r) for t, r in clips.classify("--labels", ",".join(n for n in names if n != left_out), "--none") if t == left_out]
            none, asked = none + sum(r["none"] for _, r in rest), asked + len(rest)
        print(f"none of these, with the right label left out:    {none} of {asked}")


def esc50(file):
    """ESC-50's labels, those of the ten under ESC-10's names."""
    ten = {"dog": "dog bark", "sea waves": "sea waves", "crackling fire": "fire crackling", "crying baby": "baby cry", "sneezing": "person sneeze",
           "clock tick": "clock tick", "rain": "rain", "rooster": "rooster", "helicopter": "helicopter", "chainsaw": "chainsaw"}
    lines = (Path(__file__).parents[1] / "labels" / "esc50.txt").read_text().splitlines()
    file.write_text("".join(f"{ten[line]}: {line}\n" if line in ten else f"{line}\n" for line in lines))
    return file


if __name__ == "__main__":
    main()
