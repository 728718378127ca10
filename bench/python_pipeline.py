#!/usr/bin/env python3
"""What a person would write without Hearken: librosa and transformers, a vector for each 10 s every 5 s.

    ref/bin/python bench/python_pipeline.py MODEL FILE...      # MODEL: a directory in Hugging Face layout

Prints {"files","audio_seconds","load_seconds","seconds","search_seconds"}: to import and load, to embed the files, and
for one text search (the best of five). end_to_end.py runs it beside Hearken.
"""
import json, sys, time

BEGIN = time.perf_counter()
import librosa, numpy, torch
from transformers import ClapModel, ClapProcessor

RATE, WINDOW, HOP, BATCH = 48000, 480000, 240000, 8


def windows(samples):
    """10 s every 5 s; the last one ends where the sound ends."""
    starts = list(range(0, max(len(samples) - WINDOW, 0) + 1, HOP))
    if starts[-1] + WINDOW < len(samples): starts.append(len(samples) - WINDOW)
    return [samples[s:s + WINDOW] for s in starts]


@torch.no_grad()
def embed_file(path):
    samples, _ = librosa.load(path, sr=RATE)
    cut, vectors = windows(samples), []
    for i in range(0, len(cut), BATCH):
        inputs = processor(audio=cut[i:i + BATCH], sampling_rate=RATE, return_tensors="pt")
        vectors.append(model.get_audio_features(**inputs).numpy())
    return numpy.concatenate(vectors), len(samples) / RATE


@torch.no_grad()
def search(text, vectors):
    query = model.get_text_features(**processor(text=[text], return_tensors="pt")).numpy()[0]
    return numpy.argsort([-(v @ query).mean() for v in vectors])


model = ClapModel.from_pretrained(sys.argv[1]).eval()
processor = ClapProcessor.from_pretrained(sys.argv[1])
loaded = time.perf_counter()
embedded = [embed_file(path) for path in sys.argv[2:]]
done = time.perf_counter()
vectors = [v for v, _ in embedded]
searches = []
for _ in range(5):
    begin = time.perf_counter()
    search("calm piano", vectors)
    searches.append(time.perf_counter() - begin)
print(json.dumps({"files": len(vectors), "audio_seconds": sum(s for _, s in embedded), "load_seconds": loaded - BEGIN,
                  "seconds": done - loaded, "search_seconds": min(searches)}))
