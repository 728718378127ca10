#!/usr/bin/env python3
"""Writes docs/examples/python.ipynb, without outputs, and with --run runs it first (nbclient):

    python python/pages/notebook.py [--run] [FILE]

The cells are here, so that a difference is read as one.
"""
import json
import pathlib
import sys

TEXT, CODE = "markdown", "code"
CELLS = [
    (TEXT, "# Sounds in a notebook\n\nFrom a folder to searches, events, a map and a classifier. `HEARKEN_SAMPLES` names the folder; "
           "by itself it is `samples/` of Hearken's source."),
    (CODE, "import os, pathlib, tempfile\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport hearken_audio as hk\n\n"
           "samples = pathlib.Path(os.environ.get('HEARKEN_SAMPLES', '../../samples'))\n"
           "lib = hk.Library(pathlib.Path(tempfile.mkdtemp()) / 'library.db')\nlib.index(samples).indexed"),
    (TEXT, "## Searches\n\nBy words, then by a sound drawn towards words. Each row has a player."),
    (CODE, "lib.find('a dog barking', k=3)"),
    (CODE, "lib.like(samples / 'recording-02.wav', text='but calmer').to_pandas()[['path', 'likelihood', 'score']]"),
    (TEXT, "## Events\n\nHow likely each text is heard, from second to second, and the events."),
    (CODE, "sound = lib.find('a dog barking', k=1)[0].path\ntexts = ['dog barking', 'rain', 'music']\n"
           "timeline = lib.model.events(sound, texts, heat=True)\n"
           "figure, axes = plt.subplots(figsize=(9, 2))\n"
           "axes.imshow(timeline.heat.T, aspect='auto', vmin=0, vmax=1, extent=(0.4, timeline.duration, len(texts) - 0.5, -0.5))\n"
           "axes.set_yticks(range(len(texts)), texts)\naxes.set_xlabel('seconds')\n"
           "for event in timeline:\n    axes.plot([event.start, event.end], [texts.index(event.label)] * 2, color='white')"),
    (TEXT, "## A map\n\nTracks by their vectors: two principal components."),
    (CODE, "points = lib.map(by='folder')\nplt.scatter([p.x for p in points], [p.y for p in points], c=[p.of_class for p in points]);"),
    (TEXT, "## A classifier on vectors\n\nMusic or not, learned from windows of some tracks and asked of others."),
    (CODE, "from sklearn.linear_model import LogisticRegression\n\nvectors, catalogue = lib.vectors(by='window')\n"
           "is_music = np.array(['/music/' in row['path'] for row in catalogue])\n"
           "tracks = np.array([sum(row['path'].encode()) % 2 for row in catalogue]) == 0\n"
           "model = LogisticRegression(C=10).fit(vectors[tracks], is_music[tracks])\n"
           "model.score(vectors[~tracks], is_music[~tracks])"),
]


def notebook():
    cells = []
    for place, (kind, source) in enumerate(CELLS):
        cell = {"cell_type": kind, "id": f"cell-{place}", "metadata": {}, "source": source.splitlines(keepends=True)}
        cells.append(cell | ({"execution_count": None, "outputs": []} if kind == CODE else {}))
    return {"cells": cells, "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                                         "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def main(arguments):
    document = notebook()
    if "--run" in arguments:
        import nbclient
        import nbformat

        nbclient.NotebookClient(nbformat.reads(json.dumps(document), 4), timeout=600, kernel_name="python3").execute()
    names = [name for name in arguments if not name.startswith("--")]
    file = pathlib.Path(names[0]) if names else pathlib.Path(__file__).parent.parent.parent / "docs/examples/python.ipynb"
    file.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
