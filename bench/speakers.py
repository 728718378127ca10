"""How many people speak: voices of espeak-ng, one to four and a crowd of sixteen, mixed, and what `hearken classify --labels speakers` says.

    python3 bench/speakers.py

Needs espeak-ng. The same sounds on every run.
"""
import array
import collections
import json
import os
import random
import subprocess
import tempfile
import wave
from pathlib import Path

HEARKEN = os.environ.get("HEARKEN_PROGRAM", "build/hearken")
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "a crowd": 16}
VOICES = [f"en{accent}+{variant}" for accent in ("", "-us", "-gb-scotland") for variant in ("m1", "m2", "m3", "m4", "m5", "f1", "f2", "f3", "f4")]
WORDS = ("the train to the coast leaves at seven every morning and we should not be late for it because my sister waits there with the "
         "dog while her friends from school bring bread cheese and a large bottle of water").split()
TAKES, SECONDS, RATE = 6, 10, 22050


def voice(rng, folder):
    """Ten seconds of one speaker."""
    words = " ".join(rng.choice(WORDS) for _ in range(60))
    path = folder / "voice.wav"
    subprocess.run(["espeak-ng", "-v", rng.choice(VOICES), "-s", str(rng.randint(130, 190)), "-p", str(rng.randint(25, 75)), "-w", path, words], check=True)
    with wave.open(str(path)) as file:
        return array.array("h", file.readframes(SECONDS * RATE))


def main():
    with tempfile.TemporaryDirectory() as work:
        sounds, scratch = Path(work, "sounds"), Path(work)
        sounds.mkdir()
        for name, count in COUNTS.items():
            for take in range(TAKES):
                rng = random.Random(f"{name} {take}")
                voices = [voice(rng, scratch) for _ in range(count)]
                length = min(map(len, voices))
                mix = array.array("h", (int(sum(v[i] for v in voices) / count ** 0.7) for i in range(length)))
                with wave.open(str(sounds / f"{name} {take}.wav"), "wb") as file:
                    file.setparams((1, 2, RATE, 0, "NONE", ""))
                    file.writeframes(mix.tobytes())
        run = subprocess.run([HEARKEN, "classify", sounds, "--labels", "speakers", "--json", "--quiet"], check=True, capture_output=True)
    answers = collections.defaultdict(collections.Counter)
    for result in json.loads(run.stdout)["results"]:
        answers[Path(result["path"]).stem[:-2]][result["scores"][0]["label"]] += 1
    right = sum(answers[name][name] for name in COUNTS)
    print(f"{right} of {TAKES * len(COUNTS)} right, {right / TAKES / len(COUNTS):.3f}; by chance {1 / len(COUNTS):.3f}")
    for name in COUNTS:
        print(f"  {name:8} taken for " + ", ".join(f"{answer} {times}" for answer, times in answers[name].most_common()))


if __name__ == "__main__":
    main()
