"""What the tests of the installed package share. HEARKEN_SAMPLES names the folder of sounds; the command line that is
compared with is the one that the package brings along."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import hearken_audio as hk
from hearken_audio._program import program

SAMPLES = pathlib.Path(os.environ["HEARKEN_SAMPLES"]).resolve()
PROGRAM = program()


class Case(unittest.TestCase):
    """Has `folder`, `lib` and `path`: a library of some samples, indexed once for all tests of a process."""

    kept = None

    @classmethod
    def setUpClass(cls):
        if Case.kept is None:
            Case.kept = tempfile.TemporaryDirectory(prefix="hearken-python-")
            library = hk.Library(pathlib.Path(Case.kept.name) / "library.db")
            Case.report = library.index(SAMPLES)
        cls.folder = pathlib.Path(Case.kept.name)
        cls.path = cls.folder / "library.db"
        cls.lib = hk.Library(cls.path)

    def program(self, *arguments, status=0):
        """What the command line says of this library, as JSON."""
        done = subprocess.run([PROGRAM, *map(str, arguments), "--library", str(self.path), "--json", "--quiet"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)

    def refused(self, code, call, *arguments, **settings):
        with self.assertRaises(hk.Error) as caught:
            call(*arguments, **settings)
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        return str(caught.exception)


def python(code, **environment):
    """Another interpreter with this package."""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, **environment})
