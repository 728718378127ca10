#!/usr/bin/env python3
"""Whether players open what `hearken playlist` writes: every entry, in each format they read, whatever the files are called.

    bench/players.py          needs build/hearken, and Debian's mpv and vlc-bin with vlc-plugin-base; without a screen or a sound card

Sounds of a second each get names with spaces, umlauts, percent signs and the like. A list of all of them, relative and
absolute, is played by each player; from what it says while it does so, each entry is found or not. No test needs this.
"""
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import wave

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ["plain", "with space", "Größe ümlaut", "音楽", "100% real", "50%41", "#hash", "what?", "it's \"so\"", "-dash", "a&b<c>",
         "co:lon", "semi;colon", "[brackets]", "plus+sum", "back\\slash", "~home", " leading space", "http:x", "comma, dot.", "mid#dle", "50%zz", "a=b&c"]


def tone(path, hz):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(16000)
        out.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(6.2832 * hz * i / 16000))) for i in range(16000)))


def mpv(playlist):
    command = ["mpv", "--no-config", "--vo=null", "--ao=null", "--length=0.1", "--msg-level=all=info", f"--playlist={playlist}"]
    said = run(command)
    return [line.split("Playing: ", 1)[1] for line in said.splitlines() if "Playing: " in line], said


def vlc(playlist):
    # cvlc refuses to run as root; the user nobody may.
    command = ["cvlc", "-vv", "--no-color", "--vout", "none", "--aout", "dummy", "--stop-time", "0.1", "--play-and-exit", str(playlist)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp", *command]
    said = run(command)
    played = [line.split("creating access: ", 1)[1] for line in said.splitlines() if "creating access: " in line]
    return played, said


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=45, check=False)
    except subprocess.TimeoutExpired as slow:
        return "".join((part or b"").decode(errors="replace") for part in (slow.stdout, slow.stderr))
    return (done.stdout + done.stderr).decode(errors="replace")


def found(played, said, name):
    """Whether the player opened this file: by its name, as it is or percent-encoded, and without an error about it."""
    import urllib.parse
    return any(pathlib.PurePath(urllib.parse.unquote(p)).name == name or pathlib.PurePath(p).name == name for p in played)


def failures(said):
    words = ("cannot open file", "Cannot open", "Failed to open", "No such file", "unable to open", "Failed to recognize")
    return [line.strip() for line in said.splitlines() if any(word in line for word in words)]


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hearken_players_"))
    folder.chmod(0o755)
    music = folder / "my music"
    music.mkdir()
    files = [f"{name}.wav" for name in NAMES]
    for i, name in enumerate(files):
        tone(music / name, 200 + 97 * i)
    env = os.environ | {"HEARKEN_LIBRARY": str(folder / "l.db")}
    hearken = os.environ.get("HEARKEN_PROGRAM", ROOT / "build/hearken")
    subprocess.run([hearken, "index", "--quiet", music], env=env, check=True, stdout=subprocess.DEVNULL)
    bad = 0
    for player, play in (("mpv", mpv), ("vlc", vlc)):
        if not shutil.which("cvlc" if player == "vlc" else player):
            print(f"{player}: not installed")
            continue
        for ending in ("m3u8", "xspf", "jspf"):
            for absolute in (False, True):
                playlist = folder / f"all the sounds.{ending}"
                subprocess.run([hearken, "playlist", "a tone", "--minutes", "60", "--quiet", "-o", playlist,
                                *(["--absolute"] if absolute else [])], env=env, check=True)
                playlist.chmod(0o644)
                played, said = play(playlist)
                there = [name for name in files if found(played, said, name)]
                missing = sorted(set(files) - set(there))
                kind = "absolute" if absolute else "relative"
                if len(missing) == len(files):
                    print(f"{player} {ending} {kind}: does not read this format")
                    bad += ending == "m3u8"
                    continue
                print(f"{player} {ending} {kind}: {len(there)} of {len(files)} entries opened" +
                      (f"; not: {missing}" if missing else ""))
                for line in failures(said):
                    print(f"    {line}")
                bad += bool(missing) + bool(failures(said))
    shutil.rmtree(folder)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
