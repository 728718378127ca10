"""The notebook runs, and what is written from the sources is up to date."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "python/pages"))
import notebook  # noqa: E402
import reference  # noqa: E402


class Pages(unittest.TestCase):
    def test_reference(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            reference.main()
        self.assertEqual(said.getvalue(), (ROOT / "docs/PYTHON_API.md").read_text(),
                         "write it again: python python/pages/reference.py > docs/PYTHON_API.md")

    def test_the_notebook_is_the_one_that_is_shown(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "python.ipynb"
            notebook.main([str(file)])
            self.assertEqual(file.read_text(), (ROOT / "docs/examples/python.ipynb").read_text())

    def test_the_notebook_runs(self):
        for needed in ("nbclient", "ipykernel", "matplotlib", "pandas", "sklearn"):
            try:
                __import__(needed)
            except ImportError:
                self.skipTest(f"no {needed} here")
        with tempfile.TemporaryDirectory() as folder:
            notebook.main(["--run", str(pathlib.Path(folder) / "run.ipynb")])


if __name__ == "__main__":
    unittest.main()
