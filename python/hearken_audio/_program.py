"""The command `hearken`: the program that lies in this package."""
from __future__ import annotations

import os
import pathlib
import sys


def program() -> pathlib.Path:
    """Where the program lies."""
    return pathlib.Path(__file__).parent / "bin" / "hearken"


def main() -> None:
    """Becomes the program, with the arguments of the command line."""
    path = program()
    if not path.exists():
        sys.exit("hearken: this package was built without the program; install Hearken itself")
    os.execv(path, ["hearken", *sys.argv[1:]])
