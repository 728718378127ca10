#!/usr/bin/env python3
"""What a newcomer types, and what the terminal then shows.

    bench/journeys.py [--program FILE] [--lines N] [--ogg FOLDER]

Types commands into a terminal (tmux, 100 columns), one after the other, in a home of its own with a few of the samples in
it, and prints the screens as text, of each at most N lines (12), with the exit status where it is not 0. Run it with two
programs to see what became of them. Needs tmux and bash.
"""
import argparse, os, shutil, subprocess, tempfile, time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
JOURNEYS = {
    "Finding the way": """
        hearken serach piano
        hearken find dog barking
        hearken find x --jsno
        hearken help match | head -n 3
        hearken version
        hearken completion bash | head -n 2
        hearken find --help | wc -L
        hearken --help | grep -c '(0x'
        hearken config set model starter
    """,
    "Nothing in the way": """
        hearken caption Music/recording-02.wav --library none.db
        hearken score Music/recording-02.wav --text rain --library none.db
        hearken find rain --dir Music -k 2
        hearken like Music/recording-02.wav --dir Music -k 2
        hearken index
        hearken index Music
        hearken index
        hearken embed Music --out vectors.npy && ls vectors.npy
        hearken embed Music/recording-02.wav --out - | wc -c
        hearken index Music --metadata names.csv
    """,
    "Results one can use": """
        hearken find rain -k 3
        NO_COLOR=1 hearken find rain -k 2 --paths
        hearken find rain -k 2 -0 | xargs -0 ls -l | cut -c1-10
        hearken find rain -k 1 --csv
        hearken find rain -k 1 --jsonl | cut -c1-90
        hearken find 'asdf qwer' --fail-if-none
        hearken match beep.wav --fail-if-none
        hearken score Music/recording-02.wav --text rain --csv
        hearken playlist rain -o list.m3u8
        hearken tune --data beeps --model starter -o tuned
    """,
    "Progress": """
        timeout -s INT 4 hearken index Long --library long.db
        hearken index Long --library long.db 2>&1 | tail -n 5
        hearken index Long --library long.db --verbose
    """,
    "Watch": """
        (hearken index Music --watch & sleep 3; mv Music/recording-02.wav Music/moved.wav; sleep 4; kill -INT $!; wait)
        (hearken index Music --watch & sleep 3; mv Music Away; sleep 5; cp beep.wav Away; mv Away Music; sleep 6; kill -INT $!; wait)
        hearken info | head -n 2
    """,
}


def beep(path, length=2, pitch=850):
    import math, struct, wave
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        out.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(i * pitch / 2546))) for i in range(16000)) * length)


def furnish(home, program):
    (home / "bin").mkdir()
    (home / "bin/hearken").symlink_to(Path(program).resolve())
    (home / "Music").mkdir()
    for sample in sorted((SOURCE / "samples").glob("recording-*"))[:8]:
        shutil.copy(sample, home / "Music")
    shutil.copy(home / "Music/recording-02.wav", home / "Music/two\nlines.wav")
    (home / "Music/broken.mp3").write_text("not a sound")
    (home / "names.csv").write_text("path,title,artist\nMusic/recording-02.wav,雨の日,Nobody\n")
    beep(home / "beep.wav")
    (home / "Long").mkdir()
    for i in range(40):
        beep(home / f"Long/{i}.wav", 30, 200 + 10 * i)
    (home / "beeps").mkdir()
    for name in ("one", "two"):
        beep(home / f"beeps/{name}.wav")


class Terminal:
    def __init__(self, home):
        self.socket = str(home / "tmux")
        environment = {"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "screen-256color",
                       "PROMPT_COMMAND": f"s=$?; [ $s = 0 ] || echo \"(exit status $s)\"; tmux -S {self.socket} wait-for -S ready"}
        command = ["new-session", "-d", "-x", "100", "-y", "200", "-c", str(home), "bash --norc --noprofile"]
        subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", *command], env=environment, check=True)
        self.tmux("wait-for", "ready")
        self.typed("PS1=")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], capture_output=True, text=True, check=True).stdout

    def typed(self, line):
        self.tmux("send-keys", "-R")
        self.tmux("clear-history")
        self.tmux("send-keys", "-l", "--", line)
        self.tmux("send-keys", "Enter")
        self.tmux("wait-for", "ready")
        time.sleep(0.1)
        return [row.rstrip() for row in self.tmux("capture-pane", "-p", "-J", "-S", "-2000").rstrip().splitlines()]

    def end(self):
        self.tmux("kill-server")
        time.sleep(0.5)  # its shell writes a last line into the home


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=SOURCE / "build/hearken")
    parser.add_argument("--lines", type=int, default=12)
    parser.add_argument("--ogg", help="index this folder, too: such as the three of hyperrogue-music")
    given = parser.parse_args()
    journeys = dict(JOURNEYS)
    if given.ogg:
        journeys["Files that FFmpeg refuses"] = f"hearken index {given.ogg}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        furnish(home, given.program)
        terminal = Terminal(home)
        try:
            for name, lines in journeys.items():
                print(f"## {name}\n")
                for line in filter(None, map(str.strip, lines.splitlines())):
                    screen = terminal.typed(line)
                    screen = screen[1:] if screen and screen[0].startswith(line[:40]) else screen
                    print("$ " + line)
                    for row in screen[:given.lines]:
                        print("    " + row.replace(folder, "~"))
                    if len(screen) > given.lines:
                        print(f"    … {len(screen) - given.lines} more lines")
                print()
        finally:
            terminal.end()


if __name__ == "__main__":
    main()
