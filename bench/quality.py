"""Whether answers can be trusted: judged queries asked of the program itself, over recordings whose kinds are known; the table of docs/QUALITY.md.

    python3 bench/quality.py MANIFEST [--split report|choose|all] [--program build/hearken] [--model NAME|DIR] [--phrases FILE] [--work DIR]
                             [--json OUT] [--show]

MANIFEST is what bench/quality/clips.py writes, the queries are those beside it; bench/quality/README.md says what counts as right. The recordings are
linked into a folder under numbers and indexed with `hearken index`; `hearken serve` answers the queries, `hearken classify` names the clips. Prints
Markdown. --work keeps the library for the next run. --show names the queries that went wrong, on standard error. What a program does not say (older ones
know no likelihood) is – in the table. Needs NumPy.
"""
import argparse
import contextlib
import csv
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import instruments

ROOT = Path(__file__).resolve().parents[1]
QUERIES = ("words", "unseen", "noises", "answerable", "none", "new_wordings")
FIRST = 10
BINS = 10
EVERYTHING = 1000  # results, where the order of all tracks is needed
ROUNDS = 1000
SENTENCE = "This is a sound of {}."
ESC50_SAME = {"dog": "dog bark", "crying baby": "baby cry", "sneezing": "person sneeze", "crackling fire": "fire crackling"}
NONE_KINDS = {
    "sounds that are not there": ("sound",), "sounds much like one that is": ("near",),
    "emoji, keyboard noise, other scripts, German, French, Spanish": ("emoji", "keyboard", "script", "language"),
    "names and notions": ("name", "abstract"), "code, addresses, numbers, 10 KB of one letter": ("code", "url", "number", "long"),
}


# ---- what is asked, and of what

def recordings(manifest, split):
    """The manifest's rows of the split; `labels` a set."""
    with open(manifest, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [r for r in rows if split == "all" or r["split"] in (split, "both")]
    return [r | {"labels": set(r["labels"].split("|")), "path": Path(manifest).parent / r["path"]} for r in rows]


def queries(split):
    """The judged queries of the split; `list` says which file they stand in."""
    out = []
    for name in QUERIES:
        for q in json.loads((ROOT / f"bench/quality/{name}.json").read_text(encoding="utf-8")):
            if split in ("all", q["split"]):
                out.append(q | {"list": name, "text": q["text"] * q.get("repeat", 1)})
    return out


def is_right(query, row):
    if query["right"] == "music":
        return row["kind"] in ("music", "instrument")
    return query["right"] in row["labels"]


def words_of(text):
    return " ".join(re.findall(r"[\w']+", text.lower()))


def known_phrases(path):
    """The starter's phrases and class names, each as " its words "."""
    lines = lambda file: [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]  # noqa: E731
    names = [line.split(" > ")[-1] for line in lines(ROOT / "labels/audioset.txt") if "{}" not in line]
    phrases = [p for line in lines(path) for p in line.partition("\t")[2].split("|")] if path.exists() else []
    return [f" {words_of(p)} " for p in names + phrases]


# ---- the program

class Program:
    """The program over a library of its own."""

    def __init__(self, program, model, work):
        self.program, self.folder = program, work / "sounds"
        self.options = ["--library", work / "library.db", *(["--model", model] if model else [])]
        # Settings of the user's own do not count.
        self.environment = {k: v for k, v in os.environ.items() if k not in ("HEARKEN_TOKEN", "HEARKEN_ENGINE", "HEARKEN_LIBRARY")}

    def run(self, *arguments):
        command = [self.program, arguments[0], *self.options, "--json", "--quiet", *arguments[1:]]
        done = subprocess.run(command, stdout=subprocess.PIPE, env=self.environment, check=False)
        if done.returncode not in (0, 3):
            raise subprocess.CalledProcessError(done.returncode, done.args)
        return json.loads(done.stdout)

    def index(self, rows):
        """Links them, in a folder for each kind and SoundFont, and indexes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for number, row in enumerate(rows):
            folder = self.folder / row["kind"] / (row["source"].partition(":")[0] if row["kind"] == "instrument" else "")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number:05}{row['path'].suffix}").symlink_to(row["path"].resolve())
        report = self.run("index", "--prune", self.folder)
        for note in report["skipped"]:
            print(f"not indexed: {rows[number_of(note['path'])]['path']}: {note['reason']}", file=sys.stderr)
        return report

    def labels(self, folder, *options):
        """[(number of the recording, the label that fits best)]."""
        return [(number_of(r["path"]), r["scores"][0]["label"]) for r in self.run("classify", self.folder / folder, *options)["results"]]

    @contextlib.contextmanager
    def served(self):
        """ask(text, k) -> {"answer", "results"}, by way of a server."""
        command = [self.program, "serve", "--port", "0", "--quiet", *self.options]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", server.stdout.readline())[1]))

            def ask(text, k):
                while True:
                    body = json.dumps({"items": [{"text": text}], "k": k, "ratings": False})
                    connection.request("POST", "/api/v1/search", body, {"Content-Type": "application/json"})
                    response = connection.getresponse()
                    found = response.read()
                    if response.status == 200:
                        return json.loads(found)
                    if response.status != 503:  # what the server refuses, for its length, say
                        return self.asked_alone(text, k)
                    time.sleep(1)

            yield ask
        finally:
            server.terminate()
            server.wait()

    def asked_alone(self, text, k):
        try:
            return self.run("find", "-k", str(k), "--no-ratings", "--", text)
        except subprocess.CalledProcessError:  # refused altogether
            return {"answer": "none", "results": []}


def number_of(path):
    return int(Path(path).stem)


def asked(program, judged):
    """Each query's answer: {"query", "answer", "hits": [{"number", "likelihood", "level"}]}."""
    out = []
    with program.served() as ask:
        for query in judged:
            found = ask(query["text"], EVERYTHING if "passages" in query else FIRST)
            hits = [{"number": number_of((r.get("track") or r)["path"]), "likelihood": r.get("likelihood"), "level": r["level"]} for r in found["results"]]
            out.append({"query": query, "answer": found.get("answer"), "hits": hits})
    return out


# ---- measures

def interval(values, groups=None):
    """(mean, lower, upper, how many values); 95 % by resampling the values, or groups of them whole."""
    values = np.asarray(values, float)
    _, of = np.unique(groups if groups is not None else np.arange(len(values)), return_inverse=True)
    sums, counts = np.bincount(of, values), np.bincount(of)
    pick = np.random.default_rng(0).integers(len(sums), size=(ROUNDS, len(sums)))
    return float(values.mean()), *map(float, np.percentile(sums[pick].sum(1) / counts[pick].sum(1), (2.5, 97.5))), len(values)


def precision(answer, rows):
    """The share of right ones among the first ten."""
    return sum(is_right(answer["query"], rows[hit["number"]]) for hit in answer["hits"][:FIRST]) / FIRST


def among_passages(answer, rows):
    """Of n passages of the instrument that is asked for (ten at most), the share among the first n of all passages; None without any."""
    order = [rows[hit["number"]] for hit in answer["hits"] if rows[hit["number"]]["kind"] == "instrument"]
    right = [bool(row["labels"] & set(answer["query"]["passages"])) for row in order]
    n = min(FIRST, sum(right))
    return sum(right[:n]) / n if n else None


def calibration(answers, rows):
    """[answers, bins, 3]: of the first ten results with a likelihood in a bin, the likelihoods' sum, how many are right, how many there are."""
    out = np.zeros((len(answers), BINS, 3))
    for sums, answer in zip(out, answers):
        for hit in answer["hits"][:FIRST]:
            said = hit["likelihood"]
            sums[min(BINS - 1, int(said * BINS))] += said, is_right(answer["query"], rows[hit["number"]]), 1
    return out


def calibration_error(sums):
    """Expected calibration error of sums [..., bins, 3]."""
    return np.abs(sums[..., 0] - sums[..., 1]).sum(-1) / sums[..., 2].sum(-1)


class Table:
    def __init__(self):
        self.rows = {}

    def put(self, name, values, groups=None):
        """A mean of values; without values a row of –, without anything to ask none."""
        if None in values:
            self.rows[name] = None
        elif len(values):
            self.rows[name] = interval(values, groups)

    def error(self, name, answers, rows):
        if not answers or any(hit["likelihood"] is None for a in answers for hit in a["hits"]):
            self.rows[name] = None
            return None
        sums = calibration(answers, rows)
        pick = np.random.default_rng(0).integers(len(sums), size=(ROUNDS, len(sums)))
        low, high = np.percentile([calibration_error(sums[p].sum(0)) for p in pick], (2.5, 97.5))
        self.rows[name] = float(calibration_error(sums.sum(0))), float(low), float(high), int(sums[..., 2].sum())
        return sums.sum(0)

    def show(self):
        print("| | | 95 % | n |\n|---|---|---|---|")
        for name, row in self.rows.items():
            print(f"| {name} | " + (f"{row[0]:.3f} | {row[1]:.2f}–{row[2]:.2f} | {row[3]} |" if row else "– | | |"))


def stands(answer, phrases):
    """Whether the query stands in a phrase, as whole words."""
    return any(f" {words_of(answer['query']['text'])} " in p for p in phrases)


def of_words(table, answers, rows, phrases):
    of = {name: [a for a in answers if a["query"]["list"] == name] for name in QUERIES}
    p10 = lambda chosen: [precision(a, rows) for a in chosen]  # noqa: E731
    table.put("words: right among the first ten", p10(of["words"]))
    for kind in ("mood", "genre", "use", "instrument"):
        table.put(f"– of {kind}", p10([a for a in of["words"] if a["query"]["kind"] == kind]))
    new = [a for a in of["unseen"] if not stands(a, phrases)]
    table.put("unseen words that stand in no phrase", p10(new))
    for written in ("first", "second"):
        table.put(f"– of the {written} list", p10([a for a in new if a["query"]["written"] == written]))
    table.put("unseen words, all", p10(of["unseen"]))
    table.put("noises by other names", p10(of["noises"]))
    table.put("– that stand in no phrase", p10([a for a in of["noises"] if not stands(a, phrases)]))
    strict = [among_passages(a, rows) for a in answers if "passages" in a["query"]]
    table.put("instruments asked for, among the passages: right among the first n", [s for s in strict if s is not None])


def of_labels(table, program, rows):
    truth = lambda n: next(iter(rows[n]["labels"]))  # noqa: E731
    if any(r["kind"] == "noise" for r in rows):
        for name, labels, same in (("ESC-10's clips, their ten names", "esc10", {}), ("ESC-10's clips among ESC-50's names", "esc50", ESC50_SAME)):
            for how, template in (("bare", "{}"), ("in a sentence", SENTENCE)):
                found = program.labels("noise", "--labels", labels, "--template", template)
                right = [same.get(label, label) == truth(n).replace("_", " ") for n, label in found]
                table.put(f"{name}, {how}", right, [rows[n]["source"] for n, _ in found])
    for font in dict.fromkeys(r["source"].partition(":")[0] for r in rows if r["kind"] == "instrument"):
        for which, left_out in instruments.LEFT_OUT.items():
            names = [n for n in instruments.INSTRUMENTS if n not in left_out]
            found = program.labels(f"instrument/{font}", "--labels", ",".join(names), "--template", "{}")
            found = [(truth(n), label) for n, label in found if truth(n) in names]
            table.put(f"twelve instruments, with {which}, {font}", [t == label for t, label in found], [t for t, _ in found])


def of_answers(table, answers, rows):
    """Whether it is said that there is an answer; the calibration's bins."""
    none = [a for a in answers if a["query"]["list"] == "none"]
    there = [a for a in answers if a["query"]["list"] == "answerable"]
    is_ = lambda chosen, *words: [None if a["answer"] is None else a["answer"] in words for a in chosen]  # noqa: E731
    table.put("queries with no answer: first result HIGH", [bool(a["hits"]) and a["hits"][0]["level"] == "HIGH" for a in none])
    table.put("queries with no answer: answer `none`", is_(none, "none"))
    for title, kinds in NONE_KINDS.items():
        table.put(f"– {title}", is_([a for a in none if a["query"]["kind"] in kinds], "none"))
    table.put("queries with an answer: answer `clear`", is_(there, "clear"))
    table.put("queries with an answer: `clear` or `doubtful`", is_(there, "clear", "doubtful"))
    return table.error("likelihood: expected calibration error", answers, rows)


def of_new_wordings(table, answers, rows, phrases):
    """The lists of those who had seen neither the program nor its phrases."""
    of = {name: [a for a in answers if a["query"].get("of") == name] for name in ("unseen", "noises", "none")}
    there, absent = of["unseen"] + of["noises"], [a for a in of["none"] if a["query"]["kind"] != "near"]
    near = [a for a in of["none"] if a["query"]["kind"] == "near"]
    high = lambda chosen: [bool(a["hits"]) and a["hits"][0]["level"] == "HIGH" for a in chosen]  # noqa: E731
    answered = lambda chosen, word: [None if a["answer"] is None else a["answer"] == word for a in chosen]  # noqa: E731
    for title, name in (("words for music", "unseen"), ("noises", "noises")):
        table.put(f"new wordings: {title}: right among the first ten", [precision(a, rows) for a in of[name]])
        table.put(f"new wordings: {title} that stand in no phrase", [precision(a, rows) for a in of[name] if not stands(a, phrases)])
    table.put("new wordings, with an answer: answer `clear`", answered(there, "clear"))
    table.put("new wordings, with no answer: first result HIGH", high(absent))
    table.put("new wordings, with no answer: answer `none`", answered(absent, "none"))
    table.put("new wordings, sounds that are not there: answer `none`", answered([a for a in absent if a["query"]["kind"] == "sound"], "none"))
    table.put("new wordings, much like one that is there: first result HIGH", high(near))


def show_wrong(answers, rows):
    for a in answers:
        q, p = a["query"], precision(a, rows)
        expected = {"answerable": "clear", "none": "none"}.get(q["list"], a["answer"])
        if (q["right"] and p < 0.95) or a["answer"] not in (None, expected):
            said = lambda hit: "" if hit["likelihood"] is None else format(hit["likelihood"], ".2f")  # noqa: E731
            first = [f"{rows[hit['number']]['source']} {said(hit)}" for hit in a["hits"][:2]]
            print(f"{q['list']:10} {p:.1f} {a['answer'] or ''} {q['text'][:60]!r}: {', '.join(first)}", file=sys.stderr)


def saved(table, bins, answers, rows, about):
    """Everything, for --json."""
    asked_for = []
    for a in answers:
        q = a["query"]
        first = [h | {"source": rows[h["number"]]["source"], "right": is_right(q, rows[h["number"]])} for h in a["hits"][:FIRST]]
        asked_for.append({"text": q["text"][:200], "list": q["list"], "kind": q["kind"], "answer": a["answer"], "first": first})
    measured = {name: row and dict(zip(("value", "low", "high", "n"), row)) for name, row in table.rows.items()}
    return about | {"rows": measured, "calibration": None if bins is None else bins.tolist(), "queries": asked_for}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--split", choices=("report", "choose", "all"), default="report")
    parser.add_argument("--program", default=ROOT / "build/hearken")
    parser.add_argument("--model")
    parser.add_argument("--phrases", type=Path, default=ROOT / "tools/starter/phrases.tsv")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    rows, judged = recordings(options.manifest, options.split), queries(options.split)
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or Path(temporary)).resolve() / options.split
        work.mkdir(parents=True, exist_ok=True)
        program, table = Program(options.program, options.model, work), Table()
        index = program.index(rows)
        answers = asked(program, judged)
        of_words(table, answers, rows, known_phrases(options.phrases))
        of_labels(table, program, rows)
        bins = of_answers(table, answers, rows)
        of_new_wordings(table, answers, rows, known_phrases(options.phrases))
    counts = ", ".join(f"{sum(r['kind'] == kind for r in rows)} {kind}" for kind in dict.fromkeys(r["kind"] for r in rows))
    print(f"{index['model']}, half `{options.split}`: {counts}; {len(judged)} queries\n")
    table.show()
    if bins is not None:
        print("\n| likelihood | results | said, on average | right |\n|---|---|---|---|")
        for k, (said, right, n) in enumerate(bins):
            print(f"| {k / BINS:.1f}–{(k + 1) / BINS:.1f} | {n:.0f} | " + (f"{said / n:.2f} | {right / n:.2f} |" if n else "| |"))
    if options.show:
        show_wrong(answers, rows)
    if options.json:
        about = {"model": index["model"], "split": options.split, "recordings": len(rows)}
        options.json.write_text(json.dumps(saved(table, bins, answers, rows, about), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
