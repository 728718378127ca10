"""What ratings do: simulated tastes before and after, and whether other searches lose anything by them; the tables of docs/RATE.md.

    python3 bench/ratings.py MANIFEST [--split choose|report|all] [--library FILE] [--program build/hearken] [--model NAME|DIR] [--draws 10] [--work DIR]

MANIFEST is what bench/quality/clips.py writes; its music and noises are indexed (bench/quality.py says how), unless --library is one that holds them: it is
copied, and recordings that it does not hold are left out. Each draw of a taste rates ten recordings of a hidden rule up and ten others down.

  tastes   the average precision of the rule among the recordings that nobody rated, with and without the ratings
  guards   all judged queries that have an answer, with the ratings of each taste: nDCG of the first ten with and without them, and 95 % by resampling queries;
           one thumb for a query: whether queries for something else keep their first ten; and how often a track that is no answer (likelihood below 0.5)
           comes before more answers than without ratings, for words and (a few tracks of each kind) for sounds

Everything is asked of `hearken serve`. Needs NumPy.
"""
import argparse
import collections
import http.client
import json
import math
import random
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import quality

NOISES = {"dogs": {"dog_bark"}, "rain and sea": {"rain", "sea_waves"}, "people": {"baby_cry", "person_sneeze"},
          "machines": {"chainsaw", "helicopter", "clock_tick"}, "animals": {"dog_bark", "rooster"}}
MEASURED = {"loud": "loudness", "fast": "tempo", "bright": "brightness"}
SHARE = 0.3  # of the music is loud, fast, bright, or most like the text
BY_TEXT = {"with vocals": "vocals", "orchestral": "orchestra"}
PACKAGES = 3  # the largest
LEAST = 10  # recordings of a rule
THUMBS = 40  # queries that get one thumb each
SOUNDS = 30  # tracks that are asked for by sound


class Served:
    """The program's server over a library. Of what it finds, `tracks` count."""

    def __init__(self, options, library, tracks):
        self.tracks = set(tracks)
        command = [options.program, "serve", "--port", "0", "--quiet", "--library", library, *(["--model", options.model] if options.model else [])]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(re.search(r":(\d+)/", self.server.stdout.readline())[1]))
        self.rated = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def call(self, method, address, body=None):
        self.connection.request(method, address, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        found = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {address}: {response.status} {found[:300]}")
        return json.loads(found) if found else None

    def ask(self, item, k=1000, **more):
        """The answer; `ids` in order, `answers` which of them are answers."""
        found = self.call("POST", "/api/v1/search", {"items": [item], "k": k, **more})
        results = [r for r in found["results"] if r["track"]["id"] in self.tracks]
        found["ids"] = [r["track"]["id"] for r in results]
        found["answers"] = [(r["likelihood"] or 0) >= 0.5 for r in results]
        return found

    def rate(self, ups, downs, query=""):
        for rating, tracks in ((1, ups), (-1, downs)):
            for track in tracks:
                self.call("PUT", f"/api/v1/tracks/{track}/rating", {"rating": rating, "query": query})
                self.rated.append((track, query))

    def forget(self):
        for track, query in self.rated:
            self.call("PUT", f"/api/v1/tracks/{track}/rating", {"rating": 0, "query": query})
        self.rated.clear()


def library_in(folder, options, recordings):
    """A library of the recordings that may be written to: a copy of the one named, or indexed."""
    library = folder / "library.db"
    if options.library:
        return shutil.copy(options.library, library)
    work = options.work or folder
    quality.Program(options.program, options.model, work).index(recordings)
    return library if work == folder else shutil.copy(work / library.name, library)


def rows_of(options, library, recordings):
    """The recordings that the library holds, by track."""
    command = [options.program, "find", "music", "-k", "1000000", "--no-ratings", "--json", "--quiet", "--library", library]
    done = subprocess.run(command + (["--model", options.model] if options.model else []), stdout=subprocess.PIPE, check=True)
    by_path = {r["path"].resolve(): r for r in recordings}
    return {r["id"]: by_path[p] for r in json.loads(done.stdout)["results"] if (p := Path(r["path"]).resolve()) in by_path}


def average_precision(ids, wanted):
    right, total = 0, 0.0
    for place, track in enumerate(ids, 1):
        if track in wanted:
            right += 1
            total += right / place
    return total / max(1, right)


def ndcg(ids, right):
    gain = sum(1 / math.log2(place + 2) for place, track in enumerate(ids[:10]) if track in right)
    return gain / max(1e-9, sum(1 / math.log2(place + 2) for place in range(min(10, len(right)))))


def tastes(served, rows):
    """{name: (what is asked, the tracks it is about, those of the rule)}; `rows` are the recordings by track."""
    music = sorted(t for t, row in rows.items() if row["kind"] == "music")
    noises = sorted(t for t, row in rows.items() if row["kind"] == "noise")
    packages = collections.Counter(rows[t]["source"].partition(":")[0] for t in music).most_common(PACKAGES)
    out = {f"music of {name}": ("music", music, {t for t in music if rows[t]["source"].startswith(name + ":")}) for name, _ in packages}
    for name, key in MEASURED.items():
        value = {t: (served.call("GET", f"/api/v1/tracks/{t}").get("features") or {}).get(key) for t in music}
        most = sorted((t for t in music if value[t] is not None), key=lambda t: (-value[t], t))
        out[name] = ("music", music, set(most[:round(SHARE * len(music))]))
    for name, text in BY_TEXT.items():
        best = [t for t in served.ask({"text": text}, ratings=False)["ids"] if t in set(music)]
        out[f"{name}, by text"] = ("music", music, set(best[:round(SHARE * len(music))]))
    for name, labels in NOISES.items():
        out[name] = ("a sound", noises, {t for t in noises if rows[t]["labels"] & labels})
    return {name: taste for name, taste in out.items() if len(taste[2]) >= LEAST}


def lifted(before, after):
    """How many tracks that are no answer come before more answers than they did."""
    def later(found):  # of each that is none: how many answers come after it
        left, out = sum(found["answers"]), {}
        for track, answer in zip(found["ids"], found["answers"]):
            left -= answer
            if not answer:
                out[track] = left
        return out
    was = later(before)
    return sum(now > was.get(track, now) for track, now in later(after).items())


def measured(served, rows, judged, options):
    draw = random.Random(1)
    plain = {q["text"]: served.ask({"text": q["text"]}, ratings=False) for q in judged}
    right = {q["text"]: {t for t, row in rows.items() if quality.is_right(q, row)} for q in judged}
    sounds = draw.sample(sorted(rows), min(SOUNDS, len(rows)))
    heard = {t: served.ask({"track": t}, ratings=False) for t in sounds}
    differences, raised, asked = {q["text"]: [] for q in judged}, 0, 0
    print("| asked | rule | before | general ratings | ratings for the query | not better |\n|---|---|---|---|---|---|")
    for name, (query, about, rule) in tastes(served, rows).items():
        before, after, worse = [], {False: [], True: []}, 0
        for number in range(options.draws):
            up = draw.sample(sorted(rule), min(10, len(rule) // 2))
            down = draw.sample(sorted(set(about) - rule), 20 - len(up))
            unseen = set(about) - set(up) - set(down)
            order = lambda found: [t for t in found["ids"] if t in unseen]  # noqa: E731
            before.append(average_precision(order(served.ask({"text": query}, ratings=False)), rule))
            for for_query in (False, True):
                served.rate(up, down, query if for_query else "")
                after[for_query].append(average_precision(order(served.ask({"text": query})), rule))
                worse += after[for_query][-1] <= before[-1]
                if number == 0 and not for_query:
                    for q in judged:
                        found = served.ask({"text": q["text"]})
                        differences[q["text"]].append(ndcg(found["ids"], right[q["text"]]) - ndcg(plain[q["text"]]["ids"], right[q["text"]]))
                        raised, asked = raised + lifted(plain[q["text"]], found), asked + 1
                    for t in sounds:
                        raised, asked = raised + lifted(heard[t], served.ask({"track": t})), asked + 1
                served.forget()
        mean = [statistics.mean(v) for v in (before, after[False], after[True])]
        print(f"| \"{query}\" | {name} ({len(rule)} of {len(about)}) | {mean[0]:.2f} | {mean[1]:.2f} | {mean[2]:.2f} | {worse} of {2 * options.draws} |")
    kept, others = 0, 0
    for q in draw.sample(judged, min(THUMBS, len(judged))):
        first = plain[q["text"]]["ids"][0]
        served.rate([], [first], q["text"])
        for other in judged:
            if other["right"] == q["right"]:
                continue
            others += 1
            kept += served.ask({"text": other["text"]})["ids"][:10] == plain[other["text"]]["ids"][:10]
        served.forget()
    said = [statistics.mean(ndcg(plain[t]["ids"], right[t]) for t in plain), *quality.interval([statistics.mean(v) for v in differences.values()])]
    print("\n| guard | | 95 % | n |\n|---|---|---|---|")
    print(f"| nDCG of the first ten without ratings | {said[0]:.4f} | | {len(judged)} queries |")
    print(f"| – with those of a taste: the difference | {said[1]:+.4f} | {said[2]:+.4f} to {said[3]:+.4f} | {len(judged)} queries, each taste |")
    print(f"| one thumb for a query: queries for something else that keep their first ten | {kept / others:.4f} | | {others} |")
    print(f"| tracks that are no answer, lifted above one | {raised} | | {asked} searches |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--split", default="choose", choices=("choose", "report", "all"))
    parser.add_argument("--library", type=Path)
    parser.add_argument("--program", default=quality.ROOT / "build/hearken")
    parser.add_argument("--model")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    recordings = [r for r in quality.recordings(options.manifest, options.split) if r["kind"] in ("music", "noise")]
    judged = [q for q in quality.queries(options.split) if q["right"] is not None and "passages" not in q]
    with tempfile.TemporaryDirectory() as folder:
        library = library_in(Path(folder), options, recordings)
        rows = rows_of(options, library, recordings)
        judged = [q for q in judged if any(quality.is_right(q, row) for row in rows.values())]
        with Served(options, library, rows) as served:
            kinds = collections.Counter(row["kind"] for row in rows.values())
            print(f"{kinds['music']} pieces of music, {kinds['noise']} noises, {len(judged)} judged queries, {options.draws} draws of 20 ratings\n")
            measured(served, rows, judged, options)


if __name__ == "__main__":
    main()
