#!/usr/bin/env python3
"""Reads the structs and enumerations of the public headers and writes what the package needs of them:

    python/generate.py HEADERS FOLDER

FOLDER/records.inc   C++: the fields of each struct, the names of each enumeration
FOLDER/_records.py   Python: a dataclass for each struct, with the comments of the header

So a field that is added to a header is there in Python. What is no data (callbacks, flags to stop, pointers) is left
out. Names are those of the header, but for times in a sound: start_seconds is `start`, as in the JSON of the program.
"""
import keyword
import pathlib
import re
import sys
import textwrap

LEFT_OUT = {"bench.h", "remote.h"}
# What is made by hand in C++, or is no plain data.
BY_HAND = {"LikeItem", "Samples", "SoundFile", "LibraryTrack", "Words", "Fma", "TuneListener"}
NO_DATA = ("std::function", "std::atomic", "std::unique_ptr", "const Model*")
SHORT = {f"{word}_seconds": word for word in (
    "start", "end", "duration", "offset", "window", "hop", "join", "shortest", "best_start", "best_end", "starts")}
# The list that a result is a list of: dots lead from list to list.
ROWS = {
    "FindResult": "hits", "LikeResult": "hits", "MatchResult": "hits", "ScoreResult": "sounds.scores",
    "ClassifyResult": "sounds.scores", "Classified": "scores", "EventsResult": "timelines.events", "Timeline": "events",
    "FilterResult": "sounds", "CaptionsResult": "captions", "TagResult": "tracks.tags", "TrackList": "tracks",
    "CleanResult": "passages", "DedupeResult": "groups.tracks", "Map": "points", "SimilarResult": "pairs",
    "Clustering": "clusters", "SoundScores": "scores", "TuneReport": "epochs", "LabelSet": "labels",
}
PLAIN = {
    "bool": ("bool", "False"), "int": ("int", "0"), "long": ("int", "0"), "float": ("float", "0.0"), "double": ("float", "0.0"),
    "std::int64_t": ("int", "0"), "std::size_t": ("int", "0"), "std::uint64_t": ("int", "0"), "std::uintmax_t": ("int", "0"),
    "std::string": ("str", '""'), "std::string_view": ("str", '""'), "std::filesystem::path": ("Path", "Path()"),
}


class Struct:
    def __init__(self, name, bases, doc):
        self.name, self.bases, self.doc, self.fields = name, bases, doc, []  # fields: (C++ name, type, default, comment)

    @property
    def python(self):
        return self.name.replace("::", "")


def split(text, separator):
    """At separators outside of all brackets and quotation marks."""
    parts, depth, quoted, begin = [], 0, False, 0
    for place, sign in enumerate(text):
        quoted ^= sign == '"'
        depth += (sign in "<({[") - (sign in ">)}]")
        if sign == separator and depth == 0 and not quoted:
            parts.append(text[begin:place])
            begin = place + 1
    return [part.strip() for part in (*parts, text[begin:])]


def fields_of(statement, comment):
    """[(name, type, default, comment)] of `double a = 0, b = 0`."""
    out, kind = [], None
    for part in split(statement, ","):
        declared, _, default = part.partition(" = ")
        declared = declared.removesuffix("{}")
        if kind is None:
            kind, _, name = declared.rpartition(" ")
        else:
            name = declared
        out.append((name, kind, default, comment))
    return out


def read(header, structs, enums):
    """Adds the structs and enumerations of a header that clang-format has laid out."""
    lines = header.read_text().split("\n")
    comments, place, nested = [], 0, []
    while place < len(lines):
        line = lines[place].strip()
        place += 1
        if line.startswith("//"):
            comments.append(line.lstrip("/").strip())
            continue
        if found := re.match(r"enum class (\w+) \{", line):
            body = line
            while "};" not in body:
                body += "\n" + lines[place]
                place += 1
            body = re.sub(r"//.*", "", body)
            enums[found[1]] = re.findall(r"\w+", body[body.index("{"):body.index("}")])
        elif found := re.match(r"struct (\w+)(?: : ([\w, ]+))? \{(.*)", line):
            name = "::".join([*(outer.name for outer in nested[-1:]), found[1]])
            nested.append(Struct(name, re.findall(r"\w+", found[2] or ""), " ".join(comments)))
        elif nested and line in ("};", "}"):
            struct = nested.pop()
            structs.setdefault(struct.name, struct)
        elif nested and line:
            before = " ".join(comments)
            code, _, comment = line.partition("//")
            code, said = code.strip(), [comment.strip()] if comment else []
            if code.endswith("{"):  # a function with a body
                while lines[place].strip() != "}":
                    place += 1
                place += 1
                comments = []
                continue
            while not code.endswith((";", "}")) :
                more, _, comment = lines[place].strip().partition("//")
                place += 1
                code += " " + more.strip()
                said += [comment.strip()] if comment else []
            if said:  # and goes on below, further to the right
                while lines[place].strip().startswith("//") and lines[place].index("//") > 4:
                    said.append(lines[place].strip().lstrip("/ "))
                    place += 1
            outside = re.sub(r"<[^;]*>", "", code)
            if "(" not in outside.partition("=")[0] and code.endswith(";") and not code.startswith(("using", "static", "struct", "explicit")) \
                    and not any(word in code for word in NO_DATA):
                nested[-1].fields += fields_of(code[:-1], " ".join(filter(None, [before, *said])))
        if not line.startswith("//"):
            comments = []


def known_type(kind, structs, enums, inside):
    """(annotation, default) in Python, or None for what has no counterpart."""
    if kind in PLAIN:
        return PLAIN[kind]
    if kind in enums:
        names = enum_names(kind, enums)
        return "Literal[" + ", ".join(f'"{name}"' for name in names) + "]", f'"{names[0]}"'
    for outer in (inside + "::", ""):
        if outer + kind in structs:
            python = structs[outer + kind].python
            return f'"{python}"', f"field(default_factory=lambda: {python}())"
    if found := re.fullmatch(r"std::(vector|optional|array)<(.*)>", kind):
        if found[1] == "array":
            if kind == "std::array<std::uint8_t, 16>":
                return "bytes", "bytes(16)"
            return "tuple[float, ...]", "()"
        if found[1] == "vector" and found[2] == "float":
            return "np.ndarray", "field(default_factory=lambda: np.zeros(0, np.float32))"
        inner = known_type(found[2], structs, enums, inside)
        if inner is None:
            return None
        if found[1] == "optional":
            return f"Optional[{inner[0]}]", "None"
        return f"list[{inner[0]}]", "field(default_factory=list)"
    return None


def python_name_of(member):
    name = SHORT.get(member, member)
    return name + "_" if keyword.iskeyword(name) else name


def enum_names(kind, enums):
    if kind == "Level":
        return [name.upper() for name in enums[kind]]
    return ["auto" if name == "automatic" else name for name in enums[kind]]


def all_fields(struct, structs):
    out = []
    for base in struct.bases:
        if base in structs:
            out += all_fields(structs[base], structs)
    return out + struct.fields


def sentence(text):
    return text.replace("\\", "\\\\").replace('"""', "'''")


def wrapped(text, indent):
    return textwrap.fill(text, 118, initial_indent=indent, subsequent_indent=indent)


def main(headers, folder):
    structs, enums = {}, {}
    for header in sorted(pathlib.Path(headers).glob("*.h")):
        if header.name not in LEFT_OUT:
            read(header, structs, enums)
    structs = {name: struct for name, struct in structs.items() if name.split("::")[-1] not in ("Impl", *BY_HAND)}
    cpp = ["// Written by python/generate.py from the public headers."]
    for kind in enums:
        names = ", ".join(f'"{name}"' for name in enum_names(kind, enums))
        cpp.append(f"template <> struct Names<{kind}> {{ static constexpr const char* values[] = {{{names}}}; }};")
    python = ['"""Results and settings as dataclasses: written by python/generate.py from the public headers."""',
              "from __future__ import annotations", "", "from dataclasses import dataclass, field", "from pathlib import Path",
              "from typing import Literal, Optional", "", "import numpy as np", "",
              "from ._rows import Record, Rows", ""]
    exported = []
    for name, struct in structs.items():
        rows = []
        for member, kind, default, comment in all_fields(struct, structs):
            known = known_type(kind, structs, enums, name)
            if known is not None:
                rows.append((member, python_name_of(member), *known, default, comment))
        members = ", ".join(f'field("{python_name}", &{name}::{member})' for member, python_name, *_ in rows)
        cpp.append(f"template <> struct Fields<{name}> {{ static constexpr const char* name = \"{struct.python}\"; "
                   f"static constexpr auto all = std::make_tuple({members}); }};")
        base = "Rows" if struct.name in ROWS else "Record"
        python += ["", "@dataclass(slots=True)", f"class {struct.python}({base}):"]
        doc = [wrapped(sentence(struct.doc or f"{name} of hearken's C++ library."), "    ").lstrip()]
        if rows:
            doc.append("")
        for _, python_name, annotation, _, _, comment in rows:
            doc.append(wrapped(sentence(f"{python_name} ({annotation.replace(chr(34), '')})" + (f": {comment}" if comment else "")),
                               "        ")[4:])
        python.append('    r"""' + "\n".join(doc) + '\n    """')
        for _, python_name, annotation, default, written, _ in rows:
            if re.fullmatch(r"-?[\d.]+(e-?\d+)?", written):
                default = written
            elif written in ("true", "false"):
                default = written.capitalize()
            elif "::" in written and annotation.startswith("Literal"):
                value = written.split("::")[-1]
                value = "auto" if value == "automatic" else value
                default = f'"{value.upper() if "HIGH" in annotation else value}"'
            elif written.startswith('"'):
                default = written
            python.append(f"    {python_name}: {annotation} = {default}")
        if not rows:
            python.append("    pass")
        exported.append(struct.python)
    python += ["", *(f'{name.replace("::", "")}._rows = "{rows}"' for name, rows in ROWS.items() if name in structs),
               "", "__all__ = " + repr(exported), ""]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("records.inc", "\n".join(cpp) + "\n"), ("_records.py", "\n".join(python))):
        if not (folder / name).exists() or (folder / name).read_text() != text:
            (folder / name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
