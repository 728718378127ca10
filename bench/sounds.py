"""The sound files below a folder, how long they are, and FFmpeg, for the benchmarks that cut and mix them."""
import subprocess
from pathlib import Path

ENDINGS = {".ogg", ".opus", ".oga", ".mp3", ".flac", ".wav", ".m4a"}


def ffmpeg(*arguments, data=None):
    """What it writes to standard output, given `data` on standard input."""
    return subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], input=data, capture_output=True, check=True).stdout


def seconds_of(path):
    """0 where ffprobe names no length."""
    done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path], capture_output=True, text=True, check=False)
    try:
        return float(done.stdout.split()[0].rstrip(","))
    except (IndexError, ValueError):
        return 0.0


def sounds_below(folder):
    return [p for p in sorted(Path(folder).resolve().rglob("*")) if p.suffix.lower() in ENDINGS and p.is_file()]
