"""Sentences spoken by espeak-ng's voices: what is no music.

    speech.py FOLDER           writes FOLDER/speech/….wav and FOLDER/speech.csv
"""
import csv
import random
import subprocess
import sys
from pathlib import Path

VOICES = {"m1": "man", "m3": "man", "m7": "man", "f1": "woman", "f2": "woman", "f5": "woman", "whisper": "whisper", "croak": "croak"}
LANGUAGES = ("en-us", "en-gb", "de", "fr", "es", "it", "pl", "ru")
SENTENCES = ("The weather will be fine tomorrow, with a little wind from the west.", "Please close the door behind you when you leave the house.",
             "One, two, three, four, five, six, seven, eight, nine, ten.", "My grandmother told me that story when I was a child.",
             "Nobody had expected the train to arrive on time that morning.", "Welcome back. Here are the news of the day.")


def main():
    folder, rows = Path(sys.argv[1]), []
    (folder / "speech").mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for voice, who in VOICES.items():
            rng = random.Random(f"{language} {voice}")
            pace = rng.choice(("slow", "", "fast"))
            name = f"speech/{language}-{voice}.wav"
            speed = {"slow": 110, "": 160, "fast": 240}[pace]
            subprocess.run(["espeak-ng", "-v", f"{language}+{voice}", "-s", str(speed), "-w", folder / name, " ".join(rng.sample(SENTENCES, 3))], check=True)
            captions = ["speech", "speech, no music", f"{pace} speech", "a computer voice is talking", "someone is speaking"]
            captions += ([f"a {who} speaking", f"{who} voice", f"a {who} is talking {'slowly' if pace == 'slow' else 'fast' if pace else ''}"]
                         if who in ("man", "woman") else ["whispering"] if who == "whisper" else ["a hoarse voice"])
            rows += [(name, " ".join(c.split())) for c in captions]
    with open(folder / "speech.csv", "w", newline="") as file:
        csv.writer(file).writerows([("path", "caption"), *rows])


if __name__ == "__main__":
    main()
