"""A re-ranker from 20 ratings that follow a hidden rule: average precision of the rule on the tracks nobody rated.

    python3 bench/ratings.py LIBRARY QUERY RULES.json [--program build/hearken] [--draws 20] [--for] [--seed 1]

LIBRARY is copied, not changed. RULES.json is {"name": "part of a path" | ["parts", …] | {"text": "drums", "share": 0.3}}: the
last is the best share of the library by that text. Each draw rates ten tracks of the rule up and ten others down, in
general or (--for) for QUERY, and asks QUERY with and without them.
"""
import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile


def average_precision(ids, of_rule):
    right, total = 0, 0.0
    for place, track in enumerate(ids, 1):
        if track in of_rule:
            right += 1
            total += right / place
    return total / right


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("query")
    parser.add_argument("rules", type=pathlib.Path)
    parser.add_argument("--program", default=pathlib.Path(__file__).parent.parent / "build/hearken")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--for", dest="for_query", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "l.db"
        shutil.copy(options.library, library)

        def hearken(*arguments):
            done = subprocess.run([options.program, *map(str, arguments), "--library", library, "--json", "--quiet"],
                                  stdout=subprocess.PIPE, check=True)
            return json.loads(done.stdout)

        def find(text, *arguments):
            return [(r["id"], r["path"]) for r in hearken("find", text, "-k", 1000, *arguments)["results"]]

        everything = find(options.query, "--no-ratings")
        print(f"{len(everything)} tracks, asked for {options.query!r}, {options.draws} draws of 20 ratings")
        for name, rule in json.loads(options.rules.read_text()).items():
            if isinstance(rule, dict):
                best = find(rule["text"], "--no-ratings")
                of_rule = {i for i, _ in best[:round(rule["share"] * len(best))]}
            else:
                parts = [rule] if isinstance(rule, str) else rule
                of_rule = {i for i, path in everything if any(part in path for part in parts)}
            others = sorted({i for i, _ in everything} - of_rule)
            draw = random.Random(options.seed)
            before, after, worse = [], [], 0
            for _ in range(options.draws):
                up = draw.sample(sorted(of_rule), min(10, len(of_rule) // 2))
                down = draw.sample(others, 20 - len(up))
                hearken("rate", "--reset")
                about = ["--for", options.query] if options.for_query else []
                hearken("rate", *(f"id:{i}" for i in up), "up", *about)
                hearken("rate", *(f"id:{i}" for i in down), "down", *about)
                rated = {*up, *down}
                before.append(average_precision([i for i, _ in everything if i not in rated], of_rule))
                after.append(average_precision([i for i, _ in find(options.query) if i not in rated], of_rule))
                worse += after[-1] <= before[-1]
            print(f"{name:<24} {len(of_rule):>4} tracks   before {statistics.mean(before):.3f}   "
                  f"after {statistics.mean(after):.3f}   not better in {worse} draws")


if __name__ == "__main__":
    main()
