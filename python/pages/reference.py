#!/usr/bin/env python3
"""Writes the reference of the installed package as Markdown:

    python python/pages/reference.py > docs/PYTHON_API.md
"""
import inspect
import re

import hearken_audio as hk


def signature(name, what):
    try:
        text = str(inspect.signature(what))
    except (TypeError, ValueError):
        return name
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)  # annotations are texts
    return name + text.replace("self, ", "").replace("(self)", "()")


def described(name, what, level):
    doc = inspect.cleandoc(what.__doc__ or "")
    print(f"{'#' * level} `{signature(name, what)}`\n\n{doc}\n")


def main():
    print("# The Python package's reference\n\nWritten by `python/pages/reference.py` from the docstrings. [PYTHON](PYTHON.md) says how to begin.\n")
    for kind in (hk.Library, hk.Model, hk.Engine, hk.Error):
        print(f"## {kind.__name__}\n\n{inspect.cleandoc(kind.__doc__)}\n")
        for name, member in vars(kind).items():
            if name.startswith("_"):
                continue
            if isinstance(member, property):
                print(f"### `{name}`\n\n{inspect.cleandoc(member.__doc__ or '')}\n")
            elif callable(member):
                described(name, member, 3)
    print("## Functions\n")
    for name in hk.__all__:
        what = getattr(hk, name)
        if inspect.isfunction(what):
            described(name, what, 3)
    print("## Results and settings\n")
    for name in hk.__all__:
        what = getattr(hk, name)
        if inspect.isclass(what) and what.__module__ == "hearken_audio._records":
            print(f"### {name}\n\n{inspect.cleandoc(what.__doc__)}\n")


if __name__ == "__main__":
    main()
