"""The installed program from a prefix other than the configured one, with the build's own program and module moved away.

    prefix_test.py SOURCE BUILD WORK      # run alone (RUN_SERIAL): other tests need what it moves
"""
import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest
import urllib.request

SOURCE, BUILD, WORK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
ARTEFACTS = ("hearken", "libhearken_torch.so")
HANG_SECONDS = 300  # a guard against waiting for ever


class PrefixTest(unittest.TestCase):
    def setUp(self):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, WORK, ignore_errors=True)
        first, self.prefix = WORK / "installed", WORK / "moved here"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", first], check=True, stdout=subprocess.DEVNULL)
        first.rename(self.prefix)
        self.has_module = (BUILD / "libhearken_torch.so").exists()
        for name in ARTEFACTS:
            if (BUILD / name).exists():
                away = BUILD / (name + ".away")
                (BUILD / name).rename(away)
                self.addCleanup(away.rename, BUILD / name)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(WORK), "LC_ALL": "C.UTF-8",
                    "HEARKEN_LIBRARY": str(WORK / "library.db")}
        self.env.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})

    def hearken(self, *arguments, status=0, **env):
        done = subprocess.run([self.prefix / "bin/hearken", *map(str, arguments)], env={**self.env, **env}, cwd=WORK,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=HANG_SECONDS)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def test_index_find_serve_tune(self):
        self.hearken("index", SOURCE / "samples")
        found = json.loads(self.hearken("find", "a dog barking", "-k", "1", "--json").stdout)["results"]
        self.assertIn(pathlib.Path(found[0]["path"]).name, ("recording-01.ogg", "recording-11.mp3"))
        self.serve()
        data = WORK / "captions.csv"
        with open(data, "w", newline="", encoding="utf-8") as file:
            rows = [(SOURCE / f"samples/recording-{n:02}.{end}", f"sound number {n}")
                    for n, end in ((1, "ogg"), (2, "wav"), (3, "mp3"), (4, "ogg"), (6, "ogg"), (8, "flac"))]
            csv.writer(file).writerows([("path", "caption"), *rows])
        arguments = ("tune", "--data", data, "-o", WORK / "tuned", "--train", "heads", "--augment", "none", "--epochs", "1",
                     "--batch", "2", "--split", "0.67", "--seconds", "2", "--threads", "1", "--quiet")
        if not self.has_module:
            told = self.hearken(*arguments, status=1)
            self.assertIn("./dev build --train", told.stderr)
            return
        self.hearken(*arguments)
        steps = [line for line in (WORK / "tuned/training/metrics.jsonl").read_text().splitlines() if '"step"' in line]
        self.assertEqual(len(steps), 2)
        missing = self.hearken(*arguments[:4], WORK / "other", *arguments[5:], status=1, HEARKEN_TORCH_MODULE=str(WORK / "no.so"))
        self.assertIn("HEARKEN_TORCH_MODULE", missing.stderr)

    def serve(self):
        process = subprocess.Popen([self.prefix / "bin/hearken", "serve", "--port", "0"], env=self.env, cwd=WORK,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            url = process.stdout.readline().removeprefix("Open ").split("#")[0].strip()
            with urllib.request.urlopen(url + "api/v1/search?q=rain&k=1", timeout=HANG_SECONDS) as answer:
                self.assertEqual(len(json.load(answer)["results"]), 1)
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=HANG_SECONDS)
        self.assertEqual(process.returncode, 0, err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
