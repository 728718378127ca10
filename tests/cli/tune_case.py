"""What the tests of tune share: small sounds with captions, a small model, and whether this machine can train at all."""
import csv
import json

from harness import SOURCE, Case, noise, tone

TOY = SOURCE / "tests/golden/clap/unfused"  # HTSAT and RoBERTa as transformers lays them out, of toy size


class TuneCase(Case):
    def tune(self, *arguments, status=0, **options):
        """The lines of `hearken tune --json`, each checked against the schema."""
        done = self.hearken("tune", "--json", *arguments, status=status, **options)
        return [self.valid("tune", Line(line)) for line in done.out.splitlines()]

    missing = None  # whether libtorch is; found out once

    def need_libtorch(self):
        if TuneCase.missing is None:
            tried = self.finish_any(self.start("tune", "--data", self.captions(4), "--model", TOY, "-o", self.dir / "tried",
                                               "--epochs", "1", "--batch", "2", "--split", "0.5", "--threads", "1", "--quiet"))
            TuneCase.missing = tried.status == 1 and "not part of this build" in tried.err
            if TuneCase.missing:
                self.one_line(tried.err, "./dev build --train")  # whoever lacks it is told how to get it
        if TuneCase.missing:
            self.skipTest("no libtorch here, so nothing can be trained")

    def finish_any(self, process):
        out, err = process.communicate()
        return type("Result", (), {"status": process.returncode, "out": out.decode(), "err": err.decode()})

    def captions(self, clips, name="captions.csv", equal=False):
        """A CSV of that many clips, half of them tones and half noises, which no two captions call the same."""
        rows = []
        for i in range(clips):
            path = self.music / f"{i:02}.wav"
            if not path.exists():
                tone(path, hz=200 + 90 * i, seconds=1.5) if i % 2 else noise(path, seed=i, seconds=1.5)
            words = "a sound" if equal else f"a tone of {200 + 90 * i} hertz" if i % 2 else f"noise number {i}"
            rows.append((str(path), words))
        return self.csv(rows, name)

    def csv(self, rows, name="captions.csv"):
        path = self.dir / name
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("path", "caption"), *rows])
        return path


class Line:
    def __init__(self, text):
        self.text = text

    @property
    def json(self):
        return json.loads(self.text)

    def __str__(self):
        return self.text


def metrics(directory):
    """The lines of training/metrics.jsonl without what a clock says."""
    lines = [json.loads(line) for line in (directory / "training/metrics.jsonl").read_text().splitlines()]
    for line in lines:
        line.pop("seconds", None)
    return lines
