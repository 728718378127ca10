"""Scenes for tools/events/fit.py: a folder with sounds, truth.json, and jobs for the target event_candidates.

    tools/events/scenes.py --esc10 DIR --recordings 1 --music FILE… --ambience FILE… [--seed N] [--clean] DIR
    build/event_candidates < DIR/jobs > DIR/candidates.tsv

The clips are played at 0.9 to 1.1 of their speed, so that each seed has other sounds. Needs what bench/event_scenes.py does.
"""
import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "bench"))
from event_scenes import Maker  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--esc10", type=pathlib.Path, required=True)
    parser.add_argument("--recordings", required=True, help="first digits of the clips used")
    parser.add_argument("--music", nargs="+", required=True)
    parser.add_argument("--ambience", nargs="+", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--clean", action="store_true", help="music alone as well, with the names of ESC-50")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    maker = Maker(options.esc10, options.recordings, options.music, options.ambience, options.folder, options.seed, most_speed=1.1)
    maker.make_noise()
    maker.make_ambience()
    maker.make_music(2)
    maker.make_between(40)
    maker.make_long(8)
    maker.make_overlap(12)
    if options.clean:
        labels = pathlib.Path(__file__).parent.parent.parent / "labels" / "esc50.txt"
        maker.music = maker.draw.sample(maker.music, min(20, len(maker.music)))
        maker.make_clean([line.strip() for line in open(labels, encoding="utf-8") if line[0] not in "#\n" and "{" not in line])
    (options.folder / "truth.json").write_text(json.dumps(maker.scenes), encoding="utf-8")
    jobs = (f"{scene['path']}\t{'|'.join(scene['texts'])}\n" for scene in maker.scenes)
    (options.folder / "jobs").write_text("".join(jobs), encoding="utf-8")


if __name__ == "__main__":
    main()
